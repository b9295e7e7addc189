"""What a file is by its content, never by its name, and what may not be opened."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from cxcase.errors import InputError
from cxcase.intake.files import ole_container
from cxcase.intake.files.zip_parts import UNZIP_ERRORS, opened, refuse_bomb

Kind = Literal["xlsx", "xlsb", "xls", "ods", "text", "spss", "zip", "locked"]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Excel 2 to 5 without a compound file around it
_RAW_XLS = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_SAV = (b"$FL2", b"$FL3")
_START = 4096  # bytes that tell what a text is
_NAMED = (  # first bytes -> error code, and what the sentence calls it
    (b"%PDF", "pdf_file", ""), (b"{\\rtf", "text_document", ""),
    (b"\x89PNG", "picture_file", ""), (b"\xff\xd8\xff", "picture_file", ""),
    (b"GIF8", "picture_file", ""),
    (b"II*\x00", "picture_file", ""), (b"MM\x00*", "picture_file", ""),
    (b"\x1f\x8b", "packed_file", "gzip"), (b"Rar!", "packed_file", "RAR"),
    (b"7z\xbc\xaf", "packed_file", "7z"), (b"BZh", "packed_file", "bzip2"),
    (b"\xfd7zXZ", "packed_file", "xz"), (b"\x28\xb5\x2f\xfd", "packed_file", "zstd"),
    (b"PAR1", "database_file", "Parquet"), (b"SQLite format 3", "database_file", "SQLite"),
    (b"\x00\x01\x00\x00Standard", "database_file", "Access"),
    (b"\x7fELF", "program_file", ""), (b"MZ\x90\x00", "program_file", ""),
    (b"ASCII SPSS PORT", "statistics_file", "SPSS portable"),
    (b"<stata_dta>", "statistics_file", "Stata"),
    (bytes(12) + b"\xc2\xea\x81\x60", "statistics_file", "SAS"),
    (b"\x1c\x00\x00\x00\x00\x00\x00\x00ENCRYPTEDSAV", "spss_encrypted", ""),
    (b"MIME-Version:", "web_page", ""),
)  # fmt: skip
_TAG = re.compile(
    r"<(!doctype html|html|head|body|table|meta|style|script|div|link|center|title)\b",
    re.IGNORECASE,
)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\[{\"]")
_SYLK_LINE = re.compile(r"(ID|P|F|B|C|O|NN|NU|NE|W|E)(;|$)")


def kind_of(name: str, data: bytes) -> Kind:
    """What the bytes are.

    Raises InputError for what is no table, with a code of its own for each, and what is damaged.
    """
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise InputError("empty_file", file=name)
    if data.startswith(_OLE):
        return _in_compound(name, data)
    if data.startswith(_ZIP):
        return _in_zip(name, data)
    if data.startswith(_SAV):
        return "spss"
    if data[:2] in _RAW_XLS and data[2:4] in (b"\x04\x00", b"\x06\x00", b"\x08\x00", b"\x10\x00"):
        return "xls"
    for magic, code, what in _NAMED:
        if data.startswith(magic):
            raise InputError(code, file=name, found=what)
    _refuse_foreign_text(name, _head(data))
    return "text"


def _in_compound(name: str, data: bytes) -> Kind:
    streams = ole_container.streams(name, data)
    if "EncryptedPackage" in streams:
        return "locked"
    if streams & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
        return "xls"
    if "WordDocument" in streams:
        raise InputError("text_document", file=name)
    if "PowerPoint Document" in streams:
        raise InputError("presentation", file=name)
    if any(s.startswith("__substg1.0") for s in streams):
        raise InputError("email_file", file=name)
    raise InputError("damaged_file", file=name)


def _in_zip(name: str, data: bytes) -> Kind:
    """A workbook in a zip, or a zip of files.

    Raises InputError for a bomb, a damaged zip and other office files.
    """
    with opened(name, data) as archive:
        refuse_bomb(name, archive.infolist(), len(data))
        names = {p.filename.replace("\\", "/").lower() for p in archive.infolist()}
        declared = _mimetype(archive, names)
    if "xl/workbook.bin" in names:
        return "xlsb"
    excel = "[content_types].xml" in names and any(n.startswith("xl/") for n in names)
    if "xl/workbook.xml" in names or excel:
        return "xlsx"
    if "content.xml" in names or declared:
        return _open_document(name, declared)
    if "word/document.xml" in names:
        raise InputError("text_document", file=name)
    if "ppt/presentation.xml" in names:
        raise InputError("presentation", file=name)
    if any(n.endswith(".iwa") or n == "index.zip" for n in names):
        raise InputError("apple_numbers", file=name)
    return "zip"


def _mimetype(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" not in names:
        return ""
    try:
        with archive.open("mimetype") as part:
            return part.read(200).decode("ascii", "replace").strip()
    except UNZIP_ERRORS:
        return ""


def _open_document(name: str, declared: str) -> Kind:
    if "opendocument.text" in declared:
        raise InputError("text_document", file=name)
    if "opendocument.presentation" in declared:
        raise InputError("presentation", file=name)
    if declared and "spreadsheet" not in declared:
        raise InputError("wrong_type", file=name, found=declared)
    return "ods"


def _head(data: bytes) -> str:
    """The first characters, whatever the encoding."""
    start = data[:_START]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "replace").lstrip()
    if start.count(0) > len(start) // 4:
        encoding = "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
        return start.decode(encoding, "replace").lstrip()
    return start.decode("utf-8-sig", "replace").lstrip()


def _refuse_foreign_text(name: str, head: str) -> None:
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise InputError("xml_spreadsheet", file=name)
    if _TAG.match(head) or (head.startswith(("<?xml", "<!--", "<!")) and _TAG.search(head)):
        raise InputError("web_page", file=name)
    if head.startswith(("<?xml", "<!DOCTYPE", "<!doctype")):
        raise InputError("xml_file", file=name)
    if _JSON.match(head):
        raise InputError("json_file", file=name)
    if head.startswith("ID;P"):  # a text table may have a column ID and one that starts with P
        lines = head.splitlines()[1:40]
        if lines and sum(bool(_SYLK_LINE.match(line)) for line in lines) >= 0.9 * len(lines):
            raise InputError("sylk_file", file=name)


def check(name: str, data: bytes, kind: Kind) -> bool:
    """True when the file holds macros, which never run. Raises InputError for what is unsafe."""
    from cxcase.intake.files import zip_parts

    if kind in ("xlsx", "xlsb", "ods"):
        return zip_parts.check_parts(name, data)
    return kind == "xls" and data.startswith(_OLE) and ole_container.has_macros(name, data)


def explain(name: str, data: bytes, kind: Kind) -> None:
    """Raises InputError with the reason why reading took too much memory or time, if known."""
    from cxcase.intake.files import ods, zip_parts

    if kind == "xlsx":
        zip_parts.explain_workbook(name, data)
    elif kind == "ods":
        ods.measure(name, io.BytesIO(data))
