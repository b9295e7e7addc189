"""An OpenDocument spreadsheet, cell by cell: the second reader, which counts repeated cells."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, iterparse

from cxcase.errors import InputError
from cxcase.intake.files.formula_cells import Hidden
from cxcase.intake.files.sheet import Merged, Sheet
from cxcase.intake.files.zip_parts import MAX_CELLS, UNZIP_ERRORS
from cxcase.intake.values.cell_names import column_letters

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_NUMBERS = ("float", "percentage", "currency")


@dataclass
class _Tab:
    """One table while it is read."""

    name: str
    visible: bool
    rows: list[list[Any]] = field(default_factory=list)
    at: int = 0  # rows passed, empty ones too
    right: int = 0  # columns up to the last one filled
    failed: Hidden = field(default_factory=Hidden)
    merged: list[Merged] = field(default_factory=list)


def read_open_document(name: str, data: bytes) -> tuple[Sheet, ...]:
    """Every table in order.

    Raises InputError for a damaged file, and for cells repeated farther than a table reaches.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as content:
            tabs = list(_tabs(name, content))
        return tuple(map(_sheet, tabs))
    except (*UNZIP_ERRORS, ParseError):
        raise InputError("damaged_file", file=name) from None


def _sheet(tab: _Tab) -> Sheet:
    return Sheet(
        tab.name,
        list(tab.failed.with_currencies(tab.rows)),
        tab.visible,
        merged=tuple(tab.merged),
        hidden_rows=tab.failed.rows,
    )


def failed_and_merged(data: bytes) -> dict[str, tuple[Hidden, tuple[Merged, ...]]]:
    """Table name -> (failed formulas, cells merged over rows); {} for another or damaged file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "content.xml" not in archive.namelist():
                return {}
            with archive.open("content.xml") as content:
                return {t.name: (t.failed, tuple(t.merged)) for t in _tabs("", content)}
    except (*UNZIP_ERRORS, ParseError, InputError):
        return {}


def measure(name: str, data: BinaryIO) -> None:
    """Raises InputError naming the cell that reaches too far, where a table is too large."""
    read_open_document(name, data.read())


def _tabs(name: str, content: Any) -> Iterator[_Tab]:
    hidden: set[str] = set()
    tab: _Tab | None = None
    for event, element in iterparse(content, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag == f"{_TABLE}table" and tab is None:
                style = element.get(f"{_TABLE}style-name", "")
                tab = _Tab(element.get(f"{_TABLE}name", ""), style not in hidden)
        elif tag == f"{_STYLE}style":
            if any(p.get(f"{_TABLE}display") == "false" for p in element):
                hidden.add(element.get(f"{_STYLE}name", ""))
        elif tag == f"{_TABLE}table-row" and tab is not None:
            _add(name, tab, element)
            element.clear()
        elif tag == f"{_TABLE}table" and tab is not None:
            yield tab
            element.clear()
            tab = None


def _add(name: str, tab: _Tab, row: Element) -> None:
    """Adds the row as often as it is repeated; empty rows only once something follows them."""
    cells: list[Any] = []
    at = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = _times(cell, "columns")
        value = _value(cell)
        _note(tab, cell, at, value)
        if value is not None:
            _refuse_far(name, tab, at + times, 1)
            cells += [None] * (at - len(cells)) + [value] * times
        at += times
    times = _times(row, "rows")
    _note_currencies(tab, row, times)
    if cells:
        tab.right = max(tab.right, len(cells))
        _refuse_far(name, tab, tab.right, times)
        tab.rows += [[] for _ in range(tab.at - len(tab.rows))]
        tab.rows += [list(cells) for _ in range(times)]
        if row.get(f"{_TABLE}visibility", "visible") != "visible":
            tab.failed.rows.extend(range(tab.at + 1, tab.at + times + 1))
    tab.at += times


def _note(tab: _Tab, cell: Element, at: int, value: Any) -> None:
    """Keeps what the first reader does not see: a failed formula, a cell that spans rows below."""
    if cell.get(_KIND) == "error" and isinstance(value, str):
        tab.failed.add(tab.at, at, value)
    span = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
    if span > 1:
        tab.merged.append(Merged(tab.at, tab.at + span - 1, at))


def _note_currencies(tab: _Tab, row: Element, times: int) -> None:
    """Keeps the currencies of the row's figures, of which readers give the figures alone."""
    at = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        across = _times(cell, "columns")
        code = cell.get(f"{_OFFICE}currency")
        if code and cell.get(f"{_OFFICE}value-type") == "currency":
            for down in range(times):
                for column in range(at, at + across):
                    tab.failed.money.add(tab.at + down, column, code)
        at += across


def _refuse_far(name: str, tab: _Tab, right: int, times: int) -> None:
    last = tab.at + times
    if last * max(right, tab.right) > MAX_CELLS or right > 2**15 or last > 2**21:
        cell = f"{column_letters(min(right, 10**7))}{last}"
        raise InputError("far_cell", file=name, sheet=tab.name, found=cell)


def _times(element: Element, what: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{what}-repeated", "1")))


def _value(cell: Element) -> Any:
    """The cell's stored value: number, truth, day, duration or text; None when it holds nothing."""
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in _NUMBERS:
        return float(cell.get(f"{_OFFICE}value", "nan"))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date":
        return _day(cell.get(f"{_OFFICE}date-value", ""))
    paragraphs = [_words(p) for p in cell if p.tag == f"{_TEXT}p"]
    return "\n".join(paragraphs) or None


def _day(text: str) -> Any:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return text or None


def _words(paragraph: Element) -> str:
    """The text of a paragraph, its spaces written out."""
    words = paragraph.text or ""
    for part in paragraph:
        if part.tag == f"{_TEXT}s":
            words += " " * min(_count(part), 1000)
        if part.tag == f"{_TEXT}tab":
            words += "\t"
        words += _words(part) + (part.tail or "")
    return words


def _count(part: Element) -> int:
    return max(1, int(part.get(f"{_TEXT}c", "1")))
