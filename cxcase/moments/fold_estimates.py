"""Arrays with each team left out in turn, made into the figures people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from cxcase.estimate import LEVEL, Estimate, Floats
from cxcase.moments.design import Ratings
from cxcase.moments.fold_sums import by_fold
from cxcase.moments.models import Design, LogOdds
from cxcase.stats.cluster import jackknife
from cxcase.stats.logit import expit

FEW_ANSWERS = "moment_few_answers"
FALSE_CLAIMS = 0.10  # share of claimed moments that may be false


@dataclass(frozen=True, eq=False)
class Described:
    """Reach and performance of each of m moments, each (m,) of `Estimate`."""

    reach: tuple[Estimate, ...]
    performance: tuple[Estimate, ...]

    def pick(self, keep: Sequence[int]) -> Described:
        """The same for some of the moments."""
        return Described(
            tuple(self.reach[j] for j in keep), tuple(self.performance[j] for j in keep)
        )


def estimates(
    values: Floats, unit: str, n: list[int], teams: Sequence[int | None]
) -> tuple[Estimate, ...]:
    """One `Estimate` per column of values (f, j), all teams first, each team left out after.

    T(G - 1) interval.
    """
    spread = jackknife(values[1:], values[0])
    return tuple(
        Estimate(
            float(values[0, j]),
            float(spread.low[j]),
            float(spread.high[j]),
            unit,
            df=spread.df,
            n=n[j],
            teams=teams[j],
        )
        for j in range(values.shape[1])
    )


def describe(ratings: Ratings, weights: Floats, teams: int | None = None) -> Described:
    """Reach and performance of every moment under weights (f, n).

    Teams are the unit where there are two or more to leave out; otherwise customers are, each on
    its own. teams: how many there are, None where what is left out are no teams.
    """
    lived = ratings.lived.astype(np.float64)
    answered = ratings.answered
    rating = np.where(answered, ratings.rating, 0.0)
    counts = lived.sum(axis=0).astype(int).tolist()
    rated = answered.sum(axis=0).astype(int).tolist()
    if len(weights) < 3:
        return Described(
            tuple(_alone(weights[0], column, "share") for column in lived.T),
            tuple(
                _alone(weights[0][use], column[use], "points")
                for column, use in zip(rating.T, answered.T, strict=True)
            ),
        )
    counted = [teams] * lived.shape[1]
    reach = by_fold(weights, lived) / weights.sum(axis=1, keepdims=True)
    size = by_fold(weights, answered)
    mean = by_fold(weights, rating) / np.where(size > 0, size, 1.0)
    # only one team rated it: leaving that out says nothing
    mean = np.where(size > 0, mean, mean[0])
    measured = [
        _measured(e)
        if rated[j]
        else Estimate(None, None, None, "points", "refused", "moment_few_answers")
        for j, e in enumerate(estimates(mean, "points", rated, counted))
    ]
    return Described(
        tuple(_measured(e) for e in estimates(reach, "share", counts, counted)), tuple(measured)
    )


def _measured(e: Estimate) -> Estimate:
    low = e.low
    high = e.high
    if e.unit == "share" and low is not None and high is not None:
        low = max(low, 0.0)
        high = min(high, 1.0)
    return Estimate(e.value, low, high, e.unit, "measured", df=e.df, n=e.n, teams=e.teams)


def _alone(weight: Floats, values: Floats, unit: str) -> Estimate:
    """A weighted mean whose interval takes customers as independent.

    Source: Cochran 1977, section 6.4.
    """
    n = len(values)
    if n < 2:
        return Estimate(None, None, None, unit, "refused", "moment_few_answers", n=n)
    mean = float(np.average(values, weights=weight))
    se = float(np.sqrt(n / (n - 1) * np.sum((weight * (values - mean)) ** 2)) / weight.sum())
    half = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * se
    return _measured(Estimate(mean, mean - half, mean + half, unit, df=float(n - 1), n=n))


def steepness(design: Design, log_odds: LogOdds) -> Floats:
    """Mean change in churn probability per unit of log-odds among those who lived a moment (f, j).

    Times a slope in log-odds it is the change per point. A fold's own weights, and the full
    company's log-odds moved to first order by its coefficients.
    """
    lived = design.blocks.lived.astype(np.float64)
    p = expit(log_odds.at(0))
    steep = p * (1 - p)
    bent = design.weights[0] * steep * (1 - 2 * p)
    moved = (log_odds.betas - log_odds.betas[0]) @ (log_odds.columns.T @ (bent[:, None] * lived))
    spread = by_fold(design.weights, steep[:, None] * lived) + moved
    return np.asarray(spread / np.maximum(by_fold(design.weights, lived), 1e-300))


def distinguishable(values: Floats) -> list[bool]:
    """Whether each column of values (f, j) differs from zero, false claims held to 10 %.

    Source: Benjamini & Hochberg 1995, JRSS B 57, 289-300.
    """
    spread = jackknife(values[1:], values[0])
    t = np.abs(values[0]) / np.maximum(spread.se, 1e-300)
    p = 2 * stdtr(spread.df, -t)
    order = np.argsort(p, kind="stable")
    passed = p[order] <= FALSE_CLAIMS * np.arange(1, len(p) + 1) / len(p)
    last = int(np.flatnonzero(passed).max()) if passed.any() else -1
    claimed = np.zeros(len(p), dtype=bool)
    claimed[order[: last + 1]] = True
    return claimed.tolist()


def ties(names: tuple[str, ...], stake: Floats) -> tuple[tuple[str, ...], ...]:
    """Groups of two or more moments whose money cannot be told apart, most money first.

    Stake (f, j), all teams first. A group is a leader and those after it whose difference from that
    leader has a 90 % interval that includes zero; the next one outside leads the next group. So
    nobody is tied to a moment only through a third.
    """
    order = sorted(range(len(names)), key=lambda j: (-stake[0, j], names[j]))
    groups: list[list[int]] = []
    for j in order:
        if groups and _includes_zero(stake[:, groups[-1][0]] - stake[:, j]):
            groups[-1].append(j)
        else:
            groups.append([j])
    return tuple(tuple(names[j] for j in group) for group in groups if len(group) > 1)


def _includes_zero(values: Floats) -> bool:
    spread = jackknife(values[1:], values[0])
    return bool(spread.low <= 0 <= spread.high)
