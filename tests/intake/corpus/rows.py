"""The rows that most files of the corpus hold: twelve customers, twelve answers, twelve employees,
always the same.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

N = 12
TEAMS = ("Leeds", "York", "Hull")
CUSTOMERS = ["Customer ID", "Team", "Customer since", "Revenue start", "Revenue end", "Churned"]
SURVEY = [
    "Customer ID",
    "Response date",
    "Ease (1-7)",
    "Billing (0-10)",
    "Delivery (0-10)",
    "Comment",
]
EMPLOYEES = [
    "Team",
    "Response date",
    "I am proud to work here (1-5)",
    "I have what I need to do my job (1-5)",
]
Table = list[list[Any]]


def ident(i: int) -> str:
    """The id of customer i, from 00042."""
    return f"{42 + 17 * i:05d}"


def customers(n: int = N, teams: tuple[str, ...] = TEAMS) -> Table:
    """A heading row and n customers: revenue 1000.5, 1010.5, …; every fourth lost, the first of
    them the first.
    """
    return [
        list(CUSTOMERS),
        *(
            [
                ident(i),
                teams[i % len(teams)],
                dt.date(2019, 1 + i % 12, 13 + i % 15),
                1000.5 + 10 * i,
                0.0 if i % 4 == 0 else 1100.25 + 10 * i,
                "yes" if i % 4 == 0 else "no",
            ]
            for i in range(n)
        ),
    ]


def survey(n: int = N) -> Table:
    """A heading row and n responses, one a day from 13 May 2025."""
    return [
        list(SURVEY),
        *(
            [
                ident(i),
                dt.date(2025, 5, 13) + dt.timedelta(days=i),
                1 + i % 7,
                i % 11,
                (3 * i) % 11,
                f"Remark {i + 1}",
            ]
            for i in range(n)
        ),
    ]


def employees(n: int = N, teams: tuple[str, ...] = ("Leeds", "York")) -> Table:
    """A heading row and n anonymous answers of October 2024."""
    return [
        list(EMPLOYEES),
        *(
            [teams[i % len(teams)], dt.date(2024, 10, 14 + i % 3), 1 + i % 5, 1 + (i + 1) % 5]
            for i in range(n)
        ),
    ]


def said(rows: Table, form: str = "%d/%m/%Y") -> Table:
    """The rows with dates as text."""
    return [[c.strftime(form) if isinstance(c, dt.date) else c for c in row] for row in rows]


def replaced(rows: Table, column: str, cells: list[Any], heading: str | None = None) -> Table:
    """The rows with a column's cells replaced, as many as are given, and its heading too."""
    at = rows[0].index(column)
    out = [list(row) for row in rows]
    for row, cell in zip(out[1:], cells, strict=False):
        row[at] = cell
    out[0][at] = heading or column
    return out
