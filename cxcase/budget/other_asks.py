"""What else could be asked for: nothing, the next smaller set of the frontier, the next larger."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cxcase.budget.frontier import TAIL, cvar
from cxcase.budget.result import FrontierPoint, OtherAsk, Plan
from cxcase.budget.valuation import Valuation
from cxcase.roi import Model, Npv


def other_asks(plan: Plan, model: Model) -> Iterator[OtherAsk]:
    """Nothing, the next smaller set, the plan, the next larger, as far as they are there."""
    yield OtherAsk("nothing", 0.0, Npv(0.0, 0.0, 0.0, 0.0, 0.0), None, None, 0.0)
    smaller, larger = plan.neighbours
    valuation = Valuation(model)
    if smaller is not None:
        yield _valued("smaller", smaller, valuation)
    if plan.npv is not None:
        yield OtherAsk(
            "ask",
            plan.spend,
            plan.npv,
            plan.roi,
            plan.p_npv_positive,
            plan.cvar,
            len(plan.chosen),
        )
    if larger is not None:
        yield _valued("larger", larger, valuation)


def _valued(name: str, point: FrontierPoint, valuation: Valuation) -> OtherAsk:
    """A set of the frontier valued over all draws, as the plan is."""
    starts = dict(point.start_month)
    draws = valuation.npv_draws(starts)
    flows = valuation.model.flows(starts)
    npv = Npv.of(flows.npv, draws)
    chance = float(np.mean(draws > 0))
    return OtherAsk(name, point.spend, npv, flows.roi, chance, cvar(draws, TAIL), len(point.chosen))
