"""What a comparison of teams can show: its standard error and the least effect it can detect."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import t as student

SURE = 0.95  # two-sided, that what is found is not chance
POWER = 0.80  # that an effect of this size is found


@dataclass(frozen=True)
class Comparison:
    """Treated teams beside others.

    teams, treated   how many there are in all, and how many of them are treated
    per_team         answers of one team
    variance         of one answer: p (1 - p) of a share, the squared sd of a rating
    icc              share of that variance that lies between teams
    between, within  what a baseline explains of each (R2)
    """

    teams: int
    treated: int
    per_team: float
    variance: float
    icc: float
    between: float = 0.0
    within: float = 0.0

    @property
    def possible(self) -> bool:
        """True where both groups have a team and the spread of teams can be told."""
        return 0 < self.treated < self.teams and self.teams > 2 and self.per_team > 0

    @property
    def se(self) -> float:
        """Standard error of the difference; infinite where there is nothing to compare."""
        if not self.possible:
            return math.inf
        share = self.treated / self.teams
        of_teams = self.icc * (1.0 - self.between)
        of_answers = (1.0 - self.icc) * (1.0 - self.within) / self.per_team
        spread = self.variance / (share * (1.0 - share) * self.teams)
        return math.sqrt(spread * (of_teams + of_answers))

    @property
    def least(self) -> float:
        """The least effect it detects with `POWER` at `SURE`, in the unit of an answer.

        Source: Bloom 1995, Evaluation Review 19, 547-556 (minimum detectable effects), with teams
        as clusters and t(teams - 2).
        """
        if not self.possible:
            return math.inf
        quantiles = student.ppf([1.0 - (1.0 - SURE) / 2.0, POWER], self.teams - 2)
        return float(quantiles.sum() * self.se)


def least_p(teams: int, treated: int) -> float:
    """The smallest two-sided p that permuting the treated teams can give."""
    ways = math.comb(teams, treated)
    alike = 2 if 2 * treated == teams else 1  # swapping the halves gives the same difference
    return min(1.0, alike / ways)
