"""Concave shapes: what a money curve may look like."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Floats


def concave_shape(lifts: Floats, gains: Floats, unit: float = 1.0) -> Floats:
    """`gains` (k,) at `lifts` (k,), made concave and scaled to 1 at `unit`.

    At the last lift if that is shorter than `unit`. lifts rise from 0; gains start at 0 and rise.
    Slopes that would rise are lowered to the slope before them, so the shape never lies above the
    gains' own course from the left.
    """
    slopes = np.minimum.accumulate(np.diff(gains) / np.diff(lifts))
    shape = np.concatenate([[0.0], np.cumsum(np.maximum(slopes, 0.0) * np.diff(lifts))])
    at_unit = float(np.interp(min(unit, float(lifts[-1])), lifts, shape))
    if at_unit > 0:
        return shape / at_unit
    return lifts / min(unit, float(lifts[-1]))


def knots(scale_range: float, unit: float = 1.0, steps: int = 40) -> Floats:
    """Lifts from 0 to the scale's whole range, with one more knot exactly at `unit`.

    The others are `steps` equal steps.
    """
    grid = np.linspace(0.0, scale_range, steps + 1)
    if unit >= scale_range:
        return grid
    near = np.abs(grid - unit) < 1e-9 * scale_range
    return np.sort(np.append(grid[~near], unit))
