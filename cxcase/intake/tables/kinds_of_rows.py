"""Rows of several kinds under one heading of money: plans beside actuals, other measures, totals of
a breakdown. What is no revenue is set aside; what nobody can tell is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import clean
from cxcase.intake.vocabulary.row_kinds import (
    heads_measures,
    is_actual,
    is_other_measure,
    is_planned,
    is_revenue,
    is_whole,
)

OPEN = "kinds_of_rows_open"
_MOST_KINDS = 40  # different texts up to which a column may tell kinds of rows apart
_SHOWN = 6
_AGREE = 0.9  # share of customers' periods in which a total is the sum of its parts
_CLOSE = 0.01
_FEWEST = 3
_PARTS = 2


def drop_other_kinds(sieve: Sieve, columns: Mapping[str, str], amounts: Floats) -> None:
    """Sets aside the rows whose amounts are planned, of another measure, or totals of other rows.

    columns: field -> heading; amounts: (n,) what is added up.
    """
    kinds = list(_kinds(sieve, columns))
    for heading, cells in kinds:
        if not _without_plans(sieve, heading, cells):
            _without_other_measures(sieve, heading, cells)
    for heading, cells in kinds:
        others = [other for name, other in kinds if name != heading]
        _without_totals(sieve, columns, (heading, cells), others, amounts)


def _kinds(sieve: Sieve, columns: Mapping[str, str]) -> Iterator[tuple[str, Column]]:
    """Columns that hold a few texts and are nothing else."""
    used = {*columns.values()}
    for heading in sieve.table.headings:
        cells = sieve.table.column(heading)
        if heading in used or cells.numbers is not None:
            continue
        if 1 <= len(_texts(cells)) <= _MOST_KINDS:
            yield heading, cells


def _texts(cells: Column) -> list[str]:
    return [value for value in cells.values if isinstance(value, str)]


def _marked(cells: Column, test: Callable[[str], bool]) -> Bools:
    """(n,) True where the test holds of the cell's text."""
    hits = [isinstance(value, str) and test(clean(value)) for value in cells.values]
    marked: Bools = cells.spread(hits, False, bool)
    return marked


def _without_plans(sieve: Sieve, heading: str, cells: Column) -> bool:
    """True where the column tells planned from actual amounts; only the actual ones go on."""
    planned = _marked(cells, is_planned) & sieve.alive
    if not planned.any():
        return False
    actual = _marked(cells, is_actual) & sieve.alive
    if not actual.any():
        _ask(sieve, heading, cells)
        return True
    if (sieve.alive & ~planned & ~actual).any():
        _ask(sieve, heading, cells)
    _say(sieve, heading, cells, planned)
    sieve.drop(planned, "not_actual", heading)
    return True


def _without_other_measures(sieve: Sieve, heading: str, cells: Column) -> None:
    """Rows of one measure go on where a column names several."""
    texts = [clean(text) for text in _texts(cells)]
    if len(texts) < _PARTS:
        return
    named = heads_measures(clean(heading))
    money = {text for text in texts if is_revenue(text)}
    if not named and not (money and any(map(is_other_measure, texts))):
        return
    if len(money) != 1:
        _ask(sieve, heading, cells)
        return
    other = sieve.alive & ~_marked(cells, is_revenue)
    _say(sieve, heading, cells, other)
    sieve.drop(other, "other_measure", heading)


def _without_totals(
    sieve: Sieve,
    columns: Mapping[str, str],
    kind: tuple[str, Column],
    others: Sequence[Column],
    amounts: Floats,
) -> None:
    """Sets aside rows that are the sum of the customer's other rows of that period."""
    heading, cells = kind
    texts = _texts(cells)
    if len(texts) < _PARTS:
        return
    keys = _keys(sieve, columns, others)
    for text in texts:
        here = sieve.alive & cells.spread([value == text for value in cells.values], False, bool)
        if (whole := _whole(here, sieve.alive & ~here, keys, amounts)) is None:
            continue
        agreed, most_parts = whole
        if agreed < _AGREE and is_whole(clean(text)):
            _ask(sieve, heading, cells)
        elif agreed >= _AGREE and (is_whole(clean(text)) or most_parts >= _PARTS):
            _say(sieve, heading, cells, here)
            sieve.drop(here, "total_row", heading)
            return


def _keys(sieve: Sieve, columns: Mapping[str, str], others: Sequence[Column]) -> np.ndarray:
    """(n,) The customer, the period and all other kinds of each row, as one number."""
    told = [columns[name] for name in ("customer_id", "period") if name in columns]
    codes = [sieve.table.column(heading) for heading in told]
    stacked = [_codes(column) for column in (*codes, *others)]
    _, keys = np.unique(np.array(stacked), axis=1, return_inverse=True)
    return np.asarray(keys).reshape(-1)


def _codes(column: Column) -> np.ndarray:
    if column.numbers is None:
        return np.asarray(column.codes)
    return np.asarray(np.unique(column.numbers, return_inverse=True)[1]).reshape(-1)


def _whole(
    here: Bools, rest: Bools, keys: np.ndarray, amounts: Floats
) -> tuple[float, float] | None:
    """(share of customers' periods in which the rows here are the sum of the rest, how many parts
    most of these sums have); None where too few stand beside others.
    """
    size = int(keys.max(initial=0)) + 1
    filled = np.nan_to_num(amounts)
    total = np.bincount(keys[here], filled[here], size)
    parts = np.bincount(keys[rest], filled[rest], size)
    counts = np.bincount(keys[rest], minlength=size)
    both = (np.bincount(keys[here], minlength=size) > 0) & (counts > 0) & (total != 0)
    if both.sum() < _FEWEST:
        return None
    close = np.abs(total[both] - parts[both]) <= _CLOSE * np.abs(total[both])
    return float(close.mean()), float(np.median(counts[both]))


def _ask(sieve: Sieve, heading: str, cells: Column) -> None:
    if not any(finding.code == OPEN for finding in sieve.findings):
        sieve.say("fail", OPEN, column=heading, values=_texts(cells)[:_SHOWN])


def _say(sieve: Sieve, heading: str, cells: Column, rows: Bools) -> None:
    """Says which kinds of rows do not count."""
    gone = cells.take(rows)
    values = list(dict.fromkeys(str(value) for value in gone if value is not None))
    count = int(rows.sum())
    sieve.say("review", "kinds_of_rows", column=heading, values=values[:_SHOWN], count=count)
