"""Moments by groups of customers: how each goes there, or how much of the score goes with it there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
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
_FULL = (
    0.6  # of importance: the share whose shade is the full one, so that words on it stay legible
)
MAX_GROUPS = 12  # columns of a heat map; a dimension with more shows its first, the largest teams
# px of a heat map's cells in the narrowest picture, and of one letter
_PLOT = 380
_LETTER = 6.6
_HEAD = 20  # characters of a heading that stands upright
_Line = Sequence[GroupFigures]


def moments_groups(
    report: Report, theme: Theme = "light", dimension: str = "segment", figure: str = "performance"
) -> go.Figure | None:
    """A heat map of moments by groups. figure: "performance" (default), or "importance" where any
    group carries it.
    """
    breakdowns = report.moments.breakdowns if report.moments else None
    groups = breakdowns.groups.get(dimension, ())[:MAX_GROUPS] if breakdowns else ()
    if breakdowns is None or not groups:
        return None
    cell = {(f.moment, f.group): f for f in breakdowns.of(dimension)}
    names = [m.name for m in report.ordered_moments if (m.name, groups[0]) in cell]
    table = [[cell[name, group] for group in groups] for name in names]
    if not table:
        return None
    if figure != "importance":
        return _performance(report, theme, dimension, table)
    if any(_shared(line) for line in table):
        return _importance(report, theme, dimension, table)
    return None


def _shared(line: _Line) -> list[GroupFigures]:
    return [f for f in line if not f.importance_share.refused]


def _performance(report: Report, theme: Theme, dimension: str, table: Sequence[_Line]) -> go.Figure:
    """Mean ratings, shaded by their distance from the moment's mean."""
    colours = palette(theme)
    by_name = {m.name: m for m in report.ordered_moments}
    shade: list[list[float | None]] = []
    for line in table:
        moment = by_name[line[0].moment]
        mean = moment.performance.value or 0.0
        span = moment.scale_high - moment.scale_low
        shade.append(
            [None if (v := f.performance.value) is None else (v - mean) / span for f in line]
        )
    far = 2.2 * max([abs(v) for line in shade for v in line if v is not None] + [_PALE])
    scale = {
        "zmin": -far,
        "zmax": far,
        "colorscale": [[0, colours.harm], [0.5, colours.ground], [1, colours.rx]],
    }
    title = _worst(shade, table, dimension)
    return _heat(report, theme, dimension, table, title, "", shade, scale, lambda f: f.performance)


def _importance(report: Report, theme: Theme, dimension: str, table: Sequence[_Line]) -> go.Figure:
    """Shares of importance, the larger the darker."""
    colours = palette(theme)
    scale = {"zmin": 0.0, "zmax": _FULL, "colorscale": [[0, colours.ground], [1, colours.cx]]}
    shade = [[f.importance_share.value for f in line] for line in table]
    return _heat(report, theme, dimension, table, _first(table, dimension), "_importance", shade, scale,
                 lambda f: f.importance_share)  # fmt: skip


def _heat(
    report: Report,
    theme: Theme,
    dimension: str,
    table: Sequence[_Line],
    title: str,
    kind: str,
    shade: list[list[float | None]],
    scale: dict[str, Any],
    of: Callable[[GroupFigures], Estimate],
) -> go.Figure:
    """The map itself; kind: "" or "_importance", whose words stand beside the cells' figures."""
    path = "chart.moments_groups"
    names = [line[0].moment for line in table]
    figure = blank(
        theme, title, words.say(f"{path}.subtitle{kind}", kind=words.group_kind(dimension)), names=names,
        note=words.say(f"{path}.note{kind}"),
    )  # fmt: skip
    text = [[words.say(f"{path}.cell{kind}", value=of(f).value) if not of(f).refused else "–" for f in line]
            for line in table]  # fmt: skip
    said = [[_said(report, f, dimension, kind, of) for f in line] for line in table]
    figure.add_heatmap(
        z=shade, x=list(range(len(table[0]))), y=list(range(len(names))), text=text, texttemplate="%{text}",
        showscale=False, xgap=2, ygap=2, hoverinfo="text", hovertext=[[spoken(s) for s in line] for line in said],
        textfont={"color": palette(theme).ink, "size": 13}, **scale,
    )  # fmt: skip
    rows.name_rows(figure, names)
    _heads(figure, [words.group_name(dimension, f.group) for f in table[0]])
    facts = [s for line, sentences in zip(table, said, strict=True) for f, s in zip(line, sentences, strict=True)
             if not of(f).refused]  # fmt: skip
    return described(figure, title, facts[:12])


def _heads(figure: go.Figure, names: list[str]) -> None:
    """Names the columns above the cells; upright where they would touch each other otherwise."""
    width = _PLOT / len(names)
    heads = [wrapped(name, max(8, min(NAME_WIDTH, int(width / _LETTER)))) for name in names]
    upright = max(columns(line) for head in heads for line in head.split("<br>")) * _LETTER > width
    if upright:
        heads = [safe(shorten(name, _HEAD)) for name in names]
        tall = 10 + _LETTER * max(map(columns, heads))
    else:
        tall = 18 + 15 * max(head.count("<br>") for head in heads)
    figure.update_xaxes(tickvals=list(range(len(names))), ticktext=heads, side="top", showgrid=False,
                        tickangle=-90 if upright else 0, tickfont={"size": 12})  # fmt: skip
    figure.update_layout(
        margin={"t": figure.layout.margin.t + tall}, height=figure.layout.height + tall
    )


def _said(
    report: Report,
    f: GroupFigures,
    dimension: str,
    kind: str,
    of: Callable[[GroupFigures], Estimate],
) -> str:
    """A cell in a sentence."""
    if of(f).refused:
        path = f"few{kind}"
    elif not kind and f.stake.refused:
        path = "hover_no_stake"
    else:
        path = f"hover{kind}"
    why = words.reason(of(f).reason).text if of(f).reason else ""
    return words.say(
        f"chart.moments_groups.{path}", report.currency, group=words.group_name(dimension, f.group), name=f.moment,
        n=f.n, raw=f.raw, performance=f.performance, reach=f.reach.value, stake=f.stake, share=f.importance_share,
        why=why,
    )  # fmt: skip


def _worst(shade: list[list[float | None]], table: Sequence[_Line], dimension: str) -> str:
    found = [(v, i, j) for i, line in enumerate(shade) for j, v in enumerate(line) if v is not None]
    low = min(found, default=(0.0, 0, 0))
    even = not found or low[0] > -0.02
    at = table[low[1]][low[2]]
    return words.say(f"chart.moments_groups.{'even' if even else 'title'}", name=brief(at.moment),
                     group=words.group_name(dimension, at.group), kind=words.group_kind(dimension))  # fmt: skip


def _first(table: Sequence[_Line], dimension: str) -> str:
    """Which moment most often has the largest share, and in how many of the groups that carry
    shares.
    """
    columns = [_shared(column) for column in zip(*table, strict=True)]
    first = Counter(
        max(column, key=lambda f: f.importance_share.value or 0.0).moment
        for column in columns
        if column
    )
    name, times = first.most_common(1)[0]
    return words.say("chart.moments_groups.first", name=brief(name), times=times, of=first.total(),
                     kind=words.group_kind(dimension))  # fmt: skip


__all__ = ["moments_groups"]
