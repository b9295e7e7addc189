"""Which row of a sheet names the columns of its table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any

from cxcase.intake.schema import ROLES
from cxcase.intake.survey_tools.cell_kinds import with_years
from cxcase.intake.vocabulary.answer_words import meaning
from cxcase.intake.vocabulary.headings import STRONG, Field, fields_of, fit, names_nothing

_CERTAIN = 3  # known headings that settle where a table begins, where data follow
_LONGEST = 300  # characters a heading may have
# share of a row's cells that come again in their own columns, from which on it is a row of data
_COMES_AGAIN = 0.4
_DIGIT = re.compile(r"\d")
# a figure and nothing else, by what it is of
_AMOUNT = r"^\W*\d[\d.,' ]*"
_FIGURES = {
    "money": re.compile(rf"^\W*[£€$]\s*\d|{_AMOUNT}(\s*(-|–|to|bis)\s*\d[\d.,]*)?\s*(k\b|[£€])"),
    "share": re.compile(rf"{_AMOUNT}\s*%$"),
    "time": re.compile(rf"{_AMOUNT}((-|–|to|bis)\s*\d+)?\s*(mths?|months?|weeks?|wks?|monate?)$"),
    "points": re.compile(rf"{_AMOUNT}\s*(pts?|points?|punkte)$|^(from|von) \d[\d.,]* (to|auf) \d"),
}
# rows, and cells in each, from which on a sheet without headings is a table that lacks them
_FEWEST_ROWS = 5
_FEWEST_CELLS = 3

Cells = Sequence[Any]


def header_row(top: Sequence[Cells]) -> int | None:
    """The place in `top` of the row of headings; None when nothing looks like one.

    It holds text in two or more cells, has data below, and of such rows most different headings
    that are known. top: the sheet's first rows of tidy cells.
    """
    best = 0.0
    found = None
    widest = max(map(count_filled, top), default=0)
    columns = _counted(top)
    for place, row in enumerate(map(with_years, top)):
        data = _is_data(row, columns) or _gives_figures(row)
        if data or not _names_columns(row, top[place + 1 :]):
            continue
        words = _words(row)
        known = sum(map(is_known, set(words)))
        score = known + 0.9 * count_filled(row) / widest + 0.5 * (len(set(words)) == len(words))
        if score > best + 1e-9:
            best = score
            found = place
        data_follow = _has_data(top[place + 1 : place + 4], count_filled(row))
        if found == place and known >= _CERTAIN and data_follow:
            break  # what stands further down is another table: its rows must not be taken for ours
    return found


def lacks_headings(top: Sequence[Cells]) -> bool:
    """True for rows that look like a table nobody gave headings: several, most of them as full."""
    widths = [width for row in top if (width := count_filled(row)) >= _FEWEST_CELLS]
    if len(widths) < _FEWEST_ROWS:
        return False
    return widths.count(max(widths)) >= 0.5 * len(widths)


def count_filled(row: Cells) -> int:
    """How many of the row's cells hold something."""
    return sum(c is not None for c in row)


@lru_cache(maxsize=4096)
def is_known(heading: str) -> bool:
    """True when the heading names a field of some role."""
    if names_nothing(heading):
        return False
    fits = any(fit(heading, field) >= STRONG for field in _fields())
    # "n/a" stands in answers, however like the heading "n" it looks
    return fits and meaning(heading) is None


@lru_cache(maxsize=4096)
def names_ids(heading: str) -> bool:
    """True when ids stand under the heading."""
    return any(field.kind == "id" and fit(heading, field) >= STRONG for field in _fields())


@cache
def _fields() -> tuple[Field, ...]:
    """Every field of any role once; those that share their words count as one."""
    fields = (field for role in ROLES for field in fields_of(role).values())
    return tuple({(field.words, field.patterns): field for field in fields}.values())


def _words(row: Cells) -> list[str]:
    return [c for c in row if isinstance(c, str) and len(c) <= _LONGEST]


def _names_columns(row: Cells, below: Sequence[Cells]) -> bool:
    """True for a row of words, two at least, with a row of two cells or more below it."""
    words = len(_words(row))
    if words < 2 or words < 0.8 * count_filled(row):
        return False
    return any(count_filled(other) >= 2 for other in below)


def _counted(top: Sequence[Cells]) -> list[Counter[Any]]:
    """What stands in each column, and in how many of the rows; rows that are the same count once,
    as headings may come again further down.
    """
    rows = dict.fromkeys(map(tuple, top))
    return [Counter(c for c in column if c is not None) for column in zip_longest(*rows)]


def _is_data(row: Cells, columns: Sequence[Counter[Any]]) -> bool:
    """True when enough of the row's cells come again in columns that hold other things too.

    A column of one thing only may be a choice that is named above it.
    """
    again = sum(
        c is not None and column[c] > 1 and len(column) > 1
        for c, column in zip(row, columns, strict=False)
    )
    return again >= max(1, _COMES_AGAIN * count_filled(row))


def _gives_figures(row: Cells) -> bool:
    """True for a row with figures of more than one kind in words, as plans have them below their
    headings: "18 to 24k", "20 %", "4 mth".
    """
    texts = [c for c in row if isinstance(c, str) and _DIGIT.search(c)]
    kinds = {kind for text in texts for kind, written in _FIGURES.items() if written.search(text)}
    return len(kinds) > 1


def _has_data(below: Sequence[Cells], width: int) -> bool:
    """True when rows as full as the headings follow, with more than words in them."""
    full = [row for row in below if count_filled(row) > 0.5 * width]
    return len(full) >= 2 and all(map(_holds_more_than_words, full))


def _holds_more_than_words(row: Cells) -> bool:
    return any(c is not None and not isinstance(c, str) for c in row)
