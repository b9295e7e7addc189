"""Subscriptions or contracts, typed: a row a term, its days and what it brings in a year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.recognition.contract_ends import of_leaving
from cxcase.intake.roles.currencies import currencies_by_row, one_currency
from cxcase.intake.roles.customer_ids import customer_ids
from cxcase.intake.roles.customers import dates_of, extras_of
from cxcase.intake.roles.subscription_events import (
    are_changes,
    are_events,
    ends_it,
    levels,
    until_next,
)
from cxcase.intake.schema import PERIOD_OPEN
from cxcase.intake.tables.row_filter import Sieve, Typed, kept
from cxcase.intake.values.cells import each, read_ids, read_numbers, read_texts
from cxcase.intake.values.yes_no import read_flags
from cxcase.intake.vocabulary.headings import clean

_AMOUNTS = ("arr", "mrr", "amount")
_RUNNING = {"active", "is active", "active flag"}  # headings under which a yes says that it runs
# words that say by themselves whether it runs, whatever the heading
_SAYS_ITSELF = ("active", "inactive", "cancelled", "canceled")
_DIFFER = 0.01  # monthly times twelve and yearly amounts further apart than this are said
PERIODS: Mapping[str, float] = {
    "week": 52.0,
    "month": 12.0,
    "quarter": 4.0,
    "half": 2.0,
    "year": 1.0,
}
# days that a term may have by which an amount is known to be for it
_TERM_DAYS = {"month": (27, 32), "quarter": (88, 93), "half": (180, 185), "year": (360, 367)}
_ENOUGH_TERMS = 10
_ALIKE = 0.9
_A_YEAR = tuple(
    (re.compile(words), PERIODS[name])
    for name, words in (
        ("half", r"\b(half|semi|semestr|halb|6 month)"),
        ("quarter", r"(quarter|quartal|trimest|viertelj|\b3 month)"),
        ("year", r"\b(annual|yearly|year|jährlich|jahr|annuel|an\b|anual|año|12 month|p a\b|pa\b)"),
        ("week", r"\b(week|wöchentlich|woche|hebdo|seman)"),
        ("month", r"\b(month|monat|mensuel|mois|mensual|mes\b)"),
    )
)
# what systems write for how often an amount falls due
_CODES = {
    "w": 52.0,
    "m": 12.0,
    "q": 4.0,
    "s": 2.0,
    "h": 2.0,
    "hj": 2.0,
    "y": 1.0,
    "a": 1.0,
    "j": 1.0,
}
_SEVERAL = re.compile(
    r"\b(bi|two|three|five|multi|every|[2-9]|\d\d)\b.*(year|month|week|jahr|an|año)|^bi|triennial"
)


def type_subscriptions(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> Typed:
    """customer_id, subscription_id, start_date, end_date (blank: runs), left (True where the end is
    a day of leaving, no planned one), annual, ended (1, 0, NaN), team, currency, extras;
    PERIOD_OPEN where nothing tells what period amounts are for.
    """
    table = sieve.table
    ids = customer_ids(sieve, columns)
    data: dict[str, Any] = {"customer_id": ids}
    if "subscription_id" in columns:
        data["subscription_id"] = read_ids(table.column(columns["subscription_id"])).values
    if "team" in columns:
        data["team"] = read_texts(table.column(columns["team"])).values
    data |= _days(sieve, columns, decisions)
    data["left"] = np.full(len(sieve.alive), of_leaving(columns.get("end_date", "")))
    data["annual"], untold = _annual(sieve, columns, decisions, _usual_term(data, sieve.alive))
    if untold:
        data[PERIOD_OPEN] = np.ones(len(sieve.alive), dtype=bool)
    data["ended"] = _ended(sieve, columns)
    if are_events(sieve, columns):
        data |= _of_events(sieve, columns, decisions, data)
    money = [table.column(columns[n]) for n in _AMOUNTS if n in columns]
    shown = currencies_by_row(sieve, columns, money)
    data |= shown | extras_of(sieve, set(columns.values()))
    if "subscription_id" in data:
        sieve.drop(
            _same_again(data, sieve.alive), "duplicate_subscription", columns["subscription_id"]
        )
    typed = {name: kept(values, sieve.alive) for name, values in data.items()}
    return Typed(typed, decisions=dict(decisions), currency=one_currency(shown, money))


def _of_events(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], data: Mapping[str, Any]
) -> dict[str, Any]:
    """start_date, end_date and annual of rows that are events: what each leaves running, until the
    next of its subscription, or of its customer where each event has an id of its own.
    """
    heading = columns["event_date"]
    found = dates_of(sieve, heading, "event_date", decisions)
    day = found.values.astype("datetime64[D]").astype("datetime64[us]")
    sieve.drop(found.bad | np.isnat(day), "not_a_date", heading)
    over = ends_it(sieve.table.column(columns["event_type"]))
    if are_changes(data["annual"], over, sieve.alive):
        sieve.drop(np.ones(len(day), dtype=bool), "change_not_level", columns["event_type"])
    owner = data["customer_id"]
    of_subscription = data.get("subscription_id")
    if of_subscription is not None and of_subscription.different < of_subscription.filled.sum():
        owner = of_subscription
    sieve.say("review", "events_read_as_terms", column=columns["event_type"])
    return {
        "start_date": day,
        "end_date": until_next(owner, day, sieve.alive),
        "annual": levels(data["annual"], over),
        "ended": np.full(len(day), np.nan),
    }


def _days(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> dict[str, Any]:
    """start_date and end_date as days, each NaT where blank; a start that is not there sets the row
    aside.
    """
    data: dict[str, Any] = {}
    for name in ("start_date", "end_date"):
        data[name] = np.full(len(sieve.alive), np.datetime64("NaT", "us"))
        if name in columns:
            found = dates_of(sieve, columns[name], name, decisions)
            sieve.drop(found.bad, "not_a_date", columns[name])
            data[name] = found.values.astype("datetime64[D]").astype("datetime64[us]")
    if "start_date" in columns:
        sieve.drop(np.isnat(data["start_date"]), "start_missing", columns["start_date"])
    if {"start_date", "end_date"} <= set(columns):
        sieve.drop(data["end_date"] < data["start_date"], "ends_before_start", columns["end_date"])
    return data


def _annual(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], term: float
) -> tuple[Floats, bool]:
    """(money a year: yearly amounts as they are, monthly ones times twelve, others by their billing
    period; whether nothing tells that, so that they are read as yearly). term: see `_usual_term`.
    """
    untold = False
    found: dict[str, Floats] = {}
    for name in (n for n in _AMOUNTS if n in columns):
        number = read_numbers(sieve.table.column(columns[name]), sieve.table.decimal)
        sieve.drop(number.bad, "not_a_number", columns[name])
        found[name] = number.values
    nothing = np.full(len(sieve.alive), np.nan)
    annual = found.get("arr", nothing)
    if "mrr" in found:
        twelve = PERIODS["month"] * found["mrr"]
        if "arr" in found:
            _say_differing(sieve, columns, annual, twelve)
        annual = np.where(np.isnan(annual), twelve, annual)
    if "amount" in found and np.isnan(annual[sieve.alive]).any():
        times, untold = _times_a_year(sieve, columns, decisions, term)
        due = found["amount"] * times
        annual = np.where(np.isnan(annual), due, annual)
    sieve.drop(np.isnan(annual), "amount_missing", columns[next(iter(found))])
    return annual, untold and not {"arr", "mrr"} & set(found)


def _usual_term(data: Mapping[str, Any], alive: Bools) -> float:
    """How often a year the usual term fits, where nearly all ended ones are of one length; else
    NaN.
    """
    days = (data["end_date"] - data["start_date"])[alive]
    length = days[~np.isnat(days)].astype("timedelta64[D]").astype(np.int64)
    for name, (least, most) in _TERM_DAYS.items():
        inside = (length >= least) & (length <= most)
        if len(length) >= _ENOUGH_TERMS and inside.mean() >= _ALIKE:
            return PERIODS[name]
    return float("nan")


def _say_differing(
    sieve: Sieve, columns: Mapping[str, str], yearly: Floats, twelve: Floats
) -> None:
    """Says how often twelve monthly amounts are not what stands for the year."""
    apart = np.abs(yearly - twelve) > _DIFFER * np.maximum(np.abs(yearly), 1.0)
    if count := int((apart & sieve.alive).sum()):
        yearly_heading = columns["arr"]
        monthly_heading = columns["mrr"]
        sieve.say(
            "review",
            "mrr_arr_disagree",
            count=count,
            yearly=yearly_heading,
            monthly=monthly_heading,
        )


def _times_a_year(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], term: float
) -> tuple[Floats, bool]:
    """(how often a year each row's amount falls due, whether nothing tells it); a row whose billing
    period cannot be read is set aside.
    """
    if "amount_period" in decisions:
        return np.full(len(sieve.alive), PERIODS[decisions["amount_period"]]), False
    if "billing_frequency" in columns:
        cells = sieve.table.column(columns["billing_frequency"])
        times = np.array(each(cells, _billed_a_year), dtype=float)
        sieve.drop(np.isnan(times), "billing_period_unknown", columns["billing_frequency"])
        return times, False
    said = a_year(columns["amount"])
    if np.isnan(said) and not np.isnan(term):
        said = term
        sieve.say("review", "amount_of_a_term", column=columns["amount"], times=term)
    untold = bool(np.isnan(said))
    return np.full(len(sieve.alive), PERIODS["year"] if untold else said), untold


def _billed_a_year(cell: Any) -> float:
    if cell is None:
        return float("nan")
    return a_year(str(cell))


def a_year(text: str) -> float:
    """How often a year "monthly", "quarterly", "annual", "every 6 months" is; NaN for what names no
    such period.
    """
    words = re.sub(r"\W+", " ", text.lower()).strip()
    if words in _CODES:
        return _CODES[words]
    for pattern, times in _A_YEAR[:2]:
        if pattern.search(words):
            return times
    if _SEVERAL.search(words) and not re.search(r"\b12 month", words):
        return np.nan
    return next((times for pattern, times in _A_YEAR if pattern.search(words)), np.nan)


def _ended(sieve: Sieve, columns: Mapping[str, str]) -> Floats:
    """1 where the status says that it is over, 0 where it runs, NaN where it says neither."""
    if "status" not in columns:
        return np.full(len(sieve.alive), np.nan)
    cells = sieve.table.column(columns["status"])
    flags = read_flags(cells).values
    ended = np.array([np.nan if v is None else float(v) for v in flags], dtype=float)
    in_words = any(isinstance(c, str) and c.lower() in _SAYS_ITSELF for c in set(cells))
    if clean(columns["status"]) in _RUNNING and not in_words:
        return 1.0 - ended
    return ended


def _same_again(data: Mapping[str, Any], alive: Bools) -> Bools:
    """Marks rows that repeat an earlier row's subscription, days and amount."""
    seen: set[Any] = set()
    again = np.zeros(len(alive), dtype=bool)
    names = ("subscription_id", "customer_id", "start_date", "end_date", "annual")
    columns = [_plain(data[n]) for n in names]
    for k, row in enumerate(zip(*columns, strict=True)):
        if not alive[k] or row[0] is None:
            continue
        again[k] = row in seen
        seen.add(row)
    return again


def _plain(values: Any) -> list[Any]:
    """The values as such that can be compared, days as numbers."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        return list(values.astype("int64").tolist())
    if isinstance(values, np.ndarray):
        return list(values.tolist())
    return list(values)
