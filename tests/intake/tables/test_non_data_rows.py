"""What stands in a table and is no row of it: totals, headings again, notes, a second table; where
the table ends.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from make_files import customer_rows, survey_rows

from cxcase.intake.files.sheet import Sheet
from cxcase.intake.roles.type_table import understand_sheet
from cxcase.intake.tables.non_data_rows import furniture, total_rows

HEADINGS = ("Customer ID", "Depot", "Revenue", "Calls")


def _found(rows: list[list[Any]], numbers: list[int] | None = None) -> dict[str, list[int]]:
    columns = [list(c) for c in zip(*rows, strict=True)]
    marked = furniture(HEADINGS, columns, numbers or list(range(2, len(rows) + 2)), columns[0])
    return {reason: np.flatnonzero(hit).tolist() for reason, hit in marked.items()}


def _rows(n: int = 12) -> list[list[Any]]:
    return [[f"C{i}", "Leeds" if i % 2 else "York", 100.0 + i, i + 1] for i in range(n)]


def test_another_table_below_with_a_title_of_its_own() -> None:
    below = [
        ["Steps", None, None, None],
        ["Ref", "Title", "Cost", "Months"],
        ["R1", "Call back", 100.0, 3.0],
    ]
    numbers = [*range(2, 14), *range(16, 19)]
    assert _found([*_rows(), *below], numbers) == {"other_table": [12, 13, 14]}
    assert _found([*_rows(), *below[1:]], [*range(2, 14), 16, 17]) == {"other_table": [12, 13]}


def test_a_table_is_all_data() -> None:
    assert _found(_rows()) == {}


def test_totals_by_their_label_wherever_it_stands() -> None:
    rows = _rows()
    for label, place in (
        ("Total", 0),
        ("Grand total:", 1),
        ("Summe", 0),
        ("Total (12)", 1),
        ("Sub-total", 0),
    ):
        total: list[Any] = [None, None, 1266.0, 78]
        total[place] = label
        assert _found([*rows, total]) == {"total_row": [12]}
        assert _found([*rows[:6], total, *rows[6:]]) == {"total_row": [6]}
    assert _found([*rows, [None, "Average", 105.5, 6.5]]) == {"total_row": [12]}


def test_subtotals_name_their_group() -> None:
    rows = _rows()
    for label in ("Subtotal Leeds", "Leeds Total", "Zwischensumme Leeds"):
        assert _found([*rows[:6], [label, None, 7.0, 21], *rows[6:]]) == {"total_row": [6]}
    rows[4] = ["Total Energies", "Leeds", 7.0, None]
    assert _found(rows) == {}


def test_subtotals_every_few_rows() -> None:
    rows: list[list[Any]] = []
    for k in range(4):
        rows += [*_rows(2), [f"Subtotal {k}", None, 201.0, None]]
    assert _found(rows) == {"total_row": [2, 5, 8, 11]}


def test_a_customer_called_total_is_a_customer() -> None:
    rows = _rows()
    rows[4][1] = "Total"
    assert _found(rows) == {}


def test_totals_without_a_label_are_the_sums_of_what_is_above() -> None:
    rows = _rows()
    assert _found([*rows, [None, None, 1266.0, 78]]) == {"total_row": [12]}
    assert _found([*rows, [None, None, "£1,266.00", "78"]]) == {"total_row": [12]}
    assert _found([*rows, ["All customers", None, 1266.0, 78]]) == {"total_row": [12]}
    assert _found([*rows, [None, None, 1266.0, 77]]) == {}
    assert _found([*rows, ["C99", "Leeds", 1266.0, 78]]) == {}
    assert _found([*rows, ["C99", "Leeds", 1266.0, None]]) == {}


def test_a_grand_total_does_not_count_its_subtotals() -> None:
    rows = _rows()
    sub = ["Total", None, float(sum(r[2] for r in rows[:6])), 21]
    assert _found([*rows[:6], sub, *rows[6:], [None, None, 1266.0, 78]]) == {"total_row": [6, 13]}


def test_notes_after_a_blank_row_and_at_the_foot() -> None:
    rows = [
        *_rows(),
        ["Source: billing system", None, None, None],
        ["Figures are net of VAT", "see Finance", None, None],
    ]
    assert _found(rows, [*range(2, 14), 16, 17]) == {"note_row": [12, 13]}
    assert _found([*_rows(), ["Source: billing system", None, None, None]]) == {"note_row": [12]}
    assert _found([*_rows(), ["C77", None, None, None]]) == {}


def test_a_second_table_under_the_first() -> None:
    second: list[list[Any]] = [
        ["Depot", "Manager", "Staff", "Site"],
        *[["Leeds", "A", "B", "C"]] * 3,
    ]
    numbers = [*range(2, 14), *range(16, 20)]
    assert _found([*_rows(), *second], numbers) == {"other_table": [12, 13, 14, 15]}
    small: list[list[Any]] = [["Leeds", 6, None, None], ["York", 6, None, None]]
    wide = [[*r, 1, 2] for r in _rows()]
    columns = [list(c) for c in zip(*[*wide, *[[*s, None, None] for s in small]], strict=True)]
    marked = furniture((*HEADINGS, "E", "F"), columns, [*range(2, 14), 17, 18], columns[0])
    assert np.flatnonzero(marked["other_table"]).tolist() == [12, 13]


def test_headings_again_on_every_printed_page() -> None:
    rows = _rows()
    assert _found([*rows[:6], list(HEADINGS), *rows[6:]]) == {"heading_row": [6]}


def test_a_word_on_a_scale_is_no_average() -> None:
    cells = [[f"{1000 + i}", 5, "Average" if i % 2 else "Good", 3] for i in range(12)]
    cells[4][1] = None
    columns = [list(c) for c in zip(*cells, strict=True)]
    assert not total_rows(columns, columns[0]).any()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from((customer_rows(30), survey_rows(30))), st.data())
def test_blank_rows_and_order_make_nothing_furniture(
    rows: list[list[Any]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(1, len(rows))))
    gaps = data.draw(st.sets(st.integers(1, len(rows) - 1), max_size=12))
    spaced: list[list[Any]] = [rows[0]]
    for position, i in enumerate(order, start=1):
        spaced += [[], rows[i]] if position in gaps else [rows[i]]
    source = understand_sheet(Sheet("S", spaced), "f.xlsx", None, None, 5).source
    assert source.reasons == {}
    assert source.rows_accepted == len(rows) - 1
