"""A sheet as rows of cells, and the table in it: where its headings stand and what lies under them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any

import numpy as np

from cxcase.checks import Finding, FindingStatus
from cxcase.estimate import Bools, Ints
from cxcase.intake.files.sheet import SEARCHED, Sheet, _any, there
from cxcase.intake.privacy.masking import name_columns
from cxcase.intake.schema import ROLES
from cxcase.intake.survey_tools import Group, Layout, recognise_layout, unpack
from cxcase.intake.tables.pivots import filled_groups
from cxcase.intake.tables.titles import NO_UNIT, Unit, unit_above
from cxcase.intake.values.cell_names import column_letters
from cxcase.intake.values.column import Column, joined, tidy
from cxcase.intake.vocabulary.answer_words import meaning
from cxcase.intake.vocabulary.headings import STRONG, Field, clean, fields_of, fit

_CERTAIN = 3  # headings we know that settle where a table begins, where data follow
_LONGEST = 300  # characters a heading may have


@dataclass(frozen=True, eq=False)
class Table:
    """Headings and, under them, columns of tidy cells (blank: None); rows: their spreadsheet rows
    (n,).

    format: the tool that wrote it. groups: columns of one question. fields: what the format says of
    columns (see `Layout`). dropped: headings of personal data that was not read.
    """

    sheet: str | None
    headings: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Ints
    header_row: int
    decimal: str | None = None
    format: str = "plain"
    groups: tuple[Group, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    people: tuple[
        tuple[str, tuple[Any, ...]], ...
    ] = ()  # (kind, distinct cells) of the dropped columns of names
    ragged: Bools | None = None  # (n,) rows with something beyond the last heading of a text table
    notes: tuple[Finding, ...] = ()  # what was done to get at rows that each say all
    above: tuple[int, ...] = ()  # spreadsheet rows above the headings that look like rows of data
    unit: Unit = NO_UNIT  # what a title above says of all amounts
    outside: tuple[
        int, ...
    ] = ()  # spreadsheet rows below them that hold something only where there is no heading

    def column(self, heading: str) -> Column:
        """The cells under this heading. Raises ValueError when there is none."""
        return self.columns[self.headings.index(heading)]


def find_table(sheet: Sheet, saved: Collection[frozenset[str]] = ()) -> Table | None:
    """The table of a sheet, its headings found below any titles; None when nothing looks like one.

    saved: headings of tables seen before; a row that has all of them and no other is the row of
    headings.
    """
    sheet = _from_the_first_row(sheet)
    top = [[tidy(c) for c in row] for row in sheet.rows[:SEARCHED]]
    layout = recognise_layout(top)
    seen = next(
        (i for i, row in enumerate(top) if frozenset(c for c in row if c is not None) in saved),
        None,
    )
    if layout:
        header = layout.header_row
    elif seen is not None:
        header = seen
    else:
        header = header_row(top)
    if header is None:
        return None
    if layout:
        filled = list(range(len(layout.headings)))
    else:
        filled = [j for j, c in enumerate(top[header]) if c is not None]
    columns = columns_below(sheet, header, filled)
    named = [k for k, j in enumerate(filled) if layout is None or _is_named(layout, top, j)]
    filled_rows = np.any([columns[k].filled for k in named], axis=0)
    elsewhere = _elsewhere(sheet, header, {filled[k] for k in named})
    if sheet.ragged:
        beyond = _any((f for j, f in elsewhere.items() if j > filled[-1]), len(filled_rows))
    else:
        beyond = None
    read = filled_rows if beyond is None else filled_rows | beyond
    alive = np.flatnonzero(read)
    if not len(alive):
        return None
    first = sheet.skipped + header + 2
    beside = tuple((np.flatnonzero(_any(elsewhere.values(), len(read)) & ~read) + first).tolist())
    names = layout.headings if layout else [str(top[header][j]) for j in filled]
    columns, notes = _merged_down(
        sheet, header, dict(zip(filled, names, strict=True)), columns, filled_rows
    )
    if len(alive) < sheet.height - header - 1:
        columns = [c.take(alive) for c in columns]
    ragged = None if beyond is None or not beyond[alive].any() else beyond[alive]
    kept = elsewhere if beyond is None else {j: f for j, f in elsewhere.items() if j < filled[-1]}
    notes += _under_no_heading(sheet, kept, read, first)
    rows = alive + first
    if layout is not None:
        made = replace(
            _unpacked(sheet, layout, columns, rows), ragged=ragged, notes=notes, outside=beside
        )
        if layout.format == "plain":
            return replace(made, unit=_unit(top, header))
        return made
    headings = _unique([str(top[header][j]) for j in filled])
    place = (rows, sheet.skipped + header + 1, sheet.decimal, sheet.format or "plain")
    columns, grouped = filled_groups(columns)
    notes += _note(
        "review", "groups_filled_down", {h: n for h, n in zip(headings, grouped, strict=True) if n}
    )
    table = Table(
        sheet.name, headings, tuple(columns), *place, ragged=ragged, notes=notes, outside=beside
    )
    return replace(table, unit=_unit(top, header))


def _unit(top: Sequence[Sequence[Any]], header: int) -> Unit:
    return unit_above(cell for row in top[:header] for cell in row)


def _note(status: FindingStatus, code: str, counts: Mapping[str, int]) -> tuple[Finding, ...]:
    params = {"columns": list(counts), "count": sum(counts.values())}
    if counts:
        return (Finding(status, code, "data", params),)
    return ()


def _merged_down(
    sheet: Sheet, header: int, names: Mapping[int, str | None], columns: list[Column], filled: Bools
) -> tuple[list[Column], tuple[Finding, ...]]:
    """The columns with what merged cells say in each row they stand for, and what to say of it.

    An amount merged over several rows is one amount for all of them and stays where it is; an id is
    each row's own.
    """
    first = sheet.skipped + header + 1
    spans: dict[int, list[tuple[int, int]]] = {}
    for one in sheet.merged:
        if one.top >= first and one.column in names:
            spans.setdefault(one.column, []).append(
                (one.top - first, min(one.bottom - first, len(filled) - 1))
            )
    done: dict[str, int] = {}
    left: dict[str, int] = {}
    out = list(columns)
    for k, (column, heading) in enumerate(names.items()):
        if column not in spans or heading is None:
            continue
        source, amounts = _spread(columns[k], spans[column], filled, ids=_names_ids(heading))
        if count := int((source != np.arange(len(filled))).sum()):
            out[k] = columns[k].take(source)
            done[heading] = count
        if amounts:
            left[heading] = amounts
    return out, _note("ok", "merged_cells_filled", done) + _note("review", "merged_amounts", left)


def _spread(
    cells: Column, spans: Sequence[tuple[int, int]], filled: Bools, *, ids: bool
) -> tuple[Ints, int]:
    """(for each row the row whose cell it shows, how many amounts stay where they are though rows
    lack them).
    """
    source = np.arange(len(filled))
    amounts = 0
    for top, bottom in spans:
        if top >= len(filled) or cells[top] is None:
            continue
        lacking = filled[top : bottom + 1] & ~cells.filled[top : bottom + 1]
        if isinstance(cells[top], float) and not ids:
            amounts += bool(lacking.any())
        else:
            source[top : bottom + 1][lacking] = top
    return source, amounts


@lru_cache(maxsize=4096)
def _names_ids(heading: str) -> bool:
    return any(field.kind == "id" and fit(heading, field) >= STRONG for field in _fields())


def _from_the_first_row(sheet: Sheet) -> Sheet:
    """The sheet without the blank rows that it begins with."""
    blank = next((k for k, row in enumerate(sheet.rows) if any(map(there, row))), 0)
    if blank:
        return replace(sheet, rows=sheet.rows[blank:], skipped=sheet.skipped + blank)
    return sheet


def _is_named(layout: Layout, top: Sequence[Sequence[Any]], column: int) -> bool:
    """True when something stands over the column, whether or not the layout uses it."""
    above = top[max(layout.header_row - 1, 0) : layout.header_row + 1]
    return layout.headings[column] is not None or any(
        column < len(r) and r[column] is not None for r in above
    )


def _elsewhere(sheet: Sheet, header: int, named: Collection[int]) -> dict[int, Bools]:
    """Column (counted from 0) without a heading -> its filled rows below the header, (n,), if any."""
    width = max([len(row) for row in sheet.rows[header + 1 :]] + [len(sheet.rest)])
    without = [j for j in range(width) if j not in named]
    columns = columns_below(sheet, header, without) if without else []
    return {j: c.filled for j, c in zip(without, columns, strict=True) if c.filled.any()}


def _under_no_heading(
    sheet: Sheet, elsewhere: Mapping[int, Bools], read: Bools, first: int
) -> tuple[Finding, ...]:
    """Says how many cells of rows that are read stand under no heading, and where the first of them
    is.
    """
    cells = {j: np.flatnonzero(filled & read) for j, filled in elsewhere.items()}
    cells = {j: rows for j, rows in cells.items() if len(rows)}
    if not cells:
        return ()
    row, column = min((int(rows[0]), j) for j, rows in cells.items())
    letters = [column_letters(sheet.left + j + 1) for j in sorted(cells)]
    place = f"{column_letters(sheet.left + column + 1)}{first + row}"
    params = {
        "columns": letters,
        "count": sum(map(len, cells.values())),
        "cell": place,
        "sheet": sheet.name or "",
    }
    return (Finding("review", "no_heading", "data", params),)


def columns_below(sheet: Sheet, header: int, which: Sequence[int]) -> list[Column]:
    """The columns at these places, each with the rows below row `header` (counted from 0)."""
    upper = list(zip_longest(*sheet.rows[header + 1 :]))
    above = max(len(sheet.rows) - header - 1, 0)
    below = max(map(len, sheet.rest), default=0)
    found = []
    for j in which:
        parts = [
            Column.of([tidy(c) for c in upper[j]]) if j < len(upper) else Column.of([None] * above)
        ]
        if below:
            parts.append(sheet.rest[j] if j < len(sheet.rest) else Column.of([None] * below))
        found.append(joined(parts))
    return found


def _unpacked(sheet: Sheet, layout: Layout, columns: Sequence[Column], rows: Ints) -> Table:
    headings, cells, groups = unpack(layout, columns)
    under = tuple(Column.of(c) for c in cells)
    at = sheet.skipped + layout.header_row + 1
    return Table(
        sheet.name, headings, under, rows, at, sheet.decimal, layout.format, groups, layout.fields,
        layout.dropped, tuple(_people(sheet, layout, columns)),
    )  # fmt: skip


def _people(
    sheet: Sheet, layout: Layout, columns: Sequence[Column]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """(kind, distinct cells) of the columns of names that the layout leaves out."""
    for row in sheet.rows[: layout.header_row + 1]:
        left = [
            clean(str(h)) if h is not None and kept is None else ""
            for h, kept in zip(row, layout.headings, strict=False)
        ]
        for place, kind in name_columns(left[: len(columns)]):
            yield kind, tuple(columns[place].values)


def _unique(headings: list[str]) -> tuple[str, ...]:
    """Headings as they stand; a repeated one gets its number, so that each names one column."""
    seen: dict[str, int] = {}
    out = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        out.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return tuple(out)


def header_row(top: list[list[Any]]) -> int | None:
    """The row that names columns: text in two or more cells, data below, most headings that we
    know.
    """
    best = 0.0
    found = None
    widest = max((_filled(row) for row in top), default=0)
    for i, row in enumerate(top):
        words = [c for c in row if isinstance(c, str) and len(c) <= _LONGEST]
        filled = _filled(row)
        if (
            len(words) < 2
            or len(words) < 0.8 * filled
            or not any(_filled(r) >= 2 for r in top[i + 1 :])
        ):
            continue
        known = sum(is_known(word) for word in words)
        score = known + 0.9 * filled / widest + 0.5 * (len(set(words)) == len(words))
        if score > best + 1e-9:
            best = score
            found = i
        if found == i and known >= _CERTAIN and _has_data(top[i + 1 : i + 4], filled):
            break  # what stands further down is another table: its rows must not be taken for ours
    return found


def _has_data(below: list[list[Any]], width: int) -> bool:
    """True when rows as full as the headings follow, with more than words in them."""
    full = [row for row in below if _filled(row) > 0.5 * width]
    return len(full) >= 2 and all(
        any(c is not None and not isinstance(c, str) for c in row) for row in full
    )


def _filled(row: list[Any]) -> int:
    return sum(c is not None for c in row)


@lru_cache(maxsize=4096)
def is_known(heading: str) -> bool:
    """True when the heading names a field of some role."""
    fits = any(fit(heading, field) >= STRONG for field in _fields())
    return (
        fits and meaning(heading) is None
    )  # "n/a" stands in answers, however like the heading "n" it looks


@cache
def _fields() -> tuple[Field, ...]:
    """Every field of any role once; those that share their words count as one."""
    return tuple(
        {(f.words, f.patterns): f for role in ROLES for f in fields_of(role).values()}.values()
    )
