"""Ratings of one column as people gave them: numbers, words, both, "not applicable"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.ratings.no_answer_codes import TOLERATED, stand_apart
from cxcase.intake.schema import Scale
from cxcase.intake.values.cells import UNCALCULATED, Cells, failed
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.answer_words import (
    WordSet,
    choose_set,
    end,
    known,
    meaning,
    plain,
    point_of,
    polarity,
    words_of,
    written,
)

_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufe0e\ufe0f\ufeff]")
_NUMBER = r"[-+−]?\d{1,4}(?:[.,]\d{1,17})?"
_PLAIN = re.compile(rf"^({_NUMBER})\.?$")
_PERCENT = re.compile(rf"^({_NUMBER})\s*%$")
_BETWEEN = "|".join(re.escape(word) for word in sorted(written("out_of"), key=len, reverse=True))
_OF = re.compile(rf"^({_NUMBER})\s*(?:{_BETWEEN})\s*(\d{{1,3}})(?:\s*[^\W\d]+)?$", re.IGNORECASE)
_LEADING = re.compile(rf"^[(\[]?({_NUMBER})\s*([-–—:=.)\](/]?)\s*([^\d]+)$")
_TRAILING = re.compile(r"^([^\d]+?)\s*(?:[(\[]\s*(\d{1,3})\s*[)\]]|[-–—:=]\s*(\d{1,3}))$")
_FULL = "★⭐✭✮🌟"
_EMPTY = "☆✩✰"
_MOST_MARKS = 12  # different marks that a rating can have
MOSTLY = 0.9  # share of the words in a column that have to be known before it is read


@dataclass(frozen=True)
class Said:
    """What one different cell says.

    number   NaN: none
    label    the words beside or instead of it
    top      the highest number of its scale, as it states it ("4/5"); NaN: none
    stars    whether the number is one of stars
    """

    number: float = np.nan
    label: str = ""
    top: float = np.nan
    stars: bool = False


@dataclass(frozen=True, eq=False)
class Answers:
    """A column by its different cells, blank (None) last.

    cells    (d,) as they stand
    said     (d,) what each says
    counts   (d,) rows that hold it
    codes    (n,) the different cell that each row holds
    """

    cells: tuple[Any, ...]
    said: tuple[Said, ...]
    counts: Ints
    codes: Ints

    @cached_property
    def labels(self) -> dict[str, int]:
        """Label -> rows, of the labels that stand without a number."""
        found: dict[str, int] = {}
        for said, count in zip(self.said, self.counts.tolist(), strict=True):
            if said.label and np.isnan(said.number):
                found[said.label] = found.get(said.label, 0) + count
        return found

    @cached_property
    def words(self) -> dict[str, int]:
        """The labels that are no sign for "no rating"."""
        return {label: count for label, count in self.labels.items() if meaning(label) is None}


@dataclass(frozen=True, eq=False)
class Ratings:
    """The ratings of a column.

    values      (n,) NaN where there is none
    not_lived   (n,) explicit marks
    no_answer   (n,) explicit marks
    bad         (n,) unreadable
    words       the scale that words without numbers imply
    stated      the one that numbers beside words state ("10 - extremely likely", "4/5", "80 %")
    against     True where good words stand at low numbers, None where nothing tells
    neutral     the words say how much, not how good
    given       a person said what words are worth
    unknown     words of no set -> rows
    numbers     (d,) of `answers.cells`
    meanings    (d,) of `answers.cells`: "", "not_lived" or "no_answer"
    """

    values: Floats
    not_lived: Bools
    no_answer: Bools
    bad: Bools
    words: Scale | None
    stated: Scale | None
    against: bool | None
    neutral: bool
    given: bool
    unknown: Mapping[str, int]
    answers: Answers
    numbers: Floats
    meanings: tuple[str, ...]


def read_answers(cells: Cells) -> Answers:
    """What the different cells of a column say, each looked at once."""
    column = Column.of(cells)
    different = (*column.values, None)
    codes = np.where(column.codes < 0, len(different) - 1, column.codes).astype(np.int64)
    counts = np.bincount(codes, minlength=len(different)).astype(np.int64)
    return Answers(different, tuple(map(_said, different)), counts, codes)


def _said(cell: Any) -> Said:
    if isinstance(cell, bool) or cell is None:
        return Said()
    if isinstance(cell, int | float):
        return Said(float(cell))
    if not isinstance(cell, str) or cell == UNCALCULATED or failed(cell):
        return Said()
    return _spoken(" ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", cell)).split()))


def _spoken(text: str) -> Said:
    if text and set(text) <= set(_FULL + _EMPTY + " "):
        full = sum(text.count(c) for c in _FULL)
        empty = sum(text.count(c) for c in _EMPTY)
        return Said(float(full), top=float(full + empty) if empty else np.nan, stars=True)
    if match := _PLAIN.match(text):
        return Said(_float(match[1]))
    if match := _PERCENT.match(text):
        return Said(_float(match[1]), top=100.0)
    if (match := _OF.match(text)) and _float(match[1]) <= int(match[2]) > 1:
        return Said(_float(match[1]), top=float(match[2]))
    if match := _LEADING.match(text):
        return _with_label(_float(match[1]), match[3].strip(" )]"), text, certain=bool(match[2]))
    if match := _TRAILING.match(text):
        return Said(float(match[2] or match[3]), match[1])
    return Said(label=text)


def _with_label(number: float, label: str, text: str, *, certain: bool) -> Said:
    """A number before words: a mark, unless they make an amount of it ("3 months")."""
    first = plain(label).split(" ")[0]
    if first in words_of("stars"):
        return Said(number, stars=True)
    if first in words_of("amounts") or (not certain and len(plain(label)) < 2):
        return Said(label=text)
    return Said(number, label if plain(label) else "")


def _float(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "."))


def read_ratings(
    cells: Cells,
    words: WordSet | None = None,
    given: Mapping[str, float] | None = None,
    answers: Answers | None = None,
) -> Ratings:
    """Ratings of one column: 7, "7", "7 - very easy", "Very easy (7)", "★★★★☆", "4/5" or words of
    one known set.

    words: the set that other columns of the table settle; given: what a person says labels are
    worth.
    """
    answers = answers or read_answers(cells)
    worth = {plain(label): float(number) for label, number in (given or {}).items()}
    priced = {label for label in answers.labels if plain(label) in worth}
    labels = {label: n for label, n in answers.words.items() if label not in priced}
    unpriced = {label: n for label, n in answers.labels.items() if label not in priced}
    chosen = words or choose_set(unpriced)
    found = [_resolved(said, chosen, worth) for said in answers.said]
    numbers = np.array([number for number, _ in found], dtype=float)
    meanings = tuple(what for _, what in found)
    kinds = np.array(meanings, dtype="U10")
    filled = np.array([cell is not None for cell in answers.cells], dtype=bool)
    unread = np.isnan(numbers) & (kinds == "") & filled
    used = None
    if chosen and any(point_of(label, chosen) for label in labels):
        used = chosen
    return Ratings(
        values=numbers[answers.codes],
        not_lived=(kinds == "not_lived")[answers.codes],
        no_answer=(kinds == "no_answer")[answers.codes],
        bad=unread[answers.codes],
        words=_scale_of_words(used, worth.values() if priced else ()),
        stated=_stated(answers),
        against=_against(answers),
        neutral=used is None or used.neutral,
        given=bool(priced),
        unknown={label: n for label, n in labels.items() if not (used and point_of(label, used))},
        answers=answers,
        numbers=numbers,
        meanings=meanings,
    )


def _scale_of_words(words: WordSet | None, worth: Iterable[float]) -> Scale | None:
    """The scale that words imply: points of their set, and what a person says some are worth."""
    ends = [*worth]
    if words is not None:
        ends += [1.0, float(words.size)]
    if len(set(ends)) > 1:
        return Scale(min(ends), max(ends))
    return None


def _resolved(said: Said, words: WordSet | None, worth: Mapping[str, float]) -> tuple[float, str]:
    """(number, "") for a rating, (NaN, its meaning) for a sign of none, (NaN, "") for what cannot
    be read.
    """
    if worth and plain(said.label) in worth:
        return worth[plain(said.label)], ""
    if not said.label:
        return said.number, ""
    point = point_of(said.label, words) if words and np.isnan(said.number) else None
    if point is not None:
        return float(point), ""
    what = meaning(said.label)
    if what:
        return (np.nan, what)
    return (said.number, "")


def _labelled(answers: Answers) -> list[tuple[float, str]]:
    return sorted(
        (s.number, s.label)
        for s in answers.said
        if s.label and not np.isnan(s.number) and meaning(s.label) is None
    )


def _stated(answers: Answers) -> Scale | None:
    """The scale that the cells themselves state: tops ("4/5"), stars, words of a set or of its ends
    beside numbers.
    """
    tops = {s.top for s in answers.said if not np.isnan(s.top)}
    if len(tops) == 1:
        top = tops.pop()
        return Scale(0 if top >= 10 else 1, top)
    stars = [s.number for s in answers.said if s.stars]
    if stars:
        return Scale(1, 5 if max(stars) <= 5 else 10)
    return _by_labels(answers)


def _by_labels(answers: Answers) -> Scale | None:
    """By the set that all labels come from, moved to where their numbers stand, else by labels of
    both ends.
    """
    labelled = _labelled(answers)
    bare = [s.number for s in answers.said if not s.label and not np.isnan(s.number)]
    if len({number for number, _ in labelled}) < 2:
        return None
    if not bare and (by_set := _by_set(labelled)):
        return by_set
    low, first = labelled[0]
    high, last = labelled[-1]
    outside = any(not low <= number <= high for number in bare)
    if end(first) * end(last) < 0 and low in (0, 1) and high >= 3 and not outside:
        return Scale(low, high)
    return None


def _by_set(labelled: Sequence[tuple[float, str]]) -> Scale | None:
    """The scale of the set that all labels come from, moved to where their numbers stand, upwards
    or downwards; None where they do not stand at even steps.
    """
    chosen = choose_set({label: 1 for _, label in labelled})
    if chosen is None:
        return None
    points = [(number, point_of(label, chosen)) for number, label in labelled]
    up = {number - point for number, point in points if point}
    down = {number + point for number, point in points if point}
    if len(up) == 1:
        low = up.pop() + 1
    elif len(down) == 1:
        low = down.pop() - chosen.size
    else:
        return None
    return Scale(low, low + chosen.size - 1)


def _against(answers: Answers) -> bool | None:
    """True where bad words stand at the high numbers ("1 - very satisfied", "5 - very
    dissatisfied").
    """
    labelled = [(n, label) for n, label in _labelled(answers) if known(label) or polarity(label)]
    chosen = choose_set({label: 1 for _, label in labelled})
    if chosen:
        points = [point for _, label in labelled if (point := point_of(label, chosen))]
        if len(points) >= 2 and points[0] != points[-1]:
            return points[-1] < points[0]
    signs = [sign for _, label in labelled if (sign := polarity(label))]
    if len(signs) >= 2 and signs[0] != signs[-1]:
        return signs[-1] < 0
    return None


def nps_groups(answers: Answers) -> bool:
    """True for a column of promoter groups, in words or as -100, 0 and 100: no rating can be read
    back from it.
    """
    counted = zip(answers.cells, answers.counts.tolist(), strict=True)
    filled = sum(count for cell, count in counted if cell is not None)
    groups = sum(n for label, n in answers.words.items() if plain(label) in words_of("nps_groups"))
    if filled and groups >= MOSTLY * filled and len(answers.words) >= 2:
        return True
    numbers = {s.number for s in answers.said if not np.isnan(s.number)}
    return len(numbers) >= 2 and -100 in numbers and numbers <= {-100, 0, 100}


def likert_like(cells: Sequence[Any]) -> bool:
    """True when nearly all of a sample of cells are marks on a usual scale, numbers or words."""
    found = read_ratings(cells)
    numbers = found.numbers
    counts = found.answers.counts
    codes = stand_apart(numbers, counts)
    rated = ~np.isnan(numbers) & ~codes
    given = int(counts[rated].sum())
    silent = int(found.not_lived.sum() + found.no_answer.sum() + counts[codes].sum())
    if not given or given < MOSTLY * (len(cells) - silent):
        return False
    if found.words is not None or found.stated is not None:
        return True
    usual = rated & (numbers >= 0) & (numbers <= 10)
    unusual = given - counts[usual].sum()
    if unusual > max(1, TOLERATED * given) or not usual.any():
        return False
    different = np.unique(numbers[usual])
    whole = bool(np.all(different == np.round(different)))
    return whole and len(different) <= _MOST_MARKS and bool(different.max() >= 2)
