"""How each moment moved from one wave of the survey to the next: among all who answered, and the
same customers.
"""

from __future__ import annotations

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.moments import Change
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    Theme,
    blank,
    brief,
    described,
    palette,
    safe,
    spoken,
    zero_line,
)
from cxcase.report.result import Report

_APART = 0.2  # of a row: how far the two marks of a moment lie from its middle


def moments_change(report: Report, theme: Theme = "light", wave: int = -1) -> go.Figure | None:
    """Each moment's mean rating in a wave against the one before, with its range; None with one
    wave.
    """
    breakdowns = report.moments.breakdowns if report.moments else None
    if breakdowns is None or len(breakdowns.waves) < 2:
        return None
    known = {c.moment: c for c in breakdowns.since(wave) if not c.change.refused}
    moved = [known[m.name] for m in report.ordered_moments if m.name in known]
    if not moved:
        return None
    clear = [c for c in moved if c.change.excludes_zero]
    top = max(clear, key=lambda c: abs(c.change.value or 0.0), default=None)
    title = words.say(
        f"chart.moments_change.{'title' if top else 'none'}", name=brief(top.moment) if top else "",
        value=top.change.value if top else 0.0, n=len(clear),
    )  # fmt: skip
    twice = any(not c.same.refused for c in moved)
    before, after = breakdowns.waves[moved[0].wave - 1 : moved[0].wave + 1]
    subtitle = words.say(
        f"chart.moments_change.subtitle{'_same' if twice else ''}", before=before.n, after=after.n, first=before.first,
        last=before.last, since=after.first, until=after.last,
    )  # fmt: skip
    marks = [e for c in moved for e in (c.change, c.same) if not e.refused]
    note = "" if all(e.excludes_zero for e in marks) else words.say("chart.common.hollow")
    figure = blank(theme, title, subtitle, names=[c.moment for c in moved], note=note)
    for place, change in enumerate(moved):
        _row(figure, change, place, theme)
    _axis(figure, moved, marks, theme)
    return described(figure, title, [_said(c, "fact") for c in moved])


def _said(change: Change, kind: str) -> str:
    path = kind if change.same.refused else f"{kind}_same"
    return words.say(f"chart.moments_change.{path}", name=change.moment, e=change.change, same=change.same,
                     before=change.before, after=change.after)  # fmt: skip


def _row(figure: go.Figure, change: Change, place: int, theme: Theme) -> None:
    """A dot for all who answered and, under it, a diamond for those who answered both times."""
    hover = spoken(_said(change, "hover"))
    if change.same.refused:
        _mark(figure, change.change, place, "circle", hover, theme)
        return
    _mark(figure, change.change, place - _APART, "circle", hover, theme)
    _mark(figure, change.same, place + _APART, "diamond", hover, theme)


def _mark(
    figure: go.Figure, e: Estimate, place: float, symbol: str, hover: str, theme: Theme
) -> None:
    colours = palette(theme)
    full = colours.rx if (e.value or 0.0) > 0 else colours.harm
    colour = full if e.excludes_zero else colours.muted
    figure.add_scatter(
        x=[e.low, e.high], y=[place, place], mode="lines", hoverinfo="text", hovertext=[hover] * 2,
        line={"color": colour, "width": 2},
    )  # fmt: skip
    figure.add_scatter(
        x=[e.value], y=[place], mode="markers", hoverinfo="text", hovertext=[hover],
        marker={"size": 11, "symbol": symbol, "color": full if e.excludes_zero else colours.ground,
                "line": {"color": colour, "width": 2}},
    )  # fmt: skip
    text = words.say("chart.moments_change.label", e=e)
    end = max(e.high or 0.0, e.value or 0.0)
    figure.add_annotation(
        x=end, y=place, text=safe(text), xanchor="left", xshift=10, showarrow=False,
        font={"size": 12, "color": colours.ink if e.excludes_zero else colours.muted},
    )  # fmt: skip


def _axis(figure: go.Figure, moved: list[Change], marks: list[Estimate], theme: Theme) -> None:
    lows = [e.low or 0.0 for e in marks]
    highs = [max(e.high or 0.0, e.value or 0.0) for e in marks]
    rows.name_rows(figure, [c.moment for c in moved])
    labels = [
        (high, words.say("chart.moments_change.label", e=e))
        for high, e in zip(highs, marks, strict=True)
    ]
    figure.update_xaxes(range=rows.span(labels, min(0.0, *lows)))
    ticks = rows.round_ticks(min(0.0, *lows), max(0.0, *highs), 2)
    said = [words.say("chart.moments_change.tick", value=t) for t in ticks]
    figure.update_xaxes(tickvals=ticks, ticktext=said, tickangle=0)
    zero_line(figure, theme)
