"""The chain from a step's lift to money, for one case and for all draws alike.

A step of lift L that starts in month s has `reach` (delivery, ramp, decay) at work in month t.
Lifts on one curve share its headroom (`combined_lift`); the curve's height there, times the worth
of a point and the overlap of moments, is the revenue kept a year. A twelfth of it times the margin
is the month's benefit; discounted, less the present cost, it is the net present value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.link import Curve
from cxcase.recommend import Step
from cxcase.roi.flow_formulas import (
    Flows,
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

ALL = slice(None)
BLOCK = 512  # draws worked on at once, so that a month-by-draw table stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Model:
    """All that prices a set of steps, so that budget, report and workbook read the same figures.

    curves: name -> Curve; ex_to_cx (value, draws) turns EX points into points of the metric's
    curve. lift_draws, cost_draws: step id -> (n_draws,); cost draws multiply both one-off and
    yearly cost. steps, moves: step id -> Step, and the names of the curves it moves (none when it
    cannot be priced). margins: None where one margin, that of the settings, holds for all. earned:
    curve -> its shape in margin instead of revenue, where segments earn differently; `margin` is 1
    then. growth: curve -> (base, draws) of what those who stay pay more a year for one point of it;
    empty where growth is not counted.

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
    # curve -> customers lost a year among those it is about
    at_risk: Mapping[str, float] = field(default_factory=dict)
    margins: Margins | None = None
    earned: Mapping[str, Floats] = field(default_factory=dict)
    growth: Mapping[str, tuple[float, Floats]] = field(default_factory=dict)

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
        return step.lift_likely * self._curve_points(step) * self.settings.adoption

    def _curve_points(self, step: Step) -> float:
        """Points of the curve for one point of the step's own scale: CX points of an EX point."""
        if step.acts_on == "ex":
            return self.ex_to_cx or 0.0
        return 1.0

    def adopted_points(self, step: Step) -> float:
        """Points of the curve for one point of the step's own scale, times adoption."""
        return self.settings.adoption * self._curve_points(step)

    def lifts(self, id: str, draws: slice | Ints = ALL) -> Floats:
        """The same over draws (n_draws,)."""
        points = self.lift_draws[id][draws] * self.settings.adoption
        if self.steps[id].acts_on != "ex":
            return points
        if self.ex_to_cx_draws is None:
            return 0.0 * points
        return points * self.ex_to_cx_draws[draws]

    def reach(self, id: str, start: int) -> Floats:
        """(horizon,) share of the step's lift at work in each month."""
        s = self.settings
        deliver = self.steps[id].months_to_deliver
        return reach(s.horizon, start, deliver, s.ramp_months, s.half_life_months)

    def kept(self, curve: str, starts: Mapping[str, int], shape: Floats | None = None) -> Floats:
        """(horizon,) base revenue kept a year on one curve at the lift reached by each month.

        After overlap. shape: read off this shape instead of the curve's own.
        """
        return self._worth(curve) * self._height(curve, starts, shape)

    def _height(self, curve: str, starts: Mapping[str, int], shape: Floats | None = None) -> Floats:
        """(horizon,) height of one curve at the lift reached by each month."""
        money = self.curves[curve]
        lifts = [self.lift(id) * self.reach(id, starts[id]) for id in self.on_curve(curve, starts)]
        if not lifts:
            return np.zeros(self.settings.horizon)
        lift = combined_lift(lifts, money.headroom)
        return curve_share(lift, money.lifts, money.shape if shape is None else shape)

    def grown(self, starts: Mapping[str, int]) -> Floats:
        """(horizon,) base growth a year of those who stay, as `monthly_value` counts it."""
        total = np.zeros(self.settings.horizon)
        for curve, (worth, _) in self.growth.items():
            height = self._height(curve, starts, self.shape(curve))
            total += worth * self.overlap * height
        return total

    def saved(self, starts: Mapping[str, int], *, cash: bool = True) -> Floats:
        """(horizon,) what the steps save in each month beside customers kept.

        cash: that which leaves less to pay, which alone is counted; else the rest.
        """
        total = np.zeros(self.settings.horizon)
        for id, start in starts.items():
            step = self.steps[id]
            if step.saving_per_year and step.cash_releasing == cash:
                share = self.settings.adoption * self.reach(id, start)
                total += step.saving_per_year / 12.0 * share
        return total

    def pv_saved(self, starts: Mapping[str, int]) -> float:
        """Present value of the savings that are counted; they have no draws."""
        if not any(self.steps[id].saving_per_year for id in starts):
            return 0.0
        s = self.settings
        return float(self.saved(starts) @ discount_factors(s.discount, s.horizon)[1:])

    def _worth(self, curve: str) -> float:
        """Base revenue a year that one point keeps on one curve, after overlap."""
        return (self.curves[curve].per_point.value or 0.0) * self.overlap

    def kept_draws(
        self,
        curve: str,
        starts: Mapping[str, int],
        draws: slice | Ints = ALL,
        shape: Floats | None = None,
    ) -> Floats:
        """(horizon, n_draws) the same over draws."""
        worth = self.curves[curve].per_point_draws[draws] * self.overlap
        return worth * self._height_draws(curve, starts, draws, shape)

    def _height_draws(
        self,
        curve: str,
        starts: Mapping[str, int],
        draws: slice | Ints = ALL,
        shape: Floats | None = None,
    ) -> Floats:
        """(horizon, n_draws) height of one curve at the lift reached by each month."""
        money = self.curves[curve]
        ids = self.on_curve(curve, starts)
        if not ids:
            return np.zeros((self.settings.horizon, len(money.per_point_draws[draws])))
        lift = self._lift_draws(ids, starts, money.headroom, draws)
        return curve_share(lift, money.lifts, money.shape if shape is None else shape)

    def worth_draws(self, curve: str, draws: slice | Ints = ALL) -> Floats:
        """(n_draws,) what a point of one curve keeps a year, and grows where that is counted."""
        worth = self.curves[curve].per_point_draws[draws]
        if curve in self.growth:
            worth = worth + self.growth[curve][1][draws]
        return np.asarray(worth * self.overlap)

    def counted_draws(
        self, curve: str, starts: Mapping[str, int], draws: slice | Ints = ALL
    ) -> Floats:
        """(horizon, n_draws) what `monthly_value` counts: revenue, or each segment's margin."""
        height = self._height_draws(curve, starts, draws, self.shape(curve))
        return self.worth_draws(curve, draws) * height

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
            block = slice(at, at + BLOCK)
            kept = self.kept_draws(curve, starts, block)
            same = not self.earned and curve not in self.growth
            counted = kept if same else self.counted_draws(curve, starts, block)
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
        return self._worth(curve) * float(curve_share(np.asarray(lift), money.lifts, money.shape))

    def benefit(self, starts: Mapping[str, int]) -> Floats:
        """(horizon,) base benefit of all steps in each month: margin on revenue kept, and on growth
        where that is counted, and savings that leave less to pay.
        """
        grown = self.margin / 12.0 * self.grown(starts)
        return np.asarray(self.retained(starts) + grown + self.saved(starts))

    def retained(self, starts: Mapping[str, int]) -> Floats:
        """(horizon,) base margin kept in each month, from no more revenue than was lost."""
        none = np.zeros(self.settings.horizon)
        kept = np.sum([self.kept(curve, starts) for curve in self.curves], axis=0) + none
        if not self.earned:
            return np.asarray(self.margin / 12.0 * np.minimum(kept, self.churned_revenue))
        by_curve = [self.kept(curve, starts, self.shape(curve)) for curve in self.curves]
        earned = np.sum(by_curve, axis=0)
        return np.asarray(earned * self._allowed(kept) / 12.0)

    def _allowed(self, kept: Floats) -> Floats:
        """The share of what is kept that counts, shape as `kept`: no more revenue than was lost."""
        return np.asarray(self.churned_revenue / np.maximum(kept, self.churned_revenue))

    def benefit_draws(self, starts: Mapping[str, int], draws: slice | Ints = ALL) -> Floats:
        """(n_draws,) present value of that benefit."""
        return self.on_curves_draws(starts, draws) + self.pv_saved(starts)

    def on_curves_draws(self, starts: Mapping[str, int], draws: slice | Ints = ALL) -> Floats:
        """(n_draws,) present value of what all curves together bring."""
        used = [curve for curve in self.curves if self.on_curve(curve, starts)]
        places = np.arange(len(next(iter(self.cost_draws.values()))))[draws]
        total = np.zeros(len(places))
        for at in range(0, len(places) if used else 0, BLOCK):
            block = places[at : at + BLOCK]
            kept = self.kept_draws(used[0], starts, block)
            for curve in used[1:]:
                kept += self.kept_draws(curve, starts, block)
            counted = self._capped(kept, used, starts, block)
            total[at : at + BLOCK] = self.monthly_value @ counted
        return total

    def _capped(
        self, kept: Floats, used: Sequence[str], starts: Mapping[str, int], draws: slice | Ints
    ) -> Floats:
        """(horizon, n_draws) what counts of revenue kept: no more than was lost, in margin where
        segments differ; growth comes on top. `kept` is used up.
        """
        if self.earned and used:
            by_curve = [self.kept_draws(c, starts, draws, self.shape(c)) for c in used]
            counted = np.asarray(np.sum(by_curve, axis=0) * self._allowed(kept))
        else:
            counted = np.minimum(kept, self.churned_revenue, out=kept)
        for curve in used:
            if curve in self.growth:
                height = self._height_draws(curve, starts, draws, self.shape(curve))
                counted = counted + self.growth[curve][1][draws] * self.overlap * height
        return counted

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
        factors = discount_factors(self.settings.discount, self.settings.horizon)
        return float(self.cost({id: start}) @ factors)

    def cost_of_draws(self, starts: Mapping[str, int], draws: slice | Ints = ALL) -> Floats:
        """(n_draws,) present value of all costs."""
        some = next(iter(self.cost_draws.values()), np.zeros(0))
        total = np.zeros(len(some[draws]))
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
        benefit = self.margin / 12.0 * self._capped(kept, used, starts, draws)
        benefit = benefit + self.saved(starts)[:, None]
        return np.concatenate([np.zeros((1, n)), benefit]) - cost

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
