"""What started steps are worth on the model's curves, remembered curve by curve."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

import numpy as np

from cxcase.budget.choice import QUARTER, quarter
from cxcase.estimate import Floats
from cxcase.roi import Model
from cxcase.stats.shapley import members, shapley

# of the common draws, evenly spaced: enough to tell sets apart, all draws value what is found
SEARCH_DRAWS = 1024
EXACT_SHARES = 10  # steps on one curve up to which every order of adding them is counted
Starts = Mapping[str, int]  # step id -> the month it starts
_Key = tuple[str, frozenset[tuple[str, int]]]


class Valuation:
    """Expected and drawn present values of started steps.

    `starts` below is always step id -> month.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.ids = tuple(model.steps)
        self.starts = earliest_starts(model)
        self.spend = {id: model.spend(id, self.starts[id]) for id in self.ids}
        n = len(next(iter(model.cost_draws.values())))
        self.search = slice(0, None, max(1, n // SEARCH_DRAWS))
        self._expected: dict[_Key, float] = {}
        self._drawn: dict[_Key, tuple[Floats, Floats]] = {}

    def copy(self) -> Valuation:
        """Valuation that know all that these know; what they learn is theirs alone."""
        other = copy.copy(self)
        other._expected = dict(self._expected)
        other._drawn = dict(self._drawn)
        return other

    @property
    def curves(self) -> dict[str, tuple[str, ...]]:
        """Curve -> the steps that move it, for curves that any step moves."""
        found = {curve: self.model.on_curve(curve, self.ids) for curve in self.model.curves}
        return {curve: ids for curve, ids in found.items() if ids}

    def earliest(self, ids: Iterable[str]) -> dict[str, int]:
        """Step id -> its earliest start, in the sheet's order."""
        wanted = set(ids)
        return {id: self.starts[id] for id in self.ids if id in wanted}

    def cost(self, id: str, start: int) -> float:
        """Expected present cost of a step over the draws of the search."""
        return self.model.pv_cost(id, start) * float(self.model.cost_draws[id][self.search].mean())

    def benefit(self, curve: str, starts: Starts) -> float:
        """Expected present benefit of the steps on one curve together, over the search's draws."""
        key = curve, frozenset(starts.items())
        if key not in self._expected:
            kept = self.model.counted_draws(curve, starts, self.search)
            self._expected[key] = float((self.model.monthly_value @ kept).mean())
        return self._expected[key]

    def value(self, starts: Starts) -> float:
        """Expected net present value over the draws of the search, curve by curve."""
        gains = sum(self.benefit(curve, _only(starts, on)) for curve, on in self.curves.items())
        costs = sum(self.cost(id, starts[id]) for id in self.ids if id in starts)
        return gains + self.model.pv_saved(starts) - costs

    def benefit_draws(self, starts: Starts) -> tuple[Floats, float]:
        """(present benefit on the curves (n_draws,), share of draws in which the cap on revenue
        held it back); savings come on top.
        """
        total = np.zeros_like(self._any_cost)
        peak = np.zeros_like(self._any_cost)
        for curve, on in self.curves.items():
            both = _only(starts, on)
            if both:
                pv, most = self._on_curve(curve, both)
                total = total + pv
                peak = peak + most
        # Months' sums on the curves cannot pass the sum of their peaks: only where that is too much
        # is it worth a look.
        suspects = np.flatnonzero(peak > self.model.churned_revenue)
        if suspects.size == 0:
            return total, 0.0
        capped = self.model.on_curves_draws(starts, suspects)
        held = float(np.mean(capped < total[suspects] * (1 - 1e-9)) * suspects.size / len(total))
        total[suspects] = capped
        return total, held

    def npv_draws(self, starts: Starts) -> Floats:
        """Net present value over all draws (n_draws,)."""
        if not starts:
            return np.zeros_like(self._any_cost)
        pv = self.model.pv_cost
        costs = sum(
            pv(id, starts[id]) * self.model.cost_draws[id] for id in self.ids if id in starts
        )
        return self.benefit_draws(starts)[0] + self.model.pv_saved(starts) - costs

    def shares(self, starts: Starts) -> dict[str, float]:
        """Each step's Shapley share of the expected net present value over all draws.

        They add up to it. Benefits are shared curve by curve (the value of a sum of games is the
        sum of their values); costs are each step's own. Source: Shapley 1953.
        """
        shares = {id: 0.0 for id in self.ids if id in starts}
        for curve, on in self.curves.items():
            for id, share in self._shares_on(curve, _only(starts, on)).items():
                shares[id] += share
        searched = sum(shares.values())
        exact = float(self.benefit_draws(starts)[0].mean())
        scale = exact / searched if searched > 0 < exact else 1.0
        rest = (exact - scale * searched) / max(1, len(shares))
        draws = self.model.cost_draws
        pv = self.model.pv_cost
        means = {id: pv(id, starts[id]) * float(draws[id].mean()) for id in shares}
        own = {id: self.model.pv_saved({id: starts[id]}) - means[id] for id in shares}
        return {id: scale * share + rest + own[id] for id, share in shares.items()}

    def _shares_on(self, curve: str, starts: dict[str, int]) -> Mapping[str, float]:
        on = tuple(starts)
        if len(on) <= EXACT_SHARES:
            subsets = (np.array(on)[row].tolist() for row in members(len(on))) if on else ()
            values = np.array(
                [self.benefit(curve, _only(starts, subset)) for subset in subsets] or [0.0]
            )
            return dict(zip(on, shapley(values).tolist(), strict=True))
        # Too many for every order: every step once in every place, forwards and backwards.
        gains = dict.fromkeys(on, 0.0)
        orders = [on[k:] + on[:k] for k in range(len(on))]
        orders += [order[::-1] for order in orders]
        for order in orders:
            for place, id in enumerate(order):
                with_it = _only(starts, order[: place + 1])
                before = _only(starts, order[:place])
                gains[id] += self.benefit(curve, with_it) - self.benefit(curve, before)
        return {id: gain / len(orders) for id, gain in gains.items()}

    def _on_curve(self, curve: str, starts: Starts) -> tuple[Floats, Floats]:
        """(present benefit, highest revenue kept a year) on one curve, each (n_draws,)."""
        key = curve, frozenset(starts.items())
        if key not in self._drawn:
            self._drawn[key] = self.model.on_curve_draws(curve, starts)
        return self._drawn[key]

    @property
    def _any_cost(self) -> Floats:
        return next(iter(self.model.cost_draws.values()))


def _only(starts: Starts, ids: Iterable[str]) -> dict[str, int]:
    return {id: starts[id] for id in ids if id in starts}


def paced_starts(
    model: Model, ids: Iterable[str], pace: int | None, taken: Starts | None = None
) -> dict[str, int]:
    """Step id -> start, each as early as its needs allow and beside those that are `taken`.

    pace: how many may start in a quarter; those that find it full start with the next one.
    """
    earliest = earliest_starts(model)
    starts = dict(taken or {})
    wanted = [id for id in model.steps if id in set(ids) and id not in starts]
    for id in sorted(wanted, key=lambda id: earliest[id]):
        step = model.steps[id]
        ready = [starts[n] + model.steps[n].months_to_deliver for n in step.needs if n in starts]
        start = max([earliest[id], *ready])
        if start > earliest[id]:
            start = _next_quarter(start - 1)
        while pace and sum(quarter(s) == quarter(start) for s in starts.values()) >= pace:
            start = _next_quarter(start)
        starts[id] = start
    return {id: starts[id] for id in model.steps if id in starts}


def _next_quarter(month: int) -> int:
    """The first month after this one in which a quarter begins."""
    return QUARTER * (quarter(month) + 1) + 1


def earliest_starts(model: Model) -> dict[str, int]:
    """Step id -> month 1, or the month after the last of its needs is delivered.

    Needs must not run in a circle.
    """
    starts: dict[str, int] = {}

    def start(id: str) -> int:
        if id not in starts:
            needs = [need for need in model.steps[id].needs if need in model.steps]
            starts[id] = max(
                (start(need) + model.steps[need].months_to_deliver for need in needs), default=1
            )
        return starts[id]

    return {id: start(id) for id in model.steps}
