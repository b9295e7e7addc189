"""What was read: each table and what it was taken for, corrections, what was set aside, how the tables meet."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from cxcase.export.set_aside import why
from cxcase.intake import Source
from cxcase.report import Report, words
from cxcase.screen import downloads, pictures, state, uploads
from cxcase.screen import session as sessions
from cxcase.screen.parts import currency, plain, say, table
from cxcase.screen.session import Taken

_SHOWN_VALUES = 3
_NOT_THERE, _NO_ROLE = "", "none"
_TYPES = ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "txt", "sav", "zsav", "zip", "json"]
_RATED = ("moment:", "item:")  # fields that a heading may have any number of


def uploader() -> None:
    """The place to drop files; what is new is read at once."""
    shown = st.file_uploader(
        say("data.upload"), _TYPES, accept_multiple_files=True, key=sessions.current().uploader,
        on_change=uploads.follow_uploader, help=say("data.upload_help"),
    )  # fmt: skip
    if uploads.take_new(shown or []):
        st.rerun()
    if name := sessions.current().mapping_from:
        st.caption(f":material/check: {say('data.mapping_used', file=name, n=len(sessions.current().mapping))}")
    for place, trouble in enumerate(sessions.current().trouble):
        why = plain(words.error(trouble.error, currency()))
        if uploads.asks_password(trouble.error):
            with st.container(border=True):
                st.markdown(f":material/lock: {why}")
                _password(trouble.file, f"password_{place}")
        else:
            st.error(say("data.refused_file", file=trouble.file, why="") + why, icon=":material/error:")


def _password(name: str, key: str) -> None:
    """A field for a file's password and the button that opens it; what was typed is gone once it was used."""
    with st.form(f"form_{key}", border=False):
        left, right = st.columns([2, 1], vertical_alignment="bottom", gap="medium")
        left.text_input(say("data.password"), type="password", key=key, autocomplete="off")
        right.form_submit_button(say("data.open"), on_click=uploads.open_locked, args=(name, key), width="stretch")
    st.caption(say("data.password_note"))


def files() -> None:
    """Every table of every file: what it is, how sure we are, and how to put a wrong guess right."""
    st.subheader(say("data.what_each"), anchor=False)
    st.caption(say("data.what_each_note"))
    for file in sessions.current().files:
        with st.container(border=True):
            head, gone = st.columns([12, 1], vertical_alignment="center")
            head.markdown(f"**{plain(file.name)}**")
            gone.button(
                " ", key=f"remove_{file.digest[:8]}", icon=":material/close:", type="tertiary",
                on_click=uploads.remove, args=(file.name,), help=say("data.remove", name=file.name),
            )  # fmt: skip
            for place in range(len(file.parsed.tables)):
                _table(file, place)
            if uploads.locked_members(file):
                _password(file.name, f"password_{file.digest[:8]}")


def _table(file: Taken, place: int) -> None:
    source = file.parsed.tables[place].source
    key = f"{file.digest[:8]}_{place}"
    left, right = st.columns([2.2, 1.6], vertical_alignment="center", gap="medium")
    sheet = f"{plain(source.sheet)}  \n" if source.sheet else ""
    left.markdown(f"{sheet}:gray[{_state(source)}]")
    role = say(f"roles.{source.role or 'none'}")
    if not uploads.can_correct(file, place):
        right.markdown(role, help=say("data.upload_again"))
        return
    with right:
        _role(file, place, key)
    if source.role:
        with st.expander(say("data.correct", name=role)):
            _columns(file, place, key)


def _state(source: Source) -> str:
    if source.role is None:
        return say("data.unrecognised")
    rows = say("data.rows", accepted=source.rows_accepted, read=source.rows_read)
    return f"{rows} · {say('data.confidence', confidence=source.role_confidence)}"


def _role(file: Taken, place: int, key: str) -> None:
    """What the table is; another choice reads it again at once."""
    name = f"role_{key}"
    st.session_state[name] = file.parsed.tables[place].source.role or _NO_ROLE

    def taken() -> None:
        role = st.session_state[name]
        uploads.correct(file, place, None if role == _NO_ROLE else role, None)

    st.selectbox(
        say("data.role"), [*state.READ, _NO_ROLE], format_func=lambda role: say(f"roles.{role}"), key=name,
        on_change=taken, label_visibility="collapsed",
    )  # fmt: skip


def _columns(file: Taken, place: int, key: str) -> None:
    """Each field beside the heading it comes from and that column's first values."""
    source = file.parsed.tables[place].source
    assert source.role is not None
    chosen: dict[str, str] = {}
    with st.form(f"columns_{key}", border=False):
        for name in state.fields_of(source.role):
            left, right = st.columns([1.2, 2], vertical_alignment="bottom", gap="medium")
            heading = source.columns.get(name, _NOT_THERE)
            with left:
                chosen[name] = _heading(say(f"fields.{name}"), source.headings, heading, f"{key}_{name}")
            right.caption(_values(source, heading))
        rated = {h: f for f, h in source.columns.items() if f.startswith(_RATED)}
        if rated or source.role == "cx":
            kept = st.multiselect(say(f"data.rated_{source.role}"), source.headings, list(rated), key=f"rated_{key}")
            names = {h: rated.get(h, f"{_RATED[0]}{h}" if source.role == "cx" else f"{_RATED[1]}{h}") for h in kept}
        else:
            names = {}
        if st.form_submit_button(say("data.apply")):
            columns = {name: heading for name, heading in chosen.items() if heading}
            columns |= {field: h for h, field in names.items() if h not in columns.values()}
            uploads.correct(file, place, source.role, columns)
            st.rerun()


def _heading(label: str, headings: tuple[str, ...], now: str, key: str) -> str:
    """The heading a person chose for a field; empty where the table has none."""
    options = [_NOT_THERE, *dict.fromkeys(headings)]
    place = options.index(now) if now in options else 0
    chosen = st.selectbox(label, options, place, key=f"column_{key}", format_func=lambda h: h or say("data.not_there"))
    return str(chosen)


def _values(source: Source, heading: str) -> str:
    """The first values of a column; an employee survey's are never shown."""
    if source.role == "ex":
        return say("data.ex_private")
    found = list(source.samples.get(heading, ()))[:_SHOWN_VALUES]
    return say("data.sample_values", values=found) if found else ""


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
    if report.case.joins.answers:
        st.markdown(say("data.joins_answers"))
        pictures.counts([(say(f"joins.{code}"), n) for code, n in report.case.joins.answers])


def to_ask_for() -> None:
    """Empty workbooks for each role, and the page of what to ask for."""
    with st.expander(say("data.blank")):
        st.caption(say("data.blank_note"))
        for first in range(0, len(state.READ), 3):
            for role, place in zip(state.READ[first : first + 3], st.columns(3), strict=False):
                with place:
                    downloads.blank(role)
    with st.expander(say("data.shopping")):
        st.markdown(words.shopping_list().replace("# ", "#### ").replace("##### ", "###### "))
        downloads.shopping_list()
