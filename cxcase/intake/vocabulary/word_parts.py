"""What the words of a heading stand for: its ideas, in many languages, also of the parts of
compounds ("Kundennummer": customer, id), and whether they are those of a field's headings.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

Ideas = frozenset[str]  # all that one word may stand for

FILLER = "filler"  # the idea of words that say nothing of a column
_UNKNOWN: Ideas = frozenset()
_FIGURE: Ideas = frozenset({FILLER})
_DATED: Ideas = frozenset({"dated"})
_LONGEST_PHRASE = 4  # words
_LONGEST_HEADING = 200  # characters; what is longer is an answer, not a heading
_SHORTEST_PART = 3  # letters that the first part of a compound has
_LINKS = ("", "s", "n", "e", "es", "en", "er")  # between the parts of compounds
_ENDINGS = ("s", "e", "n", "r", "a", "o", "i", "t", "en", "er", "es", "em", "ne", "te")
_HINT = re.compile(r"[(\[]([^)\]]*)[)\]]")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-zà-ÿ])")
_WORD = re.compile(r"[^\W_]+|[%#&]")
_NUMBERED = re.compile(r"(q|h|p)?\d+([a-z]{1,2})?")
_YEAR = re.compile(r"(19|20)\d\d|(fy|cy|gj)\d+")
_SIGNS = {"#": "no", "%": "percent", "&": "and"}
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})
_SCRIPT_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Meaning:
    """The ideas of a heading that names a field.

    needed: each by a word of its own, one of the alternatives; permitted: what may stand beside.
    """

    needed: tuple[Ideas, ...]
    permitted: Ideas

    @classmethod
    def of(cls, text: str) -> Meaning:
        """The meaning as vocabularies write it: "revenue end|latest / net year"."""
        needed, _, permitted = text.partition("/")
        ideas = tuple(frozenset(word.split("|")) for word in needed.split())
        for idea in frozenset(permitted.split()).union(*ideas):
            if idea not in _ideas_of_words():
                raise KeyError(idea)
        return cls(ideas, frozenset(permitted.split()).union({FILLER}, *ideas))

    def fits(self, words: Sequence[Ideas]) -> bool:
        """True where the words say all that is needed and nothing that is not permitted."""
        if not all(ideas & self.permitted for ideas in words):
            return False
        return _each_by_its_own(self.needed, words)


def _each_by_its_own(needed: Sequence[Ideas], words: Sequence[Ideas]) -> bool:
    """True where every needed idea has a word to itself."""
    if not needed:
        return True
    first, rest = needed[0], needed[1:]
    return any(
        ideas & first and _each_by_its_own(rest, [*words[:k], *words[k + 1 :]])
        for k, ideas in enumerate(words)
    )


@lru_cache(maxsize=2**14)
def ideas_of(heading: str) -> tuple[Ideas, ...]:
    """What each word of the heading may stand for; empty for a word that is not known, and for all
    of a heading as long as an answer. A scale or another hint in brackets counts where it is known.
    """
    if len(heading) > _LONGEST_HEADING:
        return (_UNKNOWN,)
    said = (hint for hint in _HINT.findall(heading) if "=" not in hint)
    hints = [ideas for hint in said for ideas in _in_words(_words(hint))]
    return (*_in_words(_words(_HINT.sub(" ", heading))), *(ideas for ideas in hints if ideas))


def has_idea(heading: str, idea: str) -> bool:
    """True where a word of the heading stands for the idea."""
    return any(idea in ideas for ideas in ideas_of(heading))


def _words(text: str) -> list[str]:
    """The words in lower case without accents."""
    return [_folded(_SIGNS.get(word, word)) for word in _WORD.findall(_CAMEL.sub(" ", text))]


def _folded(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.lower().translate(_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _in_words(words: Sequence[str]) -> Iterator[Ideas]:
    """The ideas of word after word, of the longest phrase that begins with each."""
    place = 0
    while place < len(words):
        length = _phrase_length(words[place:])
        if length > 1:
            yield _known()[" ".join(words[place : place + length])]
        else:
            yield from _in_one(words[place])
        place += length


def _phrase_length(words: Sequence[str]) -> int:
    """How many of the first words are known as one; 1 where they are none."""
    longest = min(_LONGEST_PHRASE, len(words))
    lengths = range(longest, 1, -1)
    return next((n for n in lengths if " ".join(words[:n]) in _known()), 1)


def _in_one(word: str) -> tuple[Ideas, ...]:
    """The ideas of one word: its own, its parts', or those of its beginning."""
    if word in _known():
        return (_known()[word] | _by_its_beginning(word),)
    if _YEAR.fullmatch(word):
        return (_DATED,)
    if _NUMBERED.fullmatch(word):
        return (_FIGURE,)
    return _parts(word) or (_without_ending(word) or _by_its_beginning(word),)


def _without_ending(word: str) -> Ideas:
    """What the word stands for in another number, gender or case."""
    stems = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
    return next((_part(s) for s in stems if len(s) > _SHORTEST_PART and _part(s)), _UNKNOWN)


def _parts(word: str) -> tuple[Ideas, ...]:
    """The ideas of a compound's parts, the longest first part first; () where it is none."""
    shortest = 1 if _SCRIPT_WITHOUT_SPACES.search(word) else _SHORTEST_PART
    for end in range(len(word) - 1, shortest - 1, -1):
        first = _part(word[:end])
        if first and (rest := _rest(word[end:])):
            return (first, *rest)
    return ()


def _part(text: str) -> Ideas:
    """The ideas of a part of a compound; none of a word that says nothing."""
    return _known().get(text, _UNKNOWN) - {FILLER}


def _rest(text: str) -> tuple[Ideas, ...]:
    """The ideas of what follows a compound's first part and the letters that link them."""
    for link in _LINKS:
        last = text.removeprefix(link)
        if not text.startswith(link) or not last:
            continue
        if part := _part(last):
            return (part,)
        if found := _parts(last):
            return found
        if len(last) > _SHORTEST_PART and (begun := _by_its_beginning(last)):
            return (begun,)
    return ()


def _by_its_beginning(word: str) -> Ideas:
    """What words that begin so stand for, of the longest beginning."""
    found = (word[:end] for end in range(len(word), 2, -1) if word[:end] in _beginnings())
    return _beginnings().get(next(found, ""), _UNKNOWN)


@cache
def _known() -> Mapping[str, Ideas]:
    """Word or phrase -> ideas."""
    return _of_entries(starred=False)


@cache
def _beginnings() -> Mapping[str, Ideas]:
    """Beginning of words -> ideas."""
    return _of_entries(starred=True)


def _of_entries(*, starred: bool) -> dict[str, Ideas]:
    found: dict[str, Ideas] = {}
    for idea, words in _ideas_of_words().items():
        for word in words:
            if word.endswith("*") == starred:
                bare = word.removesuffix("*")
                found[bare] = found.get(bare, _UNKNOWN) | {idea}
    return found


@cache
def _ideas_of_words() -> Mapping[str, Sequence[str]]:
    """Idea -> the words that stand for it."""
    file = resources.files("cxcase.intake.vocabulary").joinpath("word_parts.toml")
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    entries = {**raw["ideas"], FILLER: raw["filler"]["words"]}
    return {
        idea: [" ".join(_folded(w) for w in word.split()) for word in words.split(",")]
        for idea, words in entries.items()
    }
