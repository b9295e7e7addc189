"""A sheet that already holds a row per team (and wave): n, mean or percent favourable, perhaps sd."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.ratings.missing_marks import Marked, decided, mark, say_codes
from cxcase.intake.ratings.scales import Rated, Settled, rate, settle_scales
from cxcase.intake.roles.ex_waves import ends_of, waves_of
from cxcase.intake.schema import Scale
from cxcase.intake.tables.row_filter import Sieve, Typed
from cxcase.intake.values.cells import Cells, each, read_numbers
from cxcase.intake.vocabulary.answer_words import plain, words_of

_HIDDEN = re.compile(
    r"^(n\s*)?(<|≤|<=|under|below|fewer than|less than|weniger als|unter|moins de|menos de|meno di|minder dan)\s*\d+$"
    r"|^[-–—*.•x]+$|^(suppressed|hidden|confidential|not shown|n/?a|too few|unterdrückt|nicht ausgewiesen|masqué)\b.*$",
    re.IGNORECASE,
)
_LEAVE_BLANK = ("culture_amp",)  # tools that print no figure for a group they hide
_LEAST_ROWS = (
    5  # rows a sheet needs before the one that holds the sum of the others is taken for a total
)
_BOUND = re.compile(r"\d+")
_UNTOLD = 9.0  # answers that a team may have whose row shows no figure
_ROUNDED = 0.02  # share of the scale by which a printed total may miss the mean of its rows


def type_aggregates(
    sieve: Sieve,
    columns: Mapping[str, str],
    decisions: Mapping[str, Any],
    teams: list[Any],
    groups: SmallGroups,
) -> Typed:
    """team, wave, n, mean, sd of the teams large enough to show; totals are set aside: with one a hidden
    team could be told.

    Teams that the sheet itself hides ("<5", "-") count as suppressed; of a tool that leaves them
    blank they are set aside too. Shares favourable (0.78, "78 %") are on 0-100.
    """
    table = sieve.table
    sieve.drop(
        np.array(
            each(teams, lambda t: isinstance(t, str) and plain(t) in words_of("everyone")), bool
        ),
        "total_row",
    )
    n = read_numbers(table.column(columns["n"]), table.decimal).values
    spread = np.full(len(n), np.nan)
    if "sd" in columns:
        spread = read_numbers(table.column(columns["sd"]), table.decimal).values
    hidden = _hidden(table.column(columns["n"])) | (~np.isnan(n) & groups.hidden(n))
    hidden, settled, marked = _means(sieve, columns, decisions, hidden)
    values = marked.values if marked else np.full(len(n), np.nan)
    left_blank = (np.isnan(values) | np.isnan(n)) & (table.format in _LEAVE_BLANK)
    hidden = hidden | left_blank
    sieve.drop(~hidden & (np.isnan(values) | np.isnan(n)), "no_rating")
    waves, days = waves_of(sieve, columns, decisions)
    if marked:
        named = np.array(waves, dtype=object)
        rows = [sieve.alive & (named == wave) for wave in dict.fromkeys(waves)]
        most = _at_most(table.column(columns["n"]), n)
        sieve.drop(_totals(rows, n, values, hidden, most, marked.scale), "total_row")
    ended = ends_of(sieve, columns, waves, days)
    small = {teams[k] for k in np.flatnonzero(sieve.alive & hidden).tolist()}
    sieve.drop(left_blank, "suppressed_group")
    large = np.flatnonzero(sieve.alive & ~hidden).tolist()
    out = {
        "team": [teams[k] for k in large],
        "wave": np.array([ended[waves[k]] for k in large], dtype="datetime64[us]"),
        "n": n[large].astype(np.int64),
        "mean": values[large],
        "sd": spread[large],
    }
    readings = (marked.read(settled, sieve),) if marked else ()
    decisions = decided(readings, settled)
    return Typed(
        out,
        settled.scales,
        decisions,
        suppressed_teams=len(small - set(out["team"])),
        readings=readings,
    )


def _means(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], hidden: Bools
) -> tuple[Bools, Settled, Marked | None]:
    """(the rows that show no figure, the scale, the means); rows whose mean is none are set aside."""
    name = columns["mean" if "mean" in columns else "engagement"]
    (column,) = rate(sieve, {"engagement": name}, ["engagement"], decisions)
    column = _as_percent(column)
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
    """Marks what a sheet writes where it shows no figure: "<5", "fewer than 5", "-", "*",
    "suppressed".
    """
    return np.array(
        each(cells, lambda c: isinstance(c, str) and bool(_HIDDEN.match(c))), dtype=bool
    )


def _as_percent(column: Rated) -> Rated:
    """Shares between 0 and 1 with decimals (percent cells of a workbook) as percent; anything else
    as it stands.
    """
    ratings = column.ratings
    numbers = ratings.numbers[~np.isnan(ratings.numbers)]
    share = len(numbers) and ((numbers >= 0) & (numbers <= 1)).all() and (numbers % 1 != 0).any()
    if not share or ratings.words or ratings.stated:
        return column
    percent = replace(
        ratings, values=ratings.values * 100, numbers=ratings.numbers * 100, stated=Scale(0, 100)
    )
    return replace(column, ratings=percent)


def _at_most(cells: Cells, n: Floats) -> Floats:
    """The most answers that each row can have: its n, for "<8" 7, for a row without any figure
    _UNTOLD.
    """
    bounds = each(
        cells,
        lambda c: float(m[0]) - 1 if isinstance(c, str) and (m := _BOUND.search(c)) else _UNTOLD,
    )
    return np.where(np.isnan(n), np.array(bounds, dtype=float), n)


def _totals(
    rows: Sequence[Bools], n: Floats, mean: Floats, hidden: Bools, most: Floats, scale: Scale
) -> Bools:
    """Marks the row of a wave that holds the others' sum and mean under another name: with it a
    hidden team shows.

    rows: those of each wave. The total's n is that of all others, or that plus at `most` what the
    hidden ones have; its mean lies where theirs allow.
    """
    found = np.zeros(len(n), dtype=bool)
    for wave in rows:
        shown = np.flatnonzero(wave & ~hidden)
        unseen = np.flatnonzero(wave & hidden)
        if len(shown) + len(unseen) < _LEAST_ROWS or len(shown) < 2:
            continue
        top = shown[np.argmax(n[shown])]
        others = shown[shown != top]
        rest = n[top] - n[others].sum()
        gap = (
            n[top] * mean[top] - (n[others] * mean[others]).sum()
        )  # what the hidden answers would add up to
        off = _ROUNDED * (scale.high - scale.low) * n[top]
        within = rest * scale.low - off <= gap <= rest * scale.high + off
        found[top] = within and (rest == 0 if not len(unseen) else 0 < rest <= most[unseen].sum())
    return found
