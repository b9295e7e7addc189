"""What case studies say for a step, and how strong they are.

Effects are carried along to be shown, never blended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cxcase.recommend.cells import Row, folded
from cxcase.recommend.places import find_place
from cxcase.recommend.result import ActsOn, Evidence, Grade

GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")
_WITHOUT_CONTROL = ("uncontrolled", "no control", "without control")
_NO = {"", "n", "no", "false", "0", "none", "nein", "non"}


def grade_of(kind: str, controlled: bool, vendor: bool, has_n: bool) -> Grade:
    """How strong a case study is.

    A own controlled pilot; B before/after with controls, or an independent controlled study; C
    cross-sectional, an uncontrolled pilot or before/after, or a vendor's figures with their n; D
    testimonial, benchmark, opinion. What a vendor reports is never better than C.
    """
    words = folded(kind)
    controlled = controlled or (
        "control" in words and not any(no in words for no in _WITHOUT_CONTROL)
    )
    if any(word in words for word in ("testimonial", "opinion", "benchmark")):
        return "D"
    if "vendor" in words or "supplier" in words:
        if has_n:
            return "C"
        return "D"
    if "own" in words.split() or "pilot" in words:
        if controlled:
            return "A"
        return "C"
    if vendor:
        if has_n:
            return "C"
        return "D"
    if controlled:
        return "B"
    if any(word in words for word in ("before", "cross", "survey", "correlation", "longitudinal")):
        return "C"
    return "D"


class CaseStudies:
    """The case studies of a sheet, each with what it speaks about.

    moments: plain name -> moment.
    """

    def __init__(self, rows: Iterable[Row], moments: Mapping[str, str]) -> None:
        self._studies = [(_about(row.text("moment"), moments), _evidence(row)) for row in rows]

    def speaking_for(self, acts_on: ActsOn, moments: tuple[str, ...]) -> tuple[Evidence, ...]:
        """The studies on what a step acts on, strongest first."""
        wanted = set(moments or (acts_on,))
        found = [study for names, study in self._studies if names & wanted]
        return tuple(sorted(found, key=lambda study: GRADES.index(study.grade)))


def _about(text: str | None, moments: Mapping[str, str]) -> frozenset[str]:
    """The moments, "ease" or "ex" that a study names without doubt."""
    place = find_place(text, moments).place if text else None
    if place is None:
        return frozenset()
    return frozenset(place.moments or (place.acts_on,))


def _evidence(row: Row) -> Evidence:
    kind = row.text("kind") or ""
    vendor = (row.text("vendor") or "").casefold() not in _NO
    year = row.number_of("year")
    return Evidence(
        source=row.text("source") or "",
        kind=kind,
        grade=grade_of(kind, row.yes("controlled"), vendor, row.number_of("n") is not None),
        effect=row.number_of("effect"),
        unit=row.text("unit"),
        year=int(year) if year is not None else None,
        link=row.text("link"),
    )
