"""One step at a time: every cell it has, what the list says beside it, and why it was changed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import streamlit as st

from cxcase.recommend import StepRow
from cxcase.report import Report, words
from cxcase.screen import session as sessions
from cxcase.screen.parts import across, say
from cxcase.screen.steps import changing

_PICKED = "step_picked"
_USED = "step_form_used"
_NEXT = "step_next"  # the step that a button just made
_GROUPS = (
    ("what", ("title", "acts_on", "moment", "teams")),
    ("lift", ("lift_low", "lift_likely", "lift_high")),
    ("cost", ("one_off_cost", "yearly_cost", "cost_low", "cost_high")),
    ("saving", ("saving_per_year", "saving_kind", "cash_releasing")),
    ("time", ("months_to_deliver", "effort_days", "mandatory")),
    ("order", ("needs", "excludes", "part_of")),
    ("who", ("owner", "pnl_line", "goal")),
)
_ACROSS = 2
_FLAGS = ("yes", "")


def was_used() -> bool:
    """True once somebody picked a step or pressed a button of the form on this visit."""
    return bool(st.session_state.get(_USED))


def show(report: Report) -> None:
    """A step's form, and the buttons that add, copy and take out."""
    rows = {row.id: row for row in changing.rows_of(report)}
    if not rows:
        return
    made = st.session_state.pop(_NEXT, None)
    if made in rows:
        st.session_state[_PICKED] = made
    if st.session_state.get(_PICKED) not in rows:
        st.session_state[_PICKED] = next(iter(rows))
    st.selectbox(
        say("recommendations.form_pick"),
        list(rows),
        key=_PICKED,
        on_change=_use,
        format_func=lambda id: f"{id} {rows[id].title}" if id in rows else id,
    )
    row = rows[st.session_state[_PICKED]]
    locked = not sessions.may_do("edit")
    with st.form(f"step_form_{row.id}", border=True):
        typed = {name: text for group in _GROUPS for name, text in _group(report, row, *group)}
        why = st.text_input(
            say("recommendations.form_why"),
            key=f"why_{row.id}",
            help=say("recommendations.why_help"),
        )
        saved = st.form_submit_button(
            say("recommendations.form_save"), key="step_form_save", disabled=locked
        )
    _buttons(report, row, locked)
    if saved:
        _use()
        changing.type_cells(row, typed, why.strip() or None)
        st.rerun()


def _group(report: Report, row: StepRow, group: str, names: Sequence[str]) -> list[tuple[str, str]]:
    """The cells of one kind, some beside each other, and what stands in them."""
    st.markdown(f"**{say(f'recommendations.form_{group}')}**")
    return [(name, _cell(report, row, name)) for name in across(names, _ACROSS)]


def _cell(report: Report, row: StepRow, name: str) -> str:
    """One cell: its text, and under it what the list says or why it does not count."""
    text = changing.shown(row).get(name, "")
    key = f"cell_{row.id}_{name}_{zlib.crc32(text.encode())}"
    label = words.field(name)
    if name in changing.LISTS:
        found = _several(report, row, name, text, label, key)
    elif name in ("mandatory", "cash_releasing"):
        marked = st.checkbox(label, value=changing.same(name, text, "yes"), key=key)
        found = "yes" if marked else ""
    else:
        found = st.text_input(label, value=text, key=key)
    listed = row.listed.get(name, "")
    if not row.added and not changing.same(name, text, listed):
        st.caption(say("recommendations.form_listed", text=listed or "—"))
    fault = changing.say_fault(report, row, name)
    if fault:
        st.caption(f":red[{fault}]")
    return found


def _several(report: Report, row: StepRow, name: str, text: str, label: str, key: str) -> str:
    """A cell that names moments, teams or other steps; one that is not offered can be typed."""
    now = changing.names_in(text.replace(",", ";") if name in ("needs", "excludes") else text)
    titles = {one.id: one.title for one in changing.rows_of(report) if one.id != row.id}
    offered = list(titles) if name in ("needs", "excludes") else _known(report, name)
    chosen = st.multiselect(
        label,
        list(dict.fromkeys([*offered, *now])),
        default=now,
        key=key,
        accept_new_options=True,
        format_func=lambda one: f"{one} {titles[one]}" if one in titles else one,
        placeholder=say("recommendations.form_none"),
    )
    return changing.joined(chosen)


def _known(report: Report, name: str) -> list[str]:
    """The moments that the survey rates, or the teams of the case."""
    if name == "moment":
        return [column.name for column in report.case.moments]
    return list(report.steps.teams) if report.steps else []


def _buttons(report: Report, row: StepRow, locked: bool) -> None:
    with st.container(horizontal=True):
        new = st.button(
            say("recommendations.step_new"), key="step_new", icon=":material/add:", disabled=locked
        )
        copy = st.button(
            say("recommendations.step_copy"), key="step_copy", type="tertiary", disabled=locked
        )
        out = st.button(
            say("recommendations.step_out"), key="step_out", type="tertiary", disabled=locked
        )
        changed = any(e.step == row.id for e in (report.steps.edits if report.steps else ()))
        back = changed and st.button(
            say("recommendations.step_back"), key="step_as_listed", type="tertiary", disabled=locked
        )
    if new:
        st.session_state[_NEXT] = changing.add(report, {})
    elif copy:
        st.session_state[_NEXT] = changing.duplicate(report, row)
    elif out:
        changing.remove(row)
    elif back:
        changing.put_back(row)
    if new or copy or out or back:
        _use()
        st.rerun()


def _use() -> None:
    st.session_state[_USED] = True
