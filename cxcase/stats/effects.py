"""Effects averaged over customers from a logit, with what an error by teams needs of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cxcase.estimate import Floats, Ints
from cxcase.stats.cluster import Jackknife, Sandwich, cr2_of_mean, delete_one, jackknife
from cxcase.stats.logit import LogitFit
from cxcase.stats.teams import team_totals


@dataclass(frozen=True, eq=False)
class Mean:
    """A weighted mean over customers that depends on coefficients.

    gradient (k,) of the mean by the coefficients. deviation: sum over the team's rows of share x
    (own - mean); share: the team's part of the weight.
    """

    value: float
    gradient: Floats
    deviation: Floats
    share: Floats


def mean_of(per_row: Floats, gradient: Floats, weight: Floats, team: Ints, teams: int) -> Mean:
    """The weighted mean of per_row (n,), whose gradient by the coefficients is (k,)."""
    share = weight / weight.sum()
    value = float(share @ per_row)
    deviation = team_totals(share * (per_row - value), team, teams)
    return Mean(value, gradient, deviation, team_totals(share, team, teams))


def average_slope(
    x: Floats, d: Floats, beta: Floats, weight: Floats, team: Ints, teams: int
) -> Mean:
    """Mean over rows of the change in probability along d: (d beta) p (1 - p).

    x (n, k); d (n, k), or (k,) where every row's log-odds move alike; beta (k,). For a column's own
    slope d is 1 there.
    """
    p = expit(x @ beta)
    spread = p * (1 - p)
    along = np.broadcast_to(d @ beta, p.shape)
    share = weight / weight.sum()
    gradient = x.T @ (share * along * spread * (1 - 2 * p))
    gradient = gradient + (d.T @ (share * spread) if d.ndim == 2 else d * (share @ spread))
    return mean_of(along * spread, gradient, weight, team, teams)


def cr2_mean(fit: LogitFit, mean: Mean) -> Sandwich:
    """CR2 error and Satterthwaite df of the mean, covariate sampling included."""
    return cr2_of_mean(fit.hessian, fit.score, fit.inverse, mean.gradient, mean.deviation)


def jackknife_mean(fit: LogitFit, mean: Mean) -> Jackknife:
    """Delete-one-team interval of the mean, to first order in the coefficients.

    Teams without weight are left out.
    """
    present = mean.share > 0
    betas = delete_one(fit.hessian[present], fit.score[present], fit.inverse, fit.beta)
    moved = (betas - fit.beta) @ mean.gradient
    own = mean.deviation[present] / np.maximum(1.0 - mean.share[present], 1e-12)
    return jackknife(mean.value + moved - own, mean.value)
