"""The same people over several waves: who answered twice, and team figures by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.roles.ex_waves import Days

_MOST_REPEATED = 0.2  # share of answers given twice in a wave above which the ids name no people


def answered_again(
    people: Sequence[str | None],
    teams: Sequence[Any],
    waves: Sequence[Any],
    days: Days,
    alive: Bools,
) -> Bools:
    """Marks rows of a person (id within a team) who answered the same wave again later."""
    again = np.zeros(len(alive), dtype=bool)
    order = np.argsort(np.where(np.isnat(days), np.datetime64(0, "us"), days), kind="stable")
    latest: dict[tuple[Any, ...], int] = {}
    for k in order[alive[order]].tolist():
        if people[k] is None:
            continue
        key = (people[k], teams[k], waves[k])
        if key in latest:
            again[latest[key]] = True
        latest[key] = k
    return again


def names_people(again: Bools, alive: Bools) -> bool:
    """False when so many ids repeat within a wave that they cannot stand for people."""
    return bool(again.sum() <= _MOST_REPEATED * max(int(alive.sum()), 1))


def per_person(
    cells: Sequence[tuple[Any, Ints]], people: Sequence[str | None], score: Floats
) -> Mapping[str, Any]:
    """answers, people, people_mean, people_sd for each cell: over its team's cells so far, every
    person counted once.

    cells: (team, rows (n,)) by team and then by time; only those that may be told, so that nothing
    smaller can be worked out from them. Without a person in two cells there is nothing to add, and
    the answer is empty.
    """
    who = _codes(people)
    answers = []
    scores = []
    so_far: Ints = np.zeros(0, dtype=np.int64)
    for k, (team, rows) in enumerate(cells):
        same_team = k > 0 and cells[k - 1][0] == team
        so_far = np.concatenate([so_far, rows]) if same_team else rows
        answers.append(len(so_far))
        scores.append(_mean_of_each(score[so_far], who[so_far]))
    if all(len(own) == n for own, n in zip(scores, answers, strict=True)):
        return {}
    return {
        "answers": np.array(answers, dtype=np.int64),
        "people": np.array([len(own) for own in scores], dtype=np.int64),
        "people_mean": np.array([own.mean() for own in scores], dtype=float),
        "people_sd": np.array([spread_of(own) for own in scores], dtype=float),
    }


def _codes(people: Sequence[str | None]) -> Ints:
    """A number for each person (n,); who gave no id is somebody else in each row."""
    code: dict[Any, int] = {}
    numbers = [
        code.setdefault(row if person is None else person, len(code))
        for row, person in enumerate(people)
    ]
    return np.array(numbers, dtype=np.int64)


def _mean_of_each(score: Floats, who: Ints) -> Floats:
    """Each person's mean score."""
    _, place = np.unique(who, return_inverse=True)
    return np.asarray(np.bincount(place, score) / np.bincount(place))


def spread_of(scores: Floats) -> float:
    """Standard deviation of the scores, 0 for a single one."""
    if len(scores) > 1:
        return float(scores.std(ddof=1))
    return 0.0
