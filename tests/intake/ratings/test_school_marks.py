"""Marks as schools give them: 1 is the best in one country, 6 in another; never guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_files import csv, customer_rows, parsed

from cxcase.intake import Case, Upload, read
from cxcase.intake.schema import Scale
from cxcase.report import words
from cxcase.settings import Settings

N = 120
MARKS = [1 + (7 * k) % 6 for k in range(N)]
OPEN = {"good_end:csat": N}


def survey(heading: str, marks: list[Any] = MARKS, **beside: list[Any]) -> bytes:
    rows: list[list[Any]] = [["Customer ID", "Response date", heading, *beside]]
    for k in range(N):
        more = [cells[k] for cells in beside.values()]
        rows.append([f"{k:05d}", f"2025-05-{k % 28 + 1:02d}", marks[k], *more])
    return csv(rows)


def near(turn: Callable[[int], float]) -> list[int]:
    """Answers from 1 to 7 that go as `turn` of the marks, with chance."""
    noise = np.random.default_rng(3).integers(-1, 2, N)
    return [int(np.clip(turn(mark) + e, 1, 7)) for mark, e in zip(MARKS, noise, strict=True)]


@pytest.mark.parametrize(
    "heading",
    [
        "Gesamtzufriedenheit (Schulnote)",
        "Note Zufriedenheit",
        "Gesamtnote",
        "Satisfaction mark",
        "Overall satisfaction grade (1-6)",
        "Gesamtnote (1 bis 6)",
    ],
)
def test_marks_that_nothing_tells_are_open(heading: str, tmp_path: Path) -> None:
    table = parsed(survey(heading), tmp_path).tables[0]
    assert table.scales["csat"] == Scale(1, 6)
    assert table.marked("good_end:") == OPEN
    assert "scale_turned" not in {m.code for m in table.source.messages}


@pytest.mark.parametrize(
    ("heading", "first"),
    [
        ("Gesamtnote (1 = sehr gut; 6 = ungenügend)", 6.0),
        ("Gesamtnote (1 = schlecht; 6 = sehr gut)", 1.0),
        ("Gesamtzufriedenheit (deutsche Schulnote)", 6.0),
        ("Gesamtzufriedenheit (Schweizer Schulnote)", 1.0),
        ("Note de satisfaction", 1.0),
        ("Satisfaction mark out of 7", 1.0),
    ],
)
def test_what_is_said_of_marks_counts(heading: str, first: float, tmp_path: Path) -> None:
    table = parsed(survey(heading), tmp_path).tables[0]
    assert table.frame()["csat"][0] == first
    assert not table.marked("good_end:")


def test_shorter_marks_in_english_are_an_ordinary_scale(tmp_path: Path) -> None:
    marks = [1 + k % 5 for k in range(N)]
    assert not parsed(survey("Satisfaction mark", marks), tmp_path).tables[0].marked("good_end:")
    assert parsed(survey("Gesamtnote", marks), tmp_path).tables[0].marked("good_end:") == OPEN


@pytest.mark.parametrize(
    ("turn", "code", "first"),
    [
        (lambda mark: 7 - mark, "marks_fall_with_others", 6.0),
        (lambda mark: mark, "marks_rise_with_others", 1.0),
    ],
)
def test_clear_ratings_of_the_same_people_decide_and_are_said(
    turn: Callable[[int], float], code: str, first: float, tmp_path: Path
) -> None:
    data = survey("Gesamtnote", **{"Ease (1-7)": near(turn)})
    table = parsed(data, tmp_path).tables[0]
    assert not table.marked("good_end:")
    assert table.frame()["csat"][0] == first
    (said,) = [m for m in table.source.messages if m.code == code]
    assert abs(said.params["r"]) > 0.5


def test_ratings_that_go_neither_way_decide_nothing(tmp_path: Path) -> None:
    chance = np.random.default_rng(5).integers(1, 8, N).tolist()
    table = parsed(survey("Gesamtnote", **{"Ease (1-7)": chance}), tmp_path).tables[0]
    assert table.marked("good_end:") == OPEN


def case_of(folder: Path, **decided: str) -> Case:
    uploads = [
        Upload("list.csv", csv(customer_rows(N))),
        Upload("survey.csv", survey("Gesamtnote")),
    ]
    return read(uploads, Settings(decisions=decided), folder)


def test_no_figure_comes_of_marks_before_somebody_decides(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    assert "csat" not in case.table("responses")
    assert "csat" not in case.scales
    (said,) = [f for f in case.findings if f.code == "mark_direction"]
    assert said.status == "fail"
    assert said.params["one_best"] == pytest.approx(7 - np.mean(MARKS))
    assert said.params["highest_best"] == pytest.approx(np.mean(MARKS))
    (decision,) = [d for d in case.decisions if d.code == "mark_direction"]
    assert (decision.chosen, decision.count) == ("ask", N)
    assert "Gesamtnote" in words.say("finding.mark_direction.what", **said.params)


@pytest.mark.parametrize(("option", "mean"), [("one_best", 7 - 3.5), ("highest_best", 3.5)])
def test_marks_count_as_decided(option: str, mean: float, tmp_path: Path) -> None:
    case = case_of(tmp_path, mark_direction=option)
    rated = case.table("responses")["csat"]
    given = np.array(MARKS[: len(customer_rows(N)) - 1], dtype=float)
    wanted = 7 - given if option == "one_best" else given
    assert rated.mean() == pytest.approx(wanted[rated.index].mean(), abs=0.5)
    assert sorted(rated.unique()) == [1, 2, 3, 4, 5, 6]
    assert case.scales["csat"] == Scale(1, 6)
    options = {o.code: o.score for d in case.decisions for o in d.options if o.code == option}
    assert options[option] == pytest.approx(7 - np.mean(MARKS) if option == "one_best" else mean)


def test_a_column_that_a_person_turned_is_not_asked_about(tmp_path: Path) -> None:
    saved = {
        "match": {"headings": ["Customer ID", "Response date", "Gesamtnote"]},
        "role": "cx",
        "columns": {"customer_id": "Customer ID", "csat": "Gesamtnote"},
        "decisions": {"turned": ["csat"]},
    }
    mapping = {"version": 1, "tables": [saved]}
    table = parsed(survey("Gesamtnote"), tmp_path, mapping=mapping).tables[0]
    assert not table.marked("good_end:")
    assert table.frame()["csat"][0] == 6.0


def staff(*headings: str) -> bytes:
    rows = [["Team", "Survey date", *headings]]
    for k in range(30):
        marks = [str(1 + (k + j) % 3) for j in range(len(headings))]
        rows.append(["North" if k % 2 else "South", "2025-01-20", *marks])
    return csv(rows)


def test_engagement_in_marks_waits_for_the_decision(tmp_path: Path) -> None:
    staff_marks = staff("Schulnote für Ihren Arbeitgeber")
    uploads = [
        Upload("list.csv", csv(customer_rows(N))),
        Upload("staff.csv", staff_marks, "ex"),
    ]
    waiting = read(uploads, Settings(), tmp_path)
    assert not waiting.has("ex") or waiting.table("ex").empty
    assert "mark_direction" in {f.code for f in waiting.findings}
    decided = read(uploads, Settings(decisions={"mark_direction": "one_best"}), tmp_path)
    assert (decided.table("ex")["mean"] >= 4).all()
    as_given = read(uploads, Settings(decisions={"mark_direction": "highest_best"}), tmp_path)
    assert (as_given.table("ex")["mean"] <= 3).all()


def test_one_question_in_marks_among_others_is_left_out(tmp_path: Path) -> None:
    data = staff(
        "Schulnote für Ihren Arbeitgeber", "Ich arbeite gern hier (1-6)", "Mein Team (1-6)"
    )
    table = parsed(data, tmp_path, role="ex").tables[0]
    assert "ex_marks_left_out" in {m.code for m in table.source.messages}
    assert not table.marked("good_end:")
