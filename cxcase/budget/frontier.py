"""The sets that are best for some budget, each valued once over all draws.

The frontier reads them.
"""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cxcase.budget.choice import FixedBudget, PeriodBudget, Rules
from cxcase.budget.milp import Solution
from cxcase.budget.problem import indicator, problem_of, starts_at
from cxcase.budget.result import FrontierPoint
from cxcase.budget.solver import CLOSE, TIME_LIMIT, Search
from cxcase.budget.valuation import Starts, Valuation
from cxcase.estimate import Floats

MORE = 10_000.0
TAIL = 0.1  # share of the worst draws that a plan's bad case is the mean of


def within(spend: float, budget: float) -> bool:
    """True when a sum of money fits a budget, to the last digit that adding it up can keep."""
    return spend <= budget * (1 + 1e-12) + 1e-9


@dataclass(frozen=True, eq=False)
class Bundle:
    """Started steps with their spend and their net present value over all draws (n_draws,)."""

    starts: Starts
    spend: float
    draws: Floats
    mean: float


class Frontier:
    """Every bundle that was best for some budget.

    It stays affordable for all larger ones: more money never loses. A budget of several periods is
    made larger or smaller as a whole, its periods in proportion.
    """

    def __init__(
        self, valuation: Valuation, choice: FixedBudget | PeriodBudget, rules: Rules
    ) -> None:
        self.valuation = valuation
        self.choice = choice
        self.rules = rules
        self.problem = problem_of(valuation.model, choice, rules)
        self.search = Search(self.problem)
        self.solutions: dict[float, Solution | None] = {}
        self.bundles: dict[frozenset[tuple[str, int]], Bundle] = {}

    def copy_for(self, choice: FixedBudget | PeriodBudget) -> Frontier:
        """A frontier of its own for another sum, with all that was found here.

        What it finds is its alone. Only the sum may differ: a budget of several periods is the same
        one.
        """
        other = copy.copy(self)
        other.choice = choice
        other.valuation = self.valuation.copy()
        if isinstance(choice, FixedBudget):
            rows = (
                dataclasses.replace(r, high=choice.amount) if r.rule[0] == "budget" else r
                for r in self.problem.rows
            )
            other.problem = dataclasses.replace(self.problem, rows=tuple(rows))
        other.search = self.search.copy_for(other.problem)
        other.solutions = dict(self.solutions)
        other.bundles = dict(self.bundles)
        return other

    def solve_for(
        self, budgets: Iterable[float], close: float = CLOSE, seconds: float = TIME_LIMIT
    ) -> None:
        """Find the best set for each budget, each to so small a gap or in so many seconds."""
        for budget in map(float, budgets):
            if budget not in self.solutions:
                found = self.search.solve(self.limits(budget), close=close, seconds=seconds)
                self.solutions[budget] = found
                if found is not None:
                    self.add(self._starts(found))

    def best(self, budget: float) -> Bundle | None:
        """The affordable bundle of highest expected value over all draws, the smallest of equals.

        None if none is.
        """
        limits = self.limits(budget)
        fitting = [b for b in self.bundles.values() if self._fits(b, limits)]
        return max(fitting, key=lambda b: (b.mean, -len(b.starts), sorted(b.starts)), default=None)

    def add(self, starts: Starts) -> Bundle:
        """These started steps, valued over all draws."""
        key = frozenset(starts.items())
        if key not in self.bundles:
            draws = self.valuation.npv_draws(starts)
            self.bundles[key] = Bundle(starts, self.spend(starts), draws, float(draws.mean()))
        return self.bundles[key]

    @cached_property
    def spends(self) -> Floats:
        """(n,) spend of each option: over the first 12 months, or over all the budget's periods."""
        rows = [row for row in self.problem.rows if row.rule[0] == "budget"]
        if isinstance(self.choice, PeriodBudget) and self.choice.roll_over:
            rows = rows[-1:]  # that of the last period adds up all of them
        total = np.zeros(len(self.problem.options))
        for row in rows:
            total[row.at] += row.factor
        return total

    def spend(self, starts: Starts) -> float:
        """What these count against the budget together."""
        return math.fsum((self.spends * indicator(self.problem.options, starts)).tolist())

    def points(self, most: float) -> Iterator[FrontierPoint]:
        """The best bundle at each solved budget up to `most`, where it changes."""
        before: Starts | None = None
        for budget in sorted(b for b in self.solutions if b <= most):
            best = self.best(budget)
            if best is not None and best.starts != before:
                before = best.starts
                found = self.solutions[budget]
                gap = found.gap if found else 0.0
                starts = dict(best.starts)
                yield FrontierPoint(
                    budget, best.mean, best.spend, tuple(starts), gap, start_month=starts
                )

    def next_10k(self, budget: float) -> float | None:
        """Expected value that 10,000 more would add."""
        now = self.best(budget)
        more = self.best(budget + MORE)
        if now is not None and more is not None:
            return more.mean - now.mean
        return None

    def limits(self, budget: float) -> dict[int, float]:
        """Row of the problem -> its upper limit at this budget in all."""
        rows = [(k, row) for k, row in enumerate(self.problem.rows) if row.rule[0] == "budget"]
        if isinstance(self.choice, FixedBudget):
            return {k: budget for k, _ in rows}
        amount = self.choice.amount
        if amount > 0:
            return {k: row.high * budget / amount for k, row in rows}
        periods = range(1, len(rows) + 1)  # nothing was given for any of them: the same for each
        shares = [n / len(rows) if self.choice.roll_over else 1.0 / len(rows) for n in periods]
        return {k: share * budget for (k, _), share in zip(rows, shares, strict=True)}

    def _fits(self, bundle: Bundle, limits: dict[int, float]) -> bool:
        chosen = indicator(self.problem.options, bundle.starts)
        return all(within(self.problem.rows[k].value(chosen), high) for k, high in limits.items())

    def _starts(self, found: Solution) -> dict[str, int]:
        return starts_at(self.problem.options, found.chosen, self.valuation.ids)


def cvar(draws: Floats, tail: float) -> float:
    """The mean of the worst `tail` of these draws (n_draws,)."""
    worst = np.sort(draws)[: max(1, round(tail * len(draws)))]
    return float(worst.mean())
