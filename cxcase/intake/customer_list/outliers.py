"""Amounts so far above all others that they would be the company's base by themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxcase.estimate import Bools, Floats
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.settings import Settings

CODE = "outlier_revenue"
TIMES = 100.0  # an amount this many times the next largest stands out
_FEWEST = 5  # customers with revenue below which nothing is usual
# how many may stand out together: a share of the customers, or a few, and never many of them
_SHARE = 0.02
_FEW = 3
_MANY = 0.25
_LARGEST = 1e14  # no customer pays as much a year in any money


def settle_outliers(
    customers: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame, Docket]:
    """(the rows, those set aside, what is asked of customers whose revenue is more than 100
    times the next largest, or more than anybody pays).
    """
    out = np.zeros(len(customers), dtype=bool)
    for name in ("revenue_start", "revenue_end"):
        if name in customers:
            out |= stand_out(customers[name].to_numpy(dtype=float, na_value=np.nan))
    count = int(out.sum())
    if not count:
        return customers, customers.iloc[:0], Docket()
    start = customers["revenue_start"].to_numpy(dtype=float, na_value=np.nan)
    said = data_finding(
        "fail",
        CODE,
        count=count,
        largest=float(np.nanmax(np.abs(start[out]), initial=0.0)),
        keep=float(np.nansum(start)),
        set_aside=float(np.nansum(start[~out])),
        ids=customers.loc[out, "customer_id"].astype(str).tolist()[:3],
    )
    chosen, docket = decide(settings, CODE, count, said)
    if chosen == "set_aside":
        return customers.loc[~out], customers.loc[out], docket
    return customers, customers.iloc[:0], docket


def stand_out(amounts: Floats) -> Bools:
    """(n,) True for amounts more than 100 times the next largest, whichever their sign: up to three
    of them or one in fifty, in short lists one in four; and for amounts that nobody pays.
    """
    size = np.where(np.isnan(amounts), 0.0, np.abs(amounts))
    impossible = size > _LARGEST
    usual = size[(size > 0) & ~impossible]
    n = len(usual)
    if n < _FEWEST:
        return impossible
    most = min(max(_FEW, int(_SHARE * n)), int(_MANY * n))
    largest = np.sort(np.partition(usual, n - most - 1)[n - most - 1 :])
    gaps = np.flatnonzero(largest[1:] > TIMES * largest[:-1])
    if not len(gaps):
        return impossible
    outlying: Bools = impossible | (size > largest[gaps[0]])
    return outlying
