"""Text tables as people write them: encodings, delimiters, line ends, decimal commas."""

from __future__ import annotations

from pathlib import Path

import pytest
from make_files import csv, customer_rows, parsed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_common_encoding_and_delimiter(encoding: str, delimiter: str, tmp_path: Path) -> None:
    rows = customer_rows(20)
    rows[1][1] = "Köln"
    table = parsed(csv(rows, delimiter, encoding), tmp_path).tables[0]
    assert table.source.role == "customers"
    assert table.source.rows_accepted == 20
    assert table.frame()["team"][0] == "Köln"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end(end: str, tmp_path: Path) -> None:
    assert parsed(csv(customer_rows(20), end=end), tmp_path).tables[0].source.rows_accepted == 20


def test_a_declared_delimiter_is_believed_and_is_no_row(tmp_path: Path) -> None:
    rows = customer_rows(20)
    rows[3][2] = "not; a number"
    data = b"sep=|\r\n" + csv(rows, "|", end="\r\n")
    found = parsed(data, tmp_path)
    assert found.tables[0].source.rows_accepted == 19
    assert [(a.row, a.reason, a.found) for a in found.set_aside] == [
        (4, "not_a_number", "not; a number")
    ]


def test_decimal_commas(tmp_path: Path) -> None:
    rows = customer_rows(20)
    for row in rows[1:]:
        row[2] = f"{row[2]:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".") + " €"
    rows[1][2] = "1.234,50 €"
    table = parsed(csv(rows, ";"), tmp_path).tables[0]
    assert table.frame()["revenue_start"][0] == 1234.5
    assert table.currency == "EUR"


def test_quoted_cells_with_line_breaks(tmp_path: Path) -> None:
    rows = customer_rows(20)
    rows[1][1] = '"North\nand ""South"""'
    assert parsed(csv(rows), tmp_path).tables[0].frame()["team"][0] == 'North and "South"'


def test_ids_keep_their_zeros(tmp_path: Path) -> None:
    assert parsed(csv(customer_rows(20)), tmp_path).tables[0].frame()["customer_id"][3] == "00003"
