"""How far two groups share their chances: whom weights can speak for, and whom they can't."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Bools, Floats

INSIDE = (0.01, 0.99)  # of the chances of those who answered: where weights are trimmed as well
WIDTHS = (0.01, 0.02, 0.05, 0.1)  # of a bar, round
MOST_BARS = 12
LITTLE = 0.05  # share of customers beyond above which it is said


@dataclass(frozen=True)
class Overlap:
    """Chance to answer of those who answered beside those who did not.

    answered, silent: how many of each. bars: (from, to, share of those who answered, share of the
    others), shares of each group summing to 1; low, high: between which nearly all (98 %) of those
    who answered lie; outside: customers beyond, of those who did not answer, as a share of all
    customers, and outside_weight of all revenue.
    """

    answered: int
    silent: int
    bars: tuple[tuple[float, float, float, float], ...]
    low: float
    high: float
    outside: float
    outside_weight: float

    @property
    def little(self) -> bool:
        """True where weights can't speak for more than a few customers."""
        return self.outside > LITTLE


def overlap_of(chance: Floats, answered: Bools, weight: Floats) -> Overlap | None:
    """The overlap of those who answered with those who did not; None without both groups.

    Chances to answer (n,), who answered (n,), weight (n,) of each, revenue for example.

    Source: Crump, Hotz, Imbens & Mitnik 2009, Biometrika 96, 187-199 (limited overlap).
    """
    own = chance[answered]
    others = chance[~answered]
    if not len(own) or not len(others):
        return None
    low, high = (float(end) for end in np.quantile(own, INSIDE))
    beyond = ~answered & ((chance < low) | (chance > high))
    return Overlap(
        len(own),
        len(others),
        tuple(_bars(own, others)),
        low,
        high,
        float(beyond.mean()),
        float(weight[beyond].sum() / weight.sum()),
    )


def _bars(own: Floats, others: Floats) -> list[tuple[float, float, float, float]]:
    """Bars of one round width, from the lowest chance to the highest."""
    least = min(float(own.min()), float(others.min()))
    most = max(float(own.max()), float(others.max()))
    width = next((w for w in WIDTHS if most - least <= w * (MOST_BARS - 1)), WIDTHS[-1])
    first = int(np.floor(least / width + 1e-9))
    last = int(np.floor(most / width + 1e-9))
    ends = np.round(width * np.arange(first, last + 2), 10)
    shares = [np.histogram(group, ends)[0] / len(group) for group in (own, others)]
    rows = zip(ends[:-1], ends[1:], *shares, strict=True)
    return [(float(a), float(b), float(x), float(y)) for a, b, x, y in rows]
