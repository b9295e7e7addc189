"""Slopes into revenue a year: each moment to its target, one point up, and all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.moments.design import Blocks
from cxcase.moments.first_order_folds import first_order
from cxcase.moments.models import Design, LogOdds
from cxcase.moments.targets import Targets
from cxcase.stats.logit import expit, shift_to_total
from cxcase.stats.shapley import along_path, members, shapley

EXACT_MOMENTS = 10  # up to here the money is split over every subset of moments
EXACT_NUMBERS = 60_000_000  # rows x folds x moments up to which every fold is priced in full
_NUMBERS = 4_000_000  # of a temporary
_CERTAIN = 60.0  # log-odds of what always happens: a fold in which nobody, or everybody, left


@dataclass(frozen=True, eq=False)
class Money:
    """Revenue a year, all customers, under f weightings, each on the full company's footing.

    shift (f,) log-odds that calibrate to the ledger; stake (f, j) each moment alone to its target,
    joint (f,) all at once; point (f, j) one point more for everyone who lived it, all_points (f,)
    at once. largest (j,) what the response that stands for most of a stake adds to it.
    """

    shift: Floats
    stake: Floats
    joint: Floats
    point: Floats
    all_points: Floats
    largest: Floats


@dataclass(frozen=True, eq=False)
class Split:
    """The joint figure taken apart: shares (j,) of those heard from, and the silent with bounds."""

    shares: Floats
    silent: float
    silent_low: float
    silent_high: float
    exact: bool


def price(
    design: Design,
    log_odds: LogOdds,
    slope: Floats,
    together: Floats,
    targets: Targets,
    has_target: Bools,
) -> Money:
    """Money of `log_odds` and slopes (f, j) in log-odds per point.

    `together` (f, j): the slopes the joint figures use. Moments not has_target (j,) at a target
    have no stake. Above `EXACT_NUMBERS` row-folds each fold is priced to first order around the
    full company: its own weights exactly, its coefficients and targets by their derivatives.
    """
    f, j = slope.shape
    exact = f * len(design.churned) * j <= EXACT_NUMBERS
    if exact:
        folds = [
            _at_fold(design, log_odds, slope, together, targets, has_target, fold)
            for fold in range(f)
        ]
        shift, stake, joint, point, all_points = (
            np.array([figure[k] for figure in folds]) for k in range(5)
        )
    else:
        at = _shift(design, log_odds.at(0), 0)
        shift, stake, joint, point, all_points = first_order(
            design, log_odds, slope, together, targets, has_target, at
        )
    scale = (totals := design.revenue.sums())[0] / totals
    below = targets.below(design.blocks, design.population.team, 0)
    largest = _largest(
        design, log_odds.at(0) + shift[0], slope[0] * gains(design.blocks, below) * has_target
    )
    return Money(
        shift,
        stake * scale[:, None],
        joint * scale,
        point * scale[:, None],
        all_points * scale,
        largest,
    )


def _at_fold(
    design: Design,
    log_odds: LogOdds,
    slope: Floats,
    together: Floats,
    targets: Targets,
    has_target: Bools,
    fold: int,
) -> tuple[float, Floats, float, Floats, float]:
    """(shift, stakes (j,), joint, points (j,), all points) of one fold, on its own revenue."""
    revenue = design.revenue[fold]
    eta = log_odds.at(fold)
    shift = _shift(design, eta, fold)
    eta = eta + shift
    lost = revenue @ expit(eta)
    found: list[Any] = [shift]
    up = (
        gains(design.blocks, targets.below(design.blocks, design.population.team, fold))
        * has_target
    )
    for gain in (up, gains(design.blocks, np.ones((1, slope.shape[1])))):
        found.append(lost - revenue @ expit(eta[:, None] + slope[fold] * gain))
        found.append(float(lost - revenue @ expit(eta + gain @ together[fold])))
    return tuple(found)


def _shift(design: Design, eta: Floats, fold: int) -> float:
    """What brings log-odds (n,) to the churned revenue of the ledger under one weighting."""
    ledger = float(design.ledger[fold])
    shift = float(shift_to_total(eta, design.revenue[fold], ledger)[0])
    if np.isfinite(shift):
        return shift
    if ledger > 0:
        return _CERTAIN
    return -_CERTAIN


def gains(blocks: Blocks, lift: Floats) -> Floats:
    """Points (n, j) by which own ratings rise for lifts of shape (n, j), to the top at most."""
    return np.where(
        blocks.lived, np.minimum(np.maximum(lift, 0.0), blocks.top - blocks.rating), 0.0
    )


def _together(eta: Floats, revenue: Floats, change: Floats) -> float:
    """Revenue kept by a change in log-odds (n,)."""
    return float(revenue @ (expit(eta) - expit(eta + change)))


def _largest(design: Design, eta: Floats, parts: Floats) -> Floats:
    """(j,) largest revenue, in size, that one response has in what each part (n, j) keeps."""
    return np.max(
        design.revenue[0][:, None] * np.abs(expit(eta)[:, None] - expit(eta[:, None] + parts)),
        axis=0,
    )


def split_joint(
    design: Design, eta: Floats, slope: Floats, together: Floats, below: Floats, has_target: Bools
) -> Split:
    """Who the joint stake belongs to.

    Eta (n,) calibrated log-odds, slope, together, has_target (j,), below (n, j) points. Shares
    follow `slope` and add up to the joint figure by `together`; where the two are further apart
    than a factor of two, or have no common sign, shares follow `together` as well.

    Those heard from count with their own revenue; what weighting adds to it stands for the silent.
    Its bounds: silent customers rate every moment one point higher or lower than customers like
    them who answered, but leave as often; targets as measured.
    """
    population = design.population
    slope = np.where(has_target, slope, 0.0)
    together = np.where(has_target, together, 0.0)
    own = population.revenue_start
    silent = population.revenue - population.revenue_start
    gain = gains(design.blocks, below)
    heard = _together(eta, own, gain @ together)
    middle = _together(eta, silent, gain @ together)
    by_slope = _together(eta, own, gain @ slope)
    agree = heard * by_slope > 0 and 0.5 <= by_slope / heard <= 2.0
    parts = (slope if agree else together) * gain
    exact = len(slope) <= EXACT_MOMENTS
    shares = _split_exactly(eta, own, parts) if exact else own @ along_path(eta, parts)
    shares = shares * (heard / by_slope) if agree else shares
    bounds = [_together(eta, silent, _moved(design, below, by) @ together) for by in (-1.0, 1.0)]
    return Split(shares, middle, min(middle, *bounds), max(middle, *bounds), exact)


def _moved(design: Design, below: Floats, by: float) -> Floats:
    """Gains (n, j) to the same target of customers who rate everything `by` points differently."""
    blocks = design.blocks
    rating = np.clip(blocks.rating + by, blocks.low, blocks.high)
    return np.where(
        blocks.lived,
        np.minimum(np.maximum(below - by, 0.0), np.maximum(blocks.top - rating, 0.0)),
        0.0,
    )


def _split_exactly(eta: Floats, revenue: Floats, parts: Floats) -> Floats:
    """Shapley shares (j,) of the revenue that all parts (n, j) of a change in log-odds keep."""
    inside = members(parts.shape[1]).astype(np.float64)
    values = np.zeros(len(inside))
    size = max(1, _NUMBERS // len(inside))
    for start in range(0, len(eta), size):
        rows = slice(start, start + size)
        values -= revenue[rows] @ expit(eta[rows, None] + parts[rows] @ inside.T)
    return shapley(values)
