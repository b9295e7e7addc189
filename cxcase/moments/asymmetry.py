"""Whether failing at a moment costs more than excelling earns: penalty and reward about a knot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from cxcase.estimate import LEVEL, Estimate, Floats, Ints, refuse
from cxcase.gates import MIN_MOMENT_ANSWERS
from cxcase.moments.fit import Fitted
from cxcase.moments.fold_estimates import distinguishable, estimates
from cxcase.moments.fold_sums import crosses
from cxcase.moments.result import Asymmetry
from cxcase.stats.cluster import jackknife
from cxcase.stats.ols import solve_each

LOPSIDED = 0.2  # impact asymmetry above which a moment is called a basic or a delighter
TWICE = 2.0  # a moment is linear where neither side costs or earns twice what the other does
UNIT = "probability per point"
Times = tuple[float | None, float | None, float | None]  # (value, low, high)


@dataclass(frozen=True, eq=False)
class Knots:
    """Slopes of the CX metric about each moment's knot, CX points per point, f weightings.

    (f, j) each. below, above: on either side of the knot; low, high: of the answers at each end
    against those between, points. knot, low_n, high_n (j,).
    """

    below: Floats
    above: Floats
    low: Floats
    high: Floats
    knot: Floats
    low_n: Ints
    high_n: Ints


def fit_knots(fitted: Fitted, cuts: Sequence[float]) -> Knots:
    """The knots of all moments: each moment's own line gets a knot while all others stay straight.

    cuts: shares of the scale up to which answers fail, at which lines bend, and from which answers
    excel. Each team is left out in turn at the full company's response weights, from
    cross-products by team.
    """
    design = fitted.design
    blocks = fitted.design.blocks
    span = blocks.high - blocks.low
    low, knot, high = (blocks.low + part * span for part in cuts)
    over = np.where(blocks.lived, np.maximum(blocks.rating - knot, 0.0), 0.0)
    ends = [
        blocks.answered & (blocks.rating <= low + 1e-9),
        blocks.answered & (blocks.rating >= high - 1e-9),
    ]
    team = design.population.team
    teams = len(design.weights) - 1
    parts = [design.known, design.inside, over, *ends, design.metric[:, None]]
    cross = crosses(parts, design.weights[0], team, teams, within=not design.pooled)
    first = design.known.shape[1]
    j = len(blocks.names)
    base = first + design.inside.shape[1]
    slopes = [first + c for c in blocks.slopes]
    below, above, lows, highs = (np.empty((len(cross), j)) for _ in range(4))
    for m in range(j):
        straight = list(range(base))
        at = _solved(cross, [*straight, base + m])
        below[:, m] = at[:, slopes[m]]
        above[:, m] = at[:, slopes[m]] + at[:, -1]
        steps = [c for c in straight if c != slopes[m]]
        at = _solved(cross, [*steps, base + j + m, base + 2 * j + m])
        lows[:, m] = at[:, -2]
        highs[:, m] = at[:, -1]
    return Knots(below, above, lows, highs, knot, ends[0].sum(axis=0), ends[1].sum(axis=0))


def _solved(cross: Floats, columns: list[int]) -> Floats:
    return solve_each(cross[:, columns][:, :, columns], cross[:, columns, -1])


def asymmetries(fitted: Fitted, knots: Knots, clear: list[bool]) -> tuple[Asymmetry, ...]:
    """The verdict on each moment. clear (j,): better ratings clearly go with fewer leaving.

    A moment is called basic or delighter where the two sides differ (Wald, at most 10 % false
    claims among moments) and the impact asymmetry (above - below) / (above + below) is beyond 0.2
    either way; linear where neither side can be twice the other. Source: Brandt 1988 (penalty and
    reward); Mittal, Ross & Baldasare 1998, J. Marketing 62, 33-47.
    """
    n = fitted.answers
    teams = [len(knots.below) - 1] * len(n)
    to_churn = fitted.index.gamma[:, None] * fitted.index_steep
    below = estimates(to_churn * knots.below, UNIT, n, teams)
    above = estimates(to_churn * knots.above, UNIT, n, teams)
    low = estimates(knots.low, "CX points", n, teams)
    high = estimates(knots.high, "CX points", n, teams)
    differs = distinguishable(knots.above - knots.below)
    found = []
    for j in range(len(n)):
        kind, reason, times = _verdict(knots, j, clear[j], differs[j])
        low_n = int(knots.low_n[j])
        high_n = int(knots.high_n[j])
        found.append(
            Asymmetry(
                kind=kind,
                reason=reason,
                knot=float(knots.knot[j]),
                below=below[j],
                above=above[j],
                times=times,
                low_n=low_n,
                high_n=high_n,
                low_effect=_of_enough(low[j], low_n, "asymmetry_few_low"),
                high_effect=_of_enough(high[j], high_n, "asymmetry_few_high"),
            )
        )
    return tuple(found)


def _of_enough(effect: Estimate, n: int, code: str) -> Estimate:
    """The effect of the answers at one end, refused where they are few."""
    if n < MIN_MOMENT_ANSWERS:
        return refuse("CX points", code, n=n)
    return effect


def _verdict(knots: Knots, j: int, clear: bool, differs: bool) -> tuple[str, str | None, Times]:
    """(kind, why it is unclear, cost of a point below in points above) of one moment."""
    why = _why_unclear(knots, j, clear)
    if why is not None:
        return "unclear", why, (None, None, None)
    below = knots.below[:, j]
    above = knots.above[:, j]
    return *_kind(below, above, differs), ratio(below, above)


def _why_unclear(knots: Knots, j: int, clear: bool) -> str | None:
    if knots.low_n[j] < MIN_MOMENT_ANSWERS:
        return "asymmetry_few_low"
    if knots.high_n[j] < MIN_MOMENT_ANSWERS:
        return "asymmetry_few_high"
    if clear:
        return None
    return "asymmetry_no_slope"


def _kind(below: Floats, above: Floats, differs: bool) -> tuple[str, str | None]:
    """(kind, why it is unclear) from both slopes in every fold (f,), all teams first."""
    cost = max(float(below[0]), 0.0)
    gain = max(float(above[0]), 0.0)
    lean = (gain - cost) / (gain + cost) if gain + cost > 0 else 0.0
    if differs and abs(lean) > LOPSIDED:
        return ("basic" if lean < 0 else "delighter"), None
    balanced = [_lowest(TWICE * a - b) > 0 for a, b in ((above, below), (below, above))]
    if all(balanced):
        return ("linear", None)
    return ("unclear", "asymmetry_too_wide")


def _roots(a: float, b: float, c: float) -> list[float]:
    """Where a x^2 - 2 b x + c is 0, in order; twice the one root of a line."""
    if not a:
        return [c / (2 * b)] * 2
    half = np.sqrt(b * b - a * c)
    return sorted(((b - half) / a, (b + half) / a))


def _lowest(values: Floats) -> float:
    return float(jackknife(values[1:], values[0]).low)


def ratio(top: Floats, bottom: Floats) -> Times:
    """(value, low, high) of top / bottom, both (f,), all teams first.

    An end that nothing bounds is None. All None where the bottom is not above zero. Source: Fieller
    1954, JRSS B 16, 175-185.
    """
    if bottom[0] <= 0:
        return None, None, None
    folds = np.column_stack([top, bottom])
    move = folds[1:] - folds[1:].mean(axis=0)
    g = len(move)
    cover = (g - 1) / g * move.T @ move * float(stdtrit(g - 1, (1 + LEVEL) / 2)) ** 2
    a = bottom[0] ** 2 - cover[1, 1]
    b = top[0] * bottom[0] - cover[0, 1]
    c = top[0] ** 2 - cover[0, 0]
    value = float(top[0] / bottom[0])
    inside = b * b - a * c
    if inside < 0:  # nothing is ruled out
        return value, None, None
    roots = _roots(a, b, c)
    if a > 0:
        return value, max(0.0, float(roots[0])), float(roots[1])
    lowest = [r for r in roots if 0 < r < value]
    return value, (float(max(lowest)) if lowest else None), None
