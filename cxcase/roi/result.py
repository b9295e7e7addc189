"""What roi hands on: each step's money month by month, and the draws behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cxcase.checks import Finding
from cxcase.errors import UnknownIdError
from cxcase.estimate import Floats, Ints
from cxcase.link import Curve
from cxcase.recommend import Step
from cxcase.roi.cashflow import (
    Flows,
    IrrReason,
    combined_lift,
    curve_share,
    discount_factors,
    reach,
    spend_in_first_year,
    step_cost,
)
from cxcase.roi.margins import Margins
from cxcase.roi.risk_adjustment import RiskAdjusted, Single
from cxcase.settings import Settings
from cxcase.shown import Shown

ALL = slice(None)
BLOCK = 512  # draws worked on at once, so that a month-by-draw table stays in the processor's cache


@dataclass(frozen=True)
class Npv:
    """Net present value: every input at its likely value (`base`), and over the common draws."""

    base: float
    mean: float
    p10: float
    p50: float
    p90: float

    @classmethod
    def of(cls, base: float, draws: Floats) -> Npv:
        """The summary of draws (n_draws,) beside the base value."""
        low, middle, high = np.quantile(draws, [0.1, 0.5, 0.9])
        return cls(base, float(draws.mean()), float(low), float(middle), float(high))


@dataclass(frozen=True)
class StepReturn:
    """One step on its own, started in month 1.

    Money in the case's currency; None where `refused` says why.
    """

    step: Step
    curves: tuple[str, ...]  # names of the money curves it moves
    npv: Npv | None
    p_npv_positive: float | None
    payback_months: int | None
    discounted_payback_months: int | None
    irr: float | None
    roi: float | None
    break_even_lift: (
        float | None
    )  # likely lift at which base NPV is 0; None when no lift reaches it
    break_even_customers: float | None  # average customers a year that must stay for base NPV = 0
    benefit: Floats  # base benefit per month (horizon,)
    cost: Floats  # base cost at the ends of months 0..horizon (horizon + 1,)
    refused: str | None = None  # "not_priced"
    refused_because: str | None = None  # reason code: why its curve is missing
    irr_reason: IrrReason | None = None  # why there is no single rate
    mirr: float | None = None  # where the flows change sign more than once, and only there
    bcr: float | None = None  # present benefit a unit of present cost
    effort_cost: float | None = (
        None  # the company's own days at the day rate; shown apart, in no other figure
    )
    single: Single | None = (
        None  # where risk is taken off single figures instead of being in the draws
    )
    customers_at_risk: float | None = (
        None  # customers lost a year among those who live the moments it acts on
    )


@dataclass(frozen=True, eq=False)
class Model:
    """All that prices a set of steps, so that budget, report and workbook read the same figures.

    curves: name -> Curve; ex_to_cx (value, draws) turns EX points into points of the metric's
    curve. lift_draws, cost_draws: step id -> (n_draws,); cost draws multiply both one-off and
    yearly cost. steps, moves: step id -> Step, and the names of the curves it moves (none when it
    cannot be priced). margins: None where one margin, that of the settings, holds for all. earned:
    curve -> its shape in margin instead of revenue, where segments earn differently; `margin` is 1
    then.

    `starts` below is always step id -> the month it starts (from 1); `draws` picks from the common
    draws.
    """

    settings: Settings
    curves: Mapping[str, Curve]
    metric_curve: str | None
    ex_to_cx: float | None
    ex_to_cx_draws: Floats | None
    overlap: float
    lift_draws: Mapping[str, Floats]
    cost_draws: Mapping[str, Floats]
    average_revenue: float  # revenue_start per base customer
    churned_revenue: float
    steps: Mapping[str, Step]
    moves: Mapping[str, tuple[str, ...]]
    at_risk: Mapping[str, float] = field(
        default_factory=dict
    )  # curve -> customers lost a year among those it is about
    margins: Margins | None = None
    earned: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def margin(self) -> float:
        """The share of revenue kept that counts; 1 where `earned` holds each segment's own."""
        if self.earned:
            return 1.0
        if self.margins is None or self.margins.one is None:
            return self.settings.margin
        return self.margins.one

    @property
    def average_margin(self) -> float:
        """What the average unit of revenue earns."""
        if self.margins is None or not self.earned:
            return self.margin
        return self.margins.average

    @property
    def customer_worth(self) -> float:
        """What the average customer brings a year, in the unit that `monthly_value` counts."""
        return self.average_revenue * (self.average_margin if self.earned else 1.0)

    def shape(self, curve: str) -> Floats:
        """(k,) the curve's shape as it counts: in margin where segments differ, else in revenue."""
        return self.earned.get(curve, self.curves[curve].shape)

    def about(self, id: str) -> tuple[str, ...]:
        """The moments, or the metric, that a step moves, for all customers or for some."""
        return tuple(dict.fromkeys(self.curves[name].about for name in self.moves[id]))

    def customers_at_risk(self, ids: Sequence[str] | Mapping[str, int]) -> float | None:
        """Customers lost a year that the steps reach: on the moment where most are lost."""
        moved = dict.fromkeys(name for id in ids for name in self.moves[id] if name in self.at_risk)
        lost: dict[str, float] = {}
        for name in moved:
            about = self.curves[name].about
            lost[about] = lost.get(about, 0.0) + self.at_risk[name]
        return max(lost.values(), default=None)

    def on_curve(self, curve: str, ids: Sequence[str] | Mapping[str, int]) -> tuple[str, ...]:
        """Those of the ids that move this curve, in their order."""
        return tuple(id for id in ids if curve in self.moves[id])

    def lift(self, id: str) -> float:
        """Likely lift of a step, in points of the curve it moves, times adoption."""
        step = self.steps[id]
        per_point = (self.ex_to_cx or 0.0) if step.acts_on == "ex" else 1.0
        return step.lift_likely * per_point * self.settings.adoption

    def lifts(self, id: str, draws: slice | Ints = ALL) -> Floats:
        """The same over draws (n_draws,)."""
        points = self.lift_draws[id][draws] * self.settings.adoption
        if self.steps[id].acts_on == "ex":
            if self.ex_to_cx_draws is not None:
                return points * self.ex_to_cx_draws[draws]
            return 0.0 * points
        return points

    def reach(self, id: str, start: int) -> Floats:
        """(horizon,) share of the step's lift at work in each month."""
        s = self.settings
        return reach(
            s.horizon, start, self.steps[id].months_to_deliver, s.ramp_months, s.half_life_months
        )

    def kept(self, curve: str, starts: Mapping[str, int], shape: Floats | None = None) -> Floats:
        """(horizon,) base revenue kept a year on one curve at the lift reached by each month.

        After overlap. shape: read off this shape instead of the curve's own.
        """
        money = self.curves[curve]
        lifts = [self.lift(id) * self.reach(id, starts[id]) for id in self.on_curve(curve, starts)]
        if not lifts:
            return np.zeros(self.settings.horizon)
        share = curve_share(
            combined_lift(lifts, money.headroom),
            money.lifts,
            money.shape if shape is None else shape,
        )
        return (money.per_point.value or 0.0) * self.overlap * share

    def kept_draws(
        self,
        curve: str,
        starts: Mapping[str, int],
        draws: slice | Ints = ALL,
        shape: Floats | None = None,
    ) -> Floats:
        """(horizon, n_draws) the same over draws."""
        money = self.curves[curve]
        worth = money.per_point_draws[draws] * self.overlap
        ids = self.on_curve(curve, starts)
        if not ids:
            return np.zeros((self.settings.horizon, len(worth)))
        lift = self._lift_draws(ids, starts, money.headroom, draws)
        return worth * curve_share(lift, money.lifts, money.shape if shape is None else shape)

    def counted_draws(
        self, curve: str, starts: Mapping[str, int], draws: slice | Ints = ALL
    ) -> Floats:
        """(horizon, n_draws) what `monthly_value` counts: revenue, or each segment's margin."""
        return self.kept_draws(curve, starts, draws, self.shape(curve))

    def _lift_draws(
        self, ids: Sequence[str], starts: Mapping[str, int], headroom: float, draws: slice | Ints
    ) -> Floats:
        """(horizon, n_draws) points by which steps lift one curve together, as `combined_lift`."""
        if len(ids) == 1:
            return np.minimum(
                np.outer(self.reach(ids[0], starts[ids[0]]), self.lifts(ids[0], draws)), headroom
            )
        left = used = np.empty(0)
        for id in ids:
            reach = self.reach(id, starts[id]) / headroom
            lifts = self.lifts(id, draws)
            if not used.size:
                left = np.ones((len(reach), len(lifts)))
                used = np.empty((len(reach), len(lifts)))
            np.multiply.outer(reach, lifts, out=used)
            if reach.max() * lifts.max(initial=0.0) > 1.0:
                np.minimum(used, 1.0, out=used)
            np.subtract(1.0, used, out=used)
            left *= used
        return np.asarray(headroom * (1.0 - left))

    def on_curve_draws(self, curve: str, starts: Mapping[str, int]) -> tuple[Floats, Floats]:
        """(present margin, highest revenue kept a year) on one curve, each (n_draws,)."""
        n = len(self.curves[curve].per_point_draws)
        present = np.zeros(n)
        peak = np.zeros(n)
        for at in range(0, n, BLOCK):
            kept = self.kept_draws(curve, starts, slice(at, at + BLOCK))
            if self.earned:
                counted = self.counted_draws(curve, starts, slice(at, at + BLOCK))
            else:
                counted = kept
            present[at : at + BLOCK] = self.monthly_value @ counted
            peak[at : at + BLOCK] = np.maximum(kept.max(axis=0), 0.0)
        return present, peak

    def full_lift(self, curve: str, ids: Sequence[str]) -> float:
        """Points by which the steps lift one curve once all work in full, before decay."""
        lifts = [np.asarray(self.lift(id)) for id in self.on_curve(curve, ids)]
        if lifts:
            return float(combined_lift(lifts, self.curves[curve].headroom))
        return 0.0

    def kept_at(self, curve: str, lift: float) -> float:
        """Base revenue kept a year at a lift on one curve, after overlap."""
        money = self.curves[curve]
        share = curve_share(np.asarray(lift), money.lifts, money.shape)
        return (money.per_point.value or 0.0) * self.overlap * float(share)

    def benefit(self, starts: Mapping[str, int]) -> Floats:
        """(horizon,) base margin kept in each month by all steps.

        From no more revenue than was lost.
        """
        kept = np.sum([self.kept(curve, starts) for curve in self.curves], axis=0) + np.zeros(
            self.settings.horizon
        )
        if not self.earned:
            return self.margin / 12.0 * np.minimum(kept, self.churned_revenue)
        earned = np.sum(
            [self.kept(curve, starts, self.shape(curve)) for curve in self.curves], axis=0
        )
        return earned * self._allowed(kept) / 12.0

    def _allowed(self, kept: Floats) -> Floats:
        """The share of what is kept that counts, shape as `kept`: no more revenue than was lost."""
        return np.asarray(self.churned_revenue / np.maximum(kept, self.churned_revenue))

    def benefit_draws(self, starts: Mapping[str, int], draws: slice | Ints = ALL) -> Floats:
        """(n_draws,) present value of that margin."""
        used = [curve for curve in self.curves if self.on_curve(curve, starts)]
        places = np.arange(len(next(iter(self.cost_draws.values()))))[draws]
        total = np.zeros(len(places))
        for at in range(0, len(places) if used else 0, BLOCK):
            block = places[at : at + BLOCK]
            kept = self.kept_draws(used[0], starts, block)
            for curve in used[1:]:
                kept += self.kept_draws(curve, starts, block)
            if self.earned:
                earned = np.sum(
                    [self.counted_draws(curve, starts, block) for curve in used], axis=0
                )
                total[at : at + BLOCK] = self.monthly_value @ (earned * self._allowed(kept))
                continue
            total[at : at + BLOCK] = self.monthly_value @ np.minimum(
                kept, self.churned_revenue, out=kept
            )
        return total

    @property
    def monthly_value(self) -> Floats:
        """(horizon,) margin's present value of one unit of revenue a year kept in each month."""
        s = self.settings
        return self.margin / 12.0 * discount_factors(s.discount, s.horizon)[1:]

    def cost(self, starts: Mapping[str, int]) -> Floats:
        """(horizon + 1,) base cost of all steps at the ends of months 0..horizon."""
        total = np.zeros(self.settings.horizon + 1)
        for id, start in starts.items():
            step = self.steps[id]
            total += step_cost(self.settings.horizon, start, step.one_off_cost, step.yearly_cost)
        return total

    def pv_cost(self, id: str, start: int) -> float:
        """Base present value of one step's cost."""
        return float(
            self.cost({id: start}) @ discount_factors(self.settings.discount, self.settings.horizon)
        )

    def cost_of_draws(self, starts: Mapping[str, int], draws: slice | Ints = ALL) -> Floats:
        """(n_draws,) present value of all costs."""
        if self.cost_draws:
            total = np.zeros(len(next(iter(self.cost_draws.values()))[draws]))
        else:
            total = np.zeros(0)
        for id, start in starts.items():
            total += self.pv_cost(id, start) * self.cost_draws[id][draws]
        return total

    def npv_draws(self, starts: Mapping[str, int], draws: slice | Ints = ALL) -> Floats:
        """(n_draws,) net present value of all steps together."""
        return self.benefit_draws(starts, draws) - self.cost_of_draws(starts, draws)

    def flows(self, starts: Mapping[str, int]) -> Flows:
        """Base flows of all steps together."""
        return Flows(
            np.concatenate([[0.0], self.benefit(starts)]), self.cost(starts), self.settings.discount
        )

    def cash_draws(self, starts: Mapping[str, int], draws: slice | Ints = ALL) -> Floats:
        """(horizon + 1, n_draws) net cash of all steps at months 0..horizon, undiscounted."""
        s = self.settings
        n = len(next(iter(self.cost_draws.values()))[draws])
        kept = np.zeros((s.horizon, n))
        cost = np.zeros((s.horizon + 1, n))
        used = [curve for curve in self.curves if self.on_curve(curve, starts)]
        for curve in used:
            kept += self.kept_draws(curve, starts, draws)
        for id in starts:
            cost += np.outer(self.cost({id: starts[id]}), self.cost_draws[id][draws])
        if self.earned and used:
            allowed = self._allowed(kept)
            kept = (
                np.sum([self.counted_draws(curve, starts, draws) for curve in used], axis=0)
                * allowed
            )
        else:
            np.minimum(kept, self.churned_revenue, out=kept)
        return np.concatenate([np.zeros((1, n)), self.margin / 12.0 * kept]) - cost

    def single(self, flows: Flows) -> Single | None:
        """Base flows with the risk taken off, where the settings count it so.

        None where it is in the draws.
        """
        s = self.settings
        if s.risk_mode == "adjusted":
            return RiskAdjusted(s.benefit_cut, s.cost_rise).single(flows)
        return None

    def spend(self, id: str, start: int) -> float:
        """What a step counts against a budget when it starts in this month of the plan."""
        step = self.steps[id]
        return spend_in_first_year(start, step.one_off_cost, step.yearly_cost)


@dataclass(frozen=True, eq=False, repr=False)
class Returns(Shown):
    """Every step's money, in the sheet's order."""

    key: str
    steps: tuple[StepReturn, ...]
    model: Model | None
    doing_nothing: float | None  # present value of margin lost at today's churn over the horizon
    findings: tuple[Finding, ...]
    refused: str | None = None

    def of(self, id: str) -> StepReturn:
        """The return of the step with this id. Raises UnknownIdError, a KeyError that lists the
        ids.
        """
        for item in self.steps:
            if item.step.id == id:
                return item
        raise UnknownIdError.among("returns", id, [item.step.id for item in self.steps])

    __getitem__ = of

    def __iter__(self) -> Iterator[StepReturn]:
        return iter(self.steps)
