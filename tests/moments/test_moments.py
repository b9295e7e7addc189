"""Moments: sums that close, truth that is recovered, names and order that don't matter, gates on
their exact side.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from make_moments import Plan, World, case_of, column, draw, link_of, population_of
from scipy.special import expit

from cxcase.moments import Moments, rank_moments
from cxcase.moments.design import Ratings, code_blocks, read_ratings
from cxcase.moments.direct_model import fit_direct
from cxcase.moments.fit import fit_moments
from cxcase.moments.models import fit_index, make_design
from cxcase.moments.money import gains, split_joint
from cxcase.report import words
from cxcase.settings import Settings
from cxcase.stats.shapley import lmg, members, shapley

SETTINGS = Settings()
WORDS = words.all_texts()


def _rank(world: World, folder: Path) -> Moments:
    return rank_moments(case_of(world, folder), link_of(population_of(world)), SETTINGS)


@pytest.fixture(scope="module")
def world() -> World:
    return draw(Plan())


@pytest.fixture(scope="module")
def ranked(world: World, tmp_path_factory: pytest.TempPathFactory) -> Moments:
    return _rank(world, tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def ratings(world: World, tmp_path_factory: pytest.TempPathFactory) -> Ratings:
    return read_ratings(case_of(world, tmp_path_factory.mktemp("ratings")))


# ---- what adds up --------------------------------------------------------------------------------


def test_shares_silent_and_unexplained_are_the_churned_revenue(
    ranked: Moments, world: World
) -> None:
    joint = ranked.joint
    assert joint is not None
    stake = joint.revenue_at_stake.value
    assert stake is not None
    assert sum(joint.shares.values()) + joint.silent == pytest.approx(stake, rel=1e-9)
    assert stake + joint.unexplained == pytest.approx(world.revenue[world.churned].sum(), rel=1e-9)
    assert joint.silent_low <= joint.silent <= joint.silent_high
    assert joint.silent_low < 0.5 * joint.silent < 2 * joint.silent < joint.silent_high


def test_shares_are_the_shapley_value_of_the_joint_counterfactual(
    world: World, ratings: Ratings
) -> None:
    fitted = fit_moments(ratings, population_of(world), SETTINGS)
    population = fitted.design.population
    slope = fitted.slope[0]
    eta = fitted.log_odds.at(0) + fitted.money.shift[0]
    parts = slope * gains(fitted.design.blocks, fitted.targets.gap[0][population.team])
    values = [
        population.revenue_start @ (expit(eta) - expit(eta + parts @ inside))
        for inside in members(4)
    ]
    assert fitted.split.shares == pytest.approx(shapley(np.array(values)), rel=1e-9)
    assert fitted.money.joint[0] == pytest.approx(
        population.revenue @ (expit(eta) - expit(eta + parts.sum(axis=1)))
    )
    assert population.revenue @ expit(eta) == pytest.approx(population.churned_revenue, rel=1e-9)


def test_the_range_with_the_silent_holds_its_bounds_in_every_fold(
    world: World, ratings: Ratings, ranked: Moments
) -> None:
    fitted = fit_moments(ratings, population_of(world), SETTINGS)
    money = fitted.money
    apart = sorted(money.joint_apart[:, 0])
    heard = fitted.split.shares.sum()
    assert apart[0] == pytest.approx(heard + fitted.split.silent_low, rel=1e-9)
    assert apart[1] == pytest.approx(heard + fitted.split.silent_high, rel=1e-9)
    # one team left out: the same rule on that fold's own customers
    assert np.ptp(money.joint_apart[0]) > 0
    whole = money.stake[0] - money.heard
    assert ((money.heard > 0) & (whole > 0)).all()
    joint = ranked.joint
    assert joint is not None
    assert joint.with_silent is not None
    for stake, reach in [
        (joint.revenue_at_stake, joint.with_silent),
        *((m.revenue_at_stake, m.with_silent) for m in ranked if not m.revenue_at_stake.refused),
    ]:
        assert reach is not None
        assert reach.low < stake.low < stake.high < reach.high
    assert 0 < joint.at_silent_low < 1


def test_with_many_rows_the_silent_differ_as_in_the_whole_company(
    world: World, ratings: Ratings, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = fit_moments(ratings, population_of(world), SETTINGS).money
    monkeypatch.setattr("cxcase.moments.money.EXACT_NUMBERS", 0)
    near = fit_moments(ratings, population_of(world), SETTINGS).money
    assert near.joint_apart[:, 0] == pytest.approx(exact.joint_apart[:, 0], rel=1e-6)
    assert near.stake_apart[:, 0] == pytest.approx(exact.stake_apart[:, 0], rel=1e-6)
    assert np.corrcoef(near.joint_apart[0], near.joint)[0, 1] > 0.9


def test_with_many_moments_the_split_still_adds_up(
    world: World, ratings: Ratings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = fit_moments(ratings, population_of(world), SETTINGS)
    eta = fitted.log_odds.at(0) + fitted.money.shift[0]
    monkeypatch.setattr("cxcase.moments.money.EXACT_MOMENTS", 2)
    split = split_joint(fitted.pricing, eta)
    assert not split.exact
    assert split.shares.sum() == pytest.approx(fitted.split.shares.sum(), rel=1e-9)
    assert split.shares == pytest.approx(fitted.split.shares, rel=0.03)


def test_one_point_on_the_curve_is_the_counterfactual(ranked: Moments) -> None:
    base = ranked.counterfactual
    assert base is not None
    for name, curve in ranked.curves.items():
        assert base.kept({name: 1.0}) == pytest.approx(curve.per_point.value, rel=1e-9)
        assert np.interp(1.0, curve.lifts, curve.shape) == pytest.approx(1.0)
        slopes = np.diff(curve.shape) / np.diff(curve.lifts)
        assert (np.diff(slopes) <= 1e-12).all()
        assert (slopes >= 0).all()
        # the concave shape is the counterfactual itself, not an approximation of it
        assert curve.per_point.value * np.interp(2.5, curve.lifts, curve.shape) == pytest.approx(
            base.kept({name: 2.5}), rel=2e-3
        )
    assert base.kept({}) == 0
    assert base.kept({}, metric_lift=1.0) > base.kept({}, metric_lift=0.5) > 0


def test_draws_agree_with_the_printed_interval(ranked: Moments) -> None:
    for curve in ranked.curves.values():
        low, high = np.quantile(curve.per_point_draws, [0.05, 0.95])
        width = curve.per_point.high - curve.per_point.low
        assert low == pytest.approx(curve.per_point.low, abs=0.02 * width)
        assert high == pytest.approx(curve.per_point.high, abs=0.02 * width)
    draws = np.stack([c.per_point_draws for c in ranked.curves.values()])
    assert np.corrcoef(draws)[0, 1] > 0.1  # the same customers' log-odds price them all


def test_importance_shares_add_up_and_stay_inside(ranked: Moments) -> None:
    shares = [m.importance_share for m in ranked.moments]
    assert sum(s.value for s in shares) == pytest.approx(1.0, rel=1e-9)
    assert all(0 < s.low < s.value < s.high < 1 for s in shares)


def test_overlap_is_joint_over_sum_and_at_most_one(ranked: Moments) -> None:
    alone = sum(m.revenue_at_stake.value for m in ranked.moments)
    assert ranked.overlap == pytest.approx(ranked.joint.revenue_at_stake.value / alone)
    assert ranked.overlap < 1


def test_most_money_first_and_chances_of_being_first_add_up(ranked: Moments) -> None:
    money = [m.revenue_at_stake.value for m in ranked.moments]
    assert money == sorted(money, reverse=True)
    assert sum(m.p_first for m in ranked.moments) == pytest.approx(1.0)
    assert ranked.moments[0].p_first > 0.5


# ---- truth ---------------------------------------------------------------------------------------


def _recovered(plans: list[Plan], folder: Path) -> Iterator[tuple[str, float, float, float]]:
    """(figure, estimate, standard error, truth) over worlds."""
    for place, plan in enumerate(plans):
        world = draw(plan)
        result = _rank(world, folder / str(place))
        target = world.to_target()
        p = world.chance()
        per_point = plan.ease_slope * np.array(plan.slope) + np.array(plan.direct)
        for m in result.moments:
            j = list(plan.names).index(m.name)
            only = np.arange(len(plan.names)) == j
            lived = world.lived[:, j]
            truth = {
                "reach": (m.reach, lived.mean()),
                "performance": (m.performance, world.rating[lived, j].mean()),
                "slope": (m.slope, per_point[j] * (p * (1 - p))[lived].mean()),
                "stake": (m.revenue_at_stake, world.kept(target * only)),
                "point": (result.curves[m.name].per_point, world.kept(np.ones_like(target) * only)),
            }
            for figure, (got, true) in truth.items():
                yield f"{figure}:{m.name}", got.value, (got.high - got.low) / 3.4, true
        total = result.joint.revenue_at_stake
        yield "joint", total.value, (total.high - total.low) / 3.4, world.kept(target)


def test_truth_is_recovered(tmp_path: Path) -> None:
    rows = list(_recovered([Plan(seed=s) for s in range(11, 17)], tmp_path))
    misses = [(name, got, se, true) for name, got, se, true in rows if abs(got - true) > 1.75 * se]
    assert len(misses) <= 0.2 * len(rows), misses
    for figure, bound in (
        ("slope", 0.10),
        ("point", 0.10),
        ("stake", 0.12),
        ("joint", 0.10),
        ("performance", 0.01),
    ):
        part = [(got, true) for name, got, _, true in rows if name.startswith(figure)]
        ratio = sum(got for got, _ in part) / sum(true for _, true in part)
        assert abs(ratio - 1) < bound, (figure, ratio)


def test_a_moment_that_acts_past_the_score_is_flagged_and_priced_nearer_its_own_slope(
    tmp_path: Path,
) -> None:
    plan = Plan(direct=(0, 0, -0.35, 0), seed=3)
    result = _rank(draw(plan), tmp_path)
    renewal = next(m for m in result.moments if m.name == "Renewal")
    assert result.model == "block"
    assert renewal.direct_slope.value < renewal.slope.value < renewal.index_slope.value < 0
    assert "moment_acts_directly" in [f.code for f in result.findings]


def test_tenure_left_out_overstates(world: World, ratings: Ratings) -> None:
    population = population_of(world)
    bare = dataclasses.replace(population, controls=population.controls[:, :0], control_names=())
    held, free = (
        fit_index(make_design(code_blocks(ratings, p.weight), p)).slope[0]
        for p in (population, bare)
    )
    assert (np.abs(free) > np.abs(held)).all()


def test_unseen_team_differences_do_not_move_slopes(world: World, ratings: Ratings) -> None:
    population = population_of(world)
    shifted = dataclasses.replace(
        population, metric=population.metric + np.linspace(-2, 2, 24)[population.team]
    )
    before, after = (
        fit_index(make_design(code_blocks(ratings, p.weight), p)).slope[0]
        for p in (population, shifted)
    )
    assert after == pytest.approx(before, rel=1e-6)


def test_importance_of_blocks_is_right_where_filling_in_means_is_not() -> None:
    """Six moments of reach .95 to .05: blocks are right; filled-in means miss what a moment's
    happening does.
    """
    reach = np.array([0.95, 0.7, 0.4, 0.15, 0.05, 0.8])
    happening = np.array([0, 0, 0, -1.2, -0.6, 0])
    slope = np.array([0.5, 0.4, 0.5, 0.6, 0.8, 0.1])

    def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        lived = rng.random((n, 6)) < reach
        centred = 0.8 * rng.standard_normal((n, 1)) + 1.2 * rng.standard_normal((n, 6))
        y = np.where(lived, happening + slope * centred, 0).sum(axis=1) + rng.standard_normal(n)
        return lived, centred, y

    def shares(columns: np.ndarray, y: np.ndarray, groups: list[list[int]]) -> np.ndarray:
        z = np.column_stack([columns, y])
        z = z - z.mean(axis=0)
        phi = lmg(z.T @ z, z.shape[1] - 1, groups).phi
        return phi / phi.sum()

    def coded(n: int, seed: int) -> np.ndarray:
        lived, centred, y = drawn(n, seed)
        return shares(np.column_stack([lived, lived * centred]), y, [[j, j + 6] for j in range(6)])

    truth = coded(400_000, 0)
    blocks = []
    filled = []
    for seed in range(1, 9):
        lived, centred, y = drawn(3000, seed)
        columns = tuple(column(f"M{j}") for j in range(6))
        made = code_blocks(
            Ratings(columns, np.where(lived, centred + 5, np.nan), lived), np.ones(3000)
        )
        blocks.append(shares(made.columns, y, [list(group) for group in made.groups]))
        means = np.where(
            lived, centred, [c[here].mean() for c, here in zip(centred.T, lived.T, strict=True)]
        )
        filled.append(shares(means, y, [[j] for j in range(6)]))
    assert np.mean(blocks, axis=0) == pytest.approx(truth, abs=0.015)
    assert truth[3] - np.mean(filled, axis=0)[3] > 0.05


# ---- what must not matter ------------------------------------------------------------------------


def _figures(result: Moments) -> dict[str, tuple[float, ...]]:
    return {
        m.name: tuple(
            x
            for e in (m.reach, m.slope, m.index_slope, m.importance_share, m.revenue_at_stake)
            for x in (e.value, e.low, e.high)
        )
        for m in result.moments
    }


def _same(a: dict[str, tuple[float, ...]], b: dict[str, tuple[float, ...]]) -> None:
    assert a.keys() == b.keys()
    for name in a:
        assert a[name] == pytest.approx(b[name], rel=1e-7)


def test_row_order_does_not_matter(ranked: Moments, world: World, tmp_path: Path) -> None:
    order = np.random.default_rng(0).permutation(int(world.answered.sum()))
    shuffled = rank_moments(
        case_of(world, tmp_path), link_of(population_of(world, order)), SETTINGS
    )
    _same(_figures(shuffled), _figures(ranked))
    assert shuffled.joint.shares == pytest.approx(ranked.joint.shares, rel=1e-8)


def test_order_and_names_of_moments_do_not_matter(
    ranked: Moments, world: World, tmp_path: Path
) -> None:
    turn = [2, 0, 3, 1]
    plan = world.plan
    renamed = {name: f"moment {j}" for j, name in enumerate(plan.names)}
    turned = dataclasses.replace(
        world,
        plan=dataclasses.replace(plan, names=[renamed[plan.names[j]] for j in turn]),
        lived=world.lived[:, turn],
        rating=world.rating[:, turn],
        asked=world.asked[:, turn],
    )
    result = _rank(turned, tmp_path)
    _same(_figures(result), {renamed[name]: values for name, values in _figures(ranked).items()})
    assert [m.name for m in result.moments] == [renamed[m.name] for m in ranked.moments]


def test_the_length_of_a_scale_does_not_matter(
    ranked: Moments, world: World, tmp_path: Path
) -> None:
    long = rank_moments(
        case_of(world, tmp_path, factor=10.0), link_of(population_of(world)), SETTINGS
    )
    for a, b in zip(ranked.moments, long.moments, strict=True):
        times = 10.0 if a.name == "Visit" else 1.0
        assert b.name == a.name
        assert b.revenue_at_stake.value == pytest.approx(a.revenue_at_stake.value, rel=1e-8)
        assert b.slope.value * times == pytest.approx(a.slope.value, rel=1e-8)
        assert b.target_value == pytest.approx(a.target_value * times, rel=1e-8)
        assert b.importance_share.value == pytest.approx(a.importance_share.value, rel=1e-8)


def test_the_same_again_gives_the_same_bytes(ranked: Moments, world: World, tmp_path: Path) -> None:
    again = _rank(world, tmp_path)
    assert again.key == ranked.key
    assert again.moments == ranked.moments
    assert again.joint == ranked.joint
    for name, curve in ranked.curves.items():
        assert again.curves[name].per_point_draws.tobytes() == curve.per_point_draws.tobytes()


# ---- folds ---------------------------------------------------------------------------------------


def test_a_fold_is_the_fit_without_that_team(world: World, ratings: Ratings) -> None:
    """One Newton step against a full refit on the remaining rows."""
    population = population_of(world)
    design = make_design(code_blocks(ratings, population.weight), population)
    chain = fit_index(design)
    direct = fit_direct(design)
    team = int(np.bincount(population.team).argmax())
    stay = population.team != team
    alone = dataclasses.replace(
        population,
        rows=population.rows[stay],
        team=np.where(population.team > team, population.team - 1, population.team)[stay],
        team_names=population.team_names[:-1],
        weight=population.fold_weight[team][stay],
        fold_weight=np.delete(population.fold_weight, team, axis=0)[:, stay],
        revenue=population.fold_revenue[team][stay],
        fold_revenue=np.delete(population.fold_revenue, team, axis=0)[:, stay],
        revenue_start=population.revenue_start[stay],
        churned=population.churned[stay],
        churned_revenue_fold=np.delete(population.churned_revenue_fold, team),
        metric=population.metric[stay],
        controls=population.controls[stay],
        bends=population.bends.rows(stay),
    )
    part = Ratings(ratings.columns, ratings.rating[stay], ratings.lived[stay])
    refit = make_design(code_blocks(part, alone.weight), alone)
    moved = np.abs(chain.slope[1 + team] - chain.slope[0]).max()
    assert np.abs(fit_index(refit).slope[0] - chain.slope[1 + team]).max() < 0.1 * moved
    moved = np.abs(direct.slope[1 + team] - direct.slope[0]).max()
    assert np.abs(fit_direct(refit).slope[0] - direct.slope[1 + team]).max() < 0.1 * moved


def test_folds_stand_on_the_full_companys_footing(world: World, ratings: Ratings) -> None:
    """Left on their own revenue they would lie a team's share, some 4 %, below."""
    money = fit_moments(ratings, population_of(world), SETTINGS).money
    assert money.joint[1:].mean() == pytest.approx(money.joint[0], rel=0.015)
    assert money.all_points[1:].mean() == pytest.approx(money.all_points[0], rel=0.015)


def test_without_a_readable_survey_nothing_is_said_of_what_it_asks(
    world: World, tmp_path: Path
) -> None:
    case = case_of(world, tmp_path)
    (tmp_path / "responses.parquet").unlink()
    told = rank_moments(case, link_of(None, "no_customers"), SETTINGS)
    assert (told.refused, told.moments, told.findings) == ("no_customers", (), ())
    assert rank_moments(case, link_of(None), SETTINGS).refused == "no_cx"
