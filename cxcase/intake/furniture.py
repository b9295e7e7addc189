"""Rows of a table that are no data: totals wherever they stand, headings again, and what follows the table's end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from operator import eq
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.cells import Cells, blank, each, read_numbers

_TOTAL = re.compile(
    r"^(grand |sub ?-?|over ?all )?(total|totals|sum|summe|gesamt|gesamtsumme|zwischensumme|totale|somme|sous-total)"
    r"\b\s*[:=]?\s*(\(\d+\))?$",
    re.IGNORECASE,
)
_AVERAGE = re.compile(r"^(average|mean|durchschnitt|mittelwert|moyenne|promedio)\b\s*[:=]?$", re.IGNORECASE)
_NOTE = re.compile(
    r"^(?:source|notes?|quelle|hinweis|anmerkung|fuente|nota|as (?:of|at)|generated|exported|prepared|printed|page|"
    r"confidential|©|\*|\d+\))|:\s|\.$",
    re.IGNORECASE,
)  # what a note at the foot of a table begins with, holds, or ends with
_LONGEST = 40  # characters of a total's label
_USUAL = 0.8  # share of rows in which a column has to be filled to be one that data rows fill
_ENOUGH = 5  # rows that show what data rows fill
_LAST = 3  # rows at the end in which averages are looked for
_LEAST_ABOVE = 3  # rows that a sum needs above it
_CLOSE = 1e-6
_TAIL = 20  # rows at the end in which notes are looked for without a blank row before them


def furniture(headings: Sequence[str], columns: Sequence[Cells], rows: Sequence[int], first: Cells) -> dict[str, Bools]:
    """Reason -> rows (n,) that are no data.

    columns: tidy cells under the headings. rows: each row's number in the spreadsheet, whose gaps are blank rows.
    first: the column that names a row; a total's label there is enough.
    """
    shape = _Shape(columns)
    again = _headings_again(headings, columns, len(rows))
    other, notes = _after_gaps(shape, np.asarray(rows, dtype=np.int64))
    total = total_rows(columns, first, shape)
    found = {"total_row": total, "heading_row": again, "other_table": other & ~total, "note_row": notes & ~total}
    return {reason: marked for reason, marked in found.items() if marked.any()}


def table_end(columns: Sequence[Cells], rows: Sequence[int]) -> int:
    """How many rows there are up to the last one of data; what follows are notes or another table."""
    other, notes = _after_gaps(_Shape(columns), np.asarray(rows, dtype=np.int64))
    data = np.flatnonzero(~(other | notes))
    return int(data[-1]) + 1 if len(data) else 0


class _Shape:
    """Which cells are filled, which of them with words: (n,) counts and the columns that data rows fill."""

    def __init__(self, columns: Sequence[Cells]) -> None:
        self.columns = columns
        self.filled = [np.array(each(c, lambda x: x is not None), dtype=bool) for c in columns]
        n = len(self.filled[0]) if self.filled else 0
        self.count: Ints = sum((f.astype(np.int64) for f in self.filled), np.zeros(n, dtype=np.int64))
        self.usual = [j for j, f in enumerate(self.filled) if n and f.mean() >= _USUAL]


def _is_word(cell: Any) -> bool:
    return isinstance(cell, str) and not blank(cell) and bool(np.isnan(read_numbers([cell]).values[0]))


def total_rows(columns: Sequence[Cells], first: Cells, shape: _Shape | None = None) -> Bools:
    """Marks totals and averages: by a label in `first`, or beside nothing but numbers, or as sums of what is above."""
    shape = shape or _Shape(columns)
    named = np.array(each(first, lambda c: _labels(c, _TOTAL)), dtype=bool)
    elsewhere = np.zeros(len(named), dtype=bool)
    for cells in columns:
        if any(_labels(c, _TOTAL) for c in dict.fromkeys(cells)):
            elsewhere |= np.array(each(cells, lambda c: _labels(c, _TOTAL)), dtype=bool)
        for k in range(max(0, len(named) - _LAST), len(named)):
            elsewhere[k] |= _labels(cells[k], _AVERAGE)
    for k in np.flatnonzero(elsewhere & ~named).tolist():
        held = [cells[k] for cells in columns if cells[k] is not None]
        named[k] = len(held) > 1 and sum(_is_word(c) for c in held) == 1 and _lacks_usual(shape, k)
    return named | _sums(shape, named)


def _labels(cell: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(cell, str) and len(cell) <= _LONGEST and bool(pattern.fullmatch(cell))


def _lacks_usual(shape: _Shape, row: int) -> bool:
    return any(not shape.filled[j][row] for j in shape.usual)


def _sums(shape: _Shape, known: Bools) -> Bools:
    """Marks rows that lack what data rows hold and whose every number is the sum of those above it."""
    found = np.zeros(len(known), dtype=bool)
    lacking = np.zeros(len(known), dtype=bool)
    for j in shape.usual:
        lacking |= ~shape.filled[j]
    rows = np.flatnonzero(lacking & ~known & (np.arange(len(known)) >= _LEAST_ABOVE) & (shape.count >= 2))
    if not len(rows):
        return found
    numbers = [n for n in map(_numbers, shape.columns) if n is not None]
    for row in rows.tolist():
        above = ~(known | found)
        above[row:] = False
        found[row] = _is_sum(numbers, above, row)
    return found


def _numbers(cells: Cells) -> Floats | None:
    """The numbers of a column, 0 where there is none; None for a column of something else."""
    found = read_numbers(cells)
    known = ~np.isnan(found.values)
    if not known.any() or found.bad.sum() > known.sum():
        return None
    return np.where(known, found.values, 0.0)


def _is_sum(numbers: Sequence[Floats], above: Bools, row: int) -> bool:
    seen = 0
    for values in numbers:
        here = values[row]
        if here == 0:
            continue
        total = float(values[above].sum())
        if abs(here - total) > _CLOSE * abs(total) + 0.006 or abs(here) <= np.abs(values[above]).max(initial=0.0):
            return False
        seen += 1
    return seen > 0


def _headings_again(headings: Sequence[str], columns: Sequence[Cells], n: int) -> Bools:
    """Marks rows that repeat the headings, as printed pages do."""
    again = np.ones(n, dtype=bool) if len(columns) > 1 else np.zeros(n, dtype=bool)
    for heading, cells in zip(headings, columns, strict=True):
        if not again.any():
            break
        again &= np.array(each(cells, partial(eq, heading)), dtype=bool)
    return again


def _after_gaps(shape: _Shape, rows: Ints) -> tuple[Bools, Bools]:
    """(rows of another table, notes): blocks behind a blank row, or last rows, that do not fill what data rows fill."""
    n = len(rows)
    other, notes = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    starts = np.flatnonzero(np.diff(rows) > 1) + 1 if n else np.zeros(0, dtype=np.int64)
    usual = _usual(shape, starts, n)
    if n < 2 or len(usual) < 2:
        return other, notes
    for begin, end in pairwise([*starts.tolist(), n]):
        if end - begin > max(n // 2, 1) or (end - begin > _ENOUGH and _full(shape, usual, begin, end)):
            continue
        if _is_note(shape, begin, end, spaced=True):
            notes[begin:end] = True
        elif _starts_another(shape, usual, begin, end):
            other[begin:end] = True
    for row in range(n - 1, max(n - _TAIL, 0), -1):
        if not (notes[row] or other[row] or _is_note(shape, row, row + 1, spaced=False)):
            break
        notes[row] |= not other[row]
    return other, notes


def _usual(shape: _Shape, starts: Ints, n: int) -> list[int]:
    """The columns that data rows fill, by the largest block between blank rows."""
    edges = [0, *starts.tolist(), n]
    begin, end = max(pairwise(edges), key=lambda e: e[1] - e[0])
    if end - begin < _ENOUGH:
        begin, end = 0, n
    return [j for j, f in enumerate(shape.filled) if end > begin and f[begin:end].mean() >= _USUAL]


def _full(shape: _Shape, usual: Sequence[int], begin: int, end: int) -> bool:
    """True when some row of the block fills half or more of what data rows fill."""
    share = np.mean([shape.filled[j][begin:end] for j in usual], axis=0)
    return bool(share.max() >= 0.5)


def _is_note(shape: _Shape, begin: int, end: int, *, spaced: bool) -> bool:
    """True when each row holds one or two cells of prose; without a blank row before it a note's first column alone."""
    if len(shape.columns) < 3:
        return False
    for row in range(begin, end):
        held = [(j, c[row]) for j, c in enumerate(shape.columns) if shape.filled[j][row]]
        if len(held) > (2 if spaced else 1) or not all(isinstance(c, str) for _, c in held):
            return False
        prose = any(" " in c or c.endswith(":") if spaced else _NOTE.search(c) for _, c in held)
        if not prose or (not spaced and held[0][0] != 0):
            return False
    return True


def _starts_another(shape: _Shape, usual: Sequence[int], begin: int, end: int) -> bool:
    """True when the block begins with words where this table has numbers, or fills too little of it throughout."""
    if not _full(shape, usual, begin, end):
        return True
    held = [(j, shape.columns[j][begin]) for j in usual if shape.filled[j][begin]]
    words = [j for j, c in held if _is_word(c)]
    numeric = [j for j, _ in held if _mostly_numbers(shape.columns[j], begin)]
    return len(words) == len(held) and len(numeric) >= 2 and end - begin > 1


def _mostly_numbers(cells: Cells, stop: int) -> bool:
    sample = [c for c in cells[max(0, stop - 200) : stop] if not blank(c)]
    return bool(sample) and sum(not _is_word(c) for c in sample) >= _USUAL * len(sample)
