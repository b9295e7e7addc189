"""The base of a case from units alone: customers, revenue and losses a year, added up."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from cxcase.estimate import Bools, Floats
from cxcase.intake.result import Base
from cxcase.intake.roles.unit_periods import YEAR


def base_of_units(units: pd.DataFrame, t0: dt.date | None) -> Base | None:
    """Totals over units with customers, revenue and churn, each over its last twelve months; None
    where none has all.

    Without revenue at the end of every unit GRR and NRR are not known. With it nobody knows what
    customers who stayed pay less, so GRR is the revenue that was not lost with customers.
    """
    rate = np.clip(_of(units, "churn_rate"), 0.0, 1.0)
    frame = pd.DataFrame(
        {
            "team": units["team"].astype("str"),
            "customers": _of(units, "customers"),
            "revenue": revenue_a_year(units),
            "rate": 1.0 - (1.0 - rate) ** (YEAR / _of(units, "churn_months", YEAR)),
            "ratio": _of(units, "revenue_end") / _of(units, "revenue_start"),
        }
    ).loc[latest(units)]
    each = frame.groupby("team").mean()
    each = each.loc[each["customers"].gt(0) & each["revenue"].gt(0) & each["rate"].notna()]
    if each.empty:
        return None
    start = float(each["revenue"].sum())
    lost = float((each["revenue"] * each["rate"]).sum())
    end = grr = None
    if each["ratio"].notna().all():
        end = float((each["revenue"] * each["ratio"]).sum())
        grr = 1.0 - lost / start
    customers = float(each["customers"].sum())
    churned = float((each["customers"] * each["rate"]).sum())
    return Base(
        t0=t0,
        customers=round(customers),
        revenue_start=start,
        revenue_end=end,
        churned=round(churned),
        churned_revenue=lost,
        logo_churn=churned / customers,
        grr=grr,
        nrr=None if end is None else end / start,
        response_rate=None,
        responder_churn=None,
    )


def revenue_a_year(units: pd.DataFrame) -> Floats:
    """Each row's revenue a year (n,): at the start where given, else its period's in a year."""
    sales = _of(units, "revenue") * YEAR / _of(units, "revenue_months", YEAR)
    start = _of(units, "revenue_start")
    return np.where(start > 0, start, np.where(sales > 0, sales, np.nan))


def latest(units: pd.DataFrame) -> Bools:
    """Marks (n,) the rows of the last twelve months; each unit's last where no length is known."""
    if "period" not in units or units["period"].isna().all():
        return np.ones(len(units), dtype=bool)
    months = np.nan
    if "period_months" in units:
        months = float(units["period_months"].median())
    codes = np.asarray(pd.factorize(units["period"], sort=True)[0])
    if np.isfinite(months):
        return np.asarray(codes > codes.max() - max(round(YEAR / months), 1))
    return np.asarray(codes == pd.Series(codes).groupby(units["team"].to_numpy()).transform("max"))


def _of(units: pd.DataFrame, name: str, otherwise: float = np.nan) -> Floats:
    if name not in units:
        return np.full(len(units), otherwise)
    return units[name].to_numpy(dtype=np.float64, na_value=np.nan)
