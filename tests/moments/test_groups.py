"""Targets of one's own, few leavers, groups and waves, folds to first order, chances of a place."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_moments import HIGH, Plan, World, case_of, draw, link_of, population_of

from cxcase.intake import Case
from cxcase.moments import Moments, rank_moments
from cxcase.moments.design import read_ratings
from cxcase.moments.fit import fit_moments
from cxcase.moments.fold_sums import crosses
from cxcase.moments.groups import _drawn, ordered
from cxcase.moments.targets import GOOD
from cxcase.settings import Settings
from cxcase.stats.cluster import jackknife

SEGMENTS = ("Large", "Small")


def _known(world: World, folder: Path) -> Case:
    """The case with a customer list and days of answers beside it; small customers rate everything
    lower.
    """
    case = case_of(world, folder)
    n = len(world.team)
    segment = np.where(np.arange(n) % 3 == 0, SEGMENTS[0], SEGMENTS[1])
    customers = pd.DataFrame(
        {
            "customer_id": [f"C{i}" for i in range(n)],
            "segment": segment,
            "region": np.where(
                np.arange(n) % 500 == 1, "Far", np.where(np.arange(n) % 2 == 0, "North", "South")
            ),
            "tenure_months": 12 * (world.controls[:, 0] + 5),
        }
    )
    customers.to_parquet(folder / "customers.parquet")
    responses = pd.read_parquet(folder / "responses.parquet")
    who = np.flatnonzero(world.answered)
    responses["responded_at"] = np.where(
        who % 2 == 0, np.datetime64("2025-01-10"), np.datetime64("2025-06-10")
    )
    better = who % 2 == 1
    shift = np.where(better, 0.8, 0.0)
    responses["rating:Visit"] = np.minimum(responses["rating:Visit"] + shift, HIGH)
    responses.to_parquet(folder / "responses.parquet")
    return case


@pytest.fixture(scope="module")
def world() -> World:
    return draw(Plan())


@pytest.fixture(scope="module")
def ranked(world: World, tmp_path_factory: pytest.TempPathFactory) -> Moments:
    case = _known(world, tmp_path_factory.mktemp("case"))
    return rank_moments(case, link_of(population_of(world)), Settings(controls=("region",)))


# ---- targets -------------------------------------------------------------------------------------


def _with(world: World, folder: Path, **settings: object) -> Moments:
    return rank_moments(case_of(world, folder), link_of(population_of(world)), Settings(**settings))


def test_a_rating_as_target_lifts_each_customer_to_it(world: World, tmp_path: Path) -> None:
    result = _with(world, tmp_path, target="rating")
    base = result.counterfactual
    for j, name in enumerate(base.names):
        moment = next(m for m in result.moments if m.name == name)
        gain = np.where(base.lived[:, j], np.maximum(GOOD * HIGH - base.rating[:, j], 0.0), 0.0)
        after = 1 / (1 + np.exp(-(base.log_odds + base.slope[j] * gain)))
        kept = base.revenue @ (1 / (1 + np.exp(-base.log_odds)) - after)
        assert moment.target_kind == "rating"
        assert moment.target_value == pytest.approx(9.0)
        assert moment.revenue_at_stake.value == pytest.approx(kept, rel=1e-9)
    joint = result.joint
    parts = sum(joint.shares.values()) + joint.silent + joint.unexplained
    assert parts == pytest.approx(joint.churned_revenue, rel=1e-9)


def test_a_persons_target_counts_for_its_moment_alone_and_needs_no_teams(
    world: World, tmp_path: Path
) -> None:
    plain = _with(world, tmp_path / "a")
    mine = _with(
        world, tmp_path / "b", target_ratings={"Visit": 8.0, "Nowhere": 3.0, "Invoice": 12.0}
    )
    rows = {m.name: m for m in mine.moments}
    assert (rows["Visit"].target_kind, rows["Visit"].target_value) == ("user", 8.0)
    assert rows["Invoice"].target_value == 10.0
    same = next(m for m in plain.moments if m.name == "Complaint")
    assert rows["Complaint"].revenue_at_stake.value == pytest.approx(
        same.revenue_at_stake.value, rel=1e-9
    )
    codes = [f.code for f in mine.findings]
    assert "target_unknown_moment" in codes
    assert "target_off_scale" in codes
    assert mine.key != plain.key
    few = _with(draw(Plan(teams=5, seed=9)), tmp_path / "c", target_ratings={"Visit": 8.0})
    assert set(few.joint.shares) == {"Visit"}
    assert next(m for m in few.moments if m.name == "Visit").revenue_at_stake.value > 0


def test_a_target_already_reached_has_nothing_at_stake(world: World, tmp_path: Path) -> None:
    result = _with(world, tmp_path, target_ratings=dict.fromkeys(world.plan.names, 0.0))
    assert all(m.revenue_at_stake.value == pytest.approx(0, abs=1e-6) for m in result.moments)
    assert result.joint.revenue_at_stake.value == pytest.approx(0, abs=1e-6)
    assert result.joint.unexplained == pytest.approx(result.joint.churned_revenue)


# ---- few leavers ---------------------------------------------------------------------------------


def test_with_few_leavers_the_score_prices_and_direct_slopes_are_shown_and_shrunk(
    tmp_path: Path,
) -> None:
    world = draw(Plan(customers=1500, churn=-3.2, seed=31))
    case = case_of(world, tmp_path)
    population = population_of(world)
    fitted = fit_moments(read_ratings(case, population.rows), population, Settings())
    assert fitted.direct.scarce
    assert fitted.model == "index"
    assert (fitted.pricing.joint_slope == fitted.index.slope).all()
    between = [
        sorted((a, b)) for a, b in zip(fitted.direct.slope[0], fitted.index.slope[0], strict=True)
    ]
    assert all(
        low - 1e-12 <= s <= high + 1e-12
        for s, (low, high) in zip(fitted.slope[0], between, strict=True)
    )
    result = rank_moments(case, link_of(population), Settings())
    assert "moments_index_scarce" in [f.code for f in result.findings]
    assert not any(m.direct_slope.refused for m in result.moments)
    joint = result.joint
    assert sum(joint.shares.values()) + joint.silent == pytest.approx(
        joint.revenue_at_stake.value, rel=1e-9
    )


# ---- folds to first order ------------------------------------------------------------------------


@pytest.mark.parametrize("aims", [{}, {"target": "rating"}])
def test_errors_from_folds_to_first_order_are_those_of_folds_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aims: dict[str, str]
) -> None:
    world = draw(Plan(customers=25_000))
    population = population_of(world)
    ratings = read_ratings(case_of(world, tmp_path))
    full = fit_moments(ratings, population, Settings(**aims)).money
    monkeypatch.setattr("cxcase.moments.money.EXACT_NUMBERS", 0)
    near = fit_moments(ratings, population, Settings(**aims)).money
    for name in ("shift", "stake", "joint", "point", "all_points"):
        a = getattr(full, name)
        b = getattr(near, name)
        assert b[0] == pytest.approx(a[0], rel=1e-9)
        assert jackknife(b[1:], b[0]).se == pytest.approx(jackknife(a[1:], a[0]).se, rel=0.06), name


def test_folds_from_sums_by_team_are_those_from_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = draw(Plan(customers=25_000))
    population = population_of(world)
    ratings = read_ratings(case_of(world, tmp_path))
    rows = fit_moments(ratings, population, Settings())
    monkeypatch.setattr("cxcase.moments.models.MANY", 0)
    monkeypatch.setattr("cxcase.moments.money_curves.MANY_ROWS", 0)
    sums = fit_moments(ratings, population, Settings())
    for a, b in ((rows.index.slope, sums.index.slope), (rows.direct.slope, sums.direct.slope)):
        assert b[0] == pytest.approx(a[0], rel=1e-9)
        assert jackknife(b[1:], b[0]).se == pytest.approx(jackknife(a[1:], a[0]).se, rel=0.04)
    # how far slopes are shrunk hangs on their errors
    assert sums.money.stake[0] == pytest.approx(rows.money.stake[0], rel=1e-3)


def test_a_fit_that_starts_from_a_tenth_of_the_rows_ends_at_the_same(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    population = population_of(world)
    ratings = read_ratings(case_of(world, tmp_path))
    plain = fit_moments(ratings, population, Settings())
    monkeypatch.setattr("cxcase.moments.models.MANY_ROWS", 1000)
    begun = fit_moments(ratings, population, Settings())
    assert begun.index.gamma == pytest.approx(plain.index.gamma, rel=1e-7)
    assert begun.slope == pytest.approx(plain.slope, rel=1e-6)


def test_the_curve_from_cells_is_the_curve_from_rows(
    ranked: Moments, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxcase.moments.money_curves.MANY_ROWS", 0)
    case = _known(world, tmp_path)
    cells = rank_moments(case, link_of(population_of(world)), Settings(controls=("region",)))
    for name, curve in ranked.curves.items():
        assert cells.curves[name].shape == pytest.approx(curve.shape, rel=2e-3, abs=1e-6)


# ---- groups --------------------------------------------------------------------------------------


def test_parts_of_a_dimension_add_up_to_the_stake(ranked: Moments) -> None:
    for moment in ranked.moments:
        for dimension in ("segment", "tenure", "wave"):
            figures = ranked.breakdowns.of(dimension, moment.name)
            assert sum(f.stake.value for f in figures) == pytest.approx(
                moment.revenue_at_stake.value, rel=1e-9
            )
        assert all(
            f.stake.low <= f.stake.value <= f.stake.high
            for f in ranked.breakdowns.of("segment", moment.name)
        )


def test_group_means_are_the_weighted_means_and_shrink_towards_each_other(
    ranked: Moments, world: World
) -> None:
    for figure in ranked.breakdowns.of("segment", "Complaint"):
        own = (np.arange(len(world.team)) % 3 == 0) == (figure.group == SEGMENTS[0])
        lived = own & world.lived[:, 3]
        assert figure.raw.value == pytest.approx(world.rating[lived, 3].mean(), abs=0.25)
        assert figure.reach.value == pytest.approx(lived.sum() / own.sum(), abs=0.03)
        assert figure.performance.high - figure.performance.low <= 1.001 * (
            figure.raw.high - figure.raw.low
        )
    raw, drawn = (
        [getattr(f, k).value for f in ranked.breakdowns.of("team", "Visit") if not f.raw.refused]
        for k in ("raw", "performance")
    )
    assert 0.4 * np.std(raw) < np.std(drawn) < np.std(raw)


def test_figures_of_groups_are_those_counted_by_hand(tmp_path: Path) -> None:
    """Reach counts who lived a moment, means and n who rated it: a third of those who lived it did
    not.
    """
    world = draw(Plan(unanswered=0.33))
    case = _known(world, tmp_path)
    population = population_of(world)
    breakdowns = rank_moments(case, link_of(population), Settings()).breakdowns
    ratings = read_ratings(case)
    segment = pd.read_parquet(tmp_path / "customers.parquet")["segment"].to_numpy()[
        population.customers
    ]
    team = np.array(population.team_names)[population.team]
    for j, column in enumerate(ratings.columns):
        answered = ratings.answered[:, j]
        lived = ratings.lived[:, j]
        assert answered.sum() < 0.75 * lived.sum()
        for dimension, group in (("segment", segment), ("team", team)):
            for figure in breakdowns.of(dimension, column.name):
                own = group == figure.group
                w = population.weight * own
                assert figure.n == (own & answered).sum()
                assert figure.reach.value == pytest.approx(w @ lived / w.sum(), rel=1e-9)
                if not figure.raw.refused:
                    given = w * answered
                    by_hand = given @ np.nan_to_num(ratings.rating[:, j]) / given.sum()
                    assert figure.raw.value == pytest.approx(by_hand, rel=1e-9)


def test_products_about_a_teams_own_mean_are_those_of_columns_centred_there() -> None:
    rng = np.random.default_rng(5)
    team = rng.integers(0, 4, 200)
    weight = rng.uniform(0.5, 2.0, 200)
    columns = rng.normal(size=(200, 3)) + 3.0 * team[:, None]
    flags = rng.random((200, 2)) < 0.4 + 0.1 * team[:, None]
    table = np.column_stack([columns, flags])
    own = np.stack(
        [np.average(table[team == g], axis=0, weights=weight[team == g]) for g in range(4)]
    )
    about = table - own[team]
    found = crosses([columns, flags], weight, team, 4, within=True)
    overall = crosses([columns, flags], weight, team, 4)
    for fold in range(5):
        stay = team != fold - 1
        w = weight[stay, None]
        assert found[fold] == pytest.approx(about[stay].T @ (w * about[stay]), abs=1e-9)
        left = table[stay] - np.average(table[stay], axis=0, weights=weight[stay])
        assert overall[fold] == pytest.approx(left.T @ (w * left), abs=1e-9)


def test_team_means_drawn_in_are_nearer_the_truth(ranked: Moments, world: World) -> None:
    errors = []
    for figure in ranked.breakdowns.of("team", "Renewal"):
        if not figure.raw.refused:
            true = world.team_rating[int(figure.group[1:]), 2]
            errors.append((figure.raw.value - true, figure.performance.value - true))
    raw, drawn = np.sqrt(np.mean(np.square(errors), axis=0))
    assert drawn < raw


def test_slopes_by_group_need_thirty_answers_in_five_teams_and_teams_have_none(
    ranked: Moments,
) -> None:
    for figure in (*ranked.breakdowns.of("segment"), *ranked.breakdowns.of("region")):
        assert figure.slope.refused == (figure.n < 30 or (figure.slope.teams or 0) < 5)
    assert {f.slope.reason for f in ranked.breakdowns.of("team")} == {"group_is_team"}
    overall = {m.name: m.index_slope.value for m in ranked.moments}
    for figure in ranked.breakdowns.of("segment"):
        assert figure.slope.value == pytest.approx(overall[figure.moment], rel=0.5)


def test_groups_found_in_the_list_are_shown_like_named_ones(
    world: World, ranked: Moments, tmp_path: Path
) -> None:
    case = _known(world, tmp_path)
    customers = pd.read_parquet(tmp_path / "customers.parquet")
    found = customers[["customer_id"]].assign(Area=customers["region"], segment="not this one")
    found.to_parquet(tmp_path / "customer_groups.parquet")
    breakdowns = rank_moments(case, link_of(population_of(world)), Settings()).breakdowns
    assert breakdowns.groups["segment"] == SEGMENTS
    assert "Area" in breakdowns.groups
    named = {f.group: f for f in ranked.breakdowns.of("region", "Visit")}
    for figure in breakdowns.of("Area", "Visit"):
        same = named[figure.group]
        assert (figure.n, figure.stake.value) == (same.n, pytest.approx(same.stake.value))


def test_small_groups_are_hidden_and_counted() -> None:
    code = np.array([0] * 10 + [1] * 9 + [2] * 30 + [-1] * 4)
    new, names = ordered(("a", "b", "c"), code)
    assert names == ("a", "c")
    assert (new == -1).sum() == 13
    assert ordered(("a", "b", "c"), code, most=1)[1] == ("c",)


def test_drawing_in_by_hand() -> None:
    means = np.array([1.0, 3.0, 9.0])
    errors = np.array([1.0, 1.0, 5.0])
    value, error = _drawn(means, errors, np.array([True, True, False]), 10.0)
    # Q = 2, one degree of freedom, c = 2 - 2/2: spread 1; each keeps half of its distance from 2
    assert value.tolist() == [1.5, 2.5, 9.0]
    assert error[0] == pytest.approx(np.sqrt(0.5 + 0.25 * 1.0))


# ---- waves ---------------------------------------------------------------------------------------


def test_two_waves_and_what_changed(ranked: Moments) -> None:
    breakdowns = ranked.breakdowns
    assert [w.first.isoformat() for w in breakdowns.waves] == ["2025-01-10", "2025-06-10"]
    changes = {c.moment: c.change for c in breakdowns.changes}
    assert changes["Visit"].low > 0.4
    assert changes["Visit"].value == pytest.approx(0.8, abs=0.2)
    assert changes["Invoice"].low < 0 < changes["Invoice"].high
    for change in breakdowns.changes:
        assert change.after.value - change.before.value == pytest.approx(change.change.value)


def test_too_few_answers_in_a_wave_are_no_change(world: World, tmp_path: Path) -> None:
    case = _known(world, tmp_path)
    responses = pd.read_parquet(tmp_path / "responses.parquet")
    late = responses["responded_at"] > pd.Timestamp("2025-03-01")
    rated = np.flatnonzero(late & responses["rating:Complaint"].notna())
    responses.loc[responses.index[rated[29:]], "rating:Complaint"] = np.nan
    responses.to_parquet(tmp_path / "responses.parquet")
    breakdowns = rank_moments(case, link_of(population_of(world)), Settings()).breakdowns
    complaint = next(c for c in breakdowns.changes if c.moment == "Complaint")
    assert complaint.change.refused
    assert complaint.after.n == 29


def test_one_stretch_of_a_year_is_cut_into_quarters(world: World, tmp_path: Path) -> None:
    case = _known(world, tmp_path)
    responses = pd.read_parquet(tmp_path / "responses.parquet")
    days = np.datetime64("2025-01-01") + np.arange(len(responses)) % 365
    responses["responded_at"] = days
    responses.to_parquet(tmp_path / "responses.parquet")
    breakdowns = rank_moments(case, link_of(population_of(world)), Settings()).breakdowns
    assert [w.first.month for w in breakdowns.waves] == [1, 4, 7, 10]
    assert sum(w.n for w in breakdowns.waves) == len(responses)


# ---- places --------------------------------------------------------------------------------------


def test_chances_of_a_place_add_up(ranked: Moments) -> None:
    assert sum(m.p_first for m in ranked.moments) == pytest.approx(1.0)
    assert sum(m.p_top3 for m in ranked.moments) == pytest.approx(3.0)
    assert all(m.p_top3 >= m.p_first for m in ranked.moments)


def test_johnson_stands_beside(ranked: Moments) -> None:
    assert sum(m.johnson_share for m in ranked.moments) == pytest.approx(1.0)
    for moment in ranked.moments:
        assert moment.johnson_share == pytest.approx(moment.importance_share.value, abs=0.05)


def test_warnings_of_ceilings_and_twins(world: World, tmp_path: Path) -> None:
    rating = np.clip(np.rint(world.rating + 4), 0, 10)
    high = dataclasses.replace(world, rating=rating)
    assert "moment_ceiling" in [f.code for f in _with(high, tmp_path / "a").findings]
    rating = world.rating.copy()
    rating[:, 2] = rating[:, 1] + 0.1 * np.random.default_rng(0).standard_normal(len(rating))
    lived = world.lived.copy()
    lived[:, 2] = lived[:, 1]
    twins = dataclasses.replace(world, rating=np.clip(rating, 0, 10), lived=lived)
    found = [f for f in _with(twins, tmp_path / "b").findings if f.code == "moment_rated_like"]
    assert {f.params["moment"] for f in found} == {"Invoice", "Renewal"}
