"""Periods, needs, exclusions, capacity, phases and every kind of choice against full enumeration of
all starts.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from every_assignment import EveryAssignment, Starts
from make_budget import (
    DRAWS,
    HORIZON,
    a_company,
    a_model,
    a_step,
    a_team,
    no_moments,
    planned,
    returns_of,
    some_periods,
)

from cxcase.budget import (
    Capacity,
    Choice,
    EarlyWin,
    FixedBudget,
    MostCertain,
    PeriodBudget,
    Phasing,
    Plan,
    Rules,
    SmallestBudgetFor,
    TargetReturn,
    fit_budget,
    own_selection,
    recut,
    stability,
)
from cxcase.budget.benefit_planes import CurveBenefit
from cxcase.budget.frontier import cvar
from cxcase.budget.milp import tail_weights
from cxcase.budget.problem import problem_of
from cxcase.budget.solver import Search
from cxcase.budget.valuation import paced_starts
from cxcase.errors import SettingsError
from cxcase.roi import Model

INSTANCES = 240


def search(model: Model, choice: Choice, rules: Rules) -> tuple[Starts, float, float] | None:
    """(starts, what was sought, bound) of the bare search."""
    problem = problem_of(model, choice, rules)
    found = Search(problem).solve(close=1e-12)
    if found is None:
        return None
    return (
        {problem.options[k].id: problem.options[k].start for k in found.chosen},
        found.value,
        found.bound,
    )


@pytest.mark.parametrize("block", range(6))
def test_equal_to_every_assignment(block: int) -> None:
    """Periods with and without roll-over, prerequisites, exclusions, duties and capacity, all at
    once.
    """
    solved = 0
    for seed in range(block * INSTANCES // 6, (block + 1) * INSTANCES // 6):
        rng = np.random.default_rng(10_000 + seed)
        model = a_company(rng)
        choice: Choice = some_periods(model, rng)
        rules = Rules(capacity=(a_team(model, rng),) if rng.random() < 0.6 else ())
        every = EveryAssignment(model, choice, rules)
        values = {frozenset(s.items()): float(every.npv(s).mean()) for s in every.assignments()}
        got = search(model, choice, rules)
        assert (got is None) == (not values), seed
        if got is None:
            continue
        starts, value, bound = got
        best = max(values.values())
        assert frozenset(starts.items()) in values, seed
        assert value == pytest.approx(best, rel=1e-8, abs=1e-7), seed
        assert values[frozenset(starts.items())] == pytest.approx(best, rel=1e-8, abs=1e-7), seed
        assert bound >= best - 1e-5 * max(1.0, abs(best)), seed
        solved += 1
    assert solved > INSTANCES // 10


def test_a_pace_equals_every_assignment() -> None:
    solved = 0
    moved = 0
    for seed in range(40):
        rng = np.random.default_rng(30_000 + seed)
        model = a_company(rng)
        if len(model.steps) > 4:
            continue
        whole = sum(s.one_off_cost + s.yearly_cost for s in model.steps.values())
        choice = FixedBudget(float(rng.uniform(0.4, 1.2)) * whole)
        rules = Rules(starts_per_quarter=int(rng.integers(1, 3)))
        every = EveryAssignment(model, choice, rules)
        values = {frozenset(s.items()): float(every.npv(s).mean()) for s in every.assignments()}
        got = search(model, choice, rules)
        assert (got is None) == (not values), seed
        if got is not None:
            assert got[1] == pytest.approx(max(values.values()), rel=1e-8, abs=1e-7), seed
            assert frozenset(got[0].items()) in values, seed
            free = search(model, choice, Rules())
            moved += free is None or free[0] != got[0]
            solved += 1
    assert solved > 8
    assert moved > 3


def test_steps_put_in_by_hand_keep_the_pace() -> None:
    rng = np.random.default_rng(3)
    steps = [a_step(f"R{k}") for k in range(1, 5)]
    steps.append(a_step("R5", needs=("R4",), months_to_deliver=2))
    model = a_model(steps, rng)
    ids = [step.id for step in steps]
    starts = paced_starts(model, ids, 2)
    assert starts == {"R1": 1, "R2": 1, "R3": 4, "R4": 4, "R5": 7}
    assert paced_starts(model, ids, None) == {**dict.fromkeys(ids, 1), "R5": 2}
    assert paced_starts(model, ["R1"], 1, {"R2": 1}) == {"R1": 4, "R2": 1}


def test_phases_equal_every_assignment() -> None:
    solved = 0
    for seed in range(30):
        rng = np.random.default_rng(20_000 + seed)
        model = a_company(rng)
        if len(model.steps) > 4:
            continue
        whole = sum(s.one_off_cost + s.yearly_cost for s in model.steps.values())
        choice = FixedBudget(float(rng.uniform(0.4, 1.2)) * whole)
        rules = Rules(phasing=Phasing(int(rng.integers(1, 3)), {"crawl": int(rng.integers(0, 3))}))
        every = EveryAssignment(model, choice, rules)
        values = [float(every.npv(s).mean()) for s in every.assignments()]
        got = search(model, choice, rules)
        assert (got is None) == (not values), seed
        if got is not None:
            assert got[1] == pytest.approx(max(values), rel=1e-8, abs=1e-7), seed
            solved += 1
    assert solved > 8


@pytest.mark.parametrize("kind", ["certain", "smallest", "target"])
def test_other_choices_equal_every_assignment(kind: str) -> None:
    """Aversion by CVaR, the smallest budget for an NPV, the most NPV at a return."""
    solved = 0
    for seed in range(40):
        rng = np.random.default_rng(30_000 + seed)
        model = a_company(rng)
        whole = sum(s.one_off_cost + s.yearly_cost for s in model.steps.values())
        plain = EveryAssignment(model, FixedBudget(0.7 * whole), Rules())
        sets = [(s, plain.npv(s)) for s in plain.assignments()]
        if not sets:
            continue
        most = max(float(npv.mean()) for _, npv in sets)
        if kind == "certain":
            choice: Choice = MostCertain(
                0.7 * whole, float(rng.choice([0.3, 0.9])), float(rng.choice([0.25, 0.4]))
            )
            want = max(
                (1 - choice.aversion) * n.mean() + choice.aversion * worst(n, choice.tail)
                for _, n in sets
            )
        elif kind == "smallest":
            choice = SmallestBudgetFor(most - 0.4 * abs(most), 0.7 * whole)
            want = -min(plain.spend(s) for s, n in sets if n.mean() >= choice.npv - 1e-9)
        else:
            choice = TargetReturn(1.0, 0.7 * whole)
            costs = {id: float(model.cost_draws[id].mean()) for id in model.steps}
            pv = [sum(plain.cost(i, m) * costs[i] for i, m in s.items()) for s, _ in sets]
            reached = [
                float(n.mean())
                for (_, n), cost in zip(sets, pv, strict=True)
                if n.mean() >= cost - 1e-9
            ]
            if not reached:
                assert search(model, choice, Rules()) is None
                continue
            want = max(reached)
        got = search(model, choice, Rules())
        assert got is not None, seed
        assert got[1] == pytest.approx(want, rel=1e-7, abs=1e-6), seed
        solved += 1
    assert solved > 25


def worst(npv: np.ndarray, tail: float) -> float:
    """Rockafellar and Uryasev's form, which is another than the one it checks: the best of eta over
    all draws.
    """
    return max(float(eta - np.maximum(eta - npv, 0).mean() / tail) for eta in npv)


def test_cvar_of_ten_equally_likely_values() -> None:
    """METHODS' test: the mean of the worst 20 % of 1..10 is 1.5; and a tail that is no whole number
    of draws.
    """
    npv = np.arange(1.0, 11.0)
    assert float(tail_weights(npv, 0.2) @ npv) == pytest.approx(1.5)
    assert cvar(npv, 0.2) == pytest.approx(1.5)
    for tail in (0.1, 0.25, 0.33, 1.0):
        assert float(tail_weights(npv, tail) @ npv) == pytest.approx(worst(npv, tail))


def test_planes_lie_above_and_touch() -> None:
    """Also with harmful steps, several starts of a step, and draws in which a point is worth less
    than nothing.
    """
    below = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        model = a_company(rng)
        for name in model.curves:
            options = [
                (k, id, start)
                for k, (id, start) in enumerate((i, s) for i in model.steps for s in (1, 5))
                if name in model.moves[id]
            ]
            if not options:
                continue
            benefit = CurveBenefit(model, name, options, slice(None))
            below += benefit.below.size
            weight = rng.dirichlet(np.ones(DRAWS))
            points = rng.integers(0, 2, (12, len(options))).astype(float)
            points[:, 1::2] *= 1 - points[:, ::2]  # a step starts once
            alone = benefit.alone(weight)
            for at in points:
                value, plane = benefit.plane(at, weight)
                assert value == pytest.approx(float(weight @ benefit.draws(at)), abs=1e-9)
                assert plane.constant + float(plane.slope @ at) == pytest.approx(value, abs=1e-7)
                for other in points:
                    assert (
                        plane.constant + float(plane.slope @ other)
                        >= float(weight @ benefit.draws(other)) - 1e-7
                    )
                assert alone.constant + float(alone.slope @ at) >= value - 1e-7
    assert below > 20


# ---- periods of a fiscal year --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "fiscal", "begins", "periods"),
    [
        (
            "quarter",
            4,
            11,
            ((1, 2), (3, 5), (6, 8)),
        ),  # November: two months of the quarter October to December left
        ("quarter", 1, 1, ((1, 3), (4, 6), (7, 9))),
        ("year", 4, 11, ((1, 5), (6, 17), (18, 29))),
        ("year", 11, 11, ((1, 12), (13, 24), (25, 36))),
        ("month", 4, 11, ((1, 1), (2, 2), (3, 3))),
    ],
)
def test_periods_follow_the_fiscal_year(
    every: str, fiscal: int, begins: int, periods: tuple
) -> None:
    assert PeriodBudget((1.0, 1.0, 1.0), every, fiscal, begins).periods == periods


def test_choices_are_checked() -> None:
    for wrong in (
        lambda: FixedBudget(-1.0),
        lambda: PeriodBudget((), "year", 1, 1),
        lambda: PeriodBudget((1.0,), "year", 13, 1),
        lambda: MostCertain(1.0, 1.2),
    ):
        with pytest.raises(SettingsError):
            wrong()


def fitted(model: Model, choice: Choice | None, rules: Rules | None = None) -> Plan:
    return fit_budget(returns_of(model), choice, no_moments(), rules)


def test_spend_stays_within_every_period() -> None:
    for seed in range(12):
        rng = np.random.default_rng(40_000 + seed)
        model = a_company(rng)
        choice = some_periods(model, rng)
        plan = fitted(model, choice)
        if not plan.chosen:
            continue
        every = EveryAssignment(model, choice, Rules())
        assert every.affordable(dict(plan.start_month))
        want = [
            sum(every.cash(id, s, t) for id, s in plan.start_month.items() for t in range(a, b + 1))
            for a, b in choice.periods
        ]
        assert plan.spend_by_period == pytest.approx(want)
        assert plan.spend == pytest.approx(math.fsum(want))
        last = choice.periods[-1][1]
        after = sum(
            every.cash(id, s, t)
            for id, s in plan.start_month.items()
            for t in range(last + 1, HORIZON + 1)
        )
        assert plan.spend_after == pytest.approx(after)
        assert plan.npv is not None
        assert plan.npv.mean == pytest.approx(float(every.npv(dict(plan.start_month)).mean()))
        means = [point.npv_mean for point in plan.frontier]
        assert means == sorted(means)


def test_a_useless_step_and_the_order_of_rows_change_nothing() -> None:
    for seed in range(10):
        rng = np.random.default_rng(42_000 + seed)
        model = a_company(rng)
        choice = some_periods(model, rng)
        rules = Rules(capacity=(a_team(model, rng),))
        turned = dataclasses.replace(model, steps=dict(reversed(list(model.steps.items()))))
        useless = a_step("Z", ("A",), lift_likely=0.0, one_off_cost=0.0)
        more = dataclasses.replace(
            model,
            steps={"Z": useless, **model.steps},
            moves={**model.moves, "Z": ("A",)},
            lift_draws={**model.lift_draws, "Z": np.zeros(DRAWS)},
            cost_draws={**model.cost_draws, "Z": np.ones(DRAWS)},
        )
        one, other, third = (search(m, choice, rules) for m in (model, turned, more))
        if one is not None and other is not None and third is not None:
            assert other[1] == pytest.approx(one[1], rel=1e-9, abs=1e-9)
            assert third[1] == pytest.approx(one[1], rel=1e-9, abs=1e-9)
            assert "Z" not in third[0]
        else:
            assert one is other is third is None


def test_whole_steps_are_not_misled_by_fractions() -> None:
    """A company for which HiGHS 1.16, started from an answer with fractions, gave a plan that was
    not the best.
    """
    rng = np.random.default_rng(11_799)
    model = a_company(rng)
    choice: Choice = some_periods(model, rng)
    rules = Rules(capacity=(a_team(model, rng),) if rng.random() < 0.6 else ())
    every = EveryAssignment(model, choice, rules)
    got = search(model, choice, rules)
    assert got is not None
    assert got[1] == pytest.approx(
        max(float(every.npv(s).mean()) for s in every.assignments()), rel=1e-8
    )


def test_roll_over_never_buys_less() -> None:
    for seed in range(8):
        rng = np.random.default_rng(41_000 + seed)
        model = a_company(rng)
        choice = dataclasses.replace(some_periods(model, rng), roll_over=False)
        got = [
            search(model, dataclasses.replace(choice, roll_over=roll), Rules())
            for roll in (False, True)
        ]
        if got[0] is not None:
            assert got[1] is not None
            assert got[1][1] >= got[0][1] - 1e-6


# ---- rules ---------------------------------------------------------------------------------------


def two_steps(**other: object) -> Model:
    """Two steps on two curves, both sure to pay."""
    steps = [
        a_step("S1", one_off_cost=10.0, **other),
        a_step("S2", ("B",), one_off_cost=10.0, months_to_deliver=2),
    ]
    return a_model(steps, np.random.default_rng(0), ("A", "B"), sure=True)


@pytest.mark.parametrize("seed", range(8))
def test_more_in_every_period_never_lowers_expected_value(seed: int) -> None:
    rng = np.random.default_rng(70_000 + seed)
    model = a_company(rng)
    choice = some_periods(model, rng)
    values = []
    for share in (0.0, 0.5, 1.0, 1.5, 3.0):
        got = search(model, choice.times(share), Rules())
        values.append(-math.inf if got is None else got[1])
    assert values == sorted(values) or max(np.diff(values[::-1])) < 1e-6


def test_a_team_does_one_after_the_other() -> None:
    effort = {"S1": 10.0, "S2": 20.0}
    both = fitted(two_steps(), FixedBudget(50.0), Rules(capacity=(Capacity("Ops", 10.0, effort),)))
    assert set(both.chosen) == {"S1", "S2"}
    assert sorted(both.start_month.values()) != [1, 1]
    free = fitted(two_steps(), FixedBudget(50.0), Rules(capacity=(Capacity("Ops", 20.0, effort),)))
    assert set(free.start_month.values()) == {1}


def test_a_full_team_is_the_reason() -> None:
    rules = Rules(capacity=(Capacity("Ops", 9.0, {"S2": 20.0}),))
    plan = fitted(two_steps(), FixedBudget(50.0), rules)
    assert plan.chosen == ("S1",)
    assert [(out.id, out.why, out.other) for out in plan.left_out] == [
        ("S2", "over_capacity", "Ops")
    ]
    nothing = fitted(
        two_steps(),
        FixedBudget(50.0),
        Rules(capacity=(Capacity("Ops", 1.0, {"S1": 9.0, "S2": 20.0}),)),
    )
    assert [f.code for f in nothing.findings] == ["nothing_fits_capacity"]


def test_an_early_win_is_a_rule_when_asked_for() -> None:
    quick = a_step("quick", one_off_cost=1.0, lift_likely=0.4)
    rich = a_step("rich", ("B",), one_off_cost=30.0, lift_likely=1.2, months_to_deliver=6)
    model = a_model([quick, rich], np.random.default_rng(0), ("A", "B"), sure=True)
    assert fitted(model, FixedBudget(30.0)).chosen == ("rich",)
    early = fitted(model, FixedBudget(30.0), Rules(early_win=EarlyWin(days=180)))
    assert early.chosen == ("quick",)
    assert model.flows({"quick": 1}).payback is not None
    too_soon = fitted(model, FixedBudget(30.0), Rules(early_win=EarlyWin(days=20)))
    assert [f.code for f in too_soon.findings] == ["clash_early_win"]
    assert [c.rule for c in too_soon.conflicts] == [("early_win",)]
    assert too_soon.conflicts[0].relax is not None
    assert fitted(
        model, FixedBudget(30.0), Rules(early_win=EarlyWin(days=int(too_soon.conflicts[0].relax)))
    ).chosen
    assert not fitted(
        model,
        FixedBudget(30.0),
        Rules(early_win=EarlyWin(days=int(too_soon.conflicts[0].relax) - 1)),
    ).chosen


def test_an_unsure_win_is_none() -> None:
    model = two_steps()
    unsure = dataclasses.replace(
        model, lift_draws={"S1": np.tile([-1.0, 2.0], 4), "S2": np.tile([-1.0, 2.0], 4)}
    )
    assert [
        c.rule for c in fitted(unsure, FixedBudget(50.0), Rules(early_win=EarlyWin(540))).conflicts
    ] == [("early_win",)]
    assert fitted(unsure, FixedBudget(50.0), Rules(early_win=EarlyWin(540, p=0.5))).chosen


def test_phases_open_one_after_the_other() -> None:
    steps = [a_step(f"S{k}", (name,), one_off_cost=1.0) for k, name in enumerate("ABCD")]
    model = a_model(steps, np.random.default_rng(0), tuple("ABCD"), sure=True)
    plan = fitted(model, FixedBudget(99.0), Rules(phasing=Phasing(unlock=2, most={"crawl": 2})))
    assert sorted(plan.phase.values()) == ["crawl", "crawl", "walk", "walk"]
    few = fitted(model, FixedBudget(99.0), Rules(phasing=Phasing(unlock=2, most={"crawl": 1})))
    assert list(few.phase.values()) == ["crawl"]
    assert {out.why for out in few.left_out} == {"phase_closed"}
    tagged = fitted(model, FixedBudget(99.0), Rules(phasing=Phasing(unlock=1, tags={"S0": "walk"})))
    assert tagged.phase["S0"] == "walk"


def test_barred_and_mandatory_by_rule() -> None:
    model = two_steps()
    plan = fitted(model, FixedBudget(50.0), Rules(barred=("S1",)))
    assert plan.chosen == ("S2",)
    assert [(out.id, out.why) for out in plan.left_out] == [("S1", "barred")]
    assert fitted(model, FixedBudget(10.0), Rules(mandatory=("S1",))).chosen == ("S1",)


# ---- no plan -------------------------------------------------------------------------------------


def test_what_clashes_and_the_least_that_would_do() -> None:
    plan = fitted(two_steps(), FixedBudget(14.0), Rules(mandatory=("S1", "S2"), barred=()))
    assert {c.rule: c.relax for c in plan.conflicts} == {
        ("budget",): pytest.approx(6.0),
        ("mandatory", "S1"): None,
        ("mandatory", "S2"): None,
    }
    assert {f.code for f in plan.findings} == {"clash_budget", "clash_mandatory"}
    assert {out.why for out in plan.left_out} == {"no_plan"}


def test_a_clash_is_as_small_as_can_be() -> None:
    """Without any one of the rules named there is a plan; with all of them there is none."""
    found = 0
    for seed in range(60):
        rng = np.random.default_rng(50_000 + seed)
        model = a_company(rng)
        must = tuple(str(i) for i in rng.choice(list(model.steps), size=2, replace=False))
        rules = Rules(capacity=(a_team(model, rng),), mandatory=must)
        choice = some_periods(model, rng)
        plan = fitted(model, choice, rules)
        if not plan.conflicts:
            continue
        found += 1
        problem = problem_of(model, choice, rules)
        named = {c.rule for c in plan.conflicts}
        for keep in [named, *(named - {rule} for rule in named)]:
            rows = tuple(row for row in problem.rows if row.rule in keep or row.rule[0] == "once")
            possible = Search(dataclasses.replace(problem, rows=rows)).solve(close=0.1) is not None
            assert possible == (keep != named), (seed, keep)
    assert found > 10


def test_a_target_out_of_reach_says_what_can_be_reached() -> None:
    model = two_steps()
    most = float(model.npv_draws({"S1": 1, "S2": 1}).mean())
    plan = fitted(model, SmallestBudgetFor(2 * most))
    assert [(f.code, f.params["most"]) for f in plan.findings] == [
        ("clash_target", pytest.approx(most))
    ]
    ratio = [model.flows({id: 1}).roi for id in model.steps]
    steep = fitted(model, TargetReturn(99.0))
    assert [f.code for f in steep.findings] in (["clash_return"], ["nothing_earns"])
    assert fitted(model, TargetReturn(0.99 * max(r for r in ratio if r))).chosen


# ---- choices end to end --------------------------------------------------------------------------


@pytest.mark.parametrize("target", [0.0, -5.0])
def test_a_target_that_needs_no_money_says_so(target: float) -> None:
    plan = fitted(two_steps(), SmallestBudgetFor(target))
    assert not plan.chosen
    assert [(f.code, f.params["npv"]) for f in plan.findings] == [("nothing_needed", target)]


def test_the_smallest_budget_is_the_answer() -> None:
    model = two_steps()
    one = float(model.npv_draws({"S2": 1}).mean())
    plan = fitted(model, SmallestBudgetFor(0.9 * one))
    assert plan.spend == 10.0
    assert plan.choice.amount == 10.0
    assert plan.npv is not None
    assert plan.npv.mean >= 0.9 * one
    assert {out.why for out in plan.left_out} == {"against_goal"}


def test_aversion_chooses_what_is_surer() -> None:
    steps = [a_step("sure"), a_step("bold", ("B",))]
    model = a_model(steps, np.random.default_rng(0), ("A", "B"), sure=True)
    bold = dataclasses.replace(
        model, lift_draws={"sure": np.full(DRAWS, 0.4), "bold": np.tile([-0.6, 1.6], DRAWS // 2)}
    )
    assert fitted(bold, FixedBudget(10.0)).chosen == ("bold",)
    certain = fitted(bold, MostCertain(10.0, aversion=0.9, tail=0.25))
    assert certain.chosen == ("sure",)
    none = fitted(
        dataclasses.replace(bold, lift_draws={**bold.lift_draws, "sure": np.zeros(DRAWS)}),
        MostCertain(10.0, 0.9, 0.25),
    )
    assert [f.code for f in none.findings] == ["nothing_certain"]
    assert certain.cvar is not None
    assert certain.cvar > 0


# ---- beside the plan -----------------------------------------------------------------------------


def test_greedy_is_never_better_and_keeps_the_rules() -> None:
    worse = 0
    for seed in range(25):
        rng = np.random.default_rng(60_000 + seed)
        model = a_company(rng)
        whole = sum(s.one_off_cost + s.yearly_cost for s in model.steps.values())
        choice = FixedBudget(float(rng.uniform(0.2, 0.8)) * whole)
        plan = fitted(model, choice)
        if plan.npv is None or plan.greedy is None:
            continue
        assert plan.greedy.npv.mean <= plan.npv.mean + 1e-6 * abs(plan.npv.mean)
        if not plan.greedy.broken:
            assert EveryAssignment(model, choice, Rules()).allowed(dict(plan.greedy.start_month))
        worse += plan.greedy.npv.mean < plan.npv.mean - 1e-6
    assert worse > 2  # it is worth solving


def test_a_selection_by_hand_is_valued_like_the_plan() -> None:
    model = two_steps(excludes=())
    plan = planned(model, 50.0)
    own = own_selection(returns_of(model), FixedBudget(50.0), plan.chosen)
    assert own.npv == plan.npv
    assert (own.spend, own.broken) == (plan.spend, ())
    dear = own_selection(returns_of(model), FixedBudget(15.0), ("S1", "S2"))
    assert dear.broken == (("budget",),)
    odd = own_selection(returns_of(model), FixedBudget(50.0), {"S1": 4})
    assert odd.broken == (("late", "S1"),)
    assert odd.npv.mean == pytest.approx(float(model.npv_draws({"S1": 4}).mean()))


def test_how_often_a_step_stays_chosen() -> None:
    model = two_steps()
    risky = dataclasses.replace(
        model, lift_draws={"S1": np.full(DRAWS, 0.4), "S2": np.tile([-1.0, -1.0, -1.0, 1.5], 2)}
    )
    assert stability(returns_of(risky), FixedBudget(50.0)) == {"S1": 1.0, "S2": 0.25}


def test_a_recut_shows_what_changed() -> None:
    model = two_steps()
    old = planned(model, 50.0)
    cut = recut(old, returns_of(model), FixedBudget(10.0), no_moments())
    assert (len(cut.dropped), cut.added, cut.spend) == (1, (), -10.0)
    assert old.npv is not None
    assert cut.new.npv is not None
    assert cut.npv_mean == pytest.approx(cut.new.npv.mean - old.npv.mean)
    objection = recut(
        old, returns_of(model), FixedBudget(50.0), no_moments(), Rules(barred=("S1",))
    )
    assert objection.dropped == ("S1",)
    kept = recut(objection.new, returns_of(model), FixedBudget(40.0), no_moments())
    assert kept.new.rules.barred == (
        "S1",
    )  # the rules of the old plan stay unless others are given
    busy = Rules(capacity=(Capacity("Ops", 10.0, {"S1": 10.0, "S2": 20.0}),))
    assert recut(old, returns_of(model), FixedBudget(50.0), no_moments(), busy).moved


def test_a_left_out_step_says_what_would_make_way_and_at_what_loss() -> None:
    plan = planned(two_steps(), 10.0)
    [out] = plan.left_out
    assert (out.why, out.other) == ("better_on", plan.chosen[0])
    assert plan.npv is not None
    model = two_steps()
    assert out.loss == pytest.approx(plan.npv.mean - float(model.npv_draws({out.id: 1}).mean()))


# ---- quiet ---------------------------------------------------------------------------------------


def test_the_solver_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    model = a_company(np.random.default_rng(3))
    fitted(model, FixedBudget(40.0))
    steps = [
        a_step(f"S{k:02}", lift_likely=0.1 + 0.02 * k, one_off_cost=3.0 + k % 7) for k in range(24)
    ]
    fitted(a_model(steps, np.random.default_rng(5)), FixedBudget(60.0))
    assert capfd.readouterr() == ("", "")
