"""Revenue bands in which nobody can be told: round ends, many customers in each."""

from __future__ import annotations

from math import floor, log10

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.voice.result import Band

K_BAND = 10  # customers a band needs
_PARTS = 5
_DIGITS = 2  # of an end, so that it is nobody's own revenue


def make_bands(revenue: Floats, k: int) -> tuple[tuple[Band, ...], Ints]:
    """(bands from the lowest up, each customer's band (n,)): fifths, fewer of few customers.

    revenue (n,) a year; k: the least number of customers in a band. No band at all below 2k
    customers: -1.
    """
    k = max(k, K_BAND)
    none: tuple[tuple[Band, ...], Ints] = ((), np.full(len(revenue), -1, dtype=np.int64))
    parts = min(_PARTS, len(revenue) // k)
    if parts < 2:
        return none
    wanted = np.quantile(revenue, np.arange(1, parts) / parts)
    ends = _apart(revenue, sorted({_rounded(float(e)) for e in wanted}), k)
    if not ends:
        return none
    code = np.searchsorted(np.array(ends), revenue, side="right").astype(np.int64)
    count = np.bincount(code, minlength=len(ends) + 1).tolist()
    lows = [None, *ends]
    highs = [*ends, None]
    return tuple(Band(low, high, n) for low, high, n in zip(lows, highs, count, strict=True)), code


def _rounded(value: float) -> float:
    if value:
        return round(value, _DIGITS - 1 - floor(log10(abs(value))))
    return 0.0


def _apart(revenue: Floats, ends: list[float], k: int) -> list[float]:
    """The ends between which at least k customers lie."""
    kept: list[float] = []
    ordered = np.sort(revenue)
    before = 0
    for end in ends:
        below = int(np.searchsorted(ordered, end, side="left"))
        if below - before >= k and len(ordered) - below >= k:
            kept.append(end)
            before = below
    return kept
