"""Money in folds to first order: a fold's own weights, derivatives in coefficients and targets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.moments.fold_sums import FEW
from cxcase.moments.models import Design
from cxcase.moments.pricing import Pricing
from cxcase.moments.targets import Targets
from cxcase.stats.logit import expit
from cxcase.stats.ols import row_chunks
from cxcase.stats.threads import each

Figures = tuple[Floats, Floats, Floats, Floats, Floats]
_NUMBERS = 2_000_000  # of a temporary


def first_order(pricing: Pricing, shift: float) -> Figures:
    """(shift (f,), stakes (f, j), joint (f,), points (f, j), all points (f,)) of every fold.

    Each on the fold's own revenue. shift: the full company's. One pass over the rows for all folds.
    Source: Hampel 1974, JASA 69, 383-393; the cluster jackknife by one step, MacKinnon, Nielsen &
    Webb 2023.
    """
    base, to_target, one_point = _all_rows(pricing, shift)
    moved = _shift_moved(pricing, base)
    gap = _gap_moved(pricing.targets)
    stake, joint = _moved(pricing, to_target, moved, gap)
    point, all_points = _moved(pricing, one_point, moved, np.zeros_like(gap))
    return shift + moved, stake, joint, point, all_points


def _all_rows(pricing: Pricing, shift: float) -> tuple[Floats, _Kept, _Kept]:
    """What `_Pass.of` gives, summed over all rows in pieces that threads share."""
    n = len(pricing.design.churned)
    moments = pricing.slope.shape[1]
    width = pricing.log_odds.columns.shape[1] + 6 * moments
    work = _Pass(pricing, shift)
    pieces = each(work.of, row_chunks(n, width, _NUMBERS), heavy=n * moments >= FEW)
    bases, to_target, one_point = zip(*pieces, strict=True)
    return reduce(add, bases), reduce(add, to_target), reduce(add, one_point)


def _shift_moved(pricing: Pricing, base: Floats) -> Floats:
    """(f,) by how much each fold's shift to the ledger differs from the full company's."""
    log_odds = pricing.log_odds
    base = base * pricing.design.revenue.scale[:, None]
    missed = np.einsum("fk,fk->f", log_odds.betas - log_odds.betas[0], base[:, 2:])
    moved = (pricing.design.ledger - base[:, 0] - missed) / np.maximum(base[:, 1], 1e-300)
    moved[0] = 0.0
    return np.asarray(moved)


def _gap_moved(targets: Targets) -> Floats:
    """(f, g, j) by how much each team's gap to the target differs from the full company's."""
    gap = targets.gap - targets.gap[0]
    # a team left out has no revenue to move
    gap[np.arange(1, len(gap)), np.arange(gap.shape[1])] = 0.0
    return np.asarray(gap)


def _moved(pricing: Pricing, found: _Kept, shift: Floats, gap: Floats) -> tuple[Floats, Floats]:
    """(revenue kept by each moment alone (f, j), by all at once (f,)) in every fold."""
    slope = pricing.slope
    joint_slope = pricing.joint_slope
    totals = pricing.design.revenue.sums()
    size = (totals / totals[0])[:, None]
    betas = pricing.log_odds.betas - pricing.log_odds.betas[0]
    by_fit = betas @ found.tilt + np.outer(shift, found.steep)
    kept = found.kept * pricing.design.revenue.scale[:, None] + size * by_fit
    by_gap = slope[0] * np.einsum("fgj,gj->fj", gap, found.free)
    alone = (slope - slope[0]) * found.alone + by_gap
    joint = (joint_slope - joint_slope[0]) @ found.joint
    joint = joint + np.einsum("fgj,gj,j->f", gap, found.free_joint, joint_slope[0])
    return kept[:, :-1] - size * alone, kept[:, -1] - size[:, 0] * joint


@dataclass(frozen=True, eq=False)
class _Kept:
    """Revenue that gains on j moments keep, summed over rows: each alone and, last, all at once.

    kept (f, j + 1) under each fold's weights; tilt (k, j + 1), steep (j + 1,) how it moves with the
    coefficients and the shift; alone, joint (j,) with the slopes; free, free_joint (g, j) with the
    gap of the team's target.
    """

    kept: Floats
    tilt: Floats
    steep: Floats
    alone: Floats
    joint: Floats
    free: Floats
    free_joint: Floats

    def __add__(self, other: _Kept) -> _Kept:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return _Kept(*(one + two for one, two in pairs))


@dataclass(frozen=True, eq=False)
class _Pass:
    """One pass over the rows at the full company's log-odds."""

    pricing: Pricing
    shift: float

    @property
    def design(self) -> Design:
        """The design of the models."""
        return self.pricing.design

    def of(self, rows: slice) -> tuple[Floats, _Kept, _Kept]:
        """(base sums (f, k + 2), kept by gains to target, kept by gains of a point) of some rows.

        Base sums: of churn probability, its derivative, and the derivative times each column.
        """
        blocks = self.design.blocks.of(rows)
        team = self.design.population.team[rows]
        log_odds = self.pricing.log_odds
        targets = self.pricing.targets
        has_target = self.pricing.has_target
        columns = log_odds.columns[rows]
        eta = columns @ log_odds.betas[0] + self.shift
        p = expit(eta)
        steep = p * (1 - p)
        summed = np.column_stack([p, steep, steep[:, None] * columns])
        base = self.design.revenue.product(rows, summed)
        room = np.where(blocks.lived, np.maximum(blocks.high - blocks.rating, 0.0), 0.0)
        below = targets.below(blocks, team, 0)
        free = (below > 0) & (below < room) & has_target & ~np.isfinite(targets.own)
        up = np.clip(below, 0.0, room) * has_target
        to_target = self._kept(rows, eta, p, columns, up, free)
        return base, to_target, self._kept(rows, eta, p, columns, np.minimum(1.0, room), free)

    def _kept(
        self, rows: slice, eta: Floats, p: Floats, columns: Floats, gain: Floats, free: Bools
    ) -> _Kept:
        """What gains (rows, j) keep; free (rows, j): neither the target nor the top holds them."""
        revenue = self.design.revenue.of(0, rows)[:, None]
        team = self.design.population.team[rows]
        slope = self.pricing.slope[0]
        change = np.column_stack([slope * gain, gain @ self.pricing.joint_slope[0]])
        after = expit(eta[:, None] + change)
        flat = revenue * after * (1 - after)
        bent = revenue * (p * (1 - p))[:, None] - flat
        teams = self.pricing.targets.gap.shape[1]

        def by_team(values: Floats) -> Floats:
            sums = [np.bincount(team, column, teams) for column in (values * free).T]
            return np.stack(sums, axis=1)

        return _Kept(
            self.design.revenue.product(rows, p[:, None] - after),
            columns.T @ bent,
            bent.sum(axis=0),
            np.einsum("nj,nj->j", flat[:, :-1], gain),
            flat[:, -1] @ gain,
            by_team(flat[:, :-1]),
            by_team(flat[:, -1:]),
        )
