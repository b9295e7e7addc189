"""How each question of the case stands: one verdict for side, pages, deck and `case.json`, and the
control that lifts a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from cxcase.intake import Source, Verdict
from cxcase.report.open_questions import OpenQuestion, needed_for, open_questions
from cxcase.report.result import Report

Lift = Literal["question", "target", "steps", "check", "bring"]
Stand = Literal["done", "waits", "refused"]  # a figure; none before an answer; none at all
_BY_ANSWERS = ("question", "target", "steps")
_NO_SURVEY = ("no_cx", "no_moments", "too_few_to_weigh", "answers_not_dated")
_NO_TARGET = ("teams_alike", "target_few_teams")  # reasons that a target of one's own lifts


@dataclass(frozen=True)
class Control:
    """What lifts a page's refusal: what is to be done, on which page, and the open question where
    that is it.
    """

    lift: Lift
    page: str
    question: OpenQuestion | None = None


def verdicts(report: Report) -> tuple[Verdict, ...]:
    """The case's verdicts, each as the stage that answers its question found it, where that ran."""
    return tuple(_as_found(verdict, report) for verdict in report.case.verdict)


def why_none(page: str, report: Report) -> str | None:
    """The code of the reason why a page has no figure; None where nobody can say yet."""
    reason = report.case.why_no_list if page == "data" else _REASONS[page](report)
    return _waits(reason, report)


def _waits(reason: str | None, report: Report) -> str | None:
    """The reason; of a survey or a list that is there and only lacks an answer, that it waits."""
    if reason in _NO_SURVEY and any(_lacks_key(source) for source in report.case.sources):
        return "survey_key_waits"
    asked = open_questions(report)
    if reason == "no_metric" and any(one.kind == "whole" for one in asked):
        return "survey_score_waits"
    if reason == "no_recommendations" and any(one.role == "recommendations" for one in asked):
        return "list_waits"
    return reason


def _lacks_key(source: Source) -> bool:
    return source.question is not None and source.role == "cx"


def stand(page: str, report: Report) -> Stand:
    """How a page stands whose stage has run."""
    if _has_figure(page, report):
        return "done"
    return "waits" if control(page, report).lift in _BY_ANSWERS else "refused"


def control(page: str, report: Report) -> Control:
    """What would give the page its figure."""
    waiting = needed_for(open_questions(report), page)
    if waiting:
        return Control("question", "data", waiting[0])
    reason = why_none(page, report)
    if reason in _NO_TARGET:
        return Control("target", "moments")
    if reason == "steps_wait":
        return Control("steps", "recommendations")
    there = report.case.base is not None and page in ("link", "moments")
    return Control("check" if there else "bring", "data")


def _has_figure(page: str, report: Report) -> bool:
    linked = report.link is not None and report.link.refused is None
    if page == "data":
        return report.case.base is not None or linked
    if page == "link":
        return linked
    if page == "moments":
        return report.moments is not None and report.moments.refused is None
    return _any_priced(report)


def _any_priced(report: Report) -> bool:
    return report.returns is not None and any(step.npv for step in report.returns.steps)


# ---- why there is no figure ----------------------------------------------------------------------


def _link(report: Report) -> str | None:
    link = report.link
    if link is None:
        return report.case.why_no_list
    worth = link.worth_of("one_point_of_cx")
    return link.refused or (worth.reason if worth else None)


def _moments(report: Report) -> str | None:
    """Why no moment is priced: what the stage says, else what most of its stakes lack."""
    if report.moments is None:
        return _link(report)
    if report.moments.refused or report.joint is None:
        stakes = [moment.revenue_at_stake.reason for moment in report.moments.moments]
        return report.moments.refused or next((code for code in stakes if code), None)
    return report.joint.revenue_at_stake.reason


def _steps(report: Report) -> str | None:
    """Why no step is valued: no list, one that waits, or the figures before it."""
    given = any(source.role == "recommendations" for source in report.case.sources)
    steps = report.steps
    if steps is not None and steps.waiting and not _any_priced(report):
        return "steps_wait"
    if steps is not None and not steps.steps:
        return "no_recommendations"
    if steps is None:
        return "no_recommendations" if report.link is not None and not given else None
    if report.returns is None:
        return "not_priced"
    return report.returns.refused or "not_priced"


_REASONS: Mapping[str, Callable[[Report], str | None]] = {
    "link": _link,
    "moments": _moments,
    "recommendations": _steps,
    "budget": _steps,
    "deck": _steps,
}


# ---- a verdict as the later stage found it -------------------------------------------------------


def _as_found(verdict: Verdict, report: Report) -> Verdict:
    found = _FOUND.get(verdict.code)
    made = found(verdict, report) if found else verdict
    return replace(made, reason=_waits(made.reason, report))


def _refused(verdict: Verdict, reason: str | None) -> Verdict:
    """The verdict, where a later stage refused what the rows seemed to carry."""
    if reason is None or verdict.status == "cannot":
        return verdict
    return replace(verdict, status="cannot", reason=reason)


def _worth_found(verdict: Verdict, report: Report) -> Verdict:
    return _refused(verdict, report.link.refused if report.link else None)


def _moments_found(verdict: Verdict, report: Report) -> Verdict:
    if report.moments is None:
        return verdict
    priced = [m for m in report.moments.moments if m.revenue_at_stake.value is not None]
    return verdict if priced else _refused(verdict, _moments(report))


def _steps_found(verdict: Verdict, report: Report) -> Verdict:
    """How many of the list's steps can be set against money, and how many wait."""
    if report.steps is None or report.returns is None:
        return verdict
    priced = sum(step.npv is not None for step in report.returns.steps)
    waiting = len(report.steps.waiting)
    params = {"steps": priced or waiting or len(report.steps.steps)}
    if not priced:
        return replace(verdict, status="cannot", reason=_steps(report), params=params)
    if waiting:
        return replace(verdict, status="weak", reason="steps_wait_some", params=params)
    return replace(verdict, params=params)


_FOUND: Mapping[str, Callable[[Verdict, Report], Verdict]] = {
    "worth": _worth_found,
    "moments": _moments_found,
    "steps": _steps_found,
}
