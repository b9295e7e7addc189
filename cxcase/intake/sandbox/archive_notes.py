"""What is said of a member of a zip that could not be read, and of how a file was read: findings on
its sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cxcase.checks import Finding
from cxcase.errors import InputError
from cxcase.intake.roles.type_table import NO_ROWS, Understood
from cxcase.intake.schema import Source

ABOUT_FILE = (  # said of a file, however its tables are read
    "macros_ignored", "second_reader", "zip_member_not_read", "tables_side_by_side", "tables_below_each_other",
)  # fmt: skip


def noted(sheet: Understood, notes: Iterable[Finding]) -> Understood:
    """The sheet with these findings after its own."""
    source = sheet.source
    return replace(sheet, source=replace(source, messages=(*source.messages, *notes)))


def without_sheets(file: str) -> Understood:
    """A workbook that holds no sheet of cells: a chart alone, or nothing."""
    finding = Finding("review", "no_table", "data", {"file": file, "sheet": "", "rows": 0})
    return Understood(
        Source(None, 0.0, file, None, "plain", 0, 0, 0, {}, {}, (), messages=(finding,)),
        None,
        NO_ROWS,
    )


def unread(error: InputError) -> Understood:
    """A source without rows that says why a member of a zip was not read."""
    params = {**error.params, "error": error.code}
    finding = Finding("fail", "file_unreadable", "data", params)
    source = Source(
        None,
        0.0,
        error.params["file"],
        None,
        "unreadable",
        0,
        0,
        0,
        {},
        {},
        (),
        messages=(finding,),
    )
    return Understood(source, None, NO_ROWS)
