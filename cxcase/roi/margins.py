"""What revenue that stays earns: one margin for all of it, or each segment's own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats
from cxcase.intake import Base
from cxcase.link import Curve
from cxcase.settings import Settings


@dataclass(frozen=True)
class Margins:
    """Shares of revenue. one: None where segments earn differently; average: of all revenue.

    lost: of that lost. segments: those there are, "" for customers without one, each with what it
    earns.
    """

    one: float | None
    average: float
    lost: float
    segments: Mapping[str, float]

    @classmethod
    def of(cls, base: Base | None, settings: Settings) -> Margins:
        """The margins in force for these customers.

        One for all where no segment of theirs has its own.
        """
        found = base.segments if base is not None else ()
        segments = {item.name: settings.margin_of(item.name) for item in found}
        different = set(segments.values()) or {settings.margin}
        if len(different) == 1:
            one = different.pop()
            return cls(one, one, one, segments)
        all_revenue = {item.name: item.revenue_start for item in found}
        lost = {item.name: item.churned_revenue for item in found}
        otherwise = settings.margin
        average = blended_margin(all_revenue, segments, otherwise)
        return cls(None, average, blended_margin(lost, segments, otherwise), segments)


def blended_margin(
    revenue: Mapping[str, float], margins: Mapping[str, float], otherwise: float
) -> float:
    """The margin of revenue by segment: each segment's own, weighted by its revenue."""
    total = math.fsum(revenue.values())
    if total > 0:
        return math.fsum(v * margins.get(k, otherwise) for k, v in revenue.items()) / total
    return otherwise


def earned_shapes(
    curves: Iterable[Curve], margins: Margins, settings: Settings
) -> dict[str, Floats]:
    """Curve -> its shape (k,) in margin instead of revenue.

    Empty where one margin holds for everybody. Each segment's part of the curve counts by its own
    margin, so that what is kept of customers who earn more, at the lifts at which they are kept,
    counts for more.
    """
    if margins.one is not None:
        return {}
    shapes = {}
    for curve in curves:
        names, parts = curve.by_segment()
        shapes[curve.name] = np.asarray(
            parts @ np.array([settings.margin_of(name) for name in names])
        )
    return shapes
