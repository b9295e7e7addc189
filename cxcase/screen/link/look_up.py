"""Figures of the link that several of its tabs show: by name, None where there is none."""

from __future__ import annotations

from cxcase.estimate import Estimate
from cxcase.link import Diagnosis
from cxcase.report import Report, words


def diagnosis_of(report: Report) -> Diagnosis:
    """What stands beside the link's headlines; an empty one where nothing does."""
    if report.link is None or report.link.diagnosis is None:
        return Diagnosis()
    return report.link.diagnosis


def metric_name(report: Report) -> str:
    """The score that the case is built on, in words."""
    return words.metric(report.link.metric if report.link else None)


def worth_of(report: Report, id: str) -> Estimate | None:
    """What a point is worth, money a year; None where it is refused."""
    found = report.link.worth_of(id) if report.link else None
    if found is None or found.refused:
        return None
    return found


def alternative(report: Report, id: str, of: str | None = None) -> Estimate | None:
    """A figure estimated another way; of: of which figure, where several have one of this name."""
    for found in diagnosis_of(report).alternatives:
        if found.id == id and of in (None, found.of):
            return None if found.estimate.refused else found.estimate
    return None
