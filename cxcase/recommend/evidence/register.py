"""The evidence register: every row there is, and what it does for which step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cxcase.recommend.evidence.studies import CaseStudies
from cxcase.recommend.notes import Note, note
from cxcase.recommend.result import Evidence, Registered, Step

FEW = 2  # studies up to which their agreement says nothing of how far such studies differ


def register_of(studies: CaseStudies, steps: Sequence[Step]) -> tuple[Registered, ...]:
    """Every row in the order of its sheet; its uses are those of the steps themselves, so that
    register, table and plot cannot differ.
    """
    uses: dict[int, dict[str, Evidence]] = {}
    for step in steps:
        for study in step.evidence:
            if study.row is not None:
                uses.setdefault(study.row, {})[step.id] = study
    return tuple(
        Registered(study, about, uses.get(study.row or 0, {})) for study, about in studies.all
    )


def register_notes(register: Sequence[Registered], steps: Sequence[Step]) -> Iterator[Note]:
    """Notes on rows that speak for nothing planned, and on pools of one or two studies."""
    for one in register:
        if not one.uses:
            code = "evidence_about_nothing" if one.about is None else "evidence_about_unknown"
            yield note("review", code, source=one.study.source, about=one.about)
    few = [step.id for step in steps if _few(step)]
    if few:
        yield note("review", "evidence_of_few", ids=tuple(few), n=len(few))


def _few(step: Step) -> bool:
    """True where one or two studies that agree, beside no pilot of our own, are in what is used."""
    found = step.lift_evidence
    pooled = [study for study in step.evidence if study.use == "pooled"]
    pilots = any(study.use == "pilot" for study in step.evidence)
    if found is None or found.used == found.claim or pilots or not 0 < len(pooled) <= FEW:
        return False
    signs = {(study.effect or 0.0) > 0 for study in pooled}
    return len(signs) == 1
