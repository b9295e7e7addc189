"""Which end of a scale is the good one: columns whose high marks are bad are turned, and marks of
which nothing tells it are asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxcase.intake.ratings.doubtful_direction import against_others
from cxcase.intake.ratings.rated_column import Rated
from cxcase.intake.schema import ITEM, Scale
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.vocabulary.scale_hints import (
    asks_effort,
    bad_of_staff,
    bad_statement,
    counts_problems,
    high_is_bad,
    marked_for_turning,
    marks_of_any_scale,
    names_marks,
    reversed_item,
    speaks_german,
)

_AFTER_MARKS = 7
_LONGEST_MARKS = (5.0, 6.0)  # where marks end that begin with the best in one country or another


@dataclass(frozen=True)
class Directions:
    """turned: the fields whose high marks are bad; untold: marks of which nothing says whether the
    first or the last is best.
    """

    turned: frozenset[str]
    untold: frozenset[str]


def directions_of(
    rated: Sequence[Rated],
    scales: Mapping[str, Scale],
    decisions: Mapping[str, Any],
    sieve: Sieve,
) -> Directions:
    """Which end is the good one, each turned column said; as in `decisions` where somebody chose.

    Marks that nothing tells go as the other ratings of the same rows do, where these are clear; of
    employees such a figure would carry what single ones said.
    """
    known = [column for column in rated if column.field in scales]
    german = six_in_german(known, sieve)
    marks = {one.field for one in known if _is_untold(one, scales[one.field], german)}
    turned = {column.field for column in known if _high_is_bad(column)}
    if "turned" in decisions:
        turned = {*decisions["turned"]}
    for column in known:
        if column.field in turned and "turned" not in decisions:
            sieve.say("review", "scale_turned", column=column.heading)
    settled: set[str] = set()
    for column in known:
        if column.field not in marks or sieve.private:
            continue
        others = [one for one in known if one.field not in marks]
        r = against_others(column, others, turned, scales, sieve.alive)
        if r is None:
            continue
        settled.add(column.field)
        if "turned" not in decisions:
            code = "marks_fall_with_others" if r < 0 else "marks_rise_with_others"
            sieve.say("review", code, column=column.heading, r=r)
            turned |= {column.field} if r < 0 else set()
    return Directions(frozenset(turned), frozenset(marks - settled - turned))


def _is_untold(column: Rated, scale: Scale, german: bool) -> bool:
    """True for marks from 1 to 5 or 6 of which neither a word nor the country says which is
    best. german: in a survey in German marks to 6 need not be called marks.
    """
    german = german and scale.high == max(_LONGEST_MARKS)
    heading = column.heading
    named = names_marks(heading) or german
    if scale.low != 1 or scale.high not in _LONGEST_MARKS or not named:
        return False
    if marks_of_any_scale(heading) and scale.high < max(_LONGEST_MARKS):
        return False
    words = column.ratings.words is not None or column.ratings.against is not None
    told = words or reversed_item(heading) or _bad_words_high(column) is not None
    return not told and not bad_statement(heading)


def six_in_german(rated: Sequence[Rated], sieve: Sieve) -> bool:
    """True for a table in German whose numbers up to 7 are 1 to 6, each of them given: they may be
    marks as schools give them.
    """
    if not any(speaks_german(heading) for heading in sieve.table.headings):
        return False
    given = {number for column in rated for number in column.ratings.numbers.tolist()}
    return {number for number in given if number <= _AFTER_MARKS} == set(range(1, 7))


def _high_is_bad(column: Rated) -> bool:
    """By the words at the numbers, in the cells or the heading, and by what the question asks; a
    label "(R)" turns it.

    Words that say good or bad themselves ("very easy") need no question.
    """
    heading = column.heading
    ends = _bad_words_high(column)
    if column.field.startswith(ITEM):
        bad = column.ratings.neutral and bad_of_staff(heading)
        return bool(ends) ^ (reversed_item(heading) or bad)
    asked = column.ratings.neutral
    if asked and counts_problems(heading):
        return not reversed_item(heading)
    statement = asked and bad_statement(heading)
    effort = asked and not statement and ends is None and any(map(asks_effort, column.texts()))
    if statement and marked_for_turning(heading):
        return not ends  # "(R)" beside a bad statement says the same once more
    return bool(ends) ^ reversed_item(heading) ^ statement ^ effort


def _bad_words_high(column: Rated) -> bool | None:
    """True where bad words stand at high numbers, by the cells, else by the heading; None where
    nothing tells.
    """
    ratings = column.ratings
    if ratings.against is not None or ratings.words:
        return ratings.against
    said = map(high_is_bad, column.texts())
    return next((high for high in said if high is not None), None)
