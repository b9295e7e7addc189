"""Native, editable charts: bars with intervals, waterfalls, pairs, columns, a line of steps.

Every figure beside a bar is the label of its own value, written by a number format, and every
whisker's length stands in the spreadsheet: change a value there and the chart follows. One is a
fixed text, because no single value stands behind it: a waterfall's bar that crosses zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Pt

from cxcase.export import text_fit
from cxcase.export.deck.axes import Scale, label_format, money_format
from cxcase.export.deck.canvas import CX, GROUND, INK, MUTED, RX, STAKE_LIGHT, Box, Slide
from cxcase.export.deck.chart_data import categories, column_beside
from cxcase.export.deck.chart_data import points as chart_points
from cxcase.export.deck.chart_frame import (
    LETTERS,
    add_chart,
    add_legend,
    lay_out_rows,
    paint,
    plot_width,
    set_axis,
)
from cxcase.export.deck.chart_labels import Label, Whiskers, bind_labels, bind_whiskers
from cxcase.export.deck.look.palette import GREY, Palette
from cxcase.export.text import plain
from cxcase.report import words

_BESIDE = 0.2  # of the axis, free for labels beyond the longest bar
_LIFTED = 0.13  # inches by which a label stands above its bar's whisker

Series = tuple[str, str, Sequence[float]]  # name, colour, values
GappySeries = tuple[str, str, Sequence[float | None]]


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its figure in words, its value, and where there is one its interval."""

    name: str
    shown: str
    value: float
    low: float | None = None
    high: float | None = None
    hue: str = CX
    clear: bool = True  # the interval lies on one side of zero; else hollow
    # a second, lighter whisker: the interval as silent customers may differ
    wide: tuple[float, float] | None = None


@dataclass(frozen=True)
class LineNames:
    """What the three series of a line of steps are called, and its axes."""

    level: str
    points: str
    mark: str
    x: str
    y: str


def interval_bars(slide: Slide, box: Box, rows: Sequence[Bar], symbol: str, alt: str) -> Any:
    """Horizontal bars, each with its interval as a whisker; hollow where that spans zero."""
    palette = slide.ground.palette
    data = categories(money_format(symbol, 0))
    data.categories = [plain(row.name) for row in rows]
    data.add_series(alt.split(":")[0][:60], [row.value for row in rows])
    whiskers = (
        _columns_of_whiskers(data, rows) if any(row.low is not None for row in rows) else None
    )
    chart = add_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, _told(alt, rows))
    ends = [end for row in rows for end in (row.value, row.low, row.high) if end is not None]
    lay_out_rows(palette, chart, Scale.of(_with_room(ends), symbol), box)
    series = chart.plots[0].series[0]
    series.invert_if_negative = False
    chart.plots[0].gap_width = 90
    for k, row in enumerate(rows):
        paint(palette, series.points[k].format, row.hue, row.clear)
    if whiskers is not None:
        bind_whiskers(palette, series, whiskers)
    lifted = -_LIFTED / box.height
    numbers = [label_format(symbol, row.value) for row in rows]
    places = [lifted if row.low is not None else 0.0 for row in rows]
    labels = [Label(number, down=down) for number, down in zip(numbers, places, strict=True)]
    bind_labels(palette, series, labels)
    return chart


def _told(alt: str, rows: Sequence[Bar]) -> str:
    """What a chart shows with its numbers, for whoever does not see it."""
    told = "; ".join(f"{row.name}: {row.shown}" for row in rows if row.shown)
    return f"{alt.rstrip('.')}. {told}" if told else alt


def _with_room(ends: Sequence[float]) -> list[float]:
    """The ends of an axis with room for a label beyond the longest bar to each side of zero."""
    low = min(0.0, *ends, 0.0)
    high = max(0.0, *ends, 0.0)
    room = _BESIDE * (high - low)
    return [low - room if low < 0 else 0.0, high + room if high > 0 else 0.0]


def _columns_of_whiskers(data: Any, rows: Sequence[Bar]) -> Whiskers:
    """The lengths of the whiskers, in the spreadsheet behind the series."""
    above = [_length(row.value, row.high) for row in rows]
    below = [_length(row.low, row.value) for row in rows]
    return Whiskers(
        (column_beside(data, words.say("export.deck.chart.above"), above), above),
        (column_beside(data, words.say("export.deck.chart.below"), below), below),
    )


def waterfall_bars(
    slide: Slide,
    box: Box,
    rows: Sequence[Bar],
    total: Bar,
    symbol: str,
    alt: str,
    names: tuple[str, str, str],
) -> Any:
    """Bars that each begin where the one above ended, down to the total.

    `names` are those of the hidden and of the shown series, and of the one that carries the lighter
    whiskers.
    """
    palette = slide.ground.palette
    bars = (*rows, total)
    spans = _spans(rows, total)
    data = categories(money_format(symbol, 0))
    data.categories = [plain(bar.name) for bar in bars]
    for name, values in zip((*names[:2], *names[:2]), _stacks(spans), strict=True):
        if any(values) or len(data) < 2:
            data.add_series(name, values)
    reach = [end for bar in bars for end in bar.wide or ()]
    whiskers = None
    if reach:
        data.add_series(names[2], [0.0] * len(bars))
        longer = [Bar("", "", bar.value, *(bar.wide or (None, None))) for bar in bars]
        whiskers = _columns_of_whiskers(data, longer)
    chart = add_chart(slide, XL_CHART_TYPE.BAR_STACKED, box, data, _told(alt, bars))
    ends = [*(end for span in spans for end in span), *reach]
    scale = Scale.of(_with_room(ends), symbol)
    lay_out_rows(palette, chart, scale, box)
    plot = chart.plots[0]
    plot.gap_width = 45
    plot.overlap = 100
    lengths = _Lengths(box.width, plot_width(box) / (scale.high - scale.low), symbol)
    for series in plot.series:
        series.invert_if_negative = False
        if series.name not in names[1:]:
            _hide(series)
        elif series.name == names[2] and whiskers is not None:
            # the second whiskers, from where each bar ends: on a series of no length
            _hide(series)
            bind_whiskers(palette, series, whiskers, GREY, 3.0)
        else:
            _paint_bars(palette, series, bars)
            labels = [
                _beside_or_within(bar, value, lengths)
                for bar, value in zip(bars, series.values, strict=True)
            ]
            bind_labels(palette, series, labels)
    return chart


@dataclass(frozen=True)
class _Lengths:
    """Inches of a chart's width, inches for a unit of money, the currency's symbol."""

    chart: float
    unit: float
    symbol: str


def _beside_or_within(bar: Bar, value: float, lengths: _Lengths) -> Label | None:
    """A bar's label: in its middle where it fits there, else to the right of it and its whisker.

    A bar that crosses zero has two parts, of which the upper one says its figure.
    """
    if not value:
        return None
    crosses = abs(value - bar.value) > 1e-6 * abs(bar.value) and abs(value) < abs(bar.value)
    if crosses and value < 0:
        return None
    number = label_format(lengths.symbol, bar.value)
    fixed = bar.shown if crosses else ""
    wide = text_fit.width(bar.shown or "0" * 7, LETTERS) / 72
    long = abs(value) * lengths.unit
    beyond = (bar.wide[1] - bar.value) * lengths.unit if bar.wide else 0.0
    if long > wide + 0.2 and not bar.wide:
        light = bar.clear and bar.hue != STAKE_LIGHT
        return Label(number, "ctr", hue=GROUND if light else INK, fixed=fixed)
    across = (long / 2 + max(0.0, beyond) + wide / 2 + 0.08) / lengths.chart
    return Label(number, "ctr", across=across, fixed=fixed)


def _spans(rows: Sequence[Bar], total: Bar) -> list[tuple[float, float]]:
    """(low, high) of each bar, where the one above ended; the total from zero."""
    ends = [0.0, *accumulate(row.value for row in rows)]
    between = [(min(start, end), max(start, end)) for start, end in pairwise(ends)]
    return [*between, (min(0.0, total.value), max(0.0, total.value))]


def _hide(series: Any) -> None:
    series.format.fill.background()
    series.format.line.fill.background()


def _paint_bars(palette: Palette, series: Any, bars: Sequence[Bar]) -> None:
    """Each bar of the series that has a length, in its own colour."""
    for k, bar in enumerate(bars):
        if series.values[k]:
            paint(palette, series.points[k].format, bar.hue, bar.clear)


def _stacks(spans: Sequence[tuple[float, float]]) -> tuple[list[float], ...]:
    """Hidden and shown lengths of each span above zero, then below it.

    Stacked bars grow apart from zero, so that each side needs its own.
    """
    return (
        [max(low, 0.0) for low, _ in spans],
        [max(high, 0.0) - max(low, 0.0) for low, high in spans],
        [min(high, 0.0) for _, high in spans],
        [min(low, 0.0) - min(high, 0.0) for low, high in spans],
    )


def paired_bars(
    slide: Slide,
    box: Box,
    names: Sequence[str],
    series: Sequence[GappySeries],
    number: str,
    alt: str,
) -> Any:
    """Horizontal bars in pairs, with a legend and a label on each, written as `number` says."""
    palette = slide.ground.palette
    data = _named(names, series, number)
    chart = add_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, alt)
    shown = [value for _, _, values in series for value in values if value is not None]
    lay_out_rows(palette, chart, Scale.of(shown, None), box, legend=True)
    add_legend(chart)
    _paint_series(palette, chart, series, overlap=-10)
    for item in chart.plots[0].series:
        labels = [None if value is None else Label(number) for value in item.values]
        bind_labels(palette, item, labels)
    return chart


def _paint_series(
    palette: Palette, chart: Any, series: Sequence[GappySeries], overlap: int
) -> None:
    """Every series in its colour; overlap: of a category's bars, in percent of their width."""
    plot = chart.plots[0]
    plot.gap_width = 55
    plot.overlap = overlap
    for item, (_, hue, _) in zip(plot.series, series, strict=True):
        item.invert_if_negative = False
        paint(palette, item.format, hue, True)


def _named(names: Sequence[str], series: Sequence[GappySeries], form: str) -> Any:
    """Categories by name with their series."""
    data = categories(form)
    data.categories = [plain(name) for name in names]
    for name, _, values in series:
        data.add_series(plain(name), values)
    return data


def swing_bars(
    slide: Slide, box: Box, names: Sequence[str], series: Sequence[Series], symbol: str, alt: str
) -> Any:
    """Horizontal bars to both sides of one line, first on top: values are distances from it."""
    data = _named(names, series, money_format(symbol, 0))
    chart = add_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, alt)
    ends = [value for _, _, values in series for value in values]
    palette = slide.ground.palette
    lay_out_rows(palette, chart, Scale.of(_with_room(ends), symbol), box, legend=True)
    add_legend(chart)
    _paint_series(palette, chart, series, overlap=100)
    for item in chart.plots[0].series:
        labels = [Label(label_format(symbol, value, signed=True)) for value in item.values]
        bind_labels(palette, item, labels)
    return chart


def stacked_columns(
    slide: Slide, box: Box, names: Sequence[str], series: Sequence[Series], symbol: str, alt: str
) -> Any:
    """Columns of parts on each other, in money, with a legend; the first series is the lowest."""
    data = _named(names, series, money_format(symbol, 0))
    chart = add_chart(slide, XL_CHART_TYPE.COLUMN_STACKED, box, data, alt)
    tops = [sum(values) for values in zip(*(values for _, _, values in series), strict=True)]
    palette = slide.ground.palette
    set_axis(palette, chart.value_axis, Scale.of([0.0, *tops], symbol), None)
    names_axis = chart.category_axis
    names_axis.major_tick_mark = XL_TICK_MARK.NONE
    palette.fill(names_axis.format.line.fill, MUTED)
    names_axis.has_major_gridlines = False
    names_axis.tick_labels.font.size = Pt(LETTERS)
    if len(series) > 1:
        add_legend(chart)
    _paint_series(palette, chart, series, overlap=100)
    return chart


def steps_line(
    slide: Slide,
    box: Box,
    points: Sequence[tuple[float, float]],
    mark: tuple[float, float],
    symbol: str,
    alt: str,
    names: LineNames,
) -> Any:
    """Points (x, y) in money, held level until the next one as a set of steps is, and one mark."""
    palette = slide.ground.palette
    level = _held_level(points, mark[0])
    data = chart_points(money_format(symbol, 0))
    _add_points(data, names.level, level)
    _add_points(data, names.points, points)
    _add_points(data, names.mark, [mark])
    chart = add_chart(slide, XL_CHART_TYPE.XY_SCATTER_LINES, box, data, alt)
    steps, dots, here = chart.plots[0].series
    _as_marks(palette, dots, XL_MARKER_STYLE.CIRCLE, 8, RX)
    _as_marks(palette, here, XL_MARKER_STYLE.DIAMOND, 13, INK)
    _as_line(palette, steps, RX)
    _name_to_the_left(here)
    set_axis(palette, chart.category_axis, Scale.of([x for x, _ in level], symbol), names.x)
    set_axis(
        palette, chart.value_axis, Scale.of([*(y for _, y in level), mark[1]], symbol), names.y
    )
    return chart


def _held_level(points: Sequence[tuple[float, float]], to: float) -> list[tuple[float, float]]:
    """Corners of a line that keeps each point's height until the next, the last one's to `to`."""
    corners = [end for (x, y), (after, _) in pairwise(points) for end in ((x, y), (after, y))]
    last_x, last_y = points[-1]
    if to > last_x:
        return [*corners, (last_x, last_y), (to, last_y)]
    return [*corners, (last_x, last_y)]


def _add_points(data: Any, name: str, points: Sequence[tuple[float, float]]) -> None:
    series = data.add_series(plain(name))
    for x, y in points:
        series.add_data_point(x, y)


def _as_marks(palette: Palette, series: Any, style: Any, size: int, hue: str) -> None:
    """Marks without a line between them; size in points."""
    series.format.line.fill.background()
    marker = series.marker
    marker.style = style
    marker.size = size
    palette.fill(marker.format.fill, hue)
    palette.fill(marker.format.line.fill, hue)


def _as_line(palette: Palette, series: Any, hue: str) -> None:
    """A straight line without marks."""
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    palette.fill(series.format.line.fill, hue)
    series.format.line.width = Pt(2)


def _name_to_the_left(series: Any) -> None:
    """The series' own name, as its spreadsheet has it, in bold to the left of its point."""
    label = series.points[0].data_label
    label.font.size = Pt(LETTERS)
    label.font.bold = True
    label.position = XL_LABEL_POSITION.LEFT
    shown = label._dLbl
    for tag, on in (("c:showSerName", "1"), ("c:showVal", "0"), ("c:showLegendKey", "0")):
        shown.find(qn(tag)).set("val", on)


def _length(low: float | None, high: float | None) -> float:
    """From one end up to the other; 0 where one of them is not known."""
    if low is None or high is None:
        return 0.0
    return max(0.0, high - low)
