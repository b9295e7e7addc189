"""Averages with their error by teams, the spline, and placebo deals, each against working it out
the long way.
"""

import numpy as np
import pytest

from cxcase.stats.effects import average_slope, cr2_mean, jackknife_mean
from cxcase.stats.logit import expit, fit_logit, row_pass
from cxcase.stats.ols import TeamSums, team_sums
from cxcase.stats.permute import deals, placebo_share
from cxcase.stats.spline import bend, three_knots
from cxcase.stats.teams import intraclass


def company(seed=0, teams=15, n=3000):
    rng = np.random.default_rng(seed)
    team = rng.integers(0, teams, n)
    x = np.column_stack(
        [np.ones(n), rng.normal(size=n) + 0.3 * rng.normal(size=teams)[team], rng.normal(size=n)]
    )
    eta = x @ [-1.0, -0.5, 0.3] + 0.3 * rng.normal(size=teams)[team]
    return x, (rng.uniform(size=n) < expit(eta)).astype(float), rng.uniform(0.5, 2, n), team, teams


def test_gradient_is_the_derivative():
    x, _, weight, team, teams = company()
    curve, slope = bend(x[:, 1], np.array([-1.0, 0.2, 1.3]))
    x = np.column_stack([x, curve])
    d = np.column_stack([np.zeros(len(x)), np.ones(len(x)), np.zeros(len(x)), slope])
    beta = np.array([-1.0, -0.5, 0.3, 0.1])
    for along in (d, np.eye(4)[1]):
        got = average_slope(x, along, beta, weight, team, teams)
        numeric = [
            (
                average_slope(x, along, beta + e, weight, team, teams).value
                - average_slope(x, along, beta - e, weight, team, teams).value
            )
            / 2e-5
            for e in 1e-5 * np.eye(4)
        ]
        assert got.gradient == pytest.approx(numeric, abs=1e-8)
    up = average_slope(x, np.eye(4)[1], beta, weight, team, teams)
    p = expit(x @ beta)
    assert up.value == pytest.approx(np.average(beta[1] * p * (1 - p), weights=weight))


def test_jackknife_of_an_average_is_near_refitting_without_each_team():
    x, y, weight, team, teams = company(1)
    fit = fit_logit(row_pass(x, y, weight, team, teams), 3)
    mean = average_slope(x, np.eye(3)[1], fit.beta, weight, team, teams)
    refits = []
    for g in range(teams):
        keep = team != g
        own = fit_logit(row_pass(x[keep], y[keep], weight[keep], np.zeros(keep.sum(), int), 1), 3)
        p = expit(x[keep] @ own.beta)
        refits.append(np.average(own.beta[1] * p * (1 - p), weights=weight[keep]))
    error = np.sqrt((teams - 1) / teams * np.sum((refits - np.mean(refits)) ** 2))
    got = jackknife_mean(fit, mean)
    assert got.se == pytest.approx(error, rel=0.03)
    assert got.df == teams - 1
    assert cr2_mean(fit, mean).se == pytest.approx(error, rel=0.15)


def test_the_spline_is_straight_outside_its_knots_and_smooth_inside():
    knots = np.array([2.0, 5.0, 8.0])
    at = np.linspace(-5, 15, 4001)
    curve, slope = bend(at, knots)
    assert slope == pytest.approx(np.gradient(curve, at), abs=1e-2)
    assert (curve[at <= 2] == 0).all()
    beyond = slope[at >= 8]
    assert np.ptp(beyond) == pytest.approx(0, abs=1e-9)
    assert three_knots(np.array([1.0] * 95 + [2.0] * 5), np.ones(100)) is None
    assert three_knots(np.arange(1.0, 101.0), np.ones(100)) == pytest.approx([10, 50, 90])


def test_placebo_deals_equal_fitting_every_deal():
    rng = np.random.default_rng(2)
    teams = 6
    n = 240
    team = rng.integers(0, teams, n)
    level = rng.normal(size=teams)
    other = np.column_stack([np.ones(n), rng.normal(size=n)])
    y = 0.4 * level[team] + other @ [1.0, 0.2] + rng.normal(size=n)
    weight = rng.uniform(0.5, 2, n)
    sums: TeamSums = team_sums(other, y, weight, team, teams)
    share, count, all_of_them = placebo_share(sums, level, 0)
    orders, _ = deals(teams, 0)
    assert (count, all_of_them) == (720, True)
    root = np.sqrt(weight)

    def slope(dealt):
        x = np.column_stack([other, dealt[team]]) * root[:, None]
        return abs(np.linalg.lstsq(x, y * root, rcond=None)[0][2])

    real = slope(level)
    assert share == pytest.approx(
        np.mean([slope(level[order]) >= real * (1 - 1e-9) for order in orders])
    )
    assert deals(12, 0)[0].shape == (999, 12)
    assert (np.sort(deals(12, 0)[0], axis=1) == np.arange(12)).all()


def test_intraclass_finds_what_was_built_in():
    rng = np.random.default_rng(3)
    team = rng.integers(0, 200, 8000)
    values = np.sqrt(0.2) * rng.normal(size=200)[team] + np.sqrt(0.8) * rng.normal(size=8000)
    assert intraclass(values, team, 200) == pytest.approx(0.2, abs=0.04)
    assert intraclass(values, np.zeros(8000, int), 1) is None
