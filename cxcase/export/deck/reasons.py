"""The slides that answer the challenge: what would refute it, what it rests on, where to check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.export.deck.blocks import foot_note, line, missing, notes_of, quiet, say
from cxcase.export.deck.canvas import BODY, LOSS, RX, STAKE, Box, Deck, Run
from cxcase.export.deck.look.kinds import REMARK
from cxcase.export.deck.table import Cell, Columns, rows_that_fit, table
from cxcase.report import words
from cxcase.report.result import Report

# assumptions that stand in the workbook alone
_TECHNICAL = ("seed", "k_min", "ranges", "budget_kind", "side_cuts", "locale")
_MOST_FINDINGS = 7
_MOST_LINES = 13  # assumptions that fit the slide at a size that can be read
_STATUS = {"ok": RX, "review": STAKE, "fail": LOSS}
_SMALL = (14.0, 13.0, 12.0)
_REMARK = 0.55  # inches left free for a line at the foot


# ---- what would refute it ------------------------------------------------------------------------


def wrong(deck: Deck, report: Report) -> None:
    """What weakens the case, the most serious first."""
    rows = _what_weakens(report)
    title = _wrong_title(report, rows)
    notes = notes_of(report, "wrong", n=len(rows))
    slide = deck.slide(title, say(report, "wrong.subtitle"), notes)
    if not rows:
        missing(slide, say(report, "wrong.nothing"))
        return
    columns = Columns([say(report, "wrong.status"), say(report, "wrong.what")], (1.1, 10))
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - _REMARK)
    cells = [_weakness_row(row) for row in rows]
    most = min(_MOST_FINDINGS, rows_that_fit(deck.ground, box, columns, cells))
    more = len(rows) - most
    table(slide, box, columns, cells[:most], sizes=(14, 13, 12), alt=title)
    if more > 0:
        foot_note(slide, say(report, "wrong.more", n=more))


def _wrong_title(report: Report, rows: Sequence[words.Row]) -> str:
    """How many findings weaken the case."""
    if not rows:
        return say(report, "wrong.title_none")
    return say(report, "wrong.title_one" if len(rows) == 1 else "wrong.title", n=len(rows))


def _what_weakens(report: Report) -> list[words.Row]:
    """Findings that are not in order but assumptions: failures first, rows of files last."""
    rows = [row for row in words.findings(report) if row.status != "ok" and row.code != "assumed"]
    return sorted(rows, key=lambda row: (row.status != "fail", row.where == "data"))


def _weakness_row(row: words.Row) -> list[Cell]:
    status = Run(words.say(f"status.{row.status}"), True, _STATUS[row.status])
    return [status, f"{row.what} {row.do}".strip()]


def measured(report: Report, step: Any) -> str:
    """What a step is measured by: its moments, engagement, or the metric."""
    if step.moments:
        return ", ".join(step.moments)
    if step.acts_on == "ex":
        return words.metric("ex")
    return words.metric(report.link.metric if report.link else None)


# ---- what it rests on ----------------------------------------------------------------------------


def rests_on(deck: Deck, report: Report) -> None:
    """Assumptions that people decide, each with whose it is; how many more the workbook has."""
    lines = words.assumptions(report)
    assumed = sum(1 for assumption in lines if not assumption.owned)
    title = say(report, f"rests.{_whose(assumed, len(lines))}", n=len(lines), assumed=assumed)
    slide = deck.slide(title, say(report, "rests.subtitle"), notes_of(report, "rests"))
    shown = _shown_assumptions(lines)
    rows = [_assumption_row(assumption) for assumption in shown]
    heads = list(words.section("export.deck.rests.heads").values())
    more = len(lines) - len(shown)
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - (_REMARK if more else 0.0))
    table(slide, box, Columns(heads, (6.0, 3.6, 1.6)), rows, sizes=_SMALL, alt=title)
    if more:
        foot_note(slide, say(report, "rests.more", n=more))


def _whose(assumed: int, n: int) -> str:
    """Which title says how many of the assumptions nobody owns."""
    if assumed == n:
        return "title_all"
    return "title" if assumed else "title_owned"


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


# ---- where to check it ---------------------------------------------------------------------------


def workbook(deck: Deck, report: Report) -> None:
    """Where to check every figure."""
    title = say(report, "book.title")
    slide = deck.slide(title, say(report, "book.subtitle"), notes_of(report, "book"))
    sheets = words.section("export.deck.book.sheets").values()
    rows: list[list[Cell]] = [[Run(name, bold=True), text] for name, text in sheets]
    heads = list(words.section("export.deck.book.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, 3.6)
    table(slide, box, Columns(heads, (1.6, 6.5)), rows, sizes=(15, 14, 13, 12), alt=title)
    facts = {"key": report.key, "day": report.made_at.date(), "company": report.company}
    made = say(report, "book.made" if report.company else "book.made_on", **facts)
    below = Box(BODY.left, 5.75, BODY.width, 0.95)
    paragraphs = [line(made), quiet(say(report, "book.key", **facts))]
    slide.fill(REMARK, below, paragraphs, (14, 13, 12), gap=6)
