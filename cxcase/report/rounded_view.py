"""Which departments and which kinds of evidence each step still lacks, and whom to ask what."""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.recommend import Kind, Step
from cxcase.report import words
from cxcase.report.evidence_register import register
from cxcase.report.result import Report

# the kinds that each say something no other does; one of a row is enough
ASKED: dict[str, tuple[Kind, ...]] = {
    "own": ("own_pilot",),
    "compared": ("controlled",),
    "seen": ("before_after", "vendor_figures"),
    "people": ("estimate",),
    "market": ("competitor", "press", "prospect", "testimonial"),
    "customers": ("voice",),
}


@dataclass(frozen=True)
class StepView:
    """One step: department -> rows of evidence from it, and group of kinds -> rows of these."""

    step: Step
    departments: dict[str, int]
    kinds: dict[str, int]

    @property
    def silent(self) -> tuple[str, ...]:
        """The departments that have said nothing of it."""
        return tuple(name for name, n in self.departments.items() if not n)

    @property
    def lacks(self) -> tuple[str, ...]:
        """The groups of kinds of which there is none."""
        return tuple(name for name, n in self.kinds.items() if not n)


def departments_of(report: Report) -> tuple[str, ...]:
    """The departments to hear: the usual ones, then those that the register names beside them."""
    usual = list(words.section("rounded.departments").values())
    known = {name.casefold() for name in usual}
    named = [one.study.department for one in register(report) if one.study.department]
    own = {name.casefold(): name for name in named if name.casefold() not in known}
    return (*usual, *own.values())


def rounded_view(report: Report) -> tuple[StepView, ...]:
    """The matrix, a line a step in the report's order; parts stand with the step they are of."""
    departments = departments_of(report)
    rows = register(report)
    found = []
    for item in report.ordered_steps:
        uses = [one.uses[item.step.id] for one in rows if item.step.id in one.uses]
        heard = [(study.department or "").casefold() for study in uses]
        codes = [study.code for study in uses]
        found.append(
            StepView(
                item.step,
                {name: heard.count(name.casefold()) for name in departments},
                {name: sum(map(codes.count, kinds)) for name, kinds in ASKED.items()},
            )
        )
    return tuple(found)


def to_ask(report: Report, department: str) -> tuple[StepView, ...]:
    """The steps of which a department has said nothing yet."""
    return tuple(view for view in rounded_view(report) if department in view.silent)
