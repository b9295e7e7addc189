"""The home page: the way in while there is nothing, and where the case stands once there is."""

from __future__ import annotations

import streamlit as st

from cxcase.report import Report
from cxcase.sample import COMPANY
from cxcase.screen import case_list, downloads, pictures
from cxcase.screen import session as sessions
from cxcase.screen.data import uploads
from cxcase.screen.parts import STAGE_OF, enter, file_of, foot, lead, missing, next_step, plain, say
from cxcase.screen.stages import stage_state

_ANSWERED = ("data", "link", "moments", "recommendations", "budget")


def is_empty() -> bool:
    """True before anything was brought in."""
    enter()
    return not sessions.current().files


def welcome() -> None:
    """What this is for, and the two ways in."""
    st.title(say("home.title_empty"), anchor=False)
    lead(say("home.intro"))
    st.space("small")
    known = case_list.show()
    left, right, _ = st.columns([3, 3, 1])  # ends where the cases above end
    left.button(
        say("home.sample"),
        type="secondary" if known else "primary",
        key="sample",
        width="stretch",
        on_click=uploads.want_sample,
    )
    if right.button(say("home.own"), key="own", width="stretch", wrap=True):
        st.switch_page(file_of("data"))
    case_list.open_file()
    st.caption(f"{say('home.sample_note', company=COMPANY)}  \n{say('home.private')}")
    if sessions.current().wants_sample:
        uploads.take_sample()
        st.rerun()


def where_it_stands(report: Report) -> None:
    """The picture of the furthest stage there is, then every page's answer with the way to it."""
    if report.plan and report.plan.chosen:
        pictures.show("steps_npv", report)
    elif report.link and report.link.refused is None:
        pictures.show("worth_range", report)
    st.header(say("home.stand"), anchor=False)
    for page in _ANSWERED:
        answer = _answer(page, report)
        with st.container(key=f"stand_{page}"):
            left, right = st.columns([1, 3.2], gap="medium")
        with left:
            st.page_link(file_of(page), label=f"**{say(f'{page}.nav')}**")
        right.markdown(answer)


def _answer(page: str, report: Report) -> str:
    """A page's answer, or what has to be brought in before there is one."""
    if page != "data" and stage_state(sessions.current(), STAGE_OF[page]) == "needs_input":
        return say(f"{page}.next_missing_note")
    return plain(report.answers[page])


def after(report: Report | None) -> None:
    """The next step from home: as far as the case has come."""
    if report is None or report.link is None:
        next_step("home", "data", "next_data", "next_data_note")
    elif report.link.refused:
        next_step("home", "data", "next_check", "next_check_note")
    elif report.plan is None or not report.plan.chosen:
        listed = "recommendations" in sessions.current().roles
        next_step("home", "recommendations" if listed else "data", "next_steps", "next_steps_note")
    else:
        next_step("home", "deck")


def after_data(quiet: bool = False, waits: bool = False) -> None:
    """The next step from the data page: what is still missing, else the worth of a point. quiet:
    a question is open above, and its button is the page's primary one. waits: every figure waits
    for one, also where it was put off.
    """
    session = sessions.current()
    if stage_state(session, "link") != "needs_input" and not waits:
        listed = "recommendations" in session.roles
        next_step("data", "link", quiet=quiet, straight="budget" if listed else "")
    elif session.files:  # the sample would take the place of what was brought
        lacking = missing(session)
        if quiet or waits:
            lacking = "missing_answer"
        elif lacking == "missing_both":
            lacking = "missing_roles"
        with foot(say(f"data.{lacking}")):
            downloads.ask_for_the_rest(quiet=quiet)
    else:
        with foot(say("data.next_home_note")):
            if st.button(
                say("data.next_home"), type="primary", key="next_step", width="stretch", wrap=True
            ):
                uploads.take_sample()
                st.switch_page(file_of("home"))
