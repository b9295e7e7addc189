"""Kaplan-Meier and restricted mean time on the leukaemia trial of Freireich et al. 1963, Blood 21,
699-716.

S at 6, 7, 10, 13, 16, 22, 23 weeks on 6-MP is printed in every survival text (Kalbfleisch &
Prentice 2002, table 1.1): .857 .807 .753 .690 .627 .538 .448. Restricted means to 23 weeks, from
the same curves: 17.909 (6-MP), 8.667 (placebo).
"""

import numpy as np
import pytest

from cxcase.stats.logit import expit, fit_logit, row_pass
from cxcase.stats.survival import kaplan_meier, mean_time

EVENT = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
TIME = np.array(EVENT + CENSORED, dtype=float)
LEFT = np.r_[np.ones(len(EVENT), bool), np.zeros(len(CENSORED), bool)]
PLACEBO = np.array(
    [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], dtype=float
)


def test_published_curve():
    times, staying = kaplan_meier(TIME, LEFT)
    assert times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert staying == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)


def test_restricted_means():
    assert mean_time(*kaplan_meier(TIME, LEFT), 23) == pytest.approx(17.909, abs=5e-4)
    assert mean_time(*kaplan_meier(PLACEBO, np.ones(21, bool)), 23) == pytest.approx(
        8.667, abs=5e-4
    )
    assert PLACEBO.mean() == pytest.approx(8.667, abs=5e-4)  # nobody censored: the plain mean


def test_a_hazard_with_a_level_for_each_time_is_kaplan_meier():
    times, staying = kaplan_meier(TIME, LEFT)
    row, when = np.nonzero(TIME[:, None] >= times[None, :])
    x = np.eye(len(times))[when]
    y = ((TIME[row] == times[when]) & LEFT[row]).astype(float)
    # the last level is below 1, so that every hazard has finite odds
    fit = fit_logit(row_pass(x, y, np.ones(len(y)), np.zeros(len(y), int), 1), len(times))
    assert np.cumprod(1 - expit(fit.beta)) == pytest.approx(staying, abs=1e-9)


def test_weights_count_rows():
    weight = np.random.default_rng(0).integers(1, 4, len(TIME))
    twice = kaplan_meier(np.repeat(TIME, weight), np.repeat(LEFT, weight))
    assert kaplan_meier(TIME, LEFT, weight.astype(float))[1] == pytest.approx(twice[1], rel=1e-12)
