"""The sets that are best for some budget, each valued once over all draws. The frontier reads them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from cxcase.budget.price import Prices
from cxcase.budget.result import FrontierPoint
from cxcase.budget.search import CUT_ROUNDS, Curve, Cuts, Problem, Solution, solve
from cxcase.estimate import Floats

MORE = 10_000.0
ROUNDING = 1e-12  # a gap below this is what adding up in another order leaves


def within(spend: float, budget: float) -> bool:
    """True when a sum of money fits a budget, to the last digit that adding it up can keep."""
    return spend <= budget * (1 + 1e-12) + 1e-9


@dataclass(frozen=True, eq=False)
class Bundle:
    """A set of steps with its spend and its net present value over all draws (n_draws,)."""

    ids: frozenset[str]
    spend: float
    draws: Floats
    mean: float


class Menu:
    """Every bundle that was best for some budget. It stays affordable for all larger ones: more money never loses."""

    def __init__(self, prices: Prices) -> None:
        self.prices = prices
        self.problem = problem_of(prices)
        self.solutions: dict[float, Solution | None] = {}
        self.cuts: Cuts = {}
        self.bundles: dict[frozenset[str], Bundle] = {}

    def solve_for(self, budgets: Iterable[float], rounds: int = CUT_ROUNDS) -> None:
        """Find the best set for each budget, each in so many rounds of cuts where a curve has very many steps."""
        for budget in map(float, budgets):
            if budget not in self.solutions:
                self.solutions[budget] = found = solve(self.problem, budget, self.cuts, rounds)
                if found is not None:
                    self._add(self._ids(found))

    def best(self, budget: float) -> Bundle | None:
        """The affordable bundle of highest expected value over all draws, the smallest of equals; None if none is."""
        fitting = [b for b in self.bundles.values() if within(b.spend, budget)]
        return max(fitting, key=lambda b: (b.mean, -len(b.ids), sorted(b.ids)), default=None)

    def frontier(self, most: float) -> Iterator[FrontierPoint]:
        """The best bundle at each solved budget up to `most`, where it changes."""
        before: frozenset[str] | None = None
        for budget in sorted(b for b in self.solutions if b <= most):
            best = self.best(budget)
            if best is not None and best.ids != before:
                before = best.ids
                yield FrontierPoint(budget, best.mean, best.spend, tuple(self.prices.started(best.ids)))

    def next_10k(self, budget: float) -> float | None:
        """Expected value that 10,000 more would add."""
        now, more = self.best(budget), self.best(budget + MORE)
        return more.mean - now.mean if now is not None and more is not None else None

    def gap(self, budget: float) -> float:
        """How far the set found may be from the best, as a share of its value (0: proven best)."""
        found = self.solutions[budget]
        if found is None or not math.isfinite(found.bound):
            return 1.0
        value = float(self.bundles[self._ids(found)].draws[self.prices.search].mean())
        gap = max(0.0, found.bound - value) / max(abs(value), abs(found.bound), 1e-9)
        return gap if gap > ROUNDING else 0.0

    def _ids(self, found: Solution) -> frozenset[str]:
        return frozenset(self.prices.ids[k] for k in found.chosen)

    def _add(self, ids: frozenset[str]) -> None:
        if ids not in self.bundles:
            draws = self.prices.npv_draws(ids)
            spend = math.fsum(self.prices.spend[id] for id in sorted(ids))
            self.bundles[ids] = Bundle(ids, spend, draws, float(draws.mean()))


def problem_of(prices: Prices) -> Problem:
    """The steps by position, as the search sees them."""
    at = {id: k for k, id in enumerate(prices.ids)}
    steps = prices.model.steps.values()
    pairs = {(min(at[s.id], at[o]), max(at[s.id], at[o])) for s in steps for o in s.excludes if o in at}

    def curve(name: str, on: tuple[str, ...]) -> Curve:
        return Curve(tuple(at[id] for id in on), lambda chosen: prices.benefit(name, (prices.ids[k] for k in chosen)))

    return Problem(
        cost=np.array([prices.cost(id) for id in prices.ids]),
        spend=np.array([prices.spend[id] for id in prices.ids]),
        needs=tuple((at[s.id], at[need]) for s in steps for need in s.needs if need in at),
        excludes=tuple(sorted(pairs)),
        mandatory=tuple(at[s.id] for s in steps if s.mandatory),
        curves=tuple(curve(name, on) for name, on in prices.curves.items()),
    )
