"""Every change that a case can hold is told in words, never by a code."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, get_type_hints

import pytest

from cxcase.report import words
from cxcase.settings import DECISIONS, Settings

FIELDS = [f.name for f in dataclasses.fields(Settings) if f.name != "owned"]
KINDS = get_type_hints(Settings)


def values(name: str) -> list[tuple[str | None, Any, Any]]:
    """(entry, before, after) of some changes of a setting."""
    default = getattr(Settings(), name)
    if name == "decisions":
        return [(code, None, options[-1]) for code, options in DECISIONS.items()]
    if isinstance(default, Mapping) and name != "asked":
        return [("R1", None, 0.3), ("R1", 0.2, None)]
    if "date" in str(KINDS[name]):
        return [(None, None, dt.date(2026, 1, 1))]
    if "tuple[str" in str(KINDS[name]):
        return [("R1", False, True), ("R1", True, False)]
    others = {"metric": "nps", "day_rate": 400.0, "period_budgets": (5.0,)}
    return [(None, default, others.get(name, default or 5))]


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_is_told_by_its_label(name: str) -> None:
    for entry, before, after in values(name):
        told = {"kind": "setting", "name": name, "entry": entry, "from": before, "to": after}
        line = words.change(told, "GBP", {"R1": "Plain invoices"})
        assert not re.search(r"[a-z]_[a-z]|R1|None", line), line
        assert line != words.change({**told, "from": after, "to": before}, "GBP", {}) or (
            before == after
        )


def test_a_step_is_called_by_its_title() -> None:
    told = {"kind": "setting", "name": "barred", "entry": "R4", "from": False, "to": True}
    assert words.change(told, "GBP", {"R4": "Plain invoices"}) == "“Plain invoices” ruled out"
    answer = {
        "kind": "setting",
        "name": "step_answers",
        "entry": "R4:lift",
        "from": None,
        "to": 0.3,
    }
    assert words.change(answer, "GBP", {"R4": "Plain invoices"}) == (
        "Answers about steps, “Plain invoices”, lift: — → 0.3"
    )


def test_files_are_told_by_name() -> None:
    told = {"kind": "file_replaced", "name": "april.csv", "from": "march.csv", "to": "april.csv"}
    assert words.change(told, "GBP", {}) == "april.csv in place of march.csv"
    also = {"kind": "file_added", "name": "april.csv", "also": ["cx.csv"]}
    assert words.change(also, "GBP", {}) == "april.csv brought in, with cx.csv"


def test_what_counts_together_is_told_together() -> None:
    assert words.changes_together([], []) == "New version of the app"
    assert words.changes_together(["A: 1 → 2"], ["money"]) == "A: 1 → 2"
    assert "and" in words.changes_together(["A", "B"], ["money", "ask"])
    assert words.changes_together(["A", "B", "C"], ["money", "ask", "ask"]) == (
        "3 changes: assumptions about money and what is asked of the plan"
    )
