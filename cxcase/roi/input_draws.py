"""Draws of what people typed as ranges: every step's lift and its cost, on the common draws."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.special import betaincinv, ndtr

from cxcase.estimate import Floats
from cxcase.recommend import Step
from cxcase.settings import Settings
from cxcase.stats.draws import copula, lognormal, metalog, metalog_feasible


def lift_draws(steps: Iterable[Step], settings: Settings) -> dict[str, Floats]:
    """Step id -> lift in points of its own scale over draws.

    Lifts share one factor, "delivery capability". A part that has its lift from the step it is a
    part of has its draws too: it is one lift.
    """
    steps = tuple(steps)
    names = {step.id: f"lift:{step.inherits or step.id}" for step in steps}
    distinct = tuple(dict.fromkeys(names.values()))
    streams = copula(distinct, settings.lift_correlation, "factor:lift", settings.seed)
    spread = pert if settings.ranges == "minimum and maximum" else metalog
    return {
        s.id: spread(s.lift_low, s.lift_likely, s.lift_high, streams[names[s.id]]) for s in steps
    }


def cost_draws(steps: Iterable[Step], settings: Settings) -> dict[str, Floats]:
    """Step id -> multiplier of its costs over draws, 1 at the likely cost.

    The logarithm is a metalog through P10, likely and P90: a lognormal that keeps all three. Where
    they are too lopsided for one it is the lognormal through P10 and P90.
    """
    by_name = {f"cost:{step.id}": step for step in steps}
    streams = copula(tuple(by_name), settings.cost_correlation, "factor:cost", settings.seed)
    draws = {}
    for name, step in by_name.items():
        likely = step.one_off_cost or step.yearly_cost
        low, high = (step.cost_low / likely, step.cost_high / likely) if likely else (1.0, 1.0)
        if settings.ranges == "minimum and maximum":
            draws[step.id] = pert(low, 1.0, high, streams[name])
        elif metalog_feasible(low, 1.0, high):
            draws[step.id] = metalog(low, 1.0, high, streams[name])
        else:
            draws[step.id] = lognormal(low, high, streams[name])
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
