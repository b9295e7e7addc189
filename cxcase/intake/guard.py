"""What a file is by its first bytes, and what makes it unsafe to open. Runs inside the reading process."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Literal

from cxcase.errors import InputError

Kind = Literal["xlsx", "text"]
MAX_UNZIPPED = 2**30
SUSPECT_UNZIPPED, MAX_RATIO = 64 * 2**20, 100  # above this size, a higher compression than this is no spreadsheet
MAX_PARTS = 5000
MAX_CELLS = 60_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_OTHER = (
    (b"%PDF", "PDF"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"),
    (b"{\\rtf", "RTF"), (b"Rar!", "RAR archive"), (b"7z\xbc\xaf", "7z archive"), (b"\x1f\x8b", "gzip archive"),
    (b"PAR1", "Parquet"), (b"$FL2", "SPSS"), (b"SQLite", "database"), (b"MZ", "program"), (b"\x7fELF", "program"),
)  # fmt: skip
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d{1,10})"')
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_WIDE = (re.compile(rb'\br="[A-Z]{3}\d'), re.compile(rb'\br="[A-Z]{2}\d'))
_WIDTHS = (16384, 702, 26)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$")
_CHUNK = 1 << 20


def kind_of(name: str, data: bytes) -> Kind:
    """ "xlsx" or "text". Raises InputError for an empty, encrypted or foreign file."""
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise InputError("empty_file", file=name)
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise InputError("password_protected" if encrypted else "old_excel", file=name)
    if data.startswith(_ZIP):
        return "xlsx"
    foreign = next((what for magic, what in _OTHER if data.startswith(magic)), None)
    if foreign:
        raise InputError("wrong_type", file=name, found=foreign)
    _refuse_markup(name, data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower())
    return "text"


def _refuse_markup(name: str, start: bytes) -> None:
    if start.startswith((b"<?xml", b"<!doctype", b"<html", b"<table", b"<workbook")):
        raise InputError("wrong_type", file=name, found="HTML or XML")


def check_workbook(name: str, data: bytes) -> None:
    """Returns for a workbook that may be opened. Raises InputError: damaged, a bomb, a far-away cell, a DTD."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_totals(name, parts, len(data))
            if not any(p.filename == "xl/workbook.xml" for p in parts):
                raise InputError("wrong_type", file=name, found=_what_zip(parts))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(name, archive, part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        encrypted = "password required" in str(error) or "encrypted" in str(error)
        raise InputError("password_protected" if encrypted else "damaged_file", file=name) from None
    except zlib_error():
        raise InputError("damaged_file", file=name) from None


def zlib_error() -> type[Exception]:
    """zlib's own error class."""
    import zlib

    return zlib.error


def _what_zip(parts: list[zipfile.ZipInfo]) -> str:
    names = {p.filename for p in parts}
    if "word/document.xml" in names:
        return "Word document"
    if "ppt/presentation.xml" in names:
        return "PowerPoint file"
    if "content.xml" in names:
        return "OpenDocument file"
    return "binary Excel file (.xlsb)" if "xl/workbook.bin" in names else "zip archive"


def _check_totals(name: str, parts: list[zipfile.ZipInfo], size: int) -> None:
    if len(parts) > MAX_PARTS:
        raise InputError("zip_bomb", file=name, found=f"{len(parts)} parts")
    total = sum(p.file_size for p in parts)
    if total > MAX_UNZIPPED or (total > SUSPECT_UNZIPPED and total > MAX_RATIO * size):
        raise InputError("zip_bomb", file=name, found=f"{total >> 20} MB")


def _check_part(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    sheet = bool(_SHEET.match(part.filename))
    width = len(_WIDE)
    last = 0
    for block in _blocks(name, archive, part):
        if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
            raise InputError("dtd_in_workbook", file=name)
        if sheet:
            last = max([last, *map(int, _ROW.findall(block))])
            width = next((i for i in range(width) if _WIDE[i].search(block)), width)
    if sheet and last * _WIDTHS[width] > MAX_CELLS:
        _check_range(name, archive, part)


def _blocks(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces that overlap by a tag's length."""
    seen, tail = 0, b""
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            seen += len(piece)
            if seen > MAX_UNZIPPED:
                raise InputError("zip_bomb", file=name, found="more than it declares")
            yield tail + piece
            tail = piece[-256:]


def _check_range(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """The exact used range, cell by cell: only for sheets whose rows and columns could be too many."""
    first, last, right, far = 1 << 30, 0, 0, ("A", 0)
    for block in _blocks(name, archive, part):
        for letters, digits in _CELL.findall(block):
            row, column = int(digits), _column(letters)
            first, last = min(first, row), max(last, row)
            right = max(right, column)
            if row * column >= far[1]:
                far = (f"{letters.decode()}{row}", row * column)
    if last and (last - first + 1) * right > MAX_CELLS:
        raise InputError("far_cell", file=name, sheet=_sheet_name(archive, part), found=far[0])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_name(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> str:
    """The name on the sheet's tab, found through the workbook's relations; the part's name when that fails."""
    try:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    except KeyError:
        return part.filename
    target = part.filename.removeprefix("xl/")
    for tag in re.findall(r"<Relationship [^>]+>", relations):
        if f'Target="{target}"' in tag or f'Target="/xl/{target}"' in tag:
            ident = re.search(r'Id="([^"]+)"', tag)
            named = ident and re.search(rf'<sheet [^>]*name="([^"]*)"[^>]*r:id="{re.escape(ident[1])}"', book)
            return named[1] if named else part.filename
    return part.filename
