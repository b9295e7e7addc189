"""What the data can carry, and how a list made from parts adds up."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.screen.parts import plain, say, table

_COLOURS = {"can": "green", "weak": "orange", "cannot": "gray"}
_SUMS = ("subscription_rows", "running_at_end")  # lines that the ones before them add up to


def in_short(report: Report) -> None:
    """How many of the questions this data can answer, in a line."""
    counted = Counter(item.status for item in report.case.verdict)
    if n := len(report.case.verdict):
        path = "all" if counted["can"] == n else "short" if counted["weak"] else "no_care"
        told = {"can": counted["can"], "weak": counted["weak"], "cannot": counted["cannot"]}
        st.caption(say(f"data.verdict_{path}", n=n, **told))


def verdict(report: Report) -> None:
    """Each question: whether the data can answer it, why not, and what would unlock it."""
    if not report.case.verdict:
        return
    st.subheader(say("data.verdict"), anchor=False)
    st.caption(say("data.verdict_note"))
    order = list(_COLOURS)
    for item in sorted(report.case.verdict, key=lambda v: order.index(v.status)):
        told = words.verdict(item, report.currency)
        left, right = st.columns([1, 9], gap="small")
        left.badge(say(f"data.verdict_{item.status}"), color=_COLOURS[item.status])  # type: ignore[arg-type]
        more = " ".join(part for part in (told.why, told.unlock) if part)
        right.markdown(f"**{plain(told.question)}** {plain(told.text)}" + (f"  \n:gray[{plain(more)}]" if more else ""))


def reconciliation(report: Report) -> None:
    """How customer facts from several tables became one list: lines that add up, in full for Finance."""
    lines = report.case.reconciliation
    if not lines:
        return
    st.subheader(say("data.reconciliation"), anchor=False)
    st.caption(say("data.reconciliation_note"))
    table(
        {
            say("data.line_head"): [_sum(say(f"reconciliation.{line.code}"), line.code) for line in lines],
            say("data.count_head"): [_sum(fmt.integer(line.count), line.code) for line in lines],
            say("data.revenue_head"): [
                "" if line.revenue is None else _sum(plain(fmt.pennies(line.revenue, report.currency)), line.code)
                for line in lines
            ],
        },
        right=[say("data.count_head"), say("data.revenue_head")],
    )


def _sum(text: str, code: str) -> str:
    return f"**{text}**" if code in _SUMS else text
