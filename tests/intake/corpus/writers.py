"""Rows to bytes of every format: text, xlsx, xls, ods, zip. The same rows give the same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

Rows = Sequence[Sequence[Any]]
_DAY = dt.datetime(2025, 1, 1)
_STAMP = (2025, 1, 1, 0, 0, 0)


def text(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """A text table, cells quoted where they need it."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue().encode(encoding)


def xlsx(
    sheets: Mapping[str, Rows],
    *,
    hidden: Sequence[str] = (),
    very_hidden: Sequence[str] = (),
    date_1904: bool = False,
    finish: Callable[[Any], None] | None = None,
) -> bytes:
    """A workbook with these rows on each sheet, dates as Excel dates. finish: called with the book
    before it closes.
    """
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "date_1904": date_1904,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": _DAY})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    _write(sheet, i, j, cell, day)
            if name in very_hidden:
                sheet.very_hidden()
            elif name in hidden:
                sheet.hide()
        if finish:
            finish(book)
    return stream.getvalue()


def saved(book: Any) -> bytes:
    """An openpyxl workbook as bytes, without the time at which it was saved."""
    stream = io.BytesIO()
    book.save(stream)
    core = re.sub(
        rb"\d{4}-\d\d-\d\dT[\d:]{8}Z",
        b"2025-01-01T00:00:00Z",
        parts_of(stream.getvalue())["docProps/core.xml"],
    )
    return rezipped(stream.getvalue(), {"docProps/core.xml": core})


def _write(sheet: Any, i: int, j: int, cell: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, dt.date):
        stamp = cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())
        sheet.write_datetime(i, j, stamp, day)
    elif isinstance(cell, str):
        sheet.write_string(i, j, cell)
    else:
        sheet.write(i, j, cell)


def xls(sheets: Mapping[str, Rows]) -> bytes:
    """An Excel 97-2003 workbook."""
    import xlwt

    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, dt.date):
                    sheet.write(i, j, cell, day)
                else:
                    sheet.write(i, j, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.2" '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def ods(sheets: Mapping[str, Rows], *, padding: str = "") -> bytes:
    """An OpenDocument spreadsheet. padding: rows as XML that follow the last one of every sheet."""
    tables = [
        f"<table:table "
        f"table:name={quoteattr(name)}>{''.join(map(_ods_row, rows))}{padding}</table:table>"
        for name, rows in sheets.items()
    ]
    body = f"{_ODS}{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    parts = {
        "mimetype": ODS_TYPE,
        "content.xml": body.encode(),
        "META-INF/manifest.xml": _ODS_MANIFEST.encode(),
    }
    return zipped(parts, stored=("mimetype",))


def _ods_row(row: Sequence[Any]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(cell: Any) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, int | float):
        kind = f'office:value-type="float" office:value="{cell}"'
    elif isinstance(cell, dt.date):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def zipped(
    parts: Mapping[str, bytes],
    *,
    stored: Sequence[str] = (),
    again: Mapping[str, bytes] | None = None,
) -> bytes:
    """A zip of these parts. again: parts written once more under a name that is already there."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        for name, data in [*parts.items(), *(again or {}).items()]:
            info = zipfile.ZipInfo(name, _STAMP)
            archive.writestr(
                info, data, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            )
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """Name -> content of a zip's parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezipped(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The workbook with parts replaced or added."""
    return zipped({**parts_of(data), **changes})


def edited(data: bytes, part: str, *edits: tuple[bytes, bytes]) -> bytes:
    """The workbook with (old, new) replaced in one part. Raises ValueError where there is nothing
    to replace.
    """
    found = parts_of(data)[part]
    for old, new in edits:
        if old not in found:
            raise ValueError(f"{part} does not hold {old!r}")
        found = found.replace(old, new)
    return rezipped(data, {part: found})


def encrypted(data: bytes, password: str) -> bytes:
    """The workbook behind a password, as Excel protects it. The bytes differ from time to time: the
    salt is drawn.
    """
    from msoffcrypto.format.ooxml import OOXMLFile

    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, stream)
    return stream.getvalue()


def zipcrypto(parts: Mapping[str, bytes], password: str) -> bytes:
    """A zip whose parts are encrypted in the old way (PKWARE's application note, section 6.1)."""
    plain = zipped(parts, stored=tuple(parts))
    out = bytearray(plain)
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        infos = archive.infolist()
    body = bytearray()
    places = {}
    for info in infos:
        places[info.filename] = len(body)
        name = info.filename.encode()
        secret = _zipcrypto(bytes(11) + bytes([info.CRC >> 24]) + parts[info.filename], password)
        body += struct.pack(
            "<4s5H3I2H",
            b"PK\3\4",
            20,
            1,
            0,
            0,
            0x21,
            info.CRC,
            len(secret),
            info.file_size,
            len(name),
            0,
        )
        body += name + secret
    start = len(body)
    directory = bytearray()
    for info in infos:
        name = info.filename.encode()
        size = info.file_size + 12
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 20, 20, 1, 0, 0, 0x21, info.CRC, size, info.file_size,
            len(name), 0, 0, 0, 0, 0, places[info.filename],
        ) + name  # fmt: skip
    out = body + directory
    out += struct.pack(
        "<4s4H2IH", b"PK\5\6", 0, 0, len(infos), len(infos), len(directory), start, 0
    )
    return bytes(out)


_CRC = [zlib.crc32(bytes([i]), 0xFFFFFFFF) ^ 0xFFFFFFFF for i in range(256)]


def _crc_step(crc: int, byte: int) -> int:
    return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def _zipcrypto(data: bytes, password: str) -> bytes:
    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(byte: int) -> None:
        keys[0] = _crc_step(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc_step(keys[2], keys[1] >> 24)

    for byte in password.encode():
        step(byte)
    out = bytearray()
    for byte in data:
        mix = (keys[2] & 0xFFFF) | 2
        out.append(byte ^ ((mix * (mix ^ 1)) >> 8 & 0xFF))
        step(byte)
    return bytes(out)


def sav(columns: Mapping[str, Sequence[Any]], **options: Any) -> bytes:
    """An SPSS file. options: as `pyreadstat.write_sav` takes them."""
    import tempfile
    from pathlib import Path

    import pandas as pd
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.sav"
        pyreadstat.write_sav(pd.DataFrame(columns), path, **options)
        data = path.read_bytes()
    return data[:92] + b"01 Jan 2500:00:00" + data[109:]  # when it was made
