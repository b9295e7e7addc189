"""Rating columns that may be upside down: they fall where the others rise. Said, never changed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.schema import Scale

_DOUBTFUL = (
    -0.2
)  # a correlation with the other ratings below this says that a scale may be upside down
_ENOUGH = 50


def doubtful(
    ratings: Mapping[str, Floats], scales: Mapping[str, Scale], alive: Bools
) -> dict[str, float]:
    """Name -> its correlation with the mean of all other ratings, where that is clearly negative.

    ratings: name -> (n,) NaN where there is none, each brought to the range of its scale so that
    all count alike. Judged by the rows that are alive and rated the column and at least one other.
    """
    spans = {name: max(scales[name].high - scales[name].low, 1e-9) for name in ratings}
    shares = {name: (v[alive] - scales[name].low) / spans[name] for name, v in ratings.items()}
    count = sum((~np.isnan(v)).astype(np.int64) for v in shares.values())
    total = sum(np.nan_to_num(v) for v in shares.values())
    found = {}
    for name, mine in shares.items():
        others = count - ~np.isnan(mine)
        both = ~np.isnan(mine) & (others > 0)
        if both.sum() < _ENOUGH:
            continue
        rest = (total - np.nan_to_num(mine))[both] / others[both]
        if (
            rest.std() > 0
            and mine[both].std() > 0
            and (r := float(np.corrcoef(mine[both], rest)[0, 1])) < _DOUBTFUL
        ):
            found[name] = r
    return found
