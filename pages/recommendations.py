"""Which small steps would move them, and on what evidence?"""

import streamlit as st

from cxcase.screen import method, parts, pictures, tables

report = parts.open_page("recommendations")
returns = report.returns if report else None
if report and returns:
    priced = [s for s in report.ordered_steps if s.npv is not None]
    unpriced = [s for s in report.ordered_steps if s.npv is None]
    names = []
    if priced:
        names += ["chart", "table", "evidence"]
    if unpriced:
        names.append("unpriced")
    labels = [parts.say(f"recommendations.tab_{name}", n=len(unpriced)) for name in names]
    tabs = st.tabs(labels) if labels else []
    for name, tab in zip(names, tabs, strict=True):
        with tab:
            if name == "chart":
                pictures.show("steps_npv", report)
            elif name == "table":
                tables.steps(report, priced)
            elif name == "evidence":
                tables.evidence(report.ordered_steps)
            else:
                tables.unpriced(unpriced)
    parts.findings(report, "recommendations")
    method.recommendations(report)
if returns and returns.steps:
    parts.next_step("recommendations", "budget")
else:
    parts.next_step("recommendations", "data", "next_missing", "next_missing_note")
