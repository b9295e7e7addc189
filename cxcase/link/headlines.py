"""The headline figures from customers: effects along the chain, and the worth of a point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cxcase.estimate import Estimate, refuse
from cxcase.intake import Case, Scale
from cxcase.link.data.population import Sample
from cxcase.link.diagnosis import AlternativeEstimate
from cxcase.link.engagement import EngagementHalf
from cxcase.link.models import churn as churn_model
from cxcase.link.models import ex_to_cx as ex
from cxcase.link.models.describe import responder_table
from cxcase.link.result import Link
from cxcase.link.worth.g_computation import Figure, Money, Point
from cxcase.link.worth.mediation import Indirect, through_cx, worth_through_cx
from cxcase.settings import Metric, Settings

PER_POINT = "probability per point"
NRR = "share of starting revenue per point"
UNITS = {
    "ex_to_cx": ex.POINTS,
    "ex_to_cx_corrected": ex.POINTS,
    "cx_to_churn": PER_POINT,
    "ex_to_churn_total": ex.CHANCE,
    "ex_to_churn_through_cx": ex.CHANCE,
    "cx_to_nrr": NRR,
}


@dataclass(frozen=True, eq=False)
class Run:
    """One run of the stage: its case and settings, the key of its result, the unit of money."""

    case: Case
    settings: Settings
    key: str
    unit: str

    def scale_of(self, metric: Metric | None) -> Scale | None:
        """The scale of a CX score; None where there is no such score."""
        return self.case.scales.get(metric) if metric is not None else None

    def bare(self, metric: Metric | None) -> Link:
        """A link without any figure yet."""
        return Link(
            key=self.key,
            metric=metric,
            scale=self.scale_of(metric),
            ex_scale=self.case.ex_scale,
            team_reliability=None,
            effects=(),
            worth=(),
            curve=None,
            ex_to_cx_draws=None,
            responder_table=(),
            dose=(),
            ledger_shift=None,
            refused=None,
            findings=(),
        )


@dataclass(frozen=True, eq=False)
class Analysed:
    """What is analysed: the responses on one metric with their weights, and the EX half.

    short: whether events are so few that churn is modelled with the shortest list of controls.
    """

    run: Run
    metric: Metric
    sample: Sample
    short: bool
    half: EngagementHalf

    @property
    def scale(self) -> Scale:
        """The scale of the metric."""
        return self.run.case.scales[self.metric]

    @property
    def seed(self) -> int:
        """The seed of every draw."""
        return self.run.settings.seed

    def started(self) -> Link:
        """A link with what is known whether or not churn can be modelled."""
        return replace(
            self.run.bare(self.metric),
            team_reliability=self.half.reliability,
            ex_to_cx_draws=self.half.slope.draws,
            responder_table=responder_table(self.sample.everyone),
        )


@dataclass(frozen=True, eq=False)
class Headlines:
    """The headline figures: effects and worth by id, and what they were read from.

    average: the score's effect on churn; point: one point of the score in money.
    """

    average: Figure
    point: Point
    indirect: Indirect
    effects: Mapping[str, Estimate]
    worth: Mapping[str, Estimate]

    @property
    def to_churn(self) -> Estimate:
        """Churn probability per CX point."""
        return self.effects["cx_to_churn"]

    @property
    def retention(self) -> Estimate:
        """Revenue a year kept by one point of the score."""
        return self.worth["one_point_of_cx_retention"]


def headlines_of(a: Analysed, money: Money) -> Headlines:
    average = money.average_effect()
    to_churn = average.estimate(PER_POINT, money.population)
    indirect = through_cx(a.half.slope, to_churn, money, a.seed)
    point = money.worth(_one_point(money))
    worth = _worth(a, money, point)
    effects = {
        "ex_to_cx": a.half.slope.estimate,
        "ex_to_cx_corrected": a.half.corrected,
        "cx_to_churn": to_churn,
        "ex_to_churn_total": a.half.total,
        "ex_to_churn_through_cx": indirect.estimate,
        "cx_to_nrr": _to_nrr(a, money, worth["one_point_of_cx"]),
    }
    return Headlines(average, point, indirect, effects, worth)


def _one_point(money: Money) -> float:
    """One point of the score, or the whole of a scale that is shorter."""
    return min(1.0, money.scale.high - money.scale.low)


def _worth(a: Analysed, money: Money, point: Point) -> dict[str, Estimate]:
    """The worth of a point in revenue a year, in total and by part, and that of one EX point."""
    unit = a.run.unit
    population = money.population
    return {
        "one_point_of_cx": point.best.estimate(unit, population),
        "one_point_of_cx_retention": point.retention.estimate(unit, population),
        "one_point_of_cx_expansion": _expansion(a, money, point),
        "one_point_of_ex_through_cx": worth_through_cx(a.half.slope, money, unit, a.seed),
    }


def _expansion(a: Analysed, money: Money, point: Point) -> Estimate:
    population = money.population
    if point.expansion is None or money.expansion is None:
        code = a.run.case.why_no_end or "expansion_unknown"
        return refuse(a.run.unit, code, n=len(population.team), teams=population.teams)
    # a straight line's slope: uneven teams leave it fewer degrees of freedom than there are teams
    return point.expansion.estimate(a.run.unit, population, money.expansion.df)


def _to_nrr(a: Analysed, money: Money, worth: Estimate) -> Estimate:
    """The worth of a point as a share of starting revenue; refused without revenue at the end."""
    if a.run.case.why_no_end is not None:
        return refuse(NRR, a.run.case.why_no_end, n=worth.n, teams=worth.teams)
    if worth.value is None or worth.low is None or worth.high is None:
        return refuse(NRR, worth.reason or "not_run", n=worth.n, teams=worth.teams)
    revenue = money.population.revenue.sum()
    value, low, high = (float(figure / revenue) for figure in (worth.value, worth.low, worth.high))
    return Estimate(value, low, high, NRR, df=worth.df, n=worth.n, teams=worth.teams)


def as_booked(a: Analysed, money: Money) -> Iterator[AlternativeEstimate]:
    """The worth of a point with price steps under contract left in the growth.

    Where these are known, so that the headline is without them.
    """
    if a.sample.everyone.price_increase is None or money.expansion is None:
        return
    expansion = churn_model.fit_expansion(a.sample, money.churn, as_booked=True)
    if expansion is None:
        return
    population = a.sample.population
    point = replace(money, expansion=expansion).worth(_one_point(money))
    best = point.best.estimate(a.run.unit, population)
    yield AlternativeEstimate("as_booked", "one_point_of_cx", best)
    if point.expansion is not None:
        grown = point.expansion.estimate(a.run.unit, population, expansion.df)
        yield AlternativeEstimate("as_booked", "one_point_of_cx_expansion", grown)
