"""The slides that answer the challenge: how the benefits came about, what would refute them, what
they rest on.
"""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import say
from cxcase.export.deck.canvas import (
    BODY,
    BOTTOM,
    LOSS,
    MUTED,
    RX,
    STAKE,
    Box,
    Deck,
    Run,
    Slide,
)  # fmt: skip
from cxcase.export.deck.table import Cell, table
from cxcase.export.naming import role_of
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

_TECHNICAL = (
    "seed",
    "k_min",
    "ranges",
    "budget_kind",
    "side_cuts",
)  # these stand in the workbook alone
_HALF = (BODY.width - 0.5) / 2
_MOST_LINES = 16  # assumptions that fit the slide at a size that can be read
_STATUS = {"ok": RX, "review": STAKE, "fail": LOSS}


def wrong(deck: Deck, report: Report) -> None:
    """What weakens the case, and the gate at which each step is stopped."""
    rows = _what_weakens(report)
    gate = [s for s in report.chosen_steps if s.break_even_lift is not None][:7]
    title = say(report, "wrong.title" if gate else "wrong.title_none")
    slide = deck.slide(
        title, say(report, "wrong.subtitle"), say(report, "wrong.notes", n=len(rows))
    )
    width = _HALF - 0.6 if gate else BODY.width
    slide.text(
        Box(BODY.left, BODY.top, width, 0.35),
        [[Run(say(report, "wrong.weakens"), bold=True)]],
        (15,),
    )
    top = BODY.top + 0.45
    found: list[list[Cell]] = [
        [
            Run(words.say(f"status.{row.status}"), True, _STATUS[row.status]),
            f"{row.what} {row.do}".strip(),
        ]
        for row in rows[:5]
    ]
    if found:
        heads = [say(report, "wrong.status"), say(report, "wrong.what")]
        box = Box(BODY.left, top, width, BOTTOM - top - 0.4)
        table(slide, box, heads, found, (1.1, 5), sizes=(13, 12, 11, 10.5, 10), alt=title)
    else:
        slide.text(Box(BODY.left, top, width, 0.8), [[Run(say(report, "wrong.nothing"))]])
    if len(rows) > 5:
        more = say(report, "wrong.more", n=len(rows) - 5)
        slide.text(Box(BODY.left, BOTTOM - 0.3, width, 0.3), [[Run(more, colour=MUTED)]], (12, 11))
    if gate:
        _gate(
            slide,
            report,
            gate,
            Box(BODY.left + width + 0.5, BODY.top, BODY.width - width - 0.5, BODY.height),
        )


def _what_weakens(report: Report) -> list[words.Row]:
    """Findings that are not in order, failures first, those about rows of a file last; assumptions
    have their slide.
    """
    rows = [row for row in words.findings(report) if row.status != "ok" and row.code != "assumed"]
    return sorted(rows, key=lambda row: (row.status != "fail", row.where == "data"))


def _gate(slide: Slide, report: Report, steps: list[Any], box: Box) -> None:
    """Each step: what is measured, from which month, and below which lift it stops."""
    slide.text(
        Box(box.left, box.top, box.width, 0.35),
        [[Run(say(report, "wrong.gate"), bold=True)]],
        (15,),
    )
    rows: list[list[Cell]] = []
    for item in steps:
        step = item.step
        start = report.plan.start_month[item.step.id] if report.plan else 1
        what = ", ".join(step.moments) or words.metric(
            "ex" if step.acts_on == "ex" else _metric(report)
        )
        rows.append(
            [
                shorten(step.title, 42),
                shorten(what, 30),
                fmt.integer(start + step.months_to_deliver),
                fmt.lift(item.break_even_lift),
                shorten(step.owner or say(report, "ask.nobody"), 26),
            ]
        )
    heads = list(words.section("export.deck.wrong.heads").values())
    inside = Box(box.left, box.top + 0.45, box.width, box.height - 1.1)
    table(slide, inside, heads, rows, (2.6, 1.7, 0.9, 1.0, 1.5), right=(2, 3), sizes=(13, 12, 11, 10.5),
          alt=say(report, "wrong.gate"))  # fmt: skip
    note = [[Run(say(report, "wrong.pilot"), colour=MUTED)]]
    slide.text(Box(box.left, box.top + box.height - 0.65, box.width, 0.65), note, (12, 11))


def _metric(report: Report) -> str | None:
    if report.link:
        return report.link.metric
    return None


def rests_on(deck: Deck, report: Report) -> None:
    """Assumptions, each with whose it is, and the files the figures come from."""
    lines = words.assumptions(report)
    assumed = sum(1 for line in lines if not line.owned)
    title = say(report, "rests.title", n=len(lines), assumed=assumed)
    slide = deck.slide(title, say(report, "rests.subtitle"), say(report, "rests.notes"))
    plain = [line for line in lines if line.name not in _TECHNICAL]
    if len(plain) > _MOST_LINES:
        shown = sorted(plain, key=lambda line: line.owned)[:_MOST_LINES]
    else:
        shown = plain
    rows: list[list[Cell]] = [
        [line.label, line.value, Run(line.status, not line.owned, RX if line.owned else STAKE)]
        for line in shown
    ]
    heads = list(words.section("export.deck.rests.heads").values())
    more = len(lines) - len(shown)
    box = Box(BODY.left, BODY.top, _HALF, BODY.height - (0.35 if more else 0.0))
    table(slide, box, heads, rows, (3.2, 2.3, 1.0), sizes=(12, 11, 10.5, 10), alt=title)
    if more:
        note = Box(BODY.left, BOTTOM - 0.28, _HALF, 0.28)
        slide.text(note, [[Run(say(report, "rests.more", n=more), colour=MUTED)]], (12, 11))
    found: list[list[Cell]] = [
        [shorten(f"{s.file}{f' · {s.sheet}' if s.sheet else ''}", 44), role_of(s.role), fmt.integer(s.rows_accepted),
         fmt.integer(s.rows_set_aside)]
        for s in [source for source in report.case.sources if source.role is not None][:9]
    ]  # fmt: skip
    box = Box(BODY.left + _HALF + 0.5, BODY.top, _HALF, BODY.height - 0.5)
    if found:
        heads = list(words.section("export.deck.rests.source_heads").values())
        table(slide, box, heads, found, (2.9, 2.0, 0.95, 0.95), right=(2, 3), sizes=(12, 11, 10.5, 10),
              alt=say(report, "rests.sources"))  # fmt: skip
    else:
        slide.text(box, [[Run(report.answers["data"], colour=MUTED)]])


def workbook(deck: Deck, report: Report) -> None:
    """Where to check every figure."""
    slide = deck.slide(
        say(report, "book.title"), say(report, "book.subtitle"), say(report, "book.notes")
    )
    rows: list[list[Cell]] = [
        [Run(name, bold=True), text]
        for name, text in words.section("export.deck.book.sheets").values()
    ]
    heads = list(words.section("export.deck.book.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, 3.6)
    table(
        slide, box, heads, rows, (1.6, 6.5), sizes=(15, 14, 13, 12), alt=say(report, "book.title")
    )
    facts = {"key": report.key, "day": report.made_at.date(), "company": report.company}
    lines = [
        [Run(say(report, "book.made" if report.company else "book.made_on", **facts))],
        [Run(say(report, "book.key", **facts), colour=MUTED)],
    ]
    slide.text(Box(BODY.left, 5.75, BODY.width, 0.95), lines, (14, 13, 12, 11), gap=6)
