"""An employee survey with a row a person and statement, turned into a row a filled form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxcase.estimate import Bools, Ints
from cxcase.intake.employees.ex_people import NOBODY
from cxcase.intake.employees.ex_waves import Days
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.column import Column


@dataclass(frozen=True, eq=False)
class Forms:
    """Forms (f,) put together of rows (n,).

    table   a row a form, a column a statement
    form    (n,) the form of each row, -1 for rows that are out
    first   (f,) a row of each form
    again   (n,) rows for which a later one of the same form and statement stands
    apart   no id tells whose answers belong together: a form holds several people's
    """

    table: Table
    form: Ints
    first: Ints
    again: Bools
    apart: bool


@dataclass(frozen=True, eq=False)
class LongRows:
    """Rows (n,) of single answers: whose (NOBODY: no id tells), by codes of team and wave, when."""

    alive: Bools
    ids: Ints
    team: Ints
    wave: Ints
    day: Days
    statement: Column


def widen(table: Table, rating: str, rows: LongRows) -> Forms:
    """The forms: by id, team and wave where ids join several statements; else answers put beside
    each other within a team, wave and day, so that there are as many forms as there are answers to
    the statement that most people answered.
    """
    statement = _statement_codes(rows.statement)
    alive = rows.alive & (statement >= 0)
    joined = _joins(rows.ids, statement, alive)
    if joined:
        key = np.column_stack([rows.ids, rows.team, rows.wave, _own_place(rows, alive)])
    else:
        day = rows.day.astype("datetime64[D]").astype(np.int64)
        key = np.column_stack([rows.team, rows.wave, day])
        key = np.column_stack([key, _rank_in(np.column_stack([key, statement]), alive)])
    form = np.full(len(alive), -1, dtype=np.int64)
    used = np.flatnonzero(alive)
    _, start, code = np.unique(key[used], axis=0, return_index=True, return_inverse=True)
    form[used] = code.reshape(-1)
    again = _again(form, statement, rows.day, used)
    cells = table.column(rating)
    columns = []
    headings = _headings(rows.statement)
    for number in range(len(headings)):
        own = np.flatnonzero(alive & ~again & (statement == number))
        codes = np.full(len(start), -1, dtype=np.int64)
        codes[form[own]] = own
        columns.append(_taken(cells, codes))
    first = used[start]
    wide = replace(
        table,
        headings=tuple(headings),
        columns=tuple(columns),
        rows=table.rows[first],
        groups=(),
        fields={},
        ragged=None,
        notes=(),
    )
    return Forms(wide, form, first, again, apart=not joined)


def _statement_codes(statement: Column) -> Ints:
    """Which statement each row (n,) answers, alike but for case and space; -1 for none."""
    names = [str(value).strip().casefold() for value in statement.values]
    number = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return statement.spread([number[name] for name in names], -1, np.int64)


def _headings(statement: Column) -> list[str]:
    """The statements as the file writes them first."""
    first: dict[str, str] = {}
    for value in statement.values:
        first.setdefault(str(value).strip().casefold(), str(value).strip())
    return list(first.values())


def _joins(ids: Ints, statement: Ints, alive: Bools) -> bool:
    """True where most ids answered several statements, or there is one statement."""
    rows = alive & (ids != NOBODY)
    if not rows.any():
        return False
    if len(np.unique(statement[alive])) == 1:
        return True
    pairs = np.unique(np.column_stack([ids[rows], statement[rows]]), axis=0)
    _, count = np.unique(pairs[:, 0], return_counts=True)
    return bool((count > 1).mean() > 0.5)


def _own_place(rows: LongRows, alive: Bools) -> Ints:
    """(n,) of rows without an id which of the like they are: each a form of its own; else 0."""
    unknown = alive & (rows.ids == NOBODY)
    statement = _statement_codes(rows.statement)
    place = np.zeros(len(alive), dtype=np.int64)
    key = np.column_stack([rows.team, rows.wave, statement])
    place[unknown] = 1 + _rank_in(key, unknown)[unknown]
    return place


def _rank_in(key: Ints, rows: Bools) -> Ints:
    """(n,) how many earlier rows of `rows` have the same key."""
    rank = np.zeros(len(rows), dtype=np.int64)
    used = np.flatnonzero(rows)
    if len(used):
        _, code = np.unique(key[used], axis=0, return_inverse=True)
        order = np.argsort(code.reshape(-1), kind="stable")
        sorted_codes = code.reshape(-1)[order]
        starts = np.flatnonzero(np.r_[True, np.diff(sorted_codes) > 0])
        sizes = np.diff(np.r_[starts, len(order)])
        rank[used[order]] = np.arange(len(order)) - np.repeat(starts, sizes)
    return rank


def _again(form: Ints, statement: Ints, day: Days, used: Ints) -> Bools:
    """Marks all but the latest row of a form and statement."""
    when = np.where(np.isnat(day), np.datetime64(0, "us"), day)
    latest_first = used[np.argsort(when[used], kind="stable")][::-1]
    keys = np.column_stack([form, statement])[latest_first]
    again = np.zeros(len(form), dtype=bool)
    if len(used):
        _, first = np.unique(keys, axis=0, return_index=True)
        again[used] = True
        again[latest_first[first]] = False
    return again


def _taken(cells: Column, rows: Ints) -> Column:
    """The cells at these rows, blank for -1."""
    there = rows >= 0
    taken: Sequence[object] = [None] * len(rows)
    found = iter(cells.cells_at(rows[there]))
    taken = [next(found) if known else None for known in there.tolist()]
    return Column.of(taken)
