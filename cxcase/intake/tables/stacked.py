"""Tables that stand under each other on one sheet, told apart by headings we know behind a blank
row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from cxcase.estimate import Ints
from cxcase.intake.files.sheet import SEARCHED, Sheet
from cxcase.intake.survey_tools import recognise_layout
from cxcase.intake.tables.find_table import is_known
from cxcase.intake.values.cell_names import column_letters
from cxcase.intake.values.column import tidy
from cxcase.intake.vocabulary.headings import clean

_MOST_GAPS = 200  # more blank rows than this are a habit and part no tables
_TITLES = 3  # rows between the blank row and the headings
# headings we know, of which half the headings must be, and rows of data under the first of two
# tables
_LEAST = 2
_ALIKE = 0.8  # share of headings in common by which a table goes on under its headings again


@dataclass(frozen=True)
class _Start:
    """Where a table begins: its first row (a title or its headings), its headings' row, and what
    they say.
    """

    row: int
    header: int
    headings: frozenset[str]


def tables_below(sheet: Sheet) -> tuple[Sheet, ...]:
    """The sheet as one for each table on it, from top to bottom; most often the sheet itself."""
    blocks = _blocks(sheet)
    if not 1 < len(blocks) <= _MOST_GAPS:
        return (sheet,)
    starts = [found for row in blocks if (found := _start(sheet, row, first=not row)) is not None]
    if (
        len(starts) < 2
        or recognise_layout([_row(sheet, k) for k in range(min(SEARCHED, sheet.height))])
        is not None
    ):
        return (sheet,)
    begins = [starts[0]]
    for one, end in zip(starts[1:], [*(s.row for s in starts[2:]), sheet.height], strict=True):
        last = begins[-1]
        alike = len(one.headings & last.headings) >= _ALIKE * len(one.headings | last.headings)
        if (
            not alike
            and _filled(sheet, last.header + 1, one.row) >= _LEAST
            and _filled(sheet, one.header + 1, end)
        ):
            begins.append(one)
    edges = [0, *(s.row for s in begins[1:]), sheet.height]
    if len(begins) > 1:
        return tuple(_part(sheet, a, b) for a, b in pairwise(edges))
    return (sheet,)


def _blocks(sheet: Sheet) -> list[int]:
    """The first rows of the runs of rows in which there is something."""
    filled: Ints = np.flatnonzero(sheet.filled)
    if not len(filled):
        return []
    return [int(filled[0]), *filled[1:][np.diff(filled) > 1].tolist()]


def _start(sheet: Sheet, block: int, *, first: bool) -> _Start | None:
    """The table that begins with this block, its headings below a few titles; None where nothing
    names columns.
    """
    for row in range(block, min(block + (SEARCHED if first else _TITLES + 1), sheet.height)):
        cells = [c for c in _row(sheet, row) if c is not None]
        words = [c for c in cells if isinstance(c, str)]
        known = sum(map(is_known, words))
        if len(words) == len(cells) and known >= max(_LEAST, len(cells) / 2):
            return _Start(block, row, frozenset(map(clean, words)))
        if len(cells) > 1 and not first:
            return None
    return None


def _row(sheet: Sheet, row: int) -> list[Any]:
    if row < len(sheet.rows):
        return [tidy(c) for c in sheet.rows[row]]
    return [
        c[row - len(sheet.rows)] if row - len(sheet.rows) < len(c) else None for c in sheet.rest
    ]


def _filled(sheet: Sheet, first: int, end: int) -> int:
    return int(sheet.filled[first:end].sum())


def _part(sheet: Sheet, first: int, end: int) -> Sheet:
    """The rows from `first` up to `end` as a sheet; all but the first are named by the cell they
    begin with.
    """
    top = min(end, first + SEARCHED)
    above = len(sheet.rows)
    rows: Sequence[Sequence[Any]] = [
        list(sheet.rows[k]) if k < above else ["" if c is None else c for c in _row(sheet, k)]
        for k in range(first, max(top, min(end, above)))
    ]
    if end > above:
        rest = tuple(c[max(first + len(rows) - above, 0) : end - above] for c in sheet.rest)
    else:
        rest = ()
    left = next((j for j, c in enumerate(_row(sheet, first)) if c is not None), 0)
    place = f"{column_letters(sheet.left + left + 1)}{sheet.skipped + first + 1}"
    name = f"{(sheet.name or '').split('!')[0]}!{place}" if sheet.name else place
    low = sheet.skipped + first
    high = sheet.skipped + end
    return replace(
        sheet,
        name=name if first else sheet.name,
        rows=rows,
        rest=rest if any(map(len, rest)) else (),
        skipped=low,
        merged=tuple(m for m in sheet.merged if low <= m.top < high),
    )
