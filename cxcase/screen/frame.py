"""The frame around every page: stages and their state, the case's name and key, widths."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cxcase.report import reader_locale, words
from cxcase.screen import kept_case, take_along, visitor, way_in, window
from cxcase.screen import session as sessions
from cxcase.screen.history import conflict
from cxcase.screen.parts import FRAMED, LINKED, PAGES, STAGE_OF, file_of, plain, say
from cxcase.screen.readers import reading
from cxcase.screen.session import Kept
from cxcase.screen.stages import stage_state
from cxcase.store import may

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
.stMarkdownBadge {background: none !important; border: 1px solid currentColor; \
white-space: normal !important; height: auto !important;}
[class*="st-key-stand_"] [data-testid="stPageLink"] a {padding-left: 0;}
[data-testid^="stBaseButton-primary"]:not(:disabled) \
{background: #2F6DB5 !important; border-color: #2F6DB5 !important; color: #fff !important;}
[data-stale="true"] {opacity: .8 !important;}
[class*="st-key-preview_"] {overflow-x: auto; padding-bottom: .5rem;}
:is(.stMainBlockContainer, [data-testid="stSidebar"], [data-testid="stBottom"]) \
:is(a, button, summary, input, [role="tab"], [role="slider"], [tabindex="0"]):focus-visible \
{outline: 2px solid #2F6DB5; outline-offset: 2px;}
[class*="st-key-lead"] p {font-size: 1.2rem; line-height: 1.5; max-width: 52rem;}
.st-key-head_budget {min-height: 9.3rem;}
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
:is(.st-key-window, .st-key-notes_page, .st-key-leads_page) \
{position: absolute; height: 0; overflow: hidden;}
.st-key-progress {position: fixed; top: 3.75rem; right: 1.5rem; z-index: 1000; \
width: min(24rem, calc(100vw - 3rem)) !important; border-radius: .5rem; \
background: light-dark(#FFFFFF, #12171D); animation: appear .2s .6s both;}
@keyframes appear {from {opacity: 0;}}
@media (max-width: 1380px) {
  .st-key-head_budget {min-height: 16rem;}
}
@media (min-width: 1280px) {
  [class*="st-key-versions"] :is(th, td:first-child) {white-space: nowrap;}
  [data-testid="stTabs"] [role="tablist"] {gap: 1.4rem;}
}
@media (max-width: 1000px) {
  [class*="st-key-stand_"] [data-testid="stHorizontalBlock"] {gap: 0;}
  .st-key-head_budget {min-height: 22rem;}
  .stMainBlockContainer .stMarkdown table {font-size: .85rem;}
  .stMainBlockContainer .stMarkdown table:has(th:nth-child(5)) td[style*="right"] \
{white-space: normal;}
}
@media (max-width: 520px) {
  [data-testid="stPlotlyChart"] {margin-left: -8px; min-width: 0;}
  .st-key-head_budget {min-height: 26.2rem;}
}
</style>"""


def run(page: str, draw: Callable[[], None]) -> None:
    """Draws the page within its frame, for whoever may see it; nobody else sees more than the way
    in. page: as the address names it, "" for home.
    """
    FRAMED.set(True)
    reader_locale.settle(sessions.current().settings.locale)
    st.html(_STYLE)
    window.listen()
    if page == LINKED:
        draw()
    elif way_in.passed():
        _enter(page)
        if _only_reads():
            _read()
        else:
            _framed(draw)
        way_in.side()
    FRAMED.set(False)


def _enter(page: str) -> None:
    """Finds the case again; what was changed is saved."""
    kept_case.find_again()
    kept_case.save()
    kept_case.note_page(page or "home")


def _framed(draw: Callable[[], None]) -> None:
    """The side stands before the page, so that it is there meanwhile, and again after it."""
    conflict.show()
    slot = st.sidebar.empty()
    _side(slot)
    draw()
    FRAMED.set(False)
    kept_case.save()
    kept_case.note_result()
    _side(slot)
    _versions()


def _only_reads() -> bool:
    """True where the visitor may not change the open case: no page of it is run for them."""
    kept = sessions.current().kept
    return bool(kept.case_id) and not may(kept.role, "edit")


def _read() -> None:
    """The case's figures, whatever page was asked for, and the way back to all cases."""
    session = sessions.current()
    with st.sidebar:
        st.markdown(f"**{plain(session.company or say('side.unnamed'))}**")
        st.caption(say(f"reading.as_{session.kept.role}"))
        if session.kept.error:
            st.warning(say("cases.not_saved", reason=str(session.kept.error)))
    reading.show()
    kept_case.save()
    _all_cases()


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
        take_along.taking("rows", "case", take_along.as_file),
        f"{session.company or say('side.unnamed')}.cxcase",
        "application/zip",
        key="take_case",
        type="tertiary",
        help=say("cases.take_help"),
        on_click="ignore",
    )
    _all_cases()


def _all_cases() -> None:
    label = say("cases.all")
    if st.sidebar.button(label, key="leave", type="tertiary", help=say("cases.all_help")):
        kept_case.leave()
        st.switch_page(file_of("home"))


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
        elif session.kept.case_id:
            st.caption(say("side.key_open"))  # what is below keeps its place under the mouse


def _saved(kept: Kept) -> None:
    """When the case was saved last, or why it was not."""
    if kept.error:
        st.warning(say("cases.not_saved", reason=str(kept.error)))
    elif kept.saved_at:
        clock = f"{visitor.local_time(kept.saved_at):%H:%M:%S}"
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
