"""EX through CX to churn and to money: products of two uncertain slopes, by Monte Carlo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cxcase.estimate import Estimate, Floats, refuse, summarise
from cxcase.link.models.ex_to_cx import CHANCE, Slope
from cxcase.link.worth.g_computation import Figure, Money
from cxcase.stats.cluster import Sandwich
from cxcase.stats.draws import t_draws
from cxcase.stats.effects import cr2_mean, mean_of

STREAM = "link:indirect"
# share of the scale below which the move is too small to divide by; the slope at this move is used
# instead
TINY = 0.01
BOTH_CLEAR = "both_paths_exclude_zero"
NOT_BOTH_CLEAR = "paths_not_both_clear"


@dataclass(frozen=True, eq=False)
class Indirect:
    """Churn probability per EX point through CX, and whether both paths exclude zero.

    Only then may it be claimed.
    """

    estimate: Estimate
    checks: tuple[str, ...]


def step_of(slope: float, money: Money) -> float:
    """The move of the score in points at which a slope per point is read.

    What one EX point brings, unless tiny.
    """
    tiny = TINY * (money.scale.high - money.scale.low)
    if abs(slope) >= tiny:
        return slope
    return tiny


def through_cx(slope: Slope, cx_to_churn: Estimate, money: Money, seed: int) -> Indirect:
    """Average change in churn probability if scores moved by what one EX point brings.

    Kept inside the marks seen. An interventional indirect effect: a x b with b the average change
    per point over that move. Interval: percentiles of the product of Student-t draws of a (CR2,
    Satterthwaite) and b (the same, delta method with the covariate-sampling term). Source:
    MacKinnon, Lockwood & Williams 2004; Vansteelandt & Daniel 2017.
    """
    a = slope.estimate
    if a.value is None or slope.draws is None:
        return Indirect(refuse(CHANCE, a.reason or "not_run", n=a.n, teams=a.teams), ())
    per_point, error = _per_point(money, step_of(a.value, money))
    b_draws = per_point + error.se * t_draws(STREAM, error.df, seed)
    df = min(a.df or error.df, error.df)
    estimate = summarise(
        slope.draws * b_draws, a.value * per_point, CHANCE, df=df, n=a.n, teams=a.teams
    )
    clear = a.excludes_zero and cx_to_churn.excludes_zero
    return Indirect(estimate, (BOTH_CLEAR if clear else NOT_BOTH_CLEAR,))


def _per_point(money: Money, step: float) -> tuple[float, Sandwich]:
    """Average change in churn probability per point over the move, with its CR2 error."""
    p = money.population
    churn = money.churn
    share = p.weight / p.weight.sum()
    move = money.moved(step)
    before = expit(churn.x @ churn.fit.beta)
    after = expit(churn.x @ churn.fit.beta + churn.slope * move)
    per_row = (after - before) / step
    rise = after * (1 - after)
    fall = before * (1 - before)
    gradient = churn.x.T @ (share * (rise - fall)) / step
    gradient[1] += float(share @ (rise * move)) / step
    mean = mean_of(per_row, gradient, p.weight, p.team, len(p.team_names))
    return mean.value, cr2_mean(churn.fit, mean)


def worth_through_cx(
    slope: Slope, money: Money, unit: str, seed: int, points: float = 1.0
) -> Estimate:
    """Revenue a year that goes with `points` of EX through the score.

    With the parts that `one_point_of_cx` has. g-computation of the move that these EX points bring,
    capped; interval from the product of the slope's draws and the jackknife draws of the money per
    point over that move.
    """
    a = slope.estimate
    if a.value is None or slope.draws is None:
        return refuse(unit, a.reason or "not_run", n=a.n, teams=a.teams)
    step = step_of(a.value * points, money)
    return through(slope, points, money.worth(step).best, step, unit, seed)


def through(
    slope: Slope, points: float, figure: Figure, step: float, unit: str, seed: int
) -> Estimate:
    """What `points` of EX go with through the score.

    From a figure that goes with a move of the score by `step`.
    """
    a = slope.estimate
    if a.value is None or slope.draws is None:
        return refuse(unit, a.reason or "not_run", n=a.n, teams=a.teams)
    if not np.isfinite(figure.folds).all():
        return refuse(unit, "too_few_events", n=a.n, teams=a.teams)
    per_point: Floats = Figure(figure.value / step, figure.folds / step).draws(seed)
    value = a.value * points * figure.value / step
    return summarise(slope.draws * points * per_point, value, unit, df=a.df, n=a.n, teams=a.teams)
