"""Moments by groups of customers: how each goes there, or how much of the score goes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.moments import GroupFigures
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    NAME_WIDTH,
    Theme,
    blank,
    brief,
    described,
    palette,
    safe,
    spoken,
    wrapped,
)
from cxcase.report.charts.drawing.widths import columns, shorten
from cxcase.report.result import Report

# of the scale: differences below it never reach the full shade, however small all of them are
_PALE = 0.1
# of importance: the share whose shade is the full one, so that words on it stay legible
_FULL = 0.6
_WORST = -0.02  # of the scale: the worst cell lies at least so far below its moment's mean
MAX_GROUPS = 12  # columns of a heat map; a dimension with more shows its first, the largest teams
# px of a heat map's cells in the narrowest picture, and of one letter
_PLOT = 380
_LETTER = 6.6
_HEAD = 20  # characters of a heading that stands upright
_FACTS = 12  # cells that the alt text tells
_Line = Sequence[GroupFigures]
_Shades = list[list[float | None]]


@dataclass(frozen=True)
class _Cell:
    """What a cell shows and says: its figure, its text, its sentence."""

    figure: Estimate
    text: str
    said: str


def moments_groups(
    report: Report, theme: Theme = "light", dimension: str = "segment", figure: str = "performance"
) -> go.Figure | None:
    """A heat map of moments by groups. figure: "performance" (default), or "importance" where any
    group carries it.
    """
    table = _table(report, dimension)
    if not table:
        return None
    if figure != "importance":
        return _performance(report, theme, dimension, table)
    if any(_with_shares(line) for line in table):
        return _importance(theme, dimension, table)
    return None


def _table(report: Report, dimension: str) -> list[_Line]:
    """A line a moment, in the case's order, of its figures by group."""
    breakdowns = report.breakdowns
    groups = breakdowns.groups.get(dimension, ())[:MAX_GROUPS] if breakdowns else ()
    if breakdowns is None or not groups:
        return []
    cells = {(f.moment, f.group): f for f in breakdowns.of(dimension)}
    names = [m.name for m in report.ordered_moments if (m.name, groups[0]) in cells]
    return [[cells[name, group] for group in groups] for name in names]


def _with_shares(line: _Line) -> list[GroupFigures]:
    return [f for f in line if not f.importance_share.refused]


def _performance(report: Report, theme: Theme, dimension: str, table: Sequence[_Line]) -> go.Figure:
    """Mean ratings, shaded by their distance from the moment's mean."""
    colours = palette(theme)
    shades = _distances(report, table)
    far = 2.2 * max([abs(v) for line in shades for v in line if v is not None] + [_PALE])
    scale = {
        "zmin": -far,
        "zmax": far,
        "colorscale": [[0, colours.harm], [0.5, colours.ground], [1, colours.rx]],
    }
    title = _worst(shades, table, dimension)
    subtitle = words.say("chart.moments_groups.subtitle", kind=words.group_kind(dimension))
    note = words.say("chart.moments_groups.note")
    names = [line[0].moment for line in table]
    figure = blank(theme, title, subtitle, names=names, note=note)
    cells = [[_rating(report, f, dimension) for f in line] for line in table]
    _heat(figure, cells, shades, scale, theme)
    return _finished(figure, title, dimension, table, cells)


def _distances(report: Report, table: Sequence[_Line]) -> _Shades:
    """How far each group's rating lies from its moment's mean, as a share of the scale."""
    moments = {m.name: m for m in report.ordered_moments}
    shades: _Shades = []
    for line in table:
        moment = moments[line[0].moment]
        mean = moment.performance.value or 0.0
        width = moment.scale_high - moment.scale_low
        ratings = [f.performance.value for f in line]
        shades.append([None if value is None else (value - mean) / width for value in ratings])
    return shades


def _importance(theme: Theme, dimension: str, table: Sequence[_Line]) -> go.Figure:
    """Shares of importance, the larger the darker."""
    colours = palette(theme)
    scale = {"zmin": 0.0, "zmax": _FULL, "colorscale": [[0, colours.ground], [1, colours.cx]]}
    shades = [[f.importance_share.value for f in line] for line in table]
    title = _most_often_first(table, dimension)
    subtitle = words.say(
        "chart.moments_groups.subtitle_importance", kind=words.group_kind(dimension)
    )
    note = words.say("chart.moments_groups.note_importance")
    names = [line[0].moment for line in table]
    figure = blank(theme, title, subtitle, names=names, note=note)
    cells = [[_share(f, dimension) for f in line] for line in table]
    _heat(figure, cells, shades, scale, theme)
    return _finished(figure, title, dimension, table, cells)


def _rating(report: Report, f: GroupFigures, dimension: str) -> _Cell:
    """A group's mean rating of a moment, with its reach and the money in it."""
    params = {"group": words.group_name(dimension, f.group), "name": f.moment, "n": f.n}
    e = f.performance
    if e.refused:
        why = words.reason(e.reason).text
        return _Cell(e, "–", words.say("chart.moments_groups.few", **params, why=why))
    text = words.say("chart.moments_groups.cell", value=e.value)
    without = f.stake.refused
    path = "chart.moments_groups.hover_no_stake" if without else "chart.moments_groups.hover"
    said = words.say(
        path,
        report.currency,
        **params,
        raw=f.raw,
        performance=e,
        reach=f.reach.value,
        stake=f.stake,
    )
    return _Cell(e, text, said)


def _share(f: GroupFigures, dimension: str) -> _Cell:
    """A moment's share of importance in a group."""
    params = {"group": words.group_name(dimension, f.group), "name": f.moment, "n": f.n}
    e = f.importance_share
    if e.refused:
        why = words.reason(e.reason).text
        return _Cell(e, "–", words.say("chart.moments_groups.few_importance", **params, why=why))
    text = words.say("chart.moments_groups.cell_importance", value=e.value)
    said = words.say("chart.moments_groups.hover_importance", **params, share=e)
    return _Cell(e, text, said)


def _heat(
    figure: go.Figure,
    cells: Sequence[Sequence[_Cell]],
    shades: _Shades,
    scale: Mapping[str, Any],
    theme: Theme,
) -> None:
    figure.add_heatmap(
        z=shades,
        x=list(range(len(cells[0]))),
        y=list(range(len(cells))),
        text=[[cell.text for cell in line] for line in cells],
        texttemplate="%{text}",
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="text",
        hovertext=[[spoken(cell.said) for cell in line] for line in cells],
        textfont={"color": palette(theme).ink, "size": 13},
        **scale,
    )


def _finished(
    figure: go.Figure,
    title: str,
    dimension: str,
    table: Sequence[_Line],
    cells: Sequence[Sequence[_Cell]],
) -> go.Figure:
    """The map with its rows and columns named, and its cells as facts."""
    rows.name_rows(figure, [line[0].moment for line in table])
    _heads(figure, [words.group_name(dimension, f.group) for f in table[0]])
    facts = [cell.said for line in cells for cell in line if not cell.figure.refused]
    return described(figure, title, facts[:_FACTS])


def _heads(figure: go.Figure, names: Sequence[str]) -> None:
    """Names the columns above the cells; upright where they would touch each other otherwise."""
    width = _PLOT / len(names)
    heads = [wrapped(name, max(8, min(NAME_WIDTH, int(width / _LETTER)))) for name in names]
    widest = max(columns(line) for head in heads for line in head.split("<br>"))
    upright = widest * _LETTER > width
    if upright:
        heads = [safe(shorten(name, _HEAD)) for name in names]
        tall = 10 + _LETTER * max(map(columns, heads))
    else:
        tall = 18 + 15 * max(head.count("<br>") for head in heads)
    figure.update_xaxes(
        tickvals=list(range(len(names))),
        ticktext=heads,
        side="top",
        showgrid=False,
        tickangle=-90 if upright else 0,
        tickfont={"size": 12},
    )
    figure.update_layout(
        margin={"t": figure.layout.margin.t + tall}, height=figure.layout.height + tall
    )


def _worst(shades: _Shades, table: Sequence[_Line], dimension: str) -> str:
    """Where a moment goes worst against its mean, unless all groups are about alike."""
    low, line, column = min(
        [
            (shade, i, j)
            for i, line in enumerate(shades)
            for j, shade in enumerate(line)
            if shade is not None
        ],
        default=(0.0, 0, 0),
    )
    cell = table[line][column]
    even = low > _WORST
    return words.say(
        "chart.moments_groups.even" if even else "chart.moments_groups.title",
        name=brief(cell.moment),
        group=words.group_name(dimension, cell.group),
        kind=words.group_kind(dimension),
    )


def _most_often_first(table: Sequence[_Line], dimension: str) -> str:
    """Which moment most often has the largest share, and in how many of the groups that carry
    shares.
    """
    by_group = [_with_shares(column) for column in zip(*table, strict=True)]
    first = Counter(_largest(column) for column in by_group if column)
    name, times = first.most_common(1)[0]
    return words.say(
        "chart.moments_groups.first",
        name=brief(name),
        times=times,
        of=first.total(),
        kind=words.group_kind(dimension),
    )


def _largest(column: _Line) -> str:
    """The moment with the largest share in a group."""
    return max(column, key=lambda f: f.importance_share.value or 0.0).moment
