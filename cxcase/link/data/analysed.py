"""The analysed responses, as every model of the link reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.link.data.customer_cells import Cells, People
from cxcase.link.data.factor_forms import Bends
from cxcase.stats.folds import Folded


@dataclass(frozen=True, eq=False)
class Population:
    """The usable responses, team by team, weighted to all customers.

    n responses, g teams; fold f leaves team f out. What is (g, n) is worked out when asked for: [:,
    rows] a block, [f] a fold; np.asarray makes an array of it.

    rows          row positions in the `responses` table (n,), rising within a team
    customers     row positions in the `customers` table (n,)
    team          team code per response (n,); team_names (g,)
    weight        response weights, sum = number of base customers (n,)
    fold_weight   weights refit without team f (g, n); 0 for that team's own rows
    revenue       weight x revenue_start, scaled so that it sums to the base's revenue_start (n,)
    fold_revenue  the same in fold f, summing to the remaining base's revenue (g, n)
    churned, churned_revenue_fold   outcome (n,), ledger churned revenue of the remaining base (g,)
    metric        CX score in native points (n,)
    controls      control columns, centred and scaled (n, k), without constant; control_names (k,)
    bends         what stands beside the lines of controls that are numbers
    dealt         True when there are no teams to compare (none known, or one): "teams" are then
                  groups of customers dealt by a hash of their id, for the jackknife alone. Nothing
                  may be said about such groups.
    within        True when churn is modelled with team means, so that the CX slope is the
                  within-team one
    segment       segment code per response (n,), -1 where it is blank; segment_names as the
                  customer list has them
    """

    rows: Ints
    customers: Ints
    team: Ints
    team_names: tuple[str, ...]
    weight: Floats
    fold_weight: Folded
    revenue: Floats
    fold_revenue: Folded
    revenue_start: Floats
    churned: Bools
    churned_revenue: float
    churned_revenue_fold: Floats
    metric: Floats
    controls: Floats
    control_names: tuple[str, ...]
    bends: Bends
    dealt: bool = False
    within: bool = True
    segment: Ints | None = None
    segment_names: tuple[str, ...] = ()

    @property
    def known_factors(self) -> Floats:
        """Controls in their form: their columns and the bends beside them (n, k + b)."""
        return np.column_stack([self.controls, self.bends.columns])

    def simpler(self) -> Population:
        """The same with the known factor that has most bends in its next simpler form."""
        return replace(self, bends=self.bends.simpler())

    def straight(self) -> Population:
        """The same with every known factor as a line."""
        return replace(self, bends=self.bends.straight())

    @property
    def teams(self) -> int | None:
        """How many teams the responses come from; None where dealt groups stand in for them."""
        if self.dealt:
            return None
        return len(self.team_names)

    def cells(self, rows: Bools, people: People, lifts: Floats, weight: Floats) -> Cells:
        """The responses behind `rows` (n,) by team and segment.

        people and weight of those rows, as in `Cells.of`.
        """
        count = int(np.count_nonzero(rows))
        unknown = np.full(count, -1, dtype=np.int64)
        team = unknown if self.dealt else self.team[rows]
        segment = unknown if self.segment is None else self.segment[rows]
        names = () if self.dealt else self.team_names, self.segment_names
        return Cells.of(
            names, team, segment, people, lifts, weight, self.weight[rows] * self.churned[rows]
        )
