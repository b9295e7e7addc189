"""Slopes into revenue a year: each moment to its target, one point up, and all at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats
from cxcase.moments.design import Blocks
from cxcase.moments.first_order_folds import first_order
from cxcase.moments.models import Design
from cxcase.moments.pricing import Pricing
from cxcase.stats.logit import expit, shift_to_total
from cxcase.stats.shapley import along_path, members, shapley

EXACT_MOMENTS = 10  # up to here the money is split over every subset of moments
EXACT_NUMBERS = 60_000_000  # rows x folds x moments up to which every fold is priced in full
_NUMBERS = 4_000_000  # of a temporary
APART = (-1.0, 1.0)  # points by which silent customers may rate differently, as bounds
_CERTAIN = 60.0  # log-odds of what always happens: a fold in which nobody, or everybody, left


@dataclass(frozen=True, eq=False)
class Money:
    """Revenue a year, all customers, under f weightings, each on the full company's footing.

    shift (f,) log-odds that calibrate to the ledger; stake (f, j) each moment alone to its target,
    joint (f,) all at once; point (f, j) one point more for everyone who lived it, all_points (f,)
    at once. largest (j,) what the response that stands for most of a stake adds to it.
    stake_apart (2, f, j), joint_apart (2, f): the stakes had silent customers rated everything a
    point lower, or a point higher, than customers like them who answered. heard (j,): of each
    stake, what those who answered hold themselves.
    """

    shift: Floats
    stake: Floats
    joint: Floats
    point: Floats
    all_points: Floats
    largest: Floats
    stake_apart: Floats
    joint_apart: Floats
    heard: Floats


@dataclass(frozen=True, eq=False)
class Split:
    """The joint figure taken apart: shares (j,) of those heard from, and the silent with bounds."""

    shares: Floats
    silent: float
    silent_low: float
    silent_high: float
    exact: bool


def price(pricing: Pricing) -> Money:
    """Revenue at stake and worth of a point, of each moment and of all at once.

    Above `EXACT_NUMBERS` rows x folds x moments each fold is priced to first order around the full
    company: its own weights exactly, its coefficients and targets by their derivatives.
    """
    shift, stake, joint, point, all_points, *apart = _in_folds(pricing)
    totals = pricing.design.revenue.sums()
    scale = totals[0] / totals
    eta = pricing.log_odds.at(0) + shift[0]
    up = gains(pricing.design.blocks, pricing.below_target(0))
    largest = _largest(pricing.design, eta, pricing.slope[0] * up * pricing.has_target)
    return Money(
        shift,
        stake * scale[:, None],
        joint * scale,
        point * scale[:, None],
        all_points * scale,
        largest,
        (stake + apart[0]) * scale[:, None],
        (joint + apart[1]) * scale,
        _heard(pricing, eta, pricing.slope[0] * up * pricing.has_target),
    )


def _heard(pricing: Pricing, eta: Floats, parts: Floats) -> Floats:
    """(j,) revenue that each part (n, j) keeps of those who answered alone."""
    own = pricing.design.population.revenue_start
    return np.asarray(own @ (expit(eta)[:, None] - expit(eta[:, None] + parts)))


def _in_folds(pricing: Pricing) -> tuple[Floats, ...]:
    """(shift (f,), stakes (f, j), joint (f,), points (f, j), all points (f,)) of every fold.

    Then by how much stakes (2, f, j) and joint (2, f) would differ had silent customers rated
    apart; to first order by as much in every fold as in the whole company.
    """
    if pricing.numbers > EXACT_NUMBERS:
        shift = _shift(pricing.design, pricing.log_odds.at(0), 0)
        stakes, joint = _silent_apart(pricing, 0, pricing.log_odds.at(0) + shift)
        return *first_order(pricing, shift), stakes[:, None], joint[:, None]
    folds = [_at_fold(pricing, fold) for fold in range(len(pricing.slope))]
    *figures, stakes, joint = map(np.array, zip(*folds, strict=True))
    return *figures, np.swapaxes(stakes, 0, 1), joint.T


def _at_fold(
    pricing: Pricing, fold: int
) -> tuple[float, Floats, float, Floats, float, Floats, Floats]:
    """(shift, stakes (j,), joint, points (j,), all points) of one fold, on its own revenue.

    Then what `_silent_apart` gives.
    """
    blocks = pricing.design.blocks
    slope = pricing.slope[fold]
    joint_slope = pricing.joint_slope[fold]
    revenue = pricing.design.revenue[fold]
    shift = _shift(pricing.design, pricing.log_odds.at(fold), fold)
    eta = pricing.log_odds.at(fold) + shift
    lost = revenue @ expit(eta)

    def kept(gain: Floats) -> tuple[Floats, float]:
        alone = lost - revenue @ expit(eta[:, None] + slope * gain)
        return alone, float(lost - revenue @ expit(eta + gain @ joint_slope))

    up = gains(blocks, pricing.below_target(fold)) * pricing.has_target
    one_point = gains(blocks, np.ones((1, len(slope))))
    return shift, *kept(up), *kept(one_point), *_silent_apart(pricing, fold, eta)


def _silent_apart(pricing: Pricing, fold: int, eta: Floats) -> tuple[Floats, Floats]:
    """By how much stakes (2, j) and the joint stake (2,) differ had the silent rated apart.

    Eta (n,): log-odds calibrated to the ledger. They leave as often; targets as measured.
    """
    blocks = pricing.design.blocks
    population = pricing.design.population
    share = 1.0 - population.revenue_start / np.maximum(population.revenue, 1e-300)
    silent = pricing.design.revenue[fold] * share
    slope = pricing.slope[fold]
    joint_slope = pricing.joint_slope[fold]
    below = pricing.below_target(fold)
    up = gains(blocks, below) * pricing.has_target
    left = silent @ expit(eta[:, None] + slope * up)
    left_joint = silent @ expit(eta + up @ joint_slope)
    moved = [_rated_apart(blocks, below, by) * pricing.has_target for by in APART]
    stakes = [left - silent @ expit(eta[:, None] + slope * gain) for gain in moved]
    joint = [left_joint - silent @ expit(eta + gain @ joint_slope) for gain in moved]
    return np.array(stakes), np.array(joint)


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
    capped = np.minimum(np.maximum(lift, 0.0), blocks.top - blocks.rating)
    return np.where(blocks.lived, capped, 0.0)


def _kept_by(eta: Floats, revenue: Floats, change: Floats) -> float:
    """Revenue kept by a change in log-odds (n,)."""
    return float(revenue @ (expit(eta) - expit(eta + change)))


def _largest(design: Design, eta: Floats, parts: Floats) -> Floats:
    """(j,) largest revenue, in size, that one response has in what each part (n, j) keeps."""
    change = np.abs(expit(eta)[:, None] - expit(eta[:, None] + parts))
    return np.asarray(np.max(design.revenue[0][:, None] * change, axis=0))


def split_joint(pricing: Pricing, eta: Floats) -> Split:
    """Who the joint stake belongs to; eta (n,): log-odds calibrated to the ledger.

    Shares follow `slope` and add up to the joint figure by `joint_slope`; where the two are further
    apart than a factor of two, or have no common sign, shares follow `joint_slope` as well.

    Those heard from count with their own revenue; what weighting adds to it stands for the silent.
    Its bounds: silent customers rate every moment one point higher or lower than customers like
    them who answered, but leave as often; targets as measured.
    """
    blocks = pricing.design.blocks
    slope = np.where(pricing.has_target, pricing.slope[0], 0.0)
    joint_slope = np.where(pricing.has_target, pricing.joint_slope[0], 0.0)
    own = pricing.design.population.revenue_start
    silent = pricing.design.population.revenue - own
    below = pricing.below_target(0)
    gain = gains(blocks, below)

    def of_silent(gain: Floats) -> float:
        return _kept_by(eta, silent, gain @ joint_slope)

    heard = _kept_by(eta, own, gain @ joint_slope)
    by_slope = _kept_by(eta, own, gain @ slope)
    agree = heard * by_slope > 0 and 0.5 <= by_slope / heard <= 2.0
    if agree:
        shares = _shares(eta, own, slope * gain) * (heard / by_slope)
    else:
        shares = _shares(eta, own, joint_slope * gain)
    middle = of_silent(gain)
    bounds = [of_silent(_rated_apart(blocks, below, by)) for by in APART]
    exact = len(slope) <= EXACT_MOMENTS
    return Split(shares, middle, min(middle, *bounds), max(middle, *bounds), exact)


def _shares(eta: Floats, revenue: Floats, parts: Floats) -> Floats:
    """Shares (j,) of the revenue that all parts (n, j) keep: over every subset, or along a path."""
    if parts.shape[1] <= EXACT_MOMENTS:
        return _split_exactly(eta, revenue, parts)
    return np.asarray(revenue @ along_path(eta, parts))


def _rated_apart(blocks: Blocks, below: Floats, by: float) -> Floats:
    """Gains (n, j) to the same target of customers who rate everything `by` points differently."""
    rating = np.clip(blocks.rating + by, blocks.low, blocks.high)
    room = np.maximum(blocks.top - rating, 0.0)
    return np.where(blocks.lived, np.minimum(np.maximum(below - by, 0.0), room), 0.0)


def _split_exactly(eta: Floats, revenue: Floats, parts: Floats) -> Floats:
    """Shapley shares (j,) of the revenue that all parts (n, j) of a change in log-odds keep."""
    inside = members(parts.shape[1]).astype(np.float64)
    values = np.zeros(len(inside))
    size = max(1, _NUMBERS // len(inside))
    for start in range(0, len(eta), size):
        rows = slice(start, start + size)
        values -= revenue[rows] @ expit(eta[rows, None] + parts[rows] @ inside.T)
    return shapley(values)
