"""Prediction errors of linear models for teams that they were not fit on, from sums by team."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.stats.ols import solve_each
from cxcase.stats.teams import team_rows


def crosses_within(columns: Floats, team: Ints, teams: int, parts: int) -> Floats:
    """Cross-products (parts, k, k) of columns (n, k) about their team's mean; teams dealt to parts.

    Team g belongs to part g modulo parts: in team codes by size, parts are of about one size.
    """
    rows = team_rows(team, teams)
    columns = rows.arrange(columns)
    found = np.zeros((parts, columns.shape[1], columns.shape[1]))
    for code in range(teams):
        pieces = list(rows.of(code))
        if not pieces:
            continue
        mean = columns[pieces[0].start : pieces[-1].stop].mean(0)
        for piece in pieces:
            about = columns[piece] - mean
            found[code % parts] += about.T @ about
    return found


def error_left_out(crosses: Floats, target: int, columns: Ints) -> float:
    """The squared error of column `target` when each part is predicted by the others.

    By least squares on `columns`; crosses (f, k, k) as in `crosses_within`.
    """
    rest = crosses.sum(0) - crosses
    block = np.ix_(np.arange(len(crosses)), columns, columns)
    beta = solve_each(rest[block], rest[:, columns, target])
    left = np.einsum("fi,fij,fj->", beta, crosses[block], beta)
    along = np.einsum("fi,fi->", beta, crosses[:, columns, target])
    return float(crosses[:, target, target].sum() - 2.0 * along + left)
