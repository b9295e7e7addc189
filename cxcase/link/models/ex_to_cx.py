"""From employees to customers: what team engagement goes with, and how well it is measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from cxcase import gates
from cxcase.checks import Finding
from cxcase.estimate import Bools, Estimate, Floats, Ints, refuse
from cxcase.intake import Case
from cxcase.link.data.analysed import Population
from cxcase.link.data.population import Sample
from cxcase.link.models.churn import fit_weighted
from cxcase.stats.cluster import Sandwich, cr2, cr2_of_mean, delete_one, jackknife, satterthwaite
from cxcase.stats.draws import fit_margins, t_draws
from cxcase.stats.effects import Mean, average_slope, cr2_mean
from cxcase.stats.folds import linear_folds
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.logit import LogitFit
from cxcase.stats.multi_membership import Memberships, further_memberships, widened
from cxcase.stats.ols import LinearFit, TeamSums, fit_ols, team_sums
from cxcase.stats.teams import team_totals

STREAM = "link:ex"
POINTS = "points per EX point"
CHANCE = "probability per EX point"


@dataclass(frozen=True, eq=False)
class Engagement:
    """Team EX joined to the responses.

    rows (n,): usable responses whose team has a score; score (n_ex,): for those. team_score (g,)
    NaN where a team has none; noise (g,) sampling variance of each mean; elsewhere (score, noise)
    of teams with EX but no usable response, used for reliability alone; shared_by: further teams of
    customers that several serve.
    """

    rows: Bools
    score: Floats
    team_score: Floats
    team_noise: Floats
    elsewhere: Floats
    shared_by: Memberships | None = None

    @property
    def shared(self) -> float:
        """Share of these responses whose customer is served by several teams."""
        if self.shared_by is None:
            return 0.0
        return len(np.unique(self.shared_by.rows)) / len(self.score)

    @property
    def with_score(self) -> Ints:
        """(g_ex,) codes of the teams with both a score and responses."""
        return np.flatnonzero(np.isfinite(self.team_score)).astype(np.int64)

    @property
    def teams(self) -> int:
        """Teams with both a score and responses."""
        return int(np.isfinite(self.team_score).sum())

    def reliability(self, leave_out: int | None = None) -> float | None:
        """Share of the difference between teams' scores that is not sampling noise.

        None when it can't be told.
        """
        score = self.team_score.copy()
        noise = self.team_noise
        if leave_out is not None:
            score[leave_out] = np.nan
        used = np.isfinite(score)
        scores = np.concatenate([score[used], self.elsewhere[:, 0]])
        noises = np.concatenate([noise[used], self.elsewhere[:, 1]])
        spread = float(np.var(scores, ddof=1)) if len(scores) > 1 else 0.0
        if spread == 0 or not np.isfinite(noises).any():
            return None
        return float(np.clip(1.0 - np.nanmean(noises) / spread, 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class Slope:
    """EX to CX: the slope, its folds over teams with EX (g_ex,), its draws.

    A refused one has neither.
    """

    estimate: Estimate
    folds: Floats | None
    draws: Floats | None
    leverage: Floats | None  # (g,) each team's share of what the slope rests on
    sums: TeamSums | None = (
        None  # cross-products of the teams with EX: [1, EX, controls] and the score; if separate
    )


def join_engagement(case: Case, population: Population) -> Engagement | None:
    """Each team's EX mean and sampling variance beside the responses; None without usable EX.

    A customer whom several teams serve has their mean; errors count it with each of them.
    """
    if population.dealt or not case.has("ex"):
        return None
    ex = case.table("ex", ["team", "n", "mean", "sd"]).set_index("team")
    ex = ex[ex["mean"].notna()]
    if ex.empty:
        return None
    noise = (ex["sd"].astype(float) ** 2 / ex["n"].astype(float)).rename("noise")
    table = np.column_stack([ex["mean"].astype(float), noise])
    place = {str(name): i for i, name in enumerate(ex.index)}
    found = np.array([place.get(name, -1) for name in population.team_names])
    team_table = np.where(found[:, None] >= 0, table[np.maximum(found, 0)], np.nan)
    rows = np.isfinite(team_table[population.team, 0])
    elsewhere = np.delete(table, found[found >= 0], axis=0)
    served = _served(case, population)
    score = team_table[population.team, 0]
    if served is None:
        return Engagement(rows, score[rows], team_table[:, 0], team_table[:, 1], elsewhere)
    means = ex["mean"].astype(float)
    by_names = {
        names: means.reindex(names.split("; ")).mean() for names in served.dropna().unique()
    }
    shared = served.map(by_names).to_numpy(dtype=np.float64)
    score = np.where(np.isfinite(shared), shared, score)[rows]
    shared_by = further_memberships(
        served.to_numpy(dtype=object)[rows], population.team[rows], population.team_names
    )
    return Engagement(rows, score, team_table[:, 0], team_table[:, 1], elsewhere, shared_by)


def _served(case: Case, population: Population) -> pd.Series | None:
    """The teams that serve each response's customer together, "A; B".

    Missing where one does; None if nobody has several.
    """
    try:  # the whole list is long: only what is needed of it
        customers = case.table("customers", ["customer_id", "teams"])
    except (KeyError, ValueError):  # nobody is served by several
        return None
    several = customers.dropna(subset="teams").set_index("customer_id")["teams"]
    ids = case.table("responses", ["customer_id"])["customer_id"].iloc[population.rows]
    return ids.map(several).astype("object")


def refusal(sample: Sample, engagement: Engagement | None, has_ex: bool) -> str | None:
    """Why the EX paths have no figure, or None."""
    if not has_ex:
        return "no_ex"
    if sample.population.dealt:
        return "one_team"
    if engagement is None or engagement.teams == 0:
        return "ex_no_overlap"
    if engagement.teams < gates.MIN_TEAMS_BETWEEN:
        return "one_team"
    if engagement.teams < gates.MIN_TEAMS_INTERVAL:
        return "few_teams"
    if np.ptp(engagement.score) == 0:
        return "ex_no_variation"
    return None


def _columns(population: Population, engagement: Engagement) -> Floats:
    rows = engagement.rows
    x = np.column_stack(
        [np.ones(int(rows.sum())), engagement.score, population.known_factors[rows]]
    )
    return x[:, independent_columns(x)]


def slope_to_cx(sample: Sample, engagement: Engagement, seed: int) -> Slope:
    """CX points per EX point as measured: weighted OLS of the score on EX and controls.

    CR2 + Satterthwaite.
    """
    p = sample.population
    rows = engagement.rows
    n = int(rows.sum())
    teams = engagement.teams
    if np.ptp(p.metric[rows]) == 0:
        return Slope(refuse(POINTS, "no_variation", n=n, teams=teams), None, None, None)
    line = _fit_line(p, engagement)
    estimate = line.estimate(n, teams)
    draws = _draws_of(estimate, seed)
    # redrawing teams takes them for separate ones
    separate = not gates.teams_share(engagement.shared)
    return Slope(
        estimate,
        _line_folds(p, engagement, line),
        draws,
        _leverage(p, engagement, line),
        _sums_of(line.sums, engagement.with_score) if separate else None,
    )


def _draws_of(e: Estimate, seed: int) -> Floats | None:
    """Draws as wide as the estimate's range; None where it is refused."""
    if e.value is None or e.low is None or e.high is None or e.df is None:
        return None
    half = np.array([(e.high - e.low) / 2])
    return np.asarray(e.value + fit_margins(t_draws(STREAM, e.df, seed)[:, None], half)[:, 0])


def straight_slope(p: Population, engagement: Engagement, slope: Estimate) -> Estimate | None:
    """The slope with known factors held as straight lines; None where it is hardly another."""
    if not p.bends.of or slope.value is None:
        return None
    found = _fit_line(p.straight(), engagement).estimate(slope.n, slope.teams)
    if found.value is not None and gates.apart(found.value, slope.value, slope):
        return found
    return None


@dataclass(frozen=True, eq=False)
class _Line:
    """The straight line of the score on [1, EX, controls] (n_ex, k).

    sums, fit: each customer in its first team alone; hessian, score: in every team that serves it.
    """

    x: Floats
    sums: TeamSums
    fit: LinearFit
    hessian: Floats
    score: Floats

    def error(self) -> Sandwich:
        """The error counts a customer in all its teams, the degrees of freedom in the first."""
        contrast = np.eye(self.x.shape[1])[1]
        se = cr2(self.hessian, self.score, self.fit.inverse, contrast).se
        return Sandwich(se, satterthwaite(self.fit.hessian, self.fit.inverse, contrast))

    def estimate(self, n: int | None, teams: int | None) -> Estimate:
        """The slope with its range; n responses of so many teams."""
        error = self.error()
        value = float(self.fit.beta[1])
        low, high = error.interval(value)
        return Estimate(value, low, high, POINTS, df=error.df, n=n, teams=teams)


def _fit_line(p: Population, engagement: Engagement) -> _Line:
    rows = engagement.rows
    x = _columns(p, engagement)
    c = p.metric[rows]
    weight = p.weight[rows] / p.weight[rows].mean()
    sums = team_sums(x, c, weight, p.team[rows], len(p.team_names))
    fit = fit_ols(sums)
    if engagement.shared_by is None:
        return _Line(x, sums, fit, fit.hessian, fit.score)
    residual = c - x @ fit.beta
    shared_by = engagement.shared_by
    return _Line(x, sums, fit, *widened(fit.hessian, fit.score, x, weight, residual, shared_by))


def _line_folds(p: Population, engagement: Engagement, line: _Line) -> Floats:
    """(g_ex,) the slope with each team left out, with all its customers.

    Also with those who come to another team first.
    """
    everyone = np.zeros((len(engagement.rows), line.x.shape[1]))
    everyone[engagement.rows] = line.x
    used = engagement.with_score
    folds: Floats = linear_folds(everyone, p.metric, p.fold_weight, use=engagement.rows)[used, 1]
    if engagement.shared_by is None:
        return folds
    fit = line.fit
    first = delete_one(fit.hessian, fit.score, fit.inverse, fit.beta)
    everywhere = delete_one(line.hessian, line.score, fit.inverse, fit.beta)[: len(first)]
    return np.asarray(folds + (everywhere - first)[used, 1], dtype=np.float64)


def _leverage(p: Population, engagement: Engagement, line: _Line) -> Floats:
    """(g_ex,) what each team adds to the spread of EX net of the controls."""
    rows = engagement.rows
    inverse = line.fit.inverse
    net: Floats = line.x @ (inverse[:, 1] / inverse[1, 1])
    own = team_totals(p.weight[rows] * net**2, p.team[rows], len(p.team_names))
    return np.asarray(own[engagement.with_score], dtype=np.float64)


def _sums_of(sums: TeamSums, teams: Ints) -> TeamSums:
    return TeamSums(sums.xx[teams], sums.xy[teams], sums.yy[teams], sums.n[teams])


def _shared_mean(
    fit: LogitFit, mean: Mean, x: Floats, y: Floats, weight: Floats, shared_by: Memberships
) -> Sandwich:
    """The error of the mean where teams share customers.

    Degrees of freedom as if each customer had the first team alone.
    """
    chance = expit(x @ fit.beta)
    spread = chance * (1 - chance)
    scale = weight / weight.mean()
    hessian, score = widened(
        fit.hessian, fit.score, x, scale * spread, (y - chance) / spread, shared_by
    )
    own = weight / weight.sum() * (fit.beta[1] * spread - mean.value)
    deviation = np.pad(mean.deviation, (0, len(score) - len(mean.deviation)))
    deviation = deviation + np.bincount(shared_by.team, own[shared_by.rows], minlength=len(score))
    error = cr2_of_mean(hessian, score, fit.inverse, mean.gradient, deviation).se
    return Sandwich(error, satterthwaite(fit.hessian, fit.inverse, mean.gradient))


def without_score(sums: TeamSums) -> TeamSums:
    """The cross-products of the other columns alone, EX taken out."""
    keep = np.delete(np.arange(sums.xx.shape[1]), 1)
    return TeamSums(sums.xx[:, keep][:, :, keep], sums.xy[:, keep], sums.yy, sums.n)


def corrected(slope: Slope, engagement: Engagement) -> Estimate:
    """The slope divided by EX reliability, estimated anew in each fold.

    Jackknife t(G - 1).

    Source: errors-in-variables by method of moments, Fuller 1987, Measurement Error Models, section
    1.2.
    """
    raw = slope.estimate
    if raw.value is None or slope.folds is None:
        return refuse(POINTS, raw.reason or "not_run", n=raw.n, teams=raw.teams)
    reliability = engagement.reliability()
    if reliability is None:
        return refuse(POINTS, "reliability_unknown", n=raw.n, teams=raw.teams)
    if reliability < gates.MIN_RELIABILITY:
        return refuse(POINTS, "reliability_low", n=raw.n, teams=raw.teams)
    by_fold = np.array(
        [
            engagement.reliability(int(team)) or gates.RELIABILITY_FLOOR
            for team in engagement.with_score
        ]
    )
    folds = slope.folds / np.maximum(by_fold, gates.RELIABILITY_FLOOR)
    value = raw.value / max(reliability, gates.RELIABILITY_FLOOR)
    got = jackknife(folds, value)
    return Estimate(
        value, float(got.low), float(got.high), POINTS, df=got.df, n=raw.n, teams=raw.teams
    )


def slope_without_noise(slope: Slope, free: Estimate, seed: int) -> Slope:
    """The slope without the survey's noise, for what follows from it.

    Draws as wide as the corrected range.
    """
    return Slope(free, None, _draws_of(free, seed), None)


def total_effect(sample: Sample, engagement: Engagement) -> tuple[Estimate, tuple[Finding, ...]]:
    """Change in churn probability per EX point, by every path.

    Logit without the score, averaged over customers. CR2 + Satterthwaite through the delta method,
    with the covariate-sampling term.
    """
    p = sample.population
    rows = engagement.rows
    y = p.churned[rows].astype(float)
    events = int(y.sum())
    n = int(rows.sum())
    if not gates.enough_events(events, n - events):
        return refuse(CHANCE, "too_few_events", n=n, teams=engagement.teams), ()
    x = _columns(p, engagement)
    weight = p.weight[rows]
    team = p.team[rows]
    fit = fit_weighted(x, y, weight / weight.mean(), p, rows)
    mean = average_slope(x, np.eye(x.shape[1])[1], fit.beta, weight, team, len(p.team_names))
    if engagement.shared_by is None:
        got = cr2_mean(fit, mean)
    else:
        got = _shared_mean(fit, mean, x, y, weight, engagement.shared_by)
    low, high = got.interval(mean.value)
    total = Estimate(mean.value, low, high, CHANCE, df=got.df, n=n, teams=engagement.teams)
    if not fit.separated:
        return total, ()
    return total, (Finding("review", "separation", "link", {"model": "ex_to_churn_total"}),)
