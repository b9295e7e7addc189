"""Time order: which of engagement and score moves first, where there are two waves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cxcase import gates
from cxcase.estimate import Estimate, Floats, refuse
from cxcase.intake import Case
from cxcase.link.models.ex_to_cx import POINTS
from cxcase.settings import Metric
from cxcase.stats.cluster import cr2
from cxcase.stats.ols import fit_ols, team_sums

BACK = "EX points per point of the score"
FEWEST_ANSWERS = 5  # of customers in a team and period, below which its mean is left out


@dataclass(frozen=True)
class Order:
    """Two waves of team EX and the customers' answers after each, teams weighted by those answers.

    forward: the later score per point of earlier EX, the earlier score held; reverse: later EX per
    point of the earlier score, earlier EX held; change: change of the score per point of change in
    EX, free of what teams always are. answers: customers' answers after a wave; before: those set
    aside because no wave had ended by then.
    """

    teams: int
    forward: Estimate
    reverse: Estimate
    change: Estimate
    answers: int = 0
    before: int = 0


def time_order(case: Case, metric: Metric) -> Order | None:
    """What two waves say about which moves first.

    None when the case keeps no waves, or answers follow one wave alone. Reads `ex_waves` (team,
    wave, mean) and `all_responses` (customer_id, responded_at, metrics: every usable answer, not
    the latest alone). The last two waves with answers after them count; an answer on a wave's last
    day belongs to the wave before, and several of one customer after a wave are one. Source: Finkel
    1995, Causal Analysis with Panel Data, chapter 3 (cross-lagged slopes and first differences).
    """
    if not (case.has("ex_waves") and case.has("all_responses") and case.has("customers")):
        return None
    waves = case.table("ex_waves", ["team", "wave", "mean"]).dropna()
    ex = waves.assign(wave=pd.to_datetime(waves["wave"])).set_index(["wave", "team"])["mean"]
    days = pd.DatetimeIndex(ex.index.get_level_values("wave").unique()).sort_values()
    answers = _after(case, metric, days)
    score = _team_scores(answers.loc[answers["period"] >= 0])
    followed = sorted(set(score.index.get_level_values("period")))
    if len(followed) < 2:
        return None
    first, last = followed[-2:]
    columns = {"e1": ex.loc[days[first]], "e2": ex.loc[days[last]], "c1": score.loc[first, "mean"]}
    columns |= {
        "c2": score.loc[last, "mean"],
        "n1": score.loc[first, "size"],
        "n2": score.loc[last, "size"],
    }
    before = int((answers["period"] < 0).sum())
    return replace(
        order_of(pd.DataFrame(columns).dropna()), answers=len(answers) - before, before=before
    )


def _after(case: Case, metric: Metric, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Customer, team, score and period of each answer.

    period: which of the waves' days it follows, -1 before the first.
    """
    answers = case.table("all_responses", ["customer_id", "responded_at", metric]).dropna()
    team = (
        case.table("customers", ["customer_id", "team"]).dropna().set_index("customer_id")["team"]
    )
    when = pd.to_datetime(answers["responded_at"]).dt.normalize()
    period = np.searchsorted(days.to_numpy(), when.to_numpy(), side="left") - 1
    columns = {
        "customer": answers["customer_id"],
        "team": answers["customer_id"].map(team),
        "score": answers[metric],
    }
    return pd.DataFrame({**columns, "period": period}).dropna(subset=["team"])


def _team_scores(answers: pd.DataFrame) -> pd.DataFrame:
    """(period, team) -> mean score over customers, size; small cells are left out."""
    each = answers.groupby(["period", "team", "customer"])["score"].mean()
    score = each.groupby(level=["period", "team"]).agg(["mean", "size"])
    return score[score["size"] >= FEWEST_ANSWERS]


def order_of(teams: pd.DataFrame) -> Order:
    """The three slopes from one row a team.

    e1, e2: EX; c1, c2: mean scores; n1, n2: answers behind them.
    """
    e1, e2, c1, c2, n1, n2 = (
        teams[name].to_numpy(dtype=np.float64) for name in ("e1", "e2", "c1", "c2", "n1", "n2")
    )
    both = n1 * n2 / (n1 + n2)  # answers that a difference of two means is worth
    return Order(
        teams=len(teams),
        forward=_slope(c2, e1, n2, POINTS, c1),
        reverse=_slope(e2, c1, n1, BACK, e1),
        change=_slope(c2 - c1, e2 - e1, both, POINTS),
    )


def _slope(y: Floats, x: Floats, weight: Floats, unit: str, *held: Floats) -> Estimate:
    """Slope of y on x over teams, one row a team: HC2 with Bell-McCaffrey's degrees of freedom."""
    n = len(y)
    if n < gates.MIN_TEAMS_FIRM:
        return refuse(unit, "few_teams_over_time", n=n, teams=n)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return refuse(unit, "ex_no_variation", n=n, teams=n)
    design = np.column_stack([np.ones(n), x, *held])
    fit = fit_ols(team_sums(design, y, weight / weight.mean(), np.arange(n), n))
    got = cr2(fit.hessian, fit.score, fit.inverse, np.eye(design.shape[1])[1])
    value = float(fit.beta[1])
    low, high = got.interval(value)
    return Estimate(value, low, high, unit, df=got.df, n=n, teams=n)
