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
_ENOUGH_PAID = 3  # payments from which a customer's pauses are known
_SOME_DAYS = pd.Timedelta(days=15)  # an invoice may be sent this much later than any before
_SELDOM = pd.Timedelta(days=75)  # invoices further apart are each for the time until the next
_ONCE = pd.Timedelta(days=366)  # the pause of one who paid once
_LATE = 1.25  # a payment may come this much later than after the longest pause before
# renewals on the day after an end from which ends count as the last day, not the day after
_ENOUGH = 5
_FEW_LEFT = 5  # days of leaving from which the usual pause between two is known
_PAUSE = pd.Timedelta(days=92)  # without leavings, after which those who still leave gave notice
_FEW = 0.05  # of those who left: no more gave notice
_SEVERAL_SPANS = 2
_NEARLY_WHOLE = 335.0  # days of the twelve months that invoices must be for
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
    silent       customers who have paid nothing for longer than they ever paused, but not yet for
                 so long that they count as gone; True by id
    """

    start: pd.Series
    end: pd.Series
    left: pd.Series
    since: pd.Series
    dated: bool
    annualised: bool = False
    silent: pd.Series | None = None


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


def from_periods(rows: pd.DataFrame, t0: pd.Timestamp, *, silent_is_lost: bool = False) -> RunRates:
    """Revenue of the last twelve months of whole periods before t0, and before t0 + 12 months, by
    customer.

    rows: customer_id, start, end (the day after), amount. Where the periods cover less than twelve
    months their sum is brought to a year. A customer who has been silent for longer than ever
    before (and three months) counts as gone. silent_is_lost: at the end also one who has been
    silent for longer than ever before.
    """
    pauses = _longest_pause(rows)
    start = _rates_before(rows, t0, pauses)
    end = _rates_before(rows, t0 + WINDOW, pauses)
    shortly = _rates_before(rows, t0 + WINDOW, _own_pause(rows))
    silent = (start.rate > 0) & (end.rate > 0) & (shortly.rate <= 0)
    if silent_is_lost:
        end = shortly
    left = end.last_paid.where((end.rate <= 0) & end.last_paid.notna())
    left = left + _paid_for(rows).reindex(left.index)
    first_paid = rows.loc[rows["amount"] > 0].groupby("customer_id")["start"].min()
    return RunRates(
        start=start.rate,
        end=end.rate,
        left=left,
        since=first_paid.reindex(_customers(rows)),
        dated=True,
        annualised=min(start.covered, end.covered) < 1.0,
        silent=silent,
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
    if grain(rows) <= DAY:
        covered = _covered_by_invoices(rows, until)
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
    if days >= _WHOLE or _once_a_year(inside, len(spans)):
        return 1.0
    return days / YEAR_DAYS


def _covered_by_invoices(rows: pd.DataFrame, until: pd.Timestamp) -> float:
    """Share of the year before the day that invoices are for, each for as long as it usually takes
    until a customer's next one; 1 where nobody has two, or but for a few days.
    """
    paid = rows.loc[rows["amount"] > 0, ["customer_id", "start"]].drop_duplicates()
    paid = paid.sort_values("start")
    pauses = paid.groupby("customer_id")["start"].diff().groupby(paid["customer_id"]).median()
    if pauses.isna().all():
        return 1.0
    first = max(paid["start"].min(), until - WINDOW)
    usual = pd.Timedelta(pauses.median())
    days = float((until - first).days + usual.days)
    if days >= _NEARLY_WHOLE:
        return 1.0
    return max(days, 1.0) / YEAR_DAYS


def _once_a_year(inside: pd.DataFrame, spans: int) -> bool:
    """True where several periods of a year are there and hardly a customer has two: each has a row
    a year, in a month of its own, which holds the whole year.
    """
    if spans < _SEVERAL_SPANS:
        return False
    paid = inside.loc[inside["amount"] > 0, ["customer_id", "start"]].drop_duplicates()
    rows = paid.groupby("customer_id").size()
    return bool(len(rows)) and float((rows > 1).mean()) <= _FEW


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


def _paid_for(rows: pd.DataFrame) -> pd.Series:
    """By customer, how long an invoice is for where it is seldom sent: as long as it takes until
    the next one comes; of one invoice alone as with most others, else a year. Nothing for amounts
    by period.
    """
    by = rows.loc[rows["amount"] > 0].sort_values("start").groupby("customer_id")
    if grain(rows) > DAY or not len(by):
        return pd.Series(pd.Timedelta(0), index=_customers(rows))
    pauses = by["start"].diff().groupby(rows["customer_id"]).max()
    usual = pauses.median() if pauses.notna().any() else _ONCE
    pauses = pauses.fillna(usual).reindex(_customers(rows))
    return pauses.where(pauses > _SELDOM, pd.Timedelta(0))


def _own_pause(rows: pd.DataFrame) -> pd.Series:
    """By customer, the longest time without paying between two payments, with some days' allowance;
    for one who paid less than three times as long as anybody's.
    """
    payments = rows.loc[rows["amount"] > 0, ["customer_id", "start", "end"]].drop_duplicates()
    paid = payments.sort_values("start")
    by = paid.groupby("customer_id")
    pause = (paid["start"] - by["end"].shift()).groupby(paid["customer_id"]).max()
    known = by.size() >= _ENOUGH_PAID
    pause = pause.where(known, pd.Timedelta(days=YEAR_DAYS)) * _LATE
    return pause + (_SOME_DAYS if grain(rows) <= DAY else pd.Timedelta(0))


def without_notices(left: pd.Series, known: pd.Timestamp | None = None) -> pd.Series:
    """The days of leaving but those of the few who gave notice for a day long after all others.

    known: the day after the last that others know of; up to it nobody's leaving is a notice. Where
    leaving is as likely on every day, none of n pauses is longer than (ln n + 7) times the mean one
    in 999 of 1,000 lists, and the median is ln 2 times the mean.
    """
    days = left.dropna().sort_values(ignore_index=True)
    n = len(days)
    if n < _FEW_LEFT:
        return days
    pauses = days.diff()
    usual = pauses.median() / np.log(2)
    late = pauses > max(_PAUSE, usual * (np.log(n) + 7))
    late &= np.arange(n) >= n - max(1, _FEW * n)
    if known is not None:
        late &= days >= known
    seen: pd.Series = days[~late.cummax()]
    return seen


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
