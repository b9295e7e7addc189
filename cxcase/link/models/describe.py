"""What the responses look like: who answered beside everyone, and churn at each score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtri

from cxcase.estimate import LEVEL, Bools, Floats, Ints
from cxcase.intake import Scale
from cxcase.link.data.analysed import Population
from cxcase.link.data.population import Everyone
from cxcase.link.models.churn import ChurnModel
from cxcase.stats.response_weights import kish, standardised_difference
from cxcase.stats.teams import team_means

MOST_BINS = 11  # scores shown apart; finer scales are cut into tenths of their range


def responder_table(everyone: Everyone) -> tuple[tuple[str, float, float, float], ...]:
    """(variable, mean of responders, mean of everyone, standardised difference), churn first."""
    rows = [("churned", everyone.churned.astype(float)), ("revenue_start", everyone.revenue_start)]
    known = everyone.columns
    rows += [
        (name, values)
        for name, values in zip(
            known.names, (known.centre + known.spread * known.values).T, strict=True
        )
        if name != "log_revenue" and not name.endswith(":missing")
    ]
    part = everyone.usable
    return tuple(
        (
            name,
            float(values[part].mean()),
            float(values.mean()),
            standardised_difference(values[part], values),
        )
        for name, values in rows
    )


def dose(
    population: Population, churn: ChurnModel, scale: Scale, rows: Bools | None = None
) -> tuple[tuple[float, int, float, float, float, float], ...]:
    """(score, n, churn, low, high, fitted) at each score, or in tenths of a fine scale.

    Weighted shares. Wilson intervals at the bin's effective sample size: Kish's, or what
    differences between teams leave of it. fitted is the model's own average there. `rows` (n,)
    keeps some responses, a segment's for example.
    """
    part = np.ones(len(population.team), dtype=np.bool_) if rows is None else rows
    c = population.metric[part]
    weight = population.weight[part]
    team = population.team[part]
    churned = population.churned[part]
    fitted = expit(churn.x[part] @ churn.fit.beta)
    centres = _centres(c, scale)
    nearest = np.argmin(np.abs(c[:, None] - centres[None, :]), axis=1)
    found = []
    for index, centre in enumerate(centres):
        here = nearest == index
        if not here.any():
            continue
        share = float(np.average(churned[here], weights=weight[here]))
        low, high = wilson(share, effective_size(churned[here], share, weight[here], team[here]))
        model = float(np.average(fitted[here], weights=weight[here]))
        found.append((float(centre), int(here.sum()), share, low, high, model))
    return tuple(found)


def effective_size(y: Bools, share: float, weight: Floats, team: Ints) -> float:
    """How many independent answers a weighted share rests on.

    Kish's size, less what teams have in common. From the variance of the share between teams, as if
    sampled; Kish's size where the teams show no such excess. Source: Dean & Pagano 2015, Surv.
    Pract. 8(3) (Wilson's interval at the effective sample size).
    """
    largest = kish(weight)
    own = np.bincount(team, weight * (y - share)) / weight.sum()
    present = int(np.count_nonzero(np.bincount(team)))
    if present < 2:
        return largest
    variance = present / (present - 1) * float(own @ own)
    if variance <= 0:
        return largest
    return float(np.clip(share * (1 - share) / variance, 1.0, largest))


def team_dots(population: Population, ex: Floats) -> tuple[TeamDot, ...]:
    """Every team whose engagement is known, lowest first.

    ex (g,): the team's mean, NaN where there is none.
    """
    p = population
    score = team_means(p.metric, p.weight, p.team, len(p.team_names))
    answers = np.bincount(p.team, minlength=len(p.team_names))
    used = sorted(
        np.flatnonzero(np.isfinite(ex) & (answers > 0)).tolist(),
        key=lambda g: (ex[g], p.team_names[g]),
    )
    return tuple(
        TeamDot(p.team_names[g], float(ex[g]), float(score[g]), int(answers[g])) for g in used
    )


def _centres(c: Floats, scale: Scale) -> Floats:
    values: Floats = np.unique(c).astype(np.float64)
    if len(values) <= MOST_BINS:
        return values
    tenth = (scale.high - scale.low) / 10
    return scale.low + tenth * (np.arange(10, dtype=np.float64) + 0.5)


def wilson(share: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a share seen among n, which may be an effective number.

    Source: Wilson 1927, JASA 22.
    """
    z2 = float(ndtri((1 + level) / 2)) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = float(np.sqrt(z2 * share * (1 - share) / n + z2**2 / (4 * n**2))) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class TeamDot:
    """A team with engagement that may be shown: its EX mean and its customers' score.

    score: their weighted mean; answers: how many they gave.
    """

    team: str
    ex: float
    score: float
    answers: int
