"""`fit_budget`: the best set of steps for a sum of money, when each starts, and what more or less would change."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

import numpy as np

from cxcase import __version__
from cxcase.budget.menu import MORE, Bundle, Menu, within
from cxcase.budget.price import Prices
from cxcase.budget.result import FixedBudget, LeftOut, Phase, Plan
from cxcase.budget.why import left_out, needed_for
from cxcase.checks import Finding, FindingStatus
from cxcase.estimate import content_key
from cxcase.moments import Moments
from cxcase.roi import Model, Npv, Returns

WHERE = "budget"
GRID = 12  # budgets between nothing and all that can be well spent at which the frontier is solved
GRID_ROUNDS = 3  # of cuts for each of them; the plan's own budget gets all it needs
OPTIMAL_GAP = 1e-4
EARLY_WIN = 6  # months after its start by which an early win has paid back
CRAWL, WALK = 6, 18  # last start months of the first two phases
SURE = 0.8  # a plan less likely than this to pay back is remarked on
JOINT_TOLERANCE = 0.15  # share by which curves and joint counterfactual may differ without remark


def fit_budget(returns: Returns, choice: FixedBudget | None, moments: Moments) -> Plan:
    """The set of steps of highest expected NPV whose spend fits, with its frontier. Choice None: enough for every step.

    Without a model (nothing could be priced) the plan is empty; `returns.refused` says why. A budget that buys nothing
    gives an empty plan with one finding.
    """
    key = content_key(returns.key, moments.key, choice, __version__)
    empty = _empty(key, returns, choice or FixedBudget(0.0))
    if returns.model is None:
        return empty
    prices = Prices(returns.model)
    total = math.fsum(prices.spend.values())
    amount = choice.amount if choice else total
    menu = Menu(prices)
    menu.solve_for([total, amount, amount + MORE])
    enough = menu.best(total)  # beyond what this spends more money changes nothing
    menu.solve_for(np.linspace(0.0, enough.spend if enough else 0.0, GRID + 1), GRID_ROUNDS)
    unpriced = frozenset(item.step.id for item in returns.steps if item.refused)
    stop = _impossible(prices, amount)
    best = None if stop else menu.best(amount)
    findings = [] if choice else [_finding("review", "no_budget_given", amount=total)]
    plan = dataclasses.replace(
        empty,
        choice=FixedBudget(amount),
        frontier=tuple(menu.frontier(max(total, amount))),
        next_10k=None if stop else menu.next_10k(amount),
        left_out=left_out(prices, best.ids if best else frozenset(), amount, unpriced),
    )
    if best is None or not best.ids:
        findings.append(stop or _nothing(prices, amount, unpriced))
        return dataclasses.replace(plan, findings=tuple(findings))
    plan = _with_steps(plan, best, menu, returns, moments)
    findings += [*_weaknesses(plan, prices.benefit_draws(best.ids)[1])]
    return dataclasses.replace(plan, findings=tuple(findings))


def _empty(key: str, returns: Returns, choice: FixedBudget) -> Plan:
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
    )


def _with_steps(plan: Plan, best: Bundle, menu: Menu, returns: Returns, moments: Moments) -> Plan:
    """The plan with the bundle's steps and all that follows from them."""
    prices = menu.prices
    starts = prices.started(best.ids)
    flows = prices.model.flows(starts)
    gap = menu.gap(plan.choice.amount)
    paid = {id: returns.of(id).payback_months for id in starts}
    return dataclasses.replace(
        plan,
        spend=best.spend,
        effort_days=math.fsum(prices.model.steps[id].effort_days or 0.0 for id in starts),
        chosen=tuple(starts),
        start_month=starts,
        phase={id: phase(start) for id, start in starts.items()},
        early_wins=tuple(id for id, months in paid.items() if months is not None and months <= EARLY_WIN),
        npv=Npv.of(flows.npv, best.draws),
        npv_draws=best.draws,
        p_npv_positive=float(np.mean(best.draws > 0)),
        payback_months=flows.payback,
        roi=flows.roi,
        optimal=gap <= OPTIMAL_GAP,
        gap=gap,
        npv_in_plan=prices.shares(best.ids),
        joint_check=joint_check(prices.model, tuple(starts), moments),
        cash=flows.net,
    )


def phase(start: int) -> Phase:
    """Crawl starts in months 1 to 6, walk in 7 to 18, run later."""
    if start <= CRAWL:
        return "crawl"
    return "walk" if start <= WALK else "run"


def joint_check(model: Model, ids: tuple[str, ...], moments: Moments) -> tuple[float, float] | None:
    """Revenue kept a year at full lift: (on the curves, by applying all lifts at once to every customer)."""
    if moments.counterfactual is None:
        return None
    reached = {curve: model.full_lift(curve, ids) for curve in model.curves}
    on_curves = math.fsum(model.kept_at(curve, lift) for curve, lift in reached.items())
    metric = reached.pop(model.metric_curve, 0.0) if model.metric_curve else 0.0
    return on_curves, moments.counterfactual.kept({name: lift for name, lift in reached.items() if lift}, metric)


def _finding(status: FindingStatus, code: str, **params: object) -> Finding:
    return Finding(status, code, WHERE, params)


def _impossible(prices: Prices, budget: float) -> Finding | None:
    """The finding when the mandatory steps shut each other out or cost more than the budget."""
    steps = prices.model.steps
    duty: frozenset[str] = frozenset().union(*(needed_for(prices, s.id) for s in steps.values() if s.mandatory))
    clash = sorted(id for id in duty if set(steps[id].excludes) & duty)
    if clash:
        return _finding("fail", "mandatory_clash", ids=tuple(clash))
    cost = math.fsum(prices.spend[id] for id in sorted(duty))
    if not within(cost, budget):
        return _finding("fail", "mandatory_over_budget", cost=cost, budget=budget, ids=tuple(sorted(duty)))
    return None


def _nothing(prices: Prices, budget: float, unpriced: frozenset[str]) -> Finding:
    """Why the best set is none at all: the budget is too small, or nothing pays."""
    priced = [id for id in prices.ids if id not in unpriced]
    cheapest = min(math.fsum(prices.spend[k] for k in needed_for(prices, id)) for id in priced)
    if not within(cheapest, budget):
        return _finding("fail", "budget_below_cheapest", budget=budget, cheapest=cheapest)
    return _finding("review", "nothing_pays", budget=budget)


def _weaknesses(plan: Plan, held: float) -> Iterator[Finding]:
    """What a reader of the plan must know; `held`: the share of draws in which benefits met what was lost."""
    if not plan.optimal:
        yield _finding("review", "plan_not_proven_best", gap=plan.gap)
    if plan.p_npv_positive is not None and plan.p_npv_positive < SURE:
        yield _finding("review", "plan_may_not_pay", p=plan.p_npv_positive)
    if not plan.early_wins:
        yield _finding("review", "no_early_win", months=EARLY_WIN)
    if held > 0:
        yield _finding("review", "benefit_capped", share=held)
    if plan.joint_check is not None:
        curves, joint = plan.joint_check
        apart = abs(curves - joint) > JOINT_TOLERANCE * max(abs(curves), abs(joint))
        code = "joint_check_apart" if apart else "joint_check_agrees"
        yield _finding("review" if apart else "ok", code, curves=curves, joint=joint)
