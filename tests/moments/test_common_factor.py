"""What moments that move together have in common: sums, invariances, and companies whose truth is
known.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from make_moments import HIGH, Plan, World, case_of, draw, link_of, population_of

from cxcase.moments import Moments, rank_moments
from cxcase.moments.common_factor import common_step, fit_common_factor
from cxcase.moments.design import read_ratings
from cxcase.moments.fit import Fitted, fit_moments
from cxcase.settings import Settings

MOODY = Plan(mood=1.7, noise=1.0, middle=5.0, customers=4000, teams=20, churn=-1.6)


def _fitted(world: World, folder: Path) -> Fitted:
    case = case_of(world, folder)
    population = population_of(world)
    return fit_moments(read_ratings(case, population.rows), population, Settings())


def _ranked(world: World, folder: Path) -> Moments:
    return rank_moments(case_of(world, folder), link_of(population_of(world)), Settings())


@pytest.fixture(scope="module")
def moody() -> World:
    return draw(MOODY)


@pytest.fixture(scope="module")
def fitted(moody: World, tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    return _fitted(moody, tmp_path_factory.mktemp("case"))


def test_only_where_ratings_move_together(moody: World, tmp_path: Path) -> None:
    together = _ranked(moody, tmp_path / "a")
    codes = [f.code for f in together.findings]
    assert codes.index("moments_common") == codes.index("moments_halo") + 1
    assert together.common_factor is not None
    apart = _ranked(draw(Plan()), tmp_path / "b")
    assert apart.common_factor is None
    assert "moments_halo" not in [f.code for f in apart.findings]


def test_common_and_specific_add_up_to_the_joint_figure(moody: World, tmp_path: Path) -> None:
    result = _ranked(moody, tmp_path)
    common_factor = result.common_factor
    joint = result.joint
    assert common_factor.common.value + common_factor.specific.value == pytest.approx(
        joint.revenue_at_stake.value, rel=1e-12
    )
    assert common_factor.common.low < common_factor.common.value < common_factor.common.high
    assert set(common_factor.shares) == {m.name for m in result.moments}
    assert (
        0
        < common_factor.variation.low
        < common_factor.variation.value
        < common_factor.variation.high
        < 1
    )


def test_a_common_step_is_the_nearest_one_and_takes_alike_lifts_whole() -> None:
    level = np.array([1.0, 2.0, 0.5])
    own = np.array([1.0, 4.0, 0.5])
    moved = np.array([[True, True, True], [True, False, True]])
    alike = 0.3 * level * moved
    assert common_step(alike, moved, level, own) == pytest.approx(alike)
    lifts = np.array([[1.0, 0.0, 0.2], [0.4, 0.0, 0.0]])
    found = common_step(lifts, moved, level, own)
    for row, use, step in zip(lifts, moved, found, strict=True):
        size = [((row - a * level * use) ** 2 / own)[use].sum() for a in np.linspace(-1, 1, 20001)]
        assert step[use] / level[use] == pytest.approx(
            np.linspace(-1, 1, 20001)[int(np.argmin(size))], abs=1e-4
        )
    assert (found[~moved] == 0).all()
    nobody = np.zeros((1, 3), dtype=bool)
    assert (common_step(lifts[:1], nobody, level, own) == 0).all()


def test_the_money_does_not_depend_on_the_scale_a_moment_is_rated_on(
    moody: World, tmp_path: Path
) -> None:
    population = population_of(moody)
    found = []
    for name, factor in (("a", 1.0), ("b", 10.0)):
        case = case_of(moody, tmp_path / name, factor=factor)
        made = fit_moments(read_ratings(case, population.rows), population, Settings())
        found.append(fit_common_factor(made, "GBP"))
    assert found[0].common.value == pytest.approx(found[1].common.value, rel=1e-6)
    assert found[0].variation.value == pytest.approx(found[1].variation.value, rel=1e-6)


def test_fewer_than_three_moments_have_no_common_factor(tmp_path: Path) -> None:
    plan = Plan(
        mood=1.7,
        noise=1.0,
        reach=(0.9, 0.7),
        slope=(0.3, 0.2),
        happening=(0, 0),
        names=("A", "B"),
        failing=(0, 0),
        direct=(0, 0),
    )
    result = _ranked(draw(plan), tmp_path)
    assert "moments_halo" in [f.code for f in result.findings]
    assert result.common_factor is None


def test_many_rows_give_nearly_the_same(fitted: Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fit_common_factor(fitted, "GBP")
    monkeypatch.setattr("cxcase.moments.common_factor.EXACT_NUMBERS", 0)
    monkeypatch.setattr("cxcase.moments.common_factor.FOLD_ROWS", 800)
    some = fit_common_factor(fitted, "GBP")
    assert some.common.value == pytest.approx(whole.common.value, rel=1e-9)
    assert some.common.high - some.common.low == pytest.approx(
        whole.common.high - whole.common.low, rel=0.15
    )


# ---- known truth ---------------------------------------------------------------------------------


def _truth(world: World) -> tuple[float, float]:
    """(common, specific) money a year of the true lifts at the true slopes: equal levels and equal
    noise in all.
    """
    gain = np.where(world.lived, np.minimum(world.to_target(), HIGH - world.rating), 0.0)
    share = gain.sum(axis=1) / np.maximum(world.lived.sum(axis=1), 1)
    step = np.where(world.lived, share[:, None], 0.0)
    slope = world.plan.ease_slope * np.array(world.plan.slope)
    eta = world.rest + world.plan.ease_slope * (world.ease - 5)

    def kept(lift: np.ndarray) -> float:
        return float(
            world.revenue @ (1 / (1 + np.exp(-eta)) - 1 / (1 + np.exp(-eta - lift @ slope)))
        )

    common = (kept(step) + kept(gain) - kept(gain - step)) / 2
    return common, kept(gain) - common


def _common(world: World) -> list[float]:
    """The part of each moment's ratings within teams that goes with what the customer's ratings
    have in common.
    """
    own = world.rating - world.team_rating[world.team]
    pairs = [
        (own[world.lived[:, j], j], world.extra["mood"][world.lived[:, j]])
        for j in range(own.shape[1])
    ]
    return [float(np.corrcoef(*pair)[0, 1]) ** 2 for pair in pairs]


def test_known_companies_are_recovered(tmp_path: Path) -> None:
    inside = []
    errors = []
    shares = []
    for seed in range(40):
        world = draw(replace(MOODY, seed=100 + seed))
        found = fit_common_factor(_fitted(world, tmp_path / str(seed)), "GBP")
        true = _truth(world)
        parts = [(found.common, true[0]), (found.specific, true[1])]
        inside.append([e.low <= t <= e.high for e, t in parts])
        errors.append([(e.value - t) / sum(true) for e, t in parts])
        shares.append(np.array(list(found.shares.values())) - _common(world))
    assert (np.mean(inside, axis=0) >= 0.76).all()  # 90 % by 3 standard errors of 40 companies
    assert np.mean(errors, axis=0) == pytest.approx([0.0, 0.0], abs=0.09)
    assert np.mean(shares, axis=0) == pytest.approx(np.zeros(4), abs=0.03)
    assert np.mean(shares, axis=0) == pytest.approx(np.zeros(4), abs=0.03)
