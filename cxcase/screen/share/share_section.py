"""Who is in the case and as what, its read-only links, and what was done with it; for owners."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cxcase.errors import StoreError
from cxcase.report import words
from cxcase.screen import kept_case, visitor
from cxcase.screen import session as sessions
from cxcase.screen.parts import lead, plain, say
from cxcase.screen.share import case_log, links
from cxcase.store import GIVEN, Member


def offered() -> bool:
    """True where there are others to share with, and the visitor may."""
    return visitor.login_needed() and sessions.may_do("manage")


def show() -> None:
    """People, links, the log."""
    if not offered():
        return
    try:
        _people()
        links.show()
        case_log.show()
    except StoreError as error:
        st.error(plain(str(error)))


def _people() -> None:
    case_id = sessions.current().kept.case_id
    found = visitor.store().sharing.members(kept_case.who(), case_id)
    lead(say("share.lead"))
    for member in found:
        _line(member)
    _invite()


def _line(member: Member) -> None:
    """Somebody in the case: their role to change, and the way out."""
    name, role, out = st.columns([3, 2, 1], vertical_alignment="center")
    shown = plain(member.name or member.email)
    about = member.email if member.name else ""
    waits = say("share.waits") if member.waits else plain(about)
    name.markdown(f"**{shown}**  \n:gray[{waits}]")
    key = f"role_{member.id}"
    sessions.show_in(key, member.role)
    role.selectbox(
        say("share.role_of", name=member.name or member.email),
        GIVEN,
        format_func=role_name,
        key=key,
        label_visibility="collapsed",
        on_change=lambda: _changed(member),
    )
    out.button(
        say("share.remove"),
        key=f"remove_{member.id}",
        type="tertiary",
        on_click=_removed,
        args=(member,),
    )


def role_name(role: str) -> str:
    """A role in words."""
    return words.say(f"pages.share.roles.{role}")


def _invite() -> None:
    with st.form("invite", border=False, clear_on_submit=True):
        address, role, send = st.columns([3, 2, 1], vertical_alignment="bottom")
        email = address.text_input(say("share.email"), key="invite_email", max_chars=254)
        given = role.selectbox(
            say("share.role"), GIVEN[::-1], format_func=role_name, key="invite_role"
        )
        if send.form_submit_button(say("share.add"), key="invite_add"):
            _do(lambda: visitor.store().sharing.invite(*_case(), email, given))
            st.rerun()
    st.caption(say("share.note"))
    told = st.session_state.pop("share_refused", "")
    if told:
        st.warning(plain(told))


def _case() -> tuple[str, str]:
    """Who asks, and about which case."""
    return kept_case.who(), sessions.current().kept.case_id


def _changed(member: Member) -> None:
    role = st.session_state[f"role_{member.id}"]
    _do(lambda: visitor.store().sharing.change_role(*_case(), member.id, role))


def _removed(member: Member) -> None:
    _do(lambda: visitor.store().sharing.remove(*_case(), member.id))


def _do(change: Callable[[], None]) -> None:
    """Makes a change; why it was refused is told below the list."""
    try:
        change()
    except StoreError as error:
        st.session_state["share_refused"] = str(error)
