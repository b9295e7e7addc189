"""Alternative estimates of what a point goes with, each with its own interval."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cxcase import gates
from cxcase.estimate import Estimate, Floats
from cxcase.link.data.analysed import Population
from cxcase.link.diagnosis import STRAIGHT_FACTORS, AlternativeEstimate, Confirmation
from cxcase.link.models.churn import ChurnModel, design, fit_weighted
from cxcase.link.worth.g_computation import Money
from cxcase.stats.cluster import jackknife
from cxcase.stats.effects import average_slope, jackknife_mean
from cxcase.stats.folds import fold_crosses
from cxcase.stats.logit import LogitFit, shift_to_total
from cxcase.stats.ols import fit_ols, team_sums
from cxcase.stats.response_weights import kish
from cxcase.stats.spline import bend, three_knots
from cxcase.stats.wild_bootstrap import Wild, wild_bootstrap

PER_POINT = "probability per point"
GRID = 1e-6  # share of the step by which ratings may be off their grid


def readings(
    money: Money, headline: Estimate, seed: int
) -> tuple[tuple[AlternativeEstimate, ...], Confirmation | None, float | None]:
    """Alternative estimates of `cx_to_churn`, the wild bootstrap, and the spline's AIC.

    The bootstrap is that of the straight line; the AIC is less the line's.
    """
    curved, aic = _spline(money.population, money.churn)
    line, wild = _straight(money.population, money.churn, headline, seed)
    found = [*_same_model(money), *curved, line, *_straight_factors(money, headline)]
    return tuple(found), wild, aic


def _same_model(money: Money) -> Iterator[AlternativeEstimate]:
    p = money.population
    churn = money.churn
    y = p.churned.astype(float)
    weight = p.weight / p.weight.mean()
    if p.within:
        x = np.delete(churn.x, 2, axis=1)
        near = np.delete(churn.fit.beta, 2)
        yield _slope("pooled", x, fit_weighted(x, y, weight, p, near=near), p)
    if np.ptp(p.weight) > 0:
        fit = fit_weighted(churn.x, y, np.ones_like(y), p, near=churn.fit.beta)
        shift = shift_to_total(churn.x @ fit.beta, p.weight, float(p.weight @ y))[0]
        yield _slope("unweighted", churn.x, fit, p, float(shift))
    corrected = rounding(money)
    if corrected is not None:
        yield corrected


def _straight_factors(money: Money, headline: Estimate) -> Iterator[AlternativeEstimate]:
    """The slope with known factors held as straight lines, where it is another."""
    p = money.population.straight()
    if not money.population.bends.of:
        return
    x, _ = design(p)
    near = money.churn.fit.beta[: x.shape[1]]  # bends are the last columns
    fit = fit_weighted(x, p.churned.astype(float), p.weight / p.weight.mean(), p, near=near)
    found = _slope(STRAIGHT_FACTORS, x, fit, p)
    value = found.estimate.value
    if value is not None and gates.apart(value, money.average_effect().value, headline):
        yield found


def _slope(
    id: str, x: Floats, fit: LogitFit, p: Population, shift: float = 0.0
) -> AlternativeEstimate:
    beta = fit.beta + shift * np.eye(x.shape[1])[0]
    mean = average_slope(x, np.eye(x.shape[1])[1], beta, p.weight, p.team, len(p.team_names))
    got = jackknife_mean(fit, mean)
    return AlternativeEstimate(
        id, "cx_to_churn", _estimate(mean.value, float(got.low), float(got.high), got.df, p)
    )


def _estimate(value: float, low: float, high: float, df: float | None, p: Population) -> Estimate:
    return Estimate(value, low, high, PER_POINT, df=df, n=len(p.team), teams=p.teams)


def rating_step(score: Floats) -> float | None:
    """The step of the grid that scores lie on (1 for whole marks); None when they lie on none."""
    values = np.unique(score)
    if len(values) < 2:
        return None
    step = float(np.diff(values).min())
    places = (values - values[0]) / step
    if np.abs(places - np.rint(places)).max() < GRID and places[-1] <= 100:
        return step
    return None


def rounding(money: Money) -> AlternativeEstimate | None:
    """The slope if marks are rounded experience: times v / (v - step^2 / 12).

    v: the score's variance left by the other columns. A rounded mark hides part of what was felt;
    if people act on the mark they gave, this overstates by as much. Source: Sheppard's correction;
    Fuller 1987, section 1.2.
    """
    p = money.population
    step = rating_step(p.metric)
    if step is None:
        return None
    x = money.churn.x
    folds = np.array([_left_variance(cross) for cross in fold_crosses(x, p.fold_weight)])
    full = _left_variance(fold_crosses(x, p.weight[None])[0])
    noise = step**2 / 12
    if (
        min(full, float(folds.min())) <= 2 * noise
    ):  # more rounding than score: nothing to correct with
        return None
    raw = money.average_effect()
    value = raw.value * full / (full - noise)
    got = jackknife(raw.folds * folds / (folds - noise), value)
    return AlternativeEstimate(
        "rounding", "cx_to_churn", _estimate(value, float(got.low), float(got.high), got.df, p)
    )


def _left_variance(cross: Floats) -> float:
    """The score's variance left by the other columns, from weighted products (k, k).

    The constant is first.
    """
    cross = cross / cross[0, 0]
    others = np.delete(np.arange(len(cross)), 1)
    explained = (
        cross[1, others]
        @ np.linalg.lstsq(cross[np.ix_(others, others)], cross[others, 1], rcond=None)[0]
    )
    return float(cross[1, 1] - explained)


def _spline(p: Population, churn: ChurnModel) -> tuple[list[AlternativeEstimate], float | None]:
    knots = three_knots(p.metric, p.weight)
    if knots is None or churn.fit.firth:
        return [], None
    curve, slope = bend(p.metric, knots)
    x = np.column_stack([churn.x, curve])
    weight = p.weight / p.weight.mean()
    near = np.append(churn.fit.beta, 0.0)
    fit = fit_weighted(x, p.churned.astype(float), weight, p, near=near)
    if fit.firth:
        return [], None
    d = np.zeros_like(x)
    d[:, 1] = 1.0
    d[:, -1] = slope
    mean = average_slope(x, d, fit.beta, p.weight, p.team, len(p.team_names))
    got = jackknife_mean(fit, mean)
    worth = kish(p.weight) / len(p.weight)  # weighted rows say less than as many equal ones
    aic = -2 * worth * (fit.loglik - churn.fit.loglik) + 2
    return [
        AlternativeEstimate(
            "spline",
            "cx_to_churn",
            _estimate(mean.value, float(got.low), float(got.high), got.df, p),
        )
    ], aic


def _straight(
    p: Population, churn: ChurnModel, headline: Estimate, seed: int
) -> tuple[AlternativeEstimate, Confirmation | None]:
    teams = len(p.team_names)
    sums = team_sums(churn.x, p.churned.astype(float), p.weight / p.weight.mean(), p.team, teams)
    value = float(fit_ols(sums).beta[1])
    wild = wild_bootstrap(sums, 1, seed)
    # a chance moves by 1
    if np.isfinite([wild.low, wild.high]).all():
        ends = (wild.low, wild.high)
    else:
        ends = (-1.0, 1.0)
    confirmed = confirm("cx_to_churn", value, wild, headline)
    return AlternativeEstimate(
        "straight_line", "cx_to_churn", _estimate(value, *ends, None, p)
    ), confirmed


def confirm(of: str, value: float, wild: Wild, headline: Estimate) -> Confirmation:
    """What the wild bootstrap says beside the printed interval."""
    agrees = (wild.p < 1 - headline.level) == headline.excludes_zero
    return Confirmation(of, value, wild.p, wild.low, wild.high, wild.draws, wild.enumerated, agrees)
