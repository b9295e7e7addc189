"""A text table (csv, tsv) as a sheet: encoding, delimiter and decimal mark found by its text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import pyarrow as pa
import pyarrow.csv as pa_csv

from cxcase.errors import InputError
from cxcase.intake.files.encoding import likeliest
from cxcase.intake.files.sheet import SEARCHED, Sheet, sheet_of
from cxcase.intake.values.column import Column

_DELIMITERS = ",;\t|"
_SNIFFED = 100  # lines
_FIELD_LIMIT = 10_000_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BLOCK = 1 << 24
_MOST_ZEROS = 0.1  # share of zero bytes above which this is no text
_LONGEST_CELL = 200  # lines of a quoted cell above which its quote counts as stray, where one is
_PROBED = 1 << 18  # bytes that a column's kind is judged by
# what a spreadsheet has; a row with more was split at something that is no delimiter
_MOST_COLUMNS = 16_384
_TEXT = pa.dictionary(pa.int32(), pa.string())
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,12})?")


def read_delimited(name: str, data: bytes) -> tuple[Sheet, ...]:
    """One sheet without a name. Raises InputError for something that is no text table."""
    data = as_utf8(name, data)
    declared, data = _declared(data)
    delimiter = declared or _delimiter(data)
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        first, start, skipped = _first_rows(data, delimiter)
        first = list(_of_a_spreadsheet(name, first))
        if start < len(data):
            rest = _at_once(data, start, delimiter, max(map(len, first), default=0))
        else:
            rest = ()
        if rest is None:
            return (_row_by_row(name, data, delimiter),)
    except csv.Error:
        raise InputError("damaged_file", file=name) from None
    rows = [_as_below(row, rest) for row in first]
    decimal = _decimal_beside(delimiter)
    return (Sheet(None, rows, decimal=decimal, rest=rest, ragged=True, skipped=skipped),)


def _decimal_beside(delimiter: str) -> str | None:
    """The decimal mark that a delimiter suggests."""
    return "," if delimiter == ";" else None


def read_row_by_row(name: str, data: bytes) -> tuple[Sheet, ...]:
    """The same without Arrow's reader, which takes over where that one fell over."""
    declared, data = _declared(as_utf8(name, data))
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        return (_row_by_row(name, data, declared or _delimiter(data)),)
    except csv.Error:
        raise InputError("damaged_file", file=name) from None


def _row_by_row(name: str, data: bytes, delimiter: str) -> Sheet:
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    made = sheet_of(None, _of_a_spreadsheet(name, csv.reader(lines, delimiter=delimiter)))
    return replace(made, decimal=_decimal_beside(delimiter), ragged=True)


def _of_a_spreadsheet(name: str, rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """The rows. Raises InputError at one that has more cells than a spreadsheet has columns."""
    for row in rows:
        if len(row) > _MOST_COLUMNS:
            raise InputError("too_many_columns", file=name, found=len(row), expected=_MOST_COLUMNS)
        yield row


def _as_below(row: Sequence[str], rest: Sequence[Column]) -> list[str | float]:
    """A first row with numbers where the column below was read as numbers."""
    cells: list[str | float] = list(row)
    for j, (cell, column) in enumerate(zip(row, rest, strict=False)):
        if column.numbers is not None and _DECIMAL.fullmatch(cell):
            cells[j] = float(cell)
    return cells


def as_utf8(name: str, data: bytes) -> bytes:
    """The file's text as UTF-8 with newlines: by byte-order mark, UTF-16, UTF-8, else what fits."""
    encoding = next((e for bom, e in _BOMS if data.startswith(bom)), None) or _without_mark(data)
    if encoding != "utf-8":
        data = data.decode(encoding, "replace").encode()
    elif not _valid(data):
        data = data.decode("utf-8" if _nearly_valid(data) else likeliest(data), "replace").encode()
    if data.count(b"\0") > _MOST_ZEROS * len(data):
        raise InputError("wrong_type", file=name, found="binary data")
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    sample = data[:20_000]
    if len(_CONTROL.findall(sample)) > 0.01 * len(sample):
        raise InputError("wrong_type", file=name, found="binary data")
    if b"\r" in sample and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return _closed(data.rstrip(b"\r\n"))


def _valid(data: bytes) -> bool:
    try:
        return data.isascii() or bool(data.decode("utf-8")) or not data
    except UnicodeDecodeError:
        return False


def _nearly_valid(data: bytes) -> bool:
    """True for UTF-8 with a few bytes gone wrong: most of what is no ASCII still makes letters."""
    text = data[: 1 << 20].decode("utf-8", "replace")
    letters = sum(not c.isascii() for c in text)
    return text.count("\ufffd") < letters / 2


def _closed(data: bytes) -> bytes:
    """The data with every quote closed: one that swallows lines up to the end is taken out."""
    if data.count(b'"') % 2 == 0:
        return data
    lines = data.split(b"\n")
    start = 0
    while start < len(lines):
        end = start
        open_ = lines[start].count(b'"') % 2
        while open_ and end + 1 < len(lines) and end - start < _LONGEST_CELL:
            end += 1
            open_ = (open_ + lines[end].count(b'"')) % 2
        if open_:
            place = lines[start].rfind(b'"')
            lines[start] = lines[start][:place] + lines[start][place + 1 :]
            end = start
        start = end + 1
    return b"\n".join(lines)


def _first_rows(data: bytes, delimiter: str) -> tuple[list[list[str]], int, int]:
    """(the first SEARCHED rows, where in the data the next starts, blank rows above them)."""
    taken = 0
    stream = io.BytesIO(data)

    def lines() -> Iterator[str]:
        nonlocal taken
        for line in stream:
            taken += len(line)
            yield line.decode("utf-8", "replace")

    reader = csv.reader(lines(), delimiter=delimiter)
    skipped = 0
    row = next(reader, None)
    while row is not None and not any(c.strip() for c in row):
        skipped = skipped + 1
        row = next(reader, None)
    first = [] if row is None else [row, *islice(reader, SEARCHED - 1)]
    return first, taken, skipped


def _at_once(data: bytes, start: int, delimiter: str, width: int) -> tuple[Column, ...] | None:
    """The columns of regular rows; None where one is blank or has another width than the first."""
    if data.find(b"\n\n", start) >= 0 or data.find(b"\n\r\n", start) >= 0 or not width:
        return None
    kinds = _kinds(data[start : start + _PROBED].decode("utf-8", "replace"), delimiter, width)
    table = _parsed(data, start, delimiter, kinds)
    if table is None and pa.float64() in kinds:
        table = _parsed(data, start, delimiter, [_TEXT] * width)
    if table is None:
        return None
    return tuple(_column(table.column(j)) for j in range(width))


def _column(cells: pa.ChunkedArray) -> Column:
    if pa.types.is_floating(cells.type):
        return Column(None, numbers=cells.to_numpy())
    return Column.of_text(cells)


def _kinds(probe: str, delimiter: str, width: int) -> list[pa.DataType]:
    """What each column can be read as: numbers where a sample has only plain decimals, else text.

    Whole numbers stay text, as they may be ids, and so does what could be thousands in groups.
    """
    rows = list(csv.reader(io.StringIO(probe, newline=""), delimiter=delimiter))[:-1]
    kinds = []
    for j in range(width):
        cells = [row[j].strip() for row in rows if j < len(row) and row[j].strip()]
        clear = any("." in c and len(c.rsplit(".", 1)[1]) != 3 for c in cells)
        kinds.append(pa.float64() if clear and all(map(_DECIMAL.fullmatch, cells)) else _TEXT)
    return kinds


def _parsed(
    data: bytes, start: int, delimiter: str, kinds: Sequence[pa.DataType]
) -> pa.Table | None:
    """The rows from `start` on; None where one has not a cell of its kind for each column."""
    names = [str(j) for j in range(len(kinds))]
    try:
        return pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(data).slice(start)),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=data.find(b'"', start) >= 0
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict(zip(names, kinds, strict=True)),
                check_utf8=False,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None
    except pa.ArrowException as error:  # no room for another thread or buffer
        raise MemoryError from error


def _without_mark(data: bytes) -> str:
    """The encoding of a text without a mark: UTF-16 or UTF-8.

    In UTF-16 nearly all zero bytes stand at even or at odd places: line ends and delimiters have
    one each.
    """
    head = data[:4000]
    even = head[::2].count(0)
    odd = head[1::2].count(0)
    if even + odd < max(2, len(head) // 50) or min(even, odd) > (even + odd) // 20:
        return "utf-8"
    if odd > even:
        return "utf-16-le"
    return "utf-16-be"


def _declared(data: bytes) -> tuple[str | None, bytes]:
    """The delimiter of a first line "sep=;" and the data after it."""
    match = re.match(rb'"?sep=(.)"?\r?\n', data, re.IGNORECASE)
    if match:
        return (match[1].decode("latin-1"), data[match.end() :])
    return (None, data)


def _delimiter(data: bytes) -> str:
    """The delimiter that splits the most lines into the same number (two or more) of cells."""
    lines = data[:200_000].decode("utf-8", "replace").splitlines()[:_SNIFFED]

    def agreement(delimiter: str) -> tuple[int, int]:
        """(lines that agree, cells in each)."""
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    csv.field_size_limit(_FIELD_LIMIT)
    return max(_DELIMITERS, key=agreement)
