"""Amounts under a title that says thousands or millions: a decision, with what the totals come to
either way.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from make_files import csv, customer_rows, parsed, xlsx

from cxcase.intake import Case, Upload, read, remap
from cxcase.intake.tables.titles import unit_above
from cxcase.settings import Settings

ROWS = customer_rows(30)
START = sum(row[2] for row in ROWS[1:])


@pytest.mark.parametrize(
    ("title", "factor"),
    [
        ("Amounts in thousands", 1e3), ("£000", 1e3), ("Revenue, £'000", 1e3),
        ("All figures in £k", 1e3), ("Beträge in Tsd. €", 1e3), ("Angaben in TEUR", 1e3),
        ("montants en milliers d'euros", 1e3), ("importes en miles de euros", 1e3),
        ("(thousands)", 1e3), ("(USD thousands)", 1e3), ("単位: 千円", 1e3),
        ("figures in 000s", 1e3),
        ("£m", 1e6), ("in EUR millions", 1e6), ("Angaben in Mio. EUR", 1e6),
        ("Thousands of customers", 1), ("Customers over 5,000", 1), ("Target: £2 m a year", 1),
        ("£5k customers", 1), ("12 million customers", 1), ("in thousands of cases", 1),
        ("£1,000 and more", 1), ("Room 000", 1), ("Prepared by K. Euro", 1), ("Revenue in £", 1),
        ("Made in Miles City", 1), ("in 3000 rows", 1), ("en miles de clientes", 1), (1000.0, 1),
        (None, 1),
    ],
)  # fmt: skip
def test_what_a_title_says(title: Any, factor: float) -> None:
    assert unit_above([[title]]).factor == factor


def test_two_units_are_none() -> None:
    assert unit_above([["in thousands"], ["in £m"]]).factor == 1
    assert unit_above([["Customers"], ["in thousands", "(£000)"]]).factor == 1e3


def _case(
    data: bytes, folder: Path, name: str = "a.csv", settings: Settings | None = None, **options: Any
) -> Case:
    return read([Upload(name, data)], settings or Settings(), folder, **options)


def _titled(title: str, rows: Any = ROWS) -> list[list[Any]]:
    return [["Customers 2025"], [title], [], *rows]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_amounts_are_read_in_full_and_the_totals_shown_either_way(
    name: str, tmp_path: Path
) -> None:
    rows = _titled("Revenue in £000")
    case = _case(csv(rows) if name == "a.csv" else xlsx({"S": rows}), tmp_path, name)
    assert case.base is not None
    assert case.base.revenue_start == pytest.approx(1000 * START)
    assert case.currency == "GBP"
    (decision,) = (d for d in case.decisions if d.code == "title_unit")
    assert (decision.count, decision.chosen, decision.owned) == (30, "in_full", False)
    totals = {o.code: (o.customers, o.revenue_start) for o in decision.options}
    assert totals == {
        "in_full": (30, pytest.approx(1000 * START)),
        "as_written": (30, pytest.approx(START)),
    }
    assert [f.status for f in case.findings if f.code == "title_unit"] == ["review"]


def test_somebody_may_say_that_the_cells_are_right(tmp_path: Path) -> None:
    settings = Settings(decisions={"title_unit": "as_written"})
    case = _case(csv(_titled("in thousands")), tmp_path, settings=settings)
    assert case.base is not None
    assert case.base.revenue_start == pytest.approx(START)
    (decision,) = (d for d in case.decisions if d.code == "title_unit")
    assert (decision.chosen, decision.owned) == ("as_written", True)
    assert [f.code for f in case.findings if f.code in ("title_unit", "decided")] == ["decided"]
    again = _case(
        csv(_titled("in thousands")),
        tmp_path / "next",
        mapping=json.loads(json.dumps(dict(case.mapping))),
    )
    assert again.base is not None
    assert again.base.revenue_start == pytest.approx(START)


def test_a_heading_or_a_cell_that_says_its_unit_is_not_multiplied_twice(tmp_path: Path) -> None:
    headed = [[ROWS[0][0], "Team", "Revenue start (£k)", "Revenue end (£k)", "Churned"], *ROWS[1:]]
    case = _case(csv(_titled("All figures in £k", headed)), tmp_path)
    assert case.base is not None
    assert case.base.revenue_start == pytest.approx(1000 * START)
    assert not [d for d in case.decisions if d.code == "title_unit"]
    written = [ROWS[0], *([*row[:2], f"{row[2]:g}k", f"{row[3]:g}k", row[4]] for row in ROWS[1:])]
    case = _case(csv(_titled("in thousands", written)), tmp_path / "cells")
    assert not [d for d in case.decisions if d.code == "title_unit"]


def test_without_such_a_title_there_is_nothing_to_decide(tmp_path: Path) -> None:
    case = _case(csv(_titled("Revenue in £")), tmp_path)
    assert case.base is not None
    assert case.base.revenue_start == pytest.approx(START)
    assert not [d for d in case.decisions if d.code == "title_unit"]


def test_costs_of_recommendations_follow_their_title_too(tmp_path: Path) -> None:
    steps = [
        ["ID", "Title", "Moment", "One-off cost", "Lift likely"],
        ["R1", "Call back", "Billing", 18, 0.4],
    ]
    steps += [["R2", "One bill", "Billing", 6, 0.2]]
    case = _case(csv([["Costs in £000"], [], *steps]), tmp_path)
    assert case.table("recommendations")["one_off_cost"].tolist() == [18_000, 6_000]


def test_a_correction_keeps_what_the_title_says(tmp_path: Path) -> None:
    found = parsed(csv(_titled("in thousands")), tmp_path)
    columns = dict(found.tables[0].source.columns)
    again = remap(found, 0, "customers", columns, folder=tmp_path, k_min=5)
    assert (
        again.tables[0].in_title
        == found.tables[0].in_title
        == {"revenue_start": 1000.0, "revenue_end": 1000.0}
    )
