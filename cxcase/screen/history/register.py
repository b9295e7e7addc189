"""What is still to be agreed: every assumption behind the plan, widest first, whose it is, by when,
and whether Finance signed it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cxcase.agreement import SETTING, Agreement, Signature, agreement_on, with_agreement
from cxcase.changes import deciding, moved, rests_on
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.charts.plan.tornado import input_name, input_value
from cxcase.roi import Swing
from cxcase.screen import kept_case
from cxcase.screen import session as sessions
from cxcase.screen.parts import lead, plain, say

_SETTINGS = ("margin", "discount", "horizon", "adoption", "ramp_months", "half_life_months")
_OWN_DATA = "C"  # grade of what customers' own marks and leaving go together with
_OPEN = 3  # lines that are not folded


@dataclass(frozen=True)
class _Line:
    """An assumption as people read it. swing: what it does to the NPV; None for a setting."""

    kind: str
    of: str
    name: str
    value: str
    source: str
    grade: str
    swing: Swing | None = None

    @property
    def key(self) -> str:
        """Names its widgets."""
        return f"{self.kind}_{self.of}"


def show(report: Report) -> None:
    """How many decide the case, then a line each; the narrow ones folded."""
    lines = [*_inputs(report), *_settings(report)]
    plan = report.plan
    if plan is None or plan.npv is None or not lines:
        lead(say("register.nothing"))
        return
    swings = [line.swing for line in lines if line.swing]
    count = deciding(plan.npv.base, [(s.npv_low, s.npv_high) for s in swings])
    lead(_lead(count, plan.npv.base, lines))
    st.caption(say("register.note"))
    open_lines = lines[: max(_OPEN, count or 0)]
    for line in open_lines:
        _line(line)
    rest = lines[len(open_lines) :]
    if rest:
        with st.expander(say("register.more", n=len(rest)), key="register_more"):
            for line in rest:
                _line(line)


def _lead(count: int | None, base: float, lines: list[_Line]) -> str:
    if count is None:
        return say("register.not_positive", npv=base)
    if count == 0:
        return say("register.none_decides", npv=base)
    names = [line.name for line in lines[:count]]
    return say("register.decide", n=count, names=names, npv=base)


def _inputs(report: Report) -> Iterator[_Line]:
    """What the plan's NPV hangs on, the widest first."""
    sensitivity = report.plan_details.sensitivity if report.plan_details else None
    grades = {item.step.id: item.step.evidence_grade for item in report.ordered_steps}
    for swing in sensitivity.swings if sensitivity else ():
        name = fmt.capital(input_name(report, swing.kind, swing.of))
        ends = [
            input_value(swing.kind, end, report.currency)
            for end in (swing.low_input, swing.high_input)
        ]
        own = swing.kind in ("worth", "path")
        source = words.say("pages.register.own_data" if own else "pages.register.step_list")
        grade = _OWN_DATA if own else grades.get(swing.of, fmt.NONE)
        value = words.say("pages.register.range", low=ends[0], high=ends[1])
        yield _Line(swing.kind, swing.of, name, value, source, grade, swing)


def _settings(report: Report) -> Iterator[_Line]:
    """The settings that money is counted with."""
    for found in words.assumptions(report):
        if found.name in _SETTINGS:
            path = "pages.register.set" if found.owned else "pages.register.default"
            yield _Line(SETTING, found.name, found.label, found.value, words.say(path), "D")


def _line(line: _Line) -> None:
    """One assumption: what it is, what it does, whose it is, and Finance's signature."""
    session = sessions.current()
    agreed = agreement_on(session.agreed, line.kind, line.of)
    with st.container(border=True, key=f"agree_{line.key}"):
        st.markdown(f"**{plain(line.name)}**: {plain(line.value)}")
        st.caption(_about(line))
        owner, due, sign = st.columns([2, 1.4, 2], vertical_alignment="bottom")
        with owner:
            _owner(line, agreed)
        with due:
            _due(line, agreed)
        with sign:
            _signature(line, agreed)


def _about(line: _Line) -> str:
    about = say("register.about", source=line.source, grade=line.grade)
    if line.swing is None:
        return about
    ends = sorted((line.swing.npv_low, line.swing.npv_high))
    return f"{say('register.swing', low=ends[0], high=ends[1])} {about}"


def _change(line: _Line, **changed: Any) -> None:
    agreed = sessions.current().agreed
    sessions.change(agreed=with_agreement(agreed, line.kind, line.of, **changed))


def _owner(line: _Line, agreed: Agreement) -> None:
    key = f"owner_{line.key}"
    st.session_state[key] = agreed.owner
    st.text_input(
        say("register.owner"),
        key=key,
        max_chars=80,
        on_change=lambda: _change(line, owner=st.session_state[key].strip()),
    )


def _due(line: _Line, agreed: Agreement) -> None:
    key = f"due_{line.key}"
    st.session_state[key] = agreed.due
    st.date_input(
        say("register.due"),
        None,
        key=key,
        format="DD/MM/YYYY",
        on_change=lambda: _change(line, due=st.session_state[key]),
    )


def _signature(line: _Line, agreed: Agreement) -> None:
    """Who signed, whether that still stands, and the way to sign."""
    if agreed.signed is None:
        st.badge(say("register.unsigned"), color="gray")
        _sign(line, say("register.sign"))
        return
    signed = agreed.signed
    told = {"by": signed.by, "on": fmt.date(signed.on), "value": signed.value}
    changed = moved(agreed, kept_case.inputs_in(sessions.current()))
    if not changed:
        st.badge(say("register.signed", **told), color="green", icon=":material/check:")
        st.button(
            say("register.withdraw"),
            key=f"withdraw_{line.key}",
            type="tertiary",
            on_click=_change,
            args=(line,),
            kwargs={"signed": None},
        )
        return
    st.badge(say("register.stale", **told), color="orange", icon=":material/sync_problem:")
    st.caption(say("register.because", parts=[_part(part) for part in changed]))
    _sign(line, say("register.sign_again"))


def _part(part: str) -> str:
    """What a signature rests on, in words."""
    if part.startswith("file:"):
        return part.removeprefix("file:")
    return words.label(part)


def _sign(line: _Line, label: str) -> None:
    """Where somebody in Finance puts their name under the value as it stands."""
    with st.popover(label):
        name = st.text_input(say("register.name"), key=f"signer_{line.key}", max_chars=80)
        st.button(
            say("register.sign_value", value=line.value),
            key=f"sign_{line.key}",
            disabled=not name.strip(),
            on_click=_signed,
            args=(line, name.strip()),
        )


def _signed(line: _Line, by: str) -> None:
    session = sessions.current()
    parts = rests_on(line.kind, line.of, kept_case.inputs_in(session))
    _change(line, signed=Signature(by, dt.date.today(), line.value, parts))
