"""The decision about amounts whose title says that they are in thousands or millions: in full, or
as the cells say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import Docket
from cxcase.intake.result import Decision, Option, ParsedTable
from cxcase.settings import DECISIONS, Settings

CODE = "title_unit"
IN_FULL = DECISIONS[CODE][0]


def count_titled(tables: Sequence[ParsedTable], settings: Settings, findings: list[Finding]) -> int:
    """Rows of amounts under such a title; what was decided is added to the findings where there are
    any.
    """
    titled = [t.source for t in tables if t.in_title]
    count = sum(source.rows_accepted for source in titled)
    docket = Docket(settings)
    named = list(dict.fromkeys(source.file for source in titled))
    docket.decide(CODE, count, Finding("review", CODE, "data", {"files": named, "count": count}))
    findings += docket.findings
    return count


def amounts(table: ParsedTable, settings: Settings) -> pd.DataFrame:
    """The table's typed rows, their amounts as decided."""
    frame = table.frame()
    if settings.option(CODE) != IN_FULL:
        return frame
    return frame.assign(
        **{name: frame[name] * factor for name, factor in table.in_title.items() if name in frame}
    )


def weigh_titles(count: int, settings: Settings, totals: Callable[[Settings], Option]) -> Decision:
    """The decision with the totals under each option; totals: those of the customer list under such
    settings.
    """
    options = tuple(totals(settings.deciding(CODE, option)) for option in DECISIONS[CODE])
    return Decision(CODE, count, settings.option(CODE), options, CODE in settings.decisions)
