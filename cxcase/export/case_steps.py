"""The part of `case.json` about the steps: what each returns, and what the sheet leaves open."""

from __future__ import annotations

from typing import Any

from cxcase.estimate import Estimate, EstimateStatus
from cxcase.export.entries import estimate, fields, part_of, without_none
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
_STUDY = (
    *("source", "kind", "grade", "year", "link", "unit", "effect", "se", "se_from", "n"),
    *("share", "discounted", "discounted_se", "use", "why", "department", "person"),
)
_LIFT_LEVEL = 0.8  # a lift's ends are its P10 and P90


def steps_of(report: Report) -> list[dict[str, Any]] | None:
    """The sheet's steps in its order; what roi and budget add is absent until they have run."""
    if report.steps is None:
        return None
    returns = {item.step.id: item for item in report.ordered_steps}
    return [
        {**_step(step), **_edits(report, step.id), **_return(report, returns.get(step.id))}
        for step in report.steps.steps
    ]


def _edits(report: Report, id: str) -> dict[str, Any]:
    """What was changed of a step beside what its sheet says, cell by cell; nothing where none."""
    edits = report.steps.edits if report.steps else ()
    of_step = {edit.field: edit for edit in edits if edit.step == id}
    names = ("listed", "typed", "why", "fault")
    if not of_step:
        return {}
    return {"edits": {name: without_none(fields(e, names)) for name, e in of_step.items()}}


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
    lift = _range((step.lift_low, step.lift_likely, step.lift_high), _lift_status(step))
    return {
        "id": step.id,
        "title": step.title,
        "acts_on": step.acts_on,
        "moment": "; ".join(step.moments) or None,
        "one_off_cost": step.one_off_cost,
        "yearly_cost": step.yearly_cost,
        "months_to_deliver": step.months_to_deliver,
        **({"teams": step.teams} if step.teams else {}),
        **(_saving(step) if step.saving_per_year else {}),
        **({"goal": step.goal} if step.goal else {}),
        **({"part_of": step.part_of} if step.inherits else {}),
        "lift": estimate(lift),
        "evidence_grade": step.evidence_grade,
        "best_quartile_gap": step.best_quartile_gap,
        **({"lift_evidence": _lift_evidence(step)} if step.evidence else {}),
    }


def _saving(step: Any) -> dict[str, Any]:
    return fields(step, ("saving_per_year", "saving_kind", "cash_releasing"))


def _lift_status(step: Any) -> EstimateStatus:
    """A lift is somebody's estimate unless studies or others' estimates were weighed in."""
    found = step.lift_evidence
    if found is None or found.used == found.claim:
        return "assumed"
    return "modelled"


def _lift_evidence(step: Any) -> dict[str, Any]:
    """What the lift rests on: the sheet's claim, what studies say, and what is used."""
    found = step.lift_evidence
    pooled = found.pooled
    return {
        "claimed": estimate(_range(found.claim, "assumed")),
        "pooled": pooled and estimate(_range((pooled.low, pooled.mean, pooled.high), "modelled")),
        "used": estimate(_range(found.used, _lift_status(step))),
        "grade": found.grade,
        "studies": [fields(study, _STUDY) for study in step.evidence],
        "experts": found.experts,
        "conflict": found.conflict,
    }


def _range(ends: tuple[float, float, float], status: EstimateStatus) -> Estimate:
    low, likely, high = ends
    return Estimate(likely, low, high, "points", status, level=_LIFT_LEVEL)


def _return(report: Report, item: Any) -> dict[str, Any]:
    """What a step returns by itself, and its part of the plan's NPV where there is a plan."""
    if item is None:
        return {}
    in_plan = part_of("npv_in_plan", report.plan, lambda plan: plan.npv_in_plan.get(item.step.id))
    return {
        "npv": npv_of(item.npv),
        **({"npv_otherwise": npv_of(item.npv_otherwise)} if item.npv_otherwise else {}),
        **in_plan,
        **fields(item, _RETURN),
        **part_of("benefits", item.benefits, _benefits),
        **_gate(report, item.step.id),
        **_what_would(report, item.step),
        "reason": item.refused_because or item.refused,
    }


def _benefits(item: Any) -> dict[str, Any]:
    """By kind, a year at full effect; growth is null where it is not counted."""
    return fields(item, ("retention", "expansion", "saving_hard", "saving_soft"))


def _gate(report: Report, id: str) -> dict[str, Any]:
    """What is read out after a part that others wait for, and what that is worth."""
    gates = report.returns.gates if report.returns else ()
    gate = next((one for one in gates if one.step == id), None)
    if gate is None:
        return {}
    found = {
        "measure": gate.moment or report.metric,
        "teams": gate.teams,
        "others": gate.others,
        "date": report.month_of(gate.month + 1),
        "month": gate.month,
        "threshold": gate.decision.threshold,
        "passes": gate.decision.passes,
        "detectable": gate.detectable if gate.seen else None,
        "value": gate.value,
        "stopping": gate.decision.stopping,
        "waiting": gate.waiting,
        "on_pass": gate.rest,
    }
    return {"gate": found}


def _what_would(report: Report, step: Any) -> dict[str, Any]:
    """What would make a step pay, where none does."""
    lines = report.returns.what_would if report.returns else ()
    found = next((one for one in lines if one.step == step.id), None)
    if found is None:
        return {}
    factor = found.cost_factor
    cost = None if factor is None else factor * (step.one_off_cost or step.yearly_cost)
    alone = found.alone
    return {
        "what_would": {
            "cost_at_most": cost,
            "cost_factor": factor,
            "lift_at_least": found.lift_at_least,
            "teams": alone.part.teams if alone else (),
            "npv_with_growth": found.with_growth,
            "save_at_least": found.save_at_least,
            **({"npv": alone.npv, "p_npv_positive": alone.chance} if alone else {}),
        }
    }


def npv_of(npv: Any) -> dict[str, Any] | None:
    if npv is None:
        return None
    return fields(npv, ("base", "mean", "p10", "p50", "p90"))


def strategy_of(report: Report) -> dict[str, Any] | None:
    """What the strategy says and lacks; None where there is none."""
    found = report.strategy
    if found is None:
        return None
    return {
        "goals": [one.text for one in found.goals if one.part == "goal"],
        "phrases": [
            {"text": one.text[mark.start : mark.end], "about": mark.subject, "in": one.text}
            for one in found.statements
            for mark in one.marks
        ],
        "missing": list(found.missing),
        "serves": {id: fields(tie, ("goal", "how")) for id, tie in found.ties.items()},
    }


def evidence_of(report: Report) -> list[dict[str, Any]] | None:
    """The evidence register: each row with what is counted of it, and the steps it speaks for."""
    register = report.steps.register if report.steps else ()
    if not register:
        return None
    return [
        {**fields(one.study, _STUDY), "about": one.about, "speaks_for": list(one.uses)}
        for one in register
    ]
