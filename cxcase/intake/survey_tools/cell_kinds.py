"""What the first rows of a sheet show: numbers, dates and words told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cxcase.intake.values.cells import blank, read_numbers
from cxcase.intake.values.dates import read_dates

Row = Sequence[Any]


def is_text(cell: Any) -> bool:
    """True for words: text that is no number, no date and no sign for nothing."""
    return isinstance(cell, str) and not blank(cell) and not is_number(cell) and not is_date(cell)


def is_number(cell: Any) -> bool:
    """True for a number, a money amount, a percentage, also as text."""
    if cell is None or isinstance(cell, bool):
        return False
    return not np.isnan(read_numbers([cell]).values[0])


def is_date(cell: Any) -> bool:
    """True for a date or time stamp; a plain number is none."""
    if cell is None or isinstance(cell, int | float):
        return False
    return not np.isnat(read_dates([cell]).values[0])


def at(row: Row, column: int) -> Any:
    """The cell, None beyond the row's end."""
    if column < len(row):
        return row[column]
    return None


def width(rows: Sequence[Row]) -> int:
    """Columns up to the last filled one."""
    return max((j + 1 for row in rows for j, c in enumerate(row) if c is not None), default=0)
