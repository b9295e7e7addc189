"""Yes and no in several languages, lost and kept, marks and letters, decided column by column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxcase.checks import Finding
from cxcase.estimate import Bools
from cxcase.intake.values.cells import Cells, Reading, blank, left_empty
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.answer_words import plain, spellings, words_of, written
from cxcase.intake.vocabulary.headings import clean
from cxcase.intake.vocabulary.word_parts import FILLER, ideas_of

_CHOICE = re.compile(r" (yes no|y n|ja nein|oui non|si no) ")  # what a heading offers as answers
# words that say neither from which they are asked about: so many, and so large a share
_SEVERAL = 3
_DOUBTED = 0.02
_STATES = 12  # different words of a status column that are named
_LONGEST_STATE = 40  # characters
_OF_A_STATE = {"leave", "stay", "not", "customer", "contract", "status", FILLER}


def read_lost(cells: Cells, heading: str) -> tuple[Reading, list[Finding]]:
    """(who left, as `read_flags` gives it, what is said of it).

    Yes under "Retained" or "Active" says who stayed, and is turned.
    """
    found = read_flags(cells)
    says_by_itself = any(map(_states, Column.of(cells).values))
    if says_by_itself or not _asks_who_stayed(heading):
        return found, _about(heading, "churned_blank_means_no") if found.note else []
    said = _about(heading, "churned_turned")
    if found.note:
        said += _about(heading, "churned_blank_means_yes")
    turned = np.array([None if v is None else not v for v in found.values], dtype=object)
    return Reading(turned, found.bad), said


def _about(heading: str, code: str) -> list[Finding]:
    return [Finding("review", code, "data", {"column": heading})]


def _asks_who_stayed(heading: str) -> bool:
    """True for "Retained", "Still a customer?", "Active at the end", not for "No longer active"."""
    words = _CHOICE.sub(" ", f" {plain(clean(heading))} ")
    if any(f" {word} " in words for word in _all_words("gone", "no", "no_longer")):
        return False
    if any(f" {word} " in words for word in _all_words("here", "stays")):
        return True
    ideas = frozenset[str]().union(*ideas_of(heading))
    return "stay" in ideas and not ideas & {"leave", "not"}


def _all_words(*names: str) -> Iterable[str]:
    """All that means yes or no in one of these ways, see `likert.toml`."""
    return (word for name in names for word in words_of("yes_no", name))


def _states(cell: Any) -> bool:
    """True for a word that says by itself who stayed and who left, whatever the heading asks."""
    if not isinstance(cell, str):
        return False
    known = words_of("yes_no", "here") | words_of("yes_no", "gone")
    return any(s in known for s in spellings(cell)) or _lost_by_ideas(cell) is not None


def read_flags(cells: Cells) -> Reading:
    """True, False or None (blank) as an object array (n,).

    Blanks of a column with marks for yes alone are no: `note` then is "blank_means_no".
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


def says_kept(cell: Any) -> bool:
    """True for what says of a customer that nobody left, in words: "active", "no"."""
    return isinstance(cell, str) and _flag(cell, "") is False


def unknown_states(cells: Cells, rows: Bools) -> NDArray[Any] | None:
    """The words of a status column (n,) that say neither lost nor kept ("on hold"), None elsewhere;
    None alone where no more than a few of these rows hold such a word, or all do. Words that say
    that it is not decided yet are no doubt: such rows have no fate.
    """
    column = Column.of(cells)
    flag = _reader(column.values)
    unknown = [
        None
        if blank(cell) or flag(cell) is not None or _undecided(cell)
        else str(cell)[:_LONGEST_STATE]
        for cell in column.values
    ]
    words = column.spread(unknown, None, object)
    marked: Bools = np.array([word is not None for word in words], dtype=bool)
    if not _are_several(marked & rows, column.filled & rows):
        return None
    return words


def unknown_words(cells: Cells, unknown: Bools, rows: Bools) -> NDArray[Any] | None:
    """What stands in the cells that are marked as unknown (n,), None elsewhere; None alone where
    these are no more than a few of the filled rows, or all.
    """
    column = Column.of(cells)
    if not _are_several(unknown, column.filled & rows):
        return None
    words = column.spread([str(cell)[:_LONGEST_STATE] for cell in column.values], None, object)
    words[~unknown] = None
    return words


def _are_several(unknown: Bools, filled: Bools) -> bool:
    count = int(unknown.sum())
    known = int(filled.sum())
    return _SEVERAL <= count < known and count > _DOUBTED * known


def _undecided(cell: Any) -> bool:
    """True for words such as "pending", alone or beside others."""
    return not words_of("yes_no", "undecided").isdisjoint(plain(str(cell)).split())


def states_named(words: Iterable[str]) -> list[str]:
    """Different words with how often each stands, the most frequent first: "On hold (19)"."""
    counts = Counter(words).items()
    named = sorted(counts, key=lambda w: (-w[1], w[0]))[:_STATES]
    return [f"{word} ({n})" for word, n in named]


def _reader(values: Sequence[Any]) -> Callable[[Any], bool | None]:
    """What reads one cell, once the letters of the whole column are known to belong together."""
    letters = {w for c in values if isinstance(c, str) and len(w := plain(c)) == 1 and w.isalpha()}
    pairs = [pair for pair in written("yes_no", "letters") if letters - {"x"} <= set(pair)]
    return lambda cell: _flag(cell, pairs[0] if pairs else "")


def _flag(cell: Any, letters: str) -> bool | None:
    """Yes, no or neither. letters: the column's for yes and no, as "yn"; "" where it has none."""
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
        return _mark(cell.strip())
    if len(word) == 1 and word.isalpha():
        if word in letters:
            return word == letters[0]
        return None
    known = (flag for s in spellings(cell) if (flag := _words().get(s)) is not None)
    return next(known, _lost_by_ideas(cell))


def _lost_by_ideas(cell: str) -> bool | None:
    """Whether a customer of this state was lost: "Attrited customer", "Not renewed", "In force"."""
    words = ideas_of(cell) if len(cell) <= _LONGEST_STATE else ()
    said = {idea for ideas in words for idea in ideas & {"leave", "stay"}}
    if len(said) != 1 or not all(ideas & _OF_A_STATE for ideas in words):
        return None
    denied = any("not" in ideas for ideas in words)
    return (said == {"leave"}) != denied


def _mark(sign: str) -> bool | None:
    if sign.lower() in _signs("marks"):
        return True
    if sign in _signs("crosses"):
        return False
    return None


@cache
def _signs(name: str) -> frozenset[str]:
    return frozenset(written("yes_no", name))


@cache
def _words() -> dict[str, bool]:
    no = dict.fromkeys(_all_words("no", "here"), False)
    yes = dict.fromkeys(_all_words("yes", "gone"), True)
    return no | yes | {"1": True, "0": False}
