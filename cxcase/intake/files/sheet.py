"""One sheet of a file as every reader hands it on: first rows as cells, the rest as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice, zip_longest
from typing import Any

import numpy as np

from cxcase.estimate import Bools
from cxcase.intake.values.column import Builder, Column, tidy

SEARCHED = 40  # rows in which headings are looked for
_PIECE = 4096  # rows turned into columns at a time, so that few of them exist as Python objects


@dataclass(frozen=True)
class Merged:
    """Cells of one column merged over rows, counted from 0; what they say stands at `top`."""

    top: int
    bottom: int
    column: int


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet: its first rows of cells from spreadsheet row 1, and columns of those below.

    A reader of small files gives all rows in `rows`; one that is built for large ones gives
    SEARCHED and the `rest`.
    """

    name: str | None
    rows: Sequence[Sequence[Any]]  # as the reader gave them
    visible: bool = True
    decimal: str | None = None  # the decimal mark that the file's form suggests
    rest: tuple[Column, ...] = ()
    format: str | None = None  # the tool that wrote it, where the file says so
    ragged: bool = False  # a row that is longer than the headings has lost its columns
    skipped: int = 0  # blank rows above the first of `rows`
    merged: tuple[Merged, ...] = ()
    left: int = 0  # columns of the spreadsheet left of the first one here
    hidden_rows: Sequence[int] = ()  # spreadsheet rows that the file hides or filters out

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.rows) + self._below

    @property
    def _below(self) -> int:
        return max(map(len, self.rest), default=0)

    @property
    def filled(self) -> Bools:
        """Which rows hold something, (height,)."""
        above = np.array([any(map(there, row)) for row in self.rows], dtype=bool)
        below = np.zeros(self._below, dtype=bool)
        for column in self.rest:
            below[: len(column)] |= column.filled
        return np.concatenate([above, below])


def sheet_of(
    name: str | None,
    rows: Iterable[list[Any]],
    visible: bool = True,
    merged: tuple[Merged, ...] = (),
    hidden_rows: Sequence[int] = (),
) -> Sheet:
    """The sheet with its first rows as they are and the rest as columns."""
    numbered = dropwhile(lambda row: not any(map(there, row[1])), enumerate(rows))
    first = list(islice(numbered, SEARCHED))
    return Sheet(
        name,
        [row for _, row in first],
        visible,
        rest=_columns(row for _, row in numbered),
        skipped=first[0][0] if first else 0,
        merged=merged,
        hidden_rows=hidden_rows,
    )


def _columns(rows: Iterator[list[Any]]) -> tuple[Column, ...]:
    """The rows as columns, built piece by piece; a row that is too short has blank cells."""
    builders: list[Builder] = []
    done = 0
    while piece := list(islice(rows, _PIECE)):
        columns = list(zip_longest(*piece, fillvalue=""))
        while len(builders) < len(columns):
            builders.append(Builder())
            builders[-1].add([""] * done)
        columns += [("",) * len(piece)] * (len(builders) - len(columns))
        for builder, cells in zip(builders, columns, strict=True):
            builder.add(cells)
        done += len(piece)
    return tuple(builder.column() for builder in builders)


def there(cell: Any) -> bool:
    """True when the cell holds anything that can be seen."""
    return cell is not None and cell != "" and tidy(cell) is not None


def in_any(marked: Iterable[Bools], rows: int) -> Bools:
    """The rows (n,) that are marked in one of these at least."""
    out = np.zeros(rows, dtype=bool)
    for one in marked:
        out |= one
    return out
