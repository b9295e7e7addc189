"""Waves of a survey that stand in columns: the newest counts, earlier ones are kept as waves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_files import csv, customer_rows

from cxcase.intake import Case, Upload, read
from cxcase.settings import Settings

N = 60
EARLIER = [1 + k % 5 for k in range(N)]
NEWEST = [1 + (k + 2) % 5 for k in range(N)]


def case_of(
    folder: Path,
    first: str,
    second: str,
    days: list[str] | None = None,
    marks: tuple[list[Any], list[Any]] = (EARLIER, NEWEST),
    **settings: Any,
) -> Case:
    named = ["Customer ID", *(["Response date"] if days else []), first, second]
    rows: list[list[Any]] = [named]
    for k in range(N):
        day = [days[k]] if days else []
        rows.append([f"{k:05d}", *day, marks[0][k], marks[1][k]])
    uploads = [
        Upload("list.csv", csv(customer_rows(N))),
        Upload("survey.csv", csv(rows)),
    ]
    return read(uploads, Settings(**settings), folder)


def codes(case: Case) -> set[str]:
    return {finding.code for finding in case.findings}


def waves(case: Case) -> dict[dt.date, float]:
    """Day -> mean of satisfaction, of all answers kept."""
    kept = case.table("all_responses")
    return {day.date(): mean for day, mean in kept.groupby("responded_at")["csat"].mean().items()}


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("CSAT Q1 2024 (1-5)", "CSAT Q2 2024 (1-5)", ("2024-03-31", "2024-06-30")),
        ("CSAT 2023 (1-5)", "CSAT 2024 (1-5)", ("2023-12-31", "2024-12-31")),
        ("Jan 2024 CSAT", "Oct 2024 CSAT", ("2024-01-31", "2024-10-31")),
    ],
)
def test_waves_dated_by_their_headings_are_kept(
    first: str, second: str, days: tuple[str, str], tmp_path: Path
) -> None:
    case = case_of(tmp_path, first, second)
    before, after = map(dt.date.fromisoformat, days)
    assert waves(case) == {before: np.mean(EARLIER), after: np.mean(NEWEST)}
    newest = dict(zip(case.table("responses")["customer_id"], NEWEST, strict=True))
    assert case.table("responses")["csat"].tolist() == list(newest.values())
    assert {"earlier_waves_kept", "answers_dated_by_wave"} <= codes(case)
    assert case.base is not None
    assert case.base.t0 == after + dt.timedelta(days=1)
    (source,) = [s for s in case.sources if s.role == "cx"]
    assert source.rows_read == source.rows_accepted + source.rows_set_aside == N


def test_quarters_without_a_year_are_of_the_year_of_the_answers(tmp_path: Path) -> None:
    days = [f"2025-05-{k % 28 + 1:02d}" for k in range(N)]
    case = case_of(tmp_path, "CSAT Q1", "CSAT Q2", days)
    kept = case.table("all_responses")
    assert (kept["responded_at"] == "2025-03-31").sum() == N
    assert len(kept) == 2 * N
    assert case.table("responses")["csat"].tolist() == NEWEST


@pytest.mark.parametrize(
    ("first", "second"), [("CSAT Q1", "CSAT Q2"), ("CSAT wave 1", "CSAT wave 2")]
)
def test_waves_of_no_known_day_are_said_and_not_used(
    first: str, second: str, tmp_path: Path
) -> None:
    case = case_of(tmp_path, first, second)
    assert not case.has("all_responses")
    assert case.table("responses")["csat"].tolist() == NEWEST
    assert "earlier_waves" in codes(case)
    assert "earlier_waves_kept" not in codes(case)


def test_numbers_of_questions_are_no_quarters(tmp_path: Path) -> None:
    case = case_of(tmp_path, "Support Q1 (1-5)", "Support Q2 (1-5)")
    assert not {"earlier_waves", "earlier_waves_kept"} & codes(case)
    assert len(case.moments) == 2


def test_a_wave_on_another_scale_is_not_kept(tmp_path: Path) -> None:
    long = [1 + k % 10 for k in range(N)]
    case = case_of(tmp_path, "CSAT 2023", "CSAT 2024 (1-5)", marks=(long, NEWEST))
    assert not case.has("all_responses")
    assert "earlier_waves" in codes(case)


def test_who_answered_only_before_counts_as_in_a_long_file(tmp_path: Path) -> None:
    newest: list[Any] = ["" if k % 3 == 0 else mark for k, mark in enumerate(NEWEST)]
    case = case_of(tmp_path, "CSAT Q1 2024 (1-5)", "CSAT Q2 2024 (1-5)", marks=(EARLIER, newest))
    answered = dict(zip(case.table("responses")["customer_id"], range(N), strict=False))
    assert len(answered) == N
    by_customer = case.table("responses").set_index("customer_id")["csat"]
    assert by_customer["00003"] == EARLIER[3]
    assert by_customer["00004"] == NEWEST[4]


def test_an_answer_that_is_set_aside_counts_once_a_spreadsheet_row(tmp_path: Path) -> None:
    start = dt.date(2024, 1, 1)
    case = case_of(tmp_path, "CSAT Q1 2024 (1-5)", "CSAT Q2 2024 (1-5)", start=start)
    (source,) = [s for s in case.sources if s.role == "cx"]
    assert source.reasons == {"response_after_t0": N}
