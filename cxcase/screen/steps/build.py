"""Where the list of steps is built: the table that is typed into, and one step in full."""

from __future__ import annotations

import streamlit as st

from cxcase.report import Report
from cxcase.screen.parts import say
from cxcase.screen.steps import changing, chunks, form, questions, table


def show(report: Report) -> None:
    """The steps to be changed; nothing where there is no list."""
    if not changing.rows_of(report):
        return
    st.header(say("recommendations.build"), anchor=False)
    table.show(report)
    with st.expander(say("recommendations.one_step"), expanded=form.was_used()):
        form.show(report)
    with st.expander(say("recommendations.apart"), expanded=chunks.was_used()):
        chunks.show(report)


def codes(report: Report, asking: bool) -> frozenset[str]:
    """The codes of what the page says elsewhere: at its cell, or as a question."""
    edits = report.steps.edits if report.steps else ()
    faults = frozenset(edit.fault for edit in edits if edit.fault)
    return faults | questions.codes(report) if asking else faults
