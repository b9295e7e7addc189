"""Cells of a written workbook by their names, and the workbook with other inputs."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

from cxcase.export.workbook.layout import STEP_COLUMNS

LIVE = ("Curves", "Steps", "Plan", "Flows", "Alone")


XLSX = "xlsx:Calc MS Excel 2007 XML"


EXACT = 1e-9


def opened(data: bytes | Path, values: bool = False) -> Any:
    return openpyxl.load_workbook(
        io.BytesIO(data) if isinstance(data, bytes) else data, data_only=values
    )


def step_cell(book: Any, id: str, column: str) -> Any:
    row = next(r for r in range(5, 60) if book["Steps"].cell(r, 1).value == id)
    return book["Steps"].cell(row, STEP_COLUMNS.index(column) + 1)


def named(book: Any, name: str) -> Any:
    sheet, cell = next(iter(book.defined_names[name].destinations))
    return book[sheet][cell]


def changed(
    data: bytes, path: Path, names: Mapping[str, float], steps: Mapping[tuple[str, str], float]
) -> Path:
    """The workbook with other inputs, as a person would type them."""
    book = opened(data)
    for name, value in names.items():
        named(book, name).value = value
    for (id, column), value in steps.items():
        step_cell(book, id, column).value = value
    book.save(path)
    return path
