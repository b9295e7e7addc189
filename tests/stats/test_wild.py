"""The wild bootstrap from k x k sums against redrawing every row, and against what it must do by
its definition.
"""

import numpy as np
import pytest

from cxcase.stats.cluster import cr2
from cxcase.stats.ols import fit_ols, team_sums
from cxcase.stats.wild_bootstrap import WEBB, _Statistic, signs, wild_bootstrap


def company(seed=1, teams=9, n=270, slope=0.5):
    rng = np.random.default_rng(seed)
    team = np.sort(rng.integers(0, teams, n))
    level = rng.normal(size=teams)
    x = np.column_stack([np.ones(n), level[team], rng.normal(size=n)])
    y = x @ np.array([1.0, slope, 0.3]) + 0.6 * rng.normal(size=teams)[team] + rng.normal(size=n)
    return x, y, rng.uniform(0.5, 2.0, n), team, teams


def brute_t(x, y, weight, team, column, value):
    """Cluster-robust t of beta = value, row by row."""
    root = np.sqrt(weight)[:, None]
    m = np.linalg.inv((x * root).T @ (x * root))
    beta = m @ (x.T @ (weight * y))
    residual = weight * (y - x @ beta)
    scores = np.array([x[team == g].T @ residual[team == g] for g in np.unique(team)])
    return (beta[column] - value) / np.sqrt(np.sum((scores @ m[:, column]) ** 2))


def brute_p(x, y, weight, team, column, value, weights, enumerated):
    """Redraw every row: restricted residuals times the team's weight on the restricted fit."""
    others = np.delete(np.arange(x.shape[1]), column)
    root = np.sqrt(weight)
    left = y - value * x[:, column]
    fitted = (
        x[:, others] @ np.linalg.lstsq(x[:, others] * root[:, None], left * root, rcond=None)[0]
    )
    restricted = fitted + value * x[:, column]
    seen = abs(brute_t(x, y, weight, team, column, value))
    drawn = [
        abs(brute_t(x, restricted + w[team] * (y - restricted), weight, team, column, value))
        for w in weights
    ]
    count = np.sum(np.array(drawn) >= seen * (1 - 1e-9))
    return count / len(weights) if enumerated else (1 + count) / (1 + len(weights))


@pytest.mark.parametrize(("teams", "value"), [(9, 0.0), (9, 0.4), (14, 0.0), (14, -0.2)])
def test_team_sums_equal_redrawn_rows(teams, value):
    x, y, weight, team, _ = company(seed=teams, teams=teams)
    weights, enumerated = signs(teams, 0)
    assert enumerated == (teams == 9)
    weights = weights[:200] if not enumerated else weights
    got = _Statistic(team_sums(x, y, weight, team, teams), 1, weights).share(value, enumerated)
    assert got == pytest.approx(
        brute_p(x, y, weight, team, 1, value, weights, enumerated), abs=1e-12
    )


def test_few_teams_are_enumerated_once_each_and_many_get_webb_weights():
    for teams in (2, 6, 10):
        weights, enumerated = signs(teams, 0)
        assert enumerated
        assert len(np.unique(weights, axis=0)) == len(weights) == 2 ** (teams - 1)
        assert (weights[0] == 1).all()
    weights, enumerated = signs(11, 0)
    assert not enumerated
    assert weights.shape == (999, 11)
    assert set(np.round(np.unique(weights), 12)) == set(np.round(WEBB, 12))
    assert weights.mean() == pytest.approx(0, abs=0.02)
    assert weights.var() == pytest.approx(1, abs=0.03)


def test_the_interval_is_what_is_not_rejected():
    x, y, weight, team, teams = company(seed=3, teams=14)
    sums = team_sums(x, y, weight, team, teams)
    got = wild_bootstrap(sums, 1, 0)
    weights, enumerated = signs(teams, 0)
    statistic = _Statistic(sums, 1, weights)
    assert got.low < statistic.beta < got.high
    for end, sign in ((got.low, -1), (got.high, 1)):
        assert statistic.share(end - sign * 1e-6 * statistic.se, enumerated) >= 0.1
        assert statistic.share(end + sign * 1e-6 * statistic.se, enumerated) < 0.1
    assert (got.p < 0.1) == (got.low > 0 or got.high < 0)


def test_it_agrees_with_cr2_where_teams_are_many():
    x, y, weight, team, teams = company(seed=4, teams=80, n=4000)
    sums = team_sums(x, y, weight, team, teams)
    fit = fit_ols(sums)
    low, high = cr2(fit.hessian, fit.score, fit.inverse, np.eye(3)[1]).interval(fit.beta[1])
    got = wild_bootstrap(sums, 1, 0)
    assert got.low == pytest.approx(low, abs=0.12 * (high - low))
    assert got.high == pytest.approx(high, abs=0.12 * (high - low))


def test_scale_and_team_order_change_nothing():
    x, y, weight, team, teams = company(seed=5, teams=9)
    got = wild_bootstrap(team_sums(x, y, weight, team, teams), 1, 0)
    renamed = np.array([4, 2, 0, 7, 8, 1, 3, 6, 5])[team]
    again = wild_bootstrap(team_sums(x * [1, 10, 1], 100 * y, 3 * weight, renamed, teams), 1, 0)
    assert again.p == got.p
    assert (again.low, again.high) == pytest.approx((10 * got.low, 10 * got.high), rel=1e-8)


def test_two_teams_reject_nothing():
    x, y, weight, team, teams = company(seed=6, teams=3, n=90)
    got = wild_bootstrap(team_sums(x[:, :2], y, weight, team, teams), 1, 0)
    assert got.p >= 0.25
    assert got.low == -np.inf
    assert got.high == np.inf


def test_chance_alone_is_rejected_as_often_as_promised():
    """400 companies of 12 teams without an effect: at a true 10 %, more than 59 happens once in
    1000 times.
    """
    rejected = 0
    for seed in range(400):
        x, y, weight, team, teams = company(seed=1000 + seed, teams=12, n=240, slope=0.0)
        rejected += wild_bootstrap(team_sums(x, y, weight, team, teams), 1, seed).p < 0.1
    assert 22 <= rejected <= 59
