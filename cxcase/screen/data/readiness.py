"""What the data can carry, and how a list made from parts adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from cxcase.intake import Reconciliation
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.standing import verdicts
from cxcase.screen.parts import plain, say, table

_COLOURS: dict[str, Literal["green", "orange", "gray"]] = {
    "can": "green",
    "weak": "orange",
    "cannot": "gray",
}
_BOLD = 3
_SUMS = ("subscription_rows", "running_at_end")  # lines that the ones before them add up to


def in_short(report: Report) -> None:
    """How many of the questions this data can answer, in a line."""
    found = verdicts(report)
    counted = Counter(item.status for item in found)
    n = len(found)
    if not n:
        return
    if counted["can"] == n:
        path = "data.verdict_all"
    elif counted["cannot"] == n:
        path = "data.verdict_none"
    elif counted["weak"]:
        path = "data.verdict_short"
    else:
        path = "data.verdict_no_care"
    told = {"can": counted["can"], "weak": counted["weak"], "cannot": counted["cannot"]}
    st.caption(say(path, n=n, **told))


def verdict(report: Report) -> None:
    """Each question: whether the data can answer it, why not, and what would unlock it."""
    if not report.case.verdict:
        return
    with st.expander(say("data.verdict", n=len(report.case.verdict))):
        st.caption(say("data.verdict_note"))
        _verdicts(report)


def _verdicts(report: Report) -> None:
    """The questions, those that can be answered first."""
    order = list(_COLOURS)
    told = [words.verdict(item, report.currency) for item in verdicts(report)]
    groups: dict[tuple[str, ...], list[words.Answerable]] = {}
    for place, item in enumerate(sorted(told, key=lambda t: order.index(t.status))):
        # questions that wait for one and the same thing are told together
        alone = () if item.status == "cannot" and item.unlock else (str(place),)
        groups.setdefault((item.status, item.why, item.unlock, *alone), []).append(item)
    for same in groups.values():
        _judged(same)


def _judged(same: Sequence[words.Answerable]) -> None:
    """Questions of one state and one reason: what the data says, and what would unlock them."""
    first = same[0]
    row = st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False)
    row.badge(say(f"data.verdict_{first.status}"), color=_COLOURS[first.status])
    if len(same) == 1:
        told = f"**{plain(first.question)}** {plain(first.text)}"
    else:
        mark = "**" if len(same) <= _BOLD else ""  # more of them in bold would be a wall
        told = " ".join(f"{mark}{plain(item.question)}{mark}" for item in same)
    more = " ".join(part for part in (first.why, first.unlock) if part)
    if more:
        told = f"{told}  \n:gray[{plain(more)}]"
    row.markdown(told)


def reconciliation(report: Report) -> None:
    """How customer facts became one list: lines that add up, in full for Finance."""
    lines = report.case.reconciliation
    if not lines:
        return
    moved = any(line.code == "running_at_end" for line in lines)
    with st.expander(say("data.reconciliation")):
        st.caption(say("data.reconciliation_note" if moved else "data.reconciliation_parts"))
        _lines(report, lines)


def _lines(report: Report, lines: Sequence[Reconciliation]) -> None:
    table(
        {
            say("data.line_head"): [
                _sum(say(f"reconciliation.{line.code}"), line.code) for line in lines
            ],
            say("data.count_head"): [_sum(fmt.integer(line.count), line.code) for line in lines],
            say("data.revenue_head"): [
                ""
                if line.revenue is None
                else _sum(plain(fmt.pennies(line.revenue, report.currency)), line.code)
                for line in lines
            ],
        },
        right=[say("data.count_head"), say("data.revenue_head")],
    )


def _sum(text: str, code: str) -> str:
    if code in _SUMS:
        return f"**{text}**"
    return text
