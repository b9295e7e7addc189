"""Widgets that set one setting each, by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from cxcase.screen import session as sessions
from cxcase.screen.assumptions import disown, own
from cxcase.screen.parts import plain, say


def number(
    name: str,
    step: float,
    *,
    scale: float = 1.0,
    low: float = 0.0,
    whole: bool = False,
    label: str = "",
    **said: Any,
) -> None:
    """A setting as a number; blank puts it back to what it is by default."""
    value = getattr(sessions.current().settings, name)
    key = f"set_{label or name}"
    kind: Callable[[float], float | int] = int if whole else float
    if value is not None:
        value = kind(round(value * scale, 6))
    sessions.show_in(key, value)

    def taken() -> None:
        typed = st.session_state[key]
        if typed is None:
            disown(name)
        elif whole:
            own(name, int(typed))
        else:
            own(name, float(typed) / scale)

    shown = say(f"budget.{label or name}", **{k: plain(str(v)) for k, v in said.items()})
    st.number_input(
        shown,
        kind(low),
        value=None,
        step=kind(step),
        key=key,
        on_change=taken,
        placeholder=say("budget.none"),
        format="%d" if whole else "%g",
    )


def pick(name: str, options: list[Any], shown: Callable[[Any], str]) -> None:
    sessions.show_in(name, getattr(sessions.current().settings, name))
    st.selectbox(
        say(f"budget.{name}"), options, key=name, format_func=shown, on_change=take, args=(name,)
    )


def take(name: str) -> None:
    own(name, st.session_state[name])
