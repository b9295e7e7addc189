"""Currencies that only the formats of a workbook's cells name are read with the figures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from corpus.biff12 import xlsb

from cxcase.intake import Case, Upload, read
from cxcase.intake.files.number_formats import currency_in
from cxcase.intake.files.xlsx import calamine_sheets, second_reader
from cxcase.settings import Settings

DOLLARS = "[$$-409]#,##0.00"
EUROS = "#,##0.00 [$€-407]"
ROWS = 30
YEARS = ("Revenue 2023", "Revenue 2024")


def _book(formats: Sequence[Sequence[str]], headings: Sequence[str]) -> bytes:
    """A list of customers; formats: of each column of revenue, used in turn down the rows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        made = {told: book.add_format({"num_format": told}) for one in formats for told in one}
        sheet = book.add_worksheet("List")
        sheet.write_row(0, 0, ["Customer No", *headings, "Churned"])
        for k in range(ROWS):
            sheet.write(k + 1, 0, f"K{100 + 7 * k}")
            for j, told in enumerate(formats, 1):
                sheet.write(k + 1, j, 1000.25 + k + j, made[told[k % len(told)]])
            sheet.write(k + 1, len(formats) + 1, "yes" if k % 6 == 0 else "no")
    return stream.getvalue()


def _case(data: bytes, folder: Path, **settings: Any) -> Case:
    return read([Upload("list.xlsx", data)], Settings(**settings), folder)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (DOLLARS, "USD"),
        (EUROS, "EUR"),
        ("#,##0 [$CHF-807]", "CHF"),
        ('"USD" #,##0', "USD"),
        ('_-£* #,##0.00_-;-£* #,##0.00_-;_-£* "-"??_-;_-@_-', "GBP"),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00)', "USD"),
        ("#,##0.00\\ \\€", "EUR"),
        ("[$$-1009]#,##0", "CAD"),
        ("[$$-C09]#,##0", "AUD"),
        ("#,##0 [$kr-41D]", "SEK"),
        ("[$R$-416] #,##0.00", "R$"),
        ("[$-409]mmm yy", None),
        ("[Red]#,##0", None),
        ('0.0 "points"', None),
        ("0.00%", None),
    ],
)
def test_what_a_format_names(told: str, code: str | None) -> None:
    assert currency_in(told) == code


def test_two_currencies_in_one_column_are_not_added_up(tmp_path: Path) -> None:
    data = _book([[EUROS, EUROS, '"USD" #,##0'], [EUROS, EUROS, '"USD" #,##0']], YEARS)
    case = _case(data, tmp_path)
    assert case.base is not None
    assert case.base.customers == ROWS * 2 // 3
    (asked,) = (d for d in case.decisions if d.code == "mixed_currency")
    assert asked.count == ROWS // 3
    assert case.currency == "EUR"
    both = _case(
        data, tmp_path, decisions={"mixed_currency": "convert"}, currency_rates={"USD": 2.0}
    )
    amounts = [1001.25 + k for k in range(ROWS)]
    expected = sum(2 * x if k % 3 == 2 else x for k, x in enumerate(amounts))
    assert both.base is not None
    assert both.base.revenue_start == pytest.approx(expected)


def _rows_of_two(dollars: str) -> list[list[Any]]:
    """The rows of the list, an amount as (amount, 0 for euros or 1 for dollars)."""
    rows: list[list[Any]] = [["Customer No", *YEARS, "Churned"]]
    for k in range(ROWS):
        style = int(k % 3 == 2) if dollars else 0
        amounts = [(1001.25 + k + j, style) for j in range(2)]
        rows.append([f"K{100 + 7 * k}", *amounts, "yes" if k % 6 == 0 else "no"])
    return rows


def _xls(rows: Sequence[Sequence[Any]], formats: Sequence[str]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("List")
    styles = [xlwt.easyxf(num_format_str=told) for told in formats]
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if isinstance(cell, tuple):
                sheet.write(i, j, cell[0], styles[cell[1]])
            else:
                sheet.write(i, j, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
@pytest.mark.parametrize("dollars", ['"USD" #,##0', ""])
def test_binary_workbooks_name_currencies_too(kind: str, dollars: str, tmp_path: Path) -> None:
    rows = _rows_of_two(dollars)
    formats = (EUROS, dollars or EUROS)
    data = _xls(rows, formats) if kind == "xls" else xlsb({"List": rows}, formats=formats)
    case = read([Upload(f"list.{kind}", data)], Settings(), tmp_path)
    assert case.base is not None
    assert case.base.customers == (ROWS * 2 // 3 if dollars else ROWS)
    assert ("mixed_currency" in {d.code for d in case.decisions}) == bool(dollars)
    assert case.currency == "EUR"


def test_one_currency_is_the_columns(tmp_path: Path) -> None:
    case = _case(_book([[DOLLARS], [DOLLARS]], YEARS), tmp_path)
    assert case.currency == "USD"
    assert case.base is not None
    assert case.base.revenue_start == pytest.approx(sum(1001.25 + k for k in range(ROWS)))


def test_start_and_end_in_two_currencies_are_asked_about(tmp_path: Path) -> None:
    case = _case(_book([[DOLLARS], [EUROS]], YEARS), tmp_path)
    assert case.why_no_list == "revenue_currencies"
    left = _case(
        _book([[DOLLARS], [EUROS]], YEARS), tmp_path, decisions={"revenue_currencies": "leave_out"}
    )
    assert left.base is not None
    assert not left.has_revenue_end


def test_a_sign_that_nobody_knows_gives_no_figure_beside_others(tmp_path: Path) -> None:
    alone = _case(_book([["[$R$-416] #,##0"]], ["Revenue 2023"]), tmp_path)
    assert alone.base is not None
    assert alone.base.customers == ROWS
    beside = _case(_book([["[$R$-416] #,##0", EUROS]], ["Revenue 2023"]), tmp_path)
    assert beside.base is None


def test_both_readers_give_the_currency() -> None:
    data = _book([[DOLLARS]], ["Revenue 2023"])
    for sheets in (calamine_sheets(data), second_reader("list.xlsx", data)):
        assert sheets[0].rows[1][1] == "1001.2500 USD"
