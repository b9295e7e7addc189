"""The list of saved cases on the home page: go on, rename, duplicate, archive, bin, delete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import streamlit as st

from cxcase.errors import StoreError
from cxcase.report import format, words
from cxcase.screen import kept_case, visitor
from cxcase.screen.parts import file_of, say
from cxcase.store import Action, SavedCase, State, may

_SHOWN = 6  # cases before the rest is folded
_MENU = {  # state -> what can be done with such a case
    "open": ("rename", "duplicate", "archive", "bin"),
    "archived": ("restore", "bin"),
    "binned": ("restore", "delete"),
}
_NEEDS: dict[str, Action] = {"rename": "edit", "duplicate": "rows"}  # the rest: to delete
_BECOMES: dict[str, State] = {"archive": "archived", "bin": "binned", "restore": "open"}


def show() -> bool:
    """Draws the cases; True when there is one to go on with."""
    if not visitor.may_list():
        return False
    try:
        store = visitor.store()
        there = {state: store.cases(kept_case.who(), state) for state in _BECOMES.values()}
    except StoreError as error:
        st.warning(str(error))
        return False
    opened = there["open"]
    if opened:
        _continue(opened[0])
        _rows(opened[1:_SHOWN])
        _folded("more", opened[_SHOWN:])
    _folded("archived", there["archived"])
    _folded("binned", there["binned"])
    return bool(opened)


def open_file() -> None:
    """Opens a case that somebody sent."""
    with st.expander(say("cases.open_file"), key="cases_file"):
        given = st.file_uploader(say("cases.open_file_label"), type=["cxcase"], key="case_file")
    if given is None:
        return
    try:
        kept_case.take_file(given.name, given.getvalue())
    except StoreError as error:
        st.error(str(error))
        return
    st.rerun()


def _continue(case: SavedCase) -> None:
    """The case that was changed last, as the one thing to do."""
    left, right = st.columns([6, 1], vertical_alignment="center")
    label = say("cases.continue", name=_name(case), when=when(case.changed_at))
    if left.button(label, key=f"open_{case.id}", type="primary", width="stretch", wrap=True):
        _go_on(case)
    with right:
        _menu(case)


def _rows(cases: list[SavedCase]) -> None:
    for case in cases:
        left, right = st.columns([6, 1], vertical_alignment="center")
        label = _line(case)
        if left.button(label, key=f"open_{case.id}", width="stretch", wrap=True):
            _go_on(case)
        with right:
            _menu(case)


def _line(case: SavedCase) -> str:
    """A case in the list; what the visitor is in it where it is not their own."""
    told = {"name": _name(case), "when": when(case.changed_at)}
    if case.role in ("alone", "owner"):
        return say("cases.row", **told)
    return say("cases.row_as", **told, role=words.say(f"pages.share.roles.{case.role}"))


def _folded(kind: str, cases: list[SavedCase]) -> None:
    if cases:
        with st.expander(say(f"cases.{kind}", n=len(cases)), key=f"cases_{kind}"):
            _rows(cases)


def _go_on(case: SavedCase) -> None:
    """Opens the case where somebody left it."""
    if case.state == "binned":
        _act("restore", case)
    try:
        kept_case.open_case(case.id)
    except StoreError as error:
        st.error(str(error))
        return
    st.switch_page(file_of(case.page or "home"), query_params={kept_case.ADDRESS: case.id})


def _menu(case: SavedCase) -> None:
    """What can be done with a case beside going on."""
    allowed = [a for a in _MENU[case.state] if may(case.role, _NEEDS.get(a, "delete"))]
    if not allowed:
        return
    with st.popover(say("cases.menu"), key=f"menu_{case.id}", width="stretch"):
        for action in allowed:
            if action == "rename":
                _rename(case)
                continue
            st.button(
                say(f"cases.{action}"),
                key=f"{action}_{case.id}",
                type="tertiary",
                help=say("cases.delete_help") if action == "delete" else None,
                on_click=_act,
                args=(action, case),
            )


def _rename(case: SavedCase) -> None:
    key = f"rename_{case.id}"
    st.text_input(
        say("cases.rename"),
        _name(case),
        key=key,
        on_change=lambda: rename(case.id, st.session_state[key]),
    )


def _act(action: str, case: SavedCase) -> None:
    told(lambda: _done(action, case))


def _done(action: str, case: SavedCase) -> None:
    store = visitor.store()
    who = kept_case.who()
    if action == "duplicate":
        store.duplicate(who, case.id, say("cases.copy_name", name=_name(case)))
    elif action == "delete":
        store.delete(who, case.id)
    else:
        store.set_state(who, case.id, _BECOMES[action])


def _name(case: SavedCase) -> str:
    return case.name or words.say("pages.side.unnamed")


def rename(case_id: str, name: str) -> None:
    """Gives a saved case another name; an empty one changes nothing."""
    if name.strip():
        told(lambda: visitor.store().rename(kept_case.who(), case_id, name.strip()))


def told(act: Callable[[], Any]) -> None:
    """Does something in the store; where that fails the visitor is told, and nothing is lost."""
    try:
        act()
    except StoreError as error:
        st.toast(str(error), icon=":material/error:")


def when(at: dt.datetime) -> str:
    """The time as the visitor's clock shows it: "today 15:20", else the day."""
    here = visitor.local_time(at)
    today = visitor.local_time(dt.datetime.now(dt.UTC)).date()
    clock = f"{here:%H:%M}"
    if here.date() == today:
        return words.say("pages.cases.today", clock=clock)
    if here.date() == today - dt.timedelta(days=1):
        return words.say("pages.cases.yesterday", clock=clock)
    return format.date(here.date())
