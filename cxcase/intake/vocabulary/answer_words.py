"""The words of answers: sets from worst to best, marks for no answer, yes and no."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

# different labels that are looked at, the most frequent ones: a column with more is free text
_MOST_LABELS = 500
ENOUGH = 200  # answers after which a point that nobody ever chose was not on offer
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufe0e\ufe0f\ufeff]")
_APOSTROPHE = re.compile("['’‘`´ʼ′]")
_NOT_WORD = re.compile(r"[^\w%]+|_+")
_LATIN = re.compile(r"[a-z][a-z %]*")
_FACE = re.compile("[\u2639-\u263b\u2764\U0001f300-\U0001f3fa\U0001f400-\U0001f9ff]")
_NEGATED = re.compile(
    r"^(not|nicht|pas|no|non|nao|niet|inte|ikke|nie)\b"
    r"|\b(do|does|am|are|is) not\b|\bdon t\b|\bnot at all\b"
)


@dataclass(frozen=True, eq=False)
class WordSet:
    """The words of a scale, such as "very difficult" to "very easy"."""

    asks: str
    neutral: bool  # the words say how much, the question says whether that is good
    size: int  # points
    points: Mapping[str, int]  # plain word -> point, 1 (worst or least) to size
    place: int  # in the file


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """The text without case, accents, apostrophes, punctuation and characters that nobody sees;
    faces by their names.
    """
    bare = text.lower()
    if not text.isascii():
        bare = _FACE.sub(_named_face, text)
        seen = _UNSEEN.sub("", unicodedata.normalize("NFKD", bare).casefold())
        bare = "".join(c for c in seen if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", _APOSTROPHE.sub("", bare)).strip()


def _named_face(match: re.Match[str]) -> str:
    """What a face is called, as there are no letters in it."""
    return f" {unicodedata.name(match[0], '')} "


@lru_cache(maxsize=65536)
def spellings(text: str) -> tuple[str, ...]:
    """The plain text and, of a label in two scripts ("نعم Yes"), each half."""
    whole = plain(text)
    if text.isascii():
        return (whole,)
    latin = " ".join(_LATIN.findall(whole)).strip()
    other = " ".join(_LATIN.sub(" ", whole).split())
    if not latin or not other or other.isascii():
        return (whole,)
    return (whole, *(half for half in (latin, other) if len(half) > 1))


@cache
def _raw() -> Mapping[str, Any]:
    file = resources.files("cxcase.intake.vocabulary").joinpath("likert.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def words_of(*path: str) -> frozenset[str]:
    """The plain words of a list in the file, by its path: "not_lived", or "yes_no" and "gone"."""
    return frozenset(filter(None, map(plain, written(*path))))


@cache
def written(*path: str) -> tuple[str, ...]:
    """A list of the file as it stands there: signs, pairs of letters, regular expressions."""
    found: Any = _raw()
    for name in path:
        found = found[name]
    return tuple(found)


@cache
def word_sets() -> tuple[WordSet, ...]:
    """Every set, in the order of the file: of two that fit alike the first is taken."""
    return tuple(_set(entry, place) for place, entry in enumerate(_raw()["set"]))


def _set(entry: Mapping[str, Any], place: int) -> WordSet:
    points: dict[str, int] = {}
    size = 0
    for language, labels in entry.items():
        if language in ("asks", "neutral"):
            continue
        size = len(labels)
        for point, alternatives in enumerate(labels, start=1):
            for word in alternatives.split("|"):
                points.setdefault(plain(word), point)
    return WordSet(entry["asks"], entry.get("neutral", False), size, points, place)


@cache
def _sets_with() -> Mapping[str, tuple[WordSet, ...]]:
    found: dict[str, list[WordSet]] = {}
    for one in word_sets():
        for word in one.points:
            found.setdefault(word, []).append(one)
    return {word: tuple(sets) for word, sets in found.items()}


def known(label: str) -> bool:
    """True when some set holds this label."""
    return any(s in _sets_with() for s in spellings(label))


def point_of(label: str, one: WordSet) -> int | None:
    """The label's point in the set, 1 to its size; None when the set does not hold it."""
    return next((one.points[s] for s in spellings(label) if s in one.points), None)


def choose_set(counts: Mapping[str, int], size: int | None = None) -> WordSet | None:
    """The set of known words that these labels (with how often each stands) come from, or None.

    The set that holds the most labels, told apart on the most points; of equals the first in the
    file, but after ENOUGH answers one whose every point was used. Never fewer points than the words
    have. size: points it must have.
    """
    if len(counts) > _MOST_LABELS:
        counts = dict(sorted(counts.items(), key=lambda w: (-w[1], w[0]))[:_MOST_LABELS])
    named = {s for label in counts for s in spellings(label)} & _sets_with().keys()
    rivals = dict.fromkeys(one for word in named for one in _sets_with()[word])
    best: tuple[Any, ...] | None = None
    chosen = None
    for one in sorted(rivals, key=lambda one: one.place):
        if size not in (None, one.size):
            continue
        found = {label: point for label in counts if (point := point_of(label, one)) is not None}
        used = set(found.values())
        answers = sum(counts[label] for label in found)
        rank = (len(found), len(used), answers >= ENOUGH and len(used) == one.size)
        if _fits(found, counts) and (best is None or rank > best):
            best = rank
            chosen = one
    return chosen


def _fits(found: Mapping[str, int], counts: Mapping[str, int]) -> bool:
    """Two labels of the set, or nothing but one: a single word beside others may be chance."""
    real = sum(meaning(label) is None for label in found)
    if real == 1:
        return all(meaning(label) is not None or label in found for label in counts)
    return real >= 2


def meaning(label: str) -> str | None:
    """What a label means that is no rating, "not_lived" or "no_answer"; None for any other."""
    for spelling in spellings(label):
        if spelling in words_of("not_lived"):
            return "not_lived"
        if spelling in words_of("no_answer"):
            return "no_answer"
    # nothing but signs: "-", "?", "…"
    if plain(label):
        return None
    return "no_answer"


@cache
def _ends() -> Mapping[str, int]:
    """Word -> -1 at the bad end, 1 at the good end, by the first set that holds the word."""
    found: dict[str, int] = {}
    for one in word_sets():
        for word, point in one.points.items():
            found.setdefault(word, -1 if point == 1 else int(point == one.size))
    return {word: sign for word, sign in found.items() if sign}


def end(label: str) -> int:
    """-1 for a label that is the bad end of a set, 1 for the good end, 0 for any other."""
    return next((_ends()[s] for s in spellings(label) if s in _ends()), 0)


@lru_cache(maxsize=4096)
def polarity(text: str) -> int:
    """-1 for words of a bad end ("very difficult"), 1 of a good end ("excellent"), 0 for others."""
    whole = plain(text)
    if sign := end(text):
        return sign
    for name, sign in (("low", -1), ("high", 1)):
        if _holds(whole, words_of("ends", name)):
            if sign < 0 or not _NEGATED.search(whole):
                return sign
            return -1
    return 0


def _holds(text: str, words: Iterable[str]) -> bool:
    return any(f" {word} " in f" {text} " for word in words)
