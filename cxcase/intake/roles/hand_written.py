"""The two sheets people write by hand, typed: recommendations and case studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.intake.roles.currencies import first_currency
from cxcase.intake.tables.row_filter import Sieve, Typed, drop_furniture, kept
from cxcase.intake.values.cells import read_ids, read_lists, read_numbers, read_texts
from cxcase.intake.values.yes_no import read_flags
from cxcase.intake.vocabulary.headings import fields_of

_LISTS = {"moment", "needs", "excludes", "part_of", "teams"}
_LACKING = {  # needed field -> why a row without it is set aside
    "id": "id_missing",
    "title": "title_missing",
    "lift_likely": "lift_likely_missing",
    "source": "source_missing",
    "effect": "effect_missing",
}
_WORDS = {
    "ease": ("ease", "csat", "nps", "metric", "overall", "cx"),
    "ex": ("ex", "employees", "employee", "engagement", "people", "staff", "team"),
}
_ACTS_ON = {word: target for target, words in _WORDS.items() for word in words}


def type_sheet(sieve: Sieve, role: str, columns: Mapping[str, str]) -> Typed:
    """The rows of `recommendations` or `case_studies` whose needed fields are there and whose
    numbers can be read.
    """
    fields = fields_of(role)
    first = next(name for name, one in fields.items() if one.needed)
    drop_furniture(sieve, sieve.table.column(columns[first]))
    data: dict[str, Any] = {}
    for name, one in fields.items():
        if name in columns:
            data[name] = _column(sieve, name, one.kind, columns[name])
            if one.needed:
                sieve.drop(_missing(data[name]), _LACKING[name], columns[name])
    if "acts_on" in data:
        data["acts_on"] = [_acts_on(v) for v in data["acts_on"]]
    if role == "recommendations":
        _drop_repeated(sieve, data["id"], columns["id"])
    money = [
        sieve.table.column(columns[n]) for n in ("one_off_cost", "yearly_cost") if n in columns
    ]
    typed = {name: kept(values, sieve.alive) for name, values in data.items()}
    return Typed(typed, currency=first_currency(money))


def _column(sieve: Sieve, name: str, kind: str, heading: str) -> Any:
    cells = sieve.table.column(heading)
    if kind in ("number", "money"):
        found = read_numbers(cells, sieve.table.decimal)
        sieve.drop(found.bad, "not_a_number", heading)
        return found.values
    if kind == "flag":
        flags = read_flags(cells)
        sieve.blanked(flags.bad, heading)
        return np.array([bool(v) for v in flags.values], dtype=bool)
    if name in _LISTS:
        return read_lists(cells).values
    if kind == "id":
        return read_ids(cells).values
    return read_texts(cells).values


def _missing(values: Any) -> Any:
    if isinstance(values, np.ndarray):
        return np.isnan(values)
    return np.array([v is None for v in values], dtype=bool)


def _acts_on(value: str | None) -> str:
    """What a step acts on: "moment", "ease" or "ex"; by the whole cell, else by a word of it."""
    text = (value or "moment").strip().lower()
    if text in _ACTS_ON:
        return _ACTS_ON[text]
    named = [word for word in text.split() if word in _WORDS]
    return next(iter(named), "moment")


def _drop_repeated(sieve: Sieve, ids: Sequence[str | None], heading: str) -> None:
    """Sets aside the rows whose id an earlier row has."""
    first: dict[str | None, int] = {}
    for k in np.flatnonzero(sieve.alive).tolist():
        first.setdefault(ids[k], k)
    repeated = np.array([first.get(v, k) != k for k, v in enumerate(ids)], dtype=bool)
    sieve.drop(repeated, "duplicate_id", heading)
