"""Customer facts spread over tables: one list, run rates at the start and a year later, and lines
that add up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_files import csv, parsed, xlsx

from cxcase.checks import Finding
from cxcase.intake import Case, Upload, assemble, read, remap
from cxcase.intake.customer_list.churn_sources import ChurnSource
from cxcase.intake.customer_list.from_parts import OneList, make_one_list
from cxcase.intake.customer_list.merge_parts import Part
from cxcase.intake.customer_list.run_rates import from_periods, from_subscriptions
from cxcase.intake.files.sheet import Sheet
from cxcase.intake.roles.subscriptions import a_year
from cxcase.intake.roles.type_table import understand_sheet
from cxcase.intake.values.periods import period_of
from cxcase.settings import Settings

T0 = dt.date(2024, 1, 1)
END = dt.date(2025, 1, 1)
NO_DAYS = pd.Series([], dtype="datetime64[us]")


def _accounts(n: int = 40) -> list[list[Any]]:
    head = [["account_id", "industry", "signup_date", "branch", "churn_flag"]]
    return head + [
        [f"A-{i:03d}", "tech" if i % 2 else "retail", "2023-01-15", f"T{i % 3}", i % 8 == 0]
        for i in range(n)
    ]


def _subscriptions(n: int = 40) -> list[list[Any]]:
    """Two terms for most customers; every fifth customer ends in the year, every fourth begins in
    it.
    """
    rows: list[list[Any]] = [
        ["subscription_id", "account_id", "start_date", "end_date", "mrr_amount", "plan"]
    ]
    for i in range(n):
        start = "2024-04-01" if i % 4 == 3 else "2023-02-01"
        end = "2024-09-30" if i % 5 == 0 else ""
        rows.append([f"S{i}a", f"A-{i:03d}", start, end, 100 + i, "Pro" if i % 3 else "Basic"])
        if i % 2:
            rows.append(
                [f"S{i}b", f"A-{i:03d}", "2023-06-01", "2024-06-01" if i % 3 else "", 50.25, "Pro"]
            )
    return [*rows, ["S-last", "A-001", "2024-12-31", "", 0, "Pro"]]


def _events(n: int = 40) -> list[list[Any]]:
    rows: list[list[Any]] = [
        ["churn_event_id", "account_id", "churn_date", "reason_code", "is_reactivation"]
    ]
    return rows + [
        [f"E{i}", f"A-{i:03d}", f"2024-0{i % 6 + 1}-10", "price", i % 9 == 0]
        for i in range(0, n, 3)
    ]


def _read(
    files: Mapping[str, Sequence[Sequence[Any]]], folder: Path, start: dt.date | None = T0
) -> Case:
    return read(
        [Upload(name, csv(rows)) for name, rows in files.items()], Settings(start=start), folder
    )


def _codes(case: Case) -> dict[str, Finding]:
    return {f.code: f for f in case.findings}


def _lines(found: Case | OneList) -> dict[str, tuple[int, float | None]]:
    return {line.code: (line.count, line.revenue) for line in found.reconciliation}


# ---- what each table is
# ------------------------------------------------------------------------------


def _role(rows: Sequence[Sequence[Any]]) -> str | None:
    return understand_sheet(Sheet("S", rows), "f.xlsx", None, None, 5).source.role


def test_each_part_is_recognised() -> None:
    assert _role(_accounts()) == "customer_facts"
    assert _role(_subscriptions()) == "subscriptions"
    assert _role(_events()) == "churn_events"


def test_a_complete_list_stays_a_complete_list() -> None:
    head = ["Customer ID", "Start date", "ARR", "End date"]
    rows = [
        head,
        *[
            [f"C{i}", "2020-01-01", 100.0 + i, "2024-05-01" if i % 4 == 0 else ""]
            for i in range(20)
        ],
    ]
    assert _role(rows) == "customers"


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (["Customer", "Month", "Revenue"], ["2024-01", "2024-02"]),
        (["Customer", "Month", "MRR"], ["Jan 24", "Feb 24"]),
        (["Kundennummer", "Quartal", "Umsatz"], ["Q1 2024", "Q2 2024"]),
        (["Customer ID", "Invoice date", "Invoice amount"], ["2024-01-17", "2024-02-20"]),
    ],
)
def test_revenue_by_period_is_recognised_long(headings: list[str], cells: list[str]) -> None:
    rows = [headings, *[[f"C{i}", cell, 10.5 + i] for i in range(20) for cell in cells]]
    assert _role(rows) == "revenue_periods"


@pytest.mark.parametrize(
    "periods",
    [
        ["2024-01", "2024-02", "2024-03"],
        ["Jan 24", "Feb 24", "Mar 24"],
        ["Q1 2025", "Q2 2025"],
        ["FY2024", "FY2025"],
        ["Revenue 2024-01", "Revenue 2024-02", "Revenue 2024"],
    ],
)
def test_revenue_by_period_is_recognised_wide(periods: list[str]) -> None:
    rows = [
        ["Customer ID", "Owner", *periods],
        *[[f"C{i}", "x", *[i + 1.0] * len(periods)] for i in range(20)],
    ]
    found = understand_sheet(Sheet("S", rows), "f.xlsx", None, None, 5)
    assert found.source.role == "revenue_periods"
    assert found.typed is not None
    assert len(found.typed.columns["amount"]) == 20 * len(
        [p for p in periods if p != "Revenue 2024"]
    )


def test_ratings_by_period_and_lists_of_staff_are_no_customer_facts() -> None:
    waves = [["Customer ID", "NPS 2023", "NPS 2024"], *[[f"C{i}", i % 11, 5] for i in range(20)]]
    assert _role(waves) != "revenue_periods"
    staff = [
        ["User ID", "Department", "Salary"],
        *[[f"U{i}", "Sales", 30000 + i] for i in range(20)],
    ]
    assert _role(staff) is None


def test_a_survey_without_ratings_is_no_list_of_customers() -> None:
    rows = [
        ["Customer ID", "Response date", "Comment"],
        *[[f"C{i}", "2024-05-01", "fine so far"] for i in range(20)],
    ]
    assert _role(rows) is None


@pytest.mark.parametrize(
    ("label", "first", "months"),
    [("2024-01", (2024, 1), 1), ("Jan 24", (2024, 1), 1), ("Umsatz Okt 2024", (2024, 10), 1),
     ("Q1 2025", (2025, 1), 3),
     ("Q3-24", (2024, 7), 3), ("H2 2024", (2024, 7), 6), ("FY2025", (2025, 1), 12),
     ("202403", (2024, 3), 1),
     ("2024-01-01 00:00:00", (2024, 1), 1), ("03/2024", (2024, 3), 1)],
)  # fmt: skip
def test_periods_by_name(label: str, first: tuple[int, int], months: int) -> None:
    period = period_of(label)
    assert period is not None
    assert (period.start.year, period.start.month, period.months) == (*first, months)


@pytest.mark.parametrize("label", ["Seats", "Offer 12", "FY24/25", "2024-13", "March", "Count"])
def test_what_names_no_period(label: str) -> None:
    assert period_of(label) is None


@pytest.mark.parametrize(
    ("text", "times"),
    [("monthly", 12), ("Annual", 1), ("quarterly", 4), ("per month", 12), ("semi-annual", 2),
     ("every 3 months", 4),
     ("jährlich", 1), ("Monatlich", 12), ("weekly", 52), ("12 months", 1), ("6-monthly", 2)],
)  # fmt: skip
def test_billing_periods(text: str, times: float) -> None:
    assert a_year(text) == times


@pytest.mark.parametrize("text", ["biennial", "every 2 years", "24 months", "one-off", "usage"])
def test_billing_periods_that_are_not_guessed(text: str) -> None:
    assert np.isnan(a_year(text))


# ---- typed
# -------------------------------------------------------------------------------------------


def test_amounts_are_brought_to_a_year_row_by_row(tmp_path: Path) -> None:
    rows = [
        ["Customer ID", "Start date", "End date", "Amount", "Billing frequency", "Currency"],
        ["1", "01/02/2024", "", "£100.00", "monthly", "GBP"],
        ["1", "01/02/2024", "31/01/2024", "£1", "monthly", "GBP"],
        ["2", "13/02/2024", "", "£300", "quarterly", "£"],
        ["2", "13/02/2024", "", "£300", "when we like", "euro"],
        ["3", "", "", "£300", "annual", ""],
        ["3", "14/02/2024", "", "", "annual", ""],
        ["3", "14/02/2024", "", "free", "annual", ""],
        ["", "14/02/2024", "", "£5", "annual", ""],
        ["4", "14/02/2024", "", "£1,200.50", "annual", "chf"],
    ]
    table = parsed(xlsx({"S": rows}), tmp_path, "s.xlsx", role="subscriptions").tables[0]
    frame = table.frame()
    assert frame["annual"].tolist() == [1200.0, 1200.0, 1200.5]
    assert frame["currency"].tolist() == ["GBP", "GBP", "CHF"]
    assert table.source.reasons == {
        "ends_before_start": 1,
        "billing_period_unknown": 1,
        "start_missing": 1,
        "amount_missing": 1,
        "not_a_number": 1,
        "id_missing": 1,
    }
    assert table.source.rows_read == table.source.rows_accepted + table.source.rows_set_aside == 9


def test_an_amount_without_a_period_is_open(tmp_path: Path) -> None:
    rows = [
        ["Customer ID", "Start date", "Amount"],
        *[[f"C{i}", "2024-01-01", 10] for i in range(9)],
    ]
    table = parsed(csv(rows), tmp_path, role="subscriptions").tables[0]
    assert set(table.frame()["annual"]) == {10.0}
    assert table.frame()["period_open"].all()
    rows[0][2] = "Monthly amount"
    assert set(parsed(csv(rows), tmp_path, role="subscriptions").tables[0].frame()["annual"]) == {
        120.0
    }


def test_a_status_of_its_own_says_which_are_over(tmp_path: Path) -> None:
    for heading, cells in (
        ("Status", ["active", "cancelled", "paused"]),
        ("Active", ["yes", "no", ""]),
    ):
        rows = [
            ["Customer ID", "Start date", "MRR", heading],
            *[["C", "2024-01-01", 1, c] for c in cells],
        ]
        frame = parsed(csv(rows), tmp_path, role="subscriptions").tables[0].frame()
        np.testing.assert_array_equal(frame["ended"], [0.0, 1.0, np.nan])


def test_signs_that_differ_between_rows_become_a_currency_column(tmp_path: Path) -> None:
    rows = [
        ["Customer ID", "Revenue", "Churned"],
        *[[f"C{i}", "£5" if i % 2 else "5 €", "no"] for i in range(9)],
    ]
    assert parsed(csv(rows), tmp_path).tables[0].frame()["currency"].tolist()[:2] == ["EUR", "GBP"]
    rows = [["Customer ID", "Revenue", "Churned"], *[[f"C{i}", "£5", "no"] for i in range(9)]]
    assert "currency" not in parsed(csv(rows), tmp_path).tables[0].frame()


def test_a_saved_mapping_and_a_correction_read_parts_as_before(tmp_path: Path) -> None:
    rows = [["Ref", "Since when", "Fee"], *[[f"C{i % 5}", "2024-01-01", 10 + i] for i in range(9)]]
    columns = {"customer_id": "Ref", "start_date": "Since when", "mrr": "Fee"}
    entry = {"match": {"headings": rows[0]}, "role": "subscriptions", "columns": columns}
    table = parsed(csv(rows), tmp_path, mapping={"version": 1, "tables": [entry]}).tables[0]
    assert table.frame()["annual"].iloc[0] == 120.0
    found = parsed(csv(_subscriptions()), tmp_path)
    again = remap(found, 0, "subscriptions", None, folder=tmp_path, k_min=5)
    pd.testing.assert_frame_equal(again.tables[0].frame(), found.tables[0].frame())
    other = remap(found, 0, "customer_facts", None, folder=tmp_path, k_min=5)
    assert (
        other.tables[0].frame()["customer_id"].duplicated().any()
    )  # rows of money are asked about


# ---- run rates against a loop over days and subscriptions
# ----------------------------------------------

_day = st.integers(0, 900).map(lambda n: dt.date(2023, 1, 1) + dt.timedelta(days=n))


@st.composite
def _terms(draw: st.DrawFn) -> pd.DataFrame:
    rows = []
    for _ in range(draw(st.integers(1, 25))):
        start = draw(_day)
        end = draw(st.none() | st.integers(0, 500).map(lambda n, s=start: s + dt.timedelta(days=n)))
        rows.append(
            (f"C{draw(st.integers(0, 7))}", start, end, draw(st.integers(-500, 99_999)) / 100)
        )
    return _frame(rows)


def _frame(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "start_date", "end_date", "annual"])
    for name in ("start_date", "end_date"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return frame.assign(ended=np.nan)


@settings(max_examples=60, deadline=None)
@given(_terms(), _day)
def test_run_rates_are_those_of_a_loop(terms: pd.DataFrame, t0: dt.date) -> None:
    rates = from_subscriptions(terms, pd.Timestamp(t0))
    later = (pd.Timestamp(t0) + pd.DateOffset(months=12)).date()
    for customer in terms["customer_id"].unique():
        for day, found in ((t0, rates.start), (later, rates.end)):
            total = 0.0
            for row in terms[terms["customer_id"] == customer].itertuples():
                if row.start_date.date() <= day and (
                    pd.isna(row.end_date) or day < row.end_date.date()
                ):
                    total += row.annual
            assert found[customer] == pytest.approx(total, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(_terms(), _day, st.data())
def test_two_terms_back_to_back_are_one(
    terms: pd.DataFrame, t0: dt.date, data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, len(terms) - 1))
    row = terms.iloc[k]
    last = row["end_date"] if pd.notna(row["end_date"]) else pd.Timestamp(2026, 1, 1)
    cut = row["start_date"] + pd.Timedelta(
        days=data.draw(st.integers(0, (last - row["start_date"]).days))
    )
    halves = pd.DataFrame([{**row, "end_date": cut}, {**row, "start_date": cut}])
    split = pd.concat(
        [terms.drop(index=terms.index[k]), halves.astype(terms.dtypes)], ignore_index=True
    )
    one, two = (from_subscriptions(t, pd.Timestamp(t0)) for t in (terms, split))
    pd.testing.assert_series_equal(one.start, two.start, check_exact=False, atol=1e-9)
    pd.testing.assert_series_equal(one.end, two.end, check_exact=False, atol=1e-9)
    pd.testing.assert_series_equal(one.left, two.left)


def test_revenue_by_month_is_that_of_the_last_twelve() -> None:
    months = pd.date_range("2023-01-01", "2024-12-01", freq="MS")
    draw = np.random.default_rng(5)
    rows = []
    for i in range(30):
        last = 24 if i % 3 else int(draw.integers(1, 24))
        rows += [
            (f"C{i}", m, float(draw.integers(1, 9999)) / 100)
            for m in months[int(draw.integers(0, 6)) : last]
        ]
    frame = pd.DataFrame(rows, columns=["customer_id", "start", "amount"])
    frame["end"] = frame["start"] + pd.DateOffset(months=1)
    rates = from_periods(frame, pd.Timestamp(T0))
    assert not rates.annualised
    for day, found in ((T0, rates.start), (END, rates.end)):
        for customer, mine in frame.groupby("customer_id"):
            total = sum(r.amount for r in mine.itertuples() if day.year - 1 == r.start.year)
            paid = [r.end.date() for r in mine.itertuples() if r.end.date() <= day]
            silent = not paid or (day - max(paid)).days > 92
            assert found[customer] == pytest.approx(0.0 if silent else total), (customer, day)


def test_quarters_that_cover_half_a_year_are_brought_to_a_year() -> None:
    starts = pd.to_datetime(
        ["2023-07-01", "2023-10-01", "2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01"]
    )
    frame = pd.DataFrame({"customer_id": "C", "start": starts, "amount": 25.0})
    frame["end"] = frame["start"] + pd.DateOffset(months=3)
    rates = from_periods(frame, pd.Timestamp(T0))
    assert rates.annualised
    assert rates.start["C"] == pytest.approx(50 * 365.25 / 184)
    assert rates.end["C"] == 100.0


# ---- one list
# ----------------------------------------------------------------------------------------


def test_three_tables_are_one_list_that_adds_up(tmp_path: Path) -> None:
    files = {"accounts.csv": _accounts(), "subs.csv": _subscriptions(), "events.csv": _events()}
    case = _read(files, tmp_path)
    lines = _lines(case)
    assert case.base is not None
    assert lines["running_at_start"] == (
        case.base.customers,
        pytest.approx(case.base.revenue_start, abs=0.004),
    )
    moved = sum(lines[code][1] or 0.0 for code in ("new", "expansion", "contraction", "lost"))
    assert lines["running_at_start"][1] + moved == pytest.approx(
        lines["running_at_end"][1], abs=0.004
    )
    assert case.base.revenue_end == pytest.approx(
        lines["running_at_end"][1] - lines["new"][1], abs=0.004
    )
    assert (case.base.churned, -case.base.churned_revenue) == (
        lines["lost"][0],
        pytest.approx(lines["lost"][1]),
    )
    rows = [lines[f"rows_{c}"] for c in ("running_at_start", "over_at_start", "begun_later")]
    assert sum(n for n, _ in rows) == lines["subscription_rows"][0] == len(_subscriptions()) - 1
    assert sum(r for _, r in rows) == pytest.approx(lines["subscription_rows"][1], abs=0.004)
    assert "churn_date_wins" not in _codes(case)
    table = case.table("customers")
    assert table["team"].notna().all()
    assert (table["tenure_months"] > 11).all()


def test_the_sources_of_loss_are_counted_against_each_other_and_a_person_may_choose(
    tmp_path: Path,
) -> None:
    files = {"accounts.csv": _accounts(), "subs.csv": _subscriptions(), "events.csv": _events()}
    found = _codes(_read(files, tmp_path))["churn_sources_disagree"].params
    rows = pd.DataFrame(_subscriptions()[1:], columns=_subscriptions()[0])
    start = rows[
        (rows["start_date"] <= "2024-01-01")
        & ((rows["end_date"] == "") | (rows["end_date"] > "2024-01-01"))
    ]
    base = set(start["account_id"])
    running = rows[
        (rows["start_date"] <= "2025-01-01")
        & ((rows["end_date"] == "") | (rows["end_date"] > "2025-01-01"))
    ]
    revenue = base - set(running.loc[running["mrr_amount"] > 0, "account_id"])
    events = base & {r[1] for r in _events()[1:] if not r[4]}
    flag = base & {r[0] for r in _accounts()[1:] if r[4]}
    assert (found["total"], found["by_revenue"], found["by_events"], found["by_flag"]) == (
        len(base),
        len(revenue),
        len(events),
        len(flag),
    )
    assert found["revenue_and_events"] == len(revenue & events)
    assert found["events_and_flag"] == len(events & flag)
    parts = [parsed(csv(rows), tmp_path, name) for name, rows in files.items()]
    for source, lost in (("revenue", revenue), ("events", events), ("flag", flag)):
        chosen = Settings(start=T0).deciding("churn_source", source)
        case = assemble(parts, chosen, tmp_path / source)
        table = case.table("customers")
        assert set(table.loc[table["churned"], "customer_id"]) == lost
        (decision,) = [d for d in case.decisions if d.code == "churn_source"]
        assert (decision.chosen, decision.owned) == (source, True)
        assert decision.count == len((revenue | events | flag) - (revenue & events & flag))
        assert [o.code for o in decision.options] == ["as_found", "revenue", "events", "flag"]
        in_force = next(o for o in decision.options if o.code == source)
        assert case.base is not None
        assert (in_force.customers, in_force.revenue_start) == (
            case.base.customers,
            case.base.revenue_start,
        )
        assert (in_force.churned_revenue, in_force.revenue_end) == (
            case.base.churned_revenue,
            case.base.revenue_end,
        )
        by_option = {o.code: o for o in decision.options}
        assert by_option["as_found"].churned_revenue == by_option["revenue"].churned_revenue
        again = assemble(
            parts, Settings(start=T0).recall(case.mapping), tmp_path / f"{source} again"
        )
        assert again.base == case.base


def test_order_of_tables_and_rows_changes_nothing(tmp_path: Path) -> None:
    tables = {"a.csv": _accounts(), "s.csv": _subscriptions(), "e.csv": _events()}
    first = _read(tables, tmp_path / "1")
    shuffled = {
        name: [
            tables[name][0],
            *np.random.default_rng(4)
            .permutation(np.array(tables[name][1:], dtype=object))
            .tolist(),
        ]
        for name in ("e.csv", "s.csv", "a.csv")
    }
    second = _read(shuffled, tmp_path / "2")
    pd.testing.assert_frame_equal(first.table("customers"), second.table("customers"))
    assert first.reconciliation == second.reconciliation
    assert first.base == second.base


@settings(max_examples=40, deadline=None)
@given(_terms(), _day, st.randoms())
def test_order_of_rows_changes_no_bit(terms: pd.DataFrame, t0: dt.date, draw: Any) -> None:
    rows = pd.concat(
        [terms, terms.assign(annual=terms["annual"] / 3 + 0.1)], ignore_index=True
    ).assign(_source=0)
    rows["_row"] = np.arange(len(rows)) + 2
    order = list(range(len(rows)))
    draw.shuffle(order)
    first, second = (
        make_one_list([Part("subscriptions", frame, "s.csv")], t0, NO_DAYS)
        for frame in (rows, rows.iloc[order])
    )
    assert first.reconciliation == second.reconciliation
    assert (first.customers is None) == (second.customers is None)
    if first.customers is not None and second.customers is not None:
        places = ["_source", "_row"]
        pd.testing.assert_frame_equal(
            first.customers.drop(columns=places),
            second.customers.drop(columns=places),
            check_exact=True,
        )


@settings(max_examples=40, deadline=None)
@given(_terms(), _day)
def test_lines_add_up_to_the_penny_whatever_the_subscriptions(
    terms: pd.DataFrame, t0: dt.date
) -> None:
    far = _frame([("C0", dt.date(2027, 1, 1), None, 1.0)])
    rows = pd.concat([terms, far], ignore_index=True).assign(_source=0)
    rows["_row"] = np.arange(len(rows)) + 2
    found = make_one_list([Part("subscriptions", rows, "s.csv")], t0, NO_DAYS)
    lines = {c: r or 0.0 for c, (_, r) in _lines(found).items()}
    moved = sum(
        lines.get(c, 0.0) for c in ("new", "expansion", "contraction", "lost", "corrections")
    )
    before = lines["running_at_start"] + lines.get("credits_at_start", 0.0)
    after = lines["running_at_end"] + lines.get("credits_at_end", 0.0)
    assert before + moved == pytest.approx(after, abs=0.004)
    assert found.customers is not None
    positive = found.customers["revenue_start"] > 0
    assert found.customers.loc[positive, "revenue_start"].sum() == pytest.approx(
        lines["running_at_start"], abs=0.004
    )
    assert found.customers["customer_id"].is_unique


def test_a_year_that_is_not_over_is_no_year_of_keeping(tmp_path: Path) -> None:
    case = _read(
        {"accounts.csv": _accounts(), "subs.csv": _subscriptions()}, tmp_path, dt.date(2024, 9, 1)
    )
    found = _codes(case)["window_not_complete"]
    assert found.status == "fail"
    assert found.params["latest"] == T0
    assert case.base is None
    assert case.why_no_list == "window_not_complete"
    assert "running_at_end" not in _lines(case)
    assert _lines(case)["running_at_start"][0] > 0


def test_without_a_start_the_latest_full_year_is_taken_and_said(tmp_path: Path) -> None:
    case = _read({"accounts.csv": _accounts(), "subs.csv": _subscriptions()}, tmp_path, None)
    assert _codes(case)["t0_latest_full_year"].params["t0"] == T0
    assert case.base is not None
    assert case.base.t0 == T0


def test_planned_ends_are_nothing_that_was_seen(tmp_path: Path) -> None:
    """Terms that end in the future do not make the year over: nobody knows yet who will renew."""
    rows = [["Customer ID", "Start date", "End date", "ARR"]]
    rows += [
        [f"C{i % 12}", f"2024-0{i % 6 + 1}-01", f"2025-0{i % 6 + 1}-01", "100"] for i in range(24)
    ]
    case = _read({"subs.csv": rows}, tmp_path, dt.date(2024, 3, 1))
    assert case.why_no_list in ("window_not_complete", "data_shorter_than_a_year")


def _left_after_the_survey(heading: str, served: str = "Serving area") -> list[list[Any]]:
    """Accounts that began long ago, a third of them over in the year after the start."""
    head = ["Acct No", served, "Activated", "Monthly charge", heading]
    return [
        head,
        *[
            [
                f"C{i}",
                f"Area {i % 4}",
                "2022-05-01",
                10,
                "" if i % 3 else f"2024-{i // 3 % 12 + 1:02d}-28",
            ]
            for i in range(60)
        ],
    ]


def test_days_of_leaving_show_how_far_the_data_reach(tmp_path: Path) -> None:
    """Unlike planned ends: "Disconnected on" is over, wherever the other days stop."""
    case = _read({"accounts.csv": _left_after_the_survey("Disconnected on")}, tmp_path)
    assert case.base is not None
    assert case.base.churned == 20


def test_the_team_that_serves_an_account_is_known_from_its_subscription(tmp_path: Path) -> None:
    case = _read({"accounts.csv": _left_after_the_survey("Disconnected on")}, tmp_path)
    teams = case.table("customers").set_index("customer_id")["team"]
    assert (teams["C5"], teams.nunique()) == ("Area 1", 4)


def test_where_nothing_tells_who_left_no_other_start_is_offered(tmp_path: Path) -> None:
    case = _read({"accounts.csv": _left_after_the_survey("Sector code")}, tmp_path)
    assert case.why_no_list == "no_fate_anywhere"
    assert "window_not_complete" not in _codes(case)


def test_ends_given_as_the_last_day_are_no_losses(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Customer ID", "Start date", "End date", "ARR"]]
    for i in range(20):
        rows += [
            [f"C{i}", "2023-01-01", "2023-12-31", 100],
            [f"C{i}", "2024-01-01", "2024-12-31", 110],
        ]
        rows += [[f"C{i}", "2025-01-01", "", 120]] if i else []
    case = _read({"subs.csv": rows}, tmp_path, dt.date(2023, 12, 31))
    assert "ends_read_as_last_days" in _codes(case)
    assert case.base is not None
    assert (case.base.customers, case.base.churned, case.base.revenue_end) == (20, 0, 2200.0)
    late = _read({"subs.csv": rows}, tmp_path / "late", T0)
    assert late.base is not None
    assert (late.base.churned, late.base.revenue_end) == (1, 19 * 120.0)


def test_ids_on_one_side_only_are_kept_and_counted(tmp_path: Path) -> None:
    accounts = [r for r in _accounts(44) if r[0] not in ("A-001", "A-002")]
    case = _read({"accounts.csv": accounts, "subs.csv": _subscriptions(40)}, tmp_path)
    found = _codes(case)["facts_unmatched"].params
    assert (found["only_here"], found["missing"]) == (2, 4)
    assert _lines(case)["accounts_only_with_subscription"] == (2, None)
    assert {"A-001", "A-002"} <= set(case.table("customers")["customer_id"])


def test_a_table_of_strangers_is_not_joined_and_its_rows_are_set_aside(tmp_path: Path) -> None:
    strangers = [["Customer ID", "Region"], *[[f"Z{i}", "north"] for i in range(15)]]
    case = _read(
        {"accounts.csv": _accounts(), "subs.csv": _subscriptions(), "z.csv": strangers}, tmp_path
    )
    assert _codes(case)["facts_no_overlap"].status == "fail"
    source = next(s for s in case.sources if s.file == "z.csv")
    assert (source.rows_accepted, dict(source.reasons)) == (0, {"facts_not_joined": 15})
    assert sum(a.reason == "facts_not_joined" for a in case.set_aside) == 15
    for one in case.sources:
        assert one.rows_read == one.rows_accepted + one.rows_set_aside


def test_the_key_is_found_by_its_values(tmp_path: Path) -> None:
    regions = [
        ["Customer ID", "CRM ref", "Region"],
        *[[f"X{i}", f"A-{i:03d}", f"R{i % 4}"] for i in range(40)],
    ]
    accounts = [[*row[:3], *row[4:]] for row in _accounts()]
    case = read(
        [
            Upload(n, csv(r))
            for n, r in (("a.csv", accounts), ("s.csv", _subscriptions()), ("r.csv", regions))
        ],
        Settings(start=T0, controls=("Region",)),
        tmp_path,
    )
    assert _codes(case)["taken_for_key"].params["column"] == "CRM ref"
    assert case.table("customers")["Region"].notna().all()


def test_two_lists_that_disagree_are_said_and_the_larger_one_counts(tmp_path: Path) -> None:
    other = [
        ["account_id", "branch"],
        *[[f"A-{i:03d}", "Elsewhere" if i < 5 else f"T{i % 3}"] for i in range(30)],
    ]
    case = _read(
        {"b.csv": other, "accounts.csv": _accounts(), "subs.csv": _subscriptions()}, tmp_path
    )
    found = _codes(case)["facts_disagree"].params
    assert (found["count"], found["file"], found["other"]) == (5, "accounts.csv", "b.csv")
    assert "Elsewhere" not in set(case.table("customers")["team"])


def test_the_same_export_twice_counts_once(tmp_path: Path) -> None:
    once = _read({"a.csv": _accounts(), "s.csv": _subscriptions()}, tmp_path / "1")
    twice = _read(
        {"a.csv": _accounts(), "s.csv": _subscriptions(), "t.csv": _subscriptions()}, tmp_path / "2"
    )
    assert twice.base == once.base
    assert _codes(twice)["rows_in_two_files"].params["count"] == len(_subscriptions()) - 1
    copy = twice.sources[2]
    assert (copy.rows_accepted, copy.rows_set_aside) == (0, len(_subscriptions()) - 1)


def test_a_complete_list_counts_and_subscriptions_are_held_against_it(tmp_path: Path) -> None:
    whole = [["Customer ID", "Branch", "Revenue start", "Revenue end", "Churned"]]
    whole += [
        [f"A-{i:03d}", f"T{i % 3}", 1000.0, 0.0 if i == 4 else 1100.0, "yes" if i == 4 else "no"]
        for i in range(38)
    ]
    alone = _read({"c.csv": whole}, tmp_path / "1")
    both = _read({"c.csv": whole, "subs.csv": _subscriptions()}, tmp_path / "2")
    assert {"revenue_sources_disagree", "churn_sources_disagree_flag"} <= set(_codes(both))
    table = both.table("customers").set_index("customer_id")
    pd.testing.assert_frame_equal(
        table.loc[
            [f"A-{i:03d}" for i in range(38)], ["team", "revenue_start", "revenue_end", "churned"]
        ],
        alone.table("customers").set_index("customer_id")[
            ["team", "revenue_start", "revenue_end", "churned"]
        ],
    )
    assert "A-038" in table.index


def test_ratings_in_a_customer_table_become_responses(tmp_path: Path) -> None:
    status = [["Customer ID", "Satisfaction Score", "Churn Label"]]
    status += [
        [f"C{i}", i % 5 + 1 if i % 4 else "", "Yes" if i % 3 == 0 else "No"] for i in range(30)
    ]
    money = [
        ["Customer ID", "Monthly Charge", "Total Revenue"],
        *[[f"C{i}", 10.5, 999] for i in range(30)],
    ]
    case = _read({"status.csv": status, "services.csv": money}, tmp_path, None)
    assert case.base is not None
    assert (case.base.customers, case.base.churned, case.base.revenue_start) == (
        30,
        10,
        pytest.approx(30 * 126.0),
    )
    assert not case.has_revenue_end
    assert "ratings_in_customer_table" in _codes(case)
    assert len(case.table("responses")) == sum(1 for r in status[1:] if r[1])
    assert {s.rows_set_aside for s in case.sources} == {0}
    assert {role for s in case.sources for role in s.gives} == {"customers", "customer_facts", "cx"}
    survey = [
        ["Customer ID", "Date", "CSAT (1-5)"],
        *[[f"C{i}", "2024-05-01", 3] for i in range(9)],
    ]
    other = _read(
        {"status.csv": status, "services.csv": money, "cx.csv": survey}, tmp_path / "2", None
    )
    assert "ratings_beside_unused" in _codes(other)
    assert len(other.table("responses")) == 9


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (
            {"a.csv": [["Customer ID", "Region"], *[[f"C{i}", "x"] for i in range(9)]]},
            "no_revenue_anywhere",
        ),
        (
            {"a.csv": [["Customer ID", "Monthly fee"], *[[f"C{i}", i + 1] for i in range(9)]]},
            "no_fate_anywhere",
        ),
    ],
)
def test_what_is_missing_is_said(
    files: dict[str, list[list[Any]]], code: str, tmp_path: Path
) -> None:
    case = _read(files, tmp_path)
    assert _codes(case)[code].status == "fail"
    assert case.base is None
    assert case.why_no_list == code
    assert "no_customers" not in _codes(case)


def test_events_alone_say_who_left_and_a_return_is_no_loss() -> None:
    accounts = pd.DataFrame(
        {"customer_id": list("ABCD"), "revenue_start": 100.0, "_source": 0, "_row": range(2, 6)}
    )
    days = pd.to_datetime(["2024-03-01", "2024-04-01", "2024-06-01", "2023-05-01", "2024-12-31"])
    events = pd.DataFrame(
        {"customer_id": list("AABCZ"), "churn_date": days, "returned": [0.0, 1.0, 0.0, 0.0, 0.0]}
    )
    parts = [
        Part("customer_facts", accounts, "a"),
        Part("churn_events", events.assign(_source=1, _row=range(2, 7)), "e"),
    ]
    found = make_one_list(parts, T0, NO_DAYS, churn_source=None)
    assert found.customers is not None
    table = found.customers.set_index("customer_id")
    assert table["churned"].tolist() == [False, True, True, False]
    assert table.loc["C", "churn_date"] == pd.Timestamp(
        2023, 5, 1
    )  # before the start, so outside the base
    assert len(found.left_out["customer_not_in_list"][0]) == 1


def test_a_source_that_is_not_there_is_said() -> None:
    rows = _frame(
        [
            ("A", dt.date(2023, 1, 1), dt.date(2024, 5, 1), 10.0),
            ("B", dt.date(2025, 2, 1), None, 5.0),
        ]
    )
    part = Part("subscriptions", rows.assign(_source=0, _row=[2, 3]), "s")
    source: ChurnSource = "events"
    found = make_one_list([part], T0, NO_DAYS, churn_source=source)
    assert "churn_source_missing" in {f.code for f in found.findings}
    assert found.customers is not None
    assert found.customers["churned"].tolist() == [True, False]


# ---- units
# -------------------------------------------------------------------------------------------


def _units() -> list[list[Any]]:
    head = [
        "Store",
        "Quarter",
        "Engagement (1-5)",
        "EX responses",
        "NPS",
        "Queue (0-10)",
        "Revenue",
        "Churn rate",
        "Area",
    ]
    return [head] + [
        [
            f"S{i}",
            q,
            3.5 + i / 100,
            4 if i == 2 else 12,
            20.5 - i,
            7.25,
            f"£{1000 + i}",
            "12.5%",
            80 + i,
        ]
        for i in range(12)
        for q in ("Q1 2025", "Q2 2025")
    ]


def test_figures_by_team_are_typed_and_small_groups_are_hidden(tmp_path: Path) -> None:
    rows = [*_units(), ["S1", "Q1 2025", 4, 9, 1, 1, 1, "1%", 1]]
    found = parsed(csv(rows), tmp_path, "units.csv")
    table = found.tables[0]
    assert table.source.role == "units"
    frame = table.frame()
    assert frame["period"].astype("str").unique().tolist() == ["2025-03-31", "2025-06-30"]
    assert frame["period_label"].unique().tolist() == ["Q1 2025", "Q2 2025"]
    assert frame["nps_net"].iloc[0] == 20.5
    assert set(frame["churn_rate"]) == {0.125}
    assert set(frame["rating:Queue"]) == {7.25}
    assert frame["extra:Area"].iloc[0] == 80
    assert frame.loc[frame["ex"].isna(), "team"].unique().tolist() == ["S2"]
    assert table.source.reasons == {"duplicate_unit": 1}
    assert table.source.samples["Engagement (1-5)"] == ()
    assert table.raw is not None
    raw = pa.ipc.open_file(pa.memory_map(str(table.raw))).read_all().to_pandas()
    assert raw.loc[raw["Store"] == "S2", "Engagement (1-5)"].isna().all()
    assert {m.code for m in table.source.messages} >= {"ex_units_suppressed", "nps_read_as_net"}


def test_figures_by_team_alone_make_a_case(tmp_path: Path) -> None:
    case = _read({"units.csv": _units()}, tmp_path, None)
    assert _codes(case)["units_alone"].params == {"units": 12}
    assert case.has("units")
    assert case.base is None  # nobody says how many customers there are
    assert case.unit_scales["ex"].high == 5
    assert case.table("units")["revenue"].iloc[0] == 1000.0


def test_employees_aggregates_stay_employees() -> None:
    rows = [["Branch", "n", "Engagement"], *[[f"B{i}", 12, 3.5 + i / 100] for i in range(20)]]
    assert _role(rows) == "ex"


def test_money_of_the_team_in_an_employee_survey_is_said() -> None:
    rows = [
        ["Site", "Engagement", "Monthly sales by site"],
        *[[f"B{i % 5}", i % 5 + 1, 100 + i % 5] for i in range(50)],
    ]
    found = understand_sheet(Sheet("S", rows), "f.xlsx", None, None, 5)
    assert found.source.role == "ex"
    codes = {m.code: m.params for m in found.source.messages}
    assert codes["unit_figures_in_ex_table"]["columns"] == ["Monthly sales by site"]
