"""The year after the start, held against the days that the tables know of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from cxcase.checks import Finding, FindingStatus
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.merge_parts import Joined
from cxcase.intake.customer_list.run_rates import (
    DAY,
    WINDOW,
    ends_are_last_days,
    full_year_from,
    grain,
    known_until,
    with_ends_after,
    without_notices,
)
from cxcase.intake.schema import Role

# data that end this much before the year is over are used, and it is said
_NEARLY = pd.Timedelta(days=31)
_ORDER = (
    "customer_id",
    "start_date",
    "end_date",
    "annual",
    "start",
    "end",
    "amount",
    "churn_date",
    "returned",
)
_NO_DAYS = pd.Series([], dtype="datetime64[us]")
_NO_ROWS = pd.DataFrame()


@dataclass(frozen=True, eq=False)
class DatedTables:
    """The tables with days, and the year they are read for.

    terms        subscriptions, their end_date the day after the last
    periods      revenue by period
    events       leavings and returns
    t0           the start of the year; None where none is dated
    whole_year   whether the year is over in the data
    findings     what is said of days
    """

    terms: pd.DataFrame
    periods: pd.DataFrame
    events: pd.DataFrame
    t0: pd.Timestamp | None
    whole_year: bool
    findings: tuple[Finding, ...] = ()

    @property
    def day(self) -> dt.date | None:
        """t0 as a date."""
        if self.t0 is None:
            return None
        return self.t0.date()


def dated_tables(joined: Joined, t0: dt.date | None, answered: pd.Series) -> DatedTables:
    """The tables with days of the joined parts, and whether they hold the year after t0.

    t0: the start that was chosen or follows from the survey; None: the latest from which the data
    hold a year. answered: days of survey responses, which show how far the data reach.
    """
    terms = _stacked(joined, "subscriptions")
    periods = _stacked(joined, "revenue_periods")
    events = _stacked(joined, "churn_events")
    findings = []
    if len(terms) and ends_are_last_days(terms):
        terms = with_ends_after(terms)
        findings.append(data_finding("review", "ends_read_as_last_days"))
    until = None
    if len(terms) or len(periods) or len(events):
        until = _known_until(terms, periods, events, joined.facts, answered)
    if until is None:
        start = None if t0 is None else pd.Timestamp(t0)
        whole, about_window = list_reaches(t0, joined.facts, answered)
        findings += about_window
        return DatedTables(terms, periods, events, start, whole, tuple(findings))
    if t0 is None:
        t0 = full_year_from(until)
        findings.append(data_finding("review", "t0_latest_full_year", t0=t0, until=until.date()))
    listed = bool(joined.of("customers"))
    whole, about_window = _holds_the_year(
        pd.Timestamp(t0),
        until,
        grain(periods),
        _first_day(terms, periods, events),
        "review" if listed else "fail",
    )
    findings += about_window
    return DatedTables(terms, periods, events, pd.Timestamp(t0), whole, tuple(findings))


def list_reaches(
    t0: dt.date | None, facts: pd.DataFrame, answered: pd.Series
) -> tuple[bool, list[Finding]]:
    """(whether a list on its own knows of the year after t0, what is said of that).

    A mark or the revenue at the end speaks for itself. Where days alone tell who left and none of
    all days lies beyond the start, the list ends before it: nobody it holds can be called kept.
    """
    told = {"churned", "revenue_end"} & set(facts)
    if t0 is None or told or "churn_date" not in facts or facts["churn_date"].isna().all():
        return True, []
    until = _known_until(_NO_ROWS, _NO_ROWS, _NO_ROWS, facts, answered)
    if until is None or until > pd.Timestamp(t0):
        return True, []
    return _holds_the_year(pd.Timestamp(t0), until, pd.Timedelta(0), None, "fail")


def nothing_before(dated: DatedTables) -> list[Finding]:
    """What is said of amounts by period of which none lies before the start of the year."""
    rows = dated.periods
    if len(dated.terms) or not len(rows) or dated.t0 is None or (rows["end"] <= dated.t0).any():
        return []
    first, after = rows["start"].min().date(), rows["end"].max().date()
    last = after - dt.timedelta(days=1)
    return [data_finding("fail", "no_amounts_before", first=first, last=last, t0=dated.day)]


def mixed_currencies(dated: DatedTables) -> list[Finding]:
    """Customers whose money stands in several currencies: it cannot be added up."""
    tables = [t for t in (dated.terms, dated.periods) if "currency" in t]
    if not tables:
        return []
    shown = pd.concat([t[["customer_id", "currency"]] for t in tables])
    several = shown.groupby("customer_id")["currency"].nunique() > 1
    if not several.any():
        return []
    return [data_finding("fail", "customer_currencies_mixed", count=int(several.sum()))]


def _stacked(joined: Joined, role: Role) -> pd.DataFrame:
    """The rows of a role in an order of their own, so that the order of files decides nothing."""
    frames = [f for f in joined.of(role) if len(f)]
    if not frames:
        return pd.DataFrame()
    rows = pd.concat(frames, ignore_index=True)
    order = [c for c in _ORDER if c in rows]
    return rows.sort_values(order, kind="stable", ignore_index=True)


def _known_until(
    terms: pd.DataFrame,
    periods: pd.DataFrame,
    events: pd.DataFrame,
    facts: pd.DataFrame,
    answered: pd.Series,
) -> pd.Timestamp | None:
    """The day after the last one that the data know of. An end far beyond all else is a plan, not
    something seen; so is a day of leaving long after all others.
    """
    seen = [terms.get("start_date", _NO_DAYS), answered]
    left = [events.get("churn_date", _NO_DAYS)]
    if "left" in terms:
        left.append(pd.to_datetime(terms["end_date"]).where(terms["left"].eq(True)))
    if len(periods):
        seen.append(periods["end"] - DAY)
    if "customer_since" in facts:
        seen.append(pd.to_datetime(facts["customer_since"]))
    if "churn_date" in facts:
        left.append(pd.to_datetime(facts["churn_date"]))
    seen.append(without_notices(pd.concat(left, ignore_index=True), known_until(seen)))
    known = known_until(seen)
    ends = pd.to_datetime(terms.get("end_date", _NO_DAYS))
    if known is not None:
        ends = ends.where(~(ends > known + _NEARLY))
    return known_until([*seen, ends])


def _first_day(*tables: pd.DataFrame) -> pd.Timestamp | None:
    days = [
        table[column].min()
        for table in tables
        for column in ("start_date", "start", "churn_date")
        if column in table and table[column].notna().any()
    ]
    return min(days, default=None)


def _holds_the_year(
    t0: pd.Timestamp,
    until: pd.Timestamp,
    slack: pd.Timedelta,
    first: pd.Timestamp | None,
    status: FindingStatus,
) -> tuple[bool, list[Finding]]:
    """(whether the year after t0 is over in the data but for a few days, what is said of that).

    until: the day after the last that the data know of; slack: the longest period, within which
    data may end early; first: the first day in the data; status: of a year that is not over.
    """
    short = t0 + WINDOW - until
    if short <= pd.Timedelta(0) or short < slack:
        return True, []
    latest = full_year_from(until)
    params = {
        "t0": t0.date(),
        "last": (until - DAY).date(),
        "latest": latest,
        "days": short.days,
    }
    if short <= _NEARLY:
        return True, [data_finding("review", "window_nearly_complete", **params)]
    if first is not None and pd.Timestamp(latest) < first:
        params["first"] = first.date()
        return False, [data_finding(status, "data_shorter_than_a_year", **params)]
    return False, [data_finding(status, "window_not_complete", **params)]
