"""What can go wrong with a file on its way: bytes lost and changed, parts of workbooks spoilt,
tables shaken.
"""

from __future__ import annotations

import csv
import io
import random
import re
import string
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter
from make_books import zipped

from cxcase.intake.values.column import tidy

Cells = list[list[str]]
ODD = [
    "", " ", "N/A", "-", "0", "-1", "1e999", "NaN", "inf", "=1+1", "@x", "'", '"', "#REF!",
    "12/13/2025", "31.02.2024", "2024-01-01", "00042", "1,234.50", "1.234,50", "£5", "50 %", "yes",
    "nein", "TRUE", "Total", "Grand total", "example – delete me", "99", "11", "don't know",
    "x" * 400, "\u200b", "\u00a0", "é", "名前", "😀", "\u202e", "a\nb", "\ufffd", "1" * 40,
    "Customer ID", "Ease (1-7)", "Team", "5 - Very easy", "Strongly agree",
    "9999999999999999999999", "0001-01-01", "9999-12-31", "23:59", "1900-02-29", "--", "{}", "<b>",
    "\\", "null",
]  # fmt: skip
_UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
_ENDS = ("\n", "\r\n", "\r")
_NUMBER = re.compile(r"-?[1-9]\d{0,14}(\.\d+)?|0(\.\d+)?")
_CELL = 32_767  # characters that a cell of a workbook holds
_LETTERS = string.ascii_letters + string.digits + " ._-#%()?/:"
_BESIDE = ("x", "7", "no", "a note")  # nothing that could pass for a delimiter


# ---- bytes
# -------------------------------------------------------------------------------------------


def damaged(data: bytes, draw: random.Random) -> bytes:
    """The bytes with one to three kinds of damage."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        data = draw.choice(_DAMAGES)(data, draw)
    return data


def _cut_short(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randint(0, len(data))]


def _flipped(data: bytes, draw: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(min(len(out), draw.choice((1, 2, 8, 64)))):
        out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
    return bytes(out)


def _overwritten(data: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(data))
    size = draw.choice((1, 4, 16, 200))
    filling = draw.choice(
        (bytes(size), b"\xff" * size, draw.randbytes(size), b"9" * size, b"\n" * size)
    )
    return data[:at] + filling + data[at + size :]


def _taken_out(data: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(data))
    return data[:at] + data[at + draw.choice((1, 2, 7, 100, 2000)) :]


def _put_in(data: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(data))
    return data[:at] + draw.randbytes(draw.choice((1, 3, 50))) + data[at:]


def _twice(data: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(data))
    return data[:at] + data[at : at + draw.choice((1, 40, 500))] + data[at:]


_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut_short,
    _flipped,
    _flipped,
    _overwritten,
    _taken_out,
    _put_in,
    _twice,
)


def damaged_inside(data: bytes, draw: random.Random) -> bytes:
    """A zip (a workbook is one) put together again with one part spoilt, lost, or given another's
    content.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {p.filename: archive.read(p) for p in archive.infolist()}
    name = draw.choice(sorted(parts))
    what = draw.random()
    if what < 0.08 and len(parts) > 1:
        del parts[name]
    elif what < 0.14:
        parts[name] = parts[draw.choice(sorted(parts))]
    elif what < 0.7 and b"<" in parts[name]:
        parts[name] = _tags_spoilt(parts[name], draw)
    else:
        parts[name] = damaged(parts[name], draw)
    return zipped(parts)


def _tags_spoilt(data: bytes, draw: random.Random) -> bytes:
    """XML that mostly stays XML: an element lost, doubled or moved, a number or a word in it
    another one.
    """
    pieces = data.split(b"<")
    for _ in range(draw.choice((1, 1, 2, 5))):
        at = draw.randrange(1, len(pieces)) if len(pieces) > 1 else 0
        what = draw.randrange(5)
        if what == 0 and len(pieces) > 2:
            del pieces[at]
        elif what == 1:
            pieces.insert(at, pieces[at])
        elif what == 2:
            other = draw.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif what == 3:
            digits = [k for k, c in enumerate(pieces[at]) if chr(c).isdigit()]
            if digits:
                k = draw.choice(digits)
                new = draw.choice(
                    (b"0", b"9", b"-1", b"65536", b"1048577", b"4294967296", b"1e9", b"")
                )
                pieces[at] = pieces[at][:k] + new + pieces[at][k + 1 :]
        else:
            words = pieces[at].split(b'"')
            k = draw.randrange(len(words))
            words[k] = draw.choice(
                (b"", b"s", b"b", b"e", b"str", b"inlineStr", b"XFD1048576", b"A0", b"&amp;", b"x")
            )
            pieces[at] = b'"'.join(words)
    return b"<".join(pieces)


# ---- rows
# --------------------------------------------------------------------------------------------


def shaken(rows: Sequence[Sequence[Any]], draw: random.Random) -> Cells:
    """The rows as text, with one to four things done to them that people and tools do."""
    cells: Cells = [["" if c is None else str(c) for c in row] for row in rows]
    for _ in range(draw.choice((1, 1, 2, 3, 4))):
        draw.choice(_SHAKES)(cells, draw)
    return cells


def _row(cells: Cells, draw: random.Random) -> int:
    return (
        draw.randrange(len(cells))
        if draw.random() < 0.15
        else draw.randrange(min(1, len(cells) - 1), len(cells))
    )


def _rows_swapped(cells: Cells, draw: random.Random) -> None:
    for _ in range(draw.choice((1, 5))):
        a = _row(cells, draw)
        b = _row(cells, draw)
        cells[a], cells[b] = cells[b], cells[a]


def _ragged(cells: Cells, draw: random.Random) -> None:
    for _ in range(draw.choice((1, 4, 15))):
        row = cells[_row(cells, draw)]
        if draw.random() < 0.5:
            row.extend(draw.choice(_BESIDE) for _ in range(draw.choice((1, 2, 30))))
        else:
            del row[draw.randint(0, len(row)) :]


def _odd_cells(cells: Cells, draw: random.Random) -> None:
    for _ in range(draw.choice((1, 10, 60))):
        row = cells[_row(cells, draw)]
        if row:
            row[draw.randrange(len(row))] = draw.choice(ODD)


def _odd_column(cells: Cells, draw: random.Random) -> None:
    j = draw.randrange(max(map(len, cells)) or 1)
    some = [draw.choice(ODD) for _ in range(draw.choice((1, 3, 9)))]
    for row in cells[1:]:
        if j < len(row):
            row[j] = draw.choice(some)


def _huge_cell(cells: Cells, draw: random.Random) -> None:
    row = cells[_row(cells, draw)]
    if row:
        row[draw.randrange(len(row))] = (
            draw.choice(("x", "1", "é ", "a, b", "1.5", "( ", "- 1")) * 20_000
        )


def _other_headings(cells: Cells, draw: random.Random) -> None:
    words = (
        [c for row in cells[:1] for c in row]
        + ODD
        + ["id", "Churn", "NPS", "date", "Revenue", "amount", "Start"]
    )
    letters = ["".join(draw.choices(_LETTERS, k=draw.randint(1, 12))) for _ in range(4)]
    for j in range(len(cells[0])):
        if draw.random() < 0.4:
            cells[0][j] = draw.choice([*words, *letters])


def _columns_moved(cells: Cells, draw: random.Random) -> None:
    width = max(map(len, cells))
    order = draw.sample(range(width), width)
    cells[:] = [[row[j] if j < len(row) else "" for j in order] for row in cells]


def _column_lost_or_doubled(cells: Cells, draw: random.Random) -> None:
    j = draw.randrange(max(map(len, cells)) or 1)
    doubled = draw.random() < 0.5
    for row in cells:
        if j < len(row):
            row[j : j + 1] = [row[j]] * 2 if doubled else []


def _blank_rows(cells: Cells, draw: random.Random) -> None:
    for _ in range(draw.choice((1, 3, 50))):
        cells.insert(draw.randint(0, len(cells)), draw.choice(([], [""], ["", "", ""], [" "] * 6)))


def _heading_again(cells: Cells, draw: random.Random) -> None:
    for _ in range(draw.choice((1, 2, 5))):
        cells.insert(draw.randint(0, len(cells)), list(cells[draw.randrange(min(3, len(cells)))]))


def _lines_beside(cells: Cells, draw: random.Random) -> None:
    for _ in range(draw.choice((1, 3))):
        note = [draw.choice(ODD) for _ in range(draw.choice((1, 1, 2, 5)))]
        cells.insert(draw.choice((0, 0, len(cells), draw.randint(0, len(cells)))), note)


def _rows_beside(cells: Cells, draw: random.Random) -> None:
    width = max(map(len, cells))
    for _ in range(draw.choice((1, 5))):
        cells.insert(
            draw.randint(1, len(cells)),
            [""] * (width + draw.choice((0, 1, 3))) + [draw.choice(_BESIDE)],
        )


def _heading_lost(cells: Cells, draw: random.Random) -> None:
    if cells[0]:
        cells[0][draw.randrange(len(cells[0]))] = ""


def _few_rows(cells: Cells, draw: random.Random) -> None:
    del cells[draw.choice((1, 2, 3, 5)) :]


def _turned(cells: Cells, draw: random.Random) -> None:
    width = max(map(len, cells))
    cells[:] = [[row[j] if j < len(row) else "" for row in cells] for j in range(width)] or [[""]]


_SHAKES: tuple[Callable[[Cells, random.Random], None], ...] = (
    _rows_swapped, _ragged, _odd_cells, _odd_cells, _odd_column, _odd_column, _huge_cell,
    _other_headings, _other_headings, _columns_moved, _column_lost_or_doubled, _blank_rows,
    _heading_again, _lines_beside, _few_rows, _turned, _rows_beside, _heading_lost,
)  # fmt: skip


def filled(cells: Cells) -> list[int]:
    """The rows in which something stands, counted from 1."""
    return [i for i, row in enumerate(cells, 1) if any(tidy(c) is not None for c in row)]


def text_of(cells: Cells, draw: random.Random) -> bytes:
    """The rows as a text table of some delimiter, encoding, line end and way of quoting, so that
    each can be read.
    """
    stream = io.StringIO(newline="")
    quoting = draw.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    end = draw.choice(_ENDS) if not any("\n" in c for row in cells for c in row) else "\n"
    delimiter = (
        "," if any(set(c) & set(",;\t|") for row in cells for c in row) else draw.choice(",;\t|")
    )
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(cells)
    text = stream.getvalue()
    try:
        return text.encode(draw.choice((*_UNICODE, "cp1252", "cp1252")))
    except UnicodeEncodeError:
        return text.encode(draw.choice(_UNICODE))


def book_of(cells: Cells, draw: random.Random) -> bytes:
    """The rows as a workbook: numbers as numbers or, for a tenth of the books, as text, everything
    else as text.
    """
    stream = io.BytesIO()
    as_text = draw.random() < 0.1
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        for i, row in enumerate(cells):
            for j, cell in enumerate(row):
                if _NUMBER.fullmatch(cell) and not as_text:
                    sheet.write_number(i, j, float(cell))
                elif cell:
                    sheet.write_string(i, j, cell[:_CELL])
    return stream.getvalue()
