"""How the churn model fits teams it was not fit on; what hangs on one team; EX with CX."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cxcase import gates
from cxcase.estimate import Estimate, Floats, Ints, refuse
from cxcase.link.data.analysed import Population
from cxcase.link.models.churn import ChurnModel, fit_weighted
from cxcase.link.models.describe import wilson
from cxcase.link.models.ex_to_cx import CHANCE, Engagement
from cxcase.stats.effects import average_slope, cr2_mean, jackknife_mean, mean_of
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.logit import fit_logit, row_pass
from cxcase.stats.response_weights import kish
from cxcase.stats.teams import intraclass, team_means

TENTHS = 10
CONTEXT = "probability per point of the team's mean"


def fit_of(p: Population, churn: ChurnModel, curve_aic: float | None) -> Fit:
    """Calibration by tenths, Brier score and the slope of outcome on prediction.

    Each team is predicted by the others.
    """
    log_odds = np.einsum("ij,ij->i", churn.x, churn.folds[p.team])
    y = p.churned.astype(float)
    predicted = expit(log_odds)
    share = p.weight / p.weight.sum()
    rate = float(share @ y)
    x = np.column_stack([np.ones_like(y), log_odds])
    line = fit_logit(row_pass(x, y, p.weight / p.weight.mean(), np.zeros(len(y), np.int64), 1), 2)
    vif, condition = _collinearity(churn.x, p.weight)
    return Fit(
        tenths=_tenths(predicted, y, p.weight),
        slope=float(line.beta[1]),
        brier=float(share @ (y - predicted) ** 2),
        brier_rate=rate * (1 - rate),
        curve_aic=curve_aic,
        vif=vif,
        condition=condition,
        icc_cx=None if p.dealt else intraclass(p.metric, p.team, len(p.team_names)),
        icc_churn=None if p.dealt else intraclass(y, p.team, len(p.team_names)),
    )


def _tenths(predicted: Floats, y: Floats, weight: Floats) -> tuple[Tenth, ...]:
    order = np.argsort(predicted, kind="stable")
    reached = np.cumsum(weight[order]) / weight.sum()
    place = np.minimum((reached * TENTHS - 1e-9).astype(np.int64), TENTHS - 1)
    found = []
    for tenth in np.unique(place):
        rows = order[place == tenth]
        seen = float(np.average(y[rows], weights=weight[rows]))
        low, high = wilson(seen, kish(weight[rows]))
        found.append(
            Tenth(
                len(rows), float(np.average(predicted[rows], weights=weight[rows])), seen, low, high
            )
        )
    return tuple(found)


def _collinearity(x: Floats, weight: Floats) -> tuple[float, float]:
    """Variance inflation of the score, and the condition number of the columns.

    At unit length (Belsley 1991).
    """
    root = x * np.sqrt(weight / weight.sum())[:, None]
    length = np.sqrt(np.einsum("ij,ij->j", root, root))
    values = np.linalg.eigvalsh((root / length).T @ (root / length))
    centred = root[:, 1:] - np.outer(root[:, 0], root[:, 0] @ root[:, 1:])
    cross = centred.T @ centred
    vif = cross[0, 0] * np.linalg.pinv(cross, hermitian=True)[0, 0]
    return float(vif), float(np.sqrt(values[-1] / max(values[0], 1e-300)))


def range_of(of: str, value: float, folds: Floats) -> Range:
    """Lowest and highest with one team left out; folds (g,)."""
    return Range(of, value, float(folds.min()), float(folds.max()))


def contextual(p: Population, churn: ChurnModel) -> Estimate | None:
    """Churn per point of the team's mean score, beyond the customer's own.

    CR2 + Satterthwaite; None when not modelled. Not zero when something that teams share goes with
    both the score and leaving: why the slope is read inside teams.
    """
    if not p.within:
        return None
    k = churn.x.shape[1]
    mean = average_slope(churn.x, np.eye(k)[2], churn.fit.beta, p.weight, p.team, len(p.team_names))
    got = cr2_mean(churn.fit, mean)
    low, high = got.interval(mean.value)
    return Estimate(mean.value, low, high, CONTEXT, df=got.df, n=len(p.team), teams=p.teams)


def remaining(p: Population, engagement: Engagement) -> Estimate:
    """Churn probability per EX point by the ways past the score.

    The customer's score and the team's mean score are held. Logit of both and the controls; CR2 +
    Satterthwaite through the delta method. Not what is left of the total once the way through the
    score is taken off: chances do not add up so (VanderWeele 2015, section 2.6).
    """
    rows = engagement.rows
    y = p.churned[rows].astype(float)
    weight = p.weight[rows]
    team = p.team[rows]
    c = p.metric[rows]
    n = len(y)
    teams = engagement.teams
    if not gates.enough_events(float(y.sum()), n - float(y.sum())):
        return refuse(CHANCE, "too_few_events", n=n, teams=teams)
    mean = team_means(c, weight, team, len(p.team_names))[team]
    x = np.column_stack(
        [np.ones(n), engagement.score, c, *([mean] if p.within else []), p.known_factors[rows]]
    )
    x = x[:, independent_columns(x)]
    fit = fit_weighted(x, y, weight / weight.mean(), p, rows)
    got = average_slope(x, np.eye(x.shape[1])[1], fit.beta, weight, team, len(p.team_names))
    error = cr2_mean(fit, got)
    low, high = error.interval(got.value)
    return Estimate(got.value, low, high, CHANCE, df=error.df, n=n, teams=teams)


@dataclass(frozen=True, eq=False)
class _Joint:
    """What joint effects are read from: responses whose team has EX, team means of the score.

    own (n_ex,): the score less its team's mean; ex: engagement less its mean.
    """

    y: Floats
    weight: Floats
    team: Ints
    score: Floats
    mean: Floats
    own: Floats
    ex: Floats

    def columns(self, controls: Floats) -> Floats:
        """[1, own, mean, EX, own x EX, controls] without columns that repeat others."""
        one = np.ones(len(self.y))
        lead = [one, self.own, self.mean, self.ex, self.own * self.ex]
        x = np.column_stack([*lead, controls])
        return x[:, independent_columns(x)]

    def chance_after(
        self, x: Floats, beta: Floats, more_cx: float, more_ex: float
    ) -> tuple[Floats, Floats]:
        """(chance of leaving (n_ex,), gradient (k,) of its mean) once both are higher by so much.

        The score moves no further than the highest given.
        """
        move = np.minimum(self.score + 1.0, self.score.max()) - self.score
        moved = x.copy()
        moved[:, 1] = self.own + more_cx * move
        moved[:, 3] = self.ex + more_ex
        moved[:, 4] = moved[:, 1] * moved[:, 3]
        chance = expit(moved @ beta)
        return chance, moved.T @ (self.weight / self.weight.sum() * chance * (1 - chance))


def joint_effect(p: Population, engagement: Engagement) -> tuple[Estimate, Estimate]:
    """(churn probability of one EX and one CX point together, what the combination adds).

    The second is the first less each alone. Logit with the product of score within team and EX, on
    the probability scale, averaged over customers; jackknife. Source: VanderWeele & Knol 2014,
    Epidemiol. Methods 3, 33-72 (additive interaction).
    """
    joint = _joint(p, engagement)
    n = len(joint.y)
    teams = engagement.teams
    events = float(joint.y.sum())
    if teams < gates.MIN_TEAMS_FIRM:
        return _both(refuse(CHANCE, "few_teams_interaction", n=n, teams=teams))
    if not gates.enough_events(events, n - events):
        return _both(refuse(CHANCE, "too_few_events", n=n, teams=teams))
    controls = p.known_factors[engagement.rows]
    x = joint.columns(controls)
    if x.shape[1] < 5 + controls.shape[1]:
        return _both(refuse(CHANCE, "ex_no_variation", n=n, teams=teams))
    weight = joint.weight
    fit = fit_weighted(x, joint.y, weight / weight.mean(), p, engagement.rows)
    after = {
        (ex, cx): joint.chance_after(x, fit.beta, cx, ex) for ex in (0.0, 1.0) for cx in (0.0, 1.0)
    }

    def contrast(signs: dict[tuple[float, float], float]) -> Estimate:
        per_row, gradient = (
            sum(sign * after[key][part] for key, sign in signs.items()) for part in (0, 1)
        )
        mean = mean_of(
            np.asarray(per_row), np.asarray(gradient), weight, joint.team, len(p.team_names)
        )
        got = jackknife_mean(fit, mean)
        low = float(got.low)
        high = float(got.high)
        return Estimate(mean.value, low, high, CHANCE, df=got.df, n=n, teams=teams)

    together = contrast({(1.0, 1.0): 1.0, (0.0, 0.0): -1.0})
    beyond = contrast({(1.0, 1.0): 1.0, (1.0, 0.0): -1.0, (0.0, 1.0): -1.0, (0.0, 0.0): 1.0})
    return together, beyond


def _joint(p: Population, engagement: Engagement) -> _Joint:
    rows = engagement.rows
    weight = p.weight[rows]
    team = p.team[rows]
    score = p.metric[rows]
    mean = team_means(score, weight, team, len(p.team_names))[team]
    ex = engagement.score - np.average(engagement.score, weights=weight)
    y = p.churned[rows].astype(float)
    return _Joint(y, weight, team, score, mean, score - mean, ex)


def _both(refused: Estimate) -> tuple[Estimate, Estimate]:
    return refused, refused


@dataclass(frozen=True)
class Range:
    """Lowest and highest the figure `of` becomes when one team is left out. No team is named."""

    of: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Tenth:
    """A tenth of customers by predicted churn: mean predicted and seen, both weighted.

    n: responses; low, high: Wilson interval.
    """

    n: int
    predicted: float
    seen: float
    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    """How well the churn model fits. Predictions are for teams that the model was not fit on.

    slope: of the outcome on predicted log-odds, 1 is right; brier, and brier_rate of the average
    alone; curve_aic: AIC of a natural spline less that of the line, negative where the curve is
    better; vif of the score; icc_cx, icc_churn the share of variance that lies between teams;
    condition of the scaled design.
    """

    tenths: tuple[Tenth, ...]
    slope: float
    brier: float
    brier_rate: float
    curve_aic: float | None
    vif: float
    condition: float
    icc_cx: float | None
    icc_churn: float | None
