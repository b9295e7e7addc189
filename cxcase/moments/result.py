"""What moments hands on: each moment's four figures, its money, and its money curve."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from cxcase.checks import Finding
from cxcase.errors import UnknownIdError
from cxcase.estimate import Bools, Estimate, Floats, Ints, Reach
from cxcase.link import Cells, Curve
from cxcase.shown import Shown
from cxcase.stats.teams import held_to


@dataclass(frozen=True)
class Level:
    """Customers who gave a moment one rating, and churn if everyone who lived it gave that rating.

    share: of those who rated it, weighted; churn: share of them that left, None below 10 answers;
    fitted: share of all who lived the moment that would leave if all gave this rating, by the curve
    with a knot.
    """

    rating: float
    n: int
    share: float
    churn: float | None
    fitted: Estimate


@dataclass(frozen=True)
class Asymmetry:
    """Whether a point costs more below the knot than it earns above it, through the CX metric.

    below, above: change in churn probability per point on either side of the knot (native points)
    among those who lived it. times: what a point below costs as a multiple of what one above earns,
    with its 90 % range; an end that nothing bounds is None, and all are None where a point above
    earns nothing that can be measured against. low_n, high_n: answers that fail, and that excel, by
    the settings' cuts; low_effect, high_effect: how far the CX metric lies from that of the answers
    between, points (penalty and reward).
    """

    kind: str  # basic | linear | delighter | unclear
    reason: str | None  # why it is unclear
    knot: float
    below: Estimate
    above: Estimate
    times: tuple[float | None, float | None, float | None]
    low_n: int
    high_n: int
    low_effect: Estimate
    high_effect: Estimate


@dataclass(frozen=True)
class GroupFigures:
    """A moment in one group of customers.

    raw: mean rating as given; performance: drawn towards the mean of all groups. slope: as measured
    in the group, drawn towards that of all. importance_share: of what the moments explain of the CX
    metric within the group, as measured. stake: the group's part of the moment's revenue at stake,
    priced by the slope of all customers; a dimension's parts add up to the moment's stake.
    """

    dimension: str  # "segment", "team", "tenure", "wave" or a named column
    group: str
    moment: str
    n: int
    reach: Estimate
    raw: Estimate
    performance: Estimate
    slope: Estimate
    importance_share: Estimate
    stake: Estimate


@dataclass(frozen=True)
class Change:
    """A moment's mean rating in one wave against the wave before, points.

    wave: the later one's place among the waves. change = same + joined + left: among customers who
    rated it in both waves, by those who rated it only in the later one, and by those who rated it
    only in the earlier one. The parts are refused with fewer than 30 in both.
    """

    moment: str
    wave: int
    before: Estimate
    after: Estimate
    change: Estimate
    same: Estimate
    joined: Estimate
    left: Estimate


@dataclass(frozen=True)
class Wave:
    """One round of the survey: its first and last day, and how many answers were usable.

    All answers of a customer count.
    """

    first: dt.date
    last: dt.date
    n: int


@dataclass(frozen=True)
class Breakdowns:
    """The same figures in groups of customers and over time.

    groups: dimension -> its groups in order. hidden: dimension -> customers in groups too small to
    show, or in no group. changes: wave by wave.
    """

    figures: tuple[GroupFigures, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)
    waves: tuple[Wave, ...] = ()
    changes: tuple[Change, ...] = ()

    def since(self, wave: int = -1) -> tuple[Change, ...]:
        """Every moment's change from the wave before to this one, by its place.

        The last one by default.
        """
        return tuple(c for c in self.changes if c.wave == wave % max(len(self.waves), 1))

    def of(self, dimension: str, moment: str | None = None) -> tuple[GroupFigures, ...]:
        """The figures of one dimension, all moments or one, in the order of its groups."""
        return tuple(
            f for f in self.figures if f.dimension == dimension and moment in (None, f.moment)
        )


@dataclass(frozen=True)
class Moment:
    """One moment of truth: four separate things and the money.

    The three slopes are at the same probabilities, those of the model in use, so that `slope` lies
    between the other two. p_first, p_top3: chance that its own stake is the largest of all, or
    among the three largest. johnson_share: importance by Johnson's relative weights, beside the
    average over orders. levels: from the worst rating to the best.
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
    p_top3: float | None = None
    johnson_share: float | None = None
    asymmetry: Asymmetry | None = None
    levels: tuple[Level, ...] = ()
    own_target: bool = False  # a person set this moment's target
    # points by which a best-quartile team lies above the mean, net of sampling noise
    best_quartile_gap: float | None = None
    heard_at_stake: float | None = None  # of its stake, what customers who answered hold
    # ends of the stake's interval when silent customers rate a point worse, the same or better
    with_silent: Reach | None = None


@dataclass(frozen=True)
class Joint:
    """Counted once. revenue_at_stake = shares (those heard from) + silent.

    With unexplained it is the churned revenue. silent_low and silent_high: silent customers rate
    every moment one point higher or lower than those heard from. ties: groups of two or more
    moments whose money cannot be told apart from their first one's.
    """

    revenue_at_stake: Estimate
    shares: Mapping[str, float]
    silent: float
    silent_low: float
    silent_high: float
    unexplained: float
    churned_revenue: float
    ties: tuple[tuple[str, ...], ...]
    # ends of the joint stake's interval when the silent rate a point worse, the same or better
    with_silent: Reach | None = None

    @property
    def heard(self) -> float:
        """What customers who answered hold of the revenue at stake."""
        return math.fsum(self.shares.values())

    @property
    def at_silent_low(self) -> float | None:
        """The stake with silent customers at their lower bound, as a share of the stake.

        None where nothing is at stake.
        """
        whole = self.heard + self.silent
        if whole > 0:
            return (self.heard + self.silent_low) / whole
        return None

    def tied_with(self, name: str) -> tuple[str, ...]:
        """The moments whose money can't be told from this one's, itself among them.

        Alone where there are none.
        """
        return next((tie for tie in self.ties if name in tie), (name,))


@dataclass(frozen=True)
class CommonFactor:
    """What moments that move together have in common, and what each adds.

    shares: of each moment's ratings, the part of their variation that is common; variation: the
    common part of what moments explain of the CX metric. common, specific: revenue at stake of
    raising all moments alike, and of what single moments need beyond that; they add up to the joint
    figure. None where no moment has a target.
    """

    shares: Mapping[str, float]
    variation: Estimate
    common: Estimate | None
    specific: Estimate | None


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """The base fit behind every curve, so that a plan's lifts can be priced all at once.

    N responses, j moments. log_odds (n,) calibrated to the ledger; revenue (n,) sums to the base;
    rating, lived (n, j); slope (j,) log-odds per point; metric_rating (n,), metric_slope: the CX
    metric's own; ends: scale ends. team (n,) codes into team_names, which is empty where no teams
    are known; segment the same of segments.
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
    team_names: tuple[str, ...] = ()
    team: Ints | None = None
    segment_names: tuple[str, ...] = ()
    segment: Ints | None = None

    def inside(self, names: Collection[str]) -> Bools:
        """(n,) True for the responses of customers of these teams and segments."""
        by_team = (self.team_names, self._codes(self.team))
        return held_to(names, by_team, (self.segment_names, self._codes(self.segment)))

    def in_cells(self, cells: Cells) -> Bools:
        """(n,) True for the responses of customers in these cells."""
        wide = len(self.segment_names) + 1
        own = (self._codes(self.team) + 1) * wide + self._codes(self.segment) + 1
        return np.isin(own, cells.pairs(len(self.segment_names)))

    def _codes(self, codes: Ints | None) -> Ints:
        if codes is None:
            return np.full(len(self.log_odds), -1)
        return codes

    def kept(self, lifts: Mapping[str, float | Floats], metric_lift: float | Floats = 0.0) -> float:
        """Revenue kept a year when the named moments and the metric rise by their lifts at once.

        Lifts in points, capped at the scale's end. A lift is one for all, or (n,) one for each
        response.
        """
        shift = self.metric_slope * np.minimum(metric_lift, self.metric_high - self.metric_rating)
        for j, name in enumerate(self.names):
            gain = np.minimum(lifts.get(name, 0.0), self.scale_high[j] - self.rating[:, j])
            shift = shift + self.slope[j] * np.where(self.lived[:, j], gain, 0.0)
        return float(self.revenue @ (expit(self.log_odds) - expit(self.log_odds + shift)))


@dataclass(frozen=True, eq=False, repr=False)
class Moments(Shown):
    """All moments, most money first.

    `curves` has one money curve per moment that could be priced.
    """

    key: str
    model: str  # "index" or "block"
    moments: tuple[Moment, ...]
    joint: Joint | None
    curves: Mapping[str, Curve]
    counterfactual: Counterfactual | None
    overlap: float  # joint / sum of single curves at the target, at most 1
    refused: str | None
    findings: tuple[Finding, ...]
    breakdowns: Breakdowns = Breakdowns()
    # only where ratings of different moments move together
    common_factor: CommonFactor | None = None

    def __getitem__(self, name: str) -> Moment:
        """The moment of this name. Raises UnknownIdError, a KeyError that lists the names."""
        for moment in self.moments:
            if moment.name == name:
                return moment
        raise UnknownIdError.among("moments", name, [moment.name for moment in self.moments])

    def __iter__(self) -> Iterator[Moment]:
        return iter(self.moments)
