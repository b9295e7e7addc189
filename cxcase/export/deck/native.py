"""Native, editable charts: bars with intervals, a waterfall lying on its side, paired bars, a line through points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.oxml.ns import qn
from pptx.util import Pt
from xlsxwriter import Workbook

from cxcase.export.deck.canvas import CX, FONT, GRID, INK, MUTED, Box, Slide, colour
from cxcase.export.text import plain

_MADE = dt.datetime(2000, 1, 1)  # XlsxWriter would put the clock's time in; the deck itself carries its date
_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


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


class _CategoryWriter(_PlainText, CategoryWorkbookWriter):  # type: ignore[misc]
    pass


class _XyWriter(_PlainText, XyWorkbookWriter):  # type: ignore[misc]
    pass


class _Categories(CategoryChartData):  # type: ignore[misc]
    @property
    def _workbook_writer(self) -> Any:
        return _CategoryWriter(self)


class _Points(XyChartData):  # type: ignore[misc]
    @property
    def _workbook_writer(self) -> Any:
        return _XyWriter(self)


def interval_bars(slide: Slide, box: Box, rows: Sequence[Bar], number: str, alt: str) -> Any:
    """Horizontal bars from zero, first on top, each with its interval as a whisker; hollow where it spans zero."""
    data = _Categories(number_format=number)
    data.categories = [_label(row) for row in rows]
    data.add_series(alt.split(":")[0][:60], [row.value for row in rows])
    chart = _add(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, alt)
    _horizontal(chart, number, len(rows), box)
    series = chart.plots[0].series[0]
    series.invert_if_negative = False
    chart.plots[0].gap_width = 90
    for k, row in enumerate(rows):
        _paint(series.points[k].format, row.hue, row.clear)
    if all(row.low is not None and row.high is not None for row in rows):
        _error_bars(series, rows)
    return chart


def waterfall_bars(
    slide: Slide, box: Box, rows: Sequence[Bar], total: Bar, number: str, alt: str, names: tuple[str, str]
) -> Any:
    """Bars that each begin where the one above ended, down to the total. `names` are the hidden and shown series."""
    starts, ends, run = [], [], 0.0
    for row in rows:
        starts.append(run)
        run += row.value
        ends.append(run)
    data = _Categories(number_format=number)
    data.categories = [_label(row) for row in (*rows, total)]
    data.add_series(names[0], [*(min(a, b) for a, b in zip(starts, ends, strict=True)), 0.0])
    data.add_series(names[1], [*(abs(row.value) for row in rows), total.value])
    chart = _add(slide, XL_CHART_TYPE.BAR_STACKED, box, data, alt)
    _horizontal(chart, number, len(rows) + 1, box)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    hidden, shown = plot.series
    hidden.format.fill.background()
    hidden.format.line.fill.background()
    for k, row in enumerate((*rows, total)):
        _paint(shown.points[k].format, row.hue, row.clear)
    return chart


def paired_bars(
    slide: Slide, box: Box, names: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[float | None]]], number: str,
    alt: str,
) -> Any:  # fmt: skip
    """Horizontal bars in pairs, with a legend and a label on each: series are (name, colour, values)."""
    data = _Categories(number_format=number)
    data.categories = [plain(name) for name in names]
    for name, _, values in series:
        data.add_series(plain(name), values)
    chart = _add(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, alt)
    _horizontal(chart, number, len(names), box)
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.legend.font.size = Pt(12)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 55, -10
    for item, (_, hue, _) in zip(plot.series, series, strict=True):
        item.invert_if_negative = False
        _paint(item.format, hue, True)
        labels = item.data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, number, False
        labels.font.size, labels.position = Pt(11), XL_LABEL_POSITION.OUTSIDE_END
    return chart


def line_through(
    slide: Slide, box: Box, name: str, points: Sequence[tuple[float, float]], number: str, alt: str,
    axes: tuple[str, str], mark: tuple[str, float, float] | None = None, hue: str = CX,
) -> Any:  # fmt: skip
    """A line through points (x, y), both axes in money; `mark` is a point of its own with a name."""
    data = _Points(number_format=number)
    series = data.add_series(plain(name))
    for x, y in points:
        series.add_data_point(x, y)
    if mark is not None:
        data.add_series(plain(mark[0])).add_data_point(mark[1], mark[2])
    chart = _add(slide, XL_CHART_TYPE.XY_SCATTER_LINES, box, data, alt)
    first = chart.plots[0].series[0]
    first.smooth = False
    first.format.line.color.rgb, first.format.line.width = colour(hue), Pt(2.25)
    _marker(first, XL_MARKER_STYLE.CIRCLE, 7, hue)
    if mark is not None:
        here = chart.plots[0].series[1]
        here.format.line.fill.background()
        _marker(here, XL_MARKER_STYLE.DIAMOND, 13, INK)
        frame = here.points[0].data_label.text_frame
        frame.text = plain(mark[0])
        frame.paragraphs[0].runs[0].font.size, frame.paragraphs[0].runs[0].font.bold = Pt(12), True
        here.points[0].data_label.position = XL_LABEL_POSITION.BELOW
    for axis, title in ((chart.category_axis, axes[0]), (chart.value_axis, axes[1])):
        _axis(axis, number, title)
    return chart


def _label(row: Bar) -> str:
    return f"{plain(row.name)}\n{plain(row.shown)}" if row.shown else plain(row.name)


def _add(slide: Slide, kind: Any, box: Box, data: Any, alt: str) -> Any:
    frame = slide.raw.shapes.add_chart(kind, *box.emu, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain(alt))
    chart = frame.chart
    chart.has_title, chart.has_legend = False, False
    chart.font.size, chart.font.name, chart.font.color.rgb = Pt(12), FONT, colour(INK)
    return chart


def _horizontal(chart: Any, number: str, count: int, box: Box) -> None:
    """The first row on top, names to the left of everything, a quiet money axis."""
    names, values = chart.category_axis, chart.value_axis
    names.reverse_order = True
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb = colour(MUTED)
    names.has_major_gridlines = False
    per_row = box.height * 72 / max(count, 1)
    names.tick_labels.font.size = Pt(12 if per_row > 40 else 11 if per_row > 34 else 10)
    _axis(values, number, None)
    values.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def _axis(axis: Any, number: str, title: str | None) -> None:
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = colour(GRID)
    axis.format.line.color.rgb = colour(GRID)
    axis.tick_labels.font.size = Pt(11)
    axis.tick_labels.font.color.rgb = colour(MUTED)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = number, False
    if title:
        axis.has_title = True
        axis.axis_title.text_frame.text = plain(title)
        run = axis.axis_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold, run.font.color.rgb = Pt(12), False, colour(MUTED)


def _paint(form: Any, hue: str, clear: bool) -> None:
    form.fill.solid()
    form.fill.fore_color.rgb = colour(hue if clear else "FFFFFF")
    form.line.color.rgb, form.line.width = colour(hue if clear else MUTED), Pt(1.25)


def _marker(series: Any, style: Any, size: int, hue: str) -> None:
    series.marker.style, series.marker.size = style, size
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = colour(hue)
    series.marker.format.line.color.rgb = colour(hue)


def _error_bars(series: Any, rows: Sequence[Bar]) -> None:
    """Whiskers from each bar's own low to its own high."""
    root = series._element
    bars = etree.SubElement(root, qn("c:errBars"))
    for tag, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{tag}")).set("val", value)
    for tag, lengths in (
        ("plus", [max(0.0, (row.high or 0.0) - row.value) for row in rows]),
        ("minus", [max(0.0, row.value - (row.low or 0.0)) for row in rows]),
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
