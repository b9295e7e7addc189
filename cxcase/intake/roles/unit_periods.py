"""How much time a unit's figures cover: its period, what headings say of money and of churn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Floats
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import each, read_texts
from cxcase.intake.values.dates import period_end
from cxcase.intake.values.periods import Period, period_of
from cxcase.intake.vocabulary.headings import clean
from cxcase.time_units import MONTH_DAYS, YEAR_DAYS

YEAR = 12.0
_LENGTHS = (1.0, 3.0, 6.0, 12.0)
_A_WEEK = 12.0 * 7 / YEAR_DAYS
# what a heading may say, and the months it means
_SAID = (
    (
        re.compile(
            r"\b(annual|annuali[sz]ed|yearly|per year|a year|p a|12 months?|12m|ttm|ltm|run rate)\b"
        ),
        YEAR,
    ),
    (re.compile(r"\b(jahres\w*|jährlich|annuel(le)?|anual)\b"), YEAR),
    (re.compile(r"\b(quarterly|per quarter|a quarter)\b"), 3.0),
    (re.compile(r"\b(monthly|per month|a month|mrr|monatlich|mensuel(le)?|mensual)\b"), 1.0),
    (re.compile(r"\b(weekly|per week|a week)\b"), _A_WEEK),
)


@dataclass(frozen=True)
class _Covering:
    """A figure that covers some time: its heading's field, the column of months, what is said where
    it had to be taken for a year's. (revenue_start and revenue_end are run rates a year.)
    """

    field: str
    months: str
    taken_as_yearly: str


_COVERING = (
    _Covering("revenue", "revenue_months", "units_revenue_taken_as_yearly"),
    _Covering("churn_rate", "churn_months", "units_churn_taken_as_yearly"),
)


def periods_of(sieve: Sieve, columns: Mapping[str, str]) -> dict[str, Any]:
    """period (its last day), period_label and period_months (NaN where not known); nothing without
    such a column.
    """
    if "period" not in columns:
        return {}
    cells = sieve.table.column(columns["period"])
    days = np.array(each(cells, _last_day), dtype="datetime64[us]")
    named = np.array(each(cells, _months), dtype=np.float64)
    months = np.where(np.isnan(named), _between(days[sieve.alive]), named)
    return {"period": days, "period_label": read_texts(cells).values, "period_months": months}


def months_covered(
    sieve: Sieve, columns: Mapping[str, str], months: Floats | None
) -> dict[str, Floats]:
    """revenue_months and churn_months (n,): of how many months a figure is.

    By its heading, else its period, else a year; what had to be taken for a year's is said.
    """
    found: dict[str, Floats] = {}
    n = len(sieve.alive)
    for figure in _COVERING:
        if figure.field not in columns:
            continue
        heading = columns[figure.field]
        covered = np.full(n, _said_by(heading))
        if months is not None and np.isnan(covered).all():
            covered = months
        if np.isnan(covered[sieve.alive]).any():
            sieve.say("review", figure.taken_as_yearly, column=heading)
        found[figure.months] = np.where(np.isnan(covered), YEAR, covered)
    return found


def _said_by(heading: str) -> float:
    """The months that a heading names, NaN where it names none."""
    words = clean(heading)
    return next((months for pattern, months in _SAID if pattern.search(words)), np.nan)


def _last_day(cell: Any) -> Any:
    if cell is None:
        return None
    if named := _named(cell):
        return np.datetime64(named.end, "us") - np.timedelta64(1, "D")
    return period_end(cell)


def _named(cell: Any) -> Period | None:
    """The period that a cell names, such as "Q1 2025"; a date names none."""
    if isinstance(cell, str | int):
        return period_of(cell)
    return None


def _months(cell: Any) -> float:
    if named := _named(cell):
        return float(named.months)
    return np.nan


def _between(days: Any) -> float:
    """The usual months from one period's end to the next, NaN where that is no usual length."""
    ends = np.unique(days[~np.isnat(days)])
    if len(ends) < 2:
        return float("nan")
    gap = float(np.median(np.diff(ends).astype("timedelta64[D]").astype(float))) / MONTH_DAYS
    nearest = min(_LENGTHS, key=lambda length: abs(length - gap))
    if abs(nearest - gap) < 0.2 * nearest:
        return nearest
    return float("nan")
