"""Customer lists as an ERP, a billing system and a charity export them: read without a question."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cxcase.intake import Case, Upload, read
from cxcase.settings import Settings

START = Settings(start=dt.date(2025, 1, 1))


def _case(heads: list[str], row: Any, folder: Path) -> Case:
    rows = [heads, *(row(i, i % 8 == 0) for i in range(120))]
    text = "\n".join(";".join(str(cell) for cell in row) for row in rows)
    return read([Upload("list.csv", text.encode())], START, folder)


def test_two_years_of_a_ledger_tell_who_left_and_keep_branch_and_trade(tmp_path: Path) -> None:
    heads = ["Debitor", "Niederlassung", "Branche", "Umsatz 2024", "Umsatz 2025", "Kunde seit"]
    case = _case(
        heads,
        lambda i, lost: [
            f"10{i:05d}",
            f"NL {'ABCDEF'[i % 6]}",
            ("Bau", "Handel")[i % 2],
            "1.000,00",
            "0,00" if lost else "1.100,00",
            f"{i % 27 + 1:02d}.05.20{i % 15 + 5:02d}",
        ],
        tmp_path,
    )
    assert case.base is not None
    assert (case.base.customers, case.base.churned) == (120, 15)
    assert case.base.revenue_start == pytest.approx(120_000)
    assert {"team", "segment"} <= set(case.table("customers"))


def test_a_billing_extract_says_who_was_disconnected(tmp_path: Path) -> None:
    heads = ["Acct No", "Service Region", "Monthly charge (£)", "Disconnected"]
    case = _case(
        heads,
        lambda i, lost: [f"ACC{i * 37:06d}", f"Region {i % 6}", "12.50", "NY"[lost]],
        tmp_path,
    )
    assert case.base is not None
    assert (case.base.customers, case.base.churned) == (120, 15)
    assert case.base.revenue_start == pytest.approx(120 * 150)


def test_what_members_give_is_revenue(tmp_path: Path) -> None:
    heads = ["Member ref", "Local group", "Giving 2023/24", "Giving 2024/25", "Status"]
    case = _case(
        heads,
        lambda i, lost: [
            f"M-{i:05d}",
            f"Group {i % 6}",
            60,
            0 if lost else 66,
            ("Active", "Lapsed")[lost],
        ],
        tmp_path,
    )
    assert case.base is not None
    # "2024/25" is not over on the first of January 2025: the year before it is the base
    assert (case.base.customers, case.base.churned) == (120, 15)
    assert case.base.revenue_start == pytest.approx(120 * 60)


def test_being_a_member_is_the_whole_of_it(tmp_path: Path) -> None:
    heads = ["Membership number", "Date", "How easy is it to be a member?", "Rate our events (1-5)"]
    words = ("Very difficult", "Difficult", "Neither", "Easy", "Very easy")
    rows = [[f"M-{i:05d}", "2024-12-02", words[i % 5], i % 5 + 1] for i in range(60)]
    text = "\n".join(";".join(str(cell) for cell in row) for row in [heads, *rows])
    source = read([Upload("survey.csv", text.encode())], START, tmp_path).sources[0]
    assert source.columns["ease"] == "How easy is it to be a member?"
