"""The page of a read-only link: the one page without a login. Whoever holds the link reads the one
case it was made for, until it runs out or is revoked; each time it is looked at, it is asked again.
"""

from __future__ import annotations

import streamlit as st

from cxcase.errors import StoreError
from cxcase.screen import kept_case, visitor
from cxcase.screen import session as sessions
from cxcase.screen.parts import SECRET, lead, plain, say
from cxcase.screen.readers import reading


def show() -> None:
    """The case, or why there is none."""
    try:
        if not visitor.login_needed():
            raise StoreError("link_unknown")
        who, case_id = _followed(st.query_params.get(SECRET, ""))
        with visitor.through(who):
            kept_case.read_again(case_id)
            st.caption(say("shared.note"))
            reading.show()
    except StoreError as stopped:
        over = stopped.code == "case_unknown"  # the link ended, or its case is gone
        error = StoreError("link_unknown") if over else stopped
        sessions.forget()
        st.session_state.pop(visitor.LINK_KEY, None)
        st.title(say("shared.title"), anchor=False)
        lead(plain(str(error)))


def _followed(secret: str) -> tuple[str, str]:
    """(who, case) of the link; it counts as used once for each visit."""
    known, who, case_id = st.session_state.get(visitor.LINK_KEY, ("", "", ""))
    if not secret or known != secret:
        who, case_id = visitor.store().sharing.follow(secret)
        st.session_state[visitor.LINK_KEY] = (secret, who, case_id)
    return who, case_id
