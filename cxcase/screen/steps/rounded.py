"""What each step still lacks: kinds of evidence and departments, and a sheet of questions each."""

from __future__ import annotations

import streamlit as st

from cxcase.export import make_question_sheet
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.rounded_view import StepView, departments_of, rounded_view
from cxcase.screen.parts import plain, say, table

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(report: Report) -> None:
    """Two matrices, a line a step, and the questions for one department at a time."""
    views = rounded_view(report)
    if not views:
        return
    with st.expander(say("recommendations.rounded")):
        st.caption(say("recommendations.rounded_note"))
        kinds = words.section("rounded.kinds")
        _matrix(views, {kinds[name]: [v.kinds[name] for v in views] for name in views[0].kinds})
        st.markdown(say("recommendations.rounded_departments"))
        heard = {name: [v.departments[name] for v in views] for name in views[0].departments}
        _matrix(views, heard)
        _ask(report)


def _matrix(views: tuple[StepView, ...], columns: dict[str, list[int]]) -> None:
    """A line a step: how many rows of evidence there are, a dash where there is none."""
    steps = [plain(f"{view.step.id} {view.step.title}") for view in views]
    cells = {
        plain(name): [fmt.integer(n) if n else fmt.NONE for n in counts]
        for name, counts in columns.items()
    }
    table({say("recommendations.step_head"): steps, **cells}, right=list(cells))


def _ask(report: Report) -> None:
    """The one-page sheet for a department, to be sent and read back."""
    picked = st.selectbox(say("recommendations.ask_department"), departments_of(report))
    data = make_question_sheet(report, picked)
    if data is None:
        st.caption(say("recommendations.ask_nothing", department=picked))
        return
    st.download_button(
        say("recommendations.ask_sheet", department=picked),
        data,
        f"{words.say('rounded.sheet.file', department=picked)}.xlsx",
        _XLSX,
        key="get_questions",
        on_click="ignore",
        help=say("recommendations.ask_sheet_help"),
    )
