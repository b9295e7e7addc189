"""The figures behind the workbook's formulas, and what those formulas come to.

The formulas are the workbook; the values here only stand in their cells until a program
recalculates, so that a previewer shows the right number. Each function mirrors one row of the
sheets "Flows" and "Alone".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxcase.estimate import Floats
from cxcase.export.workbook.segments import SegmentRow, parts_of, segments_of
from cxcase.report import words
from cxcase.report.result import Report

WIDTH = 60  # months laid out, so that the horizon can be lengthened in the workbook


@dataclass(frozen=True)
class CurveRow:
    """A money curve: at `lifts` (k,) points it is worth per_point * shape (k,) a year."""

    name: str
    label: str
    lifts: Floats
    shape: Floats
    per_point: float
    headroom: float
    parts: Floats | None = None  # (k, segments) of the shape, where segments have rows
    growth: float | None = None  # what those who stay pay more a year for one point; None: unknown


@dataclass(frozen=True)
class StepRow:
    """A step. `curves` index `Money.curves`, none where it can't be priced; `start` is its calendar
    month, `after` the rows of its prerequisites, `npv_in_app` what the app printed for it alone."""

    id: str
    curves: tuple[int, ...]
    through_ex: bool
    one_off: float
    yearly: float
    deliver: int
    lift: float
    after: tuple[int, ...]
    chosen: bool
    start: int
    npv_in_app: float | None
    saving: float = 0.0
    cash: bool = False  # it leaves less to pay


@dataclass(frozen=True)
class Money:
    """Everything the live formulas read."""

    curves: tuple[CurveRow, ...]
    steps: tuple[StepRow, ...]
    margin: float
    discount: float
    horizon: int
    ramp: int
    half_life: float
    adoption: float
    overlap: float
    ex_to_cx: float | None
    lost: float  # revenue lost a year: no plan keeps more
    segments: tuple[SegmentRow, ...] = ()  # with a margin each, where customers are in segments
    count_growth: bool = False

    @property
    def knows_growth(self) -> bool:
        """True where growth was measured, so that it can be switched on."""
        return any(curve.growth is not None for curve in self.curves)

    @property
    def saves(self) -> bool:
        """True where any step saves something."""
        return any(step.saving for step in self.steps)

    @property
    def months(self) -> Floats:
        """Flow indexes 0..width laid out on the sheets."""
        return np.arange(max(WIDTH, self.horizon) + 1, dtype=float)


def money_of(report: Report) -> Money | None:
    """The `Money` of a report, or None when no step could be priced."""
    returns = report.returns
    if returns is None or returns.model is None:
        return None
    if all(s.npv is None for s in returns.steps):
        return None
    model = returns.model
    chosen = report.plan.chosen if report.plan else ()
    names = list(dict.fromkeys(name for s in returns.steps for name in s.curves))
    segments = segments_of(report, [model.curves[name] for name in names])
    curves = tuple(_curve_row(report, model.curves[name], model, segments) for name in names)
    rows = {s.step.id: i for i, s in enumerate(returns.steps)}
    steps = tuple(_step_row(s, names, rows, s.step.id in chosen) for s in returns.steps)
    settings = model.settings
    money = Money(
        curves=curves,
        steps=steps,
        margin=settings.margin if segments else model.margin,
        discount=settings.discount,
        horizon=settings.horizon,
        ramp=settings.ramp_months,
        half_life=settings.half_life_months,
        adoption=settings.adoption,
        overlap=model.overlap,
        ex_to_cx=model.ex_to_cx,
        lost=model.churned_revenue,
        segments=segments,
        count_growth=settings.count_expansion,
    )
    return replace(money, steps=_started(report, money))


def _started(report: Report, money: Money) -> tuple[StepRow, ...]:
    """The steps with the month each starts in: the plan's, else the first it can start in."""
    planned = dict(report.plan.start_month) if report.plan else {}
    return tuple(
        replace(step, start=planned.get(step.id, first))
        for step, first in zip(money.steps, earliest(money), strict=True)
    )


def _curve_row(
    report: Report, curve: Any, model: Any, segments: tuple[SegmentRow, ...]
) -> CurveRow:
    share = report.link.growth_per_kept if report.link else None
    if not curve.per_point.value > 0:
        share = None
    return CurveRow(
        name=curve.name,
        label=_curve_label(curve, model.metric_curve),
        lifts=np.asarray(curve.lifts),
        shape=np.asarray(curve.shape),
        per_point=float(curve.per_point.value),
        headroom=float(curve.headroom),
        parts=parts_of(curve, segments),
        growth=None if share is None else share * float(curve.per_point.value),
    )


def _curve_label(curve: Any, metric: str) -> str:
    """What a curve is about: the metric or a moment, and of which teams where it is a part."""
    about: str = curve.about
    if about == metric:
        about = words.metric(about).capitalize()
    if curve.whole:
        return words.part_of(about, curve.teams, curve.others)
    return about


def _step_row(priced: Any, names: list[str], rows: dict[str, int], chosen: bool) -> StepRow:
    """A step with its curves and prerequisites as indexes; where it starts is not known yet."""
    step = priced.step
    return StepRow(
        id=step.id,
        curves=tuple(names.index(curve) for curve in priced.curves),
        through_ex=step.acts_on == "ex",
        one_off=step.one_off_cost,
        yearly=step.yearly_cost,
        deliver=step.months_to_deliver,
        lift=step.lift_likely,
        after=tuple(rows[id] for id in step.needs if id in rows),
        chosen=chosen,
        start=1,
        npv_in_app=priced.npv.base if priced.npv else None,
        saving=step.saving_per_year,
        cash=step.cash_releasing,
    )


def earliest(money: Money) -> list[int]:
    """The first month each step can start in: 1, or as its latest prerequisite is delivered.

    Prerequisites that go round in a circle are ignored from the second visit on.
    """

    def start(i: int, seen: frozenset[int]) -> int:
        before = [n for n in money.steps[i].after if n not in seen]
        return max([1, *(start(n, seen | {n}) + money.steps[n].deliver for n in before)])

    return [start(i, frozenset({i})) for i in range(len(money.steps))]


def circular(money: Money) -> bool:
    """True when prerequisites go round in a circle, so that start months cannot be formulas."""

    def reaches(i: int, goal: int, seen: frozenset[int]) -> bool:
        return any(
            n == goal or (n not in seen and reaches(n, goal, seen | {n}))
            for n in money.steps[i].after
        )

    return any(reaches(i, i, frozenset()) for i in range(len(money.steps)))


def share(money: Money, step: StepRow, start: int) -> Floats:
    """(months,) share of the full lift reached, from start to horizon: adoption x ramp x decay."""
    month = money.months
    since = month - start + 1 - step.deliver
    if money.ramp == 0:
        ramp = (since > 0).astype(float)
    else:
        ramp = np.clip(since / money.ramp, 0, 1)
    decay = 0.5 ** (np.maximum(0, since - money.ramp) / money.half_life)
    return np.where((month >= start) & (month <= money.horizon), money.adoption * ramp * decay, 0.0)


def full_lift(money: Money, step: StepRow) -> float:
    """The step's lift at full effect in points of its curve; EX points become the metric's."""
    if step.through_ex:
        return step.lift * (money.ex_to_cx or 0.0)
    return step.lift


def headroom_left(money: Money, step: StepRow, curve: CurveRow, reached: Floats) -> Floats:
    """1 - L/H of the lift reached, never below 0: the share of the headroom left to other steps."""
    return 1 - np.minimum(full_lift(money, step) * reached, curve.headroom) / curve.headroom


def combined(curve: CurveRow, left: Floats) -> Floats:
    """The lift H(1 - prod(1 - L/H)) that steps reach together; left is that product."""
    return curve.headroom * (1 - left)


def kept(curve: CurveRow, lift: Floats) -> Floats:
    """Revenue kept a year at each lift: linear between knots, flat past the last.

    Below zero the first slope goes on.
    """
    value = curve.per_point * curve.shape
    first = (value[1] - value[0]) / (curve.lifts[1] - curve.lifts[0])
    return np.where(lift < 0, lift * first, np.interp(lift, curve.lifts, value))


def earned(money: Money, curve: CurveRow, lift: Floats) -> Floats:
    """The same times each segment's margin: what a year of that revenue earns."""
    if curve.parts is None:
        return money.margin * kept(curve, lift)
    margins = np.array([row.margin for row in money.segments])
    return kept(replace(curve, shape=curve.parts @ margins), lift)


def earned_a_month(money: Money, revenue: Floats, earns: Floats) -> Floats:
    """Margin a month of revenue that earns so much a year, capped at what was lost."""
    all_of_it = money.overlap * revenue
    return money.overlap * earns * (money.lost / np.maximum(all_of_it, money.lost)) / 12


def counted(money: Money, revenue: Floats) -> Floats:
    """Revenue kept a year on all curves together, after overlap, never more than was lost."""
    return np.minimum(money.overlap * revenue, money.lost)


def benefit(money: Money, revenue: Floats) -> Floats:
    """Margin a month of revenue kept a year."""
    return money.margin / 12 * revenue


def grown(money: Money, values: dict[int, Floats]) -> Floats:
    """Margin a month on growth. values: curve -> revenue kept a year, or what it earns."""
    total = np.zeros(len(money.months))
    for c, kept_a_year in values.items():
        curve = money.curves[c]
        if curve.growth is not None:
            total += kept_a_year * curve.growth / curve.per_point
    margin = 1.0 if money.segments else money.margin
    return float(money.count_growth) * margin * money.overlap * total / 12


def saving(step: StepRow, share: Floats) -> Floats:
    """What the step saves in each month, where that leaves less to pay."""
    return float(step.cash) * step.saving / 12 * share


def cost(money: Money, step: StepRow, start: int) -> Floats:
    """Cash out at each month's end: one-off cost at the start, then yearly cost by twelfths."""
    month = money.months
    if start > money.horizon:
        return np.zeros(len(month))
    running = (month >= start) & (month <= money.horizon)
    once = np.where(month == start - 1, step.one_off, 0.0)
    return once + np.where(running, step.yearly / 12, 0.0)


def discount(money: Money) -> Floats:
    """What one unit of money at the end of each month is worth today; 0 past the horizon."""
    factor = (1 + money.discount) ** (-money.months / 12)
    return np.where(money.months <= money.horizon, factor, 0.0)


def first_year_share(start: int) -> float:
    """Share of a yearly cost that falls in the plan's first 12 months."""
    return max(0, 13 - start) / 12
