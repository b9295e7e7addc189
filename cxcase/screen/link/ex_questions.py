"""The tab of the employee survey: may answers be averaged, which questions go with the score."""

from __future__ import annotations

import streamlit as st

from cxcase.link import Agreement, ExItems
from cxcase.report import Report, words
from cxcase.report.charts.drawing.style import MAX_ROWS
from cxcase.screen import pictures
from cxcase.screen.link.look_up import alternative, diagnosis_of, metric_name, worth_of
from cxcase.screen.parts import plain, say, table

_SAYS = ("ex_items_apart", "ex_items_alike")


def show(report: Report) -> None:
    """Whether a team's mean says something, then the questions: chart, differences, the rest."""
    diagnosis = diagnosis_of(report)
    if diagnosis.agreement is not None:
        _agreement(diagnosis.agreement)
    if diagnosis.teams:
        pictures.show("ex_teams", report)
    _corrected(report)
    if diagnosis.items is not None:
        _questions(report, diagnosis.items)


def _agreement(found: Agreement) -> None:
    """How far the answers of a team agree."""
    text = say(
        "link.agreement", icc1=found.icc1, icc2=found.icc2, answers=found.answers, teams=found.teams
    )
    within = "" if found.within is None else say("link.agreement_within", within=found.within)
    st.markdown(f"{text} {within}")


def _corrected(report: Report) -> None:
    """The money of a point of engagement as measured, and without the noise of small teams."""
    free = alternative(report, "corrected", "one_point_of_ex_through_cx")
    raw = worth_of(report, "one_point_of_ex_through_cx")
    if free is not None and raw is not None:
        st.markdown(say("link.corrected", metric=metric_name(report), raw=raw, free=free))


def _questions(report: Report, found: ExItems) -> None:
    """The chart of questions, what can be told apart, and those the chart has no room for."""
    if not found.items:
        why = words.reason(found.refused)
        st.markdown(say("link.questions_none", why=why.text, unlock=why.unlock))
        return
    pictures.show("ex_questions", report)
    for told in (words.finding(f, report.currency) for f in report.findings if f.code in _SAYS):
        st.markdown(f"{plain(told.what)} {plain(told.do)}")
    metric = metric_name(report)
    st.caption(say("link.questions_note", metric=metric))
    if found.left:
        st.caption(say("link.questions_left", count=found.left))
    _rest(found, metric)


def _rest(found: ExItems, metric: str) -> None:
    """The questions below those of the chart, as a table."""
    rest = found.items[MAX_ROWS:]
    if not rest:
        return
    value = say("link.question_value_head", metric=metric)
    span = say("link.range_head")
    with st.expander(say("link.questions_rest", n=len(rest))):
        table(
            {
                say("link.question_head"): [plain(item.item) for item in rest],
                value: [say("link.question_value", e=item.estimate) for item in rest],
                span: [say("link.question_range", e=item.estimate) for item in rest],
            },
            right=[value, span],
        )
