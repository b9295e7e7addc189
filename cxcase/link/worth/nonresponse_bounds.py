"""Non-response bounds: the worth of a point had silent customers rated differently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from cxcase.estimate import Estimate, Floats
from cxcase.intake import Scale
from cxcase.link.data.analysed import Population

TIPPING_STEPS = 24  # bisections of half the scale
PRINTED = (-1.0, 0.0, 1.0)  # points by which silent customers' ratings may differ, as printed


@dataclass(frozen=True)
class SilentRange:
    """The worth of a point if silent customers rated -1, 0 and +1 points from their likes.

    worth: (delta, worth); tipping_point: the delta at which the range reaches zero, if any.
    """

    worth: tuple[tuple[float, Estimate], ...]
    tipping_point: float | None


@dataclass(frozen=True, eq=False)
class Silent:
    """The worth of a point if silent customers had rated differently from those heard.

    From customers like them who answered. `revalue` gives the retention worth for a population;
    `worth` and `tipping_point` refit it at every call.
    """

    population: Population
    scale: Scale
    revalue: Callable[[Population, Scale], Estimate]

    def worth(self, delta: float) -> Estimate:
        """Revenue a year kept by one point if silent ratings are `delta` from their likes'.

        Each response stands once for its own customer, as rated, and with the rest of its weight
        for silent customers like it, at rating + delta within the scale. At 0 it is the headline.
        """
        found = self.revalue(double(self.population, delta, self.scale), self.scale)
        return replace(found, n=len(self.population.rows))

    @cached_property
    def printed(self) -> SilentRange:
        """What is printed of it, worked out once when first asked for."""
        return SilentRange(
            tuple((delta, self.worth(delta)) for delta in PRINTED), self.tipping_point()
        )

    def tipping_point(self) -> float | None:
        """The delta nearest 0 at which the range of the worth reaches zero.

        None within half the scale either way.
        """
        if not self.worth(0.0).excludes_zero:
            return 0.0
        half = (self.scale.high - self.scale.low) / 2
        ends = [self._tips(sign * half) for sign in (-1.0, 1.0)]
        found = [end for end in ends if end is not None]
        if found:
            return min(found, key=abs)
        return None

    def _tips(self, end: float) -> float | None:
        if self.worth(end).excludes_zero:
            return None
        inside = 0.0
        outside = end
        for _ in range(TIPPING_STEPS):
            middle = (inside + outside) / 2
            if self.worth(middle).excludes_zero:
                inside, outside = (middle, outside)
            else:
                inside, outside = (inside, middle)
            if abs(outside - inside) < 1e-2:
                break
        return outside


def double(p: Population, delta: float, scale: Scale) -> Population:
    """The population with every response twice.

    For its own customer, and for the silent ones it stands for.
    """
    own = np.minimum(1.0, 1.0 / np.maximum(p.weight, 1e-300))
    part = np.concatenate([own, 1.0 - own])

    def twice(values: Floats) -> Floats:
        doubled: Floats = np.concatenate([values, values], axis=-1) * part
        return doubled

    return replace(
        p,
        rows=np.tile(p.rows, 2),
        customers=np.tile(p.customers, 2),
        team=np.tile(p.team, 2),
        weight=twice(p.weight),
        fold_weight=twice(np.asarray(p.fold_weight)),
        revenue=twice(p.revenue),
        fold_revenue=twice(np.asarray(p.fold_revenue)),
        revenue_start=np.tile(p.revenue_start, 2),
        churned=np.tile(p.churned, 2),
        metric=np.concatenate([p.metric, np.clip(p.metric + delta, scale.low, scale.high)]),
        controls=np.tile(p.controls, (2, 1)),
        bends=p.bends.rows(np.tile(np.arange(len(p.team)), 2)),
    )
