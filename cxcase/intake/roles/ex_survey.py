"""The employee survey, read as figures by team: single answers never leave this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.ratings.choices import check_choices
from cxcase.intake.ratings.doubtful_direction import doubtful
from cxcase.intake.ratings.missing_marks import Marked, decided, drop_unrated, mark, say_codes
from cxcase.intake.ratings.scales import Settled, rate, settle_scales
from cxcase.intake.roles.ex_aggregates import type_aggregates
from cxcase.intake.roles.ex_items import item_means
from cxcase.intake.roles.ex_panel import answered_again, names_people, per_person, spread_of
from cxcase.intake.roles.ex_waves import Days, ends_of, waves_of
from cxcase.intake.schema import ENGAGEMENT, ITEM
from cxcase.intake.tables.row_filter import Sieve, Typed, drop_furniture
from cxcase.intake.values.cells import read_ids, read_texts

_ANSWERED = 0.5  # share of the items that an answer needs for its mean to count


def type_employees(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], groups: SmallGroups
) -> Typed:
    """team, wave (the day it ended), n, mean, sd: a row per team and wave large enough to show.

    `sieve` must be private. Where ids tell the same people over several waves, also answers,
    people, people_mean, people_sd (`ex_panel`), and where the score is made of several questions,
    item:<question>: its mean in each cell (`ex_items`).
    """
    check_choices(decisions)
    table = sieve.table
    teams = list(read_texts(table.column(columns["team"])).values)
    drop_furniture(sieve, table.column(columns["team"]))
    sieve.drop(np.array([t is None for t in teams], dtype=bool), "team_missing")
    if "n" in columns and {"mean", "engagement"} & set(columns):
        return type_aggregates(sieve, columns, decisions, teams, groups)
    score, settled, marked = _scores(sieve, columns, decisions)
    waves, answered_on = waves_of(sieve, columns, decisions)
    people = _people(sieve, columns, teams, waves, answered_on)
    cells = _cells(sieve, teams, waves)
    ended = ends_of(sieve, columns, waves, answered_on)
    large = _large(cells, ended, groups)
    shown = [(team, cells[team, wave]) for team, wave in large]
    _doubt_directions(marked, shown, sieve)
    days = np.array([ended[wave] for _, wave in large], dtype="datetime64[us]")
    data = _figures(shown, days, score)
    if people is not None:
        data |= per_person(shown, people, score)
    answers = {one.column.heading: one.values for one in marked}
    data |= item_means(shown, answers, score, groups)
    readings = tuple(one.read(settled, sieve) for one in marked)
    return Typed(
        columns=data,
        scales={ENGAGEMENT: marked[0].scale} if marked else {},
        decisions=decided(readings, settled),
        suppressed_teams=len({team for team, _ in cells} - set(data["team"])),
        readings=readings,
    )


def _scores(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> tuple[Floats, Settled, list[Marked]]:
    """(each answer's engagement (n,), how its columns were settled, these columns): its own column,
    else the mean of the items that share the most usual scale, else eNPS.

    An answer needs half of those items: the mean of one question in ten measures that question.
    """
    rated = rate(sieve, columns, _score_fields(columns), decisions)
    settled = settle_scales(rated, decisions, sieve)
    rated = [r for r in rated if r.field in settled.scales]
    scales = [settled.scales[r.field] for r in rated]
    usual = max(dict.fromkeys(scales), key=scales.count, default=None)
    left = [r.heading for r in rated if settled.scales[r.field] != usual]
    if left:
        sieve.say("review", "ex_items_left_out", columns=left)
    marked = [mark(r, settled, sieve) for r in rated if settled.scales[r.field] == usual]
    answers = np.array([one.values for one in marked] or [np.full(len(sieve.alive), np.nan)])
    count = (~np.isnan(answers)).sum(axis=0)
    drop_unrated(marked, count > 0, sieve)
    sieve.drop((count > 0) & (count < _ANSWERED * len(answers)), "few_items")
    say_codes(marked, sieve)
    score = np.where(count > 0, np.nansum(answers, axis=0) / np.maximum(count, 1), np.nan)
    return score, settled.only([one.column.field for one in marked]), marked


def _score_fields(columns: Mapping[str, str]) -> list[str]:
    """The fields that make the score: engagement, else the items, else eNPS."""
    if ENGAGEMENT in columns:
        return [ENGAGEMENT]
    items = [field for field in columns if field.startswith(ITEM)]
    return items or [field for field in columns if field == "enps"]


def _doubt_directions(
    marked: Sequence[Marked], shown: Sequence[tuple[Any, Ints]], sieve: Sieve
) -> None:
    """An item that falls where the others rise may be reverse-scored: said, not changed.

    shown: (team, rows) of the cells that leave: a figure over everybody would carry what the others
    said.
    """
    if len(marked) < 3 or not shown:
        return
    rows = np.zeros(len(sieve.alive), dtype=bool)
    rows[np.concatenate([own for _, own in shown])] = True
    ratings = {one.column.heading: one.values for one in marked}
    scales = {one.column.heading: one.scale for one in marked}
    for heading, r in doubtful(ratings, scales, rows).items():
        sieve.say("review", "item_direction_doubtful", column=heading, r=r)


def _people(
    sieve: Sieve, columns: Mapping[str, str], teams: Sequence[Any], waves: Sequence[Any], days: Days
) -> list[str | None] | None:
    """Who gave each answer (n,), where a column tells; of those who answered a wave twice the
    latest answer goes on.
    """
    if "respondent_id" not in columns:
        return None
    heading = columns["respondent_id"]
    people: list[str | None] = list(read_ids(sieve.table.column(heading)).values)
    again = answered_again(people, teams, waves, days, sieve.alive)
    if not names_people(again, sieve.alive):
        sieve.say("review", "ex_ids_unused", column=heading)
        return None
    sieve.drop(again, "answered_again")
    return people


def _cells(sieve: Sieve, teams: Sequence[Any], waves: Sequence[Any]) -> dict[tuple[Any, Any], Ints]:
    """(team, wave) -> the rows of its answers."""
    rows: dict[tuple[Any, Any], list[int]] = {}
    for row in np.flatnonzero(sieve.alive).tolist():
        rows.setdefault((teams[row], waves[row]), []).append(row)
    return {cell: np.array(own, dtype=np.int64) for cell, own in rows.items()}


def _large(
    cells: Mapping[tuple[Any, Any], Ints], ended: Mapping[Any, Any], groups: SmallGroups
) -> list[tuple[Any, Any]]:
    """(team, wave) of the cells large enough to show, by team and then by time."""
    large = [cell for cell, rows in cells.items() if groups.shown(len(rows))]
    return sorted(large, key=lambda cell: (cell[0], str(ended[cell[1]]), cell[1]))


def _figures(shown: Sequence[tuple[Any, Ints]], ended: Days, score: Floats) -> dict[str, Any]:
    """Of each cell the figures that leave; of smaller ones only how many teams they are."""
    scores = [score[rows] for _, rows in shown]
    return {
        "team": [team for team, _ in shown],
        "wave": ended,
        "n": np.array([len(own) for own in scores], dtype=np.int64),
        "mean": np.array([own.mean() for own in scores], dtype=float),
        "sd": np.array([spread_of(own) for own in scores], dtype=float),
    }
