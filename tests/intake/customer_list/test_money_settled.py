"""Lists made to go wrong: periods, units and years of money, rows of contracts, outliers.

Each comes to the right figure or to a question, never to a wrong figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_files import csv, xlsx

from cxcase.intake import Case, Upload, read
from cxcase.intake.customer_list.outliers import stand_out
from cxcase.intake.roles.amounts import in_heading
from cxcase.intake.vocabulary.money_headings import money_heading
from cxcase.report import words
from cxcase.settings import Settings

Columns = dict[str, Sequence[Any]]
N = 40
IDS = [f"C{k}" for k in range(N)]
LEFT = ["yes" if k % 8 == 0 else "no" for k in range(N)]
GONE_IN = [f"{2 + k // 4:02d}" if c == "yes" else None for k, c in enumerate(LEFT)]  # months
START = [1000.0 + 10 * k for k in range(N)]
END = [0.0 if k % 8 == 0 else round(1.1 * amount, 2) for k, amount in enumerate(START)]
BASE = {"Customer ID": IDS, "Churned": LEFT}
BOTH = (40, 47800, 46200, 5)
ALONE = (40, 47800, None, 5)


def times(factor: float, amounts: Sequence[float] = START) -> list[float]:
    return [factor * amount for amount in amounts]


def a_list(columns: Columns) -> Upload:
    return Upload("list.csv", csv([list(columns), *zip(*columns.values(), strict=True)]))


def answers(last: str) -> Upload:
    """A survey with a response every third day, the last on this day."""
    end = dt.date.fromisoformat(last)
    days = [(end - dt.timedelta(days=3 * k)).isoformat() for k in range(20)]
    rows = [[f"C{k}", day, 1 + k % 7] for k, day in enumerate(days)]
    return Upload("survey.csv", csv([["Customer ID", "Response date", "Ease"], *rows]))


def case_of(folder: Path, *uploads: Upload, start: str | None = None, **decided: str) -> Case:
    day = dt.date.fromisoformat(start) if start else None
    return read(list(uploads), Settings(start=day, decisions=decided), folder)


def comes_to(case: Case) -> Any:
    """Customers, revenue at both ends, who was lost; or the code of what is open."""
    if case.base is None:
        assert not case.has("customers")
        return case.why_no_list
    end = round(case.base.revenue_end or 0) if case.has_revenue_end else None
    return case.base.customers, round(case.base.revenue_start), end, case.base.churned


def codes(case: Case) -> set[str]:
    return {finding.code for finding in case.findings}


def options(case: Case, code: str) -> dict[str, int | None]:
    """Revenue at the start under each option."""
    decision = next(d for d in case.decisions if d.code == code)
    return {
        o.code: None if o.revenue_start is None else round(o.revenue_start)
        for o in decision.options
    }


# ---- periods, units and years --------------------------------------------------------------------

GERMAN = {"Kundennummer": IDS, "Gekündigt": ["ja" if c == "yes" else "nein" for c in LEFT]}
FRENCH = {"N° client": IDS, "Résilié": ["oui" if c == "yes" else "non" for c in LEFT]}
SPANISH = {"Número de cliente": IDS, "Baja": ["sí" if c == "yes" else "no" for c in LEFT]}
QUARTERS = {f"Q{q} revenue": times(0.25) for q in (1, 2, 3, 4)}
LISTS: dict[str, tuple[Columns, Any]] = {
    "current before prior": ({**BASE, "Revenue CY": END, "Revenue PY": START}, BOTH),
    "after before before": ({**BASE, "Revenue after": END, "Revenue before": START}, BOTH),
    "this and last year": ({**BASE, "Revenue this year": END, "Revenue last year": START}, BOTH),
    "newest first": ({**BASE, "Revenue 2025": END, "Revenue 2024": START}, BOTH),
    "years in brackets": ({**BASE, "Revenue (2025)": END, "Revenue (2024)": START}, BOTH),
    "years alone": ({**BASE, "2025": END, "2024": START}, BOTH),
    "fiscal years": ({**BASE, "Revenue FY24": START, "Revenue FY25": END}, BOTH),
    "split years": ({**BASE, "Revenue 2023/24": START, "Revenue 2024/25": END}, BOTH),
    "German": ({**GERMAN, "Umsatz AJ": END, "Umsatz VJ": START}, BOTH),
    "German with a plan": ({**GERMAN, "Umsatz 2024": START, "Umsatz 2025 Plan": END}, ALONE),
    "French": ({**FRENCH, "CA N": END, "CA N-1": START}, BOTH),
    "French months": ({**FRENCH, "CA mensuel": times(1 / 12)}, ALONE),
    "Spanish": ({**SPANISH, "Ingresos 2025": END, "Ingresos 2024": START}, BOTH),
    "cents": ({**BASE, "Revenue (cents)": times(100)}, ALONE),
    "pence by year": (
        {**BASE, "Revenue 2024 (pence)": times(100), "Revenue 2025 (pence)": times(100, END)},
        BOTH,
    ),
    "other units each year": (
        {**BASE, "Revenue 2024 (k€)": times(0.001), "Revenue 2025 (€)": END},
        BOTH,
    ),
    "monthly at both ends": (
        {**BASE, "MRR end": times(1 / 12, END), "MRR start": times(1 / 12)},
        BOTH,
    ),
    "December before January": (
        {**BASE, "Dec revenue": times(1 / 12, END), "Jan revenue": times(1 / 12)},
        BOTH,
    ),
    "halves": ({**BASE, "Revenue H2 2024": times(0.5), "Revenue H2 2025": times(0.5, END)}, BOTH),
    "yearly rates of a month": ({**BASE, "ARR Dec 2024": START, "ARR Dec 2025": END}, BOTH),
    "last twelve months": ({**BASE, "LTM revenue": START}, ALONE),
    "monthly beside yearly": ({**BASE, "Revenue": START, "Monthly fee": times(1 / 12)}, ALONE),
    "eight quarters": (
        {
            **BASE,
            **{f"Revenue Q{q} 2024": times(0.25) for q in (1, 2, 3, 4)},
            **{f"Revenue Q{q} 2025": times(0.25, END) for q in (1, 2, 3, 4)},
        },
        BOTH,
    ),
    "no year between": ({**BASE, "Revenue 2022": END, "Revenue 2024": START}, ALONE),
    "lifetime": ({**BASE, "Lifetime value": START}, "no_revenue_anywhere"),
    "budgets": ({**BASE, "Budget 2024": START, "Budget 2025": END}, "no_revenue_anywhere"),
    "planned revenue": ({**BASE, "Forecast revenue 2025": START}, "no_revenue_anywhere"),
    "next quarter": (
        {**BASE, "Revenue Q3 2025": times(0.25), "Revenue Q4 2025": times(0.25, END)},
        "revenue_not_a_year_apart",
    ),
    "quarters of no year": ({**BASE, **QUARTERS}, "revenue_of_one_part"),
    "so far": ({**BASE, "Revenue YTD": START}, "revenue_to_date"),
    "until June": ({**BASE, "Revenue YTD Jun 2025": times(0.5)}, "revenue_period"),
    "monthly without a word": (
        {**BASE, "Revenue": times(1 / 12), "Monthly charges": times(1 / 12)},
        "revenue_period",
    ),
    "neither": ({**BASE, "Revenue": START, "Monthly charges": times(1 / 3)}, "revenue_period"),
    "nine months": ({**BASE, "Revenue Jan-Sep 2024": times(0.75)}, "revenue_period"),
    "nine months in numbers": ({**BASE, "Umsatz 01-09/2024": times(0.75)}, "revenue_period"),
    "three quarters": ({**BASE, "Revenue Q1-Q3 2024": times(0.75)}, "revenue_period"),
    "nine months, counted": ({**BASE, "Revenue 9M 2024": times(0.75)}, "revenue_period"),
    "two years together": ({**BASE, "Revenue last 24 months": times(2)}, "revenue_period"),
    "five years together": ({**BASE, "Revenue 2020-2024": times(5)}, "revenue_period"),
    "all months of a year": ({**BASE, "Revenue Jan-Dec 2024": START}, ALONE),
    "twelve months that end": (
        {**BASE, "Revenue 12m to Dec-24": START, "Revenue 12m to Dec-25": END},
        BOTH,
    ),
    "twelve months from April": ({**BASE, "Revenue Apr 2023 - Mar 2024": START}, ALONE),
    "a part of the second year": (
        {**BASE, "Revenue 2024": START, "Revenue 2025 (to Sep)": times(0.75, END)},
        "revenue_period",
    ),
    "a week": ({**BASE, "Weekly spend": times(1 / 52)}, ALONE),
    "an average month": ({**BASE, "Avg monthly revenue 2024": times(1 / 12)}, ALONE),
    "per calendar month": ({**BASE, "Fee pcm": times(1 / 12)}, ALONE),
    "every four weeks": ({**BASE, "4-weekly payment": times(1 / 13)}, ALONE),
    "a week by its sign": ({**BASE, "£ per week": times(1 / 52)}, ALONE),
    "a day": ({**BASE, "Revenue per day": times(1 / 365)}, ALONE),
    "German month on average": ({**GERMAN, "Ø Monatsumsatz 2024": times(1 / 12)}, ALONE),
    "German quarter": ({**GERMAN, "Quartalsumsatz": times(1 / 4)}, ALONE),
    "German half year": ({**GERMAN, "Halbjahresumsatz": times(1 / 2)}, ALONE),
    "a count a month": ({**BASE, "Payments per month": [3.0] * N}, "no_revenue_anywhere"),
    "a fee and how often": (
        {**BASE, "Subscription fee": times(1 / 12), "Billing cycle": ["monthly"] * N},
        "revenue_period",
    ),
    "a fee once a year": (
        {**BASE, "Subscription fee": START, "Billing cycle": ["annual"] * N},
        ALONE,
    ),
    "a month times twelve": ({**BASE, "MRR x 12": START}, ALONE),
    "actual beside plan and forecast": (
        {**GERMAN, "Plan 2025": times(1.1), "Forecast 2025": END, "Ist 2024": START},
        ALONE,
    ),
    "growth beside revenue": (
        {**BASE, "Revenue growth 2025": [f"{k % 9}%" for k in range(N)], "Revenue 2024": START},
        ALONE,
    ),
    "rank beside revenue": ({**BASE, "Revenue rank": range(1, N + 1), "Revenue": START}, ALONE),
    "revenue at risk alone": ({**BASE, "Revenue at risk": times(0.1)}, "no_revenue_anywhere"),
    "deciles alone": (
        {**BASE, "Revenue decile": [1 + k % 10 for k in range(N)]},
        "no_revenue_anywhere",
    ),
    "millions behind a code": ({**BASE, "Net revenue (EUR m)": times(1e-6)}, ALONE),
    "lakhs": ({**BASE, "Revenue (Rs lakh)": times(1e-5)}, ALONE),
    "a lone k": ({**BASE, "Revenue K": times(1e-3)}, ALONE),
    "in 1.000 €": ({**GERMAN, "Umsatz in 1.000 €": times(1e-3)}, ALONE),
    "an m that may be months": ({**BASE, "Revenue (m)": times(1e-6)}, "revenue_unit"),
    "points between thousands": (
        {**GERMAN, "Jahresumsatz": [f"{1 + k % 90}.{(137 * k + 1) % 1000:03d}" for k in range(N)]},
        "revenue_unit",
    ),
    "days in headings": (
        {**FRENCH, "ARR 01.01.2025 (CHF)": START, "ARR 31.12.2025 (CHF)": END},
        BOTH,
    ),
    "failed at the end for many": (
        {
            **BASE,
            "Revenue 2024": START,
            "Revenue 2025": [END[k] if k % 2 else "#REF!" for k in range(N)],
        },
        ALONE,
    ),
    "days that mean never": (
        {
            "Customer ID": IDS,
            "Revenue": START,
            "Vertragsende": [f"03.{d}.2025" if d else "31.12.9999" for d in GONE_IN],
        },
        ALONE,
    ),
    "the first day a system knows": (
        {
            "Customer ID": IDS,
            "Revenue": START,
            "Left on": [f"13/{d}/2025" if d else "01/01/1900" for d in GONE_IN],
        },
        ALONE,
    ),
    "contracts that all end": (
        {
            "Customer ID": IDS,
            "Revenue": START,
            "Contract end date": [f"2025-{1 + k % 12:02d}-28" for k in range(N)],
        },
        "no_fate_anywhere",
    ),
    "contracts with who left": (
        {
            "Customer ID": [*IDS, *IDS],
            "Contract No": [f"V{k}" for k in range(2 * N)],
            "Annual revenue": [*times(0.5), *times(0.5)],
            "Churned": [*LEFT, *LEFT],
        },
        ALONE,
    ),
    "failed formulas": (
        {**BASE, "Revenue 2024": START, "Revenue 2025": ["#REF!"] * N},
        "empty_revenue",
    ),
    "to be completed": (
        {**BASE, "Revenue start": START, "Revenue end": ["tbc"] * N},
        "empty_revenue",
    ),
    "blank start": ({**BASE, "Revenue 2024": [""] * N, "Revenue 2025": END}, "empty_revenue"),
    "blank by its best name": (
        {**BASE, "Revenue start": ["tbc"] * N, "Revenue 2024": START},
        "empty_revenue",
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_comes_to_the_right_figure_or_a_question(name: str, tmp_path: Path) -> None:
    columns, expected = LISTS[name]
    case = case_of(tmp_path, a_list(columns))
    assert comes_to(case) == expected
    assert all("—" not in words.finding(finding).what for finding in case.findings)


def test_planned_and_lifetime_money_is_named(tmp_path: Path) -> None:
    for name in ("lifetime", "budgets", "planned revenue", "German with a plan"):
        columns, _ = LISTS[name]
        if name != "budgets":  # nothing there says that it is of money
            assert "money_not_earned" in codes(case_of(tmp_path, a_list(columns)))


def test_what_is_asked_is_answered_with_the_total_that_was_promised(tmp_path: Path) -> None:
    file = a_list(LISTS["monthly without a word"][0])
    assert options(case_of(tmp_path, file), "revenue_period") == {
        "ask": None,
        "as_year": 3983,
        "to_year": 47800,
        "leave_out": None,
    }
    assert comes_to(case_of(tmp_path, file, revenue_period="to_year")) == ALONE
    quarters = a_list(LISTS["quarters of no year"][0])
    assert comes_to(case_of(tmp_path, quarters, revenue_period="to_year")) == ALONE
    small = a_list(LISTS["an m that may be months"][0])
    assert comes_to(case_of(tmp_path, small, revenue_unit="millions")) == ALONE
    assert options(case_of(tmp_path, small), "revenue_unit") == {
        "ask": None,
        "as_written": 0,
        "thousands": 48,
        "millions": 47800,
    }
    part = a_list(LISTS["nine months"][0])
    assert comes_to(case_of(tmp_path, part, revenue_period="to_year")) == ALONE
    empty = a_list(LISTS["to be completed"][0])
    assert comes_to(case_of(tmp_path, empty, empty_revenue="leave_out")) == ALONE
    so_far = a_list(LISTS["so far"][0])
    assert comes_to(case_of(tmp_path, so_far, revenue_period="to_year")) == "revenue_to_date"


@pytest.mark.parametrize(
    ("heading", "span", "year", "factor"),
    [
        ("Revenue Q4 2024", None, 2024, 4),
        ("4Q24 revenue", None, 2024, 4),
        ("Monatsumsatz", "month", None, 12),
        ("Umsatz pro Monat (T€)", "month", None, 12),
        ("Fatturato Q1 2025", None, 2025, 4),
        ("revenue_2024", None, 2024, 1),
        ("rev24", None, 2024, 1),
        ("Chiffre d'affaires 2024", None, 2024, 1),
        ("Revenue 2025 YTD Jun", "to_date", 2025, 1),
        ("ARR Dec 2024", "year", 2024, 1),
        ("Jahresumsatz 2024", "year", 2024, 1),
    ],
)
def test_a_heading_of_money_is_understood(
    heading: str, span: str | None, year: int | None, factor: float
) -> None:
    said = money_heading(heading)
    assert said is not None
    assert (said.span, said.year, said.times_a_year) == (span, year, factor)


@pytest.mark.parametrize(
    "heading", ["Revenue growth %", "Revenue start date", "Sales region", "Revenue at 01/07/2025"]
)
def test_what_is_no_money_of_a_period_is_none(heading: str) -> None:
    assert money_heading(heading) is None


# ---- years and the start -------------------------------------------------------------------------

YEARS = a_list({**BASE, "Revenue 2024": START, "Revenue 2025": END})


def test_responses_that_go_with_the_years_leave_nothing_open(tmp_path: Path) -> None:
    case = case_of(tmp_path, YEARS, answers("2024-12-20"))
    assert comes_to(case) == BOTH
    assert case.base is not None
    assert case.base.t0 == dt.date(2024, 12, 21)
    assert "revenue_years" not in {d.code for d in case.decisions}


@pytest.mark.parametrize(
    ("last", "asked"),
    [("2025-01-31", False), ("2025-02-01", True), ("2024-11-30", False), ("2024-11-29", True)],
)
def test_a_month_of_slack(last: str, asked: bool, tmp_path: Path) -> None:
    case = case_of(tmp_path, YEARS, answers(last))
    assert (case.base is None) == asked


def test_responses_a_year_later_are_asked_about(tmp_path: Path) -> None:
    case = case_of(tmp_path, YEARS, answers("2026-01-19"))
    assert comes_to(case) == "revenue_years"
    (said,) = [f.params for f in case.findings if f.code == "revenue_years"]
    assert (said["by_years"], said["by_responses"]) == (dt.date(2025, 1, 1), dt.date(2026, 1, 20))
    assert said["later"] == 20
    assert options(case, "revenue_years") == {"ask": None, "by_years": 47800, "by_responses": 46200}
    by_years = case_of(tmp_path, YEARS, answers("2026-01-19"), revenue_years="by_years")
    assert comes_to(by_years) == BOTH
    assert by_years.base is not None
    assert by_years.base.t0 == dt.date(2025, 1, 1)
    later = case_of(tmp_path, YEARS, answers("2026-01-19"), revenue_years="by_responses")
    assert comes_to(later)[:3] == (35, 46200, None)


def test_responses_before_every_year_leave_only_the_years(tmp_path: Path) -> None:
    case = case_of(tmp_path, YEARS, answers("2024-05-01"))
    assert comes_to(case) == "no_year_by_responses"
    assert options(case, "revenue_years")["by_responses"] is None


def test_a_chosen_start_decides(tmp_path: Path) -> None:
    case = case_of(tmp_path, YEARS, answers("2026-01-19"), start="2026-01-15")
    assert comes_to(case)[:3] == (35, 46200, None)
    assert comes_to(case_of(tmp_path, YEARS, start="2024-06-30")) == "no_year_ended"


# ---- rows of contracts ---------------------------------------------------------------------------

ROWS = 20
PAIRS = [f"C{k // 2}" for k in range(ROWS)]
AMOUNTS = [100.0 + k for k in range(ROWS)]
GONE = ["yes" if k in (0, 1, 4) else "no" for k in range(ROWS)]
ENDS = [0.0 if gone == "yes" else amount + 1 for gone, amount in zip(GONE, AMOUNTS, strict=True)]
CONTRACTS = {
    "Customer ID": PAIRS,
    "Revenue start": AMOUNTS,
    "Revenue end": ENDS,
    "Churned": GONE,
}
NUMBERS = [f"K{k}" for k in range(ROWS)]
MONTHS = ["2024-01-31" if k % 2 else "2024-02-29" for k in range(ROWS)]
# both rows of C0 were lost, one of C2's
ADDED = (10, 2190, 1902, 1)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"Contract no": NUMBERS}, ADDED),
        ({"Product": ["Gas" if k % 2 else "Power" for k in range(ROWS)]}, ADDED),
        ({"Site": [f"S{k}" for k in range(ROWS)]}, ADDED),
        ({"Vertragsnummer": NUMBERS}, ADDED),
        ({}, "duplicate_customers"),
        ({"Note": NUMBERS}, "duplicate_customers"),
        ({"Product": ["Gas"] * ROWS}, "duplicate_customers"),
        ({"Snapshot": MONTHS}, "duplicate_customers"),
        ({"Month": MONTHS, "Contract no": NUMBERS}, "duplicate_customers"),
        ({"As of": MONTHS, "Product": ["Gas" if k % 2 else "Power" for k in range(ROWS)]},
         "duplicate_customers"),
        ({"Contract no": NUMBERS, "Updated": MONTHS}, "duplicate_customers"),
    ],
)  # fmt: skip
def test_rows_add_up_only_where_a_contract_product_or_site_tells_them_apart(
    more: Columns, expected: Any, tmp_path: Path
) -> None:
    assert comes_to(case_of(tmp_path, a_list({**CONTRACTS, **more}))) == expected


def test_identical_rows_count_once(tmp_path: Path) -> None:
    twice = {name: [*cells, *cells] for name, cells in {**BASE, "Revenue start": START}.items()}
    assert comes_to(case_of(tmp_path, a_list(twice))) == ALONE


def test_what_rows_of_a_customer_come_to_is_shown_for_each_option(tmp_path: Path) -> None:
    file = a_list(CONTRACTS)
    case = case_of(tmp_path, file)
    shown = {"ask": None, "first": 1090, "last": 1100, "add_up": 2190, "set_aside": 0}
    assert options(case, "duplicate_customers") == shown
    assert comes_to(case_of(tmp_path, file, duplicate_customers="add_up")) == ADDED
    (said,) = [f.params for f in case.findings if f.code == "duplicate_customers"]
    assert (said["added"], said["first"]) == (2190, 1090)


@pytest.mark.parametrize("money", ["Annual revenue", "Monthly charges"])
def test_rows_without_a_day_are_no_subscriptions_of_their_own(money: str, tmp_path: Path) -> None:
    columns = {"Customer ID": PAIRS, money: AMOUNTS, "Status": ["active"] * 17 + ["cancelled"] * 3}
    snapshots = a_list({**columns, "Snapshot": MONTHS})
    assert comes_to(case_of(tmp_path, snapshots)) == "duplicate_customers"
    contracts = case_of(tmp_path, a_list({**columns, "Contract no": NUMBERS}))
    factor = 12 if money.startswith("Monthly") else 1
    assert comes_to(contracts)[:2] == (10, factor * 2190)


def test_rows_are_settled_before_tables_are_joined(tmp_path: Path) -> None:
    plans = Upload(
        "plans.csv", csv([["Customer ID", "Region"], *[[f"C{k}", "N"] for k in range(10)]])
    )
    assert comes_to(case_of(tmp_path, a_list(CONTRACTS), plans)) == "duplicate_customers"
    told = a_list({**CONTRACTS, "Contract no": NUMBERS})
    assert comes_to(case_of(tmp_path, told, plans)) == ADDED


# ---- outliers ------------------------------------------------------------------------------------


def with_one(amount: float) -> Upload:
    rows = [["Customer ID", "Revenue start", "Churned"]]
    amounts = [amount, *START[1:]]
    rows += [list(row) for row in zip(IDS, amounts, LEFT, strict=True)]
    return Upload("list.xlsx", xlsx({"List": rows}))


@pytest.mark.parametrize("amount", [9.9e9, 1e15, 1e300, -9.9e9])
def test_one_amount_far_above_all_others_is_asked_about(amount: float, tmp_path: Path) -> None:
    case = case_of(tmp_path, with_one(amount))
    assert comes_to(case) == "outlier_revenue"
    assert options(case, "outlier_revenue")["set_aside"] == 46800
    aside = case_of(tmp_path, with_one(amount), outlier_revenue="set_aside")
    assert comes_to(aside)[:2] == (39, 46800)
    assert [a.reason for a in aside.set_aside] == ["outlier_revenue"]
    kept = case_of(tmp_path, with_one(amount), outlier_revenue="keep")
    assert kept.base is not None
    assert kept.base.customers == (40 if amount > 0 else 39)


def test_up_to_a_hundred_times_the_next_is_no_outlier() -> None:
    usual = np.array(START)
    top = usual.max()
    assert not stand_out(np.append(usual, 100 * top)).any()
    assert stand_out(np.append(usual, 100 * top + 1)).sum() == 1
    assert stand_out(np.append(usual, [101 * top, 200 * top, 300 * top])).sum() == 3
    assert not stand_out(np.append(usual, [101 * top, 200 * top, 300 * top, 400 * top])).any()
    assert not stand_out(np.array([1.0, 1000.0, 2.0])).any()  # too few to know what is usual
    assert stand_out(np.array([1.0, 1e15])).tolist() == [False, True]
    assert not stand_out(np.array([np.nan, 0.0])).any()


# ---- names that headings are known by ------------------------------------------------------------


def test_a_control_that_was_taken_for_a_segment_is_not_missed(tmp_path: Path) -> None:
    columns = {**BASE, "Revenue start": START, "Tier": ["A" if k % 2 else "B" for k in range(N)]}
    case = read([a_list(columns)], Settings(controls=("Tier", "Elsewhere")), tmp_path)
    assert case.sources[0].columns["segment"] == "Tier"
    missing = [f.params["name"] for f in case.findings if f.code == "control_not_found"]
    assert missing == ["Elsewhere"]


# ---- parts of one year beside a mark -------------------------------------------------------------

IN_QUARTERS = {f"Revenue Q{q} 2024": [amount / 4 + q for amount in START] for q in (1, 2, 3, 4)}
IN_MONTHS = {f"{month} 2024 revenue": times(1 / 12) for month in ("Jan", "Feb", "Mar")}


def test_quarters_of_one_year_beside_a_mark_come_to_that_year_or_a_question(
    tmp_path: Path,
) -> None:
    case = case_of(tmp_path, a_list({**BASE, **IN_QUARTERS}))
    assert comes_to(case) == "revenue_of_one_part"
    (said,) = [f for f in case.findings if f.code == "revenue_of_one_part"]
    assert said.params["to_year"] == pytest.approx(sum(START) + 10 * N)
    decided = case_of(tmp_path, a_list({**BASE, **IN_QUARTERS}), revenue_period="to_year")
    assert comes_to(decided) == (40, 48200, None, 5)


def test_contracts_of_two_years_without_a_mark_lose_customers_not_rows(tmp_path: Path) -> None:
    columns = {
        "Customer No": [id for id in IDS for _ in range(2)],
        "Contract No": [f"V{k}" for k in range(2 * N)],
        "Revenue 2024": [amount / 2 for amount in START for _ in range(2)],
        "Revenue 2025": [amount / 2 for amount in END for _ in range(2)],
    }
    case = case_of(tmp_path, a_list(columns), start="2025-01-01")
    assert comes_to(case) == BOTH
    assert [f.params["count"] for f in case.findings if f.code == "lost_by_revenue_end"] == [5]


PARTS: dict[str, tuple[Columns, int]] = {
    "months": ({f"{m}-24": times(1 / 12) for m in ("Jan", "Feb", "Mar", "Apr")}, 47800),
    "quarters": ({f"Q{q} 2024": times(q / 10) for q in (1, 2, 3, 4)}, 47800),
    "halves": ({"Turnover H1 2024": times(0.4), "Turnover H2 2024": times(0.6)}, 47800),
    "two quarters": ({"Revenue Q3 2024": times(0.2), "Revenue Q4 2024": times(0.3)}, 47800),
}


@pytest.mark.parametrize("named", PARTS)
def test_parts_of_one_year_are_asked_about_with_what_they_come_to_together(
    tmp_path: Path, named: str
) -> None:
    columns, together = PARTS[named]
    left = ["2025-03-04" if k % 8 == 0 else "" for k in range(N)]
    case = case_of(tmp_path, a_list({"Customer ID": IDS, **columns, "Left on": left}))
    assert case.base is None
    assert options(case, "revenue_period")["to_year"] == together


def test_how_often_a_fee_falls_due_brings_each_row_to_a_year(tmp_path: Path) -> None:
    due = ["monthly" if k % 2 else "yearly" for k in range(N)]
    fees = [amount / 12 if k % 2 else amount for k, amount in enumerate(START)]
    columns = {**BASE, "Subscription fee": fees, "Billing cycle": due}
    decided = case_of(tmp_path, a_list(columns), revenue_period="to_year")
    assert comes_to(decided) == ALONE


def test_three_months_beside_a_mark_are_asked_about_too(tmp_path: Path) -> None:
    assert comes_to(case_of(tmp_path, a_list({**BASE, **IN_MONTHS}))) == "revenue_of_one_part"


# ---- units in brackets ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "times_each"),
    [
        ("Umsatz (Tsd. EUR)", 1e3),
        ("Umsatz (T EUR)", 1e3),
        ("Umsatz (in 1.000 €)", 1e3),
        ("Revenue (EUR 1,000)", 1e3),
        ("Omzet (x1000)", 1e3),
        ("Omzet (dzd. EUR)", 1e3),
        ("Omsättning (tkr)", 1e3),
        ("Omsättning (mkr)", 1e6),
        ("Ventas (miles de €)", 1e3),
        ("Revenue (thousand GBP)", 1e3),
        ("Revenue (K)", 1e3),
        ("Revenue (EUR m)", 1e6),
        ("Revenue (m EUR)", 1e6),
        ("Revenue (£bn)", 1e9),
        ("Revenue (GBP)", 1.0),
        ("Revenue (2024)", 1.0),
        ("Revenue per 1,000 visits", 1.0),
    ],
)
def test_a_unit_beside_the_heading_is_read(heading: str, times_each: float) -> None:
    assert in_heading(heading) == times_each


# ---- what is said beside the total ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "given", "one"),
    [
        ("Revenue 2024", 1.0, 1.0),
        ("Annual revenue", 1.0, 1.0),
        ("Revenue (k£)", 0.001, 1000.0),
        ("Monthly revenue", 1 / 12, 12.0),
        ("Revenue in pence", 100.0, 0.01),
        ("Monthly revenue (k£)", 1 / 12000, 12000.0),
    ],
)
def test_what_a_total_was_read_as_is_said(
    heading: str, given: float, one: float, tmp_path: Path
) -> None:
    case = case_of(tmp_path, a_list({**BASE, heading: times(given)}))
    (said,) = [f for f in case.findings if f.code == "revenue_start_read"]
    assert said.params["column"] == heading
    assert said.params["total"] == pytest.approx(sum(START), rel=1e-3)
    assert said.params["one"] == pytest.approx(one)
    assert "counts as" in words.say("finding.revenue_start_read.what", **said.params)
