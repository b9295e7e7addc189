"""The deck's slides on its page, as they will be: rendered in the background where LibreOffice is
found, drawn otherwise and meanwhile.
"""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from cxcase import export
from cxcase.content_key import content_key
from cxcase.report.result import Report
from cxcase.screen import session as sessions
from cxcase.screen.parts import say

_EVERY = 2.0  # seconds between two looks at what is rendered by now
_A_ROW = 2


@dataclass(frozen=True, eq=False)
class _Preview:
    """The slides as drawings, and on their way to pictures where something renders them."""

    drawn: list[str]
    rendering: export.Rendering | None


def show(report: Report, make: Callable[[Report], bytes]) -> None:
    """The slides, made when somebody asks for them; `make`: the deck as it would be downloaded."""
    with st.expander(say("deck.preview"), expanded=False):
        session = sessions.current()
        settings = session.settings
        template = session.template[0] if session.template else ""
        key = content_key("preview", report.key, repr(settings), template, repr(session.pins))
        if not st.toggle(say("deck.preview_show"), key="preview_shown"):
            return
        with st.spinner(say("deck.preview_working")):
            preview = _made(key, lambda: make(report))
        if preview.rendering is None:
            st.caption(say("deck.preview_drawn"))
        waits = preview.rendering is not None and not preview.rendering.over
        st.fragment(_slides, run_every=_EVERY if waits else None)(preview)


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _made(key: str, _make: Callable[[], bytes]) -> _Preview:
    """The last preview of a session; one before it ends with its process and its folder."""
    deck = _make()
    program = export.office()
    rendering = export.Rendering(deck, program) if program else None
    return _Preview(export.drawn_slides(deck), rendering)


def _slides(preview: _Preview) -> None:
    """Two slides a row, each as far as it is made."""
    rendering = preview.rendering
    pictures = rendering.pictures if rendering is not None else {}
    places = st.columns(_A_ROW)
    for place, drawing in enumerate(preview.drawn):
        rendered = pictures.get(place)
        if rendered is not None:
            kind, data = "image/png", rendered
        else:
            kind, data = "image/svg+xml", drawing.encode()
        name = html.escape(say("deck.preview_slide", n=place + 1), quote=True)
        source = f"data:{kind};base64,{b64encode(data).decode()}"
        places[place % _A_ROW].html(
            f'<img src="{source}" alt="{name}" style="width: 100%; border: 1px solid #E4E8EC">'
        )
    if rendering is not None and rendering.over and preview.drawn and not pictures:
        st.caption(say("deck.preview_failed"))
