"""Where the money lands: each step's benefit, its owner and P&L line, hard and soft apart."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from cxcase.roi.step_flows import Model

Money = Literal["hard", "unsigned", "soft"]
MONEY: tuple[Money, ...] = ("hard", "unsigned", "soft")


@dataclass(frozen=True)
class BenefitLine:
    """One step's present benefit.

    Soft: nobody owns it, or it has no line in the accounts; unsigned: it has both, and nobody has
    signed it off; hard: it has all three.
    """

    id: str
    money: Money
    owner: str | None
    pnl_line: str | None
    present: float  # expected present benefit, its share of what the steps bring together
    effort_days: float
    effort_cost: float | None  # at the day rate; shown apart


@dataclass(frozen=True)
class Benefits:
    """All lines of a set of steps, and their sums kept apart."""

    lines: tuple[BenefitLine, ...]

    @classmethod
    def of(
        cls, model: Model, starts: Mapping[str, int], npv_shares: Mapping[str, float]
    ) -> Benefits:
        """The lines of these started steps with their shares of the NPV."""
        return benefit_lines(model, starts, npv_shares)

    def signed(self, ids: Collection[str]) -> Benefits:
        """The same where the steps with these ids are signed off, and no other."""
        return Benefits(tuple(_signed(line, line.id in ids) for line in self.lines))

    @property
    def totals(self) -> dict[Money, float]:
        """Present benefit of each kind."""
        return {kind: self.total(kind) for kind in MONEY}

    @property
    def all(self) -> float:
        """Present benefit of all kinds."""
        return math.fsum(line.present for line in self.lines)

    @property
    def ordered(self) -> tuple[BenefitLine, ...]:
        """Hard money first, then what is not yet signed, then soft; each with most money first."""
        return tuple(sorted(self.lines, key=lambda k: (MONEY.index(k.money), -k.present)))

    def total(self, money: Money) -> float:
        """Present benefit of one kind."""
        return math.fsum(line.present for line in self.lines if line.money == money)

    @property
    def effort_days(self) -> float:
        """The company's own days, all steps."""
        return math.fsum(line.effort_days for line in self.lines)

    @property
    def effort_cost(self) -> float | None:
        """What they cost at the day rate; None without a rate."""
        priced = [line.effort_cost for line in self.lines if line.effort_cost is not None]
        if priced:
            return math.fsum(priced)
        return None


def _signed(line: BenefitLine, yes: bool) -> BenefitLine:
    """The line as its sign-off makes it; one without owner or line in the accounts stays soft."""
    if line.money == "soft":
        return line
    return replace(line, money="hard" if yes else "unsigned")


def benefit_lines(
    model: Model, starts: Mapping[str, int], npv_shares: Mapping[str, float]
) -> Benefits:
    """The lines of these steps.

    npv_shares: step id -> its share of their NPV, to which its own cost is added back.
    """
    rate = model.settings.day_rate
    lines = []
    for id, start in starts.items():
        step = model.steps[id]
        days = model.steps[id].effort_days or 0.0
        money: Money = "unsigned" if step.owner and step.pnl_line else "soft"
        cost = model.pv_cost(id, start) * float(model.cost_draws[id].mean())
        priced = days * rate if rate is not None else None
        lines.append(
            BenefitLine(id, money, step.owner, step.pnl_line, npv_shares[id] + cost, days, priced)
        )
    return Benefits(tuple(lines))
