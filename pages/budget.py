"""What should we fund within this budget, and when?"""

import streamlit as st

from cxcase.screen import asking, assumptions, funding, method, parts, pictures, refused, snap

report = parts.open_page("budget", waiting=snap.solved)
if report and report.plan and report.returns and any(s.npv for s in report.returns.steps):
    asking.choice(report)
    asking.rules(report)
    refused.clashes(report)
    report = parts.further(report, "beside")
    if report.plan and report.plan.chosen:
        pictures.show("roadmap", report)
    names = ["plan", "money", "decides", "frontier", "place", "lines", "refused"]
    tabs = dict(zip(names, st.tabs([parts.say(f"budget.tab_{name}") for name in names]), strict=True))
    with tabs["plan"]:
        funding.cards(report)
        method.doing_nothing(report)
    with tabs["money"]:
        pictures.show("cash_fan", report)
        pictures.show("npv_spread", report)
    with tabs["decides"]:
        pictures.show("tornado", report)
        funding.decides(report)
    with tabs["frontier"]:
        pictures.show("frontier", report)
        method.next_money(report)
        funding.one_step(report)
    with tabs["place"]:
        funding.places(report)
        funding.others(report)
    with tabs["lines"]:
        funding.lines(report)
    with tabs["refused"]:
        refused.recut(report)
    parts.findings(report, "budget")
    assumptions.editor(report)
    method.budget(report)
    parts.next_step("budget", "deck")
else:
    if report:
        parts.findings(report, "budget")
    parts.next_step("budget", "data", "next_missing", "next_missing_note")
