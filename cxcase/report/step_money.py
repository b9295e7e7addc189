"""What a step would keep a year at a lift, read off the money curve of what it acts on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cxcase.estimate import Estimate
from cxcase.link import Curve
from cxcase.report.result import Report


def kept_at(
    report: Report, acts_on: str | None, moments: Sequence[str], lift: float
) -> Estimate | None:
    """Revenue kept a year, all customers, at a lift in points of what a step acts on; None where
    nothing is priced. Several moments add up, each as far as its scale goes, after their overlap.
    """
    points = lift * _points_of_curve(report, acts_on)
    found = [_on(curve, points) for curve in _curves(report, acts_on, moments)]
    known = [one for one in found if one is not None]
    if not known:
        return None
    overlap = _overlap(report)
    value, low, high = (
        overlap * sum(getattr(one, end) or 0.0 for one in known) for end in ("value", "low", "high")
    )
    return replace(known[0], value=value, low=min(low, high), high=max(low, high))


def room_of(report: Report, acts_on: str | None, moments: Sequence[str]) -> float | None:
    """The most points that what a step acts on can still rise; None where that is not known."""
    curves = _curves(report, acts_on, moments)
    per_point = _points_of_curve(report, acts_on)
    if not curves or per_point <= 0:
        return None
    return max(0.0, max(curve.headroom for curve in curves) / per_point)


def _curves(report: Report, acts_on: str | None, moments: Sequence[str]) -> list[Curve]:
    """The money curves of what a step acts on."""
    if acts_on == "moment" and report.moments is not None:
        return [report.moments.curves[name] for name in moments if name in report.moments.curves]
    if acts_on in ("ease", "ex") and report.link is not None and report.link.curve is not None:
        return [report.link.curve]
    return []


def _points_of_curve(report: Report, acts_on: str | None) -> float:
    """Points of the curve for one point of what a step acts on: CX points of an EX point."""
    if acts_on != "ex" or report.link is None:
        return 1.0
    effect = report.link.effect("ex_to_cx")
    if effect is None:
        return 0.0
    return effect.estimate.value or 0.0


def _overlap(report: Report) -> float:
    """What is left of the sum of curves when moments overlap, at most 1."""
    if report.moments is None or not report.moments.overlap > 0:
        return 1.0
    return min(1.0, report.moments.overlap)


def _on(curve: Curve, lift: float) -> Estimate | None:
    """The worth of a lift on one curve."""
    worth = curve.per_point
    if worth.value is None:
        return None
    height = float(curve.h(min(lift, curve.headroom)))
    low, high = (None if end is None else end * height for end in (worth.low, worth.high))
    return replace(worth, value=worth.value * height, low=low, high=high)
