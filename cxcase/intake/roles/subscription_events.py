"""Events of subscriptions (new, upgrade, cancellation): each amount runs until the next event."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import blank
from cxcase.intake.values.column import Column

EVENT = ("event_type", "event_date")
_OVER = re.compile(
    r"cancel|churn|terminat|expir|closed|ended|lost|stop|kündig|gekündigt|résili|resili|baja|disdett"
    r"|opgezegd|opzeg|uppsag",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"new|start|creat|sign|upgrad|downgrad|upsell|cross|expan|contract|renew|reactiv|resum|win"
    r"|change|increase|decrease|price|neu|erhöh|verläng|nouveau|renouvel|nuev|renov",
    re.IGNORECASE,
)
_KNOWN = 0.9  # share of events that must be known by their words


def are_events(sieve: Sieve, columns: Mapping[str, str]) -> bool:
    """True for a table whose rows are events of subscriptions, each with its kind and day."""
    if not set(EVENT) <= set(columns) or "start_date" in columns:
        return False
    kinds = [c for c in sieve.table.column(columns["event_type"]) if not blank(c)]
    known = sum(bool(_OVER.search(str(c)) or _GOES_ON.search(str(c))) for c in kinds)
    return bool(kinds) and known >= _KNOWN * len(kinds)


def ends_it(kinds: Column) -> Bools:
    """(n,) True for events after which nothing runs."""
    over = [not blank(kind) and bool(_OVER.search(str(kind))) for kind in kinds.values]
    marked: Bools = kinds.spread(over, False, bool)
    return marked


def until_next(owner: Column, day: np.ndarray, alive: Bools) -> np.ndarray:
    """(n,) The day of the next event of the same owner, NaT after the last."""
    ends = np.full(len(day), np.datetime64("NaT", "us"))
    rows = np.flatnonzero(alive & ~np.isnat(day))
    codes = owner.codes[rows]
    order = np.lexsort((rows, day[rows], codes))
    ordered = rows[order]
    same = codes[order][1:] == codes[order][:-1]
    ends[ordered[:-1][same]] = day[ordered[1:][same]]
    return ends


def levels(annual: Floats, over: Bools) -> Floats:
    """What each event leaves running: its amount, nothing after an end."""
    return np.where(over, 0.0, annual)


def are_changes(annual: Floats, over: Bools, alive: Bools) -> bool:
    """True where amounts are changes, not what is paid from then on: some are negative."""
    return bool((annual[alive & ~over] < 0).any())
