"""The direct model: the logit of leaving on all moments at once, each team left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats
from cxcase.gates import needs_firth
from cxcase.link import Population
from cxcase.moments.fold_sums import by_fold
from cxcase.moments.models import Design, LogOdds, by_team_sums, fit_leaving
from cxcase.stats.folds import logit_folds
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.logit import LogitFit, expit
from cxcase.stats.ols import solve_each

FEWEST = 2.0  # events per parameter below which not even a penalised direct slope says anything


@dataclass(frozen=True, eq=False)
class DirectModel:
    """The block logit under f weightings: slope (f, j) log-odds per point.

    Or None and why there is none. scarce: fewer than 10 events per parameter. Slopes are Firth's
    then, to be shown and to rank by, not to price with.
    """

    slope: Floats | None
    log_odds: LogOdds | None
    events: int
    parameters: int
    refused: str | None
    scarce: bool = False


def fit_direct(design: Design) -> DirectModel:
    """The block logit, with known factors in the form that the link chose while events allow it.

    By Firth's penalty, and not to price with, where there are fewer than 10 events per parameter.
    None and why not where moments always come together, or where some combination of them sorts the
    outcomes.
    """
    known = _richest_form(design)
    found = _block_logit(design, known)
    if found.slope is None and known.bends.of:
        return _block_logit(design, known.straight())
    return found


def _richest_form(design: Design) -> Population:
    """The population with as many bends as leave 10 events per parameter of the block logit.

    The factor with most of them falls to its next form first: no figure is lost to the form.
    """
    population = design.population
    moments = design.inside.shape[1] + (1 if design.pooled else 2)
    lost = int(design.churned.sum())
    stayed = len(design.churned) - lost
    while population.bends.of:
        if not needs_firth(lost, stayed, moments + population.known_factors.shape[1]):
            break
        population = population.simpler()
    return population


def _block_logit(design: Design, known: Population) -> DirectModel:
    """The block logit with known factors in their form in this population."""
    one = np.ones((len(design.metric), 1))
    lead = one if design.pooled else np.column_stack([one, design.metric_between])
    table = np.column_stack([lead, known.known_factors, design.inside])
    keep = independent_columns(table)
    lost = int(design.churned.sum())
    parameters = int(keep.sum())
    events = min(lost, len(table) - lost)
    if not keep[-design.inside.shape[1] :].all():
        return DirectModel(None, None, events, parameters, "moment_collinear")
    if events < FEWEST * parameters:
        return DirectModel(None, None, events, parameters, "moment_few_events")
    scarce = needs_firth(lost, len(table) - lost, parameters)
    table = table[:, keep]
    fit = fit_leaving(table, design)
    if fit.firth and not scarce:
        return DirectModel(None, None, events, parameters, "moment_separated")
    betas = np.vstack([fit.beta, _direct_folds(design, table, fit)])
    first = parameters - design.inside.shape[1]
    slope = betas[:, [first + c for c in design.blocks.slopes]]
    return DirectModel(slope, LogOdds(table, betas), events, parameters, None, scarce)


def _direct_folds(design: Design, table: Floats, fit: LogitFit) -> Floats:
    """Coefficients (g, k) of the block logit with each team left out."""
    score = fit.score.sum(axis=0)
    if not by_team_sums(design):
        return logit_folds(
            table, design.churned, design.weights[1:], fit.beta, score, curvature=fit.curvature
        )
    left = by_fold(design.weights[1:], (design.churned - expit(table @ fit.beta))[:, None] * table)
    hessian = fit.hessian.sum(axis=0) - fit.hessian + fit.curvature
    return np.asarray(fit.beta + solve_each(hessian, left - score))
