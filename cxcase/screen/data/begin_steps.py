"""Where there is no list of steps: one is begun, with a step for each of the moments worth most."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import streamlit as st

from cxcase.intake import Upload
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.standing import why_none
from cxcase.screen.data import uploads
from cxcase.screen.parts import say

_MOST = 3  # moments that a list is begun with
_HEADINGS = ("Title", "Acts on", "Moment", "One-off cost", "Yearly cost", "Lift likely")


def offer(report: Report) -> bool:
    """Offers to begin a list; False where there is one, or no moment is worth anything."""
    moments = _worth_most(report)
    if why_none("recommendations", report) != "no_recommendations" or not moments:
        return False
    with st.container(border=True, key="question_begin"):
        st.header(say("begin.title"), anchor=False)
        st.markdown(say("begin.about", moments=fmt.listed([f"“{name}”" for name in moments])))
        begun = st.button(say("begin.do"), type="primary", key="begin_steps")
    if begun:
        uploads.take([a_list(moments)])
        st.rerun()
    return True


def a_list(moments: Sequence[str]) -> Upload:
    """A list of recommendations, csv: a step a moment, its cost and lift still to be said."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEADINGS)
    for name in moments:
        writer.writerow([words.say("pages.begin.step", moment=name), "moment", name, "", "", ""])
    return Upload(f"{words.say('pages.begin.file')}.csv", out.getvalue().encode())


def _worth_most(report: Report) -> list[str]:
    """The names of the moments with the most revenue at stake."""
    if report.moments is None or report.moments.refused is not None:
        return []
    priced = [m for m in report.ordered_moments if (m.revenue_at_stake.value or 0.0) > 0]
    return [moment.name for moment in priced[:_MOST]]
