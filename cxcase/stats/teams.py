"""Rows laid out team by team: sums by team in a fixed order and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

import numpy as np

from cxcase.estimate import Bools, Floats, Ints

CHUNK = 65_536  # rows a pass holds at once
Values = TypeVar("Values", bound=Floats | Bools)


@dataclass(frozen=True, eq=False)
class TeamRows:
    """Row order and bounds that make teams contiguous.

    order is None when rows already are; bounds (g + 1,).
    """

    order: Ints | None
    bounds: Ints

    @property
    def teams(self) -> int:
        """Number of teams g."""
        return len(self.bounds) - 1

    def arrange(self, values: Values) -> Values:
        """`values`, shape (n, ...), with each team's rows together."""
        if self.order is None:
            return values
        return cast(Values, values[self.order])

    def of(self, team: int) -> Iterator[slice]:
        """The rows of a team, at most CHUNK at a time."""
        for start in range(self.bounds[team], self.bounds[team + 1], CHUNK):
            yield slice(start, min(start + CHUNK, self.bounds[team + 1]))

    def pieces(self) -> Iterator[tuple[int, slice]]:
        """(team, rows) pairs of at most CHUNK rows, teams in order."""
        return ((team, rows) for team in range(self.teams) for rows in self.of(team))


def team_rows(team: Ints, teams: int) -> TeamRows:
    """How to lay out rows by team.

    team (n,) holds codes 0..teams-1. Raises ValueError on any other code.
    """
    team = np.asarray(team, dtype=np.int64)
    if team.size and (team.min() < 0 or team.max() >= teams):
        raise ValueError(
            f"team codes run {team.min()} to {team.max()}, must lie in 0 to {teams - 1}"
        )
    order = None if np.all(team[:-1] <= team[1:]) else np.argsort(team, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(np.bincount(team, minlength=teams))]).astype(np.int64)
    return TeamRows(order, bounds)


def team_means(values: Floats, weight: Floats, team: Ints, teams: int) -> Floats:
    """Weighted mean of values (n,) in each team, shape (teams,); NaN for a team without weight."""
    total = np.bincount(team, weight, minlength=teams)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.bincount(team, weight * values, minlength=teams) / total


def team_totals(values: Floats, team: Ints, teams: int) -> Floats:
    """Sum of values (n,) in each team, shape (teams,)."""
    return np.bincount(team, values, minlength=teams).astype(np.float64)


def held_to(wanted: Iterable[str], *groupings: tuple[Sequence[str], Ints]) -> Bools:
    """(n,) True for the rows in the groups that are named: in one of them of each grouping of which
    any is named, such as one of these teams and one of these segments.

    groupings: names of groups, and each row's code into them. A name belongs to the first grouping
    that has it. Where no name is known, no row is in it.
    """
    left = set(wanted)
    inside = np.ones(len(groupings[0][1]), dtype=bool)
    known = False
    for names, codes in groupings:
        own = [code for code, name in enumerate(names) if name in left]
        if own:
            known = True
            inside &= np.isin(codes, own)
            left -= {names[code] for code in own}
    return inside & known


def intraclass(values: Floats, team: Ints, teams: int) -> float | None:
    """Share of the variance of values (n,) that lies between teams; None with one team.

    By one-way analysis of variance.

    Source: Donner 1986, Int. Stat. Rev. 54, 67-82 (teams of unequal size).
    """
    n = np.bincount(team, minlength=teams).astype(np.float64)
    used = n > 0
    count = int(used.sum())
    total = float(n.sum())
    if count < 2 or total <= count:
        return None
    mean = np.bincount(team, values, minlength=teams) / np.where(used, n, 1.0)
    between = float(n @ (mean - values.mean()) ** 2) / (count - 1)
    within = float(np.sum((values - mean[team]) ** 2)) / (total - count)
    size = (total - float(n @ n) / total) / (count - 1)
    spread = between + (size - 1) * within
    if spread > 0:
        return float(np.clip((between - within) / spread, 0.0, 1.0))
    return None
