"""Which rows of a table go on, and why the others were set aside: nothing is lost or guessed."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxcase.checks import Finding, FindingStatus
from cxcase.estimate import Bools
from cxcase.intake.schema import ColumnReading, Scale
from cxcase.intake.survey_tools import not_answers, unfinished
from cxcase.intake.tables.find_table import Table
from cxcase.intake.tables.merged_cells import about_columns
from cxcase.intake.tables.non_data_rows import furniture
from cxcase.intake.values.cells import UNCALCULATED, Reading, array_of, failed, too_narrow
from cxcase.intake.values.column import Column

_EXAMPLE = r"(?i)^example.*delete"
_LONGEST = 60


@dataclass(eq=False)
class Sieve:
    """The rows of `table` that are still alive (n,), and why the rest is out.

    out: (row index, heading, what was found there, reason) of each row set aside. private: neither
    heading nor content of such a row is kept. swapped: field of dates -> (n,) those whose day and
    month a program has exchanged.
    """

    table: Table
    private: bool = False
    alive: Bools = field(init=False)
    out: list[tuple[int, str | None, str | None, str]] = field(default_factory=list)
    swapped: dict[str, Bools] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.alive = np.ones(len(self.table.rows), dtype=bool)
        if self.table.ragged is not None:
            self.drop(self.table.ragged, "ragged_row")

    def drop(self, rows: Bools, reason: str, heading: str | None = None) -> None:
        """Sets aside the rows that are marked and still alive."""
        hit = np.flatnonzero(rows & self.alive)
        told = None if self.private else heading
        cells = self.table.column(told) if told else None
        for k in hit.tolist():
            found = None if cells is None else _as_found(cells[k])
            why = "formula_without_value" if found == UNCALCULATED else reason
            self.out.append((k, told, found, why))
        self.alive[hit] = False

    def blanked(self, bad: Bools, heading: str) -> None:
        """Says that cells of a column the row can do without were left out."""
        hit = np.flatnonzero(bad & self.alive)
        if not len(hit):
            return
        params: dict[str, Any] = {"column": heading, "count": len(hit)}
        if not self.private:
            params |= {
                "row": int(self.table.rows[hit[0]]),
                "found": _as_found(self.table.column(heading)[hit[0]]),
            }
        self.say("review", "cells_left_out", **params)

    def dated(self, name: str, found: Reading) -> None:
        """Keeps which dates of a field have their day and month exchanged, where some have."""
        if found.swapped is not None:
            self.swapped[name] = found.swapped

    def say(self, status: FindingStatus, code: str, **params: Any) -> None:
        """Keeps a finding about the table for its source."""
        self.findings.append(Finding(status, code, "data", params))

    def say_all(self, findings: Iterable[Finding]) -> None:
        """Keeps several."""
        self.findings.extend(findings)

    def reasons(self) -> dict[str, int]:
        """Reason -> rows set aside for it."""
        return dict(Counter(reason for *_, reason in self.out))


def _as_found(cell: Any) -> str | None:
    """What is told of a cell: its beginning."""
    return None if cell is None else str(cell)[:_LONGEST]


@dataclass(frozen=True, eq=False)
class Typed:
    """Typed columns of the rows that went on (each (n,)), and what was settled about them.

    in_title: column of amounts -> what a title multiplies them by. untold: fields of ratings of
    which nothing says whether their high marks are good.
    """

    columns: dict[str, Any]
    scales: dict[str, Scale] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)
    currency: str | None = None
    suppressed_teams: int = 0
    in_title: dict[str, float] = field(default_factory=dict)
    readings: tuple[ColumnReading, ...] = ()
    untold: tuple[str, ...] = ()


def drop_furniture(sieve: Sieve, first: Column) -> None:
    """Sets aside rows that are no data: an example, totals, notes, tests.

    first: the column that names a row.
    """
    table = sieve.table
    example = np.zeros(len(table.rows), dtype=bool)
    for cells in table.columns:
        marked = _matching(cells, _EXAMPLE)
        if marked is not None:
            example |= marked
    sieve.drop(example, "example_row")
    for reason, rows in furniture(table.headings, table.columns, table.rows, first).items():
        sieve.drop(rows, reason)
    tests = not_answers(table.format, table.fields, table.headings, table.columns)
    for reason, rows in tests.items():
        sieve.drop(rows, reason)
    sieve.say_all(_of_formulas(table.headings, table.columns))
    sieve.say_all(table.notes)
    sieve.say_all(unfinished(table.fields, table.headings, table.columns, sieve.alive))


def _of_formulas(headings: Sequence[str], columns: Sequence[Column]) -> Iterator[Finding]:
    """Says in which columns formulas have failed, and in which they were never calculated."""
    for code, pattern, test in (
        ("formulas_failed", r"^#[^#]|^[Ee]rr:", _formula_failed),
        ("figures_cut_off", r"^###", too_narrow),
        ("formulas_not_calculated", r"^=\[", partial(operator.eq, UNCALCULATED)),
    ):
        pairs = zip(headings, columns, strict=True)
        suspects = [(h, cells) for h, cells in pairs if _matching(cells, pattern) is not None]
        counts = {h: int(array_of(cells, test, bool).sum()) for h, cells in suspects}
        yield from about_columns("review", code, {h: n for h, n in counts.items() if n})


def _formula_failed(cell: Any) -> bool:
    return failed(cell) and not too_narrow(cell)


def _matching(cells: Column, pattern: str) -> Bools | None:
    """The rows (n,) whose text matches; None where there is none."""
    if cells.numbers is not None:
        return None
    text = cells.text
    if text is None:
        text = pa.array([v for v in cells.values if isinstance(v, str)], pa.string())
    hits = set(text.filter(pc.match_substring_regex(text, pattern)).to_pylist())
    if hits:
        return cells.spread([v in hits for v in cells.values], False, bool)
    return None


def kept(values: Any, alive: Bools) -> Any:
    """The values of the rows that are alive, in the form they were given."""
    if isinstance(values, np.ndarray):
        return values[alive]
    if isinstance(values, Column):
        return values.take(alive)
    return [v for v, ok in zip(values, alive.tolist(), strict=True) if ok]
