"""Native charts of points: lines over months, dots with their intervals, bubbles on a map."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.chart.data import BubbleChartData
from pptx.chart.xlsx import BubbleWorkbookWriter
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Pt

from cxcase.export import text_fit
from cxcase.export.deck.axes import Scale, money_format
from cxcase.export.deck.canvas import CX, GROUND, MUTED, RX, STAKE, Box, Slide
from cxcase.export.deck.chart_data import PlainText, categories, column_beside
from cxcase.export.deck.chart_data import points as chart_points
from cxcase.export.deck.chart_frame import add_chart, add_legend, set_axis
from cxcase.export.deck.chart_labels import Whiskers, bind_whiskers
from cxcase.export.text import plain, shorten

_EVERY = 6  # months between two names on an axis of months
_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)  # between ticks of an axis of ratings
_TICKS = 8
_LARGEST = 60  # percent: the largest bubble, of the size that a program would give it
_RADIUS = 0.5  # inches of the largest bubble, about
# inches that axes, their names and the air around them take of a chart, across and upright
_BESIDE_PLOT = 1.4
_BELOW_PLOT = 1.15
_NAME_SHARE = 0.2  # of the chart that a name may be wide before it breaks
_LETTERS = 0.12  # inches: half the height of a name
_Area = tuple[float, float, float, float]  # left, low, right, high
_LONGEST = 26  # characters of a bubble's name


class _BubbleWriter(PlainText, BubbleWorkbookWriter):
    pass


# python-pptx says nothing of the types of these, so that calls of them are not checked
_NEW_WRITER: Any = _BubbleWriter


class _Bubbles(BubbleChartData):
    @property
    def _workbook_writer(self) -> Any:
        return _NEW_WRITER(self)


_NEW_BUBBLES: Any = _Bubbles


@dataclass(frozen=True)
class Line:
    """A line over months: its name, its colour, its values, and whether it steps back."""

    name: str
    hue: str
    values: Sequence[float]
    quiet: bool = False


@dataclass(frozen=True)
class Dot:
    """What was observed at one place of an axis, with its interval, and what a line says there."""

    x: float
    seen: float
    low: float
    high: float
    fitted: float


@dataclass(frozen=True)
class Bubble:
    """A named place on a map; hollow where its interval spans zero."""

    name: str
    x: float
    y: float
    size: float
    clear: bool = True


@dataclass(frozen=True)
class AxisNames:
    """What the axes are called; and of a chart of dots its two series."""

    x: str
    y: str
    dots: str = ""
    line: str = ""


def month_lines(
    slide: Slide,
    box: Box,
    months: Sequence[dt.date] | Sequence[str],
    lines: Sequence[Line],
    symbol: str,
    alt: str,
) -> Any:
    """Lines of money over months, the quiet ones dashed, with a legend."""
    data = categories(money_format(symbol, 0))
    data.categories = list(months)
    for line in lines:
        data.add_series(plain(line.name), [float(value) for value in line.values])
    palette = slide.ground.palette
    chart = add_chart(slide, XL_CHART_TYPE.LINE, box, data, alt)
    ends = [float(value) for line in lines for value in line.values]
    set_axis(palette, chart.value_axis, Scale.of(ends, symbol), None)
    names = chart.category_axis
    names.has_major_gridlines = False
    names.tick_labels.font.size = Pt(12)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    palette.fill(names.format.line.fill, MUTED)
    _name_every(names, _EVERY)
    names.tick_labels.number_format = "mmm yyyy"
    names.tick_labels.number_format_is_linked = False
    add_legend(chart)
    for series, line in zip(chart.plots[0].series, lines, strict=True):
        series.smooth = False
        palette.fill(series.format.line.fill, line.hue)
        series.format.line.width = Pt(1.75 if line.quiet else 3)
        if line.quiet:
            series.format.line.dash_style = MSO_LINE.DASH
        series.marker.style = XL_MARKER_STYLE.NONE
    return chart


def _name_every(axis: Any, months: int) -> None:
    """A name and a mark each so many months, on an axis of dates or of names."""
    root = axis._element
    last = root.find(qn("c:noMultiLvlLbl"))
    if last is not None:
        for tag in ("c:tickLblSkip", "c:tickMarkSkip"):
            _valued(tag, str(months), last)
        return
    for tag in ("c:baseTimeUnit", "c:majorUnit", "c:majorTimeUnit"):
        for old in root.findall(qn(tag)):
            root.remove(old)
    before = root.find(qn("c:lblOffset"))
    for tag, value in (
        ("c:majorTimeUnit", "months"),
        ("c:majorUnit", str(months)),
        ("c:baseTimeUnit", "months"),
    ):
        item = etree.Element(qn(tag))
        item.set("val", value)
        before.addnext(item)


def _valued(tag: str, value: str, before: Any) -> None:
    """An element with this value in front of another."""
    item = etree.Element(qn(tag))
    item.set("val", value)
    before.addprevious(item)


def dots_and_line(
    slide: Slide, box: Box, dots: Sequence[Dot], names: AxisNames, alt: str, number: str
) -> Any:
    """Dots with their intervals upright, and a line through what a model says there.

    number: the number format of the heights.
    """
    data = chart_points(number)
    for name in (names.dots, names.line):
        series = data.add_series(plain(name))
        for dot in dots:
            series.add_data_point(dot.x, dot.seen if name == names.dots else dot.fitted)
    up_to = [max(0.0, dot.high - dot.seen) for dot in dots]
    down_to = [max(0.0, dot.seen - dot.low) for dot in dots]
    whiskers = Whiskers(
        (column_beside(data, "above", up_to), up_to),
        (column_beside(data, "below", down_to), down_to),
    )
    palette = slide.ground.palette
    chart = add_chart(slide, XL_CHART_TYPE.XY_SCATTER_LINES, box, data, alt)
    seen, fitted = chart.plots[0].series
    seen.format.line.fill.background()
    seen.marker.style = XL_MARKER_STYLE.CIRCLE
    seen.marker.size = 9
    palette.fill(seen.marker.format.fill, CX)
    palette.fill(seen.marker.format.line.fill, CX)
    fitted.smooth = False
    fitted.marker.style = XL_MARKER_STYLE.NONE
    palette.fill(fitted.format.line.fill, RX)
    fitted.format.line.width = Pt(2.25)
    bind_whiskers(palette, seen, whiskers, upright=True)
    across = _ratings([dot.x for dot in dots], 0.5)
    top = max(max(dot.high, dot.fitted) for dot in dots)
    up = Scale.of([0.0, top], None)
    set_axis(palette, chart.category_axis, across, names.x)
    set_axis(palette, chart.value_axis, Scale(up.low, up.high, up.step, number), names.y)
    add_legend(chart)
    return chart


def bubbles(
    slide: Slide, box: Box, items: Sequence[Bubble], symbol: str, names: AxisNames, alt: str
) -> Any:
    """Named bubbles: x on an axis of ratings, y in money; the area is the size."""
    data = _NEW_BUBBLES(number_format=money_format(symbol, 0))
    floor = max((item.size for item in items), default=1.0) / 100 or 1.0
    for item in items:  # a series each: a label shows the name that stands in the spreadsheet
        series = data.add_series(plain(shorten(item.name, _LONGEST)))
        series.add_data_point(item.x, item.y, max(item.size, floor))
    palette = slide.ground.palette
    chart = add_chart(slide, XL_CHART_TYPE.BUBBLE, box, data, alt)
    plot = chart.plots[0]
    plot.bubble_scale = _LARGEST
    across = _ratings([item.x for item in items], 0.25)
    up = _heights(items, symbol)
    places = _label_places(items, across, up, slide.ground.frame.box(box))
    for k, item in enumerate(items):
        point = plot.series[k].points[0]
        palette.fill(point.format.fill, STAKE if item.clear else GROUND)
        palette.fill(point.format.line.fill, STAKE if item.clear else MUTED)
        point.data_label.font.size = Pt(12)
        point.data_label.position = places[k]
        _show_name(plot.series[k]._element)
    set_axis(palette, chart.category_axis, across, names.x)
    set_axis(palette, chart.value_axis, up, names.y)
    return chart


def _heights(items: Sequence[Bubble], symbol: str) -> Scale:
    """An axis of money with room for the bubbles at its ends."""
    low = min([0.0, *(item.y for item in items)])
    high = max([0.0, *(item.y for item in items)])
    room = 0.15 * (high - low)
    return Scale.of([low - (room if low < 0 else 0.0), high + room], symbol)


def _show_name(series: Any) -> None:
    """The labels of a series show its name, not its value."""
    for label in series.iter(qn("c:dLbl")):
        label.find(qn("c:showVal")).set("val", "0")
        label.find(qn("c:showSerName")).set("val", "1")


def _label_places(items: Sequence[Bubble], across: Scale, up: Scale, box: Box) -> list[Any]:
    """Where each bubble's name stands: the side on which it meets least of other bubbles and names,
    the most hemmed in first.
    """
    wide = box.width - _BESIDE_PLOT
    tall = box.height - _BELOW_PLOT
    places = [
        (
            (item.x - across.low) / (across.high - across.low) * wide,
            (item.y - up.low) / (up.high - up.low) * tall,
        )
        for item in items
    ]
    largest = max((item.size for item in items), default=1.0) or 1.0
    radii = [_RADIUS * (max(item.size, 0.0) / largest) ** 0.5 + 0.03 for item in items]
    drawn = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(places, radii, strict=True)]
    names: list[_Area] = []
    chosen: dict[int, Any] = {}
    sides = [
        _sides(places[k], radii[k], _size_of_name(item.name, box.width * _NAME_SHARE))
        for k, item in enumerate(items)
    ]
    others = [[area for j, area in enumerate(drawn) if j != k] for k in range(len(items))]
    tight = [min(_met(area, others[k], wide) for _, area in sides[k]) for k in range(len(items))]
    for k in sorted(range(len(items)), key=lambda k: -tight[k]):
        met = [_met(area, [*others[k], *names], wide) for _, area in sides[k]]
        position, area = sides[k][met.index(min(met))]
        names.append(area)
        chosen[k] = position
    return [chosen[k] for k in range(len(items))]


def _size_of_name(name: str, most: float) -> tuple[float, float]:
    """(width, half the height) of a bubble's name in inches; it breaks where it is wider."""
    short = shorten(name, _LONGEST)
    lines = text_fit.lines(short, 12, most * 72)
    return min(most, text_fit.width(short, 12) / 72), _LETTERS * lines


def _sides(
    place: tuple[float, float], radius: float, size: tuple[float, float]
) -> list[tuple[Any, _Area]]:
    """(side, what a name would cover there), the sides in the order they are tried; in inches."""
    x, y = place
    wide, high = size
    half = wide / 2
    return [
        (XL_LABEL_POSITION.RIGHT, (x + radius, y - high, x + radius + wide, y + high)),
        (XL_LABEL_POSITION.LEFT, (x - radius - wide, y - high, x - radius, y + high)),
        (XL_LABEL_POSITION.ABOVE, (x - half, y + radius, x + half, y + radius + 2 * high)),
        (XL_LABEL_POSITION.BELOW, (x - half, y - radius - 2 * high, x + half, y - radius)),
    ]


def _met(area: _Area, others: Sequence[_Area], width: float) -> float:
    """Square inches of an area that others cover or that lie outside the chart."""
    left, low, right, high = area
    outside = (max(0.0, -left) + max(0.0, right - width)) * (high - low)
    shared = sum(
        max(0.0, min(right, other[2]) - max(left, other[0]))
        * max(0.0, min(high, other[3]) - max(low, other[1]))
        for other in others
    )
    return outside + shared


def _ratings(values: Sequence[float], room: float) -> Scale:
    """An axis of ratings that does not begin at zero, with room at both ends."""
    low = min(values)
    high = max(values)
    margin = room * ((high - low) or 1.0) if room < 0.5 else room
    span = high - low + 2 * margin
    step = next((step for step in _STEPS if span / step <= _TICKS), _STEPS[-1])
    first = math.floor((low - margin) / step + 1e-9) * step
    last = math.ceil((high + margin) / step - 1e-9) * step
    return Scale(first, last, step, "0" if step >= 1 else "0.0")
