"""What readers do not tell of a workbook: formulas that failed or were never calculated, whose
cells they give as blank, currencies that only formats name, and rows that nobody sees.
"""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from cxcase.intake.files.binary_formats import Figure, money_of_xls, money_of_xlsb
from cxcase.intake.files.number_formats import Currencies, add_styled, currency_styles
from cxcase.intake.files.xls import failed_formulas, hidden_rows
from cxcase.intake.files.zip_parts import UNZIP_ERRORS
from cxcase.intake.values.cell_names import column_number
from cxcase.intake.values.cells import UNCALCULATED

_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FAILED = re.compile(
    rb'<c\s([^>]*\bt="e"[^>]*)>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?\s*<v>([^<]{2,20})</v>'
)
_NO_VALUE = re.compile(
    rb"<c\s([^>]*)>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_ROW = re.compile(rb'<row\s[^>]*\bhidden="(?:1|true)"[^>]*>')
_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_HINTS = tuple(a + b for a in (b"</f>", b"/>") for b in (b"</c>", b"<v></v>", b"<v/>", b"<v />"))
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_OWN_KIND = re.compile(rb'\bt="(?!n")')  # text, truth or an error: an empty text is a value
_CHUNK = 1 << 20
_LONGEST = 1 << 16
_WIDTH = 1 << 14  # columns of a sheet
_KINDS = 200  # different texts at most: there are a dozen errors


@dataclass(eq=False)
class Hidden:
    """What stands in cells of one sheet that look blank, the currencies of its figures, and its
    hidden rows, counted from 1.
    """

    places: array[int] = field(default_factory=lambda: array("q"))  # row × _WIDTH + column, from 0
    which: array[int] = field(default_factory=lambda: array("B"))  # of `texts`, one a place
    texts: list[str] = field(default_factory=list)
    rows: array[int] = field(default_factory=lambda: array("l"))
    money: Currencies = field(default_factory=Currencies)

    def add(self, row: int, column: int, text: str) -> None:
        """Adds a cell by its place, counted from 0."""
        if text not in self.texts:
            if len(self.texts) > _KINDS:
                return
            self.texts.append(text)
        self.places.append(row * _WIDTH + column)
        self.which.append(self.texts.index(text))

    def shown_in(self, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
        """The rows with these texts where they are blank, and each figure's currency beside it.
        rows: from the first, all columns.
        """
        rows = self.with_currencies(rows)
        if not self.places:
            yield from rows
            return
        order = sorted(range(len(self.places)), key=self.places.__getitem__)
        at = 0
        for number, row in enumerate(rows):
            while at < len(order) and self.places[order[at]] < (number + 1) * _WIDTH:
                column = self.places[order[at]] % _WIDTH
                # beyond the row's end there is no heading either
                if column < len(row) and row[column] in ("", None):
                    row[column] = self.texts[self.which[order[at]]]
                at += 1
            yield row

    def with_currencies(self, rows: Iterable[list[Any]]) -> Iterable[list[Any]]:
        """The rows with each figure's currency beside it, and nothing else changed."""
        return self.money.shown_in(rows) if self.money.places else rows


def hidden_cells(data: bytes) -> dict[str, Hidden]:
    """Sheet name -> what its cells hide, of an Excel workbook where they do; {} for other files."""
    found: dict[str, Hidden] = {}
    if not data.startswith(b"PK"):
        for name, row, column, text in failed_formulas(data):
            found.setdefault(name, Hidden()).add(row, column, text)
        for name, row in hidden_rows(data):
            found.setdefault(name, Hidden()).rows.append(row)
        _add_money(found, money_of_xls(data))
        return found
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            styles = currency_styles(archive)
            for name, part in _sheets(archive).items():
                hidden = _of_part(archive, part, styles)
                if hidden.places or hidden.rows or hidden.money.places:
                    found[name] = hidden
            _add_money(found, money_of_xlsb(archive))
    except (*UNZIP_ERRORS, ElementTree.ParseError):
        return {}
    return found


def _add_money(found: dict[str, Hidden], figures: Iterable[Figure]) -> None:
    for name, row, column, code in figures:
        if column < _WIDTH:
            found.setdefault(name, Hidden()).money.add(row, column, code)


def _sheets(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Sheet name -> its part, of a workbook in XML."""
    if not {_BOOK, _RELATIONS} <= set(archive.namelist()):
        return {}
    relations = ElementTree.fromstring(archive.read(_RELATIONS))
    targets = {r.get("Id", ""): r.get("Target", "") for r in relations}
    sheets = ElementTree.fromstring(archive.read(_BOOK)).iterfind("{*}sheets/{*}sheet")
    named = {s.get("name", ""): targets.get(s.get(_ID, ""), "") for s in sheets}
    parts = {name: _inside(target) for name, target in named.items()}
    there = {part for part in archive.namelist() if part.endswith(".xml")}
    return {name: part for name, part in parts.items() if part in there}


def _inside(target: str) -> str:
    """The path in the zip of what a relation of the workbook aims at."""
    if target.startswith("/"):
        return target.removeprefix("/")
    return f"xl/{target}"


def _of_part(archive: zipfile.ZipFile, part: str, styles: Mapping[bytes, str]) -> Hidden:
    found = Hidden()
    with archive.open(part) as stream:
        tail = b""
        while piece := stream.read(_CHUNK):
            block = tail + piece
            cut = block.rfind(b"<c ")
            if cut < len(block) - _LONGEST or cut < 0:
                cut = max(len(block) - 2, 0)  # a tag may begin with the last two signs
            _search(block[:cut], found, styles)
            tail = block[cut:]
        _search(tail, found, styles)
    return found


def _search(block: bytes, found: Hidden, styles: Mapping[bytes, str]) -> None:
    if styles:
        add_styled(block, styles, found.money, _place_of_figure)
    if b'hidden="' in block:
        for match in _ROW.finditer(block):
            _add_row(found, match[0])
    if b't="e"' in block:
        for match in _FAILED.finditer(block):
            _add(found, match[1], match[2].decode("utf-8", "replace"))
    if b"<f" in block and any(hint in block for hint in _HINTS):
        for match in _NO_VALUE.finditer(block):
            if not _OWN_KIND.search(match[1]):
                _add(found, match[1], UNCALCULATED)


def _add_row(found: Hidden, tag: bytes) -> None:
    if number := _NUMBER.search(tag):
        found.rows.append(int(number[1]))


def _add(found: Hidden, attributes: bytes, text: str) -> None:
    if (place := _place(attributes)) is not None:
        found.add(*place, text)


def _place(attributes: bytes) -> tuple[int, int] | None:
    """A cell's row and column, counted from 0."""
    place = _PLACE.search(attributes)
    if place and (row := int(place[2])) > 0 and (column := column_number(place[1])) <= _WIDTH:
        return row - 1, column - 1
    return None


def _place_of_figure(attributes: bytes) -> tuple[int, int] | None:
    """The same, None where the cell holds anything but a figure."""
    return None if _OWN_KIND.search(attributes) else _place(attributes)
