"""Who was lost in the year: by revenue, by the leavings listed, by the list's own mark; and where
these disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.run_rates import DAY, WINDOW, RunRates

ChurnSource = Literal["revenue", "events", "flag"]
SOURCES: tuple[ChurnSource, ...] = ("revenue", "events", "flag")  # the first that is there decides
_DISAGREE = {
    "revenue": "churn_sources_disagree",
    "events": "churn_sources_disagree_events",
    "flag": "churn_sources_disagree_flag",
}
_PAIRS: tuple[tuple[ChurnSource, ChurnSource], ...] = (
    ("revenue", "events"),
    ("revenue", "flag"),
    ("events", "flag"),
)


@dataclass(frozen=True, eq=False)
class Losses:
    """lost (n,) bool and day (n,) datetime by customer id, as one source tells it."""

    lost: pd.Series
    day: pd.Series

    def lost_or_dated(self) -> pd.Series:
        """(n,) True for customers lost in the year, or gone on a day outside it."""
        return self.lost | self.day.notna()


def by_revenue(rates: RunRates, ids: pd.Index, t0: pd.Timestamp | None) -> Losses:
    """Lost: revenue at the start and none twelve months later. day: the last day on which something
    ran.

    Those whose last term ended by the start and who never came back have their day too: they had
    left before.
    """
    start = rates.start.reindex(ids).fillna(0.0)
    end = rates.end.reindex(ids).fillna(0.0)
    lost = (start > 0) & (end <= 0)
    day = rates.left.reindex(ids)
    if t0 is None:
        return Losses(lost, day.where(lost))
    before = (start <= 0) & (end <= 0) & (day <= t0)
    day_before = _no_later_than(day, t0 - DAY).where(before)
    return Losses(lost, _no_later_than(day, t0 + WINDOW - DAY).where(lost, day_before))


def _no_later_than(days: pd.Series, latest: pd.Timestamp) -> pd.Series:
    return days.where(~(days > latest), latest)


def by_events(
    events: pd.DataFrame, ids: pd.Index, t0: pd.Timestamp | None, dated_revenue: bool
) -> Losses:
    """Lost: the last event in the year is a leaving, not a return. Without t0 any event counts.

    events: customer_id, churn_date, returned. A leaving before the start counts as its day only
    where revenue does not tell who was still paying.
    """
    ordered = events.sort_values(["churn_date", "returned"], kind="stable")
    if t0 is not None:
        ordered = ordered.loc[ordered["churn_date"] < t0 + WINDOW]
    last = ordered.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    gone = (last["returned"] != 1).reindex(ids, fill_value=False).astype(bool)
    day = last["churn_date"].reindex(ids).where(gone)
    lost = gone
    if t0 is not None:
        lost = gone & (day >= t0)
    if dated_revenue:
        day = day.where(lost)
    return Losses(lost, day)


def by_flag(flag: pd.Series, day: pd.Series, t0: pd.Timestamp | None) -> Losses:
    """Lost: marked as lost, or dated; a day outside the year speaks for itself."""
    lost = (flag == 1) | day.notna()
    if t0 is not None:
        lost &= ~(day < t0) & ~(day >= t0 + WINDOW)
    return Losses(lost, day)


def back_in_time(day: pd.Series, back: pd.Series, t0: pd.Timestamp | None) -> pd.Series:
    """(n,) True for customers who left on their day and came back: before the year from t0 where
    they had left before it, else before its end. Without t0, whenever they came back.
    """
    came: pd.Series = back >= day
    if t0 is None:
        return came
    until = pd.Series(t0 + WINDOW, day.index).where(day >= t0, t0 + DAY)
    return came & (back < until)


def disputed(told: Mapping[ChurnSource, Losses], in_base: pd.Series) -> int:
    """How many customers with revenue at the start are lost by one source and kept by another."""
    if len(told) < 2:
        return 0
    lost = pd.DataFrame({source: losses.lost & in_base for source, losses in told.items()})
    return int((lost.any(axis=1) & ~lost.all(axis=1)).sum())


def deciding_source(
    told: Mapping[ChurnSource, Losses],
    wanted: ChurnSource | None,
    in_base: pd.Series,
    *,
    chosen: bool = False,
) -> tuple[ChurnSource | None, list[Finding]]:
    """(the source that decides: the one wanted if it is there, else the first there; disagreement
    with counts).

    in_base: (n,) True for customers with revenue at the start, among whom the sources are compared.
    chosen: a person chose the one that is wanted.
    """
    there = [source for source in SOURCES if source in told]
    if not there:
        return None, []
    findings = []
    used = there[0]
    if wanted is not None and wanted in told:
        used = wanted
    elif wanted is not None:
        findings.append(data_finding("review", "churn_source_missing", source=wanted))
    lost = {source: told[source].lost & in_base for source in there}
    if any(not lost[source].equals(lost[used]) for source in there):
        counts = _counts(lost, int(in_base.sum()))
        owned = chosen and used == wanted
        findings.append(data_finding("ok" if owned else "review", _DISAGREE[used], **counts))
    return used, findings


def _counts(lost: Mapping[ChurnSource, pd.Series], total: int) -> dict[str, int | None]:
    """Customers that each source calls lost, and that two of them do; None where one is missing."""
    counts: dict[str, int | None] = {"total": total}
    for source in SOURCES:
        counts[f"by_{source}"] = int(lost[source].sum()) if source in lost else None
    for one, other in _PAIRS:
        both = None
        if one in lost and other in lost:
            both = int((lost[one] & lost[other]).sum())
        counts[f"{one}_and_{other}"] = both
    return counts
