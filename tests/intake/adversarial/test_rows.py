"""Rows made to be read wrong: what they are, when they are of and whose, not only their amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from make_files import csv, xlsx
from make_lists import END, IDS, LOST, START, N

from cxcase.intake import Upload, read
from cxcase.settings import Settings

Rows = list[list[Any]]
YEARS = ((2023, START), (2024, END))
FIRST = dt.date(2024, 1, 1)
WHOLE = (40, 47_800, 45_500, 5)
STOPPED = (1, 2, 3)  # customers who pay nothing more in the last two months


def by_year(
    headings: Sequence[str], row: Callable[[int, int, float], Rows], file: str = "rows.csv"
) -> list[Upload]:
    """A table with rows for each customer and year. row: (customer, year, amount) -> its rows."""
    rows = [one for year, paid in YEARS for k in range(N) for one in row(k, year, paid[k])]
    return [Upload(file, csv([list(headings), *rows]))]


def by_month(
    heading: str,
    cell: Callable[[int, float], float],
    *,
    first: int = 0,
    day: str = "",
    time: str = "Month",
) -> list[Upload]:
    """A table with a row a customer and month of two years. cell: (month of the year, a month's
    amount) -> what stands there.
    """
    rows = [
        [
            IDS[k],
            f"{2023 + m // 12}-{m % 12 + 1:02d}{day}",
            cell(m % 12 + 1, YEARS[m // 12][1][k] / 12),
        ]
        for m in range(first, 24)
        for k in range(N)
    ]
    return [Upload("rows.csv", csv([["Customer No", time, heading], *rows]))]


def _invoices(k: int, year: int, amount: float) -> Rows:
    """An invoice a quarter, months first."""
    days = [dt.date(year, month, 3 + k % 20) for month in (1, 4, 7, 10)]
    parts = [[f"I{year}-{k}-{d.month}", f"{d:%m/%d/%Y}", IDS[k], amount / 4] for d in days]
    return [] if amount == 0 else parts


INVOICE = ("Invoice", "Invoice date", "Customer No", "Amount")
# files -> customers, revenue at the start and at the end, lost; else the question before any figure
CASES: dict[str, tuple[list[Upload], tuple[float | None, ...] | str, str]] = {
    "invoices with months first": (by_year(INVOICE, _invoices), WHOLE, ""),
    "invoices of less than two years": (
        by_month("Amount", lambda month, x: x, first=5, day="-07", time="Invoice date"),
        (40, 47_800 * 7 / 12 * 365.25 / 215, 45_500, 5),
        "periods_brought_to_a_year",
    ),
    "years by their last day": (
        by_year(
            ("Customer No", "Period end", "Revenue"), lambda k, y, x: [[IDS[k], f"{y}-12-31", x]]
        ),
        WHOLE,
        "",
    ),
    "one invoice a year": (
        by_year(
            INVOICE,
            lambda k, y, x: [[f"{y}{k}", f"{y}-{1 + k % 9:02d}-15", IDS[k], x]] if x else [],
        ),
        WHOLE,
        "",
    ),
    "amounts that run up through a year": (
        by_month("Revenue YTD", lambda month, x: month * x),
        WHOLE,
        "cumulated_amounts_parted",
    ),
    "kumulierte Beträge": (
        by_month("Umsatz kumuliert", lambda month, x: month * x),
        WHOLE,
        "cumulated_amounts_parted",
    ),
    "amounts that run up and fall": (
        by_month("Revenue YTD", lambda month, x: x * ((month + 8) % 12 + 1)),
        "cumulated_amounts_open",
        "",
    ),
    "budget beside actual": (
        by_year(
            ("Customer No", "Year", "Scenario", "Revenue"),
            lambda k, y, x: [[IDS[k], y, "Actual", x], [IDS[k], y, "Budget", 1.1 * x]],
        ),
        WHOLE,
        "kinds_of_rows",
    ),
    "Plan und Ist": (
        by_year(
            ("Customer No", "Jahr", "Wertart", "Umsatz"),
            lambda k, y, x: [[IDS[k], y, "Ist", x], [IDS[k], y, "Plan", 1.1 * x]],
        ),
        WHOLE,
        "kinds_of_rows",
    ),
    "budget beside versions": (
        by_year(
            ("Customer No", "Year", "Version", "Revenue"),
            lambda k, y, x: [[IDS[k], y, "V7", x], [IDS[k], y, "Budget", 1.1 * x]],
        ),
        "kinds_of_rows_open",
        "",
    ),
    "measures in rows": (
        by_year(
            ("Customer No", "Year", "KPI", "Value"),
            lambda k, y, x: [
                [IDS[k], y, "Revenue", x],
                [IDS[k], y, "Gross margin", 0.4 * x],
                [IDS[k], y, "Tickets", 5],
            ],
        ),
        WHOLE,
        "kinds_of_rows",
    ),
    "two revenues in rows": (
        by_year(
            ("Customer No", "Year", "KPI", "Value"),
            lambda k, y, x: [[IDS[k], y, "Net revenue", x], [IDS[k], y, "Gross revenue", 1.2 * x]],
        ),
        "kinds_of_rows_open",
        "",
    ),
    "a total beside its products": (
        by_year(
            ("Customer No", "Year", "Product", "Revenue"),
            lambda k, y, x: [
                [IDS[k], y, "Core", 0.7 * x],
                [IDS[k], y, "Add-on", 0.3 * x],
                [IDS[k], y, "Alle Produkte", x],
            ],
        ),
        WHOLE,
        "kinds_of_rows",
    ),
    "products without a total": (
        by_year(
            ("Customer No", "Year", "Product", "Revenue"),
            lambda k, y, x: [[IDS[k], y, "Core", 0.5 * x], [IDS[k], y, "Add-on", 0.5 * x]],
        ),
        WHOLE,
        "",
    ),
}

LEFT = [[IDS[k], f"2024-{1 + k // 5:02d}-14"] for k in range(N) if LOST[k]]
LEAVINGS = ("Customer No", "Cancellation date")


def _leavings(heading: str, of_left: str, *others: Sequence[str]) -> list[Upload]:
    """The list, and who left when; others: (day, what stands under the heading) of those who
    stayed.
    """
    listed = [["Customer No", "Revenue 2023", "Customer since"]]
    listed += [[IDS[k], START[k], "2019-05-01"] for k in range(N)]
    told = [[*LEAVINGS, heading], *([*row, of_left] for row in LEFT)]
    told += [[IDS[k], *row] for k, row in enumerate(others, 1)]
    told.append(["Z1", "2024-12-30", of_left])
    return [Upload("list.csv", csv(listed)), Upload("left.csv", csv(told))]


ALONE = (40, 47_800, None, 5)
CASES |= {
    "upgrades among leavings": (
        _leavings("Event", "Churn", ("2024-03-03", "Upgrade"), ("2024-04-03", "Downgrade")),
        ALONE,
        "",
    ),
    "leavings that were taken back": (
        _leavings(
            "Status", "Wirksam", ("2024-03-03", "Zurückgezogen"), ("2024-05-03", "Widerrufen")
        ),
        ALONE,
        "",
    ),
    "leavings in a state that nobody knows": (
        _leavings("State", "Effective", ("2024-03-03", "Withdrawn"), ("2024-05-03", "Q7")),
        "kinds_of_leavings_open",
        "",
    ),
    "customers who came back": (
        _leavings("Won back on", "", ("2024-03-03", "2024-05-01"), ("2024-05-03", "2024-06-01")),
        ALONE,
        "came_back_on_a_day",
    ),
}


def _parents() -> list[Upload]:
    """The list, where ten customers stand above two sites each that hold their money again."""
    rows: Rows = [["Account No", "Belongs to", "Revenue 2023", "Revenue 2024"]]
    for k in range(N):
        rows.append([IDS[k], "", START[k], END[k]])
        for site, share in ((1, 0.6), (2, 0.4)) if k < SITES else ():
            rows.append([f"{IDS[k]}-{site}", IDS[k], share * START[k], share * END[k]])
    return [Upload("list.csv", csv(rows))]


def _stopping() -> list[Upload]:
    """A column a month for two years, where three customers pay nothing in the last two."""
    months = [f"{2023 + m // 12}-{m % 12 + 1:02d}" for m in range(24)]
    paid = [[YEARS[m // 12][1][k] / 12 for m in range(24)] for k in range(N)]
    rows = [[IDS[k], *paid[k][:22], *([0, 0] if k in STOPPED else paid[k][22:])] for k in range(N)]
    return [Upload("rows.csv", csv([["Customer No", *months], *rows]))]


def _alone(headings: Sequence[str], row: Callable[[int], list[Any]]) -> list[Upload]:
    return [Upload("list.csv", csv([["Customer No", *headings], *map(row, range(N))]))]


def _left(k: int, year: int) -> str:
    return f"{year}-{1 + k // 5:02d}-14" if LOST[k] or k % 8 == 1 else ""


SITES = 10
# what customers with days of leaving are, who left over two years
FATE = ("Revenue 2023", "Churn date")
CASES |= {
    "parents above their sites": (_parents(), "parent_rows", ""),
    "leavings over two years": (
        _alone(FATE, lambda k: [IDS[k], START[k], _left(k, 2024 + k % 8)]),
        ALONE,
        "t0_from_heading",
    ),
    "leavings over two years and no year of revenue": (
        _alone(("Annual revenue", FATE[1]), lambda k: [IDS[k], START[k], _left(k, 2023 + k % 8)]),
        "leavings_over_years",
        "",
    ),
    "customers who joined after the year": (
        _alone(
            (*FATE, "Customer since"),
            lambda k: [
                IDS[k],
                START[k],
                LEFT[k // 8][1] if LOST[k] else "",
                "2025-02-03" if k in {1, 2} else "2019-05-01",
            ],
        ),
        (38, 47_800 - 1010 - 1020, None, 5),
        "joined_after_year",
    ),
    "customers who stopped paying of late": (
        _stopping(),
        (40, 47_800, 45_500 - sum(END[k] / 6 for k in STOPPED), 5),
        "silent_at_end",
    ),
}


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _until_gone(k: int) -> list[float]:
    """What a customer pays each month of the second year; the lost do until they leave."""
    paid = [END[k] / 12] * 12
    return [START[k] / 12] * (k // 8) + [0.0] * (12 - k // 8) if LOST[k] else paid


def _beside_year(headings: Sequence[str], row: Callable[[int], list[Any]]) -> list[Upload]:
    """A year's total, and columns for each month of the next, in which four of the five who are
    lost still pay something.
    """
    return _alone(headings, lambda k: [IDS[k], *row(k)])


NEWER = [f"{month} 2024" for month in MONTHS]
FIRST_YEAR = [f"{month} 2023" for month in MONTHS]
QUARTERS = [f"Q{q} 2024" for q in (1, 2, 3, 4)]
CASES |= {
    "months beside the year before": (
        _beside_year(["Revenue 2023", *NEWER], lambda k: [START[k], *_until_gone(k)]),
        WHOLE,
        "years_spread_over_parts",
    ),
    "months and their total beside the year before": (
        _beside_year(
            ["Revenue 2023", *NEWER, "Revenue 2024"],
            lambda k: [START[k], *_until_gone(k), sum(_until_gone(k))],
        ),
        WHOLE,
        "years_spread_over_parts",
    ),
    "months of two years beside their totals": (
        _beside_year(
            [*FIRST_YEAR, "Total 2023", *NEWER, "Total 2024"],
            lambda k: [*[START[k] / 12] * 12, START[k], *_until_gone(k), sum(_until_gone(k))],
        ),
        WHOLE,
        "",
    ),
    "months beside the year before, and who left": (
        _beside_year(
            ["Revenue 2023", *NEWER, "Churned"],
            lambda k: [START[k], *_until_gone(k), "yes" if LOST[k] else "no"],
        ),
        ALONE,
        "",
    ),
    "half a year of months beside the year before": (
        _beside_year(["Revenue 2023", *NEWER[:6]], lambda k: [START[k], *_until_gone(k)[:6]]),
        "no_amounts_before",
        "",
    ),
}


def _left_and_back(heading: str, back: dt.date) -> list[Upload]:
    """A list with days of leaving, where two more than the lost left in March and came back."""
    return _alone(
        ("Revenue 2023", "Left", heading),
        lambda k: [
            IDS[k],
            START[k],
            dt.date(2024, 3 + k // 5, 1) if LOST[k] or k in BACK else "",
            back if k in BACK else "",
        ],
    )


TERMS = [24 if k % 2 else 36 for k in range(N)]  # months
WHOLE_VALUES = [START[k] * TERMS[k] / 12 for k in range(N)]


def _contracts(value: str, term: str, *, unknown: int = -1) -> list[Upload]:
    """A list with the value of whole contracts and their length. unknown: whose length is not."""
    return _alone(
        (value, term, "Churned"),
        lambda k: [
            IDS[k],
            WHOLE_VALUES[k],
            "" if k == unknown else TERMS[k],
            "yes" if LOST[k] else "no",
        ],
    )


def _dated_headings(day: Callable[[int], dt.date]) -> list[Upload]:
    """Twenty-four months under dates of a workbook. day: month from 0 -> what heads it."""
    rows: Rows = [["Customer No", *map(day, range(24))]]
    rows += [[IDS[k], *[YEARS[m // 12][1][k] / 12 for m in range(24)]] for k in range(N)]
    return [Upload("months.xlsx", xlsx({"Revenue": rows}))]


def _first_of(month: int) -> dt.date:
    return dt.date(2023 + month // 12, month % 12 + 1, 1)


CASES |= {
    "value of whole contracts": (
        _contracts("Total contract value", "Term (months)"),
        ALONE,
        "contract_value_brought_to_a_year",
    ),
    "Gesamtvertragswert": (
        _contracts("Gesamtvertragswert", "Laufzeit (Monate)"),
        ALONE,
        "contract_value_brought_to_a_year",
    ),
    "value of contracts that may be of a year": (
        _contracts("Contract value", "Term (months)"),
        "revenue_of_whole_terms",
        "",
    ),
    "value of whole contracts, one of unknown length": (
        _contracts("Total contract value", "Term (months)", unknown=3),
        "revenue_of_unknown_terms",
        "",
    ),
    "value of whole contracts without their length": (
        _alone(
            ("Total contract value", "Churned"),
            lambda k: [IDS[k], WHOLE_VALUES[k], "yes" if LOST[k] else "no"],
        ),
        "revenue_of_unknown_terms",
        "",
    ),
    "months headed by their first day": (_dated_headings(_first_of), WHOLE, ""),
    "months headed by their last day": (
        _dated_headings(lambda m: _first_of(m + 1) - dt.timedelta(days=1)),
        WHOLE,
        "",
    ),
}
BACK = (1, 2)
IN_TIME = dt.date(2024, 10, 1)
CASES |= {
    **{
        f"a list with days of coming back, {heading}": (
            _left_and_back(heading, IN_TIME),
            ALONE,
            "came_back_on_a_day",
        )
        for heading in ("Rejoined", "Reactivated on", "Wiedereintritt", "Win-back date")
    },
    "back after the year": (
        _left_and_back("Rejoined", dt.date(2025, 2, 1)),
        (*ALONE[:3], ALONE[3] + len(BACK)),
        "came_back_on_a_day",
    ),
    "left before the year and back before it": (
        _alone(
            (*FATE, "Returned on"),
            lambda k: [
                IDS[k],
                START[k],
                "2023-02-03" if k in BACK else _left(k, 2024) if LOST[k] else "",
                "2023-05-03" if k in BACK else "",
            ],
        ),
        ALONE,
        "came_back_on_a_day",
    ),
}


@pytest.mark.parametrize(
    ("name", "decided", "customers", "start", "lost"),
    [
        ("parents above their sites", {"parent_rows": "parents"}, 40, 47_800, 5),
        ("parents above their sites", {"parent_rows": "children"}, 50, 47_800, 7),
        ("customers who stopped paying of late", {"silent_at_end": "lost"}, 40, 47_800, 8),
    ],
)
def test_what_is_promised_is_what_comes(
    name: str,
    decided: dict[str, str],
    customers: int,
    start: float,
    lost: int,
    tmp_path: Path,
) -> None:
    ((code, option),) = decided.items()
    asked = next(d for d in read(CASES[name][0], Settings(), tmp_path).decisions if d.code == code)
    promised = next(one for one in asked.options if one.code == option)
    case = read(CASES[name][0], Settings(decisions=decided), tmp_path / "decided")
    assert case.base is not None
    found = case.base.customers, case.base.revenue_start, case.base.churned
    assert found == pytest.approx((customers, start, lost))
    assert (promised.customers, promised.revenue_start) == pytest.approx((customers, start))
    assert promised.logo_churn == pytest.approx(lost / customers)


@pytest.mark.parametrize("name", CASES)
def test_what_rows_come_to(name: str, tmp_path: Path) -> None:
    files, expected, said = CASES[name]
    case = read(files, Settings(), tmp_path)
    assert {*said.split()} <= {finding.code for finding in case.findings}
    if isinstance(expected, str):
        assert case.base is None
        assert (case.why_no_list or "") == expected
        return
    assert case.base is not None, case.why_no_list
    base = case.base
    end = base.revenue_end if case.has_revenue_end else None
    found = base.customers, base.revenue_start, end, base.churned
    assert found == pytest.approx(expected, abs=1)


def test_losses_are_in_the_list() -> None:
    assert sum(LOST) == WHOLE[3]
    assert FIRST.year == YEARS[1][0]
