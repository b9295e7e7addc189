"""Which currency a workbook's number formats put beside its figures: no cell holds it."""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import numpy as np

from cxcase.intake.values.cells import CODES, sign_of

_STYLES = "xl/styles.xml"
_BRACKET = re.compile(r"\[\$([^\]-]*)(?:-([0-9A-Fa-f]+))?\]")
_OTHER_BRACKET = re.compile(r"\[[^\]]*\]")
_QUOTED = re.compile(r'"([^"]*)"')
_BARE = re.compile(r"[£€$¥₹￥]")
_WORD = re.compile(r"[A-Z]{3}|US\$|[£€$¥₹￥]|R\$|kr\.?|zł|Fr\.?|CHF", re.IGNORECASE)
# signs that several currencies share, by the language that the format is for
_BY_LANGUAGE = {
    "1009": "CAD",
    "C0C": "CAD",
    "C09": "AUD",
    "1409": "NZD",
    "4809": "SGD",
    "41D": "SEK",
    "414": "NOK",
    "814": "NOK",
    "406": "DKK",
}
_SHARED = ("$", "KR", "KR.")
_STYLED = re.compile(rb"<c\s([^>]*\bs=\"(\d{1,6})\"[^>]*)(?<!/)>")
_WIDTH = 1 << 14  # columns of a sheet


@dataclass(eq=False)
class Currencies:
    """Figures of one sheet and the currency that each one's format names."""

    places: array[int] = field(default_factory=lambda: array("q"))  # row × _WIDTH + column, from 0
    which: array[int] = field(default_factory=lambda: array("H"))  # of `codes`, one a place
    codes: list[str] = field(default_factory=list)

    def add(self, row: int, column: int, code: str) -> None:
        """Adds a cell by its place, counted from 0."""
        if code not in self.codes:
            self.codes.append(code)
        self.places.append(row * _WIDTH + column)
        self.which.append(self.codes.index(code))

    def shown_in(self, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
        """The rows with the currency beside these figures, as in "12.5 EUR". rows: from the first,
        all columns. A sign that nobody knows stands there only beside others: no figure can be read
        there, where alone it does no harm.
        """
        places = np.array(self.places)
        signs = [code if code in CODES else f"[{code}]" for code in self.codes]
        alone = self._alone(places)
        order = np.argsort(places, kind="stable")
        at = 0
        for number, row in enumerate(rows):
            while at < len(order) and places[order[at]] < (number + 1) * _WIDTH:
                column = int(places[order[at]] % _WIDTH)
                if column < len(row) and column not in alone:
                    row[column] = _with_sign(row[column], signs[self.which[order[at]]])
                at += 1
            yield row

    def _alone(self, places: Any) -> set[int]:
        """The columns in which only one sign stands, and nobody knows it."""
        pairs = np.unique(np.stack([places % _WIDTH, np.array(self.which)]), axis=1)
        columns, counts = np.unique(pairs[0], return_counts=True)
        single = set(columns[counts == 1].tolist())
        unknown = {c for c, k in pairs.T.tolist() if self.codes[k] not in CODES}
        return single & unknown


def _with_sign(cell: Any, sign: str) -> Any:
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell != cell:
        return cell
    if float(cell).is_integer():
        return f"{int(cell)} {sign}"
    return f"{cell:.4f} {sign}"  # four digits: three after a point may be thousands


def currency_styles(archive: zipfile.ZipFile) -> Mapping[bytes, str]:
    """Number of a cell's style, as sheets write it, -> the currency that its format names."""
    if _STYLES not in archive.namelist():
        return {}
    styles = ElementTree.fromstring(archive.read(_STYLES))
    formats = {
        one.get("numFmtId", ""): one.get("formatCode", "")
        for one in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    named = {number: code for number, told in formats.items() if (code := currency_in(told))}
    if not named:
        return {}
    cells = enumerate(styles.iterfind("{*}cellXfs/{*}xf"))
    told = {k: named.get(one.get("numFmtId", "")) for k, one in cells}
    return {str(k).encode(): code for k, code in told.items() if code is not None}


def currency_in(number_format: str) -> str | None:
    """The code of the currency that a number format shows, None for none; for a sign that nobody
    knows the sign itself.
    """
    shown = number_format.split(";", 1)[0]
    for sign, language in _BRACKET.findall(shown):
        sign = sign.strip()
        if not sign:
            continue
        if sign.upper() in _SHARED and language.upper().lstrip("0") in _BY_LANGUAGE:
            return _BY_LANGUAGE[language.upper().lstrip("0")]
        return _code_of(sign)
    rest = _OTHER_BRACKET.sub("", shown)
    for text in _QUOTED.findall(rest):
        if _WORD.fullmatch(text.strip()):
            return _code_of(text.strip())
    bare = _BARE.search(_QUOTED.sub("", rest))
    return _code_of(bare[0]) if bare else None


def _code_of(sign: str) -> str:
    return sign_of(f"{sign}1") or sign_of(f"{sign} 1") or sign.upper()


def add_styled(
    block: bytes,
    styles: Mapping[bytes, str],
    found: Currencies,
    places: Callable[[bytes], tuple[int, int] | None],
) -> None:
    """Adds the figures in a piece of a sheet whose style names a currency.

    places: (attributes of a cell) -> its (row, column) from 0, None where it holds no figure.
    """
    for match in _STYLED.finditer(block):
        code = styles.get(match[2])
        if code is not None and (place := places(match[1])) is not None:
            found.add(place[0], place[1], code)
