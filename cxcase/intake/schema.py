"""The words of intake as data: what a table may be taken for, how its columns and rows were read,
and the tables that a case stores, column by column. It needs no table library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from cxcase.checks import Finding
from cxcase.intake.key_question import KeyMatch, KeyQuestion
from cxcase.settings import METRICS

# How columns start of which a table has one for each moment, question or period; and marks of rows
MOMENT = "moment:"
RATING = "rating:"  # points of the moment's scale, NaN where not rated
LIVED = "lived:"  # whether the customer lived the moment
UNANSWERED = "unanswered:"  # lived it, gave no rating
COMMENT_ON = "comment:"  # what was written about the moment
ITEM = "item:"  # a question of the employee survey
PERIOD = "period:"  # a column of revenue of one period
YEAR = "year:"  # a column of a customer list's revenue of one year, of which two are used
EARLIER = "earlier:"  # of an earlier wave: its last day, then the column of a response
PERIOD_OPEN = "period_open"  # nothing tells what period a subscription's amount is for
TOLD_UNTIL = "told_until"  # the day up to which a title says that amounts run; NaT: some day
TITLE_TIMES = "title_times"  # what brings amounts to a year if a title's period is theirs; NaN: ?
COMMA_OPEN = "comma_open"  # nothing tells whether commas part thousands or are decimal ones
UNIT_OPEN = "unit_open"  # thousands or millions of a heading that its cells may not be in
STATE_OPEN = "state_open"  # a word that says neither lost nor kept, null elsewhere
GOOD_END = "good_end:"  # that nothing says which end of this field's marks is the good one
SWAPPED = "swapped:"  # whether a date of this field has its day and month exchanged
EXTRA = "extra:"  # a further column of the file, under its heading
SAID = "said:"  # what is written where a figure was asked for, where it is more or less than one
COMMENT = "comment"
ENGAGEMENT = "engagement"

Role = Literal[
    "customers",
    "customer_facts",
    "subscriptions",
    "churn_events",
    "revenue_periods",
    "cx",
    "ex",
    "units",
    "recommendations",
    "case_studies",
]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class Scale:
    """The ends of a rating scale in native points, turned at intake so that high is good."""

    low: float
    high: float

    def at(self, fraction: float) -> float:
        """The native point at a fraction (0 to 1) of the range."""
        return self.low + fraction * (self.high - self.low)


@dataclass(frozen=True)
class ColumnReading:
    """How one rating column was understood.

    marks: what stands there beside ratings -> (what it was taken for, rows); blank: the same for
    empty cells. Taken for: "not_lived", "no_answer", "rating" (because a person says so) or
    "set_aside" (the cell was left out). Of `ex`, marks and counts of fewer than five rows are not
    told (None).
    """

    field: str
    heading: str
    scale: Scale | None  # None: the column was not read
    scale_from: Literal["person", "label", "words", "theory"] | None
    turned: bool  # a low answer was the good one
    marks: Mapping[str, tuple[str, int | None]]
    blank: tuple[str, int | None]
    ratings: int | None  # rows with a rating


@dataclass(frozen=True)
class SetAside:
    """A row that could not be used; of `ex` only its number and the reason, never its contents."""

    file: str
    sheet: str | None
    row: int  # as the spreadsheet numbers it, from 1
    column: str | None
    found: str | None
    reason: str


@dataclass(frozen=True)
class Source:
    """One table that was found in a file: what it was taken for and what became of its rows.

    columns: canonical field (or "moment:<name>") -> heading as the file has it. samples: heading ->
    sample values; of `ex` none below five rows. question: its key is open, and its rows wait for
    it. matched: keys told by their values.
    """

    role: Role | None
    role_confidence: float
    file: str
    sheet: str | None
    format: str
    rows_read: int
    rows_accepted: int
    rows_set_aside: int
    reasons: Mapping[str, int]
    columns: Mapping[str, str]
    headings: tuple[str, ...]
    dropped_columns: tuple[str, ...] = ()
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    messages: tuple[Finding, ...] = ()
    question: KeyQuestion | None = None
    matched: tuple[KeyMatch, ...] = ()

    @property
    def rows_waiting(self) -> int:
        """Rows that wait for the question to be answered."""
        return self.rows_read - self.rows_accepted - self.rows_set_aside

    def counting(self, reasons: Mapping[str, int]) -> Source:
        """The same source with these rows set aside (reason -> rows), the others accepted."""
        out = sum(reasons.values())
        left = 0 if self.question else self.rows_read - out
        return replace(self, reasons=reasons, rows_set_aside=out, rows_accepted=left)

    @property
    def gives(self) -> frozenset[Role]:
        """The roles it can help to fill.

        Its own; customers, for a part of their list; cx, for ratings beside a customer's facts.
        """
        if self.question is not None:
            return frozenset()  # its rows wait
        given: set[Role] = set() if self.role is None else {self.role}
        if self.role in ("customer_facts", "subscriptions", "revenue_periods"):
            given.add("customers")
        if self.role in ("customers", "customer_facts") and {*METRICS} & set(self.columns):
            given.add("cx")
        return frozenset(given)


Dtype = Literal["str", "float", "int", "bool", "day", "any"]
_PANDAS: Mapping[Dtype, tuple[str, ...]] = {
    "str": ("str", "string", "object", "category"),
    "float": ("float64", "Float64", "int64"),
    "int": ("int64",),
    "bool": ("bool",),
    "day": ("datetime64",),
    "any": ("",),
}  # how the name of a pandas dtype starts


@dataclass(frozen=True)
class StoredColumn:
    """One column of a stored table, or one each moment or heading where its name ends in ":".

    needed: every table of this name has it. null: cells may be empty (NaN in figures).
    """

    name: str
    dtype: Dtype
    meaning: str
    unit: str | None = None
    needed: bool = False
    null: bool = True

    def covers(self, name: str) -> bool:
        """True for its own name, or one of its family."""
        return name.startswith(self.name) if self.name.endswith(":") else name == self.name


@dataclass(frozen=True)
class StoredTable:
    """One of a case's tables: what a row is, and its columns.

    open: further columns stand beside them, under headings of the file.
    """

    name: str
    row: str
    columns: tuple[StoredColumn, ...]
    open: bool = False

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that are always there, in stored order."""
        return tuple(column.name for column in self.columns if column.needed)

    def column(self, name: str) -> StoredColumn | None:
        """The column of this name; None for one under a heading of the file."""
        return next((column for column in self.columns if column.covers(name)), None)

    def check(self, dtypes: Mapping[str, str]) -> None:
        """Raises StoredTableError for a frame with these pandas dtypes that is not such a table."""
        missing = [name for name in self.needed if name not in dtypes]
        if missing:
            raise StoredTableError(f"{self.name} lacks {', '.join(missing)}")
        for name, dtype in dtypes.items():
            column = self.column(name)
            if column is None and not self.open:
                raise StoredTableError(f"{self.name} knows no column {name!r}")
            if column is not None and not dtype.startswith(_PANDAS[column.dtype]):
                raise StoredTableError(f"{self.name}: {name!r} is {dtype}, not {column.dtype}")


class StoredTableError(TypeError):
    """A frame that breaks its schema was to be stored: a fault of the code, not of a file."""


def _needed(name: str, dtype: Dtype, meaning: str, unit: str | None = None) -> StoredColumn:
    """A column that is always there, with no empty cell."""
    return StoredColumn(name, dtype, meaning, unit, needed=True, null=False)


def _may(
    name: str, dtype: Dtype, meaning: str, unit: str | None = None, null: bool = True
) -> StoredColumn:
    """A column that is there where the files told it."""
    return StoredColumn(name, dtype, meaning, unit, needed=False, null=null)


_CUSTOMER = _needed("customer_id", "str", "the customer's id, as the customer list writes it")
_TEAM = _needed("team", "str", "the team, branch or store")
_METRICS = tuple(_may(m, "float", f"{m}, high is good", "points of its scale") for m in METRICS)
_RATED = (
    *_METRICS,
    _may(RATING, "float", "the rating of a moment, empty where not rated", "points of its scale"),
)
_LIVED = _may(LIVED, "bool", "whether the customer lived the moment", null=False)

CUSTOMERS = StoredTable(
    "customers",
    "a base customer, in the order of the file",
    (
        _CUSTOMER,
        StoredColumn("team", "str", "the (first) team that serves them", needed=True),
        StoredColumn("segment", "str", "the segment", needed=True),
        StoredColumn("tenure_months", "float", "time as a customer at t0", "months", needed=True),
        StoredColumn("revenue_start", "float", "run rate at t0", "money a year", needed=True),
        _may("revenue_end", "float", "run rate a year on, where it was measured", "money a year"),
        _needed("churned", "bool", "left within the year after t0"),
        StoredColumn("churn_date", "day", "the day they left", needed=True),
        _needed("responded", "bool", "is among `responses`"),
        _may("price_increase", "float", "what the contract's price step adds", "money a year"),
        _may("teams", "str", 'all teams that serve them, "; " between'),
    ),
    open=True,  # the controls somebody named
)
CUSTOMER_GROUPS = StoredTable(
    "customer_groups",
    "a base customer, the rows of `customers`; up to 6 further columns that put them into groups",
    (_CUSTOMER,),
    open=True,  # region, plan ..., under their headings
)
RESPONSES = StoredTable(
    "responses",
    "a base customer who responded; comments are masked",
    (
        _CUSTOMER,
        *_RATED,
        _LIVED,
        _may("responded_at", "day", "when they answered"),
        _may(COMMENT, "str", "what they wrote"),
        _may(COMMENT_ON, "str", "what they wrote about the moment"),
    ),
)
ALL_RESPONSES = StoredTable(
    "all_responses",
    "a dated answer that came in time, also one that a later answer of the customer stands for;"
    " only where there are such, or beside `ex_waves`",
    (_CUSTOMER, _needed("responded_at", "day", "when they answered"), *_RATED, _LIVED),
)
EX = StoredTable(
    "ex",
    "a team of k_min answers or more, over the waves used",
    (
        _TEAM,
        _needed("n", "int", "who answered", "people"),
        _needed("mean", "float", "their mean engagement", "points of the EX scale"),
        StoredColumn("sd", "float", "spread over answers", "points of the EX scale", needed=True),
    ),
)
EX_ITEMS = StoredTable(
    "ex_items",
    "a team and question, over the waves used; no question that fewer than k_min people of a cell"
    " answered, every question of a cell over the same people",
    (
        _TEAM,
        _needed("item", "str", "the question"),
        _needed("n", "int", "who answered", "people"),
        _needed("mean", "float", "their mean", "points of the EX scale"),
    ),
)
EX_WAVES = StoredTable(
    "ex_waves",
    "a team and dated wave of k_min answers or more, where there are two such waves",
    (
        _TEAM,
        _needed("wave", "day", "the day the wave ended"),
        _needed("n", "int", "who answered", "people"),
        _needed("mean", "float", "their mean engagement", "points of the EX scale"),
    ),
)
UNITS = StoredTable(
    "units",
    "a unit and period; no engagement of fewer than k_min answers",
    (
        _TEAM,
        _may("period", "day", "the period's last day"),
        _may("period_label", "str", "the period as the file writes it"),
        _may("ex", "float", "mean engagement", "points of the EX scale"),
        _may("ex_n", "float", "who answered the employee survey", "people"),
        _may("ex_sd", "float", "spread over answers", "points of the EX scale"),
        *_RATED,
        _may("nps_net", "float", "net promoter score, promoters less detractors", "-100 to 100"),
        _may("cx_n", "float", "who answered the customer survey", "answers"),
        _may("cx_sd", "float", "spread over answers", "points of its scale"),
        _may("revenue", "float", "revenue of `revenue_months`", "money"),
        _may("revenue_start", "float", "run rate at the start", "money a year"),
        _may("revenue_end", "float", "run rate at the end", "money a year"),
        _may("churn_rate", "float", "customers lost in `churn_months`", "share"),
        _may("customers", "float", "customers of the unit", "customers"),
        _may("period_months", "float", "length of the period", "months"),
        _may("revenue_months", "float", "time that `revenue` covers", "months"),
        _may("churn_months", "float", "time that `churn_rate` covers", "months"),
        _may(EXTRA, "any", "a further column, under its heading"),
    ),
)
RECOMMENDATIONS = StoredTable(
    "recommendations",
    'a step of the recommendations sheet; lists as text joined by ";"',
    (
        _may("id", "str", "the step's id, empty where the sheet gives none"),
        _may("title", "str", "what is done"),
        _may("row", "int", "its row on the sheet"),
        _may("acts_on", "str", '"moment", "ease" or "ex", else as it is written'),
        _may("moment", "str", "the moments it acts on, as they are written"),
        _may("one_off_cost", "float", "cost once", "money"),
        _may("yearly_cost", "float", "cost every year", "money a year"),
        _may("cost_low", "float", "the one-off cost at its lowest", "money"),
        _may("cost_high", "float", "the one-off cost at its highest", "money"),
        _may("months_to_deliver", "float", "time until it works", "months"),
        _may("lift_low", "float", "lift at its lowest", "points of the scale"),
        _may("lift_likely", "float", "lift", "points of the scale"),
        _may("lift_high", "float", "lift at its highest", "points of the scale"),
        _may("percent", "float", "the lift where it is a share of something", "percent"),
        _may("needs", "str", "prerequisites"),
        _may("excludes", "str", "steps it cannot stand beside"),
        _may("part_of", "str", "the programme it is a tranche of"),
        _may("teams", "str", "the teams it reaches; empty: all"),
        _may("owner", "str", "who answers for it"),
        _may("pnl_line", "str", "the line of the profit and loss account"),
        _may("effort_days", "float", "work", "person-days"),
        _may("saving_per_year", "float", "what it saves beside customers kept", "money a year"),
        _may("saving_kind", "str", "what is saved: cost to serve, people or other"),
        _may("cash_releasing", "bool", "whether the saving leaves less to pay"),
        _may("goal", "str", "the company's goal that it serves"),
        _may("mandatory", "bool", "must be done whatever it returns"),
        _may(SAID, "str", "what is written where it is no plain figure"),
        _may(EXTRA, "any", "a further column, under its heading"),
    ),
)
CASE_STUDIES = StoredTable(
    "case_studies",
    "a case study",
    (
        _may("source", "str", "who published it"),
        _may("kind", "str", "what kind of study it is"),
        _may("controlled", "bool", "whether there was a control group"),
        _may("vendor", "str", "the vendor whose product it speaks for"),
        _may("moment", "str", "the moments it speaks of"),
        _may("acts_on", "str", "what it speaks of, if no moment"),
        _may("step", "str", "the step it speaks for"),
        _may("department", "str", "the department that it is from"),
        _may("person", "str", "who says so"),
        _may("effect", "float", "the effect found", "`unit`"),
        _may("low", "float", "an estimate at its lowest", "`unit`"),
        _may("likely", "float", "an estimate", "`unit`"),
        _may("high", "float", "an estimate at its highest", "`unit`"),
        _may("unit", "str", "the unit of the effect"),
        _may("se", "float", "standard error of the effect", "`unit`"),
        _may("n", "float", "how many it observed", "people or firms"),
        _may("sd", "float", "spread of the outcome", "`unit`"),
        _may("year", "float", "year of publication", "year"),
        _may("link", "str", "where it can be read"),
    ),
)
_TABLES = (CUSTOMERS, CUSTOMER_GROUPS, RESPONSES, ALL_RESPONSES, EX, EX_ITEMS, EX_WAVES, UNITS)
STORED: Mapping[str, StoredTable] = {
    table.name: table for table in (*_TABLES, RECOMMENDATIONS, CASE_STUDIES)
}
