"""The page somebody came for, through a login: the provider sends everybody back to the first page.
The browser keeps its address, and nothing else, until they are in.
"""

from __future__ import annotations

import streamlit as st

_KEPT = "cxcase_came_for"  # in the browser tab's own storage, gone with the tab
_NOTES = f"""
export default function () {{
  sessionStorage.setItem("{_KEPT}", location.pathname + location.search);
}}
"""
_LEADS = f"""
export default function () {{
  const asked = sessionStorage.getItem("{_KEPT}");
  sessionStorage.removeItem("{_KEPT}");
  const here = location.pathname + location.search;
  const ours = asked && asked.startsWith("/") && !asked.startsWith("//");
  if (ours && asked !== here) location.replace(location.origin + asked);
}}
"""


def note() -> None:
    """Has the browser keep the address of this page while somebody logs in."""
    st.components.v2.component("cxcase_notes_page", js=_NOTES)(key="notes_page", height=1)


def lead() -> None:
    """Opens the page that was come for, where that is not this one."""
    st.components.v2.component("cxcase_leads_to_page", js=_LEADS)(key="leads_page", height=1)
