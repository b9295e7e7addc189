"""`fit_budget`: the best set of steps for a sum of money, and when each of them starts."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from cxcase.budget.alternatives import compare_plans, greedy
from cxcase.budget.choice import (
    Choice,
    FixedBudget,
    MostCertain,
    PeriodBudget,
    Rules,
    SmallestBudgetFor,
    TargetReturn,
    phase,
)
from cxcase.budget.conflicts import Conflict, find_conflicts
from cxcase.budget.findings import (
    EARLY_WIN,
    conflict_findings,
    impossible,
    no_budget_given,
    nothing,
    nothing_certain,
    nothing_earns,
    nothing_needed,
    rules_read,
    weaknesses,
)
from cxcase.budget.frontier import TAIL, Bundle, Frontier, cvar
from cxcase.budget.frontier_cache import FrontierCache, gap_of, solve_frontier
from cxcase.budget.left_out import left_out
from cxcase.budget.milp import Option, Problem, Solution
from cxcase.budget.otherwise import silent_at_low, waiting_a_year
from cxcase.budget.problem import cash, indicator, problem_of, starts_at, win_in
from cxcase.budget.result import LeftOut, Plan, Recut
from cxcase.budget.solver import Search
from cxcase.budget.valuation import Starts, Valuation
from cxcase.content_key import content_key
from cxcase.moments import Moments
from cxcase.roi import Model, Npv, Returns
from cxcase.stats.threads import one_blas_thread
from cxcase.version import CODE

OPTIMAL_GAP = 1e-4


@one_blas_thread
def fit_budget(
    returns: Returns,
    choice: Choice | None,
    moments: Moments,
    rules: Rules | None = None,
    cache: FrontierCache | None = None,
) -> Plan:
    """The best set of steps that the choice and the rules allow, with its frontier.

    Choice None: enough for every step. Without a model (nothing could be priced) the plan is empty;
    `returns.refused` says why. A budget that buys nothing, or rules that no plan keeps, give an
    empty plan and findings that say so. cache: that of these returns, this kind of choice and these
    rules, where somebody has it; the plan is the same with it and without, with it sooner.
    """
    rules = rules or Rules()
    key = content_key(returns.key, moments.key, choice, rules, CODE)
    cache = cache or solve_frontier(returns, choice, rules)
    if cache is None:
        return _empty(key, returns, choice or FixedBudget(0.0), rules)
    total = cache.total
    remarks = [
        *([] if choice else [no_budget_given(total)]),
        *rules_read(cache.frontier.valuation, rules),
    ]
    choice = _finite(choice, total) if choice else FixedBudget(total)
    frontier = cache.for_sum(
        choice if isinstance(choice, FixedBudget | PeriodBudget) else FixedBudget(choice.amount)
    )
    valuation = frontier.valuation
    best, found, problem = _best(frontier, choice, rules)
    unpriced = frozenset(item.step.id for item in returns.steps if item.refused)
    plan = dataclasses.replace(
        _empty(key, returns, _answered(choice, best), rules),
        paying=cache.paying or total,
        frontier=tuple(frontier.points(max(total, frontier.choice.amount))),
        next_10k=frontier.next_10k(frontier.choice.amount) if best else None,
        left_out=left_out(
            frontier, best, rules, unpriced, plain=isinstance(choice, FixedBudget | PeriodBudget)
        ),
    )
    if best is None or not best.starts:
        plan = _without_steps(plan, problem if best is None else None, valuation, unpriced)
    else:
        plan = with_steps(plan, best, found, frontier, returns, moments)
    return dataclasses.replace(plan, findings=(*remarks, *plan.findings))


def solved_plan(
    returns: Returns, choice: FixedBudget, moments: Moments, rules: Rules, cache: FrontierCache
) -> Plan | None:
    """The best of the cache's own sets that the sum pays for, as a plan.

    None where it pays for none. It is there at once. Nothing speaks for its being the best for this
    very sum: its gap is 1 and it has no findings.
    """
    best = cache.frontier.best(choice.amount)
    if best is None or not best.starts:
        return None
    frontier = cache.frontier.copy_for(choice)
    key = content_key(returns.key, moments.key, sorted(best.starts.items()), choice, rules)
    plan = dataclasses.replace(
        _empty(key, returns, choice, rules),
        paying=cache.paying,
        frontier=tuple(cache.frontier.points(cache.total)),
    )
    return dataclasses.replace(
        with_steps(plan, best, None, frontier, returns, moments), findings=()
    )


def recut(
    old: Plan, returns: Returns, choice: Choice | None, moments: Moments, rules: Rules | None = None
) -> Recut:
    """After a no: the plan for the new sum or the new rules beside the old one.

    No rules given: the old plan's.
    """
    return compare_plans(
        old, fit_budget(returns, choice, moments, old.rules if rules is None else rules)
    )


def _finite(choice: Choice, total: float) -> Choice:
    """The choice with enough for every step where it sets no limit."""
    if isinstance(choice, TargetReturn) and choice.most is None:
        return dataclasses.replace(choice, most=total)
    if isinstance(choice, SmallestBudgetFor) and math.isinf(choice.amount):
        return dataclasses.replace(choice, amount=total)
    return choice


def _answered(choice: Choice, best: Bundle | None) -> Choice:
    """The choice as the plan prints it: the smallest budget is the one that was found."""
    if isinstance(choice, SmallestBudgetFor) and best:
        return dataclasses.replace(choice, amount=best.spend)
    return choice


def _best(
    frontier: Frontier, choice: Choice, rules: Rules
) -> tuple[Bundle | None, Solution | None, Problem]:
    """The chosen bundle, the solution whose bound speaks for it, and the problem it solves."""
    if isinstance(choice, FixedBudget | PeriodBudget):
        return frontier.best(choice.amount), frontier.solutions[choice.amount], frontier.problem
    problem = problem_of(frontier.valuation.model, choice, rules)
    found = Search(problem).solve(close=gap_of(problem)[0])
    starts = starts_at(problem.options, found.chosen, frontier.valuation.ids) if found else None
    return (frontier.add(starts) if starts is not None else None), found, problem


def _empty(key: str, returns: Returns, choice: Choice, rules: Rules) -> Plan:
    """A plan without steps."""
    return Plan(
        key=key,
        choice=choice,
        spend=0.0,
        effort_days=0.0,
        chosen=(),
        start_month={},
        phase={},
        early_wins=(),
        npv=None,
        npv_draws=None,
        p_npv_positive=None,
        payback_months=None,
        roi=None,
        optimal=returns.model is not None,
        gap=0.0,
        left_out=tuple(LeftOut(item.step.id, "not_priced") for item in returns.steps),
        npv_in_plan={},
        frontier=(),
        next_10k=None,
        doing_nothing=returns.doing_nothing,
        joint_check=None,
        cash=np.zeros(returns.model.settings.horizon + 1 if returns.model else 1),
        findings=(),
        rules=rules,
    )


def _without_steps(
    plan: Plan, problem: Problem | None, valuation: Valuation, unpriced: frozenset[str]
) -> Plan:
    """The plan without steps, with why: clashing rules, too little money, or nothing that pays."""
    amount = plan.choice.amount
    stop = impossible(valuation, amount) if isinstance(plan.choice, FixedBudget) else None
    if problem and not stop:
        conflicts = tuple(_soonest(item, plan.rules, valuation) for item in find_conflicts(problem))
    else:
        conflicts = ()
    if stop is not None:
        return dataclasses.replace(plan, findings=(stop,), next_10k=None)
    if conflicts:
        return dataclasses.replace(
            plan, findings=tuple(conflict_findings(conflicts)), conflicts=conflicts
        )
    if isinstance(plan.choice, MostCertain):
        return dataclasses.replace(plan, findings=(nothing_certain(plan.choice),))
    if isinstance(plan.choice, SmallestBudgetFor):
        return dataclasses.replace(plan, findings=(nothing_needed(plan.choice),))
    full = any(reason.why == "over_capacity" for reason in plan.left_out)
    found = nothing(valuation, amount, unpriced, full)
    if (
        found.code == "nothing_pays"
        and isinstance(plan.choice, TargetReturn)
        and plan.choice.roi > 0
    ):
        found = nothing_earns(plan.choice)  # steps may well pay and still earn less than that
    return dataclasses.replace(plan, findings=(found,))


def _soonest(conflict: Conflict, rules: Rules, valuation: Valuation) -> Conflict:
    """An early win that can't be had, with the days after which the first one can."""
    if conflict.rule != ("early_win",) or rules.early_win is None:
        return conflict
    p = rules.early_win.p
    days = [win_in(valuation.model, Option(id, start), p) for id, start in valuation.starts.items()]
    return dataclasses.replace(
        conflict, relax=min((float(d) for d in days if d is not None), default=None)
    )


def with_steps(
    plan: Plan,
    best: Bundle,
    found: Solution | None,
    frontier: Frontier,
    returns: Returns,
    moments: Moments,
) -> Plan:
    """The plan with the bundle's steps and all that follows from them."""
    valuation = frontier.valuation
    starts = dict(best.starts)
    model = valuation.model
    flows = model.flows(starts)
    rate, no_rate = flows.irr
    gap = _gap(frontier, best, found)
    paid = {id: returns.of(id).payback_months for id in starts}
    plan = dataclasses.replace(
        plan,
        spend=best.spend,
        effort_days=math.fsum(model.steps[id].effort_days or 0.0 for id in starts),
        chosen=tuple(starts),
        start_month=starts,
        phase={id: phase(start) for id, start in starts.items()},
        early_wins=tuple(
            id for id, months in paid.items() if months is not None and months <= EARLY_WIN
        ),
        npv=Npv.of(flows.npv, best.draws),
        npv_draws=best.draws,
        p_npv_positive=float(np.mean(best.draws > 0)),
        payback_months=flows.payback,
        discounted_payback_months=flows.discounted_payback,
        roi=flows.roi,
        cvar=cvar(best.draws, TAIL),
        irr=rate,
        mirr=flows.mirr if no_rate == "multiple" else None,
        waiting_a_year=waiting_a_year(valuation, starts, best.draws),
        silent_at_low=silent_at_low(valuation, starts, flows.npv, best.draws, moments),
        optimal=gap <= OPTIMAL_GAP,
        gap=gap,
        npv_in_plan=valuation.shares(starts),
        joint_check=joint_check(model, tuple(starts), moments),
        cash=flows.net,
        single=model.single(flows),
        greedy=greedy(frontier),
        **_spending(plan.choice, model, starts),
    )
    return dataclasses.replace(
        plan, findings=tuple(weaknesses(plan, valuation.benefit_draws(starts)[1]))
    )


def _gap(frontier: Frontier, best: Bundle, found: Solution | None) -> float:
    """Optimality gap: how far the plan may be from the best, as a share of its value.

    On the draws of the search.
    """
    if found is None:
        return 1.0
    starts = starts_at(frontier.problem.options, found.chosen, frontier.valuation.ids)
    if starts == best.starts or frontier.solutions.get(frontier.choice.amount) is not found:
        return found.gap
    value = float(frontier.problem.npv(indicator(frontier.problem.options, best.starts)).mean())
    return dataclasses.replace(found, value=value, bound=max(found.bound, value)).gap


def _spending(choice: Choice, model: Model, starts: Starts) -> dict[str, Any]:
    """Cash by period of the choice, and what the plan commits to after the last (or after the first
    12 months).
    """
    periods = choice.periods if isinstance(choice, PeriodBudget) else ()
    last = periods[-1][1] if periods else 12

    def paid(first: int, end: int) -> float:
        return math.fsum(cash(model, id, start, first, end) for id, start in starts.items())

    after = paid(last + 1, model.settings.horizon) if last < model.settings.horizon else 0.0
    return {"spend_by_period": tuple(paid(*period) for period in periods), "spend_after": after}


def joint_check(model: Model, ids: tuple[str, ...], moments: Moments) -> tuple[float, float] | None:
    """Revenue kept a year at full lift: (on the curves, by the joint counterfactual)."""
    if moments.counterfactual is None:
        return None
    reached = {curve: model.full_lift(curve, ids) for curve in model.curves}
    on_curves = math.fsum(model.kept_at(curve, lift) for curve, lift in reached.items())
    lifts: dict[str, Any] = {}
    for name, lift in reached.items():
        curve = model.curves[name]
        if lift:
            inside: Any = 1.0
            if curve.whole and curve.cells is not None:
                inside = moments.counterfactual.in_cells(curve.cells)
            lifts[curve.about] = lifts.get(curve.about, 0.0) + lift * inside
    metric = lifts.pop(model.metric_curve, 0.0) if model.metric_curve else 0.0
    return on_curves, moments.counterfactual.kept(lifts, metric)
