"""A list of customers that does not stand alone (demographics, status, place, plan), typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.roles.currencies import currencies_by_row, one_currency, two_currencies
from cxcase.intake.roles.customer_ids import customer_ids
from cxcase.intake.roles.customers import (
    days_of_leaving,
    extras_of,
    facts_of,
    revenue_fields,
    states_open,
)
from cxcase.intake.roles.cx_in_customer_list import type_ratings
from cxcase.intake.roles.parent_rows import roll_up
from cxcase.intake.roles.price_steps import price_steps
from cxcase.intake.schema import STATE_OPEN
from cxcase.intake.tables.came_back import CAME_BACK, came_back
from cxcase.intake.tables.row_filter import Sieve, Typed, kept
from cxcase.intake.tables.whole_terms import by_whole_terms
from cxcase.intake.values.cells import read_numbers
from cxcase.intake.values.column import Column
from cxcase.intake.values.yes_no import read_lost
from cxcase.settings import METRICS


def type_facts(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> Typed:
    """Typed facts: customer_id (once each, unless they pay), the customers' fields that are there,
    extras as extra:<heading>.

    churned is 1, 0 or NaN. A cell that cannot be read is left blank and said; only a row without an
    id is set aside.
    """
    table = sieve.table
    ids = customer_ids(sieve, columns)
    paying = [name for name in columns if name == "mrr" or name in revenue_fields(columns)]
    if not paying:
        sieve.drop(_repeated(ids, sieve.alive), "duplicate_customer", columns["customer_id"])
    money = [table.column(columns[name]) for name in paying]
    shown = currencies_by_row(sieve, columns, money)
    data: dict[str, Any] = (
        {"customer_id": ids} | _money(sieve, columns, paying) | _loss(sieve, columns, decisions)
    )
    data |= by_whole_terms(sieve, columns, data.get("revenue_start"))
    data |= roll_up(sieve, columns, ids, next((columns[name] for name in paying), None))
    data |= price_steps(sieve, columns, data.get("revenue_start"))
    data |= facts_of(sieve, columns, decisions) | shown | two_currencies(money)
    data |= extras_of(sieve, {heading for name, heading in columns.items() if name not in METRICS})
    beside = type_ratings(sieve, columns, decisions)
    typed = {name: kept(values, sieve.alive) for name, values in (data | beside.columns).items()}
    currency = one_currency(shown, money)
    return Typed(typed, beside.scales, beside.decisions, currency, untold=beside.untold)


def _money(sieve: Sieve, columns: Mapping[str, str], paying: Sequence[str]) -> dict[str, Any]:
    """What customers pay by field; a monthly amount counts twelve times."""
    found: dict[str, Floats] = {}
    for name in paying:
        number = read_numbers(sieve.table.column(columns[name]), sieve.table.decimal)
        sieve.blanked(number.bad, columns[name])
        found[name] = number.values
    if "mrr" in found:
        yearly = 12.0 * found.pop("mrr")
        start = found.get("revenue_start", np.full(len(yearly), np.nan))
        found["revenue_start"] = np.where(np.isnan(start), yearly, start)
        sieve.say("ok", "monthly_times_twelve", column=columns["mrr"])
    return found


def _loss(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> dict[str, Any]:
    """churned (1, 0 or NaN) and churn_date, whichever are there."""
    data: dict[str, Any] = {}
    if "churn_date" in columns:
        date, data = days_of_leaving(sieve, columns["churn_date"], decisions)
        if STATE_OPEN not in data:
            sieve.blanked(date.bad, columns["churn_date"])
        if (back := came_back(sieve, columns)) is not None:
            data[CAME_BACK] = back
    if "churned" in columns:
        heading = columns["churned"]
        flag, said = read_lost(sieve.table.column(heading), heading)
        data |= states_open(sieve, heading, data.get("churn_date"))
        if STATE_OPEN not in data:
            sieve.blanked(flag.bad, heading)
        sieve.say_all(said)
        data["churned"] = np.array(
            [np.nan if v is None else float(v) for v in flag.values], dtype=float
        )
    return data


def _repeated(ids: Column, alive: Bools) -> Bools:
    """Marks every row whose id an earlier row that is alive already has."""
    rows = np.flatnonzero(alive)
    _, first = np.unique(ids.codes[rows], return_index=True)
    repeated = alive.copy()
    repeated[rows[first]] = False
    return repeated
