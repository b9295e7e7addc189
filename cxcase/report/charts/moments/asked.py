"""What the survey asked of a moment, behind its short name."""

from __future__ import annotations

from cxcase.report import words
from cxcase.report.result import Report


def asked_as(report: Report, moment: str) -> str:
    """A sentence with the whole question, to stand after another; "" where that is the name."""
    question = report.question_of(moment)
    if not question:
        return ""
    return " " + words.say("chart.moments_map.asked", question=question)
