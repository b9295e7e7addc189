"""Other sets beside the plan: taken greedily, picked by hand, cut anew after a no.

And how sure each choice is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from cxcase.budget.choice import Choice, FixedBudget, PeriodBudget, Rules
from cxcase.budget.frontier import Frontier
from cxcase.budget.milp import Limits
from cxcase.budget.problem import indicator, problem_of
from cxcase.budget.result import Alternative, Plan, Recut
from cxcase.budget.solver import Search
from cxcase.budget.valuation import Starts, Valuation, paced_starts
from cxcase.roi import Npv, Returns

STABILITY_DRAWS = 64


def greedy(frontier: Frontier) -> Alternative:
    """The steps with the most expected NPV a unit of their own spend, while they fit.

    What has to be in it comes first.
    """
    valuation = frontier.valuation
    problem = frontier.problem
    own = [
        _alone(valuation, option.id, option.start) / max(spend, 1e-9)
        for option, spend in zip(problem.options, frontier.spends.tolist(), strict=True)
    ]
    duty = {int(k) for row in problem.rows if row.rule[0] == "mandatory" for k in row.at}
    order = sorted(
        range(len(own)), key=lambda k: (k not in duty, -own[k], problem.options[k].start)
    )
    taken = Limits(len(own), problem.rows).fill([k for k in order if own[k] > 0 or k in duty])
    starts = {problem.options[k].id: problem.options[k].start for k in taken}
    return value_of("greedy", frontier, {id: starts[id] for id in valuation.ids if id in starts})


def _alone(valuation: Valuation, id: str, start: int) -> float:
    curves = [curve for curve, on in valuation.curves.items() if id in on]
    gains = sum(valuation.benefit(curve, {id: start}) for curve in curves)
    return gains + valuation.model.pv_saved({id: start}) - valuation.cost(id, start)


def value_of(name: str, frontier: Frontier, starts: Starts) -> Alternative:
    """Started steps valued as the plan is, with the rules they do not keep."""
    draws = frontier.valuation.npv_draws(starts)
    chosen = indicator(frontier.problem.options, starts)
    known = {(option.id, option.start) for option in frontier.problem.options}
    off_grid: list[tuple[str, ...]] = [
        ("late", id) for id, at in starts.items() if (id, at) not in known
    ]
    broken = dict.fromkeys(
        [row.rule for row in frontier.problem.rows if not row.kept(chosen)] + off_grid
    )
    model = frontier.valuation.model
    if off_grid:
        spend = sum(model.spend(id, at) for id, at in starts.items())
    else:
        spend = frontier.spend(starts)
    npv = Npv.of(model.flows(starts).npv, draws)
    return Alternative(name, starts, spend, npv, float(np.mean(draws > 0)), tuple(broken))


def own_selection(
    returns: Returns,
    choice: FixedBudget | PeriodBudget,
    picked: Iterable[str] | Mapping[str, int],
    rules: Rules | None = None,
) -> Alternative:
    """The steps a person picked, valued as the plan is.

    picked: step ids, started as early as needs and pace allow, or step id -> start month. Raises
    ValueError without a model.
    """
    if returns.model is None:
        raise ValueError("nothing is priced")
    frontier = Frontier(Valuation(returns.model), choice, rules or Rules())
    pace = frontier.rules.starts_per_quarter
    if isinstance(picked, Mapping):
        starts = dict(picked)
    else:
        starts = paced_starts(returns.model, picked, pace)
    return value_of("own", frontier, starts)


def stability(
    returns: Returns, choice: Choice, rules: Rules | None = None, draws: int = STABILITY_DRAWS
) -> dict[str, float]:
    """Step id -> in what share of single draws it is in the best plan, if that draw were the truth.

    Sheet's order.
    """
    if returns.model is None:
        return {}
    model = returns.model
    rules = rules or Rules()
    n = len(next(iter(model.cost_draws.values())))
    counts = dict.fromkeys(model.steps, 0)
    places = np.linspace(0, n - 1, min(draws, n)).astype(int).tolist()
    for place in places:
        problem = problem_of(model, choice, rules, slice(place, place + 1))
        found = Search(problem).solve(close=1e-3, seconds=1.0)
        for k in found.chosen if found else ():
            counts[problem.options[k].id] += 1
    return {id: count / len(places) for id, count in counts.items()}


def compare_plans(old: Plan, new: Plan) -> Recut:
    """Two plans side by side: what the new one drops, adds and moves, and what that changes."""
    moved = {
        id: (old.start_month[id], new.start_month[id])
        for id in old.chosen
        if id in new.start_month and old.start_month[id] != new.start_month[id]
    }
    mean = [plan.npv.mean if plan.npv else 0.0 for plan in (old, new)]
    sure = [plan.p_npv_positive or 0.0 for plan in (old, new)]
    return Recut(
        old=old,
        new=new,
        dropped=tuple(id for id in old.chosen if id not in new.start_month),
        added=tuple(id for id in new.chosen if id not in old.start_month),
        moved=moved,
        spend=new.spend - old.spend,
        npv_mean=mean[1] - mean[0],
        p_npv_positive=sure[1] - sure[0],
    )
