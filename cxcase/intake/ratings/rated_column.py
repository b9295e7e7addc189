"""A rating column as people answered it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cxcase.intake.ratings.no_answer_codes import TOLERATED, stand_apart
from cxcase.intake.ratings.parse import Ratings
from cxcase.intake.schema import Scale
from cxcase.intake.vocabulary.scale_hints import labelled_scale


@dataclass(frozen=True, eq=False)
class Rated:
    """One rating column: its field, heading and ratings.

    question: what it has in common with others of a matrix. title: what stands above the table of
    its scale, where its numbers lie on that.
    """

    field: str
    heading: str
    ratings: Ratings
    question: str = ""
    title: str = ""

    def texts(self) -> tuple[str, ...]:
        """The heading, then the question and the title where there are such."""
        return (self.heading, *filter(None, (self.question, self.title)))


def below_title(column: Rated, title: str) -> Rated:
    """The column with what the title says of its scale, where its numbers lie on that."""
    scale = labelled_scale(title)
    if not title or column.field in ("nps", "enps"):
        return column
    if scale is not None and not holds(scale, column):
        return column
    return replace(column, title=title)


def holds(scale: Scale, column: Rated) -> bool:
    """True when the scale holds all but a stray few of the column's numbers; codes and zeros are
    not looked at.
    """
    numbers = column.ratings.numbers
    counts = column.ratings.answers.counts
    rated = ~np.isnan(numbers) & (numbers != 0) & ~stand_apart(numbers, counts)
    inside = rated & (numbers >= scale.low) & (numbers <= scale.high)
    return bool(counts[inside].sum() >= (1 - TOLERATED) * counts[rated].sum())
