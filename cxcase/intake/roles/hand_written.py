"""The two sheets people write by hand, typed: recommendations and case studies, in their canonical
columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.intake.tables.row_filter import Sieve, Typed, drop_furniture, kept
from cxcase.intake.values.cells import currency_of, read_ids, read_lists, read_numbers, read_texts
from cxcase.intake.values.yes_no import read_flags
from cxcase.intake.vocabulary.headings import fields_of

_LISTS = {"moment", "needs", "excludes", "part_of", "teams"}
_ACTS_ON = {
    "ease": "ease", "csat": "ease", "nps": "ease", "metric": "ease", "overall": "ease", "cx": "ease",
    "ex": "ex", "employees": "ex", "employee": "ex", "engagement": "ex", "people": "ex", "staff": "ex", "team": "ex",
}  # fmt: skip


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
                sieve.drop(_missing(data[name]), f"{name}_missing", columns[name])
    if "acts_on" in data:
        data["acts_on"] = [_acts_on(v) for v in data["acts_on"]]
    if role == "recommendations":
        _drop_repeated(sieve, data["id"], columns["id"])
    money = (
        sieve.table.column(columns[n]) for n in ("one_off_cost", "yearly_cost") if n in columns
    )
    currency = next((c for c in map(currency_of, money) if c), None)
    return Typed(
        {name: kept(values, sieve.alive) for name, values in data.items()}, currency=currency
    )


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
    word = (value or "moment").strip().lower()
    return _ACTS_ON.get(
        word, next((_ACTS_ON[w] for w in word.split() if w in ("ease", "ex")), "moment")
    )


def _drop_repeated(sieve: Sieve, ids: list[str | None], heading: str) -> None:
    first: dict[str | None, int] = {}
    for k in np.flatnonzero(sieve.alive).tolist():
        first.setdefault(ids[k], k)
    repeated = np.array([first.get(v, k) != k for k, v in enumerate(ids)], dtype=bool)
    sieve.drop(repeated, "duplicate_id", heading)
