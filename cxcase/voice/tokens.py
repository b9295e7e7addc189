"""Comments as words: cut by ICU in every script, in their language, forms of a word as one."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, TypeAlias
from zlib import crc32

import numpy as np
from scipy import sparse

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake import MASKS

SAMPLED = 1500  # comments by which the languages of all are told
# of the sample, from which a language is one of them
_SHARE = 0.01
_LEAST = 2
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "ga": "irish",
    "it": "italian",
    "lt": "lithuanian",
    "no": "norwegian",
    "nb": "norwegian",
    "nn": "norwegian",
    "fa": "persian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "es": "spanish",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
Sparse: TypeAlias = Any  # a sparse matrix of scipy, by rows


@dataclass(frozen=True, eq=False)
class Words:
    """The words of n comments. ids: the terms of each, offsets (n + 1,) into them.

    shown: a term's most frequent form; stop: terms that mean little (v,); language: of each term
    (v,) and comment (n,).
    """

    ids: Ints
    offsets: Ints
    shown: tuple[str, ...]
    stop: Bools
    term_language: Ints
    languages: tuple[str, ...]
    language: Ints
    reader: Reader

    @property
    def n(self) -> int:
        """How many comments."""
        return len(self.offsets) - 1

    def counts(self) -> Sparse:
        """(n, v) how often each term stands in each comment, without those that mean little."""
        rows = np.repeat(np.arange(self.n), np.diff(self.offsets))
        kept = ~self.stop[self.ids]
        shape = (self.n, len(self.shown))
        return sparse.csr_matrix(
            (np.ones(int(kept.sum())), (rows[kept], self.ids[kept])), shape=shape
        )

    def lists(self) -> list[list[int]]:
        """The terms of each comment that mean something."""
        kept = ~self.stop[self.ids]
        ends = np.concatenate([[0], np.cumsum(kept)])[self.offsets]
        return [part.tolist() for part in np.split(self.ids[kept], ends[1:-1])]


@dataclass(frozen=True, eq=False)
class Reader:
    """Words that somebody types, as terms. words: a word -> its term."""

    words: dict[str, int] = field(repr=False)
    stop: Bools = field(repr=False)
    languages: tuple[str, ...] = ()
    stems: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)

    def ask(self, text: str) -> list[int]:
        """The terms of a text that say something.

        A word that nobody wrote counts as another form of it.
        """
        found: list[int] = []
        for word in split(text):
            found += [self.words[word]] if word in self.words else []
            found += [
                self.stems[key]
                for lang in self.languages
                if (key := (lang, stem(lang, word))) in self.stems
            ]
        found = list(dict.fromkeys(found))
        return [f for f in found if not self.stop[f]]


def split(text: str) -> list[str]:
    """The words of a text in lower case, without marks where something was taken out."""
    from icu4py.breakers import WordBreaker

    for mark in MASKS:
        text = text.replace(mark, " ")
    return [p.casefold() for p in WordBreaker(text, "en") if p[0].isalpha()]


def read_words(texts: Sequence[str], kept: frozenset[str]) -> Words:
    """The texts as words.

    kept: words that say something whatever the lists say, such as those of a moment's name.
    """
    known = _Known()
    parts = [known.all_of(text) for text in texts]
    offsets = np.concatenate([[0], np.cumsum([len(p) for p in parts])]).astype(np.int64)
    flat = np.fromiter((i for p in parts for i in p), dtype=np.int64, count=int(offsets[-1]))
    words = list(known.words)
    languages, language = tell_languages(texts, words, flat, offsets)
    of_word = _main_language(flat, offsets, language, len(words), len(languages))
    stems = _stems(words, of_word, languages)
    terms: dict[tuple[int, str], int] = {}
    term_of = np.array(
        [
            terms.setdefault((int(lang), s), len(terms))
            for lang, s in zip(of_word, stems, strict=True)
        ]
    )
    often = np.bincount(flat, minlength=len(words))
    shown = [""] * len(terms)
    stop = np.zeros(len(terms), dtype=bool)
    for w in (
        np.lexsort((np.array(words, dtype=object).astype(str), -often)).tolist() if words else []
    ):
        shown[term_of[w]] = shown[term_of[w]] or words[w]
    term_language = np.zeros(len(terms), dtype=np.int64)
    for (lang, _), t in terms.items():
        term_language[t] = lang
        stop[t] = _means_little(shown[t], languages[lang]) and shown[t] not in kept
    reader = Reader(
        {w: int(term_of[i]) for i, w in enumerate(words)},
        stop,
        languages,
        {(languages[lang], s): t for (lang, s), t in terms.items()},
    )
    ids = term_of[flat] if len(flat) else flat
    return Words(ids, offsets, tuple(shown), stop, term_language, languages, language, reader)


class _Known(dict[str, int]):
    """A piece of text -> the number of its word, -1 for what is none."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[str, int] = {}

    def __missing__(self, piece: str) -> int:
        word = -1
        if piece[0].isalpha():
            word = self.words.setdefault(piece.casefold(), len(self.words))
        self[piece] = word
        return word

    def all_of(self, text: str) -> list[int]:
        from icu4py.breakers import WordBreaker

        for mark in MASKS:
            if mark in text:
                text = text.replace(mark, " ")
        return [i for p in WordBreaker(text, "en") if (i := self[p]) >= 0]


def _means_little(word: str, language: str) -> bool:
    short = len(word) == 1 and not _spells_words(word)
    return short or word in _stop_words(language)


def _spells_words(sign: str) -> bool:
    """True for a sign that can be a word of its own."""
    return unicodedata.category(sign) == "Lo" and not "\u3040" <= sign <= "\u30ff"


@cache
def _stop_words(language: str) -> frozenset[str]:
    import stopwordsiso

    if stopwordsiso.has_lang(language):
        return frozenset(stopwordsiso.stopwords(language))
    return frozenset()


class _Stemmer(Protocol):
    """What the stemmer of a language is asked for."""

    def stemWord(self, word: str) -> str: ...  # noqa: N802

    def stemWords(self, words: Sequence[str]) -> list[str]: ...  # noqa: N802


@cache
def _stemmer(language: str) -> _Stemmer | None:
    import Stemmer

    name = _STEMMERS.get(language)
    if name is None:
        return None
    found: _Stemmer = Stemmer.Stemmer(name)
    return found


def stem(language: str, word: str) -> str:
    """The stem of a word in a language."""
    found = _stemmer(language)
    if found is None:
        return word
    return found.stemWord(word)


def _stems(words: Sequence[str], of_word: Ints, languages: Sequence[str]) -> list[str]:
    stems = list(words)
    for code, language in enumerate(languages):
        mine = np.flatnonzero(of_word == code).tolist()
        found = _stemmer(language)
        if found is not None:
            stemmed = found.stemWords([words[w] for w in mine])
            for w, s in zip(mine, stemmed, strict=True):
                stems[w] = s
    return stems


def _main_language(flat: Ints, offsets: Ints, language: Ints, words: int, languages: int) -> Ints:
    """The language in whose comments each word stands most, (words,)."""
    per_token = np.repeat(language, np.diff(offsets))
    table = np.bincount(flat * languages + per_token, minlength=words * languages).reshape(
        words, languages
    )
    most: Ints = table.argmax(axis=1)
    return most


def tell_languages(
    texts: Sequence[str], words: Sequence[str], flat: Ints, offsets: Ints
) -> tuple[tuple[str, ...], Ints]:
    """(codes of the languages, the most frequent first; the language of each comment (n,)).

    Which languages there are is told from a sample; of these a comment has the one whose little
    words it uses most.
    """
    import py3langid

    order = sorted(range(len(texts)), key=lambda k: (crc32(texts[k].encode()), texts[k]))[:SAMPLED]
    told = [py3langid.classify(texts[k])[0] for k in order if offsets[k + 1] - offsets[k] > 1]
    count = {code: told.count(code) for code in sorted(set(told))}
    enough = max(_LEAST, _SHARE * len(told)) if len(told) > 2 * _LEAST else 1
    languages = tuple(
        sorted((c for c, n in count.items() if n >= enough), key=lambda c: (-count[c], c))
    ) or ("en",)
    if len(languages) == 1 or not len(flat):
        return languages, np.zeros(len(texts), dtype=np.int64)
    return languages, _vote(len(texts), words, flat, offsets, languages)


def _vote(
    n: int, words: Sequence[str], flat: Ints, offsets: Ints, languages: tuple[str, ...]
) -> Ints:
    """The language of each comment by its little words and its script, (n,)."""
    weight = np.array([[w in _stop_words(lang) for lang in languages] for w in words], dtype=float)
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1.0)
    script = np.array(
        [[_script(w) == _SCRIPTS.get(lang, "LATIN") for lang in languages] for w in words],
        dtype=float,
    )
    rows = np.repeat(np.arange(n), np.diff(offsets))
    votes: Floats = np.zeros((n, len(languages)))
    for j in range(len(languages)):
        votes[:, j] = np.bincount(rows, (weight[:, j] + 10.0 * script[:, j])[flat], minlength=n)
    best: Ints = np.round(votes, 9).argmax(axis=1)
    return best


_SCRIPTS = {
    "ar": "ARABIC",
    "fa": "ARABIC",
    "ur": "ARABIC",
    "he": "HEBREW",
    "ru": "CYRILLIC",
    "uk": "CYRILLIC",
    "bg": "CYRILLIC",
    "sr": "CYRILLIC",
    "el": "GREEK",
    "ja": "CJK",
    "zh": "CJK",
    "ko": "HANGUL",
    "th": "THAI",
    "hi": "DEVANAGARI",
}


def _script(word: str) -> str:
    name = unicodedata.name(word[0], "LATIN").split(" ")[0]
    if name in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"):
        return "CJK"
    return name
