"""The customer list, typed: one row a customer, money as numbers, lost or not, and what may serve as a control."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.intake.cells import Reading, currency_of, read_flags, read_ids, read_numbers, read_texts
from cxcase.intake.dates import read_dates
from cxcase.intake.headings import personal
from cxcase.intake.recognise import Profile
from cxcase.intake.sieve import Sieve, Typed, drop_furniture, kept

EXTRA = "extra:"
_NUMERIC = 0.9


def type_customers(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> Typed:
    """Typed customers: customer_id, revenue_start, of the other fields those that are there, extras as extra:<heading>.

    A row goes on when its id, its revenue and its fate can be read; anything else unreadable is left blank and said.
    Which of several rows of one customer counts is decided later, over all files.
    """
    table = sieve.table
    ids = read_ids(table.column(columns["customer_id"])).values
    drop_furniture(sieve, table.column(columns["customer_id"]))
    sieve.drop(np.array([i is None for i in ids], dtype=bool), "id_missing", columns["customer_id"])
    data: dict[str, Any] = {"customer_id": ids}
    for name in ("revenue_start", "revenue_end"):
        if name in columns:
            data[name] = _money(sieve, columns[name], needed=name == "revenue_start")
    data |= _fate(sieve, columns, decisions)
    data |= _facts(sieve, columns, decisions)
    data |= _extras(sieve, set(columns.values()))
    money = [table.column(columns[n]) for n in ("revenue_start", "revenue_end") if n in columns]
    currency = next((c for c in map(currency_of, money) if c), None)
    return Typed({name: kept(values, sieve.alive) for name, values in data.items()}, currency=currency)


def _money(sieve: Sieve, heading: str, *, needed: bool) -> np.ndarray:
    found = read_numbers(sieve.table.column(heading), sieve.table.decimal)
    sieve.drop(found.bad, "not_a_number", heading)
    if needed:
        sieve.drop(np.isnan(found.values), "revenue_missing", heading)
    return found.values


def _fate(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> dict[str, Any]:
    """churned and churn_date, whichever are there."""
    data: dict[str, Any] = {}
    if "churn_date" in columns:
        found = _dates(sieve, columns["churn_date"], "churn_date", decisions)
        sieve.drop(found.bad, "not_a_date", columns["churn_date"])
        data["churn_date"] = found.values
    if "churned" in columns:
        heading = columns["churned"]
        found = read_flags(sieve.table.column(heading))
        sieve.drop(found.bad, "not_yes_or_no", heading)
        unknown = np.array([v is None for v in found.values], dtype=bool)
        if "churn_date" not in data:
            sieve.drop(unknown, "churned_missing", heading)
        if found.note:
            sieve.findings.append(Finding("review", "churned_blank_means_no", "data", {"column": heading}))
        data["churned"] = np.array([bool(v) for v in found.values], dtype=bool)
    return data


def _dates(sieve: Sieve, heading: str, name: str, decisions: Mapping[str, Any]) -> Reading:
    found = read_dates(sieve.table.column(heading), decisions.get("date_order", {}).get(name))
    if found.note:
        sieve.findings.append(Finding("review", found.note, "data", {"column": heading}))
    return found


def _facts(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name in ("team", "segment"):
        if name in columns:
            data[name] = read_texts(sieve.table.column(columns[name])).values
    if "tenure_months" in columns:
        number = read_numbers(sieve.table.column(columns["tenure_months"]), sieve.table.decimal)
        sieve.blanked(number.bad, columns["tenure_months"])
        data["tenure_months"] = number.values
    for name in ("customer_since", "renewal_date"):
        if name in columns:
            date = _dates(sieve, columns[name], name, decisions)
            sieve.blanked(date.bad, columns[name])
            data[name] = date.values
    return data


def _extras(sieve: Sieve, used: set[str]) -> dict[str, Any]:
    """Other columns, for those that are later named as controls: numbers where nearly all are, else text."""
    data: dict[str, Any] = {}
    for heading in sieve.table.headings:
        if heading in used or personal(heading):
            continue
        cells = sieve.table.column(heading)
        numeric = Profile(heading, cells).numbers >= _NUMERIC
        data[f"{EXTRA}{heading}"] = (
            read_numbers(cells, sieve.table.decimal).values if numeric else read_texts(cells).values
        )
    return data
