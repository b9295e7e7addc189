"""The steps as a table that can be typed into, and what was changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from cxcase.export import make_steps_list
from cxcase.recommend import CellEdit, StepRow
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.screen import session as sessions
from cxcase.screen.parts import plain, say, table
from cxcase.screen.steps import changing
from cxcase.settings.step_edits import STEP_CELLS, as_listed

_KEPT = "steps_table"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRST = ("title", "moment", "lift_likely", "one_off_cost", "yearly_cost", "months_to_deliver")
_ORDER = (*_FIRST, *(name for name in STEP_CELLS if name not in _FIRST), "id")
_WIDTH = 118  # px: room for a column's name
_TALLEST = 460  # px; more rows scroll inside


@dataclass(frozen=True)
class _Shown:
    """The table as the widget was given it: its turn, its rows and their cells.

    While only cells are typed into, the widget keeps the table that it has, so that it neither
    scrolls back nor loses the cell that somebody is in.
    """

    turn: int
    rows: tuple[StepRow, ...]
    cells: tuple[Mapping[str, str], ...]

    @property
    def key(self) -> str:
        return f"steps_table_{self.turn}"


def show(report: Report) -> None:
    """The table, what in it does not count, what was changed, and the list as a file."""
    rows = changing.rows_of(report)
    now = tuple(_filled(row) for row in rows)
    kept = _kept(rows, now)
    st.caption(say("recommendations.table_note"))
    st.data_editor(
        {
            "id": [row.id for row in kept.rows],
            **{name: [cells[name] for cells in kept.cells] for name in STEP_CELLS},
        },
        key=kept.key,
        num_rows="dynamic" if _may_edit() else "fixed",
        disabled=["id"] if _may_edit() else True,
        column_config=_columns(),
        column_order=_ORDER,
        hide_index=True,
        width="stretch",
        height=min(_TALLEST, 36 * (len(kept.rows) + 2) + 3) if kept.rows else "auto",
        on_change=_taken,
        args=(report,),
    )
    faults(report)
    changes(report)
    _removed(report)
    st.download_button(
        say("recommendations.list_download"),
        lambda: make_steps_list(report) or b"",
        f"{words.say('export.steps_list.sheet').lower()}.xlsx",
        _XLSX,
        key="get_steps_list",
        on_click="ignore",
        help=say("recommendations.list_download_help"),
    )


def _may_edit() -> bool:
    return sessions.may_do("edit")


def _filled(row: StepRow) -> dict[str, str]:
    cells = changing.shown(row)
    return {name: cells.get(name, "") for name in STEP_CELLS}


def _columns() -> dict[str, Any]:
    """Each column as people call it; texts, so that what is typed is read as a sheet's cell is."""
    wide: dict[str, Literal["medium"]] = {"title": "medium", "moment": "medium"}
    config = {
        name: st.column_config.TextColumn(
            words.field(name), width=wide.get(name, _WIDTH), pinned=name == "title"
        )
        for name in STEP_CELLS
    }
    return {"id": st.column_config.TextColumn(words.field("id"), width="small"), **config}


# ---- what is typed -------------------------------------------------------------------------------


def _kept(rows: tuple[StepRow, ...], now: tuple[Mapping[str, str], ...]) -> _Shown:
    """The table that the widget has where what was typed into it makes it today's; else anew."""
    kept: _Shown | None = st.session_state.get(_KEPT)
    if kept is not None and _as_typed(kept) == (tuple(row.name for row in rows), now):
        kept = _Shown(kept.turn, rows, kept.cells)
    else:
        kept = _Shown(kept.turn + 1 if kept else 0, rows, now)
    st.session_state[_KEPT] = kept
    return kept


def _as_typed(kept: _Shown) -> tuple[tuple[str, ...], tuple[Mapping[str, str], ...]] | None:
    """The rows' names and cells as the widget shows them; None where rows came or went."""
    state: Mapping[str, Any] = st.session_state.get(kept.key) or {}
    if state.get("added_rows") or state.get("deleted_rows"):
        return None
    edited = {int(place): cells for place, cells in state.get("edited_rows", {}).items()}
    cells = tuple(
        {**before, **_texts(edited.get(place, {}))} for place, before in enumerate(kept.cells)
    )
    return tuple(row.name for row in kept.rows), cells


def _texts(cells: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, by column; an emptied cell as "", what is no cell of a step left out."""
    return {
        name: "" if text is None else str(text)
        for name, text in cells.items()
        if name in STEP_CELLS
    }


def _taken(report: Report) -> None:
    """Keeps what was typed, added and taken out in the table."""
    kept: _Shown = st.session_state[_KEPT]
    state: Mapping[str, Any] = st.session_state[kept.key]
    for place, cells in state.get("edited_rows", {}).items():
        changing.type_cells(kept.rows[int(place)], _texts(cells))
    for place in state.get("deleted_rows", ()):
        changing.remove(kept.rows[place])
    for cells in state.get("added_rows", ()):
        changing.add(report, _texts(cells))


# ---- what was changed ----------------------------------------------------------------------------


def faults(report: Report) -> None:
    """What was typed and does not count, cell by cell, with the mend."""
    edits = report.steps.edits if report.steps else ()
    rows = {row.id: row for row in changing.rows_of(report)}
    for edit in edits:
        if edit.fault and edit.step in rows:
            said = changing.say_fault(report, rows[edit.step], edit.field)
            st.error(said or "", icon=":material/error:")


def changes(report: Report) -> None:
    """What the list says beside what was typed, and why."""
    edits = report.steps.edits if report.steps else ()
    settings = sessions.current().settings
    own = [row for row in changing.rows_of(report) if row.added]
    if not (edits or own or settings.removed_steps):
        return
    n = len(edits) + len(own) + len(settings.removed_steps)
    with st.expander(say("recommendations.changed", n=n)):
        if edits:
            table(
                {
                    say("recommendations.step_head"): [plain(edit.title) for edit in edits],
                    say("recommendations.cell_head"): [_cell(edit) for edit in edits],
                    say("recommendations.listed_head"): [_text(edit.listed) for edit in edits],
                    say("recommendations.typed_head"): [_text(edit.typed) for edit in edits],
                    say("recommendations.why_head"): [_text(edit.why) for edit in edits],
                }
            )
        if own:
            names = fmt.listed([f"“{row.title}” ({row.id})" for row in own])
            st.markdown(say("recommendations.added_here", steps=names))
        st.button(
            say("recommendations.all_back"),
            key="steps_as_listed",
            type="tertiary",
            on_click=lambda: changing.keep(as_listed),
            disabled=not _may_edit(),
        )


def _cell(edit: CellEdit) -> str:
    name = plain(words.field(edit.field))
    return f"{name} ({say('recommendations.not_counted')})" if edit.fault else name


def _text(text: str | None) -> str:
    return plain(text) if text else fmt.NONE


def _removed(report: Report) -> None:
    """The steps that were taken out, each with the way back."""
    removed = report.steps.removed if report.steps else ()
    if not removed:
        return
    with st.expander(say("recommendations.removed", n=len(removed)), expanded=True):
        for row in removed:
            left, right = st.columns([3, 1.2], vertical_alignment="center", gap="medium")
            left.markdown(plain(f"{row.title} ({row.id})"))
            right.button(
                say("recommendations.bring_back"),
                key=f"bring_back_{row.id}",
                type="tertiary",
                width="stretch",
                on_click=changing.bring_back,
                args=(row,),
                disabled=not _may_edit(),
            )
