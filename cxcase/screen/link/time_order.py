"""What dates and waves add to the link, in words: which moves first, who is still there."""

from __future__ import annotations

import streamlit as st

from cxcase.link import Diagnosis
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.screen.parts import say, table


def show(report: Report) -> None:
    """The parts that this case has."""
    diagnosis = (report.link and report.link.diagnosis) or Diagnosis()
    if diagnosis.survival is not None:
        _staying(report, diagnosis)
    if diagnosis.order is not None:
        _order(diagnosis)


def _staying(report: Report, diagnosis: Diagnosis) -> None:
    """Who is still there by score, and what a point goes with in months kept."""
    survival = diagnosis.survival
    assert survival is not None
    groups = survival.groups
    heads = [f"link.staying{part}_head" for part in ("", "_n", "_half", "_year", "_months")]
    table(
        {
            say(heads[0]): [say(f"link.group_{group.name}") for group in groups],
            say(heads[1]): [fmt.integer(group.n) for group in groups],
            say(heads[2]): [fmt.percent(group.staying[5]) for group in groups],
            say(heads[3]): [fmt.percent(group.staying[-1]) for group in groups],
            say(heads[4]): [fmt.number(group.rmst, 3) for group in groups],
        },
        right=[say(head) for head in heads[1:]],
    )
    if not survival.months.refused and not survival.worth.refused:
        metric = words.metric(report.link.metric if report.link else None)
        st.markdown(say("link.months", metric=metric, months=survival.months, worth=survival.worth))


def _order(diagnosis: Diagnosis) -> None:
    """The three slopes over two waves."""
    order = diagnosis.order
    assert order is not None
    counted = "order" if diagnosis.units is None else "order_units"
    lines = [say(f"link.{counted}", teams=order.teams), ""]
    for name, found in (
        ("forward", order.forward),
        ("reverse", order.reverse),
        ("change", order.change),
    ):
        if found.refused:
            why = words.refused(found)
            lines.append(say("link.order_missing", why=why.text, unlock=why.unlock))
        else:
            lines.append(say(f"link.order_{name}", e=found))
    st.markdown("\n".join(dict.fromkeys(lines)))
    if order.forward.excludes_zero and order.reverse.excludes_zero:
        st.caption(say("link.order_note"))
