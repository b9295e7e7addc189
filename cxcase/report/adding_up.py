"""A difference of money and its parts, rounded so that what is shown adds up too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cxcase.report import format as fmt


@dataclass(frozen=True)
class AddedUp:
    """Money before and after, its difference and the parts of it, all in one scale.

    values and total: the parts and the difference as they are shown.
    """

    before: str
    after: str
    difference: str
    parts: tuple[str, ...]
    values: tuple[float, ...]
    total: float


def added_up(
    before: Fraction, after: Fraction, parts: Sequence[Fraction], currency: str, figures: int = 2
) -> AddedUp:
    """The parts of after less before in words that add up. figures: of the largest part."""
    unit = _unit(
        max((abs(part) for part in (*parts, after - before)), default=Fraction(0)), figures
    )
    first = round(before / unit)
    last = round(after / unit)
    whole = _rounded([part / unit for part in parts], last - first)
    shown = [float(count * unit) for count in (first, last, last - first, *whole)]
    texts = fmt.money_in_one_scale(shown, currency, float(unit))
    changes = [fmt.with_sign(text, value) for text, value in zip(texts, shown, strict=True)]
    return AddedUp(texts[0], texts[1], changes[2], tuple(changes[3:]), tuple(shown[3:]), shown[2])


def sentence(names: Sequence[str], shown: AddedUp) -> str:
    """ "+£31 k: margin 40 % → 42 % +£24 k · new data in march.csv +£12 k"; largest first, those too
    small to be seen left out.
    """
    order = sorted(range(len(names)), key=lambda k: -abs(shown.values[k]))
    told = [f"{names[k]} {shown.parts[k]}" for k in order if shown.values[k]]
    if len(names) == 1:
        return f"{shown.difference}: {names[0]}"
    return f"{shown.difference}: {' · '.join(told)}"


def _unit(largest: Fraction, figures: int) -> Fraction:
    """What is counted in: so many figures of the largest part, no less than whole money."""
    if largest < 1:
        return Fraction(1)
    places = math.floor(math.log10(largest)) - figures + 1
    return Fraction(10) ** max(0, places)


def _rounded(parts: Sequence[Fraction], total: int) -> list[int]:
    """The parts in whole numbers that add up to the total: what rounding leaves goes where most was
    cut off. A part of nothing stays nothing.
    """
    whole = [math.floor(part) for part in parts]
    left = total - sum(whole)
    something = [place for place, part in enumerate(parts) if part]
    most_cut = sorted(something, key=lambda k: (whole[k] - parts[k], -parts[k], k))
    for place in most_cut[: max(0, left)]:
        whole[place] += 1
    for place in most_cut[left:] if left < 0 else ():
        whole[place] -= 1
    return whole
