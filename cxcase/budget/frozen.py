"""A plan whose steps and starts a person froze: valued anew each time, never chosen anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from cxcase.budget.alternatives import value_of
from cxcase.budget.choice import FixedBudget, PeriodBudget
from cxcase.budget.fit import with_steps
from cxcase.budget.frontier import Bundle, Frontier, within
from cxcase.budget.frontier_cache import FrontierCache
from cxcase.budget.result import Alternative, LeftOut, Plan
from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.moments import Moments
from cxcase.roi import Returns

WHERE = "budget"


def freeze_plan(
    free: Plan,
    returns: Returns,
    moments: Moments,
    frozen: Mapping[str, int],
    cache: FrontierCache | None,
) -> Plan:
    """The plan of the frozen steps beside the one that would be chosen anew, `free`.

    frozen: step id -> month it starts. A step that is in the list no more is left out and said;
    where none is left the free plan is given. cache: as `fit_budget` takes it.
    """
    if cache is None:
        return free
    gone = sorted(frozen.keys() - set(cache.frontier.valuation.ids))
    starts = {id: frozen[id] for id in cache.frontier.valuation.ids if id in frozen}
    if not starts:
        return dataclasses.replace(free, findings=(_gone(gone), *free.findings))
    frontier = _frontier(free, cache)
    valued = value_of("frozen", frontier, starts)
    draws = frontier.valuation.npv_draws(starts)
    bundle = Bundle(starts, valued.spend, draws, valued.npv.mean)
    key = content_key(free.key, sorted(starts.items()))
    bare = dataclasses.replace(free, key=key, conflicts=(), findings=(), left_out=())
    plan = with_steps(bare, bundle, None, frontier, returns, moments)
    others = [finding for finding in plan.findings if finding.code != "plan_not_proven_best"]
    same = dict(free.start_month) == starts
    return dataclasses.replace(
        plan,
        frozen=True,
        optimal=same and free.optimal,
        gap=free.gap if same else _short(free, plan),
        next_10k=None,
        left_out=tuple(_left_out(free, plan)),
        findings=(*_findings(free, plan, valued, gone), *others),
    )


def _frontier(free: Plan, cache: FrontierCache) -> Frontier:
    """A frontier of its own for the sum that was asked about."""
    choice = free.choice
    if not isinstance(choice, FixedBudget | PeriodBudget):
        choice = FixedBudget(choice.amount)
    return cache.frontier.copy_for(choice)


def _short(free: Plan, plan: Plan) -> float:
    """How far the frozen plan is from the one chosen anew, as a share of that one's value."""
    anew = _expected(free)
    if anew <= 0:
        return 0.0
    return max(0.0, (anew - _expected(plan)) / anew)


def _expected(plan: Plan) -> float:
    return plan.npv.mean if plan.npv else 0.0


def _left_out(free: Plan, plan: Plan) -> Iterator[LeftOut]:
    """Why each other step is not in it: it has no price, or it was not in it when it was frozen."""
    unpriced = {item.id for item in free.left_out if item.why == "not_priced"}
    for id in (*free.chosen, *(item.id for item in free.left_out)):
        if id not in plan.start_month:
            yield LeftOut(id, "not_priced" if id in unpriced else "not_frozen")


def _findings(free: Plan, plan: Plan, valued: Alternative, gone: list[str]) -> Iterator[Finding]:
    """That the choice is frozen and what choosing anew would bring; where it breaks a rule."""
    anew = _expected(free)
    if dict(free.start_month) == dict(plan.start_month):
        yield Finding("review", "plan_frozen", WHERE, {"n": len(plan.chosen)})
    elif free.conflicts:
        yield Finding("review", "plan_frozen_alone", WHERE, {"n": len(plan.chosen)})
    else:
        told = {"n": len(plan.chosen), "anew": anew, "more": anew - _expected(plan)}
        yield Finding("review", "plan_frozen_apart", WHERE, told)
    if gone:
        yield _gone(gone)
    amount = plan.choice.amount
    if not within(plan.spend, amount):
        told = {"spend": plan.spend, "budget": amount, "more": plan.spend - amount}
        yield Finding("fail", "frozen_over_budget", WHERE, told)
    broken = {rule for rule in valued.broken if rule[0] != "budget"}
    if broken:
        yield Finding("review", "frozen_breaks_rules", WHERE, {"n": len(broken)})


def _gone(ids: list[str]) -> Finding:
    return Finding("review", "frozen_steps_gone", WHERE, {"ids": tuple(ids), "n": len(ids)})
