"""What stands beside the headline figures of a link: alternative estimates, checks, fit, order."""

from __future__ import annotations

from dataclasses import dataclass, field

from cxcase.estimate import Estimate
from cxcase.link.data.response_rates import Answering
from cxcase.link.data.team_agreement import Agreement
from cxcase.link.models.describe import TeamDot
from cxcase.link.models.ex_items import ExItems
from cxcase.link.models.goodness_of_fit import Fit, Range
from cxcase.link.models.metric_choice import MetricChoice
from cxcase.link.models.time_order import Order
from cxcase.link.worth.nonresponse_bounds import SilentRange
from cxcase.link.worth.survival import Survival

Dose = tuple[tuple[float, int, float, float, float, float], ...]


STRAIGHT_FACTORS = "straight_factors"  # the figure with known factors held as straight lines


@dataclass(frozen=True)
class AlternativeEstimate:
    """Another estimate of the figure `of`; the headline stays what it is.

    `id` is a code that `report.words` knows.
    """

    id: str
    of: str
    estimate: Estimate


@dataclass(frozen=True)
class Confirmation:
    """The wild bootstrap's verdict on the straight-line slope behind the figure `of`.

    p of "no effect", (low, high) the values not rejected at 10 %, which may be infinite;
    enumerated: all sign patterns instead of random draws. agrees: says the same as the printed
    interval about zero.
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
class LedgerLine:
    """A total that a model of its own must meet: modelled and booked revenue a year.

    `group` is a segment, None for all. id: churned_revenue (logit, shifted), kept_revenue
    (fractional logit: GRR), end_revenue (Poisson: NRR).
    """

    id: str
    group: str | None
    modelled: float
    booked: float

    @property
    def gap(self) -> float:
        """Modelled over booked, less 1."""
        if self.booked:
            return self.modelled / self.booked - 1
        return 0.0


@dataclass(frozen=True)
class Placebo:
    """Engagement dealt to other teams at random: how often a slope is as large as the real one.

    p: the share of deals.
    """

    of: str
    p: float
    deals: int
    enumerated: bool


@dataclass(frozen=True)
class Measured:
    """How well the mean of `what` (ex, cx) is measured: reliability.

    Of the differences that the slope rests on. at_least: True where answers' spread is not given,
    so that the share is the least it can be.
    """

    what: str
    reliability: float
    at_least: bool


@dataclass(frozen=True)
class Believed:
    """Which reading of a path is the headline, and why (a code).

    reading: pooled | pooled_lagged | within | within_lagged. estimate: what this reading says;
    disagree: the pooled and the believed slope have different signs.
    """

    of: str
    reading: str
    why: str
    disagree: bool
    estimate: Estimate


@dataclass(frozen=True)
class UnitWorth:
    """Revenue a year that goes with one more point in one unit.

    score: its mean; lost: its share lost a year, or NaN.
    """

    unit: str
    revenue: float
    worth: Estimate
    score: float
    lost: float


@dataclass(frozen=True)
class Units:
    """What a link from units rests on: units are what is counted, whatever the rows.

    periods 1: once. months: length of a period, None where not known. outcome: what the worth rests
    on: churn | kept | sales.
    """

    units: int
    rows: int
    periods: int
    months: float | None
    outcome: str | None
    believed: tuple[Believed, ...]
    measured: tuple[Measured, ...]
    worth: tuple[UnitWorth, ...]


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """Everything that weakens or supports the link and is no headline.

    Parts the data cannot carry are empty or None. remaining: churn per EX point with the score
    held; joint: of one EX and one CX point together; interaction: joint less both alone, on the
    probability scale. contextual: churn per point of the team's mean score beyond the customer's
    own. teams: engagement beside the score, by team, lowest engagement first. items: questions of
    the employee survey by what they go with; None where the case keeps none. units: what a link
    from units alone rests on; None for a link from customers. silent_range: what customers who did
    not answer might have rated; None until it is asked for.
    """

    alternatives: tuple[AlternativeEstimate, ...] = ()
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
    silent_range: SilentRange | None = None
    order: Order | None = None
    units: Units | None = None
    items: ExItems | None = None
    teams: tuple[TeamDot, ...] = ()
    dose_by_segment: tuple[tuple[str, Dose], ...] = field(default=())
