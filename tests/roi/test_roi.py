"""Cash flows against published figures and closed forms; steps valued on curves whose answer is
known.
"""

from __future__ import annotations

import dataclasses
import math
import time

import numpy as np
import pytest
from make_returns import BASE, PUBLISHED, a_curve, a_link, a_step, golden, some_moments, valued
from scipy.stats import norm

from cxcase.estimate import Floats
from cxcase.recommend import Steps
from cxcase.roi import value_steps
from cxcase.roi.flow_formulas import (
    Flows,
    combined_lift,
    curve_share,
    discount_factors,
    irr,
    payback,
    reach,
    spend_in_first_year,
    step_cost,
)
from cxcase.roi.value import customers_that_pay
from cxcase.roi.whole_customers import whole_customers
from cxcase.settings import Settings
from cxcase.stats.draws import N_DRAWS

# ---- cash flows against published figures --------------------------------------------------------


def test_tei_table_of_salesloft() -> None:
    table = PUBLISHED["tei_salesloft"]
    factors = (1 + table["rate"]) ** -np.arange(4.0)  # the initial column is year 0
    costs = float(table["costs"] @ factors)
    benefits = float(table["benefits"] @ factors)
    assert round(costs) == table["pv_costs"]
    assert round(benefits) == table["pv_benefits"]
    assert round(benefits - costs) == table["npv"]
    assert round((benefits - costs) / costs * 100) == table["roi_percent"]


def test_yearly_flows_give_the_same_on_the_monthly_grid() -> None:
    table = PUBLISHED["tei_salesloft"]
    cost = np.zeros(37)
    benefit = np.zeros(37)
    cost[::12] = table["costs"]
    benefit[::12] = table["benefits"]
    flows = Flows(benefit, cost, table["rate"])
    assert round(flows.npv) == table["npv"]
    assert flows.roi is not None
    assert round(flows.roi * 100) == table["roi_percent"]


def test_excel_npv_discounts_the_first_flow() -> None:
    doc = PUBLISHED["excel"]["npv"]
    ours = float(doc["flows"] @ (1 + doc["rate"]) ** -np.arange(4.0))
    assert ours / (1 + doc["rate"]) == pytest.approx(doc["value"], abs=0.005)


@pytest.mark.parametrize("doc", PUBLISHED["excel"]["irr"], ids=["four years", "five years"])
def test_excel_irr(doc: dict) -> None:
    monthly = np.zeros(12 * (len(doc["flows"]) - 1) + 1)
    monthly[::12] = doc["flows"]
    rate, why = irr(monthly)
    assert why is None
    assert rate == pytest.approx(doc["value"], abs=0.0005)


def test_golden_case() -> None:
    want = PUBLISHED["golden"]
    flows = golden()
    assert flows.pv_benefit == pytest.approx(want["pv_benefits"], abs=5e-6)
    assert flows.pv_cost == pytest.approx(want["pv_costs"], abs=5e-6)
    assert flows.npv == pytest.approx(want["npv"], abs=5e-6)
    assert flows.roi == pytest.approx(want["roi"], abs=5e-7)
    assert (flows.payback, flows.discounted_payback) == (
        want["payback"],
        want["discounted_payback"],
    )
    assert flows.irr == (pytest.approx(want["irr"], abs=5e-6), None)


def test_golden_case_as_a_step() -> None:
    item = valued(a_step()).of("R1")
    assert item.npv is not None
    assert item.npv.base == pytest.approx(golden().npv, rel=1e-12)
    assert (item.payback_months, item.discounted_payback_months) == (14, 15)
    np.testing.assert_allclose(item.benefit, golden().benefit[1:], rtol=1e-12)
    # nothing is uncertain here, so every draw is the base
    assert item.npv.p10 == pytest.approx(item.npv.base)
    assert item.npv.mean == pytest.approx(item.npv.base)


# ---- pieces --------------------------------------------------------------------------------------


def test_no_ramp_means_full_from_the_month_after_delivery() -> None:
    np.testing.assert_array_equal(reach(4, 1, 2, 0, 1e12) > 0.99, [False, False, True, True])


def test_a_later_start_is_the_same_step_later() -> None:
    early = reach(36, 1, 2, 3, 24.0)
    late = reach(36, 8, 2, 3, 24.0)
    np.testing.assert_allclose(late[7:], early[:-7])
    assert not late[:7].any()


def test_cost_at_the_start_of_the_first_month_and_at_every_end() -> None:
    np.testing.assert_allclose(step_cost(4, 1, 10.0, 12.0), [10, 1, 1, 1, 1])
    np.testing.assert_allclose(step_cost(4, 3, 10.0, 12.0), [0, 0, 10, 1, 1])
    np.testing.assert_allclose(step_cost(4, 9, 10.0, 12.0), [0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("start", "spend"), [(1, 22.0), (7, 16.0), (12, 11.0), (13, 10.0), (20, 10.0)]
)
def test_spend_counts_the_first_twelve_months(start: int, spend: float) -> None:
    assert spend_in_first_year(start, 10.0, 12.0) == pytest.approx(spend)


def test_lifts_share_the_headroom() -> None:
    lifts = [np.array(0.4), np.array(0.3), np.array(0.2)]
    assert float(combined_lift(lifts, 1.0)) == pytest.approx(0.664)
    assert float(combined_lift([np.array(1.7)], 2.0)) == 1.7  # a lone lift counts in full
    assert float(combined_lift([np.array(5.0)], 2.0)) == 2.0
    assert float(combined_lift([np.array(5.0), np.array(0.5)], 2.0)) == pytest.approx(2.0)
    assert float(combined_lift([np.array(-0.5), np.array(0.5)], 2.0)) == pytest.approx(
        2 * (1 - 1.25 * 0.75)
    )


def test_combined_lift_is_the_exponential_form() -> None:
    lifts = np.array([0.4, -0.3, 1.2])
    h = 2.5
    x = -h * np.log(1 - lifts / h)
    assert float(combined_lift([np.array(v) for v in lifts], h)) == pytest.approx(
        h * (1 - math.exp(-x.sum() / h))
    )


def test_curve_is_flat_past_its_end_and_straight_below_zero() -> None:
    knots = np.array([0.0, 0.5, 2.0])
    shape = np.array([0.0, 0.6, 1.2])
    got = curve_share(np.array([-1.0, 0.0, 0.25, 2.0, 9.0]), knots, shape)
    np.testing.assert_allclose(got, [-1.2, 0.0, 0.3, 1.2, 1.2])


@pytest.mark.parametrize(
    ("flows", "month"),
    [
        ([-1, 2, 0], 1),
        ([-1, 2, -2, 2], 3),
        ([-1, 0.5, 0.4], None),
        ([0, 0, 0], 0),
        ([-3, 1, 1, 1], 3),
        ([1, 1, -3], None),
    ],
)
def test_payback_has_to_stay(flows: list[float], month: int | None) -> None:
    assert payback(np.array(flows, float)) == month


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([-1, 1.1], 1.1**12 - 1),
        ([0, 0, -1, 1.1, 0], 1.1**12 - 1),
        ([1, 1], "none"),
        ([0, 0], "none"),
        ([-1, 3, -2.1], "multiple"),
    ],
)
def test_irr_or_why_there_is_none(flows: list[float], expected: float | str) -> None:
    rate, why = irr(np.array(flows, float))
    assert (why if rate is None else rate) == (
        expected if isinstance(expected, str) else pytest.approx(expected)
    )


# ---- steps on curves -----------------------------------------------------------------------------


def test_margin_adoption_and_overlap_enter_once() -> None:
    full = valued(a_step()).of("R1").benefit
    part = valued(a_step(), margin=0.4, adoption=0.5, overlap=0.9).of("R1").benefit
    np.testing.assert_allclose(part, 0.4 * 0.5 * 0.9 * full, rtol=1e-12)


def test_probability_against_the_closed_form() -> None:
    """A sure lift on a straight curve: NPV is linear in the worth of a point, which is normal."""
    item = valued(
        a_step(one_off_cost=70.0, cost_low=70.0, cost_high=70.0), curves=(a_curve(sd=25.0),)
    ).of("R1")
    sd = 25.0 / 60.0 * golden().pv_benefit
    assert item.npv is not None
    assert item.npv.base == pytest.approx(golden().npv - 30.0)
    assert item.npv.mean == pytest.approx(item.npv.base, abs=0.01)
    assert item.p_npv_positive == pytest.approx(
        norm.cdf(item.npv.base / sd), abs=2 / N_DRAWS**0.5 * 0.1
    )
    assert item.npv.p10 == pytest.approx(item.npv.base + sd * norm.ppf(0.1), abs=0.01 * sd)


def test_lift_and_cost_ranges_reach_the_draws() -> None:
    item = valued(a_step(spread=0.5, cost_low=36.0, cost_high=52.0))
    model = item.model
    assert model is not None
    np.testing.assert_allclose(
        np.quantile(model.lift_draws["R1"], [0.1, 0.5, 0.9]), [0.5, 1.0, 1.5], rtol=0.02
    )
    np.testing.assert_allclose(
        np.quantile(model.cost_draws["R1"], [0.1, 0.5, 0.9]), [0.9, 1.0, 1.3], rtol=0.01
    )


def test_lifts_and_costs_share_their_factors_and_nothing_else() -> None:
    steps = tuple(a_step(f"R{k}", spread=0.3, cost_low=36.0, cost_high=45.0) for k in range(3))
    model = valued(*steps).model
    assert model is not None
    lifts = np.array(list(model.lift_draws.values()))
    costs = np.array(list(model.cost_draws.values()))
    together = np.corrcoef(np.vstack([lifts, costs]))
    assert together[0, 1] == pytest.approx(0.3, abs=0.03)
    assert together[3, 4] == pytest.approx(0.3, abs=0.03)
    assert abs(together[:3, 3:]).max() < 0.03


def test_draws_do_not_depend_on_what_else_is_there() -> None:
    alone = valued(a_step("R2", spread=0.3)).of("R2")
    among = valued(a_step("R1"), a_step("R2", spread=0.3), a_step("R0", spread=0.2)).of("R2")
    assert alone.npv == among.npv


def test_a_negative_lift_loses_money_and_stays_in() -> None:
    item = valued(a_step(lift=-0.5, spread=0.2)).of("R1")
    assert item.npv is not None
    assert item.npv.base == pytest.approx(-0.5 * golden().pv_benefit - golden().pv_cost)
    assert item.break_even_lift is not None  # what it would have to be instead
    assert item.payback_months is None


def test_break_even_lift_brings_npv_to_zero() -> None:
    found = valued(a_step(lift=1.0)).of("R1").break_even_lift
    assert found == pytest.approx(golden().pv_cost / golden().pv_benefit)
    again = valued(a_step(lift=found)).of("R1")
    assert again.npv is not None
    assert again.npv.base == pytest.approx(0.0, abs=1e-9)


def test_no_break_even_within_the_headroom() -> None:
    dear = a_step(one_off_cost=1e6, cost_low=1e6, cost_high=1e6)
    free = a_step(one_off_cost=0.0, yearly_cost=0.0)
    assert valued(dear).of("R1").break_even_lift is None
    assert valued(free).of("R1").break_even_lift == 0.0


def test_break_even_customers() -> None:
    """Without ramp, delay or decay it is the present cost over an average customer's discounted
    margin.
    """
    step = a_step(
        months_to_deliver=0, one_off_cost=40_000.0, yearly_cost=0.0, cost_low=4e4, cost_high=4e4
    )
    item = valued(step, ramp_months=0, half_life_months=1e12, margin=0.4).of("R1")
    margin_of_one = 0.4 * 2000.0 / 12 * discount_factors(0.10, 36)[1:].sum()
    assert item.break_even_customers == math.ceil(40_000 / margin_of_one)
    assert whole_customers(3.0000000001) == 3
    assert whole_customers(3.00001) == 4
    assert whole_customers(0.0) == 0
    assert whole_customers(None) is None


def test_break_even_customers_pay_for_the_step() -> None:
    returns = valued(a_step(), margin=0.4)
    model = returns.model
    assert model is not None
    exact = customers_that_pay(model, "R1")
    assert exact is not None
    assert returns.of("R1").break_even_customers == math.ceil(exact)
    profile = model.reach("R1", 1)
    revenue = exact * 2000.0 * profile / profile.mean()  # a year, month by month
    assert float(revenue @ model.monthly_value) == pytest.approx(golden().pv_cost)


def test_ex_steps_act_through_the_metric() -> None:
    ease = a_curve("ease", per_point=100.0)
    link = a_link(ease, ex_to_cx=0.6)
    returns = valued(
        a_step(acts_on="ex", moments=(), lift=0.5),
        a_step("E", acts_on="ease", moments=(), lift=0.3),
        link=link,
    )
    np.testing.assert_allclose(returns.of("R1").benefit, returns.of("E").benefit)
    assert returns.of("R1").curves == ("ease",)
    model = returns.model
    assert model is not None
    assert np.std(model.lifts("R1")) > 0  # the path is uncertain even where the lift is not


def test_one_more_step_on_a_curve_takes_from_the_headroom_left() -> None:
    model = valued(
        a_step("A", lift=1.0), a_step("B", lift=2.0), ramp_months=0, half_life_months=1e12
    ).model
    assert model is not None
    kept = model.kept("Delivery", {"A": 1, "B": 1})
    assert kept[-1] == pytest.approx(60.0 * 3.0 * (1 - (1 - 1 / 3) * (1 - 2 / 3)))
    draws = model.kept_draws("Delivery", {"A": 1, "B": 1})
    np.testing.assert_allclose(draws, np.broadcast_to(kept[:, None], draws.shape))


def test_no_more_is_kept_than_was_lost() -> None:
    rich = a_curve(per_point=150_000.0)
    model = valued(a_step(lift=3.0), curves=(rich,), ramp_months=0).model
    assert model is not None
    assert model.benefit({"R1": 1}).max() == pytest.approx(BASE.churned_revenue / 12)


# ---- what cannot be priced -----------------------------------------------------------------------


def test_a_step_without_a_curve_says_why() -> None:
    returns = valued(
        a_step("A"), a_step("B", moments=("Billing",)), a_step("C", acts_on="ex", moments=())
    )
    assert [item.refused for item in returns.steps] == [None, "not_priced", "not_priced"]
    assert returns.of("B").refused_because == "no_moment_curve"
    assert returns.of("C").refused_because == "no_ex_link"
    assert returns.of("B").cost.sum() > 0
    assert {f.code for f in returns.findings} >= {
        "not_priced_no_moment_curve",
        "not_priced_no_ex_link",
    }


@pytest.mark.parametrize(("df", "refused"), [(2.0, "few_teams_to_price"), (3.0, None)])
def test_draws_without_a_variance_price_nothing(df: float, refused: str | None) -> None:
    curve = a_curve("ease", sd=10.0)
    curve = dataclasses.replace(curve, per_point=dataclasses.replace(curve.per_point, df=df))
    returns = valued(a_step(acts_on="ease", moments=()), link=a_link(curve))
    assert returns.steps[0].refused_because == refused


def test_when_nothing_can_be_priced_there_is_no_model() -> None:
    moments = some_moments(refused="few_events")
    returns = value_steps(
        Steps("s", (a_step(),), ()), a_link(refused="few_events"), moments, BASE, Settings()
    )
    assert returns.model is None
    assert returns.refused == "few_events"
    assert returns.doing_nothing is not None
    nothing = value_steps(Steps("s", (a_step(),), ()), a_link(), moments, None, Settings())
    assert nothing.refused == "no_customers"
    assert nothing.doing_nothing is None


def test_cost_of_doing_nothing() -> None:
    got = valued(a_step(), margin=0.4).doing_nothing
    assert got == pytest.approx(200_000 * 0.4 / 12 * sum(1.1 ** (-t / 12) for t in range(1, 37)))


def test_findings_of_the_draws() -> None:
    returns = valued(
        a_step("A", lift=4.0),
        dataclasses.replace(a_step("B", lift=1.0), lift_low=0.99, lift_high=2.5),
        dataclasses.replace(a_step("C"), cost_low=39.9, cost_high=90.0),
    )
    by_code = {f.code: f.params["ids"] for f in returns.findings}
    assert by_code["lift_beyond_headroom"] == ("A",)
    assert by_code["lift_range_lopsided"] == ("B",)
    assert by_code["cost_range_lopsided"] == ("C",)


def test_settings_change_the_key_and_only_what_matters() -> None:
    assert valued(a_step()).key == valued(a_step()).key
    assert valued(a_step()).key != valued(a_step(), discount=0.08).key
    assert valued(a_step()).key == valued(a_step(), k_min=6).key


def test_fourteen_steps_over_all_draws_are_quick() -> None:
    names = [f"M{k}" for k in range(7)]
    curves = tuple(a_curve(name, sd=10.0) for name in names)
    steps = tuple(a_step(f"R{k}", moments=(names[k % 7],), spread=0.4) for k in range(14))
    valued(*steps, curves=curves)  # imports and streams
    begun = time.perf_counter()
    model = valued(*steps, curves=curves).model
    assert model is not None
    draws: Floats = model.npv_draws({s.id: 1 for s in steps})
    assert draws.shape == (N_DRAWS,)
    assert (
        time.perf_counter() - begun < 10.0
    )  # about 0.6 s on a free core; a wide margin for a busy machine
