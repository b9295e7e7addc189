"""The door: page settings, navigation, the frame around every page."""

import streamlit as st

from cxcase.screen import frame, parts

# A picture of our own: a named icon here would be fetched from another machine.
st.set_page_config(
    page_title=frame.page_title(),
    page_icon="static/icon.png",
    layout="wide",
    initial_sidebar_state=270,
)
page = st.navigation(parts.pages(), position="hidden")
with frame.frame(page.url_path):
    page.run()
