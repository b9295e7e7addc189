"""The slide of the first 90 days and of who decides what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cxcase.export.deck.blocks import foot_note, notes_of, say
from cxcase.export.deck.canvas import BODY, STAKE, Box, Deck, Run
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

_MONTHS = 3
_MOST = 8  # lines that fit beside governance
_SIZES = (14.0, 13.0, 12.0)
_LEFT = 7.2  # inches of the plan; the rest is for who decides


def ninety_days(deck: Deck, report: Report) -> None:
    """What starts and is delivered in the first three months, and who decides. None without one."""
    if report.plan is None or not report.chosen_steps:
        return
    events = sorted(_events(report), key=lambda event: event[0])
    first = sum(1 for _, kind, _ in events if kind == "start")
    path = "ninety.title_one" if first == 1 else "ninety.title"
    title = say(report, path, n=first)
    slide = deck.slide(title, say(report, "ninety.subtitle"), notes_of(report, "ninety"))
    heads = list(words.section("export.deck.ninety.heads").values())
    box = Box(BODY.left, BODY.top, _LEFT, BODY.height - 0.5)
    rows = [_event(report, *event) for event in events[:_MOST]]
    table(slide, box, Columns(heads, (1.2, 4.2, 2.0)), rows, sizes=_SIZES, alt=title)
    right = Box(BODY.left + _LEFT + 0.5, BODY.top, BODY.width - _LEFT - 0.5, BODY.height - 0.5)
    who = list(words.section("export.deck.ninety.who").values())
    governed: list[list[Cell]] = [[Run(name, bold=True), text] for name, text in who]
    heads = list(words.section("export.deck.ninety.who_heads").values())
    table(slide, right, Columns(heads, (1.3, 2.6)), governed, sizes=_SIZES, alt=heads[0])
    more = len(events) - _MOST
    if more > 0:
        foot_note(slide, say(report, "ninety.more", n=more))


def _events(report: Report) -> Iterator[tuple[int, str, Any]]:
    """(month, what, step) of all that happens in the first months."""
    for item in report.chosen_steps:
        start = report.plan.start_month[item.step.id] if report.plan else 1
        delivered = start + item.step.months_to_deliver
        if start <= _MONTHS:
            yield start, "start", item.step
        if start < delivered <= _MONTHS + 1:
            yield delivered, "delivered", item.step


def _event(report: Report, month: int, kind: str, step: Any) -> list[Cell]:
    day = report.month_of(month)
    when = words.say("chart.roadmap.month", n=month) if day is None else fmt.month(day)
    nobody = Run(say(report, "ask.nobody"), colour=STAKE)
    return [
        Run(when, bold=True),
        say(report, f"ninety.{kind}", title=shorten(step.title, 80)),
        shorten(step.owner, 36) if step.owner else nobody,
    ]
