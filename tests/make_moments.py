"""A small company with a known truth for tests of the moments stage: its Case and its Link, built
by hand.

Ease comes from the moments lived; churn from the ease recorded (and, if asked, from a moment
directly). Tenure raises ratings and cuts churn. Everybody may answer; those who left answer less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from cxcase.intake import Case, MomentColumn, Scale
from cxcase.link import FittedLink, Link, Population
from cxcase.link.data.factor_forms import Bends
from cxcase.stats.response_weights import response_weights

QUARTILE = 0.6744897501960817
LOW = 0.0
HIGH = 10.0


@dataclass(frozen=True)
class Plan:
    """What to draw. reach, slope (ease points per rating point), happening (ease points for having
    lived it): (j,).
    """

    customers: int = 6000
    teams: int = 24
    reach: Sequence[float] = (0.95, 0.6, 0.3, 0.15)
    slope: Sequence[float] = (0.25, 0.15, 0.2, 0.3)
    happening: Sequence[float] = (0.0, 0.0, 0.0, -0.8)
    names: Sequence[str] = ("Visit", "Invoice", "Renewal", "Complaint")
    team_sd: float = 0.5
    ease_slope: float = -0.6
    failing: Sequence[float] = (0.0, 0.0, 0.0, 0.0)  # ease points more per rating point below 7
    direct: Sequence[float] = (0.0, 0.0, 0.0, 0.0)  # log-odds per rating point beside ease
    leaving_bends: Sequence[float] = (
        0.0,
        0.0,
        0.0,
        0.0,
    )  # log-odds more per rating point below 7, beside ease
    churn: float = -1.9
    answer: float = 0.4  # log-odds of answering
    mood: float = 0.7  # sd of what a customer's ratings have in common
    noise: float = 1.5  # sd of what they do not
    middle: float = 6.5
    unanswered: float = 0.02  # share of lived moments left unrated
    seed: int = 1


@dataclass(frozen=True, eq=False)
class World:
    """All customers as they are (n, and n by j), and the frames a survey and ledger would show."""

    plan: Plan
    team: np.ndarray
    lived: np.ndarray
    rating: np.ndarray
    ease: np.ndarray
    rest: np.ndarray  # log-odds of leaving but for ease and direct effects
    revenue: np.ndarray
    churned: np.ndarray
    team_rating: np.ndarray  # (g, j)
    controls: np.ndarray
    answered: np.ndarray
    asked: np.ndarray
    extra: dict[str, Any] = field(default_factory=dict)

    def chance(self, lift: np.ndarray | None = None) -> np.ndarray:
        """Chance of leaving (n,) once ratings rise by lift (n, j), capped, if lived."""
        gain = np.zeros_like(self.rating) if lift is None else np.minimum(lift, HIGH - self.rating)
        gain = np.where(self.lived, gain, 0.0)
        per_point = self.plan.ease_slope * np.array(self.plan.slope) + np.array(self.plan.direct)
        quality = np.where(self.lived, self.rating - 6.5, 0.0) @ np.array(self.plan.direct)
        if any(self.plan.leaving_bends):
            under = np.where(self.lived, np.minimum(self.rating - 7.0, 0.0), 0.0)
            quality = quality + under @ np.array(self.plan.leaving_bends)
        return expit(
            self.rest + self.plan.ease_slope * (self.ease - 5) + quality + gain @ per_point
        )

    def kept(self, lift: np.ndarray) -> float:
        """Revenue a year kept by a lift, all customers."""
        return float(self.revenue @ (self.chance() - self.chance(lift)))

    def to_target(self) -> np.ndarray:
        """Points (n, j) to the best-quartile team's rating."""
        share = np.bincount(self.team) / len(self.team)
        centre = share @ self.team_rating
        target = centre + QUARTILE * np.sqrt(share @ (self.team_rating - centre) ** 2)
        return np.maximum(target - self.team_rating, 0.0)[self.team]


def draw(plan: Plan) -> World:
    """A world from a plan; equal plans, equal worlds."""
    rng = np.random.default_rng(plan.seed)
    n = plan.customers
    g = plan.teams
    j = len(plan.names)
    share = np.exp(0.5 * rng.standard_normal(g))
    team = np.concatenate(
        [np.repeat(np.arange(g), 5), rng.choice(g, n - 5 * g, p=share / share.sum())]
    )
    tenure = rng.gamma(2, 2.5, n)
    lived = rng.random((n, j)) < np.array(plan.reach)
    team_rating = plan.middle + plan.team_sd * rng.standard_normal((g, j))
    mood = plan.mood * rng.standard_normal((n, 1))
    older = 0.05 * (tenure - 5)[:, None]
    rating = np.clip(
        team_rating[team] + mood + older + plan.noise * rng.standard_normal((n, j)), LOW, HIGH
    )
    felt = np.array(plan.happening) + np.array(plan.slope) * (rating - 6.5)
    felt = felt + np.array(plan.failing) * np.minimum(rating - 7.0, 0.0)
    ease = (
        5
        + np.where(lived, felt, 0.0).sum(axis=1)
        + 0.05 * (tenure - 5)
        + 0.7 * rng.standard_normal(n)
    )
    rest = plan.churn - 0.1 * (tenure - 5) + 0.15 * rng.standard_normal(g)[team]
    revenue = np.exp(8 + 0.6 * rng.standard_normal(n))
    controls = np.column_stack([tenure - tenure.mean(), np.log(revenue) - np.log(revenue).mean()])
    world = World(plan, team, lived, rating, ease, rest, revenue, np.zeros(n, bool), team_rating,
                  controls,
                  np.zeros(n, bool), rng.random((n, j)) >= plan.unanswered,
                  {"mood": (mood + older)[:, 0]})  # fmt: skip
    world.churned[:] = rng.random(n) < world.chance()
    world.answered[:] = rng.random(n) < expit(plan.answer - 0.5 * world.churned)
    return world


def case_of(world: World, folder: Path, scale: Scale | None = None, factor: float = 1.0) -> Case:
    """The Case of those who answered; `factor` stretches the first moment's scale."""
    scale = scale or Scale(LOW, HIGH)
    who = np.flatnonzero(world.answered)
    table = {"customer_id": [f"C{i}" for i in who], "ease": world.ease[who]}
    columns = []
    for j, name in enumerate(world.plan.names):
        lived = world.lived[who, j]
        given = world.lived[who, j] & world.asked[who, j]
        times = factor if j == 0 else 1.0
        table[f"rating:{name}"] = np.where(given, world.rating[who, j] * times, np.nan)
        table[f"lived:{name}"] = lived
        ends = Scale(scale.low * times, scale.high * times)
        columns.append(
            MomentColumn(
                name, ends, int(lived.sum()), int((lived & ~given).sum()), int((~lived).sum())
            )
        )
    folder.mkdir(exist_ok=True)
    pd.DataFrame(table).to_parquet(folder / "responses.parquet")
    return Case(
        "case", folder, (), (), None, None, {"ease": Scale(0, 10)}, None, tuple(columns), "GBP", ()
    )


def population_of(world: World, order: np.ndarray | None = None) -> Population:
    """The weighted responses, in table order or another."""
    g = world.plan.teams
    n = len(world.team)
    z = np.column_stack([np.ones(n), world.churned, world.controls])
    weights = response_weights(z, world.answered, world.team, g)
    who = np.flatnonzero(world.answered)
    rows = np.arange(len(who)) if order is None else order
    who = who[rows]
    weight = weights.weight[rows]
    fold_weight = weights.fold_weight[:, rows]
    start = world.revenue[who]
    total = world.revenue.sum() - np.bincount(world.team, world.revenue, g)
    fold = fold_weight * start
    lost = np.where(world.churned, world.revenue, 0.0)
    return Population(
        rows=rows,
        customers=who,
        team=world.team[who],
        team_names=tuple(f"T{i}" for i in range(g)),
        weight=weight,
        fold_weight=fold_weight,
        revenue=weight * start * (world.revenue.sum() / (weight @ start)),
        fold_revenue=fold * (total / np.maximum(fold.sum(axis=1), 1e-300))[:, None],
        revenue_start=start,
        churned=world.churned[who],
        churned_revenue=float(lost.sum()),
        churned_revenue_fold=lost.sum() - np.bincount(world.team, lost, g),
        metric=world.ease[who],
        controls=world.controls[who],
        control_names=("tenure", "log_revenue"),
        bends=Bends.beside(("tenure", "log_revenue"), (), len(who)),
        within=g >= 6,
    )


def column(name: str) -> MomentColumn:
    """A moment on the scale 0 to 10."""
    return MomentColumn(name, Scale(LOW, HIGH), 0, 0, 0)


def link_of(population: Population | None, refused: str | None = None) -> FittedLink:
    """A link that carries nothing but the population."""
    link = Link(
        "link",
        "ease",
        Scale(0, 12),
        None,
        None,
        (),
        (),
        None,
        None,
        (),
        (),
        None,
        refused,
        (),
    )
    return FittedLink(link, population)
