"""Poisson totals, concave shapes, and every gate exactly on its boundary."""

import numpy as np
import pytest

from cxcase import gates
from cxcase.stats.concave import concave_shape, knots
from cxcase.stats.poisson import fit_ppml
from cxcase.stats.teams import team_means, team_rows


def test_ppml_totals_match_the_ledger_overall_and_by_segment():
    rng = np.random.default_rng(1)
    n = 500
    segment = rng.integers(0, 3, n)
    start = rng.lognormal(8, 1.2, n)
    end = np.where(rng.uniform(size=n) < 0.15, 0.0, start * rng.lognormal(0.05, 0.3, n))
    weight = rng.uniform(0.5, 3.0, n)
    x = np.column_stack([np.ones(n), rng.normal(size=n), segment == 1, segment == 2]).astype(float)
    fit = fit_ppml(x, end, start, weight)
    assert fit.converged
    assert weight @ fit.fitted == pytest.approx(weight @ end, rel=1e-10)
    for s in range(3):
        own = segment == s
        assert weight[own] @ fit.fitted[own] == pytest.approx(weight[own] @ end[own], rel=1e-9)


def test_ppml_with_one_group_is_the_ratio():
    fit = fit_ppml(
        np.ones((3, 1)), np.array([0.0, 5.0, 10.0]), np.array([4.0, 4.0, 12.0]), np.ones(3)
    )
    assert np.exp(fit.beta[0]) == pytest.approx(15 / 20)


def test_shape_is_concave_and_one_at_one_point():
    lifts = knots(6.0)
    gains = lifts**2 / (1 + lifts**3)  # convex at first, then flat, then falling
    shape = concave_shape(lifts, gains)
    assert shape[0] == 0.0
    assert np.interp(1.0, lifts, shape) == pytest.approx(1.0)
    assert (np.diff(np.diff(shape) / np.diff(lifts)) <= 1e-12).all()
    assert (np.diff(shape) >= 0).all()


def test_knots_hold_the_unit_once():
    assert 1.0 in knots(6.0)
    assert len(knots(10.0)) == 41
    assert len(knots(6.0)) == 42
    assert knots(0.8)[-1] == 0.8
    assert len(knots(0.8)) == 41


def test_team_rows_refuse_codes_outside():
    with pytest.raises(ValueError, match="must lie in 0 to 2"):
        team_rows(np.array([0, 3]), 3)
    assert np.isnan(team_means(np.array([1.0, 3.0]), np.ones(2), np.array([0, 0]), 2)).tolist() == [
        False,
        True,
    ]


def test_gates_on_their_boundaries():
    assert gates.enough_events(10, 10)
    assert not gates.enough_events(9, 500)
    assert not gates.enough_events(500, 9)
    assert not gates.needs_firth(100, 900, 10)
    assert gates.needs_firth(99, 900, 10)
    assert gates.weights_usable(100, 2000)
    assert not gates.weights_usable(99, 200)
    assert not gates.weights_usable(100, 2001)
    assert gates.moment_usable(30, 5)
    assert not gates.moment_usable(29, 5)
    assert not gates.moment_usable(30, 4)
    assert [gates.directional(g) for g in (5, 6, 11, 12)] == [False, True, True, False]
    assert [gates.few_effective_teams(df) for df in (3.99, 4.0)] == [True, False]
    assert not gates.one_team_decides(np.array([0.3, 0.3, 0.3, 0.1]))
    assert gates.one_team_decides(np.array([0.31, 0.3, 0.3, 0.09]))
    assert not gates.leverage_concentrated(np.array([3.0, 0.0, 0.0]))
    assert gates.leverage_concentrated(np.array([4.0, 0.0, 0.0, 0.0]))
    assert [gates.ledger_shift_large(c) for c in (0.2, -0.2, 0.21, -0.21)] == [
        False,
        False,
        True,
        True,
    ]
    assert not gates.lines_differ(-0.85, -1.0)
    assert gates.lines_differ(-0.84, -1.0)
    assert not gates.lines_differ(0.0, 0.0)
