"""What all native charts have in common: letters, axes, colours, room for names and labels."""

from __future__ import annotations

from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Pt

from cxcase.export.deck.axes import Scale
from cxcase.export.deck.canvas import GRID, GROUND, INK, MUTED, Box, Slide
from cxcase.export.deck.look.kinds import CHART, CHART_BELOW
from cxcase.export.deck.look.palette import Palette
from cxcase.export.text import plain

LETTERS = 12  # points
NAMES = 0.41  # of a chart's width, for the names to the left of its rows
_RIGHT = 0.03  # of its width, free at the right
_AXIS = 0.36  # inches below the rows, for the axis
_LEGEND = 0.62  # inches above them, for a legend of two lines


def add_chart(slide: Slide, kind: Any, box: Box, data: Any, alt: str) -> Any:
    """A native chart in our letters, without title and legend; alt: what it shows, in words."""
    there = slide.ground.frame.box(box)
    frame = slide.raw.shapes.add_chart(kind, *there.emu, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain(alt))
    place = CHART_BELOW if CHART in slide.held else CHART
    slide.hold(place, frame)
    chart = frame.chart
    chart.has_title = False
    chart.has_legend = False
    chart.font.size = Pt(LETTERS)
    slide.ground.palette.fill(chart.font.fill, INK)
    _number_axes(chart)
    return chart


def _number_axes(chart: Any) -> None:
    """Positive ids for the axes, as the format wants them."""
    ids: dict[str, str] = {}
    for element in chart._chartSpace.iter(qn("c:axId"), qn("c:crossAx")):
        was = element.get("val")
        element.set("val", ids.setdefault(was, str(1001 + len(ids))))


def add_legend(chart: Any) -> None:
    """The series' names above the chart."""
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(LETTERS)


def lay_out_rows(
    palette: Palette, chart: Any, scale: Scale, box: Box, legend: bool = False
) -> None:
    """The first row on top, names to the left of everything, a quiet axis at the bottom."""
    names = chart.category_axis
    values = chart.value_axis
    names.reverse_order = True
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.major_tick_mark = XL_TICK_MARK.NONE
    palette.fill(names.format.line.fill, MUTED)
    names.has_major_gridlines = False
    # below the last row, which reversing puts at the bottom
    values._element.find(qn("c:crosses")).set("val", "max")
    show_every_name(names)
    set_axis(palette, values, scale, None)
    values.tick_label_position = XL_TICK_LABEL_POSITION.NEXT_TO_AXIS
    top = (_LEGEND if legend else 0.05) / box.height
    inner = Box(NAMES, top, 1 - NAMES - _RIGHT, 1 - top - _AXIS / box.height)
    _place_plot(chart, inner)


def plot_width(box: Box) -> float:
    """Inches between the ends of the value axis of a chart of rows in this box."""
    return box.width * (1 - NAMES - _RIGHT)


def show_every_name(names: Any) -> None:
    """Every row has its name, however close they stand."""
    skip = etree.Element(qn("c:tickLblSkip"))
    skip.set("val", "1")
    names._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)
    names.tick_labels.font.size = Pt(LETTERS)


def _place_plot(chart: Any, inner: Box) -> None:
    """Where the axes' own rectangle stands, in shares of the chart's width and height."""
    area = chart._chartSpace.chart.plotArea
    for layout in area.findall(qn("c:layout")):
        area.remove(layout)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    settings = (
        ("layoutTarget", "inner"),
        ("xMode", "edge"),
        ("yMode", "edge"),
        ("x", f"{inner.left:.4f}"),
        ("y", f"{inner.top:.4f}"),
        ("w", f"{inner.width:.4f}"),
        ("h", f"{inner.height:.4f}"),
    )
    for name, value in settings:
        etree.SubElement(manual, qn(f"c:{name}")).set("val", value)
    area.insert(0, layout)


def set_axis(palette: Palette, axis: Any, scale: Scale, title: str | None) -> None:
    """An axis with this scale, quiet lines, and its title where it has one."""
    axis.minimum_scale = scale.low
    axis.maximum_scale = scale.high
    axis.major_unit = scale.step
    axis.has_major_gridlines = True
    axis.major_tick_mark = XL_TICK_MARK.NONE
    palette.fill(axis.major_gridlines.format.line.fill, GRID)
    palette.fill(axis.format.line.fill, GRID)
    axis.tick_labels.font.size = Pt(LETTERS)
    palette.fill(axis.tick_labels.font.fill, MUTED)
    axis.tick_labels.number_format = scale.number
    axis.tick_labels.number_format_is_linked = False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if title:
        axis.has_title = True
        axis.axis_title.text_frame.text = plain(title)
        run = axis.axis_title.text_frame.paragraphs[0].runs[0]
        run.font.size = Pt(LETTERS)
        run.font.bold = False
        palette.fill(run.font.fill, MUTED)


def paint(palette: Palette, form: Any, hue: str, clear: bool) -> None:
    """A bar filled with its colour; hollow where its interval spans zero."""
    fill, edge = (hue, hue) if clear else (GROUND, MUTED)
    palette.fill(form.fill, fill)
    palette.fill(form.line.fill, edge)
    form.line.width = Pt(1.25)
