"""The rows that could not be used, each with its reason, as a workbook to put right and bring in again."""

from __future__ import annotations

from cxcase.export.naming import why
from cxcase.export.workbook.book import MUTED, STAKE, Book
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

TEXT = "export.set_aside."


def make_set_aside(report: Report) -> bytes:
    """An .xlsx with one row per row set aside: file, sheet, row, column, what was found, why.

    Of employee surveys it names the file, the row and the reason only, never what a cell held.
    """
    book = Book(fmt.currency_symbol(report.currency), f"{report.company} · {report.short_key}", report.made_at)
    sheet = book.sheet("Set aside", [34, 20, 9, 26, 36, 60], STAKE)
    private = {(s.file, s.sheet) for s in report.case.sources if s.role == "ex"}
    rows = report.case.set_aside
    sheet.title(words.say(TEXT + "title"), words.say(TEXT + ("lead" if rows else "none")), 5)
    sheet.heads(3, list(words.section(TEXT + "heads").values()), height=20)
    for at, item in enumerate(rows, 4):
        open_to_all = (item.file, item.sheet) not in private
        sheet.text(at, 0, item.file)
        sheet.text(at, 1, item.sheet)
        sheet.number(at, 2, item.row, "int")
        sheet.text(at, 3, item.column if open_to_all else None)
        sheet.text(at, 4, item.found if open_to_all else None)
        sheet.text(at, 5, why(item.reason), "wrap")
    sheet.raw.freeze_panes(4, 0)
    if rows:
        sheet.raw.autofilter(3, 0, 3 + len(rows), 5)
    sheet.raw.set_tab_color(STAKE if rows else MUTED)
    return book.bytes()
