"""The budget page while a new sum's plan is solved: the best so far, then the plan."""

from __future__ import annotations

import streamlit as st

from cxcase.budget import Plan
from cxcase.report import Report
from cxcase.report import format as fmt
from cxcase.screen import parts, pictures, state
from cxcase.screen.budget import ask_form, rules_form, smaller_ask
from cxcase.screen.parts import Opening, say

_SLID = ("total", "certain")  # the questions with one sum, which is slid


def ask(opening: Opening) -> Report | None:
    """The answer, what was asked, what clashes and the roadmap; the report, None without one.

    Every place is made once and filled twice where a plan is there at once, so that nothing moves.
    """
    early = state.early()
    report = opening.say(early, "_early") if early else opening.work_out()
    if report is None or not plannable(report):
        return report
    ask_form.choice(report)
    with st.container(key="solved"):
        note = st.empty()
    _note(note, report, solving=early is not None)
    _waiting(report)
    rules_form.rules(report)
    clash = st.container()
    picture = st.empty()
    _roadmap(picture, report, "_early" if early else "")
    if early:
        report = opening.work_out(quiet=True) or early
        _note(note, report)
        _roadmap(picture, report)
    with clash:
        smaller_ask.clashes(report)
    return opening.further(report, "plan_details", quiet=early is not None)


def plannable(report: Report) -> bool:
    """True where there is a plan, be it one without steps: something could be priced."""
    return bool(report.plan and report.returns and any(step.npv for step in report.returns.steps))


def next_step(report: Report) -> None:
    """On to the deck; where no step pays for itself, to what each would need."""
    if report.returns and report.returns.what_would:
        parts.next_step("budget", "recommendations", "next_none", "next_none_note")
    else:
        parts.next_step("budget", "deck")


def _waiting(report: Report) -> None:
    """How many steps are not in the plan as they wait for an answer, and the way to it."""
    n = len(report.steps.waiting) if report.steps else 0
    if n:
        said = say("budget.step_waits") if n == 1 else say("budget.steps_wait", n=n)
        st.page_link(
            parts.file_of("recommendations"), label=said, icon=":material/hourglass_empty:"
        )


def _note(place: st.delta_generator.DeltaGenerator, report: Report, solving: bool = False) -> None:
    """Which plan is shown: the best for the sum as far as is proven, or the best solved already."""
    plan = report.plan
    if plan is None or report.settings.budget_kind not in _SLID:
        place.empty()
        return
    if solving:
        place.caption(say("budget.solving", sum=plan.choice.amount, spend=plan.spend))
    elif plan.frozen:
        place.caption(say("budget.solved_frozen", spend=plan.spend, sum=plan.choice.amount))
    elif plan.chosen and plan.optimal:
        place.caption(
            say("budget.solved_best", sum=plan.choice.amount, gap=fmt.percent(plan.gap, 2))
        )
    elif plan.chosen:
        place.caption(
            say("budget.solved_near", sum=plan.choice.amount, gap=fmt.percent(plan.gap, 2))
        )
    else:
        place.caption(say("budget.solved_none", sum=plan.choice.amount))


def _roadmap(place: st.delta_generator.DeltaGenerator, report: Report, again: str = "") -> None:
    """The roadmap of the plan in the report, whose dates are there before all else beside it."""
    plan: Plan | None = report.plan
    if plan is None or not plan.chosen:
        place.empty()
        return
    with place.container():
        pictures.show("roadmap", state.dated(report), again=again)
