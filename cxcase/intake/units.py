"""Figures by team (branch, store, unit), typed: where there are no rows of customers, only means, money and shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.estimate import Bools, Floats
from cxcase.intake.cells import blank, currency_of, each, read_numbers, read_texts
from cxcase.intake.column import Column
from cxcase.intake.customers import extras_of
from cxcase.intake.dates import period_end
from cxcase.intake.grid import Table
from cxcase.intake.headings import STRONG, fields_of, fit
from cxcase.intake.periods import period_of
from cxcase.intake.ratings import read_ratings
from cxcase.intake.recognise import MOMENT
from cxcase.intake.scales import Rated, settle_scales
from cxcase.intake.sieve import Sieve, Typed, drop_furniture, kept
from cxcase.settings import K_MIN_FLOOR

_MONEY = ("revenue", "revenue_start", "revenue_end")
_COUNTS = ("ex_n", "cx_n", "customers")
_LIKELY = (0.0, 10.0)  # what a mean likelihood to recommend can be; a net score goes beyond


def type_units(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], k_min: int) -> Typed:
    """team, period (its last day) and period_label, the figures of the role as floats, rating:<moment>, extras.

    ex is blank where fewer than k_min employees answered. A figure that cannot be read is left blank and said; a row
    without a team, or of a team and period that an earlier row has, is set aside.
    """
    table = sieve.table
    teams = read_texts(table.column(columns["team"])).values
    drop_furniture(sieve, table.column(columns["team"]))
    sieve.drop(~teams.filled, "team_missing", columns["team"])
    data: dict[str, Any] = {"team": teams} | _period(sieve, columns)
    sieve.drop(_repeated(teams, data.get("period_label"), sieve.alive), "duplicate_unit", columns["team"])
    columns = _net_or_mean(sieve, columns)
    means, scales = _means(sieve, columns, decisions)
    data |= means | _figures(sieve, columns)
    if "ex" in data:
        _suppress(sieve, data, small_ex(table, columns, k_min), k_min)
        if "ex_n" not in columns:
            sieve.findings.append(Finding("review", "units_without_ex_n", "data", {"k_min": k_min}))
    data |= extras_of(sieve, set(columns.values()))
    money = [table.column(columns[n]) for n in _MONEY if n in columns]
    currency = next((c for c in map(currency_of, money) if c), None)
    typed = {name: kept(values, sieve.alive) for name, values in data.items()}
    return Typed(typed, scales, dict(decisions), currency)


def _period(sieve: Sieve, columns: Mapping[str, str]) -> dict[str, Any]:
    if "period" not in columns:
        return {}
    cells = sieve.table.column(columns["period"])
    days = np.array(each(cells, _last_day), dtype="datetime64[us]")
    return {"period": days, "period_label": read_texts(cells).values}


def _last_day(cell: Any) -> Any:
    if cell is None:
        return None
    named = period_of(cell) if isinstance(cell, str | int) else None
    return np.datetime64(named.end, "us") - np.timedelta64(1, "D") if named else period_end(cell)


def _repeated(teams: Sequence[str | None], labels: Sequence[str | None] | None, alive: Bools) -> Bools:
    seen: set[Any] = set()
    again = np.zeros(len(teams), dtype=bool)
    for k, pair in enumerate(zip(teams, labels or [None] * len(teams), strict=True)):
        if alive[k]:
            again[k] = pair in seen
            seen.add(pair)
    return again


def _net_or_mean(sieve: Sieve, columns: Mapping[str, str]) -> Mapping[str, str]:
    """The columns with "nps" as a net score where its figures go beyond what a mean of 0 to 10 can be."""
    if "nps" not in columns or "nps_net" in columns:
        return columns
    values = read_numbers(sieve.table.column(columns["nps"]), sieve.table.decimal).values
    if not ((values < _LIKELY[0]) | (values > _LIKELY[1])).any():
        return columns
    sieve.findings.append(Finding("review", "nps_read_as_net", "data", {"column": columns["nps"]}))
    return {("nps_net" if n == "nps" else n): h for n, h in columns.items()}


def _means(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """(column -> means (n,) with high = good, field -> scale)."""
    fields = [f for f in columns if f in ("ex", "ease", "csat", "nps") or f.startswith(MOMENT)]
    rated = [Rated(f, columns[f], read_ratings(sieve.table.column(columns[f]))) for f in fields]
    settled = settle_scales(rated, decisions, sieve)
    out: dict[str, Floats] = {}
    for column in (r for r in rated if r.field in settled.scales):
        scale = settled.scales[column.field]
        values = column.ratings.values.copy()
        outside = (values < scale.low) | (values > scale.high)
        _say_blanked(sieve, column.ratings.bad | outside, column)
        values[outside] = np.nan
        name = column.field.replace(MOMENT, "rating:", 1) if column.field.startswith(MOMENT) else column.field
        out[name] = scale.low + scale.high - values if column.field in settled.turned else values
    return out, settled.scales


def _say_blanked(sieve: Sieve, bad: Bools, column: Rated) -> None:
    """Cells left out are named, except employees' figures, of which only the number is said."""
    if column.field != "ex":
        sieve.blanked(bad, column.heading)
    elif count := int((bad & sieve.alive).sum()):
        sieve.findings.append(
            Finding("review", "ex_figures_left_out", "data", {"column": column.heading, "count": count})
        )


def _figures(sieve: Sieve, columns: Mapping[str, str]) -> dict[str, Any]:
    """Money, counts, nps_net, and churn_rate as a share (a column with figures above 1 is in percent)."""
    out: dict[str, Any] = {}
    for name in (*_MONEY, *_COUNTS, "nps_net", "churn_rate"):
        if name not in columns:
            continue
        number = read_numbers(sieve.table.column(columns[name]), sieve.table.decimal)
        low, high = {"nps_net": (-100.0, 100.0), "churn_rate": (0.0, 100.0)}.get(name, (-np.inf, np.inf))
        values = number.values.copy()
        outside = (values < low) | (values > high)
        sieve.blanked(number.bad | outside, columns[name])
        values[outside] = np.nan
        if name == "churn_rate" and np.nanmax(values, initial=0.0) > 1.0:
            values = values / 100.0
        out[name] = values
    return out


def small_ex(table: Table, columns: Mapping[str, str], k_min: int) -> Bools:
    """(n,) True where a row's EX figure stands for fewer than k_min answers, or for nobody knows how many."""
    if "ex_n" not in columns:
        return np.zeros(len(table.rows), dtype=bool)
    n = read_numbers(table.column(columns["ex_n"]), table.decimal).values
    return ~(n >= max(k_min, K_MIN_FLOOR))


def _suppress(sieve: Sieve, data: dict[str, Any], small: Bools, k_min: int) -> None:
    """Blanks the EX figures of small groups in `data` and says how many they are."""
    count = int((small & ~np.isnan(data["ex"]) & sieve.alive).sum())
    data["ex"] = np.where(small, np.nan, data["ex"])
    if count:
        sieve.findings.append(Finding("ok", "ex_units_suppressed", "data", {"count": count, "k_min": k_min}))


def without_small_ex(table: Table, columns: Mapping[str, str], k_min: int) -> Table:
    """The table without the EX figures of small groups, for keeping."""
    if "ex" not in columns:
        return table
    small = small_ex(table, columns, k_min).tolist()
    at = table.headings.index(columns["ex"])
    cells = Column.of([None if hide else c for c, hide in zip(table.columns[at], small, strict=True)])
    return replace(table, columns=tuple(cells if k == at else c for k, c in enumerate(table.columns)))


def team_figures(table: Table, team: str) -> list[str]:
    """Headings of an employee survey that hold money or losses of the whole team, the same for all its people."""
    fields = [fields_of("units")[name] for name in (*_MONEY, "churn_rate")]
    found = []
    for heading in (h for h in table.headings if h != team):
        if max(fit(heading, field) for field in fields) < STRONG:
            continue
        pairs = {(t, c) for t, c in zip(table.column(team), table.column(heading), strict=True) if t is not None}
        filled = [(t, c) for t, c in pairs if not blank(c)]
        if len(filled) > 1 and len({t for t, _ in filled}) == len(filled):
            found.append(heading)
    return found
