"""A year and a month, quarter or half in columns of their own, joined to one column of periods."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.intake.survey_tools.cell_kinds import is_year
from cxcase.intake.values.column import Column
from cxcase.intake.values.dates import month_named
from cxcase.intake.vocabulary.headings import clean
from cxcase.intake.vocabulary.money_headings import money_heading

_OF = r"((calendar|cal|fiscal|financial|reporting|report|invoice|billing|posting|revenue) )?"
_YEAR = re.compile(
    rf"{_OF}(years?|yr)|(rechnungs|kalender)?jahr|année|annee|an|año|ano|anno|jaar|år"
)
# kind of part -> how its column is headed, what stands before its number, how many a year has
_PARTS: Mapping[str, tuple[re.Pattern[str], str, int]] = {
    "month": (
        re.compile(
            rf"{_OF}(months?|mth|mon|month (no|nr|number|name))|(rechnungs|kalender)?monat|mois|mes"
            r"|(fiscal |accounting )?period( no| nr| number)?"
            r"|mese|mês|maand|månad|måned|miesiąc"
        ),
        "",
        12,
    ),
    "quarter": (
        re.compile(rf"{_OF}(quarters?|qtr|q)|quartal|trimestre|kwartaal|kvartal"),
        "Q",
        4,
    ),
    "half": (re.compile(rf"{_OF}(half|half year)|halbjahr|semestre|halfjaar|halvår"), "H", 2),
}
_NUMBER = re.compile(r"(?:[mqtph] ?)?0?(\d{1,2})(?:\.0)?", re.IGNORECASE)
_MOST = 0.95  # share of the cells that must name a year, or a part of one

Joined = tuple[Sequence[str], Sequence[Column], tuple[Finding, ...]]


def with_joined_periods(headings: Sequence[str], columns: Sequence[Column]) -> Joined:
    """(the headings, the columns, what is said): with one column of periods, "2024-03" or
    "Q1 2024", in place of those of the year and of its part, where the table holds money.
    """
    unchanged: Joined = (headings, columns, ())
    words = [clean(heading) for heading in headings]
    years = [j for j, word in enumerate(words) if _YEAR.fullmatch(word)]
    if len(years) != 1 or not any(map(money_heading, headings)):
        return unchanged
    year = columns[years[0]]
    if not _mostly(year, [is_year(_whole(cell)) for cell in year.values]):
        return unchanged
    for pattern, sign, most in _PARTS.values():
        named = [j for j, word in enumerate(words) if pattern.fullmatch(word)]
        if len(named) != 1:
            continue
        parts = [_number(cell, most) for cell in columns[named[0]].values]
        if _mostly(columns[named[0]], [part is not None for part in parts]):
            return _with(headings, columns, years[0], named[0], _labels(year, parts, sign))
    return unchanged


def _mostly(column: Column, fitting: Sequence[bool]) -> bool:
    """True where nearly all filled cells fit. fitting: of each distinct one."""
    counts = column.counts()
    return bool(len(counts)) and float(counts[np.array(fitting)].sum()) >= _MOST * counts.sum()


def _whole(cell: Any) -> Any:
    """The cell; "2024.0" as 2024."""
    return cell.removesuffix(".0") if isinstance(cell, str) else cell


def _number(cell: Any, most: int) -> int | None:
    """Which part of the year a cell names; None for none."""
    text = str(cell).strip().rstrip(".")
    if match := _NUMBER.fullmatch(text):
        number = int(match[1])
        return number if 1 <= number <= most else None
    return month_named(text) if most == max(one[2] for one in _PARTS.values()) else None


def _labels(
    year: Column, parts: Sequence[int | None], sign: str
) -> Mapping[tuple[int, int], str | None]:
    """(code of the year, code of the part) -> the period's name."""
    years = [int(_whole(cell)) if is_year(_whole(cell)) else None for cell in year.values]
    return {
        (i, j): None if a is None or b is None else _label(a, b, sign)
        for i, a in enumerate(years)
        for j, b in enumerate(parts)
    }


def _label(year: int, part: int, sign: str) -> str:
    return f"{sign}{part} {year}" if sign else f"{year}-{part:02d}"


def _with(
    headings: Sequence[str],
    columns: Sequence[Column],
    year: int,
    part: int,
    labels: Mapping[tuple[int, int], str | None],
) -> Joined:
    pairs = zip(columns[year].codes.tolist(), columns[part].codes.tolist(), strict=True)
    period = Column.of([labels.get(pair) for pair in pairs])
    heading = f"Period ({headings[year]} + {headings[part]})"
    kept = [j for j in range(len(headings)) if j not in (year, part)]
    params = {"columns": [headings[year], headings[part]]}
    return (
        (*(headings[j] for j in kept), heading),
        (*(columns[j] for j in kept), period),
        (Finding("ok", "year_and_part_joined", "data", params), *_of_fiscal(headings[year])),
    )


def _of_fiscal(heading: str) -> tuple[Finding, ...]:
    """Says that years which are called fiscal are taken for the calendar's."""
    if not re.search(r"\b(fiscal|financial)\b", clean(heading)):
        return ()
    return (Finding("review", "fiscal_year_as_calendar", "data", {}),)
