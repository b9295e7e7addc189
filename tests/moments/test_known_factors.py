"""Moments hold known factors in the form that the link chose, and lose no figure to it."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_moments import Plan, World, case_of, draw, link_of, population_of
from scipy.special import expit

from cxcase.estimate import Estimate
from cxcase.link import Population
from cxcase.link.data.factor_forms import Bends, Form
from cxcase.moments import Moments, rank_moments
from cxcase.moments.design import Ratings, read_ratings
from cxcase.moments.direct_model import fit_direct
from cxcase.moments.fit import fit_moments
from cxcase.moments.groups import Grouping, group_figures
from cxcase.moments.models import make_design
from cxcase.moments.verdicts import of_straight_factors
from cxcase.report import words
from cxcase.settings import Settings

SETTINGS = Settings()


def humped(plan: Plan) -> World:
    """A world in which no experience has an effect, and a hump of tenure acts on all.

    The longest and the shortest known leave most and rate worst.
    """
    world = draw(replace(plan, ease_slope=0.0))
    rng = np.random.default_rng(plan.seed + 1)
    hump = 1.0 - 2.0 * _standard(world.controls[:, 0]) ** 2 / 3.0
    rating = np.clip(world.rating + 1.2 * hump[:, None], 0.0, 10.0)
    churned = rng.random(len(hump)) < expit(plan.churn - 1.2 * hump)
    answered = rng.random(len(hump)) < expit(plan.answer - 0.5 * churned)
    ease = world.ease + 1.2 * hump
    return replace(world, rating=rating, ease=ease, churned=churned, answered=answered)


def _standard(values: np.ndarray) -> np.ndarray:
    return np.asarray((values - values.mean()) / values.std())


def bent(population: Population, powers: tuple[int, ...] = (2,)) -> Population:
    """The population with powers of standardised tenure beside its line."""
    tenure = _standard(population.controls[:, 0])
    columns = np.column_stack([tenure**power for power in powers])
    form = Form("tenure", "spline_2", columns)
    bends = Bends.beside(("tenure", "log_revenue"), [form], len(tenure))
    return replace(population, bends=bends.beside_lines(population.controls, population.weight))


def as_controls(population: Population) -> Population:
    """The same columns, all named as controls."""
    names = (*population.control_names, *(f"bend {i}" for i in range(len(population.bends.of))))
    return replace(
        population,
        controls=population.known_factors,
        control_names=names,
        bends=Bends.beside((), (), len(population.metric)),
    )


@dataclass(frozen=True)
class Company:
    """A world's ratings and case, and its population."""

    world: World
    ratings: Ratings
    population: Population
    folder: Path

    def ranked(self, population: Population) -> Moments:
        """The stage on another population of the same rows."""
        link = replace(link_of(None), population=population)
        return rank_moments(case_of(self.world, self.folder), link, SETTINGS)


def company_of(world: World, folder: Path) -> Company:
    population = population_of(world)
    return Company(world, read_ratings(case_of(world, folder)), population, folder)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return company_of(humped(Plan()), tmp_path_factory.mktemp("humped"))


def numbers(value: Any) -> list[float]:
    """All numbers in a result, in their order; its key and findings left out."""
    if is_dataclass(value):
        held = [f.name for f in fields(value) if f.name not in ("key", "findings")]
        return [n for name in held for n in numbers(getattr(value, name))]
    if isinstance(value, dict):
        return [n for each in value.values() for n in numbers(each)]
    if isinstance(value, list | tuple):
        return [n for each in value for n in numbers(each)]
    if isinstance(value, np.ndarray):
        return value.astype(float).ravel().tolist()
    return [float(value)] if isinstance(value, int | float) else []


def shown(moments: Moments) -> list[bool]:
    """Which estimates of every moment, and which joint figure, are there."""
    rows = sorted(moments.moments, key=lambda m: m.name)
    values = [getattr(m, f.name) for m in rows for f in fields(m)]
    return [
        moments.joint is not None,
        *(not e.refused for e in values if isinstance(e, Estimate)),
    ]


def test_a_bend_is_held_in_every_figure_as_a_control_is(company: Company) -> None:
    """Slopes, importance, sides, stakes: as if bends were known factors of their own."""
    population = bent(company.population)
    mine = numbers(company.ranked(population))
    other = numbers(company.ranked(as_controls(population)))
    lines = numbers(company.ranked(company.population))
    assert len(mine) > 500
    assert mine == pytest.approx(other, rel=1e-9, abs=1e-9)
    assert mine != pytest.approx(lines, rel=1e-3)


def test_no_moment_carries_money_where_nothing_but_a_bend_acts(company: Company) -> None:
    """Straight lines would put revenue at stake; in its form the factor leaves none."""
    straight = company.ranked(company.population).joint.revenue_at_stake
    formed = company.ranked(bent(company.population)).joint.revenue_at_stake
    assert straight.low > 0
    assert formed.low < 0 < formed.high
    assert abs(formed.value) < straight.value / 4


def test_few_events_take_the_form_before_any_figure(tmp_path: Path) -> None:
    """Events from too few to enough: what is shown with bends is what lines show."""
    for customers in (300, 700, 1200, 1600, 2000):
        company = company_of(draw(Plan(customers=customers, seed=customers)), tmp_path)
        lines = company.ranked(company.population)
        found = company.ranked(bent(company.population, (2, 3, 4, 5)))
        assert shown(found) == shown(lines)
        assert found.model == lines.model


def test_the_block_logit_has_the_bends_that_events_allow(tmp_path: Path) -> None:
    """Ten events for each parameter: those of lines, and of as many bends as there is room for."""
    company = company_of(draw(Plan(customers=2000)), tmp_path)
    for powers in ((2,), (2, 3, 4, 5)):
        population = bent(company.population, powers)
        design = make_design(fit_moments(company.ratings, population, SETTINGS).design.blocks,
                             population)  # fmt: skip
        found = fit_direct(design)
        lines = fit_direct(replace(design, population=population.straight()))
        room = found.events // 10 - lines.parameters
        assert found.parameters == lines.parameters + (len(powers) if len(powers) <= room else 0)
    assert 1 <= room < 4


def test_the_block_logit_falls_to_one_bend_where_four_have_no_room(tmp_path: Path) -> None:
    """Not straight to a line: room for one to three bends is room for one."""
    company = company_of(draw(Plan(customers=2000)), tmp_path)
    plain = company.population
    rich = bent(plain, (2, 3, 4, 5))
    one = bent(plain, (2,))
    lower = Form("tenure", "root", one.bends.columns)
    falling = replace(rich, bends=replace(rich.bends, lesser=(lower,)))
    design = make_design(fit_moments(company.ratings, plain, SETTINGS).design.blocks, falling)
    found = fit_direct(design)
    assert found.slope == pytest.approx(fit_direct(replace(design, population=one)).slope)
    straight = fit_direct(replace(design, population=plain))
    assert found.parameters == straight.parameters + 1
    assert found.slope != pytest.approx(straight.slope, rel=1e-3)


def test_small_groups_keep_the_shares_that_lines_give(company: Company) -> None:
    """A group whose answers carry its lines alone is shown as it would be with lines."""
    lines = fit_moments(company.ratings, company.population, SETTINGS)
    formed = fit_moments(company.ratings, bent(company.population, (2, 3, 4, 5)), SETTINGS)
    held = lines.design.known.shape[1] + lines.design.inside.shape[1]
    for size in range(10 * held, 10 * held + 80, 15):
        code = np.full(len(company.population.team), -1)
        code[:size] = 0
        code[len(code) // 2 :] = 1
        both = [
            {(f.group, f.moment): f.importance_share for f in group_figures(fitted, [group], "GBP")}
            for fitted in (lines, formed)
            for group in [Grouping("segment", code, ("few", "many"))]
        ]
        assert {k: e.refused for k, e in both[0].items()} == {
            k: e.refused for k, e in both[1].items()
        }


def test_the_page_says_what_lines_would_have_put_at_stake(company: Company) -> None:
    """Where it differs by more than a tenth of the range; never where factors are lines anyway."""
    straight = company.ranked(company.population)
    found = company.ranked(bent(company.population))
    told = next(f for f in found.findings if f.code == "stake_if_straight")
    assert told.params["straight"] == pytest.approx(straight.joint.revenue_at_stake.value, rel=1e-9)
    assert told.params["figure"] == found.joint.revenue_at_stake
    assert "as straight lines" in words.finding(told).what
    assert "stake_if_straight" not in {f.code for f in straight.findings}
    hardly = replace(told.params["figure"], low=-1e9, high=1e9)
    assert not list(of_straight_factors(hardly, told.params["straight"]))
