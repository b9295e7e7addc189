"""One sheet understood: its table, role and columns, its rows typed or set aside; for a file and
for a correction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.errors import InputError
from cxcase.estimate import Ints
from cxcase.intake.files.sheet import Sheet
from cxcase.intake.privacy.small_groups import SHARED, SmallGroups
from cxcase.intake.recognition.recognise import NOT_USED, Guess, is_bare_id, lacks, recognise
from cxcase.intake.roles.amounts import in_full
from cxcase.intake.roles.churn_events import type_churn_events
from cxcase.intake.roles.customer_facts import type_facts
from cxcase.intake.roles.customers import type_customers
from cxcase.intake.roles.cx_comments import COMMENT, hashed_names, is_free_text, speaks
from cxcase.intake.roles.cx_survey import type_survey
from cxcase.intake.roles.ex_survey import type_employees
from cxcase.intake.roles.hand_written import type_sheet
from cxcase.intake.roles.revenue_periods import type_revenue_periods
from cxcase.intake.roles.subscriptions import type_subscriptions
from cxcase.intake.roles.units import team_figures, type_units, without_small_ex
from cxcase.intake.schema import Role, SetAside, Source
from cxcase.intake.tables.find_table import Table, find_table
from cxcase.intake.tables.row_filter import Sieve, Typed
from cxcase.intake.values.cells import blank
from cxcase.intake.values.column import Column, tidy
from cxcase.intake.vocabulary.headings import personal

_TYPED = {
    "customers": type_customers,
    "customer_facts": type_facts,
    "subscriptions": type_subscriptions,
    "churn_events": type_churn_events,
    "revenue_periods": type_revenue_periods,
    "cx": type_survey,
}
ABOVE = "above_headings"
OUTSIDE = "outside_table"
_SAMPLES = 3
_LOOKED_AT = 1000  # rows in which sample values are looked for
_SHOWN = 40  # characters
NO_ROWS: Ints = np.zeros(0, dtype=np.int64)
_VALUE = re.compile(r"[^\w\s]?\d[\d.,:/\- ]*")  # a number, money or a day in figures
_E_MAIL = re.compile(r"mail|courriel|correo", re.IGNORECASE)
_NEVER_SHOWN = ("respondent_id", "comment")  # fields of `ex`
_WRITTEN_IN = ("cx", "customers", "customer_facts", "churn_events")
_NO_CELLS: tuple[str | None, ...] = (
    "ex",
    None,
)  # roles whose cells are neither kept nor shown one by one


@dataclass(frozen=True, eq=False)
class Understood:
    """A sheet's source, typed rows (None: no role), rows set aside, and its table where it may be
    kept.
    """

    source: Source
    typed: Typed | None
    rows: Ints  # spreadsheet row of each typed row; empty for `ex`
    set_aside: tuple[SetAside, ...] = ()
    table: Table | None = None
    decisions: Mapping[str, Any] = field(default_factory=dict)
    names: frozenset[str] = frozenset()  # hashed, see `masking`


def understand_sheet(
    sheet: Sheet,
    file: str,
    role: Role | None,
    mapping: Mapping[str, Any] | None,
    k_min: int,
    secret: str = "",
) -> Understood:
    """What a sheet holds. role: what a person says the file is; mapping: a saved mapping.json."""
    saved = [
        frozenset(entry.get("match", {}).get("headings", ()))
        for entry in (mapping or {}).get("tables", ())
    ]
    table = find_table(sheet, [headings for headings in saved if len(headings) > 1])
    if not sheet.visible or table is None:
        code = "no_table" if table is None else "hidden_sheet"
        params = {"file": file, "sheet": sheet.name or "", "rows": int(sheet.filled.sum())}
        return _nothing(file, sheet.name, Finding("ok", code, "data", params))
    table = replace(table, above=_above(sheet, table))
    seen = understand_table(table, file, recognise(table, role, mapping), k_min)
    return replace(seen, names=hashed_names(table, seen.source.role, secret))


def _above(sheet: Sheet, table: Table) -> tuple[int, ...]:
    """Spreadsheet rows above a plain table's headings that are half as full and hold a number or a
    day.
    """
    if table.format != "plain" or table.groups:  # what stands there are headings too
        return ()
    rows = enumerate(sheet.rows[: table.header_row - sheet.skipped - 1], sheet.skipped + 1)
    least = max(2, len(table.headings) / 2)
    return tuple(
        k for k, row in rows if sum(map(_there, row)) >= least and any(map(_is_value, row))
    )


def _there(cell: Any) -> bool:
    return tidy(cell) is not None


def _is_value(cell: Any) -> bool:
    return tidy(cell) is not None and (
        not isinstance(cell, str) or bool(_VALUE.fullmatch(cell.strip()))
    )


def understand_table(table: Table, file: str, guess: Guess, k_min: int) -> Understood:
    """The table's rows typed as the guess says. Raises InputError where a column is missing that
    the role needs.
    """
    if guess.role is None:
        return _unrecognised(table, file, guess)
    if missing := lacks(guess.role, guess.columns):
        found: dict[str, Any] = {
            "sheet": table.sheet or "",
            "column": list(missing),
            "found": list(table.headings),
        }
        found["columns"] = dict(guess.columns)
        raise InputError(
            "columns_missing", file=file, role=guess.role, row=table.header_row, **found
        )
    groups = SmallGroups(k_min)
    units = guess.role == "units"
    sieve = Sieve(table, private=guess.role == "ex")
    typed, said = in_full(_type(sieve, guess, groups), table, guess.role, guess.columns)
    sieve.say_all(said)
    if (
        guess.confidence < 1
        and (heading := guess.columns.get("customer_id"))
        and is_bare_id(heading)
    ):
        sieve.say("review", "id_taken_for_customer", column=heading)
    if guess.role == "ex" and (figures := team_figures(table, guess.columns["team"])):
        sieve.say("review", "unit_figures_in_ex_table", columns=figures)
    alive = np.flatnonzero(sieve.alive)
    people = (
        units and "_first" in typed.columns
    )  # a row an employee: neither kept nor shown one by one
    picked = alive if "_first" not in typed.columns else typed.columns.pop("_first")
    rows = NO_ROWS if sieve.private else table.rows[picked]
    dropped = table.dropped + tuple(
        h for h in table.headings if personal(h) and h not in guess.columns.values()
    )
    out = sieve.reasons() | _around(table)
    read = _rows_read(table)
    source = Source(
        role=guess.role,
        role_confidence=guess.confidence,
        file=file,
        sheet=table.sheet,
        format=table.format,
        rows_read=read,
        rows_accepted=read - sum(out.values()),
        rows_set_aside=sum(out.values()),
        reasons=out,
        columns=dict(guess.columns),
        headings=table.headings,
        dropped_columns=dropped,
        samples={}
        if people
        else _without_small_teams(_samples(table, guess.role), guess, typed)
        | _unsaid(table, guess),
        messages=tuple(sieve.findings),
    )
    numbers = table.rows.tolist()
    around = [*((row, ABOVE) for row in table.above), *((row, OUTSIDE) for row in table.outside)]
    aside = [SetAside(file, table.sheet, row, None, None, why) for row, why in around]
    aside += [
        SetAside(file, table.sheet, numbers[k], column, found, why)
        for k, column, found, why in sieve.out
    ]
    totals = [k for k, _, _, why in sieve.out if why == "total_row"]
    shown = without_small_ex(table, guess.columns, groups, totals) if units else table
    kept_table = None if sieve.private or people else shown
    return Understood(source, typed, rows, tuple(aside), kept_table, typed.decisions)


def _type(sieve: Sieve, guess: Guess, groups: SmallGroups) -> Typed:
    assert guess.role is not None
    if guess.role in _TYPED:
        return _TYPED[guess.role](sieve, guess.columns, guess.decisions)
    if guess.role == "ex":
        return type_employees(sieve, guess.columns, guess.decisions, groups)
    if guess.role == "units":
        return type_units(sieve, guess.columns, guess.decisions, groups)
    return type_sheet(sieve, guess.role, guess.columns)


def _around(table: Table) -> dict[str, int]:
    """Reason -> rows that stand above the headings or beside what is under them."""
    return {
        why: len(rows) for why, rows in ((ABOVE, table.above), (OUTSIDE, table.outside)) if rows
    }


def _rows_read(table: Table) -> int:
    return len(table.rows) + len(table.above) + len(table.outside)


def _unrecognised(table: Table, file: str, guess: Guess) -> Understood:
    params: dict[str, Any] = {
        "file": file,
        "sheet": table.sheet or "",
        "headings": list(table.headings[:8]),
    }
    finding = Finding("review", "not_recognised", "data", params)
    if NOT_USED in guess.missing:
        finding = Finding("ok", NOT_USED, "data", params)
    elif guess.nearly:
        params = {
            "file": file,
            "sheet": table.sheet or "",
            "role": guess.nearly,
            "missing": list(guess.missing),
        }
        params["columns"] = dict(guess.columns)
        finding = Finding("review", "nearly_recognised", "data", params)
    seen = _unused(table, file, finding, _only_email(table, file, guess))
    anonymous = "customer_id" in guess.columns or guess.nearly in (
        "recommendations",
        "case_studies",
    )
    return Understood(seen, None, NO_ROWS, (), table if anonymous else None)


def _only_email(table: Table, file: str, guess: Guess) -> tuple[Finding, ...]:
    """Says so where a survey names its customers by e-mail address alone: addresses are not read."""
    if guess.nearly != "cx" or "customer_id" not in guess.missing:
        return ()
    mails = (
        h
        for h in table.headings
        if personal(h) and _E_MAIL.search(h) and not all(map(blank, table.column(h)))
    )
    heading = table.fields.get("email") or next(mails, None)
    params = {"file": file, "sheet": table.sheet or "", "column": heading}
    if heading:
        return (Finding("review", "only_email_as_key", "data", params),)
    return ()


def _unused(table: Table, file: str, finding: Finding, more: tuple[Finding, ...]) -> Source:
    """A table that is used for nothing: its rows are read and all set aside, so that the counts
    still add up.
    """
    rows = _rows_read(table)
    reasons = {finding.code: rows} if rows else {}
    dropped = table.dropped + tuple(h for h in table.headings if personal(h))
    samples = _samples(table, None)
    format_ = table.format
    found = (table.headings, dropped, samples, (finding, *more))
    return Source(None, 0.0, file, table.sheet, format_, rows, 0, rows, reasons, {}, *found)


def _nothing(file: str, sheet: str | None, finding: Finding) -> Understood:
    """A sheet in which there is no table to use."""
    return Understood(
        Source(None, 0.0, file, sheet, "plain", 0, 0, 0, {}, {}, (), (), {}, (finding,)),
        None,
        NO_ROWS,
    )


def _samples(table: Table, role: Role | None) -> dict[str, tuple[str, ...]]:
    """Heading -> a few of its values; where people could be recognised only values that several
    rows share.
    """
    shown: dict[str, tuple[str, ...]] = {}
    for heading in table.headings:
        if personal(heading):
            continue
        cells = table.column(heading)
        if role in _NO_CELLS:
            common = _shared(cells)
        else:
            common = dict.fromkeys(c for c in cells[:_LOOKED_AT] if not blank(c))
        shown[heading] = tuple(_short(c) for c in list(common)[:_SAMPLES])
    return shown


def _unsaid(table: Table, guess: Guess) -> dict[str, tuple[str, ...]]:
    """Columns of what somebody wrote, without samples: a few words can say who it was, or of whom."""
    if guess.role not in _WRITTEN_IN:
        return {}
    comment = guess.columns.get(COMMENT)
    survey = guess.role == "cx"
    columns = zip(table.headings, table.columns, strict=True)
    return {
        h: ()
        for h, cells in columns
        if (speaks(h, cells, comment) if survey else is_free_text(cells))
    }


def _shared(cells: Column) -> list[Any]:
    """The values that enough rows share, the most frequent first."""
    counts = cells.counts()
    often = [
        (count, v)
        for count, v in zip(counts.tolist(), cells.values, strict=True)
        if SHARED.shown(count)
    ]
    return [v for _, v in sorted(often, key=lambda pair: (-pair[0], str(pair[1]))) if not blank(v)]


def _without_small_teams(
    samples: dict[str, tuple[str, ...]], guess: Guess, typed: Typed
) -> dict[str, tuple[str, ...]]:
    """Of employees neither a suppressed team's name nor an id or a comment is shown; of units no EX
    figure or count.
    """
    if guess.role == "units" and "ex" in guess.columns:
        return samples | {guess.columns[f]: () for f in ("ex", "ex_n") if f in guess.columns}
    if guess.role != "ex":
        return samples
    heading = guess.columns["team"]
    large = set(typed.columns["team"])
    hidden: dict[str, tuple[str, ...]] = {
        guess.columns[f]: () for f in _NEVER_SHOWN if f in guess.columns
    }
    return samples | hidden | {heading: tuple(t for t in samples.get(heading, ()) if t in large)}


def _short(cell: Any) -> str:
    text = f"{cell:g}" if isinstance(cell, float) else str(cell)
    if len(text) <= _SHOWN:
        return text
    return f"{text[: _SHOWN - 1]}…"
