"""A text table (csv, tsv) as a sheet of cells: encoding, delimiter and decimal mark found by what is in it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

from cxcase.errors import InputError
from cxcase.intake.grid import Sheet

_DELIMITERS = ",;\t|"
_SNIFFED = 100  # lines
_FIELD_LIMIT = 10_000_000
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_delimited(name: str, data: bytes) -> tuple[Sheet, ...]:
    """One sheet without a name. Raises InputError for something that is no text table."""
    text = decode(name, data)
    declared, text = _declared(text)
    delimiter = declared or _delimiter(text)
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise InputError("damaged_file", file=name) from None
    return (Sheet(None, rows, decimal="," if delimiter == ";" else None),)


def decode(name: str, data: bytes) -> str:
    """The file's text with newlines: by byte-order mark, as UTF-16 without one, as UTF-8, else as Windows-1252."""
    encoding = next((e for bom, e in _BOMS if data.startswith(bom)), None) or _without_mark(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    sample = text[:20_000]
    if len(_CONTROL.findall(sample)) > 0.01 * len(sample):
        raise InputError("wrong_type", file=name, found="binary data")
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def _without_mark(data: bytes) -> str:
    head = data[:2000]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return "utf-8"


def _declared(text: str) -> tuple[str | None, str]:
    """The delimiter of a first line "sep=;" and the text after it."""
    match = re.match(r'"?sep=(.)"?\n', text, re.IGNORECASE)
    return (match[1], text[match.end() :]) if match else (None, text)


def _delimiter(text: str) -> str:
    """The delimiter that splits the most lines into the same number (two or more) of cells."""
    lines = text[:200_000].split("\n")[:_SNIFFED]

    def agreement(delimiter: str) -> tuple[int, int]:
        """(lines that agree, cells in each)."""
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    csv.field_size_limit(_FIELD_LIMIT)
    return max(_DELIMITERS, key=agreement)
