"""A company's strategy in its own words: what of it speaks of customers and of the people who work
there, and which of its goals each recommendation serves.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

import numpy as np

from cxcase.voice.term_weights import index_of, weights
from cxcase.voice.tokens import Words, read_words, split

Subject = Literal["customers", "people"]
Part = Literal["goal", "mission", "vision", "value", "other"]
How = Literal["given", "words", "subject"]
_GENERAL: Literal["general"] = "general"
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
_HEADING_WORDS = 6  # a line of more is no heading
_SAYS = 3  # words from which a line says something
_LETTERS = 4  # of a name of customers, at least
_NO_NAME = frozenset(
    (
        *("account", "code", "name", "number", "nummer"),
        *("respondent", "external", "contact", "reference"),
    )
)
_BULLET = re.compile(r"^\s*(?:[•◦▪–—*·>-]+|\(?[0-9a-zA-Z]{1,2}[.)])\s+")


@dataclass(frozen=True)
class Mark:
    """Where a statement speaks of a subject: from start to end of its text."""

    start: int
    end: int
    subject: Subject


@dataclass(frozen=True)
class Statement:
    """One sentence or point of the strategy, as it stands there."""

    text: str
    part: Part
    marks: tuple[Mark, ...]

    def speaks_of(self, subject: Subject) -> bool:
        """True where a word of it is about the subject."""
        return any(mark.subject == subject for mark in self.marks)


@dataclass(frozen=True)
class Tie:
    """The goal that a recommendation serves, in the company's words.

    how: somebody said so, both use the same words, or both are about the same subject; the last two
    are suggestions. shared: the words. statement: its place in the text, None where it is not in it
    """

    goal: str
    how: How
    statement: int | None
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Strategy:
    """What was read of a strategy; ties: id of a recommendation -> its goal, where one was found.

    missing: "customers", "people" where nothing speaks of them, "goals" where none are named.
    """

    statements: tuple[Statement, ...]
    ties: Mapping[str, Tie]
    missing: tuple[str, ...]

    @property
    def goals(self) -> tuple[Statement, ...]:
        """What a recommendation can serve: what is named a goal, else all that is said."""
        named = tuple(one for one in self.statements if one.part == "goal")
        return named or self.statements


@dataclass(frozen=True)
class Recommended:
    """A recommendation: what it says, what it is about, and the goal that somebody gave it."""

    said: str
    subject: Subject
    goal: str | None = None


def called(headings: Iterable[str]) -> frozenset[str]:
    """What a company calls its customers, by the headings of their ids: "Tenant ref" -> "tenant",
    in both numbers.
    """
    words = {word for heading in headings for word in split(heading)} - _NO_NAME
    long = {word for word in words if len(word) >= _LETTERS}
    return frozenset(long | {f"{word}s" for word in long})


def read_strategy(
    text: str, recommended: Mapping[str, Recommended], own_words: Collection[str] = ()
) -> Strategy | None:
    """The strategy in a text; None where nobody gave one and no recommendation names a goal.

    own_words: what the company calls its customers.
    """
    statements = tuple(_statements(text, frozenset(word.casefold() for word in own_words)))
    given = any(one.goal for one in recommended.values())
    if not statements and not given:
        return None
    missing: list[str] = [s for s in SUBJECTS if not any(one.speaks_of(s) for one in statements)]
    if not any(one.part == "goal" for one in statements):
        missing.append("goals")
    return Strategy(statements, _ties(statements, recommended), tuple(missing))


# ---- what is said --------------------------------------------------------------------------------


def _statements(text: str, own_words: frozenset[str]) -> Iterator[Statement]:
    """The text's sentences and points, each under the heading it stands below."""
    part: Part = "other"
    for line in text.splitlines():
        bare = _BULLET.sub("", line).strip()
        found, rest = _heading(bare)
        if found is not None:
            part = found
            bare = rest
        for sentence in _sentences(bare):
            if len(split(sentence)) >= _SAYS or (part == "value" and split(sentence)):
                yield Statement(sentence, part, tuple(_marks(sentence, own_words)))


def _heading(line: str) -> tuple[Part | None, str]:
    """(the part that a line heads, what it says beside): "Our mission: we make …"."""
    head, colon, rest = line.partition(":")
    words = split(head)
    if not words or len(words) > _HEADING_WORDS or (not colon and line[-1] in ".!?;,"):
        return None, line
    folded = f" {' '.join(words)} "
    for part, names in _lexicon()["headings"].items():
        if any(f" {' '.join(split(name))} " in folded for name in names):
            return part, rest.strip()
    return None, line


def _sentences(line: str) -> list[str]:
    from icu4py.breakers import SentenceBreaker

    found = (piece.strip() for piece in SentenceBreaker(line, "en"))
    return [piece for piece in found if piece]


def _marks(sentence: str, own_words: frozenset[str]) -> Iterator[Mark]:
    """The words of a sentence that are about a subject, in their order."""
    found = [
        Mark(*match.span(), subject)
        for subject in SUBJECTS
        for match in _pattern(subject).finditer(sentence)
    ]
    found += [
        Mark(*match.span(), "customers")
        for match in re.finditer(r"\w+", sentence)
        if match[0].casefold() in own_words
    ]
    end = -1
    for mark in sorted(found, key=lambda one: (one.start, -one.end)):
        if mark.start >= end:
            end = mark.end
            yield mark


@cache
def _lexicon() -> dict[str, Any]:
    file = resources.files("cxcase.voice").joinpath("strategy_words.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _pattern(name: Subject | Literal["general"]) -> re.Pattern[str]:
    """All words of a subject, or those that say nothing, the longest first."""
    entries = sorted(_lexicon()[name], key=len, reverse=True)
    words = (re.escape(entry.rstrip("*")) + r"\w*" * entry.endswith("*") for entry in entries)
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


# ---- which goal each serves ----------------------------------------------------------------------


def _ties(
    statements: Sequence[Statement], recommended: Mapping[str, Recommended]
) -> dict[str, Tie]:
    places = [k for k, one in enumerate(statements) if one.part == "goal"]
    places = places or list(range(len(statements)))
    words = read_words([statements[k].text for k in places], frozenset()) if places else None
    found = {id: _tie(one, statements, places, words) for id, one in recommended.items()}
    return {id: tie for id, tie in found.items() if tie is not None}


def _tie(
    one: Recommended, statements: Sequence[Statement], places: Sequence[int], words: Words | None
) -> Tie | None:
    """The goal that somebody gave, the one that uses its words, or the first about its subject."""
    if one.goal:
        texts = [_folded(statement.text) for statement in statements]
        place = next((k for k, text in enumerate(texts) if _folded(one.goal) in text), None)
        return Tie(one.goal, "given", place)
    best = _nearest(one.said, words) if words is not None else None
    if best is not None:
        place = places[best[0]]
        return Tie(statements[place].text, "words", place, best[1])
    for place in places:
        if statements[place].speaks_of(one.subject):
            return Tie(statements[place].text, "subject", place)
    return None


def _folded(text: str) -> str:
    return " ".join(split(text))


def _nearest(said: str, words: Words) -> tuple[int, tuple[str, ...]] | None:
    """(the text that shares most with what is said, the words it shares); None where none leads."""
    asked = [term for term in words.reader.ask(said) if not _says_little(words.shown[term])]
    if not asked:
        return None
    table = weights(index_of(words), (words.n, len(words.shown)))[:, asked].toarray()
    score = np.round(table.sum(axis=1), 6)
    best = int(score.argmax())
    if score[best] <= 0 or (score == score[best]).sum() > 1:
        return None
    shared = (words.shown[term] for term, weight in zip(asked, table[best], strict=True) if weight)
    return best, tuple(shared)


def _says_little(word: str) -> bool:
    """True for a word that says "customer", "employee" or "day", which any goal may."""
    return any(_pattern(name).fullmatch(word) for name in (*SUBJECTS, _GENERAL))
