"""Plain tables whose headings fill two rows, groups over their columns, found by shape."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cxcase.intake.schema import Role
from cxcase.intake.survey_tools.cell_kinds import Row, at, is_date, is_number, is_text, width
from cxcase.intake.survey_tools.compose_layout import compose, filled
from cxcase.intake.survey_tools.layout import Ask, Layout
from cxcase.intake.values.yes_no import read_flags
from cxcase.intake.vocabulary.headings import PATTERN, fields_of, fit, personal

# roles whose fields are not called "Start" or "End"
_WHOLE: tuple[Role, ...] = ("customers", "cx", "ex", "recommendations", "case_studies")
_SEARCHED = 12
_LONGEST = 200  # characters a heading has at most
_FEWEST = 3  # rows of data that tell headings from data
_MOST = 0.8  # share of a column that has to be of one kind
_REPEATED = 0.5  # share of the columns in which values come back


def recognise(top: Sequence[Row]) -> Layout | None:
    """The layout of a table with groups over its row of headings; None where one row holds all."""
    for i in range(min(len(top) - 1 - _FEWEST, _SEARCHED)):
        upper = top[i]
        lower = top[i + 1]
        below = top[i + 2 :]
        columns = width([upper, lower])
        headings = _are_headings(upper) and _are_headings(lower) and columns >= 3
        if headings and _other_kind(lower, below, columns):
            asks = _complementary(upper, lower, columns) or _grouped(upper, lower, columns)
            if asks:
                return compose("plain", i + 1, asks, below)
        if sum(c is not None for c in upper) > max(2, 0.5 * width(top)):
            return None  # a row as full as this is no title: the table has begun
    return None


def _are_headings(row: Row) -> bool:
    cells = [c for c in row if c is not None]
    return len(cells) >= 1 and all(is_text(c) and len(c) <= _LONGEST for c in cells)


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
    repeats = len(set(alone)) < columns and len(set(together)) > len(set(alone))
    gained = sum(map(_known, [_heading(a) for a in asks])) > sum(map(_known, alone))
    headless = sum(_known(str(c)) for c in upper if c is not None) > sum(map(_known, alone))
    if (repeats or gained) and not headless:
        return asks
    return None


def _ask(group: str | None, sub: str) -> Ask:
    """The column of a group: "Revenue" over "Start" is "Revenue Start".

    But where the lower heading says by itself what it is, it stands alone.
    """
    joined = f"{group} {sub}"
    if group is None or personal(sub) or (_known(sub) and not _known(joined)):
        return Ask(sub)
    if _known(joined):
        return Ask(joined)
    return Ask(group, sub, group)


def _heading(ask: Ask) -> str:
    return ask.item or ask.text or ""


@lru_cache(maxsize=2048)
def _known(heading: str) -> bool:
    fields = (field for role in _WHOLE for field in fields_of(role).values())
    return any(fit(heading, field) >= PATTERN for field in fields)
