"""What units alone add to a link: what was counted, which reading is believed, how well means are
measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.estimate import Estimate


@dataclass(frozen=True)
class Measured:
    """How well the mean of `what` (ex, cx) is measured: reliability of the differences that the
    slope rests on.

    at_least: True where answers' spread is not given, so that the share is the least it can be.
    """

    what: str
    reliability: float
    at_least: bool


@dataclass(frozen=True)
class Believed:
    """Which reading of a path is the headline: pooled | pooled_lagged | within | within_lagged, and
    why (a code).

    estimate: what this reading says; disagree: the pooled and the believed slope have different
    signs.
    """

    of: str
    reading: str
    why: str
    disagree: bool
    estimate: Estimate


@dataclass(frozen=True)
class UnitWorth:
    """Revenue a year that goes with one more point in one unit; its mean score, and its share lost
    a year (or NaN).
    """

    unit: str
    revenue: float
    worth: Estimate
    score: float
    lost: float


@dataclass(frozen=True)
class Units:
    """units are what is counted, whatever the rows; periods 1: once. months: length of a period,
    None where not known.

    outcome: what the worth rests on: churn | kept | sales.
    """

    units: int
    rows: int
    periods: int
    months: float | None
    outcome: str | None
    believed: tuple[Believed, ...]
    measured: tuple[Measured, ...]
    worth: tuple[UnitWorth, ...]
