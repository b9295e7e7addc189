"""Evidence that is typed on the page, a row a piece, beside that of the company's sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cxcase.report import Report, words
from cxcase.screen import session as sessions
from cxcase.screen.parts import plain, say
from cxcase.screen.steps import changing
from cxcase.settings import cells_by_step
from cxcase.settings.evidence_cells import EVIDENCE_CELLS, with_evidence

_KEPT = "own_evidence"
_FIRST = ("source", "kind", "step", "moment", "effect")
_ORDER = (*_FIRST, *(name for name in EVIDENCE_CELLS if name not in _FIRST))


@dataclass(frozen=True)
class _Shown:
    """The table as the widget was given it: its turn and its rows."""

    turn: int
    rows: tuple[Mapping[str, str], ...]

    @property
    def key(self) -> str:
        return f"{_KEPT}_{self.turn}"


def show(report: Report) -> None:
    """The table to be typed into, and what in it is no figure."""
    st.markdown(say("evidence.own"))
    now = _rows()
    kept = _kept(now)
    shown = kept.rows or ({},)
    st.data_editor(
        {name: [row.get(name, "") for row in shown] for name in EVIDENCE_CELLS},
        key=kept.key,
        num_rows="dynamic" if sessions.may_do("edit") else "fixed",
        disabled=not sessions.may_do("edit"),
        column_config=_columns(report),
        column_order=_ORDER,
        hide_index=True,
        width="stretch",
        on_change=_taken,
    )
    for finding in report.findings:
        if finding.code == "evidence_cell_unread":
            told = words.finding(finding, report.currency)
            st.error(plain(f"{told.what} {told.do or ''}".strip()), icon=":material/error:")


def _rows() -> tuple[Mapping[str, str], ...]:
    return tuple(cells_by_step(sessions.current().settings.evidence_cells).values())


def _kept(now: tuple[Mapping[str, str], ...]) -> _Shown:
    """The table that the widget has where what was typed makes it today's; else anew."""
    kept: _Shown | None = st.session_state.get(_KEPT)
    if kept is None or _as_typed(kept) != now or _came_or_went(kept):
        kept = _Shown(kept.turn + 1 if kept else 0, now)
    st.session_state[_KEPT] = kept
    return kept


def _state(kept: _Shown) -> Mapping[str, Any]:
    return st.session_state.get(kept.key) or {}


def _came_or_went(kept: _Shown) -> bool:
    return bool(_state(kept).get("added_rows") or _state(kept).get("deleted_rows"))


def _as_typed(kept: _Shown) -> tuple[Mapping[str, str], ...]:
    """The rows that the widget shows, filled cells only."""
    state = _state(kept)
    gone = set(state.get("deleted_rows", ()))
    edited = {int(place): cells for place, cells in state.get("edited_rows", {}).items()}
    before = kept.rows or ({},)
    rows = [
        {**row, **_texts(edited.get(place, {}))}
        for place, row in enumerate(before)
        if place not in gone
    ]
    rows += [_texts(cells) for cells in state.get("added_rows", ())]
    filled = ({name: text for name, text in row.items() if text.strip()} for row in rows)
    return tuple(row for row in filled if row)


def _texts(cells: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: "" if text is None else str(text)
        for name, text in cells.items()
        if name in EVIDENCE_CELLS
    }


def _taken() -> None:
    kept: _Shown = st.session_state[_KEPT]
    rows = _as_typed(kept)
    changing.keep(lambda settings: with_evidence(settings, rows))


def _columns(report: Report) -> dict[str, Any]:
    """Each column as people call it; what has names of its own offers them."""
    steps = [row.id for row in changing.rows_of(report)]
    config: dict[str, Any] = {
        name: st.column_config.TextColumn(words.say(f"pages.evidence.cells.{name}"))
        for name in EVIDENCE_CELLS
    }
    offered = {
        "kind": list(words.section("pages.evidence.kinds").values()),
        "step": steps,
        "moment": [moment.name for moment in report.ordered_moments],
        "controlled": ["yes"],
        "unit": ["points"],
    }
    for name, options in offered.items():
        label = words.say(f"pages.evidence.cells.{name}")
        config[name] = st.column_config.SelectboxColumn(label, options=options)
    return config
