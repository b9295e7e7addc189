"""Nothing that leaves tells what a team with too few answers said, or how many they were."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_company import make
from make_files import csv, xlsx

from cxcase import export
from cxcase.intake import Upload, original_rows, read
from cxcase.pipeline import Chain, report_of
from cxcase.report import Report, charts
from cxcase.report.provenance import traced
from cxcase.settings import Settings

HIDDEN = "Quiet corner"
ITEMS = ("I am proud to work here", "I get help", "I can decide", "My manager listens")
REMARK = "a remark of an employee"
MADE_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def _company(hidden: list[list[int]], kind: str) -> list[Upload]:
    """14 teams, one of which answered as `hidden` says: customers, their survey, and employees'
    answers.
    """
    if kind == "units":
        return [Upload("units.xlsx", xlsx({"Branches": _branches(hidden)}), "units")]
    frames = make(4, teams=14, customers=1500).frames
    names = {f"Team {g}": f"Depot {g:02}" for g in range(14)} | {"Team 2": HIDDEN}
    frames["customers"]["team"] = frames["customers"]["team"].map(names)
    steps = [
        ["id", "title", "acts on", "lift likely", "one-off cost", "months to deliver", "teams"],
        ["R1", "Huddles", "ex", 0.2, 900, 2, HIDDEN],
        ["R2", "Coaching", "ex", 0.2, 900, 2, ""],
    ]
    tables = {
        "customers.csv": [
            list(frames["customers"]),
            *frames["customers"].astype(object).to_numpy().tolist(),
        ],
        "cx.csv": [list(frames["cx"]), *frames["cx"].astype(str).to_numpy().tolist()],
        "recommendations.csv": steps,
    }
    sheet = _answers(hidden, names) if kind == "answers" else _means(hidden, names)
    return [Upload(name, csv(rows), name.partition(".")[0]) for name, rows in tables.items()] + [
        Upload("ex.xlsx", xlsx({"Survey": sheet}), "ex")
    ]


def _answers(hidden: list[list[int]], names: dict[str, str]) -> list[list[Any]]:
    """A row an answer: two waves of six to ten people in every team but the hidden one."""
    rng = np.random.default_rng(9)
    rows: list[list[Any]] = [["Team", "Date", *ITEMS, "Comment"]]
    for day in ("2024-10-14", "2025-01-20"):
        for name in names.values():
            if name == HIDDEN:
                rows += [[HIDDEN, day, *marks, f"{REMARK} {k}"] for k, marks in enumerate(hidden)]
                continue
            middle = rng.normal(3.4, 0.5)
            for k in range(int(rng.integers(6, 11))):
                marks = (
                    np.clip(np.round(middle + rng.normal(0, 0.8, len(ITEMS))), 1, 5)
                    .astype(int)
                    .tolist()
                )
                marks[1] = (
                    6 - marks[1]
                )  # an item that falls where the others rise, which is said with a figure
                rows.append([name, day, *marks, f"{REMARK} {k}"])
    return rows


def _means(hidden: list[list[int]], names: dict[str, str]) -> list[list[Any]]:
    """A row a team and everybody's total, with which the hidden team could be worked out."""
    rng = np.random.default_rng(9)
    rows: list[list[Any]] = []
    for name in names.values():
        own = np.array([np.mean(marks) for marks in hidden])
        n, mean = (
            (len(own), own.mean())
            if name == HIDDEN
            else (int(rng.integers(6, 14)), rng.normal(3.4, 0.5))
        )
        rows.append([name, n, round(float(mean), 3), 0.7])
    n = sum(row[1] for row in rows)
    total = ["Total", n, round(sum(row[1] * row[2] for row in rows) / n, 3), 0.8]
    return [["Team", "n", "Mean (1-5)", "SD"], *rows, total]


def _branches(hidden: list[list[int]]) -> list[list[Any]]:
    """A row a branch with money beside its means, and the company's own row, which is set aside as
    it stands.
    """
    rng = np.random.default_rng(9)
    rows: list[list[Any]] = []
    for g in range(24):
        own = np.array([np.mean(marks) for marks in hidden])
        n, ex = (
            (len(own), own.mean()) if g == 2 else (int(rng.integers(6, 14)), rng.normal(3.4, 0.5))
        )
        ease = round(6.5 + 0.5 * (ex - 3.4) * (g != 2) + rng.normal(0, 0.4), 2)
        lost = round(0.2 - 0.02 * ease + rng.normal(0, 0.01), 4)
        name = HIDDEN if g == 2 else f"Branch {g:02}"
        rows.append(
            [name, n, round(float(ex), 3), ease, 40, int(rng.integers(80_000, 120_000)), lost, 200]
        )
    n = sum(row[1] for row in rows)
    ex = round(sum(row[1] * row[2] for row in rows) / n, 3)
    total = ["Total", n, ex, 6.6, 960, sum(row[5] for row in rows), 0.07, 4800]
    heads = ["Branch", "Employees surveyed", "Engagement (1-5)", "Ease (0-10)",
             "Customer responses",
             "Revenue", "Churn rate", "Customers"]  # fmt: skip
    return [heads, *rows, total]


def _report_of(hidden: list[list[int]], kind: str, folder: Path) -> Report:
    case = read(_company(hidden, kind), Settings(), folder, None)
    results = Chain(case, Settings()).results()
    return report_of(results, Settings(), made_at=MADE_AT, company="A company")


def _printed(report: Report) -> dict[str, str]:
    """Everything that can leave: the files' parts, each chart, what the pages and the mapping say;
    without the key.
    """
    report = dataclasses.replace(report, made_at=MADE_AT)
    out: dict[str, str] = {"case.json": export.write_case(report).decode()}
    for name, made in (
        ("deck", export.make_deck(report)),
        ("workbook", export.make_workbook(report)),
        ("set_aside", export.make_set_aside(report, original_rows)),
    ):
        with zipfile.ZipFile(io.BytesIO(made)) as parts:
            out |= {
                f"{name}/{part}": parts.read(part).decode()
                for part in parts.namelist()
                if part.endswith(".xml")
            }
    for name in charts.NAMES:
        figure = charts.draw(name, report)
        out[f"chart/{name}"] = "" if figure is None else figure.to_json()
    link = (report.link.effects, report.link.worth, report.link.diagnosis)
    known = {
        "sources": report.case.sources,
        "mapping": report.case.mapping,
        "findings": report.findings,
        "traced": traced(report),
        "what_if": report.link.moves,
        "link": link,
    }
    out |= {name: repr(value) for name, value in known.items()}
    return {
        name: text.replace(report.key, "").replace(report.key[:8], "") for name, text in out.items()
    }


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int, int], dict[str, str]]:
    """What leaves when so many people of the small team gave such a mark."""

    @functools.cache
    def made(kind: str, people: int, mark: int) -> dict[str, str]:
        return _printed(
            _report_of(
                [[mark, 6 - mark, mark, mark]] * people, kind, tmp_path_factory.mktemp("case")
            )
        )

    return made


@pytest.mark.parametrize("kind", ["answers", "means", "units"])
def test_what_a_small_team_said_changes_nothing_that_leaves(printed: Any, kind: str) -> None:
    """One team of four among thirteen, and of means also the total that would give it away."""
    low = printed(kind, 4, 1)
    high = printed(kind, 4, 5)
    assert len(low) > 60
    assert kind != "answers" or "item_direction_doubtful" in low["sources"]
    assert {name for name in low if low[name] != high[name]} == set()


@pytest.mark.parametrize("kind", ["answers", "means", "units"])
def test_how_many_they_were_is_told_by_nothing_but_the_total_of_rows(
    printed: Any, kind: str
) -> None:
    """Of no team is it printed how many answered: the rows of the file, all teams together, tell
    nothing of one.
    """
    three = printed(kind, 3, 5)
    four = printed(kind, 4, 5)
    rows = re.compile(r"rows_(?:read|accepted)\W+\d+")
    differ = {name for name in three if rows.sub("", three[name]) != rows.sub("", four[name])}
    if kind != "answers":
        assert differ == set()
        return
    case = json.loads(four["case.json"])
    sources = case["sources"]
    total = next(source["rows_read"] for source in sources if source["role"] == "ex")
    every = sum(source["rows_read"] for source in sources if source["role"])
    changed = {name: _numbers(four[name]) - _numbers(three[name]) for name in differ}
    told = {str(total), *_numbers(f"{every:,}")}
    assert all(set(found) <= told for found in changed.values()), changed


def test_enough_answers_do_change_what_leaves(printed: Any) -> None:
    """The walk can fail: of a team of six its mark is seen, and so is the total beside it."""
    low = printed("answers", 6, 1)
    high = printed("answers", 6, 5)
    assert {"case.json", "chart/ex_teams", "link"} <= {
        name for name in low if low[name] != high[name]
    }


def test_no_comment_of_an_employee_leaves(printed: Any) -> None:
    for text in printed("answers", 6, 5).values():
        assert REMARK not in text


def _numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:\.\d+)?", text))
