"""Lists in the shapes that people keep them in: years above months, a table a year, codes for how
often an amount falls due, words among days. Each comes to its figure or to a question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from make_files import csv, xlsx
from make_lists import (
    ALONE,
    BASE,
    BOTH,
    END,
    IDS,
    LEFT_ON,
    LOST,
    START,
    Files,
    N,
    rows_of,
    sheet,
    survey,
    text,
    times,
)

from cxcase.intake import Case, Upload, read
from cxcase.settings import Settings

FLAGS = ["yes" if lost else "no" for lost in LOST]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PAID = ((2024, START), (2025, END))
WITH_FLAG = (40, 47_800, None, 5)
Expected = tuple[float | None, ...] | str


def _flagged(heading: str, amounts: Sequence[Any], **beside: Sequence[Any]) -> Files:
    more = {name.replace("_", " "): cells for name, cells in beside.items()}
    return text(rows_of({**BASE, heading: amounts, **more, "Churned": FLAGS}))


def _pair(start: str, end: str, share: float = 1.0) -> Files:
    """Two columns of revenue; share: the part of the second year that the later one holds."""
    return text(rows_of({**BASE, start: START, end: times(share, END), "Churned": FLAGS}))


def _banner(lower: Sequence[str], part: int, last: int | None = None) -> Files:
    """Amounts by part of a year below the year; last: how many parts the second year has."""
    last = part if last is None else last
    upper: list[Any] = [None, None, 2024, *[None] * (part - 1), 2025, *[None] * (last - 1)]
    heads = ["Customer No", "Branch", *lower, *lower[:last]]
    rows = [
        [i, team, *[a / part] * part, *[b / part] * last]
        for i, team, a, b in zip(IDS, BASE["Branch"], START, END, strict=True)
    ]
    return sheet([upper, heads, *rows])


def _long(headings: Sequence[str], named: bool = False, last: int = 12) -> Files:
    """A row a customer, year and month in columns of their own; last: month of the second year."""
    rows = [
        [IDS[k], year, MONTHS[m - 1] if named else m, round(paid[k] / 12, 4)]
        for year, paid in PAID
        for k in range(N)
        for m in range(1, 13)
        if year == PAID[0][0] or m <= last
    ]
    return text([list(headings), *rows])


def _of_year(paid: Sequence[float]) -> list[list[Any]]:
    rows = zip(IDS, BASE["Branch"], paid, strict=True)
    return [["Customer No", "Branch", "Revenue"], *[list(row) for row in rows if row[2]]]


def _two_groups() -> Files:
    """Headings in two rows, the lower one with years under each group."""
    upper = ["Customer", None, "Actual", None, "Budget", None, None]
    lower = ["No", "Branch", 2024, 2025, 2024, 2025, "Churned"]
    held = zip(*BASE.values(), START, END, times(1.4), times(1.3), FLAGS, strict=True)
    return sheet([upper, lower, *map(list, held)])


def _two_currencies() -> Files:
    rows = [
        [IDS[k], f"{year}-{m:02d}-03", paid[k] / 12, "EUR" if m % 2 else "USD"]
        for year, paid in PAID
        for k in range(N)
        for m in range(1, 13)
    ]
    return text([["Customer No", "Invoice date", "Amount", "Currency"], *rows])


def _contracts() -> Files:
    rows = [
        [IDS[k], f"C{k}{name}", share * START[k], FLAGS[k]]
        for k in range(N)
        for name, share in (("a", 0.6), ("b", 0.4))
    ]
    return text([["Customer No", "Contract ID", "Annual revenue", "Churned"], *rows])


LATER = [day or (dt.date(2025, 1 + k % 12, 6) if k % 2 else None) for k, day in enumerate(LEFT_ON)]
MANY = (40, 47_800, None, sum(day is not None for day in LATER))


def _left(heading: str, cells: Sequence[Any]) -> Files:
    return text(rows_of({**BASE, "Annual revenue": START, heading: cells}))


BILLED = [amount / (12 if k % 2 else 4) for k, amount in enumerate(START)]
CASES: dict[str, tuple[Files, Expected]] = {
    "years above months": (_banner(MONTHS, 12), BOTH),
    "years above quarters": (_banner(("Q1", "Q2", "Q3", "Q4"), 4), BOTH),
    "years above months, nine of the second": (_banner(MONTHS, 12, 9), "window_not_complete"),
    "years below two groups of headings": (_two_groups(), BOTH),
    "Year and Month": (_long(("Customer No", "Year", "Month", "Revenue")), BOTH),
    "Jahr und Monat": (_long(("Kunde", "Jahr", "Monat", "Umsatz"), named=True), BOTH),
    "Fiscal year and Period": (_long(("Customer No", "Fiscal year", "Period", "Revenue")), BOTH),
    "Year and Month to September": (
        _long(("Customer No", "Year", "Month", "Revenue"), last=9),
        "window_not_complete",
    ),
    "a sheet a year": (
        [Upload("book.xlsx", xlsx({str(year): _of_year(paid) for year, paid in PAID}))],
        BOTH,
    ),
    "a file a year": (
        [Upload(f"revenue_{year}.csv", csv(_of_year(paid))) for year, paid in PAID],
        BOTH,
    ),
    "files of export days": (
        [Upload(f"list_{year}-01-05.csv", csv(_of_year(paid))) for year, paid in PAID],
        "no_fate_anywhere",
    ),
    "half a year of months and nothing else": (
        text(rows_of({**BASE, **{f"{m} 2024": times(1 / 12) for m in MONTHS[:6]}}))[:1],
        "no_amounts_before",
    ),
    "TCV": (_flagged("TCV", times(2)), "revenue_of_unknown_terms"),
    "TCV beside its term": (_flagged("TCV", times(2), Term_in_months=[24] * N), WITH_FLAG),
    "the last three months": (_flagged("Revenue L3M", times(0.25)), "revenue_period"),
    "1. Halbjahr": (_flagged("Umsatz 1. HJ 2024", times(0.5)), WITH_FLAG),
    "two quarters together": (_flagged("Revenue Q3+Q4 2024", times(0.5)), "revenue_period"),
    "1.-3. Quartal": (_flagged("Umsatz 1.-3. Quartal 2024", times(0.75)), "revenue_period"),
    "cents as ct": (_flagged("Umsatz (ct)", times(100)), WITH_FLAG),
    "codes of months": (
        text(
            rows_of(
                {
                    **BASE,
                    **{f"2024-M{m:02d}": times(1 / 12) for m in range(1, 13)},
                    "Churned": FLAGS,
                }
            )
        ),
        "revenue_of_one_part",
    ),
    "codes of how often": (
        _flagged("Fee", BILLED, Billing_cycle=["M" if k % 2 else "Q" for k in range(N)]),
        "revenue_period",
    ),
    "codes of how often that nobody knows": (
        _flagged("Fee", BILLED, Billing_cycle=["B7" if k % 2 else "Q" for k in range(N)]),
        "revenue_billed_unknown",
    ),
    "a year until a day": (_pair("CA 2024", "CA 2025 (au 30/09)", 0.75), "revenue_period"),
    "actual and expected years": (_pair("2024A", "2025E"), WITH_FLAG),
    "two contracts of each customer": (_contracts(), ALONE),
    "customers who pay in two currencies": (_two_currencies(), "customer_currencies_mixed"),
    "a title of a meeting": (
        sheet(
            [
                ["Quarterly business review, revenue by customer"],
                [],
                *rows_of({**BASE, "Revenue": START, "Churned": FLAGS}),
            ]
        ),
        "revenue_period_in_title",
    ),
    "crowns beside euros": (
        _flagged("Revenue", [f"{a:.0f} {'€' if k % 3 else 'kr'}" for k, a in enumerate(START)]),
        (26, 31_070, None, 3),
    ),
    "active among days of leaving": (_left("Left on", [d or "active" for d in LATER]), MANY),
    "zero days of Excel": (_left("Left on", [d or "1900-01-00" for d in LEFT_ON]), ALONE),
    "words that nobody knows among days": (
        _left("Left on", [d or ("moved?" if k % 4 else "") for k, d in enumerate(LATER)]),
        "unknown_states",
    ),
    "months of leaving in figures": (
        _left("Left on", [f"{d:%m/%Y}" if d else "" for d in LEFT_ON]),
        ALONE,
    ),
    "ungekündigt": (
        _left("Status", ["gekündigt" if lost else "ungekündigt" for lost in LOST]),
        ALONE,
    ),
}
# questions -> the top of each moment's scale
SURVEYS: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "grades in letters": (
        {"Delivery grade": ("A", "B", "C", "D", "E"), "Customer class": ("A", "B", "C")},
        {"Delivery grade": 5},
    ),
    "clicks are no marks": (
        {"Clicks": range(7), "Delivery (1-5)": (1, 2, 3, 4, 5)},
        {"Delivery": 5},
    ),
}


def _case(files: Files, folder: Path) -> Case:
    return read(list(files), Settings(), folder)


@pytest.mark.parametrize("name", CASES)
def test_a_list_comes_to_its_figure_or_a_question(name: str, tmp_path: Path) -> None:
    files, expected = CASES[name]
    case = _case(files, tmp_path)
    if isinstance(expected, str):
        assert case.base is None
        assert case.why_no_list == expected
        return
    assert case.base is not None, case.why_no_list
    end = case.base.revenue_end if case.has_revenue_end else None
    found = case.base.customers, case.base.revenue_start, end, case.base.churned
    assert found == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("name", SURVEYS)
def test_which_columns_are_marks(name: str, tmp_path: Path) -> None:
    asked, tops = SURVEYS[name]
    case = _case(survey(asked), tmp_path)
    assert {one.name: one.scale.high for one in case.moments} == tops


def test_a_statement_that_is_bad_is_turned(tmp_path: Path) -> None:
    heading = "I had to wait too long (1 = strongly disagree; 5 = strongly agree)"
    case = _case(survey({heading: (1, 1, 1, 1, 5)}), tmp_path)
    (moment,) = case.moments
    assert case.table("responses")[f"rating:{moment.name}"].mean() > moment.scale.at(0.5)


@pytest.mark.parametrize(
    "headings", [("Project No", "Location", "Project satisfaction (1-5)")], ids=["projects"]
)
def test_tables_of_others_are_no_employee_survey(headings: tuple[str, ...], tmp_path: Path) -> None:
    rows = [[f"P{k}", f"Town {k % 5}", 1 + k % 5] for k in range(N)]
    case = _case([Upload("table.csv", csv([headings, *rows]))], tmp_path)
    assert [source.role for source in case.sources] == [None]


def test_counts_of_answers_are_no_answers(tmp_path: Path) -> None:
    rows = [[f"Team {t}", f"I like part {q}", 1, 1, 2, 2, 0] for t in range(5) for q in range(2)]
    data = csv([["Team", "Question", "1", "2", "3", "4", "5"], *rows])
    case = _case([*sheet(_of_year(START)), Upload("people.csv", data)], tmp_path)
    assert not case.has("ex")
