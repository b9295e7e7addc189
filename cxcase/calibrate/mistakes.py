"""The same figures done wrong on purpose.

Each must miss the rule, else the study could not tell right from wrong.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, ndtri

from cxcase.calibrate.company import World
from cxcase.estimate import LEVEL, Floats
from cxcase.stats.logit import fit_logit, row_pass
from cxcase.stats.ols import fit_ols, team_sums
from cxcase.stats.shapley import lmg

Interval = tuple[float, float, float]
Z = float(ndtri((1 + LEVEL) / 2))


def wrong_figures(world: World, measured_ex: Floats) -> dict[str, Interval]:
    """name -> (value, low, high) for each way of doing it wrong, from who answered.

    Measured_ex (g,).
    """
    heard = world.answered
    team = world.team[heard]
    score = world.score[heard]
    churned = world.churned[heard].astype(float)
    x = np.column_stack(
        [
            np.ones(len(team)),
            score,
            world.tenure[heard],
            np.log(world.revenue[heard]),
            world.segment[heard] == 1,
        ]
    ).astype(float)
    teams = len(world.ex)
    iid, cr1 = _ex_slope(
        np.column_stack([x[:, 0], measured_ex[team], x[:, 2:]]), score, team, teams
    )
    return {
        "ex_to_cx: customers counted, not teams": iid,
        "ex_to_cx: CR1 with normal quantiles": cr1,
        "cx_to_churn: tenure left out": _average(x[:, [0, 1, 3, 4]], churned, team, teams),
        "cx_to_churn: no weights": _average(x, churned, team, teams),
    }


def _ex_slope(x: Floats, y: Floats, team: np.ndarray, teams: int) -> tuple[Interval, Interval]:
    fit = fit_ols(team_sums(x, y, np.ones(len(y)), team, teams))
    value = float(fit.beta[1])
    n = len(y)
    k = x.shape[1]
    iid = float(np.sqrt(np.sum((y - x @ fit.beta) ** 2) / (n - k) * fit.inverse[1, 1]))
    scores = fit.score @ fit.inverse[:, 1]
    cr1 = float(np.sqrt(teams / (teams - 1) * (n - 1) / (n - k) * np.sum(scores**2)))
    return _around(value, iid), _around(value, cr1)


def _average(x: Floats, y: Floats, team: np.ndarray, teams: int) -> Interval:
    fit = fit_logit(row_pass(x, y, np.ones(len(y)), team, teams), x.shape[1])
    p = expit(x @ fit.beta)
    spread = float((p * (1 - p)).mean())
    error = float(np.sqrt(np.sum((fit.score @ fit.inverse[:, 1]) ** 2))) * spread
    return _around(float(fit.beta[1]) * spread, error)


def _around(value: float, error: float) -> Interval:
    return value, value - Z * error, value + Z * error


def pairwise_breaks(rng: np.random.Generator, n: int = 1000) -> bool:
    """True when key-driver shares from pairwise covariances are outside 0 to 1 or impossible.

    Six moments lived by 95 % to 5 % of customers, whose ratings move together, as ratings of one
    supplier do.
    """
    reach = np.array([0.95, 0.70, 0.40, 0.15, 0.05, 0.80])
    halo = rng.normal(size=(n, 1))
    rating = 0.9 * halo + 0.44 * rng.normal(size=(n, len(reach)))
    lived = rng.random((n, len(reach))) < expit(np.log(reach / (1 - reach)) - 0.8 * halo)
    y = np.where(lived, 0.3 * rating - 0.2, 0.0).sum(1) + rng.normal(size=n)
    columns = np.column_stack([y, np.where(lived, rating, np.nan)])
    cross = np.array([[_pairwise(a, b) for b in columns.T] for a in columns.T])
    if np.linalg.eigvalsh(cross)[0] <= 0:
        return True
    share = lmg(cross, 0, [[j] for j in range(1, len(cross))]).phi / cross[0, 0]
    return bool(share.min() < 0 or share.max() > 1)


def _pairwise(a: Floats, b: Floats) -> float:
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < 3:
        return 0.0
    return float(np.mean((a[both] - np.nanmean(a)) * (b[both] - np.nanmean(b))))


def pairwise_broken(companies: int, first_seed: int) -> float:
    """Share of up to 200 draws in which pairwise covariances give impossible shares."""
    seeds = [[first_seed, i, 3] for i in range(min(companies, 200))]
    return float(np.mean([pairwise_breaks(np.random.default_rng(seed)) for seed in seeds]))
