"""The one open question that unlocks most, on top of the page, with its one primary button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from cxcase.intake import Role, Source
from cxcase.report import Report, words
from cxcase.report.open_questions import MOMENT, OpenQuestion, open_questions
from cxcase.screen import assumptions, state
from cxcase.screen.data import answers, corrections, decisions
from cxcase.screen.parts import plain, say, table
from cxcase.screen.session import Taken

_LATER = "questions_later"  # names of those put off, for this visit
_APART = "questions_apart"  # names of those answered by "these are not the same"
_SHOWN_PAIRS = 8
_USUAL = "csat"  # what a question about the whole asks for most often
_Take = Callable[[], None]


def still_open(report: Report) -> list[OpenQuestion]:
    """The open questions that can be answered here, without those put off."""
    aside = (*st.session_state.get(_LATER, ()), *st.session_state.get(_APART, ()))
    return [q for q in _answerable(report) if q.name not in aside]


def waited_for(report: Report) -> bool:
    """True where every figure waits for an answer, whether or not its question was put off."""
    return any(asked.unlocks == "list" for asked in open_questions(report))


def codes(report: Report) -> frozenset[str]:
    """The codes of what is asked here, which needs no telling a second time."""
    asked = still_open(report)
    return frozenset(one.finding.code for one in asked[:1] if one.finding is not None)


def _answerable(report: Report) -> list[OpenQuestion]:
    """Without those about a table that can't be read again, as its file is no longer there."""
    return [
        asked
        for asked in open_questions(report)
        if asked.place is None or corrections.can_correct(*answers.table_at(asked.place))
    ]


def ask(report: Report) -> bool:
    """Asks the question that unlocks most; False where none is left."""
    left = still_open(report)
    if not left:
        _put_off(report)
        return False
    with st.container(border=True, key="question"):
        _card(report, left[0], len(left) - 1)
    return True


def _put_off(report: Report) -> None:
    """The way back to questions that were put off."""
    later = st.session_state.get(_LATER, ())
    n = sum(asked.name in later for asked in _answerable(report))
    if n:
        st.button(
            say("ask.again", n=n),
            key="question_again",
            type="tertiary",
            on_click=lambda: st.session_state.pop(_LATER, None),
        )


@st.fragment
def _card(report: Report, asked: OpenQuestion, more: int) -> None:
    """One question: what is asked, what speaks for it, what waits for it, and its answers."""
    told = words.asked_as(asked, report)
    st.header(plain(told.question), anchor=False)
    if told.about:
        st.markdown(plain(told.about))
    st.caption(_footer(told.unlocks, more))
    _ANSWERS[asked.kind](report, asked)


def _footer(unlocks: str, more: int) -> str:
    if not more:
        return plain(unlocks)
    after = say("ask.one_more") if more == 1 else say("ask.more", n=more)
    return f"{plain(unlocks)} · {after}"


_No = tuple[str, _Take]


def _buttons(asked: OpenQuestion, yes: str, take: _Take | None, no: _No | None = None) -> None:
    """The primary button (off while there is nothing to take), another answer, "I don't know"."""
    with st.container(horizontal=True, key="question_buttons"):
        taken = st.button(yes, type="primary", key="question_yes", disabled=take is None)
        refused = no is not None and st.button(no[0], key="question_no")
        later = st.button(say("ask.dont_know"), key="question_later", type="tertiary")
    if later:
        _aside(_LATER, asked)
    if taken and take is not None:
        take()
    if refused and no is not None:
        no[1]()
    if taken or refused or later:
        st.rerun()


def _aside(where: str, asked: OpenQuestion) -> None:
    st.session_state[where] = (*st.session_state.get(where, ()), asked.name)


def _table(report: Report, asked: OpenQuestion) -> tuple[Taken, int, Source]:
    """The file a question is about, the place of its table, and what was read of it."""
    place = asked.place or 0
    return *answers.table_at(place), report.case.sources[place]


# ---- the answers to each kind of question --------------------------------------------------------


def _key(report: Report, asked: OpenQuestion) -> None:
    """Yes, another column, or don't know; the answer holds for all files with such a column."""
    _, _, source = _table(report, asked)
    question = source.question
    known = (
        {one.column: words.key_candidate(one) for one in question.candidates} if question else {}
    )
    first = next(iter(known), None)
    others = [h for h in dict.fromkeys((*known, *source.headings)) if h != first]
    other = st.selectbox(
        say("ask.another" if first else "ask.which"),
        others,
        None,
        key=f"question_column_{asked.name}",
        placeholder=say("ask.pick"),
        format_func=lambda heading: known.get(heading, heading),
    )
    heading = other or first
    field = asked.fields[0]
    yes = say("ask.take", name=other) if other else say("ask.yes")
    _buttons(asked, yes, None if heading is None else lambda: answers.take_key(field, str(heading)))


def _is_table(report: Report, asked: OpenQuestion) -> None:
    """A table that lacks columns for its role: which they are, or that it is something else."""
    file, place, source = _table(report, asked)
    near = next((m.params for m in source.messages if m.code == "nearly_recognised"), {})
    known: Mapping[str, str] = near.get("columns", {})
    free = [h for h in source.headings if h not in known.values()]
    columns = {**known, **_picked(asked, free)}
    whole = len(columns) == len(known) + len(asked.fields)
    _buttons(
        asked,
        say("ask.yes_read"),
        (lambda: answers.read_as(file, place, asked.role, columns or None)) if whole else None,
        (say("ask.leave_out"), lambda: answers.read_as(file, place, None, None)),
    )


def _picked(asked: OpenQuestion, free: Sequence[str]) -> dict[str, str]:
    """The columns that somebody picks for the fields asked about, by field."""
    chosen = {
        field: st.selectbox(
            say("ask.column_of", field=words.field(field)),
            free,
            None,
            key=f"question_{field}_{asked.name}",
            placeholder=say("ask.pick"),
        )
        for field in asked.fields
    }
    return {field: heading for field, heading in chosen.items() if heading}


def _which_column(report: Report, asked: OpenQuestion) -> None:
    """The column that says what no heading does; a second one where there is one."""
    file, place, source = _table(report, asked)
    free = [h for h in source.headings if h not in source.columns.values()]
    named = _picked(asked, free)
    columns = {**source.columns, **named}
    take = (lambda: answers.read_as(file, place, asked.role, columns)) if named else None
    _buttons(asked, say("ask.yes_read"), take)


def _what_table(report: Report, asked: OpenQuestion) -> None:
    """A table that nothing speaks for: what it is."""
    file, place, _ = _table(report, asked)
    role: Role | None = st.selectbox(
        say("data.role"),
        state.READ,
        None,
        key=f"question_role_{asked.name}",
        placeholder=say("ask.pick"),
        format_func=lambda role: say(f"roles.{role}"),
    )
    _buttons(
        asked,
        say("ask.yes_read"),
        None if role is None else lambda: answers.read_as(file, place, role, None),
        (say("ask.leave_out"), lambda: answers.read_as(file, place, None, None)),
    )


def _whole(report: Report, asked: OpenQuestion) -> None:
    """The question that asks about the whole: the one taken, or another; what it asks for."""
    file, place, source = _table(report, asked)
    taken = asked.finding.params["column"] if asked.finding else None
    others = asked.finding.params["others"] if asked.finding else _moments_of(source)
    options = [*filter(None, (taken,)), *others]
    heading = st.radio(
        say("ask.whole"),
        options,
        None if taken is None else 0,
        key=f"question_whole_{asked.name}",
        format_func=plain,
        label_visibility="collapsed",
    )
    metric = _metric(asked)
    columns = _with_whole(source, metric, heading)
    yes = say("ask.that_is_right" if heading and heading == taken else "ask.take_this")
    take = (lambda: answers.read_as(file, place, "cx", columns)) if heading else None
    _buttons(asked, yes, take)


def _moments_of(source: Source) -> list[str]:
    return [h for field, h in source.columns.items() if field.startswith(MOMENT)]


def _metric(asked: OpenQuestion) -> str:
    """What the question asks for, where nothing says it yet."""
    if len(asked.fields) == 1:
        return asked.fields[0]
    metrics = sorted(asked.fields, key=lambda metric: metric != _USUAL)
    name = f"question_metric_{asked.name}"
    return st.radio(say("ask.kind"), metrics, key=name, format_func=words.metric, horizontal=True)


def _with_whole(source: Source, metric: str, heading: str | None) -> dict[str, str]:
    """The columns with this one as the score; the one that was becomes a moment."""
    if heading is None or source.columns.get(metric) == heading:
        return dict(source.columns)
    before = source.columns.get(metric)
    columns = {field: h for field, h in source.columns.items() if h not in (heading, before)}
    if before is not None:
        columns[f"{MOMENT}{before}"] = before
    return {**columns, metric: heading}


def _scale(report: Report, asked: OpenQuestion) -> None:
    """The scale that was assumed, or another one."""
    file, place, _ = _table(report, asked)
    params: Mapping[str, Any] = asked.finding.params if asked.finding else {}
    left, right, _ = st.columns([1, 1, 2])
    low = left.number_input(
        say("ratings.low"), value=float(params["low"]), format="%g", key=f"low_{asked.name}"
    )
    high = right.number_input(
        say("ratings.high"), value=float(params["high"]), format="%g", key=f"high_{asked.name}"
    )
    same = (low, high) == (params["low"], params["high"])
    yes = say("ask.yes") if same else say("ask.take_scale", low=low, high=high)
    columns = asked.fields
    take = None if low >= high else lambda: answers.take_scale(file, place, columns, (low, high))
    _buttons(asked, yes, take)


def _start(report: Report, asked: OpenQuestion) -> None:
    """The latest day from which the year is over in the data."""
    day = asked.finding.params["latest"] if asked.finding else None
    _buttons(asked, say("data.start_take", day=day), lambda: assumptions.own("start", day))


def _decide(report: Report, asked: OpenQuestion) -> None:
    """The options with what the totals come to under each."""
    decision = asked.decision
    if decision is None:
        return
    chosen = decisions.choose(report, decision)
    sure = chosen == decision.chosen
    yes = say("ask.that_is_right" if sure else "ask.take_this")
    take = None if chosen is None else lambda: decisions.decide(decision.code, str(chosen))
    _buttons(asked, yes, take)


def _same(report: Report, asked: OpenQuestion) -> None:
    """Pairs of spellings that may be one thing."""
    if len(asked.same) > 1:
        shown = [words.in_full(item, report) for item in asked.same[:_SHOWN_PAIRS]]
        table(
            {
                say("ask.found"): [plain(item.found) for item in shown],
                say("ask.meant"): [plain(item.meant) for item in shown],
            }
        )
        if rest := len(asked.same) - len(shown):
            st.caption(say("ask.pairs_more", n=rest))
    one = len(asked.same) == 1
    _buttons(
        asked,
        say("ask.yes_same" if one else "ask.yes_all_same"),
        lambda: decisions.accept_all(asked.same),
        (say("data.not_same"), lambda: _aside(_APART, asked)),
    )


_ANSWERS: Mapping[str, Callable[[Report, OpenQuestion], None]] = {
    "key": _key,
    "table": _is_table,
    "unknown_table": _what_table,
    "column": _which_column,
    "scale": _scale,
    "whole": _whole,
    "start": _start,
    "decision": _decide,
    "same": _same,
}
