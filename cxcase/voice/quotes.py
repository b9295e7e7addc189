"""Representative quotes: near the middle of what is said, unlike each other, whole sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.intake import MASKS
from cxcase.voice.tokens import Sparse

QUOTES = 4  # a moment and direction
# characters
LONGEST = 260
_SHORTEST = 12
_FEWEST_WORDS = 3
_CANDIDATES = 300
_RELEVANCE = 0.6  # of being typical beside being unlike the quotes already chosen
_ALIKE = 0.4  # cosine from which two comments say much the same
_SPELT_ALIKE = 65  # of 100, from which they do whatever the cosine
_MOST_MASKED = 2


@dataclass(frozen=True)
class Chosen:
    """A comment's row, its sentences that are shown, and how many comments say much the same."""

    row: int
    text: str
    alike: int


def choose(
    texts: Sequence[str], vectors: Sparse, rows: Ints, clear: Floats, most: int = QUOTES
) -> tuple[Chosen, ...]:
    """Up to `most` comments of `rows` by maximal marginal relevance, never near-duplicates.

    vectors (n, v): TF-IDF rows of length one; clear (n,): 0 to 1, how far a mark lies at its end.
    The order of rows changes nothing but which of two equal texts is taken. Source: Carbonell &
    Goldstein 1998, SIGIR.
    """
    fit = np.array([k for k in rows.tolist() if _can_be_quoted(texts[k])], dtype=np.int64)
    if not len(fit):
        return ()
    group = vectors[rows]
    middle = group.T @ (0.1 + clear[rows])
    length = float(np.sqrt((middle**2).sum()))
    typical = np.round(np.asarray(vectors[fit] @ middle).reshape(-1) / (length or 1.0), 9)
    typical *= np.array([_ease_of_reading(texts[k]) for k in fit.tolist()]) * (
        0.4 + 0.6 * clear[fit]
    )
    best = np.argsort(-typical, kind="stable")[:_CANDIDATES]
    fit = fit[best]
    typical = typical[best] / (typical.max() or 1.0)
    near = np.round(np.asarray((vectors[fit] @ vectors[fit].T).todense()), 9)
    picked = _varied(typical, near, [texts[k] for k in fit.tolist()], most)
    alike = np.asarray((group @ vectors[fit[picked]].T).todense()) >= _ALIKE
    return tuple(
        Chosen(int(fit[p]), sentences(texts[int(fit[p])]), max(1, int(alike[:, i].sum())))
        for i, p in enumerate(picked)
    )


def _varied(typical: Floats, near: Floats, texts: Sequence[str], most: int) -> list[int]:
    """Greedily the most typical one that is least like those already taken."""
    from rapidfuzz import fuzz

    picked: list[int] = []
    open_ = np.ones(len(typical), dtype=bool)
    while len(picked) < most and open_.any():
        like = near[:, picked].max(axis=1) if picked else np.zeros(len(typical))
        score = np.where(open_, _RELEVANCE * typical - (1 - _RELEVANCE) * like, -np.inf)
        k = int(score.argmax())
        open_[k] = False
        said = (fuzz.token_set_ratio(texts[k].casefold(), texts[p].casefold()) for p in picked)
        if like[k] < _ALIKE and all(s < _SPELT_ALIKE for s in said):
            picked.append(k)
            open_ &= near[:, k] < _ALIKE
    return picked


def _can_be_quoted(text: str) -> bool:
    words = text.split()
    masked = sum(text.count(m) for m in MASKS)
    spaced = len(words) >= _FEWEST_WORDS or not text.isascii()
    return (
        len(text) >= (_SHORTEST if text.isascii() else _SHORTEST // 2)
        and spaced
        and masked <= _MOST_MASKED
    )


def _ease_of_reading(text: str) -> float:
    """1 for a sentence or two; less for a few words, a long text, shouting, or what was masked."""
    size = len(text) if text.isascii() else 2 * len(text)
    score = 1.0 if 40 <= size <= LONGEST else 0.8
    if text.isupper():
        score *= 0.5
    return float(score * 0.8 ** sum(text.count(m) for m in MASKS))


def sentences(text: str, longest: int = LONGEST) -> str:
    """As many whole sentences from the start as fit.

    The first one always, cut at a word where it alone is too long.
    """
    from icu4py.breakers import SentenceBreaker

    if len(text) <= longest:
        return text
    shown = ""
    for sentence in SentenceBreaker(text, "en"):
        if shown and len((shown + sentence).rstrip()) > longest:
            break
        shown += sentence
    shown = shown.rstrip()
    if len(shown) > longest:
        return shown[: longest - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
    return f"{shown} …"
