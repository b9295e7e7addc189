"""Everything computed of the moments that may have a slope, before it is put into figures."""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.estimate import Bools, Estimate, Floats
from cxcase.link import Population
from cxcase.moments.blocks import Ratings, code_blocks
from cxcase.moments.figures import importance
from cxcase.moments.models import Chain, Design, Direct, fit_chain, fit_direct, make_design, shrink
from cxcase.moments.money import Money, Split, price, split_joint
from cxcase.moments.target import Targets, best_quartile
from cxcase.stats.gates import MIN_TEAMS_INTERVAL
from cxcase.stats.shapley import Lmg


@dataclass(frozen=True, eq=False)
class Fitted:
    """All that is computed of the j moments that may have a slope, under f weightings: all teams, then each left out.

    log_odds (f, n), slope (f, j) log-odds per point: of the model in use. aimed (j,): has a target.
    """

    design: Design
    chain: Chain
    direct: Direct
    log_odds: Floats
    slope: Floats
    targets: Targets
    aimed: Bools
    money: Money
    split: Split
    importance: tuple[Estimate, ...]
    parts: Lmg

    @property
    def names(self) -> tuple[str, ...]:
        """The moments (j,)."""
        return self.design.blocks.names

    @property
    def too_few_teams(self) -> bool:
        """Whether there are fewer than 6 teams, so that there is no best quartile of them."""
        return len(self.slope) - 1 < MIN_TEAMS_INTERVAL

    @property
    def model(self) -> str:
        """ "block" where direct slopes could be estimated, else "index"."""
        return "index" if self.direct.slope is None else "block"


def fit_moments(ratings: Ratings, population: Population, seed: int) -> Fitted:
    """The models, targets and money of moments that passed their gates, all teams and each left out.

    Money comes from the index model where events are few, and from direct slopes shrunk towards it where they allow.
    Over 60 simulated companies of 48 teams whose moments act through the score alone, the joint figure was as good by
    either (root mean square error 15.5 % by the index, 15.0 % shrunk, 18.0 % direct); where one moment also acted past
    the score (40 companies), that moment's money was 42 % too low by the index, 34 % shrunk.
    """
    design = make_design(code_blocks(ratings, population.weight), population)
    chain, direct = fit_chain(design), fit_direct(design)
    log_odds, slope = chain.log_odds, chain.slope
    if direct.slope is not None and direct.log_odds is not None:
        log_odds = direct.log_odds
        slope = shrink(direct.slope, chain.slope, design.blocks.high - design.blocks.low)
    targets = best_quartile(design.blocks, design.weights, population.team, len(population.team_names))
    aimed = targets.differ & (len(population.team_names) >= MIN_TEAMS_INTERVAL)
    money = price(design, log_odds, slope, targets.gap, aimed)
    split = split_joint(design, log_odds[0] + money.shift[0], slope[0], targets.gap[0], aimed)
    shares, parts = importance(design, chain, seed)
    return Fitted(design, chain, direct, log_odds, slope, targets, aimed, money, split, shares, parts)
