"""How wide the reader's window is, as the browser says it: a telephone's, most, or a wide one; and
what follows from it on the page alone.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

_KEY = "window"
_SIZE = "size"
Size = Literal["narrow", "middle", "broad"]
NARROW_PX = 520
BROAD_PX = 1280  # from there on a picture beside the stages is 840 px wide
OVER_PX = 768  # up to there the stages lie over the page: one that was chosen has to be seen
_TELEPHONE = "Mobi"  # stands in what a telephone's browser calls itself
# what may be wider than its place: the keyboard has to reach it to move it
_SCROLLS = (
    "[data-testid=stMain] .stMarkdown:has(table), "
    "[data-testid=stMain] .stElementContainer:has([data-testid=stPlotlyChart])"
)
# tells once where the window is not as it was taken to be, and whenever that changes; where the
# stages lie over the page they are put away once one of them was chosen
_LISTENS = f"""
export default function ({{ data, setStateValue }}) {{
  const narrow = window.matchMedia("(max-width: {NARROW_PX}px)");
  const broad = window.matchMedia("(min-width: {BROAD_PX}px)");
  const size = () => (narrow.matches ? "narrow" : broad.matches ? "broad" : "middle");
  const tell = () => setStateValue("{_SIZE}", size());
  if (size() !== data.taken) tell();
  const over = window.matchMedia("(max-width: {OVER_PX}px)");
  const close = (event) => {{
    if (!over.matches || !event.target.closest('[data-testid="stSidebar"] a')) return;
    const shut = document.querySelector('[data-testid="stSidebarCollapseButton"] button');
    if (shut) setTimeout(() => shut.click(), 100);
  }};
  let soon = 0;
  const reach = () => {{
    for (const each of document.querySelectorAll('{_SCROLLS}')) {{
      if (each.scrollWidth > each.clientWidth + 1) each.tabIndex = 0;
      else each.removeAttribute("tabindex");
    }}
  }};
  const later = () => {{
    clearTimeout(soon);
    soon = setTimeout(reach, 300);
  }};
  const drawn = new MutationObserver(later);
  drawn.observe(document.body, {{ childList: true, subtree: true }});
  window.addEventListener("resize", later);
  later();
  narrow.addEventListener("change", tell);
  broad.addEventListener("change", tell);
  document.addEventListener("click", close);
  return () => {{
    narrow.removeEventListener("change", tell);
    broad.removeEventListener("change", tell);
    document.removeEventListener("click", close);
    window.removeEventListener("resize", later);
    drawn.disconnect();
    clearTimeout(soon);
  }};
}}
"""


def size() -> Size:
    """The window's size, as far as the browser said it."""
    said: Size = st.session_state.get(_KEY, {}).get(_SIZE, _taken())
    return said


def _taken() -> Size:
    """The size until the browser says it: a telephone is known by its first request, so that
    nothing is drawn wide for it.
    """
    if _TELEPHONE in (st.context.headers.get("User-Agent") or ""):
        return "narrow"
    return "broad"


def listen() -> None:
    """Puts what listens to the window's width on the page; it shows nothing."""
    listener = st.components.v2.component("cxcase_window", js=_LISTENS)
    listener(
        key=_KEY,
        data={"taken": size()},
        default={_SIZE: _taken()},
        height=1,
        on_size_change=_draw_again,
    )


def _draw_again() -> None:
    """The run that a change begins draws what is on the page to its new width."""
