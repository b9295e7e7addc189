"""Slopes into revenue a year: each moment to its target, one point up, and all at once, with each team left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.moments.models import Design
from cxcase.stats.logit import expit, shift_to_total
from cxcase.stats.shapley import along_path, members, shapley

EXACT_MOMENTS = 10  # up to here the money is split over every subset of moments
_NUMBERS = 4_000_000  # of a temporary
_CERTAIN = 60.0  # log-odds of what always happens: a fold in which nobody, or everybody, left


@dataclass(frozen=True, eq=False)
class Money:
    """Revenue a year, all customers, under f weightings, each on the full company's footing.

    shift (f,) log-odds that calibrate to the ledger; stake (f, j) each moment alone to its target, joint (f,) all at
    once; point (f, j) one point more for everyone who lived it, all_points (f,) at once. largest (j,) what the response
    that stands for most of a stake adds to it.
    """

    shift: Floats
    stake: Floats
    joint: Floats
    point: Floats
    all_points: Floats
    largest: Floats


@dataclass(frozen=True, eq=False)
class Split:
    """The joint figure taken apart: shares (j,) of those heard from, and the silent customers with their bounds."""

    shares: Floats
    silent: float
    silent_low: float
    silent_high: float
    exact: bool


def price(design: Design, log_odds: Floats, slope: Floats, gap: Floats, aimed: Bools) -> Money:
    """Money of log_odds (f, n), slope (f, j) log-odds per point and gap (f, g, j) points below the targets.

    Moments not aimed (j,) at a target have no stake.
    """
    shift = shift_to_total(log_odds, design.revenue, design.ledger)
    shift = np.where(np.isfinite(shift), shift, np.where(design.ledger > 0, _CERTAIN, -_CERTAIN))
    f, j = slope.shape
    stake, point, joint, all_points = np.zeros((f, j)), np.zeros((f, j)), np.zeros(f), np.zeros(f)
    one = gains(design, np.ones((1, j)))
    for fold in range(f):
        revenue, eta = design.revenue[fold], log_odds[fold] + shift[fold]
        to_target = gains(design, gap[fold][design.population.team]) * aimed
        stake[fold], joint[fold] = _kept(eta, revenue, slope[fold] * to_target)
        point[fold], all_points[fold] = _kept(eta, revenue, slope[fold] * one)
    scale = design.revenue[0].sum() / design.revenue.sum(axis=1)
    largest = _largest(design, log_odds[0] + shift[0], slope[0] * gains(design, gap[0][design.population.team]) * aimed)
    return Money(shift, stake * scale[:, None], joint * scale, point * scale[:, None], all_points * scale, largest)


def gains(design: Design, lift: Floats) -> Floats:
    """Points (n, j) by which customers' own ratings rise for lifts that broadcast to (n, j): up to the end."""
    blocks = design.blocks
    return np.where(blocks.lived, np.minimum(np.maximum(lift, 0.0), blocks.high - blocks.rating), 0.0)


def _kept(eta: Floats, revenue: Floats, parts: Floats) -> tuple[Floats, float]:
    """Revenue kept by each part (j,) of a change in log-odds (n, j) alone, and by all at once."""
    lost = revenue @ expit(eta)
    alone = lost - revenue @ expit(eta[:, None] + parts)
    return alone, float(lost - revenue @ expit(eta + parts.sum(axis=1)))


def _largest(design: Design, eta: Floats, parts: Floats) -> Floats:
    """The largest part (j,), in size, that one response has in the revenue kept by each part (n, j) alone."""
    return np.max(design.revenue[0][:, None] * np.abs(expit(eta)[:, None] - expit(eta[:, None] + parts)), axis=0)


def split_joint(design: Design, eta: Floats, slope: Floats, gap: Floats, aimed: Bools) -> Split:
    """Who the joint stake belongs to. eta (n,) calibrated log-odds, slope, aimed (j,), gap (g, j) below the target.

    Those heard from count with their own revenue; what weighting adds to it stands for the silent. Its bounds: silent
    customers rate every moment one point higher or lower than customers like them who answered, but leave as often;
    targets as measured.
    """
    population = design.population
    below, slope = gap[population.team], np.where(aimed, slope, 0.0)
    own, silent = population.revenue_start, population.revenue - population.revenue_start
    parts = slope * gains(design, below)
    exact = len(slope) <= EXACT_MOMENTS
    shares = _split_exactly(eta, own, parts) if exact else own @ along_path(eta, parts)
    middle = _kept(eta, silent, parts)[1]
    bounds = [_kept(eta, silent, slope * _moved(design, below, by))[1] for by in (-1.0, 1.0)]
    return Split(shares, middle, min(middle, *bounds), max(middle, *bounds), exact)


def _moved(design: Design, below: Floats, by: float) -> Floats:
    """Gains (n, j) to the same target of customers who rate everything `by` points differently."""
    blocks = design.blocks
    rating = np.clip(blocks.rating + by, blocks.low, blocks.high)
    return np.where(blocks.lived, np.minimum(np.maximum(below - by, 0.0), blocks.high - rating), 0.0)


def _split_exactly(eta: Floats, revenue: Floats, parts: Floats) -> Floats:
    """Shapley shares (j,) of the revenue kept by all parts (n, j) of a change in log-odds at once."""
    inside = members(parts.shape[1]).astype(np.float64)
    values = np.zeros(len(inside))
    size = max(1, _NUMBERS // len(inside))
    for start in range(0, len(eta), size):
        rows = slice(start, start + size)
        values -= revenue[rows] @ expit(eta[rows, None] + parts[rows] @ inside.T)
    return shapley(values)
