"""Customer facts in five workbooks with one id; those as text lie in `files/`."""

from __future__ import annotations

from typing import Any

from corpus.register import put
from corpus.rows import TEAMS, Table, ident
from corpus.writers import xlsx

_N = 12


def _book(head: list[str], *columns: list[Any]) -> bytes:
    rows: Table = [
        ["Customer ID", *head],
        *([ident(i), *cells] for i, cells in enumerate(zip(*columns, strict=True))),
    ]
    return xlsx({"Sheet1": rows})


_MANY = range(_N)
_BOOKS: dict[str, tuple[list[str], list[list[Any]]]] = {
    "facts_profile": (
        ["Age", "Senior citizen"],
        [[25 + 4 * i for i in _MANY], ["No"] * 9 + ["Yes"] * 3],
    ),
    "facts_branch": (["Branch", "Region"], [[TEAMS[i % 3] for i in _MANY], ["North"] * _N]),
    "facts_services": (
        ["Tenure in months", "Contract", "Monthly charge"],
        [[3 + 5 * i for i in _MANY], ["Two year", "Month-to-month"] * 6, [10.0 + i for i in _MANY]],
    ),
    "facts_status": (
        ["Churn label", "Churn reason", "Satisfaction score"],
        [
            ["Yes" if i % 4 == 0 else "No" for i in _MANY],
            ["Price" if i % 4 == 0 else "" for i in _MANY],
            [3, 4, 5] * 4,
        ],
    ),
    "facts_segment": (
        ["Segment", "Customer since"],
        [["Small", "Large"] * 6, [f"{13 + i}/02/2019" for i in _MANY]],
    ),
}
for _name, (_head, _columns) in _BOOKS.items():
    put(f"{_name}.xlsx", lambda h=_head, c=_columns: _book(h, *c))
