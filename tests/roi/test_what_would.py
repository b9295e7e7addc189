"""When nothing pays, what is said would make a step pay does make it pay, to the brim."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from make_moments import Plan
from make_priced import Priced, on, priced

from cxcase.recommend import Step


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Priced:
    return priced(tmp_path_factory.mktemp("would"))


def dear(company: Priced, times: float, **other: object) -> Step:
    """A step that costs so many times what it keeps."""
    bare = on("R1", 0.4, lift_low=0.2, lift_high=0.6)
    worth = float(company.model(bare).benefit_draws({"R1": 1}).mean())
    cost = {"one_off_cost": times * worth, "cost_low": times * worth, "cost_high": times * worth}
    return dataclasses.replace(bare, **cost, **other)


def test_where_a_step_pays_nothing_is_said(company: Priced) -> None:
    returns = company.returns(dear(company, 0.8), dataclasses.replace(dear(company, 3.0), id="R2"))
    assert returns.what_would == ()


def test_the_largest_cost_and_the_least_lift_just_pay(company: Priced) -> None:
    step = dear(company, 1.25)
    (found,) = company.returns(step).what_would
    assert found.cost_factor == pytest.approx(0.8, rel=1e-6)
    assert found.lift_at_least is not None
    scale = found.lift_at_least / step.lift_likely
    assert scale > 1.2, "the curve is concave"
    lifted = dataclasses.replace(
        step, lift_low=scale * 0.2, lift_likely=scale * 0.4, lift_high=scale * 0.6
    )
    npv = company.returns(lifted)["R1"].npv
    assert npv is not None
    assert npv.mean == pytest.approx(0.0, abs=0.001 * step.one_off_cost)


def test_teams_in_which_it_pays_alone_are_priced_as_a_step_is(company: Priced) -> None:
    step = dear(company, 1.1)
    (found,) = company.returns(step).what_would
    assert found.alone is not None
    part = found.alone.part
    assert 0 < len(part.teams) < 24
    cost = {"one_off_cost": part.one_off_cost, "cost_low": part.one_off_cost}
    held = dataclasses.replace(step, teams=part.teams, cost_high=part.one_off_cost, **cost)
    priced_so = company.returns(held)["R1"]
    assert priced_so.npv is not None
    benefit = priced_so.npv.mean + part.one_off_cost
    counted = found.alone.believed * benefit - part.one_off_cost
    assert counted == pytest.approx(found.alone.npv, rel=0.02)
    assert found.alone.npv > 0
    assert 0.7 < found.alone.believed < 1, "teams that look best are in part there by chance"
    assert priced_so.p_npv_positive is not None
    assert found.alone.chance < priced_so.p_npv_positive


def test_where_no_teams_help_none_are_named(company: Priced) -> None:
    near, far = dear(company, 1.5), dataclasses.replace(dear(company, 40.0), id="R2")
    first, second = company.returns(near, far).what_would
    assert (first.step, second.step) == ("R1", "R2"), "the nearest to paying first"
    assert second.alone is None
    assert second.lift_at_least is None
    assert second.cost_factor == pytest.approx(1 / 40, rel=0.01)


def test_a_saving_that_just_pays_is_named(company: Priced) -> None:
    step = dear(company, 1.25)
    (found,) = company.returns(step).what_would
    assert found.save_at_least is not None
    saving = {"saving_per_year": found.save_at_least, "cash_releasing": True}
    npv = company.returns(dataclasses.replace(step, **saving))["R1"].npv
    assert npv is not None
    assert npv.mean == pytest.approx(0.0, abs=1e-6 * step.one_off_cost)
    assert found.with_growth is None, "growth was not measured"


SMALL = {"customers": 2500, "teams": 12}
# companies whose sheets do not pay: even teams, teams far apart, a weak link, and one in which
# better ratings go with more leaving
COMPANIES = {
    "even": (Plan(**SMALL, team_sd=0.1, seed=4), 1.6),
    "apart": (Plan(**SMALL, team_sd=1.2, seed=5), 1.1),
    "weak": (Plan(**SMALL, ease_slope=-0.2, seed=6), 4.0),
    "harmful": (Plan(**SMALL, ease_slope=0.6, churn=-1.2, seed=7), None),
}


@pytest.mark.parametrize("kind", COMPANIES)
def test_a_company_whose_sheet_does_not_pay_comes_to_steps_that_do_or_to_why_not(
    kind: str, tmp_path: Path
) -> None:
    plan, times = COMPANIES[kind]
    company = priced(tmp_path / kind, plan)
    if times is None:
        step = on("R1", 0.4, one_off_cost=1000.0, cost_low=1000.0, cost_high=1000.0)
    else:
        step = dear(company, times)
    (found,) = company.returns(step).what_would
    if times is None:
        assert (found.cost_factor, found.lift_at_least, found.alone) == (None, None, None)
        assert found.save_at_least is not None
        saving = {"saving_per_year": 1.001 * found.save_at_least, "cash_releasing": True}
        assert expected(company, dataclasses.replace(step, **saving)) > 0
        return
    assert expected(company, step) < 0
    assert found.cost_factor is not None
    cost = 0.999 * found.cost_factor * step.one_off_cost
    cheap = {"one_off_cost": cost, "cost_low": cost, "cost_high": cost}
    assert expected(company, dataclasses.replace(step, **cheap)) > 0
    assert (found.alone is not None) == (kind == "apart")
    if found.alone is not None:
        own = found.alone.part.one_off_cost
        cheap = {"one_off_cost": own, "cost_low": own, "cost_high": own}
        held = dataclasses.replace(step, teams=found.alone.part.teams, **cheap)
        assert expected(company, held) > 0


def expected(company: Priced, step: Step) -> float:
    npv = company.returns(step)["R1"].npv
    assert npv is not None
    return npv.mean
