"""The ledger: who was a customer at t0, who was lost in the year after, and the totals of that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.intake.customer_list.deduplicate import one_row_each
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.customer_list.price_steps_in_money import with_price_steps
from cxcase.intake.customer_list.segments import segments_of
from cxcase.intake.result import Base, Growth
from cxcase.settings import Settings
from cxcase.time_units import MONTH_DAYS, YEAR_MONTHS


@dataclass(frozen=True, eq=False)
class Ledger:
    """Base customers at t0, one row each in file order, and what was decided on the way.

    customers   customer_id, team, segment, tenure_months, revenue_start, revenue_end, churned,
                churn_date, extras; price_increase (money a year) where it is known
    outside     id -> churn date of customers lost before t0 (NaT where only the loss is known)
    came_up     decision -> rows or customers it touches
    aside       reason -> rows of the list that were set aside
    currency    the main one; None where the list shows one at most
    """

    customers: pd.DataFrame
    outside: pd.Series
    lost_before_t0: int
    has_revenue_end: bool
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
    rows = _with_names(listed.rows.reset_index(drop=True).copy())
    rows, about_loss = _with_loss(rows, t0, settings)
    rows = rows.assign(tenure_months=_tenure(rows, t0))
    before = _lost_before(rows, t0)
    outside = rows.loc[before].set_index("customer_id")["churn_date"]
    start, about_start = _revenue_start(rows, before, settings)
    base = rows.assign(revenue_start=start).loc[~before & (start > 0)].reset_index(drop=True)
    base, about_tenure = _tenure_from_zero(base, t0)
    has_end = "revenue_end" in base and bool(base["revenue_end"].notna().any())
    about_end = about_steps = Docket()
    if has_end:
        base, about_end = _with_end(base, settings)
    else:
        base = _end_as_start(base)
    base, unknown = _end_known(base)
    if has_end:
        base, about_steps = with_price_steps(base, settings)
    docket = docket + about_loss + about_start + about_tenure + about_end + about_steps
    return Ledger(
        customers=base,
        outside=outside,
        lost_before_t0=int(before.sum()),
        has_revenue_end=has_end,
        findings=docket.findings,
        came_up=docket.counts,
        aside={**listed.aside, **unknown},
        currency=listed.currency,
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
        responder_churn=_mean_of(churned[answered]),
        lost_before_t0=ledger.lost_before_t0,
        segments=segments_of(frame),
        growth=_growth(frame),
    )


def _mean_of(values: np.ndarray) -> float | None:
    if values.size:
        return float(values.mean())
    return None


def _growth(base: pd.DataFrame) -> Growth | None:
    """What customers pay more a year, with and without what their prices went up by under contract;
    None where the list tells no price steps.
    """
    if "price_increase" not in base:
        return None
    start = base["revenue_start"].to_numpy(float)
    end = base["revenue_end"].to_numpy(float)
    step: Floats = base["price_increase"].to_numpy(float)
    return Growth(
        price_increase=float(step.sum()),
        expansion=float(np.maximum(end - start, 0.0).sum()),
        expansion_ex_escalator=float(np.maximum(end - step - start, 0.0).sum()),
        nrr_ex_escalator=float((end - step).sum() / start.sum()),
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
    return rows.assign(churn_date=day, churned=churned), docket


def _lost_before(rows: pd.DataFrame, t0: dt.date | None) -> pd.Series:
    if t0 is None:
        return pd.Series(False, index=rows.index)
    return rows["churn_date"].notna() & (rows["churn_date"] < pd.Timestamp(t0))


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


# ---- revenue at the start and twelve months later ------------------------------------------------


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


def _end_as_start(base: pd.DataFrame) -> pd.DataFrame:
    """Where no end was given at all it is the start's, 0 for the lost: growth is not known."""
    return base.assign(revenue_end=base["revenue_start"].where(~base["churned"], 0.0))


def _with_end(base: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Docket]:
    """The base with revenue_end, the run rate at t0 + 12 months: 0 for the lost, NaN for those to
    be set aside.
    """
    base = base.assign(revenue_end=base["revenue_end"].astype(float))
    base, about_paying = _lost_but_paying(base, settings)
    end, about_blanks = _blanks_filled(base, settings)
    base, about_stopped = _kept_without_revenue(base.assign(revenue_end=end), settings)
    base = base.assign(revenue_end=base["revenue_end"].where(~base["churned"], 0.0))
    return base, about_paying + about_blanks + about_stopped


def _end_known(base: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """(the base whose revenue_end is known, reason -> the rows set aside)."""
    unknown = base["revenue_end"].isna()
    if not unknown.any():
        return base, {}
    return base.loc[~unknown].reset_index(drop=True), {"revenue_end_missing": base.loc[unknown]}


def _lost_but_paying(base: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Docket]:
    """Customers who left and still show revenue at the end: lost, or kept after all."""
    paying = base["churned"] & (base["revenue_end"] > 0)
    count = int(paying.sum())
    revenue = float(base.loc[paying, "revenue_end"].sum())
    said = data_finding("review", "lost_but_paying", count=count, revenue=revenue)
    chosen, docket = decide(settings, "lost_but_paying", count, said)
    if chosen == "lost":
        return base, docket
    kept = base.assign(
        churned=base["churned"] & ~paying, churn_date=base["churn_date"].mask(paying)
    )
    return kept, docket


def _blanks_filled(base: pd.DataFrame, settings: Settings) -> tuple[pd.Series, Docket]:
    """revenue_end with the blanks of those who stayed filled, or left blank where they are to be
    set aside.
    """
    end = base["revenue_end"]
    blank = ~base["churned"] & end.isna()
    count = int(blank.sum())
    said = data_finding("review", "revenue_end_blank", count=count)
    chosen, docket = decide(settings, "revenue_end_blank", count, said)
    if chosen == "set_aside":
        return end, docket
    if chosen == "zero":
        return end.mask(blank, 0.0), docket
    return end.fillna(base["revenue_start"]), docket


def _kept_without_revenue(base: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Docket]:
    """Customers who stayed and pay nothing at the end (or less): as they are, at 0, or lost."""
    stopped = ~base["churned"] & (base["revenue_end"] <= 0)
    count = int(stopped.sum())
    said = data_finding("review", "kept_without_revenue", count=count)
    chosen, docket = decide(settings, "kept_without_revenue", count, said)
    if chosen == "lost":
        base = base.assign(churned=base["churned"] | stopped)
    elif chosen == "zero":
        base = base.assign(revenue_end=base["revenue_end"].mask(stopped, 0.0))
    return base, docket
