"""Who was lost in the year: by revenue, by the leavings listed, by the list's own mark; and where
these disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.run_rates import DAY, WINDOW, RunRates

ChurnSource = Literal["revenue", "events", "flag"]
SOURCES: tuple[ChurnSource, ...] = ("revenue", "events", "flag")  # the first that is there decides
_DISAGREE = {
    "revenue": "churn_sources_disagree",
    "events": "churn_sources_disagree_events",
    "flag": "churn_sources_disagree_flag",
}


@dataclass(frozen=True, eq=False)
class Fate:
    """lost (n,) bool and day (n,) datetime by customer id, as one source tells it."""

    lost: pd.Series
    day: pd.Series


def by_revenue(rates: RunRates, ids: pd.Index, t0: pd.Timestamp | None) -> Fate:
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
        return Fate(lost, day.where(lost))
    before = (start <= 0) & (end <= 0) & (day <= t0)
    return Fate(lost, _by(day, t0 + WINDOW - DAY).where(lost, _by(day, t0 - DAY).where(before)))


def _by(days: pd.Series, latest: pd.Timestamp) -> pd.Series:
    return days.where(~(days > latest), latest)


def by_events(
    events: pd.DataFrame, ids: pd.Index, t0: pd.Timestamp | None, dated_revenue: bool
) -> Fate:
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
    inside = gone if t0 is None else gone & (day >= t0)
    return Fate(inside, day.where(inside) if dated_revenue else day)


def by_flag(flag: pd.Series, day: pd.Series, t0: pd.Timestamp | None) -> Fate:
    """Lost: marked as lost, or dated; a day outside the year speaks for itself."""
    lost = (flag == 1) | day.notna()
    if t0 is not None:
        lost &= ~(day < t0) & ~(day >= t0 + WINDOW)
    return Fate(lost, day)


def disputed(fates: Mapping[ChurnSource, Fate], in_base: pd.Series) -> int:
    """How many customers with revenue at the start are lost by one source and kept by another."""
    lost = pd.DataFrame({source: fate.lost & in_base for source, fate in fates.items()})
    if len(fates) > 1:
        return int((lost.any(axis=1) & ~lost.all(axis=1)).sum())
    return 0


def decide(
    fates: Mapping[ChurnSource, Fate],
    chosen: ChurnSource | None,
    in_base: pd.Series,
    findings: list[Finding],
    owned: bool = False,
) -> ChurnSource | None:
    """The source that decides: the one chosen if it is there, else the first there; disagreement is
    said with counts.

    in_base: (n,) True for customers with revenue at the start, among whom the sources are compared.
    owned: a person chose.
    """
    there = [s for s in SOURCES if s in fates]
    if not there:
        return None
    used: ChurnSource = chosen if chosen is not None and chosen in fates else there[0]
    if chosen is not None and chosen not in fates:
        findings.append(Finding("review", "churn_source_missing", "data", {"source": chosen}))
    lost = {s: fates[s].lost & in_base for s in there}
    if any(not lost[s].equals(lost[used]) for s in there):
        params: dict[str, int | None] = dict.fromkeys(
            ("total", "by_revenue", "by_events", "by_flag")
        )
        params |= {"total": int(in_base.sum())} | {f"by_{s}": int(lost[s].sum()) for s in there}
        for first, second in (("revenue", "events"), ("revenue", "flag"), ("events", "flag")):
            both = first in lost and second in lost
            # type: ignore[index]
            if both:
                params[f"{first}_and_{second}"] = int((lost[first] & lost[second]).sum())
            else:
                params[f"{first}_and_{second}"] = None
        findings.append(
            Finding("ok" if owned and used == chosen else "review", _DISAGREE[used], "data", params)
        )
    return used
