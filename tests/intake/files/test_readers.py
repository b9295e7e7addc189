"""Other kinds of spreadsheets say the same as an xlsx; SPSS files speak in questions and labels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_books import ods, part_of, rezipped, sav, strict, xls, xlsb
from make_files import Rows, customer_rows, parsed, survey_rows, text_dates, xlsx

from cxcase.errors import InputError
from cxcase.intake import ParsedTable
from cxcase.intake.files import readers
from cxcase.intake.files.spss import read_spss

KINDS: dict[str, Callable[[Rows], bytes]] = {
    "xls": xls,
    "xlsb": xlsb,
    "ods": ods,
    "strict": lambda rows: strict(xlsx({"Data": rows})),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_workbook_comes_out_like_the_xlsx(kind: str, tmp_path: Path) -> None:
    rows = survey_rows(40)
    rows = text_dates(rows) if kind == "xlsb" else rows
    (expected,) = parsed(xlsx({"Data": rows}), tmp_path, "s.xlsx").tables
    (found,) = parsed(KINDS[kind](rows), tmp_path, "s.any").tables
    assert (found.source.role, found.source.sheet, found.source.rows_accepted) == ("cx", "Data", 40)
    assert found.source.columns == expected.source.columns
    pd.testing.assert_frame_equal(found.frame(), expected.frame())


def _grid(kind: str, second: bool, data: bytes) -> list[list[object]]:
    (sheet,) = readers.read_file("f", data, kind, second=second).sheets
    rows = [list(row) for row in sheet.rows]
    plain = [[_plain(c) for c in row] for row in rows]
    return [
        row[: max((j + 1 for j, c in enumerate(row) if c is not None), default=0)] for row in plain
    ]


def _plain(cell: object) -> object:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
        return dt.datetime.combine(cell, dt.time())
    return None if cell == "" else cell


@pytest.mark.parametrize(
    ("kind", "make"), [("xlsx", lambda r: xlsx({"D": r})), ("xls", xls), ("ods", ods)]
)
def test_both_readers_of_a_kind_see_the_same_cells(
    kind: str, make: Callable[[Rows], bytes]
) -> None:
    rows = [*survey_rows(12), [None, None], ["07", dt.date(2024, 2, 29), None, -1.5, "Ä & <b>"]]
    data = make(rows)
    first = _grid(kind, False, data)
    assert first == _grid(kind, True, data)
    assert first[1][1] == dt.datetime.combine(rows[1][1], dt.time())
    assert first[-1] == ["07", dt.datetime(2024, 2, 29), None, -1.5, "Ä & <b>"]


def test_the_second_reader_reads_beyond_the_range_that_a_sheet_declares() -> None:
    book = xlsx({"D": customer_rows(30)})
    name = "xl/worksheets/sheet1.xml"
    short = rezipped(book, {name: part_of(book, name).replace(b'ref="A1:E31"', b'ref="A1:E3"')})
    assert b'ref="A1:E3"' in part_of(short, name)
    assert len(_grid("xlsx", True, short)) == 31


def test_a_workbook_that_only_the_second_reader_opens_is_read_and_said(tmp_path: Path) -> None:
    none = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    data = rezipped(xlsx({"Data": customer_rows(30)}), {"_rels/.rels": none})
    with pytest.raises(InputError):
        readers._calamine("c.xlsx", data)
    (table,) = parsed(data, tmp_path, "c.xlsx").tables
    assert (table.source.role, table.source.rows_accepted) == ("customers", 30)
    assert "second_reader" in [m.code for m in table.source.messages]


def test_hidden_sheets_of_an_old_workbook_are_not_used(tmp_path: Path) -> None:
    shown, hidden = parsed(xls(customer_rows(30), hidden=True), tmp_path, "c.xls").tables
    assert (shown.source.role, hidden.source.role) == ("customers", None)


def _survey(folder: Path, packed: bool = False) -> bytes:
    frame = pd.DataFrame(
        {
            "CustID": ["0007", "0008  ", "0009", "0010", "0011"],
            "when": [dt.date(2025, 5, d) for d in range(1, 6)],
            "Q1": [7.0, 1.0, 99.0, 4.0, 2.0],
            "Q2_1": [5.0, 1.0, 3.0, 98.0, 2.0],
            "Q2_2": [4.0, 2.0, 3.0, 97.0, 6.0],
            "branch": [1.0, 2.0, 2.0, 1.0, 1.0],
            "spend": [100.0, -99.0, 250.5, 3.0, 4.0],
        }
    )
    agree = {1: "Completely disagree", 5: "Completely agree", 2: "b", 3: "c", 4: "d", 6: "N/A"}
    return sav(
        frame,
        folder,
        packed,
        column_labels=[
            "Customer ID",
            "Response date",
            "How easy was it to do business with us?",
            "Billing",
            "Delivery",
            "Team",
            "Spend",
        ],
        variable_value_labels={
            "Q1": {1: "Very difficult", 7: "Very easy", 99: "Don't know"},
            "Q2_1": {**agree, 98: "Refused"},
            "Q2_2": {**agree, 98: "Refused"},
            "branch": {1: "North", 2: "South"},
        },
        missing_ranges={"Q1": [99], "Q2_1": [98], "Q2_2": [{"lo": 97, "hi": 99}], "spend": [-99]},
    )


@pytest.mark.parametrize("packed", [False, True])
def test_an_spss_file_speaks_in_questions_and_labels(packed: bool, tmp_path: Path) -> None:
    (sheet,) = read_spss("s.sav", _survey(tmp_path, packed))
    head, *rows = sheet.rows
    assert head == [
        "Customer ID",
        "Response date",
        "How easy was it to do business with us? (1-7)",
        "Billing (1-5)",
        "Delivery (1-5)",
        "Team",
        "Spend",
    ]
    assert rows[0] == [
        "0007",
        dt.datetime(2025, 5, 1),
        "7 - Very easy",
        "5 - Completely agree",
        "4 - d",
        "North",
        100.0,
    ]
    assert [row[0] for row in rows] == ["0007", "0008", "0009", "0010", "0011"]
    assert [row[2] for row in rows] == [
        "7 - Very easy",
        "1 - Very difficult",
        "Don't know",
        4.0,
        2.0,
    ]
    assert [row[3] for row in rows][3] == "Refused"
    assert [row[4] for row in rows][3:] == ["no answer", "N/A"]
    assert rows[1][6] is None


def _table(data: bytes, folder: Path) -> ParsedTable:
    (table,) = parsed(data, folder / "case", "survey.sav").tables
    return table


def test_an_spss_survey_is_understood(tmp_path: Path) -> None:
    table = _table(_survey(tmp_path), tmp_path)
    assert (table.source.role, table.source.format) == ("cx", "spss")
    assert (table.source.rows_read, table.source.rows_accepted) == (5, 5)
    frame = table.frame()
    assert frame["customer_id"].tolist() == ["0007", "0008", "0009", "0010", "0011"]
    np.testing.assert_array_equal(frame["ease"], [7, 1, np.nan, 4, 2])
    np.testing.assert_array_equal(frame["rating:Billing"], [5, 1, 3, np.nan, 2])
    assert {n: (s.low, s.high) for n, s in table.scales.items()} == {
        "ease": (1, 7),
        "moment:Billing": (1, 5),
        "moment:Delivery": (1, 5),
    }
    assert frame["team"].tolist() == ["North", "South", "South", "North", "North"]


def test_numbers_that_name_customers_stay_whole_and_qualtrics_is_known(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "StartDate": [dt.datetime(2025, 5, 1, 10)] * 12,
            "EndDate": [dt.datetime(2025, 5, 1, 10, 5)] * 12,
            "ResponseId": [f"R_{i}" for i in range(12)],
            "Finished": [1.0] * 12,
            "customer_id": [float(i) for i in range(100, 112)],
            "nps": [float(i % 11) for i in range(12)],
        }
    )
    table = _table(
        sav(frame, tmp_path, variable_value_labels={"Finished": {0: "False", 1: "True"}}), tmp_path
    )
    assert (table.source.role, table.source.format) == ("cx", "qualtrics")
    assert table.frame()["customer_id"].tolist() == [str(i) for i in range(100, 112)]


def test_an_spss_file_cut_short_is_damaged(tmp_path: Path) -> None:
    data = _survey(tmp_path)
    for end in (10, 100, len(data) // 2, len(data) - 20):
        with pytest.raises(InputError) as caught:
            parsed(data[:end], tmp_path / "case", "s.sav")
        assert caught.value.code == "damaged_file"
