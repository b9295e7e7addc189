"""Which texts of a column stand among others, at once: pandas asks for each value one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxcase.estimate import Bools

if TYPE_CHECKING:
    import pandas as pd


def among(texts: pd.Series, others: pd.Series) -> Bools:
    """True for each text (n,) that is one of the others; False for an empty one."""
    if not len(others):
        return np.zeros(len(texts), dtype=bool)
    known = pa.array(others.astype("str"), from_pandas=True)
    asked = pa.array(texts.astype("str"), from_pandas=True)
    found: Bools = pc.is_in(asked, value_set=known, skip_nulls=True).to_numpy(zero_copy_only=False)
    return found
