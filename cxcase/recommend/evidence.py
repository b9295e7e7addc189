"""What case studies say for a step, and how strong they are.

Effects are carried along to be shown, never blended.
"""

from __future__ import annotations

from collections.abc import Iterable

from cxcase.recommend.cells import Row, folded
from cxcase.recommend.result import ActsOn, Evidence, Grade

GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")
EASE_WORDS = frozenset(
    {"ease", "cx", "ces", "csat", "nps", "effort", "ease of doing business", "metric"}
)
EX_WORDS = frozenset(
    {"ex", "engagement", "employee engagement", "employee experience", "employees", "enps"}
)
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
    """The case studies of a sheet, each with the names it speaks about."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._studies = [
            (frozenset(folded(n) for n in row.names("moment")), _evidence(row)) for row in rows
        ]

    def speaking_for(self, acts_on: ActsOn, moments: tuple[str, ...]) -> tuple[Evidence, ...]:
        """The studies on what a step acts on, strongest first."""
        about = {"ease": EASE_WORDS, "ex": EX_WORDS}.get(acts_on) or frozenset(
            folded(name) for name in moments
        )
        found = [study for names, study in self._studies if names & about]
        return tuple(sorted(found, key=lambda study: GRADES.index(study.grade)))


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
