"""Money curves: revenue kept a year at each lift of a moment, concave, capped at headroom."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Estimate, Floats
from cxcase.link import Cells, Curve, People
from cxcase.moments.models import Design
from cxcase.moments.result import Counterfactual
from cxcase.stats.concave import concave_shape, knots
from cxcase.stats.logit import expit

MANY_ROWS = 20_000  # rows above which those alike are taken together
BINS = 400
ROOMS = 100


def make_counterfactual(
    design: Design, log_odds: Floats, slope: Floats, metric_slope: float, metric_high: float
) -> Counterfactual:
    """The fit behind every curve.

    Log_odds (n,) calibrated to the ledger, slope (j,) log-odds per point.
    """
    blocks = design.blocks
    population = design.population
    return Counterfactual(
        blocks.names,
        log_odds,
        population.revenue,
        blocks.rating,
        blocks.lived,
        slope,
        blocks.top,
        population.metric,
        metric_slope,
        metric_high,
        () if population.dealt else population.team_names,
        population.team,
        () if population.segment is None else population.segment_names,
        population.segment,
    )


def make_curves(
    design: Design, base: Counterfactual, per_point: tuple[Estimate, ...], draws: Floats
) -> dict[str, Curve]:
    """One curve per moment.

    Per_point (j,) revenue a year for one point more, draws (n_draws, j) of it. The shape is that of
    a rating that keeps customers, whatever the sign of the slope, so that it never bends upwards.
    """
    curves = {}
    for j, name in enumerate(base.names):
        lifts = knots(float(design.blocks.high[j] - design.blocks.low[j]))
        shape = concave_shape(lifts, _kept(base, j, lifts))
        room = design.blocks.top[j] - np.average(
            base.rating[:, j], weights=design.population.weight * design.blocks.answered[:, j]
        )
        own = np.ascontiguousarray(draws[:, j])
        curves[name] = Curve(
            name, lifts, shape, per_point[j], own, float(room), _cells(design, base, j, lifts)
        )
    return curves


def _cells(design: Design, base: Counterfactual, j: int, lifts: Floats) -> Cells:
    """Who keeps the money of moment j, by team and segment."""
    lived = base.lived[:, j]
    population = design.population
    room = (base.scale_high[j] - base.rating[:, j])[lived]
    people = People(base.log_odds[lived], base.revenue[lived], room, abs(float(base.slope[j])))
    weight = population.weight[lived] * design.blocks.answered[lived, j]
    return population.cells(lived, people, lifts, weight)


def _kept(base: Counterfactual, j: int, lifts: Floats) -> Floats:
    """Revenue kept at each lift (k,) of moment j, were a point to keep what its slope says."""
    lived = base.lived[:, j]
    eta = base.log_odds[lived]
    revenue = base.revenue[lived]
    room = (base.scale_high[j] - base.rating[:, j])[lived]
    if len(eta) > MANY_ROWS:
        eta, revenue, room = _together(eta, revenue, room)
    lost = revenue @ expit(eta)
    return np.array(
        [
            lost - revenue @ expit(eta - abs(base.slope[j]) * np.minimum(lift, room))
            for lift in lifts
        ]
    )


def _together(eta: Floats, revenue: Floats, room: Floats) -> tuple[Floats, Floats, Floats]:
    """Rows of nearly the same log-odds and room taken together: for the curve's shape alone."""
    step = (float(eta.max()) - float(eta.min())) / BINS or 1.0
    at = np.minimum(((eta - eta.min()) / step).astype(np.int64), BINS - 1)
    wide = (float(room.max()) or 1.0) / ROOMS
    cell = at * (ROOMS + 1) + np.rint(np.maximum(room, 0.0) / wide).astype(np.int64)
    size = BINS * (ROOMS + 1)
    money = np.bincount(cell, revenue, size).astype(np.float64)
    used = np.flatnonzero(money)
    middle = np.bincount(cell, revenue * eta, size)[used] / money[used]
    return middle, money[used], np.bincount(cell, revenue * room, size)[used] / money[used]
