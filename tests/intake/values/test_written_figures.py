"""What managers write where a cost, a lift or a time is asked for, and what comes out."""

from __future__ import annotations

import math
from typing import Any

import pytest

from cxcase.intake.values.sizes_in_words import read_count, sizes
from cxcase.intake.values.written_figures import (
    Cost,
    CostColumn,
    Lift,
    Span,
    read_cost,
    read_lift,
    read_months,
)

GERMAN = CostColumn(decimal=",")
IN_THOUSANDS = CostColumn(times=1000.0)


def once(low: float, high: float | None = None) -> Cost:
    return Cost(Span(low, low if high is None else high))


def yearly(low: float, high: float | None = None) -> Cost:
    return Cost(None, Span(low, low if high is None else high))


@pytest.mark.parametrize(
    ("cell", "cost"),
    [
        (18000, once(18_000)),
        ("18k", once(18_000)),
        ("20K", once(20_000)),
        ("£9,500", once(9_500)),
        ("9.500 €", once(9_500)),
        ("9 500 €", once(9_500)),
        ("CHF 12'000", once(12_000)),
        ("12.000,50 €", once(12_000.5)),
        ("1.200.000", once(1_200_000)),
        ("1.2m", once(1_200_000)),
        ("12,5 Mio. €", once(12_500_000)),
        ("18 Tsd. €", once(18_000)),
        ("12 TEUR", once(12_000)),
        ("15k€", once(15_000)),
        ("999.–", once(999)),
        ("3,5k", once(3_500)),
        ("0.125m", once(125_000)),
        ("~10k", once(10_000)),
        ("ca. 20k", once(20_000)),
        ("approx. 8,000 pounds", once(8_000)),
        ("(500)", once(-500)),
        ("-500", once(-500)),
        ("free", once(0)),
        ("kostenlos", once(0)),
        ("10-15k", once(10_000, 15_000)),
        ("£10k to £15k", once(10_000, 15_000)),
        ("10 bis 15 T€", once(10_000, 15_000)),
        ("between 10 and 15k", once(10_000, 15_000)),
        ("500-1k", once(500, 1_000)),
        ("3k pa", yearly(3_000)),
        ("3k p.a.", yearly(3_000)),
        ("£3k/yr", yearly(3_000)),
        ("3k/Jahr", yearly(3_000)),
        ("2-3k per year", yearly(2_000, 3_000)),
        ("£250/month", yearly(3_000)),
        ("250 € monatlich", yearly(3_000)),
        ("£10k + 3k pa", Cost(Span(10_000, 10_000), Span(3_000, 3_000))),
        ("10k one-off, £2k opex", Cost(Span(10_000, 10_000), Span(2_000, 2_000))),
        ("5k setup + 1k/yr", Cost(Span(5_000, 5_000), Span(1_000, 1_000))),
        *((text, None) for text in ("TBC", "?", "high", "2 FTE", "up to 10k", "10k + 5k", "5 %")),
        *((text, None) for text in ("5k-500", "1,250k", "1.2.3", "", None, True, "10k + VAT")),
    ],
)
def test_costs(cell: Any, cost: Cost | None) -> None:
    assert read_cost(cell) == cost


def test_what_a_column_says_of_its_costs() -> None:
    assert read_cost(3000, CostColumn(yearly=True)) == yearly(3_000)
    assert read_cost("5k one-off", CostColumn(yearly=True)) == once(5_000)
    assert read_cost("12", IN_THOUSANDS) == once(12_000)
    assert read_cost("12k", IN_THOUSANDS) == once(12_000)
    assert read_cost("£9,500", IN_THOUSANDS) is None  # in full, or nine million
    assert read_cost("9.500", GERMAN) == once(9_500)
    assert read_cost("9,500", GERMAN) is None  # nine and a half, or English thousands


def lift(low: float, high: float | None = None, score: str | None = None) -> Lift:
    return Lift(Span(low, low if high is None else high), score)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (0.3, lift(0.3)),
        ("0.3 points", lift(0.3)),
        ("0.3pts", lift(0.3)),
        ("+0.3", lift(0.3)),
        ("0,3", lift(0.3)),
        ("0,125", lift(0.125)),
        ("1,5 Punkte", lift(1.5)),
        ("-0.2", lift(-0.2)),
        ("−0,2", lift(-0.2)),
        ("0.2-0.4", lift(0.2, 0.4)),
        ("0,2 bis 0,4 Punkte", lift(0.2, 0.4)),
        ("from 4.1 to 4.5", lift(0.4)),
        ("4.1 → 4.5", lift(0.4)),
        ("0.5 pts ease", lift(0.5, score="ease")),
        ("0.5 CES points", lift(0.5, score="ease")),
        ("+0.3 pts on CSAT", lift(0.3, score="csat")),
        ("0.1–0.2 pt engagement", lift(0.1, 0.2, score="ex")),
        ("NPS +5", lift(5, score="nps")),
        ("5 %", Lift(Span(5, 5), percent=True)),
        ("+5 %", Lift(Span(5, 5), percent=True)),
        ("5 Prozent", Lift(Span(5, 5), percent=True)),
        ("5pp", Lift(Span(5, 5), percent=True)),
        ("10-15 %", Lift(Span(10, 15), percent=True)),
        *((text, None) for text in ("Medium", "High", "halve waiting", "TBC", "?", "", None)),
        *((text, None) for text in ("reduce by 0.3", "0.3 of the scale", "2x", "top box +5")),
    ],
)
def test_lifts(cell: Any, expected: Lift | None) -> None:
    assert read_lift(cell) == expected


@pytest.mark.parametrize(
    ("cell", "months"),
    [
        (3, Span(3, 3)),
        ("3 months", Span(3, 3)),
        ("6 Monate", Span(6, 6)),
        ("3m", Span(3, 3)),
        ("2-3 months", Span(2, 3)),
        ("1 quarter", Span(3, 3)),
        ("1 year", Span(12, 12)),
        ("13 weeks", Span(3, 3)),
        *((text, None) for text in ("Q3 2025", "ASAP", "TBC", "sofort", "", None)),
    ],
)
def test_months(cell: Any, months: Span | None) -> None:
    assert read_months(cell) == months


def test_counts() -> None:
    cells = ["n=120", "0.4 points", "sd = 1,1", "12 %", "about half", None]
    assert [read_count(cell) for cell in cells[:3]] == [120, 0.4, 1.1]
    assert all(math.isnan(read_count(cell)) for cell in cells[3:])


def test_what_sizes_an_amount() -> None:
    assert all(map(sizes, ["10-15k", "Medium", "sehr hoch", "0.3 points", 12]))
    assert not any(map(sizes, ["Fix the invoice layout", "Delivery", "Head of service"]))
