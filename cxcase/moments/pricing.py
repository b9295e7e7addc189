"""What revenue at stake is priced with: a model's log-odds, the slopes, and the targets."""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.estimate import Bools, Floats
from cxcase.moments.models import Design, LogOdds
from cxcase.moments.targets import Targets


@dataclass(frozen=True, eq=False)
class Pricing:
    """Log-odds, slopes and targets of j moments under f weightings.

    slope (f, j) log-odds per point, each moment alone; joint_slope (f, j): the slopes that joint
    figures are made of; has_target (j,): moments without one have no stake.
    """

    design: Design
    log_odds: LogOdds
    slope: Floats
    joint_slope: Floats
    targets: Targets
    has_target: Bools

    def below_target(self, fold: int) -> Floats:
        """Points (n, j) by which customers are to rise in one fold; below 0 where above it."""
        return self.targets.below(self.design.blocks, self.design.population.team, fold)

    @property
    def numbers(self) -> int:
        """Rows x folds x moments: what pricing every fold in full works through."""
        folds, moments = self.slope.shape
        return int(folds * len(self.design.churned) * moments)
