"""Models of a few steps on a few draws, small enough to enumerate, and random companies."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from cxcase.budget import (
    Capacity,
    FixedBudget,
    PeriodBudget,
    Plan,
    fit_budget,
)
from cxcase.estimate import Estimate
from cxcase.link import Curve
from cxcase.moments import Counterfactual, Moments
from cxcase.recommend import Step
from cxcase.roi import Flows, Model, Npv, Returns, StepReturn
from cxcase.settings import Settings

DRAWS = 8


HORIZON = 18


def a_step(id: str, on: tuple[str, ...] = ("A",), **other: object) -> Step:
    fixed: dict[str, object] = {
        "title": id, "acts_on": "moment", "moments": on, "one_off_cost": 10.0, "yearly_cost": 0.0,
        "cost_low": 9.0, "cost_high": 13.0, "months_to_deliver": 1, "lift_low": 0.1,
        "lift_likely": 0.4, "lift_high": 0.7, "lift_assumed": False, "cost_assumed": False,
        "needs": (), "excludes": (), "part_of": None, "owner": None, "pnl_line": None,
        "effort_days": 5.0, "mandatory": False, "evidence_grade": "C", "evidence": (),
    }  # fmt: skip
    return Step(**{"id": id, **fixed, **other})


def a_curve(name: str, worth: float, draws: np.ndarray, headroom: float = 2.0) -> Curve:
    knots = np.array([0.0, 0.5, 1.0, 2.0, 3.0])
    shape = np.array([0.0, 0.55, 1.0, 1.7, 2.1])
    return Curve(name, knots, shape, Estimate(worth, None, None, "GBP per year"), draws, headroom)


def a_model(
    steps: list[Step],
    rng: np.random.Generator,
    curves: tuple[str, ...] = ("A",),
    *,
    sure: bool = False,
) -> Model:
    """A model with a few draws, or with draws that all equal the base when `sure`."""

    def around(value: float, sd: float) -> np.ndarray:
        return value + (0.0 if sure else sd) * rng.standard_normal(DRAWS)

    worths = {name: 100.0 * (1 + k) for k, name in enumerate(curves)}
    given: dict[str, object] = {
        "settings": Settings(horizon=HORIZON, ramp_months=2, margin=0.5),
        "curves": {
            name: a_curve(name, worth, around(worth, 0.3 * worth)) for name, worth in worths.items()
        },
        "metric_curve": None,
        "ex_to_cx": None,
        "ex_to_cx_draws": None,
        "overlap": 0.9,
        "lift_draws": {s.id: around(s.lift_likely, 0.2) for s in steps},
        "cost_draws": {s.id: np.exp(around(0.0, 0.1)) for s in steps},
        "average_revenue": 100.0,
        "churned_revenue": 1e9,
        "steps": {s.id: s for s in steps},
        "moves": {s.id: s.moments for s in steps},
    }
    return Model(**given)


def returns_of(model: Model) -> Returns:
    def of(step: Step) -> StepReturn:
        alone = {step.id: 1}
        flows: Flows = model.flows(alone)
        npv = Npv.of(flows.npv, model.npv_draws(alone))
        refused = None if model.moves[step.id] else "not_priced"
        return StepReturn(
            step, model.moves[step.id], npv, 0.5, flows.payback, flows.discounted_payback, None,
            flows.roi, None, None, flows.benefit[1:], flows.cost, refused,
        )  # fmt: skip

    return Returns("returns", tuple(of(step) for step in model.steps.values()), model, 1.0, ())


def no_moments(counterfactual: Counterfactual | None = None) -> Moments:
    return Moments("moments", "index", (), None, {}, counterfactual, 0.9, None, ())


def planned(model: Model, amount: float | None) -> Plan:
    return fit_budget(
        returns_of(model), FixedBudget(amount) if amount is not None else None, no_moments()
    )


def a_company(rng: np.random.Generator) -> Model:
    """Up to 5 steps on up to 2 curves with needs, exclusions, duties, harm; some points are worth
    less than nothing.
    """
    n = int(rng.integers(2, 6))
    curves = ("A", "B")[: int(rng.integers(1, 3))]
    steps = []
    for k in range(n):
        on = rng.choice(curves, size=int(rng.integers(1, len(curves) + 1)), replace=False)
        needs = (f"S{int(rng.integers(0, k))}",) if k and rng.random() < 0.35 else ()
        steps.append(
            a_step(
                f"S{k}",
                tuple(map(str, on)),
                one_off_cost=float(rng.integers(1, 30)),
                yearly_cost=float(rng.integers(0, 15)),
                months_to_deliver=int(rng.integers(0, 5)),
                lift_likely=float(rng.uniform(-0.2, 1.4)),
                needs=needs,
                mandatory=bool(rng.random() < 0.05),
            )
        )
    for a, b in itertools.combinations(range(n), 2):
        if rng.random() < 0.15 and steps[a].id not in steps[b].needs:
            steps[a] = dataclasses.replace(steps[a], excludes=(*steps[a].excludes, steps[b].id))
            steps[b] = dataclasses.replace(steps[b], excludes=(*steps[b].excludes, steps[a].id))
    model = a_model(steps, rng, curves)
    if rng.random() < 0.3:
        wide = {n: a_curve(n, 100.0, 100 + 90 * rng.standard_normal(DRAWS)) for n in curves}
        model = dataclasses.replace(model, curves=wide)
    extra = np.random.default_rng(int(1e6 * abs(steps[0].lift_likely)))
    if extra.random() < 0.3:
        model = with_more_benefits(model, extra)
    return model


def with_more_benefits(model: Model, rng: np.random.Generator) -> Model:
    """The model with savings, of which some leave less to pay, and with growth counted."""
    steps = {
        id: dataclasses.replace(
            step,
            saving_per_year=float(rng.integers(0, 20)),
            saving_kind="other",
            cash_releasing=bool(rng.random() < 0.7),
        )
        for id, step in model.steps.items()
    }
    growth = {name: (20.0, 20.0 + 60.0 * rng.standard_normal(DRAWS)) for name in model.curves}
    return dataclasses.replace(model, steps=steps, growth=growth)


def some_periods(model: Model, rng: np.random.Generator) -> PeriodBudget:
    whole = sum(s.one_off_cost + s.yearly_cost for s in model.steps.values())
    amounts = tuple(float(a) for a in rng.uniform(0.05, 0.6, size=int(rng.integers(2, 4))) * whole)
    every = "quarter" if rng.random() < 0.6 else "year"
    fiscal, begins = (int(m) for m in rng.integers(1, 13, 2))
    return PeriodBudget(amounts, every, fiscal, begins, bool(rng.random() < 0.5))


def a_team(model: Model, rng: np.random.Generator) -> Capacity:
    effort = {id: float(rng.integers(0, 30)) for id in model.steps}
    return Capacity("Ops", float(rng.integers(5, 25)), effort)
