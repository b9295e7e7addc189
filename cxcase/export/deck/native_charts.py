"""Native, editable charts: bars with intervals, a waterfall lying on its side, paired bars, a line
of steps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.oxml.ns import qn
from pptx.util import Pt
from xlsxwriter import Workbook

from cxcase.export.deck.axes import Scale, money_format
from cxcase.export.deck.canvas import CX, FONT, GRID, INK, MUTED, RX, Box, Slide, colour
from cxcase.export.text import plain

_MADE = dt.datetime(
    2000, 1, 1
)  # XlsxWriter would put the clock's time in; the deck itself carries its date
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

TWO_LINES = 34  # points of a row below which its name and figure share a line


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


class _PlainText:
    """Keeps names that look like formulas text in the workbook behind a chart."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        workbook = Workbook(xlsx_file, _SAFE)
        workbook.set_properties({"created": _MADE})
        yield workbook, workbook.add_worksheet()
        workbook.close()


class _CategoryWriter(_PlainText, CategoryWorkbookWriter):
    pass


class _XyWriter(_PlainText, XyWorkbookWriter):
    pass


class _Categories(CategoryChartData):
    @property
    def _workbook_writer(self) -> Any:
        return _CategoryWriter(self)


class _Points(XyChartData):
    @property
    def _workbook_writer(self) -> Any:
        return _XyWriter(self)


def interval_bars(slide: Slide, box: Box, rows: Sequence[Bar], symbol: str, alt: str) -> Any:
    """Horizontal bars from zero, first on top, each with its interval as a whisker; hollow where it
    spans zero.
    """
    data = _Categories(number_format=money_format(symbol, 0))
    data.categories = [_label(row) for row in rows]
    data.add_series(alt.split(":")[0][:60], [row.value for row in rows])
    chart = _add(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, alt)
    ends = [end for row in rows for end in (row.value, row.low, row.high) if end is not None]
    _horizontal(chart, Scale.of(ends, symbol), len(rows), box)
    series = chart.plots[0].series[0]
    series.invert_if_negative = False
    chart.plots[0].gap_width = 90
    for k, row in enumerate(rows):
        _paint(series.points[k].format, row.hue, row.clear)
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
    """Bars that each begin where the one above ended, down to the total. `names`: hidden and shown
    series.
    """
    spans = []
    run = 0.0
    for row in rows:
        spans.append((min(run, run + row.value), max(run, run + row.value)))
        run += row.value
    spans.append((min(0.0, total.value), max(0.0, total.value)))
    data = _Categories(number_format=money_format(symbol, 0))
    flat = _per_row(box, len(spans)) < TWO_LINES
    data.categories = [_label(row, "  " if flat else "\n") for row in (*rows, total)]
    for name, values in zip((*names, *names), _stacks(spans), strict=True):
        if any(values) or len(data) < 2:
            data.add_series(name, values)
    chart = _add(slide, XL_CHART_TYPE.BAR_STACKED, box, data, alt)
    _horizontal(chart, Scale.of([end for span in spans for end in span], symbol), len(spans), box)
    plot = chart.plots[0]
    plot.gap_width = 45
    plot.overlap = 100
    for series in plot.series:
        series.invert_if_negative = False
        if series.name == names[0]:
            series.format.fill.background()
            series.format.line.fill.background()
            continue
        for k, row in enumerate((*rows, total)):
            if series.values[k]:
                _paint(series.points[k].format, row.hue, row.clear)
    return chart


def _stacks(spans: Sequence[tuple[float, float]]) -> tuple[list[float], ...]:
    """Hidden and shown lengths of each span above zero, then below it: stacked bars grow apart from
    zero.
    """
    return (
        [max(low, 0.0) for low, _ in spans],
        [max(high, 0.0) - max(low, 0.0) for low, high in spans],
        [min(high, 0.0) for _, high in spans],
        [min(low, 0.0) - min(high, 0.0) for low, high in spans],
    )


def paired_bars(
    slide: Slide, box: Box, names: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[float | None]]], number: str,
    alt: str,
) -> Any:  # fmt: skip
    """Horizontal bars in pairs, with a legend and a label on each: series are (name, colour,
    values).
    """
    data = _named(names, series, number)
    chart = _add(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, alt)
    shown = [value for _, _, values in series for value in values if value is not None]
    _horizontal(chart, Scale.of(shown, None), len(names), box)
    _legend(chart)
    plot = chart.plots[0]
    plot.gap_width = 55
    plot.overlap = -10
    for item, (_, hue, _) in zip(plot.series, series, strict=True):
        item.invert_if_negative = False
        _paint(item.format, hue, True)
        labels = item.data_labels
        labels.show_value = True
        labels.number_format = number
        labels.number_format_is_linked = False
        labels.font.size = Pt(11)
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
    return chart


def _named(
    names: Sequence[str], series: Sequence[tuple[str, str, Sequence[float | None]]], form: str
) -> _Categories:
    """Categories by name with their series: (name, colour, values)."""
    data = _Categories(number_format=form)
    data.categories = [plain(name) for name in names]
    for name, _, values in series:
        data.add_series(plain(name), values)
    return data


def _legend(chart: Any) -> None:
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(12)


def swing_bars(
    slide: Slide, box: Box, names: Sequence[str], series: Sequence[tuple[str, str, Sequence[float]]], symbol: str,
    alt: str,
) -> Any:  # fmt: skip
    """Horizontal bars to both sides of one line, first on top: series are (name, colour,
    differences from the line).
    """
    data = _named(names, series, money_format(symbol, 0))
    chart = _add(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, alt)
    _horizontal(
        chart, Scale.of([v for _, _, values in series for v in values], symbol), len(names), box
    )
    _legend(chart)
    plot = chart.plots[0]
    plot.gap_width = 55
    plot.overlap = 100
    for item, (_, hue, _) in zip(plot.series, series, strict=True):
        item.invert_if_negative = False
        _paint(item.format, hue, True)
    return chart


def stacked_columns(
    slide: Slide, box: Box, names: Sequence[str], series: Sequence[tuple[str, str, Sequence[float]]], symbol: str,
    alt: str,
) -> Any:  # fmt: skip
    """Columns of parts on each other, in money, with a legend: series are (name, colour, values),
    lowest first.
    """
    data = _named(names, series, money_format(symbol, 0))
    chart = _add(slide, XL_CHART_TYPE.COLUMN_STACKED, box, data, alt)
    tops = [sum(values) for values in zip(*(values for _, _, values in series), strict=True)]
    _axis(chart.value_axis, Scale.of([0.0, *tops], symbol), None)
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.category_axis.format.line.color.rgb = colour(MUTED)
    chart.category_axis.has_major_gridlines = False
    chart.category_axis.tick_labels.font.size = Pt(12 if len(names) <= 6 else 10)
    if len(series) > 1:
        _legend(chart)
    plot = chart.plots[0]
    plot.gap_width = 55
    plot.overlap = 100
    for item, (_, hue, _) in zip(plot.series, series, strict=True):
        item.invert_if_negative = False
        _paint(item.format, hue, True)
    return chart


def steps_line(
    slide: Slide, box: Box, points: Sequence[tuple[float, float]], mark: tuple[float, float], symbol: str, alt: str,
    names: tuple[str, str, str], axes: tuple[str, str],
) -> Any:  # fmt: skip
    """Points (x, y) in money, held level until the next one as a set of steps is, and one point of
    its own.

    `names` are the line's, the points' and the mark's, `axes` the titles of x and y.
    """
    level = [end for (x, y), (after, up) in pairwise(points) for end in ((x, y), (after, y))]
    last = points[-1]
    level += [last, *([(mark[0], last[1])] if mark[0] > last[0] else [])]
    data = _Points(number_format=money_format(symbol, 0))
    for name, line in zip(names, (level, points, [mark]), strict=True):
        series = data.add_series(plain(name))
        for x, y in line:
            series.add_data_point(x, y)
    chart = _add(slide, XL_CHART_TYPE.XY_SCATTER_LINES, box, data, alt)
    steps, dots, here = chart.plots[0].series
    for series, style, size, hue in (
        (dots, XL_MARKER_STYLE.CIRCLE, 8, RX),
        (here, XL_MARKER_STYLE.DIAMOND, 13, INK),
    ):
        series.format.line.fill.background()
        series.marker.style = style
        series.marker.size = size
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = series.marker.format.line.color.rgb = colour(hue)
    steps.smooth = False
    steps.marker.style = XL_MARKER_STYLE.NONE
    steps.format.line.color.rgb = colour(RX)
    steps.format.line.width = Pt(2)
    label = here.points[0].data_label
    label.text_frame.text = plain(names[2])
    run = label.text_frame.paragraphs[0].runs[0]
    run.font.size = Pt(12)
    run.font.bold = True
    label.position = XL_LABEL_POSITION.LEFT
    _axis(chart.category_axis, Scale.of([x for x, _ in level], symbol), axes[0])
    _axis(chart.value_axis, Scale.of([*(y for _, y in level), mark[1]], symbol), axes[1])
    return chart


def _label(row: Bar, between: str = "\n") -> str:
    if row.shown:
        return f"{plain(row.name)}{between}{plain(row.shown)}"
    return plain(row.name)


def _add(slide: Slide, kind: Any, box: Box, data: Any, alt: str) -> Any:
    frame = slide.raw.shapes.add_chart(kind, *box.emu, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain(alt))
    chart = frame.chart
    chart.has_title = False
    chart.has_legend = False
    chart.font.size = Pt(12)
    chart.font.name = FONT
    chart.font.color.rgb = colour(INK)
    return chart


def _horizontal(chart: Any, scale: Scale, count: int, box: Box) -> None:
    """The first row on top, names to the left of everything, a quiet axis at the bottom."""
    names = chart.category_axis
    values = chart.value_axis
    names.reverse_order = True
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.format.line.color.rgb = colour(MUTED)
    names.has_major_gridlines = False
    values._element.find(qn("c:crosses")).set(
        "val", "max"
    )  # below the last row, which reversing puts at the bottom
    skip = etree.Element(qn("c:tickLblSkip"))  # every row has its name, however close they stand
    skip.set("val", "1")
    names._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)
    per_row = _per_row(box, count)
    names.tick_labels.font.size = Pt(12 if per_row > 40 else 11 if per_row > 34 else 10)
    _axis(values, scale, None)
    values.tick_label_position = XL_TICK_LABEL_POSITION.NEXT_TO_AXIS


def _per_row(box: Box, count: int) -> float:
    """Points of height that a row has."""
    return box.height * 72 / max(count, 1)


def _axis(axis: Any, scale: Scale, title: str | None) -> None:
    axis.minimum_scale = scale.low
    axis.maximum_scale = scale.high
    axis.major_unit = scale.step
    axis.has_major_gridlines = True
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.major_gridlines.format.line.color.rgb = colour(GRID)
    axis.format.line.color.rgb = colour(GRID)
    axis.tick_labels.font.size = Pt(11)
    axis.tick_labels.font.color.rgb = colour(MUTED)
    axis.tick_labels.number_format = scale.number
    axis.tick_labels.number_format_is_linked = False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if title:
        axis.has_title = True
        axis.axis_title.text_frame.text = plain(title)
        run = axis.axis_title.text_frame.paragraphs[0].runs[0]
        run.font.size = Pt(12)
        run.font.bold = False
        run.font.color.rgb = colour(MUTED)


def _paint(form: Any, hue: str, clear: bool) -> None:
    form.fill.solid()
    form.fill.fore_color.rgb = colour(hue if clear else "FFFFFF")
    form.line.color.rgb = colour(hue if clear else MUTED)
    form.line.width = Pt(1.25)


def _error_bars(series: Any, rows: Sequence[Bar]) -> None:
    """Whiskers from each bar's own low to its own high."""
    root = series._element
    bars = etree.SubElement(root, qn("c:errBars"))
    for tag, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "1")):
        etree.SubElement(bars, qn(f"c:{tag}")).set("val", value)
    for tag, lengths in (
        ("plus", [0.0 if row.high is None else max(0.0, row.high - row.value) for row in rows]),
        ("minus", [0.0 if row.low is None else max(0.0, row.value - row.low) for row in rows]),
    ):
        literal = etree.SubElement(etree.SubElement(bars, qn(f"c:{tag}")), qn("c:numLit"))
        etree.SubElement(literal, qn("c:formatCode")).text = "General"
        etree.SubElement(literal, qn("c:ptCount")).set("val", str(len(lengths)))
        for k, length in enumerate(lengths):
            point = etree.SubElement(literal, qn("c:pt"))
            point.set("idx", str(k))
            etree.SubElement(point, qn("c:v")).text = repr(float(length))
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"))
    line.set("w", "15875")
    etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr")).set("val", INK)
    root.remove(bars)
    root.find(qn("c:cat")).addprevious(bars)
