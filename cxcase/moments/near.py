"""Money in folds to first order: exact in a fold's weights, by derivatives in its coefficients and targets."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.moments.models import Design, LogOdds
from cxcase.moments.target import Targets
from cxcase.stats.logit import expit

Figures = tuple[Floats, Floats, Floats, Floats, Floats]


def first_order(
    design: Design,
    log_odds: LogOdds,
    slope: Floats,
    together: Floats,
    targets: Targets,
    aimed: Bools,
    shift: float,
) -> Figures:
    """(shift (f,), stakes (f, j), joint (f,), points (f, j), all points (f,)), each fold on its own revenue.

    shift: the full company's. One pass over the rows for all folds. Source: Hampel 1974, JASA 69,
    383-393; the cluster jackknife by one step, MacKinnon, Nielsen & Webb 2023.
    """
    blocks, team = design.blocks, design.population.team
    move = _Move(design, log_odds, shift)
    room = np.where(blocks.lived, blocks.top - blocks.rating, 0.0)
    below = targets.below(blocks, team, 0)
    up = np.where(blocks.lived, np.clip(below, 0.0, np.maximum(room, 0.0)), 0.0) * aimed
    free = (below > 0) & (below < room) & blocks.lived & aimed & ~np.isfinite(targets.own)
    moved = targets.gap - targets.gap[0]
    moved[np.arange(1, len(moved)), np.arange(moved.shape[1])] = 0.0  # a team left out has no revenue to move
    shifted = (moved, free)
    one = np.minimum(1.0, room)
    stake, joint = move.alone(slope, up, shifted), move.together(together, up, shifted)
    return move.shift, stake, joint, move.alone(slope, one, None), move.together(together, one, None)


class _Move:
    """How each fold's coefficients move the log-odds, and the shift to the ledger with them."""

    def __init__(self, design: Design, log_odds: LogOdds, shift: float) -> None:
        self._design, self._columns = design, log_odds.columns
        self._moved = log_odds.betas - log_odds.betas[0]
        self._eta = log_odds.at(0) + shift
        self._p = expit(self._eta)
        self._revenue, steep = design.revenue[0], self._p * (1 - self._p)
        totals = design.revenue.sums()
        self._size = (totals / totals[0])[:, None]
        found = design.revenue @ np.column_stack([self._p, steep, steep[:, None] * self._columns])
        lost = found[:, 0] + np.einsum("fk,fk->f", self._moved, found[:, 2:])
        self._by = (design.ledger - lost) / np.maximum(found[:, 1], 1e-300)
        self._by[0] = 0.0
        self.shift = shift + self._by

    def alone(self, slope: Floats, gain: Floats, shifted: tuple[Floats, Bools] | None) -> Floats:
        """Revenue kept by each moment's gain (n, j) alone, (f, j)."""
        after = expit(self._eta[:, None] + slope[0] * gain)
        kept = self._in_folds(self._p[:, None] - after, (self._p * (1 - self._p))[:, None] - after * (1 - after))
        flat = self._revenue[:, None] * after * (1 - after)
        kept = kept - self._size * (slope - slope[0]) * np.einsum("nj,nj->j", flat, gain)
        return kept if shifted is None else kept - self._size * slope[0] * self._by_gap(flat, shifted)

    def together(self, slope: Floats, gain: Floats, shifted: tuple[Floats, Bools] | None) -> Floats:
        """Revenue kept by all gains (n, j) at once, (f,)."""
        after = expit(self._eta + gain @ slope[0])
        steep = self._p * (1 - self._p) - after * (1 - after)
        kept = self._in_folds((self._p - after)[:, None], steep[:, None])[:, 0]
        flat = self._revenue * after * (1 - after)
        size = self._size[:, 0]
        kept = kept - size * ((slope - slope[0]) @ (flat @ gain))
        return kept if shifted is None else kept - size * (self._by_gap(flat[:, None], shifted) @ slope[0])

    def _in_folds(self, kept: Floats, steep: Floats) -> Floats:
        """(f, c): what is kept under each fold's revenue, and what its log-odds change of that."""
        weighted = self._revenue[:, None] * steep
        by = self._moved @ (self._columns.T @ weighted) + np.outer(self._by, weighted.sum(0))
        return np.asarray(self._design.revenue @ kept + self._size * by)

    def _by_gap(self, flat: Floats, shifted: tuple[Floats, Bools]) -> Floats:
        """(f, j): the weight of rows whose gain follows their team's, times how far each fold moves it."""
        gap, free = shifted
        team, teams = self._design.population.team, gap.shape[1]
        held = np.stack(
            [np.bincount(team, (flat[:, j % flat.shape[1]] * free[:, j]), teams) for j in range(free.shape[1])], axis=1
        )
        return np.asarray(np.einsum("fgj,gj->fj", gap, held))
