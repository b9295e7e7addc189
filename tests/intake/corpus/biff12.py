"""A minimal writer of binary workbooks (.xlsb, MS-XLSB): numbers, text, booleans and dates on plain
sheets.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.writers import Rows, zipped

_EPOCH = dt.datetime(1899, 12, 30)
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>{sheets}'
    '<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/>'
    '<Override PartName="/xl/sharedStrings.bin" '
    'ContentType="application/vnd.ms-excel.sharedStrings"/></Types>'
)
_SHEET_TYPE = (
    '<Override PartName="/xl/worksheets/sheet{n}.bin" '
    'ContentType="application/vnd.ms-excel.worksheet"/>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    "<Relationships "
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# record types of MS-XLSB 2.3
_ROW = 0
_BOOL = 4
_REAL = 5
_SHARED = 7
_STRING = 19
_XF = 47
_FORMAT = 44
_SHEET = (129, 130)
_BOOK = (131, 132)
_BUNDLE = (143, 144)
_DATA = (145, 146)
_STYLES = (278, 279)
_XFS = (617, 618)
_STRINGS = (159, 160)
_DIMENSION = 148
_TAB = 156
_DATE_STYLE = 1
_DATE_FORMAT = 14
_FIRST_OWN_FORMAT = 164


def xlsb(
    sheets: Mapping[str, Rows], hidden: Sequence[str] = (), formats: Sequence[str] = ()
) -> bytes:
    """A binary workbook with these rows on each sheet. formats: of amounts that stand in cells as
    (amount, which format).
    """
    count = range(1, len(sheets) + 1)
    texts = {
        c: None for rows in sheets.values() for row in rows for c in row if isinstance(c, str) and c
    }
    shared = {t: k for k, t in enumerate(texts)}
    parts = {
        "[Content_Types].xml": _TYPES.format(
            sheets="".join(_SHEET_TYPE.format(n=n) for n in count)
        ).encode(),
        "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.bin")]),
        "xl/workbook.bin": _within(_BOOK, _within(_BUNDLE, _tabs(sheets, hidden))),
        "xl/_rels/workbook.bin.rels": _relations(
            [
                *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.bin") for n in count),
                ("rId98", "styles", "styles.bin"),
                ("rId99", "sharedStrings", "sharedStrings.bin"),
            ]
        ),
        "xl/styles.bin": _styles(formats),
        "xl/sharedStrings.bin": _texts(shared),
    }
    parts |= {
        f"xl/worksheets/sheet{n}.bin": _sheet(rows, shared)
        for n, rows in zip(count, sheets.values(), strict=True)
    }
    return zipped(parts)


def _record(kind: int, data: bytes = b"") -> bytes:
    return _groups(kind) + _groups(len(data)) + data


def _groups(number: int) -> bytes:
    """The number in groups of 7 bits, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _within(ends: tuple[int, int], inner: bytes) -> bytes:
    return _record(ends[0]) + inner + _record(ends[1])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def _relations(targets: Sequence[tuple[str, str, str]]) -> bytes:
    items = "".join(
        f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in targets
    )
    return _RELATIONS.format(items).encode()


def _tabs(sheets: Mapping[str, Rows], hidden: Sequence[str]) -> bytes:
    return b"".join(
        _record(_TAB, struct.pack("<II", int(name in hidden), n) + _wide(f"rId{n}") + _wide(name))
        for n, name in enumerate(sheets, start=1)
    )


def _styles(own: Sequence[str]) -> bytes:
    named = dict(enumerate(own, _FIRST_OWN_FORMAT))
    told = b"".join(_record(_FORMAT, struct.pack("<H", k) + _wide(one)) for k, one in named.items())
    formats = [0, _DATE_FORMAT, *named]
    styles = b"".join(_record(_XF, struct.pack("<5H2BI", 0, f, 0, 0, 0, 0, 0, 0)) for f in formats)
    table = _record(_XFS[0], struct.pack("<I", len(formats))) + styles + _record(_XFS[1])
    return _within(_STYLES, told + table)


def _texts(shared: Mapping[str, int]) -> bytes:
    items = b"".join(_record(_STRING, b"\0" + _wide(text)) for text in shared)
    return (
        _record(_STRINGS[0], struct.pack("<II", len(shared), len(shared)))
        + items
        + _record(_STRINGS[1])
    )


def _sheet(rows: Rows, shared: Mapping[str, int]) -> bytes:
    widest = max(map(len, rows), default=1)
    dimension = _record(_DIMENSION, struct.pack("<4I", 0, max(len(rows) - 1, 0), 0, widest - 1))
    lines = b"".join(
        _record(_ROW, struct.pack("<IIH7x", i, 0, 300)) + _cells(row, shared)
        for i, row in enumerate(rows)
    )
    return _within(_SHEET, dimension + _within(_DATA, lines))


def _cells(row: Sequence[Any], shared: Mapping[str, int]) -> bytes:
    return b"".join(
        _cell(j, cell, shared) for j, cell in enumerate(row) if cell is not None and cell != ""
    )


def _cell(column: int, cell: Any, shared: Mapping[str, int]) -> bytes:
    if isinstance(cell, bool):
        return _record(_BOOL, struct.pack("<IIB", column, 0, cell))
    if isinstance(cell, int | float):
        return _record(_REAL, struct.pack("<IId", column, 0, cell))
    if isinstance(cell, tuple):
        amount, style = cell
        return _record(_REAL, struct.pack("<IId", column, _DATE_STYLE + 1 + style, amount))
    if isinstance(cell, dt.date):
        day = cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())
        return _record(
            _REAL, struct.pack("<IId", column, _DATE_STYLE, (day - _EPOCH) / dt.timedelta(days=1))
        )
    return _record(_SHARED, struct.pack("<III", column, 0, shared[cell]))
