"""What stands beside the headline figures: other readings, confirmations, ranges, fit, answering, survival, order."""

from __future__ import annotations

from dataclasses import dataclass, field

from cxcase.estimate import Estimate
from cxcase.link.models.ex_items import ExItems
from cxcase.link.models.time_order import Order
from cxcase.link.units.result import Units
from cxcase.link.worth.nonresponse_bounds import Silent, SilentRange
from cxcase.stats.overlap import Overlap

Dose = tuple[tuple[float, int, float, float, float, float], ...]


@dataclass(frozen=True)
class Beside:
    """Another reading of the figure `of`. The headline stays what it is. `id` is a code that `report.words` knows."""

    id: str
    of: str
    estimate: Estimate


@dataclass(frozen=True)
class Confirmation:
    """The wild bootstrap's verdict on the straight-line slope behind the figure `of`.

    p of "no effect", (low, high) the values not rejected at 10 %, which may be infinite; enumerated: all sign patterns
    instead of random draws. agrees: says the same as the printed interval about zero.
    """

    of: str
    value: float
    p: float
    low: float
    high: float
    draws: int
    enumerated: bool
    agrees: bool


@dataclass(frozen=True)
class Range:
    """Lowest and highest the figure `of` becomes when one team is left out. No team is named."""

    of: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Tenth:
    """A tenth of customers by predicted churn: responses, mean predicted, seen (both weighted), Wilson interval."""

    n: int
    predicted: float
    seen: float
    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    """How well the churn model fits. Predictions are for teams that the model was not fit on.

    slope: of the outcome on predicted log-odds, 1 is right; brier, and brier_rate of the average alone; curve_aic: AIC
    of a natural spline less that of the line, negative where the curve is better; vif of the score; icc_cx, icc_churn
    the share of variance that lies between teams; condition of the scaled design.
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


@dataclass(frozen=True)
class LedgerLine:
    """A total that a model of its own must meet: modelled and booked revenue a year; `group` a segment, None for all.

    id: churned_revenue (logit, shifted), kept_revenue (fractional logit: GRR), end_revenue (Poisson: NRR).
    """

    id: str
    group: str | None
    modelled: float
    booked: float

    @property
    def gap(self) -> float:
        """Modelled over booked, less 1."""
        return self.modelled / self.booked - 1 if self.booked else 0.0


@dataclass(frozen=True)
class Answering:
    """Who answered, and how well the weights make up for it.

    rate; effective: Kish's sample size; design_effect: responses over that; largest weight over the mean; r_indicator
    1 - 2 sd of the chance to answer (1: everyone alike), None without weights; balance: (variable, standardised
    difference before, after weighting); voiceless: (segment, customers, share of revenue) without a single answer;
    revenue: share of all revenue with those who answered; segments: (segment, customers, share who answered);
    overlap: chances to answer of both groups, None without weights.
    """

    rate: float
    effective: float
    design_effect: float
    largest: float
    r_indicator: float | None
    balance: tuple[tuple[str, float, float], ...]
    voiceless: tuple[tuple[str, int, float], ...]
    revenue: float | None = None
    segments: tuple[tuple[str, int, float], ...] = ()
    overlap: Overlap | None = None


@dataclass(frozen=True)
class MetricSkill:
    """How much better a metric predicts revenue kept in teams it was not fit on than the controls alone: a share."""

    metric: str
    skill: Estimate


@dataclass(frozen=True)
class MetricChoice:
    """The metrics on the same customers, best first, and the difference of the best to each other one."""

    n: int
    skills: tuple[MetricSkill, ...]
    differences: tuple[tuple[str, str, Estimate], ...]  # (better, other, skill difference)


@dataclass(frozen=True)
class SurvivalGroup:
    """Kaplan-Meier by score group: months 1..12, share still there (weighted), months kept within 12 (RMST)."""

    name: str  # low | middle | high
    n: int
    months: tuple[int, ...]
    staying: tuple[float, ...]
    rmst: float


@dataclass(frozen=True)
class Survival:
    """What dates of leaving add: curves by score group, and a point of the score in months kept within 12.

    hazard_effect: change in 12-month churn per point from a monthly hazard, to be set beside the logit's; months: what
    one capped point goes with in months kept within 12; worth: the same in revenue within the year.
    """

    groups: tuple[SurvivalGroup, ...]
    hazard_effect: Estimate
    months: Estimate
    worth: Estimate


@dataclass(frozen=True)
class Placebo:
    """Engagement dealt to other teams at random: the share of deals with a slope as large as the real one."""

    of: str
    p: float
    deals: int
    enumerated: bool


@dataclass(frozen=True)
class Agreement:
    """Whether people's answers may be averaged to a team's. No team is named.

    icc1: share of the variance of a single answer that lies between teams; icc2: reliability of a team's mean of
    `answers` (harmonic mean a team); within: median r_wg, 1 where a team is of one mind, None without a scale.
    """

    icc1: float
    icc2: float
    within: float | None
    answers: float
    teams: int


@dataclass(frozen=True)
class TeamDot:
    """A team with engagement that may be shown: its mean, the weighted mean score of its customers, their answers."""

    team: str
    ex: float
    score: float
    answers: int


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """Everything that weakens or supports the link and is no headline; parts the data cannot carry are empty or None.

    remaining: churn per EX point with the score held; joint: of one EX and one CX point together; interaction: joint
    less both alone, on the probability scale.
    contextual: churn per point of the team's mean score beyond the customer's own.
    teams: engagement beside the score, by team, lowest engagement first.
    items: questions of the employee survey by what they go with; None where the case keeps none.
    units: what a link from units alone rests on; None for a link from customers.
    """

    beside: tuple[Beside, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    ranges: tuple[Range, ...] = ()
    fit: Fit | None = None
    ledger: tuple[LedgerLine, ...] = ()
    answering: Answering | None = None
    contextual: Estimate | None = None
    remaining: Estimate | None = None
    joint: Estimate | None = None
    interaction: Estimate | None = None
    placebos: tuple[Placebo, ...] = ()
    metrics: MetricChoice | None = None
    survival: Survival | None = None
    agreement: Agreement | None = None
    silent: Silent | None = None
    silent_range: SilentRange | None = None  # what was asked of `silent` in a report, which does not hold it
    order: Order | None = None
    units: Units | None = None
    items: ExItems | None = None
    teams: tuple[TeamDot, ...] = ()
    dose_by_segment: tuple[tuple[str, Dose], ...] = field(default=())
