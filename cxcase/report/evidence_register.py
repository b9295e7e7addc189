"""The evidence on every step in words and figures: what page, workbook and deck all read."""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.recommend import Evidence, Grade, LiftEvidence, Registered
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report
from cxcase.roi import Npv

_USES = ("pooled", "pilot", "expert", "told")


@dataclass(frozen=True)
class Basis:
    """What one step's lift rests on, with the NPV by it and by the lift that is not used."""

    id: str
    title: str
    found: LiftEvidence
    studies: tuple[Evidence, ...]
    npv: Npv | None
    npv_otherwise: Npv | None

    @property
    def grade(self) -> Grade | None:
        """Of the estimate that is used; None for a lift of 0."""
        return self.found.grade

    @property
    def by_list(self) -> bool:
        """True where the plan uses the list's own estimate."""
        return self.found.used == self.found.claim


def bases(report: Report) -> tuple[Basis, ...]:
    """The steps for which evidence was brought in, in the report's order."""
    return tuple(
        Basis(
            item.step.id,
            item.step.title,
            item.step.lift_evidence,
            item.step.evidence,
            item.npv,
            item.npv_otherwise,
        )
        for item in report.ordered_steps
        if item.step.evidence and item.step.lift_evidence is not None
    )


def register(report: Report) -> tuple[Registered, ...]:
    """Every row of the register, in the order of its sheet."""
    return report.steps.register if report.steps else ()


def kind_of(study: Evidence) -> str:
    """What kind it is, as CONTRACT's kinds are called, with its year and grade."""
    name = words.say(f"evidence.kind.{study.code}")
    year = f", {study.year}" if study.year else ""
    return f"{name}{year} ({study.grade})"


def who_of(study: Evidence) -> str:
    """Who says so, and of which department."""
    return ", ".join(part for part in (study.person, study.department) if part) or fmt.NONE


def printed(study: Evidence) -> str:
    """The effect or the estimate as it was brought in, with its unit."""
    if study.estimate is not None and study.effect is None:
        low, likely, high = study.estimate
        return words.say("evidence.range", value=likely, low=low, high=high)
    if study.effect is None:
        return fmt.NONE
    return f"{fmt.number(study.effect)} {study.unit or ''}".strip()


def counted(study: Evidence) -> str:
    """What is left of it with its error; a dash where it is not counted."""
    if study.discounted is None or study.why or study.use == "told":
        return fmt.NONE
    error = study.discounted_se or 0.0
    return words.say("evidence.counted", value=study.discounted, error=error)


def use_of(study: Evidence) -> str:
    """How it is used, and what is counted of it."""
    return words.say(f"evidence.use.{study.use}", share=study.share)


def why_so(study: Evidence) -> str:
    """Why so much of it counts, or why nothing does."""
    if study.why is not None:
        return words.say(f"evidence.not_counted.{study.why}", unit=study.unit)
    if study.use == "expert":
        return words.say("evidence.because.estimate")
    if study.code == "own_pilot" and not study.controlled:
        because = words.say("evidence.because.own_uncontrolled")
    else:
        because = words.say(f"evidence.because.{study.code}")
    if study.se_from == "assumed":
        return f"{because} {words.say('evidence.error_assumed')}"
    return because


def speaks_for(one: Registered) -> str:
    """The steps that it counts or is told for."""
    return ", ".join(one.uses) or words.say("evidence.nobody")


def as_used(one: Registered) -> Evidence:
    """The row as it counts for the first step it speaks for, else as it stands."""
    return next(iter(one.uses.values()), one.study)
