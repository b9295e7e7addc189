"""Why a step is not in the plan: one code each, the first that holds."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

import numpy as np

from cxcase.budget.choice import Rules
from cxcase.budget.frontier import Bundle, Frontier, within
from cxcase.budget.problem import starts_at
from cxcase.budget.result import LeftOut
from cxcase.budget.valuation import Valuation

MANY = 60  # options above which no such trials are made
# steps the money does more without that are each tried in the plan, to say what would have to go
FORCED = 12
# of each of these trials
_CLOSE = 1e-3
_SECONDS = 2.0


def left_out(
    frontier: Frontier,
    best: Bundle | None,
    rules: Rules,
    unpriced: frozenset[str],
    plain: bool = True,
) -> tuple[LeftOut, ...]:
    """A reason for every step outside the plan, in the sheet's order.

    plain: the plan is the best for its money, so that a step left out has another that the money
    does more on.
    """
    if best is None:
        return tuple(
            LeftOut(id, "not_priced" if id in unpriced else "no_plan")
            for id in frontier.valuation.ids
        )
    why = _Why(frontier, best.starts, rules, unpriced, _without_limits(frontier, rules))
    reasons = [why.of(id) for id in frontier.valuation.ids if id not in best.starts]
    elsewhere = [reason for reason in reasons if reason.why == "better_elsewhere"]
    if not plain:
        return tuple(
            dataclasses.replace(r, why="against_goal") if r in elsewhere else r for r in reasons
        )
    if len(elsewhere) > FORCED or len(frontier.problem.options) > MANY:
        return tuple(reasons)
    return tuple(_displacing(frontier, best, r) if r in elsewhere else r for r in reasons)


def needed_for(valuation: Valuation, id: str) -> frozenset[str]:
    """The step and everything that must be delivered before it."""
    steps = valuation.model.steps
    found = set()
    waiting = [id]
    while waiting:
        this = waiting.pop()
        if this in steps and this not in found:
            found.add(this)
            waiting.extend(steps[this].needs)
    return frozenset(found)


class _Why:
    """Why a step is left out, told from the plan's starts.

    without_limits: the steps that would be in the plan if no team and no phase were full, id ->
    what is full.
    """

    def __init__(
        self,
        frontier: Frontier,
        starts: Mapping[str, int],
        rules: Rules,
        unpriced: frozenset[str],
        free: Mapping[str, str],
    ) -> None:
        self.frontier = frontier
        self.valuation = frontier.valuation
        self.starts = dict(starts)
        self.rules = rules
        self.unpriced = unpriced
        self.free = free
        self.least = _least_spends(frontier)

    def of(self, id: str) -> LeftOut:
        """The first reason that holds."""
        steps = self.valuation.model.steps
        missing = needed_for(self.valuation, id) - set(self.starts) - {id}
        shut = next(
            (c for k in sorted(missing | {id}) for c in steps[k].excludes if c in self.starts), None
        )
        first = next((need for need in self.valuation.ids if need in missing), None)
        if id in self.unpriced:
            return LeftOut(id, "not_priced")
        if id in self.rules.barred:
            return LeftOut(id, "barred")
        if not any(option.id == id for option in self.frontier.problem.options):
            return LeftOut(id, "late")
        if shut is not None:
            return LeftOut(id, "excluded", shut)
        if not within(self._spend({id}), self.frontier.choice.amount):
            return LeftOut(id, "over_budget")
        if not within(self._spend(missing | {id}), self.frontier.choice.amount):
            return LeftOut(id, "needs", first)
        if id in self.free:
            team = self.free[id]
            if team:
                return LeftOut(id, "over_capacity", team)
            if self.rules.phasing is None:
                return LeftOut(id, "quarter_full")
            return LeftOut(id, "phase_closed")
        return self._worth(id, missing, first)

    def _worth(self, id: str, missing: frozenset[str], first: str | None) -> LeftOut:
        added = self.valuation.earliest(missing | {id})
        with_it = {**added, **self.starts}
        if self.valuation.value(with_it) > self.valuation.value(self.starts):
            return LeftOut(id, "better_elsewhere")
        # On top of the plan it adds nothing; is that its own doing, or what it needs first?
        without = {k: start for k, start in with_it.items() if k != id}
        own = self.valuation.value(with_it) - self.valuation.value(without)
        if first is not None and own > 0:
            return LeftOut(id, "needs", first)
        return LeftOut(id, "no_value")

    def _spend(self, ids: set[str] | frozenset[str]) -> float:
        """The least that these steps count against the budget."""
        return math.fsum(self.least.get(id, 0.0) for id in sorted(ids))


def _least_spends(frontier: Frontier) -> dict[str, float]:
    """Step id -> the least it counts against the budget, whenever it starts."""
    least: dict[str, float] = {}
    for option, spend in zip(frontier.problem.options, frontier.spends.tolist(), strict=True):
        least[option.id] = min(spend, least.get(option.id, math.inf))
    return least


def _without_limits(frontier: Frontier, rules: Rules) -> dict[str, str]:
    """Step id -> the team that is full, "" where a phase is, for steps that only this keeps out."""
    limited = {
        k
        for k, row in enumerate(frontier.problem.rows)
        if row.rule[0] in ("capacity", "phase_full", "phase_locked", "quarter_full")
    }
    if not limited:
        return {}
    found = frontier.search.solve(without=limited, close=_CLOSE, seconds=_SECONDS)
    ids = {frontier.problem.options[k].id for k in found.chosen} if found else set()
    teams = {
        id: c.team for c in reversed(rules.capacity) for id, days in c.effort.items() if days > 0
    }
    return {id: teams.get(id, "") for id in frontier.valuation.ids if id in ids}


def _displacing(frontier: Frontier, best: Bundle, reason: LeftOut) -> LeftOut:
    """The reason with the dearest step that would make way, and the NPV lost by it."""
    options = frontier.problem.options
    force = [k for k, option in enumerate(options) if option.id == reason.id]
    found = frontier.search.solve(
        frontier.limits(frontier.choice.amount), force, close=_CLOSE, seconds=_SECONDS
    )
    if found is None:
        return reason
    instead = starts_at(options, found.chosen, frontier.valuation.ids)
    gone = [id for id in best.starts if id not in instead]
    other = max(gone, key=lambda id: frontier.spend({id: best.starts[id]}), default=None)
    loss = best.mean - float(np.mean(frontier.valuation.npv_draws(instead)))
    why = "better_on" if other is not None else reason.why
    return dataclasses.replace(reason, why=why, other=other, loss=max(0.0, loss))
