"""The weighted logit: agreement with itself in other forms, separation, Firth, the ledger shift."""

import numpy as np
import pytest

from cxcase.stats.cluster import delete_one
from cxcase.stats.folds import logit_folds
from cxcase.stats.logit import expit, fit_logit, row_pass, shift_to_total


def rows(seed=1, n=600, teams=7):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.integers(0, 11, n).astype(float), rng.integers(0, 2, n)])
    y = (rng.uniform(size=n) < expit(1.0 - 0.3 * x[:, 1] + 0.5 * x[:, 2])).astype(float)
    return x, y, rng.integers(0, teams, n), teams


def test_a_cell_table_gives_the_row_level_fit():
    x, y, team, teams = rows()
    by_row = fit_logit(row_pass(x, y, np.ones(len(y)), team, teams), 3)
    cells, where = np.unique(np.column_stack([x, team]), axis=0, return_inverse=True)
    n = np.bincount(where).astype(float)
    share = np.bincount(where, y) / n
    by_cell = fit_logit(row_pass(cells[:, :3], share, n, cells[:, 3].astype(int), teams), 3)
    assert len(cells) < len(y)
    assert by_cell.beta == pytest.approx(by_row.beta, abs=1e-9)
    assert by_cell.score == pytest.approx(by_row.score, abs=1e-9)
    assert by_cell.hessian == pytest.approx(by_row.hessian, abs=1e-9)


def test_row_order_and_splitting_rows_change_nothing():
    x, y, team, teams = rows()
    w = np.linspace(0.5, 2, len(y))
    fit = fit_logit(row_pass(x, y, w, team, teams), 3)
    order = np.random.default_rng(0).permutation(len(y))
    shuffled = fit_logit(row_pass(x[order], y[order], w[order], team[order], teams), 3)
    halves = fit_logit(
        row_pass(np.vstack([x, x]), np.r_[y, y], np.r_[w, w] / 2, np.r_[team, team], teams), 3
    )
    assert shuffled.beta == pytest.approx(fit.beta, abs=1e-9)
    assert halves.beta == pytest.approx(fit.beta, abs=1e-9)


def test_an_offset_equal_to_a_known_slope_is_the_same_model():
    x, y, team, teams = rows()
    full = fit_logit(row_pass(x, y, np.ones(len(y)), team, teams), 3)
    given = fit_logit(
        row_pass(x[:, :2], y, np.ones(len(y)), team, teams, offset=full.beta[2] * x[:, 2]), 2
    )
    assert given.beta == pytest.approx(full.beta[:2], abs=1e-8)


@pytest.mark.parametrize("quasi", [False, True])
def test_separation_is_noticed_and_firth_stays_finite(quasi):
    x = np.column_stack([np.ones(40), np.r_[np.zeros(20), np.ones(20)]])
    y = np.r_[np.zeros(20), np.ones(20)]
    if quasi:
        y[20:30] = 0.0  # none at x = 0, half at x = 1
    data = row_pass(x, y, np.ones(40), np.zeros(40, int), 1)
    assert fit_logit(data, 2).separated
    firth = fit_logit(data, 2, firth=True)
    assert firth.converged
    assert np.isfinite(firth.beta).all()
    assert not firth.separated


def test_firth_under_complete_separation_ends_at_its_maximum():
    """The penalised score is zero there, which pseudo-counts alone would approach only slowly."""
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(3000), rng.integers(0, 11, 3000), rng.normal(size=3000)]).astype(
        float
    )
    data = row_pass(x, (x[:, 1] < 2).astype(float), np.ones(3000), rng.integers(0, 5, 3000), 5)
    fit = fit_logit(data, 3, firth=True)
    assert fit.converged
    assert fit.iterations < 120
    assert fit.score.sum(0) + data.penalty(fit.beta, fit.inverse)[0] == pytest.approx(
        np.zeros(3), abs=1e-6
    )


def test_a_rare_separating_group_among_many_is_noticed():
    x, y, team, teams = rows(n=5000)
    rare = np.zeros(len(y))
    rare[:6] = 1.0
    y[:6] = 1.0
    assert fit_logit(
        row_pass(np.column_stack([x, rare]), y, np.ones(len(y)), team, teams), 4
    ).separated
    assert not fit_logit(row_pass(x, y, np.ones(len(y)), team, teams), 3).separated


def test_difference_of_nested_logit_slopes_is_not_an_indirect_effect():
    """Non-collapsibility: an independent covariate moves the logit slope, hardly the risk
    difference.

    So taking the difference between slopes with and without a mediator for an effect must fail this
    equivalence test.
    """
    z = np.repeat([-2.0, 2.0], 2)
    d = np.tile([0.0, 1.0], 2)
    p = expit(-0.5 + 1.0 * d + 1.0 * z)
    y = np.tile([1.0, 0.0], 4)
    x = np.repeat(np.column_stack([np.ones(4), d, z]), 2, axis=0)
    w = np.ones(8)
    w = np.column_stack([p, 1 - p]).ravel() * 1000
    one = np.zeros(8, int)
    adjusted = fit_logit(row_pass(x, y, w, one, 1), 3).beta
    crude = fit_logit(row_pass(x[:, :2], y, w, one, 1), 2).beta
    difference = [
        np.average(expit(b[0] + b[1] + rest) - expit(b[0] + rest), weights=w)
        for b, rest in ((adjusted, adjusted[2] * x[:, 2]), (crude, 0.0 * x[:, 2]))
    ]
    assert adjusted[1] == pytest.approx(1.0, abs=1e-8)
    assert abs(adjusted[1] - crude[1]) > 0.25
    assert difference[0] == pytest.approx(difference[1], abs=1e-8)


def test_fold_steps_with_plain_weights_are_delete_one():
    x, y, team, teams = rows()
    w = np.linspace(0.5, 2, len(y))
    fit = fit_logit(row_pass(x, y, w, team, teams), 3)
    fold_weight = np.where(team[None, :] == np.arange(teams)[:, None], 0.0, w)
    folds = logit_folds(x, y, fold_weight, fit.beta)
    assert folds == pytest.approx(
        delete_one(fit.hessian, fit.score, fit.inverse, fit.beta), abs=1e-10
    )
    refits = logit_folds(x, y, fold_weight, fit.beta, steps=8)
    keep = team != 3
    refit = fit_logit(row_pass(x[keep], y[keep], w[keep], np.zeros(keep.sum(), int), 1), 3)
    assert refits[3] == pytest.approx(refit.beta, abs=1e-9)


def test_the_shift_meets_the_ledger_in_every_fold_to_the_penny():
    rng = np.random.default_rng(3)
    eta = rng.normal(-2, 1, (5, 300))
    revenue = rng.lognormal(8, 2, (5, 300))
    total = revenue.sum(1) * np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    shift = shift_to_total(eta, revenue, total)
    assert np.einsum("fn,fn->f", revenue, expit(eta + shift[:, None])) == pytest.approx(
        total, abs=0.005
    )


@pytest.mark.parametrize("share", [0.0, 1.0, 1.2])
def test_a_ledger_without_losses_or_without_survivors_has_no_shift(share):
    assert np.isnan(shift_to_total(np.zeros(4), np.ones(4), 4.0 * share))[0]


def test_the_difference_of_two_logits_is_no_indirect_effect():
    """An independent covariate moves the logit's slope and not the difference in risk: slopes of
    two logits must not be subtracted. Source: Greenland, Robins & Pearl 1999, Statistical Science
    14, 29-46.
    """
    n = 400_000
    rng = np.random.default_rng(7)
    treated = rng.integers(0, 2, n).astype(float)
    other = rng.normal(size=n) * 2.0
    y = (rng.uniform(size=n) < expit(-0.5 + treated + other)).astype(float)

    def fitted(*columns):
        x = np.column_stack([np.ones(n), treated, *columns])
        beta = fit_logit(row_pass(x, y, np.ones(n), np.zeros(n, int), 1), x.shape[1]).beta
        with_it = x.copy()
        without = x.copy()
        with_it[:, 1] = 1
        without[:, 1] = 0
        return beta[1], float((expit(with_it @ beta) - expit(without @ beta)).mean())

    (alone, risk_alone), (beside, risk_beside) = fitted(), fitted(other)
    assert abs(np.corrcoef(treated, other)[0, 1]) < 0.005
    assert beside - alone > 0.3  # "explained by the covariate", although nothing is
    assert risk_beside == pytest.approx(risk_alone, abs=0.004)
    assert beside == pytest.approx(1.0, abs=0.03)
