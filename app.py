"""The door: the server and what guards it; page settings, navigation, the frame around every page.

A server imports this file once, when it starts; a visitor's page runs it as its script.
"""

import streamlit as st

if __name__ == "__main__":
    from cxcase.screen import frame, parts

    # A picture of our own: a named icon here would be fetched from another machine.
    st.set_page_config(
        page_title=frame.page_title(),
        page_icon="static/icon.png",
        layout="wide",
        initial_sidebar_state=270,
    )
    page = st.navigation(parts.pages(), position="hidden")
    frame.run(page.url_path, page.run)
else:
    from cxcase.screen.server_guard import guards, running

    app = st.App(__file__, lifespan=running, middleware=guards())
