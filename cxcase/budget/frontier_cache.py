"""What plans for any sum are read from: step values, and the best sets for a grid of budgets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cxcase.budget.choice import Choice, FixedBudget, PeriodBudget, Rules
from cxcase.budget.frontier import MORE, Frontier
from cxcase.budget.left_out import needed_for
from cxcase.budget.milp import Problem
from cxcase.budget.solver import CLOSE
from cxcase.budget.valuation import Valuation
from cxcase.roi import Returns
from cxcase.stats.threads import one_blas_thread

GRID = 12  # budgets between nothing and all that can be well spent at which the frontier is solved
MANY = 60  # options above which the search stops at gaps that are small, not nil
MANY_GRID = 5
MANY_GAP = 1e-4
GRID_GAP = 2e-3
GRID_SECONDS = 3.0


@dataclass(frozen=True, eq=False)
class FrontierCache:
    """The best sets for a grid of budgets under one set of rules.

    It never changes: each sum continues on a copy. That copy comes to the same plan whatever was
    asked before. total: what every step together counts against the budget; paying: what all that
    can be well spent counts, also where the rules let no set stand.
    """

    frontier: Frontier
    total: float
    paying: float

    def for_sum(self, choice: FixedBudget | PeriodBudget) -> Frontier:
        """A frontier for this sum and a little more, the rest of the grid in it.

        Of periods: those the cache is of.
        """
        frontier = self.frontier.copy_for(choice)
        near, gap, seconds = gap_of(self.frontier.problem)
        if near < gap:
            frontier.solutions.pop(choice.amount, None)  # on the grid it was solved less closely
        frontier.solve_for([choice.amount], near)
        frontier.solve_for([choice.amount + MORE], gap, seconds)
        return frontier


@one_blas_thread
def solve_frontier(
    returns: Returns, choice: Choice | None, rules: Rules | None = None
) -> FrontierCache | None:
    """The best sets for a grid of budgets, for every plan of this kind under these rules.

    Of the choice only its kind and its periods are read. None where nothing could be priced.
    """
    if returns.model is None:
        return None
    valuation = Valuation(returns.model)
    total = math.fsum(valuation.spend.values())
    spent = choice if isinstance(choice, PeriodBudget) else FixedBudget(total)
    frontier = Frontier(valuation, spent, rules or Rules())
    _, gap, seconds = gap_of(frontier.problem)
    top = max(total, spent.amount)
    frontier.solve_for([top], gap, seconds)
    best = frontier.best(top)
    enough = best.spend if best else 0.0  # beyond this more money changes nothing
    frontier.solve_for(
        np.linspace(0.0, enough, (MANY_GRID if many(frontier.problem) else GRID) + 1), gap, seconds
    )
    return FrontierCache(frontier, total, max(enough, _paying(valuation)))


def _paying(valuation: Valuation) -> float:
    """What the steps that pay for themselves alone count together, with what they need."""
    pays = [id for id in valuation.ids if valuation.value(valuation.earliest({id})) > 0]
    ids = {k for id in pays for k in needed_for(valuation, id)}
    return math.fsum(valuation.spend[id] for id in sorted(ids))


def gap_of(problem: Problem) -> tuple[float, float, float]:
    """(gap ending the plan's own search, gap of other budgets, seconds each of these may take)."""
    if many(problem):
        return (MANY_GAP, GRID_GAP, GRID_SECONDS)
    return (CLOSE, CLOSE, GRID_SECONDS * 10)


def many(problem: Problem) -> bool:
    """True when there are too many steps, or starts of a step, for every gap to be closed."""
    return len(problem.options) > MANY or any(row.rule[0] == "once" for row in problem.rows)
