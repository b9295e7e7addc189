"""A blank workbook for each role: the headings that are recognised for certain, one example row, a
sheet of notes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

import xlsxwriter

from cxcase.intake.case.template_columns import BLANKS, Blank
from cxcase.intake.schema import Role

EXAMPLE = "example – delete"
_WIDTH = 24
_NOTES_WIDTH = 96
_EPOCH = "2020-01-01T00:00:00Z"


def blank_workbook(role: Role) -> bytes:
    """An xlsx with the role's headings and a greyed example row (which reading ignores), notes on a
    second sheet.

    Raises KeyError for a role without one.
    """
    blank = BLANKS[role]
    stream = io.BytesIO()
    options: Mapping[str, object] = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(stream, dict(options)) as book:
        book.set_properties({"title": blank.title, "created": _created()})
        _table(book, blank)
        _notes(book, blank)
    return stream.getvalue()


def _created() -> object:
    import datetime as dt

    return dt.datetime.fromisoformat(_EPOCH)


def _table(book: xlsxwriter.Workbook, blank: Blank) -> None:
    sheet = book.add_worksheet(blank.title)
    head = book.add_format(
        {"bold": True, "font_color": "#1B2A3A", "bottom": 1, "text_wrap": True, "valign": "top"}
    )
    grey = book.add_format({"font_color": "#5F6B78", "italic": True})
    for j, column in enumerate(blank.columns):
        sheet.write_string(0, j, column.heading, head)
        text = EXAMPLE if j == blank.marked else column.example
        sheet.write_string(1, j, text, grey)
    sheet.set_column(0, len(blank.columns) - 1, _WIDTH)
    sheet.freeze_panes(1, 0)


def _notes(book: xlsxwriter.Workbook, blank: Blank) -> None:
    sheet = book.add_worksheet("Notes")
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    lines = [blank.about, *(f"{c.heading}: {c.note}" for c in blank.columns)]
    for i, line in enumerate(lines):
        sheet.write_string(i, 0, line, wrap)
    sheet.set_column(0, 0, _NOTES_WIDTH)
