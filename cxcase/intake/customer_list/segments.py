"""The base customers by segment: what each brings and what each lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxcase.intake.result import SegmentBase

if TYPE_CHECKING:
    import pandas as pd


def segments_of(frame: pd.DataFrame) -> tuple[SegmentBase, ...]:
    """The base by segment, most revenue first; none where nobody has one."""
    import numpy as np
    import pandas as pd

    if "segment" not in frame or frame["segment"].isna().all():
        return ()
    name = frame["segment"].astype("object").where(frame["segment"].notna(), "").astype(str)
    lost = frame["churned"].to_numpy(bool)
    start = frame["revenue_start"].to_numpy(float)
    codes, names = pd.factorize(name, sort=True)
    sums = (
        np.bincount(codes),
        np.bincount(codes, start),
        np.bincount(codes, lost),
        np.bincount(codes, start * lost),
    )
    rows = [
        SegmentBase(str(n), int(count), float(revenue), int(gone), float(money))
        for n, count, revenue, gone, money in zip(
            names, *(part.tolist() for part in sums), strict=True
        )
    ]
    return tuple(sorted(rows, key=lambda row: (-row.revenue_start, row.name)))
