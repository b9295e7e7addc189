"""One sheet understood: its table, role and columns, its rows typed or set aside; for a file and
for a correction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cxcase.checks import Finding, FindingStatus
from cxcase.errors import InputError
from cxcase.estimate import Ints
from cxcase.intake.employees.ex_survey import type_employees
from cxcase.intake.employees.near_waves import near_together
from cxcase.intake.files.sheet import Sheet
from cxcase.intake.key_question import KeyQuestion
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.recognition.by_values import (
    Known,
    asked_for_key,
    by_values,
    kept_decisions,
    sureness,
    told_by_values,
)
from cxcase.intake.recognition.guess import NOT_USED, Guess
from cxcase.intake.recognition.named_columns import for_file
from cxcase.intake.recognition.recognise import lacks, recognise
from cxcase.intake.roles.amounts import in_full
from cxcase.intake.roles.churn_events import type_churn_events
from cxcase.intake.roles.customer_facts import type_facts
from cxcase.intake.roles.customers import type_customers
from cxcase.intake.roles.cx_comments import hashed_names
from cxcase.intake.roles.cx_survey import type_survey
from cxcase.intake.roles.doubtful_tables import doubts, lacking
from cxcase.intake.roles.hand_written import type_sheet
from cxcase.intake.roles.revenue_periods import type_revenue_periods
from cxcase.intake.roles.sample_values import sample_values, samples_of_typed
from cxcase.intake.roles.subscriptions import type_subscriptions
from cxcase.intake.roles.units import type_units, without_small_ex
from cxcase.intake.schema import GOOD_END, SWAPPED, Role, SetAside, Source
from cxcase.intake.tables.find_table import Table, find_table
from cxcase.intake.tables.headings_row import lacks_headings
from cxcase.intake.tables.row_filter import Sieve, Typed
from cxcase.intake.values.column import tidy
from cxcase.intake.vocabulary.headings import personal
from cxcase.settings import EMPLOYEES_ANSWERED

_OF_CUSTOMERS: Mapping[Role, Callable[[Sieve, Mapping[str, str], Mapping[str, Any]], Typed]] = {
    "customers": type_customers,
    "customer_facts": type_facts,
    "subscriptions": type_subscriptions,
    "churn_events": type_churn_events,
    "revenue_periods": type_revenue_periods,
    "cx": type_survey,
}
# reasons for setting a row aside
ABOVE = "above_headings"
OUTSIDE = "outside_table"
NO_ROWS: Ints = np.zeros(0, dtype=np.int64)
_VALUE = re.compile(r"[^\w\s]?\d[\d.,:/\- ]*")  # a number, money or a day in figures
_OF_NOBODY = ("recommendations", "case_studies")  # roles whose cells speak of no customer
_HEADINGS_SHOWN = 8


@dataclass(frozen=True, eq=False)
class Understood:
    """One sheet as it was understood.

    source      what its table was taken for
    typed       its typed rows; None where it has no role
    rows        spreadsheet row of each typed row; empty for `ex`
    set_aside   rows that could not be used
    table       as it was read, where it may be kept
    decisions   as mapping.json holds them
    names       hashed, see `privacy.masking`
    """

    source: Source
    typed: Typed | None
    rows: Ints
    set_aside: tuple[SetAside, ...] = ()
    table: Table | None = None
    decisions: Mapping[str, Any] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


def understand_sheet(
    sheet: Sheet,
    file: str,
    role: Role | None,
    mapping: Mapping[str, Any] | None,
    k_min: int,
    secret: str = "",
    known: Known | None = None,
) -> Understood:
    """What a sheet holds. role: what a person says the file is; mapping: a saved mapping.json;
    known: what other files hold.
    """
    mapping = for_file(mapping, file)
    entries = (mapping or {}).get("tables", ())
    saved = [frozenset(entry.get("match", {}).get("headings", ())) for entry in entries]
    table = find_table(sheet, [headings for headings in saved if len(headings) > 1], file)
    if not sheet.visible and table is not None:
        return _nothing(sheet, file, "hidden_sheet")
    if table is None:
        top = [[tidy(cell) for cell in row] for row in sheet.rows]
        return _nothing(sheet, file, "no_headings" if lacks_headings(top) else "no_table")
    table = replace(table, above=_values_above(sheet, table))
    answered = (mapping or {}).get("decisions", {}).get(EMPLOYEES_ANSWERED)
    if known is not None and known.place == (file, table.sheet or ""):
        known = None  # a table is not compared with itself
    guess = by_values(table, recognise(table, role, mapping), role, mapping, known)
    understood = understand_table(table, file, guess, k_min, answered)
    return replace(understood, names=hashed_names(table, understood.source.role, secret))


def _values_above(sheet: Sheet, table: Table) -> tuple[int, ...]:
    """Spreadsheet rows above a plain table's headings that are half as full and hold a number or a
    day.
    """
    if table.format != "plain" or table.groups:  # what stands there are headings too
        return ()
    rows = enumerate(sheet.rows[: table.header_row - sheet.skipped - 1], sheet.skipped + 1)
    least = max(2, len(table.headings) / 2)
    return tuple(
        number
        for number, row in rows
        if sum(tidy(cell) is not None for cell in row) >= least and any(map(_is_value, row))
    )


def _is_value(cell: Any) -> bool:
    if tidy(cell) is None:
        return False
    return not isinstance(cell, str) or bool(_VALUE.fullmatch(cell.strip()))


def understand_table(
    table: Table, file: str, guess: Guess, k_min: int, answered: str | None = None
) -> Understood:
    """The table's rows typed as the guess says. answered: what was decided of employees who may
    have answered again. Raises InputError where a column is missing that the role needs.
    """
    role = guess.role
    if role is None:
        return _unrecognised(table, file, guess)
    _check_columns(table, file, role, guess)
    groups = SmallGroups(k_min)
    sieve = Sieve(table, private=role == "ex")
    typed, about_amounts = in_full(
        _typed(sieve, role, guess, groups, answered), table, role, guess.columns
    )
    sieve.say_all([*about_amounts, *doubts(table, guess), *told_by_values(table, file, guess)])
    first = typed.columns.get("_first")
    columns = {name: values for name, values in typed.columns.items() if name != "_first"}
    typed = replace(typed, columns={**columns, **_swapped(sieve, columns), **_untold(typed)})
    folded = role == "units" and first is not None  # a row an employee: none is shown by itself
    source = _saying_nothing_is_left(_source(table, file, role, guess, sieve))
    if not folded:
        source = replace(source, samples=samples_of_typed(table, guess, typed))
    return Understood(
        source=source,
        typed=typed,
        rows=_typed_rows(sieve, first),
        set_aside=_rows_aside(sieve, file),
        table=None if folded else _to_keep(sieve, role, guess, groups),
        decisions=kept_decisions(guess) | dict(typed.decisions),
    )


def _swapped(sieve: Sieve, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Which dates of the rows that went on have day and month exchanged, by field."""
    marked = {name: rows[sieve.alive] for name, rows in sieve.swapped.items() if name in columns}
    return {
        f"{SWAPPED}{name}": rows
        for name, rows in marked.items()
        if rows.any() and len(rows) == len(columns[name])
    }


def _untold(typed: Typed) -> dict[str, Any]:
    """Rows of ratings of which nothing says whether a high mark is good, by field: all of them."""
    rows = next((len(values) for values in typed.columns.values()), 0)
    return {f"{GOOD_END}{name}": np.ones(rows, dtype=bool) for name in typed.untold}


def _check_columns(table: Table, file: str, role: Role, guess: Guess) -> None:
    missing = lacks(role, guess.columns)
    if missing:
        raise InputError(
            "columns_missing",
            file=file,
            role=role,
            row=table.header_row,
            sheet=table.sheet or "",
            column=list(missing),
            found=list(table.headings),
            columns=dict(guess.columns),
        )


def _typed(
    sieve: Sieve, role: Role, guess: Guess, groups: SmallGroups, answered: str | None
) -> Typed:
    if role in _OF_CUSTOMERS:
        return _OF_CUSTOMERS[role](sieve, guess.columns, guess.decisions)
    if role == "ex":
        typed = type_employees(sieve, guess.columns, guess.decisions, groups, answered)
        return replace(typed, columns=near_together(typed.columns, groups))
    if role == "units":
        return type_units(sieve, guess.columns, guess.decisions, groups)
    return type_sheet(sieve, role, guess.columns)


def _typed_rows(sieve: Sieve, first: Ints | None) -> Ints:
    """Spreadsheet row of each typed row; first: the rows they begin at, where they are fewer."""
    if sieve.private:
        return NO_ROWS
    if first is None:
        return np.asarray(sieve.table.rows[np.flatnonzero(sieve.alive)])
    return np.asarray(sieve.table.rows[first])


def _to_keep(sieve: Sieve, role: Role, guess: Guess, groups: SmallGroups) -> Table | None:
    """The table as it may be kept: none of employees, of units without small groups' EX."""
    if sieve.private:
        return None
    if role != "units":
        return sieve.table
    totals = [row for row, _, _, reason in sieve.out if reason == "total_row"]
    return without_small_ex(sieve.table, guess.columns, groups, totals)


# ---- the source and its rows ---------------------------------------------------------------------


def _source(table: Table, file: str, role: Role, guess: Guess, sieve: Sieve) -> Source:
    """The source without samples."""
    read = _rows_read(table)
    used = {*guess.columns.values()}
    source = Source(
        role=role,
        role_confidence=guess.confidence,
        file=file,
        sheet=table.sheet,
        format=table.format,
        rows_read=read,
        rows_accepted=read,
        rows_set_aside=0,
        reasons={},
        columns=dict(guess.columns),
        headings=table.headings,
        dropped_columns=table.dropped + tuple(h for h in _personal(table) if h not in used),
        messages=tuple(sieve.findings),
        matched=guess.matched,
    )
    around = {reason: len(rows) for reason, rows in _around(table) if rows}
    return source.counting(sieve.reasons() | around)


def _saying_nothing_is_left(source: Source) -> Source:
    """The source, with a finding where every one of its rows was set aside."""
    if source.rows_accepted or not source.reasons:
        return source
    params = {
        "file": source.file,
        "sheet": source.sheet or "",
        "count": source.rows_read,
        "reason": max(source.reasons, key=lambda reason: source.reasons[reason]),
    }
    status: FindingStatus = "fail" if source.role == "customers" else "review"
    said = Finding(status, "all_rows_set_aside", "data", params)
    return replace(source, messages=(*source.messages, said))


def _around(table: Table) -> tuple[tuple[str, Sequence[int]], ...]:
    """(reason, spreadsheet rows) that stand above the headings or beside what is under them."""
    return (ABOVE, table.above), (OUTSIDE, table.outside)


def _rows_read(table: Table) -> int:
    return len(table.rows) + len(table.above) + len(table.outside)


def _personal(table: Table) -> list[str]:
    return [heading for heading in table.headings if personal(heading)]


def _rows_aside(sieve: Sieve, file: str) -> tuple[SetAside, ...]:
    table = sieve.table
    numbers = table.rows.tolist()
    around = [
        SetAside(file, table.sheet, row, None, None, reason)
        for reason, rows in _around(table)
        for row in rows
    ]
    inside = [
        SetAside(file, table.sheet, numbers[row], column, found, reason)
        for row, column, found, reason in sieve.out
    ]
    return (*around, *inside)


# ---- what is not used ----------------------------------------------------------------------------


def _unrecognised(table: Table, file: str, guess: Guess) -> Understood:
    """A table without a role; kept where it cannot be of employees."""
    if guess.question is not None and sureness(guess) > 0:  # a heading says what it is
        return _waiting(table, file, guess, guess.question)
    finding = _why_unused(table, file, guess)
    source = _unused(table, file, (finding, *lacking(table, file, guess)))
    if "customer_id" in guess.columns or guess.nearly in _OF_NOBODY:
        return Understood(source, None, NO_ROWS, table=table)
    return Understood(source, None, NO_ROWS)


def _waiting(table: Table, file: str, guess: Guess, question: KeyQuestion) -> Understood:
    """A table that only lacks its key: its rows wait for the answer. Kept where it lists customers,
    as a survey's rows could be of employees.
    """
    asked = asked_for_key(table, file, guess, question)
    unused = _unused(table, file, (asked, *lacking(table, file, guess)))
    columns = dict(guess.columns)
    waiting = replace(unused, role=guess.nearly, columns=columns, rows_set_aside=0, reasons={})
    source = replace(waiting, question=question, role_confidence=sureness(guess))
    kept = table if guess.nearly in ("customers", "subscriptions") else None
    return Understood(source, None, NO_ROWS, table=kept, decisions=guess.decisions)


def _why_unused(table: Table, file: str, guess: Guess) -> Finding:
    place = {"file": file, "sheet": table.sheet or ""}
    headings = list(table.headings[:_HEADINGS_SHOWN])
    if NOT_USED in guess.missing:
        return Finding("ok", NOT_USED, "data", {**place, "headings": headings})
    if not guess.nearly:
        return Finding("review", "not_recognised", "data", {**place, "headings": headings})
    if guess.candidates:
        return Finding("review", "role_unsure", "data", {**place, **_unsure(guess)})
    lacking = {
        "role": guess.nearly,
        "missing": list(guess.missing),
        "columns": dict(guess.columns),
    }
    return Finding("review", "nearly_recognised", "data", {**place, **lacking})


def _unsure(guess: Guess) -> dict[str, Any]:
    """What is said of a table that may be this or that: how sure, and by which options to say."""
    options = [f"--{role.replace('_', '-')}" for role in guess.candidates]
    return {"role": guess.nearly, "sure": guess.confidence, "options": options}


def _unused(table: Table, file: str, findings: tuple[Finding, ...]) -> Source:
    """A table that is used for nothing: its rows are read and all set aside, so that the counts
    still add up.
    """
    rows = _rows_read(table)
    return Source(
        role=None,
        role_confidence=0.0,
        file=file,
        sheet=table.sheet,
        format=table.format,
        rows_read=rows,
        rows_accepted=0,
        rows_set_aside=rows,
        reasons={findings[0].code: rows} if rows else {},
        columns={},
        headings=table.headings,
        dropped_columns=(*table.dropped, *_personal(table)),
        samples=sample_values(table, None),
        messages=findings,
    )


def _nothing(sheet: Sheet, file: str, code: str) -> Understood:
    """A sheet in which there is no table to use."""
    params = {"file": file, "sheet": sheet.name or "", "rows": int(sheet.filled.sum())}
    status: FindingStatus = "review" if code == "no_headings" else "ok"
    source = Source(
        role=None,
        role_confidence=0.0,
        file=file,
        sheet=sheet.name,
        format="plain",
        rows_read=0,
        rows_accepted=0,
        rows_set_aside=0,
        reasons={},
        columns={},
        headings=(),
        messages=(Finding(status, code, "data", params),),
    )
    return Understood(source, None, NO_ROWS)
