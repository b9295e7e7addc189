"""The worth of a point with a slope that goes with the customer's revenue."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import expit

from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.link.data.analysed import Population
from cxcase.link.diagnosis import AlternativeEstimate
from cxcase.link.models.churn import fit_weighted
from cxcase.link.worth.g_computation import Figure, Money
from cxcase.stats.folds import logit_folds, scaled
from cxcase.stats.logit import shift_to_total
from cxcase.stats.teams import team_means

SIZE = "log_revenue"


def by_revenue(money: Money, unit: str) -> AlternativeEstimate | None:
    """Revenue kept by a point when the score's slope may differ by the customer's revenue.

    None where events are few. The logit gains the product of the score inside teams and log
    revenue; money, ledger and jackknife are those of the headline. Most of the money lies with few
    customers, so that a slope of all alike can miss it by half while leaving, and the ledger,
    agree.
    """
    p = money.population
    churn = money.churn
    if SIZE not in p.control_names or churn.fit.firth:
        return None
    size = p.controls[:, p.control_names.index(SIZE)]
    x = np.column_stack([churn.x, _centred_score(p) * size])
    y = p.churned.astype(float)
    fit = fit_weighted(x, y, p.weight / p.weight.mean(), p)
    if fit.firth:
        return None
    folds = logit_folds(
        x, y, scaled(p.fold_weight, 1.0 / p.weight.mean()), fit.beta, fit.score.sum(0)
    )
    move = money.moved(min(1.0, money.scale.high - money.scale.low))

    def kept(beta: Floats, revenue: Floats, lost: float) -> float:
        line = x @ beta
        line = line + shift_to_total(line, revenue, lost)[0]
        return float(revenue @ (expit(line) - expit(line + (beta[1] + beta[-1] * size) * move)))

    total = p.revenue.sum()
    left_out = [
        kept(beta, revenue, float(lost)) * (total / revenue.sum())
        for beta, revenue, lost in zip(folds, p.fold_revenue, p.churned_revenue_fold, strict=True)
    ]
    figure = Figure(kept(fit.beta, p.revenue, p.churned_revenue), np.array(left_out))
    return AlternativeEstimate("by_revenue", "one_point_of_cx_retention", figure.estimate(unit, p))


def _centred_score(p: Population) -> Floats:
    """The score (n,) less its team's mean, or less the mean where churn is not within teams."""
    if not p.within:
        return p.metric - np.mean(p.metric)
    return p.metric - team_means(p.metric, p.weight, p.team, len(p.team_names))[p.team]


def about_size(money: Money, sized: AlternativeEstimate | None, unit: str) -> Iterator[Finding]:
    """Whether the worth with a slope by revenue lies outside the range of the one without.

    Both from the same rows.
    """
    if sized is None or sized.estimate.value is None:
        return
    alike = money.worth(min(1.0, money.scale.high - money.scale.low)).retention.estimate(
        unit, money.population
    )
    if alike.value is None or alike.low is None or alike.high is None:
        return
    if not alike.low <= sized.estimate.value <= alike.high:
        params = {"sized": sized.estimate, "alike": alike}
        yield Finding("review", "slope_by_revenue", "link", params)
