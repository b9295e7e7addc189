"""Response weights: those who answered stand for all customers, in full and in each fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cxcase.estimate import Bools, Floats, Ints
from cxcase.stats.cluster import delete_one
from cxcase.stats.folds import FoldWeights
from cxcase.stats.logit import fit_logit, row_pass

TRIM = (0.01, 0.99)  # weights outside these percentiles are set to them
FLOOR = 0.02  # smallest response probability used


@dataclass(frozen=True, eq=False)
class ResponseWeights:
    """Weights of the n customers who answered, among N.

    They sum to N in full, to the remaining customers in each fold. weight (n,); fold_weight (g, n),
    0 for the team left out, worked out when asked for; probability (N,) fitted (None when weights
    are off); effective Kish's effective sample size; largest the largest weight over the mean
    weight.
    """

    weight: Floats
    fold_weight: FoldWeights
    probability: Floats | None
    effective: float
    largest: float


def response_weights(z: Floats, responded: Bools, team: Ints, teams: int) -> ResponseWeights:
    """Inverse-probability weights from a logit of `responded` on z, trimmed and normalised.

    z (N, k) with its constant (churn belongs in it); responded (N,); team (N,) codes, -1 where
    unknown: such customers stay in every fold. With only a constant in z the weights are equal.
    Fold coefficients are one Newton step from the full fit; trimming bounds are the full fit's.
    Source: Seaman & White 2013, Stat. Methods Med. Res. 22, 278-295.
    """
    known = np.where(team < 0, teams, team)
    answered = np.asarray(responded, dtype=bool)
    remaining = len(z) - np.bincount(known, minlength=teams + 1)[:teams].astype(np.float64)
    own = known[answered]
    if z.shape[1] == 1 or answered.all():
        equal = FoldWeights(
            np.ones((own.size, 1)), np.zeros((teams, 1)), own, 1.0, 1.0, FLOOR, np.ones(teams)
        )
        return _finish(np.ones(own.size), equal, float(len(z)), remaining, None)
    data = row_pass(z, answered.astype(np.float64), np.ones(len(z)), known, teams + 1)
    fit = fit_logit(data, z.shape[1])
    fit = fit_logit(data, z.shape[1], firth=True) if fit.separated else fit
    probability = np.maximum(expit(z @ fit.beta), FLOOR)
    raw = 1.0 / probability[answered]
    low, high = (float(bound) for bound in np.quantile(raw, TRIM))
    betas = delete_one(fit.hessian, fit.score, fit.inverse, fit.beta)[:teams]
    folds = FoldWeights(z[answered], betas, own, low, high, FLOOR, np.ones(teams))
    return _finish(np.clip(raw, low, high), folds, float(len(z)), remaining, probability)


def _finish(
    weight: Floats, folds: FoldWeights, size: float, remaining: Floats, probability: Floats | None
) -> ResponseWeights:
    total = folds.sums()
    folds = folds.scaled(remaining / np.where(total > 0, total, 1.0))
    weight = weight * (size / weight.sum())
    return ResponseWeights(
        weight, folds, probability, kish(weight), float(weight.max() / weight.mean())
    )


def kish(weight: Floats) -> float:
    """Effective sample size (sum w)^2 / sum w^2.

    Source: Kish 1965, Survey Sampling, section 11.7.
    """
    return float(weight.sum() ** 2 / (weight @ weight))


def standardised_difference(part: Floats, whole: Floats) -> float:
    """(mean of part - mean of whole) / standard deviation of whole.

    0 when the whole does not vary.
    """
    spread = float(np.std(whole))
    if spread > 0:
        return float((np.mean(part) - np.mean(whole)) / spread)
    return 0.0
