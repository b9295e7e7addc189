"""What companies call the canonical fields: words and patterns from one file, and how well a
heading fits them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

_NOT_WORD = re.compile(r"[^\w%]+|_+")
_HINT = re.compile(r"[\(\[][^\)\]]*[\)\]]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_QUESTION_NUMBER = re.compile(r"^\s*q?\d+(?:[._]\d+)*\s*[.:)\-–]\s*", re.IGNORECASE)
_PERSONAL = re.compile(
    r"^(e ?mail|mail|courriel|correo)( address| adresse)?$|\bemail\b|\be mail\b|^ip( ?address)?$|\bip ?address\b"
    r"|^(first|last|full|given|family|customer|contact|company|account|client|respondent|recipient|employee|person|user|"
    r"recipient first|recipient last|employee first|employee last)?\s?name$|surname"
    r"|^(account|record|opportunity|case|ticket|lead|contact) owner( name)?$"
    r"|^(requester|requestor|assignee|submitter)( name)?$|^(created|modified|last modified|updated) by$"
    r"|^(vor|nach)name$|^nom( de famille)?$|^pr[ée]nom$|^nombre$|^apellidos?$"
    r"|^(tele)?phone( number)?$|^mobile( number)?$|^telefon(nummer)?$|^(street )?address$|^postcode$|^zip( code)?$"
    r"|^(location ?)?(latitude|longitude)$|^location ?accuracy$|^lat(itude)? lon(g|gitude)$|^date of birth$|^dob$"
)
_SOMETHING_ELSE = re.compile(
    r"\b(type|category|kind|reason|count|accuracy|rate|percent|year|flag|label)$"
)
# a heading that holds a field's word scores this plus up to 0.3 for how much of it the word fills
CONTAINED = 0.6
PATTERN = 0.9
STRONG = 0.7


@dataclass(frozen=True)
class Field:
    """One canonical field of a role: its kind of content, whether it is needed, and its headings."""

    name: str
    kind: str  # id | text | period | prose | list | number | money | date | flag | rating
    needed: bool
    words: frozenset[str]  # without spaces
    within: re.Pattern[str] | None  # any of the words, longest first, inside a heading
    patterns: tuple[re.Pattern[str], ...]


@cache
def fields_of(role: str) -> Mapping[str, Field]:
    """Canonical field name -> `Field`, in the order of the file. Raises KeyError for an unknown
    role.
    """
    return {name: _field(name, entry) for name, entry in _raw()[role].items()}


@cache
def _raw() -> Mapping[str, Mapping[str, dict]]:
    return tomllib.loads(
        resources.files("cxcase.intake.vocabulary")
        .joinpath("headings.toml")
        .read_text(encoding="utf-8")
    )


def _field(name: str, entry: dict) -> Field:
    role, like = entry["like"].split(".") if "like" in entry else (None, None)
    source = _raw()[role][like] if role and like else entry
    patterns = tuple(re.compile(p) for p in source.get("patterns", ()))
    words = source.get("words", ())
    longest = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    within = re.compile(rf"(?<!\S)(?:{longest})(?!\S)") if words else None
    squashed = frozenset(w.replace(" ", "") for w in words)
    return Field(name, entry["kind"], entry.get("needed", False), squashed, within, patterns)


@lru_cache(maxsize=2**15)
def clean(heading: str) -> str:
    """The heading in lower case, without scale hints, question numbers, punctuation: what `words`
    are compared with.
    """
    text = _QUESTION_NUMBER.sub("", _CAMEL.sub(" ", _HINT.sub(" ", heading)))
    return _NOT_WORD.sub(" ", text).strip().lower()


def spoken(heading: str) -> str:
    """The heading as a readable name: no scale hints, no question number, one space between words."""
    text = _QUESTION_NUMBER.sub("", _HINT.sub(" ", heading)).replace("_", " ")
    return " ".join(text.split()).strip(" :-–?") or heading.strip()


def personal(heading: str) -> bool:
    """True for a heading of names, e-mail and IP addresses, telephone numbers, places: dropped
    wherever it stands.
    """
    return bool(_PERSONAL.search(clean(heading)))


def fit(heading: str, field: Field) -> float:
    """How well a heading names the field: 1 for its own words, less for a part of it, 0 for
    something else.
    """
    cleaned = clean(heading)
    if not cleaned:
        return 0.0
    if cleaned.replace(" ", "") in field.words:
        return 1.0
    if any(p.search(cleaned) for p in field.patterns):
        return PATTERN
    held = field.within.findall(cleaned) if field.within else ()
    if (other := _SOMETHING_ELSE.search(cleaned)) and not any(
        word.endswith(other[0]) for word in held
    ):
        return 0.0
    if held:
        return CONTAINED + 0.3 * max(map(len, held)) / len(cleaned)
    return 0.0
