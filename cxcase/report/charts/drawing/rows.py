"""Charts of rows from the top down: each a name, a dot or a bar, its interval and its label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.report import format as fmt
from cxcase.report.charts.drawing.marks import Look, dot, interval, lying_bar, tinted
from cxcase.report.charts.drawing.style import (
    NAME_WIDTH,
    Palette,
    Theme,
    palette,
    safe,
    wrapped,
    zero_line,
)
from cxcase.report.charts.drawing.widths import columns

_PLOT = 350  # px between the names and the right edge in the narrowest picture (820 px window)
_LETTER = 6.5  # px of one letter of a label
_TICK_GAP = 8  # px between two ticks' words
_WIDEST_LABEL = 0.75  # share of the picture that a label may take


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
    # ends of the interval as silent customers may differ: a second, lighter whisker
    wide: tuple[float, float] | None = None
    heard: float | None = None  # of the value, what customers who answered hold; the rest lighter

    def look(self, colours: Palette, line: float, size: float) -> Look:
        """Filled with its colour where it is clear, else hollow."""
        if self.clear:
            return Look(self.colour, self.colour, line, size)
        return Look(colours.ground, colours.muted, line, size)

    def ink(self, colours: Palette) -> str:
        """The colour of its label and of a bar's whisker."""
        return colours.writing(self.clear)


def of_estimate(name: str, e: Estimate, label: str, hover: str, colour: str) -> Bar:
    """An estimate's row in its own unit, hollow where zero lies inside its range."""
    ends = (e.value or 0.0, e.low or 0.0, e.high or 0.0)
    return Bar(name, *ends, label, hover, colour, e.excludes_zero)


def per_hundred(row: Bar) -> Bar:
    """A row of shares as one of customers, or of revenue, of 100."""
    return replace(row, value=100 * row.value, low=100 * row.low, high=100 * row.high)


def names_of(rows: Sequence[Bar]) -> list[str]:
    """What the rows are called."""
    return [row.name for row in rows]


def facts_of(rows: Sequence[Bar]) -> list[str]:
    """What the rows say, for the alt text."""
    return [f"{row.name}: {row.label}" for row in rows]


def all_clear(rows: Sequence[Bar]) -> bool:
    """True when no row is hollow."""
    return all(row.clear for row in rows)


def reach_of(rows: Sequence[Bar]) -> tuple[float, float]:
    """The lowest and the highest end of all intervals, zero among what they hold."""
    lows = [end for row in rows for end in (row.low, *(row.wide or ()))]
    highs = [end for row in rows for end in (row.high, *(row.wide or ()))]
    return min(0.0, *lows), max(0.0, *highs)


def dots(figure: go.Figure, rows: Sequence[Bar], theme: Theme) -> None:
    """Draws each row as a dot with its interval as a whisker."""
    _dots(figure, rows, theme, width=2)


def bands(figure: go.Figure, rows: Sequence[Bar], theme: Theme) -> None:
    """Draws each row as a dot in a band: the interval is the message."""
    _dots(figure, rows, theme, width=9, opacity=0.35)


def bars(figure: go.Figure, rows: Sequence[Bar], theme: Theme) -> None:
    """Draws each row as a bar from zero with its whisker."""
    colours = palette(theme)
    for place, row in enumerate(rows):
        look = row.look(colours, 1.5, 0.5)
        if row.heard is None or not row.clear:
            lying_bar(figure, place, row.value, look, row.hover)
        else:
            heard = row.heard
            light = replace(look, fill=tinted(row.colour))
            lying_bar(figure, place, heard, look, row.hover)
            lying_bar(figure, place, row.value - heard, light, row.hover, [heard])
        if row.wide is not None:
            interval(figure, row.wide, place, row.ink(colours), row.hover, 5.0, 0.3)
        interval(figure, (row.low, row.high), place, row.ink(colours), row.hover, 1.5, 1.0)
    figure.update_layout(barmode="overlay")  # both parts of a bar stand on their row
    ends = [max(row.high, row.value, 0.0, *(row.wide or ())) for row in rows]
    _finish(figure, rows, ends, theme)


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
        type="line",
        name="tied",
        xref="paper",
        xsizemode="pixel",
        xanchor=0,
        x0=-4,
        x1=-4,
        y0=first - 0.3,
        y1=last + 0.3,
        line={"color": palette(theme).muted, "width": 3},
    )


def name_rows(figure: go.Figure, names: Sequence[str]) -> None:
    """Names the rows 0, 1, … from the top down; long names wrap."""
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[wrapped(name, NAME_WIDTH) for name in names],
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
        tickfont={"size": 13},
        ticks="outside",
        ticklen=8,
        tickcolor="rgba(0,0,0,0)",
    )


def span(ends: Sequence[tuple[float, str]], low: float, plot: float = _PLOT) -> tuple[float, float]:
    """The range of the axis so that every label fits: ends are (where the row ends, its label).
    plot: px of the plot.
    """
    high = max([end for end, _ in ends] + [0.0])
    width = (high - low) or 1.0
    right = low + width
    for end, text in ends:
        share = min(_WIDEST_LABEL, (_LETTER * columns(text) + 24) / plot)
        right = max(right, low + (end - low) / (1.0 - share), low + width * 1.02)
    if low < 0:
        return low - 0.03 * (right - low), right
    return low, right


def round_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round numbers from low to high, zero among them where it lies between."""
    if not high > low:
        return [low]
    rough = (high - low) / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = min((m * size for m in (1, 2, 5, 10)), key=lambda s: abs(math.log(s / rough)))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)]


def money_across(figure: go.Figure, currency: str, rows: Sequence[Bar]) -> None:
    """Round ticks in money below rows of money."""
    money_ticks(figure, currency, *reach_of(rows))


def money_ticks(figure: go.Figure, currency: str, low: float, high: float) -> None:
    """Round ticks in money along the horizontal axis, all in one scale."""
    ends = figure.layout.xaxis.range
    ticks = round_ticks(low, high) if ends is None else _roomy_ticks(low, high, ends, currency)
    texts = fmt.axis_money(ticks, currency)
    figure.update_xaxes(tickvals=ticks, ticktext=texts, tickangle=0)
    note_for_window(figure, money=(currency, low, high))


def note_for_window(figure: go.Figure, **told: object) -> None:
    """Notes with the picture what it takes to draw it for a wider window."""
    figure.update_layout(meta={**(figure.layout.meta or {}), **told})


def for_plot(figure: go.Figure, plot: float) -> None:
    """Stretches rows and their ticks over a plot of so many px, where labels left more room than
    they need.
    """
    told = figure.layout.meta or {}
    if "ends" not in told or "money" not in told:
        return
    ends = span([(end, text) for end, text in told["ends"]], told["low"], plot)
    currency, low, high = told["money"]
    ticks = round_ticks(low, high)
    figure.update_xaxes(
        range=ends, tickvals=ticks, ticktext=fmt.axis_money(ticks, currency), tickangle=0
    )


def money_up(figure: go.Figure, currency: str, low: float, high: float) -> None:
    """Round ticks in money up the vertical axis, all in one scale."""
    ticks = round_ticks(low, high)
    texts = fmt.axis_money(ticks, currency)
    figure.update_yaxes(tickvals=ticks, ticktext=texts, tickangle=0)


def percent_ticks(figure: go.Figure, low: float, high: float) -> None:
    """Round ticks in percent up the vertical axis."""
    ticks = round_ticks(low, high)
    figure.update_yaxes(tickvals=ticks, ticktext=[fmt.percent(round(tick, 6)) for tick in ticks])


def _roomy_ticks(low: float, high: float, ends: Sequence[float], currency: str) -> list[float]:
    """Ticks whose words neither touch nor turn on their side.

    Beside long labels the rows keep only part of a narrow picture: fewer ticks there.
    """
    across = ends[1] - ends[0]
    ticks = round_ticks(low, high, 4 if (high - low) > 0.55 * across else 2)
    if len(ticks) <= 2:
        return ticks
    step = ticks[1] - ticks[0]
    widest = max(map(columns, fmt.axis_money(ticks, currency)))
    if step / across * _PLOT >= _LETTER * widest + _TICK_GAP:
        return ticks
    return [tick for tick in ticks if round(tick / step) % 2 == 0]  # zero among them


def _dots(
    figure: go.Figure, rows: Sequence[Bar], theme: Theme, *, width: float, opacity: float = 1.0
) -> None:
    colours = palette(theme)
    for place, row in enumerate(rows):
        look = row.look(colours, 2, 13)
        interval(figure, (row.low, row.high), place, look.edge, row.hover, width, opacity)
        dot(figure, (row.value, place), look, row.hover)
    _finish(figure, rows, [max(row.high, row.value) for row in rows], theme)


def _finish(figure: go.Figure, rows: Sequence[Bar], ends: Sequence[float], theme: Theme) -> None:
    """Labels right of `ends`, names, an axis wide enough for all of it, and the line at zero."""
    colours = palette(theme)
    for place, (row, end) in enumerate(zip(rows, ends, strict=True)):
        label(figure, row.label, end, place, row.ink(colours))
    name_rows(figure, names_of(rows))
    labelled = [(end, row.label) for end, row in zip(ends, rows, strict=True)]
    low = min([0.0] + [min(row.low, row.value) for row in rows])
    figure.update_xaxes(range=span(labelled, low))
    note_for_window(figure, ends=labelled, low=low)
    zero_line(figure, theme)
