"""Where a step acts, by what its sheet says: a moment's name or part of it, ease, or engagement.

A name that is certain is taken; one that only resembles a known one becomes a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from cxcase.recommend.result import ActsOn, Candidate

EASE_WORDS = frozenset(
    {
        *("ease", "cx", "ces", "csat", "nps", "effort", "ease of doing business", "metric"),
        *("customer effort", "customer effort score", "customer experience", "overall"),
        *("overall ease", "overall experience", "overall satisfaction", "customer satisfaction"),
        *("gesamt", "gesamtzufriedenheit", "kundenzufriedenheit", "satisfaction globale"),
    }
)
EX_WORDS = frozenset(
    {
        *("ex", "engagement", "employee engagement", "employee experience", "employees", "enps"),
        *("employee", "employee satisfaction", "staff", "staff engagement", "people"),
        *("volunteers", "volunteer engagement", "staff and volunteers", "volunteers and staff"),
        *("team engagement", "mitarbeiter", "mitarbeitende", "mitarbeiterzufriedenheit"),
        *("mitarbeiterengagement", "engagement des collaborateurs"),
    }
)
_NO_PLACE = {"", "moment", "moments", "moment of truth", "moments of truth", "touchpoint"}
_LISTED = re.compile(r"[;\n]")
_JOINED = re.compile(r"\s*(?:/|,|&|\+|\band\b|\bund\b|\bet\b|\by\b)\s*", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})
# words that ask, or stand in every name, and so tell nothing of which moment is meant
_TELL_NOTHING = re.compile(
    r"a|about|all|an|and|are|at|by|customers?|did|do|does|easy|experienced?|for|from"
    r"|how|i|in|is|it|my|of|on|or|our|overall|please|process|rate|rating|satisfaction"
    r"|satisfied|score|services?|the|to|was|we|were|with|would|you|your|alles|der|die"
    r"|das|den|dem|und|wie|war|waren|sind|ist|mit|unsere?[mr]?|ihre?|zufriedenheit"
    r"|zufrieden|im|am|von|zur|zum|bei|le|la|les|des?|du|et|avec|votre|nos"
)
# words for one thing, in the languages that lists and surveys are written in
_SYNONYMS = (
    ("invoice", "billing", "bills", "rechnung", "faktura", "facture", "factura"),
    ("complaint", "beschwerde", "reklamation", "reclamation", "queja"),
    ("delivery", "lieferung", "shipping", "livraison", "entrega"),
    ("repair", "reparatur", "reparation", "maintenance", "wartung"),
    ("price", "pricing", "preis", "prix", "tariff", "tarif"),
    ("contract", "vertrag", "contrat", "contrato"),
    ("phone", "telephone", "telefon", "hotline", "call"),
    ("engineer", "technician", "techniker", "technicien"),
    ("website", "portal", "online", "app"),
    ("order", "bestellung", "commande", "pedido"),
)
_NEAR = 0.5  # share of the telling words written that a name has to hold in some form
_ALIKE = 82.0  # rapidfuzz ratio at which two words are one with a slip
_STEM = 4  # letters two words have to begin with in common to be forms of one
_STEM_SHARE = 0.6  # and their share of the longer word
_ENDINGS = re.compile(r"(s|e|es|ed|er|ers|ing|ings|n|en|ung|ungen)")  # of forms of a short word
_CERTAIN = 0.9  # how like each telling word has to be for a name to mean one moment for sure
_ASIDE = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")  # what a name says in brackets
_PART = 5  # letters of a word that makes part of a longer one: "Rechnung" in "Rechnungsstellung"


@dataclass(frozen=True)
class Place:
    """What a step acts on, and which moments."""

    acts_on: ActsOn
    moments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a text says of where a step acts.

    place        None where that is not certain
    taken        names that were taken for longer ones: (written, meant)
    unknown      names beside known ones that nothing is like
    candidates   where it may act instead, likeliest first
    """

    place: Place | None
    taken: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def find_place(text: str, moments: Mapping[str, str]) -> Found:
    """Where a text says that a step acts. moments: plain name -> moment. The whole text is compared
    before any part of it: a name may hold "and", "/" and commas itself.
    """
    whole = _named(text, moments)
    if whole is not None:
        return _found([(text, whole)], (), moments)
    bare = _ASIDE.sub(" ", text).strip()
    if bare != text and (whole := _named(bare, moments)) is not None:
        return _found([(text, whole)], (), moments)
    known: list[tuple[str, str]] = []
    unknown: list[str] = []
    for part in filter(None, map(str.strip, _LISTED.split(text))):
        names = [part] if _named(part, moments) else _JOINED.split(part)
        for name in filter(None, map(str.strip, names)):
            meant = _named(name, moments)
            if meant is None:
                unknown.append(name)
            else:
                known.append((name, meant))
    return _found(known, tuple(unknown), moments)


def places_like(title: str, moments: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Where a step may act of which only the title is known: what resembles it first."""
    return _offered((), _resembling(title, moments), moments)


def _found(
    known: list[tuple[str, str]], unknown: tuple[str, ...], moments: Mapping[str, str]
) -> Found:
    """What names that are known, and those that are not, come to together."""
    meant = tuple(dict.fromkeys(name for _, name in known))
    near = [name for text in unknown for name in _resembling(text, moments)]
    if meant and not near and (place := _place_of(meant, moments)) is not None:
        taken = tuple((said, name) for said, name in known if _is_shorter(said, name))
        return Found(place, taken, unknown)
    return Found(None, candidates=_offered(meant, near, moments))


def _place_of(names: tuple[str, ...], moments: Mapping[str, str]) -> Place | None:
    """The one place of these names; None for a moment and a whole score together."""
    if set(names) <= set(moments.values()):
        return Place("moment", names)
    if names == ("ease",):
        return Place("ease")
    if names == ("ex",):
        return Place("ex")
    return None


def _named(text: str, moments: Mapping[str, str]) -> str | None:
    """The moment, "ease" or "ex" that a text names without doubt."""
    name = plain(text)
    if name in moments:
        return moments[name]
    if name in EASE_WORDS:
        return "ease"
    if name in EX_WORDS or " ".join(_telling(name)) in EX_WORDS:
        return "ex"
    return _only_within(name, moments) or _only_like(name, moments)


def _only_like(name: str, moments: Mapping[str, str]) -> str | None:
    """The one moment that has all of a name's telling words, two or more, in any order and form,
    where no other moment comes near.
    """
    words = _telling(name)
    if len(words) < 2:
        return None
    near = _resembling(name, moments)
    if len(near) != 1:
        return None
    (only,) = near
    names = [known for known, moment in moments.items() if moment == only]
    if any(_has_all(words, _telling(known)) for known in names):
        return only
    return None


def _has_all(words: list[str], others: list[str]) -> bool:
    """True where each of the words, or a form of it, is among the others."""
    return all(max((_same_word(w, o) for o in others), default=0.0) >= _CERTAIN for w in words)


def _only_within(name: str, moments: Mapping[str, str]) -> str | None:
    """The one moment whose name holds this one whole; a name of words that tell nothing is none."""
    if not _telling(name):
        return None
    inside = {moment for known, moment in moments.items() if f" {name} " in f" {known} "}
    if len(inside) == 1:
        return inside.pop()
    return None


def _is_shorter(said: str, meant: str) -> bool:
    return meant not in ("ease", "ex") and plain(said) != plain(meant)


def _offered(
    meant: tuple[str, ...], near: Iterable[str], moments: Mapping[str, str]
) -> tuple[Candidate, ...]:
    """Where a step may act: with what resembles unknown names, with the known alone, the rest."""
    near = list(dict.fromkeys(near))
    first = [";".join(dict.fromkeys((*meant, name))) for name in near if name not in meant]
    alone = [";".join(meant)] if meant and _place_of(meant, moments) else []
    likely = [*first, *alone, *meant, *near]
    rest = [*dict.fromkeys(moments.values()), "ease", "ex"]
    ordered = dict.fromkeys([*likely, *rest])
    return tuple(Candidate(value, near=value in likely) for value in ordered)


def _resembling(text: str, moments: Mapping[str, str]) -> list[str]:
    """The known names that resemble a text, the likest first."""
    scores: dict[str, float] = {}
    for name, moment in moments.items():
        scores[moment] = max(scores.get(moment, 0.0), likeness(text, name))
    near = [moment for moment, score in scores.items() if score >= _NEAR]
    return sorted(near, key=lambda moment: -scores[moment])


@lru_cache(maxsize=2**14)
def likeness(text: str, name: str) -> float:
    """The share of a text's telling words that a name holds in some form; of equals the shorter."""
    words = _telling(plain(text))
    others = _telling(plain(name))
    if not words or not others:
        return 0.0
    shared = sum(max(_same_word(word, other) for other in others) for word in words)
    return shared / len(words) + 0.001 * shared / len(others)


def _same_word(a: str, b: str) -> float:
    """1 for one word, less for two forms of it or one with a slip, 0 for different words."""
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    if _one_stem(a, b):
        return 0.9
    if len(short) >= _PART and short in long:
        return 0.8
    if fuzz.ratio(a, b) >= _ALIKE:
        return 0.8
    if _kin(a) & _kin(b):
        return 0.7
    return 0.0


@lru_cache(maxsize=2**12)
def _kin(word: str) -> frozenset[int]:
    """The groups of synonyms that a word, or a form of it, belongs to."""
    return frozenset(
        place
        for place, group in enumerate(_SYNONYMS)
        if any(word == one or _one_stem(word, one) for one in group)
    )


def _one_stem(a: str, b: str) -> bool:
    """True for two forms of a word: they begin alike for most of the longer one."""
    alike = _begins_alike(a, b)
    short, long = sorted((a, b), key=len)
    if alike == len(short) >= _STEM and _ENDINGS.fullmatch(long[alike:]):
        return True
    return alike >= _STEM and alike >= _STEM_SHARE * max(len(a), len(b))


def _begins_alike(a: str, b: str) -> int:
    """How many letters two words begin with in common."""
    pairs = zip(a, b, strict=False)
    return next((k for k, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def _telling(name: str) -> list[str]:
    """The words of a plain name that say which one is meant."""
    return [w for w in name.split() if len(w) > 1 and not _TELL_NOTHING.fullmatch(w)]


@lru_cache(maxsize=2**14)
def plain(name: str) -> str:
    """A name as it is compared: lower case, no accents and punctuation, umlauts written out."""
    text = unicodedata.normalize("NFC", name).casefold().translate(_UMLAUTS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def says_place(text: str | None) -> str | None:
    """The text where it says more than that a step acts on a moment."""
    if text is None or plain(text) in _NO_PLACE:
        return None
    return text
