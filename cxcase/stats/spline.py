"""A restricted cubic spline with three knots: a line and one bend, straight at both ends."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Floats

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
