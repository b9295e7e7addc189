"""Weights with a team left out, block by block: what the whole array of them would be."""

from __future__ import annotations

import numpy as np
import pytest

from cxcase.stats import folds
from cxcase.stats.folds import (
    FoldWeights,
    chances,
    fold_crosses,
    fold_sums,
    linear_folds,
    logit_folds,
    scaled,
    sum_over,
)
from cxcase.stats.logit import expit, shift_by

G = 7
N = 500


def made(seed: int = 1) -> tuple[FoldWeights, np.ndarray]:
    """Lazy weights and the array that they stand for, one row in ten of no team."""
    rng = np.random.default_rng(seed)
    z = np.column_stack([np.ones(N), rng.normal(size=(N, 2))])
    betas = rng.normal(size=(G, 3))
    own = rng.integers(0, G + 1, N)
    scale = rng.uniform(0.5, 2, G)
    factor = rng.uniform(1, 9, N)
    dense = np.empty((G, N))
    for g in range(G):
        for i in range(N):
            raw = np.clip(1 / max(expit(z[i] @ betas[g]), 0.02), 1.2, 8.0)
            dense[g, i] = 0.0 if own[i] == g else raw * scale[g] * factor[i]
    return FoldWeights(z, betas, own, 1.2, 8.0, 0.02, scale, factor), dense


def test_every_way_to_ask_gives_the_same_weights() -> None:
    lazy, dense = made()
    assert lazy.shape == dense.shape == (len(lazy), N)
    assert np.asarray(lazy) == pytest.approx(dense, rel=1e-12)
    assert lazy[:, 100:230] == pytest.approx(dense[:, 100:230], rel=1e-12)
    some = np.arange(N) % 3 == 0
    for g, fold in enumerate(lazy):
        assert fold == pytest.approx(dense[g], rel=1e-12)
        assert lazy[g, some] == pytest.approx(dense[g, some], rel=1e-12)
    assert lazy.sums() == pytest.approx(dense.sum(1), rel=1e-12)


def test_scaled_multiplied_and_thinned_weights_are_the_arrays() -> None:
    lazy, dense = made(2)
    by = np.arange(1.0, G + 1)
    factor = np.linspace(1, 2, N)
    some = np.arange(N) % 4 == 1
    assert np.asarray(scaled(lazy, by)) == pytest.approx(dense * by[:, None], rel=1e-12)
    assert np.asarray(scaled(lazy, by)) == pytest.approx(np.asarray(scaled(dense, by)), rel=1e-12)
    assert np.asarray(lazy.times(factor)) == pytest.approx(dense * factor, rel=1e-12)
    assert np.asarray(lazy.take(some)) == pytest.approx(dense[:, some], rel=1e-12)
    assert fold_sums(lazy.take(some)) == pytest.approx(fold_sums(dense[:, some]), rel=1e-12)


def test_coefficients_are_those_under_the_whole_array(monkeypatch: pytest.MonkeyPatch) -> None:
    lazy, dense = made(3)
    rng = np.random.default_rng(4)
    x = np.column_stack([np.ones(N), rng.normal(size=(N, 2))])
    y = (rng.random(N) < 0.3).astype(float)
    use = rng.random(N) < 0.7
    whole = linear_folds(x, y, dense, use), logit_folds(x, y, dense, np.array([-1.0, 0.1, 0.2]))
    monkeypatch.setattr(folds, "BLOCK", 900)  # many blocks, by threads
    monkeypatch.setattr(folds, "FEW", 0)
    assert linear_folds(x, y, lazy, use) == pytest.approx(whole[0], rel=1e-9)
    assert logit_folds(x, y, lazy, np.array([-1.0, 0.1, 0.2])) == pytest.approx(whole[1], rel=1e-9)


def test_a_sum_over_blocks_is_the_same_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(5).normal(size=100_000)
    monkeypatch.setattr(folds, "BLOCK", 3_000)
    monkeypatch.setattr(folds, "FEW", 0)
    found = {
        float(sum_over(lambda rows: np.array([values[rows].sum()]), (3, len(values)))[0])
        for _ in range(5)
    }
    assert len(found) == 1
    assert found.pop() == pytest.approx(values.sum(), rel=1e-9)


def test_chances_are_expits_even_far_out() -> None:
    line = np.array([-800.0, -40.0, -1.0, 0.0, 2.0, 40.0, 800.0])
    with np.errstate(all="raise", over="ignore", under="ignore"):
        assert chances(line.copy()) == pytest.approx(expit(line), rel=1e-14, abs=1e-300)


def test_folds_that_have_met_their_total_are_left_alone() -> None:
    """One fold starts at its answer, one far away: a bracket must not throw the first out again."""
    rng = np.random.default_rng(6)
    eta = rng.normal(size=(2, 400))
    weight = rng.uniform(1, 2, (2, 400))
    calls = []

    def sums(shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        calls.append(shift)
        p = expit(eta + shift[:, None])
        return (weight * p).sum(1), (weight * p * (1 - p)).sum(1)

    target = np.array([sums(np.zeros(2))[0][0], 0.97 * weight[1].sum()])
    calls.clear()
    shift = shift_by(sums, weight.sum(1), target)
    assert sums(shift)[0] == pytest.approx(target, rel=1e-12)
    assert abs(shift[0]) < 1e-12
    assert max(abs(float(called[0])) for called in calls) < 1e-6
    assert len(calls) < 14


def test_products_in_every_fold_are_those_of_its_weights():
    rng = np.random.default_rng(8)
    x = rng.normal(size=(50, 4))
    weight = rng.random((3, 50))
    right = [(x * own[:, None]).T @ x for own in weight]
    assert fold_crosses(x, weight) == pytest.approx(np.array(right))
