"""Thirteen trials of a vaccine: pooled as metafor pools them (figures.R beside this file)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from cxcase.stats.pooling.meta_analysis import dersimonian_laird, pool, reml

# tuberculosis and none among the vaccinated, then among the others
TRIALS = np.array(
    [
        (4, 119, 11, 128),
        (6, 300, 29, 274),
        (3, 228, 11, 209),
        (62, 13536, 248, 12619),
        (33, 5036, 47, 5761),
        (180, 1361, 372, 1079),
        (8, 2537, 10, 619),
        (505, 87886, 499, 87892),
        (29, 7470, 45, 7232),
        (17, 1699, 65, 1600),
        (186, 50448, 141, 27197),
        (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)


@pytest.fixture(scope="module")
def trials() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d = TRIALS.T
    effects = np.log(a / (a + b)) - np.log(c / (c + d))
    return effects, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def test_one_common_effect(trials):
    effects, variances = trials
    weights = 1 / variances
    assert weights @ effects / weights.sum() == pytest.approx(-0.4303, abs=1e-4)
    found = pool(effects, variances)
    assert found.q == pytest.approx(152.2330, abs=1e-4)
    assert found.i2 == pytest.approx(0.9212, abs=1e-4)


def test_by_moments(trials):
    found = pool(*trials, spread=dersimonian_laird)
    plain = 1 / np.sqrt((1 / (trials[1] + found.tau2)).sum())
    assert found.tau2 == pytest.approx(0.3088, abs=1e-4)
    assert found.mean == pytest.approx(-0.7141, abs=1e-4)
    assert plain == pytest.approx(0.1787, abs=1e-4)
    assert found.se == pytest.approx(0.1807, abs=1e-4)
    assert found.mean / found.se == pytest.approx(-3.9520, abs=1e-3)
    assert found.interval(0.95) == pytest.approx((-1.1078, -0.3204), abs=1e-4)
    # the next trial, as it is printed there: with the plain standard error
    half = np.sqrt(found.tau2 + plain**2) * stdtrit(11, 0.975)
    assert (found.mean - half, found.mean + half) == pytest.approx((-1.999, 0.571), abs=1e-3)
    low, high = found.next_study(0.95)
    assert low < found.mean - half
    assert high > found.mean + half


def test_by_restricted_likelihood(trials):
    found = pool(*trials)
    assert found.tau2 == pytest.approx(0.3132, abs=1e-4)
    assert found.mean == pytest.approx(-0.7145, abs=1e-4)
    assert 1 / np.sqrt((1 / (trials[1] + found.tau2)).sum()) == pytest.approx(0.1798, abs=1e-4)


def test_units_and_order_of_trials_decide_nothing(trials):
    effects, variances = trials
    found = pool(effects, variances)
    turned = pool(-10 * effects[::-1], 100 * variances[::-1])
    assert turned.mean == pytest.approx(-10 * found.mean)
    assert turned.se == pytest.approx(10 * found.se)
    assert reml(10 * effects, 100 * variances) == pytest.approx(100 * found.tau2, rel=1e-6)
