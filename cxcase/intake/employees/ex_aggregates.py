"""A sheet with a row per team (and wave) already: n, mean or percent favourable, perhaps sd."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.employees.ex_shares import as_percent
from cxcase.intake.employees.ex_totals import Figures, totals
from cxcase.intake.employees.ex_waves import ends_of, waves_of
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.ratings.missing_marks import Marked, decided, mark, say_codes
from cxcase.intake.ratings.scales import Settled, rate, settle_scales
from cxcase.intake.schema import ITEM
from cxcase.intake.tables.row_filter import Sieve, Typed
from cxcase.intake.values.cells import Cells, each, read_numbers, read_texts
from cxcase.intake.vocabulary.answer_words import plain, words_of

# "<5", "fewer than 5"; "-", "*"; "suppressed", in the languages of the headings
_HIDDEN = re.compile(
    r"^(n\s*)?(<|≤|<=|under|below|fewer than|less than|weniger als|unter|moins de|menos de|meno di"
    r"|minder dan)\s*\d+$"
    r"|^[-–—*.•x]+$"
    r"|^(suppressed|hidden|confidential|not shown|n/?a|too few|unterdrückt|nicht ausgewiesen"
    r"|masqué)\b.*$",
    re.IGNORECASE,
)
_LEAVE_BLANK = ("culture_amp",)  # tools that print no figure for a group they hide
_BOUND = re.compile(r"\d+")
_UNTOLD = 9.0  # answers that a team may have whose row shows no figure


def type_aggregates(
    sieve: Sieve,
    columns: Mapping[str, str],
    decisions: Mapping[str, Any],
    teams: Sequence[Any],
    groups: SmallGroups,
) -> Typed:
    """team, wave, n, mean, sd of the teams large enough to show; totals are set aside: with one a
    hidden team could be told.

    Teams that the sheet itself hides ("<5", "-") count as suppressed; of a tool that leaves them
    blank they are set aside too. Shares favourable (0.78, "78 %") are on 0-100.
    """
    table = sieve.table
    sieve.drop(np.array(each(teams, _is_everyone), dtype=bool), "total_row")
    n = _numbers(sieve, columns, "n")
    small = groups.hidden(n) & ~np.isnan(n)
    hidden = _hidden(table.column(columns["n"])) | small
    hidden, settled, marked = _means(sieve, columns, decisions, hidden)
    mean = marked.values if marked else np.full(len(n), np.nan)
    untold = np.isnan(mean) | np.isnan(n)
    left_blank = untold & (table.format in _LEAVE_BLANK)
    hidden = hidden | left_blank
    sieve.drop(~hidden & untold, "no_rating")
    waves, days = waves_of(sieve, columns, decisions)
    if marked:
        figures = Figures(n, mean, hidden, _at_most(table.column(columns["n"]), n), marked.scale)
        sieve.drop(totals(figures, teams, waves, groups, sieve.alive), "total_row")
    ended = ends_of(sieve, columns, waves, days)
    small_teams = {teams[row] for row in np.flatnonzero(sieve.alive & hidden).tolist()}
    sieve.drop(left_blank, "suppressed_group")
    large = np.flatnonzero(sieve.alive & ~hidden)
    rows = _Printed(
        teams, waves, _statements(sieve, columns), n, mean, sd=_numbers(sieve, columns, "sd")
    )
    data = _one_row_each(rows, large, ended, sieve)
    readings = (marked.read(settled, sieve),) if marked else ()
    return Typed(
        columns=data,
        scales=settled.scales,
        decisions=decided(readings, settled),
        suppressed_teams=len(small_teams - set(data["team"])),
        readings=readings,
        untold=settled.open_of(settled.scales),
    )


def _is_everyone(team: Any) -> bool:
    """True for "all employees", "company", …"""
    return isinstance(team, str) and plain(team) in words_of("everyone")


def _numbers(sieve: Sieve, columns: Mapping[str, str], field: str) -> Floats:
    """A field's numbers (n,), NaN where there is no such column."""
    if field not in columns:
        return np.full(len(sieve.alive), np.nan)
    numbers: Floats = read_numbers(sieve.table.column(columns[field]), sieve.table.decimal).values
    return numbers


def _means(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], hidden: Bools
) -> tuple[Bools, Settled, Marked | None]:
    """(rows that show no figure (n,), scale, means); rows whose mean is none are set aside."""
    name = columns["mean" if "mean" in columns else "engagement"]
    (column,) = rate(sieve, {"engagement": name}, ["engagement"], decisions)
    column = as_percent(column)
    settled = settle_scales([column], decisions, sieve)
    if not settled.scales:
        return hidden, settled, None
    marked = mark(column, settled, sieve)
    hidden = hidden | (_hidden(sieve.table.column(name)) & np.isnan(marked.values))
    sieve.drop(~hidden & marked.bad, "not_a_rating")
    sieve.drop(~hidden & marked.off, "out_of_scale")
    say_codes([marked], sieve)
    return hidden, settled, marked


def _hidden(cells: Cells) -> Bools:
    """Marks (n,) what a sheet writes where it shows no figure: "<5", "-", "suppressed"."""
    told = each(cells, lambda cell: isinstance(cell, str) and bool(_HIDDEN.match(cell)))
    return np.array(told, dtype=bool)


def _at_most(cells: Cells, n: Floats) -> Floats:
    """The most answers that each row can have: its n, for "<8" 7, for a row without any figure
    _UNTOLD.
    """
    return np.where(np.isnan(n), np.array(each(cells, _bound), dtype=float), n)


def _bound(cell: Any) -> float:
    if isinstance(cell, str) and (number := _BOUND.search(cell)):
        return float(number[0]) - 1
    return _UNTOLD


@dataclass(frozen=True, eq=False)
class _Printed:
    """What the sheet prints in its rows (n,); statements: None where no column holds them."""

    teams: Sequence[Any]
    waves: Sequence[Any]
    statements: Sequence[Any] | None
    n: Floats
    mean: Floats
    sd: Floats


def _statements(sieve: Sieve, columns: Mapping[str, str]) -> Sequence[Any] | None:
    if "statement" not in columns:
        return None
    return list(read_texts(sieve.table.column(columns["statement"])).values)


def _one_row_each(
    printed: _Printed, large: Ints, ended: Mapping[Any, Any], sieve: Sieve
) -> dict[str, Any]:
    """One row a team and wave: several statements of the same people are not added up, nor are
    several parts of a team, one of which may be the whole.
    """
    rows: dict[tuple[Any, Any], list[int]] = {}
    for row in large.tolist():
        rows.setdefault((printed.teams[row], printed.waves[row]), []).append(row)
    own = [np.array(places) for places in rows.values()]
    several = sum(len(places) > 1 for places in own)
    if several and printed.statements is None:
        sieve.say("review", "ex_rows_of_a_team", count=several)
    days = [ended[wave] for _, wave in rows]
    return {
        "team": [team for team, _ in rows],
        "wave": np.array(days, dtype="datetime64[us]"),
        "n": np.array([printed.n[places].max() for places in own], dtype=np.int64),
        "mean": np.array([_mean_of(printed, places) for places in own], dtype=float),
        "sd": np.array([_spread_of(printed, places) for places in own], dtype=float),
        **_of_statements(printed, own),
    }


def _mean_of(printed: _Printed, places: Ints) -> float:
    """The mean of a team's statements, else of its parts by their people."""
    weights = printed.n[places] if printed.statements is None else None
    return float(np.average(printed.mean[places], weights=weights))


def _spread_of(printed: _Printed, places: Ints) -> float:
    """The spread printed; that of single statements is not that of people."""
    if printed.statements is not None and len(places) > 1:
        return float("nan")
    squares = np.average(printed.sd[places] ** 2, weights=printed.n[places])
    return float(np.sqrt(squares))


def _of_statements(printed: _Printed, own: Sequence[Ints]) -> dict[str, Floats]:
    """item:<statement> -> its mean in each row, NaN where it is not shown."""
    if printed.statements is None:
        return {}
    out: dict[str, Floats] = {}
    for place, rows in enumerate(own):
        for row in rows.tolist():
            statement = printed.statements[row]
            if statement is not None:
                means = out.setdefault(f"{ITEM}{statement}", np.full(len(own), np.nan))
                means[place] = printed.mean[row]
    return out if len(out) > 1 else {}
