"""Benefits beside revenue kept: growth of those who stay, and savings, on lines of their own."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cxcase.budget import FixedBudget, fit_budget
from cxcase.budget.valuation import Valuation
from cxcase.estimate import Estimate
from cxcase.link import Link
from cxcase.link.result import Worth
from cxcase.roi.build_model import _growth
from cxcase.roi.flow_formulas import discount_factors
from cxcase.roi.sensitivity import inputs, switch
from cxcase.settings import Settings
from tests.make_budget import (
    DRAWS,
    a_curve,
    a_model,
    a_step,
    no_moments,
    returns_of,
    with_more_benefits,
)

ALONE = {"S": 1}


def a_saver(**saving: object):
    step = a_step("S", saving_kind="cost to serve", **saving)
    return a_model([step], np.random.default_rng(1))


def test_a_saving_that_leaves_less_to_pay_is_cash_and_any_other_is_in_no_npv():
    plain = a_saver()
    hard = a_saver(saving_per_year=24.0, cash_releasing=True)
    soft = a_saver(saving_per_year=24.0, cash_releasing=False)
    months = discount_factors(0.1, plain.settings.horizon)[1:]
    by_hand = float(2.0 * plain.reach("S", 1) @ months)
    assert hard.flows(ALONE).npv - plain.flows(ALONE).npv == pytest.approx(by_hand)
    assert hard.npv_draws(ALONE) - plain.npv_draws(ALONE) == pytest.approx(by_hand)
    assert soft.flows(ALONE).npv == plain.flows(ALONE).npv
    assert soft.saved(ALONE, cash=False).max() == pytest.approx(2.0 * plain.reach("S", 1).max())
    assert hard.pv_saved(ALONE) == pytest.approx(by_hand)


def test_growth_comes_on_top_of_what_is_kept_and_never_counts_it_twice():
    """Where all that was lost is kept already, growth still counts, and once."""
    rng = np.random.default_rng(2)
    plain = dataclasses.replace(a_model([a_step("S")], rng), churned_revenue=5.0)
    draws = 30.0 + 5.0 * rng.standard_normal(DRAWS)
    model = dataclasses.replace(plain, growth={"A": (30.0, draws)})
    height = model.kept("A", ALONE) / (model.curves["A"].per_point.value * model.overlap)
    grown = model.margin / 12.0 * 30.0 * model.overlap * height
    assert model.retained(ALONE) == pytest.approx(plain.benefit(ALONE))
    assert model.benefit(ALONE) == pytest.approx(plain.benefit(ALONE) + grown)
    apart = model.on_curves_draws(ALONE) - plain.on_curves_draws(ALONE)
    heights = plain.kept_draws("A", ALONE) / (plain.curves["A"].per_point_draws * plain.overlap)
    assert apart == pytest.approx(draws * plain.overlap * (plain.monthly_value @ heights))


@pytest.mark.parametrize("seed", range(6))
def test_every_way_to_the_npv_of_a_plan_agrees(seed):
    """Draws, curve by curve, month by month and by shares: the same money."""
    rng = np.random.default_rng(seed)
    steps = [a_step("S", ("A",)), a_step("T", ("A", "B")), a_step("U", ("B",))]
    model = with_more_benefits(a_model(steps, rng, ("A", "B")), rng)
    starts = {"S": 1, "T": 3, "U": 6}
    valuation = Valuation(model)
    drawn = model.npv_draws(starts)
    assert valuation.npv_draws(starts) == pytest.approx(drawn)
    assert valuation.value(starts) == pytest.approx(drawn.mean())
    assert sum(valuation.shares(starts).values()) == pytest.approx(drawn.mean())
    months = discount_factors(model.settings.discount, model.settings.horizon)
    assert months @ model.cash_draws(starts) == pytest.approx(drawn)


def test_a_saving_can_put_a_step_into_the_plan():
    poor = a_saver(saving_per_year=0.0, lift_likely=0.001, one_off_cost=30.0)
    assert fit_budget(returns_of(poor), FixedBudget(50.0), no_moments()).chosen == ()
    saved = {"S": dataclasses.replace(poor.steps["S"], saving_per_year=60.0, cash_releasing=True)}
    rich = dataclasses.replace(poor, steps=saved)
    assert fit_budget(returns_of(rich), FixedBudget(50.0), no_moments()).chosen == ("S",)
    soft = {"S": dataclasses.replace(saved["S"], cash_releasing=False)}
    none = dataclasses.replace(poor, steps=soft)
    assert fit_budget(returns_of(none), FixedBudget(50.0), no_moments()).chosen == ()


def test_what_decides_knows_growth_and_leaves_savings_out_of_the_worth_of_a_point():
    model = a_saver(saving_per_year=24.0, cash_releasing=True)
    flows = model.flows(ALONE)
    saved = model.pv_saved(ALONE)
    worth = (flows.pv_cost - saved) / (flows.pv_benefit - saved)
    assert switch(model, ALONE).worth == pytest.approx(max(0.0, worth))
    grown = dataclasses.replace(model, growth={"A": (30.0, np.arange(DRAWS) + 25.0)})
    assert inputs(grown, ALONE)["growth", "growth"] == pytest.approx((np.arange(DRAWS) + 25) / 30)


def a_link(growth: float | None) -> Link:
    unit = "GBP per year"
    reason = None if growth is not None else "expansion_unknown"
    status = "modelled" if growth is not None else "refused"
    part = Estimate(growth, growth, growth, unit, status, reason)
    draws = np.full(DRAWS, growth) if growth is not None else None
    curve = a_curve("ease", 200.0, np.full(DRAWS, 200.0))
    return Link(
        "link", "ease", None, None, None, (), (Worth("one_point_of_cx_expansion", part),), curve,
        None, (), (), None, None, (), growth_draws=draws,
    )  # fmt: skip


def test_growth_is_off_until_it_is_asked_for_and_falls_on_moments_by_what_they_keep():
    curves = {name: a_curve(name, worth, np.full(DRAWS, worth)) for name, worth in
              {"A": 100.0, "B": 50.0, "C": -10.0}.items()}  # fmt: skip
    on = Settings(count_expansion=True)
    assert _growth(curves, a_link(80.0), Settings()) == {}
    assert _growth(curves, a_link(None), on) == {}
    found = _growth(curves, a_link(80.0), on)
    assert {name: base for name, (base, _) in found.items()} == {"A": 40.0, "B": 20.0}
    assert found["A"][1] == pytest.approx(40.0)
    assert a_link(80.0).growth_per_kept == pytest.approx(0.4)
    assert a_link(None).growth_per_kept is None
