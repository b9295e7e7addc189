"""How amounts were read: the decision about a title that says thousands or millions, and what one
of a list's amounts counts as.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import data_finding, decide
from cxcase.intake.result import Base, ParsedTable
from cxcase.intake.roles.amounts import in_heading
from cxcase.intake.schema import Source
from cxcase.intake.vocabulary.money_headings import money_heading
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


def say_read(
    sources: Sequence[Source], tables: Sequence[ParsedTable], base: Base | None
) -> tuple[Finding, ...]:
    """From which column of a customer list the revenue a year comes, and what an amount of 1 there
    counts as; nothing where a title or several lists say it.

    sources: of the tables, with the columns that count.
    """
    lists = [k for k, s in enumerate(sources) if s.role == "customers" and s.rows_accepted]
    if base is None or len(lists) != 1 or tables[lists[0]].in_title:
        return ()
    source = sources[lists[0]]
    totals = (
        ("revenue_start", "revenue_start_read", base.revenue_start),
        ("revenue_end", "revenue_end_read", base.revenue_end),
    )
    return tuple(
        data_finding("ok", code, column=heading, total=total, one=one)
        for name, code, total in totals
        if total is not None
        and (heading := source.columns.get(name)) is not None
        and (one := _counts_as(heading, source)) is not None
    )


def _counts_as(heading: str, source: Source) -> float | None:
    """What an amount of 1 under the heading counts as, money a year; None for a part of a year,
    which is decided.
    """
    said = money_heading(heading)
    unit = 1.0
    for message in source.messages:
        if message.code == "money_in_thousands" and heading in message.params["columns"]:
            unit = in_heading(heading)
    if said is None:
        return unit
    if said.part is not None or said.span == "to_date":
        return None
    return unit * said.times_a_year * (0.01 if said.hundredths else 1.0)
