"""What kind of evidence a study is: how strong, and how much of what it found is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from cxcase.recommend.cells import folded
from cxcase.recommend.result import Grade, Kind

# in the order of the register, which is that of what each is worth
KINDS: tuple[Kind, ...] = get_args(Kind)
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")
# The share of an effect that is counted. Assumptions, not findings: that sponsored studies are more
# often favourable is measured (75 papers, risk ratio 1.27; Lundh et al. 2018, Cochrane Database of
# Systematic Reviews MR000033), by how much they overstate is not.
COUNTED: Mapping[str, float] = {
    "own_pilot": 1.0,
    "controlled": 0.8,
    "before_after": 0.6,
    "vendor_figures": 0.5,
    "testimonial": 0.25,
    "competitor": 0.25,
    "press": 0.25,
    "prospect": 0.25,
    "voice": 0.25,
    "other": 0.25,
}
_WITHOUT_CONTROL = (
    *("uncontrolled", "no control", "without control", "not controlled", "ohne kontroll"),
    *("sans controle", "sans contrôle", "sin control"),
)
_CONTROL = ("control", "kontroll", "contrôl", "randomis", "randomiz", "a/b", "ab test")
_TESTIMONIAL = ("testimonial", "opinion", "benchmark", "reference", "success story", "story")
_ESTIMATE = ("estimate", "expert", "workshop", "judgement", "judgment", "schätzung", "estimation")
_VENDOR = ("vendor", "supplier", "anbieter", "lieferant", "fournisseur", "proveedor")
_OWN = ("pilot", "trial", "versuch")
_VOICE = ("customer's voice", "voice of", "complaint", "verbatim", "kundenstimme")
_COMPETITOR = ("competitor", "wettbewerb", "concurrent", "competidor")
_PRESS = ("newspaper", "press article", "press report", "zeitung")
_PROSPECT = ("prospect", "lost bid", "lost deal", "lost tender", "interessent")
_COMPARED = ("before", "after", "cross", "survey", "correlation", "longitudinal", "vorher", "avant")


@dataclass(frozen=True)
class Strength:
    """A study's kind, whether others were compared that did not get it, and its grade."""

    kind: Kind
    controlled: bool
    grade: Grade


def strength_of(kind: str, controlled: bool, vendor: bool, has_n: bool) -> Strength:
    """How strong a study is.

    A own controlled pilot; B before/after with controls, or an independent controlled study; C
    cross-sectional, an uncontrolled pilot or before/after, or a vendor's figures with their n; D
    testimonial, benchmark, opinion. What a vendor reports is never better than C.
    """
    words = folded(kind)
    controlled = controlled or (_says(words, _CONTROL) and not _says(words, _WITHOUT_CONTROL))
    code = _kind_of(words, controlled, vendor)
    return Strength(code, controlled, _grade_of(code, controlled, has_n))


def share_of(kind: Kind, controlled: bool, shares: Mapping[str, float]) -> float:
    """What is counted of an effect; shares: those that somebody set, by kind.

    An own pilot beside which nobody was compared is a before and after like any other.
    """
    if kind == "own_pilot" and not controlled:
        kind = "before_after"
    return shares.get(kind, COUNTED.get(kind, COUNTED["other"]))


def _kind_of(words: str, controlled: bool, vendor: bool) -> Kind:
    by_word: tuple[tuple[Kind, bool], ...] = (
        ("testimonial", _says(words, _TESTIMONIAL)),
        ("estimate", _says(words, _ESTIMATE)),
        ("voice", _says(words, _VOICE)),
        ("vendor_figures", _says(words, _VENDOR)),
        ("own_pilot", "own" in words.split() or _says(words, _OWN)),
        ("competitor", _says(words, _COMPETITOR)),
        ("press", _says(words, _PRESS) or bool({"press", "presse"} & {*words.split()})),
        ("prospect", _says(words, _PROSPECT)),
        ("vendor_figures", vendor),
        ("controlled", controlled),
        ("before_after", _says(words, _COMPARED)),
    )
    return next((kind for kind, fits in by_word if fits), "other")


def _grade_of(kind: Kind, controlled: bool, has_n: bool) -> Grade:
    if kind == "controlled":
        return "B"
    if kind == "own_pilot" and controlled:
        return "A"
    if kind in ("own_pilot", "before_after"):
        return "C"
    if kind == "vendor_figures" and has_n:
        return "C"
    return "D"


def _says(words: str, any_of: tuple[str, ...]) -> bool:
    return any(word in words for word in any_of)
