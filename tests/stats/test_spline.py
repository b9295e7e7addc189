"""Natural splines: their defining properties, ties and degenerate values."""

from __future__ import annotations

import numpy as np
import pytest

from cxcase.stats.spline import beyond_line, knots_at, natural_bends

KNOTS = np.array([-1.0, 0.0, 0.7, 2.0, 3.5])


def test_straight_beyond_the_outer_knots_and_smooth_at_each():
    """Second differences vanish outside; values, slopes and curvatures meet at every knot."""
    step = 1e-3
    for outside in (np.linspace(-9, -1, 50), np.linspace(3.5, 12, 50)):
        assert np.abs(np.diff(natural_bends(outside, KNOTS), 2, axis=0)).max() < 1e-10
    for knot in KNOTS:
        around = natural_bends(knot + step * np.arange(-3.0, 4.0), KNOTS)
        second = np.diff(around, 2, axis=0) / step**2
        assert np.abs(np.diff(second, axis=0)).max() < 0.05


def test_any_natural_spline_is_in_the_span():
    """SciPy's interpolant with natural ends, extended by its tangents."""
    from scipy.interpolate import CubicSpline

    curve = CubicSpline(KNOTS, [1.0, -2.0, 0.5, 3.0, -1.0], bc_type="natural")
    at = np.linspace(-3, 6, 200)
    low = curve(KNOTS[0]) + curve(KNOTS[0], 1) * (at - KNOTS[0])
    high = curve(KNOTS[-1]) + curve(KNOTS[-1], 1) * (at - KNOTS[-1])
    y = np.where(at < KNOTS[0], low, np.where(at > KNOTS[-1], high, curve(at)))
    x = np.column_stack([np.ones_like(at), at, natural_bends(at, KNOTS)])
    assert np.abs(x @ np.linalg.lstsq(x, y, rcond=None)[0] - y).max() < 1e-9


@pytest.mark.parametrize(
    ("values", "most"),
    [
        (np.full(50, 3.0), 0),
        (np.repeat([0.0, 1.0], 25), 0),
        (np.repeat([0.0, 1.0, 5.0], 20), 1),
        (np.concatenate([np.zeros(70), np.arange(30.0)]), 1),
    ],
)
def test_equal_quantiles_are_one_knot(values: np.ndarray, most: int):
    """Constant, two and three values, heavy ties: few knots, and no column that says nothing."""
    knots = knots_at(values, 4)
    assert (np.diff(knots) > 0).all()
    beside = beyond_line(values, natural_bends(values, knots))
    assert beside.shape[1] <= most


def test_knots_do_not_hang_on_the_order_of_rows():
    values = np.random.default_rng(3).gamma(1.0, size=500)
    assert (knots_at(values, 4) == knots_at(values[::-1], 4)).all()
    assert len(knots_at(values, 4)) == 6
    assert len(knots_at(values, 2)) == 4


def test_bends_beyond_the_line_span_the_same_and_are_uncorrelated():
    values = np.random.default_rng(4).gamma(1.0, size=400)
    bends = natural_bends(values, knots_at(values, 4))
    beside = beyond_line(values, bends)
    one = np.column_stack([np.ones_like(values), values])
    cross = np.column_stack([one, beside]).T @ beside / len(values)
    assert cross[2:] == pytest.approx(np.eye(4), abs=1e-8)
    assert cross[:2] == pytest.approx(np.zeros((2, 4)), abs=1e-8)
    both = np.column_stack([one, bends])
    assert np.abs(both @ np.linalg.lstsq(both, beside, rcond=None)[0] - beside).max() < 1e-8
