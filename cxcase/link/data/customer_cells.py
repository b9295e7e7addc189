"""Who keeps a curve's money: its customers as sums by team and segment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from cxcase.estimate import Bools, Floats, Ints
from cxcase.stats.teams import held_to

MANY_ROWS = 20_000  # rows above which those alike are taken together
DENSE = 5_000_000  # largest key up to which keys are counted in a table
# of log-odds and of the way to the scale's end, within a cell
BINS = 64
ROOMS = 100


@dataclass(frozen=True, eq=False)
class People:
    """Those a curve is about (n,): log-odds of leaving, revenue a year, points to the end.

    room: to the scale's end; pull: log-odds per point.
    """

    log_odds: Floats
    revenue: Floats
    room: Floats
    pull: float

    def kept(self, lift: float) -> Floats:
        """(n,) revenue a year that each keeps when ratings rise by the lift, as far as they can."""
        moved = self.log_odds - self.pull * np.minimum(lift, self.room)
        return np.asarray(self.revenue * (expit(self.log_odds) - expit(moved)))


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums over those a curve is about, by team and segment (c cells).

    team, segment    (c,) codes into their names; -1 where it is not known
    gains            (k, c) revenue kept a year at each of the curve's lifts, before the curve is
                     made concave
    heard, room      (c,) customers that those with a rating stand for, and their way to the scale's
                     end added up
    answers          (c,) ratings given; None where only a unit's mean is known
    lost             (c,) customers lost a year
    squares          (c,) squares of what each rating stands for at one point more, added up: for
                     how far a cell's sum may be off. None where only a unit's mean is known
    """

    team_names: tuple[str, ...]
    segment_names: tuple[str, ...]
    team: Ints
    segment: Ints
    gains: Floats
    heard: Floats
    room: Floats
    answers: Ints | None
    lost: Floats
    squares: Floats | None = None

    @classmethod
    def of(
        cls,
        names: tuple[tuple[str, ...], tuple[str, ...]],
        team: Ints,
        segment: Ints,
        people: People,
        lifts: Floats,
        weight: Floats,
        lost: Floats,
    ) -> Cells:
        """The sums of rows (n,) at each lift (k,).

        names: of teams and of segments; weight: of rows with a rating, 0 of others; lost: customers
        lost, row by row.
        """
        wide = len(names[1]) + 1
        there, at = _numbered((team + 1) * wide + segment + 1)
        size = len(there)

        def total(values: Floats) -> Floats:
            return np.bincount(at, values, size).astype(np.float64)

        return cls(
            *names,
            team=there // wide - 1,
            segment=there % wide - 1,
            gains=_gains(at, size, people, lifts),
            heard=total(weight),
            room=total(weight * np.where(weight > 0, people.room, 0.0)),
            answers=np.bincount(at[weight > 0], minlength=size),
            lost=total(lost),
            squares=total(people.kept(min(1.0, float(lifts[-1]))) ** 2),
        )

    def only(self, rows: Bools) -> Cells:
        """Some of the cells (c,)."""
        return replace(
            self,
            team=self.team[rows],
            segment=self.segment[rows],
            gains=self.gains[:, rows],
            heard=self.heard[rows],
            room=self.room[rows],
            answers=None if self.answers is None else self.answers[rows],
            lost=self.lost[rows],
            squares=None if self.squares is None else self.squares[rows],
        )

    def variance(self, rows: Bools, at_one: float) -> float:
        """Sampling variance of what some of the cells keep at one point more, which is `at_one`; 0
        where it cannot be told. The silent are what is not known: those heard stand for them.
        """
        if self.squares is None or self.answers is None:
            return 0.0
        n = float(self.answers[rows].sum())
        if n < 2:
            return at_one**2
        silent = max(0.0, 1.0 - n / max(float(self.heard[rows].sum()), n))
        apart = max(0.0, float(self.squares[rows].sum()) - at_one**2 / n)
        return silent * apart * n / (n - 1.0)

    def held_to(self, names: Iterable[str]) -> Bools:
        """(c,) True for the cells of these teams and segments."""
        by_team = (self.team_names, self.team)
        return held_to(names, by_team, (self.segment_names, self.segment))

    @property
    def group_names(self) -> tuple[str, ...]:
        """What customers may be held to: teams, then segments."""
        return (*self.team_names, *self.segment_names)

    def pairs(self, segments: int) -> Ints:
        """(c,) team and segment of each as one number, for so many segments."""
        return np.asarray((self.team + 1) * (segments + 1) + self.segment + 1)

    def shares(self, slopes: Floats) -> tuple[tuple[str, ...], Floats]:
        """Segments, and what each has of the curve's slopes (k - 1,): (k - 1, segments).

        Rows add up to `slopes`. A segment whose name is not known is "". Each has its share of what
        all keep between two lifts; where a segment's own slopes would rise they are drawn towards
        the curve's, as little as will do, so that whatever a segment earns the money stays concave.
        """
        codes = np.unique(self.segment)
        names = tuple("" if code < 0 else self.segment_names[code] for code in codes.tolist())
        gains = np.stack(
            [self.gains[:, self.segment == code].sum(axis=1) for code in codes], axis=1
        )
        rises = np.diff(gains, axis=0)
        all_rise = rises.sum(axis=1, keepdims=True)
        last = gains[-1].sum()
        even = gains[-1] / last if last > 0 else np.full(len(codes), 1.0 / len(codes))
        own = slopes[:, None] * np.where(
            all_rise > 0, rises / np.where(all_rise > 0, all_rise, 1.0), even
        )
        drawn = slopes[:, None] * even
        up = np.diff(own, axis=0)
        down = np.diff(drawn, axis=0)
        small = 1e-12 * float(np.abs(slopes).max(initial=0.0))
        over = up > small
        need = np.where(over, up / np.maximum(up - down, small or 1.0), 0.0)
        share = min(1.0, float(need.max(initial=0.0)))
        return names, (1.0 - share) * own + share * drawn if share else own


def _gains(cell: Ints, cells: int, people: People, lifts: Floats) -> Floats:
    """(k, cells) revenue kept by cell at each lift.

    Of many rows those alike in a cell are taken together first.
    """
    if len(cell) > MANY_ROWS:
        cell, people = _together(cell, people)
    return np.array(
        [np.bincount(cell, people.kept(lift), cells) for lift in lifts.tolist()], dtype=np.float64
    )


def _together(cell: Ints, people: People) -> tuple[Ints, People]:
    """Rows of one cell with nearly the same log-odds and room as one.

    Each with the mean of its money.
    """
    eta = people.log_odds
    room = np.maximum(people.room, 0.0)
    step = (float(eta.max()) - float(eta.min())) / BINS or 1.0
    at = np.minimum(((eta - eta.min()) / step).astype(np.int64), BINS - 1)
    wide = (float(room.max()) or 1.0) / ROOMS
    key = (cell * BINS + at) * (ROOMS + 1) + np.rint(room / wide).astype(np.int64)
    keys, row = _numbered(key)
    money = np.bincount(row, people.revenue)
    each = np.where(money > 0, money, 1.0)
    middle = np.bincount(row, people.revenue * eta) / each
    left = np.bincount(row, people.revenue * people.room) / each
    return keys // (BINS * (ROOMS + 1)), People(middle, money.astype(np.float64), left, people.pull)


def _numbered(key: Ints) -> tuple[Ints, Ints]:
    """(keys that occur, ascending; place of each row's key among them).

    Without sorting where keys lie close.
    """
    if len(key) == 0 or int(key.max()) > DENSE:
        keys, row = np.unique(key, return_inverse=True)
        return keys, row.reshape(-1)
    count = np.bincount(key)
    keys = np.flatnonzero(count)
    place = np.zeros(len(count), dtype=np.int64)
    place[keys] = np.arange(len(keys))
    return keys, place[key]
