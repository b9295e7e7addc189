"""What the company says it wants: read, marked where it speaks of customers and people, and each
step tied to one of its goals.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from cxcase.errors import CaseError
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.strategy_fit import speaking, tie_of, what_is_missing, why_tied
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.parts import currency, plain, say, table
from cxcase.screen.steps import changing
from cxcase.voice import STRATEGY_KINDS, STRATEGY_MB, Statement

_COLOURS = {"customers": "blue", "people": "violet"}
_TEXT = "strategy_text"


def show(report: Report) -> None:
    """The text, what it speaks of, what is missing in it, and the goal that each step serves."""
    found = report.strategy
    with st.expander(say("strategy.open"), expanded=found is not None):
        _bring()
        if found is None:
            return
        for sentence in what_is_missing(report):
            st.warning(plain(sentence), icon=":material/info:")
        if found.statements:
            counts = {subject: len(said) for subject, said in speaking(report)}
            st.markdown(say("strategy.speaks", **counts))
            st.markdown("\n".join(f"- {_marked(one)}" for one in found.statements))
        _ties(report)


def _bring() -> None:
    """Pasted, or read from a file."""
    settings = sessions.current().settings
    sessions.show_in(_TEXT, settings.strategy)
    locked = not sessions.may_do("edit")
    st.text_area(
        say("strategy.paste"),
        key=_TEXT,
        height=140,
        placeholder=say("strategy.placeholder"),
        on_change=lambda: _keep(st.session_state[_TEXT]),
        disabled=locked,
    )
    turn = f"strategy_file_{len(settings.strategy)}"
    given = st.file_uploader(
        say("strategy.file"),
        type=list(STRATEGY_KINDS),
        key=turn,
        max_upload_size=STRATEGY_MB,
        disabled=locked,
    )
    if given is None:
        return
    try:
        text = state.read_strategy_file(given.name, given.getvalue())
        sessions.change(settings=replace(settings, strategy=text))
    except CaseError as error:
        st.error(plain(words.error(error, currency())), icon=":material/error:")
        return
    st.rerun()


def _keep(text: str) -> None:
    changing.keep(lambda settings: replace(settings, strategy=text))


def _marked(one: Statement) -> str:
    """A statement with what it says of customers and people marked, and where it stands."""
    pieces = []
    at = 0
    for mark in one.marks:
        pieces.append(plain(one.text[at : mark.start]))
        said = plain(one.text[mark.start : mark.end])
        pieces.append(f":{_COLOURS[mark.subject]}-background[{said}]")
        at = mark.end
    pieces.append(plain(one.text[at:]))
    return f"{''.join(pieces)} :gray[({plain(words.say(f'strategy.part.{one.part}'))})]"


def _ties(report: Report) -> None:
    """A line a step with the goal it serves, and where another is picked."""
    items = report.ordered_steps
    if not items or report.strategy is None:
        return
    st.markdown(say("strategy.ties"))
    ties = [tie_of(report, item.step.id) for item in items]
    none = words.say("strategy.no_goal")
    table(
        {
            say("recommendations.step_head"): [plain(f"{i.step.id} {i.step.title}") for i in items],
            say("strategy.goal_head"): [plain(tie.goal) if tie else fmt.NONE for tie in ties],
            say("strategy.how_head"): [plain(why_tied(tie) if tie else none) for tie in ties],
        }
    )
    _pick(report)


def _pick(report: Report) -> None:
    """One step is given one of the goals; what was suggested is so agreed."""
    goals = [one.text for one in report.strategy.goals] if report.strategy else []
    rows = {row.id: row for row in changing.rows_of(report)}
    ids = [item.step.id for item in report.ordered_steps if item.step.id in rows]
    if not goals or not ids:
        return
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    picked = left.selectbox(
        say("recommendations.step_head"),
        ids,
        key="strategy_step",
        format_func=lambda id: words.step_names(report, [id])[0],
    )
    tie = tie_of(report, picked)
    texts = [one.text for one in report.strategy.statements] if report.strategy else []
    now = texts[tie.statement] if tie is not None and tie.statement is not None else None
    key = f"strategy_goal_{picked}"
    right.selectbox(
        say("strategy.serves"),
        goals,
        index=goals.index(now) if now in goals else None,
        key=key,
        placeholder=say("recommendations.form_none"),
        on_change=lambda: changing.type_cells(rows[picked], {"goal": st.session_state[key] or ""}),
        disabled=not sessions.may_do("edit"),
    )
    if any(_suggested(report, id) for id in ids):
        st.button(
            say("strategy.agree"),
            key="strategy_agree",
            type="tertiary",
            on_click=_agree,
            args=(report, ids),
            disabled=not sessions.may_do("edit"),
        )


def _agree(report: Report, ids: list[str]) -> None:
    """What was suggested for every step, as somebody's own choice."""
    rows = {row.id: row for row in changing.rows_of(report)}
    for id in ids:
        goal = _suggested(report, id)
        if goal:
            changing.type_cells(rows[id], {"goal": goal})


def _suggested(report: Report, id: str) -> str | None:
    """The goal that uses a step's words, where nobody has tied it yet."""
    tie = tie_of(report, id)
    return tie.goal if tie is not None and tie.how == "words" else None
