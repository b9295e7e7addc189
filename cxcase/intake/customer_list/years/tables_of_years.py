"""Lists of customers that stand in a sheet or a file a year: their revenue as that of these
years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.merge_parts import LISTS, Part
from cxcase.intake.schema import COMMA_OPEN, TITLE_TIMES, TOLD_UNTIL, UNIT_OPEN, YEAR, Source
from cxcase.intake.tables.titles import words_of_file
from cxcase.intake.tables.whole_terms import TERM_MONTHS
from cxcase.intake.values.periods import Period, period_of
from cxcase.intake.vocabulary.money_headings import money_heading
from cxcase.time_units import YEAR_MONTHS

START = "revenue_start"
# what tells of another time, or who left: such a table speaks for itself
_OWN_TIME = ("revenue_end", "churned", "churn_date", TITLE_TIMES, TOLD_UNTIL, TERM_MONTHS)
_OPEN = (COMMA_OPEN, UNIT_OPEN)
_FEWEST = 2


def with_tables_of_years(
    parts: Sequence[Part], sources: Sequence[Source]
) -> tuple[list[Part], tuple[Finding, ...]]:
    """(the parts, where each list with revenue is of a year of its own that its sheet, its file or
    its heading names, with that revenue as amounts of these years; what is said).

    sources: of each part.
    """
    lists = [k for k, part in enumerate(parts) if part.role in LISTS and START in part.frame]
    years = {k: year for k in lists if (year := _year_of(parts[k], sources[k])) is not None}
    if len(lists) < _FEWEST or len(years) < len(lists) or len({*years.values()}) < len(years):
        return list(parts), ()
    made: list[Part] = []
    for k, part in enumerate(parts):
        made += _parted(part, years[k]) if k in years else [part]
    ordered = sorted(years, key=lambda k: years[k])
    params = {
        "files": [parts[k].name for k in ordered],
        "years": [str(years[k].start.year) for k in ordered],
    }
    return made, (data_finding("review", "tables_of_years", **params),)


def _year_of(part: Part, source: Source) -> Period | None:
    """The year that all of the table's revenue is of; None where nothing, or not it alone, says."""
    if any(name in part.frame for name in (*_OWN_TIME, *_OPEN)):
        return None
    if any(str(name).startswith(YEAR) for name in part.frame):
        return None
    heading = source.columns.get(START, "")
    said = money_heading(heading)
    if said is not None and said.year is not None:
        return period_of(heading) if said.whole_year else None
    named = [source.sheet or "", words_of_file(source.file)]
    return next((year for words in named if (year := _whole_year(words))), None)


def _whole_year(words: str) -> Period | None:
    found = period_of(words)
    return found if found is not None and found.months == YEAR_MONTHS else None


def _parted(part: Part, year: Period) -> list[Part]:
    """The amounts of the year, and what else the table says of its customers."""
    frame = part.frame
    kept = [name for name in ("customer_id", "currency", "_source", "_row") if name in frame]
    amounts = frame[kept].assign(
        start=_at(year.start, frame), end=_at(year.end, frame), amount=frame[START].astype(float)
    )
    return [
        Part("revenue_periods", amounts.dropna(subset=["amount"]), part.name),
        Part("customer_facts", frame.drop(columns=START), part.name),
    ]


def _at(day: dt.date, frame: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.Timestamp(day), index=frame.index, dtype="datetime64[us]")
