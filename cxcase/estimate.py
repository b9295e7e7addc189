"""A number with its interval, unit and status; how draws become one; the keys that name results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
EstimateStatus = Literal["measured", "modelled", "assumed", "refused"]
LEVEL = 0.9


@dataclass(frozen=True)
class Estimate:
    """A number as a person may read it; low and high bound its `level` interval.

    A refused one has none of the three.
    """

    value: float | None
    low: float | None
    high: float | None
    unit: str
    status: EstimateStatus = "modelled"
    reason: str | None = None
    level: float = LEVEL
    df: float | None = None
    n: int | None = None
    teams: int | None = None

    @property
    def refused(self) -> bool:
        """True when there is no number; `reason` says why."""
        return self.value is None

    @property
    def counts_units(self) -> bool:
        """True when n is the number of units or teams themselves: there are no answers."""
        return self.n is not None and self.n == self.teams

    @property
    def excludes_zero(self) -> bool:
        """True when the whole interval lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Reach:
    """The lowest and the highest end of an interval as what nobody measured may be otherwise."""

    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float]:
        """(low, high)."""
        return self.low, self.high

    @classmethod
    def over(cls, found: Iterable[Estimate]) -> Reach | None:
        """From the lowest low to the highest high; None where one of them is refused."""
        ends = [(one.low, one.high) for one in found]
        low = [end for end, _ in ends if end is not None]
        high = [end for _, end in ends if end is not None]
        if not ends or len(low) < len(ends) or len(high) < len(ends):
            return None
        return cls(min(low), max(high))


def refuse(unit: str, reason: str, *, n: int | None = None, teams: int | None = None) -> Estimate:
    """An `Estimate` without a number, with the reason code that says why."""
    return Estimate(None, None, None, unit, "refused", reason, n=n, teams=teams)


def summarise(
    draws: Floats, value: float, unit: str, *, level: float = LEVEL, **extra: Any
) -> Estimate:
    """An `Estimate` around `value` with the central `level` interval of draws (n_draws,)."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(value), float(low), float(high), unit, level=level, **extra)
