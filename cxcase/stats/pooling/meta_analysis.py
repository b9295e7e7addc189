"""Studies pooled with an effect that differs between them: the mean, the spread, the next study.

Sources: DerSimonian & Laird 1986, Controlled Clinical Trials 7, 177-188; Viechtbauer 2005, Journal
of Educational and Behavioral Statistics 30, 261-293 (REML); Knapp & Hartung 2003, Statistics in
Medicine 22, 2693-2710; Rover, Knapp & Friede 2015, BMC Medical Research Methodology 15:99 (the
modified form); Higgins, Thompson & Spiegelhalter 2009, JRSS A 172, 137-159 (prediction); Rover
2020, Journal of Statistical Software 93(6) (a half-normal prior where studies are few).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import stdtrit

from cxcase.estimate import Floats

_COARSE = 201  # spreads looked at before the likeliest is made exact
_TAUS = 120  # spreads that a few studies' prediction is averaged over
_WIDEST = 6.0  # how many of the prior's scales the spread may reach


@dataclass(frozen=True)
class Pooled:
    """The random-effects mean of k studies and its standard error, in the studies' unit.

    tau2: variance between studies; q and i2: Cochran's, i2 as a share; df of the mean's t, k - 1.
    """

    mean: float
    se: float
    tau2: float
    q: float
    i2: float
    studies: int

    @property
    def df(self) -> int:
        """Degrees of freedom of the mean's Student t."""
        return self.studies - 1

    def interval(self, level: float) -> tuple[float, float]:
        """Where the mean lies."""
        half = self.se * stdtrit(self.df, 0.5 + level / 2)
        return self.mean - half, self.mean + half

    @property
    def next_sd(self) -> float:
        """Scale of the next study's Student t, of k - 2 degrees of freedom."""
        return float(np.sqrt(self.tau2 + self.se**2))

    def next_study(self, level: float) -> tuple[float, float]:
        """Where the true effect of one more study like these lies; for k of 3 or more."""
        half = self.next_sd * stdtrit(self.studies - 2, 0.5 + level / 2)
        return self.mean - half, self.mean + half


def reml(effects: Floats, variances: Floats) -> float:
    """The variance between studies that is likeliest by restricted likelihood, at least 0."""
    spread = float(np.ptp(effects))
    if spread == 0:
        return 0.0
    # the root, so that small spreads are told apart; beyond the effects' own range none is likelier
    roots = np.linspace(0.0, spread, _COARSE)
    values = _restricted(roots**2, effects, variances)
    best = int(np.argmax(values))
    ends = roots[max(best - 1, 0)], roots[min(best + 1, _COARSE - 1)]
    found = minimize_scalar(
        lambda root: -_restricted(np.array([root**2]), effects, variances)[0],
        bounds=ends,
        method="bounded",
        options={"xatol": 1e-10 * spread},
    )
    root = float(found.x) if -found.fun > values[0] else 0.0
    return root**2


def dersimonian_laird(effects: Floats, variances: Floats) -> float:
    """The variance between studies by moments, at least 0."""
    weights = 1.0 / variances
    total = weights.sum()
    excess = _q(effects, weights) - (len(effects) - 1)
    return max(0.0, float(excess / (total - (weights**2).sum() / total)))


def pool(
    effects: Floats, variances: Floats, spread: Callable[[Floats, Floats], float] = reml
) -> Pooled:
    """Two or more studies pooled; the mean's error is Knapp and Hartung's, never below the plain.

    effects (k,), variances (k,) above 0. Raises ValueError for fewer than two studies.
    """
    if len(effects) < 2:
        raise ValueError(f"studies == {len(effects)}, must be >= 2")
    tau2 = spread(effects, variances)
    weights = 1.0 / (variances + tau2)
    mean = float(weights @ effects / weights.sum())
    factor = max(1.0, _q(effects, weights) / (len(effects) - 1))
    q = _q(effects, 1.0 / variances)
    i2 = max(0.0, 1.0 - (len(effects) - 1) / q) if q > 0 else 0.0
    return Pooled(mean, float(np.sqrt(factor / weights.sum())), tau2, q, i2, len(effects))


@dataclass(frozen=True, eq=False)
class FewStudies:
    """What few studies say of the next: normals about means (t,) with variances (t,), weights (t,).

    mean, tau: of the studies' mean and the spread between studies, averaged.
    """

    means: Floats
    variances: Floats
    weights: Floats
    mean: float
    tau: float


def few(effects: Floats, variances: Floats, scale: float) -> FewStudies:
    """The next study's effect where k is 1 to 4: no spread of 0 is taken as found.

    The spread between studies has a half-normal prior of this scale, the mean none. A single study
    says nothing of the spread, so that the prior stands.
    """
    taus = (np.arange(_TAUS) + 0.5) / _TAUS * _WIDEST * scale
    totals = (1.0 / (variances + taus[:, None] ** 2)).sum(1)
    means = (1.0 / (variances + taus[:, None] ** 2)) @ effects / totals
    log = _restricted(taus**2, effects, variances)
    if scale > 0:
        log = log - 0.5 * (taus / scale) ** 2
    share = np.exp(log - log.max())
    share /= share.sum()
    mean, tau = float(share @ means), float(share @ taus)
    return FewStudies(means, 1.0 / totals + taus**2, share, mean, tau)


def _restricted(tau2: Floats, effects: Floats, variances: Floats) -> Floats:
    """The restricted log-likelihood at each variance between studies (t,)."""
    weights = 1.0 / (variances + tau2[:, None])
    totals = weights.sum(1)
    means = weights @ effects / totals
    errors = (weights * (effects - means[:, None]) ** 2).sum(1)
    return np.asarray(0.5 * (np.log(weights).sum(1) - np.log(totals) - errors))


def _q(effects: Floats, weights: Floats) -> float:
    mean = weights @ effects / weights.sum()
    return float(weights @ (effects - mean) ** 2)
