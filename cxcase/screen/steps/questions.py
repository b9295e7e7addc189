"""What the list of steps leaves open, asked one question at a time; an answer counts at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from cxcase.recommend import Candidate, StepQuestion, WaitingStep
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.step_money import kept_at, room_of
from cxcase.screen import session as sessions
from cxcase.screen.parts import currency, plain, say, table
from cxcase.settings.step_answers import with_answers

# the words for what the list says where it says something
_SAID = {
    "where": "recommendations.ask_where_said",
    "lift": "recommendations.ask_lift_said",
    "percent_of": "recommendations.ask_percent_of_said",
    "cost": "recommendations.ask_cost_said",
    "months": "recommendations.ask_months_said",
}
_LATER = "steps_later"  # the questions put off, for this visit
_POINTS = "points"  # a percentage of something else: the answer is given in points
_FEW = 6  # answers that stand beside each other; more are a list
_STEPS_OF_SLIDER = 100


def ask(report: Report) -> bool:
    """Asks the first open question that was not put off; False where there is none."""
    waiting = report.steps.waiting if report.steps else ()
    later = st.session_state.get(_LATER, ())
    asked = [
        (step, question)
        for step in sorted(waiting, key=lambda step: len(step.questions))  # nearest to a figure
        for question in step.questions
        if (question.step, question.field) not in later
    ]
    if not asked:
        _put_off(len(later))
        return False
    step, question = asked[0]
    with st.container(border=True, key="question_step"):
        _card(report, step, question, len(asked) - 1)
    return True


@st.fragment
def _card(report: Report, step: WaitingStep, question: StepQuestion, more: int) -> None:
    """One question about one step, and its answer; a choice draws this card alone."""
    st.header(_says(question), anchor=False)
    row = say("recommendations.ask_row", row=question.row, id=question.step)
    after = {0: "", 1: say("ask.one_more")}.get(more) or say("ask.more", n=more)
    st.caption(f"{row} · {after}" if more else row)
    answers = _answers(report, step, question)
    _buttons(report, question, answers)


def codes(report: Report) -> frozenset[str]:
    """The codes of what is asked about steps."""
    return frozenset(q.code for q in report.steps.questions) if report.steps else frozenset()


def _put_off(n: int) -> None:
    """The way back to questions that were put off."""
    if n:
        st.button(
            say("recommendations.ask_again", n=n),
            key="step_again",
            type="tertiary",
            on_click=lambda: st.session_state.pop(_LATER, None),
        )


def _says(question: StepQuestion) -> str:
    """What is asked of the step, and what the list says of it."""
    if question.said is None:
        return say(f"recommendations.ask_{question.field}", title=question.title)
    return say(_SAID[question.field], title=question.title, said=question.said)


def _buttons(report: Report, question: StepQuestion, answers: dict[str, Any]) -> None:
    with st.container(horizontal=True):
        saved = st.button(
            say("recommendations.ask_save"), key="step_save", type="primary", disabled=not answers
        )
        later = st.button(say("recommendations.ask_later"), key="step_later", type="tertiary")
    if saved:
        _keep(_name_of(report, question), answers)
    if later:
        _leave(question.step, question.field)
    if saved or later:
        st.rerun()


def _keep(step: str, answers: dict[str, Any]) -> None:
    """The answers count from now on."""
    settings = sessions.current().settings
    given = with_answers(settings.step_answers, step, **answers)
    sessions.change(settings=replace(settings, step_answers=given))


def _leave(step: str, field: str) -> None:
    st.session_state[_LATER] = (*st.session_state.get(_LATER, ()), (step, field))


def _name_of(report: Report, question: StepQuestion) -> str:
    """What an answer names the step by: its own id, else its title where no other step has it."""
    steps = report.steps
    made = steps is not None and any(s.id_made and s.id == question.step for s in steps.waiting)
    titles = list(steps.titles.values()) if steps is not None else []
    if made and titles.count(question.title) == 1:
        return question.title
    return question.step


# ---- the answer to each kind of question ---------------------------------------------------------


def _answers(report: Report, step: WaitingStep, question: StepQuestion) -> dict[str, Any]:
    """Field -> what stands in the question's widgets; empty before there is an answer."""
    key = f"{question.step}_{question.field}"
    if question.field == "where":
        return _given(where=_choice(report, question, key))
    if question.field == "lift":
        return _given(lift=_lift(report, step, key))
    if question.field == "percent_of":
        return _share(report, step, question, key)
    if question.field == "cost":
        return _costs(key)
    return _given(months=_number(say("recommendations.ask_months_label"), key))


def _costs(key: str) -> dict[str, Any]:
    """What the step costs once, and a year."""
    once, yearly = st.columns(2)
    with once:
        at_once = _number(say("recommendations.ask_once", currency=currency()), f"{key}_once")
    with yearly:
        a_year = _number(say("recommendations.ask_yearly", currency=currency()), f"{key}_yearly")
    return _given(cost=at_once, yearly_cost=a_year)


def _given(**answers: Any) -> dict[str, Any]:
    return {field: answer for field, answer in answers.items() if answer is not None}


def _number(label: str, key: str) -> float | None:
    return st.number_input(label, min_value=0.0, value=None, key=f"answer_{key}", format="%g")


def _choice(report: Report, question: StepQuestion, key: str) -> str | None:
    """Where the step acts: what resembles the list's words first, and marked where it is alone."""
    return _pick(
        say("recommendations.ask_where_label"),
        [one.value for one in question.candidates],
        {one.value: _place_name(report, one) for one in question.candidates},
        key,
        0 if len(question.near) == 1 else None,
    )


def _pick(
    label: str,
    values: Sequence[str],
    names: dict[str, str],
    key: str,
    first: int | None = None,
) -> str | None:
    """One of some values, that at `first` to begin with: beside each other where they are few."""
    key = f"answer_{key}"
    if len(values) <= _FEW:
        return st.radio(label, values, index=first, key=key, format_func=names.__getitem__)
    return st.selectbox(label, values, index=first, key=key, format_func=names.__getitem__)


def _place_name(report: Report, candidate: Candidate) -> str:
    names = {
        "ease": say("recommendations.ask_whole", metric=words.metric(report.metric)),
        "ex": say("recommendations.ask_engagement"),
    }
    parts = [names.get(part, part) for part in candidate.value.split(";")]
    name = fmt.listed(parts)
    if candidate.near:
        return say("recommendations.ask_near", name=name)
    return name


def _lift(report: Report, step: WaitingStep, key: str) -> float | None:
    """Points by which the step lifts what it acts on, with what they would keep a year."""
    room = room_of(report, step.acts_on, step.moments)
    label = say("recommendations.ask_points_label")
    if not room:
        lift = _number(label, key)
        st.caption(say("recommendations.ask_no_money"))
        return lift
    unit = _unit(room)
    top = math.ceil(room / unit) * unit
    lift = float(st.slider(label, 0.0, top, value=0.0, step=unit, key=f"answer_{key}"))
    if lift == 0:
        st.caption(say("recommendations.ask_slide"))
        return None
    _money(report, step, lift)
    return lift


def _unit(room: float) -> float:
    """The step of a slider over so much room: a round number."""
    return float(10.0 ** math.ceil(math.log10(room / _STEPS_OF_SLIDER)))


def _money(report: Report, step: WaitingStep, lift: float) -> None:
    """What a lift would keep a year, at once."""
    kept = kept_at(report, step.acts_on, step.moments, lift)
    if kept is None:
        st.caption(say("recommendations.ask_no_money"))
        return
    said = words.say("pages.recommendations.ask_money", report.currency, lift=lift, money=kept)
    st.markdown(plain(said))


def _share(report: Report, step: WaitingStep, question: StepQuestion, key: str) -> dict[str, Any]:
    """What a percentage is of, each with the points it comes to, or points instead."""
    names = {"score": "recommendations.ask_of_score", "scale": "recommendations.ask_of_scale"}
    known = {one.value: one.points for one in question.candidates if one.points is not None}
    labels = {value: say(names[value], points=points) for value, points in known.items()}
    labels[_POINTS] = say("recommendations.ask_of_else")
    chosen = _pick(say("recommendations.ask_share_label"), list(labels), labels, key)
    if chosen == _POINTS:
        return _given(lift=_lift(report, step, f"{key}_points"))
    if chosen is not None:
        _money(report, step, known[chosen])
    return _given(percent_of=chosen)


# ---- what waits, and what was answered -----------------------------------------------------------


def waiting(report: Report) -> None:
    """The steps that wait, each with what is open about it."""
    steps = report.steps.waiting if report.steps else ()
    st.caption(say("recommendations.waiting_note"))
    table(
        {
            say("recommendations.step_head"): [plain(step.title) for step in steps],
            say("recommendations.row_head"): [fmt.integer(step.row) for step in steps],
            say("recommendations.open_head"): [_open(report, step) for step in steps],
        }
    )


def _open(report: Report, step: WaitingStep) -> str:
    """What is open about a step, or the steps that it waits for."""
    if step.waits_for:
        return say("recommendations.open_others", steps=words.step_names(report, step.waits_for))
    return "; ".join(say(f"recommendations.open_{q.field}") for q in step.questions)


def answered(report: Report) -> None:
    """What was answered about steps, each with the way back."""
    answers = sessions.current().settings.step_answers
    if not answers:
        return
    with st.expander(say("recommendations.answered", n=len(answers))):
        for place, (key, answer) in enumerate(answers.items()):
            left, right = st.columns([3, 1.2], vertical_alignment="center", gap="medium")
            step, _, field = key.rpartition(":")
            shown = fmt.number(answer) if isinstance(answer, int | float) else answer
            left.markdown(
                f":material/check: {plain(step)}: {say(f'recommendations.open_{field}')} "
                f"= {plain(shown)}"
            )
            right.button(
                say("recommendations.take_back"),
                key=f"step_back_{place}",
                type="tertiary",
                width="stretch",
                on_click=_keep,
                args=(step, {field: None}),
            )
