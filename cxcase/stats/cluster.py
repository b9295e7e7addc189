"""Inference when the team, not the customer, is the unit of independent information.

Everything needs only per-team scores and Hessians (k x k); no row is touched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from cxcase.estimate import LEVEL, Floats

# a team that alone identifies a coefficient adjusts by the pseudo-inverse, as clubSandwich does
SINGULAR = 1e-10


@dataclass(frozen=True)
class Sandwich:
    """CR2 standard error and Satterthwaite degrees of freedom of one contrast."""

    se: float
    df: float

    def interval(self, value: float, level: float = LEVEL) -> tuple[float, float]:
        """(low, high) of the `level` t-interval around value."""
        half = float(stdtrit(self.df, (1 + level) / 2)) * self.se
        return value - half, value + half


@dataclass(frozen=True, eq=False)
class Jackknife:
    """Delete-one-team standard error, degrees of freedom and t-interval.

    se, low, high: floats, or arrays (j,) for j quantities; df is G - 1 unless given.
    """

    se: Floats
    df: float
    low: Floats
    high: Floats


def adjustments(hessian: Floats, inverse: Floats) -> Floats:
    """B_g = (I - H_g M)^(-1/2), shape (g, k, k). hessian (g, k, k), inverse M (k, k).

    Source: Bell & McCaffrey 2002; Kauermann & Carroll 2001 for the logit.
    """
    values, vectors = np.linalg.eigh(inverse)
    root = (vectors * np.sqrt(values)) @ vectors.T
    back = (vectors / np.sqrt(values)) @ vectors.T
    inner = root @ hessian @ root
    lam, q = np.linalg.eigh((inner + np.swapaxes(inner, 1, 2)) / 2)
    gap = 1.0 - lam
    power = np.where(gap > SINGULAR, 1.0 / np.sqrt(np.maximum(gap, SINGULAR)), 0.0)
    found: Floats = back @ ((q * power[:, None, :]) @ np.swapaxes(q, 1, 2)) @ root
    return found


def adjusted_scores(hessian: Floats, score: Floats, inverse: Floats) -> Floats:
    """CR2-adjusted team scores B_g s_g, shape (g, k)."""
    return np.asarray(np.einsum("gij,gj->gi", adjustments(hessian, inverse), score))


def satterthwaite(hessian: Floats, inverse: Floats, contrast: Floats) -> float:
    """Degrees of freedom of the CR2 variance of contrast'beta, from k x k matrices only.

    Source: Bell & McCaffrey 2002; Pustejovsky & Tipton 2018, J. Bus. Econ. Stat. 36, 672-683.
    """
    q = np.einsum("gji,j->gi", adjustments(hessian, inverse), inverse @ contrast)
    u = np.einsum("gij,gj->gi", hessian, q)
    own = np.einsum("gi,gi->g", q, u)
    cross = np.einsum("gi,ij,gj->g", u, inverse, u)
    k = inverse @ (u.T @ u)
    total = float(np.sum(own - cross))
    squares = float(np.trace(k @ k) - np.sum(cross**2) + np.sum((own - cross) ** 2))
    if squares > 0:
        return total**2 / squares
    return 0.0


def cr2(hessian: Floats, score: Floats, inverse: Floats, contrast: Floats) -> Sandwich:
    """CR2 standard error and Satterthwaite df of contrast'beta.

    hessian (g, k, k), score (g, k), contrast (k,).
    """
    influence = adjusted_scores(hessian, score, inverse) @ (inverse @ contrast)
    return Sandwich(float(np.sqrt(np.sum(influence**2))), satterthwaite(hessian, inverse, contrast))


def cr2_of_mean(
    hessian: Floats, score: Floats, inverse: Floats, gradient: Floats, deviation: Floats
) -> Sandwich:
    """CR2 of a mean over customers, mean_i h_i(beta), by the delta method.

    The covariate-sampling term is in it. gradient (k,) of the mean by beta; deviation (g,) = sum
    over the team's rows of weight (h_i - mean) / total weight. Leaving `deviation` out understates
    the error when the columns vary between teams.
    """
    influence = deviation + adjusted_scores(hessian, score, inverse) @ (inverse @ gradient)
    return Sandwich(float(np.sqrt(np.sum(influence**2))), satterthwaite(hessian, inverse, gradient))


def delete_one(hessian: Floats, score: Floats, inverse: Floats, beta: Floats) -> Floats:
    """Coefficients (g, k) with each team left out.

    Exact for least squares, one Newton step for the logit.
    """
    k = len(beta)
    left = np.eye(k) - hessian @ inverse
    lowest = np.asarray(np.linalg.svd(left, compute_uv=False))[:, -1]
    moved = np.empty_like(score)
    fine = lowest > SINGULAR
    moved[fine] = np.linalg.solve(left[fine], score[fine][..., None])[..., 0]
    for team in np.flatnonzero(
        ~fine
    ):  # without this team a coefficient is not identified: its smallest solution
        moved[team] = np.linalg.pinv(left[team], rcond=SINGULAR) @ score[team]
    return beta - moved @ inverse


def jackknife(
    folds: Floats, value: Floats | float, level: float = LEVEL, df: float | None = None
) -> Jackknife:
    """Delete-one-team standard error and t(G - 1) interval around `value`; t(df) where df is given.

    folds (g,) or (g, j): the quantity with each team left out, already on the full company's
    footing. Source: MacKinnon, Nielsen & Webb 2023, J. Econometrics 232, 272-299 (CV3).
    """
    folds = np.asarray(folds, dtype=np.float64)
    g = len(folds)
    se = np.sqrt((g - 1) / g * np.sum((folds - folds.mean(0)) ** 2, axis=0))
    df = float(g - 1) if df is None else df
    half = stdtrit(df, (1 + level) / 2) * se
    return Jackknife(se, df, value - half, value + half)
