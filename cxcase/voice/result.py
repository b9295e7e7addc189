"""What voice hands on: quotes and terms by moment, and a library of comments to search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from cxcase.checks import Finding
from cxcase.estimate import Ints
from cxcase.shown import Shown

if TYPE_CHECKING:
    import bm25s

    from cxcase.voice.tokens import Reader

Direction = Literal["low", "high", "between", "unrated"]
_NEARLY = 88  # of 100, from which two texts are nearly the same
DIRECTIONS: tuple[Direction, ...] = ("low", "between", "high", "unrated")


@dataclass(frozen=True)
class Band:
    """A band of revenue a year with `customers` in it; an open end is None.

    Ends are round and part many customers.
    """

    low: float | None
    high: float | None
    customers: int


@dataclass(frozen=True)
class Quote:
    """Whole sentences of one customer, masked.

    direction: "low" speaks of a low mark, "high" of a high one. moment None: about dealing with the
    company at all. alike: comments of the same moment and direction that say much the same, this
    one among them.
    """

    id: str
    moment: str | None
    direction: Direction
    text: str
    language: str
    band: Band | None
    alike: int = 1


@dataclass(frozen=True)
class Term:
    """A word as customers mostly write it, and comments with it: all, low marks, high marks."""

    text: str
    language: str
    count: int
    low: int
    high: int


@dataclass(frozen=True)
class MomentVoice:
    """One moment: how many comments speak of it, with which marks; quotes low before high.

    Terms by how frequent.
    """

    moment: str
    comments: int
    low: int
    high: int
    quotes: tuple[Quote, ...]
    terms: tuple[Term, ...]

    def of(self, direction: Direction) -> tuple[Quote, ...]:
        """Its quotes of one direction."""
        return tuple(q for q in self.quotes if q.direction == direction)


@dataclass(frozen=True)
class Clip:
    """A recording: its name, its bytes' digest and kind, the consent, and what is said in it.

    consent: who agreed, when and for what; without all three it cannot be pinned.
    """

    id: str
    moment: str
    name: str
    kind: str  # mp3 | m4a | wav
    seconds: float
    direction: Direction = "unrated"
    transcript: str = ""
    who: str = ""
    when: str = ""
    purpose: str = ""

    @property
    def agreed(self) -> bool:
        """True when who agreed, when and for what is noted."""
        return all(part.strip() for part in (self.who, self.when, self.purpose))


@dataclass(frozen=True)
class Pin:
    """Something a customer said that belongs to the case: a quote, or words of a recording."""

    id: str
    kind: Literal["quote", "clip"]
    moment: str | None
    direction: Direction
    text: str
    language: str = ""
    band: Band | None = None


@dataclass(frozen=True, eq=False)
class Library:
    """All comments, n of them, masked, in the order of their text; what a search needs."""

    texts: Sequence[str]
    moments: tuple[str, ...]
    moment: Ints  # (n,) place in `moments`, -1 for none
    direction: Ints  # (n,) place in DIRECTIONS
    bands: tuple[Band, ...]
    band: Ints  # (n,) place in `bands`, -1 for none
    languages: tuple[str, ...]
    language: Ints  # (n,)
    index: bm25s.BM25
    reader: Reader

    def quote(self, place: int, text: str | None = None, alike: int = 1) -> Quote:
        """The comment at this place as a quote, in whole or the part `text` of it."""
        from cxcase.content_key import content_key

        whole = self.texts[place]
        at = int(self.moment[place])
        band = int(self.band[place])
        moment = None if at < 0 else self.moments[at]
        shown = whole if text is None else text
        return Quote(
            content_key("quote", moment, shown)[:16],
            moment,
            DIRECTIONS[int(self.direction[place])],
            shown,
            self.languages[int(self.language[place])],
            None if band < 0 else self.bands[band],
            alike,
        )

    def search(
        self, asked: str, moment: str | None = None, most: int = 12
    ) -> tuple[tuple[Quote, ...], int]:
        """(best comments, each unlike the others; how many hold a word), of one moment or all."""
        words = self.reader.ask(asked)
        if not words or not self.texts:
            return (), 0
        score = self.index.get_scores(words)
        if moment is not None:
            score = np.where(self.moment == self.moments.index(moment), score, 0.0)
        found = np.flatnonzero(score > 0)
        best = found[np.argsort(-score[found], kind="stable")][: 4 * most]
        return tuple(self.quote(k) for k in _unlike(self.texts, best.tolist(), most)), len(found)


def _unlike(texts: Sequence[str], places: Sequence[int], most: int) -> list[int]:
    """The first `most` of the places whose texts are not nearly the same as an earlier one's."""
    from rapidfuzz import fuzz

    kept: list[int] = []
    for k in places:
        text = texts[k].casefold()
        if len(kept) < most and all(fuzz.ratio(text, texts[j].casefold()) < _NEARLY for j in kept):
            kept.append(k)
    return kept


@dataclass(frozen=True, eq=False, repr=False)
class Voice(Shown):
    """All moments in the survey's order. languages: code -> comments.

    library: None where it was left out.
    """

    key: str
    comments: int
    tied: int  # comments that speak of a moment
    moments: tuple[MomentVoice, ...]
    languages: Mapping[str, int]
    findings: tuple[Finding, ...]
    library: Library | None = field(default=None, repr=False)

    def said(self, pin: Pin) -> bool:
        """True when a customer still says this: files may have changed since it was pinned."""
        text = pin.text.removesuffix(" …").removesuffix("…")
        quoted = any(q.text == pin.text for m in self.moments for q in m.quotes)
        return quoted or (self.library is not None and any(text in t for t in self.library.texts))

    def of(self, moment: str) -> MomentVoice | None:
        """What is said of one moment."""
        return next((m for m in self.moments if m.moment == moment), None)
