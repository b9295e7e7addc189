"""Natural (restricted) cubic splines: a line and its bends, straight beyond the outer knots."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Floats
from cxcase.stats.identifiability import independent_columns

KNOTS = (
    0.1,
    0.5,
    0.9,
)  # quantiles, as recommended for three (Harrell 2001, Regression Modeling Strategies, 2.4.5)


def three_knots(values: Floats, weight: Floats) -> Floats | None:
    """Weighted quantiles (3,) of values (n,), or None when they are not three different ones."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order]) / weight.sum()
    knots = values[order][np.minimum(np.searchsorted(reached, KNOTS), len(values) - 1)]
    if len(np.unique(knots)) == 3:
        return knots
    return None


def bend(values: Floats, knots: Floats) -> tuple[Floats, Floats]:
    """The spline's second column (n,) and its derivative (n,).

    The first column is the value itself.
    """
    first, middle, last = knots
    up = (last - first) / (last - middle)
    down = (middle - first) / (last - middle)
    a, b, c = (np.maximum(values - knot, 0.0) for knot in knots)
    size = (last - first) ** 2
    return (a**3 - up * b**3 + down * c**3) / size, 3 * (a**2 - up * b**2 + down * c**2) / size


OUTER = (0.05, 0.95)  # quantiles of the outer knots, beyond which a natural spline is straight


def knots_at(values: Floats, inner: int) -> Floats:
    """Knots of a natural spline: `inner` ones at equal shares of values (n,), and two outer ones.

    Quantiles that are the same value are one knot, so that there may be fewer.
    """
    shares = [OUTER[0], *(place / (inner + 1) for place in range(1, inner + 1)), OUTER[1]]
    return np.unique(np.quantile(values, shares, method="inverted_cdf"))


def natural_bends(values: Floats, knots: Floats) -> Floats:
    """The natural cubic spline's columns beside the value itself (n, knots - 2); knots rise.

    With a constant and the value they span every function that is cubic between knots, smooth at
    them and straight beyond the outer two; none with fewer than three knots. Source: Harrell 2001,
    Regression Modeling Strategies, section 2.4.4.
    """
    if len(knots) < 3:
        return np.empty((len(values), 0))
    *inner, before, last = knots
    cubes = np.maximum(values[:, None] - knots, 0.0) ** 3
    up = (last - np.array(inner)) / (last - before)
    down = (before - np.array(inner)) / (last - before)
    bends = cubes[:, :-2] - cubes[:, -2:-1] * up + cubes[:, -1:] * down
    return np.asarray(bends / (last - knots[0]) ** 2)


def beyond_line(values: Floats, bends: Floats, tolerance: float = 1e-9) -> Floats:
    """What bends (n, b) add to a line in values (n,), each beside those before it, at unit spread.

    Columns that add nothing are left out. With the line they span what they did before.
    """
    one = np.ones_like(values)
    x = np.column_stack([one, values, bends])
    keep = independent_columns(x, tolerance)
    x = x[:, keep]
    lead = int(keep[:2].sum())
    root = np.linalg.cholesky(x.T @ x / len(x))
    return np.asarray(np.linalg.solve(root, x.T)[lead:].T)
