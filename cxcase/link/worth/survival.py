"""What the dates of leaving add: staying month by month, and months kept within the year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from cxcase import gates
from cxcase.estimate import Estimate, Floats, Ints
from cxcase.intake import Case, Scale
from cxcase.link.data.analysed import Population
from cxcase.link.models.churn import ChurnModel
from cxcase.link.worth.g_computation import Money
from cxcase.stats.cluster import delete_one, jackknife
from cxcase.stats.logit import LogitFit, fit_logit, row_pass
from cxcase.stats.survival import kaplan_meier, mean_time
from cxcase.time_units import MONTH_DAYS

MONTHS = 12
MOST_UNDATED = 0.05  # share of leavers without a date above which dates say nothing
# fractions of the scale that end the low group and begin the high one
LOW = 0.6
HIGH = 0.9
LATE = 4  # months without a loss at the window's end from which it looks unfinished
RARE = 1e-3  # chance of such a gap, were losses even over the year
KEPT = "months within 12 per point"


def month_of_leaving(case: Case, position: Ints) -> Floats | None:
    """Month (1 to 12) after t0 in which each analysed customer left.

    NaN for who stayed; None without dates.
    """
    if case.base is None or case.base.t0 is None:
        return None
    try:
        frame = case.table("customers", ["churned", "churn_date"])
    except (KeyError, ValueError):  # the table keeps no dates
        return None
    frame = frame.iloc[position]
    left = frame["churned"].to_numpy(bool)
    days = (pd.to_datetime(frame["churn_date"]) - pd.Timestamp(case.base.t0)).dt.days.to_numpy(
        dtype=np.float64
    )
    month = np.clip(np.floor(days / MONTH_DAYS) + 1, 1, MONTHS)
    undated = left & ~np.isfinite(month)
    if not left.any() or undated.sum() > MOST_UNDATED * left.sum():
        return None
    month[undated] = float(np.nanmedian(month[left]))
    return np.where(left, month, np.nan)


def stops_early(month: Floats) -> int | None:
    """The last month with a loss, where losses stop too early for chance.

    The year was then not followed to its end.
    """
    left = month[np.isfinite(month)]
    last = int(left.max())
    if MONTHS - last >= LATE and (last / MONTHS) ** len(left) < RARE:
        return last
    return None


@dataclass(frozen=True, eq=False)
class _Hazard:
    """Monthly chance of leaving: months' own level and the churn model's columns.

    effects (12,), slopes (k - 1,).
    """

    x: Floats
    fit: LogitFit
    folds: Floats
    months: Ints  # months with at least one loss, from 1

    def chances(self, beta: Floats, move: Floats | None = None) -> Floats:
        """(n, 12) chance of leaving in each month for who is still there."""
        line = self.x[:, 1:] @ beta[len(self.months) :]
        if move is not None:
            line = line + beta[len(self.months)] * move
        h = np.zeros((len(line), MONTHS))
        h[:, self.months - 1] = expit(line[:, None] + beta[: len(self.months)])
        return h


def survive(money: Money, month: Floats, scale: Scale) -> Survival | None:
    """Curves by score group, the hazard's effect on 12-month churn, and months kept.

    None with too few losses. Discrete-time logit hazard with a level for each month (Singer &
    Willett 1993, J. Educ. Stat. 18, 155-195); the clock starts at t0, after every response.
    Intervals leave out one team at a time.
    """
    p = money.population
    churn = money.churn
    if int(np.isfinite(month).sum()) < gates.MIN_EVENTS or churn.fit.firth:
        return None
    hazard = _fit(p, churn, month)
    move = money.moved(1.0)
    full = _figures(hazard, hazard.fit.beta, p.weight, p.revenue, move)
    total = p.revenue.sum()
    folds = np.array(
        [
            _figures(hazard, beta, weight, revenue * (total / revenue.sum()), move)
            for beta, weight, revenue in zip(
                hazard.folds, p.fold_weight, p.fold_revenue, strict=True
            )
        ]
    )
    got = jackknife(folds, full)
    units = ("probability per point", KEPT, "currency within 12 months")
    figures = [
        Estimate(float(v), float(lo), float(hi), unit, df=got.df, n=len(p.team), teams=p.teams)
        for v, lo, hi, unit in zip(full, got.low, got.high, units, strict=True)
    ]
    return Survival(_groups(p, month, scale), *figures)


def _fit(p: Population, churn: ChurnModel, month: Floats) -> _Hazard:
    months = np.unique(month[np.isfinite(month)]).astype(np.int64)
    last = np.where(np.isfinite(month), month, MONTHS)
    stays = last[:, None] >= months[None, :]  # at risk in each month with a loss
    row, when = np.nonzero(stays)
    x = np.column_stack([np.eye(len(months))[when], churn.x[row, 1:]])
    y = (month[row] == months[when]).astype(float)
    weight = (p.weight / p.weight.mean())[row]
    fit = fit_logit(row_pass(x, y, weight, p.team[row], len(p.team_names)), x.shape[1])
    return _Hazard(churn.x, fit, delete_one(fit.hessian, fit.score, fit.inverse, fit.beta), months)


def _figures(
    hazard: _Hazard, beta: Floats, weight: Floats, revenue: Floats, move: Floats
) -> Floats:
    """(change in 12-month churn per point, months kept, revenue kept within the year).

    The last two by a capped point.
    """
    h = hazard.chances(beta)
    stay = np.cumprod(1 - h, axis=1)
    slope = beta[len(hazard.months)] * stay[:, -1] * h.sum(1)
    moved = np.cumprod(1 - hazard.chances(beta, move), axis=1)
    kept = (moved - stay)[:, :-1].sum(
        1
    )  # who leaves in a month has paid for it; the first is paid by all
    share = weight / weight.sum()
    return np.array([share @ slope, share @ kept, revenue @ kept / MONTHS])


def _groups(p: Population, month: Floats, scale: Scale) -> tuple[SurvivalGroup, ...]:
    time = np.where(np.isfinite(month), month, MONTHS)
    left = np.isfinite(month)
    low = p.metric <= scale.at(LOW)
    high = p.metric >= scale.at(HIGH)
    found = []
    for name, rows in (("low", low), ("middle", ~low & ~high), ("high", high)):
        if not rows.any():
            continue
        times, staying = kaplan_meier(time[rows], left[rows], p.weight[rows])
        at = np.concatenate([[1.0], staying])[
            np.searchsorted(times, np.arange(1, MONTHS + 1), side="right")
        ]
        months = tuple(range(1, MONTHS + 1))
        rmst = mean_time(times, staying, MONTHS)
        found.append(
            SurvivalGroup(name, int(rows.sum()), months, tuple(float(s) for s in at), rmst)
        )
    return tuple(found)


@dataclass(frozen=True)
class SurvivalGroup:
    """Kaplan-Meier by score group.

    months 1..12; staying: weighted share still there; rmst: months kept within 12.
    """

    name: str  # low | middle | high
    n: int
    months: tuple[int, ...]
    staying: tuple[float, ...]
    rmst: float


@dataclass(frozen=True)
class Survival:
    """What dates of leaving add: curves by score group, and a point in months kept within 12.

    hazard_effect: change in 12-month churn per point from a monthly hazard, to be set beside the
    logit's; months: what one capped point goes with in months kept within 12; worth: the same in
    revenue within the year.
    """

    groups: tuple[SurvivalGroup, ...]
    hazard_effect: Estimate
    months: Estimate
    worth: Estimate
