"""Poisson pseudo-maximum likelihood with an offset: checks totals, never gives a slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats

MAX_ITERATIONS = 60


@dataclass(frozen=True, eq=False)
class PoissonFit:
    """A Poisson fit: beta (k,), fitted means (n,).

    With a constant in x, weighted fitted and actual totals are equal.
    """

    beta: Floats
    fitted: Floats
    converged: bool


def fit_ppml(x: Floats, y: Floats, exposure: Floats, weight: Floats) -> PoissonFit:
    """E[y] = exposure x exp(x beta), by iteratively reweighted least squares.

    x (n, k) with its constant, y (n,) >= 0 (any variance), exposure (n,) > 0, weight (n,) >= 0.
    Source: Gourieroux, Monfort & Trognon 1984; Santos Silva & Tenreyro 2006, Rev. Econ. Stat. 88,
    641-658.
    """
    total = float(weight @ y)
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(total / float(weight @ exposure)) if total > 0 else 0.0
    if total <= 0:
        return PoissonFit(beta, np.zeros_like(y), False)
    objective, mu = _objective(x, y, exposure, weight, beta)
    for _ in range(MAX_ITERATIONS):
        score = x.T @ (weight * (y - mu))
        hessian = x.T @ (x * (weight * mu)[:, None])
        step = np.linalg.lstsq(hessian, score, rcond=None)[0]
        for halving in range(20):
            trial, trial_mu = _objective(x, y, exposure, weight, beta + step * 0.5**halving)
            if trial >= objective - 1e-12 * abs(objective):
                break
        beta = beta + step * 0.5**halving
        objective = trial
        mu = trial_mu
        if float(score @ step) < 1e-20 * total:
            return PoissonFit(beta, mu, True)
    return PoissonFit(beta, mu, False)


def _objective(
    x: Floats, y: Floats, exposure: Floats, weight: Floats, beta: Floats
) -> tuple[float, Floats]:
    log_rate = np.clip(x @ beta, -700.0, 700.0)
    mu = exposure * np.exp(log_rate)
    return float(weight @ (y * log_rate - mu)), mu
