"""A step taken apart comes to what it was; a gate between its parts is worth what being able to
stop is, less what waiting costs.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from make_moments import link_of
from make_priced import Priced, on, priced

from cxcase.recommend import CostRule, Cutting, Step
from cxcase.recommend.chunking.parts import Cost, Part, Slice, parts_of
from cxcase.roi.gates import decide, gates_of
from cxcase.stats.draws import normals

MU = 100.0
SD = 200.0
PERFECT = 39.559  # worth of perfect information about N(100, 200) (METHODS 6.5)
RULE = CostRule(fixed=0.25, per_team=0.25)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Priced:
    return priced(tmp_path_factory.mktemp("gates"))


def cutting(company: Priced, step: Step) -> Cutting:
    return Cutting.of(step, link_of(company.population).link, company.moments)


def as_steps(whole: Step, parts: tuple[Part, ...]) -> list[Step]:
    """The parts as steps of their own, with their parent's lift."""
    return [
        dataclasses.replace(
            whole, id=f"{whole.id}-{k}", moments=part.moments, teams=part.teams,
            one_off_cost=part.one_off_cost, yearly_cost=part.yearly_cost,
            cost_low=part.one_off_cost, cost_high=part.one_off_cost, part_of=whole.id,
            inherits=whole.id,
            needs=() if part.after is None else (f"{whole.id}-{part.after}",),
        )
        for k, part in enumerate(parts)
    ]  # fmt: skip


# ---- parts ---------------------------------------------------------------------------------------


def test_costs_of_parts_add_up_to_the_penny_under_any_rule() -> None:
    slices = [Slice("a", (), ("x",), 3.0, 1), Slice("b", (), ("y", "z"), 7.0, 2)]
    slices.append(Slice("c", (), ("w",), 0.0, 1))
    for rule in (CostRule(), CostRule(1.0), CostRule(0.0, 1.0), RULE):
        parts = parts_of(Cost(1000.01, 33.33, 7.0), slices, rule)
        assert math.fsum(p.one_off_cost for p in parts) == pytest.approx(1000.01, abs=1e-9)
        assert math.fsum(p.yearly_cost for p in parts) == pytest.approx(33.33, abs=1e-9)
        assert math.fsum(p.effort_days or 0.0 for p in parts) == pytest.approx(7.0, abs=1e-9)
    assert [p.share for p in parts_of(Cost(1, 1), slices, CostRule())] == [0.3, 0.7, 0.0]
    assert [p.share for p in parts_of(Cost(1, 1), slices, CostRule(0, 1))] == [0.25, 0.5, 0.25]
    assert [p.after for p in parts_of(Cost(1, 1), slices, CostRule(0.2))] == [None, 0, 0]
    assert parts_of(Cost(1, 1), slices[:1], RULE) == ()


def test_moments_apart_bring_what_they_brought_together(company: Priced) -> None:
    whole = on(
        "R1", 0.4, moments=("Visit", "Invoice"), one_off_cost=100.0, cost_low=100.0, cost_high=100.0
    )
    parts = cutting(company, whole).by_moment(CostRule())
    assert [part.moments for part in parts] == [("Visit",), ("Invoice",)]
    apart = company.model(*as_steps(whole, parts))
    together = company.model(whole)
    starts = dict.fromkeys(apart.steps, 1)
    assert apart.benefit(starts) == pytest.approx(together.benefit({"R1": 1}))
    assert apart.cost(starts) == pytest.approx(together.cost({"R1": 1}))


def test_teams_apart_bring_what_they_brought_together(company: Priced) -> None:
    whole = on("R1", 0.4, one_off_cost=100.0, cost_low=100.0, cost_high=100.0)
    cut = cutting(company, whole)
    names = [one.name for one in cut.teams]
    assert cut.unnamed == pytest.approx(0.0, abs=1e-9)
    assert [one.per_customer for one in cut.teams] == sorted(
        (one.per_customer for one in cut.teams), reverse=True
    )
    parts = cut.by_teams([("pilot", names[:5]), ("all", names[5:])], RULE, in_turn=True)
    assert [part.after for part in parts] == [None, 0]
    apart = company.model(*as_steps(whole, parts))
    starts = dict.fromkeys(apart.steps, 1)
    assert apart.benefit(starts).sum() == pytest.approx(
        company.model(whole).benefit({"R1": 1}).sum(), rel=0.01
    )


def test_components_together_lift_as_far_as_the_whole(company: Priced) -> None:
    step = on(
        "R1", 0.8, lift_low=0.4, lift_high=1.2, one_off_cost=90.0, cost_low=80.0, cost_high=99.0
    )
    parts = cutting(company, step).by_components(
        {"Training": 50, "Tool": 30, "Desk": 20}, CostRule(0.2)
    )
    assert sum(part.one_off_cost for part in parts) == 90.0
    assert [part.one_off_cost for part in parts] == pytest.approx([54.0, 21.6, 14.4])
    steps = [
        on(f"C{k}", part.lifts[1], lift_low=part.lifts[0], lift_high=part.lifts[2])
        for k, part in enumerate(parts)
        if part.lifts is not None
    ]
    whole = company.model(step).benefit({"R1": 1})
    together = company.model(*steps).benefit(dict.fromkeys(("C0", "C1", "C2"), 1))
    np.testing.assert_allclose(together, whole, rtol=1e-9)


def test_segments_apart_bring_what_they_brought_together(company: Priced) -> None:
    step = on("R1", 0.8, one_off_cost=100.0)
    found = cutting(company, step)
    names = [one.name for one in found.segments]
    parts = found.by_segments([(name, (name,)) for name in names], CostRule())
    assert sorted(part.teams[0] for part in parts) == sorted(names)
    assert sum(part.one_off_cost for part in parts) == pytest.approx(100.0, abs=1e-9)
    held = [on(f"P{k}", 0.8, teams=part.teams) for k, part in enumerate(parts)]
    apart = company.model(*held).benefit(dict.fromkeys((step.id for step in held), 1))
    known = on("R1", 0.8, teams=tuple(names))
    whole = company.model(known).benefit({"R1": 1})
    np.testing.assert_allclose(apart, whole, rtol=2e-3)


def test_a_part_has_its_parents_draws_of_the_lift(company: Priced) -> None:
    whole = on("R1", 0.4, lift_low=0.1, lift_high=0.8)
    names = [one.name for one in cutting(company, whole).teams]
    parts = cutting(company, whole).by_teams([("a", names[:5]), ("b", names[5:])], CostRule())
    model = company.model(whole, *as_steps(whole, parts))
    assert np.array_equal(model.lift_draws["R1"], model.lift_draws["R1-1"])


def test_first_teams_leave_others_to_compare_with(company: Priced) -> None:
    cut = cutting(company, on("R1", 0.4))
    assert 0 < len(cut.first_teams()) <= len(cut.teams) // 2
    assert len(cut.first_teams(3)) == 3


# ---- gates ---------------------------------------------------------------------------------------


def test_seeing_all_is_worth_what_perfect_information_is() -> None:
    npv = MU + SD * normals("gate test", 0)
    found = decide(npv, npv)
    assert found.stopping == pytest.approx(PERFECT, rel=0.01)
    assert found.threshold == pytest.approx(0.0, abs=1.0)
    assert found.passes == pytest.approx(0.69146, abs=0.002)


def test_sampling_error_takes_from_it_as_the_closed_form_says() -> None:
    """What is read out tells the share r = 1 / (1 + (se / sd)^2) of the variance."""
    npv = MU + SD * normals("gate test", 0)
    error = normals("gate error", 0)
    values = []
    for ratio in (0.5, 1.0, 2.0):
        told = SD / math.sqrt(1.0 + ratio**2)
        k = MU / told
        density = math.exp(-k * k / 2) / math.sqrt(2 * math.pi)
        below = 0.5 * math.erfc(k / math.sqrt(2))
        found = decide(npv + ratio * SD * error, npv)
        assert found.stopping == pytest.approx(told * (density - k * below), abs=1.2)
        values.append(found.stopping)
    assert values == sorted(values, reverse=True)


def test_a_result_that_tells_nothing_is_worth_nothing() -> None:
    npv = MU + SD * normals("gate test", 0)
    assert decide(normals("noise", 0), npv).stopping == pytest.approx(0.0, abs=2.0)
    never = decide(npv, npv - 1e6)
    assert (never.passes, never.worth, never.threshold) == (0.0, 0.0, None)
    ever = decide(npv, npv + 1e6)
    assert (ever.passes, ever.stopping, ever.threshold) == (1.0, 0.0, None)


def test_a_pilot_that_can_fail_has_a_gate(company: Priced) -> None:
    whole = on(
        "R1", 0.4, lift_low=-0.2, lift_high=1.0, one_off_cost=9_000.0, cost_low=9e3, cost_high=9e3
    )
    cut = cutting(company, whole)
    names = [one.name for one in cut.teams]
    parts = cut.by_teams([("pilot", names[:8]), ("all", names[8:])], CostRule(), in_turn=True)
    returns = company.returns(*as_steps(whole, parts), horizon=36)
    assert returns.model is not None
    (gate,) = returns.gates
    assert (gate.step, gate.rest, gate.moment) == ("R1-0", ("R1-1",), "Visit")
    assert (len(gate.teams), gate.others) == (8, len(names) - 8)
    assert gate.month == 6, "delivered at once, read half a year later"
    assert 0 < gate.se < gate.detectable
    assert gate.waiting > 0
    assert gate.decision.stopping >= 0
    model = returns.model
    with_gate = model.npv_draws({"R1-0": 1}).mean() + gate.decision.worth
    assert gate.value == pytest.approx(with_gate - gate.without, rel=1e-6)


def test_without_teams_to_compare_nothing_is_seen(company: Priced) -> None:
    whole = on("R1", 0.4, one_off_cost=100.0, cost_low=100.0, cost_high=100.0)
    parts = cutting(company, whole).by_teams([("a", ["x"]), ("b", ["y"])], CostRule(), in_turn=True)
    assert parts == ()
    alone = company.model(whole)
    assert gates_of(alone, company.moments) == ()
