"""Which column is which: fields beside headings and values; where to correct them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cxcase.intake import KeyQuestion, Role, Source
from cxcase.report import words
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.data import corrections, together
from cxcase.screen.parts import plain, say, table
from cxcase.screen.session import Asked, Taken

_SHOWN_VALUES = 3
_NOT_THERE = ""
_NO_ROLE = "none"
_BY_TIME = ("year:", "period:")  # fields of columns of revenue that stand beside each other
_RATED = ("moment:", "item:")  # fields that a heading may have any number of


def role(file: Taken, place: int, key: str) -> None:
    """What the table is; another choice reads it again at once."""
    name = f"role_{key}"
    asked = sessions.current().asked.get(file.key(place))
    now = asked.role if asked else file.parsed.tables[place].source.role
    st.session_state[name] = now or _NO_ROLE

    def taken() -> None:
        chosen = st.session_state[name]
        corrections.correct(file, place, None if chosen == _NO_ROLE else chosen, None)

    st.selectbox(
        say("data.role"),
        [*state.READ, _NO_ROLE],
        format_func=lambda role: say(f"roles.{role}"),
        key=name,
        on_change=taken,
        label_visibility="collapsed",
    )


def keys(file: Taken, place: int, key: str) -> None:
    """What was told by values, each with its undoing; the question which column is the key."""
    source = file.parsed.tables[place].source
    for number, match in enumerate(source.matched):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/key: {plain(words.matched_key(match))}", width="content")
            if file.alone is None:  # of a case kept earlier: its form corrects it
                continue
            st.button(
                say("data.undo"),
                key=f"undo_{key}_{number}",
                type="tertiary",
                on_click=together.undo,
                args=(file, place),
            )
    if source.question is not None and corrections.can_correct(file, place):
        _open_key(file, place, source.question, key)


def _open_key(file: Taken, place: int, question: KeyQuestion, key: str) -> None:
    """The columns that could be the key, likely ones first, and the button that takes one."""
    source = file.parsed.tables[place].source
    told = {one.column: words.key_candidate(one) for one in question.candidates}
    others = [h for h in source.headings if h not in told]
    with st.form(f"key_{key}", border=True):
        chosen = st.selectbox(
            say(f"data.which_{question.field}"),
            [*told, *others],
            format_func=lambda heading: told.get(heading, heading),
            key=f"key_column_{key}",
        )
        if st.form_submit_button(say("data.take_key"), type="primary"):
            others_known = {f: h for f, h in source.columns.items() if h != chosen}
            found = {**others_known, question.field: chosen}
            corrections.correct(file, place, source.role, found)
            st.rerun()


def columns(file: Taken, place: int, key: str) -> None:
    """The form that corrects the columns, while the table can be read again; else what they are."""
    source = file.parsed.tables[place].source
    asked = sessions.current().asked.get(file.key(place))
    if asked is not None:
        _ask(file, place, asked, key)
    elif source.role is None:
        return
    elif corrections.can_correct(file, place):
        with st.expander(say("data.correct", name=words.say(f"pages.roles.{source.role}"))):
            _form(file, place, Asked(source.role, source.columns), key)
    else:
        with st.expander(say("data.columns", name=words.say(f"pages.roles.{source.role}"))):
            _columns_as_read(source)


def _ask(file: Taken, place: int, asked: Asked, key: str) -> None:
    """A role that the table lacks columns for: which, and where to choose them."""
    missing = [words.missing_field(asked.role, name) for name in asked.missing]
    role = words.say(f"pages.roles.{asked.role}")
    with st.container(border=True):
        st.markdown(f":material/help: {say('data.still_needs', role=role, missing=missing)}")
        _form(file, place, asked, f"{key}_{asked.role}")
        st.button(
            say("data.leave_as_is"),
            key=f"leave_{key}",
            type="tertiary",
            on_click=corrections.forget_asked,
            args=(file.key(place),),
        )


def _form(file: Taken, place: int, read_as: Asked, key: str) -> None:
    source = file.parsed.tables[place].source
    chosen: dict[str, str] = {}
    with st.form(f"columns_{key}", border=False):
        for name in sorted(
            state.fields_of(read_as.role), key=lambda field: field not in read_as.missing
        ):
            left, right = st.columns([1.2, 2], vertical_alignment="bottom", gap="medium")
            heading = read_as.columns.get(name, _NOT_THERE)
            with left:
                chosen[name] = _heading(
                    say(f"fields.{name}"), source.headings, heading, f"{key}_{name}"
                )
            right.caption(_values(source, heading, read_as.role))
        rated = _rated(source, read_as, key)
        if st.form_submit_button(say("data.apply")):
            found = {name: heading for name, heading in chosen.items() if heading}
            found |= _kept(read_as.columns, found)
            found |= {field: h for h, field in rated.items() if h not in found.values()}
            corrections.correct(file, place, read_as.role, found)
            st.rerun()


def _kept(columns: Mapping[str, str], chosen: Mapping[str, str]) -> dict[str, str]:
    """The columns by year or period, which the form does not list; none of years where somebody
    chose the revenue at the start.
    """
    kinds = _BY_TIME if "revenue_start" not in chosen else _BY_TIME[1:]
    taken = set(chosen.values())
    return {f: h for f, h in columns.items() if f.startswith(kinds) and h not in taken}


def _rated(source: Source, read_as: Asked, key: str) -> dict[str, str]:
    """Heading -> its field, of the columns that rate a moment or make up engagement, as ticked."""
    rated = {h: f for f, h in read_as.columns.items() if f.startswith(_RATED)}
    if read_as.role not in ("cx", "ex") or not (rated or read_as.role == "cx"):
        return {}
    kept = st.multiselect(
        say(f"data.rated_{read_as.role}"), source.headings, list(rated), key=f"rated_{key}"
    )
    if rated and read_as.role == "cx":
        _names_and_values([(h, h) for h in rated], source, say("data.heading_head"), read_as.role)
    kind = _RATED[0] if read_as.role == "cx" else _RATED[1]
    return {h: rated.get(h, f"{kind}{h}") for h in kept}


def _heading(label: str, headings: tuple[str, ...], now: str, key: str) -> str:
    """The heading a person chose for a field; empty where the table has none."""
    options = [_NOT_THERE, *dict.fromkeys(headings)]
    place = options.index(now) if now in options else 0
    chosen = st.selectbox(
        label, options, place, key=f"column_{key}", format_func=lambda h: h or say("data.not_there")
    )
    return str(chosen)


def _columns_as_read(source: Source) -> None:
    """Field, heading and values of each column, where none can be changed, and why not."""
    rows = [(words.field(name), heading) for name, heading in source.columns.items()]
    _names_and_values(rows, source, say("data.field_head"), source.role)
    st.caption(say("data.upload_again"))


def _names_and_values(
    rows: list[tuple[str, str]], source: Source, head: str, role: Role | None
) -> None:
    """A table of names, headings where these differ, and the columns' values."""
    columns = {head: [plain(name) for name, _ in rows]}
    if any(name != heading for name, heading in rows):
        columns[say("data.heading_head")] = [plain(heading) for _, heading in rows]
    path = "data.shared_head" if _is_private(source, role) else "data.values_head"
    columns[say(path)] = [_listed(source, heading) for _, heading in rows]
    table(columns)


def _is_private(source: Source, role: Role | None) -> bool:
    """True for a table in which employees could be recognised."""
    return source.role is None or "ex" in (role, source.role)


def _values(source: Source, heading: str, role: Role) -> str:
    """A column's values in a line; of employees only those that enough rows share."""
    found = _listed(source, heading)
    if _is_private(source, role):
        if found:
            return f"{say('data.shared_values')} {found}"
        if heading:
            return say("data.ex_private")
        return ""
    if found:
        return f"{say('data.sample_values')} {found}"
    return ""


def _listed(source: Source, heading: str) -> str:
    return " · ".join(
        plain(value) for value in list(source.samples.get(heading, ()))[:_SHOWN_VALUES]
    )
