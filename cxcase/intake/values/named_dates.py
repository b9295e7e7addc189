"""Dates under a heading that says so: also counted in seconds, or months without a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.intake.values.cells import Cells, Reading, left_empty
from cxcase.intake.values.column import Column
from cxcase.intake.values.dates import Days, month_named, never, read_dates

_SECONDS = re.compile(r"^(\d{9,10})(?:\d{3})?(?:\.0+)?$")
_COUNTED = (631_152_000, 2_051_222_400)  # seconds from 1970 to 1990 and to 2035
_MONTH = re.compile(r"^(?P<name>[^\W\d]{3,})\.?[\s\-/']*(?P<year>20\d{2}|\d{2})$")
_NUMBERED = re.compile(r"^(?P<year>20\d{2})[-/.](?P<month>0?[1-9]|1[0-2])$")
_EARLIER = re.compile(r"^(?P<month>0?[1-9]|1[0-2])[-/.](?P<year>20\d{2})$")
_LOOKED_AT = 20  # different cells of a long column from which the others are worth a look


def read_named_dates(cells: Cells, order: str | None = None) -> Reading:
    """Dates as `read_dates` gives them; where all cells count seconds, or name months without a
    day, these with `note` "dates_counted_in_seconds" or "dates_of_months".
    """
    column = Column.of(cells)
    first = column.values
    if column.text is not None:
        first = column.text[:_LOOKED_AT].to_pylist()
    for note, day_of in _RULES.items():
        if _all_by(day_of, first) is None or (found := _all_by(day_of, column.values)) is None:
            continue
        dates = column.spread(found, np.datetime64("NaT"), "datetime64[us]")
        return Reading(dates, np.zeros(len(dates), dtype=bool), note)
    return read_dates(cells, order)


def only_a_month(cell: Any) -> bool:
    """True for a month and its year without a day: "Mar 2024", "03/2024"."""
    if not isinstance(cell, str):
        return False
    if _EARLIER.match(cell):
        return True
    match = _MONTH.match(cell)
    return match is not None and month_named(match["name"]) is not None


def _all_by(day_of: Callable[[str], dt.datetime | None], cells: Sequence[Any]) -> Days | None:
    """The days of distinct cells by one rule; None where it does not hold for all filled ones."""
    found: list[dt.datetime | None] = []
    for cell in cells:
        nothing = left_empty(cell) or never(cell) or cell in (0, "0")
        day = None if nothing else day_of(_text(cell))
        if day is None and not nothing:
            return None
        found.append(day)
    return np.array(found, dtype="datetime64[us]") if any(found) else None


def _text(cell: Any) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if whole else cell).strip()


def _since_1970(text: str) -> dt.datetime | None:
    match = _SECONDS.match(text)
    if match is None or not _COUNTED[0] <= int(match[1]) <= _COUNTED[1]:
        return None
    return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(match[1]))


def _first_of_month(text: str) -> dt.datetime | None:
    match = _MONTH.match(text) or _NUMBERED.match(text) or _EARLIER.match(text)
    if match is None:
        return None
    named = match.groupdict()
    month = month_named(named["name"]) if "name" in named else int(named["month"])
    if month is None:
        return None
    return dt.datetime(2000 + int(named["year"]) % 100, month, 1)


_RULES: Mapping[str, Callable[[str], dt.datetime | None]] = {
    "dates_counted_in_seconds": _since_1970,
    "dates_of_months": _first_of_month,
}
