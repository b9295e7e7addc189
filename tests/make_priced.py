"""Moments of a made company with segments and teams, and models of steps whose lifts are there at
once and stay.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from make_moments import Plan, case_of, draw, link_of, population_of
from make_returns import a_step
from scipy.special import expit

from cxcase.intake import Base, SegmentBase
from cxcase.link import Population
from cxcase.moments import Moments, rank_moments
from cxcase.recommend import Step, Steps
from cxcase.roi import Model, Returns, value_steps
from cxcase.settings import Settings

SEGMENTS = ("Large", "Public", "Small")
FLAT = {
    "ramp_months": 0,
    "half_life_months": 1e12,
    "horizon": 12,
}  # a lift is there at once and stays
NAMES = ("Visit", "Invoice", "Renewal", "Complaint")


@dataclasses.dataclass(frozen=True, eq=False)
class Priced:
    """population (n,) with segments, its moments, and the base that goes with them."""

    population: Population
    moments: Moments
    base: Base
    rated: np.ndarray

    def returns(self, *steps: Step, **settings: object) -> Returns:
        chosen = Settings(**{**FLAT, "margin": 0.4, **settings})
        return value_steps(
            Steps("s", steps, ()), link_of(self.population).link, self.moments, self.base, chosen
        )

    def model(self, *steps: Step, **settings: object) -> Model:
        found = self.returns(*steps, **settings).model
        assert found is not None
        return found

    def segment(self) -> np.ndarray:
        """(n,) each response's segment."""
        codes = self.population.segment
        assert codes is not None
        return np.array([*SEGMENTS, ""])[codes]

    def team(self) -> np.ndarray:
        """(n,) each response's team."""
        return np.array(self.population.team_names)[self.population.team]

    def answered(self, name: str) -> np.ndarray:
        """(n,) True where a moment was rated, not only lived."""
        return self.rated[:, NAMES.index(name)]

    def kept(self, name: str, lift: float | np.ndarray) -> np.ndarray:
        """(n,) what each response keeps a year when its rating of one moment rises by the lift: the
        definition.
        """
        fit = self.moments.counterfactual
        assert fit is not None
        j = fit.names.index(name)
        gain = np.minimum(lift, fit.scale_high[j] - fit.rating[:, j]) * fit.lived[:, j]
        return fit.revenue * (expit(fit.log_odds) - expit(fit.log_odds + fit.slope[j] * gain))


def priced(folder: Path, plan: Plan | None = None) -> Priced:
    """A company of 24 teams and three segments, with some customers in none."""
    world = draw(plan or Plan())
    bare = population_of(world)
    codes = np.random.default_rng(5).choice([0, 1, 2, -1], len(bare.team), p=[0.2, 0.3, 0.4, 0.1])
    population = dataclasses.replace(bare, segment=codes, segment_names=SEGMENTS)
    moments = rank_moments(case_of(world, folder), link_of(population), Settings())
    start = population.revenue
    lost = population.revenue * population.churned
    rows = [
        SegmentBase(
            name,
            int((codes == code).sum()),
            float(start[codes == code].sum()),
            0,
            float(lost[codes == code].sum()),
        )
        for code, name in enumerate(SEGMENTS)
    ]
    rows.append(
        SegmentBase(
            "",
            int((codes < 0).sum()),
            float(start[codes < 0].sum()),
            0,
            float(lost[codes < 0].sum()),
        )
    )
    base = Base(None, len(codes), float(start.sum()), 0.0, 100, float(lost.sum()), 0.1, 0.9, 0.9,
                0.4, None, 0,
                tuple(rows))  # fmt: skip
    who = np.flatnonzero(world.answered)
    return Priced(population, moments, base, (world.lived & world.asked)[who])


def on(id: str, lift: float, moment: str = "Visit", **other: object) -> Step:
    """A step delivered at once, for nothing, with a sure lift."""
    fixed = {"moments": (moment,), "one_off_cost": 0.0, "yearly_cost": 0.0, "months_to_deliver": 0,
             "lift_low": lift,
             "lift_high": lift, "cost_low": 0.0, "cost_high": 0.0}  # fmt: skip
    return a_step(id, lift, **{**fixed, **other})
