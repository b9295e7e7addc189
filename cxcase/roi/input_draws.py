"""Draws of what people typed as ranges: every step's lift and its cost, on the common draws."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv, ndtr

from cxcase.estimate import Floats
from cxcase.recommend import Step
from cxcase.settings import Settings
from cxcase.settings.known_choices import Ranges
from cxcase.stats.draws import copula, lognormal, metalog, metalog_feasible

KEPT = 512  # inputs whose draws are kept: an edit of one leaves those of all others as they are


def lift_draws(steps: Iterable[Step], settings: Settings) -> dict[str, Floats]:
    """Step id -> lift in points of its own scale over draws.

    Lifts share one factor, "delivery capability". A part that has its lift from the step it is a
    part of has its draws too: it is one lift.
    """
    shared = _Shared("factor:lift", settings.lift_correlation, settings.ranges, settings.seed)
    return {
        s.id: _drawn(f"lift:{s.inherits or s.id}", shared, s.lift_low, s.lift_likely, s.lift_high)
        for s in steps
    }


def cost_draws(steps: Iterable[Step], settings: Settings) -> dict[str, Floats]:
    """Step id -> multiplier of its costs over draws, 1 at the likely cost.

    The logarithm is a metalog through P10, likely and P90: a lognormal that keeps all three. Where
    they are too lopsided for one it is the lognormal through P10 and P90.
    """
    shared = _Shared("factor:cost", settings.cost_correlation, settings.ranges, settings.seed)
    draws = {}
    for step in steps:
        likely = step.one_off_cost or step.yearly_cost
        low, high = (step.cost_low / likely, step.cost_high / likely) if likely else (1.0, 1.0)
        draws[step.id] = _drawn(f"cost:{step.id}", shared, low, 1.0, high)
    return draws


class _Shared(NamedTuple):
    """What the draws of all lifts, or of all costs, have in common."""

    factor: str
    correlation: float
    ranges: Ranges
    seed: int


@lru_cache(maxsize=KEPT)
def _drawn(name: str, shared: _Shared, low: float, likely: float, high: float) -> Floats:
    """The draws of one input, which nobody writes to."""
    normals = copula((name,), shared.correlation, shared.factor, shared.seed)[name]
    if shared.ranges == "minimum and maximum":
        draws = pert(low, likely, high, normals)
    elif shared.factor == "factor:lift" or metalog_feasible(low, likely, high):
        draws = metalog(low, likely, high, normals)
    else:
        draws = lognormal(low, high, normals)
    draws.setflags(write=False)
    return draws


def pert(low: float, likely: float, high: float, normals: Floats) -> Floats:
    """Draws between two ends with a likely value, one for each standard normal: the beta of PERT.

    Source: Malcolm, Roseboom, Clark & Fazar 1959, Operations Research 7, 646-669.
    """
    if high <= low:
        return np.full_like(normals, likely)
    a = 1.0 + 4.0 * (likely - low) / (high - low)
    b = 1.0 + 4.0 * (high - likely) / (high - low)
    return np.asarray(low + (high - low) * betaincinv(a, b, ndtr(normals)))
