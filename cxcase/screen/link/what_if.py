"""What if: other moves than one point, other ratings of silent customers."""

from __future__ import annotations

import streamlit as st

from cxcase.estimate import Estimate
from cxcase.link import Outcome, Silent, WhatIf
from cxcase.report import Report, charts, words
from cxcase.report import format as fmt
from cxcase.screen import pictures, state
from cxcase.screen.parts import say

# share of the scale that a move may ask for
_MOST_SCORE = 0.4
_MOST_EX = 0.25
_STEP = 0.1
_SILENT_STEP = 0.5


def what_if(report: Report) -> None:
    """Three moves to be set, and what each would go with, in money and in customers who stay."""
    fitted = state.fitted_link()
    if fitted is None or fitted.what_if is None or fitted.link.scale is None:
        return
    st.header(say("link.what_if"), anchor=False)
    st.caption(say("link.what_if_note"))
    outcomes = _asked(report, fitted.what_if, fitted.link.scale.high - fitted.link.scale.low)
    if not outcomes:
        return
    picked = repr([(o.move, o.points, o.team) for o in outcomes])
    pictures.show("what_if", report, picked, outcomes=outcomes)
    for outcome in outcomes:
        _customers(report, outcome)


def _asked(report: Report, asked: WhatIf, width: float) -> list[Outcome]:
    """The moves as they stand on the page, with their outcomes."""
    found: list[Outcome | None] = []
    score, engagement, team = st.columns(3, gap="large")
    with score:
        metric = words.metric(report.link.metric if report.link else None)
        label = say("link.move_score", metric=fmt.capital(metric))
        found.append(
            _outcome(
                report.key, "score", _points(label, "move_score", width * _MOST_SCORE, 0.5), asked
            )
        )
    with engagement:
        found.append(_engagement(report, asked))
    with team:
        found.append(_team(report, asked))
    return [outcome for outcome in found if outcome is not None and not outcome.worth.refused]


def _engagement(report: Report, asked: WhatIf) -> Outcome | None:
    scale = report.link.ex_scale if report.link else None
    if asked.slope.estimate.refused or scale is None:
        why = words.refused(asked.slope.estimate)
        st.caption(say("link.no_ex_move", why=why.text, unlock=why.unlock))
        return None
    most = (scale.high - scale.low) * _MOST_EX
    return _outcome(
        report.key, "engagement", _points(say("link.move_ex"), "move_ex", most, 0.2), asked
    )


def _team(report: Report, asked: WhatIf) -> Outcome | None:
    names = [behind.team for behind in asked.behind]
    if not names:
        st.caption(say("link.no_team_move"))
        return None
    picked = st.selectbox(
        say("link.move_team"),
        [None, *names],
        index=1,
        key="move_team",
        format_func=lambda name: say("link.move_none") if name is None else str(name),
    )
    if picked is None:
        return None
    return _outcome(report.key, "lift", picked, asked)


def _points(label: str, key: str, most: float, first: float) -> float:
    top = max(_STEP, round(most / _STEP) * _STEP)
    return float(
        st.slider(
            label,
            _STEP,
            round(top, 1),
            min(first, round(top, 1)),
            step=_STEP,
            key=key,
            format="+%.1f",
        )
    )


@st.cache_resource(scope="session", max_entries=60, show_spinner=False)
def _outcome(key: str, move: str, value: float | str, _asked: WhatIf) -> Outcome | None:
    found: Outcome | None = getattr(_asked, move)(value)
    return found


def _customers(report: Report, outcome: Outcome) -> None:
    """One line: how many more customers would stay; that it is not claimed, where it is not."""
    name = charts.name_of(report, outcome)
    kept = outcome.kept
    if not outcome.claimed:
        st.caption(say("link.kept_unclear", name=name))
    elif not kept.refused:
        st.caption(
            say(
                "link.kept_row",
                name=name,
                kept=kept.value,
                low=kept.low,
                high=kept.high,
                customers=outcome.customers,
            )
        )


def silent(report: Report) -> None:
    """A slider for what silent customers might have rated, the worth it leaves, where it tips."""
    fitted = state.fitted_link()
    held = fitted.silent if fitted else None
    if held is None:
        st.caption(say("link.silent_none"))
        return
    half = (held.scale.high - held.scale.low) / 2
    metric = words.metric(report.link.metric if report.link else None)
    steps = int(half / _SILENT_STEP)
    delta = float(
        st.select_slider(
            say("link.silent_slider", metric=metric),
            [k * half / steps for k in range(-steps, steps + 1)],
            0.0,
            key="silent",
            format_func=lambda delta: words.say("pages.link.points_move", delta=delta),
        )
    )
    worth = _silent_worth(report.key, delta, held)
    with st.container(key="answer_silent"):
        left, right = st.columns([2.4, 1], vertical_alignment="center", gap="large")
    with left:
        st.markdown(_silent_sentence(delta, worth, metric))
        st.caption(_tipping(report, half))
    with right:
        pictures.range_bar(report, worth.value, worth.low, worth.high)
    pictures.show("silent", report)


@st.cache_resource(scope="session", max_entries=60, show_spinner=False)
def _silent_worth(key: str, delta: float, _held: Silent) -> Estimate:
    return _held.worth(delta)


def _silent_sentence(delta: float, worth: Estimate, metric: str) -> str:
    if worth.refused:
        why = words.refused(worth)
        return say("link.silent_refused", why=why.text, unlock=why.unlock)
    return say(
        "link.silent" if delta else "link.silent_same", delta=delta, worth=worth, metric=metric
    )


def _tipping(report: Report, half: float) -> str:
    printed = report.link.diagnosis.silent_range if report.link and report.link.diagnosis else None
    if printed is None:
        return ""
    tips = printed.tipping_point
    if tips is None:
        return say("link.firm", half=half)
    if tips:
        return say("link.tips", delta=tips)
    return say("link.silent_already")
