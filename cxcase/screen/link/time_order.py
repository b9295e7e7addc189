"""What dates and waves add to the link, in words: which moves first, who is still there."""

from __future__ import annotations

import streamlit as st

from cxcase.link import Diagnosis
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.screen.link.look_up import diagnosis_of, metric_name
from cxcase.screen.parts import say, table


def show(report: Report) -> None:
    """The parts that this case has."""
    diagnosis = diagnosis_of(report)
    _staying(report, diagnosis)
    _order(diagnosis)


def _staying(report: Report, diagnosis: Diagnosis) -> None:
    """Who is still there by score, and what a point goes with in months kept."""
    survival = diagnosis.survival
    if survival is None:
        return
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
        metric = metric_name(report)
        st.markdown(say("link.months", metric=metric, months=survival.months, worth=survival.worth))


def _order(diagnosis: Diagnosis) -> None:
    """The three slopes over two waves, of teams or of units."""
    order = diagnosis.order
    if order is None:
        return
    counted = "link.order_units" if diagnosis.units is not None else "link.order"
    lines = [say(counted, teams=order.teams), ""]
    for path, found in (
        ("link.order_forward", order.forward),
        ("link.order_reverse", order.reverse),
        ("link.order_change", order.change),
    ):
        if found.refused:
            why = words.refused(found)
            lines.append(say("link.order_missing", why=why.text, unlock=why.unlock))
        else:
            lines.append(say(path, e=found))
    st.markdown("\n".join(dict.fromkeys(lines)))
    if order.forward.excludes_zero and order.reverse.excludes_zero:
        st.caption(say("link.order_note"))
