"""The employee survey leaves its reader as team aggregates; what people answered is nowhere to be
found.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from make_files import csv, parsed, xlsx

from cxcase.errors import InputError
from cxcase.intake import remap
from cxcase.intake.case.team_engagement import combine_waves
from cxcase.intake.privacy.small_groups import SmallGroups

WORDS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")


def _rows() -> list[list[Any]]:
    """Two waves of three teams; Tiny has 4 answers a wave. One comment, one salary, one name."""
    rows: list[list[Any]] = [
        ["Team", "Date", "I am proud to work here", "I get help", "Comment", "Name"]
    ]
    for day, shift in (("14/10/2024", 0), ("20/01/2025", 1)):
        for team, n in (("North", 6), ("South", 8), ("Tiny", 4)):
            for k in range(n):
                first = WORDS[(k + shift) % 5]
                second = WORDS[(k + 2) % 5]
                rows.append(
                    [
                        team,
                        day,
                        first,
                        second,
                        f"secret-remark-{team}-{day[-4:]}-{k}",
                        f"Jane Roe {k}",
                    ]
                )
    return rows


def test_only_large_enough_team_waves_leave(tmp_path: Path) -> None:
    table = parsed(xlsx({"Pulse": _rows()}), tmp_path, "pulse.xlsx").tables[0]
    frame = table.frame()
    assert table.source.role == "ex"
    questions = ["item:I am proud to work here", "item:I get help"]
    assert list(frame.columns) == ["team", "wave", "n", "mean", "sd", *questions]
    assert [
        (t, str(w)[:10], n)
        for t, w, n in zip(frame["team"], frame["wave"], frame["n"], strict=True)
    ] == [
        ("North", "2024-10-14", 6),
        ("North", "2025-01-20", 6),
        ("South", "2024-10-14", 8),
        ("South", "2025-01-20", 8),
    ]
    assert table.suppressed_teams == 1
    assert (table.scales["engagement"].low, table.scales["engagement"].high) == (1, 5)


def test_mean_and_sd_are_those_of_the_answers(tmp_path: Path) -> None:
    frame = parsed(csv(_rows()), tmp_path).tables[0].frame()
    answers = np.array([[k % 5 + 1, (k + 2) % 5 + 1] for k in range(6)]).mean(axis=1)
    assert frame["mean"][0] == pytest.approx(answers.mean())
    assert frame["sd"][0] == pytest.approx(answers.std(ddof=1))


def test_no_answer_is_in_the_result_or_on_disk(tmp_path: Path) -> None:
    rows = _rows()
    rows[2][0] = None
    rows[3][2:4] = ["blue-cell", "green-cell"]
    found = parsed(csv(rows), tmp_path)
    kept = repr(found) + "".join(
        path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()
    )
    for secret in ("secret-remark", "Jane Roe", "blue-cell", "Tiny"):
        assert secret not in kept
    assert found.tables[0].raw is None
    assert {(a.column, a.found) for a in found.set_aside} == {(None, None)}
    assert {a.reason for a in found.set_aside} == {"team_missing", "not_a_rating"}
    source = found.tables[0].source
    assert source.rows_read == source.rows_accepted + source.rows_set_aside == 36


def test_samples_show_only_what_five_rows_share(tmp_path: Path) -> None:
    source = parsed(csv(_rows()), tmp_path).tables[0].source
    assert set(source.samples["Team"]) == {"South", "North"}
    assert source.samples["Comment"] == ()
    assert "Name" not in source.samples
    assert source.dropped_columns == ("Name",)


def test_a_table_that_is_not_recognised_shows_and_keeps_no_cells(tmp_path: Path) -> None:
    rows = [
        ["Group", "Remark"],
        *[["A" if k % 2 else "B", f"secret-remark-{k}"] for k in range(30)],
    ]
    table = parsed(csv(rows), tmp_path).tables[0]
    assert table.source.role is None
    assert table.raw is None
    assert "secret-remark" not in repr(table)


def test_reversed_items_are_turned_only_when_labelled(tmp_path: Path) -> None:
    rows = [
        ["Team", "I feel proud", "I think of leaving (reversed)"],
        *[["A", 5, 1]] * 6,
        *[["B", 1, 5]] * 6,
    ]
    frame = parsed(csv(rows), tmp_path).tables[0].frame()
    assert frame["mean"].tolist() == [5.0, 1.0]


def test_an_engagement_column_wins_over_items(tmp_path: Path) -> None:
    rows = [["Team", "Engagement (0-100)", "I feel proud"], *[["A", 60 + k, 1] for k in range(6)]]
    table = parsed(csv(rows), tmp_path).tables[0]
    assert table.frame()["mean"][0] == 62.5
    assert table.scales["engagement"].high == 100


def test_team_aggregates_are_held_to_the_same_floor(tmp_path: Path) -> None:
    rows = [
        ["Team", "n", "Mean (1-5)", "SD"],
        ["A", 12, 3.9, 0.7],
        ["B", 4, 2.0, 0.1],
        ["C", 5, 3.1, 0.9],
    ]
    table = parsed(csv(rows), tmp_path).tables[0]
    assert table.frame()["team"].tolist() == ["A", "C"]
    assert table.suppressed_teams == 1


def test_k_min_is_the_readers_own_floor(tmp_path: Path) -> None:
    table = parsed(csv(_rows()), tmp_path, k_min=8).tables[0]
    assert set(table.frame()["team"]) == {"South"}
    assert table.suppressed_teams == 2


def test_nobody_can_ask_for_less_than_three(tmp_path: Path) -> None:
    rows = [["Team", "n", "Mean (1-5)", "SD"], ["A", 3, 3.9, 0.7], ["B", 2, 2.0, 0.1]]
    assert parsed(csv(rows), tmp_path, k_min=1).tables[0].frame()["team"].tolist() == ["A"]


def test_waves_without_a_label_are_split_by_gaps(tmp_path: Path) -> None:
    days = [f"{d:02d}/10/2024" for d in range(1, 7)] + [f"{d:02d}/02/2025" for d in range(1, 7)]
    rows = [["Team", "Response date", "Engagement (1-5)"], *[["A", day, 4] for day in days]]
    frame = parsed(csv(rows), tmp_path).tables[0].frame()
    assert [str(w)[:10] for w in frame["wave"]] == ["2024-10-06", "2025-02-06"]


def test_a_correction_needs_the_file_again(tmp_path: Path) -> None:
    found = parsed(csv(_rows()), tmp_path)
    with pytest.raises(InputError) as caught:
        remap(
            found, 0, "ex", {"team": "Team", "engagement": "I get help"}, folder=tmp_path, k_min=5
        )
    assert caught.value.code == "file_needed_again"


def test_an_answer_needs_half_of_the_questions(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Team", "I am proud", "I get help", "I will stay", "I am heard"]]
    rows += [["A", 4, 4, 4, 4] for _ in range(6)] + [
        ["A", 1, None, None, None],
        ["A", 5, 5, None, None],
    ]
    table = parsed(csv(rows), tmp_path).tables[0]
    assert table.source.reasons == {"few_items": 1}
    assert table.frame()["n"].tolist() == [7]
    assert table.frame()["mean"][0] == pytest.approx(29 / 7)


def test_codes_and_rare_answers_are_told_only_where_five_share_them(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Team", "I am proud", "I get help", "I will stay", "I am heard"]]
    rows += [["A", k % 5 + 1, 99 if k < 6 else 3, 98 if k < 2 else 4, 3] for k in range(40)]
    rows[30][1] = "odd-cell"
    found = parsed(csv(rows), tmp_path)
    table = found.tables[0]
    assert table.frame()["n"].tolist() == [40]
    said = [(m.code, dict(m.params)) for m in table.source.messages if m.code.startswith("code_")]
    assert said == [("code_no_answer", {"mark": "99", "columns": ["I get help"], "count": 6})]
    assert "odd-cell" not in repr(found)
    assert table.decisions["marks"] == {"item:2": {"99": "no_answer"}}


def test_an_item_that_falls_where_the_others_rise_is_named_not_turned(tmp_path: Path) -> None:
    draw = np.random.default_rng(4)
    mood = draw.normal(3, 1, 120)
    items = np.clip(np.round(mood[:, None] + draw.normal(0, 0.6, (120, 4))), 1, 5)
    items[:, 3] = 6 - items[:, 3]
    rows = [["Team", "I am proud", "I get help", "I will stay", "I often feel lost"]]
    rows += [[f"T{k % 3}", *map(int, row)] for k, row in enumerate(items)]
    table = parsed(csv(rows), tmp_path).tables[0]
    said = [
        m.params["column"] for m in table.source.messages if m.code == "item_direction_doubtful"
    ]
    assert said == ["I often feel lost"]
    assert table.decisions["turned"] == []


def _panel(repeats: int = 0) -> list[list[Any]]:
    """Three waves in which the same eight people of four teams answer alike; `repeats` of the first
    wave twice.
    """
    rows: list[list[Any]] = [["Employee ID", "Team", "Date", "Engagement (0-10)"]]
    for wave, day in enumerate(("01/10/2024", "01/01/2025", "01/04/2025")):
        for k in range(32):
            rows.append([f"P{k:02d}", f"T{k % 4}", day, (k * 7) % 11])
            if wave == 0 and k < repeats:
                rows.append([f"P{k:02d}", f"T{k % 4}", "05/10/2024", 10])
    return rows


def test_the_same_people_over_three_waves_are_counted_once(tmp_path: Path) -> None:
    table = parsed(csv(_panel()), tmp_path).tables[0]
    frame = table.frame()
    assert table.source.samples["Employee ID"] == ()
    assert set(frame["people"]) == {8}
    ex = combine_waves(frame, None, SmallGroups(5)).ex
    one = np.array([(k * 7) % 11 for k in range(0, 32, 4)], dtype=float)
    assert list(ex.columns) == ["team", "n", "mean", "sd"]
    assert ex.loc[0, ["n", "mean", "sd"]].tolist() == pytest.approx(
        [8, one.mean(), one.std(ddof=1)]
    )
    early = combine_waves(frame, dt.date(2025, 2, 1), SmallGroups(5)).ex
    assert set(early["n"]) == {8}
    two_files = pd.concat([frame, frame], ignore_index=True)
    assert set(combine_waves(two_files, None, SmallGroups(5)).ex["n"]) == {8}


def test_nobody_answers_a_wave_twice(tmp_path: Path) -> None:
    table = parsed(csv(_panel(repeats=5)), tmp_path).tables[0]
    assert table.source.reasons == {"answered_again": 5}
    assert table.frame()["n"].tolist() == [8] * 12
    assert (
        table.frame()["mean"].max()
        > parsed(csv(_panel()), tmp_path).tables[0].frame()["mean"].max()
    )


def test_people_who_answer_a_wave_again_and_again_count_once(tmp_path: Path) -> None:
    table = parsed(csv(_panel(repeats=32)), tmp_path).tables[0]
    assert table.source.rows_set_aside == 0
    assert table.frame()["n"].tolist() == [8] * 12


AGGREGATES = [
    ["Team", "Responses", "% favourable"],
    ["A", 12, "78%"],
    ["B", "<5", "-"],
    ["C", 9, "61%"],
    ["D", 20, "55%"],
    ["E", 11, "70%"],
]


def test_teams_that_the_sheet_hides_are_suppressed_and_shares_are_on_0_to_100(
    tmp_path: Path,
) -> None:
    table = parsed(csv(AGGREGATES), tmp_path).tables[0]
    assert table.source.role == "ex"
    assert table.frame()["team"].tolist() == ["A", "C", "D", "E"]
    assert table.frame()["mean"].tolist() == [78, 61, 55, 70]
    assert table.scales["engagement"].high == 100
    assert (table.suppressed_teams, table.source.rows_set_aside) == (1, 0)
    shares = [
        [row[0], row[1], float(row[2][:-1]) / 100 if "%" in str(row[2])[1:] else row[2]]
        for row in AGGREGATES[1:]
    ]
    other = parsed(csv([["Team", "n", "Mean"], *shares]), tmp_path).tables[0]
    assert other.frame()["mean"].tolist() == pytest.approx([78, 61, 55, 70])


@pytest.mark.parametrize(
    "name", ["Total", "All employees", "Company overall", "Gesamt", "Acme Ltd"]
)
def test_no_total_stands_beside_a_hidden_team(name: str, tmp_path: Path) -> None:
    mean = (12 * 78 + 4 * 20 + 9 * 61 + 20 * 55 + 11 * 70) / 56
    table = parsed(csv([*AGGREGATES, [name, 56, f"{mean:.0f}%"]]), tmp_path).tables[0]
    assert table.frame()["team"].tolist() == ["A", "C", "D", "E"]
    assert table.source.reasons == {"total_row": 1}


def test_a_large_team_is_no_total(tmp_path: Path) -> None:
    rows = [
        ["Team", "n", "Mean (1-5)"],
        ["A", 52, 2.1],
        ["B", 12, 4.0],
        ["C", 9, 4.1],
        ["D", 20, 3.9],
        ["E", 11, 4.2],
    ]
    assert parsed(csv(rows), tmp_path).tables[0].frame()["team"].tolist() == [
        "A",
        "B",
        "C",
        "D",
        "E",
    ]


def test_a_large_team_beside_a_hidden_one_is_no_total(tmp_path: Path) -> None:
    rows = [
        ["Team", "n", "Mean (1-5)"],
        ["A", 40, 3.9],
        ["B", 8, 4.0],
        ["C", 9, 4.1],
        ["D", "<5", "-"],
        ["E", 10, 4.2],
    ]
    table = parsed(csv(rows), tmp_path).tables[0]
    assert table.frame()["team"].tolist() == ["A", "B", "C", "E"]
    assert table.suppressed_teams == 1


def test_a_teams_size_is_neither_its_answers_nor_a_question(tmp_path: Path) -> None:
    rows = [["Team", "Team size", "I am proud", "I get help"], *[["A", 9, 4, 5]] * 7]
    source = parsed(csv(rows), tmp_path).tables[0].source
    assert "Team size" not in source.columns.values()
