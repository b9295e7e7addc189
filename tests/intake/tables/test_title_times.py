"""For how long titles and names of sheets say that the amounts below are."""

from __future__ import annotations

from typing import Any

import pytest

from cxcase.intake.survey_tools.cell_kinds import with_years
from cxcase.intake.tables.title_times import time_above

SURE: dict[str, float] = {
    "Customer revenue Q4 2024": 4,
    "Monthly recurring revenue by customer": 12,
    "Revenue YTD Sep 2024": 12 / 9,
    "Umsatz je Kunde, Monat Dezember 2024": 12,
    "CA mensuel par client": 12,
    "H1 2024 revenue": 2,
    "Weekly revenue": 52,
}
DOUBTFUL: dict[str, float | None] = {
    "Customer list March 2025": 12,
    "Dec 2024": 12,
    "Q4": 4,
    "Sales by region, Q4 2024": 4,
    "Revenue growth Q4 2024": 4,
    "Monthly revenue report": 12,
    "Monthly report Q3 2024": None,
    "Lifetime revenue by customer": None,
    "Budget 2025 by customer": None,
}
SILENT = (
    "Customers",
    "Revenue by customer, annual",
    "Annual revenue, December 2024",
    "Customer revenue, 12 months to Dec 2024",
    "ARR by customer, December 2024",
    "Customer list as of 31 December 2024",
    "Kundenliste 2024",
    "Customers we may lose",
    "Monthly churn list",
    "Prepared by May Smith 2024",
    "Revenue 2024 vs 2023",
    "FY24 customer revenue",
)


@pytest.mark.parametrize(("title", "times"), SURE.items())
def test_a_title_of_amounts_says_their_time(title: str, times: float) -> None:
    found = time_above([[title]], None)
    assert found is not None
    assert (found.times, found.sure) == (pytest.approx(times), True)
    named = time_above([], title)  # a sheet's name may be of anything on it
    assert named is not None
    assert not named.sure


@pytest.mark.parametrize(("title", "times"), DOUBTFUL.items())
def test_a_title_that_may_be_of_something_else_is_doubted(title: str, times: float | None) -> None:
    found = time_above([[title]], None)
    assert found is not None
    assert (found.times, found.sure) == (times, False)


@pytest.mark.parametrize("title", SILENT)
def test_other_titles_say_nothing(title: str) -> None:
    assert time_above([[title]], None) is None


@pytest.mark.parametrize(
    ("row", "times"),
    [
        (["Period", "December 2024"], 12),
        (["Zeitraum", "Q4/2024"], 4),
        (["Reporting period", "Jan - Jun 2024"], 2),
        (["Period", "2024"], None),
        (["Period", "Jan - Dec 2024"], None),
        (["Owner", "April Smith"], None),
    ],
)
def test_what_stands_beside_period_is_one(row: list[Any], times: float | None) -> None:
    found = time_above([row], None)
    assert (None if found is None else found.times) == times


def test_titles_that_differ_leave_it_open() -> None:
    found = time_above([["Monthly revenue"], ["Revenue Q4 2024"]], None)
    assert found is not None
    assert found.times is None


@pytest.mark.parametrize(
    ("row", "headings"),
    [
        (["No", 2023.0, 2024.0], ["No", "2023", "2024"]),
        (["No", 2025, 2024, None], ["No", "2025", "2024", None]),
        (["Leeds", 2024.0], ["Leeds", 2024.0]),
        (["Leeds", 2024.0, 2024.0], ["Leeds", 2024.0, 2024.0]),
        (["Leeds", 2024.0, 1999.0], ["Leeds", 2024.0, 1999.0]),
        (["Leeds", 2023.5, 2024.0], ["Leeds", 2023.5, 2024.0]),
        (["Leeds", 2024.0, 2023.0, 2025.0], ["Leeds", 2024.0, 2023.0, 2025.0]),
        (["Leeds", float("inf"), 2024.0], ["Leeds", float("inf"), 2024.0]),
    ],
)
def test_years_are_headings_where_they_follow_each_other(
    row: list[Any], headings: list[Any]
) -> None:
    assert list(with_years(row)) == headings
