"""Simulated companies whose steps do not pay, and whether the parts that are proposed in their
place truly do.

Truth is the world's own: what the part's customers, silent ones too, keep at the world's slope when
their ratings rise by a lift drawn from the range that was stated, less a cost drawn from its.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from make_moments import Plan, World, case_of, draw, link_of, population_of
from make_priced import FLAT, NAMES, on

from cxcase.intake import Base
from cxcase.moments import rank_moments
from cxcase.recommend import Step, Steps
from cxcase.roi import Returns, value_steps
from cxcase.settings import Settings

STEPS = 8  # a company
JUST = 0.15  # by how much, on a log scale, a step fails at most
DISCOUNTED = 1.1 ** (-np.arange(1, 13) / 12.0)


class Proposed(NamedTuple):
    """A part that was proposed: the chance to pay back that was stated, and whether it does."""

    stated: float
    pays: bool
    teams: int


def plan_of(seed: int, customers: int = 2500, teams: int = 16) -> Plan:
    """A company whose score means little or much for leaving; its teams differ by more or less."""
    rng = np.random.default_rng([seed, 1])
    return Plan(
        customers=customers,
        teams=teams,
        ease_slope=-float(rng.uniform(0.1, 1.1)),
        team_sd=float(rng.uniform(0.3, 0.9)),
        seed=seed,
    )


def proposals(seed: int, folder: Path) -> Iterator[Proposed]:
    """The parts that are proposed to one company for steps that do not pay as they are."""
    world = draw(plan_of(seed))
    population = population_of(world)
    moments = rank_moments(case_of(world, folder), link_of(population), Settings())
    link = link_of(population).link
    rng = np.random.default_rng([seed, 2])
    settings = Settings(**FLAT, margin=0.4)

    def returns(step: Step) -> Returns:
        return value_steps(Steps("s", (step,), ()), link, moments, _base(world), settings)

    for k in range(STEPS):
        free = _step(rng, f"R{k}")
        model = returns(free).model
        if model is None or not model.moves[free.id]:
            continue
        found = returns(_at_cost(free, float(model.benefit_draws({free.id: 1}).mean()), rng))
        for one in found.what_would:
            if one.alone is not None and found.model is not None:
                likely = one.alone.part.one_off_cost
                at = int(rng.integers(len(found.model.lift_draws[free.id])))
                lift = float(found.model.lift_draws[free.id][at])
                cost = likely * float(found.model.cost_draws[free.id][at])
                kept = _kept(world, free.moments[0], one.alone.part.teams, lift)
                truly = 0.4 / 12.0 * kept * DISCOUNTED.sum() - cost
                yield Proposed(one.alone.chance, bool(truly > 0), len(one.alone.part.teams))


def _step(rng: np.random.Generator, id: str) -> Step:
    likely = float(rng.uniform(0.2, 0.9))
    wide = float(rng.uniform(0.1, 0.6))
    ends = {"lift_low": (1 - wide) * likely, "lift_high": (1 + wide) * likely}
    return on(id, likely, str(rng.choice(NAMES)), **ends)


def _at_cost(step: Step, benefit: float, rng: np.random.Generator) -> Step:
    """The step at a cost that it just fails to earn.

    Costs that hang on no estimate are as likely at any size (on a log scale); of these, those
    that just fail lie about what is estimated so.
    """
    cost = max(benefit, 1.0) * float(np.exp(rng.uniform(0.0, JUST)))
    return dataclasses.replace(step, one_off_cost=cost, cost_low=0.9 * cost, cost_high=1.1 * cost)


def _kept(world: World, name: str, teams: tuple[str, ...] | None, lift: float) -> float:
    """Revenue a year that a lift of one moment truly keeps, of all customers or of some teams."""
    rise = np.zeros_like(world.rating)
    inside = np.ones(len(world.team), dtype=bool)
    if teams is not None:
        inside = np.isin(world.team, [int(team.removeprefix("T")) for team in teams])
    rise[inside, NAMES.index(name)] = lift
    return world.kept(rise)


def _base(world: World) -> Base:
    lost = float(world.revenue[world.churned].sum())
    whole = float(world.revenue.sum())
    none = Base(None, len(world.team), whole, 0.0, int(world.churned.sum()), lost, *([0.0] * 5), 0)
    return dataclasses.replace(none, logo_churn=float(world.churned.mean()), grr=1 - lost / whole)
