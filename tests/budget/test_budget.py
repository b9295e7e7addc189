"""The best set against full enumeration with a valuation of its own; properties that must hold for
any sheet.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from make_budget import DRAWS, HORIZON, a_curve, a_model, a_step, no_moments, planned, returns_of

from cxcase.budget import FixedBudget, Rules, fit_budget
from cxcase.budget import solver as search_module
from cxcase.budget.frontier import Frontier
from cxcase.budget.milp import Solution
from cxcase.budget.problem import problem_of
from cxcase.budget.solver import Search
from cxcase.budget.valuation import Valuation
from cxcase.moments import Counterfactual
from cxcase.report import words
from cxcase.roi import Model, Returns

INSTANCES = 220


# ---- an enumeration that shares no code with what it checks --------------------------------------


def searched(model: Model, budget: float) -> tuple[frozenset[str], Solution] | None:
    """(ids chosen, solution) of the bare search."""
    problem = problem_of(model, FixedBudget(budget), Rules())
    found = Search(problem).solve(close=1e-12)
    return (frozenset(problem.options[k].id for k in found.chosen), found) if found else None


class Enumeration:
    """Every set of steps, valued month by month from the definitions."""

    def __init__(self, model: Model) -> None:
        self.m = model
        self.s = model.settings
        self.start: dict[str, int] = {}
        for _ in model.steps:  # relax until nothing moves: at most one pass a step
            for id, step in model.steps.items():
                ready = [
                    self.start.get(n, 1) + model.steps[n].months_to_deliver for n in step.needs
                ]
                self.start[id] = max([1, *ready])
        self.known: dict[tuple[str, frozenset[str]], float] = {}

    def sets(self, budget: float) -> Iterator[frozenset[str]]:
        steps = self.m.steps
        for size in range(len(steps) + 1):
            for these in itertools.combinations(steps, size):
                chosen = set(these)
                fine = (
                    all(set(steps[id].needs) <= chosen for id in these)
                    and not any(set(steps[id].excludes) & chosen for id in these)
                    and all(id in chosen for id, step in steps.items() if step.mandatory)
                    and sum(self.spend(id) for id in these) <= budget + 1e-9
                )
                if fine:
                    yield frozenset(chosen)

    def spend(self, id: str) -> float:
        step = self.m.steps[id]
        return step.one_off_cost + step.yearly_cost / 12 * sum(
            1 for t in range(1, 13) if t >= self.start[id]
        )

    def value(self, chosen: frozenset[str]) -> float:
        gain = sum(
            self.gain(curve, frozenset(i for i in chosen if curve in self.m.moves[i]))
            for curve in self.m.curves
        )
        return gain - sum(self.cost(id) for id in chosen)

    def cost(self, id: str) -> float:
        step = self.m.steps[id]
        rate = 1.1 ** (1 / 12)
        s0 = self.start[id]
        run = sum(step.yearly_cost / 12 / rate**t for t in range(s0, HORIZON + 1))
        once = step.one_off_cost / rate ** (s0 - 1) if s0 <= HORIZON else 0.0
        return float((once + run) * self.m.cost_draws[id].mean())

    def gain(self, name: str, chosen: frozenset[str]) -> float:
        if (name, chosen) not in self.known:
            self.known[name, chosen] = self._gain(name, chosen)
        return self.known[name, chosen]

    def _gain(self, name: str, chosen: frozenset[str]) -> float:
        curve = self.m.curves[name]
        total = np.zeros(DRAWS)
        for t in range(1, HORIZON + 1):
            used = np.zeros(DRAWS)
            for id in chosen:
                since = t - (self.start[id] - 1) - self.m.steps[id].months_to_deliver
                share = min(1.0, max(0.0, since / self.s.ramp_months)) * 0.5 ** (
                    max(0.0, since - self.s.ramp_months) / self.s.half_life_months
                )
                lift = np.minimum(self.m.lift_draws[id] * share, curve.headroom * (1 - 1e-15))
                used += -curve.headroom * np.log1p(-lift / curve.headroom)
            lift = curve.headroom * -np.expm1(-used / curve.headroom)
            height = np.where(
                lift < 0,
                lift * curve.shape[1] / curve.lifts[1],
                np.interp(lift, curve.lifts, curve.shape),
            )
            total += (
                curve.per_point_draws
                * height
                * self.m.overlap
                * self.s.margin
                / 12
                / 1.1 ** (t / 12)
            )
        return float(total.mean())


def a_random_company(rng: np.random.Generator) -> tuple[Model, float]:
    """Up to 8 steps on up to 3 curves, with needs, exclusions, duties, harm, and steps that move
    two curves.
    """
    n = int(rng.integers(2, 9))
    curves = ("A", "B", "C")[: int(rng.integers(1, 4))]
    steps = []
    for k in range(n):
        earlier = [f"S{j}" for j in range(k)]
        on = rng.choice(curves, size=int(rng.integers(1, min(2, len(curves)) + 1)), replace=False)
        needs = tuple(rng.choice(earlier, size=1)) if earlier and rng.random() < 0.3 else ()
        steps.append(
            a_step(
                f"S{k}",
                tuple(map(str, on)),
                one_off_cost=float(rng.integers(1, 40)),
                yearly_cost=float(rng.integers(0, 20)),
                months_to_deliver=int(rng.integers(0, 7)),
                lift_likely=float(rng.uniform(-0.3, 1.6)),
                needs=tuple(map(str, needs)),
                mandatory=rng.random() < 0.06,
            )
        )
    for a, b in itertools.combinations(range(n), 2):
        if rng.random() < 0.08 and steps[a].id not in steps[b].needs:
            steps[a] = dataclasses.replace(steps[a], excludes=(*steps[a].excludes, steps[b].id))
            steps[b] = dataclasses.replace(steps[b], excludes=(*steps[b].excludes, steps[a].id))
    model = a_model(steps, rng, curves)
    return model, float(rng.uniform(0, 1.1)) * sum(s.one_off_cost + s.yearly_cost for s in steps)


@pytest.mark.parametrize("block", range(4))
def test_equal_to_full_enumeration(block: int) -> None:
    solved = 0
    for seed in range(block * INSTANCES // 4, (block + 1) * INSTANCES // 4):
        model, budget = a_random_company(np.random.default_rng(seed))
        every = Enumeration(model)
        values = {chosen: every.value(chosen) for chosen in every.sets(budget)}
        got = searched(model, budget)
        if not values:
            assert got is None, seed
            continue
        assert got is not None, seed
        chosen, found = got
        best = max(values.values())
        assert chosen in values, seed
        assert values[chosen] == pytest.approx(best, rel=1e-9, abs=1e-7), seed
        assert found.value == pytest.approx(best, rel=1e-9, abs=1e-7), seed
        assert found.bound >= best - 1e-4 * max(1.0, abs(best)), seed
        solved += 1
    assert solved > INSTANCES // 8


def test_a_curve_with_very_many_steps_is_solved() -> None:
    rng = np.random.default_rng(5)
    steps = [
        a_step(
            f"S{k:02}",
            one_off_cost=float(rng.integers(5, 30)),
            lift_likely=float(rng.uniform(0.1, 0.6)),
        )
        for k in range(30)
    ]
    plan = planned(a_model(steps, rng, sure=True), 60.0)
    assert plan.optimal
    assert 0 <= plan.gap <= 1e-4
    assert math.fsum(plan.npv_in_plan.values()) == pytest.approx(plan.npv.mean if plan.npv else 0.0)


# ---- properties ----------------------------------------------------------------------------------


def test_planes_of_one_budget_hold_for_every_other() -> None:
    for seed in range(10):
        model, _ = a_random_company(np.random.default_rng(3000 + seed))
        every = Enumeration(model)
        frontier = Frontier(Valuation(model), FixedBudget(200.0), Rules())
        for budget in (200.0, 60.0, 90.0, 25.0):
            frontier.solve_for([budget], close=1e-12)
            found = frontier.solutions[budget]
            best = max((every.value(chosen) for chosen in every.sets(budget)), default=None)
            assert (found is None) == (best is None), (seed, budget)
            if found is not None and best is not None:
                assert found.value == pytest.approx(best, rel=1e-9, abs=1e-7), (seed, budget)
                assert found.bound >= best - 1e-6 * abs(best), (seed, budget)


def test_without_a_model_every_step_is_left_out_as_not_priced() -> None:
    model = a_model([a_step("S1"), a_step("S2")], np.random.default_rng(1), sure=True)
    plan = fit_budget(
        dataclasses.replace(returns_of(model), model=None, refused="no_churn"), None, no_moments()
    )
    assert [(out.id, out.why) for out in plan.left_out] == [
        ("S1", "not_priced"),
        ("S2", "not_priced"),
    ]


@pytest.fixture(scope="module")
def companies() -> list[tuple[Model, float]]:
    return [a_random_company(np.random.default_rng(5000 + seed)) for seed in range(14)]


def test_spend_stays_within_the_budget_and_relations_hold(
    companies: list[tuple[Model, float]],
) -> None:
    for model, budget in companies:
        plan = planned(model, budget)
        chosen = set(plan.chosen)
        assert plan.spend <= budget + 1e-6
        assert plan.spend == pytest.approx(
            sum(model.spend(id, plan.start_month[id]) for id in chosen)
        )
        for id in chosen:
            step = model.steps[id]
            assert set(step.needs) <= chosen
            assert not set(step.excludes) & chosen
            for need in step.needs:
                assert (
                    plan.start_month[id]
                    >= plan.start_month[need] + model.steps[need].months_to_deliver
                )
        assert {out.id for out in plan.left_out} == set(model.steps) - chosen


def test_more_budget_never_lowers_expected_value(companies: list[tuple[Model, float]]) -> None:
    for model, budget in companies:
        means = [
            plan.npv.mean if plan.npv else 0.0
            for plan in (planned(model, budget * share) for share in (0.3, 0.6, 1.0))
        ]
        if not any(step.mandatory for step in model.steps.values()):
            assert means == sorted(means)
        frontier = planned(model, budget).frontier
        values = [point.npv_mean for point in frontier]
        assert values == sorted(values)
        assert len({point.chosen for point in frontier}) == len(frontier)
        assert all(point.spend <= point.budget + 1e-6 for point in frontier)


def test_the_next_10k_is_the_difference_of_two_solutions() -> None:
    steps = [a_step("S1", one_off_cost=9_000.0), a_step("S2", ("B",), one_off_cost=8_000.0)]
    model = a_model(steps, np.random.default_rng(0), ("A", "B"), sure=True)
    rich = dataclasses.replace(
        model, curves={name: a_curve(name, 9e4, np.full(DRAWS, 9e4)) for name in model.curves}
    )
    small = planned(rich, 9_000.0)
    large = planned(rich, 19_000.0)
    assert len(small.chosen) == 1
    assert len(large.chosen) == 2
    assert small.npv is not None
    assert large.npv is not None
    assert small.next_10k == pytest.approx(large.npv.mean - small.npv.mean)
    assert large.next_10k == 0.0


def test_a_useless_step_changes_nothing(companies: list[tuple[Model, float]]) -> None:
    for model, budget in companies:
        useless = a_step("Z", (next(iter(model.curves)),), lift_likely=0.0, one_off_cost=0.0)
        more = dataclasses.replace(
            model,
            steps={**model.steps, "Z": useless},
            moves={**model.moves, "Z": useless.moments},
            lift_draws={**model.lift_draws, "Z": np.zeros(DRAWS)},
            cost_draws={**model.cost_draws, "Z": np.ones(DRAWS)},
        )
        before = planned(model, budget)
        after = planned(more, budget)
        assert after.chosen == before.chosen
        assert after.npv == before.npv


def test_the_order_of_rows_is_irrelevant(companies: list[tuple[Model, float]]) -> None:
    for model, budget in companies:
        turned = dataclasses.replace(model, steps=dict(reversed(list(model.steps.items()))))
        one = planned(model, budget)
        other = planned(turned, budget)
        assert set(one.chosen) == set(other.chosen)
        assert (one.npv.mean if one.npv else None) == pytest.approx(
            other.npv.mean if other.npv else None
        )


def test_a_lone_lift_counts_in_full() -> None:
    model = a_model([a_step("S1", lift_likely=0.4)], np.random.default_rng(0), sure=True)
    assert model.full_lift("A", ("S1",)) == 0.4
    plan = planned(model, 100.0)
    assert plan.npv is not None
    assert plan.npv_in_plan["S1"] == pytest.approx(plan.npv.mean)
    assert plan.npv.mean == pytest.approx(plan.npv.base)


def test_shares_add_up_and_equals_get_the_same(companies: list[tuple[Model, float]]) -> None:
    for model, budget in companies:
        plan = planned(model, budget)
        if plan.npv is not None:
            assert math.fsum(plan.npv_in_plan.values()) == pytest.approx(plan.npv.mean)
    twins = a_model([a_step("S1"), a_step("S2")], np.random.default_rng(1), sure=True)
    shares = planned(twins, 100.0).npv_in_plan
    assert shares["S1"] == pytest.approx(shares["S2"])


def test_cash_npv_and_payback_belong_together() -> None:
    plan = planned(
        a_model(
            [a_step("S1"), a_step("S2", ("B",), needs=("S1",))],
            np.random.default_rng(2),
            ("A", "B"),
        ),
        99.0,
    )
    assert plan.npv is not None
    assert plan.start_month == {"S1": 1, "S2": 2}
    assert plan.npv.base == pytest.approx(float(plan.cash @ 1.1 ** (-np.arange(HORIZON + 1) / 12)))
    assert plan.payback_months == next(
        t for t in range(HORIZON + 1) if (plan.cash.cumsum()[t:] >= 0).all()
    )
    assert plan.npv_draws is not None
    assert plan.npv.mean == pytest.approx(plan.npv_draws.mean())
    assert plan.effort_days == 10.0


# ---- why a step is left out ----------------------------------------------------------------------


def test_every_reason() -> None:
    steps = [
        a_step("good", one_off_cost=5.0),
        a_step("rival", one_off_cost=50.0, lift_likely=0.5, excludes=("good",)),
        a_step("dear", ("B",), one_off_cost=500.0),
        a_step("dud", ("B",), lift_likely=0.0),
        a_step("base", ("B",), lift_likely=0.0, one_off_cost=95.0),
        a_step("after", ("B",), one_off_cost=20.0, needs=("base",)),
        a_step("later", ("C",), one_off_cost=99.0, lift_likely=0.65),
        a_step("blind", (), acts_on="moment"),
    ]
    steps[0] = dataclasses.replace(steps[0], excludes=("rival",))
    plan = planned(a_model(steps, np.random.default_rng(3), ("A", "B", "C"), sure=True), 100.0)
    why = {out.id: (out.why, out.other) for out in plan.left_out}
    assert plan.chosen == ("good",)
    assert why == {
        "rival": ("excluded", "good"),
        "dear": ("over_budget", None),
        "dud": ("no_value", None),
        "base": ("no_value", None),
        "after": ("needs", "base"),
        "later": ("better_on", "good"),
        "blind": ("not_priced", None),
    }


def test_duties_come_first() -> None:
    steps = [
        a_step("law", lift_likely=0.0, one_off_cost=30.0, mandatory=True),
        a_step("good", ("B",), one_off_cost=5.0),
    ]
    model = a_model(steps, np.random.default_rng(3), ("A", "B"), sure=True)
    assert planned(model, 40.0).chosen == ("law", "good")
    short = planned(model, 20.0)
    assert short.chosen == ()
    [finding] = [f for f in short.findings if f.code == "mandatory_over_budget"]
    assert finding.params["cost"] == 30.0
    assert short.frontier[0].spend >= 30.0


def test_duties_that_shut_each_other_out() -> None:
    steps = [
        a_step("one", mandatory=True, excludes=("two",)),
        a_step("two", mandatory=True, excludes=("one",)),
    ]
    plan = planned(a_model(steps, np.random.default_rng(3), sure=True), 100.0)
    assert [f.code for f in plan.findings] == ["mandatory_clash"]


def test_a_duty_without_a_price_still_costs() -> None:
    steps = [a_step("law", (), mandatory=True), a_step("good", ("B",))]
    plan = planned(a_model(steps, np.random.default_rng(3), ("A", "B"), sure=True), 50.0)
    assert set(plan.chosen) == {"law", "good"}
    assert plan.spend == 20.0


def test_a_budget_below_the_cheapest_step() -> None:
    plan = planned(a_model([a_step("S1"), a_step("S2")], np.random.default_rng(3), sure=True), 5.0)
    assert plan.chosen == ()
    assert plan.npv is None
    assert [(f.code, f.params["cheapest"]) for f in plan.findings] == [
        ("budget_below_cheapest", 10.0)
    ]


def test_nothing_pays() -> None:
    plan = planned(
        a_model([a_step("S1", lift_likely=0.0)], np.random.default_rng(3), sure=True), 50.0
    )
    assert [f.code for f in plan.findings] == ["nothing_pays"]


def test_no_budget_means_enough_for_every_step() -> None:
    plan = planned(
        a_model(
            [a_step("S1"), a_step("S2", ("B",))], np.random.default_rng(3), ("A", "B"), sure=True
        ),
        None,
    )
    assert plan.choice.amount == 20.0
    assert set(plan.chosen) == {"S1", "S2"}
    assert "no_budget_given" in {f.code for f in plan.findings}


def test_without_a_model_the_plan_is_empty() -> None:
    plan = fit_budget(
        Returns("r", (), None, None, (), "few_events"), FixedBudget(100.0), no_moments()
    )
    assert plan.chosen == ()
    assert not plan.optimal


# ---- one cash flow, counted once -----------------------------------------------------------------


def test_benefits_never_pass_what_was_lost() -> None:
    steps = [a_step("S1"), a_step("S2", ("B",))]
    free = a_model(steps, np.random.default_rng(4), ("A", "B"))
    tight = dataclasses.replace(free, churned_revenue=60.0)
    valuation = Valuation(tight)
    drawn, held = valuation.benefit_draws(valuation.starts)
    assert held > 0
    np.testing.assert_allclose(drawn, tight.benefit_draws(valuation.starts))
    assert (drawn <= Valuation(free).benefit_draws(valuation.starts)[0] + 1e-12).all()
    plan = planned(tight, 100.0)
    assert "benefit_capped" in {f.code for f in plan.findings}
    assert math.fsum(plan.npv_in_plan.values()) == pytest.approx(plan.npv.mean if plan.npv else 0.0)


def test_joint_check_reads_the_same_lifts() -> None:
    rng = np.random.default_rng(6)
    n = 400
    rating = rng.integers(1, 5, (n, 1)).astype(float)
    fit = Counterfactual(
        ("A",), np.full(n, -2.0), np.full(n, 5.0), rating, np.ones((n, 1), bool), np.array([-0.3]),
        np.array([9.0]), np.full(n, 4.0), -0.2, 7.0,
    )  # fmt: skip
    model = a_model([a_step("S1", lift_likely=0.4)], rng, sure=True)
    plan = fit_budget(returns_of(model), FixedBudget(50.0), no_moments(fit))
    assert plan.joint_check is not None
    curves, joint = plan.joint_check
    assert curves == pytest.approx(0.9 * 100.0 * np.interp(0.4, [0, 0.5], [0, 0.55]))
    assert joint == pytest.approx(fit.kept({"A": 0.4}))
    codes = {f.code for f in plan.findings}
    assert len(codes & {"joint_check_apart", "joint_check_agrees"}) == 1


def test_a_harmful_duty() -> None:
    harmful = a_step("law", lift_likely=-0.5, one_off_cost=5.0, mandatory=True)
    steps = [harmful, *(a_step(f"S{k}", lift_likely=0.1, one_off_cost=90.0) for k in range(4))]
    got = searched(a_model(steps, np.random.default_rng(1), sure=True), 50.0)
    assert got is not None
    assert got[0] == {"law"}
    assert got[1].value < 0


def test_every_code_has_its_words() -> None:
    stages = Path(search_module.__file__).parents[1]
    remarks = (stages / "budget" / "findings.py").read_text()
    found = re.findall(r'_finding\("\w+", "(\w+)"', remarks) + re.findall(r'"(clash_\w+)"', remarks)
    found += ["joint_check_apart", "joint_check_agrees"]
    rules = re.findall(r'_row\(\("(\w+)"', (stages / "budget" / "problem.py").read_text())
    found += [f"clash_{rule}" for rule in rules if rule != "once"]
    found += re.findall(
        r'^        "(\w+)": \[', (stages / "roi" / "build_model.py").read_text(), flags=re.MULTILINE
    )
    reasons = {"no_ex_link", "no_headroom", "no_moment_curve", "no_metric_curve"}
    found += ["not_priced", *(f"not_priced_{reason}" for reason in reasons)]
    assert len(found) > 18
    for code in found:
        assert words.has(f"finding.{code}.what"), code
        assert words.has(f"finding.{code}.do"), code
    for code in reasons | {"no_customers", "no_recommendations", "not_priced"}:
        assert words.has(f"reason.{code}.unlock"), code
    reasons_why = (stages / "budget" / "left_out.py").read_text()
    whys = [
        *re.findall(r'LeftOut\(id, "(\w+)"', reasons_why),
        "better_on",
        "against_goal",
        "no_plan",
    ]
    for code in whys:
        assert words.has(f"leftout.{code}"), code
