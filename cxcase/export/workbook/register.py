"""The sheet "Register": what is to be agreed, who signed it, and what was asked so far."""

from __future__ import annotations

from collections.abc import Sequence

from cxcase.export.workbook.book import STAKE, Book, Sheet
from cxcase.report import words
from cxcase.report.result import Report
from cxcase.report.to_agree import ToAgree, part_name, to_agree

TEXT = "export.workbook.register."
_WIDTHS = (6, 52, 26, 18, 18, 30, 8, 22, 14, 18, 22, 14, 26, 40)
_STYLES = {"unsigned": "muted top", "signed": "ok top", "stale": "review top"}


def write_register(book: Book, report: Report) -> None:
    """Assumptions by what they do to the NPV, settings below, asks at the foot."""
    lines = to_agree(report)
    if not lines:
        return
    sheet = book.sheet("Register", _WIDTHS, STAKE)
    sheet.title(words.say(TEXT + "title"), words.say(TEXT + "lead"), 9)
    sheet.heads(3, list(words.section(TEXT + "heads").values()))
    row = 4
    ranked = [line for line in lines if line.swing is not None]
    for place, line in enumerate(ranked, 1):
        sheet.number(row, 0, place, "int top")
        _line(sheet, row, line)
        row += 1
    sheet.section(row + 1, words.say(TEXT + "set"), len(_WIDTHS))
    row += 2
    for line in lines[len(ranked) :]:
        _line(sheet, row, line)
        row += 1
    _asks(sheet, report, row + 1)
    sheet.raw.freeze_panes(4, 2)


def _line(sheet: Sheet, row: int, line: ToAgree) -> None:
    """An assumption's cells: what it is, what it does, whose it is, how it stands with Finance."""
    agreed = line.agreed
    sheet.text(row, 1, line.name, "wrap")
    sheet.text(row, 2, line.value, "wrap")
    if line.npv_ends is not None:
        sheet.numbers(row, 3, line.npv_ends, "pennies top")
    sheet.text(row, 5, words.say(f"register.source.{line.source}"), "wrap")
    sheet.text(row, 6, line.grade, "top")
    sheet.text(row, 7, agreed.owner, "wrap")
    if agreed.due is not None:
        sheet.day(row, 8, agreed.due, "date top")
    sheet.text(row, 9, words.say(f"register.status.{line.status}"), _STYLES[line.status])
    if agreed.signed is not None:
        sheet.text(row, 10, agreed.signed.by, "wrap")
        sheet.day(row, 11, agreed.signed.on, "date top")
        sheet.text(row, 12, agreed.signed.value, "wrap")
    sheet.text(row, 13, ", ".join(part_name(part) for part in line.moved), "wrap")


def _asks(sheet: Sheet, report: Report, row: int) -> None:
    """Each ask with its day, its deck's key, what was asked for, the answer and what followed."""
    asks = report.agreements.asks
    if not asks:
        return
    heads: Sequence[str] = list(words.section(TEXT + "ask_heads").values())
    sheet.section(row, words.say(TEXT + "asks"), len(_WIDTHS))
    sheet.heads(row + 1, heads, column=1)
    for at, ask in enumerate(asks, row + 2):
        sheet.day(at, 1, ask.on, "date top")
        sheet.text(at, 2, ask.key, "top")
        sheet.numbers(at, 3, (ask.spend, ask.npv), "pennies top")
        sheet.text(at, 5, words.say(f"pages.asks.answers.{ask.answer}"), "top")
        sheet.number(at, 6, ask.recut, "money top")
        sheet.text(at, 7, ask.reason, "wrap")
