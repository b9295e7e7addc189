"""The design of both churn models on the moments, and the one through the CX metric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.gates import needs_firth
from cxcase.link import Population
from cxcase.moments.design import Blocks
from cxcase.moments.fold_sums import (
    MANY,
    FoldRevenue,
    by_fold,
    by_team,
    crosses,
    fold_revenue,
    left_out,
)
from cxcase.stats.cluster import jackknife
from cxcase.stats.folds import BLOCK, FEW, logit_folds
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.logit import LogitFit, LogitPass, expit, fit_logit, row_pass
from cxcase.stats.ols import row_chunks, solve_each
from cxcase.stats.teams import team_means
from cxcase.stats.threads import each

MANY_ROWS = 200_000  # rows above which a fit starts from that of a tenth of them


@dataclass(frozen=True, eq=False)
class Design:
    """n responses in g teams, coded so that every slope is the one within teams.

    weights (f, n) of mean 1, revenue likewise: first all teams, then each left out; ledger (f,)
    churned revenue to match; inside (n, b) block columns about their team's mean (about the mean of
    all when `pooled`), between (n, b) that mean about the mean of all; metric, and known, the known
    factors in the form that the link chose, likewise; metric_between (n,); churned (n,).
    """

    blocks: Blocks
    population: Population
    weights: Floats
    revenue: FoldRevenue
    ledger: Floats
    inside: Floats
    between: Floats
    metric: Floats
    metric_between: Floats
    known: Floats
    churned: Floats
    pooled: bool


@dataclass(frozen=True, eq=False)
class LogOdds:
    """Log-odds of n responses under f weightings: columns (n, k), coefficients (f, k)."""

    columns: Floats
    betas: Floats

    def at(self, fold: int) -> Floats:
        """The log-odds (n,) under one weighting."""
        return np.asarray(self.columns @ self.betas[fold])


@dataclass(frozen=True, eq=False)
class IndexModel:
    """The index model under f weightings: moments to metric (OLS), metric to churn (logit).

    cross (f, k, k) centred cross-products of known factors, blocks, metric; points (f, b) metric
    points per block column; gamma (f,) log-odds per metric point, within teams; slope (f, j)
    log-odds per point of each moment.
    """

    cross: Floats
    points: Floats
    gamma: Floats
    slope: Floats
    log_odds: LogOdds


def fold_weights(population: Population) -> Floats:
    """Weights (f, n) of mean 1: all teams, then each left out."""
    weights = np.empty((len(population.team_names) + 1, len(population.weight)))
    weights[0] = population.weight

    def fill(rows: slice) -> None:
        weights[1:, rows] = population.fold_weight[:, rows]
        weights[:, rows] *= 1.0 / mean

    mean = population.weight.mean()
    for _ in each(
        fill, row_chunks(weights.shape[1], len(weights), BLOCK), heavy=weights.size >= FEW
    ):
        pass
    return weights


def make_design(blocks: Blocks, population: Population, weights: Floats | None = None) -> Design:
    """The columns of both models.

    Pooled where the population's teams are too few, or too alike, to be held fixed. weights (f, n):
    as `fold_weights` makes them, where they are there already.
    """
    team = population.team
    teams = len(population.team_names)
    pooled = not population.within
    weights = fold_weights(population) if weights is None else weights
    group = np.zeros_like(team) if pooled else team

    def split(values: Floats) -> tuple[Floats, Floats]:
        means = _means(values, population.weight, group, 1 if pooled else teams)
        overall = np.average(values, axis=0, weights=population.weight)
        return values - means[group], means[group] - overall

    inside, between = split(blocks.columns)
    metric, metric_between = split(population.metric[:, None])
    return Design(
        blocks,
        population,
        weights,
        fold_revenue(population, weights),
        np.concatenate([[population.churned_revenue], population.churned_revenue_fold]),
        inside,
        between,
        metric[:, 0],
        metric_between[:, 0],
        split(population.known_factors)[0],
        population.churned.astype(np.float64),
        pooled,
    )


def fit_index(design: Design) -> IndexModel:
    """The index model, each team left out in turn.

    Firth's penalty where events per parameter are under 10.
    """
    outer = [design.known, design.inside, design.metric[:, None]]
    if by_team_sums(design):
        cross = _crosses_by_team(outer, design)
    else:
        cross = _cross(np.column_stack(outer), design.weights)
    k = design.known.shape[1]
    points = solve_each(cross[:, :-1, :-1], cross[:, :-1, -1])[:, k:]
    parts = [
        np.ones((len(design.metric), 1)),
        design.inside,
        *([] if design.pooled else [design.between]),
    ]
    columns = np.column_stack([*parts, design.population.known_factors])
    table = _index_table(design, points[0])
    keep = independent_columns(table)
    start = fit_leaving(table[:, keep], design)
    projections = np.array([_index_projection(design, p, columns.shape[1]) for p in points])[
        :, :, keep
    ]
    steps = _newton_folds_by_team if by_team_sums(design) else _newton_folds
    betas = steps(design, columns, projections, start)
    spread = np.einsum("fij,fj->fi", projections, betas)
    gamma = betas[:, 1]
    return IndexModel(
        cross,
        points,
        gamma,
        gamma[:, None] * points[:, design.blocks.slopes],
        LogOdds(columns, spread),
    )


def by_team_sums(design: Design) -> bool:
    """Whether there are so many rows that folds come from sums by team."""
    return bool(design.weights.size > MANY)


def _crosses_by_team(parts: list[Floats], design: Design) -> Floats:
    population = design.population
    return crosses(parts, design.weights[0], population.team, len(population.team_names))


def _index_projection(design: Design, points: Floats, k: int) -> Floats:
    """Matrix (k, ...) from all columns to the index model's own.

    Those are: constant, index, the team's index, known factors.
    """
    b = len(points)
    lead = 2 if design.pooled else 3
    projection = np.zeros((k, lead + design.population.known_factors.shape[1]))
    projection[0, 0] = 1.0
    for place in range(1, lead):
        projection[1 + (place - 1) * b : 1 + place * b, place] = points
    held = projection.shape[1] - lead
    projection[k - held :, lead:] = np.eye(held)
    return projection


def _newton_folds(design: Design, columns: Floats, projections: Floats, start: LogitFit) -> Floats:
    """Coefficients (f, ...) of the index model in every fold, by one Newton step on the rows."""
    score = start.score.sum(axis=0)
    betas = [start.beta]
    for projection, weight in zip(projections[1:], design.weights[1:], strict=True):
        betas.append(
            logit_folds(
                columns @ projection,
                design.churned,
                weight[None],
                start.beta,
                score,
                curvature=start.curvature,
            )[0]
        )
    return np.array(betas)


def _newton_folds_by_team(
    design: Design, columns: Floats, projections: Floats, start: LogitFit
) -> Floats:
    """The same to first order, from sums by team at the full fit."""
    p = expit(columns @ (projections[0] @ start.beta))
    team = design.population.team
    teams = len(design.population.team_names)
    hessian = left_out(by_team([columns], design.weights[0] * p * (1 - p), team, teams))
    score = by_fold(design.weights, (design.churned - p)[:, None] * columns)
    moved = np.einsum("fij,j->fi", projections - projections[0], start.beta)
    score = np.einsum("fki,fk->fi", projections, score - np.einsum("fkl,fl->fk", hessian, moved))
    inner = (
        np.einsum("fki,fkl,flj->fij", projections, hessian, projections, optimize=True)
        + start.curvature
    )
    betas = start.beta + solve_each(inner, score - start.score.sum(axis=0))
    betas[0] = start.beta
    return betas


def _index_table(design: Design, points: Floats) -> Floats:
    """Constant, the index within teams, that of the team, and the known factors (n, ...)."""
    x = [np.ones(len(design.metric)), design.inside @ points]
    if not design.pooled:
        x.append(design.between @ points)
    return np.column_stack([*x, design.population.known_factors])


def metric_slope(design: Design) -> float:
    """Log-odds of churn per point of the CX metric, within teams, all teams in."""
    x = [np.ones(len(design.metric)), design.metric]
    if not design.pooled:
        x.append(design.metric_between)
    table = np.column_stack([*x, design.population.known_factors])
    return float(fit_leaving(table[:, independent_columns(table)], design).beta[1])


def shrink(direct: Floats, index: Floats, unit: Floats) -> Floats:
    """DirectModel slopes (f, j) drawn towards the index's, each by its own noise.

    The weight of a direct slope is tau² / (tau² + se²), se its jackknife error and tau² the
    moments' spread around the index beyond noise, both per `unit` (j,) points (the length of each
    scale) so that scales of different length can be compared; tau² is found again in every fold.
    Source: DerSimonian & Laird 1986, Control. Clin. Trials 7, 177-188, with the centre known.
    """
    gap = (direct - index) * unit
    precision = 1.0 / np.maximum(slope_errors(direct) * unit, 1e-12) ** 2
    beyond_noise = (precision * gap**2).sum(axis=1) - gap.shape[1]
    spread = np.maximum(0.0, beyond_noise / precision.sum())[:, None]
    return np.asarray(index + spread / (spread + 1.0 / precision) * (direct - index))


def slope_errors(slope: Floats) -> Floats:
    """Delete-one-team standard errors (j,) of slopes (f, j), all teams first."""
    return np.asarray(jackknife(slope[1:], slope[0]).se)


def fit_leaving(table: Floats, design: Design) -> LogitFit:
    """The logit of leaving on these columns.

    Where rows are many it starts from the fit of every tenth.
    """
    lost = float(design.churned.sum())
    firth = needs_firth(lost, len(table) - lost, table.shape[1])
    start = None
    if len(table) > MANY_ROWS:
        first = fit_logit(_pass(table, design, slice(None, None, 10)), table.shape[1], firth=firth)
        start = first.beta if first.converged else None
    data = _pass(table, design, slice(None))
    fit = fit_logit(data, table.shape[1], start, firth=firth)
    if fit.separated:
        return fit_logit(data, table.shape[1], firth=True)
    return fit


def _pass(table: Floats, design: Design, rows: slice) -> LogitPass:
    population = design.population
    return row_pass(
        table[rows],
        design.churned[rows],
        design.weights[0][rows],
        population.team[rows],
        len(population.team_names),
    )


def _cross(columns: Floats, weights: Floats) -> Floats:
    """Cross-products (f, k, k) about the mean of each weighting (f, n) of columns (n, k)."""
    k = columns.shape[1]
    above = np.triu_indices(k)
    total = np.zeros((len(weights), len(above[0])))
    sums = weights @ columns
    for rows in row_chunks(len(columns), len(above[0])):
        part = columns[rows]
        total += weights[:, rows] @ (part[:, above[0]] * part[:, above[1]])
    full = np.empty((len(weights), k, k))
    full[:, above[0], above[1]] = full[:, above[1], above[0]] = total
    size = weights.sum(axis=1)[:, None, None]
    return np.asarray(full - sums[:, :, None] * sums[:, None, :] / size)


def _means(values: Floats, weight: Floats, team: Ints, teams: int) -> Floats:
    means = np.zeros((teams, values.shape[1]))
    for c, column in enumerate(values.T):
        means[:, c] = np.nan_to_num(team_means(column, weight, team, teams))
    return means
