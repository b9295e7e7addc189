"""What stands beside a plan, and what the settings make of it: against the model's own figures."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from make_budget import HORIZON, a_model, a_step, no_moments, returns_of

from cxcase.budget import (
    EVERYONE,
    FixedBudget,
    MostCertain,
    PeriodBudget,
    Rules,
    SmallestBudgetFor,
    TargetReturn,
    begin_again,
    choice_of,
    detail_plan,
    fit_budget,
    plan_start,
    rules_of,
)
from cxcase.errors import SettingsError
from cxcase.fixed import Fixed
from cxcase.recommend import Step
from cxcase.report import page_answers, words
from cxcase.roi import Model, Returns
from cxcase.roi.input_draws import cost_draws, lift_draws
from cxcase.settings import Settings
from cxcase.stats.draws import normals

T0 = dt.date(2025, 7, 1)


def _step(id: str, on: tuple[str, ...], lift: float, cost: float, **other: object) -> Step:
    ends = {
        "cost_low": 0.9 * cost,
        "cost_high": 1.2 * cost,
        "lift_low": 0.5 * lift,
        "lift_high": 1.5 * lift,
    }
    return a_step(id, on, one_off_cost=cost, lift_likely=lift, **ends, **other)


def company(**settings: object) -> tuple[Model, Returns]:
    steps = [
        _step(
            "A",
            ("Delivery",),
            0.6,
            30.0,
            owner="Ops",
            effort_days=20.0,
            pnl_line="Depots",
            yearly_cost=4.0,
        ),
        _step("B", ("Delivery",), 0.4, 20.0, owner="Ops", effort_days=10.0),
        _step("C", ("Invoice",), 0.5, 25.0, needs=("A",), owner="Finance", effort_days=None),
    ]
    model = a_model(steps, np.random.default_rng(5), ("Delivery", "Invoice"))
    curves = {
        name: dataclasses.replace(
            curve, per_point_draws=(curve.per_point.value or 0.0) * (1 + 0.3 * normals(name, 0))
        )
        for name, curve in model.curves.items()
    }
    drawn = {
        "lift_draws": lift_draws(steps, model.settings),
        "cost_draws": cost_draws(steps, model.settings),
    }
    model = dataclasses.replace(model, curves=curves, **drawn)
    model = dataclasses.replace(model, settings=dataclasses.replace(model.settings, **settings))
    return model, returns_of(model)


@pytest.mark.parametrize("roll", [True, False])
def test_what_a_period_leaves_goes_to_the_next_or_lapses(roll: bool) -> None:
    model, returns = company()
    plan = fit_budget(
        returns, PeriodBudget((35.0, 35.0, 35.0), "quarter", 1, 1, roll), no_moments()
    )
    found = detail_plan(plan, returns, model.settings).periods
    assert plan.chosen
    assert [p.spent for p in found] == pytest.approx(plan.spend_by_period)
    carried = 0.0
    for period in found:
        assert period.brought == pytest.approx(carried)
        assert period.left == pytest.approx(period.brought + 35.0 - period.spent)
        carried = (period.left or 0.0) if roll else 0.0
    assert any(p.left for p in found[:-1])


def test_settings_become_the_choice_they_name() -> None:
    _, returns = company()
    assert choice_of(Settings(), returns, T0) is None
    assert choice_of(Settings(budget=9.0), returns, T0) == FixedBudget(9.0)
    periods = Settings(
        budget_kind="periods", period_budgets=(5.0, 7.0), fiscal_start=4, roll_over=False
    )
    assert choice_of(periods, returns, T0) == PeriodBudget((5.0, 7.0), "quarter", 4, 10, False)
    assert choice_of(Settings(budget_kind="return", target_roi=0.5), returns, T0) == TargetReturn(
        0.5, None
    )
    assert choice_of(
        Settings(budget_kind="smallest", target_npv=3.0), returns, T0
    ) == SmallestBudgetFor(3.0)
    certain = choice_of(Settings(budget_kind="certain", risk_aversion=0.3), returns, T0)
    assert isinstance(certain, MostCertain)
    assert certain.amount >= sum(s.step.one_off_cost for s in returns.steps)


@pytest.mark.parametrize(
    "wrong",
    [
        {"budget_kind": "periods"},
        {"budget_kind": "smallest"},
        {"budget_kind": "monthly"},
        {"period_budgets": (-1.0,)},
        {"fiscal_start": 13},
        {"risk_aversion": 1.1},
        {"phase_most": {"sprint": 1}},
        {"phase_tags": {"A": "sprint"}},
        {"team_days": {"Ops": -1.0}},
        {"risk_mode": "both"},
        {"benefit_cut": 1.2},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        Settings(**wrong)


def test_the_plan_begins_a_year_after_the_window_unless_somebody_says() -> None:
    assert plan_start(Settings(), T0) == dt.date(2026, 10, 1)
    early = Settings().planned_on(dt.date(2026, 9, 30))
    assert plan_start(early, T0) == dt.date(2026, 10, 1)
    late = Settings().planned_on(dt.date(2026, 12, 1))
    assert plan_start(late, T0) == dt.date(2027, 1, 1)
    assert late.planned_on(dt.date(2029, 5, 5)) == late  # settled once
    assert Settings(plan_start=dt.date(2027, 2, 17)).planned_on(T0).plan_after is None
    assert plan_start(Settings(plan_start=dt.date(2027, 2, 17)), T0) == dt.date(2027, 2, 1)
    assert plan_start(Settings(), None) is None
    assert begin_again(dt.date(2026, 10, 1), dt.date(2026, 10, 31)) is None
    assert begin_again(dt.date(2026, 10, 1), dt.date(2026, 11, 1)) == dt.date(2027, 1, 1)
    assert begin_again(None, T0) is None


def test_days_are_those_of_the_owner_or_of_everyone() -> None:
    model, _ = company()
    rules = rules_of(
        Settings(team_days={"ops": 5.0, EVERYONE: 9.0}, early_win_days=90), model.steps.values()
    )
    assert (
        dict(rules.capacity[0].effort) == dict(rules.capacity[1].effort) == {"A": 20.0, "B": 10.0}
    )
    assert rules.early_win is not None
    assert rules.early_win.days == 90
    assert rules_of(Settings(), model.steps.values()) == Rules(starts_per_quarter=2)
    assert rules.starts_per_quarter is None  # days of people take its place


def test_rules_that_name_nobody_are_said_to() -> None:
    model, returns = company()
    settings = Settings(team_days={"Nobody": 3.0}, barred=("Z",))
    plan = fit_budget(
        returns, FixedBudget(60.0), no_moments(), rules_of(settings, model.steps.values())
    )
    found = {f.code: f.params for f in plan.findings}
    assert found["rule_step_unknown"]["ids"] == ("Z",)
    assert found["rule_team_unknown"]["names"] == ("Nobody",)
    assert found["days_not_known"]["ids"] == ("C",)


def test_one_step_less_and_one_more_are_the_models_own_differences() -> None:
    model, returns = company()
    plan = fit_budget(returns, FixedBudget(55.0), no_moments())
    details = detail_plan(plan, returns, model.settings)
    now = dict(plan.start_month)
    mean = float(model.npv_draws(now).mean())
    assert details.less
    for change in details.less:
        then = {id: at for id, at in now.items() if id not in change.ids}
        assert change.id in change.ids
        assert (
            "C" in change.ids or change.id != "A" or "C" not in now
        )  # what needs a step goes with it
        assert change.npv_mean == pytest.approx(
            float(model.npv_draws(then).mean()) - mean if then else -mean
        )
        assert change.spend == pytest.approx(-sum(model.spend(id, now[id]) for id in change.ids))
    for change in details.more:
        assert set(change.ids).isdisjoint(now)
    assert [c.npv_mean for c in details.less] == sorted(
        (c.npv_mean for c in details.less), reverse=True
    )


def test_the_fan_is_of_the_same_money_as_the_plan() -> None:
    model, returns = company()
    plan = fit_budget(returns, FixedBudget(75.0), no_moments())
    details = detail_plan(plan, returns, model.settings)
    cash = model.cash_draws(plan.start_month)
    factors = (1 + model.settings.discount) ** (-np.arange(HORIZON + 1) / 12)
    assert factors @ cash == pytest.approx(model.npv_draws(plan.start_month))
    assert details.fan is not None
    assert np.all(np.diff(details.fan, axis=0) >= 0)
    for line, back in zip(details.fan, details.fan_back, strict=True):
        assert back is None or np.all(line[back:] >= 0)
        assert back in (None, 0) or line[back - 1] < 0
    assert details.spread is not None
    assert details.spread.shares.sum() == pytest.approx(1.0)
    below = details.spread.shares[details.spread.edges[1:] <= 1e-9].sum()
    assert below == pytest.approx(1 - (plan.p_npv_positive or 0.0), abs=1e-9)


def test_fiscal_periods_add_up_to_all_cash() -> None:
    model, returns = company()
    plan = fit_budget(returns, FixedBudget(75.0), no_moments())
    details = detail_plan(
        plan,
        returns,
        dataclasses.replace(model.settings, fiscal_start=4),
        None,
        dt.date(2026, 8, 1),
    )
    first = details.periods[0]
    assert (first.first, first.last, first.budget) == (
        1,
        2,
        None,
    )  # August and September are left of the quarter
    months = range(1, details.periods[-1].last + 1)
    whole = sum(
        (model.steps[id].one_off_cost if m == at else 0.0)
        + (model.steps[id].yearly_cost / 12 if at <= m <= HORIZON else 0)
        for id, at in plan.start_month.items()
        for m in months
    )
    assert sum(p.spent for p in details.periods) == pytest.approx(whole)


def test_risk_is_counted_once() -> None:
    _, returns = company(risk_mode="adjusted", benefit_cut=0.2, cost_rise=0.1)
    plan = fit_budget(returns, FixedBudget(75.0), no_moments())
    assert returns.model is not None
    flows = returns.model.flows(plan.start_month)
    assert plan.single is not None
    assert plan.single.npv == pytest.approx(0.8 * flows.pv_benefit - 1.1 * flows.pv_cost)
    _, returns = company()
    assert fit_budget(returns, FixedBudget(75.0), no_moments()).single is None


def test_after_a_no_the_old_ask_stands_beside_the_new_one() -> None:
    _, returns = company()
    settings = Settings(budget=30.0, asked=Fixed({"budget": 75.0}), own_steps=("B", "Z"))
    old, new = (
        fit_budget(returns, choice_of(s, returns, T0), no_moments(), Rules())
        for s in (settings.before, settings)
    )
    assert old.choice == FixedBudget(75.0)
    details = detail_plan(new, returns, settings, old)
    assert details.recut is not None
    assert details.recut.old is old
    assert details.recut.spend == pytest.approx(new.spend - old.spend)
    assert set(details.recut.dropped) == set(old.chosen) - set(new.chosen)
    assert details.own is not None
    assert set(details.own.start_month) == {"B"}


def test_a_plan_without_steps_has_little_beside_it() -> None:
    model, returns = company()
    details = detail_plan(
        fit_budget(returns, FixedBudget(1.0), no_moments()), returns, model.settings
    )
    assert details.sensitivity is None
    assert not details.milestones
    assert details.more


def test_each_choice_is_said_in_the_ask() -> None:
    model, returns = company()
    said = set()
    for settings in (
        Settings(budget=60.0),
        Settings(budget_kind="periods", period_budgets=(40.0, 40.0)),
        Settings(budget_kind="return", target_roi=0.1),
        Settings(budget_kind="smallest", target_npv=5.0),
        Settings(budget_kind="certain", budget=60.0),
    ):
        choice = choice_of(settings, returns, T0)
        assert choice is not None
        plan = fit_budget(returns, choice, no_moments(), rules_of(settings, model.steps.values()))
        said.add(page_answers.asked(plan, "GBP"))
    assert len(said) == 5
    assert all(
        words.has(f"clash.{kind}")
        for kind in ("budget", "capacity", "target", "early_win", "phase_full")
    )
