"""Files made to be read wrong: each comes to the right figure or to a question, never to a wrong
figure in silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
    LEFT,
    LEFT_ON,
    LOST,
    START,
    Files,
    N,
    answers,
    money,
    rows_of,
    sheet,
    snapshots,
    staff,
    survey,
    text,
    times,
)

from cxcase.intake import Case, Upload, read
from cxcase.report import words
from cxcase.settings import Settings

MONTHLY = times(1 / 12)
QUARTERLY = times(0.25)
CENTS = times(100)
EARLY = [dt.date(2025, 3, 14 + k % 15) if lost else None for k, lost in enumerate(LOST)]
NOTICE = [dt.date(2025, 12, 31) if k == 1 else day for k, day in enumerate(EARLY)]
NO_FIGURE = None


@dataclass(frozen=True)
class Expected:
    """What must come out.

    total      customers, revenue at the start and the end, lost; None: there is no figure
    asked      the code of the question that stands before any figure
    promised   an option of the question -> revenue at the start under it
    said       codes that must be there
    roles      what each file is taken for
    columns    field -> heading of the first file, where they matter
    moments    the moments and the top of each one's scale
    """

    total: Any = NO_FIGURE
    asked: str | None = None
    promised: dict[str, int] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    roles: tuple[str | None, ...] | None = None
    columns: dict[str, str | None] = field(default_factory=dict)
    moments: dict[str, float] | None = None


def comes_to(*total: Any, said: str = "") -> Expected:
    """A figure, and what is said beside it."""
    return Expected(tuple(total), said=tuple(said.split()))


def asked(code: str, **promised: int) -> Expected:
    """A question before any figure."""
    return Expected(asked=code, promised=promised)


def marks(said: str = "", columns: dict[str, str | None] | None = None, **moments: float) -> Any:
    """A survey, and the top of each moment's scale."""
    return Expected(said=tuple(said.split()), columns=columns or {}, moments=moments)


def titled(title: str | Sequence[str], amounts: Sequence[Any], heading: str = "Revenue") -> Any:
    """The rows of a list below a title."""
    first = [title] if isinstance(title, str) else list(title)
    return [first, [], *money(heading, amounts)]


def two_rows(upper: Sequence[Any], lower: Sequence[Any], *columns: Sequence[Any]) -> Any:
    """The rows of a list under two rows of headings."""
    held = zip(*BASE.values(), *columns, LEFT_ON, strict=True)
    below = [None, None, *lower, None]
    return [[*BASE, *upper, "Left on"], below, *map(list, held)]


def with_unit(unit: str, amounts: Sequence[Any]) -> Any:
    """The rows of a list with a row of units under its headings."""
    head, *rows = money("Revenue", amounts)
    return [head, ["[text]", "[text]", unit, "[date]"], *rows]


def _thousands(mark: str = ",") -> list[str]:
    """Amounts of thousands with three digits after a mark: 1,000 to 1,390."""
    return [f"{amount / 1000:.3f}".replace(".", mark) for amount in START]


def _days(how: Callable[[int, dt.date], str]) -> Any:
    """The rows of a list whose days of leaving are written so."""
    days = [dt.date(2025, 1 + k % 12, 1 + (7 * k) % 28) for k in range(N)]
    left = [how(k, days[k]) if LOST[k] or k % 2 else "" for k in range(N)]
    return rows_of({**BASE, "Annual revenue": START, "Left on": left})


LEAVERS = sum(lost or k % 2 for k, lost in enumerate(LOST))
FACES = ("🙂", "😍", "😐", "🙁", "😡")
DEALS = {
    "Opportunity": [f"OPP-{k:03d}" for k in range(N)],
    "Account": [f"Firm {k % 9}" for k in range(N)],
    "Stage": [("Won", "Lost", "Open")[k % 3] for k in range(N)],
    "Amount": START,
    "Close date": [dt.date(2025, 1 + k % 12, 3) for k in range(N)],
}
TRAINING = {
    "Branch": [f"{'ABCDE'[k % 5]} town" for k in range(N)],
    "Course": [("Safety", "Excel")[k % 2] for k in range(N)],
    "How useful was the training? (1-5)": [1 + k % 5 for k in range(N)],
    "The trainer was well prepared (1-5)": [1 + k % 4 for k in range(N)],
}
SUPPLIERS = {
    "Supplier No": [f"S{k:04d}" for k in range(N)],
    "Category": [("Paper", "Steel")[k % 2] for k in range(N)],
    "Annual spend": START,
    "Contract end": [dt.date(2025, 1 + k % 12, 5) for k in range(N)],
}
HELPDESK = {
    "Employee ID": [f"E{k:04d}" for k in range(N)],
    "Branch": [f"{'ABCDE'[k % 5]} town" for k in range(N)],
    "How satisfied were you with the IT helpdesk? (1-5)": [1 + k % 5 for k in range(N)],
}
SITES = {
    **{name: [*values, *values] for name, values in BASE.items()},
    "Site": [*(f"North {k}" for k in range(N)), *(f"South {k}" for k in range(N))],
    "Annual revenue": [*times(0.5), *times(0.5)],
    "Left on": [*LEFT_ON, *LEFT_ON],
}

PERIODS: dict[str, tuple[Files, Expected]] = {
    "months by the title": (
        sheet(titled("Monthly recurring revenue by customer", MONTHLY)),
        comes_to(*ALONE, said="money_of_title_brought_to_a_year"),
    ),
    "a quarter by the title": (
        text(titled("Customer revenue Q4 2024", QUARTERLY)),
        comes_to(*ALONE),
    ),
    "nine months by the title": (
        sheet(titled("Customer revenue Jan-Sep 2024", times(0.75))),
        comes_to(*ALONE),
    ),
    "a quarter by the file's name": (
        text(money("Revenue", QUARTERLY), "customer_revenue_Q4-2024.csv"),
        asked("revenue_period_in_title", as_year=11_950, to_year=47_800),
    ),
    "a month by the file's name": (
        text(money("Umsatz", MONTHLY), "Umsatz_Dezember_2024.csv"),
        asked("revenue_period_in_title", as_year=3983, to_year=47_800),
    ),
    "a file called after its day": (
        text(money("Revenue", START), "customer_revenue_2024-12-31.csv"),
        comes_to(*ALONE),
    ),
    "a file called after its year": (
        text(money("Revenue", START), "Revenue_FY2024.csv"),
        comes_to(*ALONE),
    ),
    "a month beside Period": (
        sheet([["Report", "Customer revenue"], *titled(("Period", "December 2024"), MONTHLY)]),
        asked("revenue_period_in_title", as_year=3983, to_year=47_800),
    ),
    "a quarter beside Zeitraum": (
        sheet(titled(("Zeitraum", "Q4/2024"), QUARTERLY, "Umsatz")),
        asked("revenue_period_in_title", as_year=11_950, to_year=47_800),
    ),
    "a sheet named as a month": (
        sheet(money("Revenue", MONTHLY), "Dec 2024"),
        asked("revenue_period_in_title", to_year=47_800),
    ),
    "a sheet of monthly revenue": (
        sheet(money("Revenue", MONTHLY), "Monthly revenue"),
        asked("revenue_period_in_title", to_year=47_800),
    ),
    "a report of months, of what": (
        sheet(titled("Monthly revenue report", START)),
        asked("revenue_period_in_title", as_year=47_800),
    ),
    "a list of some month": (
        text(titled("Customer list March 2025", START)),
        asked("revenue_period_in_title", as_year=47_800),
    ),
    "months above two years": (
        sheet(
            [
                ["Monthly revenue by customer"],
                [],
                *rows_of({**BASE, "Revenue 2024": MONTHLY, "Revenue 2025": times(1 / 12, END)}),
            ]
        ),
        asked("revenue_period_in_title", to_year=47_800),
    ),
    "the heading before the title": (
        sheet(titled("Monthly revenue by customer", START, "Annual revenue")),
        comes_to(*ALONE),
    ),
    "a year by the title": (
        sheet(titled("Revenue 12 months to Dec 2024", START)),
        comes_to(*ALONE),
    ),
    "a day by the title": (
        sheet(titled("Customer list as of 31 December 2024", START)),
        comes_to(*ALONE),
    ),
    "a lifetime by the title": (
        sheet(titled("Lifetime revenue by customer", START)),
        asked("revenue_of_titled_time", as_year=47_800),
    ),
    "a budget by the title": (
        sheet(titled("Budget 2025 by customer", START)),
        asked("revenue_of_titled_time", as_year=47_800),
    ),
    "months in a row of units": (sheet(with_unit("[GBP per month]", MONTHLY)), comes_to(*ALONE)),
    "months behind a stroke": (text(money("Revenue (€/month)", MONTHLY)), comes_to(*ALONE)),
    "a quarter behind a stroke": (text(money("Umsatz / Quartal", QUARTERLY)), comes_to(*ALONE)),
}

UNITS: dict[str, tuple[Files, Expected]] = {
    "thousands in a row of units": (sheet(with_unit("k€ / year", times(1e-3))), comes_to(*ALONE)),
    "thousands beside Unit": (
        sheet(titled(("Unit", "TEUR"), times(1e-3))),
        comes_to(*ALONE, said="title_unit"),
    ),
    "thousands in the sheet's name": (
        sheet(money("Revenue", times(1e-3)), "Customers TEUR"),
        comes_to(*ALONE, said="title_unit"),
    ),
    "pence by the title": (
        sheet(titled("Amounts in pence", CENTS)),
        comes_to(*ALONE, said="title_unit"),
    ),
    "cents in a system's name": (
        text(money("amount_cents_2024", [int(cents) for cents in CENTS])),
        comes_to(*ALONE, said="money_in_hundredths"),
    ),
    "pence on a bill": (
        text(money("Monthly bill (pence)", times(100 / 12))),
        comes_to(*ALONE, said="money_in_hundredths monthly_times_twelve"),
    ),
    "commas in Tsd. EUR": (
        text(money("Umsatz (Tsd. EUR)", _thousands())),
        asked("revenue_commas", parted=47_800_000, decimal=47_800),
    ),
    "commas in k€": (
        text(money("CA annuel (k€)", _thousands())),
        asked("revenue_commas", parted=47_800_000, decimal=47_800),
    ),
    "commas of contracts in k€": (
        text(
            rows_of(
                {
                    **BASE,
                    "Contract start": [dt.date(2020, 1, 1)] * N,
                    "Contract end": LEFT_ON,
                    "Annual contract value (k€)": _thousands(),
                }
            )
        ),
        asked("revenue_commas", parted=47_800_000, decimal=47_800),
    ),
    "thousands by the file's name": (
        text(money("Umsatz", times(1e-3)), "Umsatz_TEUR.csv"),
        comes_to(*ALONE, said="title_unit"),
    ),
    "commas that a zero settles": (
        text(money("Umsatz (Tsd. EUR)", ["0,990", *_thousands()[1:]])),
        comes_to(40, 47_790, None, 5),
    ),
    "commas that dollars settle": (
        text(money("Revenue ($000)", _thousands())),
        comes_to(40, 47_800_000, None, 5),
    ),
    "commas that other amounts settle": (
        text(money("Umsatz (Tsd. EUR)", [*_thousands()[:-1], "1,39"])),
        comes_to(*ALONE),
    ),
}

GROUPED = ("Revenue", None), (2024, 2025)
YEARS: dict[str, tuple[Files, Expected]] = {
    "years below the heading": (sheet(two_rows(*GROUPED, START, END)), comes_to(*BOTH)),
    "years below the heading, newest first": (
        sheet(two_rows(("Revenue", None), (2025, 2024), END, START)),
        comes_to(*BOTH),
    ),
    "years below repeated headings": (
        text(two_rows(("Revenue", "Revenue"), ("2024", "2025"), START, END)),
        comes_to(*BOTH),
    ),
    "years below two groups": (
        sheet(
            two_rows(
                ("Budget", None, "Revenue", None),
                (2024, 2025, 2024, 2025),
                times(1.3),
                times(1.4),
                START,
                END,
            )
        ),
        comes_to(*BOTH),
    ),
    "years of a margin": (
        sheet(two_rows(("Gross margin", None), (2024, 2025), times(0.3), times(0.3, END))),
        Expected(asked="no_revenue_anywhere"),
    ),
    "years as numbers": (
        sheet(rows_of({**BASE, 2023: times(0.8), 2024: START, 2025: END, **LEFT})),  # type: ignore[dict-item]
        comes_to(*BOTH, said="years_of_several_chosen"),
    ),
    "years as text": (text(rows_of({**BASE, "2025": END, "2024": START, **LEFT})), comes_to(*BOTH)),
    "a list made when the year was not over": (
        text(rows_of({**BASE, "Annual revenue": START, "Left on": EARLY})),
        asked("leavings_end_early"),
    ),
    "a list made early, with one who gave notice": (
        text(rows_of({**BASE, "Annual revenue": START, "Left on": NOTICE})),
        asked("leavings_end_early"),
    ),
    "a list with a mark of who left": (
        text(
            rows_of(
                {
                    **BASE,
                    "Annual revenue": START,
                    "Left on": EARLY,
                    "Churned": ["yes" if day else "no" for day in EARLY],
                }
            )
        ),
        comes_to(*ALONE),
    ),
    "years that nothing is of": (
        sheet([["Founded 2019", "Customers"], *rows_of({**BASE, "Revenue": START, **LEFT})]),
        comes_to(*ALONE),
    ),
}

CONTRACTS: dict[str, tuple[Files, Expected]] = {
    "states of each month": (
        snapshots("Snapshot date", ("2024-10-31", "2024-11-30", "2024-12-31")),
        asked("duplicate_customers", first=47_800, add_up=143_480),
    ),
    "states of a month by name": (
        snapshots("As of", ("Oct 2024", "Nov 2024", "Dec 2024")),
        asked("duplicate_customers", first=47_800, add_up=143_480),
    ),
    "states of a month's number": (
        snapshots("Month", (10, 11, 12)),
        asked("duplicate_customers", first=47_800),
    ),
    "versions of a contract": (
        snapshots("Version", (1, 2)),
        asked("duplicate_customers", first=47_800, add_up=95_640),
    ),
    "a row a site": (text(rows_of(SITES)), comes_to(*ALONE, said="contract_rows_added")),
}

ROLES: dict[str, tuple[Files, Expected]] = {
    "deals": ([Upload("deals.csv", csv(rows_of(DEALS)))], Expected(roles=(None,))),
    "training": ([Upload("training.csv", csv(rows_of(TRAINING)))], Expected(roles=(None,))),
    "suppliers": ([Upload("suppliers.csv", csv(rows_of(SUPPLIERS)))], Expected(roles=(None,))),
    "helpdesk": ([Upload("helpdesk.csv", csv(rows_of(HELPDESK)))], Expected(roles=(None,))),
    "scores of parts": (
        survey(
            {
                "Installation CSAT (1-5)": (1, 2, 3, 4, 5),
                "Billing CSAT (1-5)": (2, 3, 4, 5),
                "Faults CSAT (1-5)": (1, 3, 5),
            }
        ),
        marks(
            "no_score_of_the_whole",
            {"csat": None},
            **{"Installation CSAT": 5, "Billing CSAT": 5, "Faults CSAT": 5},
        ),
    ),
    "a score of the whole among parts": (
        survey(
            {"Billing CSAT (1-5)": (1, 2, 5), "CSAT (1-5)": (2, 3, 4), "Faults CSAT (1-5)": (4, 5)}
        ),
        marks("", {"csat": "CSAT (1-5)"}, **{"Billing CSAT": 5, "Faults CSAT": 5}),
    ),
    "a question about all beside one about an event": (
        survey(
            {
                "Overall how easy is it to do business with us? (1-7)": (1, 4, 7),
                "How easy was it to set up your service when you joined us? (1-7)": (2, 5, 7),
            }
        ),
        marks(
            "",
            {"ease": "Overall how easy is it to do business with us? (1-7)"},
            **{"Set up your service when you joined us": 7},
        ),
    ),
    "an event's ease beside how satisfied in all": (
        survey(
            {
                "Wie zufrieden waren Sie insgesamt mit uns? (1-10)": (1, 5, 10),
                "Wie einfach war es für Sie eine Reklamation abzuwickeln? (1-10)": (2, 6, 10),
            }
        ),
        marks(
            "",
            {"csat": "Wie zufrieden waren Sie insgesamt mit uns? (1-10)", "ease": None},
            **{"Reklamation abzuwickeln": 10},
        ),
    ),
}

SCALES: dict[str, tuple[Files, Expected]] = {
    "faces": (survey({"How was your delivery?": FACES}), marks(Delivery=5)),
    "three faces": (survey({"How was your delivery?": ("🙂", "😐", "☹️")}), marks(Delivery=3)),
    "letters": (
        survey({"Delivery grade": "BACDEF", "Invoice (0-10)": range(11)}),
        marks("", Invoice=10, **{"Delivery grade": 6}),
    ),
    "words of their own": (
        survey(
            {"Delivery": ("Love it", "Good", "Meh", "Awful", "OK"), "Invoice (0-10)": range(11)}
        ),
        marks("words_not_known", Invoice=10),
    ),
    "percent of satisfaction": (
        survey({"Satisfaction with delivery (%)": range(40, 100), "Invoice (0-10)": range(11)}),
        marks(Delivery=100, Invoice=10),
    ),
    "marks up to a hundred": (
        survey({"Delivery (0-100)": range(40, 100), "Invoice (0-10)": range(11)}),
        marks(Delivery=100, Invoice=10),
    ),
    "percent of anything": (
        survey({"Delivery (%)": range(40, 100), "Invoice (0-10)": range(11)}),
        marks("percent_left_out", Invoice=10),
    ),
}

DATES: dict[str, tuple[Files, Expected]] = {
    "days first and months first": (
        text(_days(lambda k, day: day.strftime("%d/%m/%Y" if k % 3 else "%m/%d/%Y"))),
        asked("swapped_dates"),
    ),
    "months first": (
        text(_days(lambda k, day: day.strftime("%m/%d/%Y"))),
        comes_to(40, 47_800, None, LEAVERS),
    ),
    "days first": (
        text(_days(lambda k, day: day.strftime("%d/%m/%Y"))),
        comes_to(40, 47_800, None, LEAVERS),
    ),
    "days that mean never": (
        text(
            rows_of(
                {
                    **BASE,
                    "Annual revenue": START,
                    "Left on": [day or "31.12.9999" for day in LEFT_ON],
                }
            )
        ),
        comes_to(*ALONE, said="days_that_mean_none"),
    ),
}


def states(*kept: str, heading: str = "Status") -> Any:
    """The rows of a list whose lost customers stand under "Cancelled", the others under these."""
    words = ["Cancelled" if lost else kept[k % len(kept)] for k, lost in enumerate(LOST)]
    return rows_of({**BASE, "Annual revenue": START, heading: words})


STATES: dict[str, tuple[Files, Expected]] = {
    "a state nobody knows": (
        text(states("Active", "On hold", "Active")),
        asked("unknown_states", set_aside=33_490, kept=47_800),
    ),
    "a state nobody knows, in German": (
        text(states("aktiv", "ruhend", "aktiv")),
        asked("unknown_states", lost=47_800),
    ),
    "a state in French": (text(states("Fidèle", "Actif")), comes_to(*ALONE)),
}


def answers_below(title: str, heading: str, *more: str, top: int = 5) -> Files:
    """A survey below a title, nine in ten answers at 1 or 2, beside the list."""
    places = range(1 + len(more))
    given = [[IDS[k % N], "2024-11-01", *(1 + (k + j) % 2 for j in places)] for k in range(54)]
    ends = [[IDS[k], "2024-11-02", *(top - k for _ in places)] for k in range(top)]
    rows = [["Customer No", "Response date", heading, *more], *given, *ends]
    listed = text(money("Annual revenue", START))[0]
    return [Upload("survey.xlsx", xlsx({"Answers": [[title], [], *rows]})), listed]


MEANT: dict[str, tuple[Files, Expected]] = {
    "billing as a question": (
        survey({"Billing": (1, 2, 3, 4, 5), "Delivery": (2, 3, 4, 5)}),
        marks("scale_assumed", {"revenue_start": None}, Billing=5, Delivery=5),
    ),
    "prices and invoices in two waves": (
        survey(
            {
                f"{asked} {wave} 2024": (1, 2, 3, 4, 5)
                for asked in ("Invoice", "Price")
                for wave in ("Q1", "Q4")
            }
        ),
        marks("earlier_waves_kept", **{"Invoice Q4 2024": 5, "Price Q4 2024": 5}),
    ),
    "the title says that 1 is best": (
        answers_below("Scale: 1 = excellent, 5 = very poor", "Onboarding", "Support"),
        marks("scale_turned", Onboarding=5, Support=5),
    ),
    "the title says in German that 1 is best": (
        answers_below("Umfrage 2024 (1 ist die beste Note)", "Lieferung"),
        marks("scale_turned", Lieferung=5),
    ),
    "six marks in German": (
        answers_below("Befragung 2024", "Lieferung", "Rechnung", top=6),
        marks("mark_direction"),
    ),
    "minutes of waiting": (
        survey({"Wait time (min)": (1, 3, 5, 9, 10), "Delivery (0-10)": range(11)}),
        marks("", Delivery=10),
    ),
    "how often there are problems": (
        survey({"Problems with billing (1=never; 5=always)": (1, 2, 3, 4, 5)}),
        marks("scale_turned", **{"Problems with billing": 5}),
    ),
}


def two_years(*above: Sequence[Any], start: str = "Revenue 2024", end: str = "Revenue 2025") -> Any:
    """The rows of a list of two years below these rows, with a mark of who was lost."""
    flags = ["yes" if lost else "no" for lost in LOST]
    return [*above, [], *rows_of({**BASE, start: START, end: END, "Churned": flags})]


TITLES: dict[str, tuple[Files, Expected]] = {
    "a title of half a year": (
        sheet(two_years(["Customer revenue"], ["Status: year to date, as of 30 June 2025"])),
        asked("revenue_period", leave_out=47_800),
    ),
    "a Stand within the year": (
        sheet(two_years(["Stand: 30.06.2025"], start="Umsatz 2024", end="Umsatz 2025")),
        asked("revenue_period", to_year=47_800),
    ),
    "a Stand after the year": (
        sheet(two_years(["Stand: 15.01.2026"], start="Umsatz 2024", end="Umsatz 2025")),
        comes_to(*BOTH),
    ),
    "thousands over amounts in full": (
        text(money("Revenue (£k)", [f"£{amount:,.0f}" for amount in START])),
        asked("heading_unit", as_heading=47_800_000, as_written=47_800),
    ),
    "two years in two currencies": (
        sheet(two_years(start="Revenue 2024 (USD)", end="Revenue 2025 (EUR)")),
        asked("revenue_currencies", leave_out=47_800),
    ),
    "thousands in a note below": (
        sheet([*money("Annual revenue", times(1e-3)), [], ["* amounts in thousands of euros"]]),
        comes_to(*ALONE, said="title_unit"),
    ),
    "values of an order": (
        sheet(two_years(start="Average order value 2024", end="Average order value 2025")),
        asked("no_revenue_anywhere"),
    ),
    "ranks of revenue": (
        sheet(two_years(start="Umsatzrang 2024", end="Umsatzrang 2025")),
        asked("no_revenue_anywhere"),
    ),
}

CASES = PERIODS | UNITS | YEARS | CONTRACTS | ROLES | SCALES | DATES | STATES | MEANT | TITLES
WEEKLY = [(dt.date(2024, 1, 3) + dt.timedelta(days=7 * k)).isoformat() for k in range(4)]
QUARTER_DAYS = ("2024-02-01", "2024-05-01", "2024-08-01", "2024-11-01")
# files -> the most people that any team is published with
PEOPLE: dict[str, tuple[Files, int]] = {
    "three people and eight statements": (staff(3, ("2024-05-01",), 8, named=True), 0),
    "three people, nobody named": (staff(3, ("2024-05-01",), 8, named=False), 0),
    "three people in four waves": (staff(3, QUARTER_DAYS, 3, named=False), 0),
    "two people week after week": (staff(2, WEEKLY, 3, named=False), 0),
    "six people and eight statements": (staff(6, ("2024-05-01",), 8, named=True), 6),
    "six people in two waves": (staff(6, ("2024-02-01", "2024-11-01"), 2, named=False), 6),
}


def case_of(files: Files, folder: Path, **decided: str) -> Case:
    return read(list(files), Settings(decisions=decided), folder)


@pytest.mark.parametrize("name", CASES)
def test_what_is_read(name: str, tmp_path: Path) -> None:
    files, expected = CASES[name]
    case = case_of(files, tmp_path)
    codes = {finding.code for finding in case.findings}
    if expected.total is None and expected.moments is None:
        assert case.base is None
    elif expected.total is not None:
        assert case.base is not None, case.why_no_list
        end = round(case.base.revenue_end or 0) if case.has_revenue_end else None
        found = case.base.customers, round(case.base.revenue_start), end, case.base.churned
        assert found == pytest.approx(expected.total, abs=1)
    if expected.asked is not None:
        assert case.why_no_list == expected.asked
    assert codes >= set(expected.said)
    if expected.roles is not None:
        assert tuple(source.role for source in case.sources) == expected.roles
    for column, heading in expected.columns.items():
        assert case.sources[0].columns.get(column) == heading
    if expected.moments is not None:
        assert {one.name: one.scale.high for one in case.moments} == expected.moments


@pytest.mark.parametrize("name", [name for name, (_, one) in CASES.items() if one.promised])
def test_what_is_promised_is_what_comes(name: str, tmp_path: Path) -> None:
    files, expected = CASES[name]
    case = case_of(files, tmp_path)
    (decision,) = (d for d in case.decisions if d.chosen == "ask")
    totals = {option.code: option.revenue_start for option in decision.options}
    for option, total in expected.promised.items():
        assert totals[option] == pytest.approx(total, abs=1)
    assert all("—" not in words.finding(f).what for f in case.findings if f.status == "fail")
    option, total = list(expected.promised.items())[-1]
    decided = case_of(files, tmp_path / "decided", **{decision.code: option})
    assert decided.base is not None
    assert decided.base.revenue_start == pytest.approx(total, abs=1)


@pytest.mark.parametrize("name", PEOPLE)
def test_people_are_counted_not_rows(name: str, tmp_path: Path) -> None:
    files, most = PEOPLE[name]
    case = case_of([*sheet(money("Annual revenue", START)), *files], tmp_path)
    published = case.table("ex")["n"].tolist() if case.has("ex") else []
    assert max(published, default=0) == most


def test_there_are_enough_of_them() -> None:
    assert len(CASES) + len(PEOPLE) >= 40
    assert len(IDS) == N == len({*IDS})
    assert answers().name == "survey.csv"
