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


# ---- what the total was read as ------------------------------------------------------------------


def _read_as(case: Case) -> dict[str, dict[str, Any]]:
    """code -> what is said of a total, beside its size."""
    said = {f.code: dict(f.params) for f in case.findings if f.code.endswith("_read")}
    return {code: {k: v for k, v in told.items() if k != "total"} for code, told in said.items()}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (terms("MRR"), {"revenue_start_read": {"column": "MRR", "one": 12.0}}),
        (terms("ARR (k€)"), {"revenue_start_read": {"column": "ARR (k€)", "one": 1000.0}}),
        (terms("Monthly amount"), {"revenue_start_read": {"column": "Monthly amount", "one": 12}}),
        (
            terms("Amount", **{"Billing frequency": "quarterly"}),
            {"revenue_by_billing_read": {"column": "Amount", "billing": "Billing frequency"}},
        ),
    ],
)
def test_what_a_total_of_subscriptions_was_read_as_is_said(
    data: bytes, said: dict[str, Any], tmp_path: Path
) -> None:
    assert _read_as(case_of(tmp_path, data)) == said


def test_what_a_total_of_periods_was_read_as_is_said(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Customer ID", "Month", "Amount (k£)"]]
    for k in range(N):
        last = 12 if k % 4 == 0 else 24
        rows += [[f"{k:05d}", f"{2023 + m // 12}-{m % 12 + 1:02d}", 0.1] for m in range(last)]
    said = _read_as(case_of(tmp_path, csv(rows)))
    assert said == {"revenue_of_periods_read": {"column": "Amount (k£)", "one": 1000.0}}


def test_what_costs_of_recommendations_were_read_as_is_said(tmp_path: Path) -> None:
    steps = [
        ["Title", "Moment", "Invest (k£)", "Running cost per month", "Lift"],
        ["Huddles", "Billing", 18, 100, 0.3],
        ["Coaching", "Billing", 7, 50, 0.2],
    ]
    case = case_of(tmp_path, terms("MRR"), csv(steps))
    said = _read_as(case)
    assert said["one_off_cost_read"] == {"column": "Invest (k£)", "one": 1000.0}
    assert said["yearly_cost_read"] == {"column": "Running cost per month", "one": 12.0}
    totals = {f.code: f.params.get("total") for f in case.findings}
    assert (totals["one_off_cost_read"], totals["yearly_cost_read"]) == (25_000, 1_800)


def test_what_a_total_of_facts_about_customers_was_read_as_is_said(tmp_path: Path) -> None:
    paid = [["Customer ID", "Monthly charge"], *([f"{k:05d}", 100] for k in range(N))]
    left = [["Customer ID", "Churned"], *([f"{k:05d}", "no" if k % 4 else "yes"] for k in range(N))]
    said = _read_as(case_of(tmp_path, csv(paid), csv(left)))
    assert said == {"revenue_start_read": {"column": "Monthly charge", "one": 12.0}}
