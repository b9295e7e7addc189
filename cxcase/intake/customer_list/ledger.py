"""The ledger: who was a customer at t0, who was lost in the year after, and the totals of that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import Bools, Floats
from cxcase.intake.customer_list.churn_sources import back_in_time
from cxcase.intake.customer_list.deduplicate import one_row_each
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.customer_list.end_revenue import EndMeasured, end_measured, with_end
from cxcase.intake.customer_list.lost_by_end import STATES, settle_states
from cxcase.intake.customer_list.outliers import CODE as OUTLIERS
from cxcase.intake.customer_list.outliers import settle_outliers
from cxcase.intake.customer_list.price_steps_in_money import with_price_steps
from cxcase.intake.customer_list.run_rates import DAY, full_year_from, without_notices
from cxcase.intake.customer_list.segments import segments_of
from cxcase.intake.result import Base, Growth
from cxcase.intake.tables.came_back import CAME_BACK
from cxcase.settings import Settings
from cxcase.time_units import MONTH_DAYS, YEAR_MONTHS

LEAVINGS_CODE = "leavings_end_early"
_CHANCE = 0.01  # below this, days of leaving that stop early are no accident


@dataclass(frozen=True, eq=False)
class Ledger:
    """Base customers at t0, one row each in file order, and what was decided on the way.

    customers   customer_id, team, segment, tenure_months, revenue_start, churned, churn_date,
                extras; revenue_end where it was measured, NaN for those whose end is not known;
                price_increase (money a year) where it is known
    why_no_end  the code that says why revenue at the end is not measured; None where it is
    outside     id -> churn date of customers lost before t0 (NaT where only the loss is known)
    came_up     decision -> rows or customers it touches
    aside       reason -> rows of the list that were set aside
    currency    the main one; None where the list shows one at most
    """

    customers: pd.DataFrame
    outside: pd.Series
    lost_before_t0: int
    why_no_end: str | None
    findings: tuple[Finding, ...]
    came_up: Mapping[str, int] = field(default_factory=dict)
    aside: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    currency: str | None = None


def keep_ledger(customers: pd.DataFrame, t0: dt.date | None, settings: Settings) -> Ledger:
    """The ledger at t0 from typed customer rows, decided as `settings` say.

    customers has customer_id and revenue_start (a year), and churned and/or churn_date;
    revenue_end, team, segment, price_as_share and/or price_as_money (`price_steps`),
    tenure_months, customer_since, currency where known. Source: cohort as in the usual definitions
    of GRR and NRR.
    """
    listed, docket = one_row_each(customers, settings)
    known, unknown, about_states = settle_states(listed.rows, settings)
    usual, outlying, about_size = settle_outliers(known, settings)
    rows = _with_names(usual.reset_index(drop=True).copy())
    rows, about_loss = _with_loss(rows, t0, settings)
    rows = rows.assign(tenure_months=_tenure(rows, t0))
    before = _lost_before(rows, t0)
    outside = rows.loc[before].set_index("customer_id")["churn_date"]
    start, about_start = _revenue_start(rows, before, settings)
    late, about_joining = _joined_after_year(rows, t0)
    counted = ~before & ~late & (start > 0)
    base = rows.assign(revenue_start=start).loc[counted].reset_index(drop=True)
    base, about_tenure = _tenure_from_zero(base, t0)
    base, end = with_end(base, settings)
    about_steps = Docket()
    if end.why_none is None:
        base, about_steps = with_price_steps(base, settings)
    docket = docket + about_states + about_size + about_loss + about_start
    docket = docket + about_joining + about_tenure
    docket = docket + end.docket + about_steps
    gone = {**_if_any(STATES, unknown), **_if_any(OUTLIERS, outlying)}
    return Ledger(
        customers=base,
        outside=outside,
        lost_before_t0=int(before.sum()),
        why_no_end=end.why_none,
        findings=docket.findings,
        came_up=docket.counts,
        aside={**listed.aside, **gone, **end.aside},
        currency=listed.currency,
    )


def _if_any(reason: str, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {reason: rows} if len(rows) else {}


def base_of(ledger: Ledger, responded: Bools, t0: dt.date | None) -> Base | None:
    """The ledger's totals: counts, sums a year, shares (GRR, NRR, logo churn); None when nobody is
    in the base. What rests on revenue at the end is None where that was not measured.
    """
    frame = ledger.customers
    if frame.empty:
        return None
    start = frame["revenue_start"].to_numpy(float)
    end = end_measured(frame)
    revenue_end = kept = None
    if end is not None:
        revenue_end = end.sum_of(end.revenue)
        kept = end.sum_of(np.minimum(np.maximum(end.revenue, 0.0), start))
    churned = frame["churned"].to_numpy(bool)
    answered = responded
    total = float(start.sum())
    return Base(
        t0=t0,
        customers=len(frame),
        revenue_start=total,
        revenue_end=revenue_end,
        churned=int(churned.sum()),
        churned_revenue=float(start[churned].sum()),
        logo_churn=float(churned.mean()),
        grr=None if kept is None else kept / total,
        nrr=None if revenue_end is None else revenue_end / total,
        response_rate=float(answered.mean()),
        responder_churn=_mean_of(churned[answered]),
        lost_before_t0=ledger.lost_before_t0,
        segments=segments_of(frame),
        growth=_growth(frame, end),
    )


def _mean_of(values: np.ndarray) -> float | None:
    if values.size:
        return float(values.mean())
    return None


def _growth(base: pd.DataFrame, measured: EndMeasured | None) -> Growth | None:
    """What customers pay more a year, with and without what their prices went up by under contract;
    None where the list tells no price steps.
    """
    if "price_increase" not in base or measured is None:
        return None
    start = base["revenue_start"].to_numpy(float)
    end = measured.revenue
    step: Floats = base["price_increase"].to_numpy(float)
    return Growth(
        price_increase=float(step.sum()),
        expansion=measured.sum_of(np.maximum(end - start, 0.0)),
        expansion_ex_escalator=measured.sum_of(np.maximum(end - step - start, 0.0)),
        nrr_ex_escalator=measured.sum_of(end - step) / float(start.sum()),
    )


# ---- who was lost, and when ----------------------------------------------------------------------


def _with_names(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the columns team and segment, blank where the list has none."""
    for name in ("team", "segment"):
        if name not in rows:
            rows[name] = pd.Series(None, index=rows.index, dtype="str")
    return rows


def _days(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column as days (n,), all NaT where there is no such column."""
    if name in frame:
        return pd.to_datetime(frame[name]).astype("datetime64[us]")
    return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")


def _with_loss(
    rows: pd.DataFrame, t0: dt.date | None, settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    """The rows with churn_date as days and churned: lost in the year from t0.

    The date decides where there is one, the flag elsewhere, unless a person decided for the flag:
    then a date it contradicts is cleared.
    """
    day = _days(rows, "churn_date")
    start = None if t0 is None else pd.Timestamp(t0)
    day = day.mask(back_in_time(day, _days(rows, CAME_BACK), start))
    dated = day.notna()
    flag = dated
    if "churned" in rows:
        flag = rows["churned"].astype("boolean").fillna(False).astype(bool)
    contradicted = dated & ~flag
    count = int(contradicted.sum())
    said = data_finding("review", "churn_date_wins", count=count)
    chosen, docket = decide(settings, "churn_date_or_flag", count, said)
    if chosen == "flag":
        day = day.mask(contradicted)
        dated = dated & flag
    churned = flag | dated
    if t0 is not None:
        late = dated & (day >= pd.Timestamp(t0) + pd.DateOffset(months=YEAR_MONTHS))
        if late.any():
            docket = docket.saying(
                data_finding("review", "lost_after_window", count=int(late.sum()))
            )
        churned &= ~late
        if not {"churned", "revenue_end"} & set(rows):
            docket = docket + _reach_of_leavings(rows, day, pd.Timestamp(t0), settings)
    return rows.assign(churn_date=day, churned=churned), docket


def _reach_of_leavings(
    rows: pd.DataFrame, left: pd.Series, t0: pd.Timestamp, settings: Settings
) -> Docket:
    """What is asked where nothing but days of leaving says who was lost, and all of the year from
    t0 lie so early in it that the list was likely made before the year was over.

    Where leaving is as likely on every day, all n days fall into the first share of the year with
    probability share ** n.
    """
    end = t0 + pd.DateOffset(months=YEAR_MONTHS)
    within = left[(left >= t0) & (left < end)]
    last = max(without_notices(left).max(), _days(rows, "customer_since").max())
    if within.empty or last >= end:
        return Docket()
    days = (last - t0).days + 1
    share = days / (end - t0).days
    if share ** len(within) >= _CHANCE:
        return Docket()
    said = data_finding(
        "fail",
        LEAVINGS_CODE,
        count=len(within),
        t0=t0.date(),
        last=last.date(),
        latest=full_year_from(last + DAY),
        days=(end - last).days,
    )
    _, docket = decide(settings, LEAVINGS_CODE, len(within), said)
    return docket


def _lost_before(rows: pd.DataFrame, t0: dt.date | None) -> pd.Series:
    if t0 is None:
        return pd.Series(False, index=rows.index)
    return rows["churn_date"].notna() & (rows["churn_date"] < pd.Timestamp(t0))


def _joined_after_year(rows: pd.DataFrame, t0: dt.date | None) -> tuple[pd.Series, Docket]:
    """((n,) True for customers who joined after the year from t0, what is said of them): they have
    no place in it. Where revenue at the end is told too, that at the start is of its day.
    """
    nobody = pd.Series(False, index=rows.index)
    if t0 is None or "revenue_end" in rows:
        return nobody, Docket()
    after = pd.Timestamp(t0) + pd.DateOffset(months=YEAR_MONTHS)
    late = _days(rows, "customer_since") >= after
    if not late.any():
        return nobody, Docket()
    said = data_finding("review", "joined_after_year", count=int(late.sum()), after=after.date())
    return late, Docket(findings=(said,))


def _tenure(rows: pd.DataFrame, t0: dt.date | None) -> pd.Series:
    """Months until t0, (n,); negative for those who joined later."""
    if "tenure_months" in rows and rows["tenure_months"].notna().any():
        return rows["tenure_months"].astype(float)
    if t0 is None or "customer_since" not in rows:
        return pd.Series(np.nan, index=rows.index)
    days = (pd.Timestamp(t0) - _days(rows, "customer_since")).dt.days
    months: pd.Series = (days / MONTH_DAYS).astype(float)
    return months


def _tenure_from_zero(base: pd.DataFrame, t0: dt.date | None) -> tuple[pd.DataFrame, Docket]:
    """The base with no tenure below 0; says how many of it joined after t0."""
    later = base["tenure_months"] < 0
    docket = Docket()
    if t0 is not None and later.any():
        docket = docket.saying(
            data_finding("review", "joined_after_t0", count=int(later.sum()), t0=t0)
        )
    return base.assign(tenure_months=base["tenure_months"].clip(lower=0)), docket


# ---- revenue at the start ------------------------------------------------------------------------


def _revenue_start(
    rows: pd.DataFrame, before: pd.Series, settings: Settings
) -> tuple[pd.Series, Docket]:
    """(revenue at the start (n,), who is outside the base for it). before (n,): lost before t0."""
    start = rows["revenue_start"].astype(float)
    negative = ~before & (start < 0)
    nothing = ~before & ~negative & ~(start > 0)
    docket = Docket()
    if before.any():
        docket = docket.saying(data_finding("review", "lost_before_t0", count=int(before.sum())))
    if nothing.any():
        docket = docket.saying(
            data_finding("review", "no_revenue_at_start", count=int(nothing.sum()))
        )
    count = int(negative.sum())
    said = data_finding("review", "negative_revenue_at_start", count=count)
    chosen, decided = decide(settings, "negative_revenue", count, said)
    if chosen == "turn_sign":
        start = start.abs()
    return start, docket + decided
