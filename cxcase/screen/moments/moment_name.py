"""The name of a moment, to be changed in place, beside what the survey asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from cxcase.intake import LONGEST_NAME
from cxcase.moments import Moment
from cxcase.report import Report
from cxcase.screen import session as sessions
from cxcase.screen.parts import plain, say
from cxcase.settings import Settings


def name_in_place(report: Report, moment: Moment) -> None:
    """A field with the moment's name, and its question under it."""
    key = f"moment_name_{moment.name}"
    st.session_state.setdefault(key, moment.name)

    def taken() -> None:
        _rename(report, moment.name, str(st.session_state.pop(key) or "").strip())

    question = report.question_of(moment.name)
    st.text_input(
        say("moments.name"),
        max_chars=LONGEST_NAME,
        key=key,
        on_change=taken,
        help=say("moments.asked", question=question) if question else None,
    )
    if question:
        st.caption(say("moments.asked", question=question))


def _rename(report: Report, name: str, chosen: str) -> None:
    """The moment under the name somebody chose, unless another has it."""
    others = [m.name.casefold() for m in report.case.moments if m.name != name]
    if not chosen or chosen == name:
        return
    if chosen.casefold() in others:
        st.toast(plain(say("moments.name_taken", name=chosen)))
        return
    settings = sessions.current().settings
    same = renamed(settings, name, chosen)
    targets = {chosen if m == name else m: mark for m, mark in settings.target_ratings.items()}
    journey = tuple(chosen if m == name else m for m in settings.journey)
    sessions.change(
        settings=replace(settings, same_questions=same, target_ratings=targets, journey=journey)
    )
    st.session_state["moment"] = chosen


def renamed(settings: Settings, name: str, chosen: str) -> Mapping[str, str]:
    """What each question is called once a moment has another name; no name leads back to itself."""
    found = {**settings.same_questions, name: chosen}
    meant = {a: chosen if settings.question(a) == name else found[a] for a in found}
    return {a: b for a, b in meant.items() if a != chosen and a != b}
