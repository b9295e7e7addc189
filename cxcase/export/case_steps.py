"""The part of `case.json` about the steps: what each returns, and what the sheet leaves open."""

from __future__ import annotations

from typing import Any

from cxcase.estimate import Estimate
from cxcase.export.entries import estimate, fields, part_of
from cxcase.report import Report

_RETURN = (
    "p_npv_positive",
    "payback_months",
    "discounted_payback_months",
    "roi",
    "bcr",
    "irr",
    "mirr",
    "break_even_lift",
    "break_even_customers",
    "customers_at_risk",
    "effort_cost",
)
_LIFT_LEVEL = 0.8  # a lift's ends are its P10 and P90


def steps_of(report: Report) -> list[dict[str, Any]] | None:
    """The sheet's steps in its order; what roi and budget add is absent until they have run."""
    if report.steps is None:
        return None
    returns = {item.step.id: item for item in report.ordered_steps}
    return [{**_step(step), **_return(report, returns.get(step.id))} for step in report.steps.steps]


def waiting_of(report: Report) -> list[dict[str, Any]] | None:
    """The steps that wait for an answer, or for one that does; None where none do."""
    if report.steps is None or not report.steps.waiting:
        return None
    return [fields(step, ("id", "title", "row", "waits_for")) for step in report.steps.waiting]


def questions_of(report: Report) -> list[dict[str, Any]] | None:
    """What the sheet of steps leaves open; None where it leaves nothing."""
    if report.steps is None or not report.steps.questions:
        return None
    return [_step_question(question) for question in report.steps.questions]


def _step_question(question: Any) -> dict[str, Any]:
    """A question with what the sheet says and the answers it offers, likeliest first."""
    candidates = [fields(one, ("value", "near", "points")) for one in question.candidates]
    names = ("step", "title", "row", "field", "code", "said")
    return {**fields(question, names), "candidates": candidates}


def _step(step: Any) -> dict[str, Any]:
    """A step as the sheet has it; the lift's range is P10 to P90."""
    lift = Estimate(
        step.lift_likely, step.lift_low, step.lift_high, "points", "assumed", level=_LIFT_LEVEL
    )
    return {
        "id": step.id,
        "title": step.title,
        "acts_on": step.acts_on,
        "moment": "; ".join(step.moments) or None,
        "one_off_cost": step.one_off_cost,
        "yearly_cost": step.yearly_cost,
        "months_to_deliver": step.months_to_deliver,
        **({"teams": step.teams} if step.teams else {}),
        "lift": estimate(lift),
        "evidence_grade": step.evidence_grade,
    }


def _return(report: Report, item: Any) -> dict[str, Any]:
    """What a step returns by itself, and its part of the plan's NPV where there is a plan."""
    if item is None:
        return {}
    in_plan = part_of("npv_in_plan", report.plan, lambda plan: plan.npv_in_plan.get(item.step.id))
    return {
        "npv": npv_of(item.npv),
        **in_plan,
        **fields(item, _RETURN),
        "reason": item.refused_because or item.refused,
    }


def npv_of(npv: Any) -> dict[str, Any] | None:
    if npv is None:
        return None
    return fields(npv, ("base", "mean", "p10", "p50", "p90"))
