"""How the deck is told: which one, for whom, which slides first, which not, under which titles.

All of it is settings, saved with the case; no figure depends on it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import streamlit as st

from cxcase import export
from cxcase.report import narrative, words
from cxcase.report.result import Report
from cxcase.screen import session as sessions
from cxcase.screen.assumptions import own
from cxcase.screen.parts import plain, say
from cxcase.settings import Audience, DeckKind, Settings

_LOCALES = ("en_GB", "en_US", "de_DE", "fr_FR", "en_IN")
_LONGEST = 120  # characters of a title of one's own


def choose(report: Report) -> None:
    """The choices, and the ask as this audience hears it."""
    settings = sessions.current().settings
    left, middle, right = st.columns(3)
    with left:
        _pick("deck", get_args(DeckKind), settings.deck)
    with middle:
        _pick("audience", (None, *get_args(Audience)), settings.audience)
    with right:
        known = tuple(dict.fromkeys((settings.locale, *_LOCALES)))
        _pick("locale", known, settings.locale)
    asked = narrative.one_sentence(report)
    if asked:
        st.caption(say("deck.opens", ask=plain(asked)))
    with st.expander(say("deck.slides"), expanded=False):
        _slides(settings)


def _pick(name: str, options: tuple[Any, ...], now: Any) -> None:
    """One choice among the options of a setting."""
    key = f"told_{name}"
    st.selectbox(
        words.label(name),
        options,
        index=options.index(now),
        format_func=lambda option: _called(name, option),
        key=key,
        on_change=lambda: own(name, st.session_state[key]),
    )


def _called(name: str, option: str | None) -> str:
    path = f"assumption.{name}.{option or 'unset'}"
    return words.say(path) if words.has(path) else str(option)


def _slides(settings: Settings) -> None:
    """Which slides come first, which are left out, and what one of them is called."""
    every = list(export.slides_of(replace(settings, slide_order=(), slides_dropped=())))
    _several("slide_order", every[1:], settings.slide_order, say("deck.order_help"))
    _several("slides_dropped", every[1:], settings.slides_dropped, say("deck.dropped_help"))
    left, right = st.columns([1, 2])
    code = left.selectbox(say("deck.slide"), every, format_func=_slide_name, key="told_slide")
    key = f"told_title_{code}"
    right.text_input(
        say("deck.own_title"),
        settings.slide_titles.get(code, ""),
        key=key,
        max_chars=_LONGEST,
        placeholder=say("deck.own_title_none"),
        on_change=lambda: _call(code, st.session_state[key]),
    )


def _several(name: str, every: list[str], now: tuple[str, ...], told: str) -> None:
    """Some of the slides, in the order in which they are picked."""
    key = f"told_{name}"
    st.multiselect(
        words.label(name),
        every,
        default=[code for code in now if code in every],
        format_func=_slide_name,
        help=told,
        key=key,
        on_change=lambda: own(name, tuple(st.session_state[key])),
    )


def _call(code: str, title: str) -> None:
    """Gives a slide a title of one's own; an empty one gives it back its own."""
    titles = {**sessions.current().settings.slide_titles, code: title.strip()}
    own("slide_titles", {name: said for name, said in titles.items() if said})


def _slide_name(code: str) -> str:
    return words.say(f"pages.deck.slide_names.{code}")
