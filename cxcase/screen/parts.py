"""The parts every page is made of: question, answer, picture, what weakens it, how, next step."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

import streamlit as st

from cxcase.errors import CaseError
from cxcase.report import Report, format, words
from cxcase.report.standing import Control, control
from cxcase.screen import pictures, state
from cxcase.screen import session as sessions
from cxcase.screen.session import Session

T = TypeVar("T")
PAGES = ("home", "data", "link", "moments", "recommendations", "budget", "deck", "history")
LINKED = "shared"  # the page of read-only links, which nothing leads to
SECRET = "key"  # its query parameter
STAGE_OF = {  # page -> the last stage it needs
    "home": "plan",
    "data": "case",
    "link": "link",
    "moments": "moments",
    "recommendations": "returns",
    "budget": "plan",
    "deck": "plan_details",
}
_BADGES: dict[str, Literal["green", "orange", "red"]] = {
    "ok": "green",
    "review": "orange",
    "fail": "red",
}
_SHOWN_FINDINGS = 5
_NAMED = 4
FRAMED: ContextVar[bool] = ContextVar("framed", default=False)  # True while app.py runs a page
_MINUS = "−\u2060"  # with a word joiner
_RANGE = re.compile(r"(?<=\d)–(?=\d)")
_DOLLAR = re.compile(r"(?<!\\)\$")  # two of them would be read as a formula


def file_of(page: str) -> str:
    """The file a page lives in, as `st.switch_page` wants it."""
    return f"pages/{page}.py"


def pages() -> list[st.Page]:
    """Every page in the order of the case, and the one of read-only links."""
    return [
        st.Page(
            file_of(page),
            title=say(f"{page}.nav"),
            url_path=None if page == "home" else page,
            default=page == "home",
        )
        for page in (*PAGES, LINKED)
    ]


def enter() -> None:
    """Sends a page that was opened by its own address through the door."""
    if not FRAMED.get():
        st.navigation(pages(), position="hidden")
        st.rerun()


def say(path: str, **params: Any) -> str:
    """The page's own words at `pages.<path>`, their parameters made safe for Markdown."""
    filled = words.say(
        f"pages.{path}", currency(), **{name: _safe(value) for name, value in params.items()}
    )
    return _DOLLAR.sub(r"\\$", _unbroken(filled))


def currency() -> str:
    """The currency this case counts in."""
    session = sessions.current()
    found = [t.currency for f in session.files for t in f.parsed.tables if t.currency]
    if "currency" in session.settings.owned or not found:
        return session.settings.currency
    return found[0]


def plain(text: str) -> str:
    """`text` so that Markdown shows it as it is."""
    return format.markdown(_unbroken(text))


def _unbroken(text: str) -> str:
    """`text` in which no line breaks between a number and its % or its minus, or within a range."""
    text = _RANGE.sub("\u2060–\u2060", text)
    return text.replace(" %", "\u00a0%").replace(_MINUS, "−").replace("−", _MINUS)


class Opening:
    """The head of a page as places that are there from the start: question, answer, progress.

    They may be filled more than once in a run; `again` then tells apart what is drawn twice.
    """

    def __init__(self, page: str, **title: Any) -> None:
        enter()
        self.page = page
        self.title = title
        # never empty once it stands: what is below keeps its place while the answer changes
        head = st.container(key=f"head_{page}")
        self._heading: st.delta_generator.DeltaGenerator | None = head.container()
        self._answer = self._slot = head.container()
        self._filled = False
        self.progress = st.container(key="progress")  # over the page, which keeps its place

    def work_out(self, stage: str = "", quiet: bool = False) -> Report | None:
        """The report of this page's stage and its answer; None: the place says what to do."""
        with self.progress:
            report = _report(stage or STAGE_OF[self.page], quiet)
        self._head(report)
        if report is not None:
            return self.say(report)
        with self._place():
            say_missing(self.page)
        return None

    def say(self, report: Report, again: str = "") -> Report:
        """The answer of this report, in its place."""
        self._head(report)
        with self._place():
            _answer(self.page, report, again)
        return report

    def further(self, report: Report, stage: str, quiet: bool = False) -> Report:
        """The report up to a later stage; the one there is where an error stops it."""
        with self.progress:
            return _report(stage, quiet) or report

    def _place(self) -> st.delta_generator.DeltaGenerator:
        """The place of the answer. Made when first filled: an empty one would wipe it."""
        if not self._filled:
            self._slot = self._answer.empty()
            self._filled = True
        return self._slot.container()

    def _head(self, report: Report | None) -> None:
        shown = self.title or {
            "metric": words.metric(report.link.metric if report and report.link else None)
        }
        if (
            self._heading is not None
        ):  # written once: to write it again would take it away for a moment
            self._heading.title(say(f"{self.page}.title", **shown), anchor=False)
            self._heading = None


def open_page(page: str, **title: Any) -> Report | None:
    """The question and its answer; the report, or None: the page then says what to do."""
    return Opening(page, **title).work_out()


def _answer(page: str, report: Report, again: str = "") -> None:
    """The answer in a sentence, its range beside it where it is money."""
    span = _span(page, report)
    if span is None:
        lead(plain(report.answers[page]), again)
        return
    with st.container(key=f"answer{again}"):
        left, right = st.columns([2.4, 1], vertical_alignment="center", gap="large")
    with left:
        lead(plain(report.answers[page]), again)
    with right:
        pictures.range_bar(report, *span)


def lead(text: str, again: str = "") -> None:
    """The sentence a page opens with, set larger, its terms explained beside it."""
    with st.container(key=f"lead{again}"):
        st.markdown(text, help=_explained(text))


def _explained(text: str) -> str | None:
    """The terms that a text uses, each with its meaning; None where it uses none."""
    used = [
        f"**{term}**: {meaning}"
        for term, meaning in words.glossary().items()
        if re.search(rf"(?<!\w){re.escape(term)}(?!\w)", text)
    ]
    return "  \n".join(used) or None


def _span(page: str, report: Report) -> tuple[float | None, float | None, float | None] | None:
    """The figure of a page's answer with its range."""
    estimate = None
    if page == "link" and report.link:
        estimate = report.link.worth_of("one_point_of_cx")
    if page == "moments" and report.moments and report.moments.joint:
        estimate = report.moments.joint.revenue_at_stake
    if estimate is not None and not estimate.refused:
        return estimate.value, estimate.low, estimate.high
    if page in ("home", "budget") and report.plan and report.plan.npv and report.plan.chosen:
        return report.plan.npv.mean, report.plan.npv.p10, report.plan.npv.p90
    return None


def _report(stage: str, quiet: bool = False) -> Report | None:
    """The report up to a stage; None, and the error on the page, where one stops it."""
    try:
        return state.report(stage, quiet)
    except CaseError as error:
        st.error(plain(words.error(error, currency())), icon=":material/error:")
        return None


def say_missing(page: str) -> None:
    """What has to be brought in before this page has an answer."""
    lead(say(f"data.{missing(sessions.current())}"))


def missing(session: Session) -> str:
    """Which words say what has to be brought in before there is a case."""
    roles = session.roles
    if "customers" in roles or "units" in roles:
        return "missing_cx"
    if "cx" in roles:
        return "missing_customers"
    return "missing_both"


def findings(report: Report, *where: str, asked: Collection[str] = ()) -> None:
    """What weakens the page's figure, failures first; the rest of a long list is folded. asked:
    codes of what the page asks about, which needs no telling.
    """
    rows = [row for place in where for row in words.findings(report, place)]
    rows = [row for row in rows if row.code not in asked]
    assumed = [row for row in rows if row.code == "assumed"]
    if not rows:
        return  # nothing was tested, so nothing can be said of how well it stands
    weak = sorted(
        (r for r in rows if r.status != "ok" and r.code != "assumed"),
        key=lambda r: r.status == "review",
    )
    st.header(say("part.weakens"), anchor=False)
    if not weak and not assumed:
        st.caption(say("part.nothing_weakens"))
    for row in weak[:_SHOWN_FINDINGS]:
        finding(row)
    if assumed:
        finding(_together(assumed, report))
    _folded("more_findings", weak[_SHOWN_FINDINGS:])
    passed = [row for row in rows if row.status == "ok"]
    _folded("confirmed" if len(passed) != 1 else "confirmed_one", passed)


def _together(assumed: Sequence[words.Row], report: Report) -> words.Row:
    """All assumptions that nobody owns as one row."""
    names = [line.label.lower() for line in words.assumptions(report) if not line.owned]
    what = words.say(
        "pages.part.assumed", n=len(assumed), names=names[:_NAMED], more=max(0, len(names) - _NAMED)
    )
    return words.Row("review", "assumed", "settings", what, words.say("pages.part.assumed_do"))


def _folded(label: str, rows: Sequence[words.Row]) -> None:
    if rows:
        with st.expander(say(f"part.{label}", n=len(rows))):
            for row in rows:
                finding(row)


def finding(row: words.Row) -> None:
    """One finding: its state, what was found, what to do."""
    with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
        st.badge(words.say(f"status.{row.status}"), color=_BADGES[row.status])
        do = f"  \n:gray[{plain(row.do)}]" if row.do else ""
        st.markdown(plain(row.what) + do)


def explained(codes: Sequence[str]) -> str:
    """Terms of the glossary with their meanings, a line each."""
    entries = [item for code in codes for item in words.glossary(code).items()]
    return "\n".join(f"- **{plain(term)}**: {plain(meaning)}" for term, meaning in entries)


def how(page: str, terms: Sequence[str] = (), **params: Any) -> None:
    """How the page's number came about, folded; then the terms of the page that need a word."""
    with st.expander(say("part.how")):
        st.markdown(say(f"{page}.how", **params))
        if words.has(f"pages.{page}.sources"):
            st.caption(say(f"{page}.sources"))
        if terms:
            st.markdown(f"**{say('part.words')}**")
            st.markdown(explained(terms))


def next_step(
    page: str,
    to: str,
    label: str = "next",
    note: str = "next_note",
    *,
    quiet: bool = False,
    straight: str = "",
    **params: Any,
) -> None:
    """The page's one primary button, always at the foot of the window; quiet where the page has
    another. straight: the page to which a link beside it leads without the steps between.
    """
    with foot(say(f"{page}.{note}", **params), straight):
        if st.button(
            say(f"{page}.{label}", **params),
            type="secondary" if quiet else "primary",
            key="next_step",
            icon_position="right",
            icon=":material/arrow_forward:",
            width="stretch",
            wrap=True,
        ):
            st.switch_page(file_of(to))


def no_figure(page: str, report: Report | None, *, quiet: bool = False) -> None:
    """The next step where a page has no figure: the control that would give it one. quiet: as for
    `next_step`.
    """
    found = control(page, report) if report is not None else Control("bring", "data")
    if found.question is not None and report is not None:
        _lift(plain(words.asked_as(found.question, report).question), found)
    elif found.lift in ("target", "steps"):
        _lift(say(f"lift.{found.lift}_note"), found)
    else:
        label = "next_refused" if found.lift == "check" else "next_missing"
        next_step(page, found.page, label, f"{label}_note", quiet=quiet)


def _lift(note: str, found: Control) -> None:
    """The primary button that leads to what lifts a refusal."""
    with foot(note):
        if st.button(
            say(f"lift.{found.lift}"), type="primary", key="next_step", width="stretch", wrap=True
        ):
            st.switch_page(file_of(found.page))


def across(
    items: Sequence[T], columns: int, gap: Literal["small", "medium", "large"] = "small"
) -> Iterator[T]:
    """Each item while its own place is open: so many beside each other, then the next line."""
    for first in range(0, len(items), columns):
        places = st.columns(columns, gap=gap)
        for item, place in zip(items[first : first + columns], places, strict=False):
            with place:
                yield item


def why_and_unlock(reason: words.Reason) -> str:
    """Why there is no figure, and what would unlock one."""
    return plain(f"{reason.text} {reason.unlock}")


def foot(note: str, straight: str = "") -> Any:
    """The next step at the foot of the window: `note` on the left, its place on the right.
    straight: the page that a link beside the note leads to.
    """
    left, right = st.bottom.columns([3, 1.4], vertical_alignment="center")
    with left.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.caption(note, width="content")
        if straight:
            st.page_link(file_of(straight), label=say(f"part.straight_{straight}"))
    return right


def table(columns: Mapping[str, Sequence[str]], right: Sequence[str] = ()) -> None:
    """A still table of Markdown that wraps its words; columns in `right` are flush right."""
    rows = list(zip(*columns.values(), strict=True))
    if not rows:
        st.caption(say("part.table_empty"))
        return
    lines = [columns, ["---:" if name in right else ":---" for name in columns], *rows]
    st.markdown(
        "\n".join(
            f"| {' | '.join(cell.replace(chr(10), ' ') for cell in line)} |" for line in lines
        )
    )


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
        return [plain(v) for v in value]
    return value
