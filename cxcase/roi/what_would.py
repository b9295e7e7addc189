"""When no step pays: what would have to be different about each, and where it would pay alone."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from cxcase.intake import Base
from cxcase.link import Link
from cxcase.moments import Moments
from cxcase.recommend import CostRule, Cutting, Part, Step, Steps, TeamStake
from cxcase.roi.build_model import Built, build_model, growth_of
from cxcase.roi.step_flows import Model
from cxcase.settings import Settings
from cxcase.stats.draws import normals

MOST = 12  # steps that are looked at, those nearest to paying first
_EXACT = 1e-4  # of a factor on a lift


@dataclass(frozen=True)
class Alone:
    """The teams in which a step pays by itself: its part there, with expected NPV and the chance
    that it pays back. The teams are chosen by revenue and room of their customers alone, at the
    company's own slope, so that none is there because its slope happens to look steep.
    """

    part: Part
    npv: float
    chance: float
    believed: float = 1.0  # of what their answers say, the share that is counted


@dataclass(frozen=True)
class WhatWould:
    """What would make a step pay, in expectation, all else as it is.

    cost_factor    what its costs would have to be multiplied by, at most (below 1); None where it
                   keeps nothing
    lift_at_least  the likely lift that it would have to have; None where no lift reaches it
    alone          the teams or segments in which it pays by itself; None where there are none
    with_growth    expected NPV with growth of those who stay; None where it is counted, or unknown
    save_at_least  what it would have to save a year, so that less is to pay; None where it saves
                   nothing before the horizon
    """

    step: str
    cost_factor: float | None
    lift_at_least: float | None
    alone: Alone | None
    with_growth: float | None = None
    save_at_least: float | None = None


def what_would(
    steps: Steps, model: Model, link: Link, moments: Moments, base: Base, settings: Settings
) -> tuple[WhatWould, ...]:
    """What would make steps pay, the nearest first; nothing where one pays as it is."""
    priced = [step for step in steps.steps if model.moves[step.id]]
    benefits: dict[str, float] = {}
    costs: dict[str, float] = {}
    for step in priced:
        benefits[step.id] = float(model.benefit_draws({step.id: 1}).mean())
        costs[step.id] = float(model.cost_of_draws({step.id: 1}).mean())
        if benefits[step.id] > costs[step.id]:
            return ()
    found = sorted(priced, key=lambda step: -_factor(benefits[step.id], costs[step.id]))[:MOST]

    def built(step: Step) -> Built:
        return build_model(Steps("alone", (step,), ()), link, moments, base, settings)

    def alone(step: Step) -> Alone | None:
        cutting = Cutting.of(step, link, moments)
        parts = _parts_that_pay(cutting, benefits[step.id], costs[step.id])
        stakes = {one.name: one for one in (*cutting.teams, *cutting.segments)}
        found = (_as_alone(step, part, stakes, built) for part in parts)
        return next((one for one in found if one is not None), None)

    return tuple(
        WhatWould(
            step.id,
            _factor(benefits[step.id], costs[step.id]) if benefits[step.id] > 0 else None,
            _lift_at_least(model, step, benefits[step.id], costs[step.id]),
            alone(step),
            _with_growth(model, link, step, costs[step.id]),
            _save_at_least(model, step, costs[step.id] - benefits[step.id]),
        )
        for step in found
    )


def _with_growth(model: Model, link: Link, step: Step, cost: float) -> float | None:
    """Expected NPV with growth of those who stay, which nobody counts as yet."""
    growth = growth_of(model.curves, link)
    if model.growth or not growth:
        return None
    counting = dataclasses.replace(model, growth=growth)
    return float(counting.benefit_draws({step.id: 1}).mean()) - cost


def _save_at_least(model: Model, step: Step, gap: float) -> float | None:
    """What it would have to save a year beside what it saves, to close the gap."""
    counted = step.saving_per_year if step.cash_releasing else 0.0
    one = dataclasses.replace(step, saving_per_year=1.0, cash_releasing=True)
    present = dataclasses.replace(model, steps={step.id: one}).pv_saved({step.id: 1})
    return counted + gap / present if present > 0 else None


def _factor(benefit: float, cost: float) -> float:
    """What the cost could be multiplied by so that the step just pays."""
    return benefit / cost if cost > 0 else 0.0


def _lift_at_least(model: Model, step: Step, benefit: float, cost: float) -> float | None:
    """The likely lift, its range in proportion, at which expected NPV is 0."""
    per_point = model.adopted_points(step)
    if benefit <= 0 or step.lift_likely <= 0 or per_point <= 0:
        return None
    room = max(model.curves[name].headroom for name in model.moves[step.id]) / per_point

    def npv(factor: float) -> float:
        draws = {**model.lift_draws, step.id: factor * model.lift_draws[step.id]}
        moved = dataclasses.replace(model, lift_draws=draws)
        return float(moved.benefit_draws({step.id: 1}).mean()) - cost

    most = room / step.lift_likely
    if most <= 1.0 or npv(most) < 0:
        return None
    return step.lift_likely * float(brentq(npv, 1.0, most, xtol=_EXACT))


def _parts_that_pay(cutting: Cutting, benefit: float, cost: float) -> list[Part]:
    """The parts with the teams, and with the segments, in which most is left over when costs fall
    by customers, the one that leaves more first; none where nowhere is anything left.
    """
    kept = benefit * (1.0 - cutting.unnamed)
    by_team = _best(cutting.teams, kept, cost)
    by_segment = _best(cutting.segments, benefit, cost)
    found = []
    if by_team is not None:
        parts = cutting.by_teams(by_team.groups, CostRule())
        found += [(by_team.left, part) for part in parts[:1]]
    if by_segment is not None:
        parts = cutting.by_segments(by_segment.groups, CostRule())
        found += [(by_segment.left, part) for part in parts[:1]]
    return [part for _, part in sorted(found, key=lambda one: -one[0])]


@dataclass(frozen=True)
class _Best:
    """What is left over in the first groups, and they and the others."""

    left: float
    groups: tuple[tuple[str, tuple[str, ...]], ...]


def _best(stakes: Sequence[TeamStake], benefit: float, cost: float) -> _Best | None:
    """The first groups, by money for a customer, that leave most over; None where none does."""
    money = np.array([one.money for one in stakes])
    customers = np.array([one.customers for one in stakes])
    if len(money) < 2 or money.sum() <= 0 or customers.sum() <= 0:
        return None
    left = np.cumsum(benefit * money / money.sum() - cost * customers / customers.sum())
    best = int(np.argmax(left[:-1]))
    if left[best] <= 0:
        return None
    names = tuple(one.name for one in stakes)
    return _Best(float(left[best]), (("", names[: best + 1]), ("", names[best + 1 :])))


def _as_alone(
    step: Step,
    part: Part,
    stakes: Mapping[str, TeamStake],
    built: Callable[[Step], Built],
) -> Alone | None:
    """The part as a step of its own, priced as any step is but for what its teams and segments only
    look like: they were picked because they look best. None where that does not pay.
    """
    likely = part.one_off_cost or part.yearly_cost
    whole = step.one_off_cost or step.yearly_cost
    held = dataclasses.replace(
        step,
        teams=part.teams,
        one_off_cost=part.one_off_cost,
        yearly_cost=part.yearly_cost,
        cost_low=min(likely, step.cost_low / whole * likely) if whole else 0.0,
        cost_high=max(likely, step.cost_high / whole * likely) if whole else 0.0,
        saving_per_year=part.share * step.saving_per_year,
    )
    found = built(held)
    if step.id in found.refused:
        return None
    model = found.model
    picked = [stakes[name] for name in part.teams if name in stakes]
    believed = math.fsum(one.money for one in picked)
    share = believed / (math.fsum(one.measured for one in picked) or believed)
    apart = math.sqrt(math.fsum(one.left for one in picked)) / believed
    off = 1.0 + apart * normals(f"alone:{step.id}", model.settings.seed)
    kept = share * off * model.on_curves_draws({step.id: 1})
    draws = kept + model.pv_saved({step.id: 1}) - model.cost_of_draws({step.id: 1})
    if draws.mean() <= 0:
        return None
    return Alone(part, float(draws.mean()), float(np.mean(draws > 0)), share)
