"""Why a step is not in the plan: one code each, the first that holds."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

import numpy as np

from cxcase.budget.choice import Rules
from cxcase.budget.frontier import Bundle, Menu, within
from cxcase.budget.problem import chosen_of
from cxcase.budget.result import LeftOut
from cxcase.budget.solver import Search
from cxcase.budget.valuation import Prices

MANY = 60  # options above which no such trials are made
# steps the money does more without that are each tried in the plan, to say what would have to go
FORCED = 12
# of each of these trials
_CLOSE = 1e-3
_SECONDS = 2.0


def left_out(
    menu: Menu, best: Bundle | None, rules: Rules, unpriced: frozenset[str], plain: bool = True
) -> tuple[LeftOut, ...]:
    """A reason for every step outside the plan, in the sheet's order.

    plain: the plan is the best for its money, so that a step left out has another that the money
    does more on.
    """
    if best is None:
        return tuple(
            LeftOut(id, "not_priced" if id in unpriced else "no_plan") for id in menu.prices.ids
        )
    why = _Why(menu, best.starts, rules, unpriced, _without_limits(menu, rules))
    reasons = [why.of(id) for id in menu.prices.ids if id not in best.starts]
    elsewhere = [reason for reason in reasons if reason.why == "better_elsewhere"]
    if not plain:
        return tuple(
            dataclasses.replace(r, why="against_goal") if r in elsewhere else r for r in reasons
        )
    if len(elsewhere) > FORCED or len(menu.problem.options) > MANY:
        return tuple(reasons)
    return tuple(_displacing(menu, best, r) if r in elsewhere else r for r in reasons)


def needed_for(prices: Prices, id: str) -> frozenset[str]:
    """The step and everything that must be delivered before it."""
    steps = prices.model.steps
    found = set()
    waiting = [id]
    while waiting:
        this = waiting.pop()
        if this in steps and this not in found:
            found.add(this)
            waiting.extend(steps[this].needs)
    return frozenset(found)


class _Why:
    """The plan's starts, and the steps that would be in it if no team and no phase were full (id ->
    what is full).
    """

    def __init__(
        self,
        menu: Menu,
        starts: Mapping[str, int],
        rules: Rules,
        unpriced: frozenset[str],
        free: Mapping[str, str],
    ) -> None:
        self.menu = menu
        self.prices = menu.prices
        self.starts = dict(starts)
        self.rules = rules
        self.unpriced = unpriced
        self.free = free
        self.least = _least_spends(menu)

    def of(self, id: str) -> LeftOut:
        """The first reason that holds."""
        steps = self.prices.model.steps
        missing = needed_for(self.prices, id) - set(self.starts) - {id}
        shut = next(
            (c for k in sorted(missing | {id}) for c in steps[k].excludes if c in self.starts), None
        )
        first = next((need for need in self.prices.ids if need in missing), None)
        if id in self.unpriced:
            return LeftOut(id, "not_priced")
        if id in self.rules.barred:
            return LeftOut(id, "barred")
        if not any(option.id == id for option in self.menu.problem.options):
            return LeftOut(id, "late")
        if shut is not None:
            return LeftOut(id, "excluded", shut)
        if not within(self._spend({id}), self.menu.choice.amount):
            return LeftOut(id, "over_budget")
        if not within(self._spend(missing | {id}), self.menu.choice.amount):
            return LeftOut(id, "needs", first)
        if id in self.free:
            team = self.free[id]
            if team:
                return LeftOut(id, "over_capacity", team)
            return LeftOut(id, "phase_closed")
        return self._worth(id, missing, first)

    def _worth(self, id: str, missing: frozenset[str], first: str | None) -> LeftOut:
        added = self.prices.earliest(missing | {id})
        with_it = {**added, **self.starts}
        if self.prices.value(with_it) > self.prices.value(self.starts):
            return LeftOut(id, "better_elsewhere")
        # On top of the plan it adds nothing; is that its own doing, or what it needs first?
        without = {k: start for k, start in with_it.items() if k != id}
        own = self.prices.value(with_it) - self.prices.value(without)
        if first is not None and own > 0:
            return LeftOut(id, "needs", first)
        return LeftOut(id, "no_value")

    def _spend(self, ids: set[str] | frozenset[str]) -> float:
        """The least that these steps count against the budget."""
        return math.fsum(self.least.get(id, 0.0) for id in sorted(ids))


def _least_spends(menu: Menu) -> dict[str, float]:
    """Step id -> the least it counts against the budget, whenever it starts."""
    least: dict[str, float] = {}
    for option, spend in zip(menu.problem.options, menu.spends.tolist(), strict=True):
        least[option.id] = min(spend, least.get(option.id, math.inf))
    return least


def _without_limits(menu: Menu, rules: Rules) -> dict[str, str]:
    """Step -> team that is full (empty: the phase is): steps of the best plan if nothing but money
    were short.
    """
    limited = {
        k
        for k, row in enumerate(menu.problem.rows)
        if row.rule[0] in ("capacity", "phase_full", "phase_locked")
    }
    if not limited:
        return {}
    rows = tuple(row for k, row in enumerate(menu.problem.rows) if k not in limited)
    found = Search(dataclasses.replace(menu.problem, rows=rows)).solve(
        close=_CLOSE, seconds=_SECONDS
    )
    ids = {menu.problem.options[k].id for k in found.chosen} if found else set()
    teams = {
        id: c.team for c in reversed(rules.capacity) for id, days in c.effort.items() if days > 0
    }
    return {id: teams.get(id, "") for id in menu.prices.ids if id in ids}


def _displacing(menu: Menu, best: Bundle, reason: LeftOut) -> LeftOut:
    """The reason with the dearest step that would have to make way, and what the plan would lose by
    it.
    """
    options = menu.problem.options
    force = [k for k, option in enumerate(options) if option.id == reason.id]
    found = menu.search.solve(
        menu.limits(menu.choice.amount), force, close=_CLOSE, seconds=_SECONDS
    )
    if found is None:
        return reason
    instead = chosen_of(options, found.chosen, menu.prices.ids)
    gone = [id for id in best.starts if id not in instead]
    other = max(gone, key=lambda id: menu.spend({id: best.starts[id]}), default=None)
    loss = best.mean - float(np.mean(menu.prices.npv_draws(instead)))
    why = "better_on" if other is not None else reason.why
    return dataclasses.replace(reason, why=why, other=other, loss=max(0.0, loss))
