"""Steps held to some teams: only their customers are lifted, once, whichever steps reach them."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from every_assignment import EveryAssignment
from make_budget import DRAWS, a_company, a_curve, a_team, some_periods
from make_priced import NAMES, Priced, on, priced
from scipy.special import expit

from cxcase.budget import Rules
from cxcase.budget.choice_from_settings import effort_of
from cxcase.budget.fit import joint_check
from cxcase.budget.problem import problem_of
from cxcase.budget.solver import Search
from cxcase.link import Cells
from cxcase.recommend import Step
from cxcase.report import words
from cxcase.roi import Model, Sensitivity
from cxcase.roi.curve_parts import parted

WHERE = {
    "R1": ("T0", "T1", "T2", "T3", "T4"),
    "R2": ("T3", "T4", "T5", "T6"),
    "R3": (),
    "R4": ("T9", "T10"),
    "R5": ("Large", "Public"),
    "R6": ("Small", "Large", "T2", "T3", "T9"),
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Priced:
    return priced(tmp_path_factory.mktemp("case"))


def held(company: Priced, lifts: dict[str, float], moment: str = "Visit") -> tuple[Step, ...]:
    return tuple(on(id, lift, moment, teams=WHERE[id]) for id, lift in lifts.items())


def unbounded(model: Model) -> Model:
    return dataclasses.replace(model, churned_revenue=1e12)


def yearly(model: Model, *ids: str) -> float:
    """Margin a year of these steps from month 1, all of it counted."""
    return float(unbounded(model).benefit(dict.fromkeys(ids, 1))[0]) * 12 / model.overlap


def in_reach(id: str, team: str, segment: str) -> bool:
    """True where a step reaches a customer: in one of its teams, and in one of its segments."""
    teams = {name for name in WHERE[id] if name.startswith("T")}
    segments = set(WHERE[id]) - teams
    return (not teams or team in teams) and (not segments or segment in segments)


def by_customer(
    company: Priced, model: Model, lifts: dict[str, float], moment: str = "Visit"
) -> float:
    """The same from the definition: each customer's own lift, by the steps that reach its team,
    through the model.

    Steps that reach the same customers take their part of the headroom that is left among exactly
    these customers.
    """
    fit = company.moments.counterfactual
    team = company.team()
    assert fit is not None
    j = fit.names.index(moment)
    segment = company.segment()
    reached = np.array(
        [[in_reach(id, *who) for id in lifts] for who in zip(team, segment, strict=True)]
    )
    together = np.zeros(len(team))
    for pattern in {tuple(row) for row in reached.tolist()}:
        rows = (reached == np.array(pattern)).all(axis=1)
        rated = rows & fit.lived[:, j]
        weight = company.population.weight[rated] * company.answered(moment)[rated]
        room = float(weight @ (fit.scale_high[j] - fit.rating[rated, j]) / weight.sum())
        left = 1.0
        for id, inside in zip(lifts, pattern, strict=True):
            left *= 1 - min(lifts.get(id, 0.0) if inside else 0.0, room) / room
        together[rows] = room * (1 - left)
    gain = np.minimum(together, fit.scale_high[j] - fit.rating[:, j]) * fit.lived[:, j]
    kept = fit.revenue @ (expit(fit.log_odds) - expit(fit.log_odds + fit.slope[j] * gain))
    return float(model.settings.margin * kept)


@pytest.mark.parametrize("moment", NAMES)
@pytest.mark.parametrize(
    "ids", [("R1",), ("R1", "R4"), ("R1", "R2"), ("R1", "R2", "R3"), ("R1", "R2", "R3", "R4")]
)
def test_money_is_the_joint_counterfactual_of_the_customers_reached(
    company: Priced, moment: str, ids: tuple[str, ...]
) -> None:
    lifts = {id: 0.3 + 0.2 * k for k, id in enumerate(ids)}
    model = company.model(*held(company, lifts, moment))
    assert yearly(model, *ids) == pytest.approx(
        by_customer(company, model, lifts, moment), rel=2e-3
    )


@pytest.mark.parametrize("ids", [("R1", "R4"), ("R5",), ("R6",)])
def test_exactly_so_at_the_curves_own_lifts(company: Priced, ids: tuple[str, ...]) -> None:
    """Also of steps held to segments, alone or within teams."""
    for knot in (1, 4, 10):
        lift = float(company.moments.curves["Visit"].lifts[knot])
        lifts = dict.fromkeys(ids, lift)
        model = company.model(*held(company, lifts))
        assert yearly(model, *ids) == pytest.approx(by_customer(company, model, lifts), rel=1e-9)


def test_a_lone_lift_counts_in_full(company: Priced) -> None:
    """Beside steps that are held to teams, one that reaches everybody is worth what it is worth
    without them.
    """
    lift = float(company.moments.curves["Visit"].lifts[6])
    plain = company.model(*held(company, {"R3": lift}))
    beside = company.model(*held(company, {"R1": 0.4, "R2": 0.9, "R3": lift}))
    assert len(plain.moves["R3"]) == 1
    assert len(beside.moves["R3"]) == 4  # with R1 alone, with both, with R2 alone, everybody else
    assert yearly(beside, "R3") == pytest.approx(yearly(plain, "R3"), rel=1e-9)
    assert unbounded(beside).npv_draws({"R3": 1}) == pytest.approx(
        unbounded(plain).npv_draws({"R3": 1}), rel=1e-9, abs=1e-6
    )


def test_steps_on_different_teams_add_up(company: Priced) -> None:
    model = company.model(*held(company, {"R1": 0.8, "R4": 0.5}))
    assert yearly(model, "R1", "R4") == pytest.approx(
        yearly(model, "R1") + yearly(model, "R4"), rel=1e-12
    )


def test_steps_on_the_same_customers_share_the_headroom(company: Priced) -> None:
    model = company.model(*held(company, {"R1": 1.5, "R2": 1.5}))
    alone = yearly(model, "R1") + yearly(model, "R2")
    both = yearly(model, "R1", "R2")
    assert max(yearly(model, "R1"), yearly(model, "R2")) < both < alone
    [shared] = set(model.moves["R1"]) & set(model.moves["R2"])
    assert model.curves[shared].teams == ("T3", "T4")


def test_a_step_for_all_teams_is_a_step_for_everybody(company: Priced) -> None:
    everywhere = tuple(company.population.team_names)
    named = company.model(on("R1", 0.7, teams=everywhere))
    assert yearly(named, "R1") == pytest.approx(
        yearly(company.model(on("R1", 0.7)), "R1"), rel=1e-9
    )


def test_without_teams_nothing_changes(company: Priced) -> None:
    model = company.model(on("R1", 0.7), on("R2", 0.4, "Invoice", teams=("T1",)))
    assert model.curves["Visit"] is company.moments.curves["Visit"]
    assert {curve.about for curve in model.curves.values()} == set(NAMES)


def test_parts_make_up_the_whole(company: Priced) -> None:
    model = company.model(*held(company, {"R1": 0.5, "R2": 0.5}))
    whole = company.moments.curves["Visit"]
    parts = [c for c in model.curves.values() if c.about == "Visit"]
    assert sum(c.per_point.value or 0.0 for c in parts) == pytest.approx(
        whole.per_point.value, rel=1e-12
    )
    assert np.sum([c.per_point_draws for c in parts], axis=0) == pytest.approx(
        whole.per_point_draws, rel=1e-12
    )
    lived = company.moments.counterfactual.lived[:, 0]
    lost = company.population.weight * company.population.churned * lived
    reached = np.isin(company.team(), WHERE["R1"])
    share = lost[reached].sum() / lost.sum()
    at_risk = company.model(on("R1", 0.5)).customers_at_risk(("R1",))
    assert model.customers_at_risk(("R1",)) == pytest.approx(at_risk * share)
    assert model.customers_at_risk(("R1", "R2")) < at_risk


def test_what_decides_names_the_moment_once(company: Priced) -> None:
    steps = [
        on(
            id,
            0.5,
            lift_low=0.3,
            lift_high=0.8,
            one_off_cost=900.0,
            cost_low=700.0,
            cost_high=1500.0,
            teams=WHERE[id],
        )
        for id in ("R1", "R2", "R3")
    ]
    model = company.model(*steps)
    found = Sensitivity.of(model, {"R1": 1, "R2": 1, "R3": 1})
    worth = [s for s in found.swings if s.kind == "worth"]
    assert [s.of for s in worth] == ["Visit"]
    whole = company.moments.curves["Visit"].per_point_draws
    assert (worth[0].low_input, worth[0].high_input) == pytest.approx(
        tuple(np.quantile(whole, [0.1, 0.9]))
    )
    swung = worth[0].npv_high - worth[0].npv_low
    per_pound = yearly(model, "R1", "R2", "R3") / (
        company.moments.curves["Visit"].per_point.value or 1.0
    )
    factors = float(np.sum(1.1 ** (-np.arange(1, 13) / 12))) / 12
    expected = per_pound * model.overlap * factors * (worth[0].high_input - worth[0].low_input)
    assert swung == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("lifts", [{"R1": 0.6, "R2": 0.9, "R3": 0.3}, {"R4": 0.3, "R6": 0.5}])
def test_the_check_applies_each_lift_to_the_customers_reached(
    company: Priced, lifts: dict[str, float]
) -> None:
    model = company.model(*held(company, lifts))
    on_curves, at_once = joint_check(model, tuple(lifts), company.moments) or (0.0, 1.0)
    by_hand = by_customer(company, model, lifts) / model.settings.margin
    assert at_once == pytest.approx(by_hand, rel=1e-9)
    assert on_curves / model.overlap == pytest.approx(by_hand, rel=2e-3)


def test_margins_by_segment_within_teams(company: Priced) -> None:
    own = {"Large": 0.1, "Public": 0.3, "Small": 0.8}
    lift = float(company.moments.curves["Visit"].lifts[5])
    model = company.model(on("R1", lift, teams=("T1", "T2", "T5")), segment_margins=own)
    each = np.array([own.get(name, 0.4) for name in company.segment()]) * np.isin(
        company.team(), ("T1", "T2", "T5")
    )
    assert yearly(model, "R1") == pytest.approx(float(each @ company.kept("Visit", lift)), rel=1e-9)


def test_teams_that_gave_no_answers_and_few(company: Priced) -> None:
    rated = np.bincount(company.population.team, company.answered("Complaint"))
    few, many = (f"T{k}" for k in (int(rated.argmin()), int(rated.argmax())))
    assert rated.min() < 30 <= rated.max()
    found = company.returns(
        on("R1", 0.5, teams=("Nowhere",)),
        on("R2", 0.5, "Complaint", teams=(few,)),
        on("R3", 1.0),
        on("R4", 0.5, "Complaint", teams=(many,)),
    )
    assert found.steps[0].refused_because == "no_answers_in_teams"
    assert found.steps[1].npv is not None
    said = {f.code: f.params["ids"] for f in found.findings}
    assert said["few_answers_in_teams"] == ("R2",)
    assert said["not_priced_no_answers_in_teams"] == ("R1",)
    for finding in found.findings:
        assert "—" not in words.finding(finding).what
    dealt = dataclasses.replace(company.population, dealt=True)
    nameless = {n: dataclasses.replace(c, cells=None) for n, c in company.moments.curves.items()}
    bare = dataclasses.replace(
        company, population=dealt, moments=dataclasses.replace(company.moments, curves=nameless)
    )
    assert bare.returns(on("R1", 0.5, teams=("T1",))).steps[0].refused_because == "teams_not_known"


def test_teams_give_an_equal_part_of_the_days() -> None:
    steps = (
        on("R1", 0.5, teams=("North", "South"), effort_days=10.0, owner="Ops"),
        on("R2", 0.5, effort_days=4.0),
    )
    assert effort_of("north", steps) == {"R1": 5.0}
    assert effort_of("Ops", steps) == {"R1": 10.0}
    assert effort_of("everyone", steps) == {"R1": 10.0, "R2": 4.0}


def with_teams(model: Model, rng: np.random.Generator) -> Model:
    """The model's curves with four teams behind them, and each step held to some of them or to
    none.
    """
    curves = {}
    teams = ("N", "E", "S", "W")
    for name, curve in model.curves.items():
        share = rng.dirichlet(np.ones(4))
        bend = np.sort(rng.uniform(0.2, 1.0, (len(curve.lifts) - 1, 4)), axis=0)[::-1] * share
        gains = np.concatenate(
            [np.zeros((1, 4)), np.cumsum(bend * np.diff(curve.lifts)[:, None], axis=0)]
        )
        cells = Cells(
            teams,
            (),
            np.arange(4),
            np.full(4, -1),
            gains,
            np.ones(4),
            rng.uniform(0.8, 2.5, 4),
            None,
            np.ones(4),
        )
        worth = np.asarray(curve.per_point_draws)
        curves[name] = dataclasses.replace(
            a_curve(name, curve.per_point.value or 0.0, worth), cells=cells
        )
    steps = {
        id: dataclasses.replace(
            step, teams=tuple(rng.choice(teams, int(rng.integers(1, 4)), replace=False).tolist())
        )
        if rng.random() < 0.7
        else step
        for id, step in model.steps.items()
    }
    parts, moves = parted(curves, steps.values(), {id: step.moments for id, step in steps.items()})
    return dataclasses.replace(model, curves=parts, steps=steps, moves=moves)


@pytest.mark.parametrize("block", range(4))
def test_the_search_is_exact_with_teams(block: int) -> None:
    """Periods, needs, exclusions and capacity, with steps that reach only some teams: equal to
    every assignment.
    """
    solved = 0
    split = 0
    for seed in range(block * 50, (block + 1) * 50):
        rng = np.random.default_rng(83_000 + seed)
        model = with_teams(a_company(rng), rng)
        split += len(model.curves) > 2
        choice = some_periods(model, rng)
        rules = Rules(capacity=(a_team(model, rng),) if rng.random() < 0.6 else ())
        every = EveryAssignment(model, choice, rules)
        values = {frozenset(s.items()): float(every.npv(s).mean()) for s in every.assignments()}
        problem = problem_of(model, choice, rules)
        found = Search(problem).solve(close=1e-12)
        assert (found is None) == (not values), seed
        if found is None:
            continue
        starts = frozenset((problem.options[k].id, problem.options[k].start) for k in found.chosen)
        best = max(values.values())
        assert values[starts] == pytest.approx(best, rel=1e-8, abs=1e-7), seed
        assert found.bound >= best - 1e-5 * max(1.0, abs(best)), seed
        solved += bool(starts)
    assert solved > 20
    assert split > 25


def test_every_assignment_of_teams_once() -> None:
    """Each team is in exactly one part, whatever the sets are."""
    rng = np.random.default_rng(3)
    for _ in range(40):
        model = with_teams(a_company(rng), rng)
        for about in {curve.about for curve in model.curves.values()}:
            parts = [c for c in model.curves.values() if c.about == about]
            cells = [c.cells for c in parts if c.cells is not None]
            assert sorted(itertools.chain(*(c.team.tolist() for c in cells))) == [0, 1, 2, 3]
            assert all(c.per_point_draws.shape == (DRAWS,) for c in parts)
