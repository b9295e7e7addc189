"""The common draws: every uncertain input of a case, by name, the same for every option compared.

A variable's stream depends on (seed, name) alone, so that adding a variable never changes
another's. Each is a scrambled one-dimensional Sobol sequence in an order permuted by its own
generator: Latin supercube sampling with one-dimensional blocks (Owen 1998, ACM TOMACS 8, 71-102).
The permutation is what makes streams independent.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.special import chdtri, log_ndtr, ndtr, ndtri, stdtrit
from scipy.stats import qmc

from cxcase.estimate import LEVEL, Floats

N_DRAWS = 16_384
_POWER = 14
MIXING = "link:t"  # the chi-square mixing that turns fold normals into a multivariate t
FOLD = "fold:{}"  # one normal per team left out
METALOG_LIMIT = (
    1.66711  # |a3 / a2| at which a 3-term metalog stops being a distribution (Keelin 2016, p. 263)
)
_LOG9 = float(np.log(9.0))  # log-odds of 0.9
_Z90 = float(ndtri(0.9))


@lru_cache(maxsize=512)
def uniforms(name: str, seed: int) -> Floats:
    """The stream of `name`, uniform in (0, 1), shape (N_DRAWS,), read-only."""
    digest = hashlib.sha256(f"{seed}\x1f{name}".encode()).digest()
    generator = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about balance of other sample sizes
        points = qmc.Sobol(d=1, scramble=True, rng=generator).random_base2(_POWER)[:, 0]
    stream: Floats = np.clip(generator.permutation(points), 2.0**-32, 1.0 - 2.0**-32).astype(
        np.float64
    )
    stream.flags.writeable = False
    return stream


@lru_cache(maxsize=512)
def normals(name: str, seed: int) -> Floats:
    """The stream of `name`, standard normal, shape (N_DRAWS,), read-only."""
    stream: Floats = np.asarray(ndtri(uniforms(name, seed)), dtype=np.float64)
    stream.flags.writeable = False
    return stream


def t_scale(df: float, seed: int) -> Floats:
    """sqrt(df / chi-square_df), shape (N_DRAWS,).

    Times a normal it is Student's t with df degrees of freedom.
    """
    return np.asarray(np.sqrt(df / chdtri(df, 1.0 - uniforms(MIXING, seed))), dtype=np.float64)


def t_draws(name: str, df: float, seed: int) -> Floats:
    """Student's t with df > 0 (a fraction is fine) from the stream of `name`, shape (N_DRAWS,)."""
    return np.asarray(stdtrit(df, uniforms(name, seed)), dtype=np.float64)


def jackknife_draws(
    value: Floats | float, folds: Floats, seed: int, level: float = LEVEL
) -> Floats:
    """Draws around `value` with the jackknife covariance of `folds`, (n,) or (n, j).

    Multivariate t(G - 1). folds (g,) or (g, j): the quantities with each team left out. Quantities
    drawn in separate calls stay coupled, since team g's normal and the mixing are shared. Each
    marginal is scaled so that its 5th and 95th percentiles agree with the printed t-interval.
    """
    folds = np.asarray(folds, dtype=np.float64)
    g = len(folds)
    deviation = (folds - folds.mean(0)).reshape(g, -1)
    total = np.zeros((N_DRAWS, deviation.shape[1]))
    for team in range(g):
        total += normals(FOLD.format(team), seed)[:, None] * deviation[team]
    total *= (t_scale(g - 1, seed) * np.sqrt((g - 1) / g))[:, None]
    half = stdtrit(g - 1, (1 + level) / 2) * np.sqrt((g - 1) / g * np.sum(deviation**2, axis=0))
    total = fit_margins(total, half, level)
    return np.asarray(value, dtype=np.float64) + (total[:, 0] if folds.ndim == 1 else total)


def fit_margins(deviation: Floats, half: Floats, level: float = LEVEL) -> Floats:
    """Deviations (n, j) centred and scaled to intervals of a given width.

    Half the width of each central `level` interval becomes half (j,).
    """
    centred = deviation - deviation.mean(0)
    low, high = np.quantile(centred, [(1 - level) / 2, (1 + level) / 2], axis=0)
    width = (high - low) / 2
    scale = np.where(width > 0, half / np.where(width > 0, width, 1.0), 0.0)
    return np.asarray(centred * scale, dtype=np.float64)


def copula(names: Sequence[str], rho: float, factor: str, seed: int) -> dict[str, Floats]:
    """Standard normals by name that share one factor.

    Any two correlate by rho, 0 <= rho < 1.
    """
    common = np.sqrt(rho) * normals(factor, seed)
    return {name: common + np.sqrt(1.0 - rho) * normals(name, seed) for name in names}


def metalog_feasible(p10: float, p50: float, p90: float) -> bool:
    """True when a 3-term metalog passes through the three quantiles: they are not too lopsided."""
    low, mid, high = np.log([p10, p50, p90]) if p10 > 0 else (p10, p50, p90)
    return bool(high == low or abs(2.5 * (high + low - 2 * mid) / (high - low)) <= METALOG_LIMIT)


def metalog(p10: float, p50: float, p90: float, normals: Floats) -> Floats:
    """Draws with these 10th, 50th and 90th percentiles, one for each standard normal.

    Shape as `normals`. Bounded below at 0 when p10 > 0 (the metalog of the logarithm), unbounded
    otherwise. Quantiles too lopsided for a 3-term metalog keep p50 and the distance p90 - p10;
    `metalog_feasible` says when. Raises ValueError unless p10 <= p50 <= p90. Source: Keelin 2016,
    Decision Analysis 13, 243-277.
    """
    if not p10 <= p50 <= p90:
        raise ValueError(f"quantiles {p10}, {p50}, {p90} must not decrease")
    if p10 > 0:
        return np.exp(_metalog(float(np.log(p10)), float(np.log(p50)), float(np.log(p90)), normals))
    return _metalog(p10, p50, p90, normals)


def _metalog(p10: float, p50: float, p90: float, normals: Floats) -> Floats:
    slope = (p90 - p10) / (2 * _LOG9)
    skew = (p10 + p90 - 2 * p50) / (0.8 * _LOG9)
    skew = float(np.clip(skew, -METALOG_LIMIT * slope, METALOG_LIMIT * slope))
    log_odds: Floats = log_ndtr(normals) - log_ndtr(-normals)
    return np.asarray(p50 + slope * log_odds + skew * (ndtr(normals) - 0.5) * log_odds)


def lognormal_parameters(p10: float, p90: float) -> tuple[float, float, float]:
    """(mu, sigma, mean) of the lognormal with these 10th and 90th percentiles.

    Raises ValueError unless 0 < p10 <= p90.
    """
    if not 0 < p10 <= p90:
        raise ValueError(f"percentiles {p10}, {p90} must be positive and in order")
    mu = (np.log(p10) + np.log(p90)) / 2
    sigma = (np.log(p90) - np.log(p10)) / (2 * _Z90)
    return float(mu), float(sigma), float(np.exp(mu + sigma**2 / 2))


def lognormal(p10: float, p90: float, normals: Floats) -> Floats:
    """Lognormal draws with these 10th and 90th percentiles, one for each standard normal."""
    mu, sigma, _ = lognormal_parameters(p10, p90)
    return np.exp(mu + sigma * normals)
