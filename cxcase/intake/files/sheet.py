"""TODO"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any

import numpy as np

from cxcase.estimate import Bools
from cxcase.intake.values.column import Builder, Column, tidy

SEARCHED = 40  # rows in which headings are looked for


_PIECE = 4096  # rows turned into columns at a time, so that few of them exist as Python objects


@dataclass(frozen=True)
class Merged:
    """Cells of one column merged over rows, from `top` (which holds what they say) to `bottom`;
    counted from 0.
    """

    top: int
    bottom: int
    column: int


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet: its first rows of cells from spreadsheet row 1, as the reader gave them, and
    columns of those below.

    A reader of small files gives all rows in `rows`; one that is built for large ones gives
    SEARCHED and the `rest`.
    """

    name: str | None
    rows: Sequence[Sequence[Any]]
    visible: bool = True
    decimal: str | None = None  # the decimal mark that the file's form suggests
    rest: tuple[Column, ...] = ()
    format: str | None = None  # the tool that wrote it, where the file says so
    ragged: bool = False  # a row that is longer than the headings has lost its columns
    skipped: int = 0  # blank rows above the first of `rows`
    merged: tuple[Merged, ...] = ()
    left: int = 0  # columns of the spreadsheet left of the first one here

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.rows) + max(map(len, self.rest), default=0)

    @property
    def filled(self) -> Bools:
        """Which rows hold something, (height,)."""
        below = self.height - len(self.rows)
        long = (
            c.filled if len(c) == below else np.pad(c.filled, (0, below - len(c)))
            for c in self.rest
        )
        return np.concatenate(
            [np.array([any(map(there, row)) for row in self.rows], dtype=bool), _any(long, below)]
        )


def sheet_of(
    name: str | None,
    rows: Iterable[list[Any]],
    visible: bool = True,
    merged: tuple[Merged, ...] = (),
) -> Sheet:
    """The sheet with its first rows as they are and the rest as columns."""
    stream = iter(rows)
    skipped = 0
    row = next(stream, None)
    while row is not None and not any(map(there, row)):
        skipped = skipped + 1
        row = next(stream, None)
    first = [] if row is None else [row, *islice(stream, SEARCHED - 1)]
    builders: list[Builder] = []
    below = 0
    while piece := list(islice(stream, _PIECE)):
        columns = list(zip_longest(*piece, fillvalue=""))
        while len(builders) < len(columns):
            builders.append(Builder())
            builders[-1].add([""] * below)
        columns += [("",) * len(piece)] * (len(builders) - len(columns))
        for builder, cells in zip(builders, columns, strict=True):
            builder.add(cells)
        below += len(piece)
    return Sheet(
        name,
        first,
        visible,
        rest=tuple(b.column() for b in builders),
        skipped=skipped,
        merged=merged,
    )


def there(cell: Any) -> bool:
    """True when the cell holds anything that can be seen."""
    return cell is not None and cell != "" and tidy(cell) is not None


def _any(marked: Iterable[Bools], rows: int) -> Bools:
    """The rows (n,) that are marked in one of these at least."""
    out = np.zeros(rows, dtype=bool)
    for one in marked:
        out |= one
    return out
