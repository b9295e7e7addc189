"""Rows of team means that add up others: with one a hidden team could be worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.schema import Scale

# rows a sheet needs before the one that holds the sum of the others is taken for a total
_LEAST_ROWS = 5
_LEAST_WAVES = 3  # the same of one team's waves
_LEAST_PARTS = 2  # teams shown that a part of a sheet needs beside a hidden one
_ROUNDED = 0.02  # share of the scale by which a printed total may miss the mean of its rows
_WIDER = re.compile(
    r"\s*([(+&]|\b(incl|inkl|including|with|mit|and|und|et|y|total|all|overall|gesamt)\b)"
)


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of a sheet's rows, each (n,).

    n, mean   as printed, NaN where hidden
    hidden    rows that show no figure
    most      answers that each row can have at most
    """

    n: Floats
    mean: Floats
    hidden: Bools
    most: Floats
    scale: Scale


def totals(
    figures: Figures,
    teams: Sequence[Any],
    waves: Sequence[Any],
    groups: SmallGroups,
    alive: Bools,
) -> Bools:
    """Marks the rows (n,) that hold the sum of others under another name: of a wave, of a team's
    waves, of the rows of a part of the sheet around a hidden one, or of a team and a few more.
    """
    found = _totals(figures, waves, _LEAST_ROWS, alive)
    found |= _totals_over_waves(figures, teams, waves, alive & ~found)
    found |= _totals_of_parts(figures, waves, alive & ~found)
    found |= _with_a_few_more(figures, teams, waves, groups, alive & ~found)
    return found


def _totals_of_parts(figures: Figures, waves: Sequence[Any], alive: Bools) -> Bools:
    """Marks the row above or below a run of rows that it adds up, one of which is hidden."""
    found = np.zeros(len(alive), dtype=bool)
    named = np.array(waves, dtype=object)
    for wave in dict.fromkeys(waves):
        rows = np.flatnonzero(alive & (named == wave))
        if not figures.hidden[rows].any():
            continue
        for place, top in enumerate(rows.tolist()):
            if figures.hidden[top]:
                continue
            before = rows[:place][::-1]
            runs = (*_runs(figures, top, before), *_runs(figures, top, rows[place + 1 :]))
            found[top] = any(_is_total(figures, top, *run) for run in runs)
    return found


def _runs(figures: Figures, top: int, rows: Ints) -> Iterator[tuple[Ints, Ints]]:
    """(rows shown, rows hidden) of the runs beginning at the first row that may add up to `top`."""
    total = 0.0
    for end, row in enumerate(rows.tolist(), start=1):
        total += 0.0 if figures.hidden[row] else figures.n[row]
        if total >= figures.n[top]:
            return
        run = rows[:end]
        hidden = figures.hidden[run]
        if hidden.any() and (~hidden).sum() >= _LEAST_PARTS:
            yield run[~hidden], run[hidden]


def _with_a_few_more(
    figures: Figures,
    teams: Sequence[Any],
    waves: Sequence[Any],
    groups: SmallGroups,
    alive: Bools,
) -> Bools:
    """Marks a team called another one and more, which has fewer people more than may be shown."""
    found = np.zeros(len(alive), dtype=bool)
    shown = np.flatnonzero(alive & ~figures.hidden).tolist()
    for row in shown:
        for other in shown:
            longer = str(teams[row]).casefold()
            name = str(teams[other]).casefold()
            more = figures.n[row] - figures.n[other]
            if waves[row] != waves[other] or not longer.startswith(name) or more <= 0:
                continue
            rest = longer.removeprefix(name)
            found[row] |= bool(_WIDER.match(rest)) and groups.hidden(float(more))
    return found


def _totals_over_waves(
    figures: Figures, teams: Sequence[Any], waves: Sequence[Any], alive: Bools
) -> Bools:
    """Marks the row of a team that adds up its other waves, one of which is hidden: a year beside
    its quarters.
    """
    hiding = {teams[row] for row in np.flatnonzero(alive & figures.hidden).tolist()}
    several = {team for team, _ in {*zip(teams, waves, strict=True)}} & hiding
    among = alive & np.array([team in several for team in teams], dtype=bool)
    return _totals(figures, teams, _LEAST_WAVES, among)


def _totals(figures: Figures, groups: Sequence[Any], least: int, alive: Bools) -> Bools:
    """Marks the row of a group (a wave) that holds the others' sum and mean under another name:
    with it a hidden one shows. least: rows that a group needs.
    """
    found = np.zeros(len(alive), dtype=bool)
    named = np.array(groups, dtype=object)
    for wave in dict.fromkeys(groups):
        rows = alive & (named == wave)
        shown = np.flatnonzero(rows & ~figures.hidden)
        unseen = np.flatnonzero(rows & figures.hidden)
        if len(shown) >= 2 and len(shown) + len(unseen) >= least:
            top = shown[np.argmax(figures.n[shown])]
            found[top] = _is_total(figures, top, shown[shown != top], unseen)
    return found


def _is_total(figures: Figures, top: int, others: Ints, unseen: Ints) -> bool:
    """True when the row at `top` is the sum of the others.

    Its n is that of all others, or that plus at most what the hidden ones have; its mean lies where
    theirs allow.
    """
    n = figures.n
    mean = figures.mean
    scale = figures.scale
    rest = n[top] - n[others].sum()
    if len(unseen):
        fits = 0 < rest <= figures.most[unseen].sum()
    else:
        fits = rest == 0
    # what the hidden answers would add up to
    gap = n[top] * mean[top] - (n[others] * mean[others]).sum()
    rounded = _ROUNDED * (scale.high - scale.low) * n[top]
    return bool(fits and rest * scale.low - rounded <= gap <= rest * scale.high + rounded)
