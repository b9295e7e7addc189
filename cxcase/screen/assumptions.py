"""Where a person owns an assumption: changing or confirming one marks it as theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from cxcase.errors import SettingsError
from cxcase.report import Report, words
from cxcase.screen import session as sessions
from cxcase.screen.parts import across, plain, say
from cxcase.settings import METRICS


@dataclass(frozen=True)
class _Entry:
    """How a setting is typed in: `scale` turns the setting into what is typed (0.4 -> 40 %)."""

    name: str
    low: float
    high: float
    step: float
    scale: float = 1.0
    whole: bool = True

    def as_setting(self, typed: float) -> float:
        """The setting for what a person typed."""
        if self.scale == 1:
            return typed
        return typed / self.scale


_ENTRIES = (
    _Entry("margin", 0, 100, 1, 100, whole=False),
    _Entry("discount", 0, 100, 0.5, 100, whole=False),
    _Entry("horizon", 1, 120, 6),
    _Entry("ramp_months", 0, 60, 1),
    _Entry("half_life_months", 1, 240, 1),
    _Entry("adoption", 0, 100, 5, 100, whole=False),
)
_SEGMENTS = 12  # that may have a margin of their own on the page


def own(name: str, value: Any) -> None:
    """Sets one assumption as the person's own; one out of range leaves all as it was."""
    own_all({name: value})


def own_all(values: Mapping[str, Any]) -> None:
    """The same for several at once."""
    session = sessions.current()
    try:
        settings = replace(session.settings, **values, owned=session.settings.owned | set(values))
    except SettingsError as error:
        st.toast(plain(words.error(error)))
        return
    sessions.change(settings=settings)


def disown(name: str) -> None:
    """Puts one assumption back to its default, which nobody owns."""
    settings = sessions.current().settings
    default: Any = type(settings).__dataclass_fields__[name].default
    try:
        settings = replace(settings, **{name: default}, owned=settings.owned - {name})
    except SettingsError as error:  # something else needs it
        st.toast(plain(words.error(error)))
        return
    sessions.change(settings=settings)


def editor(report: Report) -> None:
    """Every assumption behind the money, two a line: its value, its unit, and whose it is."""
    st.header(say("budget.assumptions"), anchor=False)
    st.caption(say("budget.assumptions_note"))
    for entry in across(_ENTRIES, 2, gap="large"):
        _entry(entry, report)
    _segments(report)


def _segments(report: Report) -> None:
    """What each segment earns, where customers are in segments; most revenue first."""
    segments = report.case.base.segments if report.case.base else ()
    settings = sessions.current().settings
    names = [segment.name for segment in segments if segment.name][:_SEGMENTS]
    if len(names) < 2:
        return
    with st.expander(say("budget.segment_margins"), expanded=bool(settings.segment_margins)):
        st.caption(say("budget.segment_margins_note"))
        for name in across(names, 3):
            _segment(name)
        if settings.segment_margins:
            st.button(
                say("budget.segment_margins_same"),
                key="one_margin",
                type="tertiary",
                on_click=disown,
                args=("segment_margins",),
            )


def _segment(name: str) -> None:
    """The margin of one segment, in percent."""
    settings = sessions.current().settings

    def taken(value: float) -> None:
        own("segment_margins", {**sessions.current().settings.segment_margins, name: value / 100})

    shown = round(settings.margin_of(name) * 100, 6)
    _number(
        f"margin_of_{name}",
        say("budget.segment_margin", name=plain(name)),
        shown,
        0.0,
        100.0,
        1.0,
        taken,
    )


def _entry(entry: _Entry, report: Report) -> None:
    """One assumption: its number, and whose it is."""
    settings = sessions.current().settings
    value = getattr(settings, entry.name) * entry.scale
    typed: Callable[[float], float | int] = round if entry.whole else float
    shown, low, high, step = (
        typed(round(v, 6)) for v in (value, entry.low, entry.high, entry.step)
    )

    def taken(value: float) -> None:
        own(entry.name, entry.as_setting(value))

    _number(f"set_{entry.name}", say(f"budget.{entry.name}"), shown, low, high, step, taken)
    _whose(entry, report)


def _whose(entry: _Entry, report: Report) -> None:
    """That an assumption is this person's own; else that nobody owns it, and how to confirm it."""
    settings = sessions.current().settings
    if entry.name in settings.owned:
        st.caption(f":material/check: {say('budget.yours')}")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(say("budget.assumed"), color="orange")
        line = next(line for line in words.assumptions(report) if line.name == entry.name)
        st.button(
            say("budget.confirm"),
            key=f"own_{entry.name}",
            type="tertiary",
            on_click=own,
            args=(entry.name, getattr(settings, entry.name)),
            help=say("budget.confirm_help", value=line.value),
        )


def _number(
    key: str, label: str, value: Any, low: Any, high: Any, step: Any, then: Callable[[Any], None]
) -> None:
    """A number input that shows the session's value and hands on what is typed."""
    sessions.show_in(key, value)
    written = "%g" if isinstance(step, float) else "%d"

    def taken() -> None:
        if st.session_state[key] is not None:
            then(st.session_state[key])

    st.number_input(label, low, high, step=step, key=key, on_change=taken, format=written)


def metric(report: Report) -> None:
    """Which score the case is built on, where the survey has more than one."""
    link = report.link
    there = [m for m in METRICS if m in report.case.scales]
    if link is None or len(there) < 2:
        return
    sessions.show_in("metric", link.metric)
    st.segmented_control(
        say("link.metric"),
        there,
        format_func=lambda m: words.metric_title(m),
        key="metric",
        required=True,
        on_change=lambda: own("metric", st.session_state["metric"]),
    )


def start() -> None:
    """The day that revenue and customers are counted from."""
    sessions.show_in("start", sessions.current().settings.start)

    def taken() -> None:
        value: dt.date | None = st.session_state["start"]
        if value is None:
            disown("start")
        else:
            own("start", value)

    st.date_input(
        say("data.start"),
        None,
        key="start",
        format="DD/MM/YYYY",
        on_change=taken,
        help=say("data.start_help"),
    )


def company() -> None:
    """The name that the deck carries."""
    sessions.show_in("company", sessions.current().company)
    st.text_input(say("data.company"), key="company", on_change=_named)


def _named() -> None:
    sessions.change(company=st.session_state["company"].strip())
