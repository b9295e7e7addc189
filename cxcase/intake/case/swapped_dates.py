"""The decision about dates whose day and month a spreadsheet program exchanged when it opened them:
exchanged back, or as they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from cxcase.checks import Finding, FindingStatus
from cxcase.intake.customer_list.docket import data_finding, decide
from cxcase.intake.result import ParsedTable
from cxcase.intake.schema import SWAPPED
from cxcase.intake.values.dates import exchanged
from cxcase.settings import UNDECIDED, Settings

CODE = "swapped_dates"
# fields of dates on which it hangs who was lost, and what was paid
_DECIDING = {"churn_date", "start_date", "end_date", "period"}


def count_swapped(tables: Sequence[ParsedTable]) -> int:
    """How many dates look exchanged."""
    return sum(sum(table.marked(SWAPPED).values()) for table in tables)


def say_swapped(tables: Sequence[ParsedTable], settings: Settings) -> tuple[Finding, ...]:
    """What was decided about these dates where there are any; asked before there is a list where
    they say who left, or what ran when.
    """
    marked: Counter[str] = Counter()
    for table in tables:
        marked.update(table.marked(SWAPPED))
    fields = {mark.removeprefix(SWAPPED) for mark in marked}
    status: FindingStatus = "fail" if fields & _DECIDING else "review"
    count = marked.total()
    said = data_finding(status, CODE, count=count)
    return decide(settings, CODE, count, said)[1].findings


def with_dates(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The table's rows with these dates as decided, without them while that is open."""
    marks = [str(column) for column in frame if str(column).startswith(SWAPPED)]
    chosen = settings.option(CODE)
    out = frame.drop(columns=marks)
    for mark in marks:
        name = mark.removeprefix(SWAPPED)
        days = out[name]
        if chosen == "swap_back":
            turned = pd.Series(exchanged(days.to_numpy()), index=days.index)
            out[name] = days.where(~frame[mark], turned)
        elif chosen == UNDECIDED:
            out[name] = days.where(~frame[mark])
    return out
