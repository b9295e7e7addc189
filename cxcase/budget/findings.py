"""What a reader of a plan must know: why there is none, and what is weak about the one there is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from cxcase.budget.choice import MostCertain, Rules, SmallestBudgetFor, TargetReturn
from cxcase.budget.conflicts import TARGET, Conflict
from cxcase.budget.frontier import within
from cxcase.budget.left_out import needed_for
from cxcase.budget.result import Plan
from cxcase.budget.valuation import Valuation
from cxcase.checks import Finding, FindingStatus

WHERE = "budget"
EARLY_WIN = 6  # months after its start by which an early win has paid back
SURE = 0.8  # a plan less likely than this to pay back is remarked on
JOINT_TOLERANCE = 0.15  # share by which curves and joint counterfactual may differ without remark


def _finding(status: FindingStatus, code: str, **params: object) -> Finding:
    return Finding(status, code, WHERE, params)


def no_budget_given(total: float) -> Finding:
    """That nobody said how much money there is."""
    return _finding("review", "no_budget_given", amount=total)


def rules_read(valuation: Valuation, rules: Rules) -> Iterator[Finding]:
    """What a rule asks for that the list of steps does not know: ids, people, days."""
    tags = rules.phasing.tags if rules.phasing else {}
    unknown = sorted({*rules.mandatory, *rules.barred, *tags} - set(valuation.ids))
    if unknown:
        yield _finding("review", "rule_step_unknown", ids=tuple(unknown))
    idle = [item.team for item in rules.capacity if not any(item.effort.values())]
    if idle:
        yield _finding("review", "rule_team_unknown", names=tuple(idle))
    silent = [id for id in valuation.ids if valuation.model.steps[id].effort_days is None]
    if rules.capacity and silent:
        yield _finding("review", "days_not_known", ids=tuple(silent), n=len(silent))


def impossible(valuation: Valuation, budget: float) -> Finding | None:
    """The finding when the mandatory steps shut each other out or cost more than the budget."""
    steps = valuation.model.steps
    mandatory = [step.id for step in steps.values() if step.mandatory]
    duty = {id for step in mandatory for id in needed_for(valuation, step)}
    clash = sorted(id for id in duty if duty.intersection(steps[id].excludes))
    if clash:
        return _finding("fail", "mandatory_clash", ids=tuple(clash))
    cost = math.fsum(valuation.spend[id] for id in sorted(duty))
    if within(cost, budget):
        return None
    ids = tuple(sorted(duty))
    return _finding("fail", "mandatory_over_budget", cost=cost, budget=budget, ids=ids)


_RELAXED = {  # rule with an amount that can give way: (code, code where giving way is not enough)
    "capacity": ("clash_capacity", "clash_capacity_too"),
    "budget": ("clash_budget", "clash_budget_too"),
    "early_win": ("clash_early_win", "clash_early_win_never"),
}
_DROPPED = {  # rule that can only be dropped -> code
    "mandatory": "clash_mandatory",
    "barred": "clash_barred",
    "needs": "clash_needs",
    "excludes": "clash_excludes",
    "phase_full": "clash_phase_full",
    "phase_locked": "clash_phase_locked",
    "quarter_full": "clash_quarter_full",
}


def conflict_findings(conflicts: Iterable[Conflict]) -> Iterator[Finding]:
    """One finding a rule of those no plan keeps together, with the least change that would do."""
    for item in conflicts:
        kind, *of = item.rule
        if item.rule == TARGET:
            code = "clash_return" if item.ratio else "clash_target"
            yield _finding("fail", code, most=item.relax)
        elif kind in _DROPPED:
            yield _finding("fail", _DROPPED[kind], ids=tuple(of))
        else:
            enough, not_enough = _RELAXED[kind]
            code = not_enough if item.relax is None else enough
            yield _finding("fail", code, **_amount_to_relax(item))


def _amount_to_relax(item: Conflict) -> dict[str, object]:
    """What the sentence about a measured rule names: the team, and how much more would do."""
    kind, *of = item.rule
    if kind == "capacity":
        return {"team": of[0], "more": item.relax}
    if kind == "budget":
        return {"more": item.relax}
    return {"days": item.relax}


def nothing(valuation: Valuation, budget: float, unpriced: frozenset[str], full: bool) -> Finding:
    """Why the best set is none at all: the budget is too small, teams are full, or nothing pays."""
    priced = [id for id in valuation.ids if id not in unpriced]
    cheapest = min(_spend_with_needs(valuation, id) for id in priced)
    if not within(cheapest, budget):
        return _finding("fail", "budget_below_cheapest", budget=budget, cheapest=cheapest)
    if full:
        return _finding("fail", "nothing_fits_capacity")
    return _finding("review", "nothing_pays", budget=budget)


def _spend_with_needs(valuation: Valuation, id: str) -> float:
    """What a step counts against the budget together with all it needs."""
    return math.fsum(valuation.spend[k] for k in needed_for(valuation, id))


def nothing_earns(choice: TargetReturn) -> Finding:
    """That no set of steps earns what was asked of it."""
    return _finding("review", "nothing_earns", roi=choice.roi)


def nothing_needed(choice: SmallestBudgetFor) -> Finding:
    """That what is to be reached is reached without spending."""
    return _finding("review", "nothing_needed", npv=choice.npv)


def nothing_certain(choice: MostCertain) -> Finding:
    """That no step is worth its bad cases to somebody so averse."""
    return _finding("review", "nothing_certain", aversion=choice.aversion, tail=choice.tail)


def weaknesses(plan: Plan, held: float) -> Iterator[Finding]:
    """What weakens a plan; `held`: the share of draws in which benefits met what was lost."""
    if not plan.optimal:
        yield _finding("review", "plan_not_proven_best", gap=plan.gap)
    if plan.p_npv_positive is not None and plan.p_npv_positive < SURE:
        yield _finding("review", "plan_may_not_pay", p=plan.p_npv_positive)
    if not plan.early_wins:
        yield _finding("review", "no_early_win", months=EARLY_WIN)
    if held > 0:
        yield _finding("review", "benefit_capped", share=held)
    if plan.joint_check is not None:
        yield _joint_check(*plan.joint_check)


def _joint_check(curves: float, joint: float) -> Finding:
    """Whether revenue kept on the curves agrees with that of the joint counterfactual."""
    if abs(curves - joint) > JOINT_TOLERANCE * max(abs(curves), abs(joint)):
        return _finding("review", "joint_check_apart", curves=curves, joint=joint)
    return _finding("ok", "joint_check_agrees", curves=curves, joint=joint)
