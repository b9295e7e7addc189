"""A rating column as people answered it."""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.intake.ratings.parse import (
    Ratings,
)


@dataclass(frozen=True, eq=False)
class Rated:
    """One rating column: its field, heading and ratings.

    question: what it has in common with others of a matrix.
    """

    field: str
    heading: str
    ratings: Ratings
    question: str = ""

    def texts(self) -> tuple[str, ...]:
        """The heading, then the question where there is one."""
        if self.question:
            return (self.heading, self.question)
        return (self.heading,)
