"""The case for those who read it: its figures, what Finance signs, deck and workbook. Nothing here
shows a row, a comment or a team of employees, and nothing changes but a signature.
"""

from __future__ import annotations

import streamlit as st

from cxcase.report import Report
from cxcase.screen import downloads, pictures, tables
from cxcase.screen import session as sessions
from cxcase.screen.history import register
from cxcase.screen.parts import STAGE_OF, Opening, findings, plain, say
from cxcase.screen.stages import stage_state
from cxcase.store import may

_ANSWERED = ("link", "moments", "recommendations", "budget")


def show() -> None:
    """What the case comes to, and from what."""
    report = Opening("home").work_out("plan_details")
    if report is None:
        return
    role = sessions.current().kept.role
    if report.plan and report.plan.chosen:
        pictures.show("steps_npv", report)
    _answers(report)
    if report.moments and report.moments.refused is None:
        st.header(say("reading.moments"), anchor=False)
        tables.moments(report)
    priced = [step for step in report.ordered_steps if step.npv is not None]
    if priced:
        st.header(say("reading.steps"), anchor=False)
        tables.steps(report, priced)
    findings(report, "recommendations", "budget", "settings")
    if may(role, "sign"):
        st.header(say("reading.sign"), anchor=False)
        register.show(report, "_sign")
    if report.case.base:
        st.header(say("reading.take"), anchor=False)
        downloads.outputs(report)


def _answers(report: Report) -> None:
    """Every page's answer in a sentence."""
    session = sessions.current()
    done = [page for page in _ANSWERED if stage_state(session, STAGE_OF[page]) == "done"]
    for page in done:
        st.markdown(f"**{say(f'{page}.nav')}**  \n{plain(report.answers[page])}")
