"""The decision about amounts whose title says thousands or millions: in full, or as cells say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import data_finding, decide
from cxcase.intake.result import ParsedTable
from cxcase.settings import DECISIONS, Settings

CODE = "title_unit"
IN_FULL = DECISIONS[CODE][0]


def count_titled(
    tables: Sequence[ParsedTable], settings: Settings
) -> tuple[int, tuple[Finding, ...]]:
    """(rows of amounts under such a title, what was decided about them where there are any)."""
    titled = [t.source for t in tables if t.in_title]
    count = sum(source.rows_accepted for source in titled)
    files = list(dict.fromkeys(source.file for source in titled))
    said = data_finding("review", CODE, files=files, count=count)
    _, docket = decide(settings, CODE, count, said)
    return count, docket.findings


def amounts(table: ParsedTable, settings: Settings) -> pd.DataFrame:
    """The table's typed rows, their amounts as decided."""
    frame = table.frame()
    if settings.option(CODE) != IN_FULL:
        return frame
    factors = {name: factor for name, factor in table.in_title.items() if name in frame}
    return frame.assign(**{name: frame[name] * factor for name, factor in factors.items()})
