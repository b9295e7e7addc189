"""How much time the figures of a unit cover: its period, and what a heading says of money and of
churn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.estimate import Floats
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import each, read_texts
from cxcase.intake.values.dates import period_end
from cxcase.intake.values.periods import period_of
from cxcase.intake.vocabulary.headings import clean
from cxcase.time_units import MONTH_DAYS, YEAR_DAYS

YEAR = 12.0
_LENGTHS = (1.0, 3.0, 6.0, 12.0)
_SAID = (  # what a heading may say, and the months it means
    (re.compile(r"\b(annual|annuali[sz]ed|yearly|per year|a year|p a|12 months?|12m|ttm|ltm|run rate)\b"), YEAR),
    (re.compile(r"\b(jahres\w*|jährlich|annuel(le)?|anual)\b"), YEAR),
    (re.compile(r"\b(quarterly|per quarter|a quarter)\b"), 3.0),
    (re.compile(r"\b(monthly|per month|a month|mrr|monatlich|mensuel(le)?|mensual)\b"), 1.0),
    (re.compile(r"\b(weekly|per week|a week)\b"), 12.0 * 7 / YEAR_DAYS),
)  # fmt: skip
COVERED = {
    "revenue": "revenue",
    "churn_rate": "churn",
}  # revenue_start and revenue_end are run rates a year


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
    out: dict[str, Floats] = {}
    n = len(sieve.alive)
    for name, what in COVERED.items():
        if name not in columns:
            continue
        said = next((m for pattern, m in _SAID if pattern.search(clean(columns[name]))), None)
        if said is None and months is not None:
            known = months
        else:
            known = np.full(n, np.nan if said is None else said)
        if np.isnan(known[sieve.alive]).any():
            sieve.say("review", f"units_{what}_taken_as_yearly", column=columns[name])
        out[f"{what}_months"] = np.where(np.isnan(known), YEAR, known)
    return out


def _last_day(cell: Any) -> Any:
    if cell is None:
        return None
    named = period_of(cell) if isinstance(cell, str | int) else None
    if named:
        return np.datetime64(named.end, "us") - np.timedelta64(1, "D")
    return period_end(cell)


def _months(cell: Any) -> float:
    named = period_of(cell) if isinstance(cell, str | int) else None
    if named:
        return float(named.months)
    return np.nan


def _between(days: Any) -> float:
    """The usual months from one period's end to the next, NaN where that is no month, quarter, half
    or year.
    """
    ends = np.unique(days[~np.isnat(days)])
    if len(ends) < 2:
        return float("nan")
    gap = float(np.median(np.diff(ends).astype("timedelta64[D]").astype(float))) / MONTH_DAYS
    nearest = min(_LENGTHS, key=lambda length: abs(length - gap))
    if abs(nearest - gap) < 0.2 * nearest:
        return nearest
    return float("nan")
