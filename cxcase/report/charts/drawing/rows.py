"""Charts of rows: each row a name, a dot or a bar, its interval and its label, from the top down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cxcase.report import format as fmt
from cxcase.report.charts.drawing.style import (
    NAME_WIDTH,
    Theme,
    palette,
    safe,
    spoken,
    wrapped,
    zero_line,
)
from cxcase.report.charts.drawing.widths import columns

_PLOT = 350  # px between the names and the right edge in the narrowest picture (820 px window)
_LETTER = 6.5  # px of one letter of a label
_TICK_GAP = 8  # px between two ticks' words


@dataclass(frozen=True)
class Bar:
    """One row: what it is called, where it lies, what its label and its hover say."""

    name: str
    value: float
    low: float
    high: float
    label: str
    hover: str
    colour: str
    clear: bool  # the whole interval lies on one side of zero: filled; else hollow and muted


def dots(figure: go.Figure, rows: Sequence[Bar], theme: Theme, *, band: bool = False) -> None:
    """Draws each row as a dot with its interval: a whisker, or a band where the interval is the
    message.
    """
    colours = palette(theme)
    for place, row in enumerate(rows):
        colour = row.colour if row.clear else colours.muted
        _interval(figure, row, place, colour, width=9 if band else 2, opacity=0.35 if band else 1.0)
        figure.add_scatter(
            x=[row.value], y=[place], mode="markers", hoverinfo="text", hovertext=[spoken(row.hover)],
            marker={"size": 13, "color": row.colour if row.clear else colours.ground,
                    "line": {"color": colour, "width": 2}},
        )  # fmt: skip
    _finish(figure, rows, [max(row.high, row.value) for row in rows], theme)


def bars(figure: go.Figure, rows: Sequence[Bar], theme: Theme) -> None:
    """Draws each row as a bar from zero with its whisker."""
    colours = palette(theme)
    for place, row in enumerate(rows):
        colour = row.colour if row.clear else colours.muted
        figure.add_bar(
            x=[row.value], y=[place], orientation="h", width=0.5, hoverinfo="text", hovertext=[spoken(row.hover)],
            marker={"color": row.colour if row.clear else colours.ground, "line": {"color": colour, "width": 1.5}},
        )  # fmt: skip
        _interval(
            figure, row, place, colours.ink if row.clear else colours.muted, width=1.5, opacity=1.0
        )
    _finish(figure, rows, [max(row.high, row.value, 0.0) for row in rows], theme)


def label(figure: go.Figure, text: str, x: float, place: float, colour: str) -> None:
    """Writes a row's label to the right of x."""
    figure.add_annotation(
        x=x,
        y=place,
        text=safe(text),
        xanchor="left",
        xshift=10,
        showarrow=False,
        font={"size": 13, "color": colour},
    )


def bracket(figure: go.Figure, first: int, last: int, theme: Theme) -> None:
    """Joins rows first to last by a line between their names and the bars."""
    figure.add_shape(
        type="line", xref="paper", xsizemode="pixel", xanchor=0, x0=-4, x1=-4, y0=first - 0.3, y1=last + 0.3,
        line={"color": palette(theme).muted, "width": 3}, name="tied",
    )  # fmt: skip


def name_rows(figure: go.Figure, names: Sequence[str]) -> None:
    """Names the rows 0, 1, … from the top down; long names wrap."""
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=[wrapped(name, NAME_WIDTH) for name in names],
        range=[len(names) - 0.5, -0.5], showgrid=False, tickfont={"size": 13}, ticks="outside", ticklen=8,
        tickcolor="rgba(0,0,0,0)",
    )  # fmt: skip


def span(ends: Sequence[tuple[float, str]], low: float) -> tuple[float, float]:
    """The range of the axis so that every label fits: ends are (where the row ends, its label)."""
    high = max([end for end, _ in ends] + [0.0])
    width = (high - low) or 1.0
    right = low + width
    for end, text in ends:
        share = min(0.75, (_LETTER * columns(text) + 24) / _PLOT)
        right = max(right, low + (end - low) / (1.0 - share), low + width * 1.02)
    return low - 0.03 * (right - low if low < 0 else 0.0), right


def round_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round numbers from low to high, zero among them where it lies between."""
    if not high > low:
        return [low]
    rough = (high - low) / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = min((m * size for m in (1, 2, 5, 10)), key=lambda s: abs(math.log(s / rough)))
    return [
        k * step for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    ]


def money_ticks(figure: go.Figure, currency: str, low: float, high: float, axis: str = "x") -> None:
    """Round ticks in money on the axis "x" or "y", all in one scale."""
    ends = figure.layout.xaxis.range if axis == "x" else None
    # beside long labels the rows keep only part of a narrow picture: fewer ticks there, none turned
    # on its side
    roomy = ends is None or (high - low) > 0.55 * (ends[1] - ends[0])
    ticks = round_ticks(low, high, 4 if roomy else 2)
    texts = fmt.axis_money(ticks, currency)
    if ends is not None and len(ticks) > 2:
        step = ticks[1] - ticks[0]
        room = _LETTER * max(map(columns, texts)) + _TICK_GAP
        if (
            step / (ends[1] - ends[0]) * _PLOT < room
        ):  # their words would touch: every second one, zero among them
            ticks = [tick for tick in ticks if round(tick / step) % 2 == 0]
            texts = fmt.axis_money(ticks, currency)
    (figure.update_xaxes if axis == "x" else figure.update_yaxes)(
        tickvals=ticks, ticktext=texts, tickangle=0
    )


def percent_ticks(figure: go.Figure, low: float, high: float) -> None:
    """Round ticks in percent up the vertical axis."""
    ticks = round_ticks(low, high)
    figure.update_yaxes(tickvals=ticks, ticktext=[fmt.percent(round(tick, 6)) for tick in ticks])


def _interval(
    figure: go.Figure, row: Bar, place: int, colour: str, *, width: float, opacity: float
) -> None:
    figure.add_scatter(
        x=[row.low, row.high], y=[place, place], mode="lines", hoverinfo="text", hovertext=[spoken(row.hover)] * 2,
        line={"color": colour, "width": width}, opacity=opacity,
    )  # fmt: skip


def _finish(figure: go.Figure, rows: Sequence[Bar], ends: Sequence[float], theme: Theme) -> None:
    """Labels right of `ends`, names, an axis wide enough for all of it, and the line at zero."""
    colours = palette(theme)
    for place, (row, end) in enumerate(zip(rows, ends, strict=True)):
        label(figure, row.label, end, place, colours.ink if row.clear else colours.muted)
    name_rows(figure, [row.name for row in rows])
    figure.update_xaxes(
        range=span(
            [(end, row.label) for end, row in zip(ends, rows, strict=True)],
            min([0.0] + [min(row.low, row.value) for row in rows]),
        )
    )
    zero_line(figure, theme)
