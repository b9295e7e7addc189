"""Yes and no in several languages, lost and kept, marks and letters: decided for the whole column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.intake.values.cells import Cells, Reading, blank, left_empty
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.answer_words import plain, spellings, words_of, written
from cxcase.intake.vocabulary.headings import clean

_CHOICE = re.compile(r" (yes no|y n|ja nein|oui non|si no) ")  # what a heading offers as answers
_DOUBTED = 0.02  # share of words that say neither above which a status column is named
_STATES = 12  # different words of a status column that are named


def read_lost(cells: Cells, heading: str) -> tuple[Reading, list[Finding]]:
    """Who left, as `read_flags` gives it, and what is said of it; yes under "Retained" or "Active"
    says who stayed.
    """
    found = read_flags(cells)
    if found.note:
        said = [Finding("review", "churned_blank_means_no", "data", {"column": heading})]
    else:
        said = []
    if not _asks_who_stayed(heading) or any(_states(c) for c in Column.of(cells).values):
        return found, said
    values = np.array([None if v is None else not v for v in found.values], dtype=object)
    if found.note:
        said = [Finding("review", "churned_blank_means_yes", "data", {"column": heading})]
    else:
        said = []
    return Reading(values, found.bad), [
        Finding("review", "churned_turned", "data", {"column": heading}),
        *said,
    ]


def _asks_who_stayed(heading: str) -> bool:
    """True for "Retained", "Still a customer?", "Active at the end"; not for "Lost" and "No longer
    active".
    """
    words = _CHOICE.sub(" ", f" {plain(clean(heading))} ")
    stayed = any(
        f" {word} " in words for name in ("here", "stays") for word in words_of("yes_no", name)
    )
    left = any(
        f" {word} " in words
        for name in ("gone", "no", "no_longer")
        for word in words_of("yes_no", name)
    )
    return stayed and not left


def _states(cell: Any) -> bool:
    """True for a word that says by itself who stayed and who left, whatever the heading asks."""
    known = words_of("yes_no", "here") | words_of("yes_no", "gone")
    return isinstance(cell, str) and any(s in known for s in spellings(cell))


def read_flags(cells: Cells) -> Reading:
    """True, False or None (blank) as an object array. A column with marks for yes alone reads its
    blanks as no.
    """
    column = Column.of(cells)
    known = list(map(_reader(column.values), column.values))
    odd = [v is None and not left_empty(cell) for v, cell in zip(known, column.values, strict=True)]
    values = column.spread(known, None, object)
    bad = column.spread(odd, False, bool)
    empty = np.array([v is None for v in values], dtype=bool)
    if True in known and False not in known and not bad.any() and empty.any():
        return Reading(np.where(empty, False, values), bad, "blank_means_no")
    return Reading(values, bad)


def doubts(cells: Cells, heading: str) -> list[Finding]:
    """Names the words of a column of states ("open", "on hold") that say neither lost nor kept,
    when they are many.
    """
    column = Column.of(cells)
    flag = _reader(column.values)
    counts = [
        (cell, n)
        for cell, n in zip(column.values, column.counts().tolist(), strict=True)
        if not blank(cell)
    ]
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
        if cell in (0, 1):
            return bool(cell)
        return None
    if not isinstance(cell, str):
        return None
    word = plain(cell)
    if word in ("", "x"):
        if cell.strip().lower() in _signs("marks"):
            return True
        if cell.strip() in _signs("crosses"):
            return False
        return None
    if len(word) == 1 and word.isalpha():
        if word in letters:
            return word == letters[0]
        return None
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
