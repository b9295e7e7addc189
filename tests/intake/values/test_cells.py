"""Cells to values: money, dates, yes/no, ratings and scales, decided for the whole column."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from cxcase.intake.ratings.no_answer_codes import theory_scale
from cxcase.intake.ratings.parse import read_ratings
from cxcase.intake.schema import Scale
from cxcase.intake.values.cells import (
    comma_may_be_decimal,
    currency_of,
    read_ids,
    read_lists,
    read_numbers,
    read_texts,
)
from cxcase.intake.values.dates import period_end, read_dates
from cxcase.intake.values.named_dates import read_named_dates
from cxcase.intake.values.yes_no import read_flags, read_lost
from cxcase.intake.vocabulary.scale_hints import (
    asks_effort,
    high_is_bad,
    labelled_scale,
    reversed_item,
)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["£1,234.50", "£2,000.00"], [1234.5, 2000.0]),
        (["1.234,50 €", "2.000,00 €"], [1234.5, 2000.0]),
        (["1234,5", "7"], [1234.5, 7.0]),
        (["1 234,50", "1 234"], [1234.5, 1234.0]),
        (["CHF 1'234.50"], [1234.5]),
        (["CHF 999.–", "999.-", "999.--", "999-"], [999.0, 999.0, 999.0, -999.0]),
        (["(1,200.00)", "-5", "5-", "−7"], [-1200.0, -5.0, -5.0, -7.0]),
        (["12%", "1.2k", "£3m"], [0.12, 1200.0, 3e6]),
        (["£-", "€ -", "- €", "CHF –"], [0.0, 0.0, 0.0, 0.0]),
        (["12,34,567.50", "1,00,000"], [1234567.5, 100000.0]),
        (["¥1,000", "￥1,000", "1,000円", "\\1,000"], [1000.0, 1000.0, 1000.0, 1000.0]),
        (["1,234", "5,678"], [1234.0, 5678.0]),
        (["1.234.567", "2.000"], [1234567.0, 2000.0]),
        ([3.5, "4.5", None, "n/a"], [3.5, 4.5, math.nan, math.nan]),
    ],
)
def test_money(cells: list[object], expected: list[float]) -> None:
    found = read_numbers(cells)
    np.testing.assert_allclose(found.values, expected)
    assert not found.bad.any()


def test_what_is_no_number_is_bad_and_not_guessed() -> None:
    found = read_numbers(["£1,2OO.00", "see contract", "12 apples", "1-2", None])
    assert found.bad.tolist() == [True, True, True, True, False]
    assert np.isnan(found.values).all()


THOUSANDS = [f"{k},{100 + k}" for k in range(1, 8)]


@pytest.mark.parametrize(
    ("cells", "doubtful"),
    [
        (THOUSANDS, True),
        ([*THOUSANDS, None, "0"], True),
        ([*THOUSANDS, "843"], False),
        ([*THOUSANDS, "0,843"], False),
        ([*THOUSANDS, "1,5"], False),
        ([*THOUSANDS, "1,234,567"], False),
        (THOUSANDS[:3], False),
    ],
)
def test_three_digits_after_each_comma_may_be_decimals(cells: list[Any], doubtful: bool) -> None:
    assert comma_may_be_decimal(cells) is doubtful
    assert not comma_may_be_decimal(cells, ",")


def test_a_number_that_begins_with_0_has_no_thousands() -> None:
    assert read_numbers(["0,843", "1,200"]).values.tolist() == [0.843, 1.2]
    assert read_numbers(["0.843", "1.200"], ",").values.tolist() == [0.843, 1.2]


def test_days_first_and_months_first_in_one_column_are_told_apart_or_marked() -> None:
    cells = ["25/10/2025", "10/25/2025", "11/26/2025", "13/01/2025", "02/03/2025", "05/05/2025"]
    found = read_dates(cells)
    days = [str(day)[:10] for day in found.values[:4]]
    assert days == ["2025-10-25", "2025-10-25", "2025-11-26", "2025-01-13"]
    assert not found.bad.any()
    assert found.swapped is not None
    assert found.swapped.tolist() == [False, False, False, False, True, False]
    one_slip = read_dates(["25/10/2025", "13/01/2025", "10/25/2025", "02/03/2025"])
    assert one_slip.bad.tolist() == [False, False, True, False]
    assert read_dates(cells, "dmy").swapped is None


def test_mixed_decimal_marks_are_never_read_ten_times_too_large() -> None:
    found = read_numbers(["0.4", "0,3", "12 34"])
    assert found.bad.tolist() == [True, False, True]
    assert found.values[1] == 0.3


def test_the_decimal_mark_that_the_file_suggests_breaks_ties() -> None:
    assert read_numbers(["1.234", "5.678"], ",").values.tolist() == [1234.0, 5678.0]
    assert read_numbers(["1.234", "5.678"]).values.tolist() == [1.234, 5.678]


def test_currency() -> None:
    assert currency_of(["£1", "£2", "3"]) == "GBP"
    assert currency_of(["1 EUR", None]) == "EUR"
    assert currency_of([1.0, "2"]) is None


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["03/04/2025", "25/04/2025"], ["2025-04-03", "2025-04-25"]),
        (["03/04/2025", "04/25/2025"], ["2025-03-04", "2025-04-25"]),
        (["3.4.25"], ["2025-04-03"]),
        (["2025-04-03T10:11:12Z", "2025-04-03 10:11"], ["2025-04-03", "2025-04-03"]),
        (
            ["3 April 2025", "3rd Apr 2025", "April 3, 2025", "3. März 2025"],
            ["2025-04-03"] * 3 + ["2025-03-03"],
        ),
        (["1er mars 2025", "20250403", "45750", "45750.5"], ["2025-03-01", *["2025-04-03"] * 3]),
        ([45750.0, dt.date(2025, 4, 3), dt.datetime(2025, 4, 3, 9)], ["2025-04-03"] * 3),
    ],
)
def test_dates(cells: list[object], days: list[str]) -> None:
    found = read_dates(cells)
    assert [str(v)[:10] for v in found.values] == days
    assert not found.bad.any()


@pytest.mark.parametrize("times", [1, 30_000])  # many different moments are read by another way
def test_an_iso_date_keeps_its_afternoon(times: int) -> None:
    others = [
        f"2025/05/{1 + k % 28:02} {k % 24:02}:{k // 24 % 60:02}:{k // 1440 % 60:02}"
        for k in range(times)
    ]
    cells = [
        "2025/05/14 2:11:05 PM GMT+1",
        "2025-05-14 2:11:05.250 PM",
        "2025/05/14 12:11:05 AM",
        *others,
    ]
    hours = [str(v)[11:13] for v in read_dates(cells).values[:3]]
    assert hours == ["14", "14", "00"]


def test_day_and_month_are_settled_for_the_column_and_an_assumption_is_said() -> None:
    assert read_dates(["03/04/2025"]).note == "date_order_assumed"
    assert read_dates(["03/04/2025", "13/04/2025"]).note is None
    assert read_dates(["13/04/2025", "14/04/2025", "04/15/2025"]).bad.tolist() == [
        False,
        False,
        True,
    ]
    assert read_dates(["31/02/2025", "soon", "n/a"]).bad.tolist() == [True, True, False]


def test_waves_are_dated_by_their_labels() -> None:
    assert period_end("Wave 2 (Oct 2024)") == dt.datetime(2024, 10, 31)
    assert period_end("2024 Q4") == period_end("Q4 2024") == dt.datetime(2024, 12, 31)
    assert period_end("H1 2025") == dt.datetime(2025, 6, 30)
    assert period_end("14/10/2024") == dt.datetime(2024, 10, 14)
    assert period_end("second wave") is None


def test_yes_and_no_in_several_languages() -> None:
    found = read_flags(
        ["Yes", "no", "Ja", "nein", "oui", "non", "sí", 1.0, 0.0, True, "lost", "Active"]
    )
    assert found.values.tolist() == [
        True,
        False,
        True,
        False,
        True,
        False,
        True,
        True,
        False,
        True,
        True,
        False,
    ]
    assert read_flags(["yes", "maybe"]).bad.tolist() == [False, True]


def test_a_column_of_marks_reads_blank_as_no() -> None:
    found = read_flags(["x", None, None])
    assert found.values.tolist() == [True, False, False]
    assert found.note == "blank_means_no"
    assert read_flags(["yes", "no", None]).values.tolist() == [True, False, None]


def test_ids_keep_leading_zeros_and_lose_no_digits() -> None:
    assert list(read_ids(["00042", 42.0, 1234567890123.0, None]).values) == [
        "00042",
        "42",
        "1234567890123",
        None,
    ]


def test_ids_are_the_same_however_another_program_wrote_them() -> None:
    assert list(read_ids(["'00042", "7"]).values) == ["00042", "7"]
    assert list(read_ids(["100.0", "101.0", "A1"]).values) == ["100", "101", "A1"]
    assert list(read_ids(["1.0", "1.1", "'quoted'"]).values) == ["1.0", "1.1", "'quoted'"]
    assert list(read_texts(["'s-Hertogenbosch", "100.0"]).values) == ["'s-Hertogenbosch", "100.0"]


def test_ids_that_have_lost_digits_are_bad() -> None:
    assert read_ids(["9.00720E+18", "12E3", "9007199254740993000", None]).bad.tolist() == [
        True,
        False,
        False,
        False,
    ]
    assert read_ids([9007199254740993000.0, 42.0, None]).bad.tolist() == [True, False, False]
    assert read_ids([1234567890123450.0, 1234567890123460.0]).bad.all()
    assert not read_ids([1234567890123456.0, 1234567890123460.0]).bad.any()


def test_lists() -> None:
    assert list(read_lists(["R1; R2", "R1, R2 and R3", None]).values) == ["R1;R2", "R1;R2;R3", None]


def test_ratings_in_numbers_and_words() -> None:
    found = read_ratings([7.0, "5", "6 - easy", "Very easy (7)", "N/A", "don't know", None, "blue"])
    np.testing.assert_array_equal(found.values, [7, 5, 6, 7, np.nan, np.nan, np.nan, np.nan])
    assert found.not_lived.tolist().index(True) == 4
    assert found.no_answer.tolist().index(True) == 5
    assert found.bad.tolist().index(True) == 7


def test_likert_words_bring_their_scale() -> None:
    five = read_ratings(["Agree", "Strongly agree", "Disagree", "Neither agree nor disagree"])
    assert five.values.tolist() == [4, 5, 2, 3]
    assert five.words == Scale(1, 5)
    seven = read_ratings(["Agree", "Somewhat agree", "Strongly agree", "Slightly odd"])
    assert seven.words == Scale(1, 7)
    assert seven.bad.tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("heading", "scale"),
    [
        ("Ease (1-7)", Scale(1, 7)),
        ("Billing 0 to 10", Scale(0, 10)),
        ("How easy? (1 = very hard, 5 = very easy)", Scale(1, 5)),
        ("Satisfaction out of 10", Scale(0, 10)),
        ("Billing", None),
        ("Q3-2 Delivery", None),
    ],
)
def test_the_scale_a_heading_states(heading: str, scale: Scale | None) -> None:
    assert labelled_scale(heading) == scale


def test_the_scale_of_theory_never_shrinks_to_what_was_observed() -> None:
    assert theory_scale(np.array([3.0, 4.0, 4.0])) == Scale(1, 5)
    assert theory_scale(np.array([2.0, 6.0])) == Scale(1, 7)
    assert theory_scale(np.array([4.0, 8.0])) == Scale(0, 10)
    assert theory_scale(np.array([0.0, 9.0])) == Scale(0, 10)
    assert theory_scale(np.array([55.0, 90.0])) == Scale(0, 100)
    assert theory_scale(np.array([-5.0, 400.0])) is None
    assert theory_scale(np.r_[np.full(500, 6.0), 66.0]) == Scale(1, 7)


def test_direction_by_label() -> None:
    assert asks_effort("How much effort did you have to put in?")
    assert high_is_bad("Effort (1 = very low, 5 = very high)") is True
    assert not asks_effort("Customer effort score")
    assert high_is_bad("How easy was it (1 = hard, 7 = easy)") is False
    assert reversed_item("I think about leaving (reversed)")
    assert not reversed_item("I feel respected")


@pytest.mark.parametrize(
    "cell",
    [
        "Tue 13/05/2025", "Tuesday, 13 May 2025", "Di., 13.05.2025", "13.05.2025 (Di)",
        "mardi 13 mai 2025", "13/05/2025 Tue", "Tue, May 13, 2025", "2025年5月13日",
        "2025年5月13日(火)",
        "2025-05-13 (Tue)",
    ],
)  # fmt: skip
def test_days_with_their_names(cell: str) -> None:
    assert str(read_dates([cell, "13/05/2025"]).values[0])[:10] == "2025-05-13"


def test_times_behind_months_in_words() -> None:
    cells = ["13 May 2025 09:30", "May 13, 2025 at 9:30 PM", "13 May 2025"]
    assert [str(v)[:16] for v in read_dates(cells).values] == [
        "2025-05-13T09:30",
        "2025-05-13T21:30",
        "2025-05-13T00:00",
    ]
    assert read_dates(["Ref 13/05/2025", "Mar 13/05/2025"]).bad.tolist() == [True, False]


@pytest.mark.parametrize(
    ("heading", "turned"),
    [
        ("Retained", True), ("Retained (Y/N)", True), ("Active yes/no", True),
        ("Still a customer?", True), ("Noch Kunde", True), ("Client actif", True),
        ("Is active", True), ("Churned", False), ("No longer active", False), ("Inactive", False),
        ("Lost", False), ("Status", False), ("Not retained", False),
    ],
)  # fmt: skip
def test_who_stayed_is_turned_round(heading: str, turned: bool) -> None:
    found, said = read_lost(["yes", "no", None, 1.0], heading)
    assert found.values.tolist() == (
        [False, True, None, False] if turned else [True, False, None, True]
    )
    assert [f.code for f in said] == (["churned_turned"] if turned else [])
    words, silent = read_lost(["active", "inactive"], heading)
    assert (words.values.tolist(), silent) == ([False, True], [])


# ---- days that only their heading makes such -----------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "days", "note"),
    [
        (["Mar 2025", None, "-"], ["2025-03-01", None, None], "dates_of_months"),
        (["03/2025", "Dez 2024"], ["2025-03-01", "2024-12-01"], "dates_of_months"),
        (["2025-03", "31.12.9999"], ["2025-03-01", None], "dates_of_months"),
        (["1737849600", "0", None], ["2025-01-26", None, None], "dates_counted_in_seconds"),
        ([1737849600000.0], ["2025-01-26"], "dates_counted_in_seconds"),
        (["2025-03-04", "Mar 2025"], ["2025-03-04", None], None),
        (["1737849600", "5551234567"], [None, None], None),
        (["May be"], [None], None),
    ],
)
def test_months_and_seconds_are_days_where_all_cells_are(
    cells: list[Any], days: list[str | None], note: str | None
) -> None:
    found = read_named_dates(cells)
    assert [None if np.isnat(d) else str(d)[:10] for d in found.values] == days
    assert found.note == note


def test_months_and_seconds_are_no_days_without_a_heading_that_says_so() -> None:
    assert np.isnat(read_dates(["Mar 2025", "1737849600"]).values).all()
