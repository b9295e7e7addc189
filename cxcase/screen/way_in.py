"""The way in where people log in: no page is drawn and no case is opened before."""

from __future__ import annotations

import streamlit as st

from cxcase.errors import StoreError
from cxcase.screen import came_for, login_cookie, visitor
from cxcase.screen.parts import lead, plain, say


def passed() -> bool:
    """True for whoever may look at pages; else what to do about it is on the page."""
    if not visitor.login_needed():
        return True
    login_cookie.keep_small()
    try:
        found = visitor.person()
    except StoreError as error:
        st.error(plain(str(error)))
        return False
    if found is None:
        _ask()
    return found is not None


def _ask() -> None:
    """A button for each provider."""
    came_for.note()
    st.title(say("way_in.title"), anchor=False)
    providers = visitor.providers()
    lead(say("way_in.lead" if providers else "way_in.none"))
    for name in providers:
        label = say("way_in.with", name=name) if name else say("way_in.button")
        st.button(label, key=f"login_{name or ''}", type="primary", on_click=st.login, args=(name,))


def side() -> None:
    """Who is logged in, and the way out."""
    if not visitor.login_needed():
        return
    with st.sidebar:
        came_for.lead()
    st.sidebar.caption(say("way_in.as", name=visitor.name()))
    st.sidebar.button(say("way_in.out"), key="logout", type="tertiary", on_click=st.logout)
