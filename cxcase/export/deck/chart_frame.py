"""What all native charts have in common: plain text behind them, letters, axes, colours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Pt
from xlsxwriter import Workbook

from cxcase.export.deck.axes import Scale
from cxcase.export.deck.canvas import FONT, GRID, GROUND, INK, MUTED, Box, Slide, colour
from cxcase.export.text import plain

# XlsxWriter would put the clock's time in; the deck itself carries its date
_MADE = dt.datetime(2000, 1, 1)
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
TWO_LINES = 34  # points of a row below which its name and figure share a line


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


# python-pptx says nothing of the types of these, so that calls of them are not checked
_NEW_CATEGORY_WRITER: Any = _CategoryWriter
_NEW_XY_WRITER: Any = _XyWriter


class _Categories(CategoryChartData):
    @property
    def _workbook_writer(self) -> Any:
        return _NEW_CATEGORY_WRITER(self)


class _Points(XyChartData):
    @property
    def _workbook_writer(self) -> Any:
        return _NEW_XY_WRITER(self)


_NEW_CATEGORIES: Any = _Categories
_NEW_POINTS: Any = _Points


def categories(number_format: str) -> Any:
    """Named rows and their series, as python-pptx wants them."""
    return _NEW_CATEGORIES(number_format=number_format)


def points(number_format: str) -> Any:
    """Series of points (x, y), as python-pptx wants them."""
    return _NEW_POINTS(number_format=number_format)


def add_chart(slide: Slide, kind: Any, box: Box, data: Any, alt: str) -> Any:
    """A native chart in our letters, without title and legend; alt: what it shows, in words."""
    frame = slide.raw.shapes.add_chart(kind, *box.emu, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain(alt))
    chart = frame.chart
    chart.has_title = False
    chart.has_legend = False
    chart.font.size = Pt(12)
    chart.font.name = FONT
    chart.font.color.rgb = colour(INK)
    return chart


def add_legend(chart: Any) -> None:
    """The series' names above the chart."""
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(12)


def lay_out_rows(chart: Any, scale: Scale, count: int, box: Box) -> None:
    """The first row on top, names to the left of everything, a quiet axis at the bottom."""
    names = chart.category_axis
    values = chart.value_axis
    names.reverse_order = True
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.format.line.color.rgb = colour(MUTED)
    names.has_major_gridlines = False
    # below the last row, which reversing puts at the bottom
    values._element.find(qn("c:crosses")).set("val", "max")
    skip = etree.Element(qn("c:tickLblSkip"))  # every row has its name, however close they stand
    skip.set("val", "1")
    names._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)
    names.tick_labels.font.size = Pt(_size_of_names(height_per_row(box, count)))
    set_axis(values, scale, None)
    values.tick_label_position = XL_TICK_LABEL_POSITION.NEXT_TO_AXIS


def _size_of_names(per_row: float) -> int:
    """Points of the letters beside rows that have so many points of height each."""
    if per_row > 40:
        return 12
    if per_row > TWO_LINES:
        return 11
    return 10


def height_per_row(box: Box, count: int) -> float:
    """Points of height that a row has."""
    return box.height * 72 / max(count, 1)


def set_axis(axis: Any, scale: Scale, title: str | None) -> None:
    """An axis with this scale, quiet lines, and its title where it has one."""
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


def paint(form: Any, hue: str, clear: bool) -> None:
    """A bar filled with its colour; hollow where its interval spans zero."""
    fill, edge = (hue, hue) if clear else (GROUND, MUTED)
    form.fill.solid()
    form.fill.fore_color.rgb = colour(fill)
    form.line.color.rgb = colour(edge)
    form.line.width = Pt(1.25)
