"""What was read: each table and what it was taken for, corrections, what was set aside, how the tables meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import streamlit as st

from cxcase.export.set_aside import why
from cxcase.intake import ROLES, ParsedTable
from cxcase.report import Report, words
from cxcase.screen import downloads, pictures, state, uploads
from cxcase.screen import session as sessions
from cxcase.screen.parts import currency, plain, say, table
from cxcase.screen.session import Taken

_SHOWN_VALUES = 3
_NOT_THERE = ""
_MOMENT = "moment:"


def uploader() -> None:
    """The place to drop files; what is new is read at once."""
    shown = st.file_uploader(
        say("data.upload"), ["xlsx", "csv"], accept_multiple_files=True, key=sessions.current().uploader,
        on_change=uploads.follow_uploader, help=say("data.upload_help"),
    )  # fmt: skip
    if uploads.take_new(shown or []):
        st.rerun()
    for trouble in sessions.current().trouble:
        why = plain(words.error(trouble.error, currency()))
        st.error(say("data.refused_file", file=trouble.file, why="") + why, icon=":material/error:")


def files() -> None:
    """Every table of every file: what it is, how sure we are, and how to put a wrong guess right."""
    st.subheader(say("data.what_each"), anchor=False)
    st.caption(say("data.what_each_note"))
    for file in sessions.current().files:
        for place, parsed in enumerate(file.parsed.tables):
            with st.container(border=True):
                _table(file, parsed, f"{file.digest[:8]}_{place}", first=place == 0)


def _table(file: Taken, parsed: ParsedTable, key: str, *, first: bool) -> None:
    source = parsed.source
    left, middle, right = st.columns([2.2, 1.6, 0.5], vertical_alignment="center", gap="medium")
    sheet = f" · {plain(source.sheet)}" if source.sheet else ""
    left.markdown(f"**{plain(file.name)}**{sheet}  \n:gray[{_state(parsed)}]")
    if uploads.can_reread(file):
        with middle:
            _role(file, parsed, key)
    else:
        middle.markdown(f"{say(f'roles.{source.role}')}  \n:gray[{say('data.upload_again')}]")
    if first:
        right.button(" ", key=f"remove_{key}", icon=":material/close:", type="tertiary", on_click=uploads.remove,
                     args=(file.name,), help=say("data.remove", name=file.name))  # fmt: skip
    if source.role and uploads.can_reread(file):
        with st.expander(say("data.correct", name=file.name)):
            _columns(file, parsed, key)


def _state(parsed: ParsedTable) -> str:
    source = parsed.source
    rows = say("data.rows", accepted=source.rows_accepted, read=source.rows_read)
    if source.role is None:
        return say("data.unrecognised")
    return f"{rows} · {say('data.confidence', confidence=source.role_confidence)}"


def _role(file: Taken, parsed: ParsedTable, key: str) -> None:
    """What the table is; a correction reads the file again at once."""
    name = f"role_{key}"
    st.session_state[name] = parsed.source.role

    def taken() -> None:
        uploads.reread(file, [_entry(parsed, st.session_state[name], None)])

    st.selectbox(
        say("data.role"), [*ROLES, None], format_func=lambda role: say(f"roles.{role or 'none'}"), key=name,
        on_change=taken, label_visibility="collapsed",
    )  # fmt: skip


def _columns(file: Taken, parsed: ParsedTable, key: str) -> None:
    """Each field beside the heading it comes from and that column's first values."""
    source = parsed.source
    assert source.role is not None
    fields = state.fields_of(source.role)
    chosen: dict[str, str] = {}
    with st.form(f"columns_{key}", border=False):
        for name in fields:
            left, right = st.columns([1.2, 2], vertical_alignment="bottom", gap="medium")
            heading = source.columns.get(name, _NOT_THERE)
            with left:
                chosen[name] = _heading(say(f"fields.{name}"), source.headings, heading, f"{key}_{name}")
            right.caption(_values(parsed, heading))
        rated = [h for f, h in source.columns.items() if f.startswith(_MOMENT)]
        if source.role == "cx":
            rated = st.multiselect(say("data.rated"), source.headings, rated, key=f"rated_{key}")
        if st.form_submit_button(say("data.apply")):
            columns = {name: heading for name, heading in chosen.items() if heading}
            taken = set(columns.values())
            columns |= {_MOMENT + _name_of(source.columns, h): h for h in rated if h not in taken}
            uploads.reread(file, [_entry(parsed, source.role, columns)])
            st.rerun()


def _heading(label: str, headings: tuple[str, ...], now: str, key: str) -> str:
    options = [_NOT_THERE, *dict.fromkeys(headings)]
    return str(
        st.selectbox(
            label,
            options,
            options.index(now) if now in options else 0,
            key=f"column_{key}",
            format_func=lambda h: h or say("data.not_there"),
        )
    )


def _values(parsed: ParsedTable, heading: str) -> str:
    """The first values of a column; an employee survey's are never shown."""
    if parsed.source.role == "ex":
        return say("data.ex_private")
    found = list(parsed.source.samples.get(heading, ()))[:_SHOWN_VALUES]
    return say("data.sample_values", values=found) if found else ""


def _name_of(columns: Mapping[str, str], heading: str) -> str:
    """The moment's name as it was read, else its heading."""
    return next(
        (f.removeprefix(_MOMENT) for f, h in columns.items() if h == heading and f.startswith(_MOMENT)), heading
    )


def _entry(parsed: ParsedTable, role: str | None, columns: Mapping[str, str] | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"match": {"headings": list(parsed.source.headings)}, "role": role}
    return entry if columns is None else {**entry, "columns": dict(columns)}


def set_aside(report: Report) -> None:
    """How many rows could not be used, by file and reason, and the workbook that lists them."""
    st.subheader(say("data.set_aside"), anchor=False)
    total = sum(s.rows_set_aside for s in report.case.sources)
    if not total:
        st.caption(say("data.set_aside_none"))
        return
    st.markdown(say("data.set_aside_some", n=total))
    rows = [(s.file, reason, n) for s in report.case.sources for reason, n in s.reasons.items()]
    counted: Counter[tuple[str, str]] = Counter()
    for file, reason, n in rows:
        counted[file, reason] += n
    table(
        {
            say("data.file_head"): [plain(file) for file, _ in counted],
            say("data.reason_head"): [plain(why(reason)) for _, reason in counted],
            say("data.rows_head"): [f"{n:,}" for n in counted.values()],
        },
        right=[say("data.rows_head")],
    )
    downloads.set_aside(report)


def joins(report: Report) -> None:
    """How many customers are left at each step of joining the tables."""
    if report.case.joins is None:
        return
    st.subheader(say("data.joins"), anchor=False)
    steps = [(code, n) for code, n in report.case.joins.waterfall if words.has(f"pages.joins.{code}")]
    pictures.counts([(say(f"joins.{code}"), n) for code, n in steps])


def to_ask_for() -> None:
    """Empty workbooks for each role, and the page of what to ask for."""
    with st.expander(say("data.blank")):
        st.caption(say("data.blank_note"))
        for first in range(0, len(ROLES), 3):
            for role, place in zip(ROLES[first : first + 3], st.columns(3), strict=False):
                with place:
                    downloads.blank(role)
    with st.expander(say("data.shopping")):
        st.markdown(words.shopping_list().replace("# ", "#### ").replace("##### ", "###### "))
        downloads.shopping_list()
