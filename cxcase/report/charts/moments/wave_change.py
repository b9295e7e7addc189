"""How each moment moved from one wave of the survey to the next: among all who answered, and the
same customers.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.moments import Change
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import Look, dot, interval
from cxcase.report.charts.drawing.style import (
    Palette,
    Theme,
    blank,
    brief,
    described,
    palette,
    safe,
    zero_line,
)
from cxcase.report.result import Report

_APART = 0.2  # of a row: how far the two marks of a moment lie from its middle
_MARK = 11  # px across


def moments_change(report: Report, theme: Theme = "light", wave: int = -1) -> go.Figure | None:
    """Each moment's mean rating in a wave against the one before, with its range; None with one
    wave.
    """
    breakdowns = report.breakdowns
    if breakdowns is None or len(breakdowns.waves) < 2:
        return None
    known = {c.moment: c for c in breakdowns.since(wave) if not c.change.refused}
    moved = [known[m.name] for m in report.ordered_moments if m.name in known]
    if not moved:
        return None
    marks = [e for c in moved for e in (c.change, c.same) if not e.refused]
    title = _title(moved)
    note = "" if all(e.excludes_zero for e in marks) else words.say("chart.common.hollow")
    names = [c.moment for c in moved]
    figure = blank(theme, title, _subtitle(report, moved), names=names, note=note)
    for place, change in enumerate(moved):
        _row(figure, change, place, palette(theme))
    rows.name_rows(figure, names)
    _axis(figure, marks)
    zero_line(figure, theme)
    return described(figure, title, [_fact(change) for change in moved])


def _title(moved: Sequence[Change]) -> str:
    """The moment that clearly moved most, and how many clearly moved."""
    clear = [c for c in moved if c.change.excludes_zero]
    if not clear:
        return words.say("chart.moments_change.none")
    top = max(clear, key=lambda c: abs(c.change.value or 0.0))
    return words.say(
        "chart.moments_change.title",
        name=brief(top.moment),
        value=top.change.value,
        n=len(clear),
    )


def _subtitle(report: Report, moved: Sequence[Change]) -> str:
    """The two waves, with their days and their answers."""
    waves = report.breakdowns.waves if report.breakdowns else ()
    before, after = waves[moved[0].wave - 1 : moved[0].wave + 1]
    twice = any(not c.same.refused for c in moved)
    path = "chart.moments_change.subtitle_same" if twice else "chart.moments_change.subtitle"
    return words.say(
        path,
        before=before.n,
        after=after.n,
        first=before.first,
        last=before.last,
        since=after.first,
        until=after.last,
    )


def _fact(change: Change) -> str:
    if change.same.refused:
        return _said("chart.moments_change.fact", change)
    return _said("chart.moments_change.fact_same", change)


def _hover(change: Change) -> str:
    if change.same.refused:
        return _said("chart.moments_change.hover", change)
    return _said("chart.moments_change.hover_same", change)


def _said(path: str, change: Change) -> str:
    return words.say(
        path,
        name=change.moment,
        e=change.change,
        same=change.same,
        before=change.before,
        after=change.after,
    )


def _row(figure: go.Figure, change: Change, place: int, colours: Palette) -> None:
    """A dot for all who answered and, under it, a diamond for those who answered both times."""
    hover = _hover(change)
    if change.same.refused:
        _mark(figure, change.change, place, "circle", hover, colours)
        return
    _mark(figure, change.change, place - _APART, "circle", hover, colours)
    _mark(figure, change.same, place + _APART, "diamond", hover, colours)


def _mark(
    figure: go.Figure, e: Estimate, place: float, symbol: str, hover: str, colours: Palette
) -> None:
    look, ink = _look(e, colours)
    interval(figure, (e.low, e.high), place, look.edge, hover)
    dot(figure, (e.value, place), look, hover, symbol)
    figure.add_annotation(
        x=_end(e),
        y=place,
        text=safe(_label(e)),
        xanchor="left",
        xshift=10,
        showarrow=False,
        font={"size": 12, "color": ink},
    )


def _look(e: Estimate, colours: Palette) -> tuple[Look, str]:
    """(a mark's look, its label's colour): hollow and muted where zero lies in its range."""
    if not e.excludes_zero:
        return Look(colours.ground, colours.muted, line=2, size=_MARK), colours.muted
    colour = colours.rx if (e.value or 0.0) > 0 else colours.harm
    return Look(colour, colour, line=2, size=_MARK), colours.ink


def _label(e: Estimate) -> str:
    return words.say("chart.moments_change.label", e=e)


def _end(e: Estimate) -> float:
    """Where a mark and its range reach furthest."""
    return max(e.high or 0.0, e.value or 0.0)


def _axis(figure: go.Figure, marks: Sequence[Estimate]) -> None:
    low = min([0.0, *(e.low or 0.0 for e in marks)])
    ticks = rows.round_ticks(low, max([0.0, *map(_end, marks)]), 2)
    figure.update_xaxes(
        range=rows.span([(_end(e), _label(e)) for e in marks], low),
        tickvals=ticks,
        ticktext=[words.say("chart.moments_change.tick", value=tick) for tick in ticks],
        tickangle=0,
    )
