"""Who did what with the open case, the newest first."""

from __future__ import annotations

import streamlit as st

from cxcase.report import words
from cxcase.screen import kept_case, visitor
from cxcase.screen import session as sessions
from cxcase.screen.case_list import when
from cxcase.screen.parts import plain, say, table
from cxcase.store import Deed


def show() -> None:
    """The last lines of the log, folded."""
    case_id = sessions.current().kept.case_id
    deeds = visitor.store().sharing.deeds(kept_case.who(), case_id)
    with st.expander(say("share.log", n=len(deeds)), key="case_log"):
        table(
            {
                say("share.log_when"): [when(deed.at) for deed in deeds],
                say("share.log_who"): [plain(_who(deed)) for deed in deeds],
                say("share.log_what"): [plain(_what(deed)) for deed in deeds],
            }
        )


def _who(deed: Deed) -> str:
    return deed.name or words.say("pages.share.somebody")


def _what(deed: Deed) -> str:
    done = words.say(f"pages.share.deeds.{deed.action}")
    return f"{done}: {deed.detail}" if deed.detail else done
