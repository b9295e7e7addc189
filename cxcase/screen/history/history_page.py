"""The history page: what changed, what is still to be agreed, what was asked."""

from __future__ import annotations

import streamlit as st

from cxcase.errors import CaseError
from cxcase.report import Report, words
from cxcase.screen import state
from cxcase.screen.history import ask_list, compare, register, version_list
from cxcase.screen.parts import currency, enter, lead, next_step, plain, say
from cxcase.screen.share import share_section
from cxcase.store import SavedVersion

_SECTIONS = ("changed", "agree", "asked")


def show() -> None:
    """One section at a time: each may have to work something out."""
    enter()
    st.title(say("history.title"), anchor=False)
    found = version_list.versions()
    if not found:
        lead(say("history.no_case"))
        next_step("history", "data", "next_missing", "next_missing_note")
        return
    sections = (*_SECTIONS, "share") if share_section.offered() else _SECTIONS
    section = st.segmented_control(
        say("history.section"),
        sections,
        default=_SECTIONS[0],
        format_func=lambda name: words.say(f"pages.history.sections.{name}"),
        key="history_section",
        label_visibility="collapsed",
        required=True,
    )
    if section == "agree":
        report = _report()
        if report is not None:
            register.show(report)
    elif section == "asked":
        ask_list.show(_report())
    elif section == "share":
        share_section.show()
    else:
        _changed(found)
    next_step("history", "deck")


def _changed(found: list[SavedVersion]) -> None:
    if len(found) > 1:
        compare.show(found)
    else:
        lead(say("history.one_version"))
    version_list.show(found)


def _report() -> Report | None:
    """The whole report; None, and the error on the page, where one stops it."""
    try:
        return state.report("plan_details")
    except CaseError as error:
        st.error(plain(words.error(error, currency())))
        return None
