"""Tables beside each other on one sheet, told apart: a blank column alone parts none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from cxcase.estimate import Bools
from cxcase.intake.files.sheet import SEARCHED, Sheet, there
from cxcase.intake.survey_tools import recognise_layout
from cxcase.intake.tables.find_table import columns_below
from cxcase.intake.tables.headings_row import count_filled, header_row
from cxcase.intake.values.cell_names import column_letters
from cxcase.intake.values.cells import blank, read_numbers
from cxcase.intake.values.column import Column, tidy
from cxcase.intake.values.dates import read_dates
from cxcase.intake.vocabulary.headings import STRONG, Field, clean, fields_of, fit

_MOST = 12  # blocks of columns: a sheet of more is a form or a dashboard
_WIDEST = 400  # columns of a sheet that is looked at
_LEAST = 2  # columns and rows that make a table
_COMPARED = 1000  # rows by which two columns are compared
_KEYS = (("customers", "customer_id"), ("units", "team"))


@dataclass(frozen=True, eq=False)
class _Block:
    """Columns from `left` up to `right`, blank columns on both sides."""

    left: int
    right: int
    header: int | None  # the row of its headings; None: it has none
    headings: tuple[str, ...]
    columns: tuple[Column, ...]  # below the headings
    named: tuple[Column, ...]  # those of them that have one
    filled: Bools  # rows below the headings with something in them


def tables_beside(sheet: Sheet) -> tuple[Sheet, ...]:
    """The sheet as one for each table on it, from left to right; most often the sheet itself."""
    spans = _spans(sheet)
    if not 1 < len(spans) <= _MOST:
        return (sheet,)
    top = [[tidy(c) for c in row] for row in sheet.rows[:SEARCHED]]
    if recognise_layout(top) is not None:
        return (sheet,)
    blocks = [_block(sheet, top, *span) for span in spans]
    begins = [0]
    for k in range(1, len(blocks)):
        table = _joined(sheet, top, blocks[begins[-1]], blocks[k - 1])
        if _parted(table, blocks[k], top):
            begins.append(k)
    if len(begins) == 1:
        return (sheet,)
    edges = [0, *(blocks[k].left for k in begins[1:]), max(right for _, right in spans)]
    return tuple(_part(sheet, left, right, blocks) for left, right in pairwise(edges))


def _spans(sheet: Sheet) -> list[tuple[int, int]]:
    """The runs of columns in which there is something, (first, behind the last)."""
    width = max([len(sheet.rest), *map(len, sheet.rows)], default=0)
    if width > _WIDEST:
        return []
    full = np.zeros(width + 2, dtype=bool)
    for row in sheet.rows:
        for j, cell in enumerate(row):
            full[j + 1] = full[j + 1] or there(cell)
    for j, column in enumerate(sheet.rest):
        full[j + 1] = full[j + 1] or bool(column.filled.any())
    edges = np.flatnonzero(full[1:] != full[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _block(sheet: Sheet, top: Sequence[Sequence[Any]], left: int, right: int) -> _Block:
    header = header_row([list(row[left:right]) for row in top])
    if header is None:
        return _Block(left, right, None, (), (), (), np.zeros(0, dtype=bool))
    columns = tuple(columns_below(sheet, header, range(left, right)))
    heads = [(str(c), columns[j]) for j, c in enumerate(top[header][left:right]) if c is not None]
    return _Block(
        left,
        right,
        header,
        headings=tuple(heading for heading, _ in heads),
        columns=columns,
        named=tuple(column for _, column in heads),
        filled=np.any([c.filled for c in columns], axis=0),
    )


def _joined(sheet: Sheet, top: Sequence[Sequence[Any]], first: _Block, last: _Block) -> _Block:
    """The blocks from `first` to `last` as one."""
    if first is last:
        return first
    return _block(sheet, top, first.left, last.right)


def _parted(left: _Block, right: _Block, top: Sequence[Sequence[Any]]) -> bool:
    """True when both are tables of their own.

    They are by headings in another row, by the same key twice, or by another height.
    """
    if left.header is None or right.header is None or min(map(_size, (left, right))) < _LEAST:
        return False
    if left.header < right.header:
        return _names_little(top[left.header], right)
    if right.header < left.header:
        return _names_little(top[right.header], left)
    if _same_key(left, right):
        return True
    if _rows(left) == _rows(right):
        return False
    short = min(left, right, key=_rows)
    far = right.left - left.right >= _LEAST
    return _stands_alone(short) and (far or _begins_with_a_key(short))


def _names_little(headings: Sequence[Any], other: _Block) -> bool:
    """True when the row of one table's headings holds one cell at most over the other's columns."""
    return count_filled(headings[other.left : other.right]) <= 1


def _begins_with_a_key(block: _Block) -> bool:
    return any(fit(block.headings[0], key) >= STRONG for key in _keys())


def _same_key(left: _Block, right: _Block) -> bool:
    """True when both have a column of ids or teams under one heading, and not the same in it."""
    for heading, mine in zip(left.headings, left.named, strict=True):
        for other, theirs in zip(right.headings, right.named, strict=True):
            same = clean(heading) == clean(other) and any(fit(heading, f) == 1.0 for f in _keys())
            if same and list(mine[:_COMPARED]) != list(theirs[:_COMPARED]):
                return True
    return False


def _rows(block: _Block) -> int:
    return int(block.filled.sum())


def _size(block: _Block) -> int:
    return min(len(block.headings), _rows(block))


def _keys() -> list[Field]:
    return [fields_of(role)[name] for role, name in _KEYS]


def _stands_alone(block: _Block) -> bool:
    """True when the rows follow each other without a gap and the first column names each once."""
    rows = np.flatnonzero(block.filled)
    names = block.columns[0].take(rows)
    if rows[-1] - rows[0] + 1 != len(rows) or not names.filled.all() or names.different < len(rows):
        return False
    words = [c for c in names.values if isinstance(c, str) and not blank(c)]
    if len(words) < len(rows):
        return False
    no_numbers = np.isnan(read_numbers(words).values).all()
    return bool(no_numbers and np.isnat(read_dates(words).values).all())


def _part(sheet: Sheet, left: int, right: int, blocks: Sequence[_Block]) -> Sheet:
    """The columns as a sheet; all but the first are named by the cell their headings begin in."""
    return replace(
        sheet,
        name=_name_of_part(sheet, left, blocks) if left else sheet.name,
        rows=[list(row[left:right]) for row in sheet.rows],
        rest=sheet.rest[left:right],
        ragged=False,
        left=sheet.left + left,
        merged=tuple(
            replace(m, column=m.column - left) for m in sheet.merged if left <= m.column < right
        ),
    )


def _name_of_part(sheet: Sheet, left: int, blocks: Sequence[_Block]) -> str:
    """The sheet's name and the cell in which the headings from column `left` on begin."""
    header = next(b.header for b in blocks if b.left >= left and b.header is not None)
    cell = f"{column_letters(sheet.left + left + 1)}{sheet.skipped + header + 1}"
    return f"{sheet.name}!{cell}" if sheet.name else cell
