"""Small lists and surveys as people send them, made to be read wrong; the same each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from make_files import csv, xlsx

from cxcase.intake import Upload

Columns = Mapping[str, Sequence[Any]]
Files = Sequence[Upload]

N = 40
IDS = [f"K{10_000 + 37 * k}" for k in range(N)]
START = [1000.0 + 10 * k for k in range(N)]
LOST = [k % 8 == 0 for k in range(N)]
END = [0.0 if lost else amount + 100 for lost, amount in zip(LOST, START, strict=True)]
LEFT_ON = [dt.date(2025, 3 + k // 5, 14 + k % 15) if lost else None for k, lost in enumerate(LOST)]
BASE: Columns = {"Customer No": IDS, "Branch": [f"{'ABCDE'[k % 5]} town" for k in range(N)]}
LEFT: Columns = {"Left on": LEFT_ON}
ALONE = (40, 47_800, None, 5)  # customers, revenue at the start and the end, lost
BOTH = (40, 47_800, 45_500, 5)


def times(factor: float, amounts: Sequence[float] = START) -> list[float]:
    """The amounts in another unit or of another time."""
    return [round(factor * amount, 4) for amount in amounts]


def rows_of(columns: Columns) -> list[list[Any]]:
    """A row of headings and the rows below it."""
    return [list(columns), *map(list, zip(*columns.values(), strict=True))]


def money(heading: str, amounts: Sequence[Any]) -> list[list[Any]]:
    """A list with one column of money and days of leaving."""
    return rows_of({**BASE, heading: amounts, **LEFT})


def sheet(rows: Sequence[Sequence[Any]], name: str = "Sheet1") -> Files:
    """A workbook beside a survey of December."""
    return [Upload("list.xlsx", xlsx({name: rows})), answers()]


def text(rows: Sequence[Sequence[Any]], file: str = "list.csv") -> Files:
    """A csv beside a survey of December; cells with a comma in quotes."""
    quoted = [[f'"{cell}"' if "," in str(cell) else cell for cell in row] for row in rows]
    return [Upload(file, csv(quoted)), answers()]


def answers() -> Upload:
    """A survey of every other customer, the last answer on the last of December."""
    end = dt.date(2024, 12, 31)
    rows = [[IDS[2 * k], end - dt.timedelta(days=2 * k), 1 + k % 7] for k in range(N // 2)]
    return Upload("survey.csv", csv([["Customer No", "Response date", "Ease (1-7)"], *rows]))


def survey(columns: Mapping[str, Sequence[Any] | Callable[[int], Any]]) -> Files:
    """A survey of sixty answers, each question's in a shuffled order, beside the list."""
    draw = np.random.default_rng(7)
    asked: dict[str, list[Any]] = {
        "Customer No": [IDS[k % N] for k in range(60)],
        "Response date": [dt.date(2024, 11, 1) + dt.timedelta(days=k % 50) for k in range(60)],
    }
    for heading, given in columns.items():
        order = draw.permutation(60).tolist()
        cells = [given(k) if callable(given) else given[k % len(given)] for k in range(60)]
        asked[heading] = [cells[k] for k in order]
    listed = Upload("list.csv", csv(money("Annual revenue", START)))
    return [Upload("survey.csv", csv(rows_of(asked))), listed]


def staff(people: int, days: Sequence[str], statements: int, named: bool) -> Files:
    """A row a person, day and statement in five teams; named: with an id of who answered."""
    draw = np.random.default_rng(11)
    rows: list[list[Any]] = [["Respondent ID", "Branch", "Date", "Statement", "Answer (1-5)"]]
    for team in "ABCDE":
        for person in range(people):
            for day in days:
                for one in range(statements):
                    mark = int(draw.integers(1, 6))
                    who = f"P{team}{person}"
                    rows.append([who, f"{team} town", day, f"I can do part {one} well", mark])
    kept = rows if named else [row[1:] for row in rows]
    return [Upload("people.csv", csv(kept))]


def snapshots(heading: str, labels: Sequence[Any], told: str = "Contract No") -> Files:
    """The list once for each label, as systems that keep every state export it."""
    rows: list[list[Any]] = [["Customer No", told, heading, "Annual revenue", "Churned"]]
    for k, customer in enumerate(IDS):
        for label in labels:
            amount = START[k] + (0.0 if label == labels[0] else 1.0)
            rows.append([customer, f"V{k:04d}", label, amount, "yes" if LOST[k] else "no"])
    return [Upload("contracts.csv", csv(rows)), answers()]
