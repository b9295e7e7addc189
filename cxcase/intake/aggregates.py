"""A sheet that already holds a row per team (and wave): n, mean or percent favourable, perhaps sd."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.answers import plain, words_of
from cxcase.intake.cells import Cells, each, read_numbers
from cxcase.intake.marks import decided, mark, say_codes
from cxcase.intake.result import ColumnReading, Scale
from cxcase.intake.scales import Rated, rate, settle_scales
from cxcase.intake.sieve import Sieve, Typed
from cxcase.intake.waves import ends_of, waves_of

_HIDDEN = re.compile(
    r"^(n\s*)?(<|≤|<=|under|below|fewer than|less than|weniger als|unter|moins de|menos de|meno di|minder dan)\s*\d+$"
    r"|^[-–—*.•x]+$|^(suppressed|hidden|confidential|not shown|n/?a|too few|unterdrückt|nicht ausgewiesen|masqué)\b.*$",
    re.IGNORECASE,
)
_LEAST_ROWS = 5  # rows a sheet needs before the one that holds the sum of the others is taken for a total
_ROUNDED = 0.02  # share of the scale by which a printed total may miss the mean of its rows


def type_aggregates(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], teams: list[Any], k_min: int
) -> Typed:
    """team, wave, n, mean, sd of the teams with n >= k_min; totals are set aside: with one a hidden team could be told.

    Teams that the sheet itself hides ("<5", "-") count as suppressed. Shares favourable (0.78, "78 %") are on 0-100.
    """
    table = sieve.table
    sieve.drop(
        np.array(each(teams, lambda t: isinstance(t, str) and plain(t) in words_of("everyone")), dtype=bool),
        "total_row",
    )
    name = "mean" if "mean" in columns else "engagement"
    (column,) = rate(sieve, {"engagement": columns[name]}, ["engagement"], decisions)
    column = _as_percent(column)
    settled = settle_scales([column], decisions, sieve)
    n = read_numbers(table.column(columns["n"]), table.decimal).values
    spread = np.full(len(n), np.nan)
    if "sd" in columns:
        spread = read_numbers(table.column(columns["sd"]), table.decimal).values
    hidden = _hidden(table.column(columns["n"])) | (n < k_min)
    values = column.ratings.values
    readings: tuple[ColumnReading, ...] = ()
    if settled.scales:
        marked = mark(column, settled, sieve)
        values = marked.values
        sieve.drop(~hidden & marked.bad & ~_hidden(table.column(columns[name])), "not_a_rating")
        sieve.drop(~hidden & marked.off, "out_of_scale")
        say_codes([marked], sieve)
        readings = (marked.read(settled, sieve),)
    hidden |= _hidden(table.column(columns[name])) & np.isnan(values)
    sieve.drop(~hidden & (np.isnan(values) | np.isnan(n)), "no_rating")
    scale = settled.scales.get("engagement")
    waves, days = waves_of(sieve, columns, decisions)
    sieve.drop(_totals(sieve.alive, np.array(waves, dtype=object), n, values, hidden, scale), "total_row")
    ended = ends_of(sieve, columns, waves, days)
    large = np.flatnonzero(sieve.alive & ~hidden).tolist()
    out = {
        "team": [teams[k] for k in large],
        "wave": np.array([ended[waves[k]] for k in large], dtype="datetime64[us]"),
        "n": n[large].astype(np.int64),
        "mean": values[large],
        "sd": spread[large],
    }
    everyone = {teams[k] for k in np.flatnonzero(sieve.alive).tolist()}
    scales = {"engagement": scale} if scale else {}
    small = len(everyone - set(out["team"]))
    return Typed(out, scales, decided(readings, settled), suppressed_teams=small, readings=readings)


def _hidden(cells: Cells) -> Bools:
    """Marks what a sheet writes where it shows no figure: "<5", "fewer than 5", "-", "*", "suppressed"."""
    return np.array(each(cells, lambda c: isinstance(c, str) and bool(_HIDDEN.match(c))), dtype=bool)


def _as_percent(column: Rated) -> Rated:
    """Shares between 0 and 1 with decimals (percent cells of a workbook) as percent; anything else as it stands."""
    ratings = column.ratings
    numbers = ratings.numbers[~np.isnan(ratings.numbers)]
    share = len(numbers) and ((numbers >= 0) & (numbers <= 1)).all() and (numbers % 1 != 0).any()
    if not share or ratings.words or ratings.stated:
        return column
    percent = replace(ratings, values=ratings.values * 100, numbers=ratings.numbers * 100, stated=Scale(0, 100))
    return replace(column, ratings=percent)


def _totals(alive: Bools, waves: Any, n: Floats, mean: Floats, hidden: Bools, scale: Scale | None) -> Bools:
    """Marks the row of a wave that holds the others' sum and mean under another name: with it a hidden team shows.

    Its n is that of all others, or that plus what the hidden teams can have, and its mean lies where theirs allow.
    """
    found = np.zeros(len(alive), dtype=bool)
    for wave in dict.fromkeys(waves[alive].tolist()):
        mine = np.flatnonzero(alive & (waves == wave))
        shown = mine[~hidden[mine]]
        if len(mine) < _LEAST_ROWS or len(shown) < 2 or scale is None:
            continue
        top = shown[np.argmax(n[shown])]
        others = shown[shown != top]
        rest = n[top] - n[others].sum()
        allowed = _ROUNDED * (scale.high - scale.low)
        gap = n[top] * mean[top] - (n[others] * mean[others]).sum()  # what the hidden answers would add up to
        if rest == 0 and not hidden[mine].any():
            found[top] = abs(gap) <= allowed * n[top]
        elif rest > 0 and hidden[mine].any():
            few = rest <= 20 * hidden[mine].sum()
            found[top] = (
                few
                and scale.low - allowed <= gap / rest + allowed * n[top] / rest
                and (gap / rest - allowed * n[top] / rest <= scale.high)
            )
    return found
