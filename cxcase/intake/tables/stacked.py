"""Tables under each other on one sheet, told apart by known headings behind a blank row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from cxcase.estimate import Ints
from cxcase.intake.files.sheet import SEARCHED, Sheet
from cxcase.intake.survey_tools import recognise_layout
from cxcase.intake.tables.headings_row import is_known
from cxcase.intake.values.cell_names import column_letters
from cxcase.intake.values.column import tidy
from cxcase.intake.vocabulary.headings import clean

_MOST_GAPS = 200  # more blank rows than this are a habit and part no tables
_TITLES = 3  # rows between the blank row and the headings
# known headings (they must also be half of all), and rows of data under the first of two tables
_LEAST = 2
_ALIKE = 0.8  # share of headings in common by which a table goes on under its headings again


@dataclass(frozen=True)
class _Start:
    """Where a table begins."""

    row: int  # a title or the headings
    header: int  # the headings
    headings: frozenset[str]  # cleaned


def tables_below(sheet: Sheet) -> tuple[Sheet, ...]:
    """The sheet as one for each table on it, from top to bottom; most often the sheet itself."""
    blocks = _blocks(sheet)
    if not 1 < len(blocks) <= _MOST_GAPS:
        return (sheet,)
    starts = [found for row in blocks if (found := _start(sheet, row, first=not row)) is not None]
    if len(starts) < 2 or _laid_out_by_a_tool(sheet):
        return (sheet,)
    begins = [starts[0]]
    for one, end in zip(starts[1:], [*(s.row for s in starts[2:]), sheet.height], strict=True):
        if _begins_another(sheet, begins[-1], one, end):
            begins.append(one)
    if len(begins) == 1:
        return (sheet,)
    edges = [0, *(s.row for s in begins[1:]), sheet.height]
    return tuple(_part(sheet, first, end) for first, end in pairwise(edges))


def _laid_out_by_a_tool(sheet: Sheet) -> bool:
    top = [_row(sheet, k) for k in range(min(SEARCHED, sheet.height))]
    return recognise_layout(top) is not None


def _begins_another(sheet: Sheet, last: _Start, one: _Start, end: int) -> bool:
    """True when other headings than the last ones have rows under them, up to `end`, and so had
    those.
    """
    if len(one.headings & last.headings) >= _ALIKE * len(one.headings | last.headings):
        return False
    enough = _filled(sheet, last.header + 1, one.row) >= _LEAST
    return enough and _filled(sheet, one.header + 1, end) > 0


def _blocks(sheet: Sheet) -> list[int]:
    """The first rows of the runs of rows in which there is something."""
    filled: Ints = np.flatnonzero(sheet.filled)
    if not len(filled):
        return []
    return [int(filled[0]), *filled[1:][np.diff(filled) > 1].tolist()]


def _start(sheet: Sheet, block: int, *, first: bool) -> _Start | None:
    """The table that begins with this block, its headings below a few titles; None where it has
    none.
    """
    looked_at = SEARCHED if first else _TITLES + 1
    for row in range(block, min(block + looked_at, sheet.height)):
        cells = [c for c in _row(sheet, row) if c is not None]
        words = [c for c in cells if isinstance(c, str)]
        known = sum(map(is_known, set(words)))
        if len(words) == len(cells) and known >= max(_LEAST, len(cells) / 2):
            return _Start(block, row, frozenset(map(clean, words)))
        if len(cells) > 1 and not first:
            return None
    return None


def _row(sheet: Sheet, row: int) -> list[Any]:
    """The row's cells, tidy (blank: None), whether they are kept as a row or in columns."""
    if row < len(sheet.rows):
        return [tidy(c) for c in sheet.rows[row]]
    below = row - len(sheet.rows)
    return [column[below] if below < len(column) else None for column in sheet.rest]


def _filled(sheet: Sheet, first: int, end: int) -> int:
    return int(sheet.filled[first:end].sum())


def _part(sheet: Sheet, first: int, end: int) -> Sheet:
    """The rows from `first` up to `end` as a sheet; all but the first are named by the cell they
    begin with.
    """
    above = len(sheet.rows)
    last = max(min(end, first + SEARCHED), min(end, above))
    rows = [_cells(sheet, k) for k in range(first, last)]
    rest = tuple(c[max(first + len(rows) - above, 0) : max(end - above, 0)] for c in sheet.rest)
    low = sheet.skipped + first
    high = sheet.skipped + end
    return replace(
        sheet,
        name=_name_of_part(sheet, first) if first else sheet.name,
        rows=rows,
        rest=rest if any(map(len, rest)) else (),
        skipped=low,
        merged=tuple(m for m in sheet.merged if low <= m.top < high),
    )


def _cells(sheet: Sheet, row: int) -> list[Any]:
    """The row as a reader would have given it."""
    if row < len(sheet.rows):
        return list(sheet.rows[row])
    return ["" if c is None else c for c in _row(sheet, row)]


def _name_of_part(sheet: Sheet, first: int) -> str:
    """The sheet's name and the first filled cell of the row, "Sheet1!B15"."""
    left = next((j for j, c in enumerate(_row(sheet, first)) if c is not None), 0)
    cell = f"{column_letters(sheet.left + left + 1)}{sheet.skipped + first + 1}"
    return f"{sheet.name.split('!')[0]}!{cell}" if sheet.name else cell
