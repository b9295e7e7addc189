"""The slides that answer the challenge: what would refute it, what it rests on, where to check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.export.deck.blocks import heading, line, note, quiet, say
from cxcase.export.deck.canvas import BODY, BOTTOM, LOSS, RX, STAKE, Box, Deck, Run, Slide
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.export.naming import role_of
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

# assumptions that stand in the workbook alone
_TECHNICAL = ("seed", "k_min", "ranges", "budget_kind", "side_cuts")
_HALF = (BODY.width - 0.5) / 2
_MOST_FINDINGS = 5
_MOST_GATES = 7
_MOST_LINES = 16  # assumptions that fit the slide at a size that can be read
_MOST_SOURCES = 9
_STATUS = {"ok": RX, "review": STAKE, "fail": LOSS}
_SMALL = (12.0, 11.0, 10.5, 10.0)


# ---- what would refute it ------------------------------------------------------------------------


def wrong(deck: Deck, report: Report) -> None:
    """What weakens the case, and the gate at which each step is stopped."""
    rows = _what_weakens(report)
    gated = [s for s in report.chosen_steps if s.break_even_lift is not None][:_MOST_GATES]
    title = say(report, "wrong.title" if gated else "wrong.title_none")
    notes = say(report, "wrong.notes", n=len(rows))
    slide = deck.slide(title, say(report, "wrong.subtitle"), notes)
    width = _HALF - 0.6 if gated else BODY.width
    _weaknesses(slide, report, rows, width, title)
    if gated:
        left = BODY.left + width + 0.5
        box = Box(left, BODY.top, BODY.width - width - 0.5, BODY.height)
        _gate(slide, report, gated, box)


def _what_weakens(report: Report) -> list[words.Row]:
    """Findings that are not in order but assumptions: failures first, rows of files last."""
    rows = [row for row in words.findings(report) if row.status != "ok" and row.code != "assumed"]
    return sorted(rows, key=lambda row: (row.status != "fail", row.where == "data"))


def _weaknesses(
    slide: Slide, report: Report, rows: Sequence[words.Row], width: float, title: str
) -> None:
    """The first few findings as a table, `width` inches wide, and how many more there are."""
    _table_heading(slide, Box(BODY.left, BODY.top, width, 0.35), say(report, "wrong.weakens"))
    top = BODY.top + 0.45
    if rows:
        heads = [say(report, "wrong.status"), say(report, "wrong.what")]
        box = Box(BODY.left, top, width, BOTTOM - top - 0.4)
        cells = [_weakness_row(row) for row in rows[:_MOST_FINDINGS]]
        table(slide, box, Columns(heads, (1.1, 5)), cells, sizes=(13, 12, 11, 10.5, 10), alt=title)
    else:
        slide.text(Box(BODY.left, top, width, 0.8), [line(say(report, "wrong.nothing"))])
    more = len(rows) - _MOST_FINDINGS
    if more > 0:
        place = Box(BODY.left, BOTTOM - 0.3, width, 0.3)
        note(slide, place, say(report, "wrong.more", n=more))


def _weakness_row(row: words.Row) -> list[Cell]:
    status = Run(words.say(f"status.{row.status}"), True, _STATUS[row.status])
    return [status, f"{row.what} {row.do}".strip()]


def _gate(slide: Slide, report: Report, steps: Sequence[Any], box: Box) -> None:
    """Each step: what is measured, from which month, and below which lift it stops."""
    title = say(report, "wrong.gate")
    _table_heading(slide, Box(box.left, box.top, box.width, 0.35), title)
    heads = list(words.section("export.deck.wrong.heads").values())
    inside = Box(box.left, box.top + 0.45, box.width, box.height - 1.1)
    rows = [_gate_row(report, item) for item in steps]
    shares = (2.6, 1.7, 0.9, 1.0, 1.5)
    table(
        slide,
        inside,
        Columns(heads, shares, right=(2, 3)),
        rows,
        sizes=(13, 12, 11, 10.5),
        alt=title,
    )
    below = Box(box.left, box.top + box.height - 0.65, box.width, 0.65)
    note(slide, below, say(report, "wrong.pilot"))


def _gate_row(report: Report, item: Any) -> list[Cell]:
    step = item.step
    start = report.plan.start_month[step.id] if report.plan else 1
    return [
        shorten(step.title, 42),
        shorten(_measured(report, step), 30),
        fmt.integer(start + step.months_to_deliver),
        fmt.lift(item.break_even_lift),
        shorten(step.owner or say(report, "ask.nobody"), 26),
    ]


def _measured(report: Report, step: Any) -> str:
    """What a step is measured by: its moments, engagement, or the metric."""
    if step.moments:
        return ", ".join(step.moments)
    if step.acts_on == "ex":
        return words.metric("ex")
    return words.metric(report.link.metric if report.link else None)


def _table_heading(slide: Slide, box: Box, text: str) -> None:
    slide.text(box, [heading(text)], (15,))


# ---- what it rests on ----------------------------------------------------------------------------


def rests_on(deck: Deck, report: Report) -> None:
    """Assumptions, each with whose it is, and the files the figures come from."""
    lines = words.assumptions(report)
    assumed = sum(1 for assumption in lines if not assumption.owned)
    title = say(report, "rests.title", n=len(lines), assumed=assumed)
    slide = deck.slide(title, say(report, "rests.subtitle"), say(report, "rests.notes"))
    _assumptions(slide, report, lines, title)
    _sources(slide, report)


def _assumptions(slide: Slide, report: Report, lines: Sequence[words.Line], title: str) -> None:
    """The assumptions that people decide, on the left; how many more the workbook has."""
    shown = _shown_assumptions(lines)
    rows = [_assumption_row(assumption) for assumption in shown]
    heads = list(words.section("export.deck.rests.heads").values())
    more = len(lines) - len(shown)
    box = Box(BODY.left, BODY.top, _HALF, BODY.height - (0.35 if more else 0.0))
    table(slide, box, Columns(heads, (3.2, 2.3, 1.0)), rows, sizes=_SMALL, alt=title)
    if more:
        place = Box(BODY.left, BOTTOM - 0.28, _HALF, 0.28)
        note(slide, place, say(report, "rests.more", n=more))


def _shown_assumptions(lines: Sequence[words.Line]) -> list[words.Line]:
    """Those that are not technical; where they are too many, those that nobody owns come first."""
    plain = [assumption for assumption in lines if assumption.name not in _TECHNICAL]
    if len(plain) <= _MOST_LINES:
        return plain
    return sorted(plain, key=lambda assumption: assumption.owned)[:_MOST_LINES]


def _assumption_row(assumption: words.Line) -> list[Cell]:
    hue = RX if assumption.owned else STAKE
    status = Run(assumption.status, bold=not assumption.owned, colour=hue)
    return [assumption.label, assumption.value, status]


def _sources(slide: Slide, report: Report) -> None:
    """The files on the right: what each was taken for, rows accepted and set aside."""
    box = Box(BODY.left + _HALF + 0.5, BODY.top, _HALF, BODY.height - 0.5)
    used = [source for source in report.case.sources if source.role is not None]
    if not used:
        slide.text(box, [quiet(report.answers["data"])])
        return
    heads = list(words.section("export.deck.rests.source_heads").values())
    rows = [_source_row(source) for source in used[:_MOST_SOURCES]]
    shares = (2.9, 2.0, 0.95, 0.95)
    alt = say(report, "rests.sources")
    table(slide, box, Columns(heads, shares, right=(2, 3)), rows, sizes=_SMALL, alt=alt)


def _source_row(source: Any) -> list[Cell]:
    name = f"{source.file} · {source.sheet}" if source.sheet else source.file
    return [
        shorten(name, 44),
        role_of(source.role),
        fmt.integer(source.rows_accepted),
        fmt.integer(source.rows_set_aside),
    ]


# ---- where to check it ---------------------------------------------------------------------------


def workbook(deck: Deck, report: Report) -> None:
    """Where to check every figure."""
    title = say(report, "book.title")
    slide = deck.slide(title, say(report, "book.subtitle"), say(report, "book.notes"))
    sheets = words.section("export.deck.book.sheets").values()
    rows: list[list[Cell]] = [[Run(name, bold=True), text] for name, text in sheets]
    heads = list(words.section("export.deck.book.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, 3.6)
    table(slide, box, Columns(heads, (1.6, 6.5)), rows, sizes=(15, 14, 13, 12), alt=title)
    facts = {"key": report.key, "day": report.made_at.date(), "company": report.company}
    made = say(report, "book.made" if report.company else "book.made_on", **facts)
    below = Box(BODY.left, 5.75, BODY.width, 0.95)
    paragraphs = [line(made), quiet(say(report, "book.key", **facts))]
    slide.text(below, paragraphs, (14, 13, 12, 11), gap=6)
