"""The same plan had one thing been otherwise: begun a year later, or the silent at their lowest."""

from __future__ import annotations

import numpy as np

from cxcase.budget.result import AtSilentLow, Waiting
from cxcase.budget.valuation import Starts, Valuation
from cxcase.estimate import Floats
from cxcase.moments import Moments
from cxcase.roi import Npv

YEAR = 12


def waiting_a_year(valuation: Valuation, starts: Starts, draws: Floats) -> Waiting:
    """What the plan forgoes when each of its steps starts 12 months later.

    Both are discounted to the same day and counted to the same last month. Draws (n_draws,): NPV of
    the plan as it stands.
    """
    later = {id: start + YEAR for id, start in starts.items()}
    lost = draws - valuation.npv_draws(later)
    low, high = np.quantile(lost, [0.1, 0.9])
    rate = valuation.model.settings.discount
    moving = float(draws.mean()) * rate / (1.0 + rate)
    return Waiting(float(lost.mean()), float(low), float(high), moving)


def silent_at_low(
    valuation: Valuation, starts: Starts, base: float, draws: Floats, moments: Moments
) -> AtSilentLow | None:
    """The plan's NPV with silent customers at their lower bound; None without a stake.

    Benefits shrink as the revenue at stake does, costs stay. Base, draws (n_draws,): its NPV as it
    stands.
    """
    share = moments.joint.at_silent_low if moments.joint else None
    if share is None:
        return None
    model = valuation.model
    cost = sum(model.pv_cost(id, start) for id, start in starts.items())
    costs = model.cost_of_draws(starts)
    saved = model.pv_saved(starts)  # hangs on no customer
    lowered = share * (draws + costs - saved) + saved - costs
    npv = Npv.of(share * (base + cost - saved) + saved - cost, lowered)
    return AtSilentLow(share, npv, float(np.mean(lowered > 0)))
