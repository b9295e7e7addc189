"""Yes and no in several languages, lost and kept, marks and letters: decided for the whole column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.intake.answers import plain, spellings, words_of, written
from cxcase.intake.cells import Cells, Reading, blank
from cxcase.intake.column import Column

_DOUBTED = 0.02  # share of words that say neither above which a status column is named
_STATES = 12  # different words of a status column that are named


def read_flags(cells: Cells) -> Reading:
    """True, False or None (blank) as an object array. A column with marks for yes alone reads its blanks as no."""
    column = Column.of(cells)
    known = list(map(_reader(column.values), column.values))
    odd = [v is None and not blank(cell) for v, cell in zip(known, column.values, strict=True)]
    values, bad = column.spread(known, None, object), column.spread(odd, False, bool)
    empty = np.array([v is None for v in values], dtype=bool)
    if True in known and False not in known and not bad.any() and empty.any():
        return Reading(np.where(empty, False, values), bad, "blank_means_no")
    return Reading(values, bad)


def doubts(cells: Cells, heading: str) -> list[Finding]:
    """Names the words of a column of states ("open", "on hold") that say neither lost nor kept, when they are many."""
    column = Column.of(cells)
    flag = _reader(column.values)
    counts = [(cell, n) for cell, n in zip(column.values, column.counts().tolist(), strict=True) if not blank(cell)]
    filled = sum(n for _, n in counts)
    unknown = {str(cell): n for cell, n in counts if flag(cell) is None}
    if sum(unknown.values()) <= _DOUBTED * filled:
        return []
    named = sorted(unknown.items(), key=lambda w: (-w[1], w[0]))[:_STATES]
    words = [f"{word[:40]} ({n})" for word, n in named]
    return [Finding("review", "states_not_known", "data", {"column": heading, "words": words})]


def _reader(values: Sequence[Any]) -> Callable[[Any], bool | None]:
    """What reads one cell, once the letters of the whole column are known to belong together."""
    letters = {w for c in values if isinstance(c, str) and len(w := plain(c)) == 1 and w.isalpha()}
    pairs = [pair for pair in written("yes_no", "letters") if letters - {"x"} <= set(pair)]
    return lambda cell: _flag(cell, pairs[0] if pairs else "")


def _flag(cell: Any, letters: str) -> bool | None:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return bool(cell) if cell in (0, 1) else None
    if not isinstance(cell, str):
        return None
    word = plain(cell)
    if word in ("", "x"):
        return True if cell.strip().lower() in _signs("marks") else False if cell.strip() in _signs("crosses") else None
    if len(word) == 1 and word.isalpha():
        return word == letters[0] if word in letters else None
    return next((flag for s in spellings(cell) if (flag := _words().get(s)) is not None), None)


@cache
def _signs(name: str) -> frozenset[str]:
    return frozenset(written("yes_no", name))


@cache
def _words() -> dict[str, bool]:
    def all_of(*names: str) -> Iterable[str]:
        return (word for name in names for word in words_of("yes_no", name))

    known = dict.fromkeys(all_of("no", "here"), False) | dict.fromkeys(all_of("yes", "gone"), True)
    return known | {"1": True, "0": False}
