"""A few values of each column for people to see, none by which somebody could be recognised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.estimate import Bools
from cxcase.intake.privacy.small_groups import SHARED
from cxcase.intake.recognition.guess import Guess
from cxcase.intake.roles.cx_comments import is_free_text, speaks
from cxcase.intake.schema import COMMENT, Role
from cxcase.intake.tables.find_table import Table
from cxcase.intake.tables.row_filter import Typed
from cxcase.intake.values.cells import blank
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import personal

Samples = Mapping[str, tuple[str, ...]]  # heading -> values
_SAMPLES = 3
_LOOKED_AT = 1000  # rows in which sample values are looked for
_SHOWN = 40  # characters
_NEVER_SHOWN = ("respondent_id", COMMENT)  # fields of `ex`
_EX_FIGURES = ("ex", "ex_n")  # fields of `units`
_WRITTEN_IN = ("cx", "customers", "customer_facts", "churn_events")
_NO_CELLS = ("ex", None)  # roles whose cells are neither kept nor shown one by one


def sample_values(table: Table, role: Role | None, rows: Bools | None = None) -> Samples:
    """A few values of each column; where people could be recognised only values that several rows
    share. rows (n,): which of them are looked at.
    """
    return {
        heading: tuple(_short(cell) for cell in _chosen(_of(table, heading, rows), role)[:_SAMPLES])
        for heading in table.headings
        if not personal(heading)
    }


def _of(table: Table, heading: str, rows: Bools | None) -> Column:
    cells = table.column(heading)
    return cells if rows is None else cells.take(rows)


def _once_a_person(table: Table, columns: Mapping[str, str]) -> Bools:
    """Marks rows of an employee survey (n,) among which nobody stands twice: of the statement and
    the wave with the most rows, a row an id.
    """
    rows = np.ones(len(table.rows), dtype=bool)
    for field in ("statement", "wave"):
        if field in columns and rows.any():
            codes = table.column(columns[field]).codes
            rows &= codes == np.bincount(codes[rows] + 1).argmax() - 1
    if "respondent_id" in columns:
        codes = table.column(columns["respondent_id"]).codes
        places = np.flatnonzero(rows)
        kept = places[np.unique(codes[places], return_index=True)[1]]
        rows = np.zeros(len(rows), dtype=bool)
        rows[kept] = True
    return rows


def samples_of_typed(table: Table, guess: Guess, typed: Typed) -> Samples:
    """The same of a table that was typed, without small teams and without what somebody wrote."""
    rows = _once_a_person(table, guess.columns) if guess.role == "ex" else None
    samples = sample_values(table, guess.role, rows)
    return {**samples, **_hidden(samples, guess, typed), **_written(table, guess)}


def _chosen(cells: Column, role: Role | None) -> list[Any]:
    if role in _NO_CELLS:
        return _shared(cells)
    return [cell for cell in dict.fromkeys(cells[:_LOOKED_AT]) if not blank(cell)]


def _shared(cells: Column) -> list[Any]:
    """The values that enough rows share, the most frequent first."""
    counted = zip(cells.counts().tolist(), cells.values, strict=True)
    often = [(count, value) for count, value in counted if SHARED.shown(count)]
    ordered = sorted(often, key=lambda pair: (-pair[0], str(pair[1])))
    return [value for _, value in ordered if not blank(value)]


def _hidden(samples: Samples, guess: Guess, typed: Typed) -> Samples:
    """Of employees neither a suppressed team's name nor an id or a comment; of units no EX figure
    or count.
    """
    columns = guess.columns
    if guess.role == "units" and "ex" in columns:
        return {columns[field]: () for field in _EX_FIGURES if field in columns}
    if guess.role != "ex":
        return {}
    large = set(typed.columns["team"])
    shown = tuple(team for team in samples.get(columns["team"], ()) if team in large)
    never: Samples = {columns[field]: () for field in _NEVER_SHOWN if field in columns}
    return {**never, columns["team"]: shown}


def _written(table: Table, guess: Guess) -> Samples:
    """Columns of what somebody wrote, without samples: a few words can say who it was."""
    if guess.role not in _WRITTEN_IN:
        return {}
    columns = zip(table.headings, table.columns, strict=True)
    if guess.role == "cx":
        comment = guess.columns.get(COMMENT)
        return {heading: () for heading, cells in columns if speaks(heading, cells, comment)}
    return {heading: () for heading, cells in columns if is_free_text(cells)}


def _short(cell: Any) -> str:
    text = f"{cell:g}" if isinstance(cell, float) else str(cell)
    if len(text) <= _SHOWN:
        return text
    return f"{text[: _SHOWN - 1]}…"
