"""A sheet as rows of cells, and the table in it: where its headings stand and what lies under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from cxcase.intake.cells import Cells, each, tidy
from cxcase.intake.formats import Group, Layout, recognise_layout, unpack
from cxcase.intake.headings import STRONG, fields_of, fit
from cxcase.intake.result import ROLES

_SEARCHED = 40  # rows in which headings are looked for
_LONGEST = 300  # characters a heading may have
_ROLES = tuple(r for r in ROLES if r != "units")


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet: rows of cells from spreadsheet row 1, as the reader gave them."""

    name: str | None
    rows: Sequence[Sequence[Any]]
    visible: bool = True
    decimal: str | None = None  # the decimal mark that the file's form suggests


@dataclass(frozen=True, eq=False)
class Table:
    """Headings and, under them, columns of tidy cells (blank: None); rows: each row's number in the spreadsheet.

    format: the tool that wrote it. groups: columns of one question. fields: what the format says of columns (see
    `Layout`). dropped: headings of personal data that was not read.
    """

    sheet: str | None
    headings: tuple[str, ...]
    columns: tuple[Cells, ...]
    rows: tuple[int, ...]
    header_row: int
    decimal: str | None = None
    format: str = "plain"
    groups: tuple[Group, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()

    def column(self, heading: str) -> Cells:
        """The cells under this heading. Raises ValueError when there is none."""
        return self.columns[self.headings.index(heading)]


def find_table(sheet: Sheet) -> Table | None:
    """The table of a sheet, its headings found below any titles; None when nothing looks like one."""
    top = [[tidy(c) for c in row] for row in sheet.rows[:_SEARCHED]]
    layout = recognise_layout(top)
    header = layout.header_row if layout else _header(top)
    if header is None:
        return None
    filled = list(range(len(layout.headings))) if layout else [j for j, c in enumerate(top[header]) if c is not None]
    below = list(zip_longest(*sheet.rows[header + 1 :]))
    height = len(sheet.rows) - header - 1
    columns = [each(below[j], tidy) if j < len(below) else [None] * height for j in filled]
    alive = [k for k, row in enumerate(zip(*columns, strict=True)) if any(c is not None for c in row)]
    if not alive:
        return None
    if len(alive) < height:
        columns = [[c[k] for k in alive] for c in columns]
    rows = tuple(header + 2 + k for k in alive)
    if layout is not None:
        return _unpacked(sheet, layout, columns, rows)
    headings = _unique([str(top[header][j]) for j in filled])
    return Table(sheet.name, headings, tuple(columns), rows, header + 1, sheet.decimal)


def _unpacked(sheet: Sheet, layout: Layout, columns: Sequence[Cells], rows: tuple[int, ...]) -> Table:
    headings, cells, groups = unpack(layout, columns)
    place = (sheet.name, headings, cells, rows, layout.header_row + 1, sheet.decimal)
    return Table(*place, layout.format, groups, layout.fields, layout.dropped)


def _unique(headings: list[str]) -> tuple[str, ...]:
    """Headings as they stand; a repeated one gets its number, so that each names one column."""
    seen: dict[str, int] = {}
    out = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        out.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return tuple(out)


def _header(top: list[list[Any]]) -> int | None:
    """The row that names columns: text in two or more cells, data below, most headings that we know."""
    best, found = 0.0, None
    widest = max((_filled(row) for row in top), default=0)
    for i, row in enumerate(top):
        words = [c for c in row if isinstance(c, str) and len(c) <= _LONGEST]
        filled = _filled(row)
        if len(words) < 2 or len(words) < 0.8 * filled or not any(_filled(r) >= 2 for r in top[i + 1 :]):
            continue
        known = sum(_known(word) for word in words)
        score = known + 0.9 * filled / widest + 0.5 * (len(set(words)) == len(words))
        if score > best + 1e-9:
            best, found = score, i
    return found


def _filled(row: list[Any]) -> int:
    return sum(c is not None for c in row)


@lru_cache(maxsize=4096)
def _known(heading: str) -> bool:
    return any(fit(heading, field) >= STRONG for role in _ROLES for field in fields_of(role).values())
