"""What is believed of one number, as mass on points: mixed, and updated by a measurement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtr

from cxcase.estimate import Floats
from cxcase.stats.draws import metalog

Distribution = Callable[[Floats], Floats]  # a number -> the chance of no more than that
GRID = 401
_FURTHEST = np.linspace(-8.0, 8.0, 4001)  # normals through which percentiles are followed


@dataclass(frozen=True, eq=False)
class Belief:
    """Mass (m,) on points (m,) that rise; it adds up to 1. A point's mass lies about it, half-way
    to its neighbours.
    """

    points: Floats
    mass: Floats

    @classmethod
    def of(cls, chance: Distribution, points: Floats) -> Belief:
        """The distribution on these points; what lies beyond them stands on the outermost."""
        up_to = np.concatenate([[0.0], chance(_between(points)), [1.0]])
        return cls(points, np.diff(up_to))

    @property
    def mean(self) -> float:
        """The expected number."""
        return float(self.mass @ self.points)

    @property
    def variance(self) -> float:
        """The number's variance."""
        return float(self.mass @ (self.points - self.mean) ** 2)

    def quantile(self, share: float) -> float:
        """The number that `share` of the mass does not exceed, by a line where it lies between."""
        up_to = np.cumsum(self.mass)[:-1]
        return float(np.interp(share, up_to, _between(self.points)))

    def updated(self, measured: float, error: float) -> tuple[Belief, float]:
        """(what is believed after a measurement with this standard error, how likely that was).

        The likelihood is a density of the measurement under this belief.
        """
        distance = (measured - self.points) / error
        density = np.exp(-0.5 * distance**2) / (error * np.sqrt(2 * np.pi))
        likely = float(self.mass @ density)
        if likely == 0.0:  # so far from all that is believed that no number can hold it
            return Belief.of(normals(np.array([measured]), np.array([error])), self.points), 0.0
        return Belief(self.points, self.mass * density / likely), likely


def mixed(beliefs: Sequence[Belief], weights: Sequence[float]) -> Belief:
    """The linear pool of beliefs on the same points; weights are divided by their sum.

    Percentiles are never averaged: that would hide that people disagree. Source: Stone 1961, Annals
    of Mathematical Statistics 32, 1339-1342.
    """
    shares = np.asarray(weights, dtype=np.float64) / np.sum(weights)
    mass = sum(share * belief.mass for share, belief in zip(shares, beliefs, strict=True))
    return Belief(beliefs[0].points, np.asarray(mass))


def normals(means: Floats, sds: Floats, weights: Floats | None = None) -> Distribution:
    """A mixture of normals about means (t,) with spreads (t,); weights (t,) add up to 1."""
    shares = np.full(len(means), 1.0 / len(means)) if weights is None else weights
    return lambda x: np.asarray(ndtr((x[:, None] - means) / sds) @ shares)


def student(mean: float, scale: float, df: float) -> Distribution:
    """Student's t about a mean."""
    return lambda x: np.asarray(stdtr(df, (x - mean) / scale))


def percentiles(p10: float, p50: float, p90: float) -> Distribution:
    """The distribution with these percentiles that draws of the same are from: a metalog."""
    if p10 == p90:
        return lambda x: np.asarray((x >= p50).astype(np.float64))
    numbers = metalog(p10, p50, p90, _FURTHEST)
    return lambda x: np.asarray(ndtr(np.interp(x, numbers, _FURTHEST)))


def grid(*spans: tuple[float, float]) -> Floats:
    """Points over all spans (low, high), as close as the narrowest needs where that lies."""
    points = [np.linspace(low, high, GRID) for low, high in spans]
    return np.unique(np.concatenate(points))


def _between(points: Floats) -> Floats:
    return np.asarray((points[1:] + points[:-1]) / 2)
