"""The first rows of a table under what each column means, changed in place, applied once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from cxcase.intake import Role, Source
from cxcase.report import words
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.data import answers, corrections
from cxcase.screen.parts import plain, say
from cxcase.screen.session import Asked, Taken

_ROWS = 4
_NOT_USED = ""
_YEAR = "year:"  # columns of revenue of one year each
_MANY: Mapping[str, str] = {"cx": "moment:", "ex": "item:", "revenue_periods": "period:"}
_WIDTH = 210  # pixels a column
_PRIVATE = ("ex", None)  # roles of tables in which employees could be recognised


def preview(file: Taken, place: int, key: str) -> None:
    """The table's columns with their meanings and first values, and the button that applies."""
    source = file.parsed.tables[place].source
    asked = sessions.current().asked.get(file.key(place))
    read_as = asked or (Asked(source.role, source.columns) if source.role else None)
    if read_as is None:
        return
    if not corrections.can_correct(file, place):
        st.caption(say("data.upload_again"))
    meanings = _columns(file, place, read_as, f"{key}_{file.parsed.key[:6]}")
    if corrections.can_correct(file, place):
        _apply(file, place, read_as, meanings, key)


def _columns(file: Taken, place: int, read_as: Asked, key: str) -> dict[str, str]:
    """Heading -> the meaning chosen over it."""
    source = file.parsed.tables[place].source
    rows = state.rows_of(file.parsed.tables[place], _ROWS)
    now = {heading: field for field, heading in read_as.columns.items()}
    headings = tuple(dict.fromkeys((*source.headings, *now)))
    keys = {heading: f"meaning_{key}_{number}" for number, heading in enumerate(headings)}
    can = corrections.can_correct(file, place)
    chosen: dict[str, str] = {}
    with st.container(horizontal=True, wrap=False, key=f"preview_{key}", gap="small"):
        for heading in headings:
            with st.container(width=_WIDTH, gap="small"):
                options = _meanings(read_as.role, now.get(heading, _NOT_USED), heading)
                chosen[heading] = st.selectbox(
                    plain(heading),
                    options,
                    options.index(now.get(heading, _NOT_USED)),
                    key=keys[heading],
                    disabled=not can,
                    format_func=partial(_named, read_as.role),
                    on_change=_only_here,
                    args=(keys[heading], tuple(keys.values())),
                )
                st.caption(_values(source, heading, rows))
    return chosen


def _meanings(role: Role, before: str, heading: str) -> list[str]:
    """What the column may mean: nothing, what it means now, what the role needs, all else."""
    fields = list(state.fields_of(role))
    needed = state.lacking(role, {})
    fields.sort(key=lambda field: field not in needed)
    kind = _MANY.get(role, "")
    many = [f"{kind}{heading}"] if kind and not before.startswith(kind) else []
    return list(dict.fromkeys((_NOT_USED, before, *fields[: len(needed)], *many, *fields)))


def _named(role: Role, field: str) -> str:
    """A meaning as people read it; needed ones are marked."""
    if not field:
        return say("data.not_used")
    kind, several, _ = field.partition(":")
    if several and f"{kind}:" in _MANY.values():
        return say(f"data.one_{kind}")
    if field in state.lacking(role, {}):
        return words.say("pages.data.needed", field=words.field(field))  # an option is no Markdown
    return words.field(field)


def _only_here(key: str, keys: Sequence[str]) -> None:
    """A meaning that only one column can have is taken from the column that had it."""
    chosen = st.session_state[key]
    if not chosen or ":" in chosen:
        return
    for other in keys:
        if other != key and st.session_state.get(other) == chosen:
            st.session_state[other] = _NOT_USED


def _values(source: Source, heading: str, rows: Mapping[str, Sequence[str]]) -> str:
    """The column's first cells; of employees only values that enough rows share."""
    shown = source.samples.get(heading, ())
    if source.role in _PRIVATE:
        if not shown:
            return say("data.ex_private")
        return f"{say('data.shared_values')} {' · '.join(plain(value) for value in shown)}"
    if not shown:
        return say("data.not_shown")
    return "  \n".join(plain(cell) or "–" for cell in rows.get(heading, shown))


def _chosen(read_as: Asked, meanings: Mapping[str, str]) -> dict[str, str]:
    """Field -> heading as chosen; a column that nobody touched keeps all that it was read as."""
    now = {heading: field for field, heading in read_as.columns.items()}
    touched = {h: field for h, field in meanings.items() if field != now.get(h, _NOT_USED)}
    kept = {field: h for field, h in read_as.columns.items() if h not in touched}
    taken = {field: h for h, field in touched.items() if field}
    if taken.get("revenue_start") is None:
        return kept | taken
    return _without_years(kept | taken)


def _without_years(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns without those of single years: somebody said which revenue is the start's."""
    return {field: h for field, h in columns.items() if not field.startswith(_YEAR)}


def _apply(file: Taken, place: int, read_as: Asked, meanings: Mapping[str, str], key: str) -> None:
    """The button that reads the table again, and why it can't be pressed where it can't."""
    columns = _chosen(read_as, meanings)
    lacking = [
        words.missing_field(read_as.role, field) for field in state.lacking(read_as.role, columns)
    ]
    changed = columns != dict(read_as.columns) or bool(read_as.missing)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say("data.apply"), key=f"apply_{key}", disabled=bool(lacking) or not changed):
            answers.read_as(file, place, read_as.role, columns)
            st.rerun()
        if lacking:
            st.caption(say("data.still_lacks", fields=lacking))
        elif not changed:
            st.caption(say("data.nothing_changed"))
    if read_as.missing:
        st.button(
            say("data.leave_as_is"),
            key=f"leave_{key}",
            type="tertiary",
            on_click=corrections.forget_asked,
            args=(file.key(place),),
        )
