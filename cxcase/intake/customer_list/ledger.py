"""The customer list as a ledger: who was a customer at t0, who was lost in the year after, and what
that adds up to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.intake.customer_list.deduplicate import one_row_each
from cxcase.intake.customer_list.docket import Docket
from cxcase.intake.customer_list.price_steps_in_money import with_price_steps
from cxcase.intake.customer_list.segments import segments_of
from cxcase.intake.result import Base, Growth
from cxcase.settings import Settings
from cxcase.time_units import MONTH_DAYS

WINDOW_MONTHS = 12


@dataclass(frozen=True, eq=False)
class Ledger:
    """Base customers at t0, one row each in file order, and what was decided on the way.

    customers   customer_id, team, segment, tenure_months, revenue_start, revenue_end, churned,
                churn_date, extras; price_increase (money a year) where it is known
    outside     id -> churn date of customers lost before t0 (NaT where only the loss is known)
    came_up     decision -> rows or customers it touches
    aside       reason -> rows of the list that were set aside
    """

    customers: pd.DataFrame
    outside: pd.Series
    lost_before_t0: int
    has_revenue_end: bool
    findings: tuple[Finding, ...]
    came_up: Mapping[str, int] = field(default_factory=dict)
    aside: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    currency: str | None = None  # None: the list shows at most one


def keep_ledger(customers: pd.DataFrame, t0: dt.date | None, settings: Settings) -> Ledger:
    """The ledger at t0 from typed customer rows, decided as `settings` say.

    customers has customer_id and revenue_start (a year), and churned and/or churn_date;
    revenue_end, team, segment, price_as_share and/or price_as_money (`price_steps`),
    tenure_months, customer_since, currency where known. Source: cohort as in the usual definitions
    of GRR and NRR.
    """
    docket = Docket(settings)
    findings = docket.findings
    each = one_row_each(customers, docket)
    frame = each.rows.reset_index(drop=True).copy()
    aside = dict(each.aside)
    for name in ("team", "segment"):
        if name not in frame:
            frame[name] = pd.Series(None, index=frame.index, dtype="str")
    frame["churn_date"] = _dates(frame, "churn_date")
    frame["churned"] = _churned(frame, t0, docket)
    frame["tenure_months"] = _tenure(frame, t0)
    before = _lost_before(frame, t0)
    outside = frame.loc[before].set_index("customer_id")["churn_date"]
    frame["revenue_start"] = _start(frame, before, docket)
    in_base = ~before & (frame["revenue_start"] > 0)
    frame = _joined(frame.loc[in_base].reset_index(drop=True), t0, findings)
    has_end = "revenue_end" in frame and bool(frame["revenue_end"].notna().any())
    frame = _ended(frame, has_end, docket)
    unknown = frame["revenue_end"].isna()
    if unknown.any():
        aside["revenue_end_missing"] = frame.loc[unknown]
        frame = frame.loc[~unknown].reset_index(drop=True)
    frame = with_price_steps(frame, docket) if has_end else frame
    lost = int(before.sum())
    return Ledger(
        frame, outside, lost, has_end, tuple(findings), docket.counts, aside, each.currency
    )


def base_of(ledger: Ledger, responded: pd.Series, t0: dt.date | None) -> Base | None:
    """The ledger's totals: counts, sums a year, shares (GRR, NRR, logo churn); None when nobody is
    in the base.
    """
    frame = ledger.customers
    if frame.empty:
        return None
    start = frame["revenue_start"].to_numpy(float)
    end = frame["revenue_end"].to_numpy(float)
    churned = frame["churned"].to_numpy(bool)
    answered = responded.to_numpy(bool)
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
        segments=segments_of(frame),
        growth=_growth(start, end, frame["price_increase"].to_numpy(float))
        if "price_increase" in frame
        else None,
    )


def _growth(start: Floats, end: Floats, step: Floats) -> Growth:
    """What customers pay more a year, with and without what their prices went up by under contract."""
    return Growth(
        price_increase=float(step.sum()),
        expansion=float(np.maximum(end - start, 0.0).sum()),
        expansion_ex_escalator=float(np.maximum(end - step - start, 0.0).sum()),
        nrr_ex_escalator=float((end - step).sum() / start.sum()),
    )


def _dates(frame: pd.DataFrame, name: str) -> pd.Series:
    if name in frame:
        return pd.to_datetime(frame[name]).astype("datetime64[us]")
    return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")


def _churned(frame: pd.DataFrame, t0: dt.date | None, docket: Docket) -> pd.Series:
    """Lost in the window: the date decides where there is one, the flag elsewhere. May clear dates
    in `frame`.
    """
    dated = frame["churn_date"].notna()
    if "churned" in frame:
        flag = frame["churned"].astype("boolean").fillna(False).astype(bool)
    else:
        flag = dated
    contradicted = dated & ~flag
    count = int(contradicted.sum())
    said = Finding("review", "churn_date_wins", "data", {"count": count})
    if docket.decide("churn_date_or_flag", count, said) == "flag":
        frame["churn_date"] = frame["churn_date"].mask(contradicted)
        dated = dated & flag
    churned = flag | dated
    if t0 is not None:
        late = dated & (
            frame["churn_date"] >= pd.Timestamp(t0) + pd.DateOffset(months=WINDOW_MONTHS)
        )
        if late.any():
            docket.findings.append(
                Finding("review", "lost_after_window", "data", {"count": int(late.sum())})
            )
        churned &= ~late
    return churned


def _tenure(frame: pd.DataFrame, t0: dt.date | None) -> pd.Series:
    """Months until t0, (n,); negative for those who joined later."""
    if "tenure_months" in frame and frame["tenure_months"].notna().any():
        return frame["tenure_months"].astype(float)
    if t0 is None or "customer_since" not in frame:
        return pd.Series(np.nan, index=frame.index)
    return ((pd.Timestamp(t0) - _dates(frame, "customer_since")).dt.days / MONTH_DAYS).astype(float)


def _joined(base: pd.DataFrame, t0: dt.date | None, findings: list[Finding]) -> pd.DataFrame:
    """The base with no tenure below 0; says how many of it joined after t0."""
    later = base["tenure_months"] < 0
    if t0 is not None and later.any():
        findings.append(
            Finding("review", "joined_after_t0", "data", {"count": int(later.sum()), "t0": t0})
        )
    return base.assign(tenure_months=base["tenure_months"].clip(lower=0))


def _lost_before(frame: pd.DataFrame, t0: dt.date | None) -> pd.Series:
    if t0 is None:
        return pd.Series(False, index=frame.index)
    return frame["churn_date"].notna() & (frame["churn_date"] < pd.Timestamp(t0))


def _start(frame: pd.DataFrame, before: pd.Series, docket: Docket) -> pd.Series:
    """Revenue at the start; says who is outside the base for it."""
    start = frame["revenue_start"].astype(float)
    negative = ~before & (start < 0)
    nothing = ~before & ~negative & ~(start > 0)
    for rows, code in ((before, "lost_before_t0"), (nothing, "no_revenue_at_start")):
        if rows.any():
            docket.findings.append(Finding("review", code, "data", {"count": int(rows.sum())}))
    count = int(negative.sum())
    said = Finding("review", "negative_revenue_at_start", "data", {"count": count})
    if docket.decide("negative_revenue", count, said) == "turn_sign":
        return start.abs()
    return start


def _ended(frame: pd.DataFrame, given: bool, docket: Docket) -> pd.DataFrame:
    """The base with revenue_end, the run rate at t0 + 12 months: 0 for the lost, NaN for those to
    be set aside.

    Where no end was given at all it is the start's: nothing is known of growth.
    """
    frame = frame.assign(revenue_end=frame["revenue_end"].astype(float) if given else np.nan)
    if given:
        frame = _paying(frame, docket)
        frame["revenue_end"] = _filled(frame, docket)
        frame = _stopped(frame, docket)
        return frame.assign(revenue_end=frame["revenue_end"].where(~frame["churned"], 0.0))
    return frame.assign(revenue_end=frame["revenue_start"].where(~frame["churned"], 0.0))


def _paying(frame: pd.DataFrame, docket: Docket) -> pd.DataFrame:
    """Customers who left and still show revenue at the end: lost, or kept after all."""
    paying = frame["churned"] & (frame["revenue_end"] > 0)
    count = int(paying.sum())
    params = {"count": count, "revenue": float(frame.loc[paying, "revenue_end"].sum())}
    if (
        docket.decide(
            "lost_but_paying", count, Finding("review", "lost_but_paying", "data", params)
        )
        == "lost"
    ):
        return frame
    return frame.assign(
        churned=frame["churned"] & ~paying, churn_date=frame["churn_date"].mask(paying)
    )


def _filled(frame: pd.DataFrame, docket: Docket) -> pd.Series:
    """revenue_end with the blanks of those who stayed filled, or left blank where they are to be
    set aside.
    """
    end = frame["revenue_end"]
    blank = ~frame["churned"] & end.isna()
    count = int(blank.sum())
    chosen = docket.decide(
        "revenue_end_blank", count, Finding("review", "revenue_end_blank", "data", {"count": count})
    )
    if chosen == "set_aside":
        return end
    if chosen == "zero":
        return end.mask(blank, 0.0)
    return end.fillna(frame["revenue_start"])


def _stopped(frame: pd.DataFrame, docket: Docket) -> pd.DataFrame:
    """Customers who stayed and pay nothing at the end (or less): as they are, at 0, or lost."""
    stopped = ~frame["churned"] & (frame["revenue_end"] <= 0)
    count = int(stopped.sum())
    said = Finding("review", "kept_without_revenue", "data", {"count": count})
    chosen = docket.decide("kept_without_revenue", count, said)
    if chosen == "lost":
        return frame.assign(churned=frame["churned"] | stopped)
    if chosen == "zero":
        return frame.assign(revenue_end=frame["revenue_end"].mask(stopped, 0.0))
    return frame
