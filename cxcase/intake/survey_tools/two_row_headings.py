"""Plain tables whose headings fill two rows, groups over their columns, found by shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cxcase.intake.schema import Role
from cxcase.intake.survey_tools.cell_kinds import (
    Row,
    at,
    is_date,
    is_number,
    is_text,
    is_year,
    width,
    with_years,
)
from cxcase.intake.survey_tools.compose_layout import compose, filled
from cxcase.intake.survey_tools.layout import Ask, Layout
from cxcase.intake.values.periods import period_of
from cxcase.intake.values.yes_no import read_flags
from cxcase.intake.vocabulary.headings import PATTERN, fields_of, fit, personal
from cxcase.intake.vocabulary.scale_hints import labelled_scale
from cxcase.time_units import YEAR_MONTHS

# roles whose fields are not called "Start" or "End"
_WHOLE: tuple[Role, ...] = ("customers", "cx", "ex", "recommendations", "case_studies")
_SEARCHED = 12
_LONGEST = 200  # characters a heading has at most
_FEWEST = 3  # rows of data that tell headings from data
_MOST = 0.8  # share of a column that has to be of one kind
_REPEATED = 0.5  # share of the columns in which values come back
# what a row under the headings says of a column: what kind of thing stands there, or in which unit
_KIND = re.compile(
    r"texts?|strings?|varchar|char|numbers?|numeric|integer|int|float|decimal|dates?|day|yes/no|y/n"
    r"|bool(ean)?|ids?|keys?|codes?|names?|datum|zahl|nombre|texte|texto|fecha|n[uú]mero",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"[£€$¥₹%#]|\b(eur|gbp|usd|chf|sek|nok|dkk|pln|cad|aud|teur|tgbp|tusd|tchf|meur|mgbp|keur|kgbp"
    r"|kusd|kchf|k|tsd|mio|mn|m|thousands?|millions?|000s?|cents?|pence|euros?|pounds?|dollars?"
    r"|francs?|franken|p\.?[ajm]\.?|(per|pro|je|par) \w+|monthly|quarterly|yearly|annual(ly)?|"
    r"weekly|ytd|days?|weeks?|months?|years?|hours?|minutes?|tage|wochen|monate|jahre|jours|mois|ans"
    r"|people|fte|points?|pts|percent|q[1-4]|h[12]|fy|20\d\d)\b",
    re.IGNORECASE,
)
_LONGEST_UNIT = 30
_BRACKETS = "()[]<>{} "


def recognise(top: Sequence[Row]) -> Layout | None:
    """The layout of a table with groups over its row of headings; None where one row holds all."""
    for i in range(min(len(top) - 1 - _FEWEST, _SEARCHED)):
        upper = _years_alone(top[i])
        lower = _years_alone(top[i + 1])
        below = top[i + 2 :]
        columns = width([upper, lower])
        headings = _are_headings(upper) and _are_headings(lower) and columns >= 3
        if headings and _other_kind(lower, below, columns):
            asks = (
                _complementary(upper, lower, columns)
                or _grouped(upper, lower, columns)
                or _refined(upper, lower, columns)
            )
            if asks:
                return compose("plain", i + 1, asks, below)
        if sum(c is not None for c in upper) > max(2, 0.5 * width(top)):
            return None  # a row as full as this is no title: the table has begun
    return None


def _years_alone(row: Row) -> Row:
    """The row with years as text where they follow each other, or are all that it holds."""
    if all(c is None or is_year(c) for c in row):
        return [None if c is None else str(int(c)) for c in row]
    years = [int(c) for c in row if is_year(c)]
    if _come_again(years) and all(c is None or is_text(c) or is_year(c) for c in row):
        return [str(int(c)) if is_year(c) else c for c in row]
    return with_years(row)


def _come_again(years: Sequence[int]) -> bool:
    """True for years that follow each other and do so again, as under several groups."""
    first = list(dict.fromkeys(years))
    several = 1 < len(first) < len(years) and len(years) % len(first) == 0
    return several and years == first * (len(years) // len(first))


def _are_headings(row: Row) -> bool:
    cells = [c for c in row if c is not None]
    return len(cells) >= 1 and all(_is_heading(c) for c in cells)


def _is_heading(cell: Any) -> bool:
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return False
    return is_text(cell) or is_year(cell)


def _other_kind(lower: Row, below: Sequence[Row], columns: int) -> bool:
    """True when the lower row can be no row of data.

    It is of another kind than what is below, and nothing in it comes again there.
    """
    different = repeated = used = 0
    for j in range(columns):
        cells = filled(below, j)
        head = at(lower, j)
        if not cells:
            continue
        used += 1
        if head in cells:
            return False
        kind = sum(is_number(c) or is_date(c) for c in cells) >= _MOST * len(cells)
        different += kind and head is not None
        repeated += len(cells) >= _FEWEST and len({str(c) for c in cells}) <= 0.5 * len(cells)
        if head is not None and not _known(head) and not read_flags([head, *cells]).bad.any():
            return False
    return used > 0 and (different > 0 or repeated >= max(2, _REPEATED * used))


def _complementary(upper: Row, lower: Row, columns: int) -> list[Ask] | None:
    """Single headings in the upper row alone, groups' columns in the lower: merged both ways.

    A group begins where both rows are filled.
    """
    heads = {j for j in range(columns) if at(upper, j) is not None}
    subs = {j for j in range(columns) if at(lower, j) is not None}
    under = subs - heads
    groups = heads & subs
    if heads <= subs or not under or not groups or not {j + 1 for j in groups} <= under:
        return None
    asks: list[Ask] = []
    group: str | None = None
    for j in range(columns):
        if j in heads or j not in subs:
            group = at(upper, j) if j in groups else None
        if j in under and group is None:
            return None  # nothing stands over it: no group it could belong to
        if j in subs:
            asks.append(_ask(group, str(at(lower, j))))
        else:
            asks.append(Ask(at(upper, j)))  # without text where both are blank: not used
    return asks


def _grouped(upper: Row, lower: Row, columns: int) -> list[Ask] | None:
    """A complete lower row under groups that say what it alone does not."""
    complete = all(at(lower, j) is not None for j in range(columns))
    if not complete or all(at(upper, j) is not None for j in range(columns)):
        return None
    asks: list[Ask] = []
    group: str | None = None
    for j in range(columns):
        if at(upper, j) is not None:
            group = at(upper, j)
        asks.append(_ask(group, lower[j]))
    alone = [str(lower[j]) for j in range(columns)]
    together = [f"{a.text} {a.item or ''}".strip() for a in asks]
    pairs = zip(asks, alone, strict=True)
    dated = any(ask.text not in (None, name) and _is_part(name) for ask, name in pairs)
    repeats = len(set(alone)) < columns and len(set(together)) > len(set(alone))
    gained = sum(map(_known, [_heading(a) for a in asks])) > sum(map(_known, alone))
    headless = sum(_known(str(c)) for c in upper if c is not None) > sum(map(_known, alone))
    if (repeats or gained or dated) and not headless:
        return asks
    return None


def _refined(upper: Row, lower: Row, columns: int) -> list[Ask] | None:
    """A complete row of headings over a row that only says more of some of them: a year, a period,
    a unit.
    """
    said = [_more_said(at(lower, j)) for j in range(columns)]
    complete = all(at(upper, j) is not None for j in range(columns))
    if not complete or None in said or not any(said):
        return None
    return [Ask(f"{at(upper, j)} {said[j]}" if said[j] else at(upper, j)) for j in range(columns)]


def _more_said(cell: Any) -> str | None:
    """What a cell under a heading adds to it: nothing where it is blank or names the kind of cells;
    None where it is something else.
    """
    if cell is None:
        return ""
    text = str(cell).strip(_BRACKETS)
    if is_year(text):
        return text
    if _KIND.fullmatch(text):
        return ""
    if len(text) <= _LONGEST_UNIT and (_UNIT.search(text) or labelled_scale(f"({text})")):
        return f"({text})"
    return None


def _ask(group: str | None, sub: str) -> Ask:
    """The column of a group: "Revenue" over "Start" is "Revenue Start".

    But where the lower heading says by itself what it is, it stands alone.
    """
    joined = f"{group} {sub}"
    if group is not None and period_of(sub) is not None:
        return Ask(joined)  # of what it is, the year alone does not say
    if group is not None and _is_part(sub) and period_of(joined) is not None:
        return Ask(joined)
    if group is None or personal(sub) or (_known(sub) and not _known(joined)):
        return Ask(sub)
    if _known(joined):
        return Ask(joined)
    return Ask(group, sub, group)


def _is_part(heading: str) -> bool:
    """True for a month, a quarter or a half that does not say of which year: "Jan", "Q1"."""
    dated = period_of(f"2000 {heading}")
    return period_of(heading) is None and dated is not None and dated.months < YEAR_MONTHS


def _heading(ask: Ask) -> str:
    return ask.item or ask.text or ""


@lru_cache(maxsize=2048)
def _known(heading: str) -> bool:
    fields = (field for role in _WHOLE for field in fields_of(role).values())
    return any(fit(heading, field) >= PATTERN for field in fields)
