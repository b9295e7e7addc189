"""What companies call the canonical fields, and how well a heading fits one of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from cxcase.intake.vocabulary.word_parts import FILLER, Ideas, Meaning, ideas_of

_NOT_WORD = re.compile(r"[^\w%]+|_+")
_HINT = re.compile(r"[\(\[][^\(\[\)\]]*[\)\]]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_QUESTION_NUMBER = re.compile(r"^\s*q?\d+(?:[._]\d+)*\s*[.:)\-–]\s*", re.IGNORECASE)
_PERSONAL = re.compile(
    r"^(e ?mail|mail|courriel|correo)( address| adresse)?$|\bemail\b|\be mail\b"
    r"|^ip( ?address)?$|\bip ?address\b"
    r"|^(first|last|full|given|family|customer|contact|company|account|client|respondent|recipient"
    r"|employee|person|user|recipient first|recipient last|employee first|employee last)?\s?name$"
    r"|surname"
    r"|^(account|record|opportunity|case|ticket|lead|contact) owner( name)?$"
    r"|^(requester|requestor|assignee|submitter)( name)?$"
    r"|^(created|modified|last modified|updated) by$"
    r"|^(vor|nach)name$|^nom( de famille)?$|^pr[ée]nom$|^nombre$|^apellidos?$"
    r"|^(tele)?phone( number)?$|^mobile( number)?$|^telefon(nummer)?$"
    r"|^(street )?address$|^postcode$|^zip( code)?$"
    r"|^(location ?)?(latitude|longitude)$|^location ?accuracy$|^lat(itude)? lon(g|gitude)$"
    r"|^date of birth$|^dob$"
)
_SOMETHING_ELSE = re.compile(
    r"\b(type|category|kind|reason|count|accuracy|rate|percent|year|flag|label)$"
)
# what a heading that begins like a team is of instead
_NO_TEAM = re.compile(
    r"\b(scores?|ratings?|size|headcount|count|price|cost|budget|revenue|sales|turnover|profit"
    r"|engagement|satisfaction|nps|csat|ces|city|town|postcode|zip|country|county|address"
    r"|größe|umsatz|stadt|ville|ciudad)$"
)
# a heading that holds a field's word scores this plus up to 0.3 for how much of it the word fills
CONTAINED = 0.6
PATTERN = 0.9
STRONG = 0.7
UNDERSTOOD = 0.8  # where a heading means the field, in whatever words
HINTED = 0.72  # where it may mean it, and other fields too

_SIGNS = {"£": "gbp", "€": "eur", "$": "usd"}


@dataclass(frozen=True)
class Field:
    """One canonical field of a role, and what companies call it."""

    name: str
    kind: str  # id | text | period | prose | list | number | money | date | flag | rating,
    # of sheets written by hand also cost | written
    needed: bool
    words: frozenset[str]  # without spaces
    within: re.Pattern[str] | None  # any of the words, longest first, inside a heading
    patterns: tuple[re.Pattern[str], ...]
    means: tuple[Meaning, ...]
    may_mean: tuple[Meaning, ...]
    never: Ideas  # of which no word of its headings speaks


@cache
def fields_of(role: str) -> Mapping[str, Field]:
    """Canonical field name -> `Field`, in the file's order. Raises KeyError for another role."""
    return {name: _field(name, entry) for name, entry in _raw()[role].items()}


@cache
def _raw() -> Mapping[str, Mapping[str, dict[str, Any]]]:
    file = resources.files("cxcase.intake.vocabulary").joinpath("headings.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _field(name: str, entry: Mapping[str, Any]) -> Field:
    source = _words_as(entry)
    words = source.get("words", ())
    return Field(
        name,
        entry["kind"],
        entry.get("needed", False),
        words=frozenset(w.replace(" ", "") for w in words),
        within=_any_of(words),
        patterns=tuple(re.compile(p) for p in source.get("patterns", ())),
        means=tuple(map(Meaning.of, source.get("means", ()))),
        may_mean=tuple(map(Meaning.of, source.get("may_mean", ()))),
        never=frozenset(source.get("never", "").split()),
    )


def _words_as(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entry whose words and patterns count: its own, or those of another role's field."""
    if "like" not in entry:
        return entry
    role, field = entry["like"].split(".")
    return _raw()[role][field]


def _any_of(words: Sequence[str]) -> re.Pattern[str] | None:
    """Any of the words inside a text, the longest first; None where there are none."""
    if not words:
        return None
    longest = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\S)(?:{longest})(?!\S)")


@lru_cache(maxsize=2**15)
def clean(heading: str) -> str:
    """The heading as `Field.words` are compared with it.

    In lower case, without scale hints, question numbers and punctuation; a currency's sign that
    stands alone is its code.
    """
    alone = _SIGNS.get(heading.strip())
    if alone:
        return alone
    text = _QUESTION_NUMBER.sub("", _CAMEL.sub(" ", _HINT.sub(" ", heading)))
    return _NOT_WORD.sub(" ", text).strip().lower()


@lru_cache(maxsize=2**15)
def names_nothing(heading: str) -> bool:
    """True for a heading that no field of any role can be called, told in one look: no word of
    one, no pattern, and not all of its words understood. False says nothing.
    """
    cleaned = clean(heading)
    glued, first, pattern = _every_word()
    if not cleaned or cleaned.replace(" ", "") in glued or not first.isdisjoint(cleaned.split()):
        return False
    return pattern.search(cleaned) is None and not all(ideas_of(heading))


@cache
def _every_word() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    """Of all fields: (their words without spaces, the first part of each, any of their
    patterns).
    """
    entries = [_words_as(entry) for fields in _raw().values() for entry in fields.values()]
    words = [word for entry in entries for word in entry.get("words", ())]
    patterns = [f"(?:{pattern})" for entry in entries for pattern in entry.get("patterns", ())]
    glued = frozenset(word.replace(" ", "") for word in words)
    return glued, frozenset(word.split()[0] for word in words), re.compile("|".join(patterns))


def spoken(heading: str) -> str:
    """The heading as a readable name: no scale hints, no question number."""
    text = _QUESTION_NUMBER.sub("", _HINT.sub(" ", heading)).replace("_", " ")
    return " ".join(text.split()).strip(" :-–?") or heading.strip()


def personal(heading: str) -> bool:
    """True for a heading of names, addresses, telephone numbers, places: never read anywhere."""
    return bool(_PERSONAL.search(clean(heading)))


def fit_by_meaning(heading: str, field: Field) -> float:
    """How well a heading names the field, by its words and by what they mean.

    A heading that only holds a word of the field does not name it where all of it is understood as
    something else ("customer satisfaction" is no customer), nor does one of what it never means.
    """
    words = ideas_of(heading)
    if any(ideas & field.never and FILLER not in ideas for ideas in words):
        return 0.0
    named = fit(heading, field)
    meant = _meant(words, field)
    holds_a_word = 0 < named < PATTERN
    if holds_a_word and field.means and not meant and all(words):
        return 0.0
    return max(named, meant)


def means(heading: str, field: Field) -> bool:
    """True where the ideas of a heading's words are those of the field."""
    return _meant(ideas_of(heading), field) == UNDERSTOOD


def _meant(words: Sequence[Ideas], field: Field) -> float:
    """How surely the ideas of a heading's words are those of the field; all must be understood."""
    if not all(words):
        return 0.0
    if any(meaning.fits(words) for meaning in field.means):
        return UNDERSTOOD
    if any(meaning.fits(words) for meaning in field.may_mean):
        return HINTED
    return 0.0


def names_no_team(heading: str) -> bool:
    """True for a team's score, size or money, or the place it is in."""
    return bool(_NO_TEAM.search(clean(heading)))


def fit(heading: str, field: Field) -> float:
    """How well a heading names the field: 1 for its own words, less for a part, 0 for none."""
    cleaned = clean(heading)
    if not cleaned:
        return 0.0
    if cleaned.replace(" ", "") in field.words:
        return 1.0
    if any(p.search(cleaned) for p in field.patterns):
        return PATTERN
    held = field.within.findall(cleaned) if field.within else ()
    if not held or _says_something_else(cleaned, held):
        return 0.0
    return CONTAINED + 0.3 * max(map(len, held)) / len(cleaned)


def _says_something_else(cleaned: str, held: Sequence[str]) -> bool:
    """True for "customer type" and its like, unless a word held ends so itself."""
    other = _SOMETHING_ELSE.search(cleaned)
    return other is not None and not any(word.endswith(other[0]) for word in held)
