"""Ratings of employees that a file writes as shares between 0 and 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cxcase.intake.ratings.rated_column import Rated
from cxcase.intake.schema import Scale


def holds_shares(column: Rated) -> bool:
    """True for numbers between 0 and 1 with decimals, and nothing that states another scale."""
    ratings = column.ratings
    numbers = ratings.numbers[~np.isnan(ratings.numbers)]
    if not len(numbers) or ratings.words or ratings.stated:
        return False
    return bool(((numbers >= 0) & (numbers <= 1)).all() and (numbers % 1 != 0).any())


def as_share(column: Rated) -> Rated:
    """The column on 0-1 where it holds shares, else as it is."""
    if not holds_shares(column):
        return column
    return replace(column, ratings=replace(column.ratings, stated=Scale(0, 1)))


def as_percent(column: Rated) -> Rated:
    """The column in percent where it holds shares (percent cells of a workbook), else as it is."""
    if not holds_shares(column):
        return column
    ratings = column.ratings
    percent = replace(
        ratings, values=ratings.values * 100, numbers=ratings.numbers * 100, stated=Scale(0, 100)
    )
    return replace(column, ratings=percent)
