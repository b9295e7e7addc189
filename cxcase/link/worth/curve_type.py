"""A moment's money curve: points of lift to revenue kept a year, concave and piecewise linear."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cxcase.estimate import Bools, Estimate, Floats
from cxcase.link.data.customer_cells import Cells
from cxcase.stats.concave import concave_shape


@dataclass(frozen=True, eq=False)
class Curve:
    """A money curve: revenue kept a year for a lift, all customers.

    value(lift) = per_point x h(lift). lifts (k,) from 0 up in points; shape (k,) concave, 0 at 0
    and 1 at one point (at the last knot of a shorter scale). per_point_draws (n_draws,) share their
    order with every other draw of the case. cells: who keeps the money, where that is known. A
    curve of some teams only is `share` of the curve called `whole`: teams names them, or those that
    are left out of it where `others` is True.
    """

    name: str
    lifts: Floats
    shape: Floats
    per_point: Estimate
    per_point_draws: Floats
    headroom: float  # scale end minus weighted mean among those who lived it, points
    cells: Cells | None = None
    whole: str | None = None
    share: float = 1.0
    teams: tuple[str, ...] = ()
    others: bool = False

    @property
    def about(self) -> str:
        """The moment, or the metric, that the curve is about."""
        return self.whole or self.name

    def part(
        self, name: str, rows: Bools, teams: tuple[str, ...], others: bool = False
    ) -> Curve | None:
        """The curve of some of its cells (c,), under a name of its own.

        None where nobody in them gave a rating. What a point is worth there moves with what it is
        worth everywhere: the slope is that of all customers.
        """
        cells = self.cells
        if cells is None or cells.heard[rows].sum() <= 0:
            return None
        unit = min(1.0, float(self.lifts[-1]))
        gains = cells.gains[:, rows].sum(axis=1)
        at_unit, everybody = (
            float(np.interp(unit, self.lifts, g)) for g in (gains, cells.gains.sum(axis=1))
        )
        share = at_unit / everybody if everybody > 0 else 0.0
        worth = self.per_point
        low, value, high = (
            None if v is None else v * share for v in (worth.low, worth.value, worth.high)
        )
        inside = cells.only(rows)
        return replace(
            self,
            name=name,
            shape=concave_shape(self.lifts, gains),
            per_point=replace(worth, low=low, value=value, high=high),
            per_point_draws=self.per_point_draws * share,
            headroom=float(inside.room.sum() / inside.heard.sum()),
            cells=inside,
            whole=self.about,
            share=share,
            teams=teams,
            others=others,
        )

    def by_segment(self) -> tuple[tuple[str, ...], Floats]:
        """Segments, and the part of the curve's shape that each has, (k, segments).

        They add up to the shape.
        """
        if self.cells is None:
            return ("",), self.shape[:, None]
        width = np.diff(self.lifts)
        names, slopes = self.cells.shares(np.diff(self.shape) / width)
        return names, np.concatenate(
            [np.zeros((1, len(names))), np.cumsum(slopes * width[:, None], axis=0)]
        )

    def h(self, lift: Floats | float) -> Floats:
        """The curve's shape at a lift in points, shape as `lift`.

        Below 0 the first segment goes on downwards.
        """
        lift = np.asarray(lift, dtype=np.float64)
        return np.where(
            lift < 0, lift * self.shape[1] / self.lifts[1], np.interp(lift, self.lifts, self.shape)
        )
