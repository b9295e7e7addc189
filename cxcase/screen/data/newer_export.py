"""A file with the columns of one that is there: next month's export, or one to stand beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cxcase.case_document import SavedFile
from cxcase.changes import same_table
from cxcase.screen import session as sessions
from cxcase.screen.data.together import look
from cxcase.screen.parts import say
from cxcase.screen.session import Taken


def alike(new: Sequence[Taken], there: Sequence[Taken]) -> dict[str, str]:
    """New file -> the one with its roles and headings that it may take the place of."""
    found: dict[str, str] = {}
    for file in new:
        older = (f for f in there if f.name not in found.values() and _same(f, file))
        match = next(older, None)
        if match is not None:
            found[file.name] = match.name
    return found


def _same(one: Taken, other: Taken) -> bool:
    return same_table(_kept(one), _kept(other))


def _kept(file: Taken) -> SavedFile:
    return SavedFile(file.name, file.digest, file.parsed, file.alone)


def ask() -> None:
    """For each such file whether it takes the other's place; until somebody says so both count."""
    session = sessions.current()
    names = {file.name for file in session.files}
    for new, old in session.newer.items():
        if not {new, old} <= names:
            continue
        with st.container(border=True, key=f"newer_{new}"):
            st.markdown(f"**{say('newer.question', new=new, old=old)}**")
            st.caption(say("newer.note"))
            left, right = st.columns(2)
            left.button(
                say("newer.replace", old=old),
                key=f"replace_{new}",
                width="stretch",
                on_click=_replace,
                args=(new, old),
            )
            right.button(
                say("newer.beside"),
                key=f"beside_{new}",
                width="stretch",
                on_click=_settled,
                args=(new,),
            )


def _settled(new: str) -> None:
    sessions.change(newer=_without(sessions.current().newer, new))


def _replace(new: str, old: str) -> None:
    """The new file in the old one's place."""
    session = sessions.current()
    there = {file.name: file for file in session.files}
    others = [file for file in session.files if file.name != new]
    files = tuple(there[new] if file.name == old else file for file in others)
    sessions.change(files=files, newer=_without(session.newer, new))
    look()


def _without(newer: Mapping[str, str], name: str) -> dict[str, str]:
    return {new: old for new, old in newer.items() if new != name}
