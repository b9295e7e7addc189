"""What counts beside customers kept: growth of those who stay, and savings, each by itself."""

from __future__ import annotations

import streamlit as st

from cxcase.report import Report
from cxcase.report import format as fmt
from cxcase.report.benefit_kinds import benefit_kinds, counted, knows_growth
from cxcase.screen import session as sessions
from cxcase.screen.assumptions import own
from cxcase.screen.parts import plain, say, table


def show(report: Report) -> None:
    """The switch for growth, every kind of benefit in a sentence, and the steps that save."""
    if benefit_kinds(report) is None:
        return
    with st.expander(say("recommendations.beside")):
        _growth(report)
        for line in counted(report):
            st.markdown(f"- {plain(line)}")
        _savings(report)


def _growth(report: Report) -> None:
    """One switch; where growth was not measured there is nothing to switch on."""
    sessions.show_in("count_expansion", sessions.current().settings.count_expansion)
    st.toggle(
        say("recommendations.count_expansion"),
        key="count_expansion",
        help=say("recommendations.count_expansion_help"),
        disabled=not knows_growth(report),
        on_change=lambda: own("count_expansion", st.session_state["count_expansion"]),
    )


def _savings(report: Report) -> None:
    """Each step's saving, and whether it leaves less to pay."""
    rows = [item.step for item in report.ordered_steps if item.step.saving_per_year]
    if not rows:
        st.caption(say("recommendations.no_savings"))
        return
    money = say("recommendations.saving_head")
    names = {True: "recommendations.cash_yes", False: "recommendations.cash_no"}
    table(
        {
            say("recommendations.step_head"): [plain(f"{s.id} {s.title}") for s in rows],
            say("recommendations.saving_kind_head"): [plain(s.saving_kind or "–") for s in rows],
            money: [plain(fmt.money(s.saving_per_year, report.currency, 3)) for s in rows],
            say("recommendations.cash_head"): [say(names[s.cash_releasing]) for s in rows],
        },
        right=[money],
    )
