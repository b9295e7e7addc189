"""Weighted least squares from per-team cross-products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.stats.teams import team_rows


@dataclass(frozen=True, eq=False)
class TeamSums:
    """Cross-products by team, weighted; sums of teams add up.

    xx (g, k, k), xy (g, k), yy (g,), n (g,) the summed weight.
    """

    xx: Floats
    xy: Floats
    yy: Floats
    n: Floats


@dataclass(frozen=True, eq=False)
class LinearFit:
    """Weighted least squares and what inference by teams needs of it.

    beta (k,); score (g, k) = x'w(y - x beta) by team; hessian (g, k, k) = x'wx; inverse (k, k); r2
    weighted.
    """

    beta: Floats
    score: Floats
    hessian: Floats
    inverse: Floats
    r2: float


def team_sums(x: Floats, y: Floats, weight: Floats, team: Ints, teams: int) -> TeamSums:
    """Cross-products by team of x (n, k), its constant among the columns, and y (n,).

    Centred by the caller where sizes differ widely.
    """
    rows = team_rows(team, teams)
    x = rows.arrange(x)
    y = rows.arrange(y)
    weight = rows.arrange(weight)
    k = x.shape[1]
    xx = np.zeros((teams, k, k))
    xy = np.zeros((teams, k))
    yy = np.zeros(teams)
    n = np.zeros(teams)
    for team_code, piece in rows.pieces():
        weighted = x[piece] * weight[piece, None]
        xx[team_code] += weighted.T @ x[piece]
        xy[team_code] += weighted.T @ y[piece]
        yy[team_code] += weight[piece] @ (y[piece] * y[piece])
        n[team_code] += weight[piece].sum()
    return TeamSums(xx, xy, yy, n)


def fit_ols(sums: TeamSums) -> LinearFit:
    """The least-squares fit. Raises numpy.linalg.LinAlgError when columns are collinear."""
    xx = sums.xx.sum(0)
    xy = sums.xy.sum(0)
    scale = np.sqrt(np.diag(xx))
    inverse = np.linalg.inv(xx / np.outer(scale, scale)) / np.outer(scale, scale)
    beta = inverse @ xy
    beta = beta + inverse @ (xy - xx @ beta)  # one refinement: the residual, solved again
    score = sums.xy - sums.xx @ beta
    return LinearFit(beta, score, sums.xx, inverse, _r2(sums, beta))


def _r2(sums: TeamSums, beta: Floats) -> float:
    total = float(sums.yy.sum() - sums.xy.sum(0)[0] ** 2 / sums.xx.sum(0)[0, 0])
    residual = float(sums.yy.sum() - 2 * beta @ sums.xy.sum(0) + beta @ sums.xx.sum(0) @ beta)
    if total > 0:
        return 1.0 - residual / total
    return 0.0


def row_chunks(n: int, width: int, budget: int = 4_000_000) -> list[slice]:
    """Row slices that keep a temporary of `width` numbers a row under `budget` numbers."""
    size = max(1, min(n, budget // max(width, 1)))
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def solve_each(matrices: Floats, targets: Floats) -> Floats:
    """Solutions (f, k) of f symmetric systems (f, k, k) x = (f, k).

    A singular one gets its smallest solution.
    """
    scale = np.sqrt(np.maximum(np.einsum("fkk->fk", matrices), 1e-300))
    unit = matrices / (scale[:, :, None] * scale[:, None, :])
    values, vectors = np.linalg.eigh(unit)
    keep = values > 1e-12 * values[:, -1:]
    inverse = np.where(keep, 1.0 / np.where(keep, values, 1.0), 0.0)
    turned = np.einsum("fji,fj->fi", vectors, targets / scale) * inverse
    return np.asarray(np.einsum("fij,fj->fi", vectors, turned) / scale)
