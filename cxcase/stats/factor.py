"""What several variables have in common: the factor nearest to their correlations."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Floats

MOST = 0.995  # largest loading: beyond it a variable would be the factor itself (a Heywood case)
_ROUNDS = 2_000
_STILL = 1e-10


def one_factor(correlation: Floats, weight: Floats | None = None) -> Floats:
    """Loadings (..., p) on one common factor of correlations (..., p, p).

    p is at least 3; their sum is not negative. Least squares of the correlations between variables
    (the diagonal plays no part), one loading after the other. weight (p, p): how much a pair
    counts, 0 not at all; alike by default. A variable without a pair gets 0. Source: Harman & Jones
    1966, Psychometrika 31, 351-368 (minimum residuals).
    """
    r = np.asarray(correlation, dtype=float)
    p = r.shape[-1]
    if p < 3:
        raise ValueError(f"one factor needs 3 variables, found {p}")
    count = np.where(np.eye(p, dtype=bool), 0.0, 1.0 if weight is None else weight)
    r = np.where(count > 0, r, 0.0)
    value, vector = np.linalg.eigh(r + np.eye(p))
    loading = np.clip(vector[..., -1] * np.sqrt(value[..., -1:]), -MOST, MOST)
    for _ in range(_ROUNDS):
        before = loading.copy()
        for j in range(p):
            others = count[j] * loading
            size = (others * loading).sum(axis=-1)
            top = np.einsum("...k,...k->...", r[..., j, :], others)
            loading[..., j] = np.clip(
                np.where(size > 0, top / np.where(size > 0, size, 1.0), 0.0), -MOST, MOST
            )
        if np.abs(loading - before).max() < _STILL:
            break
    return np.asarray(loading * np.where(loading.sum(axis=-1, keepdims=True) < 0, -1.0, 1.0))
