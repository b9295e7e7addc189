"""Money in folds to first order: a fold's own weights, derivatives in coefficients and targets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.moments.fold_sums import FEW
from cxcase.moments.models import Design, LogOdds
from cxcase.moments.targets import Targets
from cxcase.stats.logit import expit
from cxcase.stats.ols import row_chunks
from cxcase.stats.threads import each

Figures = tuple[Floats, Floats, Floats, Floats, Floats]
_NUMBERS = 2_000_000  # of a temporary


def first_order(
    design: Design,
    log_odds: LogOdds,
    slope: Floats,
    together: Floats,
    targets: Targets,
    has_target: Bools,
    shift: float,
) -> Figures:
    """(shift (f,), stakes (f, j), joint (f,), points (f, j), all points (f,)) of every fold.

    Each on the fold's own revenue. shift: the full company's. One pass over the rows for all folds.
    Source: Hampel 1974, JASA 69, 383-393; the cluster jackknife by one step, MacKinnon, Nielsen &
    Webb 2023.
    """
    work = _Pass(design, log_odds, slope[0], together[0], targets, has_target, shift)
    rows = row_chunks(len(design.churned), log_odds.columns.shape[1] + 6 * slope.shape[1], _NUMBERS)
    heavy = len(design.churned) * slope.shape[1] >= FEW
    base, up, one = (
        reduce(_added, parts) for parts in zip(*each(work.of, rows, heavy=heavy), strict=True)
    )
    scale = design.revenue.scale[:, None]
    base = base * scale
    totals = design.revenue.sums()
    size = (totals / totals[0])[:, None]
    moved = log_odds.betas - log_odds.betas[0]
    by = (design.ledger - base[:, 0] - np.einsum("fk,fk->f", moved, base[:, 2:])) / np.maximum(
        base[:, 1], 1e-300
    )
    by[0] = 0.0
    gap = targets.gap - targets.gap[0]
    gap[np.arange(1, len(gap)), np.arange(gap.shape[1])] = (
        0.0  # a team left out has no revenue to move
    )
    figures = []
    for found, shifted in ((up, gap), (one, np.zeros_like(gap))):
        kept = found.kept * scale + size * (moved @ found.tilt + np.outer(by, found.steep))
        alone = (slope - slope[0]) * found.alone + slope[0] * np.einsum(
            "fgj,gj->fj", shifted, found.free
        )
        joint = (together - together[0]) @ found.joint
        joint = joint + np.einsum("fgj,gj,j->f", shifted, found.free_joint, together[0])
        figures += [kept[:, :-1] - size * alone, kept[:, -1] - size[:, 0] * joint]
    return shift + by, figures[0], figures[1], figures[2], figures[3]


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
        return _Kept(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )


@dataclass(frozen=True, eq=False)
class _Pass:
    """One pass over the rows at the full company's log-odds."""

    design: Design
    log_odds: LogOdds
    slope: Floats
    together: Floats
    targets: Targets
    has_target: Bools
    shift: float

    def of(self, rows: slice) -> tuple[Floats, _Kept, _Kept]:
        """(base sums (f, k + 2), kept by gains to target, kept by gains of a point) of some rows.

        Base sums: of churn probability, its derivative, and the derivative times each column.
        """
        blocks = self.design.blocks.of(rows)
        team = self.design.population.team[rows]
        columns = self.log_odds.columns[rows]
        eta = columns @ self.log_odds.betas[0] + self.shift
        p = expit(eta)
        steep = p * (1 - p)
        base = self.design.revenue.product(
            rows, np.column_stack([p, steep, steep[:, None] * columns])
        )
        room = np.where(blocks.lived, np.maximum(blocks.high - blocks.rating, 0.0), 0.0)
        below = self.targets.below(blocks, team, 0)
        free = (below > 0) & (below < room) & self.has_target & ~np.isfinite(self.targets.own)
        up = np.clip(below, 0.0, room) * self.has_target
        found = [
            self._kept(rows, eta, p, columns, gain, free) for gain in (up, np.minimum(1.0, room))
        ]
        return base, found[0], found[1]

    def _kept(
        self, rows: slice, eta: Floats, p: Floats, columns: Floats, gain: Floats, free: Bools
    ) -> _Kept:
        revenue = self.design.revenue.of(0, rows)[:, None]
        team = self.design.population.team[rows]
        change = np.column_stack([self.slope * gain, gain @ self.together])
        after = expit(eta[:, None] + change)
        flat = revenue * after * (1 - after)
        bent = revenue * (p * (1 - p))[:, None] - flat
        teams = self.targets.gap.shape[1]

        def by_team(values: Floats) -> Floats:
            return np.stack(
                [np.bincount(team, column, teams) for column in (values * free).T], axis=1
            )

        return _Kept(
            self.design.revenue.product(rows, p[:, None] - after),
            columns.T @ bent,
            bent.sum(axis=0),
            np.einsum("nj,nj->j", flat[:, :-1], gain),
            flat[:, -1] @ gain,
            by_team(flat[:, :-1]),
            by_team(flat[:, -1:]),
        )


def _added(a: Floats | _Kept, b: Floats | _Kept) -> Floats | _Kept:
    return a + b  # type: ignore[operator]
