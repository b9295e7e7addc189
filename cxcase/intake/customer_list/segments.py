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
    customers = np.bincount(codes).tolist()
    revenue = np.bincount(codes, start).tolist()
    churned = np.bincount(codes, lost).tolist()
    churned_revenue = np.bincount(codes, start * lost).tolist()
    rows = [
        SegmentBase(
            name=str(segment),
            customers=customers[k],
            revenue_start=revenue[k],
            churned=int(churned[k]),
            churned_revenue=churned_revenue[k],
        )
        for k, segment in enumerate(names)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.revenue_start, row.name)))
