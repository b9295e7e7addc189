"""Short names of survey questions: what each asks about, without the asking."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources

from cxcase.intake.vocabulary.headings import spoken

LONGEST_NAME = 40  # characters of a name
_STEM = 4  # letters by which a word is known again
_TELLING = 2  # words from which what is left says what a question is about
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\s+[–—]\s+|\n+")
# "last visit of our engineer" -> "last engineer visit"
_OF_WHOM = re.compile(
    r"(last|latest|most recent|first) (\w+) (?:of|by|from) (?:one of )?"
    r"(?:our|the|your|an?) (\w+?)s?",
    re.IGNORECASE,
)
# "mit der letzten Lieferung" -> "letzte Lieferung"
_DATIVES = ("der", "ihrer", "unserer", "einer", "deiner")
_DECLINED = re.compile(r"^([a-zäöüß]+e)n(?= [A-ZÄÖÜ])")
_EDGES = " \t,.;:!?¿¡-–—\"'()[]"


def short_names(questions: Sequence[str]) -> dict[str, str]:
    """Question -> its name, at most `LONGEST_NAME` characters, each a different one.

    A short heading that asks nothing keeps its words. Questions that would be called the same say
    with a word of their own what tells them apart; those still the same are counted.
    """
    names = {question: _shortened(question) for question in dict.fromkeys(questions)}
    for alike in _alike(names):
        shared = set.intersection(*(set(_telling(question)) for question in alike))
        names |= {question: _apart(names[question], question, shared) for question in alike}
    taken: set[str] = set()
    for question in names:
        names[question] = _one_of_its_own(names[question], taken)
        taken.add(names[question].casefold())
    return names


def _alike(names: Mapping[str, str]) -> list[list[str]]:
    """The questions that would have one name, together."""
    groups: dict[str, list[str]] = {}
    for question, name in names.items():
        groups.setdefault(name.casefold(), []).append(question)
    return [group for group in groups.values() if len(group) > 1]


def _apart(name: str, question: str, shared: Collection[str]) -> str:
    """The name with the first word that only this question of those has."""
    known = {*shared, *_telling(name)}
    own = next((word for word in _telling(spoken(question)) if word not in known), None)
    if own is None:
        return name
    ending = f" ({own})"
    return _cut(name, LONGEST_NAME - len(ending)) + ending


def _one_of_its_own(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken."""
    made = name
    number = 2
    while made.casefold() in taken:
        ending = f" ({number})"
        made = name[: LONGEST_NAME - len(ending)].rstrip(_EDGES) + ending
        number += 1
    return made


def _shortened(question: str) -> str:
    said = spoken(question)
    asks = said.rstrip().endswith("?") or "?" in question or said != _without_asking(said)
    if len(said) <= LONGEST_NAME and not asks:
        return said
    told = [_subject(part) for part in _clauses(question)]
    about = next((name for name in told if len(_telling(name)) >= _TELLING), None)
    if about is None:
        about = max(told, key=lambda name: len(_telling(name)), default="")
    return _cut(_begun(about)) if _telling(about) else _cut(said)


def _sentences(question: str) -> list[str]:
    """The sentences of a question: those that ask come first."""
    parts = [part for part in _SENTENCE.split(_plain(question)) if part.strip(_EDGES)]
    return sorted(parts, key=lambda part: not part.rstrip().endswith("?"))


def _clauses(question: str) -> list[str]:
    """The sentences of a question; of one that leads up to what it asks, "Thinking of your last
    invoice, how clear was it?", what stands before the comma, or behind it where that has a matter
    of its own.
    """
    found = []
    for sentence in _sentences(question):
        before, _, asks = sentence.partition(",")
        leads = _openings().match(before) and not _preambles().match(f"{before},")
        if leads and _after_comma().match(asks.strip()):
            found.append(before if _asks_of(before, asks.strip()) else asks.strip())
        else:
            found.append(sentence)
    return found


def _asks_of(matter: str, asks: str) -> bool:
    """True where a question only asks how the matter named before it was."""
    if _back().search(asks):
        return True
    named = [word[:_STEM] for word in _telling(matter)]
    return all(word[:_STEM] in named for word in _telling(_subject(asks)))


def _plain(question: str) -> str:
    """The question without hints at its scale and its number; its question mark is kept."""
    return spoken(question) + ("?" if question.rstrip().endswith("?") else "")


def _subject(sentence: str) -> str:
    """What a sentence asks about."""
    text = sentence.strip(_EDGES)
    before = _preambles().match(text)
    text = _without_asking(text[before.end() :].strip(_EDGES) if before else text)
    text = _without_ending(text)
    turned = _OF_WHOM.fullmatch(text)
    if turned:
        return f"{turned[1]} {turned[3]} {turned[2]}"
    return text


def _without_asking(text: str) -> str:
    """The text without how it asks, and without the articles that are then its first words."""
    asked = _openings().match(text)
    if asked is None:
        return text
    left = text[asked.end() :].strip(_EDGES)
    while (article := _articles().match(left)) is not None:
        left = left[article.end() :].strip(_EDGES)
        if article[0].casefold() in _DATIVES:
            left = _DECLINED.sub(r"\1", left)
    return left


def _without_ending(text: str) -> str:
    """The text without what limits the time, the scale or who gave the service."""
    while (ending := _endings().search(text)) is not None and ending.start() > 0:
        text = text[: ending.start()].strip(_EDGES)
    return text


def _telling(name: str) -> list[str]:
    """The words of a name that are no fillers."""
    return [word for word in re.findall(r"\w+", name.casefold()) if word not in _fillers()]


def _begun(name: str) -> str:
    return name[:1].upper() + name[1:]


def _cut(name: str, most: int = LONGEST_NAME) -> str:
    """The name in at most so many characters: up to a word that begins what it can do without, else
    without fillers.
    """
    if len(name) <= most:
        return name
    words = name.split()
    for count in range(len(words) - 1, 1, -1):
        start = " ".join(words[:count]).rstrip(_EDGES)
        ends = words[count].casefold() in _boundaries() and not _is_filler(words[count - 1])
        if ends and len(start) <= most and len(_telling(start)) >= _TELLING:
            return start
    bare = [word for word in words if not _is_filler(word)]
    return " ".join(_fitting(bare, most)) or name[:most]


def _is_filler(word: str) -> bool:
    return word.strip(_EDGES).casefold() in _fillers()


def _fitting(words: Sequence[str], most: int) -> Iterator[str]:
    """The first words that fit together."""
    left = most + 1
    for word in words:
        left -= len(word) + 1
        if left < 0:
            return
        yield word.strip(_EDGES)


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, list[str]]]:
    text = resources.files(__package__).joinpath("question_openings.toml").read_text("utf-8")
    found: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return found


@lru_cache(maxsize=1)
def _openings() -> re.Pattern[str]:
    """How a question begins, up to the next word."""
    return _any_of([one for language in _words()["opening"].values() for one in language])


@lru_cache(maxsize=1)
def _articles() -> re.Pattern[str]:
    return _any_of(_words()["article"]["all"])


def _any_of(ways: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(ways)})(?=\W|$|(?<=,))", re.IGNORECASE)


@lru_cache(maxsize=1)
def _endings() -> re.Pattern[str]:
    ways = "|".join(_words()["ending"]["all"])
    return re.compile(rf"\W+(?:{ways})\W*$", re.IGNORECASE)


@lru_cache(maxsize=1)
def _after_comma() -> re.Pattern[str]:
    return _any_of(_words()["after_comma"]["all"])


@lru_cache(maxsize=1)
def _back() -> re.Pattern[str]:
    """A word that stands for what was named before."""
    return re.compile(rf"\b(?:{'|'.join(_words()['back']['all'])})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _preambles() -> re.Pattern[str]:
    return _any_of(_words()["preamble"]["all"])


@lru_cache(maxsize=1)
def _boundaries() -> frozenset[str]:
    return frozenset(str(_words()["boundary"]["all"]).split())


@lru_cache(maxsize=1)
def _fillers() -> frozenset[str]:
    return frozenset(str(_words()["filler"]["all"]).split())
