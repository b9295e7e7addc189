"""Staying over time: Kaplan-Meier, and the mean time within a horizon."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Bools, Floats


def kaplan_meier(time: Floats, event: Bools, weight: Floats | None = None) -> tuple[Floats, Floats]:
    """(times of events, share still there after each), rows censored where event is False.

    Source: Kaplan & Meier 1958, J. Am. Stat. Assoc. 53, 457-481.
    """
    w = np.ones(len(time)) if weight is None else weight
    times, where = np.unique(time, return_inverse=True)
    gone = np.bincount(where, w * event, minlength=len(times))
    leaving = np.bincount(where, w, minlength=len(times))
    at_risk = leaving[::-1].cumsum()[::-1]
    happened = gone > 0
    return times[happened], np.cumprod(1.0 - gone / at_risk)[happened]


def mean_time(times: Floats, staying: Floats, horizon: float) -> float:
    """Restricted mean time: the area under the step curve from 0 to the horizon."""
    inside = times < horizon
    edges = np.concatenate([[0.0], times[inside], [horizon]])
    return float(np.diff(edges) @ np.concatenate([[1.0], staying[inside]]))
