"""The same people over several waves: who answered twice, and team figures that count each person
once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints

_MOST_REPEATED = 0.2  # share of answers given twice in a wave above which the ids name no people


def answered_again(
    people: Sequence[str | None],
    teams: Sequence[Any],
    waves: Sequence[Any],
    days: Any,
    alive: Bools,
) -> Bools:
    """Marks the rows of a person (id within a team) who answered the same wave later, or below in
    the file.
    """
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
    code: dict[Any, int] = {}
    who = np.array(
        [code.setdefault(p if p is not None else k, len(code)) for k, p in enumerate(people)],
        dtype=np.int64,
    )
    out: dict[str, list[float]] = {"answers": [], "people": [], "people_mean": [], "people_sd": []}
    rows: Ints = np.zeros(0, dtype=np.int64)
    shared = False
    for k, (team, mine) in enumerate(cells):
        rows = np.concatenate([rows, mine]) if k and cells[k - 1][0] == team else mine
        _, place = np.unique(who[rows], return_inverse=True)
        own = np.bincount(place, score[rows]) / np.bincount(place)
        shared |= len(own) < len(rows)
        values = (len(rows), len(own), own.mean(), own.std(ddof=1) if len(own) > 1 else 0.0)
        for name, value in zip(out, values, strict=True):
            out[name].append(float(value))
    if not shared:
        return {}
    counts = {name: np.array(out[name], dtype=np.int64) for name in ("answers", "people")}
    return counts | {
        name: np.array(out[name], dtype=float) for name in ("people_mean", "people_sd")
    }
