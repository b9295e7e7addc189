"""The rows that could not be used, with reasons, as a workbook to put right and bring in again."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cxcase.export.naming import why
from cxcase.export.workbook.book import MUTED, STAKE, Book, Sheet
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.reader_locale import as_reader_writes
from cxcase.report.result import Report

TEXT = "export.set_aside."
FIRST = 4  # the row below the heads
LISTED = 1_000_000  # what a sheet of Excel holds, less its heads
SHOWN = 100_000  # rows of one table that are shown with all their cells
WIDEST = 16_000  # columns of a table that fit beside the row and the reason
FIRST_YEAR = 1900  # of Excel's calendar
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LONGEST_NAME = 31

Place = tuple[str, str | None]  # a file and its sheet
OriginalRows = Callable[
    [Any, int, Sequence[int]], tuple[tuple[str, ...], Mapping[int, tuple[Any, ...]]]
]


@as_reader_writes
def make_set_aside(report: Report, original_rows: OriginalRows) -> bytes:
    """An .xlsx: a list of all rows set aside, and a sheet a table with these rows as they stand.

    `original_rows` gives headings and cells of some rows of a source
    (`cxcase.intake.original_rows`). Of employee surveys it names the file, the row and the reason
    only, never what a cell held.
    """
    book = Book(
        fmt.currency_symbol(report.currency),
        f"{report.company} · {report.short_key}",
        report.made_at,
    )
    private = {(s.file, s.sheet) for s in report.case.sources if s.role == "ex"}
    _list(book, report.case.set_aside, private)
    _unused(book, report.case.sources)
    for number, (source, items) in enumerate(_by_table(report, private), 1):
        shown = items[:SHOWN]
        headings, cells = original_rows(report.case, source, [item.row for item in shown])
        if cells:
            _table(book, report.case.sources[source], number, items, headings[:WIDEST], cells)
    return book.bytes()


def _list(book: Book, rows: Sequence[Any], private: set[Place]) -> None:
    """Every row set aside with its reason; nothing of what employees wrote."""
    sheet = book.sheet("Set aside", [34, 20, 9, 26, 36, 60], STAKE)
    lead = words.say(TEXT + ("lead" if rows else "none")) + _cut(len(rows), LISTED)
    sheet.title(words.say(TEXT + "title"), lead, 5)
    sheet.heads(FIRST - 1, list(words.section(TEXT + "heads").values()), height=20)
    for at, item in enumerate(rows[:LISTED], FIRST):
        hidden = (item.file, item.sheet) in private
        sheet.text(at, 0, item.file)
        sheet.text(at, 1, item.sheet)
        sheet.number(at, 2, item.row, "int")
        sheet.text(at, 3, None if hidden else item.column)
        sheet.text(at, 4, None if hidden else item.found)
        sheet.text(at, 5, why(item.reason), "wrap")
    _finish(sheet, len(rows[:LISTED]), 5)
    sheet.raw.set_tab_color(STAKE if rows else MUTED)


def _unused(book: Book, sources: Sequence[Any]) -> None:
    """A line for each table of which no row was used: how many rows, and why.

    Nothing of what stands in it.
    """
    lost = [source for source in sources if source.role is None and source.rows_set_aside]
    if not lost:
        return
    sheet = book.sheet(words.say(TEXT + "unused_sheet"), [34, 20, 9, 60], MUTED)
    sheet.title(words.say(TEXT + "unused_title"), words.say(TEXT + "unused_lead"), 3)
    heads: Mapping[str, str] = words.section(TEXT + "heads")
    counted = words.say(TEXT + "unused_rows")
    reasons = words.say(TEXT + "unused_why")
    sheet.heads(FIRST - 1, [heads["file"], heads["sheet"], counted, reasons], height=20)
    for at, source in enumerate(lost, FIRST):
        sheet.text(at, 0, source.file)
        sheet.text(at, 1, source.sheet)
        sheet.number(at, 2, source.rows_set_aside, "int")
        sheet.text(at, 3, " ".join(why(reason) for reason in source.reasons), "wrap")
    _finish(sheet, len(lost), 3)


def _by_table(report: Report, private: set[Place]) -> Iterator[tuple[int, list[Any]]]:
    """(source, its rows set aside in the file's order) of every table whose cells may be shown."""
    first: dict[Place, int] = {}
    for number, source in enumerate(report.case.sources):
        first.setdefault((source.file, source.sheet), number)
    found: dict[int, list[Any]] = {}
    for item in report.case.set_aside:
        place = (item.file, item.sheet)
        if place in first and place not in private:
            found.setdefault(first[place], []).append(item)
    for at in sorted(found):
        yield at, sorted(found[at], key=lambda item: item.row)


def _table(
    book: Book,
    about: Any,
    number: int,
    items: Sequence[Any],
    headings: Sequence[str],
    cells: Mapping[int, tuple[Any, ...]],
) -> None:
    """A sheet with the rows of one table as they were read, the cell in question marked."""
    name = _NO_SHEET_NAME.sub(" ", f"{number} {about.sheet or about.file}")[:_LONGEST_NAME].strip()
    sheet = book.sheet(name, [9, 48, *[18] * len(headings)], MUTED)
    lead = words.say(TEXT + "table", file=about.file, sheet=about.sheet) + _cut(len(items), SHOWN)
    sheet.title(words.say(TEXT + "title"), lead, 5)
    heads: Mapping[str, str] = words.section(TEXT + "heads")
    sheet.heads(FIRST - 1, [heads["row"], heads["reason"], *headings], height=20)
    for at, item in enumerate(items[:SHOWN], FIRST):
        sheet.number(at, 0, item.row, "int")
        sheet.text(at, 1, why(item.reason))
        named = zip(headings, cells.get(item.row, ()), strict=False)
        for column, (heading, cell) in enumerate(named, 2):
            _cell(sheet, at, column, cell, "review" if heading == item.column else "")
    _finish(sheet, len(items[:SHOWN]), 1 + len(headings))


def _cell(sheet: Sheet, row: int, column: int, value: Any, style: str) -> None:
    """A cell as it was: numbers and days stay numbers and days, everything else is text."""
    if isinstance(value, dt.date) and value.year >= FIRST_YEAR:
        sheet.day(row, column, value, f"date {style}".strip())
    elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        sheet.number(row, column, value, style)
    else:
        sheet.text(row, column, value, style)


def _cut(total: int, most: int) -> str:
    """That only so many of all rows are shown; "" where all are."""
    if total > most:
        return " " + words.say(TEXT + "cut", shown=most, total=total)
    return ""


def _finish(sheet: Sheet, rows: int, last_column: int) -> None:
    """The heads stay when the sheet is moved, and filter the rows below."""
    sheet.raw.freeze_panes(FIRST, 0)
    if rows:
        sheet.raw.autofilter(FIRST - 1, 0, FIRST - 1 + rows, last_column)
