"""Revenue by period, typed: a row a customer and month, quarter, year or invoice."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.intake.roles.currencies import currencies_by_row, one_currency, sign_shown
from cxcase.intake.roles.customer_ids import customer_ids
from cxcase.intake.schema import PERIOD
from cxcase.intake.tables.cumulated_amounts import OPEN as CUMULATED
from cxcase.intake.tables.cumulated_amounts import is_cumulated, parted
from cxcase.intake.tables.kinds_of_rows import drop_other_kinds
from cxcase.intake.tables.row_filter import Sieve, Typed, kept
from cxcase.intake.values.cells import each, read_numbers
from cxcase.intake.values.column import Column
from cxcase.intake.values.dates import read_dates
from cxcase.intake.values.periods import (
    Period,
    day_periods,
    parts_of,
    period_headings,
    period_of,
    span,
    years_beside,
)
from cxcase.intake.vocabulary.headings import clean
from cxcase.intake.vocabulary.month_ranges import months_named

# a day in full, in figures or with its month's name: no label of a month or a year
_A_DAY = re.compile(
    r"^\s*(?:\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}"
    r"|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d{2})"
    r"|\d{1,2}(?:st|nd|rd|th|\.)?[-/ ]+(?:de )?[^\W\d_]{3,10}\.?[-/, ]+(?:de )?(?:\d{4}|\d{2})"
    r"|[^\W\d_]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?!\d)"
)
# a column of days on which something was billed, paid or ordered, each day by itself
_PAID_ON = re.compile(
    r"\b(invoiced?|bill(ed|ing)?|paid|payment|posting|posted|booking|booked|order(ed)?|transaction"
    r"|document|rechnung\w*|beleg\w*|buchung\w*|zahlung\w*|bestell\w*|factur\w*|fattur\w*"
    r"|paiement|pago|pagamento|factuur\w*|faktur\w*)\b"
)


def type_revenue_periods(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> Typed:
    """customer_id, start, end (the day after), amount and currency: a row a customer and period
    with an amount.
    """
    ids = customer_ids(sieve, columns)
    wide = {name: heading for name, heading in columns.items() if name.startswith(PERIOD)}
    if wide:
        return _wide(sieve, columns, list(wide.values()), ids)
    return _long(sieve, columns, decisions, ids)


def _long(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], ids: Column
) -> Typed:
    number = read_numbers(sieve.table.column(columns["amount"]), sieve.table.decimal)
    sieve.drop(number.bad, "not_a_number", columns["amount"])
    sieve.drop(np.isnan(number.values), "amount_missing", columns["amount"])
    periods = _periods(sieve, columns["period"], decisions)
    sieve.drop(
        np.array([p is None for p in periods], dtype=bool), "not_a_period", columns["period"]
    )
    drop_other_kinds(sieve, columns, number.values)
    _drop_other_lengths(sieve, periods, columns["period"])
    amounts = number.values
    if is_cumulated(columns["amount"]):
        amounts = parted(sieve, columns, ids, periods, amounts)
    _say_fiscal(sieve, [p for p in dict.fromkeys(periods) if p is not None])
    money = [sieve.table.column(columns["amount"])]
    shown = currencies_by_row(sieve, columns, money)
    data = {"customer_id": ids, "start": _days(periods, "start"), "end": _days(periods, "end")}
    data |= {"amount": amounts} | shown
    typed = {name: kept(values, sieve.alive) for name, values in data.items()}
    return Typed(typed, decisions=dict(decisions), currency=one_currency(shown, money))


def _drop_other_lengths(sieve: Sieve, periods: Sequence[Period | None], heading: str) -> None:
    """Sets aside the rows whose period is not as long as most are, so that no day counts twice."""
    alive = np.flatnonzero(sieve.alive).tolist()
    lengths = Counter(p.months for k in alive if (p := periods[k]) is not None)
    if len(lengths) > 1:
        usual = max(lengths, key=lambda months: (lengths[months], -months))
        other = np.array([p is not None and p.months != usual for p in periods], dtype=bool)
        sieve.drop(other, "period_of_other_length", heading)


def _periods(sieve: Sieve, heading: str, decisions: Mapping[str, Any]) -> list[Period | None]:
    """Each row's period: dates by what all of them look like, labels one by one."""
    cells = sieve.table.column(heading)
    labels = each(cells, _label)
    if sum(p is not None for p in labels) >= 0.5 * len(labels):
        return labels
    found = read_dates(cells, decisions.get("date_order", {}).get("period"))
    if found.note:
        sieve.say("review", found.note, column=heading)
    days = found.values.astype("datetime64[D]")
    known = day_periods(
        np.unique(days[~np.isnat(days)]).tolist(), paid=bool(_PAID_ON.search(clean(heading)))
    )
    return [known.get(day) for day in days.tolist()]


def _label(cell: Any) -> Period | None:
    """The period that a label names; a date or a number may be a day or a year's."""
    if cell is None or isinstance(cell, dt.date | float) or _A_DAY.search(str(cell)):
        return None
    named = period_of(cell)
    ranged = None if named is None else months_named(str(cell).lower())
    if named is None or ranged is None or ranged.last is None:
        return named
    first = 12 * (ranged.year or named.start.year) + ranged.last - ranged.months
    return span(first // 12, first % 12 + 1, ranged.months)


def _days(periods: Sequence[Period | None], name: str) -> np.ndarray:
    return np.array(
        [None if p is None else getattr(p, name) for p in periods], dtype="datetime64[us]"
    )


def _wide(sieve: Sieve, columns: Mapping[str, str], headings: Sequence[str], ids: Column) -> Typed:
    """Blank cells are no revenue; a row with a cell that cannot be read is set aside."""
    shorter = period_headings(headings)
    periods = {**years_beside(headings, shorter), **shorter} or {
        h: p for h in headings if (p := period_of(h)) is not None
    }
    if left := [h for h in headings if h not in periods]:
        sieve.say("review", "periods_left_out", columns=left)
    _say_fiscal(sieve, list(periods.values()))
    if told := [h for h in periods if is_cumulated(h)]:
        sieve.say("fail", CUMULATED, column=told[0])
    cells: list[Column] = []
    spans: list[Period] = []
    amounts = []
    length = min((p.months for p in periods.values()), default=1)
    for heading, period in periods.items():
        column = sieve.table.column(heading)
        number = read_numbers(column, sieve.table.decimal)
        sieve.drop(number.bad, "not_a_number", heading)
        parts = parts_of(period, length) if period.months > length else [period]
        spans += parts
        amounts += [number.values / len(parts)] * len(parts)
        cells += [column] * len(parts)
    if spread := [h for h, p in periods.items() if p.months > length]:
        sieve.say("review", "years_spread_over_parts", columns=spread)
    shown = currencies_by_row(sieve, columns, cells)
    rows = np.flatnonzero(sieve.alive)
    stack = np.array(amounts)[:, rows] if amounts else np.empty((0, len(rows)))
    which, row = np.nonzero(~np.isnan(stack))
    typed: dict[str, Any] = {"customer_id": ids.take(rows[row])}
    for name in ("start", "end"):
        typed[name] = np.array([getattr(p, name) for p in spans], dtype="datetime64[us]")[which]
    typed["amount"] = stack[which, row]
    if "currency" in columns:
        typed["currency"] = [shown["currency"][rows[k]] for k in row.tolist()]
    elif shown:  # each amount's own: a month may be in another currency than the last
        signs = [each(column, sign_shown) for column in cells]
        pairs = zip(which.tolist(), row.tolist(), strict=True)
        typed["currency"] = [signs[j][rows[k]] for j, k in pairs]
    typed["_first"] = rows[row]
    return Typed(typed, currency=one_currency(shown, cells))


def _say_fiscal(sieve: Sieve, periods: Sequence[Period]) -> None:
    if any(p.fiscal for p in periods):
        sieve.say("review", "fiscal_year_as_calendar")
