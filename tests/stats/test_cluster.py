"""k x k formulas against n x n brute force."""

import numpy as np
import pytest

from cxcase.stats.cluster import adjustments, cr2, cr2_of_mean, delete_one, jackknife
from cxcase.stats.logit import expit, fit_logit, row_pass
from cxcase.stats.ols import fit_ols, team_sums


def company(seed=1, teams=9, n=240):
    rng = np.random.default_rng(seed)
    team = rng.integers(0, teams, n)
    team_level = rng.normal(size=teams)
    x = np.column_stack([np.ones(n), rng.normal(size=n), team_level[team], rng.normal(size=n)])
    weight = rng.uniform(0.5, 2.0, n)
    eta = x @ np.array([-0.5, 0.6, 0.4, -0.3]) + rng.normal(size=teams)[team] * 0.4
    return x, eta, weight, team, teams, rng


def brute_cr2(x, residual, working, team, teams, contrast):
    """CR2 and Satterthwaite with n x n matrices. working (n,): the weights of the working model."""
    half = np.sqrt(working)
    xt = x * half[:, None]
    et = residual
    m = np.linalg.inv(xt.T @ xt)
    hat = xt @ m @ xt.T
    n = len(x)
    left = np.eye(n) - hat
    columns = []
    se2 = 0.0
    for g in range(teams):
        rows = np.flatnonzero(team == g)
        values, vectors = np.linalg.eigh(left[np.ix_(rows, rows)])
        power = (
            vectors * np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0)
        ) @ vectors.T
        weights = power @ xt[rows] @ m @ contrast
        se2 += float(weights @ et[rows]) ** 2
        columns.append(left[:, rows] @ weights)
    p = np.column_stack(columns)
    values = np.linalg.eigvalsh(p.T @ p)
    return np.sqrt(se2), values.sum() ** 2 / np.sum(values**2)


@pytest.mark.parametrize("column", [1, 2, 3])
def test_cr2_of_least_squares_equals_brute_force(column):
    x, eta, weight, team, teams, rng = company()
    y = eta + rng.normal(size=len(eta))
    fit = fit_ols(team_sums(x, y, weight, team, teams))
    contrast = np.eye(4)[column]
    got = cr2(fit.hessian, fit.score, fit.inverse, contrast)
    residual = np.sqrt(weight) * (y - x @ fit.beta)
    se, df = brute_cr2(x, residual, weight, team, teams, contrast)
    assert got.se == pytest.approx(se, rel=1e-10)
    assert got.df == pytest.approx(df, rel=1e-10)


@pytest.mark.parametrize("column", [1, 2, 3])
def test_cr2_of_the_logit_equals_brute_force(column):
    x, eta, weight, team, teams, rng = company(seed=2)
    y = (rng.uniform(size=len(eta)) < expit(eta)).astype(float)
    fit = fit_logit(row_pass(x, y, weight, team, teams), 4)
    contrast = np.eye(4)[column]
    got = cr2(fit.hessian, fit.score, fit.inverse, contrast)
    p = expit(x @ fit.beta)
    working = weight * p * (1 - p)
    residual = weight * (y - p) / np.sqrt(working)
    se, df = brute_cr2(x, residual, working, team, teams, contrast)
    assert got.se == pytest.approx(se, rel=1e-10)
    assert got.df == pytest.approx(df, rel=1e-10)


def test_a_team_that_alone_identifies_a_column_does_not_break_the_adjustment():
    x, eta, weight, team, teams, rng = company(seed=3)
    x = np.column_stack([x, (team == 0).astype(float)])
    fit = fit_ols(team_sums(x, eta + rng.normal(size=len(eta)), weight, team, teams))
    assert np.isfinite(adjustments(fit.hessian, fit.inverse)).all()
    assert cr2(fit.hessian, fit.score, fit.inverse, np.eye(5)[1]).se > 0


def test_deleting_a_team_is_exact_for_least_squares():
    x, eta, weight, team, teams, rng = company(seed=4)
    y = eta + rng.normal(size=len(eta))
    fit = fit_ols(team_sums(x, y, weight, team, teams))
    folds = delete_one(fit.hessian, fit.score, fit.inverse, fit.beta)
    for g in range(teams):
        keep = team != g
        w = np.sqrt(weight[keep])
        refit = np.linalg.lstsq(x[keep] * w[:, None], y[keep] * w, rcond=None)[0]
        assert folds[g] == pytest.approx(refit, abs=1e-10)


def test_deleting_a_team_from_a_logit_by_one_step_is_near_the_refit():
    x, eta, weight, team, teams, rng = company(seed=5, teams=20, n=2000)
    y = (rng.uniform(size=len(eta)) < expit(eta)).astype(float)
    fit = fit_logit(row_pass(x, y, weight, team, teams), 4)
    folds = delete_one(fit.hessian, fit.score, fit.inverse, fit.beta)
    refits = np.array(
        [
            fit_logit(
                row_pass(
                    x[team != g],
                    y[team != g],
                    weight[team != g],
                    np.zeros((team != g).sum(), int),
                    1,
                ),
                4,
            ).beta
            for g in range(teams)
        ]
    )
    moved = np.abs(refits - fit.beta).max(0)
    assert (np.abs(folds - refits).max(0) < 0.05 * moved + 1e-4).all()
    assert jackknife(folds, fit.beta).se == pytest.approx(jackknife(refits, fit.beta).se, rel=0.02)


def test_the_mean_of_a_column_gets_the_textbook_error_from_the_covariate_term_alone():
    rng = np.random.default_rng(6)
    values = rng.normal(size=400)
    team = np.arange(400)
    x = np.ones((400, 1))
    fit = fit_ols(team_sums(x, np.zeros(400), np.ones(400), team, 400))
    deviation = (values - values.mean()) / 400
    got = cr2_of_mean(fit.hessian, fit.score, fit.inverse, np.zeros(1), deviation)
    assert got.se == pytest.approx(values.std() / 20, rel=1e-12)


def test_jackknife_of_a_mean_is_the_textbook_standard_error():
    values = np.random.default_rng(7).normal(size=12)
    folds = (values.sum() - values) / 11
    got = jackknife(folds, values.mean())
    assert got.se == pytest.approx(values.std(ddof=1) / np.sqrt(12), rel=1e-12)
    assert got.df == 11
    assert got.high - got.low == pytest.approx(2 * 1.795884819 * got.se, rel=1e-9)


def test_rows_that_repeat_a_unit_are_no_more_units():
    """A file that lists each team's figure once for every employee knows no more than one row a
    team.
    """
    rng = np.random.default_rng(8)
    teams = 40
    size = rng.integers(2, 12, teams)
    level = rng.normal(size=teams)
    sales = 0.3 * level + rng.normal(size=teams)
    x = np.column_stack([np.ones(teams), level])
    one = fit_ols(team_sums(x, sales, size.astype(float), np.arange(teams), teams))
    row = np.repeat(np.arange(teams), size)
    many = fit_ols(team_sums(x[row], sales[row], np.ones(len(row)), row, teams))
    contrast = np.array([0.0, 1.0])
    assert many.beta == pytest.approx(one.beta, rel=1e-12)
    got = cr2(many.hessian, many.score, many.inverse, contrast)
    same = cr2(one.hessian, one.score, one.inverse, contrast)
    assert (got.se, got.df) == pytest.approx((same.se, same.df), rel=1e-10)
    residual = sales[row] - x[row] @ many.beta
    as_if_rows_counted = np.sqrt(residual @ residual / (len(row) - 2) * many.inverse[1, 1])
    assert as_if_rows_counted < 0.6 * got.se
