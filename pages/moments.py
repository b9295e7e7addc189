"""Which moments carry it?"""

import streamlit as st

from cxcase.screen import method, parts, pictures, tables, voices

report = parts.open_page("moments")
moments = report.moments if report else None
if report and moments:
    if moments.refused is None and moments.moments:
        stake, adds, map_, table = st.tabs(
            [parts.say(f"moments.tab_{tab}") for tab in ("stake", "adds", "map", "table")]
        )
        with stake:
            pictures.show("moments_stake", report)
        with adds:
            pictures.show("waterfall", report)
        with map_:
            pictures.show("moments_map", report)
        with table:
            tables.moments(report)
    if moment := voices.choose(report):
        voices.show(report, moment)
    parts.findings(report, "moments")
    method.moments(report)
if moments and moments.refused is None:
    parts.next_step("moments", "recommendations")
else:
    parts.next_step("moments", "data", "next_missing", "next_missing_note")
