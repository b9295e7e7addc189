"""Which CX metric tells next year's revenue best in teams it was not fit on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cxcase.estimate import Estimate, Floats
from cxcase.intake import Case
from cxcase.link.data.population import Sample
from cxcase.settings import METRICS
from cxcase.stats.cluster import delete_one, jackknife
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.logit import fit_logit, row_pass
from cxcase.stats.teams import team_totals

SHARE = "share of the error in revenue kept"
FEWEST = 100  # customers with every metric, below which nothing is compared


def compare_metrics(case: Case, sample: Sample, kept: Floats) -> MetricChoice | None:
    """Skill of each metric on the customers who gave all of them.

    None with fewer than two metrics or 100 customers. kept (n,): share of starting revenue kept, 0
    to 1. Skill: how much less revenue-weighted squared error than with controls alone (fractional
    logit), each team predicted from the others; intervals leave out one team at a time.
    """
    names = [m for m in METRICS if m in case.scales]
    if len(names) < 2:
        return None
    table = case.table("responses", names).iloc[sample.population.rows]
    names = [m for m in names if table[m].notna().any()]
    rows = table[names].notna().all(axis=1).to_numpy()
    p = sample.population
    usable = rows.sum() >= FEWEST and all(np.ptp(table[m].to_numpy(float)[rows]) > 0 for m in names)
    if len(names) < 2 or not usable or np.ptp(kept[rows]) == 0 or len(np.unique(p.team[rows])) < 2:
        return None
    errors = [_errors(sample, rows, kept, None)]
    errors += [_errors(sample, rows, kept, table[m].to_numpy(float)[rows]) for m in names]
    return _choice(names, np.array(errors), int(rows.sum()), p.teams)


def _errors(sample: Sample, rows: np.ndarray, kept: Floats, score: Floats | None) -> Floats:
    """Each team's (g,) revenue-weighted squared error when predicted from the others."""
    p = sample.population
    y = kept[rows]
    weight = p.revenue[rows] / p.revenue[rows].mean()
    lead = [np.ones(len(y))] if score is None else [np.ones(len(y)), score - score.mean()]
    x = np.column_stack([*lead, p.known_factors[rows]])
    x = x[:, independent_columns(x)]
    teams = len(p.team_names)
    fit = fit_logit(row_pass(x, y, weight, p.team[rows], teams), x.shape[1])
    folds = delete_one(fit.hessian, fit.score, fit.inverse, fit.beta)
    predicted = expit(np.einsum("ij,ij->i", x, folds[p.team[rows]]))
    return team_totals(weight * (y - predicted) ** 2, p.team[rows], teams)


def _choice(names: Sequence[str], errors: Floats, n: int, teams: int | None) -> MetricChoice:
    errors = errors[:, errors[0] > 0]
    total = errors.sum(1)
    left = total[:, None] - errors  # (m + 1, g): without each team
    skill = 1 - total[1:] / total[0]
    folds = 1 - left[1:] / left[0]
    order = np.argsort(-skill, kind="stable")

    def estimate(value: float, fold: Floats) -> Estimate:
        got = jackknife(fold, value)
        return Estimate(
            float(value), float(got.low), float(got.high), SHARE, df=got.df, n=n, teams=teams
        )

    best = order[0]
    return MetricChoice(
        n=n,
        skills=tuple(MetricSkill(names[i], estimate(skill[i], folds[i])) for i in order),
        differences=tuple(
            (names[best], names[i], estimate(skill[best] - skill[i], folds[best] - folds[i]))
            for i in order[1:]
        ),
    )


@dataclass(frozen=True)
class MetricSkill:
    """How much better a metric predicts revenue kept than the controls alone: a share.

    In teams it was not fit on.
    """

    metric: str
    skill: Estimate


@dataclass(frozen=True)
class MetricChoice:
    """The metrics on the same customers, best first.

    differences: of the best to each other one.
    """

    n: int
    skills: tuple[MetricSkill, ...]
    differences: tuple[tuple[str, str, Estimate], ...]  # (better, other, skill difference)
