"""Which reader reads which kind of file, and which one takes over where the first fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cxcase.checks import Finding
from cxcase.errors import InputError
from cxcase.intake.files.file_kind import Kind, check, explain
from cxcase.intake.files.sheet import Sheet

Reader = Callable[[str, bytes], Sequence[Sheet]]


@dataclass(frozen=True)
class Grids:
    """The sheets of one file, and what is worth saying of how it was read."""

    sheets: tuple[Sheet, ...]
    notes: tuple[Finding, ...] = ()


def read_file(name: str, data: bytes, kind: Kind, second: bool = False) -> Grids:
    """Every sheet of the file, by the kind's first reader, else (or if `second`) by its second.

    Raises InputError for a file that is unsafe, or that neither reader can read.
    """
    notes = []
    if check(name, data, kind):
        notes.append(Finding("ok", "macros_ignored", "data", {"file": name}))
    data = _usual(name, data, kind)
    try:
        sheets, by_second = _second_only(name, data, kind) if second else _first(name, data, kind)
    except InputError:
        explain(name, data, kind)
        raise
    if by_second:
        notes.append(Finding("review", "second_reader", "data", {"file": name}))
    return Grids(tuple(sheets), tuple(notes))


def _usual(name: str, data: bytes, kind: Kind) -> bytes:
    """The bytes in the usual dialect of their kind."""
    if kind != "xlsx":
        return data
    from cxcase.intake.files import strict_ooxml

    if strict_ooxml.is_strict(name, data):
        return strict_ooxml.usual(name, data)
    return data


def _first(name: str, data: bytes, kind: Kind) -> tuple[Sequence[Sheet], bool]:
    """(sheets, whether the second reader gave them).

    The first one's, unless it fails or finds nothing at all.
    """
    try:
        sheets = _reader(kind)(name, data)
    except InputError as error:
        if error.code != "damaged_file" or _second(kind) is None:
            raise
        return _second_only(name, data, kind)
    if any(len(sheet.rows) for sheet in sheets):
        return sheets, False
    try:
        others = _second_only(name, data, kind)[0]
    except InputError:
        return sheets, False
    if any(map(_holds_something, others)):
        return others, True
    return sheets, False


def _holds_something(sheet: Sheet) -> bool:
    return any(cell not in (None, "") for row in sheet.rows for cell in row)


def _second_only(name: str, data: bytes, kind: Kind) -> tuple[Sequence[Sheet], bool]:
    reader = _second(kind)
    if reader is None:
        raise InputError("damaged_file", file=name)
    return reader(name, data), True


def _reader(kind: Kind) -> Reader:
    """The reader to try first. Each raises InputError "damaged_file" where it cannot go on."""
    if kind == "text":
        from cxcase.intake.files.csv import read_delimited

        return read_delimited
    if kind == "spss":
        from cxcase.intake.files.spss import read_spss

        return read_spss
    return _calamine


def _second(kind: Kind) -> Reader | None:
    """The reader that takes over.

    There is none for SPSS, and for .xlsb, whose only other one is under the LGPL.
    """
    if kind == "xlsx":
        from cxcase.intake.files.xlsx import second_reader

        return second_reader
    if kind == "ods":
        from cxcase.intake.files.ods import read_open_document

        return read_open_document
    if kind == "text":
        from cxcase.intake.files.csv import read_row_by_row

        return read_row_by_row
    if kind == "xls":
        from cxcase.intake.files.xls import read_xls

        return read_xls
    return None


def _calamine(name: str, data: bytes) -> Sequence[Sheet]:
    from python_calamine import CalamineError

    from cxcase.intake.files.xlsx import calamine_sheets

    try:
        sheets = calamine_sheets(data)
        # it looks sheets up by name and would read one of two of the same name twice
        if len({sheet.name for sheet in sheets}) < len(sheets):
            raise InputError("damaged_file", file=name)
        return sheets
    except (CalamineError, ValueError, IndexError, KeyError, OverflowError, OSError):
        raise InputError("damaged_file", file=name) from None
