"""What period a subscription's amount is for: told by something in the file, or asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from make_files import csv, customer_rows, parsed

from cxcase.intake import Case, Upload, read
from cxcase.settings import Settings

N = 40


def terms(amount: str = "Amount", last: str = "2024-05-01", **beside: str) -> bytes:
    """Subscriptions of 100 from 2023 on, every fourth over in 2024."""
    rows: list[list[Any]] = [["Customer ID", "Start date", "End date", amount, *beside]]
    for k in range(N):
        end = last if k % 4 == 0 else ""
        rows.append([f"{k:05d}", "2023-01-01", end, 100, *beside.values()])
    rows.append(["99999", "2025-01-15", "", 100, *beside.values()])
    return csv(rows)


def case_of(folder: Path, *files: bytes, **decided: str) -> Case:
    uploads = [Upload(f"file{k}.csv", data) for k, data in enumerate(files)]
    return read(uploads, Settings(decisions=decided), folder)


def test_an_amount_of_no_known_period_is_asked_before_any_figure(tmp_path: Path) -> None:
    case = case_of(tmp_path, terms())
    assert case.base is None
    assert case.why_no_list == "subscription_period"
    (said,) = [f for f in case.findings if f.code == "subscription_period"]
    assert said.params["yearly"] == 100 * (N + 1)
    assert said.params["monthly"] == 12 * 100 * (N + 1)
    (decision,) = [d for d in case.decisions if d.code == "subscription_period"]
    totals = {option.code: option.revenue_start for option in decision.options}
    assert totals == {"ask": None, "yearly": 4000, "quarterly": 16000, "monthly": 48000}


@pytest.mark.parametrize(("option", "revenue"), [("yearly", 4000), ("monthly", 48000)])
def test_the_amounts_count_as_decided(option: str, revenue: float, tmp_path: Path) -> None:
    case = case_of(tmp_path, terms(), subscription_period=option)
    assert case.base is not None
    assert case.base.revenue_start == revenue


@pytest.mark.parametrize(
    ("data", "revenue"),
    [
        (terms("Monthly amount"), 48000),
        (terms("Amount", **{"Billing frequency": "quarterly"}), 16000),
    ],
)
def test_nothing_is_asked_where_something_tells(
    data: bytes, revenue: float, tmp_path: Path
) -> None:
    case = case_of(tmp_path, data)
    assert case.base is not None
    assert case.base.revenue_start == revenue


def test_terms_of_one_length_tell_what_an_amount_is_for(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Customer ID", "Start date", "End date", "Amount"]]
    for k in range(N):
        rows += [[f"C{k:04d}", f"2024-{m:02d}-01", f"2024-{m + 1:02d}-01", 10] for m in (1, 2, 3)]
    table = parsed(csv(rows), tmp_path, role="subscriptions").tables[0]
    assert set(table.frame()["annual"]) == {120.0}
    assert "amount_of_a_term" in {m.code for m in table.source.messages}
    assert "period_open" not in table.frame()


def test_beside_a_whole_list_its_own_revenue_counts(tmp_path: Path) -> None:
    case = case_of(tmp_path, csv(customer_rows(N)), terms())
    assert case.why_no_list is None
    assert "amount_taken_as_yearly" in {f.code for f in case.findings}
