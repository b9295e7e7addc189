"""What should we fund within this budget, and when?"""

import streamlit as st

from cxcase.screen import assumptions, method, parts, pictures, tables

report = parts.open_page("budget")
plan = report.plan if report else None
if report and plan and report.returns and any(s.npv for s in report.returns.steps):
    assumptions.budget(report)
    names = ["plan", "frontier", "cash", "left"]
    tabs = st.tabs([parts.say(f"budget.tab_{name}", n=len(plan.left_out)) for name in names])
    with tabs[0]:
        pictures.timeline(report)
        tables.plan(report)
    with tabs[1]:
        pictures.show("frontier", report)
        method.next_money(report)
    with tabs[2]:
        pictures.show("plan_cash", report)
        method.doing_nothing(report)
    with tabs[3]:
        tables.left_out(report)
    parts.findings(report, "budget")
    assumptions.editor(report)
    method.budget(report)
    parts.next_step("budget", "deck")
else:
    if report:
        parts.findings(report, "budget")
    parts.next_step("budget", "data", "next_missing", "next_missing_note")
