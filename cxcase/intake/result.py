"""What intake hands on: a `Case`, checked and keyed, its tables as Parquet in its own folder.

Table libraries are loaded when a table is asked for: the process that reads uploads needs these classes, not them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cxcase.checks import Finding

if TYPE_CHECKING:
    import pandas as pd

Role = Literal["customers", "cx", "ex", "units", "recommendations", "case_studies"]
ROLES: tuple[Role, ...] = ("customers", "cx", "ex", "units", "recommendations", "case_studies")


@dataclass(frozen=True)
class Upload:
    """One file as somebody handed it over. `role` is what they say it is, None when they leave that to us.

    `password` opens it (and what is in it); it goes to the reading process and nowhere else.
    """

    name: str
    data: bytes
    role: Role | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Scale:
    """The ends of a rating scale in native points, from labels or theory; turned at intake so that high is good."""

    low: float
    high: float

    def at(self, fraction: float) -> float:
        """The native point at a fraction (0 to 1) of the range."""
        return self.low + fraction * (self.high - self.low)


@dataclass(frozen=True)
class SetAside:
    """A row that could not be used. For `ex` only `row` and `reason` are filled, never `column` contents."""

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


@dataclass(frozen=True)
class Joins:
    """How the tables met."""

    responses: int
    responses_matched: int
    responses_unmatched: int
    customers_with_response: int
    teams: int
    teams_with_ex: int
    teams_suppressed: int
    waterfall: tuple[tuple[str, int], ...]  # (code, customers left): all, with a response, with a team, usable


@dataclass(frozen=True)
class Base:
    """The ledger at t0: annual run rates, counts and shares."""

    t0: dt.date | None  # None when no table holds a date and none was given
    customers: int
    revenue_start: float
    revenue_end: float
    churned: int
    churned_revenue: float
    logo_churn: float
    grr: float
    nrr: float
    response_rate: float
    responder_churn: float | None
    lost_before_t0: int = 0


@dataclass(frozen=True)
class MomentColumn:
    """One moment of truth as the CX survey rated it; in `responses`: `rating:<name>` and `lived:<name>`."""

    name: str
    scale: Scale
    lived: int
    not_answered: int
    not_lived: int


@dataclass(frozen=True)
class ParsedTable:
    """One table of a file, understood and typed; its typed rows lie at `path` (Parquet), its raw grid at `raw`.

    Typed columns: `_row` (spreadsheet row), the role's canonical fields, in `cx` also rating:<m>, lived:<m> and
    unanswered:<m>, in `customers` also extra:<heading>. `ex` holds team, wave, n, mean, sd and nothing else.
    """

    source: Source
    path: Path | None  # None when no table was recognised
    raw: Path | None  # None for `ex`, whose cells are never stored
    scales: Mapping[str, Scale] = field(default_factory=dict)  # metric, "moment:<name>" or "engagement"
    currency: str | None = None
    suppressed_teams: int = 0  # `ex`: teams without one wave of k_min answers
    decisions: Mapping[str, Any] = field(default_factory=dict)  # as mapping.json holds them

    def frame(self) -> pd.DataFrame:
        """The typed rows in file order; empty when no table was recognised."""
        import pandas as pd
        import pyarrow.parquet as pq

        return pq.read_table(self.path).to_pandas() if self.path else pd.DataFrame()


@dataclass(frozen=True)
class Parsed:
    """What one file holds. `key` names the content, the mapping and the code that read it."""

    key: str
    file: str
    tables: tuple[ParsedTable, ...]
    set_aside: tuple[SetAside, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, eq=False)
class Case:
    """Checked, typed, joined tables under one key.

    Parquet files in `folder` (a table that was not given is absent):
    customers      customer_id str, team str|null, segment str|null, tenure_months f8, revenue_start f8, revenue_end f8,
                   churned bool, responded bool, and further named controls; base customers only, in file order
    responses      customer_id, one row per responding base customer, f8 columns for metrics ("ease", "csat", "nps";
                   high is good), rating:<moment> f8 (NaN when not rated), lived:<moment> bool, comment str|null,
                   responded_at
    ex             team str, n int, mean f8, sd f8 (over answers); only teams with n >= k_min, over the waves used
    recommendations / case_studies   the sheet's canonical columns, typed; lists (moment, needs, excludes) as text
                   joined by ";"
    """

    key: str
    folder: Path
    sources: tuple[Source, ...]
    set_aside: tuple[SetAside, ...]
    joins: Joins | None
    base: Base | None
    scales: Mapping[str, Scale]  # metric -> scale
    ex_scale: Scale | None
    moments: tuple[MomentColumn, ...]
    currency: str | None  # as the files show it, None when they don't
    findings: tuple[Finding, ...]
    mapping: Mapping[str, Any] = field(default_factory=dict)  # mapping.json, version 1
    has_revenue_end: bool = True  # False: revenue_end was not given, so nrr and expansion say nothing

    def has(self, name: str) -> bool:
        """True when the table is there."""
        return (self.folder / f"{name}.parquet").exists()

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The named table, or the columns asked for, as a frame in stored order."""
        import pyarrow.parquet as pq

        return pq.read_table(self.folder / f"{name}.parquet", columns=list(columns) if columns else None).to_pandas()
