"""The churn model: a weighted logit with team means, and its delete-one-team folds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cxcase import gates
from cxcase.estimate import Bools, Floats
from cxcase.link.data.analysed import Population
from cxcase.link.data.covariates import SHORT
from cxcase.link.data.factor_forms import SPARE
from cxcase.link.data.population import Sample
from cxcase.stats.cluster import satterthwaite
from cxcase.stats.folds import linear_folds, logit_folds, scaled
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.logit import LogitFit, fit_logit, row_pass
from cxcase.stats.ols import fit_ols, team_sums
from cxcase.stats.teams import team_means

NEARLY_CONSTANT = (
    1e-4  # between-team share of the score's variance below which team means say nothing
)
MIN_STAYERS = 30  # customers who stayed, below which expansion has no slope


@dataclass(frozen=True, eq=False)
class ChurnModel:
    """The churn logit in full and by fold.

    x (n, k) = [1, score, team mean of the score when within, controls]; folds (g, k): coefficients
    by fold. The score's column is 1, so beta[1] is the log-odds per point. `df` is Satterthwaite's
    for that slope.
    """

    x: Floats
    fit: LogitFit
    folds: Floats
    df: float
    short: bool

    @property
    def slope(self) -> float:
        """Log-odds of leaving per CX point."""
        return float(self.fit.beta[1])


@dataclass(frozen=True, eq=False)
class Expansion:
    """Revenue kept at the end by those who stay, as a share of what they started with: linear in x.

    gamma (k,) and folds (g, k) belong to the churn model's columns, 0 for those that repeat others
    among who stayed; df Satterthwaite's for its slope per point, at most g - 1.
    """

    gamma: Floats
    folds: Floats
    df: float
    largest_ratio: float


def refusal(population: Population) -> str | None:
    """The code of what makes a churn model impossible, or None."""
    churned = int(population.churned.sum())
    stayed = len(population.churned) - churned
    if churned == 0:
        return "no_churn"
    if stayed == 0:
        return "all_churned"
    if not gates.enough_events(churned, stayed):
        return "too_few_events"
    if np.ptp(population.metric) == 0:
        return "no_variation"
    return None


def design(population: Population) -> tuple[Floats, bool]:
    """[1, score, team mean, controls] (n, k), and whether the team mean is in.

    Columns that repeat others are left out.
    """
    c = population.metric
    one = np.ones_like(c)
    within = population.within
    if within:
        mean = team_means(c, population.weight, population.team, len(population.team_names))[
            population.team
        ]
        within = bool(
            np.var(mean) > NEARLY_CONSTANT * np.var(c)
            and np.var(c - mean) > NEARLY_CONSTANT * np.var(c)
        )
    lead = [one, c, mean] if within else [one, c]
    x = np.column_stack([*lead, population.known_factors])
    return x[:, independent_columns(x)], within


def short_model(sample: Sample) -> tuple[Sample, bool]:
    """The sample with tenure and log revenue as only controls where events are few, and if so.

    Few for all controls as lines: their form takes none of them out. Bends that would leave too few
    events for each parameter go before any control does.
    """
    p = sample.population
    if not _few_events(p, SPARE):
        return sample, False
    core = np.array([name in SHORT for name in p.control_names], dtype=bool)
    short = _few_events(p.straight()) and not core.all()
    if short:
        names = tuple(name for name, keep in zip(p.control_names, core, strict=True) if keep)
        bends = p.bends.only(SHORT)
        p = replace(p, controls=p.controls[:, core], control_names=names, bends=bends)
    while p.bends.of and _few_events(p, SPARE):
        p = p.simpler()
    return replace(sample, population=p), short


def _few_events(population: Population, spare: int = 0) -> bool:
    """Whether the churn model, and `spare` columns more, have too few events for their number."""
    x, _ = design(population)
    churned = int(population.churned.sum())
    return gates.needs_firth(churned, len(population.churned) - churned, x.shape[1] + spare)


def fit_churn(population: Population, short: bool) -> tuple[ChurnModel, Population]:
    """The churn model and the population with `within` as the model has it.

    To be called after `refusal` gave None.
    """
    x, within = design(population)
    y = population.churned.astype(float)
    mean_one = population.weight / population.weight.mean()
    fit = fit_weighted(x, y, mean_one, population)
    fold_weight = scaled(population.fold_weight, 1.0 / population.weight.mean())
    folds = logit_folds(x, y, fold_weight, fit.beta, fit.score.sum(0), curvature=fit.curvature)
    model = ChurnModel(
        x=x,
        fit=fit,
        folds=folds,
        df=satterthwaite(fit.hessian, fit.inverse, np.eye(x.shape[1])[1]),
        short=short,
    )
    return model, replace(population, within=within)


def fit_weighted(
    x: Floats,
    y: Floats,
    weight: Floats,
    population: Population,
    rows: Bools | None = None,
    *,
    near: Floats | None = None,
) -> LogitFit:
    """The logit by team, with Firth's penalty where events are few or columns separate them.

    Few: for its parameters. near (k,): coefficients of a model much like it, to start from.
    """
    team = population.team if rows is None else population.team[rows]
    data = row_pass(x, y, weight, team, len(population.team_names))
    events = float(y.sum())
    firth = gates.needs_firth(events, len(y) - events, x.shape[1])
    fit = fit_logit(data, x.shape[1], near, firth=firth)
    if not fit.separated:
        return fit
    penalised = fit_logit(data, x.shape[1], firth=True)
    return replace(penalised, separated=True)


def fit_expansion(
    sample: Sample, churn: ChurnModel, *, as_booked: bool = False
) -> Expansion | None:
    """End over start revenue among those who stayed, on the churn model's columns.

    None when nothing can be said. Those whose end is not known are left out. Where price steps
    under contract are known they are no growth that a score could go with: the end is net of them,
    unless as_booked.
    """
    p = sample.population
    stay = ~p.churned & (p.revenue_start > 0) & ~np.isnan(sample.revenue_end)
    ratio = (sample.revenue_end if as_booked else sample.grown)[stay] / p.revenue_start[stay]
    if stay.sum() < MIN_STAYERS or np.ptp(ratio) == 0 or np.ptp(p.metric[stay]) == 0:
        return None
    keep = independent_columns(churn.x[stay])
    x = churn.x[:, keep]
    fit = fit_ols(team_sums(x[stay], ratio, p.weight[stay], p.team[stay], len(p.team_names)))
    ends = np.zeros(len(stay))
    ends[stay] = ratio
    df = min(
        satterthwaite(fit.hessian, fit.inverse, np.eye(x.shape[1])[1]), len(p.team_names) - 1.0
    )
    gamma = np.zeros(len(keep))
    folds = np.zeros((len(p.fold_weight), len(keep)))
    gamma[keep] = fit.beta
    folds[:, keep] = linear_folds(x, ends, p.fold_weight, use=stay)
    return Expansion(gamma, folds, df, float(ratio.max()))
