"""One common factor: by hand for three variables, by brute force, recovered from a known model, at
its edges.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from cxcase.stats.factor import MOST, one_factor


def _table(*pairs: float) -> np.ndarray:
    p = round((1 + np.sqrt(1 + 8 * len(pairs))) / 2)
    r = np.eye(p)
    r[np.triu_indices(p, 1)] = pairs
    return r + r.T - np.eye(p)


def test_three_variables_by_hand() -> None:
    """With three variables the factor is exact: the square of a loading is r12 r13 / r23 (Spearman
    1904).
    """
    loading = one_factor(_table(0.56, 0.48, 0.42))
    assert loading == pytest.approx([0.8, 0.7, 0.6], abs=1e-8)


def test_nothing_comes_nearer_to_the_correlations() -> None:
    rng = np.random.default_rng(4)
    weight = rng.uniform(0.2, 2.0, (6, 6))
    weight = weight + weight.T
    r = np.corrcoef(rng.standard_normal((6, 60)) + 1.2 * rng.standard_normal(60))

    def misfit(loading: np.ndarray) -> float:
        gap = r - np.outer(loading, loading)
        return float((weight * gap**2)[np.triu_indices(6, 1)].sum())

    best = min(
        (minimize(misfit, rng.uniform(0.1, 0.9, 6), tol=1e-14) for _ in range(20)),
        key=lambda m: m.fun,
    )
    found = one_factor(r, weight)
    assert misfit(found) == pytest.approx(best.fun, abs=1e-10)
    assert np.abs(found) == pytest.approx(np.abs(best.x), abs=1e-4)


def test_a_known_model_is_recovered_for_all_tables_at_once() -> None:
    true = np.array([[0.9, 0.5, 0.3, 0.7], [0.4, 0.6, -0.5, 0.8]])
    r = true[:, :, None] * true[:, None, :]
    r[:, range(4), range(4)] = 1.0
    assert one_factor(r) == pytest.approx(true, abs=1e-7)


def test_the_sign_is_that_most_variables_have() -> None:
    assert (one_factor(_table(0.5, 0.5, 0.5)) > 0).all()
    mixed = one_factor(_table(-0.5, 0.5, -0.5))  # the second runs against the others
    assert mixed[1] < 0 < mixed[0]


def test_unknown_pairs_play_no_part() -> None:
    r = _table(0.56, 0.48, 0.9, 0.42, 0.35, 0.30)
    known = np.ones((4, 4))
    known[0, 3] = known[3, 0] = 0
    assert one_factor(r, known) == pytest.approx([0.8, 0.7, 0.6, 0.5], abs=1e-7)
    known[3] = known[:, 3] = 0
    assert one_factor(r, known) == pytest.approx([0.8, 0.7, 0.6, 0.0], abs=1e-7)


def test_edges() -> None:
    with pytest.raises(ValueError, match="needs 3 variables, found 2"):
        one_factor(np.eye(2))
    assert one_factor(np.eye(4)) == pytest.approx(np.zeros(4), abs=1e-6)
    assert np.abs(one_factor(_table(0.9, 0.9, 0.3))).max() <= MOST
