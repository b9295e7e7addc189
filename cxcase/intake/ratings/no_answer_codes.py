"""Numbers that stand for "no answer" (99, -1, 11 after 0-10), and the scale the others are on."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.schema import Scale

TOLERATED = 0.01  # share of numbers that may lie outside the scale before a wider one is taken
_THEORY = (Scale(1, 5), Scale(1, 7), Scale(0, 10), Scale(0, 100))
_HIGH = (77, 88, 96, 97, 98, 99, 777, 888, 996, 997, 998, 999, 9998, 9999)
_FAR = frozenset({*_HIGH, *(-code for code in _HIGH), -1, -2, -3, -7, -8, -9, -66})
# by convention "not applicable"; the others "no answer"
_NOT_LIVED = frozenset({0, 96, 97, 997, -97, -997})
# numbers that follow a scale: 8 "don't know", 9 "no answer", 11 after 0 to 10
_ABOVE = (8, 9, 11)
_WIDEST = 11  # codes stand apart from ratings up to here; from 0 to 100 they could be ratings
# how often a code next to the scale has to stand there
_REPEATED = 3
_SHARE = 0.001
# ratings after which a gap above 5, above 7, is no chance
_FEW = 30
_MANY = 100


def stand_apart(numbers: Floats, counts: Ints) -> Bools:
    """Marks the numbers (distinct, (d,), with counts) that are codes, before any scale is known."""
    far = np.isin(numbers, list(_FAR)) & ~_two_sided(numbers)
    rest = ~far & ~np.isnan(numbers) & (counts > 0)
    if not rest.any() or numbers[rest].min() < 0:
        return np.zeros(len(numbers), dtype=bool)
    wide = int(counts[rest & (numbers > _WIDEST)].sum())
    total = int(counts[rest].sum())
    if wide > max(1, TOLERATED * total) or 10 * wide >= total:
        return far & (numbers < 0)
    return far | (rest & _above(numbers, counts, rest))


def _two_sided(numbers: Floats) -> Bools:
    """Marks -3 to -1 where 0 and several of them stand: a scale around zero, not codes."""
    here = set(numbers.tolist())
    around = 0 in here and len(here & {-1, -2, -3}) >= 2
    return np.isin(numbers, (-1, -2, -3)) & around


def _above(numbers: Floats, counts: Ints, rest: Bools) -> Bools:
    """Marks 11 after 0-10, 8 and 9 after 1-5, 9 after 1-7, where they repeat and the numbers
    between never occur.
    """
    total = int(counts[rest].sum())
    codes = _codes_after(set(numbers[rest].tolist()), total)
    return np.isin(numbers, codes) & (counts >= max(_REPEATED, _SHARE * total))


def _codes_after(here: set[float], total: int) -> list[float]:
    """The numbers that could be codes after the scale which the others (`here`) are on."""
    lower = max((v for v in here if v not in _ABOVE), default=0.0)
    if 11 in here and 7 < max(here - {11}, default=0) <= 10:
        return [11.0]
    if 3 <= lower <= 5 and total >= _FEW:
        return [8.0, 9.0]
    if lower in (6, 7) and 0 not in here and 8 not in here and total >= _MANY:
        return [9.0]
    return []


def code_meaning(number: float, scale: Scale, count: int, total: int) -> str | None:
    """What a number off the scale stands for: "not_lived", "no_answer"; None for no known code.

    count: rows that hold it; total: rows that hold a number.
    """
    if scale.low <= number <= scale.high:
        return None
    if number == 0 and scale.low > 0:
        return "not_lived"
    if number in _FAR:
        return "not_lived" if number in _NOT_LIVED else "no_answer"
    often = count >= max(_REPEATED, _SHARE * total)
    if often and number in _ABOVE and number > scale.high:
        return "no_answer"
    return None


def theory_scale(values: Floats, counts: Ints | None = None) -> Scale | None:
    """The narrowest usual scale (1-5, 1-7, 0-10, 0-100) that holds all but a stray few of the
    numbers, or None.

    Zeros on a scale that ends at 5 or 7 mean "not rated", not a scale of their own; codes are not
    looked at.
    """
    known = ~np.isnan(values)
    numbers, place = np.unique(values[known], return_inverse=True)
    weights = np.bincount(place, None if counts is None else counts[known], minlength=len(numbers))
    rated = ~stand_apart(numbers, weights.astype(np.int64))
    numbers = numbers[rated]
    weights = weights[rated]
    if not len(numbers):
        return None
    for scale in _THEORY:
        own = np.ones(len(numbers), dtype=bool)
        if scale.low == 1 and numbers.max() <= scale.high:
            own = numbers != 0
        inside = (numbers >= scale.low) & (numbers <= scale.high) & own
        if own.any() and weights[inside].sum() >= (1 - TOLERATED) * weights[own].sum() > 0:
            return scale
    return None
