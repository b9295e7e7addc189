"""What is still to be agreed: every assumption behind the plan, widest first, whose it is, by when,
and whether Finance signed it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from cxcase.agreement import Signature, with_agreement
from cxcase.changes import deciding, rests_on
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.to_agree import ToAgree, part_name, to_agree
from cxcase.screen import session as sessions
from cxcase.screen import visitor
from cxcase.screen.case_inputs import inputs_in
from cxcase.screen.parts import lead, plain, say

_OPEN = 3  # lines of a kind that are not folded


def show(report: Report, again: str = "") -> None:
    """How many decide the case, then a line each; below them what is set and has no swing. again:
    where it stands on a page that has a sentence of its own.
    """
    lines = to_agree(report)
    plan = report.plan
    if plan is None or plan.npv is None or not lines:
        lead(say("register.nothing"), again)
        return
    ranked = [line for line in lines if line.swing is not None]
    count = deciding(plan.npv.base, [line.npv_ends for line in ranked if line.npv_ends])
    lead(_lead(count, plan.npv.base, ranked), again)
    st.caption(say("register.note"))
    _lines(ranked, max(_OPEN, count or 0), "register_more")
    st.header(say("register.set_head"), anchor=False)
    st.caption(say("register.set_note"))
    _lines(lines[len(ranked) :], _OPEN, "register_more_set")


def _lead(count: int | None, base: float, ranked: Sequence[ToAgree]) -> str:
    if count is None:
        return say("register.not_positive", npv=base)
    if count == 0:
        return say("register.none_decides", npv=base)
    names = [line.name for line in ranked[:count]]
    return say("register.decide", n=count, names=names, npv=base)


def _lines(lines: Sequence[ToAgree], shown: int, key: str) -> None:
    """The first few, and what somebody wrote something to; the rest folded."""
    first = [line for k, line in enumerate(lines) if k < shown or _spoken_of(line)]
    for line in first:
        _line(line)
    rest = [line for line in lines if line not in first]
    if rest:
        with st.expander(say("register.more", n=len(rest)), key=key):
            for line in rest:
                _line(line)


def _spoken_of(line: ToAgree) -> bool:
    return bool(line.agreed.owner or line.agreed.due or line.agreed.signed)


def _line(line: ToAgree) -> None:
    """One assumption: what it is, what it does, whose it is, and Finance's signature."""
    with st.container(border=True, key=f"agree_{line.key}"):
        st.markdown(f"**{plain(line.name)}**: {plain(line.value)}")
        st.caption(_about(line))
        owner, due, sign = st.columns([2, 1.4, 2], vertical_alignment="bottom")
        with owner:
            _owner(line)
        with due:
            _due(line)
        with sign:
            _signature(line)


def _about(line: ToAgree) -> str:
    source = words.say(f"register.source.{line.source}")
    about = say("register.about", source=source, grade=line.grade)
    if line.npv_ends is None:
        return about
    low, high = line.npv_ends
    return f"{say('register.swing', low=low, high=high)} {about}"


def _change(line: ToAgree, **changed: Any) -> None:
    agreed = sessions.current().agreed
    sessions.change(agreed=with_agreement(agreed, line.kind, line.of, **changed))


def _owner(line: ToAgree) -> None:
    key = f"owner_{line.key}"
    sessions.show_in(key, line.agreed.owner)
    st.text_input(
        say("register.owner"),
        key=key,
        max_chars=80,
        disabled=not sessions.may_do("edit"),
        on_change=lambda: _change(line, owner=st.session_state[key].strip()),
    )


def _due(line: ToAgree) -> None:
    key = f"due_{line.key}"
    sessions.show_in(key, line.agreed.due)
    st.date_input(
        say("register.due"),
        None,
        key=key,
        format="DD/MM/YYYY",
        disabled=not sessions.may_do("edit"),
        on_change=lambda: _change(line, due=st.session_state[key]),
    )


def _signature(line: ToAgree) -> None:
    """Who signed, whether that still stands, and the way to sign."""
    signed = line.agreed.signed
    if signed is None:
        st.badge(say("register.unsigned"), color="gray")
        _sign(line, say("register.sign"))
        return
    told = {"by": signed.by, "on": fmt.date(signed.on), "value": signed.value}
    if line.status == "signed":
        st.badge(say("register.signed", **told), color="green", icon=":material/check:")
        st.button(
            say("register.withdraw"),
            key=f"withdraw_{line.key}",
            type="tertiary",
            disabled=not sessions.may_do("sign"),
            on_click=_change,
            args=(line,),
            kwargs={"signed": None},
        )
        return
    st.badge(say("register.stale", **told), color="orange", icon=":material/sync_problem:")
    st.caption(say("register.because", parts=[part_name(part) for part in line.moved]))
    _sign(line, say("register.sign_again"))


def _sign(line: ToAgree, label: str) -> None:
    """Where somebody in Finance puts their name under the value as it stands; where people log in,
    it is the name they are known by.
    """
    if not sessions.may_do("sign"):
        return
    with st.popover(label):
        name = visitor.name()
        if not visitor.login_needed():
            name = st.text_input(say("register.name"), key=f"signer_{line.key}", max_chars=80)
        st.button(
            say("register.sign_value", value=line.value),
            key=f"sign_{line.key}",
            disabled=not name.strip(),
            on_click=_signed,
            args=(line, name.strip()),
        )


def _signed(line: ToAgree, by: str) -> None:
    session = sessions.current()
    parts = rests_on(line.kind, line.of, inputs_in(session))
    _change(line, signed=Signature(by, dt.date.today(), line.value, parts))
