"""A heading with cells of its kind in a plausible table of its role, and whether it is taken for
the field that it names.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from cxcase.intake.recognition.guess import Guess
from cxcase.intake.recognition.recognise import recognise
from cxcase.intake.schema import PERIOD
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.column import Column

HERE = Path(__file__).parent
YEAR = "year:"  # a column of revenue of one of several years
PAIR = "revenue_start+revenue_end"  # two headings with a bar between
ROWS = 40
_AMOUNTS = ("revenue_start", "mrr", "arr", "amount")  # what a list's only money may be taken for

Cells = Sequence[Any]


@dataclass(frozen=True)
class Heading:
    """A heading, the table and field that it belongs to, and its cells where they matter."""

    table: str
    field: str
    heading: str
    values: str

    @property
    def headings(self) -> list[str]:
        """The heading, or both of a pair."""
        if self.field == PAIR:
            return [part.strip() for part in self.heading.split("|")]
        return [self.heading]


def headings_in(name: str) -> list[Heading]:
    """The headings that a list of this folder holds."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [Heading(**line) for line in csv.DictReader(file, delimiter="\t")]


@cache
def is_recognised(heading: Heading) -> bool:
    """True where the heading is taken for its field in a table of its role."""
    columns = guess_of(heading).columns
    taken = {name for name, given in columns.items() if given in heading.headings}
    if heading.field == PAIR:
        as_periods = all(name.startswith((PERIOD, YEAR)) for name in taken)
        return len(taken) == 2 and (as_periods or taken == {"revenue_start", "revenue_end"})
    if heading.table == "cx" and heading.field == "moment":
        return any(name.startswith("moment:") for name in taken)
    if heading.field == "revenue_start":
        return bool(taken & {*_AMOUNTS})
    if heading.field == "engagement":
        return bool(taken & {"engagement", "mean"})
    return heading.field in taken


def rates(headings: Iterable[Heading]) -> dict[str, float]:
    """Field -> share of its headings that are recognised; "" over all of them."""
    found: dict[str, list[bool]] = defaultdict(list)
    for heading in headings:
        right = is_recognised(heading)
        found[f"{heading.table}.{heading.field}"].append(right)
        found[""].append(right)
    return {name: sum(all_) / len(all_) for name, all_ in found.items()}


def guess_of(heading: Heading) -> Guess:
    """What a table of the heading's role is taken for, the heading in its field's place."""
    columns = dict(_table(heading.table, heading.field))
    for given, cells in zip(heading.headings, _cells(heading), strict=True):
        columns = {own: old for own, old in columns.items() if own != given}
        columns[given] = cells
    return recognise(table_of(columns), None, None)


def table_of(columns: Mapping[str, Cells]) -> Table:
    """A table with these columns under one row of headings."""
    rows = np.arange(2, 2 + len(next(iter(columns.values()))))
    cells = tuple(Column.of(list(own)) for own in columns.values())
    return Table(None, tuple(columns), cells, rows, header_row=1)


# ---- cells of each kind --------------------------------------------------------------------------


def _dates(year: int, every: int = 1) -> Cells:
    days = [f"{year + k % 3}-{1 + k % 12:02d}-{1 + 7 * k % 28:02d}" for k in range(ROWS)]
    return [day if k % every == 0 else None for k, day in enumerate(days)]


def _money(start: float) -> Cells:
    return [round(start * (1 + 0.37 * (k * 13 % 29)), 2) for k in range(ROWS)]


def _ids(prefix: str, start: int = 1) -> Cells:
    return [f"{prefix}{start + 7 * k}" for k in range(ROWS)]


def _turns(values: Sequence[Any]) -> Cells:
    return [values[k * k % 7 % len(values)] for k in range(ROWS)]


def _marks(low: int, high: int) -> Cells:
    return [low + k * k % 11 % (high - low + 1) for k in range(ROWS)]


_TEAMS = _turns(("North", "West", "Central", "South"))
_TEXTS = _turns(
    ("Quick and friendly reply.", "The invoice was wrong twice.", "Nothing to add here")
)
_CELLS: Mapping[str, Cells] = {
    "customers.customer_id": _ids("C", 10000),
    "customers.team": _TEAMS,
    "customers.segment": _turns(("SMB", "Enterprise", "Mid-market")),
    "customers.customer_since": _dates(2017),
    "customers.tenure_months": [3 + 5 * k % 60 for k in range(ROWS)],
    "customers.revenue_start": _money(9000.0),
    "customers.churn_date": _dates(2024, every=6),
    "customers.renewal_date": _dates(2025),
    "cx.csat": _marks(1, 5),
    "cx.ease": _marks(1, 7),
    "cx.nps": _marks(0, 10),
    "cx.moment": _marks(1, 7),
    "cx.comment": _TEXTS,
    "cx.responded_at": _dates(2024),
    "cx.respondent_id": _ids("resp0.", 628623154),
    "cx.team": _TEAMS,
    "ex.team": _TEAMS,
    "ex.enps": _marks(0, 10),
    "ex.engagement": [round(1.5 + 0.37 * (k * 7 % 9), 2) for k in range(ROWS)],
    "recommendations.id": [f"R{1 + k}" for k in range(ROWS)],
    "recommendations.title": [f"Call back within {1 + k} hours" for k in range(ROWS)],
    "recommendations.moment": _turns(("Complaints", "Billing", "Service")),
    "recommendations.one_off_cost": [1000 * (1 + k % 20) for k in range(ROWS)],
    "recommendations.yearly_cost": [500 * (k % 12) for k in range(ROWS)],
    "recommendations.months_to_deliver": [1 + k % 9 for k in range(ROWS)],
    "recommendations.lift_likely": [0.1 * (1 + k % 6) for k in range(ROWS)],
    "recommendations.owner": _turns(("Ops", "Finance", "HR")),
    "recommendations.needs": [None if k % 3 else f"R{1 + k}" for k in range(ROWS)],
}
_TABLES: Mapping[str, Mapping[str, str]] = {
    "customers": {
        "customer_id": "Customer ID",
        "revenue_start": "Revenue start",
        "churned": "Churned",
    },
    "cx": {"customer_id": "Customer ID", "responded_at": "Responded at", "nps": "NPS"},
    "ex": {"team": "Team"},
    "recommendations": {
        "id": "ID",
        "title": "Title",
        "one_off_cost": "One-off cost",
        "lift_likely": "Expected lift",
    },
}
_ITEMS = ("I know what is expected of me", "I have a say at work", "My manager listens to me")


@cache
def _table(role: str, field: str) -> Mapping[str, Cells]:
    """A small table of the role without the field."""
    cells = dict(_CELLS)
    cells["customers.churned"] = _turns(("No", "No", "Yes"))
    cells["cx.customer_id"] = cells["customers.customer_id"]
    columns = _TABLES[role]
    kept = {name: heading for name, heading in columns.items() if name not in field.split("+")}
    if role == "cx" and field != "nps" and field not in ("csat", "ease"):
        kept["csat"] = "Satisfaction"
    if field == "churn_date":
        del kept["churned"]
    found = {heading: cells[f"{role}.{name}"] for name, heading in kept.items()}
    if role == "cx" and field in ("csat", "ease"):
        del found["NPS"]
    if role == "cx" and field == "nps":
        found["Satisfaction"] = cells["cx.csat"]
    if role == "ex":
        found |= {item: _marks(1, 5) for item in _ITEMS}
    return found


def _cells(heading: Heading) -> list[Cells]:
    if heading.field == PAIR:
        later = [0 if k % 9 == 0 else 1.02 * v for k, v in enumerate(_money(9000.0))]
        return [_money(9000.0), later]
    if heading.values:
        values = [None if v in ("", "(blank)") else v for v in heading.values.split("/")]
        return [_turns([values[0], *values])]
    return [_CELLS[f"{heading.table}.{heading.field}"]]
