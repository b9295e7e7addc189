"""Why a step is not in the plan: one code each, the first that holds."""

from __future__ import annotations

from cxcase.budget.price import Prices
from cxcase.budget.result import LeftOut


def left_out(prices: Prices, chosen: frozenset[str], budget: float, unpriced: frozenset[str]) -> tuple[LeftOut, ...]:
    """A reason for every step outside the plan, in the sheet's order."""
    return tuple(_why(prices, id, chosen, budget, unpriced) for id in prices.ids if id not in chosen)


def needed_for(prices: Prices, id: str) -> frozenset[str]:
    """The step and everything that must be delivered before it."""
    steps, found, waiting = prices.model.steps, set(), [id]
    while waiting:
        this = waiting.pop()
        if this in steps and this not in found:
            found.add(this)
            waiting.extend(steps[this].needs)
    return frozenset(found)


def _why(prices: Prices, id: str, chosen: frozenset[str], budget: float, unpriced: frozenset[str]) -> LeftOut:
    if id in unpriced:
        return LeftOut(id, "not_priced")
    steps = prices.model.steps
    missing = needed_for(prices, id) - chosen - {id}
    shut = next((c for k in sorted(missing | {id}) for c in steps[k].excludes if c in chosen), None)
    if shut is not None:
        return LeftOut(id, "excluded", shut)
    first = next((need for need in prices.ids if need in missing), None)
    together = sum(prices.spend[k] for k in missing | {id})
    if prices.spend[id] > budget:
        return LeftOut(id, "over_budget")
    if together > budget:
        return LeftOut(id, "needs", first)
    with_it = chosen | missing | {id}
    if prices.value(with_it) > prices.value(chosen):
        return LeftOut(id, "better_elsewhere")
    # On top of the plan it adds nothing; is that its own doing, or what it needs first?
    own = prices.value(with_it) - prices.value(with_it - {id})
    return LeftOut(id, "needs", first) if first is not None and own > 0 else LeftOut(id, "no_value")
