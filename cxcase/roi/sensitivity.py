"""What decides a plan's NPV: tornado, shares of the variance, switching values, EVPI and EVPPI.

Inputs are named (kind, of): ("worth", curve), ("lift", step id), ("cost", step id) and ("path",
"ex_to_cx"), and ("growth", "growth") where growth is counted.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm, rankdata

from cxcase.estimate import Floats
from cxcase.roi.input_draws import cost_draws, lift_draws
from cxcase.roi.step_flows import Model
from cxcase.roi.whole_customers import whole_customers
from cxcase.stats.shapley import lmg

Kind = Literal["worth", "growth", "lift", "cost", "path"]
Input = tuple[Kind, str]
CORRELATIONS = (0.0, 0.3, 0.6)
DEGREE = 5  # of the polynomial in an input's normal score that expects NPV given the input


@dataclass(frozen=True)
class Swing:
    """Base NPV with one input at its P10 and at its P90, all others likely."""

    kind: Kind
    of: str
    low_input: float  # P10, in the input's own unit; a cost as a multiple of the likely one
    high_input: float
    npv_low: float
    npv_high: float

    @property
    def size(self) -> float:
        """How far NPV moves between the two."""
        return abs(self.npv_high - self.npv_low)


@dataclass(frozen=True)
class Driver:
    """What one input does to the spread of NPV over the draws.

    rank2: squared rank correlation, which counts what inputs share several times. share: of the
    variance of the ranks, averaged over all orders of entry, so that shares add up. evppi: what
    knowing it beforehand would be worth.
    """

    kind: Kind
    of: str
    rank2: float
    share: float
    evppi: float


@dataclass(frozen=True)
class Switch:
    """Switching values, at which base NPV is 0: shares of what is planned, None where none is."""

    lifts: float | None  # of all lifts at once
    worth: float | None  # of the worth of a point
    costs: float | None  # of all costs
    margin: float | None  # the margin itself
    delay_months: int | None  # the longest that benefits may come later, costs as planned
    customers: int | None  # whole average customers a year that must stay
    customers_at_risk: float | None  # customers lost a year among those its moments are about


@dataclass(frozen=True)
class Sensitivity:
    """All that decides a set of steps, largest first."""

    swings: tuple[Swing, ...]
    drivers: tuple[Driver, ...]
    rank2_sum: float
    explained: float  # sum of the shares: of the variance of NPV's ranks
    switch: Switch
    evpi: float  # the most that certainty about everything is worth before deciding
    p_by_correlation: Mapping[float, float]  # correlation of lifts and of costs -> P(NPV > 0)

    @classmethod
    def of(cls, model: Model, starts: Mapping[str, int]) -> Sensitivity:
        """What decides these started steps; at least one, all on the model's curves."""
        return sensitivity(model, starts)


def sensitivity(model: Model, starts: Mapping[str, int]) -> Sensitivity:
    """What decides these steps (id -> start month); at least one, all on the model's curves."""
    npv = model.npv_draws(starts)
    drawn = inputs(model, starts)
    drivers = _drivers(npv, drawn, model.settings.seed)
    return Sensitivity(
        swings=tuple(sorted(_swings(model, starts, drawn), key=lambda s: -s.size)),
        drivers=drivers,
        rank2_sum=math.fsum(d.rank2 for d in drivers),
        explained=math.fsum(d.share for d in drivers),
        switch=switch(model, starts),
        evpi=evpi(npv),
        p_by_correlation={rho: _p_at(model, starts, rho) for rho in CORRELATIONS},
    )


def inputs(model: Model, starts: Mapping[str, int]) -> dict[Input, Floats]:
    """Every uncertain input these steps use, over draws (n_draws,)."""
    found: dict[Input, Floats] = {}
    for about in dict.fromkeys(
        c.about for name, c in model.curves.items() if model.on_curve(name, starts)
    ):
        found["worth", about] = np.sum(
            [c.per_point_draws for c in model.curves.values() if c.about == about], axis=0
        )
    growth = next((model.growth[c] for c in model.growth if model.on_curve(c, starts)), None)
    if growth is not None and growth[0]:
        found["growth", "growth"] = growth[1] / growth[0]  # one draw behind all curves
    if model.ex_to_cx_draws is not None and any(
        model.steps[id].acts_on == "ex" and model.moves[id] for id in starts
    ):
        found["path", "ex_to_cx"] = model.ex_to_cx_draws
    found |= {("lift", id): model.lift_draws[id] for id in starts if model.moves[id]}
    found |= {("cost", id): model.cost_draws[id] for id in starts}
    return {name: draws for name, draws in found.items() if np.ptp(draws) > 0}


def _set(model: Model, kind: Kind, of: str, value: float) -> Model:
    """The model with one input at a value, its base flows with it."""
    if kind == "worth":
        changed = {
            name: dataclasses.replace(
                curve, per_point=dataclasses.replace(curve.per_point, value=value * curve.share)
            )
            for name, curve in model.curves.items()
            if curve.about == of
        }
        return dataclasses.replace(model, curves={**model.curves, **changed})
    if kind == "growth":
        grown = {name: (base * value, draws) for name, (base, draws) in model.growth.items()}
        return dataclasses.replace(model, growth=grown)
    if kind == "path":
        return dataclasses.replace(model, ex_to_cx=value)
    step = model.steps[of]
    if kind == "lift":
        step = dataclasses.replace(step, lift_likely=value)
    else:
        once = step.one_off_cost * value
        yearly = step.yearly_cost * value
        step = dataclasses.replace(step, one_off_cost=once, yearly_cost=yearly)
    return dataclasses.replace(model, steps={**model.steps, of: step})


def _swings(model: Model, starts: Mapping[str, int], drawn: Mapping[Input, Floats]) -> list[Swing]:
    swings = []
    for (kind, of), draws in drawn.items():
        low, high = (float(q) for q in np.quantile(draws, [0.1, 0.9]))
        npv = [_set(model, kind, of, value).flows(starts).npv for value in (low, high)]
        swings.append(Swing(kind, of, low, high, *npv))
    return swings


def _drivers(npv: Floats, drawn: Mapping[Input, Floats], seed: int) -> tuple[Driver, ...]:
    if not drawn or np.ptp(npv) == 0:
        return ()
    ranks = np.array([rankdata(x) for x in (*drawn.values(), npv)])
    correlation = np.corrcoef(ranks)
    shares = lmg(correlation, len(drawn), [[k] for k in range(len(drawn))], seed=seed).phi
    rows = [
        Driver(
            kind, of, float(correlation[k, -1] ** 2), float(shares[k]), evppi(npv, drawn[kind, of])
        )
        for k, (kind, of) in enumerate(drawn)
    ]
    return tuple(sorted(rows, key=lambda d: -d.share))


def evpi(npv: Floats) -> float:
    """EVPI, what certainty before deciding is worth: E[max(NPV, 0)] - max(E[NPV], 0).

    npv (n_draws,).
    """
    return float(np.maximum(npv, 0.0).mean() - max(float(npv.mean()), 0.0))


def evppi(npv: Floats, one_input: Floats) -> float:
    """What knowing one input before deciding is worth, over draws (n_draws,).

    A pilot that costs more cannot pay. NPV given the input is a polynomial in the input's normal
    score. Source: Strong, Oakley & Brennan 2014, Medical Decision Making 34, 311-326.
    """
    score = norm.ppf((rankdata(one_input) - 0.5) / len(one_input))
    basis = np.polynomial.hermite_e.hermevander(score, DEGREE)
    expected = basis @ np.linalg.lstsq(basis, npv, rcond=None)[0]
    return max(0.0, evpi(expected))


def switch(model: Model, starts: Mapping[str, int]) -> Switch:
    """Where base NPV of these steps turns, each taken alone."""
    flows = model.flows(starts)
    lift = _root(lambda share: _all_lifts(model, share).flows(starts).npv, model, starts)
    saved = model.pv_saved(starts)
    earned = flows.pv_benefit - saved
    worth = max(0.0, flows.pv_cost - saved) / earned if earned > 0 else None
    return Switch(
        lifts=lift,
        worth=worth,
        costs=flows.bcr,
        margin=_margin_of(model, starts) * worth if worth is not None else None,
        delay_months=_delay(model, starts),
        customers=whole_customers(_customers(model, starts)),
        customers_at_risk=model.customers_at_risk(starts),
    )


def _margin_of(model: Model, starts: Mapping[str, int]) -> float:
    """The margin of the revenue that these steps keep: the one, or the mean over segments kept."""
    if not model.earned:
        return model.margin
    flows = model.flows(starts)
    revenue = np.sum([model.kept(curve, starts) for curve in model.curves], axis=0)
    kept = float(np.minimum(revenue, model.churned_revenue) @ flows.factors[1:]) / 12.0
    if kept > 0:
        return float(model.retained(starts) @ flows.factors[1:]) / kept
    return model.average_margin


def _all_lifts(model: Model, share: float) -> Model:
    changed = {
        id: dataclasses.replace(s, lift_likely=s.lift_likely * share)
        for id, s in model.steps.items()
    }
    return dataclasses.replace(model, steps=changed)


def _root(npv: Callable[[float], float], model: Model, starts: Mapping[str, int]) -> float | None:
    """The share of the lifts at which NPV is 0: below 1 for steps that pay, above for others."""
    if npv(0.0) >= 0:
        return 0.0
    lifts = [model.lift(id) for id in starts if model.moves[id] and model.lift(id) > 0]
    room = [model.curves[c].headroom for c in model.curves if model.on_curve(c, starts)]
    most = max(1.0, max(room, default=0.0) / min(lifts, default=math.inf))
    if npv(most) >= 0:
        return float(brentq(npv, 0.0, most, xtol=1e-10))
    return None


def _delay(model: Model, starts: Mapping[str, int]) -> int | None:
    """Months by which all benefits may come later, costs as planned, with base NPV at least 0."""
    flows = model.flows(starts)
    late = [
        float(
            np.concatenate([np.zeros(by), flows.benefit[: len(flows.benefit) - by]]) @ flows.factors
        )
        for by in range(len(flows.benefit))
    ]
    fine = [by for by, benefit in enumerate(late) if benefit >= flows.pv_cost]
    if fine:
        return fine[-1]
    return None


def _customers(model: Model, starts: Mapping[str, int]) -> float | None:
    """Average customers a year that must stay for base NPV = 0, arriving as the benefits do."""
    flows = model.flows(starts)
    profile = np.maximum(model.retained(starts), 0.0)
    if model.customer_worth * model.margin <= 0 or profile.sum() <= 0:
        return None
    return max(0.0, flows.pv_cost - model.pv_saved(starts)) / (
        model.customer_worth * float(model.monthly_value @ (profile / profile.mean()))
    )


def _p_at(model: Model, starts: Mapping[str, int], rho: float) -> float:
    """P(NPV > 0) when lifts correlate by rho among themselves, and costs among themselves."""
    settings = dataclasses.replace(model.settings, lift_correlation=rho, cost_correlation=rho)
    steps = [model.steps[id] for id in starts]
    drawn = dataclasses.replace(
        model,
        lift_draws=lift_draws(steps, settings),
        cost_draws=cost_draws(steps, settings),
        settings=settings,
    )
    return float(np.mean(drawn.npv_draws(starts) > 0))
