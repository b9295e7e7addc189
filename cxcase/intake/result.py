"""What intake hands on: a `Case`, checked and keyed, its tables as Parquet in its own folder.

Table libraries are loaded when a table is asked for: the process that reads uploads needs these
classes, not them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cxcase.checks import Finding
from cxcase.file_names import shown_name
from cxcase.intake.privacy.masking import Names
from cxcase.intake.schema import ColumnReading, Role, Scale, SetAside, Source
from cxcase.shown import Shown

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Upload:
    """One file as somebody handed it over.

    name: as it can be shown and written everywhere, whatever the file was called.
    password: opens it and what is in it; it goes to the reading process and nowhere else.
    """

    name: str
    data: bytes
    role: Role | None = None  # what they say it is; None: it is to be recognised
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", shown_name(self.name))


@dataclass(frozen=True)
class Joins:
    """How the tables met, as counts.

    waterfall: (code, customers left): all, with a response, with a team, usable. answers: (code,
    responses left): read, with an id, matched, in time, one each.
    """

    responses: int
    responses_matched: int
    responses_unmatched: int
    customers_with_response: int
    teams: int
    teams_with_ex: int
    teams_suppressed: int
    waterfall: tuple[tuple[str, int], ...]
    answers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Growth:
    """Revenue that customers pay more a year later, and what price steps in contracts make of it.

    price_increase: of all who stayed, money a year. expansion: sum of what each pays more;
    expansion_ex_escalator and nrr_ex_escalator: the same, and NRR, with every customer's step taken
    off their revenue at the end. Source: pulserevops.com (expansion ex-escalator).
    """

    price_increase: float
    expansion: float
    expansion_ex_escalator: float
    nrr_ex_escalator: float


@dataclass(frozen=True)
class SegmentBase:
    """The base customers of one segment."""

    name: str  # empty for those without one
    customers: int
    revenue_start: float  # a year, at t0
    churned: int
    churned_revenue: float


@dataclass(frozen=True)
class Base:
    """The ledger at t0: annual run rates, counts and shares.

    response_rate: None where figures of units say how many answered, not how many different
    customers. segments: most revenue first; none where the list knows of no segments. growth: None
    where nobody told price steps. revenue_end, grr, nrr: None where nobody measured what customers
    who stayed pay at the end; of some they are weighted to all who stayed.
    """

    t0: dt.date | None  # None when no table holds a date and none was given
    customers: int
    revenue_start: float
    revenue_end: float | None
    churned: int
    churned_revenue: float
    logo_churn: float
    grr: float | None
    nrr: float | None
    response_rate: float | None
    responder_churn: float | None
    lost_before_t0: int = 0
    segments: tuple[SegmentBase, ...] = ()
    growth: Growth | None = None

    @property
    def revenue_churn(self) -> float:
        """The share of revenue at the start that left with customers; growth has no say in it."""
        return self.churned_revenue / self.revenue_start


@dataclass(frozen=True)
class Reconciliation:
    """One line of how the customer list came about, for Finance to check.

    Movements carry their sign, so that running_at_start plus the movements is running_at_end.
    """

    code: str  # of what it is the line
    count: int
    revenue: float | None = None  # a year; None: the line counts, it holds no money


@dataclass(frozen=True)
class Option:
    """One way to decide, and what the case comes to under it.

    Revenue a year; score: mean of the CX metric over the responses used. None: the decision plays
    no role for it.
    """

    code: str
    customers: int | None = None
    revenue_start: float | None = None
    revenue_end: float | None = None
    churned_revenue: float | None = None
    logo_churn: float | None = None
    responses: int | None = None
    score: float | None = None
    teams: int | None = None  # with engagement


@dataclass(frozen=True)
class Decision:
    """Something the rows leave open, to be decided by a person."""

    code: str
    count: int  # rows or customers it touches
    chosen: str  # the option in force
    options: tuple[Option, ...]  # the default first
    owned: bool = False  # somebody chose it; else it is an assumption


@dataclass(frozen=True)
class Suggestion:
    """Two spellings that may mean one thing; never applied unless a person accepts it.

    customer_id: `found` is an example of a response's id, `meant` the customer's; `rules` ignored
    make `count` more responses match, and `ambiguous` ones could belong to several. team: `count`
    customers, responses or employees stand under `found` in the `table`. moment: `count` ratings
    were given to the question as `found` words it.
    """

    kind: Literal["customer_id", "team", "moment"]
    found: str
    meant: str
    count: int
    table: Role
    rules: tuple[str, ...] = ()
    ambiguous: int = 0


@dataclass(frozen=True)
class Verdict:
    """Whether the data can carry an answer: yes, a weak one, or none."""

    code: str
    status: Literal["can", "weak", "cannot"]
    reason: str | None = None  # code, where it is weak or none
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MomentColumn:
    """One moment of truth as the CX survey rated it, `rating:<name>` in `responses`; counts.

    question: what was asked, in full; "" where that is the name.
    """

    name: str
    scale: Scale
    lived: int
    not_answered: int
    not_lived: int
    question: str = ""


def plain_text(table: pa.Table) -> pa.Table:
    """The table with text that is stored as distinct values and codes as plain text."""
    import pyarrow as pa

    kinds = [pa.string() if pa.types.is_dictionary(f.type) else f.type for f in table.schema]
    return table.cast(pa.schema(list(zip(table.schema.names, kinds, strict=True))))


@dataclass(frozen=True)
class ParsedTable:
    """One table of a file, understood and typed.

    Typed columns: `_row` (spreadsheet row), the role's canonical fields, in `cx` also rating:<m>,
    lived:<m> and unanswered:<m>, in `customers` also extra:<heading>. `ex` holds team, wave, n,
    mean, sd and, where ids tell people over waves, answers, people, people_mean, people_sd, and
    item:<question> (its mean); nothing else. Ratings that stand in a customer table are there as
    cx:<the survey's column>. `subscriptions` hold start_date, end_date, annual (money a year),
    ended; `revenue_periods` start, end (the day after), amount.
    """

    source: Source
    path: Path | None  # the typed rows, Parquet; None when no table was recognised
    raw: Path | None  # the cells as read; None for `ex`, whose cells are never stored
    scales: Mapping[str, Scale] = field(default_factory=dict)
    currency: str | None = None
    suppressed_teams: int = 0  # `ex`: teams without one wave of k_min answers
    decisions: Mapping[str, Any] = field(default_factory=dict)  # as mapping.json holds them
    in_title: Mapping[str, float] = field(default_factory=dict)
    readings: tuple[ColumnReading, ...] = ()  # how each rating column was understood

    def frame(self) -> pd.DataFrame:
        """The typed rows in file order; empty when no table was recognised."""
        import pandas as pd
        import pyarrow.parquet as pq

        if self.path is None:
            return pd.DataFrame()
        rows: pd.DataFrame = plain_text(pq.read_table(self.path)).to_pandas()
        return rows

    def marked(self, prefix: str) -> dict[str, int]:
        """Typed column of yes and no whose name begins so -> its rows that say yes."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        if self.path is None:
            return {}
        names = [n for n in pq.read_schema(self.path).names if n.startswith(prefix)]
        if not names:
            return {}
        rows = pq.read_table(self.path, columns=names)
        return {name: pc.sum(rows.column(name)).as_py() or 0 for name in names}


@dataclass(frozen=True)
class Parsed:
    """What one file holds. `key` names the content, the mapping and the code that read it."""

    key: str
    file: str
    tables: tuple[ParsedTable, ...]
    set_aside: tuple[SetAside, ...]
    findings: tuple[Finding, ...] = ()
    names: Names = field(default=Names(), repr=False, compare=False)  # hashed; in memory only


# what a table of customers leaves open as it is read: there is no list from it
OF_TABLES = (
    "kinds_of_rows_open",
    "cumulated_amounts_open",
    "kinds_of_leavings_open",
)
# questions that must be answered before there is a list, and what leaves none
NO_LIST = (
    *OF_TABLES,
    "all_rows_set_aside",
    "revenue_years",
    "no_year_by_responses",
    "no_year_ended",
    "empty_revenue",
    "revenue_period",
    "subscription_period",
    "revenue_unit",
    "revenue_commas",
    "heading_unit",
    "revenue_currencies",
    "customer_currencies_mixed",
    "revenue_to_date",
    "revenue_billed_unknown",
    "revenue_period_in_title",
    "revenue_of_whole_terms",
    "revenue_of_unknown_terms",
    "revenue_of_titled_time",
    "revenue_of_one_part",
    "revenue_not_a_year_apart",
    "duplicate_customers",
    "parent_rows",
    "outlier_revenue",
    "unknown_states",
    "swapped_dates",
    "leavings_end_early",
    "leavings_over_years",
    "window_not_complete",
    "data_shorter_than_a_year",
    "no_amounts_before",
    "no_revenue_anywhere",
    "no_fate_anywhere",
    "customer_key_open",
)


def why_no_list(findings: Sequence[Finding]) -> str | None:
    """The code that says why customer facts gave no customer list; None where nothing failed so."""
    return next((f.code for f in findings if f.code in NO_LIST and f.status == "fail"), None)


@dataclass(frozen=True, eq=False, repr=False)
class Case(Shown):
    """Checked, typed, joined tables under one key; a frozen value, whatever is read later.

    The tables lie as Parquet in `folder`, which is named after the key: `schema.STORED` says what
    each holds, column by column. A table that was not given is absent.

    why_no_end: the code that says why revenue at the end is not measured, so that nothing is said
    of growth; None where it is.
    reconciliation: how spread facts became one list; empty for a list given whole. unit_scales: of
    `units`, by "ex", metric or "moment:<name>". names: hashed, to be found in what customers wrote.
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
    why_no_end: str | None = None
    reconciliation: tuple[Reconciliation, ...] = ()
    unit_scales: Mapping[str, Scale] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    verdict: tuple[Verdict, ...] = ()
    raw: tuple[Path | None, ...] = ()  # each source's table as it was read, where it may be kept
    names: Names = field(default=Names(), repr=False, compare=False)

    @property
    def why_no_list(self) -> str | None:
        """The code that says why customer facts gave no customer list; None otherwise."""
        return why_no_list(self.findings)

    @property
    def has_revenue_end(self) -> bool:
        """True where revenue at the end was measured, so that growth may be spoken of."""
        return self.why_no_end is None

    def has(self, name: str) -> bool:
        """True when the table is there."""
        return (self.folder / f"{name}.parquet").exists()

    def columns(self, name: str) -> list[str]:
        """The named table's columns, in stored order."""
        import pyarrow.parquet as pq

        return list(pq.read_schema(self.folder / f"{name}.parquet").names)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The named table, or the columns asked for, as a frame in stored order."""
        import pyarrow.parquet as pq

        wanted = list(columns) if columns else None
        path = self.folder / f"{name}.parquet"
        rows: pd.DataFrame = pq.read_table(path, columns=wanted).to_pandas()
        return rows
