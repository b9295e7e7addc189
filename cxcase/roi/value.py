"""`value_steps`: each step on its own, month by month, with its draws.

And what it costs to do nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial

import numpy as np
from scipy.optimize import brentq

from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.intake import Base
from cxcase.link import Link
from cxcase.moments import Moments
from cxcase.recommend import LiftEvidence, Step, Steps
from cxcase.roi.build_model import Built, build_model
from cxcase.roi.flow_formulas import discount_factors, step_cost
from cxcase.roi.gates import gates_of
from cxcase.roi.input_draws import lift_draws
from cxcase.roi.kept_results import Kept, Priced
from cxcase.roi.margins import Margins
from cxcase.roi.result import Npv, Returns, StepReturn
from cxcase.roi.step_flows import Model
from cxcase.roi.what_would import what_would
from cxcase.roi.whole_customers import whole_customers
from cxcase.roi.yearly_benefits import YearlyBenefits
from cxcase.settings import Settings
from cxcase.version import CODE


def value_steps(
    steps: Steps, link: Link, moments: Moments, base: Base | None, settings: Settings
) -> Returns:
    """Every step's money on its own, started in month 1, in the sheet's order.

    Steps without a curve say why. Without a base, or when no step at all can be priced, the result
    has no model and `refused` says why.
    """
    key = _key(steps, link, moments, base, settings)
    if base is None:
        why = link.refused or "no_customers"
        unpriced = tuple(_unpriced(step, why, settings) for step in steps.steps)
        return Returns(key, unpriced, None, None, (), why)
    built = build_model(steps, link, moments, base, settings)
    claims = _otherwise(steps, built)
    priced = Priced(built.model)
    returns = tuple(_return_of(step, built, priced, claims) for step in steps.steps)
    refused = None
    if all(item.refused for item in returns):
        refused = returns[0].refused_because if returns else _no_steps(steps)
    return Returns(
        key=key,
        steps=returns,
        model=None if refused else built.model,
        doing_nothing=doing_nothing(base.churned_revenue, settings, Margins.of(base, settings)),
        findings=(*_unknown_segments(base, settings), *built.findings),
        refused=refused,
        gates=gates_of(built.model, moments) if refused is None else (),
        what_would=() if refused else what_would(steps, built.model, link, moments, base, settings),
    )


def _no_steps(steps: Steps) -> str:
    """Why there is nothing to value: all steps wait, or there are none."""
    if steps.waiting:
        return "steps_wait"
    return "no_recommendations"


def _key(steps: Steps, link: Link, moments: Moments, base: Base | None, settings: Settings) -> str:
    """The key of returns: all that they are worked out from."""
    s = settings
    time = (s.discount, s.horizon, s.ramp_months, s.half_life_months)
    finance = (s.margin, s.segment_margins, *time, s.adoption)
    ranges = (s.lift_correlation, s.cost_correlation, s.ranges)
    risk = (s.gate_months, s.risk_mode, s.benefit_cut, s.cost_rise)
    of = (steps.key, link.key, moments.key, base)
    counted = (s.day_rate, s.count_expansion)
    return content_key(*of, finance, *ranges, *counted, *risk, s.seed, CODE)


_KEPT = Kept(2**12)


def _return_of(step: Step, built: Built, priced: Priced, claims: Mapping[str, Npv]) -> StepReturn:
    """A step's own return, or why it has none."""
    if step.id in built.refused:
        return _unpriced(step, built.refused[step.id], built.model.settings)
    asked = ("return", priced.of(step.id))
    found = _KEPT.get(asked, lambda: _valued(built.model, step.id))
    return dataclasses.replace(found, step=step, npv_otherwise=claims.get(step.id))


def _otherwise(steps: Steps, built: Built) -> dict[str, Npv]:
    """Step id -> NPV by the lift that is not used, where evidence says another than the list."""
    apart = [s for s in steps if s.lift_evidence is not None and _differs(s.lift_evidence)]
    others = [_with_other_lift(step) for step in apart if step.id not in built.refused]
    if not others:
        return {}
    model = built.model
    by_id = {step.id: step for step in others}
    priced = Priced(dataclasses.replace(model, steps={**model.steps, **by_id}))

    def npv(id: str) -> Npv:
        drawn = {**model.lift_draws, **lift_draws([by_id[id]], model.settings)}
        other = {**model.steps, id: by_id[id]}
        changed = dataclasses.replace(model, steps=other, lift_draws=drawn)
        return Npv.of(changed.flows({id: 1}).npv, changed.npv_draws({id: 1}))

    return {id: _KEPT.get(("npv", priced.of(id)), partial(npv, id)) for id in by_id}


def _differs(found: LiftEvidence) -> bool:
    return found.weighed != found.claim


def _with_other_lift(step: Step) -> Step:
    if step.lift_evidence is None:
        return step
    low, likely, high = step.lift_evidence.other
    return dataclasses.replace(step, lift_low=low, lift_likely=likely, lift_high=high)


def doing_nothing(
    churned_revenue: float, settings: Settings, margins: Margins | None = None
) -> float:
    """Present value of the margin lost over the horizon at today's churned revenue, no trend."""
    months = discount_factors(settings.discount, settings.horizon)[1:]
    margin = settings.margin if margins is None else margins.lost
    return float(churned_revenue * margin / 12.0 * months.sum())


def _unknown_segments(base: Base, settings: Settings) -> tuple[Finding, ...]:
    """One finding for all margins of segments that the customer list does not have."""
    there = {item.name.casefold().strip() for item in base.segments}
    names = tuple(name for name in settings.segment_margins if name.casefold().strip() not in there)
    if names:
        return (Finding("review", "segment_margin_unused", "customers", {"names": names}),)
    return ()


def _unpriced(step: Step, why: str, settings: Settings) -> StepReturn:
    return StepReturn(
        step=step,
        curves=(),
        npv=None,
        p_npv_positive=None,
        payback_months=None,
        discounted_payback_months=None,
        irr=None,
        roi=None,
        break_even_lift=None,
        break_even_customers=None,
        benefit=np.zeros(settings.horizon),
        cost=step_cost(settings.horizon, 1, step.one_off_cost, step.yearly_cost),
        refused="not_priced",
        refused_because=why,
        effort_cost=effort_cost(step, settings),
    )


def _valued(model: Model, id: str) -> StepReturn:
    alone = {id: 1}
    flows = model.flows(alone)
    draws = model.npv_draws(alone)
    rate, no_rate = flows.irr
    return StepReturn(
        step=model.steps[id],
        curves=model.moves[id],
        npv=Npv.of(flows.npv, draws),
        p_npv_positive=float(np.mean(draws > 0)),
        payback_months=flows.payback,
        discounted_payback_months=flows.discounted_payback,
        irr=rate,
        roi=flows.roi,
        break_even_lift=break_even_lift(model, id),
        break_even_customers=whole_customers(customers_that_pay(model, id)),
        benefit=flows.benefit[1:],
        cost=flows.cost,
        irr_reason=no_rate,
        mirr=flows.mirr if no_rate == "multiple" else None,
        bcr=flows.bcr,
        effort_cost=effort_cost(model.steps[id], model.settings),
        single=model.single(flows),
        customers_at_risk=model.customers_at_risk((id,)),
        benefits=YearlyBenefits.of(model, (id,)),
    )


def effort_cost(step: Step, settings: Settings) -> float | None:
    """What the step's own days cost at the day rate; None without days or rate.

    Shown apart, never in an NPV.
    """
    if step.effort_days is None or settings.day_rate is None:
        return None
    return step.effort_days * settings.day_rate


def break_even_lift(model: Model, id: str) -> float | None:
    """The likely lift, in points of the scale the step acts on, at which its base NPV is 0.

    Found by bracketing between 0 and the lift that uses up the headroom; None when not even that
    pays back.
    """
    step = model.steps[id]

    def npv(lift: float) -> float:
        changed = dataclasses.replace(step, lift_likely=lift)
        return dataclasses.replace(model, steps={id: changed}).flows({id: 1}).npv

    per_point = model.adopted_points(step)
    if npv(0.0) >= 0:
        return 0.0
    if per_point <= 0:
        return None
    moved = [model.curves[name] for name in model.moves[id]]
    most = max(min(curve.headroom, float(curve.lifts[-1])) for curve in moved) / per_point
    if npv(most) >= 0:
        return float(brentq(npv, 0.0, most, xtol=1e-12))
    return None


def customers_that_pay(model: Model, id: str) -> float | None:
    """How many average customers must stay, a year on average over the horizon, for base NPV = 0.

    Not rounded.

    They are taken to arrive with the step's own delivery, ramp and decay and to bring the average
    customer's margin; the money curve plays no part, so that a manager can hold the figure against
    the number of customers at risk. None when the step is delivered too late to keep anybody.
    """
    profile = model.reach(id, 1)
    if model.customer_worth * model.margin <= 0 or profile.sum() <= 0:
        return None
    worth_of_one = model.customer_worth * float(model.monthly_value @ (profile / profile.mean()))
    return max(0.0, model.pv_cost(id, 1) - model.pv_saved({id: 1})) / worth_of_one
