"""Workbooks saved as "Strict Open XML": the same parts, put under the usual names in memory."""

from __future__ import annotations

import io
import re
import zipfile

from cxcase.errors import InputError
from cxcase.intake.files.zip_parts import UNZIP_ERRORS

_STRICT = re.compile(
    rb"http://purl\.oclc\.org/ooxml/(spreadsheetml|drawingml|officeDocument)/(\w+)"
)


def is_strict(name: str, data: bytes) -> bool:
    """True when the workbook is in Strict Open XML. Raises InputError when damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("xl/workbook.xml") as book:
            return b"http://purl.oclc.org/ooxml/" in book.read(4096)
    except KeyError:
        return False
    except UNZIP_ERRORS:
        raise InputError("damaged_file", file=name) from None


def usual(name: str, data: bytes) -> bytes:
    """The same workbook with the names that readers know. Raises InputError when damaged."""
    stream = io.BytesIO()
    try:
        old = zipfile.ZipFile(io.BytesIO(data))
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
            for part in old.infolist():
                new.writestr(part.filename, _STRICT.sub(_renamed, old.read(part)))
    except UNZIP_ERRORS:
        raise InputError("damaged_file", file=name) from None
    return stream.getvalue()


def _renamed(match: re.Match[bytes]) -> bytes:
    return b"http://schemas.openxmlformats.org/" + match[1] + b"/2006/" + match[2]
