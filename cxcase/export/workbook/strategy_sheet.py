"""The sheet "Strategy": what the company says it wants, and which of it each step serves."""

from __future__ import annotations

from typing import Any

from cxcase.export.workbook.book import CX, Book, Sheet
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report
from cxcase.report.strategy_fit import own_words, tie_of, what_is_missing, why_tied

_TEXT = "export.workbook.strategy."
_WIDTHS = (60, 24, 30, 30)


def write_strategy(book: Book, report: Report) -> None:
    """Every statement with what it speaks of, then a line a step; nothing without a strategy."""
    found = report.strategy
    if found is None:
        return
    sheet = book.sheet("Strategy", _WIDTHS, CX)
    sheet.title(words.say(_TEXT + "title"), " ".join(what_is_missing(report)), 4)
    sheet.heads(3, list(words.section(_TEXT + "heads").values()))
    for row, one in enumerate(found.statements, 4):
        _statement(sheet, row, one)
    _steps(sheet, report, len(found.statements) + 6)
    sheet.raw.freeze_panes(4, 0)


def _statement(sheet: Sheet, row: int, one: Any) -> None:
    sheet.text(row, 0, one.text, "wrap")
    sheet.text(row, 1, words.say(f"strategy.part.{one.part}"), "top")
    sheet.text(row, 2, own_words(one, "customers"), "wrap")
    sheet.text(row, 3, own_words(one, "people"), "wrap")


def _steps(sheet: Sheet, report: Report, row: int) -> None:
    sheet.section(row, words.say(_TEXT + "steps"), len(_WIDTHS))
    sheet.heads(row + 1, list(words.section(_TEXT + "step_heads").values()))
    for at, item in enumerate(report.ordered_steps, row + 2):
        tie = tie_of(report, item.step.id)
        sheet.text(at, 0, f"{item.step.id} · {item.step.title}", "wrap")
        sheet.text(at, 1, item.step.owner, "top")
        sheet.text(at, 2, tie.goal if tie else fmt.NONE, "wrap")
        sheet.text(at, 3, why_tied(tie) if tie else words.say("strategy.no_goal"), "wrap")
