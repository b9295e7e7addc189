"""What did we read, and what is wrong with it?"""

import streamlit as st

from cxcase.screen import assumptions, downloads, home, method, parts, tables
from cxcase.screen.data import decisions, newer_export, questions, readiness, tables_read

report = parts.open_page("data")
asking = False
if report:
    readiness.in_short(report)
    asking = questions.ask(report)
tables_read.uploader()
newer_export.ask()
if report:
    left, right = st.columns(2, gap="large")
    with left:
        assumptions.company()
    with right:
        tables_read.year(report)
    if report.case.base:
        st.header(parts.say("data.totals"), anchor=False)
        st.caption(parts.say("data.totals_note"))
        tables.totals(report)
    parts.findings(report, "data", asked=questions.codes(report))
    tables_read.files(report)
    tables_read.set_aside(report)
    tables_read.joins(report)
    readiness.reconciliation(report)
    decisions.decisions(report)
    decisions.suggestions(report)
    readiness.verdict(report)
    method.data(report)
    downloads.mapping(report)
else:
    tables_read.to_bring()
tables_read.to_ask_for()
home.after_data(quiet=asking, waits=report is not None and questions.waited_for(report))
