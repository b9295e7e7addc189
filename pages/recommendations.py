"""Which small steps would move them, and on what evidence?"""

import streamlit as st

from cxcase.screen import method, parts, pictures, tables
from cxcase.screen.data import begin_steps
from cxcase.screen.steps import benefits, build, evidence, questions, strategy, what_would

report = parts.open_page("recommendations")
returns = report.returns if report else None
asking = False
if report and report.steps:
    asking = questions.ask(report)
    questions.answered(report)
asking = asking or (report is not None and begin_steps.offer(report))
if report and returns:
    priced = [s for s in report.ordered_steps if s.npv is not None]
    unpriced = [s for s in report.ordered_steps if s.npv is None]
    waits = report.steps.waiting if report.steps else ()
    counts = {"chart": len(priced), "table": len(priced), "evidence": len(priced)}
    counts |= {"unpriced": len(unpriced), "waiting": len(waits)}
    names = [name for name, n in counts.items() if n]
    labels = [parts.say(f"recommendations.tab_{name}", n=counts[name]) for name in names]
    tabs = st.tabs(labels) if labels else []
    for name, tab in zip(names, tabs, strict=True):
        with tab:
            if name == "chart":
                pictures.show("steps_npv", report)
            elif name == "table":
                tables.steps(report, priced)
            elif name == "evidence":
                evidence.show(report, report.ordered_steps)
            elif name == "unpriced":
                tables.unpriced(unpriced)
            else:
                questions.waiting(report)
    what_would.show(report)
    benefits.show(report)
    strategy.show(report)
    build.show(report)
    parts.findings(report, "recommendations", asked=build.codes(report, asking))
    method.recommendations(report)
quiet = asking  # the question's own button is the page's one primary button
if returns and returns.steps:
    parts.next_step("recommendations", "budget", quiet=quiet)
elif report and report.steps and report.steps.waiting:
    parts.next_step("recommendations", "data", "next_waiting", "next_waiting_note", quiet=quiet)
else:
    parts.no_figure("recommendations", report, quiet=quiet)
