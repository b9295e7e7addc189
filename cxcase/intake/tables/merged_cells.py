"""What a cell merged over several rows says, given to every row it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cxcase.checks import Finding, FindingStatus
from cxcase.estimate import Bools, Ints
from cxcase.intake.files.sheet import Sheet
from cxcase.intake.tables.headings_row import names_ids
from cxcase.intake.values.column import Column

Span = tuple[int, int]  # first and last row below the headings, counted from 0


def fill_merged(
    sheet: Sheet,
    header: int,
    names: Mapping[int, str | None],
    columns: Sequence[Column],
    filled: Bools,
) -> tuple[list[Column], tuple[Finding, ...]]:
    """(the columns with merged cells in each row they stand for, what to say of it).

    An amount merged over several rows is one amount for all of them and stays where it is; an id is
    each row's own. header: row of the headings; names: place on the sheet -> heading of each of
    `columns`; filled: (n,) rows below the headings that hold something.
    """
    spans = _spans(sheet, sheet.skipped + header + 1, names, len(filled) - 1)
    done: dict[str, int] = {}
    left: dict[str, int] = {}
    out = list(columns)
    for k, (place, heading) in enumerate(names.items()):
        if place not in spans or heading is None:
            continue
        source, amounts = _shown(columns[k], spans[place], filled, ids=names_ids(heading))
        if count := int((source != np.arange(len(filled))).sum()):
            out[k] = columns[k].take(source)
            done[heading] = count
        if amounts:
            left[heading] = amounts
    said = about_columns("ok", "merged_cells_filled", done)
    return out, said + about_columns("review", "merged_amounts", left)


def about_columns(
    status: FindingStatus, code: str, counts: Mapping[str, int]
) -> tuple[Finding, ...]:
    """Says how many cells in which columns (heading -> cells); nothing where there are none."""
    if not counts:
        return ()
    params = {"columns": list(counts), "count": sum(counts.values())}
    return (Finding(status, code, "data", params),)


def _spans(
    sheet: Sheet, first: int, names: Mapping[int, str | None], last: int
) -> dict[int, list[Span]]:
    """Place of a column -> its merged cells below the headings. first: row below the headings."""
    found: dict[int, list[Span]] = {}
    for one in sheet.merged:
        if one.top >= first and one.column in names:
            span = (one.top - first, min(one.bottom - first, last))
            found.setdefault(one.column, []).append(span)
    return found


def _shown(cells: Column, spans: Sequence[Span], filled: Bools, *, ids: bool) -> tuple[Ints, int]:
    """(each row's source of what it shows, count of merged amounts that stay where they are)."""
    source = np.arange(len(filled))
    amounts = 0
    for top, bottom in spans:
        if top >= len(filled) or cells[top] is None:
            continue
        rows = slice(top, bottom + 1)
        lacking = filled[rows] & ~cells.filled[rows]
        if isinstance(cells[top], float) and not ids:
            amounts += bool(lacking.any())
        else:
            source[rows][lacking] = top
    return source, amounts
