"""Least squares from team sums."""

import numpy as np
import pytest

from cxcase.stats.folds import linear_folds
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.ols import fit_ols, team_sums


def data(seed=1, n=300, teams=6):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 3))])
    y = x @ np.array([1.0, 0.5, -0.2, 0.0]) + rng.normal(size=n)
    return x, y, rng.uniform(0.5, 2, n), rng.integers(0, teams, n), teams


def test_team_sums_add_up_to_the_whole_and_fit_as_numpy_does():
    x, y, w, team, teams = data()
    sums = team_sums(x, y, w, team, teams)
    assert sums.xx.sum(0) == pytest.approx(x.T @ (x * w[:, None]), rel=1e-12)
    root = np.sqrt(w)
    expected = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    fit = fit_ols(sums)
    assert fit.beta == pytest.approx(expected, abs=1e-12)
    assert fit.score.sum(0) == pytest.approx(np.zeros(4), abs=1e-9)
    residual = y - x @ expected
    mean = np.average(y, weights=w)
    assert fit.r2 == pytest.approx(1 - (w @ residual**2) / (w @ (y - mean) ** 2), abs=1e-12)


def test_linear_folds_are_refits():
    x, y, w, team, teams = data()
    weights = np.where(team[None, :] == np.arange(teams)[:, None], 0.0, w)
    got = linear_folds(x, y, weights)
    for g in range(teams):
        root = np.sqrt(weights[g])
        assert got[g] == pytest.approx(
            np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0], abs=1e-10
        )


def test_linear_mediation_adds_up_exactly():
    """Total = direct + a x b holds to rounding in linear models (MacKinnon, Warsi & Dwyer 1995)."""
    rng = np.random.default_rng(2)
    e = rng.normal(size=500)
    c = 0.5 * e + rng.normal(size=500)
    y = 0.3 * c - 0.2 * e + rng.normal(size=500)
    one = np.ones(500)
    w = rng.uniform(0.5, 2, 500)
    team = np.zeros(500, int)

    def slopes(*columns, of):
        return fit_ols(team_sums(np.column_stack([one, *columns]), of, w, team, 1)).beta[1:]

    (a,), (total,), (direct, b) = slopes(e, of=c), slopes(e, of=y), slopes(e, c, of=y)
    assert total == pytest.approx(direct + a * b, abs=1e-12)


def test_independent_columns_keep_the_first_of_what_repeats():
    x = np.column_stack(
        [np.ones(20), np.arange(20.0), 3 + 2 * np.arange(20.0), np.zeros(20), np.arange(20.0) ** 2]
    )
    assert independent_columns(x).tolist() == [True, True, False, False, True]
