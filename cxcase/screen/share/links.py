"""Read-only links of the open case: made, shown once, revoked."""

from __future__ import annotations

import streamlit as st

from cxcase.report import words
from cxcase.screen import kept_case, visitor
from cxcase.screen import session as sessions
from cxcase.screen.case_list import when
from cxcase.screen.parts import LINKED, SECRET, say
from cxcase.store import ReadOnlyLink

_NEW = "new_link"  # the address of the link just made, in the session's state
_CALLBACK = "oauth2callback"  # what the provider's way back ends with


def show() -> None:
    """Every link with its end, and a button for a new one."""
    st.header(say("share.links"), anchor=False)
    st.caption(say("share.links_note"))
    case_id = sessions.current().kept.case_id
    for link in visitor.store().sharing.links(kept_case.who(), case_id):
        _line(link)
    st.button(say("share.make_link"), key="make_link", on_click=_make)
    made = st.session_state.get(_NEW, "")
    if made:
        st.caption(say("share.link_once"))
        st.code(made, language=None)


def _line(link: ReadOnlyLink) -> None:
    left, right = st.columns([5, 1], vertical_alignment="center")
    used = when(link.used_at) if link.used_at else words.say("pages.share.never")
    told = {"by": link.made_by, "made": when(link.made_at), "used": used}
    if not link.stands:
        left.markdown(f":gray[{say('share.link_over', **told)}]")
        return
    left.markdown(say("share.link", **told, until=when(link.expires_at)))
    right.button(
        say("share.revoke"),
        key=f"revoke_{link.id}",
        type="tertiary",
        on_click=_revoke,
        args=(link.id,),
    )


def _make() -> None:
    case_id = sessions.current().kept.case_id
    secret = visitor.store().sharing.make_link(kept_case.who(), case_id)
    st.session_state[_NEW] = f"{_base()}{LINKED}?{SECRET}={secret}"


def _base() -> str:
    """The app's address as people reach it, which the provider's way back begins with."""
    settings = visitor.provider_settings() or {}
    return str(settings.get("redirect_uri", "")).removesuffix(_CALLBACK)


def _revoke(link: str) -> None:
    st.session_state.pop(_NEW, None)
    case_id = sessions.current().kept.case_id
    visitor.store().sharing.revoke(kept_case.who(), case_id, link)
