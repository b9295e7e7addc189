"""The numbers behind the moments' charts as rows, for who wants to draw or check them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cxcase.estimate import Estimate
from cxcase.moments import Change, Moment
from cxcase.report.result import Report

Rows = tuple[Sequence[str], Sequence[Sequence[Any]]]
_ESTIMATES = (
    "reach",
    "performance",
    "slope",
    "index_slope",
    "direct_slope",
    "importance_share",
    "revenue_at_stake",
)
_CHANGES = ("before", "after", "change", "same", "joined", "left")


def figures_of(name: str, report: Report, **chosen: Any) -> Rows:
    """(headings, rows) of a chart of moments; every figure of every moment where it has none of its
    own.
    """
    return _OWN.get(name, _moments)(report, chosen)


def _ends(e: Estimate | None) -> list[float | None]:
    """A figure with the ends of its range."""
    if e is None:
        return [None] * 3
    return [e.value, e.low, e.high]


def _all_ends(*estimates: Estimate | None) -> list[float | None]:
    return [end for e in estimates for end in _ends(e)]


def _heads(*names: str) -> list[str]:
    """Headings of figures with the ends of their ranges."""
    return [f"{name}{end}" for name in names for end in ("", "_low", "_high")]


def _moments(report: Report, chosen: Mapping[str, Any]) -> Rows:
    heads = [
        "moment",
        "lived",
        *_heads(*_ESTIMATES, "revenue_per_point"),
        "share",
        "target",
        "chance_first",
        "chance_top_three",
        "status",
    ]
    return heads, [_moment(report, moment) for moment in report.ordered_moments]


def _moment(report: Report, moment: Moment) -> list[Any]:
    """Every figure of one moment."""
    curve = report.moments.curves.get(moment.name) if report.moments else None
    joint = report.joint
    return [
        moment.name,
        moment.lived_n,
        *_all_ends(*(getattr(moment, name) for name in _ESTIMATES)),
        *_ends(curve.per_point if curve else None),
        joint.shares.get(moment.name) if joint else None,
        moment.target_value,
        moment.p_first,
        moment.p_top3,
        moment.status,
    ]


def _parts(report: Report, chosen: Mapping[str, Any]) -> Rows:
    """Revenue that left in its parts."""
    heads = ("part", "revenue")
    joint = report.joint
    if joint is None:
        return heads, ()
    return heads, [
        *([name, share] for name, share in joint.shares.items()),
        ["(silent customers)", joint.silent],
        ["(not explained)", joint.unexplained],
        ["(revenue that left)", joint.churned_revenue],
    ]


def _overlap(report: Report, chosen: Mapping[str, Any]) -> Rows:
    heads = ("chance_from", "chance_to", "share_of_answered", "share_of_silent")
    answering = report.diagnosis.answering
    if answering is None or not answering.overlap:
        return heads, ()
    return heads, answering.overlap.bars


def _sides(report: Report, chosen: Mapping[str, Any]) -> Rows:
    """What a point costs below the knot and earns above it, moment by moment."""
    heads = ["moment", "kind", "knot", *_heads("below", "above", "times"), "low_n", "high_n"]
    rows = []
    for moment in report.ordered_moments:
        side = moment.asymmetry
        if side is not None:
            ends = [*_all_ends(side.below, side.above), *side.times]
            rows.append([moment.name, moment.kind, side.knot, *ends, side.low_n, side.high_n])
    return heads, rows


def _groups(report: Report, chosen: Mapping[str, Any]) -> Rows:
    breakdowns = report.breakdowns
    dimension = chosen.get("dimension", "segment")
    names = ("mean", "mean_drawn_in", "slope", "importance_share", "revenue_at_stake")
    heads = [dimension, "moment", "rated", "reach", *_heads(*names)]
    if breakdowns is None:
        return heads, []
    return heads, [
        [
            *(f.group, f.moment, f.n, f.reach.value),
            *_all_ends(f.raw, f.performance, f.slope, f.importance_share, f.stake),
        ]
        for f in breakdowns.of(dimension)
    ]


def _change(report: Report, chosen: Mapping[str, Any]) -> Rows:
    """How each moment moved from wave to wave."""
    heads = ["moment", "from", "to"]
    for name in _CHANGES:
        heads += [f"{name}_n", *_heads(name)]
    breakdowns = report.breakdowns
    if breakdowns is None:
        return heads, []
    first_days = [wave.first.isoformat() for wave in breakdowns.waves]
    return heads, [
        [change.moment, *first_days[change.wave - 1 : change.wave + 1], *_moved(change)]
        for change in breakdowns.changes
    ]


def _moved(change: Change) -> list[Any]:
    found: list[Estimate] = [getattr(change, name) for name in _CHANGES]
    return [cell for e in found for cell in (e.n, *_ends(e))]


def _levels(report: Report, chosen: Mapping[str, Any]) -> Rows:
    """How one moment was rated, and who would leave at each rating."""
    heads = ["rating", "answers", "share", "left", *_heads("would_leave")]
    moment = named_moment(report, chosen.get("moment", ""))
    if moment is None:
        return heads, []
    return heads, [[v.rating, v.n, v.share, v.churn, *_ends(v.fitted)] for v in moment.levels]


def named_moment(report: Report, name: str) -> Moment | None:
    """The moment of this name; without one the first that has ratings to show."""
    for moment in report.ordered_moments:
        if moment.name == name or (not name and moment.levels):
            return moment
    return None


_OWN: Mapping[str, Callable[[Report, Mapping[str, Any]], Rows]] = {
    "moments_groups": _groups,
    "moments_change": _change,
    "moment_levels": _levels,
    "moment_curve": _levels,
    "overlap": _overlap,
    "waterfall": _parts,
    "moments_parts": _parts,
    "moments_sides": _sides,
}
