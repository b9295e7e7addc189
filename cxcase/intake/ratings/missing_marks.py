"""What stands in a rating column beside ratings: codes, "not applicable", blanks; each read one way
for the column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.privacy.small_groups import SHARED
from cxcase.intake.ratings.no_answer_codes import code_meaning
from cxcase.intake.ratings.parse import Said
from cxcase.intake.ratings.scales import Rated, Settled, mark_of
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
    """One column read on its scale: values (n,) turned so that high is good, NaN where there is no
    rating.

    not_lived, no_answer (n,): what explicit marks and blanks say; bad, off (n,): cells left out
    because they cannot be read, because they lie outside the scale.
    what (d,): what each different cell was taken for; blank: what an empty one was.
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
        found: dict[tuple[str, str], int] = {}
        ratings = self.column.ratings
        for number, what, count in zip(
            ratings.numbers.tolist(), self.what, ratings.answers.counts.tolist(), strict=True
        ):
            if what in (_NOT_LIVED, _NO_ANSWER) and number == number:
                found[f"{number:g}", what] = found.get((f"{number:g}", what), 0) + count
        return found

    def read(self, settled: Settled, sieve: Sieve) -> ColumnReading:
        """What is told of the column, over the rows that go on; of employees nothing that fewer
        than five share.
        """
        answers = self.column.ratings.answers
        said = settled.given.get("marks", {}).get(self.column.field, {})
        counts = np.bincount(answers.codes[sieve.alive], minlength=len(answers.cells)).tolist()
        rows: dict[str, int] = {}
        taken: dict[str, str] = {}
        for cell, what, count in zip(answers.cells, self.what, counts, strict=True):
            name = mark_of(cell)
            if cell is not None and count and (what != _RATING or said.get(name) == _RATING):
                rows[name] = rows.get(name, 0) + count
                taken[name] = what
        total = {
            w: sum(n for what, n in zip(self.what, counts, strict=True) if what == w)
            for w in (_BLANK, _RATING)
        }
        return ColumnReading(
            field=self.column.field,
            heading=self.column.heading,
            scale=self.scale,
            scale_from=settled.scale_from[self.column.field],
            turned=self.column.field in settled.turned,
            marks=_told(rows, taken, sieve.private),
            blank=(self.blank, _count(total[_BLANK], sieve.private)),
            ratings=_count(total[_RATING], sieve.private),
        )


def mark(column: Rated, settled: Settled, sieve: Sieve) -> Marked:
    """The column on its settled scale; a person's `marks` win, then words, then what codes usually
    mean.
    """
    answers = column.ratings.answers
    scale = settled.scales[column.field]
    numbers = _moved(column, scale)
    said = settled.given.get("marks", {}).get(column.field, {})
    what = _meanings(column, numbers, scale, [said.get(mark_of(c)) for c in answers.cells])
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
    words = column.ratings.words
    numbers = column.ratings.numbers
    if words is None or column.ratings.given or scale.high - scale.low != words.high - words.low:
        return numbers
    spoken = np.array(
        [bool(s.label) and np.isnan(s.number) for s in column.ratings.answers.said], dtype=bool
    )
    return numbers + np.where(spoken, scale.low - words.low, 0.0)


def _meanings(
    column: Rated, numbers: Floats, scale: Scale, said: Sequence[str | None]
) -> list[str]:
    """What each different cell is taken for."""
    answers = column.ratings.answers
    total = int(answers.counts[~np.isnan(numbers)].sum())
    rows = zip(answers.cells, answers.said, numbers.tolist(), answers.counts.tolist(), strict=True)
    return [
        _meaning(cell, spoken, number, count, total, column.ratings.meanings[k], scale, said[k])
        for k, (cell, spoken, number, count) in enumerate(rows)
    ]


def _meaning(
    cell: Any,
    spoken: Said,
    number: float,
    count: int,
    total: int,
    words: str,
    scale: Scale,
    said: str | None,
) -> str:
    if cell is None:
        return _BLANK
    if said in _MEANINGS and (said != _RATING or number == number):
        return said
    if words:
        return words
    if number != number:
        return _LEFT_OUT
    if scale.low <= number <= scale.high:
        return _RATING
    return (None if spoken.label else code_meaning(number, scale, count, total)) or _LEFT_OUT


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
    if private and rows and SHARED.hidden(rows):
        return None
    return rows


def _told(
    rows: Mapping[str, int], taken: Mapping[str, str], private: bool
) -> dict[str, tuple[str, int | None]]:
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
    return found | ({"marks": said} if said else {})


def say_codes(marked: Sequence[Marked], sieve: Sieve) -> None:
    """One finding for each number that stands for no rating, with its count over all columns that
    hold it.
    """
    columns: dict[tuple[str, str], list[str]] = {}
    counts: dict[tuple[str, str], int] = {}
    for one in marked:
        for key, count in one.codes().items():
            columns.setdefault(key, []).append(one.column.heading)
            counts[key] = counts.get(key, 0) + count
    for (name, meaning), headings in columns.items():
        count = counts[name, meaning]
        if sieve.private and SHARED.hidden(count):
            continue
        params = {"mark": name, "columns": headings, "count": count}
        if name == "0" and meaning == _NOT_LIVED:
            sieve.say("review", "zero_not_rated", **params)
        else:
            code = "code_not_lived" if meaning == _NOT_LIVED else "code_no_answer"
            sieve.say("review", code, **params)


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
