"""Simulated companies: one structural model, and ways in which a real one may differ from ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit, log_ndtr

from cxcase.estimate import Bools, Floats, Ints

CUSTOMERS_A_TEAM = 250
EX_ANSWERS = 8  # a team, on average
EX_SPREAD = 0.6
EX_TEAM_SD = 0.4
EX_MEAN = 3.6
SCORE_LEVEL = 6.6
LOW = 0.0
HIGH = 10.0
# points, and log-odds, per sd of tenure: what confounds
TENURE_SCORE = 0.6
TENURE_CHURN = -0.5
# months: of straight tenure the mean and sd; where it bends most are early, and few come this far
TENURE_MEAN = 48.0
TENURE_SD = 20.0
EARLY = 36.0
LONGEST = 240.0
SUPER_TEAMS = 3_000
SUPER_CUSTOMERS = 600_000
SMALL = 0.25  # EX points up and down for the true slope


@dataclass(frozen=True)
class Arm:
    """One scenario. Numbers are slopes of the structural model.

    Flags switch ways of being wrong on.
    """

    name: str
    teams: int
    size_sd: float = 0.6  # of log team size
    ex_to_cx: float = 0.9  # score points per EX point
    cx_to_churn: float = -0.30  # log-odds per score point
    growth: float = 0.02  # share of revenue per score point, among those who stay
    leavers_quiet: float = 0.0  # log-odds by which leavers answer less
    threshold: bool = False  # churn jumps below a score instead of moving evenly
    noisy: bool = False  # customers act on what they felt; the mark is that plus noise, rounded
    rounded: bool = False  # customers act on what they felt; the mark is that, rounded
    heavy: bool = False  # team effects from a t with 3 degrees of freedom
    # what tenure acts by: itself, its logarithm, or a hump in the middle
    tenure: Literal["straight", "log", "hump"] = "straight"
    specified: bool = True  # False: the model is wrong on purpose; reported, not held to the rule


@dataclass(frozen=True, eq=False)
class World:
    """Customers as they are: `felt` is what they act on, `score` the mark they would give."""

    team: Ints
    ex: Floats  # (g,) true team EX
    months: Floats
    tenure: Floats  # what tenure acts by, at mean 0 and sd 1
    segment: Ints
    revenue: Floats
    felt: Floats
    score: Floats
    rest: Floats  # log-odds of leaving but for the score
    churned: Bools
    growth: Floats  # ratio of end to start revenue if they stay, at their score
    answered: Bools


def draw(arm: Arm, rng: np.random.Generator, teams: int, customers: int) -> World:
    """A world of this arm."""
    size = rng.lognormal(0, arm.size_sd, teams)
    team = rng.choice(teams, customers, p=size / size.sum())
    ex = EX_MEAN + EX_TEAM_SD * rng.normal(size=teams)
    own = rng.standard_t(3, (2, teams)) / np.sqrt(3) if arm.heavy else rng.normal(size=(2, teams))
    months, tenure = tenure_of(arm, rng.normal(size=customers))
    segment = rng.choice(3, customers, p=[0.6, 0.25, 0.15])
    revenue = np.exp(8 + 0.25 * tenure + 0.3 * (segment == 2) + 0.8 * rng.normal(size=customers))
    noise = 1.7 * rng.normal(size=customers)
    latent = (
        SCORE_LEVEL
        + arm.ex_to_cx * (ex[team] - EX_MEAN)
        + 0.35 * own[0, team]
        + TENURE_SCORE * tenure
        + noise
    )
    error = 0.8 * rng.normal(size=customers) if arm.noisy else 0.0
    score = np.clip(np.rint(latent + error), LOW, HIGH)
    felt = np.clip(latent, LOW, HIGH) if arm.noisy or arm.rounded else score
    direct = -0.2 * (ex[team] - EX_MEAN) if arm.ex_to_cx else 0.0
    rest = -1.7 + TENURE_CHURN * tenure + 0.15 * (segment == 1) + 0.2 * own[1, team] + direct
    churned = rng.random(customers) < leaving(arm, rest, felt)
    growth = 1.03 + arm.growth * (felt - SCORE_LEVEL) + 0.01 * tenure
    standing = (np.log(revenue) - 8) / 0.85
    answers = expit(-0.7 + 0.3 * tenure + 0.15 * standing - arm.leavers_quiet * churned)
    return World(
        team,
        ex,
        months,
        tenure,
        segment,
        revenue,
        felt,
        score,
        rest,
        churned,
        growth,
        rng.random(customers) < answers,
    )


def tenure_of(arm: Arm, normal: Floats) -> tuple[Floats, Floats]:
    """(months, what they act by at mean 0 and sd 1) from standard normal draws (n,)."""
    if arm.tenure == "straight":
        return TENURE_MEAN + TENURE_SD * normal, normal
    months = _months(normal)
    mean, spread = _bent_scale(arm.tenure)
    return months, (_bent(arm.tenure, months) - mean) / spread


def _months(normal: Floats) -> Floats:
    """Whole months, most of them few: from 1, the rest exponential."""
    return np.asarray(1.0 + np.floor(np.minimum(-EARLY * log_ndtr(-normal), LONGEST)))


def _bent(kind: str, months: Floats) -> Floats:
    if kind == "log":
        return np.asarray(np.log(months))
    share = months / EARLY
    return np.asarray(share * np.exp(1.0 - share))


@cache
def _bent_scale(kind: str) -> tuple[float, float]:
    """(mean, sd) of what months act by."""
    bent = _bent(kind, _months(np.random.default_rng(11).normal(size=SUPER_CUSTOMERS)))
    return float(bent.mean()), float(bent.std())


def leaving(arm: Arm, rest: Floats, felt: Floats) -> Floats:
    """Chance of leaving at what was felt (n,)."""
    if arm.threshold:
        return np.asarray(
            expit(rest - 0.2 + 0.5 * arm.cx_to_churn * (felt - SCORE_LEVEL) + 0.9 * (felt <= 4.5))
        )
    return np.asarray(expit(rest + arm.cx_to_churn * (felt - SCORE_LEVEL)))


def frames_of(world: World, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """What the company's spreadsheets would say, as intake types them."""
    n = len(world.team)
    ids = pd.Series([f"C{i:06d}" for i in range(n)])
    moved = np.maximum(world.growth + 0.15 * rng.normal(size=n), 0.0)
    customers = pd.DataFrame(
        {
            "customer_id": ids,
            "team": np.char.add("T", world.team.astype(str)),
            "segment": np.array(["A", "B", "C"])[world.segment],
            "tenure_months": world.months,
            "revenue_start": world.revenue,
            "revenue_end": np.where(world.churned, 0.0, world.revenue * moved),
            "churned": world.churned,
        }
    )
    heard = np.flatnonzero(world.answered)
    cx = pd.DataFrame(
        {
            "customer_id": ids.to_numpy()[heard],
            "responded_at": pd.Timestamp("2025-03-01"),
            "ease": world.score[heard],
        }
    )
    return {"customers": customers, "cx": cx, "ex": _pulse(world.ex, rng)}


def _pulse(ex: Floats, rng: np.random.Generator) -> pd.DataFrame:
    n = np.maximum(5, rng.poisson(EX_ANSWERS, len(ex)))
    answers = [
        level + EX_SPREAD * rng.normal(size=count) for level, count in zip(ex, n, strict=True)
    ]
    return pd.DataFrame(
        {
            "team": [f"T{g}" for g in range(len(ex))],
            "wave": pd.Timestamp("2025-01-15"),
            "n": n,
            "mean": [a.mean() for a in answers],
            "sd": [a.std(ddof=1) for a in answers],
        }
    )


def truth_of(arm: Arm) -> dict[str, float]:
    """What is true of the population that companies of this arm are drawn from.

    Money as a share of revenue.
    """
    world = draw(arm, np.random.default_rng([4242, arm.teams]), SUPER_TEAMS, SUPER_CUSTOMERS)
    up = np.minimum(world.felt + 1.0, HIGH)
    p = leaving(arm, world.rest, world.felt)
    q = leaving(arm, world.rest, up)
    share = world.revenue / world.revenue.sum()
    kept = float(share @ (p - q))
    both = float(
        share @ ((1 - q) * (world.growth + arm.growth * (up - world.felt)) - (1 - p) * world.growth)
    )
    slope = dict(_slopes(arm, world))
    reliability = EX_TEAM_SD**2 / (EX_TEAM_SD**2 + _noise())
    through = leaving(arm, world.rest, np.clip(world.felt + slope["ex"], LOW, HIGH)) - p
    measured = (
        leaving(arm, world.rest, np.clip(world.felt + slope["ex"] * reliability, LOW, HIGH)) - p
    )
    return {
        "cx_to_churn": slope["cx"],
        "ex_to_cx": slope["ex"] * reliability,
        "ex_to_cx_corrected": slope["ex"],
        "ex_to_churn_through_cx": float(measured.mean()),
        "through_cx_true": float(through.mean()),
        "kept": kept,
        "added": both - kept,
        "both": both,
    }


def _slopes(arm: Arm, world: World) -> Iterator[tuple[str, float]]:
    """Mean change in churn a point felt, and of the score a point of true EX, by small moves."""
    step = 0.5 if arm.threshold else 1e-4
    around = [leaving(arm, world.rest, world.felt + sign * step) for sign in (1, -1)]
    yield "cx", float((around[0] - around[1]).mean() / (2 * step))
    if arm.ex_to_cx == 0:
        yield "ex", 0.0
        return
    again = [_score_at(arm, world, sign * SMALL) for sign in (1, -1)]
    yield "ex", float((again[0] - again[1]).mean() / (2 * SMALL))


def _score_at(arm: Arm, world: World, more_ex: float) -> Floats:
    """Expected mark with every team's EX moved; the latent score about its mean is normal."""
    rng = np.random.default_rng(99)  # the same chance on both sides
    sd = np.hypot(1.7, 0.8 if arm.noisy else 0.0)
    centre = (
        SCORE_LEVEL
        + arm.ex_to_cx * (world.ex[world.team] - EX_MEAN + more_ex)
        + TENURE_SCORE * world.tenure
    )
    return np.asarray(
        np.clip(np.rint(centre + np.hypot(sd, 0.35) * rng.normal(size=len(world.team))), LOW, HIGH)
    )


def _noise() -> float:
    """Mean sampling variance of a team's EX: answers are Poisson, five at least."""
    rng = np.random.default_rng(7)
    return float(np.mean(EX_SPREAD**2 / np.maximum(5, rng.poisson(EX_ANSWERS, 200_000))))
