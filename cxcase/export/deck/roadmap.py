"""The slide of the roadmap: each step over the phases, drawn with shapes that can be edited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pptx.enum.shapes import MSO_SHAPE

from cxcase.export.deck.blocks import heading, line, note, notes_of, quiet, say
from cxcase.export.deck.canvas import (
    BODY,
    BOTTOM,
    GROUND,
    INK,
    RX,
    STAKE,
    Box,
    Deck,
    Slide,
)
from cxcase.export.deck.look.palette import BAND, BAND_LIGHT, RX_LIGHT
from cxcase.export.text import shorten
from cxcase.report import charts, words
from cxcase.report import format as fmt
from cxcase.report.result import Report

_MOST = 10  # steps a slide can hold
# inches: width of the names, top and height of the rows
_NAMES = 4.4
_TOP = 2.5
_TALL = 3.6
_PHASES = (  # words, first month, month after the last, colour of the band
    ("pages.budget.crawl", 0, 6, BAND),
    ("pages.budget.walk", 6, 18, BAND_LIGHT),
    ("pages.budget.run", 18, 600, GROUND),
)
_TWO_LINES = 0.46  # inches of a row that has room for two lines of a name
_ROOMY = 0.55  # and of one that has room for a month above its bars
_LONGEST = 84  # characters of a name on two lines, and on one
_LONGEST_ON_ONE = 52
_LINE = 0.37  # inches of a line under the picture


def roadmap(deck: Deck, report: Report) -> None:
    """When each step starts, is delivered, works in full and has paid back."""
    beside = report.plan_details
    if beside is None or not beside.milestones or not report.chosen_steps:
        return
    marks = {m.id: m for m in beside.milestones}
    steps = [item for item in report.chosen_steps if item.step.id in marks][:_MOST]
    title, alt = charts.told("roadmap", report)
    slide = deck.slide(title, say(report, "roadmap.subtitle"), notes_of(report, "roadmap"))
    row = min(0.62, _TALL / len(steps))
    with slide.group(alt):
        _bands(slide, row * len(steps), report.horizon)
        for place, item in enumerate(steps):
            _step(slide, report, item.step, marks[item.step.id], Row(_TOP + place * row, row))
        _dates(slide, report, _TOP + row * len(steps))
    below = Box(BODY.left, BOTTOM - _LINE, BODY.width, _LINE)
    note(slide, below, _how_to_read(len(report.chosen_steps) - len(steps)))


@dataclass(frozen=True)
class Row:
    """A step's strip of the picture, in inches."""

    top: float
    height: float


def _step(slide: Slide, report: Report, step: Any, mark: Any, row: Row) -> None:
    """A step's name and its bars; the month in bold where it is the first that pays back."""
    name = Box(BODY.left, row.top, _NAMES - 0.15, row.height)
    longest = _LONGEST if row.height >= _TWO_LINES else _LONGEST_ON_ONE
    slide.text(name, [line(shorten(step.title, longest))], (13, 12), middle=True)
    _bars(slide, mark, row, report.horizon)
    roomy = row.height >= _ROOMY
    if roomy and mark.id == charts.first_paid(report) and mark.paid is not None:
        left = _x(mark.paid, report.horizon) - 0.9
        above = Box(left, row.top - 0.05, 1.8, max(0.22, row.height * 0.3))
        slide.text(above, [heading(charts.when(report, mark.paid))], (11, 10), align="center")


def _how_to_read(more: int) -> str:
    """What bars and marks mean, and how many more steps there are."""
    said = words.say("chart.roadmap.note")
    if more:
        return f"{said} {words.say('chart.steps_npv.more', n=more)}"
    return said


def _x(month: float, horizon: int) -> float:
    """Inches from the left of the end of a month."""
    return BODY.left + _NAMES + (BODY.width - _NAMES) * min(month, horizon) / horizon


def _bands(slide: Slide, tall: float, horizon: int) -> None:
    """The phases behind the picture, each with its name on top."""
    for path, first, end, fill in _PHASES:
        if first >= horizon:
            continue
        left = _x(first, horizon)
        right = _x(end, horizon)
        slide.panel(Box(left, _TOP - 0.5, right - left, tall + 0.5), fill)
        box = Box(left, _TOP - 0.45, right - left, 0.35)
        slide.text(box, [quiet(words.say(path))], (13, 12, 11), align="center")


def _bars(slide: Slide, mark: Any, row: Row, horizon: int) -> None:
    """Delivery, building up and working in full as bars; the gate and the payback as marks."""
    parts = (
        (mark.start - 1, mark.delivered - 1, GROUND, STAKE),
        (mark.delivered - 1, mark.full - 1, RX_LIGHT, RX),
        (mark.full - 1, horizon, RX, RX),
    )
    bar = row.height * 0.46
    for first, end, fill, edge in parts:
        left = _x(first, horizon)
        right = _x(end, horizon)
        if right > left:
            top = row.top + (row.height - bar) / 2
            slide.panel(Box(left, top, right - left, bar), fill, edge)
    middle = row.top + row.height / 2
    for month, shape, fill in (
        (mark.delivered - 1, MSO_SHAPE.DIAMOND, INK),
        (mark.paid, MSO_SHAPE.OVAL, GROUND),
    ):
        if month is not None and month <= horizon:
            slide.mark(shape, _x(month, horizon), middle, 0.17, fill)


def _dates(slide: Slide, report: Report, top: float) -> None:
    """The months below the picture, every half year or every year."""
    apart = 6 if report.horizon <= 48 else 12
    for month in range(0, report.horizon, apart):
        place = Box(_x(month, report.horizon), top + 0.05, 1.2, 0.3)
        note(slide, place, _month_name(report, month + 1))


def _month_name(report: Report, month: int) -> str:
    """A month of the plan by its date, by its number where that is not known."""
    day = report.month_of(month)
    if day is None:
        return words.say("chart.roadmap.month", n=month)
    return fmt.month(day)
