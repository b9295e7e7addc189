"""What stands in a rating column beside ratings: codes, "not applicable", blanks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.privacy.small_groups import SHARED
from cxcase.intake.ratings.no_answer_codes import code_meaning
from cxcase.intake.ratings.rated_column import Rated
from cxcase.intake.ratings.scales import Settled, mark_of
from cxcase.intake.schema import MOMENT, ColumnReading, Scale
from cxcase.intake.tables.row_filter import Sieve

_BLANK = ""
_RATING = "rating"
_NOT_LIVED = "not_lived"
_NO_ANSWER = "no_answer"
_LEFT_OUT = "set_aside"
_MEANINGS = (_RATING, _NOT_LIVED, _NO_ANSWER, _LEFT_OUT)
_SHOWN = 20  # different marks that a reading names; the rest are one "…"
REST = "…"
# the one rating column of a long survey, where a row stands for a moment that was lived
EVERY_MOMENT = f"{MOMENT}*"


@dataclass(frozen=True, eq=False)
class Marked:
    """One column read on its scale.

    values      (n,) turned so that high is good, NaN where there is no rating
    not_lived   (n,) as explicit marks and blanks say
    no_answer   (n,) as explicit marks and blanks say
    bad         (n,) cells left out because they cannot be read
    off         (n,) cells left out because they lie outside the scale
    what        (d,) what each different cell was taken for
    blank       what an empty one was
    """

    column: Rated
    scale: Scale
    values: Floats
    not_lived: Bools
    no_answer: Bools
    bad: Bools
    off: Bools
    what: tuple[str, ...]
    blank: str

    def codes(self) -> dict[tuple[str, str], int]:
        """(mark, meaning) -> rows, of the numbers that stand for no rating."""
        found = Counter[tuple[str, str]]()
        ratings = self.column.ratings
        counts = ratings.answers.counts.tolist()
        for number, what, count in zip(ratings.numbers.tolist(), self.what, counts, strict=True):
            if what in (_NOT_LIVED, _NO_ANSWER) and not math.isnan(number):
                found[f"{number:g}", what] += count
        return dict(found)

    def read(self, settled: Settled, sieve: Sieve) -> ColumnReading:
        """What is told of the column, over the rows that go on; of employees nothing that too few
        share.
        """
        field = self.column.field
        answers = self.column.ratings.answers
        counts = np.bincount(answers.codes[sieve.alive], minlength=len(answers.cells)).tolist()
        rows, taken = self._marks(counts, settled.marks_said(field))
        total = Counter[str]()
        for what, count in zip(self.what, counts, strict=True):
            total[what] += count
        return ColumnReading(
            field=field,
            heading=self.column.heading,
            scale=self.scale,
            scale_from=settled.scale_from[field],
            turned=field in settled.turned,
            marks=_told(rows, taken, sieve.private),
            blank=(self.blank, _count(total[_BLANK], sieve.private)),
            ratings=_count(total[_RATING], sieve.private),
        )

    def _marks(
        self, counts: Sequence[int], said: Mapping[str, str]
    ) -> tuple[dict[str, int], dict[str, str]]:
        """(mark -> rows, mark -> what it was taken for), of marks beside ratings and of those that
        a person says are ratings. counts (d,): rows of each different cell.
        """
        rows: dict[str, int] = {}
        taken: dict[str, str] = {}
        cells = self.column.ratings.answers.cells
        for cell, what, count in zip(cells, self.what, counts, strict=True):
            name = mark_of(cell)
            if cell is not None and count and (what != _RATING or said.get(name) == _RATING):
                rows[name] = rows.get(name, 0) + count
                taken[name] = what
        return rows, taken


def mark(column: Rated, settled: Settled, sieve: Sieve) -> Marked:
    """The column on its settled scale; a person's `marks` win, then words, then what codes usually
    mean.
    """
    answers = column.ratings.answers
    scale = settled.scales[column.field]
    numbers = _moved(column, scale)
    said = settled.marks_said(column.field)
    what = _meanings(column, numbers, scale, said)
    kinds = np.array(what, dtype="U10")
    values = np.where(kinds == _RATING, numbers, np.nan)
    if column.field in settled.turned:
        values = scale.low + scale.high - values
    blank = _blank_meaning(column, said, explicit=_NOT_LIVED in what)
    left = kinds == _LEFT_OUT
    unreadable = np.isnan(numbers)
    empty = kinds == _BLANK
    return Marked(
        column=column,
        scale=scale,
        values=values[answers.codes],
        not_lived=((kinds == _NOT_LIVED) | (empty & (blank == _NOT_LIVED)))[answers.codes],
        no_answer=((kinds == _NO_ANSWER) | (empty & (blank == _NO_ANSWER)))[answers.codes],
        bad=(left & unreadable)[answers.codes],
        off=(left & ~unreadable)[answers.codes],
        what=tuple(what),
        blank=blank,
    )


def _moved(column: Rated, scale: Scale) -> Floats:
    """The numbers of the column's different cells; words stand where the scale has its ends, 0-4 as
    well as 1-5.
    """
    ratings = column.ratings
    words = ratings.words
    if words is None or ratings.given or scale.high - scale.low != words.high - words.low:
        return ratings.numbers
    spoken = [bool(said.label) and math.isnan(said.number) for said in ratings.answers.said]
    return ratings.numbers + np.where(spoken, scale.low - words.low, 0.0)


def _meanings(column: Rated, numbers: Floats, scale: Scale, said: Mapping[str, str]) -> list[str]:
    """What each different cell is taken for. said: mark -> what a person says it stands for."""
    ratings = column.ratings
    answers = ratings.answers
    total = int(answers.counts[~np.isnan(numbers)].sum())
    found = []
    for k, (number, count) in enumerate(
        zip(numbers.tolist(), answers.counts.tolist(), strict=True)
    ):
        what = _said_or_in_words(answers.cells[k], number, ratings.meanings[k], said)
        if what is None and answers.said[k].label:
            what = _by_scale(number, scale)
        elif what is None:
            what = code_meaning(number, scale, count, total) or _by_scale(number, scale)
        found.append(what)
    return found


def _said_or_in_words(
    cell: Any, number: float, meaning: str, said: Mapping[str, str]
) -> str | None:
    """What a person says the cell stands for, else its own words; None where its number tells."""
    if cell is None:
        return _BLANK
    chosen = said.get(mark_of(cell))
    if chosen in _MEANINGS and (chosen != _RATING or not math.isnan(number)):
        return chosen
    return meaning or (_LEFT_OUT if math.isnan(number) else None)


def _by_scale(number: float, scale: Scale) -> str:
    if scale.low <= number <= scale.high:
        return _RATING
    return _LEFT_OUT


def _blank_meaning(column: Rated, said: Mapping[str, str], *, explicit: bool) -> str:
    """Blank means "not lived", unless the column says N/A for that or is no moment: then it means
    "no answer".
    """
    if said.get("") in (_NOT_LIVED, _NO_ANSWER):
        return said[""]
    moment = column.field.startswith(MOMENT) and column.field != EVERY_MOMENT
    if moment and not explicit:
        return _NOT_LIVED
    return _NO_ANSWER


def _count(rows: int, private: bool) -> int | None:
    """The rows; None where they are employees too few to be told."""
    if private and rows and SHARED.hidden(rows):
        return None
    return rows


def _told(
    rows: Mapping[str, int], taken: Mapping[str, str], private: bool
) -> dict[str, tuple[str, int | None]]:
    """Mark -> (what it was taken for, rows), the most frequent first, the rest as one "…"."""
    names = sorted(rows, key=lambda name: (-rows[name], name))
    shown = [name for name in names if not private or SHARED.shown(rows[name])][:_SHOWN]
    told: dict[str, tuple[str, int | None]] = {name: (taken[name], rows[name]) for name in shown}
    if rest := sum(rows[name] for name in names if name not in told):
        told[REST] = (_LEFT_OUT, _count(rest, private))
    return told


def decided(readings: Sequence[ColumnReading], settled: Settled) -> dict[str, Any]:
    """The decisions as `mapping.json` holds them: scales, directions, what each mark stands for."""
    found = settled.decisions()
    said = {field: dict(marks) for field, marks in settled.given.get("marks", {}).items()}
    for reading in readings:
        marks = {
            name: what
            for name, (what, _) in reading.marks.items()
            if name != REST and what != _LEFT_OUT
        }
        if marks:
            said[reading.field] = marks | said.get(reading.field, {})
    if said:
        found["marks"] = said
    return found


def say_codes(marked: Sequence[Marked], sieve: Sieve) -> None:
    """One finding for each number that stands for no rating, with its count over all columns that
    hold it.
    """
    columns: dict[tuple[str, str], list[str]] = {}
    counts = Counter[tuple[str, str]]()
    for one in marked:
        codes = one.codes()
        counts.update(codes)
        for key in codes:
            columns.setdefault(key, []).append(one.column.heading)
    for (name, meaning), headings in columns.items():
        count = counts[name, meaning]
        if not sieve.private or SHARED.shown(count):
            code = _code_of(name, meaning)
            sieve.say("review", code, mark=name, columns=headings, count=count)


def _code_of(mark: str, meaning: str) -> str:
    """The finding's code for a number that stands for no rating."""
    if meaning != _NOT_LIVED:
        return "code_no_answer"
    if mark == "0":
        return "zero_not_rated"
    return "code_not_lived"


def drop_unrated(marked: Sequence[Marked], answered: Bools, sieve: Sieve) -> None:
    """Sets aside the rows without any rating, and says which cells of the others were left out."""
    for one in marked:
        sieve.drop(~answered & one.bad, "not_a_rating", one.column.heading)
    for one in marked:
        sieve.drop(~answered & one.off, "out_of_scale", one.column.heading)
    sieve.drop(~answered, "no_rating")
    for one in marked:
        sieve.blanked(one.bad, one.column.heading)
        _say_off(one, sieve)


def _say_off(one: Marked, sieve: Sieve) -> None:
    hit = np.flatnonzero(one.off & sieve.alive)
    params: dict[str, Any] = {"column": one.column.heading, "count": len(hit)}
    params |= {"low": one.scale.low, "high": one.scale.high}
    if len(hit) and not sieve.private:
        found = sieve.table.column(one.column.heading)[int(hit[0])]
        params |= {"row": int(sieve.table.rows[hit[0]]), "found": mark_of(found)[:60]}
        sieve.say("review", "marks_off_scale", **params)
    elif SHARED.shown(len(hit)):
        sieve.say("review", "ex_marks_off_scale", **params)
