"""From lifts to cash flows, month by month: pure functions, the same for one case and all draws.

Months count from 1 to the horizon. Flows are arrays (horizon + 1,): index 0 is today, index t the
end of month t. A step that starts in month s pays its one-off cost at index s - 1 and runs from
month s on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.optimize import brentq

from cxcase.estimate import Floats

IrrReason = Literal["none", "multiple"]
_ZERO = 1e-9  # share of the largest flow below which a cumulative sum counts as zero


def monthly_rate(annual: float) -> float:
    """The rate a month that compounds to `annual` in a year."""
    return float((1.0 + annual) ** (1.0 / 12.0) - 1.0)


def discount_factors(annual: float, horizon: int) -> Floats:
    """(horizon + 1,) worth today of one unit paid at the end of each month, 1 at index 0."""
    return np.asarray((1.0 + monthly_rate(annual)) ** -np.arange(horizon + 1.0))


def reach(horizon: int, start: int, deliver: int, ramp: float, half_life: float) -> Floats:
    """(horizon,) share of a step's full lift at work in each month.

    Nothing until delivered, then a linear ramp, then decay. Args: start, the month the step begins;
    deliver, ramp and half_life in months, all counted from the start.
    """
    since = np.arange(1.0, horizon + 1.0) - (start - 1) - deliver
    ramped = np.clip(since / ramp, 0.0, 1.0) if ramp > 0 else (since > 0).astype(float)
    return np.asarray(ramped * 0.5 ** (np.maximum(0.0, since - ramp) / half_life))


def combined_lift(lifts: Sequence[Floats], headroom: float) -> Floats:
    """The lift, in points, that several lifts on one curve make together.

    Each takes its share of the headroom that the others left. A lone lift counts in full; none
    counts for more than the headroom. Lifts below 0 widen what is left.
    """
    if len(lifts) == 1:
        return np.minimum(lifts[0], headroom)
    left = 1.0 - np.minimum(lifts[0], headroom) / headroom
    for lift in lifts[1:]:
        left = left * (1.0 - np.minimum(lift, headroom) / headroom)
    return np.asarray(headroom * (1.0 - left))


def curve_share(lift: Floats, knots: Floats, shape: Floats) -> Floats:
    """The money curve's height at each lift, 1 at one point.

    Flat past the last knot, straight on below 0.
    """
    height = np.interp(lift, knots, shape)
    if np.min(lift) < 0:
        height = height + np.minimum(lift, 0.0) * (shape[1] / knots[1])
    return np.asarray(height)


def step_cost(horizon: int, start: int, one_off: float, yearly: float) -> Floats:
    """(horizon + 1,) cost at the end of each month: one-off at the start, yearly in twelfths after.

    What falls after the horizon is not counted, so a step that would start after it costs (and
    brings) nothing here.
    """
    cost = np.zeros(horizon + 1)
    if start <= horizon:
        cost[start - 1] = one_off
        cost[start:] += yearly / 12.0
    return cost


def spend_in_first_year(start: int, one_off: float, yearly: float) -> float:
    """What counts against a budget: one-off cost, and yearly cost in the plan's first 12 months."""
    return one_off + yearly * max(0, 13 - start) / 12.0


def payback(flows: Floats) -> int | None:
    """The first month from which the cumulative flow is 0 or more and stays so.

    None when there is none. Args: flows (horizon + 1,), net.
    """
    total = np.cumsum(flows)
    below = np.flatnonzero(total < -_ZERO * max(float(np.abs(flows).max()), 1e-300))
    if below.size == 0:
        return 0
    if below[-1] + 1 < len(flows):
        return int(below[-1]) + 1
    return None


def irr(flows: Floats, per_year: float = 12.0) -> tuple[float | None, IrrReason | None]:
    """Yearly internal rate of return of monthly net flows, or None and why there is none.

    Flows that change sign once have exactly one rate above -100 % a period (Descartes); others may
    have none or more.
    """
    paid = np.flatnonzero(flows)
    changes = int(np.count_nonzero(np.diff(np.sign(flows[paid]))))
    if changes != 1:
        return None, "none" if changes == 0 else "multiple"
    # zeros at the ends would underflow to a root that is none
    flows = flows[paid[0] : paid[-1] + 1]
    index = np.arange(len(flows), dtype=float)

    def worth(log_rate: float) -> float:
        # The largest term is taken out, so that a far-away rate cannot overflow and hide the sign.
        powers = -log_rate * index
        return float(flows @ np.exp(powers - powers.max()))

    edge = 1.0
    while worth(-edge) * worth(edge) > 0:
        edge *= 2.0
    log_rate = brentq(worth, -edge, edge, xtol=1e-15, rtol=1e-14)
    if per_year * log_rate < 300:
        return (math.expm1(per_year * log_rate), None)
    return (None, "none")


def mirr(flows: Floats, annual: float, reinvested: float | None = None) -> float | None:
    """Yearly modified internal rate of return of monthly net flows.

    What is paid in is borrowed at `annual`, what comes back is laid out at `reinvested` (the same
    where none is given). None without both a payment and a return.
    """
    at = annual if reinvested is None else reinvested
    months = len(flows) - 1
    paid = -float(np.minimum(flows, 0.0) @ discount_factors(annual, months))
    back = float(np.maximum(flows, 0.0) @ discount_factors(at, months))
    if paid <= 0 or back <= 0 or months == 0:
        return None
    return float((back / paid) ** (12.0 / months) * (1.0 + at) - 1.0)


@dataclass(frozen=True, eq=False)
class Flows:
    """Benefit and cost at the ends of months 0..horizon, each (horizon + 1,)."""

    benefit: Floats
    cost: Floats
    annual_rate: float

    @property
    def net(self) -> Floats:
        """(horizon + 1,) benefit less cost."""
        return self.benefit - self.cost

    @cached_property
    def factors(self) -> Floats:
        """(horizon + 1,) discount factors."""
        return discount_factors(self.annual_rate, len(self.cost) - 1)

    @property
    def pv_benefit(self) -> float:
        """Present value of the benefits."""
        return float(self.benefit @ self.factors)

    @property
    def pv_cost(self) -> float:
        """Present value of the costs."""
        return float(self.cost @ self.factors)

    @property
    def npv(self) -> float:
        """Net present value."""
        return self.pv_benefit - self.pv_cost

    @property
    def roi(self) -> float | None:
        """Net present value a unit of present cost, as a fraction; None without cost."""
        if self.pv_cost > 0:
            return self.npv / self.pv_cost
        return None

    @property
    def bcr(self) -> float | None:
        """Present benefit a unit of present cost; None without cost."""
        if self.pv_cost > 0:
            return self.pv_benefit / self.pv_cost
        return None

    @property
    def payback(self) -> int | None:
        """First month from which the money is back and stays back."""
        return payback(self.net)

    @property
    def discounted_payback(self) -> int | None:
        """The same on discounted flows."""
        return payback(self.net * self.factors)

    @property
    def irr(self) -> tuple[float | None, IrrReason | None]:
        """Internal rate of return a year, or None and the reason."""
        return irr(self.net)

    @property
    def mirr(self) -> float | None:
        """Modified internal rate of return a year.

        The one to read where the flows change sign more than once.
        """
        return mirr(self.net, self.annual_rate)
