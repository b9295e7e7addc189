"""Every team left out in turn: weights worked out in blocks, and coefficients under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.stats.ols import row_chunks, solve_each
from cxcase.stats.threads import each

BLOCK = 400_000  # numbers (folds x rows) that a sweep holds at once
FEW = 4_000_000  # numbers below which threads cost more than they save


class Folded(Protocol):
    """Weights by fold, shape (g, n): an array, or `FoldWeights`.

    [:, rows] is a block, [fold] one fold's weights.
    """

    def __len__(self) -> int:
        """Number of folds g."""
        ...

    def __getitem__(self, key: Any, /) -> Floats:
        """[:, rows] for a slice of rows, or [fold]."""
        ...

    def __iter__(self) -> Iterator[Floats]:
        """Each fold's weights (n,)."""
        ...

    def __array__(self) -> Floats:
        """All of them as an array."""
        ...


@dataclass(frozen=True, eq=False)
class FoldWeights:
    """Response weights (g, n) with each team left out, worked out when asked for.

    g x n numbers are never held. Row i weighs clip(1 / chance, low, high) x scale (g,) x factor
    (n,) in a fold, with the chance at least `floor` and its log-odds z (n, k) betas (g, k)'; 0 in
    the fold that leaves out its own team (n,), g or more where no fold does.
    """

    z: Floats
    betas: Floats
    own: Ints
    low: float
    high: float
    floor: float
    scale: Floats
    factor: Floats | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(folds, rows)."""
        return len(self.betas), len(self.z)

    def __len__(self) -> int:
        return len(self.betas)

    def __getitem__(self, key: Any) -> Floats:
        folds, rows = key if isinstance(key, tuple) else (key, slice(None))
        if isinstance(folds, slice):
            return self._block(folds, rows)
        one: Floats = self._block(slice(folds, folds + 1), rows)[0]
        return one

    def __iter__(self) -> Iterator[Floats]:
        return (self[fold] for fold in range(len(self)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Floats:
        blocks = [self[:, rows] for rows in row_chunks(len(self.z), len(self), BLOCK)]
        return np.concatenate(blocks, axis=1).astype(dtype or np.float64, copy=False)

    def _block(self, folds: slice, rows: Any) -> Floats:
        chance = chances(self.betas[folds] @ self.z[rows].T)
        weight = np.divide(1.0, np.maximum(chance, self.floor, out=chance), out=chance)
        np.clip(weight, self.low, self.high, out=weight)
        weight *= self.scale[folds][:, None]
        if self.factor is not None:
            weight *= self.factor[rows]
        own = self.own[rows] - (folds.start or 0)
        here = np.flatnonzero((own >= 0) & (own < len(weight)))
        weight[own[here], here] = 0.0
        return weight

    def sums(self) -> Floats:
        """(g,) each fold's weight in all."""
        return sum_over(lambda rows: self[:, rows].sum(1), self.shape)

    def scaled(self, scale: Floats | float) -> FoldWeights:
        """The same with each fold times scale (g,)."""
        return replace(self, scale=self.scale * scale)

    def times(self, factor: Floats) -> FoldWeights:
        """The same with each row times factor (n,)."""
        return replace(self, factor=factor if self.factor is None else self.factor * factor)

    def take(self, rows: Any) -> FoldWeights:
        """The same rows of every fold."""
        factor = None if self.factor is None else self.factor[rows]
        return replace(self, z=self.z[rows], own=self.own[rows], factor=factor)


def fold_sums(weights: Folded) -> Floats:
    """(g,) each fold's weight in all."""
    if isinstance(weights, FoldWeights):
        return weights.sums()
    total: Floats = np.asarray(weights).sum(1)
    return total


def scaled(weights: Folded, scale: Floats | float) -> Folded:
    """The weights with each fold times scale (g,), or all of them by one number."""
    if isinstance(weights, FoldWeights):
        return weights.scaled(scale)
    return np.asarray(np.asarray(weights) * np.reshape(scale, (-1, 1)))


def chances(log_odds: Floats) -> Floats:
    """1 / (1 + exp(-log_odds)), written over log_odds; any shape."""
    with np.errstate(over="ignore"):
        np.exp(np.negative(log_odds, out=log_odds), out=log_odds)
    log_odds += 1.0
    return np.reciprocal(log_odds, out=log_odds)


def sum_over(part: Callable[[slice], Floats], shape: tuple[int, int]) -> Floats:
    """The sum of part(rows) over blocks of rows, in their order.

    By threads where folds x rows are many.
    """
    blocks = row_chunks(shape[1], shape[0], BLOCK)
    total: Floats = np.zeros(0)
    for found in each(part, blocks, heavy=shape[0] * shape[1] >= FEW):
        total = total + found if total.size else found
    return total


def logit_folds(
    x: Floats,
    y: Floats,
    fold_weight: Folded,
    beta: Floats,
    total_score: Floats | None = None,
    steps: int = 1,
    curvature: Floats | None = None,
) -> Floats:
    """Coefficients (f, k) under each row of fold_weight (f, n).

    One Newton step from the full fit's beta (k,). x (n, k), y (n,). total_score (k,) is the full
    fit's summed score: zero for maximum likelihood, minus the penalty for Firth's fit, whose
    penalty is so carried into every fold, with its curvature (k, k) beside the fold's Hessian. More
    `steps` come nearer to a full refit. Source: MacKinnon, Nielsen & Webb 2023 (cluster jackknife
    by one step).
    """
    k = len(beta)
    penalty = (
        np.zeros(k) if total_score is None else total_score,
        np.zeros((k, k)) if curvature is None else curvature,
    )
    betas = np.tile(np.asarray(beta, dtype=np.float64), (len(fold_weight), 1))
    for step in range(steps):
        betas = betas + _step(x, y, fold_weight, betas, penalty, common=step == 0)
    return betas


def _step(
    x: Floats,
    y: Floats,
    fold_weight: Folded,
    betas: Floats,
    penalty: tuple[Floats, Floats],
    *,
    common: bool,
) -> Floats:
    k = x.shape[1]
    upper = np.triu_indices(k)  # x x' is symmetric: half of it is enough

    def part(rows: slice) -> Floats:
        block = x[rows]
        p = chances(block @ betas[0])[None, :] if common else chances(betas @ block.T)
        weight = fold_weight[:, rows]
        score = (weight * (y[rows] - p)) @ block
        weight = weight * (p * (1.0 - p))
        return np.concatenate([score, weight @ (block[:, upper[0]] * block[:, upper[1]])], axis=1)

    found = sum_over(part, (max(len(fold_weight), len(upper[0])), len(x)))
    hessian = np.empty((len(fold_weight), k, k))
    hessian[:, upper[0], upper[1]] = hessian[:, upper[1], upper[0]] = found[:, k:]
    return solve_each(hessian + penalty[1], found[:, :k] - penalty[0])


def fold_crosses(x: Floats, fold_weight: Folded) -> Floats:
    """Weighted products x'wx (f, k, k) under each row of fold_weight (f, n); x (n, k)."""
    k = x.shape[1]
    upper = np.triu_indices(k)

    def part(rows: slice) -> Floats:
        block = x[rows]
        return np.asarray(fold_weight[:, rows] @ (block[:, upper[0]] * block[:, upper[1]]))

    found = sum_over(part, (max(len(fold_weight), len(upper[0])), len(x)))
    crosses = np.empty((len(fold_weight), k, k))
    crosses[:, upper[0], upper[1]] = crosses[:, upper[1], upper[0]] = found
    return crosses


def linear_folds(x: Floats, y: Floats, fold_weight: Folded, use: Bools | None = None) -> Floats:
    """Exact least-squares coefficients (f, k) under each row of fold_weight (f, n).

    x (n, k), y (n,). `use` (n,) leaves rows out without a copy of the weights; what x and y hold
    there plays no part.
    """
    k = x.shape[1]
    upper = np.triu_indices(k)

    def part(rows: slice) -> Floats:
        block = x[rows]
        target = y[rows]
        if use is not None:
            block = np.where(use[rows][:, None], block, 0.0)
            target = np.where(use[rows], target, 0.0)
        columns = [block[:, upper[0]] * block[:, upper[1]], block * target[:, None]]
        return np.asarray(fold_weight[:, rows] @ np.concatenate(columns, axis=1))

    found = sum_over(part, (max(len(fold_weight), len(upper[0])), len(x)))
    xx = np.empty((len(fold_weight), k, k))
    xx[:, upper[0], upper[1]] = xx[:, upper[1], upper[0]] = found[:, :-k]
    return solve_each(xx, found[:, -k:])
