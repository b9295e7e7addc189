"""Rows of parent accounts that hold what their children's rows hold again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxcase.estimate import Bools, Floats
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import read_ids, read_numbers
from cxcase.intake.values.column import Column

Rolled = dict[str, Floats]
ROLLED = "rolled_up"  # whether a row of a list is a parent's, a child's, or of one between them
PARENT = 1.0
CHILD = 2.0
BETWEEN = 3.0
_OF_IDS = 0.9  # share of a column's cells that must be ids of the list
_LOOKED_AT = 200  # different cells from which a column is worth a look
_LIKELY = 0.5  # share of them that must be ids
_FEWEST = 2  # parents from which anything is known of them
_SOME = 0.2  # share of parents with the sum of their children from which it is asked
_CLOSE = 0.01


def roll_up(sieve: Sieve, columns: Mapping[str, str], ids: Column, paying: str | None) -> Rolled:
    """{ROLLED: (n,) PARENT, CHILD, BETWEEN or 0} where parents' amounts are the sum
    of their children's; else nothing. paying: the heading of what is added up, None for none.
    """
    if paying is None:
        return {}
    others = [h for h in sieve.table.headings if h not in columns.values()]
    likely = _with_ids(others, [sieve.table.column(heading) for heading in others], ids)
    if not likely:
        return {}
    own = _as_text(ids)
    known = {*own[sieve.alive]} - {""}
    for heading in likely:
        above = _as_text(read_ids(sieve.table.column(heading)).values)
        above[(above == own) | ~sieve.alive] = ""
        named = {*above} - {""}
        if len(named) < _FEWEST or len(named & known) < _OF_IDS * len(named):
            continue
        amounts = read_numbers(sieve.table.column(paying), sieve.table.decimal).values
        share, parents = _rolled_up(own, above, sieve.alive, amounts)
        if share >= _SOME:
            child = above != ""
            kinds = [parents & child, parents, child]
            return {ROLLED: np.select(kinds, [BETWEEN, PARENT, CHILD], 0.0)}
    return {}


def _with_ids(headings: Sequence[str], columns: Sequence[Column], ids: Column) -> list[str]:
    """The headings of columns of which enough of the first cells are ids of the list."""
    first = {h: _first_ids(column) for h, column in zip(headings, columns, strict=True)}
    if ids.text is None or not any(first.values()):
        return []
    told = pc.is_in(pa.array([text for texts in first.values() for text in texts]), ids.text)
    held = iter(told.to_pylist())
    shares = {h: [next(held) for _ in texts] for h, texts in first.items() if texts}
    return [heading for heading, marks in shares.items() if sum(marks) >= _LIKELY * len(marks)]


def _first_ids(column: Column) -> list[str]:
    """What the first different cells would be as ids."""
    if column.numbers is not None:
        cells = column.numbers[~np.isnan(column.numbers)][:_LOOKED_AT].tolist()
    elif column.text is not None:
        cells = column.text[:_LOOKED_AT].to_pylist()
    else:
        cells = column.values[:_LOOKED_AT]
    return [str(one) for one in read_ids(Column.of(cells)).values if one is not None]


def _as_text(ids: Column) -> np.ndarray:
    """(n,) The ids as text, "" where there is none."""
    return np.array(["" if one is None else str(one) for one in ids], dtype=object)


def _rolled_up(
    own: np.ndarray, above: np.ndarray, alive: Bools, amounts: Floats
) -> tuple[float, Bools]:
    """(share of parents whose amount is the sum of their children's, (n,) True for all parents)."""
    money = np.nan_to_num(amounts)
    children: dict[str, float] = {}
    for k in np.flatnonzero(alive & (above != "")).tolist():
        children[above[k]] = children.get(above[k], 0.0) + float(money[k])
    parents = np.array([one in children for one in own], dtype=bool) & alive
    rows = [k for k in np.flatnonzero(parents).tolist() if children[own[k]] or money[k]]
    if len(rows) < _FEWEST:
        return 0.0, parents
    close = [abs(money[k] - children[own[k]]) <= _CLOSE * abs(money[k]) for k in rows]
    return float(np.mean(close)), parents
