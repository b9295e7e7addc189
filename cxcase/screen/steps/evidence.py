"""The evidence on each step: what is counted of it, what it comes to, and which lift is used."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cxcase.recommend import LiftEvidence
from cxcase.report import Report
from cxcase.report import evidence_register as said
from cxcase.roi import StepReturn
from cxcase.screen import pictures
from cxcase.screen import session as sessions
from cxcase.screen.assumptions import own
from cxcase.screen.parts import plain, say, table
from cxcase.screen.steps import own_evidence, rounded

_SOURCES = ("evidence", "sheet")


def show(report: Report, rows: Sequence[StepReturn]) -> None:
    """Which lift is used, and for one step at a time the evidence it rests on."""
    spoken = {item.step.id: item for item in rows if item.step.evidence}
    if not spoken:
        st.caption(say("recommendations.no_evidence"))
        _register(report)
        own_evidence.show(report)
        rounded.show(report)
        return
    _source()
    picked = st.selectbox(
        say("recommendations.step_head"),
        list(spoken),
        format_func=lambda id: plain(f"{id} {spoken[id].step.title}"),
    )
    _one(report, spoken[picked])
    _register(report)
    own_evidence.show(report)
    rounded.show(report)


def _source() -> None:
    """One switch: all evidence, or the list alone."""
    sessions.show_in("lift_source", sessions.current().settings.lift_source)
    st.segmented_control(
        say("recommendations.lift_from"),
        _SOURCES,
        format_func=lambda source: say(f"recommendations.lift_from_{source}"),
        key="lift_source",
        required=True,
        help=say("recommendations.lift_from_help"),
        on_change=lambda: own("lift_source", st.session_state["lift_source"]),
    )
    sessions.show_in("cap_lifts", sessions.current().settings.cap_lifts)
    st.toggle(
        say("recommendations.cap_lifts"),
        key="cap_lifts",
        help=say("recommendations.cap_lifts_help"),
        on_change=lambda: own("cap_lifts", st.session_state["cap_lifts"]),
    )


def _one(report: Report, item: StepReturn) -> None:
    step = item.step
    found = step.lift_evidence
    if any(not study.why for study in step.evidence):
        pictures.show("step_evidence", report, picked=step.id, step=step.id)
    printed = say("recommendations.printed_head")
    counted = say("recommendations.discounted_head")
    table(
        {
            say("recommendations.source_head"): [plain(study.source) for study in step.evidence],
            say("recommendations.kind_head"): [plain(said.kind_of(s)) for s in step.evidence],
            printed: [plain(said.printed(study)) for study in step.evidence],
            counted: [plain(said.counted(study)) for study in step.evidence],
            say("recommendations.how_head"): [plain(said.use_of(s)) for s in step.evidence],
            say("recommendations.why_head"): [plain(said.why_so(s)) for s in step.evidence],
        },
        right=[printed, counted],
    )
    if found is not None:
        _comes_to(report, item, found)


def _register(report: Report) -> None:
    """Every row of the register, what is counted of it and why, and for which steps."""
    rows = said.register(report)
    if not rows:
        return
    used = [said.as_used(one) for one in rows]
    with st.expander(say("recommendations.register", n=len(rows))):
        table(
            {
                say("recommendations.source_head"): [plain(s.source) for s in used],
                say("recommendations.kind_head"): [plain(said.kind_of(s)) for s in used],
                say("recommendations.who_head"): [plain(said.who_of(s)) for s in used],
                say("recommendations.about_head"): [plain(one.about or "–") for one in rows],
                say("recommendations.printed_head"): [plain(said.printed(s)) for s in used],
                say("recommendations.discounted_head"): [plain(said.counted(s)) for s in used],
                say("recommendations.speaks_head"): [plain(said.speaks_for(one)) for one in rows],
            }
        )


def _comes_to(report: Report, item: StepReturn, found: LiftEvidence) -> None:
    """What is used and why, with both NPVs where claim and evidence conflict."""
    lines = []
    if found.conflict:
        lines.append(say("recommendations.conflict"))
    elif found.evidence_share > 0:
        of_whom = "list" if found.experts == 1 else "estimates"
        share = found.evidence_share
        weighs = say(f"recommendations.weighs_{of_whom}", share=share, n=found.experts)
        lines.append(weighs)
    if item.npv is not None and item.npv_otherwise is not None:
        both = {"used": item.npv.mean, "other": item.npv_otherwise.mean}
        used = "sheet" if found.used == found.claim else "evidence"
        lines.append(say(f"recommendations.both_npvs_{used}", **both))
    if found.weighed != found.claim:
        lifts = {"used": found.used[1], "claim": found.claim[1], "weighed": found.weighed[1]}
        path = "both_lifts_sheet" if found.used == found.claim else "both_lifts_evidence"
        lines.append(say(f"recommendations.{path}", **lifts))
    for line in lines:
        st.markdown(plain(line))
