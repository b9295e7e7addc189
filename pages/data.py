"""What did we read, and what is wrong with it?"""

import streamlit as st

from cxcase.screen import assumptions, decisions, downloads, judged, method, parts, reading, start, tables

report = parts.open_page("data")
if report:
    judged.in_short(report)
    reading.offer_start(report)
reading.uploader()
if report:
    left, right = st.columns(2, gap="large")
    with left:
        assumptions.company()
    with right:
        reading.year(report)
    reading.files(report)
    reading.set_aside(report)
    reading.joins(report)
    judged.reconciliation(report)
    if report.case.base:
        st.subheader(parts.say("data.totals"), anchor=False)
        st.caption(parts.say("data.totals_note"))
        tables.totals(report)
    decisions.decisions(report)
    decisions.suggestions(report)
    judged.verdict(report)
    parts.findings(report, "data")
    method.data(report)
    downloads.mapping(report)
else:
    reading.to_bring()
reading.to_ask_for()
start.after_data()
