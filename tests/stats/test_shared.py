"""Teams that share customers: the same sums by brute force, and what intervals cover with and
without them.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from cxcase.stats.cluster import cr2, delete_one, satterthwaite
from cxcase.stats.multi_membership import Memberships, further_memberships, widened
from cxcase.stats.ols import fit_ols, team_sums

SLOPE = 0.4
COMPANIES = 300


def drawn(
    rng: np.random.Generator, g: int, share: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(first team, second team, team score set against each row, outcome): teams' own luck reaches
    all they serve.
    """
    n = np.maximum(10, np.exp(rng.normal(4, 0.6, g)).astype(int))
    first = np.repeat(np.arange(g), n)
    second = np.where(
        rng.random(first.size) < share, (first + rng.integers(1, g, first.size)) % g, first
    )
    turned = rng.random(first.size) < 0.5  # which of the two stands first is anybody's guess
    first, second = np.where(turned, second, first), np.where(turned, first, second)
    score = rng.normal(size=g)
    luck = 0.3 * rng.normal(size=g)
    x = (score[first] + score[second]) / 2
    y = SLOPE * x + (luck[first] + luck[second]) / 2 + 1.2 * rng.normal(size=first.size)
    return first, second, x, y


def also_of(first: np.ndarray, second: np.ndarray) -> Memberships:
    rows = np.flatnonzero(first != second)
    return Memberships(rows, second[rows])


def covers(rng: np.random.Generator, g: int, share: float) -> tuple[bool, bool]:
    """Whether the 90 % interval holds the slope: by the first team alone, and by every team of a
    customer.
    """
    first, second, score, y = drawn(rng, g, share)
    x = np.column_stack([np.ones(len(y)), score])
    one = np.ones(len(y))
    fit = fit_ols(team_sums(x, y, one, first, g))
    slope = np.eye(2)[1]
    alone = cr2(fit.hessian, fit.score, fit.inverse, slope)
    wide = widened(fit.hessian, fit.score, x, one, y - x @ fit.beta, also_of(first, second))
    error = cr2(*wide, fit.inverse, slope).se
    miss = abs(fit.beta[1] - SLOPE)
    half = stdtrit(satterthwaite(fit.hessian, fit.inverse, slope), 0.95)
    return bool(miss <= half * alone.se), bool(miss <= half * error)


@pytest.mark.parametrize(("g", "share"), [(12, 0.5), (30, 0.5), (12, 1.0), (30, 1.0)])
def test_the_first_team_alone_promises_too_much_and_all_teams_keep_it(g: int, share: float):
    rng = np.random.default_rng([7, g, int(10 * share)])
    alone, wide = np.mean([covers(rng, g, share) for _ in range(COMPANIES)], axis=0)
    assert alone < 0.82 if share == 1 else alone < wide - 0.01
    assert 0.87 <= wide <= 0.96


@pytest.mark.parametrize("g", [12, 30])
def test_where_a_tenth_is_shared_the_first_team_does(g: int):
    """Why the wild bootstrap and the placebo, which take teams as separate, end there."""
    rng = np.random.default_rng([8, g])
    alone, wide = np.mean([covers(rng, g, 0.1) for _ in range(COMPANIES)], axis=0)
    assert min(alone, wide) >= 0.9 - 3 * np.sqrt(0.09 / COMPANIES)


def test_the_sums_are_of_all_rows_a_team_serves_and_pairs_count_by_teams_in_common():
    rng = np.random.default_rng(3)
    first, second, score, y = drawn(rng, 6, 0.6)
    x = np.column_stack([np.ones(len(y)), score])
    weight = rng.uniform(0.5, 2, len(y))
    fit = fit_ols(team_sums(x, y, weight, first, 6))
    residual = y - x @ fit.beta
    hessian, sums = widened(fit.hessian, fit.score, x, weight, residual, also_of(first, second))
    for team in range(6):
        served = (first == team) | (second == team)
        part = x[served] * weight[served, None]
        assert hessian[team] == pytest.approx(part.T @ x[served], rel=1e-12)
        assert sums[team] == pytest.approx(part.T @ residual[served], rel=1e-10, abs=1e-10)
        # leaving out a team leaves out all its customers
        rest = fit_ols(team_sums(x[~served], y[~served], weight[~served], first[~served], 6))
        assert delete_one(hessian, sums, fit.inverse, fit.beta)[team] == pytest.approx(
            rest.beta, rel=1e-9
        )
    own = (x * (weight * residual)[:, None]) @ fit.inverse[:, 1]
    common = sum(np.equal.outer(a, b) for a in (first, second) for b in (first, second)).astype(
        float
    )
    alone = first == second
    common[alone] /= 2  # such a row's two columns name one team
    common[:, alone] /= 2
    assert float(np.sum((sums @ fit.inverse[:, 1]) ** 2)) == pytest.approx(
        own @ common @ own, rel=1e-9
    )


def test_names_become_memberships_beside_the_first():
    found = further_memberships([None, "B; A", "A; C", "B"], np.array([0, 0, 0, 1]), ["A", "B"])
    assert found is not None
    assert list(zip(found.rows.tolist(), found.team.tolist(), strict=True)) == [(1, 1), (2, 2)]
    assert further_memberships([None, "B"], np.array([0, 1]), ["A", "B"]) is None
    assert further_memberships([None], np.array([0]), ["A"]) is None
