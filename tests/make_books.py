"""Books of other kinds for the tests, as bytes: xls, xlsb, ods, strict, SPSS, zips, and encrypted
ones.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import pyreadstat
import xlwt
from make_files import Rows
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method import rc4
from xlwt.CompoundDoc import XlsDoc

from cxcase.intake.files import decryption

_SALT = bytes(range(16))
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
    for n in ("office", "table", "text", "style")
)


def rezipped(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The workbook with parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {p.filename: old.read(p) for p in old.infolist()}
    return zipped({**parts, **changes})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in files.items():
            new.writestr(name, content)
    return stream.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    """One part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read(name)


def strict(data: bytes) -> bytes:
    """An xlsx under the names of Strict Open XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {p.filename: book.read(p) for p in book.infolist()}
    usual = re.compile(
        rb"http://schemas\.openxmlformats\.org/(spreadsheetml|officeDocument)/2006/(main|relationships)"
    )
    return zipped({n: usual.sub(rb"http://purl.oclc.org/ooxml/\1/\2", d) for n, d in parts.items()})


def xls(rows: Rows, hidden: bool = False) -> bytes:
    """An Excel 97 workbook with one sheet, and a hidden one where asked for."""
    stream = io.BytesIO()
    _book(rows, hidden).save(stream)
    return stream.getvalue()


def _book(rows: Rows, hidden: bool) -> xlwt.Workbook:
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    sheet = book.add_sheet("Data")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if isinstance(cell, dt.date):
                sheet.write(i, j, cell, day)
            elif cell is not None:
                sheet.write(i, j, cell)
    if hidden:
        other = book.add_sheet("Hidden")
        other.write(0, 0, "x")
        other.visibility = 1
    return book


def xls_encrypted(rows: Rows, password: str, tail: bytes = b"") -> bytes:
    """An Excel 97 workbook encrypted with RC4, as Excel does; tail: what follows the last record of
    its stream.
    """
    verifier = bytes(range(100, 116))
    cipher = rc4.Cipher(rc4.ARC4(rc4._makekey(password, _SALT, 0)), mode=None).encryptor()
    secret = cipher.update(verifier) + cipher.update(hashlib.md5(verifier).digest())
    pass_record = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + _SALT + secret
    plain = _with_record(_book(rows, False).get_biff_data(), pass_record) + tail
    document = _compound(plain)
    done = decryption._decrypted(document, plain, password)  # the cipher is the same both ways
    place = done.index(struct.pack("<HH", 0, 54) + bytes(54))  # msoffcrypto blanks the record
    return done[:place] + pass_record + done[place + 58 :]


def _with_record(book: bytes, record: bytes) -> bytes:
    """The workbook stream with a record after the first, the sheets' places moved by its length."""
    out = b""
    place = 0
    first = True
    while place < len(book):
        kind, size = struct.unpack_from("<HH", book, place)
        body = book[place + 4 : place + 4 + size]
        if kind == 0x85:
            body = struct.pack("<I", struct.unpack_from("<I", body)[0] + len(record)) + body[4:]
        out += struct.pack("<HH", kind, size) + body + (record if first else b"")
        place = place + 4 + size
        first = False
    return out


def _compound(book: bytes) -> bytes:
    stream = io.BytesIO()
    XlsDoc().save(stream, book)
    return stream.getvalue()


def encrypted(data: bytes, password: str) -> bytes:
    """An OOXML workbook encrypted the way Excel does (agile)."""
    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, stream)
    return stream.getvalue()


def ods(rows: Rows, extra: str = "", head: str = "") -> bytes:
    """An OpenDocument spreadsheet; extra: further rows as XML; head: what stands before the first
    element.
    """
    made = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {_NAMES} '
        f'office:version="1.2">'
        f"<office:body><office:spreadsheet><table:table "
        f'table:name="Data">{made}{extra}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><m:manifest '
        'xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{_ODS}"/></m:manifest>'
    )
    return zipped(
        {
            "mimetype": _ODS.encode(),
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": content.encode(),
        }
    )


def _ods_cell(cell: Any) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    if isinstance(cell, dt.date):
        return (
            f'<table:table-cell office:value-type="date" '
            f"office:date-value={quoteattr(cell.isoformat())}/>"
        )
    return (
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
        f"</table:table-cell>"
    )


def xlsb(rows: Rows, last: tuple[int, int] | None = None) -> bytes:
    """A binary workbook with one sheet of text and numbers; last: the (row, column) that it says it
    reaches to.
    """
    right = max(map(len, rows))
    end_row, end_column = last or (len(rows) - 1, right - 1)
    sheet = (
        _record(129) + _record(148, struct.pack("<4I", 0, end_row, 0, end_column)) + _record(145)
    )
    for i, row in enumerate(rows):
        spans = struct.pack("<III", 1, 0, len(row) - 1)
        sheet += _record(0, struct.pack("<IIHHB", i, 0, 300, 0, 0) + spans)
        for j, cell in enumerate(row):
            place = struct.pack("<II", j, 0)
            if isinstance(cell, int | float):
                sheet += _record(5, place + struct.pack("<d", cell))
            else:
                sheet += _record(6, place + _wide(str(cell)))
    sheet += _record(146) + _record(130)
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Data")
    book = _record(131) + _record(143) + _record(156, bundle) + _record(144) + _record(132)
    kind = "application/vnd.ms-excel"
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": (
                f'<?xml version="1.0"?><Types xmlns="{package}/content-types">'
                f'<Default Extension="bin" ContentType="{kind}.sheet.binary.macroEnabled.main"/>'
                f"</Types>"
            ).encode(),
            "_rels/.rels": _relation(package, f"{rels}/officeDocument", "xl/workbook.bin"),
            "xl/_rels/workbook.bin.rels": _relation(
                package, f"{rels}/worksheet", "worksheets/sheet1.bin"
            ),
            "xl/workbook.bin": book,
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _relation(package: str, kind: str, target: str) -> bytes:
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'
    ).encode()


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    sizes = b""
    while True:
        sizes += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + sizes + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def sav(frame: pd.DataFrame, folder: Any, packed: bool = False, **about: Any) -> bytes:
    """An SPSS file (packed: .zsav). about: column_labels, variable_value_labels, missing_ranges,
    variable_measure.
    """
    path = folder / "made.sav"
    pyreadstat.write_sav(frame, str(path), compress=packed, **about)
    data = path.read_bytes()
    path.unlink()
    return bytes(data)
