"""Who keeps a curve's money: its customers taken together by team and segment, so that parts of it can be priced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums over those a curve is about, by team and segment (c cells).

    team, segment    (c,) codes into their names; -1 where it is not known
    gains            (k, c) revenue kept a year at each of the curve's lifts, before the curve is made concave
    heard, room      (c,) customers that those with a rating stand for, and their way to the scale's end added up
    answers          (c,) ratings given; None where only a unit's mean is known
    lost             (c,) customers lost a year
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

    @classmethod
    def of(
        cls,
        names: tuple[tuple[str, ...], tuple[str, ...]],
        team: Ints,
        segment: Ints,
        kept: Iterable[Floats],
        rated: tuple[Floats, Floats],
        lost: Floats,
    ) -> Cells:
        """The sums of rows (n,). names: of teams and of segments; kept: for each lift what a row keeps (n,).

        rated: (weight of the rows with a rating, 0 for others; the way to the scale's end).
        """
        key, at = np.unique(np.stack([team, segment]), axis=1, return_inverse=True)
        at, size = at.reshape(-1), key.shape[1]

        def total(values: Floats) -> Floats:
            return np.bincount(at, values, size).astype(np.float64)

        weight, room = rated
        return cls(
            *names,
            team=key[0],
            segment=key[1],
            gains=np.array([total(values) for values in kept]),
            heard=total(weight),
            room=total(weight * np.where(weight > 0, room, 0.0)),
            answers=np.bincount(at[weight > 0], minlength=size),
            lost=total(lost),
        )

    def in_teams(self, names: Iterable[str]) -> Bools:
        """(c,) True for the cells of these teams."""
        wanted = [code for code, name in enumerate(self.team_names) if name in set(names)]
        return np.isin(self.team, wanted)

    def shares(self, slopes: Floats) -> tuple[tuple[str, ...], Floats]:
        """Segments, and what each has of the curve's slopes (k - 1,): (k - 1, segments), rows that add up to `slopes`.

        A segment whose name is not known is "". Each has its share of what all keep between two lifts; where a
        segment's own slopes would rise they are drawn towards the curve's, as little as will do, so that whatever a
        segment earns the money stays concave.
        """
        codes = np.unique(self.segment)
        names = tuple("" if code < 0 else self.segment_names[code] for code in codes.tolist())
        gains = np.stack([self.gains[:, self.segment == code].sum(axis=1) for code in codes], axis=1)
        rises = np.diff(gains, axis=0)
        all_rise = rises.sum(axis=1, keepdims=True)
        last = gains[-1].sum()
        even = gains[-1] / last if last > 0 else np.full(len(codes), 1.0 / len(codes))
        own = slopes[:, None] * np.where(all_rise > 0, rises / np.where(all_rise > 0, all_rise, 1.0), even)
        drawn = slopes[:, None] * even
        up, down = np.diff(own, axis=0), np.diff(drawn, axis=0)
        small = 1e-12 * float(np.abs(slopes).max(initial=0.0))
        over = up > small
        need = np.where(over, up / np.maximum(up - down, small or 1.0), 0.0)
        share = min(1.0, float(need.max(initial=0.0)))
        return names, (1.0 - share) * own + share * drawn if share else own
