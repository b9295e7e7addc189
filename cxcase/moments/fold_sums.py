"""Sums that stand in for rows: revenue in every fold, and cross-products by team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.link import Population
from cxcase.stats.folds import fold_sums
from cxcase.stats.ols import row_chunks
from cxcase.stats.teams import team_rows
from cxcase.stats.threads import each

MANY = 12_000_000  # rows x folds above which folds are worked out from sums by team
FEW = 1_000_000  # numbers below which threads cost more than they save


@dataclass(frozen=True, eq=False)
class FoldRevenue:
    """Revenue (f, n) of n responses: weights (f, n) * start (n,) * scale (f,).

    All teams in, then each left out.
    """

    weights: Floats
    start: Floats
    scale: Floats

    def __getitem__(self, fold: int) -> Floats:
        """One fold's revenue (n,)."""
        return self.of(fold, slice(None))

    def of(self, fold: int, rows: Ints | slice) -> Floats:
        """The same of some responses."""
        return np.asarray(self.weights[fold, rows] * self.start[rows] * self.scale[fold])

    def product(self, rows: slice, values: Floats) -> Floats:
        """(f, c) sum over some responses of revenue * values (rows, c), before a fold's `scale`."""
        return np.asarray(self.weights[:, rows] @ (self.start[rows, None] * values))

    def sums(self) -> Floats:
        """(f,): each fold's revenue in all."""
        return np.asarray(self.weights @ self.start * self.scale)


def fold_revenue(population: Population, weights: Floats) -> FoldRevenue:
    """The population's revenue under weights (f, n) of any scale: all teams, then each left out."""
    totals = np.concatenate([[population.revenue.sum()], fold_sums(population.fold_revenue)])
    start = population.revenue_start
    return FoldRevenue(weights, start, totals / np.maximum(weights @ start, 1e-300))


def by_fold(weights: Floats, values: Floats | Bools) -> Floats:
    """(f, c): weights (f, n) @ values (n, c), in pieces of the rows that threads share."""

    def part(rows: slice) -> Floats:
        return np.asarray(weights[:, rows] @ values[rows])

    pieces = row_chunks(len(values), len(weights), FEW)
    return reduce(np.add, each(part, pieces, heavy=weights.size >= FEW))


def by_team(parts: Sequence[Floats | Bools], weight: Floats, team: Ints, teams: int) -> Floats:
    """Weighted cross-products (g, k, k) in each team of the k columns of tables side by side.

    parts: tables (n, ...); weight (n,).
    """
    rows = team_rows(team, teams)
    parts = [rows.arrange(part) for part in parts]
    weight = rows.arrange(weight)
    width = sum(part.shape[1] for part in parts)
    own = np.zeros((teams, width, width))

    def add(code: int) -> None:
        for piece in rows.of(code):
            block = np.column_stack([part[piece] for part in parts]).astype(np.float64, copy=False)
            own[code] += block.T @ (block * weight[piece, None])

    for _ in each(add, range(teams), heavy=len(weight) * width >= FEW):
        pass
    return own


def left_out(own: Floats) -> Floats:
    """(g + 1, ...): the sum over all teams, then without each, of sums by team (g, ...)."""
    whole = own.sum(axis=0)
    return np.concatenate([whole[None], whole - own])


def crosses(
    parts: Sequence[Floats | Bools], weight: Floats, team: Ints, teams: int, *, within: bool = False
) -> Floats:
    """Cross-products (g + 1, k, k) of columns about their mean: all teams, then each left out.

    parts: tables (n, ...) side by side. About each team's own mean when `within`. weight (n,).
    """
    return centred(by_team([np.ones((len(weight), 1)), *parts], weight, team, teams), within=within)


def centred(own: Floats, *, within: bool) -> Floats:
    """The same from sums by team (g, k + 1, k + 1) whose first column is the constant's."""
    if within:
        return left_out(_about(own))
    return _about(left_out(own))


def _about(sums: Floats) -> Floats:
    """Cross-products (..., k, k) about the mean, of sums whose first column is the constant's."""
    size = np.maximum(sums[:, :1, :1], 1e-300)
    total = sums[:, 0, 1:]
    return np.asarray(sums[:, 1:, 1:] - total[:, :, None] * total[:, None, :] / size)
