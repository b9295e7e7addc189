"""Weighted logit from per-team sums: Newton's method, Firth's penalty, separation.

A fit asks only for `TeamScores` at given coefficients. `row_pass` makes them from rows; any engine
that sums x(y - p), x x'p(1 - p) and the log-likelihood by team can stand in for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit

from cxcase.estimate import Floats, Ints
from cxcase.stats.teams import TeamRows, team_rows
from cxcase.stats.threads import each

__all__ = [
    "LogitFit",
    "LogitPass",
    "TeamScores",
    "expit",
    "fit_logit",
    "row_pass",
    "shift_by",
    "shift_to_total",
]

MAX_ITERATIONS = 40  # Newton needs under ten; only separated data go on
MAX_FIRTH_ITERATIONS = (
    200  # the penalty's own slope is left out of the step, which then converges linearly
)
TOLERANCE = 1e-10  # root mean square change of the log-odds in a step
LARGEST_STEP = 5.0  # same unit; longer steps are shortened
FEW = 2_000_000  # numbers in x below which threads cost more than they save


@dataclass(frozen=True, eq=False)
class TeamScores:
    """Per-team sums at given coefficients.

    score (g, k), hessian (g, k, k) positive, loglik (g,).
    """

    score: Floats
    hessian: Floats
    loglik: Floats


class LogitPass(Protocol):
    """What a fit needs from the data."""

    def __call__(self, beta: Floats) -> TeamScores:
        """Per-team sums at beta (k,)."""
        ...

    def penalty(self, beta: Floats, inverse: Floats) -> tuple[Floats, Floats]:
        """Firth's addition to the score (k,) and to the Hessian (k, k).

        h_i is the weighted leverage. Score: sum of h_i (1/2 - p_i) x_i. Hessian: sum of h_i p_i (1
        - p_i) x_i x_i', as if h_i / 2 events and as many non-events were seen at x_i.
        """
        ...


@dataclass(frozen=True, eq=False)
class LogitFit:
    """A fitted logit and what inference by teams needs of it.

    beta (k,); at beta: score (g, k), hessian (g, k, k), inverse (k, k) of the summed Hessian,
    loglik. curvature (k, k): what Firth's penalty adds to the Hessian, 0 for the plain fit.
    """

    beta: Floats
    score: Floats
    hessian: Floats
    inverse: Floats
    converged: bool
    separated: bool
    iterations: int
    loglik: float
    firth: bool
    curvature: Floats


@dataclass(frozen=True, eq=False)
class _RowPass:
    x: Floats
    y: Floats
    weight: Floats
    offset: Floats | None
    rows: TeamRows

    def _log_odds(self, beta: Floats, rows: slice) -> Floats:
        eta = self.x[rows] @ beta
        if self.offset is None:
            return eta
        return eta + self.offset[rows]

    def __call__(self, beta: Floats) -> TeamScores:
        g = self.rows.teams
        k = self.x.shape[1]
        score = np.zeros((g, k))
        hessian = np.zeros((g, k, k))
        loglik = np.zeros(g)

        def add(team: int) -> None:
            for rows in self.rows.of(team):
                x = self.x[rows]
                y = self.y[rows]
                weight = self.weight[rows]
                eta = self._log_odds(beta, rows)
                p, cost = _chance_and_cost(eta)
                score[team] += x.T @ (weight * (y - p))
                hessian[team] += x.T @ (x * (weight * p * (1.0 - p))[:, None])
                loglik[team] += weight @ (y * eta - cost)

        for _ in each(add, range(g), heavy=self.x.size >= FEW):
            pass
        return TeamScores(score, hessian, loglik)

    def penalty(self, beta: Floats, inverse: Floats) -> tuple[Floats, Floats]:
        k = self.x.shape[1]
        score = np.zeros(k)
        hessian = np.zeros((k, k))
        for _, rows in self.rows.pieces():
            x = self.x[rows]
            p = expit(self._log_odds(beta, rows))
            leverage = (
                self.weight[rows]
                * p
                * (1.0 - p)
                * np.einsum("ij,jk,ik->i", x, inverse, x, optimize=True)
            )
            score += x.T @ (leverage * (0.5 - p))
            hessian += x.T @ (x * (leverage * p * (1.0 - p))[:, None])
        return score, hessian


def _chance_and_cost(eta: Floats) -> tuple[Floats, Floats]:
    """1 / (1 + exp(-eta)) and log(1 + exp(eta)), (n,) each, from one exponential."""
    small = np.exp(-np.abs(eta))
    return np.where(eta >= 0, 1.0, small) / (1.0 + small), np.maximum(eta, 0.0) + np.log1p(small)


def row_pass(
    x: Floats, y: Floats, weight: Floats, team: Ints, teams: int, offset: Floats | None = None
) -> LogitPass:
    """A pass over rows that returns `TeamScores` for any beta.

    x (n, k) with its constant; y (n,) in 0..1 (a share where a row stands for several); weight (n,)
    >= 0; team (n,) codes 0..teams-1; offset (n,) added to the log-odds.
    """
    rows = team_rows(team, teams)
    return _RowPass(
        rows.arrange(np.asarray(x, dtype=np.float64)),
        rows.arrange(np.asarray(y, dtype=np.float64)),
        rows.arrange(np.asarray(weight, dtype=np.float64)),
        None if offset is None else rows.arrange(np.asarray(offset, dtype=np.float64)),
        rows,
    )


def fit_logit(
    pass_: LogitPass, k: int, start: Floats | None = None, firth: bool = False
) -> LogitFit:
    """The maximum-likelihood fit, or Firth's penalised one, from `pass_` with k coefficients.

    `separated` is True when some combination of columns sorts the outcomes: then the plain fit has
    no finite solution and Firth's should be used. Source: Firth 1993, Biometrika 80, 27-38; Heinze
    & Schemper 2002.
    """
    beta = np.zeros(k) if start is None else np.array(start, dtype=np.float64)
    at_zero = pass_(np.zeros(k))
    # Steps are measured as the change they make in the log-odds of a typical row: free of units of
    # x.
    metric = at_zero.hessian.sum(0) * 4.0 / max(-float(at_zero.loglik.sum()) / np.log(2.0), 1e-300)
    sums = at_zero if start is None else pass_(beta)
    rule = _FirthStep(pass_) if firth else _NewtonStep(k)
    iterations = 0
    converged = False
    while not converged and iterations < rule.limit:
        step = rule.step(beta, sums)
        if step is None:
            break
        size = float(np.sqrt(max(step @ metric @ step, 0.0)))
        step = step * min(1.0, LARGEST_STEP / size) if size > 0 else step
        beta, sums = _advance(pass_, beta, step, sums, firth)
        converged = size < TOLERANCE
        iterations += 1
    inverse = _inverse(sums.hessian.sum(0))
    if inverse is None:
        inverse = np.linalg.pinv(sums.hessian.sum(0), hermitian=True)
    return LogitFit(
        beta=beta,
        score=sums.score,
        hessian=sums.hessian,
        inverse=inverse,
        converged=converged,
        separated=not firth and not converged,
        iterations=iterations,
        loglik=float(sums.loglik.sum()),
        firth=firth,
        curvature=rule.curvature,
    )


class _NewtonStep:
    """Newton's steps; None where the Hessian can't be inverted."""

    limit = MAX_ITERATIONS

    def __init__(self, k: int) -> None:
        self.curvature = np.zeros((k, k))

    def step(self, beta: Floats, sums: TeamScores) -> Floats | None:
        inverse = _inverse(sums.hessian.sum(0))
        if inverse is None:
            return None
        return np.asarray(inverse @ sums.score.sum(0))


class _FirthStep:
    """Steps to Firth's solution.

    At first with the penalty's pseudo-counts in the Hessian, then by BFGS updates of it. The
    pseudo-counts leave out how leverages move with beta. That is harmless, unless columns separate
    the outcomes.
    """

    limit = MAX_FIRTH_ITERATIONS
    fresh = 12

    def __init__(self, pass_: LogitPass) -> None:
        self._pass = pass_
        self._last: tuple[Floats, Floats] | None = None
        self._solve: Floats = np.zeros((0, 0))
        self._taken = 0
        self.curvature: Floats = np.zeros((0, 0))

    def step(self, beta: Floats, sums: TeamScores) -> Floats | None:
        inverse = _inverse(sums.hessian.sum(0))
        if inverse is None:
            return None
        extra, self.curvature = self._pass.penalty(beta, inverse)
        score = sums.score.sum(0) + extra
        if self._taken < self.fresh or self._last is None:
            self._solve = np.linalg.inv(sums.hessian.sum(0) + self.curvature)
        else:
            self._update(beta - self._last[0], self._last[1] - score)
        self._taken += 1
        self._last = (beta, score)
        return np.asarray(self._solve @ score)

    def _update(self, moved: Floats, fell: Floats) -> None:
        along = float(moved @ fell)
        if along <= 1e-300:  # no curvature seen: keep the last
            return
        left = np.eye(len(moved)) - np.outer(moved, fell) / along
        self._solve = left @ self._solve @ left.T + np.outer(moved, moved) / along


def _advance(
    pass_: Callable[[Floats], TeamScores], beta: Floats, step: Floats, sums: TeamScores, firth: bool
) -> tuple[Floats, TeamScores]:
    before = _objective(sums, firth)
    slack = 1e-9 * (1.0 + abs(before))  # rounding must not stop the last steps
    for halving in range(12):
        trial = beta + step * 0.5**halving
        after = pass_(trial)
        if _objective(after, firth) >= before - slack:
            return trial, after
    return trial, after


def _objective(sums: TeamScores, firth: bool) -> float:
    loglik = float(sums.loglik.sum())
    if not firth:
        return loglik
    sign, logdet = np.linalg.slogdet(sums.hessian.sum(0))
    if sign > 0:
        return loglik + 0.5 * float(logdet)
    return -np.inf


def _inverse(hessian: Floats) -> Floats | None:
    scale = np.sqrt(np.maximum(np.diag(hessian), 0.0))
    if not np.all(np.isfinite(scale)) or np.any(scale <= 0):
        return None
    unit = hessian / np.outer(scale, scale)
    if np.linalg.eigvalsh(unit)[0] < 1e-13:
        return None
    return np.asarray(np.linalg.inv(unit) / np.outer(scale, scale))


def shift_to_total(
    log_odds: Floats, weight: Floats, total: Floats | float, start: float = 0.0
) -> Floats:
    """The shift c (f,) that makes sum_i weight_i expit(log_odds_i + c) equal `total`.

    In each of f problems. log_odds, weight (f, n) or (n,) for one problem; total (f,) strictly
    between 0 and the summed weight, else the shift is NaN. Newton's method from `start`, kept
    inside a bracket, so that it always ends.
    """
    eta = np.atleast_2d(log_odds)
    w = np.atleast_2d(weight)

    def sums(shift: Floats) -> tuple[Floats, Floats]:
        p = expit(eta + shift[:, None])
        return np.einsum("fn,fn->f", w, p), np.einsum("fn,fn,fn->f", w, p, 1.0 - p)

    return shift_by(sums, w.sum(1), np.atleast_1d(np.asarray(total, dtype=np.float64)), start)


def shift_by(
    sums: Callable[[Floats], tuple[Floats, Floats]],
    whole: Floats,
    target: Floats,
    start: float = 0.0,
) -> Floats:
    """The same from sums alone.

    sums(shift) gives sum w p and sum w p (1 - p), each (f,); whole (f,) is sum w.
    """
    share = target / whole
    possible = (share > 0) & (share < 1)
    low = np.full(len(target), -60.0)
    high = np.full(len(target), 60.0)
    shift = np.full(len(target), start if np.isfinite(start) else 0.0)
    for _ in range(80):
        reached, slope = sums(shift)
        gap = reached - target
        high = np.where(gap > 0, shift, high)
        low = np.where(gap > 0, low, shift)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = shift - gap / slope
        # Newton squares its error: what a step of 1e-8 leaves is below the last digit
        near = np.abs(newton - shift) < 1e-8
        inside = near | ((newton > low) & (newton < high))
        shift = np.where(inside, newton, 0.5 * (low + high))
        if np.all(near | (high - low < 1e-13) | ~possible):
            break
    return np.where(possible, shift, np.nan)
