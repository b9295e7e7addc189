"""How a moment was rated, who left at each rating, and the curve that the knot gives."""

from __future__ import annotations

import numpy as np
from scipy.special import logit

from cxcase.estimate import Estimate, Floats, Ints
from cxcase.gates import MIN_AT_SCORE
from cxcase.moments.asymmetry import Knots
from cxcase.moments.fit import Fitted
from cxcase.moments.result import Level
from cxcase.stats.cluster import jackknife
from cxcase.stats.logit import expit

MOST = 11  # ratings that are kept apart; longer scales are cut into as many steps
BINS = 120  # of log-odds, over which chances of leaving are averaged


def ratings_of(low: float, high: float) -> Floats:
    """The ratings (k,) a scale is shown at: its whole points, or eleven even steps."""
    whole = float(low).is_integer() and float(high).is_integer() and high - low < MOST
    return np.linspace(low, high, int(high - low) + 1 if whole else MOST)


def levels(fitted: Fitted, knots: Knots) -> list[tuple[Level, ...]]:
    """Each moment's ratings, from the lowest anybody gave to the highest.

    Beyond them nothing is predicted.
    """
    eta = fitted.index.log_odds.at(0)  # as many customers leave by it as left: counts, not revenue
    return [_levels(fitted, knots, eta, j) for j in range(len(fitted.names))]


def _levels(fitted: Fitted, knots: Knots, eta: Floats, j: int) -> tuple[Level, ...]:
    design = fitted.design
    blocks = fitted.design.blocks
    lived = blocks.lived[:, j]
    answered = blocks.answered[:, j]
    weight = design.weights[0]
    marks = ratings_of(float(blocks.low[j]), float(blocks.high[j]))
    step = marks[1] - marks[0]
    nearest = np.rint((blocks.rating[:, j] - marks[0]) / step)
    place = np.clip(nearest, 0, len(marks) - 1).astype(np.int64)
    count = np.bincount(place[answered], minlength=len(marks))
    size = np.bincount(place[answered], weight[answered], len(marks))
    gone = np.bincount(place[answered], (weight * design.churned)[answered], len(marks))
    given = np.where(answered, place, len(marks))[lived]
    curve = _curve(fitted, knots, eta[lived], given, weight[lived], marks, j)
    seen = np.flatnonzero(count)

    def churn(k: int) -> float | None:
        if count[k] < MIN_AT_SCORE or size[k] <= 0:
            return None
        return float(gone[k] / size[k])

    return tuple(
        Level(float(marks[k]), int(count[k]), float(size[k] / size.sum()), churn(k), curve[k])
        for k in range(int(seen[0]), int(seen[-1]) + 1)
    )


def _curve(
    fitted: Fitted, knots: Knots, eta: Floats, place: Ints, weight: Floats, marks: Floats, j: int
) -> list[Estimate]:
    """Share leaving if everyone who lived it gave each of the marks.

    place: their mark, the last for no answer.
    """
    edges = np.linspace(eta.min(), eta.max() + 1e-9, BINS + 1)
    own = np.minimum(((eta - edges[0]) / (edges[1] - edges[0])).astype(np.int64), BINS - 1)
    mass = np.bincount(place * BINS + own, weight, (len(marks) + 1) * BINS).reshape(-1, BINS)
    mass = mass / mass.sum()
    middle = (edges[1:] + edges[:-1]) / 2
    given = np.append(marks, fitted.design.blocks.centre[j])
    over = np.maximum(given - knots.knot[j], 0.0)
    below = knots.below[:, j, None]
    change = (knots.above - knots.below)[:, j, None]
    # log-odds of every mark in every fold
    felt = fitted.index.gamma[:, None] * (below * given + change * over)
    move = felt[:, : len(marks), None] - felt[:, None, :]
    used = np.flatnonzero(mass.sum(axis=1))
    share = np.empty(move.shape[:2])
    for f in range(len(move)):
        chance = expit(middle + move[f][:, used, None])
        share[f] = np.einsum("mub,ub->m", chance, mass[used])
    on_logit = logit(np.clip(share, 1e-12, 1 - 1e-12))
    spread = jackknife(on_logit[1:], on_logit[0])
    n = int(np.sum(place < len(marks)))
    teams = len(share) - 1
    return [
        Estimate(float(v), float(lo), float(hi), "share", df=spread.df, n=n, teams=teams)
        for v, lo, hi in zip(share[0], expit(spread.low), expit(spread.high), strict=True)
    ]
