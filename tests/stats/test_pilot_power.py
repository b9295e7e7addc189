"""What a pilot can show, beside figures worked out elsewhere (METHODS, measured wins)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cxcase.stats.pilot_power import Comparison, least_p

CHURN = 0.12 * 0.88


@pytest.mark.parametrize(
    ("teams", "plain", "with_baseline"),
    [(8, 0.154, 0.114), (12, 0.116, 0.086), (20, 0.086, 0.063), (40, 0.059, 0.044)],
)
def test_the_least_effect_on_churn(teams: int, plain: float, with_baseline: float) -> None:
    bare = Comparison(teams, teams // 2, 100, CHURN, 0.03)
    assert bare.least == pytest.approx(plain, abs=0.0006)
    known = Comparison(teams, teams // 2, 100, CHURN, 0.03, between=0.6)
    assert known.least == pytest.approx(with_baseline, abs=0.0006)


@pytest.mark.parametrize(
    ("teams", "treated", "least"),
    [(6, 3, 0.1), (8, 2, 0.036), (8, 4, 0.029), (10, 3, 0.0083), (12, 3, 0.0045), (12, 6, 0.0022)],
)
def test_the_smallest_p_of_permuted_teams(teams: int, treated: int, least: float) -> None:
    assert least_p(teams, treated) == pytest.approx(least, rel=0.03)


def test_the_error_is_that_of_teams_drawn_at_random() -> None:
    found = Comparison(12, 4, 25, variance=2.0, icc=0.2)
    draw = np.random.default_rng(7)
    team = draw.normal(0.0, math.sqrt(2.0 * 0.2), (4000, 12))
    mean = team + draw.normal(0.0, math.sqrt(2.0 * 0.8 / 25), (4000, 12))
    difference = mean[:, :4].mean(axis=1) - mean[:, 4:].mean(axis=1)
    assert difference.std() == pytest.approx(found.se, rel=0.04)


def test_nothing_to_compare_detects_nothing() -> None:
    for teams, treated in ((8, 0), (8, 8), (2, 1)):
        assert Comparison(teams, treated, 50, 1.0, 0.1).least == math.inf
