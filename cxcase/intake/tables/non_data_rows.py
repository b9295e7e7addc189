"""Rows of a table that are no data: totals wherever they stand, headings again, and what follows
the table's end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from operator import eq
from typing import Any

import numpy as np
import pyarrow.compute as pc

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.values.cells import Cells, array_of, blank, read_numbers
from cxcase.intake.values.column import Column

_TOTAL = re.compile(
    r"^(grand |sub ?-?|over ?all )?(total|totals|sum|summe|gesamt|gesamtsumme|zwischensumme|totale|somme|sous-total)"
    r"\b\s*[:=]?\s*(\(\d+\))?$",
    re.IGNORECASE,
)
_TOTAL_OF = re.compile(
    r"^(?:sub ?-?)?(?:total|summe|zwischensumme|gesamt|sous-total)\b.+|.+\b(?:sub ?-?total|total|gesamt|summe)\s*:?$",
    re.IGNORECASE,
    # a group's total, "Subtotal Leeds" or "Leeds Total": one only where its row lacks what rows of data
    # have
)
_TOTALS = re.compile(r"tot|sum|gesamt|somme", re.IGNORECASE)  # what every label of a total holds
_AVERAGE = re.compile(
    r"^(average|mean|durchschnitt|mittelwert|moyenne|promedio)\b\s*[:=]?$", re.IGNORECASE
)
_NOTE = re.compile(
    r"^(?:source|notes?|quelle|hinweis|anmerkung|fuente|nota|as (?:of|at)|generated|exported|prepared|printed|page|"
    r"confidential|©|\*|\d+\))|:\s|\.$",
    re.IGNORECASE,
)  # what a note at the foot of a table begins with, holds, or ends with
_LONGEST = 40  # characters of a total's label
_USUAL = 0.8  # share of rows in which a column has to be filled to be one that data rows fill
_OFTEN = 0.5  # the same where every few rows a subtotal stands
_ENOUGH = 5  # rows that show what data rows fill
_LAST = 3  # rows at the end in which averages are looked for
_LEAST_ABOVE = 3  # rows that a sum needs above it
# how far a sum may be off: a share of it, and what rounding to pennies leaves
_CLOSE = 1e-6
_PENNY = 0.006
_LARGE = 3.0  # times the largest number above: a lone sum has to be this much
_ROUNDS = 10
_HUGE = 1e200  # beyond this nothing is added up
_GAPS = 200  # more blank rows than this are a habit and part no tables
_TAIL = 20  # rows at the end in which notes are looked for without a blank row before them


def furniture(
    headings: Sequence[str], columns: Sequence[Cells], rows: Sequence[int] | Ints, first: Cells
) -> dict[str, Bools]:
    """Reason -> rows (n,) that are no data.

    columns: tidy cells under the headings. rows: each row's number in the spreadsheet, whose gaps
    are blank rows. first: one of the columns, which names a row; a total's label there is enough.
    """
    shape = _Shape(columns)
    again = _headings_again(headings, columns, len(rows))
    other, notes = _after_gaps(shape, np.asarray(rows, dtype=np.int64), again)
    total = total_rows(columns, first, shape)
    found = {
        "total_row": total,
        "heading_row": again,
        "other_table": other & ~total,
        "note_row": notes & ~total,
    }
    return {reason: marked for reason, marked in found.items() if marked.any()}


class _Shape:
    """Which cells are filled, per column (n,), which columns data rows fill, and which texts could
    label a total.
    """

    def __init__(self, columns: Sequence[Cells]) -> None:
        self.columns = [Column.of(c) for c in columns]
        self.labels = [_like_totals(c) for c in self.columns]
        self.filled = [c.filled for c in self.columns]
        n = self.rows = len(columns[0]) if columns else 0
        self.usual = [j for j, f in enumerate(self.filled) if n and f.mean() >= _OFTEN]

    def lacking(self) -> Bools:
        """Marks rows in which a cell is empty that data rows fill."""
        lacking = np.zeros(self.rows, dtype=bool)
        for j in self.usual:
            lacking |= ~self.filled[j]
        return lacking


def _like_totals(cells: Column) -> list[str]:
    if cells.numbers is not None:
        return []
    if cells.text is None:
        return [
            c
            for c in cells.values
            if isinstance(c, str) and len(c) <= _LONGEST and _TOTALS.search(c)
        ]
    hits = cells.text.filter(pc.match_substring_regex(cells.text, f"(?i){_TOTALS.pattern}"))
    return [c for c in hits.to_pylist() if len(c) <= _LONGEST]


def _is_word(cell: Any) -> bool:
    return (
        isinstance(cell, str) and not blank(cell) and bool(np.isnan(read_numbers([cell]).values[0]))
    )


def total_rows(columns: Sequence[Cells], first: Cells, shape: _Shape | None = None) -> Bools:
    """Marks totals and averages: by a label in `first`, or beside nothing but numbers, or as sums
    of what is above.
    """
    shape = shape or _Shape(columns)
    n = shape.rows
    lacking = shape.lacking()
    known = next(
        (labels for cells, labels in zip(columns, shape.labels, strict=True) if cells is first),
        None,
    )
    labels_there = _like_totals(Column.of(first)) if known is None else known
    named = _marked(first, {c for c in labels_there if _TOTAL.fullmatch(c)})
    elsewhere = np.zeros(n, dtype=bool)
    for cells, labels in zip(columns, shape.labels, strict=True):
        elsewhere |= _marked(
            cells, {c for c in labels if _TOTAL.fullmatch(c) or _TOTAL_OF.fullmatch(c)}
        )
        for k in range(max(0, n - _LAST), n):
            elsewhere[k] |= isinstance(cells[k], str) and bool(_AVERAGE.fullmatch(cells[k]))
    for k in np.flatnonzero(elsewhere & lacking & ~named).tolist():
        held_here = [cells[k] for cells in columns if cells[k] is not None]
        named[k] = len(held_here) > 1 and sum(_is_word(c) for c in held_here) == 1
    return named | _sums(shape, lacking, named)


def _marked(cells: Cells, labels: set[str]) -> Bools:
    if labels:
        return array_of(cells, labels.__contains__, bool)
    return np.zeros(len(cells), dtype=bool)


def _sums(shape: _Shape, lacking: Bools, known: Bools) -> Bools:
    """Marks rows that name one thing at most and lack others, and whose every number is the sum of
    those above it.
    """
    found = np.zeros(len(known), dtype=bool)
    if not (lacking & ~known).any():
        return found
    numbers = {j: n for j, cells in enumerate(shape.columns) if (n := _numbers(cells)) is not None}
    names = np.zeros(shape.rows, dtype=np.int64)
    for j in shape.usual:
        names += shape.filled[j] if j not in numbers else 0
    rows = np.flatnonzero(lacking & ~known & (np.arange(len(known)) >= _LEAST_ABOVE) & (names <= 1))
    for _ in range(
        _ROUNDS
    ):  # an unlabelled subtotal hides the total below it until it is taken out
        more = _equal_sums(list(numbers.values()), rows, known | found)
        if not (more & ~found).any():
            break
        found |= more
    return found


def _equal_sums(numbers: Sequence[Floats], rows: Ints, left_out: Bools) -> Bools:
    """Marks those of `rows` whose numbers are the sums of all above but the rows left out; one
    alone must be large.
    """
    matched = np.zeros(len(rows), dtype=np.int64)
    differs = np.zeros(len(rows), dtype=bool)
    small = np.zeros(len(rows), dtype=bool)
    for values in numbers:
        counted = np.where(left_out, 0.0, values)
        here = values[rows]
        total = np.cumsum(counted)[rows - 1]
        most = np.maximum.accumulate(np.abs(counted))[rows - 1]
        equal = (np.abs(here - total) <= _CLOSE * np.abs(total) + _PENNY) & (np.abs(here) > most)
        matched += equal & (here != 0)
        differs |= ~equal & (here != 0)
        small |= equal & (np.abs(here) < _LARGE * most)
    sums = ~differs & ((matched >= 2) | ((matched == 1) & ~small))
    out = np.zeros(len(left_out), dtype=bool)
    out[rows[sums]] = True
    return out


def _numbers(cells: Cells) -> Floats | None:
    """The numbers of a column, 0 where there is none; None for a column of something else."""
    if not _mostly_numbers(cells, len(cells)):
        return None
    found = read_numbers(cells)
    known = ~np.isnan(found.values)
    if not known.any() or found.bad.sum() > known.sum():
        return None
    return _finite(found.values)


def _finite(values: Floats) -> Floats:
    return np.where(np.abs(values) < _HUGE, values, 0.0)


def _headings_again(headings: Sequence[str], columns: Sequence[Cells], n: int) -> Bools:
    """Marks rows that repeat the headings, as printed pages do."""
    again = np.ones(n, dtype=bool) if len(columns) > 1 else np.zeros(n, dtype=bool)
    for heading, cells in zip(headings, columns, strict=True):
        if not again.any():
            break
        again &= array_of(cells, partial(eq, heading), bool)
    return again


def _after_gaps(shape: _Shape, rows: Ints, again: Bools) -> tuple[Bools, Bools]:
    """(rows of another table, notes): blocks behind a blank row, or last rows, that do not fill
    what data rows fill.

    again: rows that repeat the headings; what follows them is the same table on its next page.
    """
    n = len(rows)
    other = np.zeros(n, dtype=bool)
    notes = np.zeros(n, dtype=bool)
    starts = np.flatnonzero(np.diff(rows) > 1) + 1 if n else np.zeros(0, dtype=np.int64)
    usual = _usual(shape, starts, n)
    if n < 2 or len(usual) < 2:
        return other, notes
    share = np.mean([shape.filled[j] for j in usual], axis=0)
    most = np.maximum.reduceat(share, starts) if len(starts) else np.zeros(0)
    for (begin, end), held in zip(pairwise([*starts.tolist(), n]), most.tolist(), strict=True):
        if end - begin > max(n // 2, 1) or (held > 0.5 and len(starts) > _GAPS):
            continue
        if held <= 0.5 and _is_note(shape, begin, end, spaced=True):
            notes[begin:end] = True
        elif held < 0.5 or (not again[begin] and _starts_another(shape, usual, begin, end)):
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
        begin = 0
        end = n
    return [j for j, f in enumerate(shape.filled) if end > begin and f[begin:end].mean() >= _USUAL]


def _is_note(shape: _Shape, begin: int, end: int, *, spaced: bool) -> bool:
    """True when each row holds one or two cells of prose; without a blank row before it a note's
    first column alone.
    """
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
    """True when the block begins, below any title of its own, with words where this table has
    numbers.
    """
    while (
        end - begin > 2
        and sum(bool(f[begin]) for f in shape.filled) == 1
        and _is_word(_only(shape, begin))
    ):
        begin += 1
    held = [(j, shape.columns[j][begin]) for j in usual if shape.filled[j][begin]]
    words = [j for j, c in held if _is_word(c)]
    numeric = [j for j, _ in held if _mostly_numbers(shape.columns[j], begin)]
    return len(words) == len(held) and len(numeric) >= 2 and end - begin > 1


def _only(shape: _Shape, row: int) -> Any:
    """The one cell that the row holds."""
    return next(c[row] for c, f in zip(shape.columns, shape.filled, strict=True) if f[row])


def _mostly_numbers(cells: Cells, stop: int) -> bool:
    sample = [c for c in cells[max(0, stop - 200) : stop] if not blank(c)]
    return bool(sample) and sum(not _is_word(c) for c in sample) >= _USUAL * len(sample)
