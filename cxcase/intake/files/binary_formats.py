"""Which figures of a binary workbook (.xls, .xlsb) stand in a format that names a currency."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from cxcase.intake.files.number_formats import currency_in

Figure = tuple[str, int, int, str]  # sheet, row and column from 0, the currency's code

# records of .xls (MS-XLS 2.3)
_BOF = 0x0809
_SHEET = 0x0085
_FORMAT = 0x041E
_XF = 0x00E0
_FIGURES = (0x0203, 0x027E, 0x0006)  # a number, a short one, a formula: one cell each
_MANY = 0x00BD  # short numbers beside each other
_IS_STYLE = 0x04
_WIDE = 0x01
_MANY_CELL = 6  # bytes of one of them: its format, then its number
# records of .xlsb (MS-XLSB 2.3)
_B_ROW = 0
_B_FIGURES = (2, 5, 9)
_B_FORMAT = 44
_B_XF = 47
_B_XFS = 617
_B_XFS_END = 618
_B_SHEET = 156
_STYLES = "xl/styles.bin"
_BOOK = "xl/workbook.bin"
_RELATIONS = "xl/_rels/workbook.bin.rels"


# ---- .xls ----------------------------------------------------------------------------------------


def money_of_xls(data: bytes) -> Iterator[Figure]:
    """Every figure of an Excel 97-2003 workbook whose format names a currency; none of a file that
    is none, or is damaged.
    """
    stream = _workbook(data)
    if stream is None:
        return
    try:
        yield from _of_stream(stream)
    except (struct.error, IndexError):
        return


def _workbook(data: bytes) -> bytes | None:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            if container.exists("Workbook"):
                return bytes(container.openstream("Workbook").read())
    except (OSError, ValueError, IndexError, struct.error):
        return None
    return None


def _of_stream(stream: bytes) -> Iterator[Figure]:
    formats: dict[int, str] = {}
    styles: list[str | None] = []
    sheets: dict[int, str] = {}
    name = None
    for at, kind, start, length in _records(stream):
        if kind == _FORMAT:
            number = struct.unpack_from("<H", stream, start)[0]
            formats[number] = _text(stream, start + 2)
        elif kind == _XF:
            number, flags = struct.unpack_from("<HH", stream, start + 2)
            named = None if flags & _IS_STYLE else currency_in(formats.get(number, ""))
            styles.append(named)
        elif kind == _SHEET:
            sheets[struct.unpack_from("<I", stream, start)[0]] = _short_text(stream, start + 6)
        elif kind == _BOF:
            name = sheets.get(at)
            if not any(styles) and sheets:
                return
        elif name is not None and kind in _FIGURES:
            row, column, style = struct.unpack_from("<HHH", stream, start)
            if (code := _at(styles, style)) is not None:
                yield name, row, column, code
        elif name is not None and kind == _MANY:
            row, first = struct.unpack_from("<HH", stream, start)
            for k in range((length - _MANY_CELL) // _MANY_CELL):
                style = struct.unpack_from("<H", stream, start + 4 + k * _MANY_CELL)[0]
                if (code := _at(styles, style)) is not None:
                    yield name, row, first + k, code


def _records(stream: bytes) -> Iterator[tuple[int, int, int, int]]:
    """(where it begins, kind, where its data begin, their length) of every record."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, at + 4, length
        at += 4 + length


def _text(stream: bytes, at: int) -> str:
    """A text behind its length in two bytes."""
    length, options = struct.unpack_from("<HB", stream, at)
    return _decoded(stream, at + 3, length, options)


def _short_text(stream: bytes, at: int) -> str:
    """A text behind its length in one byte."""
    length, options = struct.unpack_from("<BB", stream, at)
    return _decoded(stream, at + 2, length, options)


def _decoded(stream: bytes, at: int, length: int, options: int) -> str:
    if options & _WIDE:
        return stream[at : at + 2 * length].decode("utf-16-le", "replace")
    return stream[at : at + length].decode("latin-1")


def _at(styles: list[str | None], place: int) -> str | None:
    return styles[place] if place < len(styles) else None


# ---- .xlsb ---------------------------------------------------------------------------------------


def money_of_xlsb(archive: zipfile.ZipFile) -> Iterator[Figure]:
    """Every figure of a binary workbook in a zip whose format names a currency; none of others."""
    if not {_STYLES, _BOOK, _RELATIONS} <= set(archive.namelist()):
        return
    try:
        styles = _styles(archive.read(_STYLES))
        if not any(styles):
            return
        for name, part in _parts(archive).items():
            yield from _of_part(archive.read(part), name, styles)
    except (struct.error, IndexError, KeyError):
        return


def _styles(data: bytes) -> list[str | None]:
    """The currency that each style of cells names, None for none."""
    formats: dict[int, str] = {}
    styles: list[str | None] = []
    of_cells = False
    for kind, start, _ in _records_of_part(data):
        if kind == _B_FORMAT:
            formats[struct.unpack_from("<H", data, start)[0]] = _long_text(data, start + 2)[0]
        elif kind in (_B_XFS, _B_XFS_END):
            of_cells = kind == _B_XFS
        elif kind == _B_XF and of_cells:
            number = struct.unpack_from("<H", data, start + 2)[0]
            styles.append(currency_in(formats.get(number, "")))
    return styles


def _parts(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Sheet name -> its part."""
    relations = ElementTree.fromstring(archive.read(_RELATIONS))
    targets = {r.get("Id", ""): r.get("Target", "") for r in relations}
    book = archive.read(_BOOK)
    found = {}
    for kind, start, _ in _records_of_part(book):
        if kind == _B_SHEET:
            relation, after = _long_text(book, start + 8)
            found[_long_text(book, after)[0]] = f"xl/{targets[relation]}"
    there = set(archive.namelist())
    return {name: part for name, part in found.items() if part in there}


def _of_part(data: bytes, name: str, styles: list[str | None]) -> Iterator[Figure]:
    row = 0
    for kind, start, _ in _records_of_part(data):
        if kind == _B_ROW:
            row = struct.unpack_from("<I", data, start)[0]
        elif kind in _B_FIGURES:
            column, style = struct.unpack_from("<II", data, start)
            if (code := _at(styles, style & 0xFFFFFF)) is not None:
                yield name, row, column, code


def _records_of_part(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(kind, where its data begin, their length) of every record."""
    at = 0
    while at < len(data):
        kind, at = _groups(data, at)
        length, at = _groups(data, at)
        yield kind, at, length
        at += length


def _groups(data: bytes, at: int) -> tuple[int, int]:
    """(the number in groups of 7 bits from here, the lowest first; where it ends)."""
    number = 0
    for k in range(4):
        byte = data[at + k]
        number |= (byte & 0x7F) << 7 * k
        if byte < 0x80:
            break
    return number, at + k + 1


def _long_text(data: bytes, at: int) -> tuple[str, int]:
    """(a text behind its length in four bytes, where it ends)."""
    length = struct.unpack_from("<I", data, at)[0]
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le", "replace"), end
