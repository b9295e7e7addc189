"""The table in a sheet: where its headings stand and what lies under them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.estimate import Bools, Ints
from cxcase.intake.files.sheet import SEARCHED, Sheet, in_any, there
from cxcase.intake.privacy.masking import name_columns
from cxcase.intake.survey_tools import Group, Layout, recognise_layout, unpack
from cxcase.intake.survey_tools.cell_kinds import with_years
from cxcase.intake.tables.headings_row import header_row
from cxcase.intake.tables.joined_periods import with_joined_periods
from cxcase.intake.tables.merged_cells import about_columns, fill_merged
from cxcase.intake.tables.pivots import filled_groups
from cxcase.intake.tables.title_times import TitleTime, Until, time_above, until_above
from cxcase.intake.tables.titles import NO_UNIT, Unit, scale_above, unit_above
from cxcase.intake.values.cell_names import column_letters
from cxcase.intake.values.column import Column, joined, tidy
from cxcase.intake.vocabulary.headings import clean

Cells = Sequence[Any]  # one row
_NOTES = 5  # rows at the end of a table among which notes are looked for


@dataclass(frozen=True, eq=False)
class Table:
    """Headings and, under them, columns of tidy cells (blank: None).

    rows: their spreadsheet rows (n,). format: the tool that wrote it. groups: columns of one
    question. fields: what the format says of columns (see `Layout`). dropped: headings of personal
    data that was not read; people: (kind, distinct cells) of those of names. ragged: (n,) rows with
    something beyond the last heading of a text table. notes: what was done to get at rows that each
    say all. above: spreadsheet rows above the headings that look like rows of data. unit, time:
    what a title above, or the sheet's name, says of all amounts. outside: spreadsheet rows below
    the headings that hold something only where there is no heading.
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
    people: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    ragged: Bools | None = None
    notes: tuple[Finding, ...] = ()
    above: tuple[int, ...] = ()
    unit: Unit = NO_UNIT
    outside: tuple[int, ...] = ()
    time: TitleTime | None = None
    until: Until | None = None
    scale_said: str = ""

    def column(self, heading: str) -> Column:
        """The cells under this heading. Raises ValueError when there is none."""
        place = self._places.get(heading)
        if place is None:
            raise ValueError(heading)
        return self.columns[place]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """Heading -> its place; the first of those that are the same."""
        return {heading: j for j, heading in reversed(list(enumerate(self.headings)))}


@dataclass(frozen=True, eq=False)
class _Below:
    """What lies below the row of headings, n rows.

    names: place of a headed column on the sheet (counted from 0) -> its heading, None where the
    layout leaves it out; columns: those columns' cells. filled: (n,) rows with something under a
    heading. elsewhere: place of a column without heading -> its filled rows (n,). beyond: (n,) rows
    with something right of the last heading, of a text table only.
    """

    names: Mapping[int, str | None]
    columns: list[Column]
    filled: Bools
    elsewhere: Mapping[int, Bools]
    beyond: Bools | None

    @property
    def read(self) -> Bools:
        """(n,) rows that belong to the table."""
        return self.filled if self.beyond is None else self.filled | self.beyond

    @property
    def outside(self) -> Bools:
        """(n,) rows that hold something only where there is no heading."""
        return in_any(self.elsewhere.values(), len(self.read)) & ~self.read

    @property
    def between(self) -> Mapping[int, Bools]:
        """`elsewhere` without what makes a row of a text table ragged."""
        if self.beyond is None:
            return self.elsewhere
        last = max(self.names)
        return {place: filled for place, filled in self.elsewhere.items() if place < last}


def find_table(
    sheet: Sheet, saved: Collection[frozenset[str]] = (), file: str = ""
) -> Table | None:
    """The table of a sheet, its headings found below any titles; None when nothing looks like one.

    saved: headings of tables seen before; a row that has all of them and no other is the row of
    headings. file: the name of its file, which may say of what time amounts are.
    """
    sheet = _from_the_first_row(sheet)
    top = [[tidy(c) for c in row] for row in sheet.rows[:SEARCHED]]
    layout = recognise_layout(top)
    header = layout.header_row if layout else _header(top, saved)
    if header is None:
        return None
    below = _below(sheet, top, header, layout)
    alive = np.flatnonzero(below.read)
    if not len(alive):
        return None
    columns, notes = fill_merged(sheet, header, below.names, below.columns, below.filled)
    if len(alive) < len(below.read):
        columns = [column.take(alive) for column in columns]
    at = sheet.skipped + header + 1
    first = at + 1
    if layout is None:
        headings = [str(name) for name in below.names.values()]
        table = _as_it_stands(sheet, headings, columns, alive + first, at)
    else:
        table = _unpacked(sheet, layout, columns, alive + first, at)
    titles = () if _of_a_tool(layout) else _titles(top, header, layout)
    notes_below = () if _of_a_tool(layout) else _notes_below(columns)
    name = None if _of_a_tool(layout) else sheet.name
    return replace(
        table,
        ragged=_ragged(below, alive),
        notes=(*notes, *_around(sheet, below, table), *table.notes),
        unit=unit_above([*titles, *notes_below], name, file),
        time=time_above(titles, name, file),
        until=until_above([*titles, *notes_below]),
        scale_said=scale_above(titles),
        outside=tuple((np.flatnonzero(below.outside) + first).tolist()),
    )


def _from_the_first_row(sheet: Sheet) -> Sheet:
    """The sheet without the blank rows that it begins with."""
    blank = next((k for k, row in enumerate(sheet.rows) if any(map(there, row))), 0)
    if blank:
        return replace(sheet, rows=sheet.rows[blank:], skipped=sheet.skipped + blank)
    return sheet


def _header(top: Sequence[Cells], saved: Collection[frozenset[str]]) -> int | None:
    """The row of headings of a table that no tool laid out: one seen before, else the likeliest."""
    rows = enumerate(map(with_years, top))
    seen = (k for k, row in rows if frozenset(c for c in row if c is not None) in saved)
    found = next(seen, None)
    return header_row(top) if found is None else found


def _below(sheet: Sheet, top: Sequence[Cells], header: int, layout: Layout | None) -> _Below:
    if layout:
        names = dict(enumerate(layout.headings))
    else:
        names = {j: str(c) for j, c in enumerate(with_years(top[header])) if c is not None}
    columns = columns_below(sheet, header, list(names))
    named = {
        j: column
        for j, column in zip(names, columns, strict=True)
        if layout is None or _is_named(layout, top, j)
    }
    elsewhere = _elsewhere(sheet, header, named)
    filled = np.any([column.filled for column in named.values()], axis=0)
    beyond = None
    if sheet.ragged:
        beyond = in_any((f for j, f in elsewhere.items() if j > max(names)), len(filled))
    return _Below(names, columns, filled, elsewhere, beyond)


def _is_named(layout: Layout, top: Sequence[Cells], place: int) -> bool:
    """True when something stands over the column, whether or not the layout uses it."""
    if layout.headings[place] is not None:
        return True
    above = top[max(layout.header_row - 1, 0) : layout.header_row + 1]
    return any(place < len(row) and row[place] is not None for row in above)


def _elsewhere(sheet: Sheet, header: int, named: Collection[int]) -> dict[int, Bools]:
    """Place of a column without a heading -> its filled rows below the header, (n,), if any."""
    width = max([len(row) for row in sheet.rows[header + 1 :]] + [len(sheet.rest)])
    without = [j for j in range(width) if j not in named]
    columns = columns_below(sheet, header, without) if without else []
    return {j: c.filled for j, c in zip(without, columns, strict=True) if c.filled.any()}


def columns_below(sheet: Sheet, header: int, places: Sequence[int]) -> list[Column]:
    """The columns at these places, each with the rows below row `header` (counted from 0)."""
    upper = list(zip_longest(*sheet.rows[header + 1 :]))
    above = max(len(sheet.rows) - header - 1, 0)
    below = max(map(len, sheet.rest), default=0)
    found = []
    for j in places:
        parts = [Column.of([tidy(c) for c in upper[j]]) if j < len(upper) else _blank(above)]
        if below:
            parts.append(sheet.rest[j] if j < len(sheet.rest) else _blank(below))
        found.append(joined(parts))
    return found


def _blank(rows: int) -> Column:
    return Column.of([None] * rows)


def _ragged(below: _Below, alive: Ints) -> Bools | None:
    """The rows read that hold something beyond the last heading; None where none does."""
    if below.beyond is None or not below.beyond[alive].any():
        return None
    return below.beyond[alive]


def _under_no_heading(sheet: Sheet, below: _Below, first: int) -> tuple[Finding, ...]:
    """Says how many cells of rows that are read stand under no heading, and where the first is.

    first: spreadsheet row of the first row below the headings.
    """
    cells = {j: np.flatnonzero(filled & below.read) for j, filled in below.between.items()}
    cells = {j: rows for j, rows in cells.items() if len(rows)}
    if not cells:
        return ()
    row, column = min((int(rows[0]), j) for j, rows in cells.items())
    params = {
        "columns": [_letters(sheet, j) for j in sorted(cells)],
        "count": sum(map(len, cells.values())),
        "cell": f"{_letters(sheet, column)}{first + row}",
        "sheet": sheet.name or "",
    }
    return (Finding("review", "no_heading", "data", params),)


def _around(sheet: Sheet, below: _Below, table: Table) -> tuple[Finding, ...]:
    """What is said of cells under no heading, and of rows that nobody sees."""
    first = table.header_row + 1
    return (*_under_no_heading(sheet, below, first), *_hidden(sheet, table))


def _hidden(sheet: Sheet, table: Table) -> tuple[Finding, ...]:
    """Says how many rows of the table nobody sees in the file: they are read like all others."""
    count = int(np.isin(table.rows, sheet.hidden_rows).sum())
    if not count:
        return ()
    params = {"count": count, "rows": len(table.rows), "sheet": sheet.name or ""}
    return (Finding("review", "hidden_rows", "data", params),)


def _letters(sheet: Sheet, place: int) -> str:
    return column_letters(sheet.left + place + 1)


def _of_a_tool(layout: Layout | None) -> bool:
    return layout is not None and layout.format != "plain"


def _notes_below(columns: Sequence[Column]) -> Sequence[Cells]:
    """The last rows of a table that hold one text alone, as notes do: "* in thousands of euros"."""
    rows = len(columns[0]) if columns else 0
    last = [column.take(np.arange(max(0, rows - _NOTES), rows)) for column in columns]
    cells = [[c for c in row if c is not None] for row in zip(*map(list, last), strict=True)]
    return [row for row in cells if len(row) == 1 and isinstance(row[0], str)]


def _titles(top: Sequence[Cells], header: int, layout: Layout | None) -> Sequence[Cells]:
    """The rows above the headings, of which those in two rows have one more."""
    return top[: header if layout is None else header - 1]


def _as_it_stands(
    sheet: Sheet, headings: Sequence[str], columns: Sequence[Column], rows: Ints, header: int
) -> Table:
    """The table under one row of headings, names of a pivot's groups in each of their rows."""
    named = _unique(headings)
    filled, counts = filled_groups(columns)
    grouped = {h: n for h, n in zip(named, counts, strict=True) if n}
    dated, cells, joined = with_joined_periods(named, filled)
    return Table(
        sheet.name,
        tuple(dated),
        tuple(cells),
        rows,
        header,
        decimal=sheet.decimal,
        format=sheet.format or "plain",
        notes=(*about_columns("review", "groups_filled_down", grouped), *joined),
    )


def _unpacked(
    sheet: Sheet, layout: Layout, columns: Sequence[Column], rows: Ints, header: int
) -> Table:
    """The table as a survey tool means it."""
    headings, cells, groups = unpack(layout, columns)
    return Table(
        sheet.name,
        headings,
        tuple(Column.of(c) for c in cells),
        rows,
        header,
        decimal=sheet.decimal,
        format=layout.format,
        groups=groups,
        fields=layout.fields,
        dropped=layout.dropped,
        people=tuple(_people(sheet, layout, columns)),
    )


def _people(
    sheet: Sheet, layout: Layout, columns: Sequence[Column]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """(kind, distinct cells) of the columns of names that the layout leaves out."""
    for row in sheet.rows[: layout.header_row + 1]:
        pairs = zip(row, layout.headings, strict=False)
        left = [clean(str(h)) if h is not None and kept is None else "" for h, kept in pairs]
        for place, kind in name_columns(left[: len(columns)]):
            yield kind, tuple(columns[place].values)


def _unique(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings as they stand; a repeated one gets its number, so that each names one column."""
    seen: dict[str, int] = {}
    out = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        out.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return tuple(out)
