"""What steps on one money curve bring together in each scenario, and planes that bound it above.

What steps use of a curve's headroom adds up, -ln(1 - lift / headroom), and the money is concave in
the sum, so a plane that touches it somewhere lies above it everywhere. Scenarios in which a point
is worth less than nothing turn this round: there the money is convex, and is bounded by what each
step takes in one order of adding them, which is exact for the set it was made at (Lovász 1983,
Submodular functions and convexity).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.roi import Model

_KEPT = 512  # sets a curve remembers the benefit of
_FULL = 1.0 - 1e-13  # of the headroom: what the largest lift uses of it stays a number


@dataclass(frozen=True, eq=False)
class Plane:
    """An upper bound: `constant` + `slope` (options on the curve,) @ which of them are chosen."""

    constant: float
    slope: Floats


class CurveBenefit:
    """Present benefit of k options on one curve, scenario by scenario.

    Options are starts of the steps that move the curve; `at` (k,): their places among all options
    of a problem. used: step by step (horizon, scenarios), what it uses of the headroom when it
    starts in month 1.
    """

    def __init__(
        self, model: Model, name: str, options: Sequence[tuple[int, str, int]], draws: slice
    ) -> None:
        curve = model.curves[name]
        self.at: Ints = np.array([place for place, _, _ in options], dtype=np.int64)
        self.headroom = curve.headroom
        self.knots = curve.lifts
        self.shape = model.shape(name)
        rise = np.diff(self.shape) / np.diff(self.knots)
        self.rise = np.concatenate([rise[:1], rise, [0.0]])
        self.month = model.monthly_value
        self.worth = model.worth_draws(name, draws)
        self.below = np.flatnonzero(self.worth < 0)
        steps = list(dict.fromkeys(id for _, id, _ in options))
        self.used = [self._use(model, id, draws) for id in steps]
        self.starts = [(steps.index(id), start - 1) for _, id, start in options]
        self._drawn: dict[bytes, Floats] = {}

    def _use(self, model: Model, id: str, draws: slice) -> Floats:
        share = np.outer(model.reach(id, 1), model.lifts(id, draws)) / self.headroom
        return -np.log1p(-np.minimum(share, _FULL))

    def _sum(self, chosen: Floats) -> Floats:
        """(horizon, scenarios) what the options use together; `chosen` (k,) may be fractions."""
        total = np.zeros((len(self.month), len(self.worth)))
        for (step, late), share in zip(self.starts, chosen.tolist(), strict=True):
            if share:
                total[late:] += share * self.used[step][: len(total) - late]
        return total

    def _height(self, used: Floats) -> Floats:
        """Height of the curve where so much of the headroom is used."""
        return self._height_at(self._lift(used))

    def _lift(self, used: Floats) -> Floats:
        """Points of lift where so much of the headroom is used."""
        return np.asarray(-self.headroom * np.expm1(-used))

    def _height_at(self, lift: Floats) -> Floats:
        """Height of the curve at a lift: straight on below 0, flat past the last knot."""
        height = np.interp(lift, self.knots, self.shape)
        return np.asarray(height + np.minimum(lift, 0.0) * self.rise[0])

    def draws(self, chosen: Floats) -> Floats:
        """(scenarios,) present benefit of the chosen options."""
        key = chosen.tobytes()
        if key not in self._drawn:
            if len(self._drawn) >= _KEPT:
                self._drawn.clear()
            height = self._height(self._sum(chosen))
            self._drawn[key] = np.asarray(self.worth * (self.month @ height))
        return self._drawn[key]

    def plane(self, chosen: Floats, weight: Floats) -> tuple[float, Plane]:
        """The weighted benefit of these options and a plane above it that touches it there.

        weight (scenarios,), none below 0: equal for the mean; more for the worst scenarios where
        certainty counts.
        """
        lift = self._lift(self._sum(chosen))
        height = self._height_at(lift)
        factor = weight * self.worth
        value = float(factor @ (self.month @ height))
        up = np.maximum(factor, 0.0)
        pull = self.rise[np.searchsorted(self.knots, lift)] * (self.headroom - lift)
        pull *= self.month[:, None]
        pull *= up
        slope = np.array([self._slope(pull, step, late) for step, late in self.starts])
        constant = float(up @ (self.month @ height)) - float(slope @ chosen)
        for scenario in self.below:
            if factor[scenario]:
                base, steps = self._one_by_one(chosen, int(scenario))
                constant += float(factor[scenario]) * base
                slope += float(factor[scenario]) * steps
        return value, Plane(constant, slope)

    def _slope(self, pull: Floats, step: int, late: int) -> float:
        """What one option, a step so many months late, adds at the margin.

        Pull (horizon, scenarios).
        """
        months = len(pull)
        if late < months:
            return float(np.vdot(pull[late:], self.used[step][: months - late]))
        return 0.0

    def _one_by_one(self, chosen: Floats, scenario: int) -> tuple[float, Floats]:
        """(constant, slope) of a plane below the height in one scenario, summed over months.

        What uses headroom is added where it is chosen, what frees headroom where it is not, so that
        nothing falls.
        """
        use = self._uses(scenario)
        frees = use.sum(axis=1) < 0
        order = np.argsort(-np.where(frees, 1.0 - chosen, chosen), kind="stable")
        start = use[frees].sum(axis=0)
        path = start + np.concatenate(
            [np.zeros((1, len(start))), np.cumsum(np.abs(use[order]), axis=0)]
        )
        height = self._height(path) @ self.month
        step = np.empty(len(use))
        step[order] = np.diff(height)
        return float(height[0] + step[frees].sum()), np.where(frees, -step, step)

    def _uses(self, scenario: int) -> Floats:
        """(options, horizon) what each option uses of the headroom in one scenario."""
        months = len(self.month)
        use = np.zeros((len(self.starts), months))
        for row, (step, late) in enumerate(self.starts):
            use[row, late:] = self.used[step][: max(0, months - late), scenario]
        return use

    def alone(self, weight: Floats) -> Plane:
        """A plane above the weighted benefit: each option by the most it can add to any others.

        Where no lift is below 0 that is what it brings alone: exact for one step, which the
        touching planes are not.
        """
        months = len(self.month)
        factor = weight * self.worth
        least = np.zeros((months, len(self.worth)))
        most = np.zeros_like(least)
        for step in range(len(self.used)):
            ends = [self._late(step, late, months) for at, late in self.starts if at == step]
            least += np.minimum(np.minimum.reduce(ends), 0.0)
            most += np.maximum(np.maximum.reduce(ends), 0.0)
        slope = np.zeros(len(self.starts))
        for row, (step, late) in enumerate(self.starts):
            use = self._late(step, late, months)
            # The most is added beside as little as there can be, where a point is worth something;
            # else beside most.
            small = np.where(
                (use >= 0) == (factor >= 0),
                least - np.minimum(use, 0.0),
                most - np.maximum(use, 0.0),
            )
            added = self._height(small + use) - self._height(small)
            slope[row] = float(factor @ (self.month @ added))
        return Plane(0.0, slope)

    def _late(self, step: int, late: int, months: int) -> Floats:
        use = np.zeros((months, len(self.worth)))
        use[late:] = self.used[step][: max(0, months - late)]
        return use
