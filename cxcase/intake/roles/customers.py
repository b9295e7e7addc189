"""The customer list, typed: money as numbers, lost or not, and what may serve as a control."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cxcase.estimate import Floats
from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.recognition.revenue_columns import unfilled
from cxcase.intake.roles.currencies import currencies_by_row, one_currency, two_currencies
from cxcase.intake.roles.customer_ids import customer_ids
from cxcase.intake.roles.cx_in_customer_list import type_ratings
from cxcase.intake.roles.parent_rows import roll_up
from cxcase.intake.roles.price_steps import price_steps
from cxcase.intake.schema import EXTRA, STATE_OPEN, YEAR
from cxcase.intake.tables.came_back import CAME_BACK, came_back
from cxcase.intake.tables.row_filter import Sieve, Typed, kept
from cxcase.intake.tables.whole_terms import by_whole_terms
from cxcase.intake.values.cells import Reading, array_of, failed, read_numbers, read_texts
from cxcase.intake.values.dates import never
from cxcase.intake.values.named_dates import read_named_dates
from cxcase.intake.values.yes_no import read_lost, says_kept, unknown_states, unknown_words
from cxcase.intake.vocabulary.headings import personal
from cxcase.settings import METRICS

REVENUE = ("revenue_start", "revenue_end")
_NUMERIC = 0.9


def type_customers(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> Typed:
    """Typed customers: customer_id, revenue_start, of the other fields those that are there, extras
    as extra:<heading>.

    A row goes on when its id, its revenue and whether it was lost can be read; anything else
    unreadable is left blank and said. Which of several rows of one customer counts is decided
    later, over all files.
    """
    table = sieve.table
    data: dict[str, Any] = {"customer_id": customer_ids(sieve, columns)}
    data |= {name: _money(sieve, name, columns) for name in revenue_fields(columns)}
    data |= by_whole_terms(sieve, columns, data.get("revenue_start"))
    paying = [columns[name] for name in revenue_fields(columns)]
    data |= roll_up(sieve, columns, data["customer_id"], next(iter(paying), None))
    data |= price_steps(sieve, columns, data.get("revenue_start"))
    data |= _loss(sieve, columns, decisions)
    data |= facts_of(sieve, columns, decisions)
    data |= extras_of(sieve, {heading for name, heading in columns.items() if name not in METRICS})
    money = [table.column(heading) for heading in paying]
    shown = currencies_by_row(sieve, columns, money)
    data |= shown | two_currencies(money)
    beside = type_ratings(sieve, columns, decisions)
    typed = {name: kept(values, sieve.alive) for name, values in (data | beside.columns).items()}
    currency = one_currency(shown, money)
    return Typed(typed, beside.scales, beside.decisions, currency, untold=beside.untold)


def revenue_fields(columns: Mapping[str, str]) -> list[str]:
    """The fields that hold revenue: at the start, at the end, and of years of which two count."""
    return [name for name in columns if name in REVENUE or name.startswith(YEAR)]


def _money(sieve: Sieve, name: str, columns: Mapping[str, str]) -> Floats:
    """The column's amounts, NaN where there are none. A row goes on without the amount of a year
    long before, and where nobody filled in the column at all.
    """
    heading = columns[name]
    found = read_numbers(sieve.table.column(heading), sieve.table.decimal)
    amounts: Floats = found.values
    if unfilled(Profile(heading, sieve.table.column(heading))):
        return amounts
    if name.startswith(YEAR) and name not in _newest_years(columns):
        sieve.blanked(found.bad, heading)
        return amounts
    bad = found.bad
    # what failed there is no figure, as where nothing stands
    if bad.any() and name != "revenue_start":
        bad = bad & ~array_of(sieve.table.column(heading), failed, bool)
    sieve.drop(bad, "not_a_number", heading)
    if name == "revenue_start":
        sieve.drop(np.isnan(amounts), "revenue_missing", heading)
    return amounts


def _newest_years(columns: Mapping[str, str]) -> list[str]:
    return sorted(name for name in columns if name.startswith(YEAR))[-2:]


def _loss(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> dict[str, Any]:
    """churned and churn_date, whichever are there."""
    data: dict[str, Any] = {}
    if "churn_date" in columns:
        found, data = days_of_leaving(sieve, columns["churn_date"], decisions)
        if STATE_OPEN not in data:
            sieve.drop(found.bad, "not_a_date", columns["churn_date"])
        if (back := came_back(sieve, columns)) is not None:
            data[CAME_BACK] = back
    if "churned" in columns:
        heading = columns["churned"]
        found, said = read_lost(sieve.table.column(heading), heading)
        sieve.say_all(said)
        data |= states_open(sieve, heading, data.get("churn_date"))
        if STATE_OPEN not in data:
            sieve.drop(found.bad, "not_yes_or_no", heading)
        unknown = (found.values == np.array(None)) & ~found.bad
        if "churn_date" not in data:
            sieve.drop(unknown, "churned_missing", heading)
        data["churned"] = found.values.astype(bool)
    return data


def days_of_leaving(
    sieve: Sieve, heading: str, decisions: Mapping[str, Any]
) -> tuple[Reading, dict[str, Any]]:
    """(the days as they were read, their columns): words that say that nobody left stand for no
    day; other words are asked about where there are more than a few, as STATE_OPEN.
    """
    found = dates_of(sieve, heading, "churn_date", decisions)
    if not (found.bad & sieve.alive).any():
        return found, {"churn_date": found.values}
    cells = sieve.table.column(heading)
    bad = found.bad & ~array_of(cells, says_kept, bool)
    words = unknown_words(cells, sieve.alive & bad, sieve.alive)
    found = replace(found, bad=bad)
    return found, {"churn_date": found.values} | ({} if words is None else {STATE_OPEN: words})


def states_open(sieve: Sieve, heading: str, left: Any) -> dict[str, Any]:
    """STATE_OPEN where more than a few rows hold a word that says neither lost nor kept and no day
    of leaving; nothing elsewhere. left: the days of leaving (n,); None where there are none.
    """
    words = unknown_states(sieve.table.column(heading), sieve.alive)
    if words is None:
        return {}
    if left is not None:
        words[~np.isnat(left)] = None
    return {STATE_OPEN: words}


def dates_of(sieve: Sieve, heading: str, name: str, decisions: Mapping[str, Any]) -> Reading:
    """The column's dates; an order of day and month that had to be assumed is said, and days that
    stand for none.
    """
    cells = sieve.table.column(heading)
    found = read_named_dates(cells, decisions.get("date_order", {}).get(name))
    if count := int(np.sum(array_of(cells, never, bool)[sieve.alive])):
        sieve.say("review", "days_that_mean_none", column=heading, count=count)
    if found.note:
        sieve.say("review", found.note, column=heading)
    sieve.dated(name, found)
    return found


def facts_of(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> dict[str, Any]:
    """team, segment, tenure_months, customer_since, renewal_date, whichever are there; unreadable
    cells left blank.
    """
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
            date = dates_of(sieve, columns[name], name, decisions)
            sieve.blanked(date.bad, columns[name])
            data[name] = date.values
    return data


def extras_of(sieve: Sieve, used: set[str]) -> dict[str, Any]:
    """Other columns, for those that are later named as controls: numbers where nearly all are, else
    text.
    """
    data: dict[str, Any] = {}
    for heading in sieve.table.headings:
        if heading in used or personal(heading):
            continue
        cells = sieve.table.column(heading)
        if Profile(heading, cells).numbers >= _NUMERIC:
            data[f"{EXTRA}{heading}"] = read_numbers(cells, sieve.table.decimal).values
        else:
            data[f"{EXTRA}{heading}"] = read_texts(cells).values
    return data
