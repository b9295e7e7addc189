"""The best plan that is there at once for another sum, until that sum's own is solved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cxcase.budget import Choice, FixedBudget, MostCertain, Plan, Rules, choice_of, solved_plan
from cxcase.pipeline import Chain
from cxcase.stage_settings import readable


def nearest(chain: Chain, solved: tuple[Plan, ...]) -> Plan | None:
    """The best plan solved already that the sum of the settings pays for; None where there is none,
    or it is solved.
    """
    returns = chain.returns
    if returns is None or chain.settings.frozen_steps:
        return None
    choice = choice_of(readable(chain.settings, "plan"), returns, chain.t0)
    if choice is None or any(plan.choice == choice for plan in solved):
        return None
    best = _best_within(choice, chain, solved)
    return best and replace(best, choice=choice, findings=())


def _best_within(choice: Choice, chain: Chain, solved: tuple[Plan, ...]) -> Plan | None:
    """The best plan at hand for a sum, or for a sum with the worst cases in mind."""
    funded = [plan for plan in solved if plan.chosen]
    if isinstance(choice, FixedBudget):
        known = (*funded, *_of_frontier(choice, chain, solved[-1].rules))
        within = [plan for plan in known if plan.spend <= choice.amount]
        return max(within, key=_expected, default=None)
    if isinstance(choice, MostCertain):
        within = [plan for plan in funded if plan.choice.amount <= choice.amount]
        return max(within, key=lambda plan: plan.choice.amount, default=None)
    return None


def _expected(plan: Plan) -> float:
    """Expected NPV, 0 without one."""
    return plan.npv.mean if plan.npv else 0.0


def _of_frontier(choice: FixedBudget, chain: Chain, rules: Rules) -> Iterator[Plan]:
    """The plan of the frontier that the sum pays for, where there is one."""
    if chain.returns is None:
        return
    frontier = chain.frontier(choice, rules)
    found = frontier and solved_plan(chain.returns, choice, chain.moments, rules, frontier)
    if found:
        yield found
