"""Slopes of the score on each question of the employee survey, drawn together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from cxcase import gates
from cxcase.estimate import LEVEL, Bools, Estimate, Floats, Ints
from cxcase.intake import Case
from cxcase.link.data.population import Sample
from cxcase.link.models.ex_to_cx import POINTS, Engagement
from cxcase.stats.cluster import adjusted_scores, satterthwaite
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.ols import TeamSums, fit_ols, team_sums

FEWEST = 4  # questions, below which how far they differ can't be learnt from them


@dataclass(frozen=True)
class Item:
    """A question: the score per point of its team mean, drawn towards the average question.

    raw: before that. apart: its distance from the average question can be told from zero.
    """

    item: str
    estimate: Estimate
    raw: float
    apart: bool


@dataclass(frozen=True)
class ExItems:
    """The questions, strongest first.

    None of them and `refused` where too few teams or questions carry them. spread: standard
    deviation of what questions truly go with, points per EX point. left: questions without enough
    teams. No team stands here.
    """

    items: tuple[Item, ...]
    spread: float
    teams: int
    left: int
    refused: str | None = None

    @property
    def leading(self) -> tuple[Item, ...]:
        """The questions that can be told to go with the score more than the average question."""
        average = sum(item.estimate.value or 0.0 for item in self.items) / max(1, len(self.items))
        return tuple(
            i for i in self.items if i.apart and (i.estimate.value or 0.0) > max(average, 0.0)
        )


@dataclass(frozen=True, eq=False)
class Drawn:
    """Slopes drawn together (j,), their ends, which stand apart, and their spread."""

    value: Floats
    low: Floats
    high: Floats
    apart: Bools
    spread: float


def items_of(case: Case, sample: Sample, joined: Engagement) -> ExItems | None:
    """Every question's slope on the score over teams; None where the case keeps no questions."""
    if not case.has("ex_items") or sample.population.dealt:
        return None
    names, means, left = _shown(case, sample, joined)
    teams = joined.teams
    if len(names) < FEWEST:
        why = "few_items" if teams >= gates.MIN_TEAMS_FIRM else "few_teams_for_items"
        return ExItems((), 0.0, teams, left, why)
    p = sample.population
    rows = joined.rows
    x = np.column_stack([np.ones(int(rows.sum())), p.known_factors[rows]])
    x = x[:, independent_columns(x)]
    weight = p.weight[rows]
    sums = team_sums(x, p.metric[rows], weight / weight.mean(), p.team[rows], len(p.team_names))
    slope, covariance, df = item_slopes(sums, means)
    got = draw_together(slope, covariance, df)
    n = int(rows.sum())
    found = [
        Item(
            name,
            Estimate(float(v), float(lo), float(hi), POINTS, df=df, n=n, teams=teams),
            float(raw),
            bool(apart),
        )
        for name, v, lo, hi, raw, apart in zip(
            names, got.value, got.low, got.high, slope, got.apart, strict=True
        )
    ]
    found.sort(key=lambda item: (-(item.estimate.value or 0.0), item.item))
    return ExItems(tuple(found), got.spread, teams, left)


def _shown(case: Case, sample: Sample, joined: Engagement) -> tuple[list[str], Floats, int]:
    """(questions that twelve teams show and differ on, their means (g, j), number left out)."""
    table = case.table("ex_items", ["team", "item", "mean"])
    wide = table.pivot(index="team", columns="item", values="mean").reindex(
        list(sample.population.team_names)
    )
    means = np.where(
        np.isfinite(joined.team_score)[:, None], wide.to_numpy(dtype=np.float64), np.nan
    )
    known = np.isfinite(means)
    most = np.where(known, means, -np.inf).max(0)
    least = np.where(known, means, np.inf).min(0)
    use = (known.sum(0) >= gates.MIN_TEAMS_FIRM) & (most > least)
    return (
        [str(n) for n, ok in zip(wide.columns, use, strict=True) if ok],
        means[:, use],
        int((~use).sum()),
    )


def item_slopes(sums: TeamSums, means: Floats) -> tuple[Floats, Floats, float]:
    """(slopes (j,), their CR2 covariance over teams (j, j), typical Satterthwaite df).

    sums: by team, of [1, controls] and the score; means (g, j): each question by team, NaN where it
    is not shown. A question is the same for all customers of a team, so its cross-products follow
    from the team's sums.
    """
    slopes = []
    influence = []
    dfs = []
    for column in means.T:
        used: Ints = np.flatnonzero(np.isfinite(column) & (sums.n > 0)).astype(np.int64)
        own = _with_column(sums, column, used)
        fit = fit_ols(own)
        contrast = np.eye(len(fit.beta))[1]
        pulled = np.zeros(len(column))
        pulled[used] = adjusted_scores(fit.hessian, fit.score, fit.inverse) @ (
            fit.inverse @ contrast
        )
        slopes.append(float(fit.beta[1]))
        influence.append(pulled)
        dfs.append(satterthwaite(fit.hessian, fit.inverse, contrast))
    by_team = np.array(influence)
    return np.array(slopes), by_team @ by_team.T, float(np.median(dfs))


def _with_column(sums: TeamSums, column: Floats, used: Ints) -> TeamSums:
    """The used teams' sums with `column`, constant within a team, as second regressor."""
    xx = sums.xx[used]
    xy = sums.xy[used]
    c = column[used]
    k = xx.shape[1]
    order = [0, k, *range(1, k)]
    wide = np.zeros((len(used), k + 1, k + 1))
    wide[:, :k, :k] = xx
    wide[:, k, :k] = wide[:, :k, k] = c[:, None] * xx[:, 0, :]
    wide[:, k, k] = c**2 * xx[:, 0, 0]
    target = np.column_stack([xy, c * xy[:, 0]])
    return TeamSums(wide[:, order][:, :, order], target[:, order], sums.yy[used], sums.n[used])


def draw_together(slope: Floats, covariance: Floats, df: float, level: float = LEVEL) -> Drawn:
    """Slopes (j,) drawn towards their mean by how much of their spread is chance.

    With ranges that say so. Normal prior around the mean of the questions, its variance by moments
    from the spread less what the errors (which questions of the same teams share) explain; the
    range also holds the error of that variance. Source: Efron & Morris 1975, J. Am. Stat. Assoc.
    70, 311-319; Morris 1983, J. Am. Stat. Assoc. 78, 47-55.
    """
    j = len(slope)
    centre = np.eye(j) - 1.0 / j
    distance = centre @ slope
    own = np.diag(centre @ covariance @ centre)
    variance = max(0.0, float(distance @ distance - own.sum()) / (j - 1))
    prior = variance * (1 - 1 / j)
    keep = prior / np.maximum(prior + own, 1e-300)
    unsure = 2.0 / (j - 3) * ((1 - keep) * distance) ** 2 * keep if j > 3 else np.zeros(j)
    apart_error = np.sqrt(keep * own + unsure)
    shared = float(covariance.sum()) / j**2
    joint = 2 * keep * (centre @ covariance.sum(1)) / j
    error = np.sqrt(np.maximum(shared + joint + keep * own + unsure, 0.0))
    value = slope.mean() + keep * distance
    width = float(stdtrit(df, (1 + level) / 2))
    apart = np.asarray((np.abs(keep * distance) > width * apart_error) & (keep > 0), dtype=np.bool_)
    return Drawn(
        value, value - width * error, value + width * error, apart, float(np.sqrt(variance))
    )
