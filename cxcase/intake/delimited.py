"""A text table (csv, tsv) as a sheet of cells: encoding, delimiter and decimal mark found by what is in it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pyarrow as pa
import pyarrow.csv as pa_csv

from cxcase.errors import InputError
from cxcase.intake.column import Column
from cxcase.intake.grid import SEARCHED, Sheet, sheet_of

_DELIMITERS = ",;\t|"
_SNIFFED = 100  # lines
_FIELD_LIMIT = 10_000_000
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BLOCK = 1 << 22


def read_delimited(name: str, data: bytes) -> tuple[Sheet, ...]:
    """One sheet without a name. Raises InputError for something that is no text table."""
    data = as_utf8(name, data)
    declared, data = _declared(data)
    delimiter = declared or _delimiter(data)
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        first, start = _first_rows(data, delimiter)
        rest = _at_once(data, start, delimiter, max(map(len, first), default=0)) if start < len(data) else ()
        if rest is None:
            lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
            made = sheet_of(None, csv.reader(lines, delimiter=delimiter))
            first, rest = [list(row) for row in made.rows], made.rest
    except csv.Error:
        raise InputError("damaged_file", file=name) from None
    return (Sheet(None, first, decimal="," if delimiter == ";" else None, rest=rest, ragged=True),)


def as_utf8(name: str, data: bytes) -> bytes:
    """The file's text as UTF-8 with newlines: by byte-order mark, UTF-16, UTF-8, else Windows-1252."""
    encoding = next((e for bom, e in _BOMS if data.startswith(bom)), None) or _without_mark(data)
    if encoding != "utf-8":
        data = data.decode(encoding, "replace").encode()
    elif not _valid(data):
        data = data.decode("cp1252", "replace").encode()
    sample = data[:20_000]
    if len(_CONTROL.findall(sample)) > 0.01 * len(sample):
        raise InputError("wrong_type", file=name, found="binary data")
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if b"\r" in sample and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return data.rstrip(b"\r\n")


def _valid(data: bytes) -> bool:
    try:
        return data.isascii() or bool(data.decode("utf-8")) or not data
    except UnicodeDecodeError:
        return False


def _first_rows(data: bytes, delimiter: str) -> tuple[list[list[str]], int]:
    """(the first SEARCHED rows, where in the data the next one starts)."""
    taken = 0
    stream = io.BytesIO(data)

    def lines() -> Iterator[str]:
        nonlocal taken
        for line in stream:
            taken += len(line)
            yield line.decode("utf-8", "replace")

    rows = list(islice(csv.reader(lines(), delimiter=delimiter), SEARCHED))
    return rows, taken


def _at_once(data: bytes, start: int, delimiter: str, width: int) -> tuple[Column, ...] | None:
    """The columns of regular rows; None where a row is blank or has another width, which needs a look at each."""
    if data.find(b"\n\n", start) >= 0 or data.find(b"\n\r\n", start) >= 0 or not width:
        return None
    names = [str(j) for j in range(width)]
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(data).slice(start)),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=b'"' in data[start : start + _BLOCK]
            ),
            convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, text), check_utf8=False),
        )
    except pa.ArrowInvalid:
        return None
    except pa.ArrowException as error:  # no room for another thread or buffer
        raise MemoryError from error
    return tuple(Column.of_text(table.column(name)) for name in names)


def _without_mark(data: bytes) -> str:
    head = data[:2000]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return "utf-8"


def _declared(data: bytes) -> tuple[str | None, bytes]:
    """The delimiter of a first line "sep=;" and the data after it."""
    match = re.match(rb'"?sep=(.)"?\r?\n', data, re.IGNORECASE)
    return (match[1].decode("latin-1"), data[match.end() :]) if match else (None, data)


def _delimiter(data: bytes) -> str:
    """The delimiter that splits the most lines into the same number (two or more) of cells."""
    lines = data[:200_000].decode("utf-8", "replace").splitlines()[:_SNIFFED]

    def agreement(delimiter: str) -> tuple[int, int]:
        """(lines that agree, cells in each)."""
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    csv.field_size_limit(_FIELD_LIMIT)
    return max(_DELIMITERS, key=agreement)
