"""Full enumeration of the starts that a choice and its rules allow, with a valuation of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from make_budget import DRAWS, HORIZON

from cxcase.budget import (
    Choice,
    PeriodBudget,
    Rules,
)
from cxcase.roi import Model

Starts = dict[str, int]


RATE = 1.1 ** (1 / 12)


class EveryAssignment:
    """Every assignment of steps to start months that a choice and its rules allow, worked out from
    the definitions.

    Shares nothing with what it checks: money month by month, rules as sentences.
    """

    def __init__(self, model: Model, choice: Choice, rules: Rules) -> None:
        self.m = model
        self.choice = choice
        self.rules = rules
        self.known: dict[tuple[str, frozenset[tuple[str, int]]], np.ndarray] = {}

    def assignments(self) -> Iterator[Starts]:
        months = {id: [0, *self.months(id)] for id in self.m.steps}
        for picks in itertools.product(*months.values()):
            starts = {id: start for id, start in zip(months, picks, strict=True) if start}
            if self.allowed(starts):
                yield starts

    def months(self, id: str) -> list[int]:
        first = self.first(id)
        if isinstance(self.choice, PeriodBudget):
            found = {max(a, first) for a, b in self.choice.periods if b >= first}
        elif self.rules.capacity or self.rules.phasing or self.rules.starts_per_quarter:
            found = {first} | {t for t in range(1, HORIZON + 1, 3) if first <= t <= self.last()}
        else:
            found = {first}
        return sorted(t for t in found if t <= HORIZON or t == first)

    def last(self) -> int:
        """Where the pace alone holds steps back none waits longer than all take to start."""
        most = self.rules.starts_per_quarter
        if most is None or self.rules.capacity or self.rules.phasing:
            return HORIZON
        return max(self.first(id) for id in self.m.steps) - 3 * (-len(self.m.steps) // most)

    def first(self, id: str) -> int:
        needs = self.m.steps[id].needs
        return max([1, *(self.first(n) + self.m.steps[n].months_to_deliver for n in needs)])

    def allowed(self, starts: Starts) -> bool:
        steps = self.m.steps
        for id, start in starts.items():
            for need in steps[id].needs:
                if need not in starts or starts[need] + steps[need].months_to_deliver > start:
                    return False
            if set(steps[id].excludes) & set(starts):
                return False
        if any(step.mandatory and id not in starts for id, step in steps.items()):
            return False
        kept = self.affordable(starts) and self.staffed(starts) and self.phased(starts)
        return kept and self.paced(starts)

    def paced(self, starts: Starts) -> bool:
        most = self.rules.starts_per_quarter or len(starts)
        quarters = [(start + 2) // 3 for start in starts.values()]
        return all(quarters.count(one) <= most for one in quarters)

    def affordable(self, starts: Starts) -> bool:
        choice = self.choice
        if not isinstance(choice, PeriodBudget):
            return self.spend(starts) <= choice.amount + 1e-9
        left = 0.0
        for (a, b), amount in zip(choice.periods, choice.amounts, strict=True):
            left = amount + (left if choice.roll_over else 0.0)
            left -= sum(self.cash(id, s, t) for id, s in starts.items() for t in range(a, b + 1))
            if left < -1e-9:
                return False
        return True

    def cash(self, id: str, start: int, month: int) -> float:
        step = self.m.steps[id]
        return (step.one_off_cost if month == start else 0.0) + (
            step.yearly_cost / 12 if start <= month <= HORIZON else 0
        )

    def spend(self, starts: Starts) -> float:
        steps = self.m.steps
        return sum(
            steps[id].one_off_cost + steps[id].yearly_cost / 12 * sum(t >= s for t in range(1, 13))
            for id, s in starts.items()
        )

    def staffed(self, starts: Starts) -> bool:
        for team in self.rules.capacity:
            for month in range(1, 60):
                load = 0.0
                for id, s in starts.items():
                    lasts = max(1, self.m.steps[id].months_to_deliver)
                    load += team.effort.get(id, 0.0) / lasts * (s <= month < s + lasts)
                if load > team.days_per_month + 1e-9:
                    return False
        return True

    def phased(self, starts: Starts) -> bool:
        rule = self.rules.phasing
        if rule is None:
            return True
        place = {id: 0 if s <= 6 else 1 if s <= 18 else 2 for id, s in starts.items()}
        for name, most in rule.most.items():
            if sum(p == ("crawl", "walk", "run").index(name) for p in place.values()) > most:
                return False
        for id, s in starts.items():
            before = [k for k in starts if place[k] == place[id] - 1]
            ready = sum(starts[k] + self.m.steps[k].months_to_deliver <= s for k in before)
            if place[id] > 0 and ready < rule.unlock:
                return False
        return True

    def npv(self, starts: Starts) -> np.ndarray:
        total = np.zeros(DRAWS)
        for name in self.m.curves:
            total = total + self.gain(
                name, frozenset((i, s) for i, s in starts.items() if name in self.m.moves[i])
            )
        total = total + sum(self.saved(id, s) for id, s in starts.items())
        return total - sum(self.cost(id, s) * self.m.cost_draws[id] for id, s in starts.items())

    def saved(self, id: str, start: int) -> float:
        step = self.m.steps[id]
        months = np.arange(1, HORIZON + 1)
        if not step.cash_releasing:
            return 0.0
        return float(step.saving_per_year / 12 * (self.share(id, start) @ RATE ** (-months)))

    def share(self, id: str, start: int) -> np.ndarray:
        s = self.m.settings
        since = np.arange(1, HORIZON + 1) - (start - 1) - self.m.steps[id].months_to_deliver
        fades = 0.5 ** (np.maximum(0, since - s.ramp_months) / s.half_life_months)
        return np.clip(since / s.ramp_months, 0, 1) * fades

    def cost(self, id: str, start: int) -> float:
        step = self.m.steps[id]
        once = step.one_off_cost / RATE ** (start - 1) if start <= HORIZON else 0.0
        return once + sum(step.yearly_cost / 12 / RATE**t for t in range(start, HORIZON + 1))

    def gain(self, name: str, chosen: frozenset[tuple[str, int]]) -> np.ndarray:
        if (name, chosen) not in self.known:
            curve = self.m.curves[name]
            s = self.m.settings
            t = np.arange(1, HORIZON + 1)
            left = np.ones((HORIZON, DRAWS))
            for id, start in chosen:
                share = self.share(id, start)
                left *= (
                    1
                    - np.minimum(share[:, None] * self.m.lift_draws[id], curve.headroom)
                    / curve.headroom
                )
            lift = curve.headroom * (1 - left)
            shape = self.m.earned.get(name, curve.shape)
            height = np.where(
                lift < 0, lift * shape[1] / curve.lifts[1], np.interp(lift, curve.lifts, shape)
            )
            margin = 1.0 if self.m.earned else s.margin
            a_year = curve.per_point_draws + self.m.growth.get(name, (0.0, 0.0))[1]
            worth = self.m.overlap * margin / 12 * a_year
            self.known[name, chosen] = worth * (RATE ** (-t) @ height)
        return self.known[name, chosen]
