"""The employee survey leaves its reader as team aggregates; what people answered is nowhere to be found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_files import csv, parsed, xlsx

from cxcase.errors import InputError
from cxcase.intake import remap

WORDS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")


def _rows() -> list[list[Any]]:
    """Two waves of three teams; Tiny has 4 answers a wave. One comment, one salary, one name."""
    rows: list[list[Any]] = [["Team", "Date", "I am proud to work here", "I get help", "Comment", "Name"]]
    for day, shift in (("14/10/2024", 0), ("20/01/2025", 1)):
        for team, n in (("North", 6), ("South", 8), ("Tiny", 4)):
            for k in range(n):
                first, second = WORDS[(k + shift) % 5], WORDS[(k + 2) % 5]
                rows.append([team, day, first, second, f"secret-remark-{team}-{day[-4:]}-{k}", f"Jane Roe {k}"])
    return rows


def test_only_large_enough_team_waves_leave(tmp_path: Path) -> None:
    table = parsed(xlsx({"Pulse": _rows()}), tmp_path, "pulse.xlsx").tables[0]
    frame = table.frame()
    assert table.source.role == "ex"
    assert list(frame.columns) == ["team", "wave", "n", "mean", "sd"]
    assert [(t, str(w)[:10], n) for t, w, n in zip(frame["team"], frame["wave"], frame["n"], strict=True)] == [
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
    kept = repr(found) + "".join(path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file())
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
    rows = [["Group", "Remark"], *[["A" if k % 2 else "B", f"secret-remark-{k}"] for k in range(30)]]
    table = parsed(csv(rows), tmp_path).tables[0]
    assert table.source.role is None
    assert table.raw is None
    assert "secret-remark" not in repr(table)


def test_reversed_items_are_turned_only_when_labelled(tmp_path: Path) -> None:
    rows = [["Team", "I feel proud", "I think of leaving (reversed)"], *[["A", 5, 1]] * 6, *[["B", 1, 5]] * 6]
    frame = parsed(csv(rows), tmp_path).tables[0].frame()
    assert frame["mean"].tolist() == [5.0, 1.0]


def test_an_engagement_column_wins_over_items(tmp_path: Path) -> None:
    rows = [["Team", "Engagement (0-100)", "I feel proud"], *[["A", 60 + k, 1] for k in range(6)]]
    table = parsed(csv(rows), tmp_path).tables[0]
    assert table.frame()["mean"][0] == 62.5
    assert table.scales["engagement"].high == 100


def test_team_aggregates_are_held_to_the_same_floor(tmp_path: Path) -> None:
    rows = [["Team", "n", "Mean (1-5)", "SD"], ["A", 12, 3.9, 0.7], ["B", 4, 2.0, 0.1], ["C", 5, 3.1, 0.9]]
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
        remap(found, 0, "ex", {"team": "Team", "engagement": "I get help"}, folder=tmp_path, k_min=5)
    assert caught.value.code == "file_needed_again"
