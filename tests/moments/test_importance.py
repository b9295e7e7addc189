"""The parts of moments: targets freed of noise, gates on their exact side, coding, ties and claims
by hand, words.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from make_moments import Plan, World, case_of, column, draw, link_of, population_of

from cxcase.moments import Moments, rank_moments
from cxcase.moments.design import Ratings, code_blocks, gate, read_ratings
from cxcase.moments.direct_model import fit_direct
from cxcase.moments.fold_estimates import distinguishable, ties
from cxcase.moments.models import make_design, shrink
from cxcase.moments.targets import QUARTILE, best_quartile
from cxcase.report import words
from cxcase.settings import Settings

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


# ---- the target ----------------------------------------------------------------------------------


def _teams_of(
    n: int, g: int, tau: float, sd: float, seed: int
) -> tuple[Ratings, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(g), n)
    level = 6 + tau * rng.standard_normal(g)
    rating = level[team] + sd * rng.standard_normal(n * g)
    return Ratings((column("A"),), rating[:, None], np.ones((n * g, 1), bool)), team, level


def test_without_noise_the_target_is_mean_plus_two_thirds_of_a_sd() -> None:
    made, team, level = _teams_of(40, 12, 0.8, 0.0, 1)
    blocks = code_blocks(made, np.ones(480))
    found = best_quartile(blocks, np.ones((1, 480)), team, 12)
    target = level.mean() + QUARTILE * level.std()
    assert found.value[0, 0] == pytest.approx(target)
    assert found.gap[0, :, 0] == pytest.approx(target - level)


def test_noise_in_team_means_neither_raises_the_target_nor_the_way_to_it() -> None:
    """Raw means would give a way up about a third too long here, best guesses one too short."""
    truth = []
    ours = []
    raw = []
    for seed in range(150):
        made, team, level = _teams_of(15, 30, 0.4, 1.5, seed)
        ones = np.ones((1, 450))
        found = best_quartile(code_blocks(made, ones[0]), ones, team, 30)
        target = level.mean() + QUARTILE * level.std()
        truth.append(np.maximum(target - level, 0).mean())
        ours.append(np.maximum(found.gap[0, :, 0], 0).mean())
        means = made.rating.reshape(30, 15).mean(axis=1)
        raw.append(np.maximum(means.mean() + QUARTILE * means.std() - means, 0).mean())
    assert np.mean(ours) == pytest.approx(np.mean(truth), rel=0.08)
    assert np.mean(raw) > 1.3 * np.mean(truth)


def test_teams_alike_have_no_target_but_a_curve(tmp_path: Path) -> None:
    for seed in range(40, 60):
        result = _rank(draw(Plan(team_sd=0.0, seed=seed, customers=4000)), tmp_path / str(seed))
        alike = [m for m in result.moments if m.revenue_at_stake.reason == "teams_alike"]
        if alike:
            break
    assert alike
    assert all(m.target_value is None and m.p_first is None and not m.slope.refused for m in alike)
    assert {m.name for m in alike} <= set(result.curves)
    assert "moments_alike" in [f.code for f in result.findings]
    assert result.moments[-1].revenue_at_stake.refused


# ---- gates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "teams", "code"),
    [
        (30, 5, None),
        (29, 5, "moment_few_answers"),
        (30, 4, "moment_few_teams"),
    ],
)
def test_the_gate_on_its_exact_side(answers: int, teams: int, code: str | None) -> None:
    rating = np.full((200, 1), np.nan)
    rating[:answers, 0] = np.arange(answers) % 7
    lived = np.zeros((200, 1), bool)
    lived[: answers + 20] = True  # lived but not rated does not count
    team = np.arange(200) % teams
    assert gate(Ratings((column("A"),), rating, lived), team, 8) == [code]


def test_a_rating_that_never_varies_has_no_slope() -> None:
    rating = np.full((60, 1), 9.0)
    found = gate(Ratings((column("A"),), rating, np.ones((60, 1), bool)), np.arange(60) % 6, 6)
    assert found == ["moment_no_variance"]


def test_a_rare_moment_is_listed_with_what_is_known(tmp_path: Path) -> None:
    world = draw(Plan(reach=(0.95, 0.6, 0.3, 0.006), seed=5))
    result = _rank(world, tmp_path)
    rare = result.moments[-1]
    assert rare.name == "Complaint"
    assert rare.status == "moment_few_answers"
    assert rare.slope.refused
    assert rare.revenue_at_stake.reason == "moment_few_answers"
    assert rare.reach.value == pytest.approx(0.006, abs=0.004)
    assert not rare.performance.refused
    assert "Complaint" not in result.curves
    assert "Complaint" not in result.joint.shares


@pytest.mark.parametrize(("events", "model"), [(120, "block"), (119, "index")])
def test_ten_events_a_parameter_decide_the_model(
    world: World, ratings: Ratings, events: int, model: str
) -> None:
    population = population_of(world)
    lost = np.flatnonzero(population.churned)
    churned = np.zeros_like(population.churned)
    churned[np.random.default_rng(1).choice(lost, events, replace=False)] = True
    direct = fit_direct(
        make_design(
            code_blocks(ratings, population.weight),
            dataclasses.replace(population, churned=churned),
        )
    )
    assert direct.parameters == 12
    assert ("index" if direct.scarce else "block") == model
    assert direct.slope is not None  # shown all the same, with Firth's penalty


@pytest.mark.parametrize(("events", "shown"), [(24, True), (23, False)])
def test_two_events_a_parameter_are_the_least_a_direct_slope_needs(
    world: World, ratings: Ratings, events: int, shown: bool
) -> None:
    population = population_of(world)
    lost = np.flatnonzero(population.churned)
    churned = np.zeros_like(population.churned)
    churned[np.random.default_rng(1).choice(lost, events, replace=False)] = True
    few = dataclasses.replace(population, churned=churned)
    direct = fit_direct(make_design(code_blocks(ratings, population.weight), few))
    assert (direct.slope is not None) == shown
    assert direct.refused == (None if shown else "moment_few_events")


def test_five_teams_have_slopes_and_curves_but_no_target(tmp_path: Path) -> None:
    result = _rank(draw(Plan(teams=5, seed=9)), tmp_path)
    assert result.joint is None
    assert all(
        m.revenue_at_stake.reason == "target_few_teams" and not m.slope.refused
        for m in result.moments
    )
    assert len(result.curves) == 4
    assert 0 < result.overlap <= 1
    assert "moments_pooled" in [f.code for f in result.findings]


@pytest.mark.parametrize("dealt", [True, False])
def test_without_five_teams_there_are_reach_and_performance_only(
    dealt: bool, tmp_path: Path
) -> None:
    world = draw(Plan(teams=24 if dealt else 4, seed=9))
    population = dataclasses.replace(population_of(world), dealt=dealt, within=False)
    result = rank_moments(case_of(world, tmp_path), link_of(population), SETTINGS)
    assert result.refused == "no_usable_moment"
    assert [m.status for m in result.moments] == ["moment_few_teams"] * 4
    assert all(m.reach.low < m.reach.value < m.reach.high for m in result.moments)
    assert [f.code for f in result.findings] == ["moments_few_teams", "no_usable_moment"]


def test_a_refused_link_is_passed_on(world: World, tmp_path: Path) -> None:
    for population in (None, population_of(world)):
        result = rank_moments(case_of(world, tmp_path), link_of(population, "no_churn"), SETTINGS)
        assert result.refused == "no_churn"
        assert result.joint is None
        assert result.curves == {}
        visit = result.moments[0]
        assert visit.slope.reason == "no_churn"
        assert visit.reach.value == pytest.approx(0.95, abs=0.02)
        assert visit.reach.status == "measured"


def test_a_survey_without_moments(world: World, tmp_path: Path) -> None:
    case = dataclasses.replace(case_of(world, tmp_path), moments=())
    result = rank_moments(case, link_of(population_of(world)), SETTINGS)
    assert (result.refused, result.moments, result.overlap) == ("no_moments", (), 1.0)


def test_a_single_moment(tmp_path: Path) -> None:
    plan = Plan(
        reach=(1.0,),
        slope=(0.4,),
        happening=(0.0,),
        direct=(0.0,),
        names=("Visit",),
        unanswered=0.2,
        seed=4,
    )
    result = _rank(draw(plan), tmp_path)
    assert result.moments[0].importance_share.value == 1.0
    assert result.overlap == pytest.approx(1.0)
    assert result.joint.revenue_at_stake.value == pytest.approx(
        result.moments[0].revenue_at_stake.value
    )
    assert "moment_unanswered" in [f.code for f in result.findings]


def test_twin_moments_are_priced_through_the_score_and_share_alike(
    world: World, tmp_path: Path
) -> None:
    twin = dataclasses.replace(
        world,
        lived=world.lived[:, [0, 1, 1, 3]],
        rating=world.rating[:, [0, 1, 1, 3]],
        asked=world.asked[:, [0, 1, 1, 3]],
    )
    result = _rank(twin, tmp_path)
    assert result.model == "index"
    assert "moments_index_collinear" in [f.code for f in result.findings]
    a, b = (next(m for m in result.moments if m.name == name) for name in ("Invoice", "Renewal"))
    assert a.slope.value == pytest.approx(b.slope.value, rel=1e-6)


def test_the_stake_cannot_pass_what_left(tmp_path: Path) -> None:
    plan = Plan(slope=(1.2, 1.0, 1.0, 1.5), team_sd=2.5, ease_slope=-1.5, churn=-0.5, seed=2)
    result = _rank(draw(plan), tmp_path)
    joint = result.joint
    assert 0 < joint.revenue_at_stake.value < joint.churned_revenue
    assert joint.unexplained > 0
    assert joint.silent_high + sum(joint.shares.values()) <= joint.churned_revenue * (1 + 1e-9)
    assert result.overlap < 0.95
    assert "moments_overlap" in [f.code for f in result.findings]


def test_nobody_left_in_all_teams_but_one_does_not_break(world: World, tmp_path: Path) -> None:
    population = population_of(world)
    only = population.churned & (population.team == 0)
    ledger = np.full(24, 1e5)
    ledger[0] = 0.0
    narrow = dataclasses.replace(
        population, churned=only, churned_revenue=1e5, churned_revenue_fold=ledger
    )
    result = rank_moments(case_of(world, tmp_path), link_of(narrow), SETTINGS)
    assert all(np.isfinite(m.revenue_at_stake.low) for m in result.moments)


def test_one_large_customer_is_named_as_such(world: World, tmp_path: Path) -> None:
    revenue = world.revenue.copy()
    lived = np.flatnonzero(world.answered & world.lived[:, 3] & (world.to_target()[:, 3] > 0.3))
    revenue[lived[0]] = 0.3 * revenue.sum()
    result = _rank(dataclasses.replace(world, revenue=revenue), tmp_path)
    found = [
        f
        for f in result.findings
        if f.code == "moment_one_customer" and f.params["moment"] == "Complaint"
    ]
    complaint = next(m for m in result.moments if m.name == "Complaint")
    assert found[0].params["share"] > 0.1
    rest = complaint.revenue_at_stake.value * (1 - found[0].params["share"])
    assert found[0].params["without"] == pytest.approx(rest)


# ---- coding --------------------------------------------------------------------------------------


def test_lived_but_unrated_sits_at_the_mean_and_not_lived_is_apart() -> None:
    rating = np.array([[2.0], [4.0], [np.nan], [np.nan]])
    lived = np.array([[True], [True], [True], [False]])
    made = code_blocks(Ratings((column("A"),), rating, lived), np.array([1.0, 3.0, 1.0, 1.0]))
    assert made.centre[0] == 3.5
    assert made.columns[:, made.groups[0][0]].tolist() == [1, 1, 1, 0]
    assert made.columns[:, made.slopes[0]].tolist() == [-1.5, 0.5, 0, 0]


@pytest.mark.parametrize(("lived", "columns"), [(98, 1 + 1), (99, 1)])
def test_a_moment_nearly_everybody_lives_has_no_column_for_happening(
    lived: int, columns: int
) -> None:
    happened = (np.arange(100) < lived)[:, None]
    rating = np.where(happened, (np.arange(100) % 5)[:, None], np.nan)
    assert (
        code_blocks(Ratings((column("A"),), rating, happened), np.ones(100)).columns.shape[1]
        == columns
    )


def test_halo_is_warned_of(tmp_path: Path) -> None:
    world = draw(Plan(seed=6))
    mood = world.rating[:, [0]]
    same = dataclasses.replace(world, rating=np.clip(0.85 * mood + 0.15 * world.rating, 0, 10))
    assert "moments_halo" in [f.code for f in _rank(same, tmp_path).findings]


# ---- small pieces by hand ------------------------------------------------------------------------


def test_shrinking_by_hand() -> None:
    index = np.zeros((3, 2))
    direct = np.array([[0.3, -0.3], [0.4, -0.2], [0.2, -0.4]])
    se = np.sqrt(2 / 3 * np.sum((direct[1:, 0] - 0.3) ** 2) * 3 / 4)  # (G-1)/G with G = 2 folds
    assert se == pytest.approx(0.1)
    spread = (2 * 0.09 / 0.01 - 2) / (2 / 0.01)
    got = shrink(direct, index, np.ones(2))
    assert got[0] == pytest.approx(direct[0] * spread / (spread + 0.01))
    assert shrink(direct * 0.01 + [[0, 0], [0.1, 0.1], [-0.1, -0.1]], index, np.ones(2))[
        0
    ] == pytest.approx([0, 0])
    assert shrink(direct / 10, index, np.full(2, 10.0))[0] == pytest.approx(got[0] / 10)


def test_claims_follow_benjamini_and_hochberg() -> None:
    """t = 4, 2.3, 2.2, 0.1 with 30 degrees of freedom: p = .0004, .029, .036, .92; three pass .025,
    .05, .075, .1.
    """
    z = np.random.default_rng(0).standard_normal((31, 4))
    z = (z - z.mean(axis=0)) / np.sqrt(30 / 31 * np.sum((z - z.mean(axis=0)) ** 2, axis=0))
    values = np.array([4.0, 0.1, 2.2, -2.3])
    assert distinguishable(np.vstack([values, values + z])) == [True, False, True, True]
    values = np.array([0.5, 0.1, 2.2, 0.3])  # alone, p = .036 does not pass .025
    assert distinguishable(np.vstack([values, values + z])) == [False, False, False, False]


def test_ties_hang_on_their_leader() -> None:
    rng = np.random.default_rng(1)
    z = rng.standard_normal((20, 4))
    z = (z - z.mean(axis=0)) / np.sqrt(19 / 20 * np.sum((z - z.mean(axis=0)) ** 2, axis=0))
    stake = np.array([10.0, 9.0, 6.5, 1.0])
    folds = np.vstack([stake, stake + z])
    # each difference has a standard error near sqrt(2), its interval about +-2.4: a-b tied, a-c
    # not, though b-c are
    assert ties(("a", "b", "c", "d"), folds) == (("a", "b"),)


# ---- words ---------------------------------------------------------------------------------------


def test_every_code_has_its_words(ranked: Moments) -> None:
    sources = [
        p.read_text() for p in (Path(__file__).parents[2] / "cxcase" / "moments").glob("*.py")
    ]
    text = "".join(sources)
    findings = [
        code for code in WORDS["finding"] if code.startswith(("moment_", "moments_", "no_usable"))
    ]
    derived = {"moments_index_few_events", "moments_index_collinear", "moments_index_separated"}
    assert all(f'"{code}"' in text or code in derived for code in findings), (
        "words that nothing says"
    )
    for code in ("moment_few_answers", "moment_few_teams", "moment_no_variance"):
        assert code in WORDS["finding"]
        assert code in WORDS["reason"]
    for code in (
        "moment_few_events",
        "moment_collinear",
        "moment_separated",
        "teams_alike",
        "target_few_teams",
    ):
        assert {"text", "unlock"} <= WORDS["reason"][code].keys()
    for finding in ranked.findings:
        assert finding.code in WORDS["finding"]
        assert finding.where == "moments"
