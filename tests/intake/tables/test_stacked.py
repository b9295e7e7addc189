"""Tables under each other on one sheet are told apart by headings we know; what only looks like it
stays together.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus.rows import Table, customers, employees, said, survey
from corpus.writers import text, xlsx
from make_files import parsed

from cxcase.intake.files.readers import read_file
from cxcase.intake.tables.split_sheets import split_sheets
from cxcase.intake.tables.stacked import tables_below

_STEPS: Table = [["ID", "Title", "Moment", "Lift likely"], ["R1", "Call back", "Billing", 0.4]]


def _parts(rows: Table) -> list[tuple[str | None, int, int]]:
    """(name, first row, rows) of each table of the sheet."""
    sheets, _ = split_sheets("a.xlsx", read_file("a.xlsx", xlsx({"S": rows}), "xlsx").sheets)
    return [(s.name, s.skipped + 1, s.height) for s in sheets]


@pytest.mark.parametrize("titles", [[], [["Steps"]], [["Steps"], ["as of July"]]])
@pytest.mark.parametrize("gap", [1, 4])
def test_another_table(titles: Table, gap: int) -> None:
    rows = [*customers(), *[[]] * gap, *titles, *_STEPS]
    at = 14 + gap
    assert _parts(rows) == [("S", 1, 13 + gap), (f"S!A{at}", at, 2 + len(titles))]


def test_three_tables_each_with_all_their_rows(tmp_path: Path) -> None:
    rows = [
        ["All of it"],
        [],
        *said(survey(60)),
        [],
        *said(customers(70)),
        [],
        [],
        ["", *employees()[0]],
    ]
    rows += [["", *row] for row in said(employees(12))[1:]]
    for name, data in (("a.xlsx", xlsx({"S": rows})), ("a.csv", text(rows))):
        sources = [t.source for t in parsed(data, tmp_path, name).tables]
        assert [(s.role, s.rows_read, s.rows_accepted) for s in sources] == [
            ("cx", 60, 60),
            ("customers", 70, 70),
            ("ex", 12, 12),
        ], name
        assert [s.sheet and s.sheet.split("!")[-1] for s in sources][1:] == ["A65", "B138"]


@pytest.mark.parametrize(
    "below",
    [
        [["Colour", "Shade"], ["red", "dark"]],  # nobody knows it
        [customers()[0], *customers()[1:3]],  # the same headings on the next page
        [["Customer ID", "Team"]],  # headings without a row
        [["Leeds"], *customers()[1:3]],  # a group's name over more rows
        [["Notes: the team is the depot."], ["Source: Finance"]],
    ],
)
def test_the_same_table(below: Table) -> None:
    assert len(_parts([*customers(), [], *below])) == 1


def test_a_legend_above_is_no_table() -> None:
    assert len(_parts([["Prepared by", "Finance"], ["Region", "North"], [], *customers()])) == 1


def test_rows_that_a_large_file_keeps_as_columns_are_parted_too() -> None:
    (sheet,) = read_file("a.csv", text([*said(customers(500)), [], *_STEPS * 60]), "text").sheets
    first, second = tables_below(sheet)
    assert (len(first.rows), first.height, second.height) == (40, 502, 120)
    assert tables_below(first) == (first,)
