"""Run rates: each customer's revenue a year on a given day, from subscriptions or from periods."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxcase.time_units import YEAR_DAYS

WINDOW = pd.DateOffset(months=12)
DAY = pd.Timedelta(days=1)
# a payer counts as gone after this, or after its own longest pause if that is longer
_SILENT = pd.Timedelta(days=92)
_ONCE = pd.Timedelta(days=366)  # the pause of one who paid once
_LATE = 1.25  # a payment may come this much later than after the longest pause before
# renewals on the day after an end from which ends count as the last day, not the day after
_ENOUGH = 5
_WHOLE = 360.0  # days of the twelve months that periods must cover to count as a whole year


@dataclass(frozen=True, eq=False)
class RunRates:
    """Revenue a year by customer id.

    start        at t0
    end          at t0 + 12 months
    left         the day each stopped, NaT if running
    since        the day of each one's first revenue
    dated        False where no term has a start, so that both ends are of an unknown day
    annualised   whether less than twelve months of periods were brought to a year
    """

    start: pd.Series
    end: pd.Series
    left: pd.Series
    since: pd.Series
    dated: bool
    annualised: bool = False


def ends_are_last_days(terms: pd.DataFrame) -> bool:
    """True when terms of one customer follow each other on the day after an end, not on the day."""
    starts = pd.MultiIndex.from_frame(terms[["customer_id", "start_date"]].dropna())
    ended = terms.loc[terms["end_date"].notna(), ["customer_id", "end_date"]]
    if ended.empty or starts.empty:
        return False
    same = _met(ended["customer_id"], ended["end_date"], starts)
    after = _met(ended["customer_id"], ended["end_date"] + DAY, starts)
    return bool(after >= _ENOUGH and after > 3 * same and after >= 0.1 * len(ended))


def _met(ids: pd.Series, days: pd.Series, starts: pd.MultiIndex) -> int:
    return int(pd.MultiIndex.from_arrays([ids, days]).isin(starts).sum())


def with_ends_after(terms: pd.DataFrame) -> pd.DataFrame:
    """The terms with the day after the last one as their end."""
    return terms.assign(end_date=terms["end_date"] + DAY)


def running(terms: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """(n,) True for terms with start <= day < end; blank ends run on, blank starts have begun."""
    return ~(terms["start_date"] > day) & ~(terms["end_date"] <= day)


def from_subscriptions(terms: pd.DataFrame, t0: pd.Timestamp | None) -> RunRates:
    """Sums of the yearly amounts of the terms running at t0 and at t0 + 12 months, by customer.

    terms: customer_id, start_date, end_date (the day after the last), annual, ended (1: over,
    though no end is given: it is taken to end within the year). Without t0 every term has begun and
    those that are over have ended since.
    """
    dated = bool(terms["start_date"].notna().any()) and t0 is not None
    over = (terms["ended"] == 1) & terms["end_date"].isna()
    if t0 is None or not dated:
        over |= terms["end_date"].notna()
        at_start = pd.Series(True, index=terms.index)
        at_end = ~over
    else:
        at_start = running(terms, t0)
        at_end = running(terms, t0 + WINDOW) & ~over
    customer = terms["customer_id"]
    annual = terms["annual"]
    pays = annual > 0
    ended = pays
    if t0 is not None:
        ended = pays & (terms["end_date"] <= t0 + WINDOW)
    last_end = terms["end_date"].where(ended).groupby(customer).max()
    still = (pays & at_end).groupby(customer).any()
    return RunRates(
        start=annual.where(at_start, 0.0).groupby(customer).sum(),
        end=annual.where(at_end, 0.0).groupby(customer).sum(),
        left=last_end.where(~still),
        since=terms["start_date"].groupby(customer).min(),
        dated=dated,
    )


def from_periods(rows: pd.DataFrame, t0: pd.Timestamp) -> RunRates:
    """Revenue of the last twelve months of whole periods before t0, and before t0 + 12 months, by
    customer.

    rows: customer_id, start, end (the day after), amount. Where the periods cover less than twelve
    months their sum is brought to a year. A customer who has been silent for longer than ever
    before (and three months) counts as gone.
    """
    pauses = _longest_pause(rows)
    start = _rates_before(rows, t0, pauses)
    end = _rates_before(rows, t0 + WINDOW, pauses)
    left = end.last_paid.where((end.rate <= 0) & end.last_paid.notna())
    first_paid = rows.loc[rows["amount"] > 0].groupby("customer_id")["start"].min()
    return RunRates(
        start=start.rate,
        end=end.rate,
        left=left,
        since=first_paid.reindex(_customers(rows)),
        dated=True,
        annualised=min(start.covered, end.covered) < 1.0,
    )


@dataclass(frozen=True, eq=False)
class _RatesBefore:
    """By customer: rate, revenue a year; last_paid, the end of the last period paid for.

    covered: the share of a year that the periods cover.
    """

    rate: pd.Series
    last_paid: pd.Series
    covered: float


def _rates_before(rows: pd.DataFrame, day: pd.Timestamp, pauses: pd.Series) -> _RatesBefore:
    """Revenue of the twelve months of whole periods before the day, 0 for those silent for longer
    than their pause.
    """
    ids = _customers(rows)
    until = _last_boundary(rows, day)
    inside = (rows["start"] >= until - WINDOW) & (rows["end"] <= until)
    covered = _covered(rows.loc[inside])
    total = rows["amount"].where(inside, 0.0).groupby(rows["customer_id"]).sum().reindex(ids)
    paid = rows.loc[(rows["amount"] > 0) & (rows["end"] <= until)]
    last_paid = paid.groupby("customer_id")["end"].max().reindex(ids)
    silent = last_paid.isna() | ((until - last_paid) > pauses.reindex(ids))
    return _RatesBefore((total / covered).where(~silent, 0.0), last_paid, covered)


def _customers(rows: pd.DataFrame) -> pd.Index:
    ids: pd.Index = pd.Index(rows["customer_id"].unique(), name="customer_id")
    return ids


def _last_boundary(rows: pd.DataFrame, day: pd.Timestamp) -> pd.Timestamp:
    """The end of the last whole period by that day; of invoices (a day long) the day itself."""
    if grain(rows) <= DAY:
        return day
    ends = rows.loc[rows["end"] <= day, "end"]
    if len(ends):
        last: pd.Timestamp = ends.max()
        return last
    return day


def grain(rows: pd.DataFrame) -> pd.Timedelta:
    """The longest period, the time within which data may end before the day that is looked at."""
    if len(rows):
        longest: pd.Timedelta = (rows["end"] - rows["start"]).max()
        return longest
    return pd.Timedelta(0)


def _covered(inside: pd.DataFrame) -> float:
    """Share of a year that these periods cover; 1 for invoices, and where there is none."""
    if inside.empty or grain(inside) <= DAY:
        return 1.0
    spans = inside[["start", "end"]].drop_duplicates()
    days = float((spans["end"] - spans["start"]).dt.days.sum())
    if days >= _WHOLE:
        return 1.0
    return days / YEAR_DAYS


def _longest_pause(rows: pd.DataFrame) -> pd.Series:
    """By customer, the longest time without paying between two payments (a year for one who paid
    once), with an allowance for a late one.
    """
    payments = rows.loc[rows["amount"] > 0, ["customer_id", "start", "end"]]
    paid = payments.drop_duplicates().sort_values("start")
    by = paid.groupby("customer_id")
    pause = (paid["start"] - by["end"].shift()).groupby(paid["customer_id"]).max()
    once = by.size() == 1
    longest = pause.where(~once, _ONCE) * _LATE
    return longest.where(longest > _SILENT, _SILENT)


def known_until(days: list[pd.Series]) -> pd.Timestamp | None:
    """The day after the latest of these days; None when there is none."""
    known = [s.max() for s in days if len(s) and s.notna().any()]
    if known:
        after: pd.Timestamp | None = max(known).normalize() + DAY
        return after
    return None


def full_year_from(until: pd.Timestamp) -> dt.date:
    """The latest day from which the data hold twelve months."""
    return (until - WINDOW).date()


def by_largest(terms: pd.DataFrame, t0: pd.Timestamp | None, columns: list[str]) -> pd.DataFrame:
    """By customer, the columns of the term that brings most at t0 (else of the first to start)."""
    now = pd.Series(True, index=terms.index)
    if t0 is not None:
        now = running(terms, t0)
    order = terms.assign(_now=now, _big=np.where(now, terms["annual"], 0.0))
    ties = [c for c in ("start_date", "end_date", "subscription_id", *columns) if c in order]
    order = order.sort_values(
        ["_now", "_big", *ties],
        ascending=[False, False, *[True] * len(ties)],
        kind="stable",
        na_position="last",
    )
    return order.drop_duplicates("customer_id").set_index("customer_id")[columns]
