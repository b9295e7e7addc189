"""Tables beside each other on one sheet are told apart; a blank column within a table parts
nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from corpus.rows import Table, customers, survey
from corpus.writers import xlsx

from cxcase.intake.files.xlsx import calamine_sheets
from cxcase.intake.tables.side_by_side import tables_beside

_DEPOTS: Table = [["Depot", "Manager"], ["Leeds", "A"], ["York", "B"], ["Hull", "C"]]


def _beside(right: Table, gap: int = 1, lower: int = 0) -> Table:
    """The customers with another table to the right, `gap` blank columns between, `lower` rows
    further down.
    """
    left = customers()
    height = max(len(left), len(right) + lower)
    wide = len(left[0]) + gap
    padded: list[list[Any]] = [[*row, *[""] * gap] for row in left] + [[""] * wide] * (
        height - len(left)
    )
    return [
        [*row, *(right[i - lower] if 0 <= i - lower < len(right) else [])]
        for i, row in enumerate(padded)
    ]


def _parts(rows: Table) -> list[tuple[str | None, Any]]:
    (sheet,) = calamine_sheets(xlsx({"S": rows}))
    return [
        (part.name, next(c for row in part.rows for c in row if c)) for part in tables_beside(sheet)
    ]


@pytest.mark.parametrize(
    ("right", "gap", "lower", "place"),
    [
        (_DEPOTS, 1, 0, "S!H1"),
        (_DEPOTS, 3, 0, "S!J1"),
        (survey(7), 1, 0, "S!H1"),
        ([survey()[0], *reversed(survey()[1:])], 1, 0, "S!H1"),
        (survey(7), 2, 3, "S!I4"),
        (survey(20), 1, 0, "S!H1"),
    ],
)
def test_another_table(right: Table, gap: int, lower: int, place: str) -> None:
    assert _parts(_beside(right, gap, lower)) == [("S", "Customer ID"), (place, right[0][0])]


@pytest.mark.parametrize(
    "right",
    [
        [["Date left", "Reason"], ["2025-01-01", "price"], ["2025-02-01", "service"]],
        [["Reason", "Date left"], ["price", "2025-01-01"], ["service", "2025-02-01"]],
        [["Note"], ["Leeds has moved"], ["see the contract"]],
        [["Segment", "Region"], *[["Small", "North"]] * 12],
        survey(),
    ],
)
def test_the_same_table_behind_a_blank_column(right: Table) -> None:
    assert _parts(_beside(right)) == [("S", "Customer ID")]


def test_three_tables() -> None:
    rows = [
        [*row, "", *(_DEPOTS[i] if i < 4 else [])]
        for i, row in enumerate(_beside([*map(list, survey(7))]))
    ]
    widest = max(map(len, rows))
    rows = [
        [*row[:-3], *[""] * (widest - len(row)), *row[-3:]] if i < 4 else row
        for i, row in enumerate(rows)
    ]
    assert [name for name, _ in _parts(rows)] == ["S", "S!H1", "S!O1"]


def test_cells_merged_to_the_right_stay_with_their_table() -> None:
    rows = _beside(survey(8), 2)
    data = xlsx(
        {"S": rows}, finish=lambda book: book.worksheets()[0].merge_range(1, 8, 2, 8, "00042")
    )
    _, right = tables_beside(calamine_sheets(data)[0])
    assert [(m.top, m.bottom, m.column) for m in right.merged] == [(1, 2, 0)]
