"""Columns: the same cells whether they come as a list, as numbers, as Arrow text, at once or in
pieces.
"""

from __future__ import annotations

import csv as text_tables
import io
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_files import csv

from cxcase.intake.files import csv as text_files
from cxcase.intake.files.csv import read_delimited
from cxcase.intake.files.sheet import SEARCHED, Sheet
from cxcase.intake.tables.find_table import columns_below
from cxcase.intake.values import cells, dates
from cxcase.intake.values.cells import read_numbers
from cxcase.intake.values.column import Builder, Column, joined, tidy
from cxcase.intake.values.dates import read_dates

_WORDS = st.sampled_from(
    ["a", "b", " a", "a ", "a  b", "a\u00a0b", "", "   ", "\u200bz", "N/A", "é", "00042", "1.50"]
)
_TEXT = st.one_of(_WORDS, st.text(max_size=6))
_NUMBERS = st.one_of(st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False))
_CELLS = st.lists(st.one_of(st.none(), _TEXT, _NUMBERS, st.booleans(), st.dates()), max_size=30)


def _same(found: Any, expected: Any) -> bool:
    return [(type(c), c) for c in found] == [(type(c), c) for c in expected]


def _plain(raw: list[Any]) -> list[Any]:
    """Cells as a column holds them: tidy, numbers as floats (where there is a number at all)."""
    return [float(c) if type(c) is int else c for c in map(tidy, raw)]


@settings(deadline=None)
@given(_CELLS)
def test_a_column_gives_back_its_cells(raw: list[Any]) -> None:
    tidied = [tidy(c) for c in raw]
    column = Column.of(tidied)
    found = [float(c) if type(c) is int else c for c in column]
    assert _same(found, _plain(raw))
    assert [
        float(column[k]) if type(column[k]) is int else column[k] for k in range(len(raw))
    ] == found
    assert column.filled.tolist() == [c is not None for c in found]
    assert column.counts().sum() == sum(c is not None for c in found)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), _TEXT), max_size=30))
def test_arrow_text_is_tidied_like_any_cell(raw: list[str | None]) -> None:
    column = Column.of_text(pa.array(raw, pa.string()))
    assert list(column) == [tidy(c) for c in raw]
    assert len(set(column.values)) == len(column.values)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.just(""), _TEXT, _NUMBERS, st.booleans()), min_size=1, max_size=8),
        max_size=5,
    )
)
def test_pieces_make_the_same_column(pieces: list[list[Any]]) -> None:
    builder = Builder()
    for piece in pieces:
        builder.add(piece)
    whole = [c for piece in pieces for c in piece]
    assert _same([float(c) if type(c) is int else c for c in builder.column()], _plain(whole))


@settings(deadline=None)
@given(_CELLS, _CELLS)
def test_joined_columns_stand_under_each_other(first: list[Any], second: list[Any]) -> None:
    both = joined([Column.of([tidy(c) for c in first]), Column.of([tidy(c) for c in second])])
    assert _same([float(c) if type(c) is int else c for c in both], _plain(first + second))


@settings(deadline=None)
@given(_CELLS, st.data())
def test_taken_rows_are_those_rows(raw: list[Any], data: st.DataObject) -> None:
    column = Column.of([tidy(c) for c in raw])
    rows = data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=20)) if raw else []
    assert list(column.take(np.array(rows, dtype=int))) == [column[k] for k in rows]


_MONEY = st.sampled_from([
    "12", "-3", "+4", "1.5", "0.125", "1.234", "12.345", "1,234", "1,234.50", "1.234,50", "12,5",
    "£7", "€ 8,20", "(9)", "5%", "1.234.567", "1,234,567", "n/a", "-", "abc", "1 234", "3-",
    "1,23,456", "2k", ".5", "12.", "1e3",
])  # fmt: skip


@settings(deadline=None)
@given(_CELLS, st.data())
def test_cells_at_places_are_the_cells_there(cells: list[Any], data: Any) -> None:
    for column in (
        Column.of(cells),
        Column.of_text(pa.array([c if isinstance(c, str) else None for c in cells])),
    ):
        rows = np.array(
            data.draw(st.lists(st.integers(0, max(len(cells) - 1, 0)), max_size=6 if cells else 0)),
            int,
        )
        assert column.cells_at(rows) == [column[int(k)] for k in rows]


@settings(max_examples=300, deadline=None)
@given(st.lists(_MONEY, min_size=1, max_size=12), st.sampled_from([None, ","]))
def test_numbers_all_at_once_are_the_numbers_one_by_one(
    raw: list[str], decimal: str | None
) -> None:
    column = Column.of_text(pa.array(raw))
    found = read_numbers(column, decimal)
    one_by_one, empty = cells._numbers_one_by_one(column.values, decimal)
    expected = column.spread(one_by_one, np.nan, float)
    np.testing.assert_array_equal(found.values, expected)
    np.testing.assert_array_equal(
        found.bad, column.spread(np.isnan(one_by_one) & ~empty, False, bool)
    )


_STAMPS = st.sampled_from([
    "2025-03-01T10:20:30Z", "2025-03-01", "2025-03-01 11:05 pm", "01/02/2025", "13/02/2025 09:15",
    "02/13/2025", "1.2.25", "3 March 2021", "Mar 4, 2021", "n/a", "rubbish", "31/02/2025",
    "01/02/2025 12:30 am", "2025-13-01", "7/8/2024 7:05:01",
])  # fmt: skip


@settings(deadline=None)
@given(st.lists(_STAMPS, min_size=1, max_size=12))
def test_many_dates_are_the_dates_one_by_one(raw: list[str]) -> None:
    column = Column.of_text(pa.array(raw))
    plain = read_dates(column)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "_MANY", 0)
        many = read_dates(column)
    np.testing.assert_array_equal(plain.values, many.values)
    np.testing.assert_array_equal(plain.bad, many.bad)
    assert plain.note == many.note


_ROW = st.tuples(
    st.sampled_from(["00042", "7", "A-1", "", '"x, y"', '"two\nlines"']),
    st.sampled_from(["1.5", "20.25", "", "3.14159"]),
    st.sampled_from(["yes", "no", " yes "]),
)


def _cells_of(sheet: Sheet) -> list[list[Any]]:
    columns = [list(c) for c in columns_below(sheet, 0, range(3))]
    return [
        [float(c) if k == 1 and c is not None else c for k, c in enumerate(row)]
        for row in zip(*columns, strict=True)
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=6))
def test_a_text_table_read_at_once_is_the_table_read_row_by_row(
    rows: list[tuple[str, str, str]],
) -> None:
    data = csv([("id", "money", "left"), *(rows * (2 * SEARCHED))])
    fast = read_delimited("f.csv", data)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_files, "_at_once", lambda *_: None)
        slow = read_delimited("f.csv", data)[0]
    expected = [
        [tidy(r[0]), float(r[1]) if r[1] else None, tidy(r[2])]
        for r in list(text_tables.reader(io.StringIO(data.decode(), newline="")))[1:]
    ]
    assert _cells_of(fast) == _cells_of(slow) == expected


def test_rows_of_another_width_are_found_however_far_down() -> None:
    rows = [["id", "money"], *[[f"{k:05d}", "1.5"] for k in range(3 * SEARCHED)]]
    rows[100] = ["00099", "1", "500"]
    rows[110] = ["00109"]
    sheet = read_delimited("f.csv", csv(rows))[0]
    assert sheet.height == len(rows)
    assert list(columns_below(sheet, 0, [0])[0])[99:110] == [r[0] for r in rows[100:111]]
