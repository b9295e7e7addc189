"""Figures by team (branch, store, unit), typed: means, money and shares, no rows of customers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.employees.ex_people import NOBODY
from cxcase.intake.employees.unit_people import people, people_of_units
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.ratings.parse import read_ratings
from cxcase.intake.ratings.rated_column import Rated
from cxcase.intake.ratings.scales import Settled, on_scale, settle_scales
from cxcase.intake.roles.currencies import first_currency
from cxcase.intake.roles.customers import extras_of
from cxcase.intake.roles.unit_periods import months_covered, periods_of
from cxcase.intake.schema import MOMENT, RATING
from cxcase.intake.tables.find_table import Table
from cxcase.intake.tables.row_filter import Sieve, Typed, drop_furniture, kept
from cxcase.intake.values.cells import blank, read_numbers, read_texts
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit
from cxcase.settings import METRICS

_MONEY = ("revenue", "revenue_start", "revenue_end")
_COUNTS = ("ex_n", "cx_n", "customers", "ex_sd", "cx_sd")
_RATED = ("ex", *METRICS)
_POSSIBLE = {"nps_net": (-100.0, 100.0), "churn_rate": (0.0, 100.0)}  # a share or percent
# share of rows that repeat a unit, and of repeated units whose EX differs, above which rows are
# people
_EMPLOYEES = 0.5
_LIKELY = (0.0, 10.0)  # what a mean likelihood to recommend can be; a net score goes beyond


def type_units(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], groups: SmallGroups
) -> Typed:
    """team, period (its last day), period_label and months, the figures of the role as floats,
    rating:<moment>, extras.

    ex is blank where too few employees answered. A figure that cannot be read is left blank and
    said; a row without a team, or of a team and period that an earlier row has, is set aside. Where
    each row is an employee, a unit is the mean of its rows, and how many they are is its ex_n: n is
    units, however many rows there are.
    """
    table = sieve.table
    teams = read_texts(table.column(columns["team"])).values
    drop_furniture(sieve, table.column(columns["team"]))
    sieve.drop(~teams.filled, "team_missing", columns["team"])
    named: dict[str, Any] = {"team": teams} | periods_of(sieve, columns)
    columns = _net_or_mean(sieve, columns)
    means, settled = _means(sieve, columns, decisions)
    figures = means | _figures(sieve, columns)
    figures |= months_covered(sieve, columns, named.get("period_months"))
    money = [table.column(columns[n]) for n in _MONEY if n in columns]
    untold = settled.open_of(settled.scales)
    typed = Typed({}, settled.scales, dict(decisions), first_currency(money), untold=untold)
    where = same_unit(teams, named.get("period_label"), sieve.alive)
    extras = extras_of(sieve, set(columns.values()))
    if one_each_employee(where, figures.get("ex"), "ex_n" in columns):
        folded = _folded(sieve, columns, named, figures | _numbers(extras), where, groups)
        return replace(typed, columns=folded)
    sieve.drop(_repeated(where), "duplicate_unit", columns["team"])
    if "ex" in figures:
        figures["ex"] = _large_alone(sieve, figures["ex"], columns, groups)
    data = named | figures | extras
    return replace(typed, columns={n: kept(v, sieve.alive) for n, v in data.items()})


def same_unit(
    teams: Sequence[str | None], labels: Sequence[str | None] | None, alive: Bools
) -> Ints:
    """(n,) which unit (and period) each row belongs to, in the order they come; -1 for rows that
    are set aside.
    """
    code: dict[Any, int] = {}
    found = np.full(len(alive), -1, dtype=np.int64)
    pairs = list(zip(teams, labels or [None] * len(teams), strict=True))
    for row in np.flatnonzero(alive).tolist():
        found[row] = code.setdefault(pairs[row], len(code))
    return found


def _repeated(where: Ints) -> Bools:
    """Marks every row of a unit and period but the first."""
    again = np.ones(len(where), dtype=bool)
    again[np.unique(where, return_index=True)[1]] = False
    return again & (where >= 0)


def one_each_employee(where: Ints, ex: Floats | None, counted: bool) -> bool:
    """True when rows are employees: most rows repeat a unit, EX differs within most of these, and
    no n is given.
    """
    used = where >= 0
    again = _repeated(where)
    if ex is None or counted or again.sum() < _EMPLOYEES * used.sum():
        return False
    several = np.unique(where[again])
    spread = [
        np.ptp(own) > 0
        for own in (ex[where == k] for k in several.tolist())
        if np.isfinite(own).all()
    ]
    return len(spread) > 0 and float(np.mean(spread)) > _EMPLOYEES


def _numbers(extras: Mapping[str, Any]) -> dict[str, Floats]:
    """Of further columns those that a unit can have a mean of."""
    return {
        n: v
        for n, v in extras.items()
        if isinstance(v, np.ndarray) and np.issubdtype(v.dtype, np.floating)
    }


def _folded(
    sieve: Sieve,
    columns: Mapping[str, str],
    named: Mapping[str, Any],
    figures: Mapping[str, Floats],
    where: Ints,
    groups: SmallGroups,
) -> dict[str, Any]:
    """A row a unit and period: means of its employees' rows, ex_n and ex_sd from their number and
    spread. named: what the rows of a unit have in common.
    """
    used = np.flatnonzero(where >= 0)
    units = int(where.max()) + 1
    first = used[np.unique(where[used], return_index=True)[1]]
    out: dict[str, Any] = {name: _at(values, first) for name, values in named.items()}
    for name, values in figures.items():
        if name != "ex":
            out[name], _, _ = _summary(values[used], where[used], units)
            continue
        own, place = _once_each(sieve.table, columns, values, where)
        out[name], _, spread = _summary(own, place, units)
        n = people_of_units(sieve.table, columns, where, values)
        out |= {"ex_n": n.astype(np.float64), "ex_sd": spread}
    small = groups.hidden(out["ex_n"])
    hidden = int((small & (out["ex_n"] > 0)).sum())
    near = _too_near(out, ~small, groups)
    small |= near
    if near.any():
        sieve.say("ok", "ex_periods_too_near", count=int(near.sum()), k_min=groups.k_min)
    for name in ("ex", "ex_n", "ex_sd"):
        out[name] = np.where(small, np.nan, out[name])
    sieve.say("ok", "units_from_employees", rows=len(used), units=units)
    if hidden:
        sieve.say("ok", "ex_units_suppressed", count=hidden, k_min=groups.k_min)
    return out | {"_first": first}


def _once_each(
    table: Table, columns: Mapping[str, str], ex: Floats, where: Ints
) -> tuple[Floats, Ints]:
    """(EX of each person, the unit they are of): of rows of one person in a unit their mean."""
    rows = np.flatnonzero((where >= 0) & np.isfinite(ex))
    who = people(table, columns)[rows]
    alone = len(table.rows) + np.arange(len(rows))  # rows of nobody known are each somebody's
    keys = np.column_stack([where[rows], np.where(who == NOBODY, alone, who)])
    pairs, place = np.unique(keys, axis=0, return_inverse=True)
    place = place.reshape(-1)
    return np.bincount(place, ex[rows]) / np.bincount(place), pairs[:, 0]


def _too_near(units: Mapping[str, Any], shown: Bools, groups: SmallGroups) -> Bools:
    """Marks the periods of a unit that may not be shown beside its later ones."""
    near = np.zeros(len(shown), dtype=bool)
    if "period" not in units:
        return near
    teams = list(units["team"])
    for team in dict.fromkeys(teams):
        own = [k for k in np.flatnonzero(shown).tolist() if teams[k] == team]
        own.sort(key=lambda k: units["period"][k])
        near[own] = ~np.array(groups.apart(units["ex_n"][own].tolist()), dtype=bool)
    return near


def _at(values: Any, rows: Ints) -> Any:
    """The values of these rows, in the form they were given."""
    if isinstance(values, np.ndarray):
        return values[rows]
    return values.take(rows)


def _summary(values: Floats, where: Ints, units: int) -> tuple[Floats, Floats, Floats]:
    """(mean, count, standard deviation) of the finite values in each unit, NaN where there are too
    few.
    """
    known = np.isfinite(values)
    n = np.bincount(where[known], minlength=units).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(where[known], values[known], minlength=units) / n
        squares = np.bincount(
            where[known], (values[known] - mean[where[known]]) ** 2, minlength=units
        )
        return mean, n, np.sqrt(np.where(n > 1, squares / (n - 1), np.nan))


def _net_or_mean(sieve: Sieve, columns: Mapping[str, str]) -> Mapping[str, str]:
    """The columns with "nps" as a net score where its figures go beyond what a mean of 0 to 10 can
    be.
    """
    if "nps" not in columns or "nps_net" in columns:
        return columns
    values = read_numbers(sieve.table.column(columns["nps"]), sieve.table.decimal).values
    if not ((values < _LIKELY[0]) | (values > _LIKELY[1])).any():
        return columns
    sieve.say("review", "nps_read_as_net", column=columns["nps"])
    as_net = {name: heading for name, heading in columns.items() if name != "nps"}
    return as_net | {"nps_net": columns["nps"]}


def _means(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> tuple[dict[str, Any], Settled]:
    """(column -> means (n,) with high = good, how they were settled)."""
    fields = [f for f in columns if f in _RATED or f.startswith(MOMENT)]
    rated = [Rated(f, columns[f], read_ratings(sieve.table.column(columns[f]))) for f in fields]
    settled = settle_scales(rated, decisions, sieve)
    means: dict[str, Floats] = {}
    for column in (r for r in rated if r.field in settled.scales):
        values, left_out = on_scale(column, settled)
        _say_blanked(sieve, left_out, column)
        means[column.field.replace(MOMENT, RATING, 1)] = values
    return means, settled


def _say_blanked(sieve: Sieve, bad: Bools, column: Rated) -> None:
    """Cells left out are named, except employees' figures, of which only the number is said."""
    if column.field != "ex":
        sieve.blanked(bad, column.heading)
    elif count := int((bad & sieve.alive).sum()):
        sieve.say("review", "ex_figures_left_out", column=column.heading, count=count)


def _figures(sieve: Sieve, columns: Mapping[str, str]) -> dict[str, Any]:
    """Money, counts, nps_net, and churn_rate as a share (a column with figures above 1 is in
    percent).
    """
    figures: dict[str, Any] = {}
    for name in (*_MONEY, *_COUNTS, "nps_net", "churn_rate"):
        if name not in columns:
            continue
        number = read_numbers(sieve.table.column(columns[name]), sieve.table.decimal)
        low, high = _POSSIBLE.get(name, (-np.inf, np.inf))
        outside = (number.values < low) | (number.values > high)
        sieve.blanked(number.bad | outside, columns[name])
        figures[name] = np.where(outside, np.nan, number.values)
    if "churn_rate" in figures and np.nanmax(figures["churn_rate"], initial=0.0) > 1.0:
        figures["churn_rate"] = figures["churn_rate"] / 100.0
    return figures


def small_ex(table: Table, columns: Mapping[str, str], groups: SmallGroups) -> Bools:
    """(n,) True where a row's EX figure stands for fewer than k_min answers, or for nobody knows
    how many.
    """
    if "ex_n" not in columns:
        return np.zeros(len(table.rows), dtype=bool)
    n = read_numbers(table.column(columns["ex_n"]), table.decimal).values
    hidden: Bools = groups.hidden(n)
    return hidden


def _large_alone(
    sieve: Sieve, ex: Floats, columns: Mapping[str, str], groups: SmallGroups
) -> Floats:
    """The EX figures (n,) without those of small groups; says how many these are, and where no
    column tells.
    """
    small = small_ex(sieve.table, columns, groups)
    count = int((small & ~np.isnan(ex) & sieve.alive).sum())
    if count:
        sieve.say("ok", "ex_units_suppressed", count=count, k_min=groups.k_min)
    if "ex_n" not in columns:
        sieve.say("review", "units_without_ex_n", k_min=groups.k_min)
    return np.where(small, np.nan, ex)


def without_small_ex(
    table: Table, columns: Mapping[str, str], groups: SmallGroups, totals: Collection[int]
) -> Table:
    """The table without the EX figures and counts of small groups, for keeping.

    Nor those of the rows at `totals`: what a total has more than the units that are shown is what a
    small one has.
    """
    if "ex" not in columns:
        return table
    hidden = small_ex(table, columns, groups)
    hidden[list(totals)] = True
    private = {columns[name] for name in ("ex", "ex_n") if name in columns}
    cells = [
        _blanked(column, hidden) if heading in private else column
        for heading, column in zip(table.headings, table.columns, strict=True)
    ]
    return replace(table, columns=tuple(cells))


def _blanked(cells: Column, rows: Bools) -> Column:
    return Column.of([None if hide else c for c, hide in zip(cells, rows.tolist(), strict=True)])


def team_figures(table: Table, team: str) -> list[str]:
    """Headings of an employee survey that hold money or losses of the whole team, the same for all
    its people. team: the heading of teams.
    """
    fields = [fields_of("units")[name] for name in (*_MONEY, "churn_rate")]
    return [
        heading
        for heading in table.headings
        if heading != team
        and max(fit(heading, field) for field in fields) >= STRONG
        and _same_within(table.column(team), table.column(heading))
    ]


def _same_within(teams: Column, cells: Column) -> bool:
    """True when two teams or more have a figure, and none has several."""
    pairs = {(t, c) for t, c in zip(teams, cells, strict=True) if t is not None and not blank(c)}
    return len(pairs) > 1 and len({team for team, _ in pairs}) == len(pairs)
