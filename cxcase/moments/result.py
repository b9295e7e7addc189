"""What moments hands on: each moment's four figures, its money, and the money curves that later stages read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cxcase.checks import Finding
from cxcase.estimate import Bools, Estimate, Floats
from cxcase.link import Curve


@dataclass(frozen=True)
class Moment:
    """One moment of truth: four separate things and the money.

    The three slopes are at the same probabilities, those of the model in use, so that `slope` lies between the other
    two. p_first: chance that its own stake is the largest of all.
    """

    name: str
    reach: Estimate
    lived_n: int
    performance: Estimate
    scale_low: float
    scale_high: float
    slope: Estimate  # change in churn probability per point among those who lived it
    index_slope: Estimate  # what the index model implies
    direct_slope: Estimate  # the block logit's own
    importance_share: Estimate
    revenue_at_stake: Estimate  # this moment alone, to its target
    target_kind: str
    target_value: float | None
    status: str  # "ok", "not_distinguishable" or a refusal code
    kind: str = "unclear"  # basic | linear | delighter | unclear
    p_first: float | None = None


@dataclass(frozen=True)
class Joint:
    """Counted once. revenue_at_stake = shares (those heard from) + silent; with unexplained it is the churned revenue.

    silent_low and silent_high: silent customers rate every moment one point higher or lower than those heard from.
    ties: groups of two or more moments whose money cannot be told apart from their first one's.
    """

    revenue_at_stake: Estimate
    shares: Mapping[str, float]
    silent: float
    silent_low: float
    silent_high: float
    unexplained: float
    churned_revenue: float
    ties: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """The base fit behind every curve, so that a plan's lifts can be priced all at once. n responses, j moments.

    log_odds (n,) calibrated to the ledger; revenue (n,) sums to the base; rating, lived (n, j); slope (j,) log-odds per
    point; metric_rating (n,), metric_slope: the CX metric's own; ends: scale ends.
    """

    names: tuple[str, ...]
    log_odds: Floats
    revenue: Floats
    rating: Floats
    lived: Bools
    slope: Floats
    scale_high: Floats
    metric_rating: Floats
    metric_slope: float
    metric_high: float

    def kept(self, lifts: Mapping[str, float], metric_lift: float = 0.0) -> float:
        """Revenue kept a year when every named moment and the metric rise by their lifts (points) at once, capped."""
        shift = self.metric_slope * np.minimum(metric_lift, self.metric_high - self.metric_rating)
        for j, name in enumerate(self.names):
            gain = np.minimum(lifts.get(name, 0.0), self.scale_high[j] - self.rating[:, j])
            shift = shift + self.slope[j] * np.where(self.lived[:, j], gain, 0.0)
        return float(self.revenue @ (expit(self.log_odds) - expit(self.log_odds + shift)))


@dataclass(frozen=True, eq=False)
class Moments:
    """All moments, most money first. `curves` has one money curve per moment that could be priced."""

    key: str
    model: str  # "index" or "block"
    moments: tuple[Moment, ...]
    joint: Joint | None
    curves: Mapping[str, Curve]
    counterfactual: Counterfactual | None
    overlap: float  # joint / sum of single curves at the target, at most 1
    refused: str | None
    findings: tuple[Finding, ...]
