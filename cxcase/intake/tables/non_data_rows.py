"""Rows of a table that are no data: totals, headings again, and what follows the table's end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
    r"^(grand |sub ?-?|over ?all )?"
    r"(total|totals|sum|summe|gesamt|gesamtsumme|zwischensumme|totale|somme|sous-total)"
    r"\b\s*[:=]?\s*(\(\d+\))?$",
    re.IGNORECASE,
)
# a group's total, "Subtotal Leeds" or "Leeds Total": one only where its row lacks what data have
_TOTAL_OF = re.compile(
    r"^(?:sub ?-?)?(?:total|summe|zwischensumme|gesamt|sous-total)\b.+"
    r"|.+\b(?:sub ?-?total|total|gesamt|summe)\s*:?$",
    re.IGNORECASE,
)
_TOTALS = re.compile(r"tot|sum|gesamt|somme", re.IGNORECASE)  # what every label of a total holds
_AVERAGE = re.compile(
    r"^(average|mean|durchschnitt|mittelwert|moyenne|promedio)\b\s*[:=]?$", re.IGNORECASE
)
# what a note at the foot of a table begins with, holds, or ends with
_NOTE = re.compile(
    r"^(?:source|notes?|quelle|hinweis|anmerkung|fuente|nota|as (?:of|at)|generated|exported"
    r"|prepared|printed|page|confidential|©|\*|\d+\))|:\s|\.$",
    re.IGNORECASE,
)
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
    """Reason a row is set aside for -> rows (n,) that are no data.

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
    """What a table looks like, column by column.

    labels: distinct texts that could label a total; filled: (n,) rows that hold something; usual:
    places of the columns that data rows fill.
    """

    def __init__(self, columns: Sequence[Cells]) -> None:
        self.columns = [Column.of(c) for c in columns]
        self.labels = [_like_totals(c) for c in self.columns]
        self.filled = [c.filled for c in self.columns]
        self.rows = len(columns[0]) if columns else 0
        self.usual = [j for j, f in enumerate(self.filled) if self.rows and f.mean() >= _OFTEN]

    def lacking(self) -> Bools:
        """Marks rows in which a cell is empty that data rows fill."""
        lacking = np.zeros(self.rows, dtype=bool)
        for j in self.usual:
            lacking |= ~self.filled[j]
        return lacking


def _like_totals(cells: Column) -> list[str]:
    """The distinct texts of a column that could label a total."""
    if cells.numbers is not None:
        return []
    if cells.text is None:
        hits = [c for c in cells.values if isinstance(c, str) and _TOTALS.search(c)]
    else:
        matches = pc.match_substring_regex(cells.text, f"(?i){_TOTALS.pattern}")
        hits = cells.text.filter(matches).to_pylist()
    return [c for c in hits if len(c) <= _LONGEST]


def _is_word(cell: Any) -> bool:
    """True for text that is no number."""
    if not isinstance(cell, str) or blank(cell):
        return False
    return bool(np.isnan(read_numbers([cell]).values[0]))


def total_rows(columns: Sequence[Cells], first: Cells, shape: _Shape | None = None) -> Bools:
    """Marks totals and averages (n,).

    They are told by a label in `first`, by one beside nothing but numbers, or as sums of what is
    above.
    """
    shape = shape or _Shape(columns)
    lacking = shape.lacking()
    labels = {c for c in _labels_of(first, columns, shape) if _TOTAL.fullmatch(c)}
    named = _marked(first, labels)
    for k in np.flatnonzero(_labelled(columns, shape) & lacking & ~named).tolist():
        held = [cells[k] for cells in columns if cells[k] is not None]
        named[k] = len(held) > 1 and sum(map(_is_word, held)) == 1
    return named | _sums(shape, lacking, named)


def _labels_of(first: Cells, columns: Sequence[Cells], shape: _Shape) -> list[str]:
    """What could label a total in `first`, which is one of the columns or stands for itself."""
    for cells, labels in zip(columns, shape.labels, strict=True):
        if cells is first:
            return labels
    return _like_totals(Column.of(first))


def _labelled(columns: Sequence[Cells], shape: _Shape) -> Bools:
    """Marks rows with a total's label in any column, or with an average's among the last rows."""
    marked = np.zeros(shape.rows, dtype=bool)
    for cells, labels in zip(columns, shape.labels, strict=True):
        totals = {c for c in labels if _TOTAL.fullmatch(c) or _TOTAL_OF.fullmatch(c)}
        marked |= _marked(cells, totals)
        for k in range(max(0, shape.rows - _LAST), shape.rows):
            marked[k] |= isinstance(cells[k], str) and bool(_AVERAGE.fullmatch(cells[k]))
    return marked


def _marked(cells: Cells, labels: set[str]) -> Bools:
    if labels:
        return array_of(cells, labels.__contains__, bool)
    return np.zeros(len(cells), dtype=bool)


def _sums(shape: _Shape, lacking: Bools, known: Bools) -> Bools:
    """Marks rows whose every number is the sum of those above it.

    They name one thing at most and lack others; `known`: rows known to be totals.
    """
    found = np.zeros(len(known), dtype=bool)
    if not (lacking & ~known).any():
        return found
    numbers = {j: n for j, cells in enumerate(shape.columns) if (n := _numbers(cells)) is not None}
    names = np.zeros(shape.rows, dtype=np.int64)
    for j in shape.usual:
        names += shape.filled[j] if j not in numbers else 0
    rows = np.flatnonzero(lacking & ~known & (np.arange(len(known)) >= _LEAST_ABOVE) & (names <= 1))
    # an unlabelled subtotal hides the total below it until it is taken out
    for _ in range(_ROUNDS):
        more = _equal_sums(list(numbers.values()), rows, known | found)
        if not (more & ~found).any():
            break
        found |= more
    return found


def _equal_sums(numbers: Sequence[Floats], rows: Ints, left_out: Bools) -> Bools:
    """Marks those of `rows` whose numbers are the sums of all above but the rows left out.

    A single number must be large. numbers: one (n,) each column.
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
    """Marks rows (n,) that repeat the headings, as printed pages do; one column alone has none."""
    again = np.full(n, len(columns) > 1)
    for heading, cells in zip(headings, columns, strict=True):
        if not again.any():
            break
        again &= array_of(cells, partial(eq, heading), bool)
    return again


def _after_gaps(shape: _Shape, rows: Ints, again: Bools) -> tuple[Bools, Bools]:
    """(rows of another table, notes), each (n,): blocks behind a blank row, or last rows, that do
    not fill what data rows fill.

    again: rows that repeat the headings; what follows them is the same table on its next page.
    """
    n = len(rows)
    other = np.zeros(n, dtype=bool)
    notes = np.zeros(n, dtype=bool)
    starts = np.flatnonzero(np.diff(rows) > 1) + 1
    usual = _usual(shape, starts, n)
    if n < 2 or len(usual) < 2:
        return other, notes
    for begin, end, held in _blocks(shape, usual, starts, n):
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


def _blocks(
    shape: _Shape, usual: Sequence[int], starts: Ints, n: int
) -> Iterator[tuple[int, int, float]]:
    """(first row, behind the last, most of the usual columns that a row fills, a share) each block.

    starts: the rows behind a blank row.
    """
    if not len(starts):
        return
    share = np.mean([shape.filled[j] for j in usual], axis=0)
    most = np.maximum.reduceat(share, starts).tolist()
    edges = pairwise([*starts.tolist(), n])
    for (begin, end), held in zip(edges, most, strict=True):
        yield begin, end, held


def _usual(shape: _Shape, starts: Ints, n: int) -> list[int]:
    """The columns that data rows fill, by the largest block between blank rows."""
    if not n:
        return []
    begin, end = max(pairwise([0, *starts.tolist(), n]), key=lambda edges: edges[1] - edges[0])
    if end - begin < _ENOUGH:
        begin = 0
        end = n
    return [j for j, filled in enumerate(shape.filled) if filled[begin:end].mean() >= _USUAL]


def _is_note(shape: _Shape, begin: int, end: int, *, spaced: bool) -> bool:
    """True when each row holds nothing but one or two cells of prose.

    spaced: a blank row parts it from the data; else a note stands in the first column alone, and
    reads like one.
    """
    if len(shape.columns) < 3:
        return False
    for row in range(begin, end):
        held = {j: c[row] for j, c in enumerate(shape.columns) if shape.filled[j][row]}
        if not all(isinstance(c, str) for c in held.values()):
            return False
        if not (_is_prose(held) if spaced else _reads_like_a_note(held)):
            return False
    return True


def _is_prose(held: Mapping[int, str]) -> bool:
    return len(held) <= 2 and any(" " in c or c.endswith(":") for c in held.values())


def _reads_like_a_note(held: Mapping[int, str]) -> bool:
    return list(held) == [0] and bool(_NOTE.search(held[0]))


def _starts_another(shape: _Shape, usual: Sequence[int], begin: int, end: int) -> bool:
    """True when the block begins, below any titles, with words where this table has numbers."""
    while end - begin > 2 and _is_title(shape, begin):
        begin += 1
    held = [(j, shape.columns[j][begin]) for j in usual if shape.filled[j][begin]]
    words = [j for j, c in held if _is_word(c)]
    numeric = [j for j, _ in held if _mostly_numbers(shape.columns[j], begin)]
    return len(words) == len(held) and len(numeric) >= 2 and end - begin > 1


def _is_title(shape: _Shape, row: int) -> bool:
    """True when the row holds one word and nothing else."""
    held = [c[row] for c, filled in zip(shape.columns, shape.filled, strict=True) if filled[row]]
    return len(held) == 1 and _is_word(held[0])


def _mostly_numbers(cells: Cells, stop: int) -> bool:
    """True when most of the 200 cells above row `stop` are numbers."""
    sample = [c for c in cells[max(0, stop - 200) : stop] if not blank(c)]
    return bool(sample) and sum(not _is_word(c) for c in sample) >= _USUAL * len(sample)
