"""The search for a plan as a mixed-integer programme: options, rules as rows, goal, solution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cxcase.budget.benefit_planes import CurveBenefit
from cxcase.estimate import Floats, Ints


@dataclass(frozen=True)
class Option:
    """A step that starts in a month of the plan."""

    id: str
    start: int


@dataclass(frozen=True, eq=False)
class Row:
    """low <= sum of `factor` over the options `at` <= high, and the rule that says so."""

    rule: tuple[str, ...]
    at: Ints
    factor: Floats
    low: float
    high: float

    def value(self, chosen: Floats) -> float:
        """The sum for these options (n,)."""
        return float(self.factor @ chosen[self.at])

    def kept(self, chosen: Floats) -> bool:
        """True when these options keep it, to the last digits that adding up can keep."""
        value = self.value(chosen)
        return self.low - _room(self.low) <= value <= self.high + _room(self.high)


def _room(limit: float) -> float:
    """How far adding up in floating point may carry a sum past a limit that it meets."""
    if math.isfinite(limit):
        return 1e-9 + 1e-12 * abs(limit)
    return 0.0


@dataclass(frozen=True)
class Goal:
    """Most of (1 - aversion) mean + aversion CVaR.

    Or, with `reach`, least spend whose mean is at least that. ratio: the mean must be at least this
    times the present cost.
    """

    aversion: float = 0.0
    tail: float = 0.1
    reach: float | None = None
    ratio: float | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """n options with cost and spend, the rules as rows, and the benefit of each curve they move.

    cost_draws (n, scenarios): present cost; spend (n,); saved (n,): present saving.
    """

    options: tuple[Option, ...]
    cost_draws: Floats
    spend: Floats
    rows: tuple[Row, ...]
    benefits: tuple[CurveBenefit, ...]
    goal: Goal = field(default_factory=Goal)
    saved: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def saving(self) -> Floats:
        """(n,) present saving, 0 where nothing is saved."""
        return self.saved if len(self.saved) else np.zeros(len(self.options))

    @property
    def cost(self) -> Floats:
        """(n,) expected present cost."""
        if len(self.options):
            return np.asarray(self.cost_draws.mean(axis=1))
        return np.zeros(0)

    def npv(self, chosen: Floats) -> Floats:
        """(scenarios,) net present value of these options (n,)."""
        total = float(chosen @ self.saving) - chosen @ self.cost_draws
        for benefit in self.benefits:
            total = total + benefit.draws(chosen[benefit.at])
        return np.asarray(total)


@dataclass(frozen=True, eq=False)
class Solution:
    """Chosen options (places), their mean NPV, the value sought, and a bound on any set's."""

    chosen: tuple[int, ...]
    mean: float
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How far it may be from the best, as a share of the value; 0 when proven best."""
        gap = max(0.0, self.bound - self.value) / max(abs(self.value), abs(self.bound), 1e-9)
        if gap > 1e-12:
            return gap
        return 0.0


def tail_weights(npv: Floats, tail: float) -> Floats:
    """(scenarios,) weights of the worst `tail` of equally likely scenarios.

    They sum to 1, and CVaR is their sum.
    """
    order = np.argsort(npv, kind="stable")
    room = tail * len(npv)
    weight = np.zeros(len(npv))
    weight[order] = np.clip(room - np.arange(len(npv)), 0.0, 1.0) / room
    return weight


class Limits:
    """The room left under the rows' upper limits while options are taken one by one."""

    def __init__(self, options: int, rows: Sequence[Row]) -> None:
        self.taken: list[int] = []
        self.high = [row.high + _room(row.high) for row in rows]
        self.used = [0.0] * len(rows)
        self.of: list[list[tuple[int, float]]] = [[] for _ in range(options)]
        for place, row in enumerate(rows):
            if np.isfinite(row.high):
                for k, factor in zip(row.at.tolist(), row.factor.tolist(), strict=True):
                    self.of[k].append((place, factor))

    def fill(self, order: Sequence[int]) -> list[int]:
        """The options that fit, taken in this order.

        One that needs another may fit only once that is in.
        """
        waiting = list(order)
        while (k := next((k for k in waiting if self._room(k)), None)) is not None:
            waiting.remove(k)
            self.taken.append(k)
            for place, factor in self.of[k]:
                self.used[place] += factor
        return self.taken

    def _room(self, k: int) -> bool:
        return all(self.used[place] + factor <= self.high[place] for place, factor in self.of[k])
