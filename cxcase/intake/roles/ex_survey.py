"""The employee survey: read as team aggregates. Answers are summed where they are read and never
leave this process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.ratings.choices import check_choices
from cxcase.intake.ratings.missing_marks import Marked, decided, drop_unrated, mark, say_codes
from cxcase.intake.ratings.reversed_items import doubtful
from cxcase.intake.ratings.scales import Settled, rate, settle_scales
from cxcase.intake.roles.ex_aggregates import type_aggregates
from cxcase.intake.roles.ex_items import item_means
from cxcase.intake.roles.ex_panel import answered_again, names_people, per_person
from cxcase.intake.roles.ex_waves import ends_of, waves_of
from cxcase.intake.schema import ITEM
from cxcase.intake.tables.row_filter import Sieve, Typed, drop_furniture
from cxcase.intake.values.cells import read_ids, read_texts

_ANSWERED = 0.5  # share of the items that an answer needs for its mean to count


def type_employees(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], groups: SmallGroups
) -> Typed:
    """team, wave (the day it ended), n, mean, sd: a row per team and wave large enough to show. `sieve`
    must be private.

    Where ids tell the same people over several waves, also answers, people, people_mean, people_sd
    (`panel`), and where the score is made of several questions, item:<question>: its mean in each
    cell (`items`).
    """
    check_choices(decisions)
    table = sieve.table
    teams = list(read_texts(table.column(columns["team"])).values)
    drop_furniture(sieve, table.column(columns["team"]))
    sieve.drop(np.array([t is None for t in teams], dtype=bool), "team_missing")
    if {"mean", "n"} <= set(columns) or ("n" in columns and "engagement" in columns):
        return type_aggregates(sieve, columns, decisions, teams, groups)
    score, settled, marked = _scores(sieve, columns, decisions)
    waves, days = waves_of(sieve, columns, decisions)
    people = _people(sieve, columns, teams, waves, days)
    cells = _cells(sieve, teams, waves)
    ended = ends_of(sieve, columns, waves, days)
    large = sorted(
        (team, str(ended[wave]), wave)
        for (team, wave), rows in cells.items()
        if groups.shown(len(rows))
    )
    told = [(team, cells[team, wave]) for team, _, wave in large]
    _doubt_directions(marked, told, sieve)
    data = _summed(told, score) | {
        "wave": np.array([ended[wave] for *_, wave in large], dtype="datetime64[us]")
    }
    if people is not None:
        data |= per_person(told, people, score)
    data |= item_means(told, {one.column.heading: one.values for one in marked}, score, groups)
    readings = tuple(one.read(settled, sieve) for one in marked)
    scale = marked[0].scale if marked else None
    return Typed(
        columns=data,
        scales={"engagement": scale} if scale else {},
        decisions=decided(readings, settled),
        suppressed_teams=len({team for team, _ in cells} - set(data["team"])),
        readings=readings,
    )


def _scores(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> tuple[Floats, Settled, list[Marked]]:
    """Each answer's engagement: its own column, else the mean of the items that share the most
    usual scale, else eNPS.

    An answer needs half of those items: the mean of one question in ten measures that question.
    """
    if "engagement" in columns:
        fields = ["engagement"]
    else:
        fields = [f for f in columns if f.startswith(ITEM)]
    rated = rate(sieve, columns, fields or [f for f in columns if f == "enps"], decisions)
    settled = settle_scales(rated, decisions, sieve)
    rated = [r for r in rated if r.field in settled.scales]
    scales = [settled.scales[r.field] for r in rated]
    scale = max(dict.fromkeys(scales), key=scales.count) if scales else None
    left = [r.heading for r in rated if settled.scales[r.field] != scale]
    if left:
        sieve.say("review", "ex_items_left_out", columns=left)
    marked = [mark(r, settled, sieve) for r in rated if settled.scales[r.field] == scale]
    answers = np.array([one.values for one in marked] or [np.full(len(sieve.alive), np.nan)])
    count = (~np.isnan(answers)).sum(axis=0)
    drop_unrated(marked, count > 0, sieve)
    sieve.drop((count > 0) & (count < _ANSWERED * len(answers)), "few_items")
    say_codes(marked, sieve)
    score = np.where(count > 0, np.nansum(answers, axis=0) / np.maximum(count, 1), np.nan)
    return score, settled.only([one.column.field for one in marked]), marked


def _doubt_directions(
    marked: Sequence[Marked], told: Sequence[tuple[Any, Ints]], sieve: Sieve
) -> None:
    """An item that falls where the others rise may be reverse-scored: said, not changed.

    told: (team, rows) of the cells that leave: a figure over everybody would carry what the others
    said.
    """
    if len(marked) < 3 or not told:
        return
    shown = np.zeros(len(sieve.alive), dtype=bool)
    shown[np.concatenate([rows for _, rows in told])] = True
    ratings = {one.column.heading: one.values for one in marked}
    scales = {one.column.heading: one.scale for one in marked}
    for heading, r in doubtful(ratings, scales, shown).items():
        sieve.say("review", "item_direction_doubtful", column=heading, r=r)


def _people(
    sieve: Sieve, columns: Mapping[str, str], teams: Sequence[Any], waves: Sequence[Any], days: Any
) -> list[str | None] | None:
    """Who gave each answer, where a column tells; of those who answered a wave twice the latest
    answer goes on.
    """
    if "respondent_id" not in columns:
        return None
    people: list[str | None] = list(read_ids(sieve.table.column(columns["respondent_id"])).values)
    again = answered_again(people, teams, waves, days, sieve.alive)
    if not names_people(again, sieve.alive):
        sieve.say("review", "ex_ids_unused", column=columns["respondent_id"])
        return None
    sieve.drop(again, "answered_again")
    return people


def _cells(sieve: Sieve, teams: Sequence[Any], waves: Sequence[Any]) -> dict[tuple[Any, Any], Ints]:
    """(team, wave) -> the rows of its answers."""
    alive = np.flatnonzero(sieve.alive)
    code: dict[tuple[Any, Any], int] = {}
    cell = np.array(
        [code.setdefault((teams[k], waves[k]), len(code)) for k in alive.tolist()], dtype=np.int64
    )
    order = np.argsort(cell, kind="stable")
    if len(alive):
        split = np.split(alive[order], np.cumsum(np.bincount(cell, minlength=len(code)))[:-1])
    else:
        split = []
    return dict(zip(code, split, strict=True))


def _summed(cells: Sequence[tuple[Any, Ints]], score: Floats) -> dict[str, Any]:
    """Of each cell the figures that leave; smaller ones leave nothing but how many teams they are."""
    groups = [score[rows] for _, rows in cells]
    return {
        "team": [team for team, _ in cells],
        "wave": np.zeros(len(cells), dtype="datetime64[us]"),
        "n": np.array([len(g) for g in groups], dtype=np.int64),
        "mean": np.array([g.mean() for g in groups], dtype=float),
        "sd": np.array([g.std(ddof=1) if len(g) > 1 else 0.0 for g in groups], dtype=float),
    }
