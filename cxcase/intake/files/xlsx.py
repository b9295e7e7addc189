"""A workbook as sheets of cells: as calamine reads it, and an xlsx as openpyxl does."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from cxcase.errors import InputError
from cxcase.intake.files.formula_cells import Hidden, hidden_cells
from cxcase.intake.files.ods import failed_and_merged
from cxcase.intake.files.sheet import Merged, Sheet, sheet_of
from cxcase.intake.files.zip_parts import UNZIP_ERRORS

# what openpyxl raises for a damaged file; SyntaxError is of its XML
_BROKEN = (SyntaxError, TypeError, AttributeError, *UNZIP_ERRORS)


def calamine_sheets(data: bytes) -> tuple[Sheet, ...]:
    """Every worksheet in tab order, hidden ones marked, formulas as stored values.

    Raises CalamineError if damaged.
    """
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    hidden = hidden_cells(data)
    of_ods = failed_and_merged(data) if data.startswith(b"PK") and not hidden else {}
    hidden |= {name: failed for name, (failed, _) in of_ods.items()}
    found = []
    for meta in (m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet):
        sheet = book.get_sheet_by_name(meta.name)
        unseen = hidden.get(meta.name, Hidden())
        rows = unseen.shown_in(_from_the_first(sheet))
        merged = of_ods[meta.name][1] if meta.name in of_ods else _merged_down(sheet)
        visible = meta.visible == SheetVisibleEnum.Visible
        found.append(sheet_of(meta.name, rows, visible, merged, unseen.rows))
    return tuple(found)


def _merged_down(sheet: Any) -> tuple[Merged, ...]:
    """The cells that are merged with others below them."""
    ranges = sheet.merged_cell_ranges or ()
    return tuple(Merged(top, bottom, left) for (top, left), (bottom, _) in ranges if bottom > top)


def _from_the_first(sheet: Any) -> Iterable[list[Any]]:
    """The sheet's rows with columns from A on, where calamine starts with the first filled one."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    rows: Iterable[list[Any]] = sheet.iter_rows()
    if before:
        return (before + cells for cells in rows)
    return rows


def second_reader(name: str, data: bytes) -> tuple[Sheet, ...]:
    """Every worksheet as openpyxl reads it. Raises InputError if damaged."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # else rows beyond the range that the sheet declares are lost
        hidden = hidden_cells(data)
        return tuple(_sheet(one, hidden.get(one.title, Hidden())) for one in book.worksheets)
    except (InvalidFileException, *_BROKEN):
        raise InputError("damaged_file", file=name) from None


def _sheet(sheet: Any, hidden: Hidden) -> Sheet:
    rows = hidden.shown_in(_rows(sheet))
    visible = sheet.sheet_state == "visible"
    return sheet_of(sheet.title, rows, visible, hidden_rows=hidden.rows)


def _rows(sheet: Any) -> Iterable[list[Any]]:
    return ([_plain(c) for c in row] for row in sheet.iter_rows(values_only=True))


def _plain(cell: Any) -> Any:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return cell
