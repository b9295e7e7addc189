"""The slide of the roadmap: each step over the phases, drawn with shapes that can be moved and
edited.
"""

from __future__ import annotations

from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches, Pt

from cxcase.export.deck.blocks import say
from cxcase.export.deck.canvas import (
    BODY,
    BOTTOM,
    GROUND,
    INK,
    MUTED,
    RX,
    STAKE,
    Box,
    Deck,
    Run,
    Slide,
    colour,
)
from cxcase.export.text import shorten
from cxcase.report import charts, words
from cxcase.report import format as fmt
from cxcase.report.result import Report

_MOST = 10  # steps a slide can hold
# inches: width of the names, top and height of the rows
_NAMES = 3.9
_TOP = 2.5
_TALL = 3.6
_PHASES = (("crawl", 0, 6, "EDEFF2"), ("walk", 6, 18, "F6F7F9"), ("run", 18, 600, GROUND))
_LINE = 0.37  # inches of a line under the picture
_LIGHT = "A9D0C5"


def roadmap(deck: Deck, report: Report) -> None:
    """When each step starts, is delivered, works in full and has paid back; nothing where no step
    is funded.
    """
    beside = report.plan_details
    if beside is None or not beside.milestones or not report.chosen_steps:
        return
    marks = {m.id: m for m in beside.milestones}
    steps = [item for item in report.chosen_steps if item.step.id in marks][:_MOST]
    title = charts.title("roadmap", report)
    slide = deck.slide(title, say(report, "roadmap.subtitle"), say(report, "roadmap.notes"))
    first = charts.first_paid(report)
    row = min(0.62, _TALL / len(steps))
    _bands(slide, row * len(steps), report.horizon)
    for place, item in enumerate(steps):
        top = _TOP + place * row
        box = Box(BODY.left, top, _NAMES - 0.15, row)
        slide.text(box, [[Run(shorten(item.step.title, 70))]], (13, 12, 11, 10), middle=True)
        mark = marks[item.step.id]
        _line(slide, mark, top, row, report.horizon)
        if mark.id == first and mark.paid is not None:
            box = Box(_x(mark.paid, report.horizon) - 0.9, top - 0.05, 1.8, row * 0.3)
            slide.text(
                box, [[Run(charts.when(report, mark.paid), bold=True)]], (11, 10), align="center"
            )
    _dates(slide, report, _TOP + row * len(steps))
    more = len(report.chosen_steps) - len(steps)
    note = words.say("chart.roadmap.note") + (
        " " + words.say("chart.steps_npv.more", n=more) if more else ""
    )
    slide.text(
        Box(BODY.left, BOTTOM - _LINE, BODY.width, _LINE), [[Run(note, colour=MUTED)]], (12, 11)
    )


def _x(month: float, horizon: int) -> float:
    """Inches from the left of the end of a month."""
    return BODY.left + _NAMES + (BODY.width - _NAMES) * min(month, horizon) / horizon


def _bands(slide: Slide, tall: float, horizon: int) -> None:
    for name, first, end, fill in _PHASES:
        if first >= horizon:
            continue
        left = _x(first, horizon)
        right = _x(end, horizon)
        slide.panel(Box(left, _TOP - 0.5, right - left, tall + 0.5), fill)
        box = Box(left, _TOP - 0.45, right - left, 0.35)
        slide.text(
            box,
            [[Run(words.say(f"pages.budget.{name}"), colour=MUTED)]],
            (13, 12, 11),
            align="center",
        )


def _line(slide: Slide, mark: Any, top: float, row: float, horizon: int) -> None:
    """Delivery, building up and working in full as bars; the gate and the payback as marks."""
    parts = (
        (mark.start - 1, mark.delivered - 1, GROUND, STAKE),
        (mark.delivered - 1, mark.full - 1, _LIGHT, RX),
        (mark.full - 1, horizon, RX, RX),
    )
    bar = row * 0.46
    for first, end, fill, edge in parts:
        left = _x(first, horizon)
        right = _x(end, horizon)
        if right > left:
            slide.panel(Box(left, top + (row - bar) / 2, right - left, bar), fill, edge)
    for month, shape, fill in (
        (mark.delivered - 1, MSO_SHAPE.DIAMOND, INK),
        (mark.paid, MSO_SHAPE.OVAL, GROUND),
    ):
        if month is not None and month <= horizon:
            _mark(slide, shape, _x(month, horizon), top + row / 2, fill)


def _mark(slide: Slide, kind: Any, x: float, y: float, fill: str) -> None:
    size = 0.17
    shape = slide.raw.shapes.add_shape(
        kind, Inches(x - size / 2), Inches(y - size / 2), Inches(size), Inches(size)
    )
    shape.shadow.inherit = False
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(fill)
    shape.line.color.rgb = colour(INK)
    shape.line.width = Pt(1.5)


def _dates(slide: Slide, report: Report, top: float) -> None:
    step = 6 if report.horizon <= 48 else 12
    for month in range(0, report.horizon, step):
        day = report.month_of(month + 1)
        text = words.say("chart.roadmap.month", n=month + 1) if day is None else fmt.month(day)
        slide.text(
            Box(_x(month, report.horizon), top + 0.05, 1.2, 0.3),
            [[Run(text, colour=MUTED)]],
            (12, 11),
        )
