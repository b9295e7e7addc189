"""The history page: versions beside each other, every change."""

from __future__ import annotations

import streamlit as st

from cxcase.screen.history import compare, version_list
from cxcase.screen.parts import enter, lead, next_step, say


def show() -> None:
    """What changed and what it did; where there is one version, that there will be more."""
    enter()
    st.title(say("history.title"), anchor=False)
    found = version_list.versions()
    if not found:
        lead(say("history.no_case"))
        next_step("history", "data", "next_missing", "next_missing_note")
        return
    if len(found) > 1:
        compare.show(found)
    else:
        lead(say("history.one_version"))
    version_list.show(found)
    next_step("history", "deck")
