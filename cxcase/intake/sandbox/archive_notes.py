"""What is said of a file and the members of a zip: findings on their sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cxcase.checks import Finding
from cxcase.errors import InputError
from cxcase.intake.roles.type_table import NO_ROWS, Understood
from cxcase.intake.schema import Source

ABOUT_FILE = (  # said of a file, however its tables are read
    "macros_ignored",
    "second_reader",
    "zip_member_not_read",
    "tables_side_by_side",
    "tables_below_each_other",
)


def noted(sheet: Understood, notes: Iterable[Finding]) -> Understood:
    """The sheet with these findings after its own."""
    source = sheet.source
    return replace(sheet, source=replace(source, messages=(*source.messages, *notes)))


def as_in_the_file(source: Source, old: Source) -> Source:
    """The source with what only the file could tell, as it was told when the file was read."""
    about_file = (message for message in old.messages if message.code in ABOUT_FILE)
    return replace(
        source,
        headings=old.headings,
        dropped_columns=old.dropped_columns,
        format=old.format,
        messages=(*source.messages, *about_file),
    )


def without_sheets(file: str) -> Understood:
    """A workbook that holds no sheet of cells: a chart alone, or nothing."""
    finding = Finding("review", "no_table", "data", {"file": file, "sheet": "", "rows": 0})
    return _without_rows(file, "plain", finding)


def unread(error: InputError) -> Understood:
    """A source without rows that says why a member of a zip was not read."""
    params = {**error.params, "error": error.code}
    finding = Finding("fail", "file_unreadable", "data", params)
    return _without_rows(error.params["file"], "unreadable", finding)


def _without_rows(file: str, format: str, finding: Finding) -> Understood:
    source = Source(
        role=None,
        role_confidence=0.0,
        file=file,
        sheet=None,
        format=format,
        rows_read=0,
        rows_accepted=0,
        rows_set_aside=0,
        reasons={},
        columns={},
        headings=(),
        messages=(finding,),
    )
    return Understood(source, None, NO_ROWS)
