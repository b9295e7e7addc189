"""The versions of the open case: what changed when, what the plan came to, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from cxcase.assumptions import Assumption
from cxcase.case_document import from_plain
from cxcase.errors import StoreError
from cxcase.report import format, words
from cxcase.screen import kept_case
from cxcase.screen import session as sessions
from cxcase.screen.case_list import when
from cxcase.screen.parts import currency, plain, say, table
from cxcase.store import SavedVersion

_SHOWN = 12
_NAMED = 4  # changes of one version that are told


def show() -> None:
    """The latest versions as a table, and any of them to go back to."""
    kept = sessions.current().kept
    if not kept.case_id:
        return
    try:
        versions = kept_case.store().versions(kept_case.who(), kept.case_id)
    except StoreError as error:
        st.warning(str(error))
        return
    if len(versions) < 2:
        return
    with st.expander(say("history.head", n=len(versions)), key="history"):
        _table(versions[:_SHOWN], kept.head)
        _go_back(versions, kept.head)


def _table(versions: list[SavedVersion], head: int) -> None:
    money = words.say("pages.history.npv")
    table(
        {
            say("history.version"): [_numbered(version, head) for version in versions],
            say("history.when"): [when(version.made_at) for version in versions],
            say("history.what"): [plain("; ".join(_told(version))) for version in versions],
            money: [_npv(version) for version in versions],
        },
        right=[money],
    )


def _numbered(version: SavedVersion, head: int) -> str:
    if version.number == head:
        return say("history.in_force", number=version.number)
    return str(version.number)


def _npv(version: SavedVersion) -> str:
    if version.npv is None:
        return format.NONE
    return plain(format.money(version.npv, currency()))


def _told(version: SavedVersion) -> list[str]:
    """What a version changed, in words."""
    lines = [line for cause in version.causes for line in _lines(cause)]
    if len(lines) <= _NAMED:
        return lines or [words.say("pages.history.nothing")]
    more = words.say("pages.history.more", n=len(lines) - _NAMED + 1)
    return [*lines[: _NAMED - 1], more]


def _lines(cause: Mapping[str, Any]) -> Iterator[str]:
    """A change in words, a line each thing that was changed."""
    kind = cause["kind"]
    if kind != "setting":
        yield words.say(f"pages.history.{kind}", name=cause.get("name", ""))
        return
    before = from_plain(cause["from"])
    after = from_plain(cause["to"])
    if cause["name"] != "decisions":
        yield _changed(cause["name"], before, after)
        return
    for code in {**(before or {}), **after}:
        yield _changed(code, (before or {}).get(code), after.get(code))


def _changed(name: str, before: Any, after: Any) -> str:
    old = words.assumption(Assumption(name, before, "", True), currency())
    new = words.assumption(Assumption(name, after, "", True), currency())
    return words.say("pages.history.setting", label=new.label, before=old.value, after=new.value)


def _go_back(versions: list[SavedVersion], head: int) -> None:
    """Any other version, what would change, and the button that makes it the one in force."""
    others = [version for version in versions if version.number != head]
    chosen = st.selectbox(
        say("history.choose"),
        others,
        index=None,
        format_func=lambda version: f"{version.number}: {when(version.made_at)}",
        key="history_choice",
    )
    if chosen is None:
        return
    try:
        lines = [line for cause in kept_case.difference(chosen.number) for line in _lines(cause)]
    except StoreError as error:
        st.error(str(error))
        return
    st.markdown(say("history.preview"))
    st.markdown("\n".join(f"- {plain(line)}" for line in lines) or say("history.no_difference"))
    st.button(
        say("history.go_back", number=chosen.number),
        key="go_back",
        on_click=kept_case.go_to,
        args=(chosen.number,),
    )
