"""What a table is, where to say otherwise; keys told by values, each with its undoing."""

from __future__ import annotations

import streamlit as st

from cxcase.report import words
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.data import answers, together
from cxcase.screen.parts import plain, say
from cxcase.screen.session import Taken

_NO_ROLE = "none"


def role(file: Taken, place: int, key: str) -> None:
    """What the table is; another choice reads it again at once."""
    name = f"role_{key}"
    wanted = f"wanted_{key}"
    asked = sessions.current().asked.get(file.key(place))
    now = asked.role if asked else file.parsed.tables[place].source.role
    st.session_state[name] = st.session_state.get(wanted, now or _NO_ROLE)

    def taken() -> None:
        st.session_state[wanted] = st.session_state[name]

    st.selectbox(
        say("data.role"),
        [*state.READ, _NO_ROLE],
        format_func=lambda role: say(f"roles.{role}"),
        key=name,
        on_change=taken,
    )
    if wanted in st.session_state:
        chosen = st.session_state.pop(wanted)
        answers.read_as(file, place, None if chosen == _NO_ROLE else chosen, None)
        st.rerun()


def keys(file: Taken, place: int, key: str) -> None:
    """What was told by values, each with its undoing."""
    source = file.parsed.tables[place].source
    told = [words.matched_key(match) for match in source.matched]
    told += [words.finding(m).what for m in source.messages if m.code == "ids_of_contracts"]
    for number, text in enumerate(told):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/key: {plain(text)}", width="content")
            if file.alone is None:  # of a case kept earlier: its form corrects it
                continue
            st.button(
                say("data.undo"),
                key=f"undo_{key}_{number}",
                type="tertiary",
                on_click=together.undo,
                args=(file, place),
            )
