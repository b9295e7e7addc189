"""Nobody is moved beyond the highest mark that anybody gave: no data say what goes with more."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import make_moments
import numpy as np
import pytest
from make_company import case_of, make

from cxcase.intake import Scale
from cxcase.link import FittedLink, Link, fit_link
from cxcase.moments import Moments, rank_moments
from cxcase.settings import Settings
from cxcase.stats.logit import expit

HIGHEST = 8.0


def _link(folder: Path, end: float, highest: float = HIGHEST) -> FittedLink:
    frames = make(5, teams=20, customers=4000).frames
    frames["cx"]["ease"] = frames["cx"]["ease"].clip(upper=highest)
    return fit_link(case_of(frames, folder, ease=Scale(0.0, end)), Settings())


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> FittedLink:
    """A scale to 10 on which nobody went beyond 8."""
    return _link(tmp_path_factory.mktemp("cut"), 10.0)


@pytest.fixture(scope="module")
def cut(fitted: FittedLink) -> Link:
    return fitted.link


def test_a_point_is_worth_what_it_is_on_a_scale_that_ends_there(cut: Link, tmp_path: Path) -> None:
    ends = _link(tmp_path, HIGHEST).link
    for one, other in zip(cut.worth, ends.worth, strict=True):
        assert dataclasses.astuple(one.estimate) == dataclasses.astuple(other.estimate), one.id
    assert cut.curve is not None
    assert ends.curve is not None
    assert cut.curve.headroom == pytest.approx(ends.curve.headroom, rel=1e-12)


def test_what_if_goes_no_further(fitted: FittedLink) -> None:
    p = fitted.population
    assert p is not None
    assert fitted.what_if is not None
    outcome = fitted.what_if.score(50.0)
    assert outcome.score == pytest.approx(
        float(np.average(HIGHEST - p.metric, weights=p.weight)), rel=1e-12
    )
    assert outcome.worth == fitted.what_if.score(HIGHEST).worth


def test_it_is_said_how_many_customers_it_touches(
    cut: Link, fitted: FittedLink, tmp_path: Path
) -> None:
    p = fitted.population
    assert p is not None
    [said] = [f for f in cut.findings if f.code == "beyond_marks_seen"]
    assert (said.params["highest"], said.params["end"]) == (HIGHEST, 10.0)
    assert said.params["customers"] == pytest.approx(float(p.weight[p.metric == HIGHEST].sum()))
    whole = _link(tmp_path, 10.0, highest=10.0).link
    assert "beyond_marks_seen" not in {f.code for f in whole.findings}


@pytest.fixture(scope="module")
def world() -> make_moments.World:
    """Moments that nobody rated above 8 of 10."""
    drawn = make_moments.draw(make_moments.Plan(seed=3))
    return dataclasses.replace(drawn, rating=np.minimum(drawn.rating, HIGHEST))


def _moments(
    world: make_moments.World, folder: Path, scale: Scale | None = None, **settings: object
) -> Moments:
    case = make_moments.case_of(world, folder, scale)
    return rank_moments(
        case, make_moments.link_of(make_moments.population_of(world)), Settings(**settings)
    )


def test_a_target_that_nobody_gave_is_the_highest_given(
    world: make_moments.World, tmp_path: Path
) -> None:
    """Nine tenths of the scale, or a person's 9.5, become 8: the money is that of 8, and it is
    said.
    """
    asked = _moments(world, tmp_path / "a", target="rating", target_ratings={"Visit": 9.5})
    given = _moments(
        world,
        tmp_path / "b",
        target="rating",
        target_ratings=dict.fromkeys(world.plan.names, HIGHEST),
    )
    for one in asked.moments:
        other = next(m for m in given.moments if m.name == one.name)
        assert one.target_value == HIGHEST
        assert one.revenue_at_stake == other.revenue_at_stake
    said = {
        f.params["moment"]: f.params["rating"]
        for f in asked.findings
        if f.code == "target_beyond_marks"
    }
    assert said == {"Visit": 9.5, "Invoice": 9.0, "Renewal": 9.0, "Complaint": 9.0}
    assert not [f for f in given.findings if f.code == "target_beyond_marks"]


def test_moments_are_worth_what_they_are_on_a_scale_that_ends_there(
    world: make_moments.World, tmp_path: Path
) -> None:
    """Best-quartile teams, a point of each, and the curves' own counterfactual, against a plain
    sum.
    """
    asked = _moments(world, tmp_path)
    base = asked.counterfactual
    for j, name in enumerate(base.names):
        move = np.minimum(1.0, HIGHEST - base.rating[:, j]) * base.lived[:, j]
        kept = base.revenue @ (expit(base.log_odds) - expit(base.log_odds + base.slope[j] * move))
        assert asked.curves[name].per_point.value == pytest.approx(kept, rel=1e-9)
        assert base.rating[:, j].max() == HIGHEST == base.scale_high[j]
