"""The list of steps as it counts, as a workbook that can be read as the list it came from."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from cxcase.report import Report, words
from cxcase.settings.step_edits import STEP_CELLS

_NAMES = ("id", "title", "needs", "excludes", "part_of", "teams")
_WIDTH = 18
_TITLE_WIDTH = 44
_WHEN = datetime(2020, 1, 1)  # the same bytes whenever it is made


def make_steps_list(report: Report) -> bytes | None:
    """An xlsx with a row a step: what the list has, what was answered, changed and added; None
    without steps.
    """
    rows = report.steps.rows if report.steps else ()
    if not rows:
        return None
    names = ("id", *STEP_CELLS)
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": _WHEN})
        sheet = book.add_worksheet(words.say("export.steps_list.sheet"))
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for place, name in enumerate(names):
            sheet.write_string(0, place, words.say(f"export.steps_list.{name}"), head)
        for line, row in enumerate(rows, start=1):
            cells = {"id": row.id, **row.cells}
            for place, name in enumerate(names):
                _write(sheet, (line, place), cells.get(name, ""), name)
        sheet.set_column(0, len(names) - 1, _WIDTH)
        sheet.set_column(1, 1, _TITLE_WIDTH)
        sheet.freeze_panes(1, 2)
    return stream.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, at: tuple[int, int], text: str, name: str
) -> None:
    """A figure as a number, all else as it is written: an id keeps its zeros."""
    number = None if name in _NAMES else _number(text)
    if number is not None:
        sheet.write_number(*at, number)
    elif text:
        sheet.write_string(*at, text)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
