"""How many people answered: the one place where answers of employees become a number of people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.employees.ex_waves import Days
from cxcase.intake.vocabulary.headings import clean

NOBODY = -1  # of who gave an answer: no id tells
# a heading that names people, not the responses that they gave
_PERSON = re.compile(
    r"\b(employee|staff|person|personal|personnel|worker|mitarbeiter\w*|personalnummer|matricule"
    r"|collaborateur|empleado|dipendente|medewerker|medarbetar\w*|payroll)\b"
)
_RECUR = 0.5  # share of ids on two days or more from which ids of responses name people
_MOST_REPEATED = 0.2  # share of answers given again in a wave up to which only the latest counts


@dataclass(frozen=True, eq=False)
class Answers:
    """What employees answered, an entry each filled form (f,).

    team, wave   codes
    day          when, NaT where not known
    who          code of the person, NOBODY where no id tells
    marks        question -> marks (f,), NaN where not answered
    score        each entry's own mean
    apart        entries put together of several people's answers to single statements
    again        (f,) answers that may be of people who answered before
    """

    team: Ints
    wave: Ints
    day: Days
    who: Ints
    marks: Mapping[str, Floats]
    score: Floats
    apart: bool
    again: Bools

    def given(self, rows: Bools) -> Answers:
        """The same with no marks but of these entries (f,)."""
        marks = {name: np.where(rows, own, np.nan) for name, own in self.marks.items()}
        return replace(self, marks=marks)


def people_in(answers: Answers, cell: Ints, cells: int, questions: Iterable[str]) -> Ints:
    """How many people (cells,) surely answered any of these questions; cell (f,): -1 for none.

    Those that ids tell apart. Where no id tells, the most answers to one question, in a wave that
    people may have answered again and again the most on one day; the larger of both, as one person
    may have answered with and without an id.
    """
    known = np.zeros(cells, dtype=np.int64)
    some = np.zeros(len(cell), dtype=bool)
    unknown = np.zeros(cells, dtype=np.int64)
    day = np.where(answers.again, answers.day.astype("datetime64[D]").astype(np.int64), 0)
    told = ~(answers.again & np.isnat(answers.day))
    for question in questions:
        given = np.isfinite(answers.marks[question]) & (cell >= 0)
        some |= given
        rows = given & (answers.who == NOBODY) & told
        np.maximum(unknown, _most_at_once(cell[rows], day[rows], cells), out=unknown)
    rows = some & (answers.who != NOBODY)
    if rows.any():
        pairs = np.unique(np.column_stack([cell[rows], answers.who[rows]]), axis=0)
        known = np.bincount(pairs[:, 0], minlength=cells)
    return np.maximum(known, unknown)


def _most_at_once(cell: Ints, day: Ints, cells: int) -> Ints:
    """The most rows on one day in each cell (cells,)."""
    most = np.zeros(cells, dtype=np.int64)
    if len(cell):
        pairs, count = np.unique(np.column_stack([cell, day]), axis=0, return_counts=True)
        np.maximum.at(most, pairs[:, 0], count)
    return most


def codes_of(values: Sequence[Any]) -> Ints:
    """A number for each different value (n,), NOBODY for None."""
    known: dict[Any, int] = {}
    found = [NOBODY if v is None else known.setdefault(v, len(known)) for v in values]
    return np.array(found, dtype=np.int64)


def who_answered(
    heading: str, ids: Ints, team: Ints, wave: Ints, day: Days, alive: Bools
) -> tuple[Ints, Bools]:
    """(who gave each answer (n,), NOBODY where no id tells; rows that a later answer of the same id
    in the wave stands for).

    Ids of people are known by their heading, or because most of them come on several days. Others
    tell responses apart, not people. Where people answered a wave again and again all of it counts,
    each person once.
    """
    when = np.where(np.isnat(day), np.datetime64(0, "us"), day)
    again = _answered_before(ids, team, wave, when, alive)
    people = bool(_PERSON.search(clean(heading))) or _recur(ids, wave, when, alive)
    if not people:
        return np.full(len(ids), NOBODY, dtype=np.int64), again
    # an id names one person within a team
    who = codes_of(list(zip(ids.tolist(), team.tolist(), strict=True)))
    who = np.where(ids == NOBODY, NOBODY, who)
    if again.sum() > _MOST_REPEATED * max(int(alive.sum()), 1):
        again = np.zeros(len(ids), dtype=bool)
    return who, again


def _answered_before(ids: Ints, team: Ints, wave: Ints, when: NDArray[Any], alive: Bools) -> Bools:
    """Marks all but the latest row of an id, team and wave."""
    rows = np.flatnonzero(alive & (ids != NOBODY))
    found = np.zeros(len(ids), dtype=bool)
    if len(rows):
        latest_first = rows[np.argsort(when[rows], kind="stable")][::-1]
        keys = np.column_stack([ids, team, wave])[latest_first]
        _, first = np.unique(keys, axis=0, return_index=True)
        found[rows] = True
        found[latest_first[first]] = False
    return found


def _recur(ids: Ints, wave: Ints, when: NDArray[Any], alive: Bools) -> bool:
    """True where most ids answered on two days or in two waves."""
    rows = alive & (ids != NOBODY)
    if not rows.any():
        return False
    days = when[rows].astype("datetime64[D]").astype(np.int64)
    times = np.unique(np.column_stack([ids[rows], wave[rows], days]), axis=0)
    _, count = np.unique(times[:, 0], return_counts=True)
    return float((count > 1).mean()) >= _RECUR
