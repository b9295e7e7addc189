"""Response weights: balance, folds, Kish."""

import numpy as np
import pytest

from cxcase.stats.logit import expit
from cxcase.stats.response_weights import kish, response_weights, standardised_difference


def file(seed=1, n=4000, teams=10):
    rng = np.random.default_rng(seed)
    churned = (rng.uniform(size=n) < 0.2).astype(float)
    tenure = rng.normal(size=n)
    z = np.column_stack([np.ones(n), churned, tenure])
    responded = rng.uniform(size=n) < expit(-0.6 - 0.9 * churned + 0.4 * tenure)
    return z, responded, rng.integers(0, teams, n), teams


def test_kish_effective_sample():
    assert kish(np.array([1.0, 1.0, 2.0, 4.0])) == pytest.approx(64 / 22)  # 2.909


def test_weights_make_responders_look_like_everyone():
    z, responded, team, teams = file()
    got = response_weights(z, responded, team, teams)
    assert got.weight.sum() == pytest.approx(len(z), rel=1e-12)
    raw = abs(standardised_difference(z[responded, 1], z[:, 1]))
    balanced = np.average(z[responded, 1:], axis=0, weights=got.weight) - z[:, 1:].mean(0)
    assert raw > 0.1
    assert (np.abs(balanced) / z[:, 1:].std(0) < 0.05).all()  # trimming leaves a little
    assert got.effective < responded.sum()


def test_folds_are_near_the_refit_and_sum_to_the_remaining_customers():
    z, responded, team, teams = file()
    got = response_weights(z, responded, team, teams)
    for g in (0, 7):
        keep = team != g
        refit = response_weights(z[keep], responded[keep], np.zeros(keep.sum(), int), 1)
        own = team[responded] != g
        assert (got.fold_weight[g, ~own] == 0).all()
        assert got.fold_weight[g].sum() == pytest.approx(keep.sum(), rel=1e-12)
        assert got.fold_weight[g, own] == pytest.approx(refit.weight, rel=0.04)


def test_customers_without_a_team_stay_in_every_fold():
    z, responded, team, teams = file()
    team = np.where(np.arange(len(team)) % 9 == 0, -1, team)
    got = response_weights(z, responded, team, teams)
    unknown = team[responded] == -1
    assert (got.fold_weight[:, unknown] > 0).all()


def test_without_columns_the_weights_are_equal():
    z, responded, team, teams = file()
    got = response_weights(z[:, :1], responded, team, teams)
    assert got.weight == pytest.approx(np.full(responded.sum(), len(z) / responded.sum()))
    assert got.probability is None


def test_nobody_who_left_answered_still_ends_in_finite_weights():
    z, _, team, teams = file()
    responded = (z[:, 1] == 0) & (np.arange(len(z)) % 3 == 0)
    got = response_weights(z, responded, team, teams)
    assert np.isfinite(got.weight).all()
    assert np.isfinite(got.fold_weight).all()
