"""`detail_plan`: all that a reader asks of a plan once it is there."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cxcase.budget.alternatives import STABILITY_DRAWS, compare_plans, own_selection, stability
from cxcase.budget.choice import LAST_START, FixedBudget, PeriodBudget
from cxcase.budget.fiscal_years import fiscal_years
from cxcase.budget.left_out import needed_for
from cxcase.budget.other_asks import other_asks
from cxcase.budget.problem import cash, problem_of
from cxcase.budget.result import Change, Milestone, Period, Pilot, Plan, PlanDetails, Spread
from cxcase.budget.valuation import Valuation, paced_starts
from cxcase.content_key import content_key
from cxcase.estimate import Floats
from cxcase.roi import Benefits, Model, Returns, Sensitivity
from cxcase.settings import Settings
from cxcase.stats.threads import one_blas_thread
from cxcase.version import CODE

FAN_DRAWS = 4096  # of the common draws, evenly spaced: enough for percentiles of cash
BINS = 40
# options up to which so many draws are each solved; beyond the last, none
_STABLE = ((20, STABILITY_DRAWS), (120, 32), (200, 16))


@one_blas_thread
def detail_plan(
    plan: Plan,
    returns: Returns,
    settings: Settings,
    before: Plan | None = None,
    begins: dt.date | None = None,
) -> PlanDetails:
    """Everything beside the plan.

    before: the plan of an earlier ask that was refused; begins: month 1 of the plan.
    """
    s = settings
    key = content_key(
        plan.key,
        s.pilot_cost,
        s.own_steps,
        s.fiscal_start,
        begins,
        before and before.key,
        CODE,
    )
    found = PlanDetails(key, recut=compare_plans(before, plan) if before is not None else None)
    model = returns.model
    if model is None:
        return found
    less, more = _more_or_less(plan, model)
    found = dataclasses.replace(found, own=_own(plan, returns, s), less=less, more=more)
    if not plan.chosen or plan.npv_draws is None:
        return found
    fan = _fan(model, plan.start_month)
    starts = dict(plan.start_month)
    decides = Sensitivity.of(model, plan.start_month)
    return dataclasses.replace(
        found,
        sensitivity=decides,
        benefits=Benefits.of(model, starts, plan.npv_in_plan),
        fan=fan,
        fan_back=tuple(_back(line) for line in fan),
        spread=_spread(plan.npv_draws),
        stable=_stable(plan, returns, model),
        milestones=tuple(_milestones(plan, returns, model)),
        pilot=_pilot(decides, s.pilot_cost),
        periods=tuple(_periods(plan, model, s, begins)),
        years=tuple(fiscal_years(model, starts, s.fiscal_start, _month(s, begins))),
        options=tuple(other_asks(plan, model)),
    )


def milestones_only(plan: Plan, returns: Returns) -> PlanDetails:
    """Of all that stands beside a plan only its dates, which are there at once."""
    marks = () if returns.model is None else tuple(_milestones(plan, returns, returns.model))
    return PlanDetails(content_key(plan.key, "milestones", CODE), milestones=marks)


def _own(plan: Plan, returns: Returns, settings: Settings) -> Any:
    """The person's own selection, as early as may be, valued like the plan.

    None where they made none.
    """
    known = {item.step.id for item in returns.steps}
    picked = [id for id in settings.own_steps if id in known]
    if not picked:
        return None
    if isinstance(plan.choice, FixedBudget | PeriodBudget):
        choice = plan.choice
    else:
        choice = FixedBudget(plan.choice.amount)
    return own_selection(returns, choice, picked, plan.rules)


def _fan(model: Model, starts: Mapping[str, int]) -> Floats:
    n = len(next(iter(model.cost_draws.values())))
    cash = model.cash_draws(starts, slice(0, None, max(1, n // FAN_DRAWS)))
    return np.quantile(np.cumsum(cash, axis=0), [0.1, 0.5, 0.9], axis=1)


def _back(total: Floats) -> int | None:
    """The first month from which money added up (horizon + 1,) is 0 or more and stays so.

    None when there is none.
    """
    below = np.flatnonzero(total < 0)
    after = int(below[-1]) + 1 if below.size else 0
    if after < len(total):
        return after
    return None


def _spread(draws: Floats) -> Spread:
    """Draws counted in bins of one width, zero on an edge.

    0.2 % at either end lie in the outer bins.
    """
    low, high = np.quantile(draws, [0.002, 0.998])
    width = max(float(high - low), 1.0) / BINS
    first = np.floor(low / width)
    last = np.ceil(high / width)
    edges = width * np.arange(first, max(last, first + 1) + 1)
    counts, _ = np.histogram(np.clip(draws, edges[0], edges[-1]), edges)
    return Spread(edges, counts / len(draws))


def _stable(plan: Plan, returns: Returns, model: Model) -> Mapping[str, float]:
    options = len(problem_of(model, plan.choice, plan.rules, slice(0, 1)).options)
    draws = next((draws for most, draws in _STABLE if options <= most), 0)
    if draws:
        return stability(returns, plan.choice, plan.rules, draws)
    return {}


def _more_or_less(plan: Plan, model: Model) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Each chosen step taken out, each other put in, with what goes or comes along.

    Nothing else is solved anew.
    """
    valuation = Valuation(model)
    now = dict(plan.start_month)
    pace = plan.rules.starts_per_quarter
    mean = float(np.mean(valuation.npv_draws(now)))
    spend = sum(model.spend(id, at) for id, at in now.items())

    def change(id: str, then: Mapping[str, int]) -> Change:
        ids = tuple(k for k in valuation.ids if (k in then) != (k in now))
        more = sum(model.spend(k, at) for k, at in then.items()) - spend
        return Change(id, ids, more, float(np.mean(valuation.npv_draws(then))) - mean)

    less = [
        change(id, {k: at for k, at in now.items() if id not in needed_for(valuation, k)})
        for id in now
    ]
    more = [
        change(id, paced_starts(model, needed_for(valuation, id), pace, now))
        for id in valuation.ids
        if id not in now and model.moves[id] and not set(model.steps[id].excludes) & set(now)
    ]
    return tuple(sorted(less, key=lambda c: -c.npv_mean)), tuple(
        sorted(more, key=lambda c: -c.npv_mean)
    )


def _milestones(plan: Plan, returns: Returns, model: Model) -> Iterator[Milestone]:
    for id, start in plan.start_month.items():
        alone = returns.of(id)
        delivered = start + alone.step.months_to_deliver
        yield Milestone(
            id=id,
            start=start,
            delivered=delivered,
            full=delivered + model.settings.ramp_months,
            paid=_month_paid_back(start, alone.payback_months, model.settings.horizon),
            stop_below=alone.break_even_lift,
        )


def _month_paid_back(start: int, payback_months: int | None, horizon: int) -> int | None:
    """The plan's month in which a step has paid back; None where that is not in time."""
    if payback_months is None or start - 1 + payback_months > horizon:
        return None
    return start - 1 + payback_months


def _periods(
    plan: Plan, model: Model, settings: Settings, begins: dt.date | None
) -> Iterator[Period]:
    """Cash by period, as it falls."""
    choice = plan.choice
    amounts: tuple[float | None, ...] = choice.amounts if isinstance(choice, PeriodBudget) else ()
    if not isinstance(choice, PeriodBudget):
        count = -(-min(model.settings.horizon, LAST_START) // 3)
        month = _month(settings, begins)
        choice = PeriodBudget((0.0,) * count, "quarter", settings.fiscal_start, month)
        amounts = (None,) * count
    brought = 0.0
    for (first, last), amount in zip(choice.periods, amounts, strict=True):
        spent = math.fsum(
            cash(model, id, start, first, last) for id, start in plan.start_month.items()
        )
        left = None if amount is None else max(0.0, brought + amount - spent)
        yield Period(first, last, amount, spent, brought, left)
        brought = left or 0.0 if choice.roll_over else 0.0


def _month(settings: Settings, begins: dt.date | None) -> int:
    """The calendar month of the plan's month 1; where no table holds a date the fiscal year's."""
    return begins.month if begins else settings.fiscal_start


def _pilot(decides: Sensitivity, cost: float | None) -> Pilot | None:
    """The lift, worth of a point or EX-to-CX path whose knowledge is worth most before deciding."""
    told = [driver for driver in decides.drivers if driver.kind != "cost"]
    best = max(told, key=lambda driver: driver.evppi, default=None)
    if best is None:
        return None
    pays = None if cost is None else best.evppi > cost
    return Pilot(best.kind, best.of, best.evppi, cost, pays)
