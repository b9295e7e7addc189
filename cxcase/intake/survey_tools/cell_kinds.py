"""What the first rows of a sheet show: numbers, dates and words told apart."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from cxcase.intake.values.cells import blank, read_numbers
from cxcase.intake.values.dates import read_dates

Row = Sequence[Any]
_YEARS = (1990, 2099)
_FEWEST_MONTHS = 3  # dates in a row of headings from which they are months or quarters
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]00:00(?::00)?)?$")
_MOST_YEARS_APART = 10  # the first and the last of years that head columns


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


def is_year(cell: Any) -> bool:
    """True for a whole number that can be a year, also as text."""
    if isinstance(cell, str):
        return len(cell) == 4 and cell.isdecimal() and _YEARS[0] <= int(cell) <= _YEARS[1]
    if not isinstance(cell, int | float) or isinstance(cell, bool):
        return False
    return _YEARS[0] <= cell <= _YEARS[1] and cell == int(cell)


def with_years(row: Row) -> Row:
    """The row with its years as text where there are several that go up or down, as headings do,
    and days that each open, or each close, one of several months or quarters as these.
    """
    row = _with_months(row)
    years = [int(c) for c in row if is_year(c)]
    steps = {after > before for before, after in pairwise(years)}
    if len(years) < 2 or len(steps) > 1 or len(set(years)) < len(years):
        return row
    if max(years) - min(years) > _MOST_YEARS_APART:
        return row
    return [str(int(c)) if is_year(c) else c for c in row]


def _with_months(row: Row) -> Row:
    """The row with its dates as "2025-01" or "Q1 2025" where there are several, a month or a
    quarter apart, each of the first or each of the last day of a month.
    """
    days = [day for cell in row if (day := _day_of(cell)) is not None]
    opening = all(day.day == 1 for day in days)
    closing = all(day < dt.date.max and (day + dt.timedelta(days=1)).day == 1 for day in days)
    if len(days) < _FEWEST_MONTHS or not (opening or closing):
        return row
    steps = {b - a for a, b in pairwise(12 * day.year + day.month for day in days)}
    if steps not in ({1}, {3}):
        return row
    if steps == {3} and days[0].month % 3 != int(opening):
        return row  # of quarters that are not the calendar's
    return [cell if (day := _day_of(cell)) is None else _label(day, steps == {3}) for cell in row]


def _label(day: dt.date, quarter: bool) -> str:
    return f"Q{(day.month + 2) // 3} {day.year}" if quarter else f"{day.year}-{day.month:02d}"


def _day_of(cell: Any) -> dt.date | None:
    """The day of a date cell, or of one written as programs write it; None for other cells."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, str) and _ISO_DAY.match(cell):
        try:
            return dt.date.fromisoformat(cell[:10])
        except ValueError:
            return None
    return None


def at(row: Row, column: int) -> Any:
    """The cell, None beyond the row's end."""
    if column < len(row):
        return row[column]
    return None


def width(rows: Sequence[Row]) -> int:
    """Columns up to the last filled one."""
    return max((j + 1 for row in rows for j, c in enumerate(row) if c is not None), default=0)
