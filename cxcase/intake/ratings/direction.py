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
    bad_statement,
    high_is_bad,
    marks_of_any_scale,
    names_marks,
    reversed_item,
)

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
    marks = {column.field for column in known if _is_untold(column, scales[column.field])}
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


def _is_untold(column: Rated, scale: Scale) -> bool:
    """True for marks from 1 to 5 or 6 of which neither a word nor the country says which is
    best.
    """
    heading = column.heading
    if scale.low != 1 or scale.high not in _LONGEST_MARKS or not names_marks(heading):
        return False
    if marks_of_any_scale(heading) and scale.high < max(_LONGEST_MARKS):
        return False
    words = column.ratings.words is not None or column.ratings.against is not None
    told = words or reversed_item(heading) or _bad_words_high(column) is not None
    return not told and not bad_statement(heading)


def _high_is_bad(column: Rated) -> bool:
    """By the words at the numbers, in the cells or the heading, and by what the question asks; a
    label "(R)" turns it.

    Words that say good or bad themselves ("very easy") need no question. Items of employees are
    turned by label only.
    """
    heading = column.heading
    ends = _bad_words_high(column)
    asked = not column.field.startswith(ITEM) and column.ratings.neutral
    statement = asked and bad_statement(heading)
    effort = asked and not statement and ends is None and any(map(asks_effort, column.texts()))
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
