"""The frame around every page: stages and their state, the case's name and key, widths."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from cxcase.report import words
from cxcase.screen import kept_case
from cxcase.screen import session as sessions
from cxcase.screen.parts import FRAMED, PAGES, STAGE_OF, file_of, plain, say
from cxcase.screen.session import Kept
from cxcase.screen.stages import stage_state

_MARKS = {  # state of a page -> its icon and the words beside it; never colour alone
    "done": ":material/check_circle:",
    "stale": ":material/sync:",
    "ready": ":material/radio_button_unchecked:",
    "refused": ":material/block:",
    "waits": ":material/hourglass_empty:",
    "needs_input": ":material/upload_file:",
}
_ICONS = {"home": ":material/home:", "history": ":material/history:"}
_STYLE = """<style>
.stMainBlockContainer {max-width: 76rem; padding-top: 3rem;}
[data-testid="stBottomBlockContainer"] {max-width: 76rem; padding-top: .75rem; \
padding-bottom: 1rem;}
.stMainBlockContainer h1 {font-size: 2rem; padding-bottom: .25rem;}
.stMainBlockContainer h2 {font-size: 1.25rem; padding-top: 1rem;}
[class*="st-key-question"] h2 {padding-top: 0;}
[data-testid="stCaptionContainer"] {color: inherit; opacity: .8;}
[data-testid="stSidebar"] .stMarkdownColoredText {color: inherit !important; opacity: .8;}
.stMarkdownBadge {background: none !important; border: 1px solid currentColor;}
[data-testid^="stBaseButton-primary"]:not(:disabled) \
{background: #2F6DB5 !important; border-color: #2F6DB5 !important; color: #fff !important;}
[data-stale="true"] {opacity: .8 !important;}
[class*="st-key-preview_"] {overflow-x: auto; padding-bottom: .5rem;}
.stMainBlockContainer :is(a, button, summary, input, [role="tab"]):focus-visible \
{outline: 2px solid #2F6DB5; outline-offset: 2px;}
[class*="st-key-lead"] p {font-size: 1.2rem; line-height: 1.5; max-width: 52rem;}
.st-key-head_budget {min-height: 5.8rem;}
[class*="st-key-answer"] [data-testid="stColumn"] {min-width: 17.5rem;}
[class*="st-key-asking_"] [data-testid="stColumn"] {min-width: 12.5rem;}
[class*="st-key-cards_"] [data-testid="stColumn"] {min-width: 16rem;}
[class*="st-key-decision_"] [data-testid="stColumn"] {min-width: 18rem;}
[class*="st-key-stand_"] [data-testid="stColumn"] {min-width: 10rem;}
[data-testid="stBottom"] [data-testid="stColumn"] {min-width: 15rem;}
.stMainBlockContainer .stMarkdown:has(table) {overflow-x: auto;}
.stMainBlockContainer .stMarkdown table {width: 100%; font-size: .95rem;}
.stMainBlockContainer .stMarkdown table:has(th:nth-child(6)) td:first-child {min-width: 6.5rem;}
.stMainBlockContainer .stMarkdown :is(th, td) {border-width: 0 0 1px 0; padding: .4rem .5rem;}
.stMainBlockContainer .stMarkdown :is(th, td):first-child {padding-left: 0;}
.stMainBlockContainer .stMarkdown th {font-weight: 400; opacity: .75;}
.stMainBlockContainer .stMarkdown :is(th, td)[style*="right"] {font-variant-numeric: tabular-nums;}
.stMainBlockContainer .stMarkdown td[style*="right"] {white-space: nowrap;}
[data-testid="stPlotlyChart"] {margin-left: -18px; min-width: 500px;}
.stMainBlockContainer .stElementContainer:has([data-testid="stPlotlyChart"]) {overflow-x: auto;}
@media (max-width: 1000px) {
  .st-key-head_budget {min-height: 14rem;}
  .stMainBlockContainer .stMarkdown table {font-size: .85rem;}
  .stMainBlockContainer .stMarkdown table:has(th:nth-child(5)) td[style*="right"] \
{white-space: normal;}
}
</style>"""


@contextmanager
def frame(page: str) -> Iterator[None]:
    """Draws the side before the page, so that it is there meanwhile, and again after it.

    page: as the address names it, "" for home.
    """
    FRAMED.set(True)
    st.html(_STYLE)
    kept_case.find_again()
    kept_case.save()
    kept_case.note_page(page or "home")
    _conflict()
    slot = st.sidebar.empty()
    _side(slot)
    yield
    FRAMED.set(False)
    kept_case.save()
    kept_case.note_result()
    _side(slot)
    _versions()


def _versions() -> None:
    """Back and forth among the case's versions, and out to all cases."""
    session = sessions.current()
    kept = session.kept
    if not kept.case_id:
        return
    side = st.sidebar
    left, right = side.columns(2)
    left.button(
        say("cases.undo"),
        key="undo",
        icon=":material/undo:",
        width="stretch",
        disabled=not kept.can_undo,
        on_click=kept_case.undo,
    )
    right.button(
        say("cases.redo"),
        key="redo",
        icon=":material/redo:",
        width="stretch",
        disabled=not kept.can_redo,
        on_click=kept_case.redo,
    )
    side.download_button(
        say("cases.take"),
        kept_case.as_file,
        f"{session.company or say('side.unnamed')}.cxcase",
        "application/zip",
        key="take_case",
        type="tertiary",
        help=say("cases.take_help"),
        on_click="ignore",
    )
    if side.button(say("cases.all"), key="leave", type="tertiary", help=say("cases.all_help")):
        kept_case.leave()
        st.switch_page(file_of("home"))


def _conflict() -> None:
    """What to do where two windows changed one case; nothing is overwritten."""
    conflict = sessions.current().kept.conflict
    if conflict is None:
        return
    when = f"{kept_case.local_time(conflict.theirs.made_at):%H:%M}"
    with st.container(border=True, key="conflict"):
        st.markdown(say("cases.conflict", when=when))
        left, right = st.columns(2)
        left.button(
            say("cases.take_theirs"),
            key="take_theirs",
            width="stretch",
            on_click=kept_case.take_theirs,
        )
        right.button(
            say("cases.keep_mine"),
            key="keep_mine",
            type="primary",
            width="stretch",
            on_click=kept_case.keep_mine,
        )


def _side(slot: st.delta_generator.DeltaGenerator) -> None:
    session = sessions.current()
    with slot.container():
        name = session.company or say("side.unnamed" if session.files else "side.no_case")
        st.markdown(f"**{plain(name)}**")
        _saved(session.kept)
        for page in PAGES:
            _line(page)
        if session.report_key:
            st.caption(say("side.key", key=session.report_key[:8]), help=say("side.key_help"))


def _saved(kept: Kept) -> None:
    """When the case was saved last, or why it was not."""
    if kept.error:
        st.warning(say("cases.not_saved", reason=str(kept.error)))
    elif kept.saved_at:
        clock = f"{kept_case.local_time(kept.saved_at):%H:%M:%S}"
        st.caption(say("cases.saved", when=clock), help=say("cases.saved_help"))


def _line(page: str) -> None:
    """One page with the state of its stage. Home and the history have none: they are where one
    looks at all of them.
    """
    if page in _ICONS:
        st.page_link(file_of(page), label=say(f"{page}.nav"), icon=_ICONS[page])
        return
    session = sessions.current()
    stage = STAGE_OF[page]
    if page == "deck" and "recommendations" not in session.roles:
        stage = "moments"
    now = stage_state(session, stage)
    label = f"{say(f'{page}.nav')} :gray[· {say(f'side.{now}')}]"
    st.page_link(file_of(page), label=label, icon=_MARKS[now])


def page_title() -> str:
    """What the browser's tab says."""
    company = sessions.current().company
    if company:
        return f"{company} · cxcase"
    return words.say("pages.home.tab")
