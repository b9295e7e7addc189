"""Two windows changed one case: both versions beside each other, and whoever sits here picks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from cxcase.changes import Cause, causes
from cxcase.errors import StoreError
from cxcase.screen import kept_case
from cxcase.screen import session as sessions
from cxcase.screen.case_inputs import inputs_in
from cxcase.screen.case_list import when
from cxcase.screen.history.version_list import line, titles_of, who
from cxcase.screen.parts import plain, say

_NAMED = 8  # changes of one side that are told


def show() -> None:
    """Nothing where no other window was quicker. Nothing is overwritten before a button says so."""
    session = sessions.current()
    conflict = session.kept.conflict
    if conflict is None:
        return
    base = session.kept.inputs
    here = inputs_in(session)
    with st.container(border=True, key="conflict"):
        st.markdown(f"**{say('conflict.head')}**")
        try:
            there = kept_case.version(conflict.theirs.number)
        except StoreError as error:
            st.error(plain(str(error)))
            return
        titles = titles_of(base, here, there)
        theirs = causes(base, there)
        mine = causes(base, here)
        both = _places(theirs) & _places(mine)
        told = {"when": when(conflict.theirs.made_at), "who": who(conflict.theirs)}
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(say("conflict.theirs", number=conflict.theirs.number, **told))
            if conflict.theirs.npv is not None:
                st.caption(say("conflict.npv", npv=conflict.theirs.npv))
            _list(theirs, both, titles)
            _button("take_theirs", kept_case.take_theirs)
        with right:
            st.markdown(say("conflict.mine"))
            _list(mine, both, titles)
            _button("put_mine", kept_case.put_mine)
            _button("keep_mine", kept_case.keep_mine)


def _places(found: Sequence[Cause]) -> set[tuple[str, str, str | None]]:
    """What the causes are about, whatever it became."""
    return {_place(cause) for cause in found}


def _place(cause: Cause) -> tuple[str, str, str | None]:
    return cause.what, cause.name, cause.entry


def _list(
    found: Sequence[Cause], both: set[tuple[str, str, str | None]], titles: dict[str, str]
) -> None:
    """What one side changed; what the other changed too comes first and is marked."""
    ordered = sorted(found, key=lambda cause: _place(cause) not in both)
    lines = []
    for cause in ordered[:_NAMED]:
        text = plain(line(cause, titles))
        lines.append(f"- {text} {say('conflict.both')}" if _place(cause) in both else f"- {text}")
    if ordered[_NAMED:]:
        lines.append(f"- {say('history.more', n=len(ordered) - _NAMED)}")
    st.markdown("\n".join(lines) or say("history.nothing"))


def _button(name: str, act: Callable[[], None]) -> None:
    st.button(
        say(f"conflict.{name}"),
        key=name,
        help=say(f"conflict.{name}_help"),
        width="stretch",
        on_click=act,
    )
