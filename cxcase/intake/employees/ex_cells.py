"""Answers of employees by team and wave: which may be shown, and the figures of those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.employees.ex_people import NOBODY, Answers, people_in
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.schema import ITEM


@dataclass(frozen=True, eq=False)
class Cells:
    """Teams and waves (c,) with answers, by team and then by the order of waves.

    answers       what counts: without what too few people said
    cell          (f,) the cell of each entry, -1 for none that is shown
    team, wave    (c,) codes
    n             (c,) people
    shown         (c,) large enough
    answered      question -> (c,) people who answered it, 0 where they are too few to show
    """

    answers: Answers
    cell: Ints
    team: Ints
    wave: Ints
    n: Ints
    shown: Bools
    answered: Mapping[str, Ints]


def cells_of(answers: Answers, groups: SmallGroups) -> Cells:
    """The cells, each question that too few of a cell's people answered left out of their scores:
    what the other questions leave of the score would be what these few said.
    """
    cell, team, wave = _numbered(answers)
    cells = len(team)
    while True:
        answered = {
            question: people_in(answers, cell, cells, [question]) for question in answers.marks
        }
        few = {name: groups.hidden(n) & (n > 0) for name, n in answered.items()}
        if not any(hidden.any() for hidden in few.values()):
            break
        answers = _without(answers, cell, few)
    n = people_in(answers, cell, cells, answers.marks)
    shown = groups.shown(n)
    return Cells(answers, np.where(_at(shown, cell), cell, -1), team, wave, n, shown, answered)


def _numbered(answers: Answers) -> tuple[Ints, Ints, Ints]:
    """(the cell of each entry (f,), team and wave of each cell)."""
    if not len(answers.team):
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    pairs = np.column_stack([answers.team, answers.wave])
    found, cell = np.unique(pairs, axis=0, return_inverse=True)
    return cell.reshape(-1), found[:, 0], found[:, 1]


def _without(answers: Answers, cell: Ints, few: Mapping[str, Bools]) -> Answers:
    """The answers without the questions that `few` (c,) marks in a cell, and scores of the rest."""
    marks = {
        name: np.where(_at(few[name], cell), np.nan, own) for name, own in answers.marks.items()
    }
    return replace(answers, marks=marks, score=mean_of(marks, answers.score))


def mean_of(marks: Mapping[str, Floats], like: Floats) -> Floats:
    """Each entry's mean mark (f,), NaN where it has none. like: an array of that length."""
    total = np.zeros(len(like))
    count = np.zeros(len(like))
    for own in marks.values():
        given = np.isfinite(own)
        total[given] += own[given]
        count += given
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _at(marked: Bools, cell: Ints) -> Bools:
    """Whether each entry's cell (f,) is marked; of no cell False."""
    return np.append(marked, False)[cell]


def figures_of(cells: Cells, order: Ints) -> dict[str, Any]:
    """n, mean, sd and item:<question> of these cells, people counted once in each.

    A question counts with each person's own mean where they skipped it, so that every question of a
    cell is over the same people and no difference between two of its figures tells what one person
    said. Of single statements by nobody knows whom the mean is that of the statements, without a
    spread.
    """
    entries = [np.flatnonzero(cells.cell == k) for k in order.tolist()]
    scores = [_by_person(cells, rows, cells.answers.score) for rows in entries]
    mean = np.array([own.mean() for own in scores], dtype=float)
    sd = np.array([spread_of(own) for own in scores], dtype=float)
    items = _items(cells, order, entries)
    if cells.answers.apart:
        statements = np.array([*items.values()])
        mean = np.nanmean(statements, axis=0) if len(order) else mean
        sd = np.full(len(order), np.nan)
    if len(items) < 2:
        items = {}
    return {"n": cells.n[order], "mean": mean, "sd": sd, **items}


def _items(cells: Cells, order: Ints, entries: list[Ints]) -> dict[str, Floats]:
    """item:<question> -> its mean in each cell, NaN where too few people answered it."""
    out = {}
    for question, marks in cells.answers.marks.items():
        given = np.isfinite(marks)
        own = marks if cells.answers.apart else np.where(given, marks, cells.answers.score)
        means = np.full(len(order), np.nan)
        for place, (k, rows) in enumerate(zip(order.tolist(), entries, strict=True)):
            if cells.answered[question][k] > 0:
                means[place] = np.nanmean(_by_person(cells, rows, own))
        out[f"{ITEM}{question}"] = means
    return out


def _by_person(cells: Cells, rows: Ints, values: Floats) -> Floats:
    """The values of these entries that are given, each known person's mean as one."""
    rows = rows[np.isfinite(values[rows])]
    who = cells.answers.who[rows]
    known = who != NOBODY
    if not known.any():
        return values[rows]
    _, place = np.unique(who[known], return_inverse=True)
    own = np.bincount(place, values[rows][known]) / np.bincount(place)
    return np.concatenate([own, values[rows][~known]])


def people_so_far(cells: Cells, order: Ints) -> dict[str, Ints]:
    """people: of each cell, the people of its team's cells up to it, everybody counted once; empty
    where no id tells people. order: the cells shown, by team and then by time.
    """
    who = np.where(np.isfinite(cells.answers.score), cells.answers.who, NOBODY)
    if (who == NOBODY).all():
        return {}
    people = np.zeros(len(order), dtype=np.int64)
    known: set[int] = set()
    most = 0
    team = None
    for place, k in enumerate(order.tolist()):
        if cells.team[k] != team:
            team, known, most = cells.team[k], set(), 0
        known |= {*who[cells.cell == k].tolist()} - {NOBODY}
        most = max(most, int(cells.n[k]), len(known))
        people[place] = most
    return {"people": people}


def spread_of(scores: Floats) -> float:
    """Standard deviation of the scores, 0 for a single one."""
    if len(scores) > 1:
        return float(scores.std(ddof=1))
    return 0.0
