"""Logit coefficients with one team left out, weights refit in the fold: one Newton step from the full fit."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from scipy.special import expit

from cxcase.estimate import Floats
from cxcase.stats.ols import row_chunks, solve_each

Result = TypeVar("Result")
FEW = 2_000_000  # rows x folds below which threads cost more than they save
MOST_THREADS = 4


def each_fold(work: Callable[[int], Result], folds: int, rows: int) -> list[Result]:
    """work(0), ..., work(folds - 1), by threads where rows x folds are many: array code leaves the interpreter free.

    Every fold is worked out on its own, so the order in which threads finish plays no part.
    """
    if folds * rows < FEW:
        return [work(fold) for fold in range(folds)]
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        return list(pool.map(work, range(folds)))


def logit_folds(
    x: Floats,
    y: Floats,
    fold_weight: Floats,
    beta: Floats,
    total_score: Floats | None = None,
    steps: int = 1,
    curvature: Floats | None = None,
) -> Floats:
    """Coefficients (f, k) under each row of fold_weight (f, n), one Newton step from the full fit's beta (k,).

    x (n, k), y (n,). total_score (k,) is the full fit's summed score: zero for maximum likelihood, minus the penalty
    for Firth's fit, whose penalty is so carried into every fold, with its curvature (k, k) beside the fold's Hessian.
    More `steps` come nearer to a full refit.
    Source: MacKinnon, Nielsen & Webb 2023 (cluster jackknife by one step).
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
    x: Floats, y: Floats, fold_weight: Floats, betas: Floats, penalty: tuple[Floats, Floats], *, common: bool
) -> Floats:
    f, k = len(fold_weight), x.shape[1]
    score, hessian = np.zeros((f, k)), np.zeros((f, k * k))
    for rows in row_chunks(len(x), max(k * k, f)):
        outer = (x[rows, :, None] * x[rows, None, :]).reshape(-1, k * k)
        p = expit(x[rows] @ betas[0])[None, :] if common else expit(betas @ x[rows].T)
        weight = fold_weight[:, rows]
        score += (weight * (y[rows] - p)) @ x[rows]
        hessian += (weight * (p * (1.0 - p))) @ outer
    return solve_each(hessian.reshape(-1, k, k) + penalty[1], score - penalty[0])
