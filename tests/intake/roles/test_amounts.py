"""What headings say of amounts: their currency, and that they are in thousands."""

from __future__ import annotations

import numpy as np
import pytest

from cxcase.intake.roles.amounts import in_full
from cxcase.intake.tables.find_table import Table
from cxcase.intake.tables.row_filter import Typed
from cxcase.intake.values.column import Column


def _read(
    heading: str, cells: list[object], currency: str | None = None
) -> tuple[list[float], str | None, list[str]]:
    column = Column.of(cells)
    table = Table("S", (heading,), (column,), np.arange(2, 2 + len(cells)), 1)
    typed = Typed({"revenue_start": np.array([1.0, 2.0])}, currency=currency)
    found, said = in_full(typed, table, "customers", {"revenue_start": heading})
    return found.columns["revenue_start"].tolist(), found.currency, [f.code for f in said]


@pytest.mark.parametrize(
    ("heading", "times", "currency"),
    [
        ("Revenue (£)", 1, "GBP"),
        ("Revenue EUR", 1, "EUR"),
        ("Revenue (£k)", 1000, "GBP"),
        ("Revenue £'000", 1000, "GBP"),
        ("Revenue (£000s)", 1000, "GBP"),
        ("Umsatz in T€", 1000, "EUR"),
        ("Umsatz TEUR", 1000, "EUR"),
        ("Umsatz (Tsd. €)", 1000, "EUR"),
        ("CA (k€)", 1000, "EUR"),
        ("Revenue in thousands", 1000, None),
        ("Umsatz in Mio. €", 1e6, "EUR"),
        ("Revenue ($m)", 1e6, "USD"),
        ("売上(千円)", 1000, "JPY"),
        ("Revenue", 1, None),
        ("Revenue 2000", 1, None),
        ("Revenue, customers over 5,000", 1, None),
        ("Sektor", 1, None),
        ("AUDIT revenue", 1, None),
    ],
)
def test_headings(heading: str, times: float, currency: str | None) -> None:
    values, found, said = _read(heading, [1.0, 2.0])
    assert values == [times, 2 * times]
    assert found == currency
    assert said == (["money_in_thousands"] if times > 1 else [])


def test_cells_that_say_it_themselves_win() -> None:
    assert _read("Revenue (£k)", ["12k", "14k"])[0] == [1.0, 2.0]
    assert _read("Revenue (£)", [1.0, 2.0], currency="EUR")[1] == "EUR"


def test_columns_of_one_amount_that_differ_are_left_alone() -> None:
    table = Table("S", ("A (£k)", "B"), (Column.of([1.0]), Column.of([2.0])), np.array([2]), 1)
    typed = Typed({"amount": np.array([1.0, 2.0])})
    found, said = in_full(
        typed, table, "revenue_periods", {"period:A (£k)": "A (£k)", "period:B": "B"}
    )
    assert found.columns["amount"].tolist() == [1.0, 2.0]
    assert [f.code for f in said] == ["money_scale_unclear"]
