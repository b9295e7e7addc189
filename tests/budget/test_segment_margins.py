"""Margins by segment: money of each customer by its own segment's margin, added up one by one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from every_assignment import EveryAssignment
from make_budget import a_company, a_model, a_step, a_team, some_periods
from make_priced import SEGMENTS, Priced, on, priced

from cxcase.budget import Rules
from cxcase.budget.problem import problem_of
from cxcase.budget.solver import Search
from cxcase.errors import SettingsError
from cxcase.link import Cells, People
from cxcase.report import words
from cxcase.roi import Margins
from cxcase.roi.sensitivity import switch
from cxcase.roi.value import customers_that_pay, doing_nothing
from cxcase.settings import Settings

OWN = {"Large": 0.15, "Public": 0.35, "Small": 0.7}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Priced:
    return priced(tmp_path_factory.mktemp("case"))


def margin_of_each(company: Priced, otherwise: float = 0.4) -> np.ndarray:
    return np.array([OWN.get(name, otherwise) for name in company.segment()])


def test_a_segments_part_of_a_curve_is_what_its_customers_keep(company: Priced) -> None:
    for name, curve in company.moments.curves.items():
        names, parts = curve.by_segment()
        assert set(names) == {*SEGMENTS, ""}
        assert parts.sum(axis=1) == pytest.approx(curve.shape, rel=1e-12, abs=1e-15)
        slopes = np.diff(parts, axis=0) / np.diff(curve.lifts)[:, None]
        assert (np.diff(slopes, axis=0) <= 1e-12 * slopes.max()).all()
        for k in (1, 7, 20, 40):
            kept = company.kept(name, curve.lifts[k])
            own = [kept[company.segment() == segment].sum() for segment in names]
            assert curve.per_point.value * parts[k] == pytest.approx(own, rel=1e-9)


@pytest.mark.parametrize("knot", [2, 5, 9])
def test_money_is_each_customers_by_its_segments_margin(company: Priced, knot: int) -> None:
    curves = company.moments.curves
    steps = [
        on(f"R{k}", float(curve.lifts[knot]), name)
        for k, (name, curve) in enumerate(curves.items())
    ]
    model = company.model(*steps, segment_margins=OWN)
    model = dataclasses.replace(model, churned_revenue=1e12)
    each = margin_of_each(company)
    by_hand = sum(
        float(each @ company.kept(name, curve.lifts[knot])) for name, curve in curves.items()
    )
    got = model.benefit({step.id: 1 for step in steps})
    assert got == pytest.approx(np.full(12, by_hand * model.overlap / 12), rel=1e-9)
    assert (
        abs(
            by_hand / (0.4 * sum(company.kept(n, c.lifts[knot]).sum() for n, c in curves.items()))
            - 1
        )
        > 0.05
    )


def test_draws_add_up_over_segments(company: Priced) -> None:
    """Money is linear in the margins, draw by draw, however steps overlap."""
    steps = (on("R1", 0.6), on("R2", 0.9, months_to_deliver=3), on("R3", 0.5, "Complaint"))
    starts = {"R1": 1, "R2": 2, "R3": 1}

    def drawn(margins: dict[str, float], margin: float) -> np.ndarray:
        model = company.model(
            *steps, segment_margins=margins, margin=margin, ramp_months=4, half_life_months=10.0
        )
        return dataclasses.replace(model, churned_revenue=1e12).npv_draws(starts)

    parts = [drawn({only: OWN[only]}, 0.0) for only in SEGMENTS]
    rest = drawn(dict.fromkeys(SEGMENTS, 0.0), 0.4)
    assert drawn(OWN, 0.4) == pytest.approx(sum(parts) + rest, rel=1e-9, abs=1e-6)


def test_equal_margins_change_nothing_to_the_last_bit(company: Priced) -> None:
    steps = (
        on("R1", 0.6, one_off_cost=900.0, cost_low=700.0, cost_high=1500.0),
        on("R2", 0.4, "Renewal"),
    )
    plain = company.returns(*steps, margin=0.4)
    same = company.returns(*steps, margin=0.4, segment_margins=dict.fromkeys(SEGMENTS, 0.4))
    other = company.returns(*steps, margin=0.3, segment_margins=dict.fromkeys(SEGMENTS, 0.4))
    everyone = dataclasses.replace(company.base, segments=company.base.segments[:3])
    named = dataclasses.replace(company, base=everyone).returns(
        *steps, margin=0.3, segment_margins=dict.fromkeys(SEGMENTS, 0.4)
    )
    for again in (same, named):
        assert plain.doing_nothing == again.doing_nothing
        for before, after in zip(plain.steps, again.steps, strict=True):
            assert before.npv == after.npv
            assert before.benefit.tobytes() == after.benefit.tobytes()
            assert before.break_even_customers == after.break_even_customers
        starts = {"R1": 1, "R2": 2}
        assert plain.model.npv_draws(starts).tobytes() == again.model.npv_draws(starts).tobytes()
        assert plain.model.cash_draws(starts).tobytes() == again.model.cash_draws(starts).tobytes()
    assert (
        other.steps[0].npv != plain.steps[0].npv
    )  # customers in no segment have the margin of all


def test_a_higher_margin_of_one_segment_is_worth_more(company: Priced) -> None:
    low, high = (
        company.returns(on("R1", 0.6), segment_margins={**OWN, "Large": m}).steps[0]
        for m in (0.1, 0.5)
    )
    assert low.npv is not None
    assert high.npv is not None
    assert high.npv.p10 > low.npv.p10 > 0


def test_no_more_revenue_counts_than_was_lost(company: Priced) -> None:
    model = company.model(on("R1", 3.0), on("R2", 3.0, "Complaint"), segment_margins=OWN)
    starts = {"R1": 1, "R2": 1}
    free = dataclasses.replace(model, churned_revenue=1e12)
    kept = sum(model.kept(curve, starts) for curve in model.curves)
    tight = dataclasses.replace(model, churned_revenue=float(kept[0]) / 4)
    assert tight.benefit(starts) == pytest.approx(free.benefit(starts) / 4, rel=1e-10)
    assert (tight.benefit_draws(starts) <= free.benefit_draws(starts) + 1e-9).all()
    cash = tight.cash_draws(starts, slice(0, 64))[1:]
    value = tight.monthly_value * 12
    assert value @ cash == pytest.approx(tight.benefit_draws(starts)[:64], rel=1e-9)


def test_doing_nothing_and_the_average_customer(company: Priced) -> None:
    margins = Margins.of(company.base, Settings(segment_margins=OWN, margin=0.4))
    lost = sum(OWN.get(s.name, 0.4) * s.churned_revenue for s in company.base.segments)
    whole = doing_nothing(1.0, Settings(margin=1.0))
    found = company.returns(
        on("R1", 0.5, one_off_cost=5000.0, cost_low=5000.0, cost_high=5000.0), segment_margins=OWN
    )
    horizon = doing_nothing(1.0, Settings(margin=1.0, horizon=12))
    assert found.doing_nothing == pytest.approx(lost * horizon, rel=1e-12)
    assert margins.one is None
    assert whole > horizon
    model = found.model
    step = found.steps[0]
    assert model is not None
    assert step.break_even_customers is not None
    one = company.base.revenue_start / company.base.customers * margins.average
    worth = one / 12 * float(np.sum(1.1 ** (-np.arange(1, 13) / 12)))
    exact = customers_that_pay(model, "R1")
    assert exact is not None
    assert exact * worth == pytest.approx(5000.0, rel=1e-9)
    assert step.break_even_customers == np.ceil(exact)


def test_of_many_rows_those_alike_are_taken_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole keeps what it keeps, and so does every cell but for what the bins leave, far below
    any margin.
    """
    rng = np.random.default_rng(2)
    n = 30_000
    lifts = np.linspace(0.0, 10.0, 11)
    team = rng.integers(0, 8, n)
    segment = rng.integers(-1, 3, n)
    room = 10.0 - rng.integers(0, 11, n)
    people = People(rng.normal(-2.0, 1.0, n), rng.lognormal(8.0, 1.0, n), room, 0.4)
    names = tuple(f"T{k}" for k in range(8)), SEGMENTS
    weight = (rng.random(n) < 0.9).astype(float)
    binned = Cells.of(names, team, segment, people, lifts, weight, np.zeros(n))
    monkeypatch.setattr("cxcase.link.data.customer_cells.MANY_ROWS", n)
    exact = Cells.of(names, team, segment, people, lifts, weight, np.zeros(n))
    monkeypatch.setattr("cxcase.link.data.customer_cells.DENSE", -1)
    sorted_keys = Cells.of(names, team, segment, people, lifts, weight, np.zeros(n))
    assert exact.gains.shape == (11, 32)
    assert exact.gains.tobytes() == sorted_keys.gains.tobytes()
    assert binned.gains == pytest.approx(exact.gains, rel=1e-3)
    assert (binned.gains != exact.gains).any()
    for cell in range(32):
        rows = (team == exact.team[cell]) & (segment == exact.segment[cell])
        assert exact.gains[4, cell] == pytest.approx(people.kept(4.0)[rows].sum(), rel=1e-12)
        assert exact.room[cell] == pytest.approx((weight * room)[rows].sum())
        assert exact.answers is not None
        assert exact.answers[cell] == weight[rows].sum()


def test_a_margin_at_which_nothing_is_left(company: Priced) -> None:
    """The switching value is the mean margin of what is kept: all margins down to its share of it
    bring NPV to 0.
    """
    step = on("R1", 0.6, one_off_cost=9000.0, cost_low=8000.0, cost_high=10_000.0)
    model = company.model(step, segment_margins=OWN)
    starts = {"R1": 1}
    found = switch(model, starts)
    assert found.worth is not None
    assert found.margin is not None
    kept = model.kept("Visit", starts) @ model.flows(starts).factors[1:] / 12
    assert found.margin / found.worth == pytest.approx(model.flows(starts).pv_benefit / kept)
    assert 0.15 < found.margin / found.worth < 0.7
    down = {name: found.worth * margin for name, margin in OWN.items()}
    lower = company.model(step, segment_margins=down, margin=0.4 * found.worth)
    assert lower.flows(starts).npv == pytest.approx(0.0, abs=1e-6)


def test_a_segment_that_bends_upwards_is_drawn_towards_the_curve() -> None:
    """Whatever a segment earns, money stays concave and the parts add up."""
    lifts = np.array([0.0, 1.0, 2.0, 3.0])
    gains = np.array([[0.0, 0.0], [3.0, 0.1], [5.0, 0.6], [6.0, 1.0]])
    cells = Cells(
        (),
        ("A", "B"),
        np.array([-1, -1]),
        np.array([0, 1]),
        gains,
        np.ones(2),
        np.ones(2),
        None,
        np.ones(2),
    )
    slopes = np.diff(gains.sum(axis=1)) / np.diff(lifts)
    names, parts = cells.shares(slopes)
    assert names == ("A", "B")
    assert parts.sum(axis=1) == pytest.approx(slopes)
    assert (np.diff(parts, axis=0) <= 1e-12).all()
    assert parts[:, 1].sum() == pytest.approx(
        1.0
    )  # over the whole way each segment keeps what it keeps


@pytest.mark.parametrize("block", range(2))
def test_the_search_is_exact_with_margins_by_segment(block: int) -> None:
    solved = 0
    for seed in range(block * 30, (block + 1) * 30):
        rng = np.random.default_rng(91_000 + seed)
        model = a_company(rng)
        shapes = {}
        for name, curve in model.curves.items():
            falling = np.sort(rng.uniform(0.1, 0.9, len(curve.lifts) - 1))[::-1]
            slope = (
                np.diff(curve.shape) / np.diff(curve.lifts) * falling
            )  # concave still, as blended margins leave it
            shapes[name] = np.concatenate([[0.0], np.cumsum(slope * np.diff(curve.lifts))])
        model = dataclasses.replace(model, earned=shapes, margins=Margins(None, 0.5, 0.5, {}))
        choice = some_periods(model, rng)
        rules = Rules(capacity=(a_team(model, rng),) if rng.random() < 0.6 else ())
        every = EveryAssignment(model, choice, rules)
        values = {frozenset(s.items()): float(every.npv(s).mean()) for s in every.assignments()}
        problem = problem_of(model, choice, rules)
        found = Search(problem).solve(close=1e-12)
        assert (found is None) == (not values), seed
        if found is not None:
            starts = frozenset(
                (problem.options[k].id, problem.options[k].start) for k in found.chosen
            )
            assert values[starts] == pytest.approx(max(values.values()), rel=1e-8, abs=1e-7), seed
            solved += bool(starts)
    assert solved > 8


def test_a_segment_that_nobody_is_in() -> None:
    settings = Settings(segment_margins={"Large": 0.3, "Huge": 0.2})
    settings.check_segments(["large", "Huge "])
    with pytest.raises(SettingsError) as wrong:
        settings.check_segments(["Large", "Small", ""])
    assert words.error(wrong.value) == (
        "No customer is in a segment called “Huge”; the segments are Large, Small."
    )
    with pytest.raises(SettingsError) as none:
        settings.check_segments([])
    assert "no column of segments" in words.error(none.value)
    with pytest.raises(SettingsError):
        Settings(segment_margins={"Large": 1.2})


def test_the_page_says_which_margin_nobody_has(company: Priced) -> None:
    found = company.returns(on("R1", 0.5), segment_margins={**OWN, "Huge": 0.2})
    [finding] = [f for f in found.findings if f.code == "segment_margin_unused"]
    assert finding.params["names"] == ("Huge",)
    assert "Huge" in words.finding(finding).what


def test_a_model_without_segments_is_as_it_was() -> None:
    model = a_model([a_step("A")], np.random.default_rng(1))
    assert model.margin == model.average_margin == 0.5
    assert model.shape("A") is model.curves["A"].shape
