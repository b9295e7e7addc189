"""What is solved once for all sums: the plan is the same with it and without, whatever was asked
before.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from make_budget import a_company, a_model, a_step, a_team, no_moments, returns_of, some_periods

from cxcase.budget import (
    Choice,
    FixedBudget,
    FrontierCache,
    MostCertain,
    Phasing,
    Plan,
    Rules,
    TargetReturn,
    fit_budget,
    solve_frontier,
    solved_plan,
)
from cxcase.budget.problem import problem_of
from cxcase.budget.solver import Search
from cxcase.roi import Model

SEEDS = range(12)


def bare(value: Any) -> Any:
    """The value with arrays as bytes, so that it can be compared."""
    return value.tobytes() if isinstance(value, np.ndarray) else value


def facts(plan: Plan) -> dict[str, Any]:
    return {field.name: bare(getattr(plan, field.name)) for field in dataclasses.fields(plan)}


def fit(
    model: Model, choice: Choice | None, rules: Rules, cache: FrontierCache | None = None
) -> Plan:
    return fit_budget(returns_of(model), choice, no_moments(), rules, cache)


def company(seed: int) -> tuple[Model, Rules, float]:
    """A made-up company, rules for every third, and what all of it costs."""
    rng = np.random.default_rng(70_000 + seed)
    model = a_company(rng)
    rules = (Rules(), Rules(capacity=(a_team(model, rng),)), Rules(phasing=Phasing(unlock=1)))[
        seed % 3
    ]
    return model, rules, sum(model.spend(id, 1) for id in model.steps)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_does_not_depend_on_what_was_asked_before(seed: int) -> None:
    model, rules, total = company(seed)
    cache = solve_frontier(returns_of(model), None, rules)
    sums = [share * total for share in (0.8, 0.1, 0.55, 0.3, 1.2)]
    for choice in (*map(FixedBudget, sums), None, MostCertain(0.6 * total), TargetReturn(0.1)):
        assert facts(fit(model, choice, rules, cache)) == facts(fit(model, choice, rules))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_found_for_other_sums_misleads_no_search(seed: int) -> None:
    model, rules, total = company(seed)
    cache = solve_frontier(returns_of(model), None, rules)
    assert cache is not None
    for share in (0.15, 0.35, 0.62, 0.9):
        choice = FixedBudget(share * total)
        fresh = Search(problem_of(model, choice, rules)).solve()
        found = cache.for_sum(choice).solutions[choice.amount]
        assert (found is None) == (fresh is None)
        if found is not None and fresh is not None:
            assert found.value == pytest.approx(fresh.value, rel=2e-5, abs=1e-6)
            assert fresh.value <= found.bound + 1e-6 * abs(found.bound)


def test_periods_have_a_frontier_of_their_own() -> None:
    for seed in range(4):
        rng = np.random.default_rng(71_000 + seed)
        model = a_company(rng)
        choice = some_periods(model, rng)
        cache = solve_frontier(returns_of(model), choice)
        assert facts(fit(model, choice, Rules(), cache)) == facts(fit(model, choice, Rules()))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_there_at_once_is_paid_for_and_never_better_than_the_plan(seed: int) -> None:
    model, rules, total = company(seed)
    cache = solve_frontier(returns_of(model), None, rules)
    assert cache is not None
    for share in (0.2, 0.45, 0.7, 1.0):
        choice = FixedBudget(share * total)
        early = solved_plan(returns_of(model), choice, no_moments(), rules, cache)
        exact = fit(model, choice, rules)
        if early is None:
            continue
        assert early.npv is not None
        assert exact.npv is not None
        assert early.spend <= choice.amount + 1e-9
        assert early.npv.mean <= exact.npv.mean + 1e-9
        assert not early.optimal
        assert early.paying == exact.paying
        if early.start_month == exact.start_month:
            assert (early.npv, early.spend, early.npv_in_plan) == (
                exact.npv,
                exact.spend,
                exact.npv_in_plan,
            )


def test_on_the_grid_it_is_the_plan_itself() -> None:
    seen = 0
    for seed in (0, 3, 6, 9):
        model, rules, _ = company(seed)
        cache = solve_frontier(returns_of(model), None, rules)
        assert cache is not None
        for amount in cache.frontier.solutions:
            early = solved_plan(returns_of(model), FixedBudget(amount), no_moments(), rules, cache)
            if early is not None:
                assert early.start_month == fit(model, FixedBudget(amount), rules).start_month
                seen += 1
    assert seen >= 12


def test_after_a_clash_the_sum_that_buys_everything_is_still_known() -> None:
    model = a_model([a_step("a"), a_step("b", one_off_cost=20.0)], np.random.default_rng(3))
    rules = Rules(mandatory=("a", "b"))
    clash = fit(model, FixedBudget(15.0), rules)
    assert clash.conflicts
    assert not clash.chosen
    assert clash.paying == fit(model, None, rules).paying == pytest.approx(30.0)
    assert fit(
        model, FixedBudget(15.0), Rules(mandatory=("a",), barred=("a",))
    ).paying == pytest.approx(30.0)
