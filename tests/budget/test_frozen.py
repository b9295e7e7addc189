"""A frozen choice stays when figures change, is valued as they are, and says what it costs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest
from make_budget import a_model, a_step, no_moments, returns_of

from cxcase.budget import FixedBudget, Plan, Rules, fit_budget, freeze_plan, solve_frontier
from cxcase.roi import Model

ALL = FixedBudget(100.0)


def model(**dearer: float) -> Model:
    steps = [
        a_step(id, (curve,), lift_likely=lift, one_off_cost=dearer.get(id, 10.0))
        for id, curve, lift in (("S1", "A", 0.6), ("S2", "B", 0.5), ("S3", "A", 0.1))
    ]
    return a_model(steps, np.random.default_rng(3), ("A", "B"))


def frozen(made: Model, starts: Mapping[str, int], choice: FixedBudget = ALL) -> tuple[Plan, Plan]:
    """(the plan chosen anew, the frozen one)."""
    returns = returns_of(made)
    free = fit_budget(returns, choice, no_moments())
    cache = solve_frontier(returns, choice, Rules())
    return free, freeze_plan(free, returns, no_moments(), starts, cache)


def codes(plan: Plan) -> set[str]:
    return {finding.code for finding in plan.findings}


def test_what_was_chosen_stays_the_same_plan() -> None:
    free, _ = frozen(model(), {"S1": 1})
    _, plan = frozen(model(), free.start_month)
    assert plan.frozen
    assert plan.npv == free.npv
    assert (plan.spend, plan.optimal) == (free.spend, free.optimal)
    assert "plan_frozen" in codes(plan)


def test_it_stays_when_another_would_be_better_and_says_by_how_much() -> None:
    free, plan = frozen(model(S1=150.0), {"S1": 2}, FixedBudget(500.0))
    assert plan.start_month == {"S1": 2}
    assert "S1" not in free.chosen
    made = model(S1=150.0)
    assert plan.npv is not None
    assert free.npv is not None
    assert plan.npv.base == pytest.approx(made.flows({"S1": 2}).npv)
    (told,) = [f for f in plan.findings if f.code == "plan_frozen_apart"]
    assert told.params["more"] == pytest.approx(free.npv.mean - plan.npv.mean)
    assert {item.id: item.why for item in plan.left_out} == {"S2": "not_frozen", "S3": "not_frozen"}
    assert "plan_not_proven_best" not in codes(plan)


def test_more_than_the_budget_fails_and_is_still_valued() -> None:
    _, plan = frozen(model(), {"S1": 1, "S2": 1}, FixedBudget(15.0))
    assert plan.spend == pytest.approx(20.0)
    assert "frozen_over_budget" in codes(plan)
    assert plan.npv is not None


def test_a_step_that_is_gone_is_said() -> None:
    free, plan = frozen(model(), {"S1": 1, "S9": 1})
    assert plan.chosen == ("S1",)
    assert "frozen_steps_gone" in codes(plan)
    _, without = frozen(model(), {"S9": 1})
    assert dataclasses.replace(without, findings=()).chosen == free.chosen
    assert not without.frozen
    assert "frozen_steps_gone" in codes(without)
