"""What each customer brings in a year on a given day: from subscriptions that run, or from revenue
by period.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxcase.time_units import YEAR_DAYS

WINDOW = pd.DateOffset(months=12)
DAY = pd.Timedelta(days=1)
_SILENT = pd.Timedelta(
    days=92
)  # a payer counts as gone after this, or after its own longest pause if that is longer
_LATE = 1.25  # a payment may come this much later than after the longest pause before
_ENOUGH = (
    5  # renewals on the day after an end from which ends count as the last day, not the day after
)
_WHOLE = 360.0  # days of the twelve months that periods must cover to count as a whole year


@dataclass(frozen=True, eq=False)
class RunRates:
    """start, end: revenue a year at t0 and t0 + 12 months by customer id; left: the day each
    stopped, NaT if running.

    dated: False where no term has a start, so that both ends are of an unknown day.
    """

    start: pd.Series
    end: pd.Series
    left: pd.Series
    since: pd.Series
    dated: bool
    annualised: bool = False


def ends_are_last_days(terms: pd.DataFrame) -> bool:
    """True when terms of one customer follow each other on the day after an end, not on the same
    day.
    """
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
    by = terms["customer_id"]
    start = terms["annual"].where(at_start, 0.0).groupby(by).sum()
    end = terms["annual"].where(at_end, 0.0).groupby(by).sum()
    pays = terms["annual"] > 0
    ended = pays & (terms["end_date"] <= t0 + WINDOW) if t0 is not None else pays
    left = terms["end_date"].where(ended).groupby(by).max()
    still = (pays & at_end).groupby(by).any()
    since = terms["start_date"].groupby(by).min()
    return RunRates(start, end, left.where(~still), since, dated)


def from_periods(rows: pd.DataFrame, t0: pd.Timestamp) -> RunRates:
    """Revenue of the last twelve months of whole periods before t0, and before t0 + 12 months, by
    customer.

    rows: customer_id, start, end (the day after), amount. Where the periods cover less than twelve
    months their sum is brought to a year. A customer who has been silent for longer than ever
    before (and three months) counts as gone.
    """
    ids = pd.Index(rows["customer_id"].unique(), name="customer_id")
    pauses = _longest_pause(rows)
    found = []
    covered = []
    seen = []
    for day in (t0, t0 + WINDOW):
        until = _last_boundary(rows, day)
        inside = (rows["start"] >= until - WINDOW) & (rows["end"] <= until)
        share = _covered(rows.loc[inside])
        covered.append(share)
        total = (
            rows["amount"].where(inside, 0.0).groupby(rows["customer_id"]).sum().reindex(ids)
            / share
        )
        paid = (
            rows.loc[(rows["amount"] > 0) & (rows["end"] <= until)]
            .groupby("customer_id")["end"]
            .max()
            .reindex(ids)
        )
        silent = paid.isna() | ((until - paid) > pauses.reindex(ids))
        found.append(total.where(~silent, 0.0))
        seen.append(paid)
    left = seen[1].where((found[1] <= 0) & seen[1].notna())
    since = rows.loc[rows["amount"] > 0].groupby("customer_id")["start"].min().reindex(ids)
    return RunRates(found[0], found[1], left, since, True, annualised=min(covered) < 1.0)


def _last_boundary(rows: pd.DataFrame, day: pd.Timestamp) -> pd.Timestamp:
    """The end of the last whole period by that day; of invoices (a day long) the day itself."""
    if grain(rows) <= DAY:
        return day
    ends = rows.loc[rows["end"] <= day, "end"]
    if len(ends):
        return ends.max()
    return day


def grain(rows: pd.DataFrame) -> pd.Timedelta:
    """The longest period, the time within which data may end before the day that is looked at."""
    if len(rows):
        return (rows["end"] - rows["start"]).max()
    return pd.Timedelta(0)


def _covered(inside: pd.DataFrame) -> float:
    """Share of a year that these periods cover together; 1 for invoices, and where nothing is
    inside.
    """
    if inside.empty or grain(inside) <= DAY:
        return 1.0
    spans = inside[["start", "end"]].drop_duplicates()
    days = float((spans["end"] - spans["start"]).dt.days.sum())
    if days >= _WHOLE:
        return 1.0
    return days / YEAR_DAYS


def _longest_pause(rows: pd.DataFrame) -> pd.Series:
    """How long each customer has at most gone without paying between two payments, a year for one
    who paid once.
    """
    paid = (
        rows.loc[rows["amount"] > 0, ["customer_id", "start", "end"]]
        .drop_duplicates()
        .sort_values("start")
    )
    by = paid.groupby("customer_id")
    pause = (paid["start"] - by["end"].shift()).groupby(paid["customer_id"]).max()
    once = by.size() == 1
    longest = pause.where(~once, pd.Timedelta(days=366)) * _LATE
    return longest.where(longest > _SILENT, _SILENT)


def known_until(days: list[pd.Series]) -> pd.Timestamp | None:
    """The day after the latest of these days; None when there is none."""
    known = [s.max() for s in days if len(s) and s.notna().any()]
    if known:
        return max(known).normalize() + DAY
    return None


def full_year_from(until: pd.Timestamp) -> dt.date:
    """The latest day from which the data hold twelve months."""
    return (until - WINDOW).date()


def by_largest(terms: pd.DataFrame, t0: pd.Timestamp | None, columns: list[str]) -> pd.DataFrame:
    """Of each customer the columns of the term that brings most at t0 (else of the first to start),
    by id.
    """
    now = running(terms, t0) if t0 is not None else pd.Series(True, index=terms.index)
    order = terms.assign(_now=now, _big=np.where(now, terms["annual"], 0.0))
    ties = [c for c in ("start_date", "end_date", "subscription_id", *columns) if c in order]
    order = order.sort_values(
        ["_now", "_big", *ties],
        ascending=[False, False, *[True] * len(ties)],
        kind="stable",
        na_position="last",
    )
    return order.drop_duplicates("customer_id").set_index("customer_id")[columns]
