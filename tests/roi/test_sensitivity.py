"""What decides a set of steps, against closed forms: swings, shares, values where it turns, worth
of knowing.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from make_returns import a_curve, a_link, a_step, golden, valued
from scipy.stats import norm

from cxcase.estimate import Floats
from cxcase.roi import (
    Model,
    RiskAdjusted,
    Sensitivity,
    Single,
    benefit_lines,
    sensitivity,
)
from cxcase.roi.flow_formulas import combined_lift, irr, mirr
from cxcase.roi.input_draws import pert
from cxcase.roi.margins import blended_margin
from cxcase.roi.sensitivity import evpi, evppi, switch
from cxcase.settings import Settings
from cxcase.stats.draws import N_DRAWS, lognormal_parameters, normals

EXCEL = json.loads((Path(__file__).parents[1] / "published" / "tei" / "figures.json").read_text())[
    "excel"
]
ALONE = {"R1": 1}


def a_model(sd: float = 20.0, **step: object) -> Model:
    model = valued(
        a_step(**{"spread": 0.3, "cost_low": 36.0, "cost_high": 48.0, **step}),
        curves=(a_curve(sd=sd),),
    ).model
    assert model is not None
    return model


# ---- published figures ---------------------------------------------------------------------------


def test_excel_mirr() -> None:
    doc = EXCEL["mirr"]
    monthly = np.zeros(61)
    monthly[::12] = doc["flows"]
    assert mirr(monthly, doc["finance"], doc["reinvest"]) == pytest.approx(doc["value"], abs=5e-5)


def test_excel_dated_flows_on_a_daily_grid() -> None:
    doc = EXCEL["dated"]
    daily = np.zeros(doc["days"][-1] + 1)
    daily[doc["days"]] = doc["flows"]
    worth = float(daily @ (1 + doc["rate"]) ** (-np.arange(len(daily)) / 365))
    assert worth == pytest.approx(doc["xnpv"], abs=0.005)
    assert irr(daily, per_year=365)[0] == pytest.approx(doc["xirr"], abs=5e-9)


def test_mirr_where_flows_turn_twice() -> None:
    item = valued(
        a_step(one_off_cost=0.5, cost_low=0.5, cost_high=0.5, yearly_cost=55.0), half_life_months=6
    ).of("R1")
    assert (item.irr, item.irr_reason) == (None, "multiple")
    assert item.mirr is not None
    flows = item.benefit - item.cost[1:]
    back = np.maximum(flows, 0)
    paid = np.maximum(-flows, 0)
    grown = 1.1 ** (np.arange(35, -1, -1) / 12)
    owed = item.cost[0] + paid @ 1.1 ** (-np.arange(1, 37) / 12)
    assert item.mirr == pytest.approx((back @ grown / owed) ** (1 / 3) - 1)
    assert valued(a_step()).of("R1").mirr is None  # there is a plain rate


def test_pert_moments() -> None:
    """Mean (a + 4m + b) / 6 and variance (mean - a)(b - mean) / 7; the triangular mean would be
    .26667.
    """
    draws = pert(0.1, 0.2, 0.5, normals("pert", 0))
    assert draws.mean() == pytest.approx(0.23333, abs=5e-5)
    assert draws.var() == pytest.approx(0.00507937, rel=1e-3)
    assert 0.1 <= draws.min() < draws.max() <= 0.5
    assert np.ptp(pert(0.2, 0.2, 0.2, normals("pert", 0))) == 0


def test_lognormal_of_the_method() -> None:
    assert lognormal_parameters(0.05, 0.30) == pytest.approx(
        (-2.09985, 0.699059, 0.156373), abs=5e-6
    )


def test_ranges_read_as_ends() -> None:
    as_ends = valued(a_step(spread=0.5), ranges="minimum and maximum").model
    assert as_ends is not None
    assert 0.5 <= as_ends.lift_draws["R1"].min() < as_ends.lift_draws["R1"].max() <= 1.5
    as_quantiles = valued(a_step(spread=0.5)).model
    assert as_quantiles is not None
    assert as_quantiles.lift_draws["R1"].std() > 1.5 * as_ends.lift_draws["R1"].std()


def normal_evpi(mean: float, sd: float) -> float:
    """The closed form for a normal NPV: Raiffa & Schlaifer 1961, Applied Statistical Decision
    Theory.
    """
    k = abs(mean) / sd
    return float(sd * (norm.pdf(k) - k * norm.sf(k)))


def test_evpi_of_the_normal() -> None:
    assert normal_evpi(100, 200) == pytest.approx(39.559, abs=5e-4)
    assert norm.cdf(100 / 200) == pytest.approx(0.69146, abs=5e-6)
    draws = 100 + 200 * normals("evpi", 0)
    assert evpi(draws) == pytest.approx(39.559, rel=0.005)
    assert evpi(-draws) == pytest.approx(39.559, rel=0.005)  # as much when the answer would be no
    assert float(np.mean(draws > 0)) == pytest.approx(0.69146, abs=0.001)


def test_evppi_of_one_input_against_the_closed_form() -> None:
    """NPV = 30 + 80 x + 60 y: knowing x is worth what certainty about a normal of sd 80 is."""
    x = normals("x", 0)
    y = normals("y", 0)
    npv = 30 + 80 * x + 60 * y
    assert evppi(npv, x) == pytest.approx(normal_evpi(30, 80), rel=0.02)
    assert evppi(npv, np.exp(x)) == pytest.approx(
        normal_evpi(30, 80), rel=0.02
    )  # its own scale plays no part
    assert evppi(npv, y) == pytest.approx(normal_evpi(30, 60), rel=0.03)
    assert evppi(npv, normals("z", 0)) < 0.01 * evpi(npv)
    assert evppi(npv, x) < evpi(npv)


def test_benefits_are_cut_by_likelihood_times_impact() -> None:
    """The default cut is the one Forrester's TEI works out: two in three times three tenths."""
    assert Settings().benefit_cut == pytest.approx(0.66 * 0.30, abs=0.005)


# ---- swings and shares ---------------------------------------------------------------------------


def test_swings_are_npv_at_p10_and_p90_of_one_input() -> None:
    model = a_model()
    found = {(s.kind, s.of): s for s in sensitivity(model, ALONE).swings}
    assert set(found) == {("worth", "Delivery"), ("lift", "R1"), ("cost", "R1")}
    base = golden().npv
    pv = golden().pv_benefit
    lift = found["lift", "R1"]
    assert (lift.low_input, lift.high_input) == (
        pytest.approx(0.7, abs=0.01),
        pytest.approx(1.3, abs=0.01),
    )
    assert lift.npv_low == pytest.approx(base - (1 - lift.low_input) * pv)
    worth = found["worth", "Delivery"]
    assert worth.npv_high == pytest.approx(base + (worth.high_input / 60 - 1) * pv)
    cost = found["cost", "R1"]
    assert cost.npv_high == pytest.approx(base - (cost.high_input - 1) * golden().pv_cost)
    sizes = [s.size for s in sensitivity(model, ALONE).swings]
    assert sizes == sorted(sizes, reverse=True)


def test_shares_of_the_spread_add_up_to_what_is_explained() -> None:
    found = sensitivity(a_model(), ALONE)
    assert found.explained == pytest.approx(sum(d.share for d in found.drivers))
    assert 0.9 < found.explained <= 1.0  # the rest: lift times worth, and ranks
    assert found.rank2_sum == pytest.approx(sum(d.rank2 for d in found.drivers))
    for driver in found.drivers:  # independent inputs: both ways of sharing say the same
        assert driver.share == pytest.approx(driver.rank2, abs=0.02)


def test_inputs_that_go_together_count_once_in_the_shares() -> None:
    steps = tuple(a_step(f"R{k}", spread=0.3, moments=(f"M{k}",)) for k in range(3))
    model = valued(
        *steps, curves=tuple(a_curve(f"M{k}") for k in range(3)), lift_correlation=0.8
    ).model
    assert model is not None
    found = sensitivity(model, {s.id: 1 for s in steps})
    assert found.rank2_sum > 1.5
    assert found.explained <= 1.0
    assert [d.share for d in found.drivers] == pytest.approx([found.explained / 3] * 3, abs=0.03)


def test_a_certain_input_is_no_driver() -> None:
    found = sensitivity(a_model(sd=0.0), ALONE)
    assert {d.kind for d in found.drivers} == {"lift", "cost"}


def test_a_path_through_employees_is_an_input() -> None:
    link = a_link(a_curve("ease", per_point=100.0, sd=10.0), ex_to_cx=0.6)
    model = valued(a_step(acts_on="ex", moments=(), spread=0.2), link=link).model
    assert model is not None
    found = {s.kind: s for s in sensitivity(model, ALONE).swings}
    assert set(found) == {"worth", "path", "lift"}
    assert found["path"].npv_low < found["path"].npv_high


def test_p_at_three_correlations_spreads_with_correlation() -> None:
    steps = tuple(a_step(f"R{k}", spread=0.8, moments=(f"M{k}",)) for k in range(3))
    model = valued(*steps, curves=tuple(a_curve(f"M{k}", sd=5.0) for k in range(3))).model
    assert model is not None
    starts = {s.id: 1 for s in steps}
    p = sensitivity(model, starts).p_by_correlation
    assert list(p) == [0.0, 0.3, 0.6]
    assert (
        p[0.0] > p[0.3] > p[0.6] > 0.5
    )  # a plan that pays is less sure the more its parts fail together
    assert p[0.3] == pytest.approx(
        float(np.mean(model.npv_draws(starts) > 0))
    )  # the case's own is 0.3


# ---- where it turns ------------------------------------------------------------------------------


def test_switching_values_bring_npv_to_zero() -> None:
    model = a_model()
    found = switch(model, ALONE)
    share = golden().pv_cost / golden().pv_benefit
    assert found.lifts == pytest.approx(share)
    assert found.worth == pytest.approx(share)
    assert found.margin == pytest.approx(share * model.settings.margin)
    assert found.costs == pytest.approx(1 / share)
    flows = golden()
    assert found.delay_months is not None
    for late, fine in ((found.delay_months, True), (found.delay_months + 1, False)):
        benefit = np.concatenate([np.zeros(late), flows.benefit[:-late]])
        assert (float(benefit @ flows.factors) >= flows.pv_cost) is fine


def test_a_set_that_does_not_pay_yet_says_how_much_more_it_needs() -> None:
    found = switch(a_model(lift=0.4, spread=0.1), ALONE)
    assert found.lifts == pytest.approx(golden().pv_cost / golden().pv_benefit / 0.4)
    assert found.lifts > 1
    assert found.delay_months is None
    assert (
        switch(a_model(one_off_cost=1e6), ALONE).lifts is None
    )  # nothing within the headroom pays for it


def test_customers_that_must_stay_beside_those_at_risk() -> None:
    model = dataclasses.replace(a_model(), at_risk={"Delivery": 42.0, "Elsewhere": 300.0})
    found = switch(model, ALONE)
    assert found.customers is not None
    profile = golden().benefit[1:] / golden().benefit[1:].mean()
    one = float(model.average_revenue * profile @ model.monthly_value)
    assert found.customers == np.ceil(golden().pv_cost / one)
    assert found.customers_at_risk == 42.0


# ---- risk once -----------------------------------------------------------------------------------


def test_risk_is_counted_once() -> None:
    """As cuts it is taken off the likely case alone: the draws, which hold it already, play no
    part.
    """
    model = a_model()
    assert model.single(model.flows(ALONE)) is None
    cutting = dataclasses.replace(
        model.settings, risk_mode="adjusted", benefit_cut=0.2, cost_rise=0.1
    )
    wide = {name: 3.0 * draws for name, draws in model.lift_draws.items()}
    for lifts in (model.lift_draws, wide):
        cut = dataclasses.replace(model, settings=cutting, lift_draws=lifts).single(
            model.flows(ALONE)
        )
        assert cut is not None
        assert cut.npv == pytest.approx(0.8 * golden().pv_benefit - 1.1 * golden().pv_cost)
        assert not hasattr(cut, "p10")  # nothing to count the same risk a second time with
    untouched = RiskAdjusted(0.0, 0.0).single(model.flows(ALONE))
    assert untouched == Single(
        pytest.approx(golden().npv),
        pytest.approx(golden().pv_benefit),
        pytest.approx(golden().pv_cost),
        pytest.approx(golden().roi),
        golden().payback,
    )


# ---- where the money lands -----------------------------------------------------------------------


def test_hard_and_soft_money_apart_with_effort_beside() -> None:
    owned = a_step("A", owner="Head of Service", pnl_line="Retained margin", effort_days=10.0)
    model = valued(owned, a_step("B", owner="Nobody yet", effort_days=4.0), day_rate=500.0).model
    assert model is not None
    starts = {"A": 1, "B": 1}
    half = float(model.npv_draws(starts).mean()) / 2
    lines = benefit_lines(model, starts, {"A": half, "B": half})
    assert [(line.id, line.money) for line in lines.lines] == [
        ("A", "unsigned"),
        ("B", "soft"),
    ]
    signed = lines.signed({"A", "B"})
    assert [line.money for line in signed.lines] == ["hard", "soft"]
    assert lines.total("unsigned") == signed.total("hard")
    assert lines.all == pytest.approx(float(model.benefit_draws(starts).mean()))
    assert (lines.effort_days, lines.effort_cost) == (14.0, 7000.0)


def test_effort_is_in_no_npv() -> None:
    priced = valued(a_step(effort_days=10.0), day_rate=500.0).of("R1")
    bare = valued(a_step(effort_days=10.0)).of("R1")
    assert (priced.effort_cost, bare.effort_cost) == (5000.0, None)
    assert priced.npv == bare.npv


def test_margin_by_segment_is_weighted_by_what_each_lost() -> None:
    assert blended_margin(
        {"Large": 300.0, "Small": 100.0}, {"Large": 0.2, "Small": 0.6}, 0.4
    ) == pytest.approx(0.3)
    assert blended_margin({"Large": 300.0, "Other": 100.0}, {"Large": 0.2}, 0.4) == pytest.approx(
        0.25
    )
    assert blended_margin({}, {}, 0.4) == 0.4


def test_benefit_cost_ratio() -> None:
    item = valued(a_step()).of("R1")
    assert item.roi is not None
    assert item.bcr == pytest.approx(item.roi + 1)


# ---- speed ---------------------------------------------------------------------------------------


def test_lifts_of_many_steps_in_place_equal_the_plain_product() -> None:
    steps = tuple(a_step(f"R{k}", lift=0.2 + 0.5 * k, spread=0.1) for k in range(6))
    model = valued(*steps, curves=(a_curve(sd=10.0),)).model
    assert model is not None
    starts = {s.id: 1 + k for k, s in enumerate(steps)}
    lifts: list[Floats] = [
        np.outer(model.reach(id, at), model.lifts(id)) for id, at in starts.items()
    ]
    curve = model.curves["Delivery"]
    height = np.interp(combined_lift(lifts, curve.headroom), curve.lifts, curve.shape)
    np.testing.assert_allclose(
        model.kept_draws("Delivery", starts), curve.per_point_draws * height, rtol=1e-9
    )
    assert model.benefit_draws(starts).shape == (N_DRAWS,)


def test_everything_that_decides_is_there() -> None:
    found = sensitivity(a_model(), ALONE)
    assert isinstance(found, Sensitivity)
    assert found.evpi >= max(d.evppi for d in found.drivers) - 1e-6
