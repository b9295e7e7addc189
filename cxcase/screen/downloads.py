"""Files for people to take along. Each is made when somebody asks for it, not before."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from cxcase import export
from cxcase.intake import Role
from cxcase.report import Report, words
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.parts import foot, plain, say

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_KINDS: dict[
    str, tuple[str, str, Callable[[Report], bytes]]
] = {  # what -> file name, type, how it is made
    "deck": ("deck.pptx", _PPTX, lambda report: export.make_deck(report)),
    "workbook": ("workbook.xlsx", _XLSX, lambda report: export.make_workbook(report)),
    "case": ("case.json", "application/json", lambda report: export.write_case(report)),
    "set_aside": ("set_aside.xlsx", _XLSX, lambda report: state.set_aside(report)),
}


def deck(report: Report) -> None:
    """The page's primary button: the deck."""
    with foot(say("deck.next_note")):
        _button(report, "deck", say("deck.next"), key="next_step", primary=True)


def others(report: Report) -> None:
    """What else can be taken along: a line each with what it is for."""
    for what in ("workbook", "case", "set_aside"):
        with _line(say(f"deck.{what}"), say(f"deck.{what}_note")):
            _button(report, what, _KINDS[what][0], key=f"get_{what}")
    with _line(say("deck.charts"), say("deck.charts_note")):
        _charts(report)


def set_aside(report: Report) -> None:
    """The rows that were not used, as a workbook."""
    _button(report, "set_aside", say("data.set_aside_download"), key="get_set_aside")


def blank(role: Role) -> None:
    """An empty workbook with the headings of a role."""
    st.download_button(
        say("data.blank_button", role=say(f"roles.{role}")),
        lambda: state.blank(role),
        f"{role}.xlsx",
        _XLSX,
        key=f"blank_{role}",
        on_click="ignore",
        width="stretch",
    )


def ask_for_the_rest(quiet: bool = False) -> None:
    """The page's primary button where something is still missing: the page of what to ask for.
    quiet: the page has another primary button.
    """
    st.download_button(
        say("data.next_ask"),
        words.shopping_list(),
        "what_to_ask_for.md",
        "text/markdown",
        key="next_step",
        type="secondary" if quiet else "primary",
        on_click="ignore",
        width="stretch",
        icon=":material/download:",
    )


def shopping_list() -> None:
    """The page of what to ask for."""
    st.download_button(
        say("data.shopping_download"),
        words.shopping_list(),
        "what_to_ask_for.md",
        "text/markdown",
        key="get_shopping",
        on_click="ignore",
    )


def mapping(report: Report) -> None:
    """How each table was read, for the next time."""
    left, right = st.columns([3, 1.4], vertical_alignment="center")
    left.caption(say("data.mapping_note"))
    right.download_button(
        say("data.mapping_download"),
        json.dumps(dict(report.case.mapping), indent=2, ensure_ascii=False),
        "mapping.json",
        "application/json",
        key="get_mapping",
        on_click="ignore",
        help=say("data.mapping_help"),
        width="stretch",
        icon=":material/download:",
    )


def _button(report: Report, what: str, label: str, *, key: str, primary: bool = False) -> None:
    name, kind, make = _KINDS[what]
    st.download_button(
        label,
        lambda: make(report),
        name,
        kind,
        key=key,
        on_click="ignore",
        width="stretch",
        type="primary" if primary else "secondary",
        icon=":material/download:",
    )


def _line(name: str, note: str) -> st.delta_generator.DeltaGenerator:
    left, right = st.columns([3, 1.4], vertical_alignment="center")
    left.markdown(f"**{name}**  \n:gray[{note}]")
    return right


def _charts(report: Report) -> None:
    """Images take some seconds: drawn on request, kept as long as the case is the same."""
    kept = sessions.current().images
    if kept is None or kept[0] != report.key:
        if not st.button(say("deck.charts_make"), key="make_charts", width="stretch"):
            return
        with st.spinner(say("deck.charts_working")):
            kept = (report.key, *_drawn(report))
        sessions.keep(replace(sessions.current(), images=kept))
        st.rerun()
    _, data, reason = kept
    if data is None:
        st.caption(say("deck.charts_none", why=reason))
        return
    st.download_button(
        "charts.zip",
        data,
        "charts.zip",
        "application/zip",
        key="get_charts",
        on_click="ignore",
        width="stretch",
        icon=":material/download:",
    )


def _drawn(report: Report) -> tuple[bytes | None, str]:
    with tempfile.TemporaryDirectory(prefix="cxcase-charts-") as made:
        result = export.make_images(report, Path(made))
        if not result.names:
            return None, plain(words.reason(result.reason).text) if result.reason else ""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(made).rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(made))
    return packed.getvalue(), ""
