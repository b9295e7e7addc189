"""What a person may choose, one frozen class a kind: the money there is, the rules of a plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cxcase.checks import at_least, between
from cxcase.errors import SettingsError
from cxcase.settings import Every

Phase = Literal["crawl", "walk", "run"]
PHASES: Mapping[str, Phase] = {"crawl": "crawl", "walk": "walk", "run": "run"}
CRAWL = 6  # last month in which a step of this phase starts
WALK = 18
QUARTER = 3  # months
LAST_START = 36  # month of the plan after which nothing starts
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def quarter(start: int) -> int:
    """The quarter of the plan that a month is in, from 0: months 1 to 3, 4 to 6 and so on."""
    return (start - 1) // QUARTER


def phase(start: int) -> Phase:
    """Crawl starts in months 1 to 6, walk in 7 to 18, run later."""
    if start <= CRAWL:
        return "crawl"
    if start <= WALK:
        return "walk"
    return "run"


@dataclass(frozen=True)
class FixedBudget:
    """A sum for one-off costs plus the yearly costs that fall in the plan's first 12 months."""

    amount: float

    def __post_init__(self) -> None:
        at_least("budget", self.amount, 0.0)


@dataclass(frozen=True)
class PeriodBudget:
    """A sum a period, of cash as it falls.

    One-off costs fall at the start, yearly costs in twelfths while the step runs. fiscal_start:
    calendar month in which the fiscal year begins; begins: calendar month of the plan's month 1.
    The first period is what is left of the fiscal period the plan begins in. Nothing starts after
    the last period.
    """

    amounts: tuple[float, ...]
    every: Every
    fiscal_start: int
    begins: int
    roll_over: bool = True

    def __post_init__(self) -> None:
        if not self.amounts:
            raise SettingsError(
                "out_of_range", name="budget", found="()", expected="one sum or more"
            )
        for amount in self.amounts:
            at_least("budget", amount, 0.0)
        between("fiscal_start", self.fiscal_start, 1, 12)
        between("begins", self.begins, 1, 12)

    @property
    def amount(self) -> float:
        """All of it."""
        return math.fsum(self.amounts)

    @property
    def periods(self) -> tuple[tuple[int, int], ...]:
        """(first, last) plan month of each period."""
        length = _MONTHS[self.every]
        gone = (self.begins - self.fiscal_start) % length
        ends = [length - gone + length * k for k in range(len(self.amounts))]
        return tuple(zip([1, *(end + 1 for end in ends[:-1])], ends, strict=True))

    def times(self, share: float) -> PeriodBudget:
        """The same with every sum multiplied."""
        amounts = tuple(amount * share for amount in self.amounts)
        return PeriodBudget(amounts, self.every, self.fiscal_start, self.begins, self.roll_over)


@dataclass(frozen=True)
class TargetReturn:
    """The most expected NPV among plans whose NPV is at least `roi` times their present cost."""

    roi: float
    most: float | None = None  # to spend, as in `FixedBudget`

    def __post_init__(self) -> None:
        at_least("roi", self.roi, -1.0)

    @property
    def amount(self) -> float:
        """What may be spent; infinite without a limit."""
        if self.most is None:
            return math.inf
        return self.most


@dataclass(frozen=True)
class SmallestBudgetFor:
    """The plan that spends least among those whose expected NPV is at least `npv`."""

    npv: float
    amount: float = math.inf


@dataclass(frozen=True)
class MostCertain:
    """The plan that is best in bad cases: (1 - aversion) * expected NPV + aversion * CVaR.

    CVaR is the mean of the worst `tail` of all draws (Rockafellar & Uryasev 2000, Journal of Risk
    2, 21-41).
    """

    amount: float
    aversion: float = 0.5
    tail: float = 0.1

    def __post_init__(self) -> None:
        at_least("budget", self.amount, 0.0)
        between("aversion", self.aversion, 0.0, 1.0)
        between("tail", self.tail, 0.001, 1.0)


Choice = FixedBudget | PeriodBudget | TargetReturn | SmallestBudgetFor | MostCertain


@dataclass(frozen=True)
class Capacity:
    """Days a month that a team has for change; a step takes its effort evenly until delivered.

    effort: step id -> days of this team in all.
    """

    team: str
    days_per_month: float
    effort: Mapping[str, float]


@dataclass(frozen=True)
class EarlyWin:
    """At least one step that pays back within `days` of the plan's start, with probability p."""

    days: int = 180
    p: float = 0.8


@dataclass(frozen=True)
class Phasing:
    """Crawl, walk, run: a phase opens once `unlock` steps of the one before are delivered.

    most: how many steps may start in a phase; tags: steps held to a phase.
    """

    unlock: int = 2
    most: Mapping[Phase, int] = field(default_factory=dict)
    tags: Mapping[str, Phase] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """What a plan has to keep beside the sheet's own needs, exclusions and duties."""

    capacity: tuple[Capacity, ...] = ()
    early_win: EarlyWin | None = None
    phasing: Phasing | None = None
    mandatory: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    starts_per_quarter: int | None = None  # steps that may start in three months of the plan

    @property
    def timed(self) -> bool:
        """True when a later start than the earliest may be the better one."""
        return bool(self.capacity or self.phasing or self.starts_per_quarter)
