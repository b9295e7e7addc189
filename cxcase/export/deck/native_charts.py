"""Native, editable charts: bars with intervals, waterfalls, pairs, columns, a line of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Pt

from cxcase.export.deck.axes import Scale, money_format
from cxcase.export.deck.canvas import CX, INK, MUTED, RX, Box, Slide, colour
from cxcase.export.deck.chart_frame import (
    TWO_LINES,
    add_chart,
    add_legend,
    categories,
    height_per_row,
    lay_out_rows,
    paint,
    set_axis,
)
from cxcase.export.deck.chart_frame import points as chart_points
from cxcase.export.text import plain

_FEW_COLUMNS = 6  # as many have room for larger names

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
    data = categories(money_format(symbol, 0))
    data.categories = [_label(row) for row in rows]
    data.add_series(alt.split(":")[0][:60], [row.value for row in rows])
    chart = add_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, alt)
    ends = [end for row in rows for end in (row.value, row.low, row.high) if end is not None]
    lay_out_rows(chart, Scale.of(ends, symbol), len(rows), box)
    series = chart.plots[0].series[0]
    series.invert_if_negative = False
    chart.plots[0].gap_width = 90
    for k, row in enumerate(rows):
        paint(series.points[k].format, row.hue, row.clear)
    if any(row.low is not None for row in rows):
        _error_bars(series, rows)
    return chart


def waterfall_bars(
    slide: Slide,
    box: Box,
    rows: Sequence[Bar],
    total: Bar,
    symbol: str,
    alt: str,
    names: tuple[str, str],
) -> Any:
    """Bars that each begin where the one above ended, down to the total.

    `names` are those of the hidden and of the shown series.
    """
    bars = (*rows, total)
    spans = _spans(rows, total)
    data = categories(money_format(symbol, 0))
    between = "  " if height_per_row(box, len(spans)) < TWO_LINES else "\n"
    data.categories = [_label(bar, between) for bar in bars]
    for name, values in zip((*names, *names), _stacks(spans), strict=True):
        if any(values) or len(data) < 2:
            data.add_series(name, values)
    chart = add_chart(slide, XL_CHART_TYPE.BAR_STACKED, box, data, alt)
    lay_out_rows(chart, Scale.of([end for span in spans for end in span], symbol), len(spans), box)
    plot = chart.plots[0]
    plot.gap_width = 45
    plot.overlap = 100
    for series in plot.series:
        series.invert_if_negative = False
        if series.name == names[0]:
            _hide(series)
        else:
            _paint_bars(series, bars)
    return chart


def _spans(rows: Sequence[Bar], total: Bar) -> list[tuple[float, float]]:
    """(low, high) of each bar, where the one above ended; the total from zero."""
    ends = [0.0, *accumulate(row.value for row in rows)]
    between = [(min(start, end), max(start, end)) for start, end in pairwise(ends)]
    return [*between, (min(0.0, total.value), max(0.0, total.value))]


def _hide(series: Any) -> None:
    series.format.fill.background()
    series.format.line.fill.background()


def _paint_bars(series: Any, bars: Sequence[Bar]) -> None:
    """Each bar of the series that has a length, in its own colour."""
    for k, bar in enumerate(bars):
        if series.values[k]:
            paint(series.points[k].format, bar.hue, bar.clear)


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
    data = _named(names, series, number)
    chart = add_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, alt)
    shown = [value for _, _, values in series for value in values if value is not None]
    lay_out_rows(chart, Scale.of(shown, None), len(names), box)
    add_legend(chart)
    _paint_series(chart, series, overlap=-10)
    for item in chart.plots[0].series:
        labels = item.data_labels
        labels.show_value = True
        labels.number_format = number
        labels.number_format_is_linked = False
        labels.font.size = Pt(11)
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
    return chart


def _paint_series(chart: Any, series: Sequence[GappySeries], overlap: int) -> None:
    """Every series in its colour; overlap: of a category's bars, in percent of their width."""
    plot = chart.plots[0]
    plot.gap_width = 55
    plot.overlap = overlap
    for item, (_, hue, _) in zip(plot.series, series, strict=True):
        item.invert_if_negative = False
        paint(item.format, hue, True)


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
    lay_out_rows(chart, Scale.of(ends, symbol), len(names), box)
    add_legend(chart)
    _paint_series(chart, series, overlap=100)
    return chart


def stacked_columns(
    slide: Slide, box: Box, names: Sequence[str], series: Sequence[Series], symbol: str, alt: str
) -> Any:
    """Columns of parts on each other, in money, with a legend; the first series is the lowest."""
    data = _named(names, series, money_format(symbol, 0))
    chart = add_chart(slide, XL_CHART_TYPE.COLUMN_STACKED, box, data, alt)
    tops = [sum(values) for values in zip(*(values for _, _, values in series), strict=True)]
    set_axis(chart.value_axis, Scale.of([0.0, *tops], symbol), None)
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.category_axis.format.line.color.rgb = colour(MUTED)
    chart.category_axis.has_major_gridlines = False
    chart.category_axis.tick_labels.font.size = Pt(12 if len(names) <= _FEW_COLUMNS else 10)
    if len(series) > 1:
        add_legend(chart)
    _paint_series(chart, series, overlap=100)
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
    level = _held_level(points, mark[0])
    data = chart_points(money_format(symbol, 0))
    _add_points(data, names.level, level)
    _add_points(data, names.points, points)
    _add_points(data, names.mark, [mark])
    chart = add_chart(slide, XL_CHART_TYPE.XY_SCATTER_LINES, box, data, alt)
    steps, dots, here = chart.plots[0].series
    _as_marks(dots, XL_MARKER_STYLE.CIRCLE, 8, RX)
    _as_marks(here, XL_MARKER_STYLE.DIAMOND, 13, INK)
    _as_line(steps, RX)
    _label_left(here.points[0], names.mark)
    set_axis(chart.category_axis, Scale.of([x for x, _ in level], symbol), names.x)
    set_axis(chart.value_axis, Scale.of([*(y for _, y in level), mark[1]], symbol), names.y)
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


def _as_marks(series: Any, style: Any, size: int, hue: str) -> None:
    """Marks without a line between them; size in points."""
    series.format.line.fill.background()
    marker = series.marker
    marker.style = style
    marker.size = size
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = colour(hue)
    marker.format.line.color.rgb = colour(hue)


def _as_line(series: Any, hue: str) -> None:
    """A straight line without marks."""
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.rgb = colour(hue)
    series.format.line.width = Pt(2)


def _label_left(point: Any, text: str) -> None:
    """A name in bold to the left of a point."""
    label = point.data_label
    label.text_frame.text = plain(text)
    run = label.text_frame.paragraphs[0].runs[0]
    run.font.size = Pt(12)
    run.font.bold = True
    label.position = XL_LABEL_POSITION.LEFT


def _label(row: Bar, between: str = "\n") -> str:
    if row.shown:
        return f"{plain(row.name)}{between}{plain(row.shown)}"
    return plain(row.name)


def _error_bars(series: Any, rows: Sequence[Bar]) -> None:
    """Whiskers from each bar's own low to its own high."""
    root = series._element
    bars = etree.SubElement(root, qn("c:errBars"))
    for tag, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "1")):
        etree.SubElement(bars, qn(f"c:{tag}")).set("val", value)
    _whiskers(bars, "c:plus", [_length(row.value, row.high) for row in rows])
    _whiskers(bars, "c:minus", [_length(row.low, row.value) for row in rows])
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"))
    line.set("w", "15875")
    etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr")).set("val", INK)
    root.remove(bars)
    root.find(qn("c:cat")).addprevious(bars)


def _length(low: float | None, high: float | None) -> float:
    """From one end up to the other; 0 where one of them is not known."""
    if low is None or high is None:
        return 0.0
    return max(0.0, high - low)


def _whiskers(bars: Any, tag: str, lengths: Sequence[float]) -> None:
    """One side of the error bars: a length for each bar."""
    literal = etree.SubElement(etree.SubElement(bars, qn(tag)), qn("c:numLit"))
    etree.SubElement(literal, qn("c:formatCode")).text = "General"
    etree.SubElement(literal, qn("c:ptCount")).set("val", str(len(lengths)))
    for k, length in enumerate(lengths):
        point = etree.SubElement(literal, qn("c:pt"))
        point.set("idx", str(k))
        etree.SubElement(point, qn("c:v")).text = repr(float(length))
