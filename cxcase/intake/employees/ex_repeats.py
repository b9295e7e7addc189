"""Rows that stand in an employee survey more than once because they were copied."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Bools, Ints
from cxcase.intake.employees.ex_waves import Days
from cxcase.intake.tables.find_table import Table

_LEAST_DIFFERENT = (
    20  # different rows from which it is no chance that all stand there equally often
)


def copies(table: Table, alive: Bools, days: Days) -> Bools:
    """Marks rows (n,) that repeat an earlier one in every cell, where that is no chance.

    It is none where the time of day is the same too, or where all rows of a long table stand there
    twice (or three times, ...): then so many of each are left as one copy holds.
    """
    found = np.zeros(len(alive), dtype=bool)
    rows = np.flatnonzero(alive)
    if not len(rows):
        return found
    same, count = _same(table, rows)
    rank = _rank(same)
    timed = days[rows] != days[rows].astype("datetime64[D]")
    times = int(np.gcd.reduce(count))
    kept = np.ones(len(count), dtype=np.int64) * count
    if len(count) >= _LEAST_DIFFERENT:
        kept = count // times
    found[rows] = rank >= np.where(timed & ~np.isnat(days[rows]), 1, kept[same])
    return found


def _same(table: Table, rows: Ints) -> tuple[Ints, Ints]:
    """(a code for each row that equal rows share, how often each code is there)."""
    code = np.zeros(len(rows), dtype=np.int64)
    for column in table.columns:
        own = column.codes[rows].astype(np.int64) + 1
        _, code = np.unique(code * (int(own.max(initial=0)) + 1) + own, return_inverse=True)
        code = code.reshape(-1)
    return code, np.bincount(code)


def _rank(code: Ints) -> Ints:
    """How many earlier rows have the same code (n,)."""
    order = np.argsort(code, kind="stable")
    ordered = code[order]
    starts = np.flatnonzero(np.r_[True, np.diff(ordered) > 0])
    sizes = np.diff(np.r_[starts, len(order)])
    rank = np.empty(len(code), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(starts, sizes)
    return rank
