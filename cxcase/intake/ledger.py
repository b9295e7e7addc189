"""The customer list as a ledger: who was a customer at t0, who was lost in the year after, and what that adds up to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.result import Base

MONTH_DAYS = 365.25 / 12
WINDOW_MONTHS = 12


@dataclass(frozen=True, eq=False)
class Ledger:
    """Base customers at t0, one row each in file order, and what was decided on the way.

    customers   customer_id, team, segment, tenure_months, revenue_start, revenue_end, churned, churn_date, extras
    outside     id -> churn date of customers lost before t0 (NaT where only the loss is known)
    """

    customers: pd.DataFrame
    outside: pd.Series
    lost_before_t0: int
    has_revenue_end: bool
    findings: tuple[Finding, ...]


def keep_ledger(customers: pd.DataFrame, t0: dt.date | None) -> Ledger:
    """The ledger at t0 from typed customer rows with unique ids.

    customers has customer_id and revenue_start (a year), and churned and/or churn_date; revenue_end, team, segment,
    tenure_months, customer_since where known. Source: cohort as in the usual definitions of GRR and NRR.
    """
    findings: list[Finding] = []
    frame = customers.reset_index(drop=True).copy()
    for name in ("team", "segment"):
        if name not in frame:
            frame[name] = pd.Series(None, index=frame.index, dtype="str")
    frame["churn_date"] = _dates(frame, "churn_date")
    frame["churned"] = _churned(frame, t0, findings)
    frame["tenure_months"] = _tenure(frame, t0, findings)
    before = _lost_before(frame, t0)
    outside = frame.loc[before].set_index("customer_id")["churn_date"]
    in_base = ~before & (frame["revenue_start"] > 0)
    _count_outside(frame, before, in_base, findings)
    frame = frame.loc[in_base].reset_index(drop=True)
    has_end = "revenue_end" in frame and bool(frame["revenue_end"].notna().any())
    frame["revenue_end"] = _revenue_end(frame, has_end, findings)
    return Ledger(frame, outside, int(before.sum()), has_end, tuple(findings))


def base_of(ledger: Ledger, responded: pd.Series, t0: dt.date | None) -> Base | None:
    """The ledger's totals: counts, sums a year, shares (GRR, NRR, logo churn); None when nobody is in the base."""
    frame = ledger.customers
    if frame.empty:
        return None
    start, end = frame["revenue_start"].to_numpy(float), frame["revenue_end"].to_numpy(float)
    churned, answered = frame["churned"].to_numpy(bool), responded.to_numpy(bool)
    total = float(start.sum())
    return Base(
        t0=t0,
        customers=len(frame),
        revenue_start=total,
        revenue_end=float(end.sum()),
        churned=int(churned.sum()),
        churned_revenue=float(start[churned].sum()),
        logo_churn=float(churned.mean()),
        grr=float(np.minimum(np.maximum(end, 0.0), start).sum() / total),
        nrr=float(end.sum() / total),
        response_rate=float(answered.mean()),
        responder_churn=float(churned[answered].mean()) if answered.any() else None,
        lost_before_t0=ledger.lost_before_t0,
    )


def _dates(frame: pd.DataFrame, name: str) -> pd.Series:
    if name in frame:
        return pd.to_datetime(frame[name]).astype("datetime64[us]")
    return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")


def _churned(frame: pd.DataFrame, t0: dt.date | None, findings: list[Finding]) -> pd.Series:
    """Lost in the window: the date decides where there is one, the flag elsewhere."""
    dated = frame["churn_date"].notna()
    flag = frame["churned"].astype("boolean").fillna(False).astype(bool) if "churned" in frame else dated
    if "churned" in frame and (contradicted := int((dated & ~flag).sum())):
        findings.append(Finding("review", "churn_date_wins", "data", {"count": contradicted}))
    churned = flag | dated
    if t0 is not None:
        late = dated & (frame["churn_date"] >= pd.Timestamp(t0) + pd.DateOffset(months=WINDOW_MONTHS))
        if late.any():
            findings.append(Finding("review", "lost_after_window", "data", {"count": int(late.sum())}))
        churned &= ~late
    return churned


def _tenure(frame: pd.DataFrame, t0: dt.date | None, findings: list[Finding]) -> pd.Series:
    if "tenure_months" in frame and frame["tenure_months"].notna().any():
        return frame["tenure_months"].astype(float)
    if t0 is None or "customer_since" not in frame:
        return pd.Series(np.nan, index=frame.index)
    months = (pd.Timestamp(t0) - _dates(frame, "customer_since")).dt.days / MONTH_DAYS
    if (later := int((months < 0).sum())) > 0:
        findings.append(Finding("review", "joined_after_t0", "data", {"count": later, "t0": t0}))
    return months.clip(lower=0).astype(float)


def _lost_before(frame: pd.DataFrame, t0: dt.date | None) -> pd.Series:
    if t0 is None:
        return pd.Series(False, index=frame.index)
    return frame["churn_date"].notna() & (frame["churn_date"] < pd.Timestamp(t0))


def _count_outside(frame: pd.DataFrame, before: pd.Series, in_base: pd.Series, findings: list[Finding]) -> None:
    negative = int((~before & (frame["revenue_start"] < 0)).sum())
    nothing = int((~before & ~in_base).sum()) - negative
    for count, code in (
        (int(before.sum()), "lost_before_t0"),
        (nothing, "no_revenue_at_start"),
        (negative, "negative_revenue_at_start"),
    ):
        if count:
            findings.append(Finding("review", code, "data", {"count": count}))


def _revenue_end(frame: pd.DataFrame, given: bool, findings: list[Finding]) -> pd.Series:
    """The run rate at t0 + 12 months: 0 for the lost; where not given, the start's (nothing is known of growth)."""
    churned, start = frame["churned"], frame["revenue_start"].astype(float)
    if not given:
        return start.where(~churned, 0.0)
    end = frame["revenue_end"].astype(float)
    paying = churned & (end > 0)
    if paying.any():
        params = {"count": int(paying.sum()), "revenue": float(end[paying].sum())}
        findings.append(Finding("review", "lost_but_paying", "data", params))
    blank = ~churned & end.isna()
    if blank.any():
        findings.append(Finding("review", "revenue_end_blank", "data", {"count": int(blank.sum())}))
    stopped = ~churned & (end <= 0)
    if stopped.any():
        findings.append(Finding("review", "kept_without_revenue", "data", {"count": int(stopped.sum())}))
    return end.fillna(start).where(~churned, 0.0)
