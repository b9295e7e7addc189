"""Every filled row is read, and accepted or set aside, in every format; single cases that random
damage once found.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fuzzing
import make_books
import pytest
from corpus.register import content
from make_books import part_of, rezipped
from make_files import Rows, csv, customer_rows, parsed, survey_rows, text_dates, xlsx

from cxcase.errors import InputError
from cxcase.intake import remap
from cxcase.intake.files.readers import read_file
from cxcase.intake.survey_tools.feedback_tools import read_share
from cxcase.intake.survey_tools.unpack import _epochs
from cxcase.intake.values.dates import period_end, read_dates

Write = Callable[[Rows], bytes]
BOOKS = {
    "xlsx": lambda rows: xlsx({"S": rows}),
    "xls": make_books.xls,
    "xlsb": make_books.xlsb,
    "ods": make_books.ods,
}


def _beside() -> Rows:
    """Thirty customers, a note beside two of them, two rows that hold nothing but a note."""
    rows = customer_rows(30)
    rows[3] += ["", "", "a note"]
    rows[7] += ["", "", "another"]
    return [*rows, [*[""] * 7, "checked"], [*[""] * 6, "twice", "by two"]]


@pytest.mark.parametrize("kind", BOOKS)
def test_rows_beside_a_table_are_counted_and_cells_under_no_heading_said(
    kind: str, tmp_path: Path
) -> None:
    found = parsed(BOOKS[kind](_beside()), tmp_path, f"a.{kind}")
    source = found.tables[0].source
    assert (source.rows_read, source.rows_accepted, dict(source.reasons)) == (
        32,
        30,
        {"outside_table": 2},
    )
    assert [(a.row, a.reason, a.column, a.found) for a in found.set_aside] == [
        (32, "outside_table", None, None),
        (33, "outside_table", None, None),
    ]
    (said,) = (m for m in source.messages if m.code == "no_heading")
    assert (said.params["count"], said.params["cell"], said.params["columns"]) == (2, "H4", ["H"])


def test_they_are_still_counted_when_a_person_says_what_the_table_is(tmp_path: Path) -> None:
    found = parsed(xlsx({"S": _beside()}), tmp_path, "a.xlsx")
    again = remap(found, 0, "customer_facts", None, folder=tmp_path, k_min=5)
    source = again.tables[0].source
    assert (source.role, source.rows_read, source.reasons["outside_table"]) == (
        "customer_facts",
        32,
        2,
    )
    assert [a.row for a in again.set_aside if a.reason == "outside_table"] == [32, 33]
    assert [m.params["cell"] for m in source.messages if m.code == "no_heading"] == ["H4"]


def test_of_a_table_beside_another_the_address_is_the_sheets(tmp_path: Path) -> None:
    head, *answers = text_dates(survey_rows(12))
    rows = [
        [*a, "", *b] for a, b in zip(customer_rows(12), [head, *reversed(answers)], strict=True)
    ]
    rows = [*rows[:5], *([*row, "late"] for row in rows[5:7]), *rows[7:], [*[""] * 12, "no row"]]
    tables = parsed(xlsx({"S": rows}), tmp_path, "a.xlsx").tables
    left, right = (t.source for t in tables)
    assert (left.rows_read, left.rows_accepted, right.sheet) == (12, 12, "S!G1")
    assert (right.rows_read, right.rows_accepted, dict(right.reasons)) == (
        13,
        12,
        {"outside_table": 1},
    )
    assert [m.params["cell"] for m in right.messages if m.code == "no_heading"] == ["M6"]
    assert not [m for m in left.messages if m.code == "no_heading"]


@pytest.mark.parametrize("kind", [*BOOKS, "csv"])
def test_a_sheet_without_a_table_says_how_many_rows_it_leaves(kind: str, tmp_path: Path) -> None:
    rows: Rows = [["Notes"], [""], *([f"line {k}"] for k in range(60))]
    source = parsed({**BOOKS, "csv": csv}[kind](rows), tmp_path, f"a.{kind}").tables[0].source
    assert [(m.code, m.params["rows"]) for m in source.messages] == [("no_table", 61)]


def test_a_hidden_sheet_says_how_many_rows_it_leaves(tmp_path: Path) -> None:
    data = xlsx({"Shown": customer_rows(20), "Old": customer_rows(70)}, hidden=["Old"])
    old = parsed(data, tmp_path, "a.xlsx").tables[1].source
    assert [(m.code, m.params["rows"]) for m in old.messages] == [("hidden_sheet", 71)]


# ---- found by random damage
# ---------------------------------------------------------------------------


def test_a_row_with_more_cells_than_headings_is_set_aside(tmp_path: Path) -> None:
    rows = [*customer_rows(30), ["", "", "", "", "", "x"]]
    rows[4].append("x")
    found = parsed(csv(rows), tmp_path)
    assert found.tables[0].source.rows_read == 31
    assert [(a.row, a.reason) for a in found.set_aside] == [(5, "ragged_row"), (32, "ragged_row")]


@pytest.mark.parametrize("write", [csv, BOOKS["xlsx"]])
def test_rows_of_data_above_the_headings_are_set_aside(write: Write, tmp_path: Path) -> None:
    rows = customer_rows(30)
    rows[0], rows[2] = rows[2], rows[0]
    found = parsed(write(rows), tmp_path, "a.csv" if write is csv else "a.xlsx")
    assert found.tables[0].source.rows_read == 30
    assert [(a.row, a.reason) for a in found.set_aside] == [
        (1, "above_headings"),
        (2, "above_headings"),
    ]


def test_a_row_of_more_cells_than_a_spreadsheet_has_columns_is_refused(tmp_path: Path) -> None:
    data = csv(customer_rows(30)) + b"\n" + b"," * 20_000
    with pytest.raises(InputError) as caught:
        parsed(data, tmp_path)
    assert (caught.value.code, caught.value.params["found"]) == ("too_many_columns", 20_001)


@pytest.mark.parametrize("label", ["( " * 50_000, "1 " * 50_000, "- 1" * 30_000])
def test_a_long_label_is_no_date_at_once(label: str) -> None:
    start = time.process_time()
    assert period_end(label) is None
    assert read_dates([label] * 3).bad.all()
    assert time.process_time() - start < 1


def test_a_score_with_a_sign_of_money_is_a_number() -> None:
    assert read_share("£5", False) == 5
    assert read_share(0.5, True) == 50


def test_digits_too_many_for_a_moment_are_left_as_they_are() -> None:
    long: list[Any] = ["1" * 5_000, "1700000000"]
    assert list(_epochs(long, "Created at")) == long
    assert list(_epochs(long[1:], "Created at")) == [dt.datetime(2023, 11, 14, 22, 13, 20)]


def test_an_old_workbook_whose_sectors_lie_is_damaged() -> None:
    data = bytearray(content("customers.xls"))
    data[0x4C:0x50] = b"\xf0\xff\xff\x0f"  # where the table of sectors begins
    with pytest.raises(InputError) as caught:
        read_file("a.xls", bytes(data), "xls")
    assert caught.value.code == "damaged_file"


def test_a_workbook_whose_xml_breaks_off_is_damaged() -> None:
    book = content("customers.xlsx")
    sheet = part_of(book, "xl/worksheets/sheet1.xml")
    ended, _ = fuzzing.tried(
        "a.xlsx", rezipped(book, {"xl/worksheets/sheet1.xml": sheet[: len(sheet) // 2]})
    )
    assert ended == "damaged_file"
