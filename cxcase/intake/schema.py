"""What a table was taken for and what became of its rows: the small classes that every reader and
typer needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cxcase.checks import Finding
from cxcase.settings import METRICS

PERIOD = "period:"


MOMENT = "moment:"


ITEM = "item:"

Role = Literal[
    "customers", "customer_facts", "subscriptions", "churn_events", "revenue_periods", "cx", "ex", "units",
    "recommendations", "case_studies",
]  # fmt: skip
ROLES: tuple[Role, ...] = (
    "customers", "customer_facts", "subscriptions", "churn_events", "revenue_periods", "cx", "ex", "units",
    "recommendations", "case_studies",
)  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """The ends of a rating scale in native points, from labels or theory; turned at intake so that
    high is good.
    """

    low: float
    high: float

    def at(self, fraction: float) -> float:
        """The native point at a fraction (0 to 1) of the range."""
        return self.low + fraction * (self.high - self.low)


@dataclass(frozen=True)
class ColumnReading:
    """How one rating column was understood. Of `ex`, marks and counts of fewer than five rows are
    not told (None).

    marks: what stands there beside ratings -> (what it was taken for, rows); blank: the same for
    empty cells. Taken for: "not_lived", "no_answer", "rating" (because a person says so) or
    "set_aside" (the cell was left out).
    """

    field: str
    heading: str
    scale: Scale | None  # None: the column was not read
    scale_from: Literal["person", "label", "words", "theory"] | None
    turned: bool
    marks: Mapping[str, tuple[str, int | None]]
    blank: tuple[str, int | None]
    ratings: int | None  # rows with a rating


@dataclass(frozen=True)
class SetAside:
    """A row that could not be used. For `ex` only `row` and `reason` are filled, never `column`
    contents.
    """

    file: str
    sheet: str | None
    row: int  # as the spreadsheet numbers it, from 1
    column: str | None
    found: str | None
    reason: str


@dataclass(frozen=True)
class Source:
    """One table that was found in a file: what it was taken for and what became of its rows."""

    role: Role | None
    role_confidence: float
    file: str
    sheet: str | None
    format: str
    rows_read: int
    rows_accepted: int
    rows_set_aside: int
    reasons: Mapping[str, int]
    columns: Mapping[str, str]  # canonical field (or "moment:<name>") -> heading as the file has it
    headings: tuple[str, ...]
    dropped_columns: tuple[str, ...] = ()
    samples: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # heading -> sample values (ex: none below 5 rows)
    messages: tuple[Finding, ...] = ()

    @property
    def gives(self) -> frozenset[Role]:
        """The roles it can help to fill: its own, customers for a part of their list, cx for
        ratings beside facts.
        """
        given: set[Role] = set() if self.role is None else {self.role}
        if self.role in ("customer_facts", "subscriptions", "revenue_periods"):
            given.add("customers")
        if self.role in ("customers", "customer_facts") and {*METRICS} & set(self.columns):
            given.add("cx")
        return frozenset(given)
