"""Files for people to take along. Each is made when somebody asks for it, not before."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from cxcase import export
from cxcase.case_folder import passing_folder
from cxcase.errors import InputError
from cxcase.intake import Role
from cxcase.report import Report, words
from cxcase.screen import session as sessions
from cxcase.screen import state, take_along
from cxcase.screen.parts import currency, foot, plain, say
from cxcase.store import Action

_TEMPLATE_MB = 50
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

_RIGHT: dict[str, Action] = {"set_aside": "rows", "case": "rows"}  # the rest: to take along


def deck_as_chosen() -> Callable[[Report], bytes]:
    """What makes the deck, where no visitor is known: on the company's own template where there is
    one, with the recordings that are pinned.
    """
    kept = sessions.current().template
    template = kept[1] if kept else None
    sounds = state.pinned_sounds()
    return lambda report: export.make_deck(report, template, sounds())


def deck(report: Report) -> None:
    """The page's primary button: the deck."""
    with foot(say("deck.next_note")):
        _button(
            report,
            "deck",
            say("deck.next"),
            key="next_step",
            primary=True,
            make=deck_as_chosen(),
        )


def own_template() -> None:
    """Takes a template in, and says what the check of it found before any deck is made."""
    session = sessions.current()
    with st.expander(say("deck.template_head"), expanded=session.template is not None):
        given = st.file_uploader(
            say("deck.template_label"),
            type=["pptx", "potx"],
            key=f"template-{session.turn}",
            max_upload_size=_TEMPLATE_MB,
            help=say("deck.template_help"),
        )
        if given is None:
            sessions.keep(replace(session, template=None))
            return
        _check_template(given)


def _check_template(given: Any) -> None:
    """Reads a template once, and shows what was found."""
    session = sessions.current()
    kept = session.template
    if kept is None or kept[0] != given.file_id:
        try:
            kept = (given.file_id, export.template_of(given.getvalue(), given.name))
        except InputError as error:
            sessions.keep(replace(session, template=None))
            st.error(plain(words.error(error, currency())))
            return
        sessions.keep(replace(session, template=kept))
    first, *rest = export.template_check(kept[1])
    st.markdown(plain(first))
    for said in rest:
        st.caption(plain(said))


def others(report: Report) -> None:
    """What else can be taken along: a line each with what it is for."""
    for what in ("workbook", "case", "set_aside"):
        with _line(say(f"deck.{what}"), say(f"deck.{what}_note")):
            _button(report, what, _KINDS[what][0], key=f"get_{what}")
    with _line(say("deck.charts"), say("deck.charts_note")):
        _charts(report)


def outputs(report: Report) -> None:
    """The deck and the workbook, for whoever only reads."""
    with _line(say("deck.next"), say("deck.next_note")):
        _button(report, "deck", _KINDS["deck"][0], key="get_deck")
    with _line(say("deck.workbook"), say("deck.workbook_note")):
        _button(report, "workbook", _KINDS["workbook"][0], key="get_workbook")


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
        wrap=True,
        icon=":material/download:",
    )


def _button(
    report: Report,
    what: str,
    label: str,
    *,
    key: str,
    primary: bool = False,
    make: Callable[[Report], bytes] | None = None,
) -> None:
    """A button that takes along what it says, made as `make` says where that is not as usual."""
    name, kind, usual = _KINDS[what]
    made = make or usual
    st.download_button(
        label,
        take_along.taking(_RIGHT.get(what, "take"), what, lambda: made(report)),
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
        take_along.taking("take", "charts", lambda: data),
        "charts.zip",
        "application/zip",
        key="get_charts",
        on_click="ignore",
        width="stretch",
        icon=":material/download:",
    )


def _drawn(report: Report) -> tuple[bytes | None, str]:
    with passing_folder("cxcase-charts-") as made:
        result = export.make_images(report, made)
        if not result.names:
            return None, plain(words.reason(result.reason).text) if result.reason else ""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(made.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(made))
    return packed.getvalue(), ""
