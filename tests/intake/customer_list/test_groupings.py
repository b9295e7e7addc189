"""Columns of the customer list that become groups without being named, and those that must not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxcase.intake import Scale, case_from_frames
from cxcase.intake.customer_list.groupings import (
    MIN_ANSWERS,
    MOST_COLUMNS,
    MOST_KINDS,
    customer_groups,
)
from cxcase.settings import Settings

N = 1200
EVERYONE = pd.Series([f"C{i}" for i in range(N)])


def _list(**extra: object) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "customer_id": EVERYONE,
            "team": np.array(["North", "South", "West"])[np.arange(N) % 3],
            "segment": np.array(["Large", "Small"])[np.arange(N) % 2],
            "revenue_start": 100.0,
            "churned": rng.random(N) < 0.15,
            **{f"extra:{name}": values for name, values in extra.items()},
        }
    )


def _kinds(n: int, rows: int = N) -> list[str]:
    """`n` kinds in an order that no other column has."""
    return np.random.default_rng(n).permutation([f"kind {i % n}" for i in range(rows)]).tolist()


def _found(
    frame: pd.DataFrame, answered: pd.Series = EVERYONE, named: tuple[str, ...] = ()
) -> list[str]:
    table = customer_groups(frame, answered, named)
    return [] if table is None else [c for c in table if c != "customer_id"]


@pytest.mark.parametrize(
    ("kinds", "used"), [(1, False), (2, True), (MOST_KINDS, True), (MOST_KINDS + 1, False)]
)
def test_a_column_of_2_to_40_kinds_groups_customers(kinds: int, used: bool) -> None:
    assert _found(_list(Region=_kinds(kinds))) == (["Region"] if used else [])


@pytest.mark.parametrize("few", [MIN_ANSWERS - 1, MIN_ANSWERS])
def test_two_kinds_must_have_enough_answers(few: int) -> None:
    plan = np.array(["Gold"] * N, dtype=object)
    plan[100 : 100 + few] = "Silver"
    assert _found(_list(Plan=plan)) == (["Plan"] if few >= MIN_ANSWERS else [])
    silent = EVERYONE[~EVERYONE.isin(EVERYONE[100 : 100 + few])]
    assert _found(_list(Plan=plan), silent) == []


def test_what_another_column_says_already_is_not_a_second_grouping() -> None:
    segment = np.where(np.arange(N) % 2 == 0, "enterprise accounts", "the rest")
    region = _kinds(4)
    again = [f"code of {kind}" for kind in region]
    assert _found(_list(Size=segment, Region=region, Area=again)) == ["Region"]
    finer = [f"{a} {b}" for a, b in zip(segment, region, strict=True)]
    assert _found(_list(Region=region, Cell=finer)) == ["Region", "Cell"]


def test_a_second_segment_or_team_is_not_shown_beside_the_first_under_the_same_word() -> None:
    assert _found(_list(Segment=_kinds(4), TEAM=_kinds(5), Area=_kinds(6))) == ["Area"]


def test_a_named_control_is_there_once() -> None:
    region = _kinds(4)
    assert _found(_list(Region=region, Area=region), named=("Region",)) == []


def test_what_was_written_down_after_the_loss_is_no_group() -> None:
    frame = _list()
    reason = np.where(
        frame["churned"], np.where(np.arange(N) % 2 == 0, "price", "moved away"), None
    )
    status = np.where(frame["churned"], "closed", "live")
    muddled = np.where(np.arange(N) % 20 == 0, "live", status)
    frame["extra:Reason"] = reason
    frame["extra:Status"] = status
    frame["extra:Standing"] = muddled
    assert _found(frame) == []
    frame["extra:Risk"] = np.where(
        np.random.default_rng(1).random(N) < 0.25 + 0.5 * frame["churned"], "high", "low"
    )
    assert _found(frame) == ["Risk"]  # goes with leaving, and does not tell it


def test_people_dates_and_numbers_are_no_groups() -> None:
    days = np.random.default_rng(2).choice(["2024-01-31", "2024-06-30", "2025-01-31"], N)
    frame = _list(**{"Account manager": _kinds(5), "Sales rep": _kinds(6), "Contract end": days})
    frame["extra:Sites"] = np.random.default_rng(3).integers(1, 6, N).astype(float)
    assert _found(frame) == []


def test_mostly_blank_columns_are_left_out_and_no_more_than_six_are_taken() -> None:
    half = np.where(np.arange(N) % 2 == 0, _kinds(3), None)
    fewer = np.where(np.arange(N) % 3 == 0, _kinds(3), None)
    assert _found(_list(Half=half, Fewer=fewer)) == ["Half"]
    many = {f"Column {i}": _kinds(i) for i in range(3, 12)}
    assert _found(_list(**many)) == [f"Column {i}" for i in range(3, 3 + MOST_COLUMNS)]


def test_the_case_holds_the_groups_beside_the_customers(tmp_path: Path) -> None:
    customers = _list(Region=_kinds(4)).assign(revenue_end=100.0, tenure_months=20.0)
    cx = pd.DataFrame(
        {"customer_id": EVERYONE, "ease": 4.0, "responded_at": pd.Timestamp("2025-01-01")}
    )
    frames = {"customers": customers, "cx": cx}
    case = case_from_frames(frames, Settings(), tmp_path, scales={"ease": Scale(1, 7)})
    groups = case.table("customer_groups")
    assert list(groups) == ["customer_id", "Region"]
    assert groups["customer_id"].tolist() == case.table("customers")["customer_id"].tolist()
    named = case_from_frames(
        frames, Settings(controls=("Region",)), tmp_path, scales={"ease": Scale(1, 7)}
    )
    assert not named.has("customer_groups")
    assert "Region" in named.table("customers")
