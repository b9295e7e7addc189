"""Leavings, typed: a row a customer and the day it left, why, and whether it came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.estimate import Bools
from cxcase.intake.roles.customer_ids import customer_ids
from cxcase.intake.roles.customers import dates_of
from cxcase.intake.tables.came_back import came_back
from cxcase.intake.tables.row_filter import Sieve, Typed, kept
from cxcase.intake.values.cells import read_texts
from cxcase.intake.values.column import Column
from cxcase.intake.values.yes_no import read_flags
from cxcase.intake.vocabulary.headings import clean
from cxcase.intake.vocabulary.leaving_kinds import heads_kinds, kind_of_leaving

OPEN = "kinds_of_leavings_open"
_SHOWN = 6
_MOST_KINDS = 20


def type_churn_events(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> Typed:
    """customer_id, churn_date, reason where there is one, returned (1: the event is a return, else
    0). A row with a day of coming back is two events.
    """
    table = sieve.table
    ids = customer_ids(sieve, columns)
    date = dates_of(sieve, columns["churn_date"], "churn_date", decisions)
    back = came_back(sieve, columns)
    sieve.drop(date.bad, "not_a_date", columns["churn_date"])
    sieve.drop(np.isnat(date.values), "date_missing", columns["churn_date"])
    returned = _kinds(sieve, columns)
    data: dict[str, Any] = {"customer_id": ids, "churn_date": date.values}
    if "reason" in columns:
        data["reason"] = read_texts(table.column(columns["reason"])).values
    if "returned" in columns and back is None:
        flag = read_flags(table.column(columns["returned"]))
        sieve.blanked(flag.bad, columns["returned"])
        returned |= np.array([bool(v) for v in flag.values], dtype=bool)
    data["returned"] = returned.astype(float)
    typed = {name: kept(values, sieve.alive) for name, values in data.items()}
    if back is None:
        return Typed(typed)
    return Typed(_with_returns(typed, back[sieve.alive], np.flatnonzero(sieve.alive)))


def _with_returns(typed: dict[str, Any], back: np.ndarray, rows: np.ndarray) -> dict[str, Any]:
    """The leavings, and below them the returns of those who came back."""
    came = np.flatnonzero(~np.isnat(back))
    out: dict[str, Any] = {}
    for name, values in typed.items():
        if isinstance(values, np.ndarray):
            out[name] = np.concatenate([values, values[came]])
        else:
            out[name] = [*values, *(values[k] for k in came.tolist())]
    out["customer_id"] = Column.of([*typed["customer_id"], *typed["customer_id"].take(came)])
    out["churn_date"] = np.concatenate([typed["churn_date"], back[came]])
    out["returned"] = np.concatenate([typed["returned"], np.ones(len(came))])
    return {**out, "_first": np.concatenate([rows, rows[came]])}


def _kinds(sieve: Sieve, columns: Mapping[str, str]) -> Bools:
    """(n,) True for rows that a column of events calls a return. Rows that it calls no leaving, or
    one that was taken back, are set aside; words that nobody knows are asked about.
    """
    returned = np.zeros(len(sieve.alive), dtype=bool)
    for heading in sieve.table.headings:
        cells = sieve.table.column(heading)
        texts = [value for value in cells.values if isinstance(value, str)]
        if heading in columns.values() or not 1 <= len(texts) <= _MOST_KINDS:
            continue
        kinds = {text: kind_of_leaving(clean(text)) for text in texts}
        unknown = [text for text, kind in kinds.items() if kind is None]
        told = {*kinds.values()} - {None, "left"}
        if not told or (unknown and not heads_kinds(clean(heading))):
            continue
        if unknown:
            sieve.say("fail", OPEN, column=heading, values=unknown[:_SHOWN])
        for kind, reason in (("withdrawn", "leaving_withdrawn"), ("other", "no_leaving")):
            sieve.drop(_of_kind(cells, kinds, kind), reason, heading)
        returned |= _of_kind(cells, kinds, "returned")
    return returned


def _of_kind(cells: Column, kinds: Mapping[str, str | None], kind: str) -> Bools:
    marked: Bools = cells.spread([kinds.get(v) == kind for v in cells.values], False, bool)
    return marked
