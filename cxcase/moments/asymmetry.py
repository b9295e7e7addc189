"""Whether failing at a moment costs more than excelling earns: penalty and reward about a knot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from cxcase.estimate import LEVEL, Floats, Ints, refuse
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
    parts = [design.controls, design.inside, over, *ends, design.metric[:, None]]
    cross = crosses(parts, design.weights[0], team, teams, within=not design.pooled)
    first = design.controls.shape[1]
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
    n = fitted.design.blocks.answered.sum(axis=0).tolist()
    teams = [len(knots.below) - 1] * len(n)
    steep = fitted.index.gamma[:, None] * fitted.index_steep
    sides = [estimates(steep * side, UNIT, n, teams) for side in (knots.below, knots.above)]
    ends = [estimates(side, "CX points", n, teams) for side in (knots.low, knots.high)]
    differs = distinguishable(knots.above - knots.below)
    found = []
    for j in range(len(n)):
        why = _why_unclear(knots, j, clear[j])
        if why:
            kind, reason = ("unclear", why)
        else:
            kind, reason = _kind(knots.below[:, j], knots.above[:, j], differs[j])
        low_n = int(knots.low_n[j])
        high_n = int(knots.high_n[j])
        small = [refuse("CX points", f"asymmetry_few_{side}", n=count) if count < MIN_MOMENT_ANSWERS else ends[k][j]
                 for k, (side, count) in enumerate((("low", low_n), ("high", high_n)))]  # fmt: skip
        times = ratio(knots.below[:, j], knots.above[:, j]) if why is None else (None, None, None)
        found.append(
            Asymmetry(
                kind,
                reason,
                float(knots.knot[j]),
                sides[0][j],
                sides[1][j],
                times,
                low_n,
                high_n,
                *small,
            )
        )
    return tuple(found)


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


def _lowest(values: Floats) -> float:
    return float(jackknife(values[1:], values[0]).low)


def ratio(top: Floats, bottom: Floats) -> tuple[float | None, float | None, float | None]:
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
    if a:
        roots = sorted(((b - np.sqrt(inside)) / a, (b + np.sqrt(inside)) / a))
    else:
        roots = [c / (2 * b)] * 2
    if a > 0:
        return value, max(0.0, float(roots[0])), float(roots[1])
    lowest = [r for r in roots if 0 < r < value]
    return value, (float(max(lowest)) if lowest else None), None
