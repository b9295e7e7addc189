"""The numbers behind the moments' pictures as rows, for whoever wants to draw or check them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.estimate import Estimate
from cxcase.report.result import Report

Rows = tuple[Sequence[str], Sequence[Sequence[Any]]]
_ALL = (
    "reach",
    "performance",
    "slope",
    "index_slope",
    "direct_slope",
    "importance_share",
    "revenue_at_stake",
)


def figures_of(name: str, report: Report, **chosen: Any) -> Rows:
    """(headings, rows) of a chart of moments; every figure of every moment where it has none of its
    own.
    """
    own = {"moments_groups": _groups, "moments_change": _change, "moment_levels": _levels, "moment_curve": _levels,
           "overlap": _overlap, "waterfall": _parts, "moments_parts": _parts, "moments_sides": _sides}  # fmt: skip
    return own.get(name, _moments)(report, chosen)


def _ends(e: Estimate | None) -> list[float | None]:
    if e is None:
        return [None] * 3
    return [e.value, e.low, e.high]


def _heads(name: str) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"]


def _moments(report: Report, chosen: dict[str, Any]) -> Rows:
    curves = report.moments.curves if report.moments else {}
    joint = report.moments.joint if report.moments else None
    heads = ["moment", "lived", *(h for name in _ALL for h in _heads(name)), *_heads("revenue_per_point"), "share",
             "target", "chance_first", "chance_top_three", "status"]  # fmt: skip
    return heads, [
        [
            m.name,
            m.lived_n,
            *(end for name in _ALL for end in _ends(getattr(m, name))),
            *_ends(curves[m.name].per_point if m.name in curves else None),
            joint.shares.get(m.name) if joint else None,
            m.target_value,
            m.p_first,
            m.p_top3,
            m.status,
        ]
        for m in report.ordered_moments
    ]


def _parts(report: Report, chosen: dict[str, Any]) -> Rows:
    joint = report.moments.joint if report.moments else None
    if joint is None:
        return ("part", "revenue"), ()
    rows: list[list[Any]] = [[name, share] for name, share in joint.shares.items()]
    rows += [["(silent customers)", joint.silent], ["(not explained)", joint.unexplained],
             ["(revenue that left)", joint.churned_revenue]]  # fmt: skip
    return ("part", "revenue"), rows


def _overlap(report: Report, chosen: dict[str, Any]) -> Rows:
    answering = report.link.diagnosis.answering if report.link and report.link.diagnosis else None
    found = answering.overlap if answering else None
    return (
        "chance_from",
        "chance_to",
        "share_of_answered",
        "share_of_silent",
    ), found.bars if found else ()


def _sides(report: Report, chosen: dict[str, Any]) -> Rows:
    heads = [
        "moment",
        "kind",
        "knot",
        *_heads("below"),
        *_heads("above"),
        *_heads("times"),
        "low_n",
        "high_n",
    ]
    return heads, [
        [m.name, m.kind, a.knot, *_ends(a.below), *_ends(a.above), *a.times, a.low_n, a.high_n]
        for m in report.ordered_moments
        if (a := m.asymmetry) is not None
    ]


def _groups(report: Report, chosen: dict[str, Any]) -> Rows:
    breakdowns = report.moments.breakdowns if report.moments else None
    dimension = chosen.get("dimension", "segment")
    heads = [dimension, "moment", "rated", "reach", *_heads("mean"), *_heads("mean_drawn_in"), *_heads("slope"),
             *_heads("importance_share"), *_heads("revenue_at_stake")]  # fmt: skip
    return heads, [
        [
            *(f.group, f.moment, f.n, f.reach.value),
            *(
                end
                for e in (f.raw, f.performance, f.slope, f.importance_share, f.stake)
                for end in _ends(e)
            ),
        ]
        for f in (breakdowns.of(dimension) if breakdowns else ())
    ]


def _change(report: Report, chosen: dict[str, Any]) -> Rows:
    breakdowns = report.moments.breakdowns if report.moments else None
    names = ("before", "after", "change", "same", "joined", "left")
    heads = ["moment", "from", "to", *(h for name in names for h in (f"{name}_n", *_heads(name)))]
    rows = []
    for c in breakdowns.changes if breakdowns else ():
        assert breakdowns is not None
        days = [breakdowns.waves[w].first.isoformat() for w in (c.wave - 1, c.wave)]
        found: list[Estimate] = [getattr(c, n) for n in names]
        rows.append([c.moment, *days, *(cell for e in found for cell in (e.n, *_ends(e)))])
    return heads, rows


def _levels(report: Report, chosen: dict[str, Any]) -> Rows:
    name = chosen.get("moment", "")
    moment = next(
        (m for m in report.ordered_moments if m.name == name or (not name and m.levels)), None
    )
    heads = ["rating", "answers", "share", "left", *_heads("would_leave")]
    return heads, [
        [v.rating, v.n, v.share, v.churn, *_ends(v.fitted)]
        for v in (moment.levels if moment else ())
    ]
