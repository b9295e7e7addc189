"""Each result as a frame: a row a figure, plain numbers, `attrs["units"]` for what they measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from cxcase.budget import Plan, PlanDetails
from cxcase.estimate import Estimate
from cxcase.intake import Case
from cxcase.link import Link
from cxcase.moments import Moment, Moments
from cxcase.recommend import Step, Steps
from cxcase.report import Report, words
from cxcase.roi import Npv, Returns, StepReturn
from cxcase.voice import Voice

MONEY = "the case's currency"
_SHARE = "share"
Row = dict[str, Any]


def frame_of(result: Any) -> pd.DataFrame:
    """The result's figures. Raises TypeError for what is no result of a stage."""
    for kind, make in _FRAMES.items():
        if isinstance(result, kind):
            frame: pd.DataFrame = make(result)
            return frame
    raise TypeError(f"a {type(result).__name__} has no frame")


def _frame(rows: Sequence[Row], index: str, units: Mapping[str, str]) -> pd.DataFrame:
    """The rows under the name of what each is about."""
    frame = pd.DataFrame(rows)
    if not frame.empty:
        frame = frame.set_index(index)
    frame.attrs["units"] = dict(units)
    return frame


def _ranged(estimate: Estimate) -> Row:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def _case(case: Case) -> pd.DataFrame:
    """A row a table that was found."""
    rows = [
        {
            "file": source.file,
            "sheet": source.sheet,
            "role": source.role,
            "rows_read": source.rows_read,
            "rows_accepted": source.rows_accepted,
            "rows_set_aside": source.rows_set_aside,
        }
        for source in case.sources
    ]
    return _frame(
        rows, "file", dict.fromkeys(("rows_read", "rows_accepted", "rows_set_aside"), "rows")
    )


def _link(link: Link) -> pd.DataFrame:
    """A row a worth and an effect; each has a unit of its own, so that `units` is by row."""
    found = {worth.id: worth.estimate for worth in link.worth}
    found |= {effect.id: effect.estimate for effect in link.effects}
    rows = [
        {"id": id, **_ranged(e), "unit": e.unit, "status": e.status, "reason": e.reason}
        for id, e in found.items()
    ]
    return _frame(rows, "id", {id: estimate.unit for id, estimate in found.items()})


def _moments(moments: Moments) -> pd.DataFrame:
    """A row a moment of truth, most money first."""
    return _frame(
        [_moment(moment) for moment in moments.moments], "moment", _units_of(moments.moments)
    )


def _moment(moment: Moment) -> Row:
    return {
        "moment": moment.name,
        "reach": moment.reach.value,
        "performance": moment.performance.value,
        "slope": moment.slope.value,
        "importance_share": moment.importance_share.value,
        "revenue_at_stake": moment.revenue_at_stake.value,
        "low": moment.revenue_at_stake.low,
        "high": moment.revenue_at_stake.high,
        "target": moment.target_value,
        "kind": moment.kind,
        "status": moment.status,
    }


def _units_of(moments: Sequence[Moment]) -> dict[str, str]:
    """Column -> unit, as the first moment has them."""
    units = {"target": "points"}
    for moment in moments[:1]:
        units |= {
            name: getattr(moment, name).unit
            for name in ("reach", "performance", "slope", "importance_share", "revenue_at_stake")
        }
        units |= dict.fromkeys(("low", "high"), moment.revenue_at_stake.unit)
    return units


def _voice(voice: Voice) -> pd.DataFrame:
    """A row a moment: comments on it, and how many of them go with low and with high marks."""
    rows = [
        {"moment": m.moment, "comments": m.comments, "low": m.low, "high": m.high}
        for m in voice.moments
    ]
    return _frame(rows, "moment", dict.fromkeys(("comments", "low", "high"), "comments"))


def _steps(steps: Steps) -> pd.DataFrame:
    """A row a step of the sheet, in its order."""
    units = dict.fromkeys(("one_off_cost", "yearly_cost"), MONEY)
    units |= dict.fromkeys(("lift_low", "lift_likely", "lift_high"), "points")
    units["months_to_deliver"] = "months"
    return _frame([_step(step) for step in steps.steps], "id", units)


def _step(step: Step) -> Row:
    return {
        "id": step.id,
        "title": step.title,
        "acts_on": "; ".join(step.moments) or step.acts_on,
        "one_off_cost": step.one_off_cost,
        "yearly_cost": step.yearly_cost,
        "lift_low": step.lift_low,
        "lift_likely": step.lift_likely,
        "lift_high": step.lift_high,
        "months_to_deliver": step.months_to_deliver,
        "evidence_grade": step.evidence_grade,
    }


def _returns(returns: Returns) -> pd.DataFrame:
    """A row a step on its own, in the sheet's order."""
    money = MONEY if returns.model is None else returns.model.settings.currency
    units = dict.fromkeys(("npv_base", "npv_mean", "npv_p10", "npv_p90"), money)
    units |= {"p_npv_positive": _SHARE, "roi": _SHARE, "payback_months": "months"}
    return _frame([_return(item) for item in returns.steps], "id", units)


def _return(item: StepReturn) -> Row:
    return {
        "id": item.step.id,
        "title": item.step.title,
        **_npv(item.npv),
        "p_npv_positive": item.p_npv_positive,
        "payback_months": item.payback_months,
        "roi": item.roi,
        "refused": item.refused,
    }


def _npv(npv: Npv | None) -> Row:
    names = ("base", "mean", "p10", "p90")
    return {f"npv_{name}": getattr(npv, name, None) for name in names}


def _plan(plan: Plan) -> pd.DataFrame:
    """A row a step: those of the plan by the month they start, then those left out, with why."""
    inside = [
        {
            "id": id,
            "start_month": plan.start_month[id],
            "phase": plan.phase[id],
            "npv_in_plan": plan.npv_in_plan.get(id),
            "left_out": None,
        }
        for id in sorted(plan.chosen, key=lambda id: plan.start_month[id])
    ]
    outside = [
        {"id": item.id, "start_month": None, "phase": None, "npv_in_plan": None}
        | {"left_out": item.why}
        for item in plan.left_out
    ]
    return _frame([*inside, *outside], "id", {"start_month": "month", "npv_in_plan": MONEY})


def _plan_details(details: PlanDetails) -> pd.DataFrame:
    """A row a chosen step: the months it starts, is delivered, works in full and has paid back."""
    rows = [
        {
            "id": mark.id,
            "start": mark.start,
            "delivered": mark.delivered,
            "full": mark.full,
            "paid": mark.paid,
        }
        for mark in details.milestones
    ]
    return _frame(rows, "id", dict.fromkeys(("start", "delivered", "full", "paid"), "month"))


def _report(report: Report) -> pd.DataFrame:
    """A row a finding: its status and code, what was found and what to do."""
    rows = [
        {"code": row.code, "status": row.status, "where": row.where, "what": row.what, "do": row.do}
        for row in words.findings(report)
    ]
    return _frame(rows, "code", {})


_FRAMES: Mapping[type, Callable[[Any], pd.DataFrame]] = {
    Case: _case,
    Link: _link,
    Moments: _moments,
    Voice: _voice,
    Steps: _steps,
    Returns: _returns,
    Plan: _plan,
    PlanDetails: _plan_details,
    Report: _report,
}
