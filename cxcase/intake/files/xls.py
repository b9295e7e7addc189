"""An Excel 97-2003 workbook as xlrd reads it: the second reader, which knows failed formulas."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
from collections.abc import Iterator
from typing import Any

from cxcase.errors import InputError
from cxcase.intake.files.sheet import Sheet

# what xlrd raises for a damaged file, beside its own error
_BROKEN = (
    *(OSError, struct.error, IndexError, KeyError, ValueError, TypeError, AttributeError),
    *(OverflowError, AssertionError, RecursionError, UnicodeError, NotImplementedError),
)
_FAILED = re.compile(
    rb"\x05\x02\x08\x00.{6}[\x00\x07\x0f\x17\x1d\x24\x2a]\x01"
    rb"|\x06\x00.{8}\x02\x00[\x00\x07\x0f\x17\x1d\x24\x2a]\x00{3}\xff\xff",
    re.DOTALL,
)  # the records of an error and of a formula whose value is one

# the record of a row and, of its options, the bit that hides it
_ROW = re.compile(rb"\x08\x02\x10\x00.{12}(.)", re.DOTALL)
_IS_HIDDEN = 0x20


def read_xls(name: str, data: bytes) -> tuple[Sheet, ...]:
    """Every sheet, formulas as stored values. Raises InputError if damaged."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
        return tuple(_sheet(sheet, book.datemode) for sheet in book.sheets())
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *_BROKEN):
        raise InputError("damaged_file", file=name) from None


def _sheet(sheet: Any, epoch: int) -> Sheet:
    rows = [[_cell(cell, epoch) for cell in sheet.row(i)] for i in range(sheet.nrows)]
    return Sheet(sheet.name, rows, sheet.visibility == 0)


def failed_formulas(data: bytes) -> Iterator[tuple[str, int, int, str]]:
    """(sheet, row, column, what stands there) of every formula that failed, counted from 0.

    None of any other file.
    """
    import xlrd

    if not _FAILED.search(data):
        return
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
        for sheet in book.sheets():
            for row in range(sheet.nrows):
                for column, kind in enumerate(sheet.row_types(row)):
                    if kind == xlrd.XL_CELL_ERROR:
                        yield sheet.name, row, column, _error(sheet.cell_value(row, column))
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *_BROKEN):
        return


def hidden_rows(data: bytes) -> Iterator[tuple[str, int]]:
    """(sheet, row) of every hidden row, counted from 1. None of any other file."""
    import xlrd

    if not any(match[1][0] & _IS_HIDDEN for match in _ROW.finditer(data)):
        return
    try:
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), on_demand=True, formatting_info=True
        )
        for sheet in book.sheets():
            rows = sorted(sheet.rowinfo_map.items())
            yield from ((sheet.name, row + 1) for row, about in rows if about.hidden)
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *_BROKEN):
        return


def _cell(cell: Any, epoch: int) -> Any:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: dt.datetime = xlrd.xldate_as_datetime(cell.value, epoch)
        except (ValueError, OverflowError, xlrd.xldate.XLDateError):
            return cell.value
        return moment
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return _error(cell.value)
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    return cell.value


def _error(code: int) -> str:
    import xlrd

    return str(xlrd.error_text_from_code.get(code, "#REF!"))
