"""What is one point of experience worth, and how sure are we?"""

import streamlit as st

from cxcase.screen import assumptions, method, parts, pictures, tables

report = parts.open_page("link")
link = report.link if report else None
if report and link:
    if link.refused is None:
        pictures.show("worth_range", report)
        dose, chain, who = st.tabs([parts.say(f"link.tab_{tab}") for tab in ("dose", "chain", "who")])
        with dose:
            pictures.show("dose_response", report)
        with chain:
            st.caption(parts.say("link.chain_note"))
            pictures.show("chain", report)
            tables.chain(report)
        with who:
            st.caption(parts.say("link.who_note"))
            pictures.show("responders", report)
    assumptions.metric(report)
    parts.findings(report, "link")
    method.link(report)
if link and link.refused is None:
    parts.next_step("link", "moments")
else:
    parts.next_step("link", "data", "next_missing", "next_missing_note")
