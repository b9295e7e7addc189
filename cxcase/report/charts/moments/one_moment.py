"""One moment in pictures: how it was rated, who would leave at each rating; and for all, failing
beside excelling.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.moments import Asymmetry, Level, Moment
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    MAX_ROWS,
    Palette,
    Theme,
    blank,
    brief,
    described,
    palette,
    safe,
    spoken,
)
from cxcase.report.result import Report

_FAR = 4.0  # multiple of the figure beyond which its upper end says nothing


def moment_levels(report: Report, theme: Theme = "light", *, moment: str = "") -> go.Figure | None:
    """Bars: share of the answers at each rating of one moment, else the first; None where it was
    hardly rated.
    """
    shown = _named(report, moment)
    if shown is None or not shown.levels:
        return None
    colours = palette(theme)
    levels = shown.levels
    cuts = report.settings.side_cuts
    bad, good = (
        sum(lv.share for lv in levels if test(shown, lv, cuts)) for test in (_failed, _excelled)
    )
    title = words.say("chart.moment_levels.title", name=brief(shown.name), bad=bad, good=good)
    n = sum(level.n for level in levels)
    subtitle = words.say(
        "chart.moment_levels.subtitle", low=shown.scale_low, high=shown.scale_high, n=n
    )
    figure = blank(theme, title, subtitle, height=360)
    facts = []
    for level in levels:
        said = words.say(
            "chart.moment_levels.hover", rating=level.rating, share=level.share, n=level.n
        )
        facts.append(said)
        figure.add_bar(
            x=[level.rating], y=[level.share], width=0.72 * _step(levels), hoverinfo="text", hovertext=[spoken(said)],
            marker={"color": _hue(shown, level, cuts, colours)}, text=[fmt.percent(level.share)],
            textposition="outside", textfont={"size": 12, "color": colours.ink}, cliponaxis=False,
        )  # fmt: skip
    _rating_axis(figure, shown)
    figure.update_yaxes(
        range=[0, 1.14 * max(lv.share for lv in levels)], tickvals=[], showgrid=False
    )
    figure.update_xaxes(title={"text": words.say("chart.moment_levels.x")})
    return described(figure, title, facts)


def moment_curve(report: Report, theme: Theme = "light", *, moment: str = "") -> go.Figure | None:
    """The share of customers leaving by rating: the line with its knot and range, and what was
    observed as dots.
    """
    shown = _named(report, moment)
    if shown is None or shown.asymmetry is None or len(shown.levels) < 3:
        return None
    colours = palette(theme)
    levels = shown.levels
    side = shown.asymmetry
    title = _curve_title(shown, side)
    n = sum(level.n for level in levels)
    knot = side.knot
    figure = blank(
        theme, title, words.say("chart.moment_curve.subtitle", knot=knot, n=n), height=400
    )
    at = [level.rating for level in levels]
    ends = [[e if e is not None else 0.0 for e in (lv.fitted.low, lv.fitted.high)] for lv in levels]
    figure.add_scatter(x=[*at, *at[::-1]], y=[e[1] for e in ends] + [e[0] for e in ends[::-1]], fill="toself",
                       fillcolor=_faint(colours.cx), line={"width": 0}, hoverinfo="skip")  # fmt: skip
    said = [words.say("chart.moment_curve.hover", rating=lv.rating, e=lv.fitted) for lv in levels]
    figure.add_scatter(x=at, y=[lv.fitted.value for lv in levels], mode="lines", line={"color": colours.cx, "width": 3},
                       hoverinfo="text", hovertext=[spoken(s) for s in said])  # fmt: skip
    seen = [lv for lv in levels if lv.churn is not None]
    most = max([lv.n for lv in seen] + [1])
    figure.add_scatter(
        x=[lv.rating for lv in seen], y=[lv.churn for lv in seen], mode="markers", hoverinfo="text",
        hovertext=[spoken(words.say("chart.moment_curve.seen", rating=v.rating, churn=v.churn, n=v.n)) for v in seen],
        marker={"size": [7 + 11 * (lv.n / most) ** 0.5 for lv in seen], "color": colours.ground,
                "line": {"color": colours.muted, "width": 1.5}},
    )  # fmt: skip
    figure.add_vline(
        x=knot, line={"color": colours.muted, "width": 1, "dash": "dot"}, layer="below"
    )
    top = max([e[1] for e in ends] + [lv.churn or 0.0 for lv in seen])
    _rating_axis(figure, shown)
    figure.update_xaxes(title={"text": words.say("chart.moment_curve.x")})
    rows.percent_ticks(figure, 0.0, min(1.0, 1.05 * top))
    figure.update_yaxes(range=[0, min(1.0, 1.08 * top)])
    return described(figure, title, said)


def moments_sides(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Per moment what a point lost below the knot costs, and what one gained above it earns,
    customers of 100.
    """
    shown = [
        m
        for m in report.ordered_moments
        if m.asymmetry is not None and not m.asymmetry.below.refused
    ]
    if not shown:
        return None
    colours, shown, more, knot = (
        palette(theme),
        shown[:MAX_ROWS],
        shown[MAX_ROWS:],
        report.settings.side_cuts[1],
    )
    sharp = [m for m in shown if m.kind in ("basic", "delighter")]
    path = f"chart.moments_sides.{sharp[0].kind if sharp else 'none'}"
    title = words.say(path, name=brief(sharp[0].name) if sharp else "")
    note = words.say("chart.common.more", names=[m.name for m in more]) if more else ""
    note = " ".join(part for part in (words.say("chart.moments_sides.note"), note) if part)
    figure = blank(
        theme,
        title,
        words.say("chart.moments_sides.subtitle", knot=knot),
        names=[m.name for m in shown],
        note=note,
    )
    far = max(abs(100 * (e.value or 0.0)) for m in shown for e in _pair(m))
    facts = []
    for place, moment in enumerate(shown):
        cost, gain = (-100 * (e.value or 0.0) for e in _pair(moment))
        said = words.say("chart.moments_sides.hover", name=moment.name, cost=cost, gain=gain, knot=knot,
                         kind=words.moment_kind(moment.kind))  # fmt: skip
        facts.append(said)
        solid = moment.kind != "unclear"
        for value, colour in ((-cost, colours.harm), (gain, colours.rx)):
            figure.add_bar(
                x=[value], y=[place], orientation="h", width=0.5, hoverinfo="text", hovertext=[spoken(said)],
                marker={"color": colour if solid else colours.ground, "line": {"color": colour, "width": 1.5}},
            )  # fmt: skip
        for e, sign in zip(_pair(moment), (1, -1), strict=True):
            if e.low is not None and e.high is not None:
                ends = [sign * 100 * e.low, sign * 100 * e.high]
                figure.add_scatter(x=ends, y=[place, place], mode="lines", hoverinfo="skip",
                                   line={"color": colours.ink, "width": 1.2})  # fmt: skip
        figure.add_annotation(
            x=1, xref="paper", xanchor="right", y=place, showarrow=False, text=safe(words.moment_kind(moment.kind)),
            font={"size": 13, "color": colours.ink if solid else colours.muted},
        )  # fmt: skip
    _side_axis(figure, shown, far, theme)
    return described(figure, title, facts)


def _pair(moment: Moment) -> tuple[Estimate, Estimate]:
    assert moment.asymmetry is not None
    return moment.asymmetry.below, moment.asymmetry.above


def _side_axis(figure: go.Figure, shown: Sequence[Moment], far: float, theme: Theme) -> None:
    """The same scale on both sides of zero, wide enough for the ranges, room for the verdicts at
    the right.
    """
    ends = [
        abs(100 * end)
        for m in shown
        for e in _pair(m)
        for end in (e.low, e.high)
        if end is not None
    ]
    reach = min(max([far, *ends]), 2.2 * far) * 1.05
    ticks = rows.round_ticks(-reach, reach)
    rows.name_rows(figure, [m.name for m in shown])
    figure.update_xaxes(
        range=[-reach, 1.62 * reach], tickvals=ticks, ticktext=[fmt.number(abs(t)) for t in ticks],
        title={"text": words.say("chart.moments_sides.x")},
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": palette(theme).ink, "width": 1})
    figure.update_layout(barmode="overlay")


def _named(report: Report, name: str) -> Moment | None:
    """The moment of this name; without one the first that has ratings to show."""
    return next(
        (m for m in report.ordered_moments if m.name == name or (not name and m.levels)), None
    )


def _curve_title(moment: Moment, side: Asymmetry) -> str:
    value, low, high = side.times
    params = {
        "name": brief(moment.name),
        "times": value,
        "low": low,
        "high": high,
        "knot": side.knot,
    }
    if moment.kind == "basic":
        if high is not None and value is not None and high <= _FAR * value:
            path = "basic"
        else:
            path = "basic_open"
    elif moment.kind == "delighter":
        path = "delighter"
        params |= {"times": 1 / value if value else None}
        path = path if value else "delighter_plain"
    else:
        path = moment.kind
    return words.say(f"chart.moment_curve.{path}", **params)


def _failed(moment: Moment, level: Level, cuts: Sequence[float]) -> bool:
    return (
        level.rating <= moment.scale_low + cuts[0] * (moment.scale_high - moment.scale_low) + 1e-9
    )


def _excelled(moment: Moment, level: Level, cuts: Sequence[float]) -> bool:
    return (
        level.rating >= moment.scale_low + cuts[2] * (moment.scale_high - moment.scale_low) - 1e-9
    )


def _hue(moment: Moment, level: Level, cuts: Sequence[float], colours: Palette) -> str:
    if _failed(moment, level, cuts):
        return colours.harm
    if _excelled(moment, level, cuts):
        return colours.rx
    return colours.muted


def _step(levels: Sequence[Level]) -> float:
    return min([b.rating - a.rating for a, b in pairwise(levels)] or [1.0])


def _rating_axis(figure: go.Figure, moment: Moment) -> None:
    step = _step(moment.levels)
    count = round((moment.scale_high - moment.scale_low) / step)
    marks = [moment.scale_low + k * step for k in range(count + 1)]
    figure.update_xaxes(
        range=[moment.scale_low - 0.6 * step, moment.scale_high + 0.6 * step], tickvals=marks,
        ticktext=[fmt.number(mark, 3) for mark in marks], showgrid=False,
    )  # fmt: skip


def _faint(colour: str) -> str:
    """A colour with little weight, for bands."""
    r, g, b = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({r},{g},{b},0.18)"
