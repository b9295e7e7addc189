"""Which end of a scale is the good one: columns whose high marks are bad are turned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cxcase.intake.ratings.rated_column import Rated
from cxcase.intake.schema import ITEM, Scale
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.vocabulary.scale_hints import (
    asks_effort,
    bad_statement,
    high_is_bad,
    reversed_item,
)


def turned_fields(
    rated: list[Rated], scales: Mapping[str, Scale], decisions: Mapping[str, Any], sieve: Sieve
) -> frozenset[str]:
    """The fields whose high marks are bad, each said; those of `decisions` where somebody chose."""
    if "turned" in decisions:
        return frozenset(decisions["turned"])
    turned = {c.field for c in rated if c.field in scales and _high_is_bad(c)}
    for column in rated:
        if column.field in turned:
            sieve.say("review", "scale_turned", column=column.heading)
    return frozenset(turned)


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
