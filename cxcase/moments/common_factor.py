"""What the moments have in common apart from what each adds, where their ratings move together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from cxcase.estimate import Bools, Estimate, Floats, Ints
from cxcase.moments.design import PAIR
from cxcase.moments.fit import Fitted
from cxcase.moments.fold_estimates import estimates
from cxcase.moments.fold_sums import by_team, left_out
from cxcase.moments.money import EXACT_NUMBERS, gains
from cxcase.moments.result import CommonFactor
from cxcase.stats.cluster import jackknife
from cxcase.stats.factor import one_factor
from cxcase.stats.logit import expit
from cxcase.stats.teams import team_means

FEWEST = 3  # moments that a common factor can be told from
# responses that a fold's split is worked out from where there are too many for all
FOLD_ROWS = 20000


@dataclass(frozen=True, eq=False)
class Common:
    """One common level behind j moments' ratings within teams, under f weightings.

    share (f, j) of a rating's variation that is common; level (f, j) points that a standard
    deviation of the common level is of each rating; own (f, j) variance that is not common, points
    squared.
    """

    share: Floats
    level: Floats
    own: Floats


def fit_common_factor(fitted: Fitted, currency: str) -> CommonFactor | None:
    """What moments have in common; None with fewer than 3 of them.

    `variation` is how much of what the moments explain of the CX metric is common. The joint
    revenue at stake is taken apart by its lifts: each customer's lifts are one common step, in the
    proportions in which ratings move together (the best fit by least squares, each moment's own
    noise counted), and what is left for single moments. `common` is the money of the first and
    `specific` that of the rest, Shapley's shares of the two, which add up to the joint. However
    slopes of moments that move together are divided among them, the common step needs only their
    sum. Source: Spearman 1904, Am. J. Psychology 15, 201-293; Bartlett 1937, Brit. J. Psychology
    28, 97-104 (the fit).
    """
    if len(fitted.names) < FEWEST:
        return None
    found = common_level(fitted)
    variation = _share(_variation(fitted, found), len(fitted.design.churned))
    shares = dict(zip(fitted.names, found.share[0].tolist(), strict=True))
    if not fitted.has_target.any():
        return CommonFactor(shares, variation, None, None)
    common = _money(fitted, found)
    joint = fitted.money.joint
    n = [len(fitted.design.churned)] * 2
    teams = [len(joint) - 1] * 2
    parts = estimates(np.column_stack([common, joint - common]), f"{currency} per year", n, teams)
    return CommonFactor(shares, variation, *parts)


def common_level(fitted: Fitted) -> Common:
    """The common level, each team left out in turn at the full company's response weights."""
    design = fitted.design
    blocks = fitted.design.blocks
    team = design.population.team
    weight = design.weights[0]
    teams = len(design.weights) - 1
    rated = blocks.answered.astype(np.float64)
    about = np.where(blocks.answered, blocks.rating - _team_level(fitted), 0.0)
    count = by_team([rated], np.ones(len(rated)), team, teams)
    size = left_out(
        by_team([rated], weight, team, teams) * (1.0 if design.pooled else _freedom(count))
    )
    cross = left_out(by_team([about], weight, team, teams)) / np.maximum(size, 1e-300)
    variance = np.maximum(np.einsum("fjj->fj", cross), 1e-300)
    r = cross / np.sqrt(variance[:, :, None] * variance[:, None, :])
    pairs = count.sum(axis=0)
    loading = one_factor(r, np.where(pairs >= PAIR, pairs, 0.0))
    return Common(loading**2, loading * np.sqrt(variance), variance * (1 - loading**2))


def _freedom(count: Floats) -> Floats:
    """Share of a product of two ratings (g, j, j) that centring on the team's mean leaves.

    count (g, j, j): customers of a team who rated both. Expectation of (x - mean x)(y - mean y)
    over the covariance.
    """
    each = np.maximum(np.einsum("gjj->gj", count), 1.0)
    left = each[:, :, None]
    right = each[:, None, :]
    return np.asarray(1 - 1 / left - 1 / right + count / (left * right))


def _team_level(fitted: Fitted) -> Floats:
    """Each moment's mean rating in the customer's team (n, j), or in all where teams are pooled."""
    design = fitted.design
    blocks = fitted.design.blocks
    team = design.population.team
    teams = len(design.weights) - 1
    group = np.zeros_like(team) if design.pooled else team
    groups = 1 if design.pooled else teams
    levels = [
        team_means(blocks.rating[:, j], design.weights[0] * blocks.answered[:, j], group, groups)[
            group
        ]
        for j in range(len(fitted.names))
    ]
    return np.nan_to_num(np.stack(levels, axis=1))


def _variation(fitted: Fitted, found: Common) -> Floats:
    """Share (f,) of the CX metric's explained variation that is common, over moments lived."""
    design = fitted.design
    lived = fitted.design.blocks.lived.astype(np.float64)
    teams = len(design.weights) - 1
    both = left_out(by_team([lived], design.weights[0], design.population.team, teams))
    slope = fitted.index.points[:, design.blocks.slopes]
    common = np.einsum("fab,fa,fb->f", both, slope * found.level, slope * found.level)
    own = np.einsum("fj,fj->f", np.einsum("fjj->fj", both), slope**2 * found.own)
    return np.asarray(common / np.maximum(common + own, 1e-300))


def _share(values: Floats, n: int) -> Estimate:
    """A share under f weightings as an `Estimate`, its interval made on the logit scale."""
    on_logit = logit(np.clip(values, 1e-9, 1 - 1e-9))
    spread = jackknife(on_logit[1:], on_logit[0])
    teams = len(values) - 1
    low, high = expit(np.array([spread.low, spread.high])).tolist()
    return Estimate(float(values[0]), low, high, "share", df=spread.df, n=n, teams=teams)


def _money(fitted: Fitted, found: Common) -> Floats:
    """Revenue a year (f,) of the common step.

    Where rows are many, what folds add comes from some of them.
    """
    joint = fitted.money.joint
    n = len(fitted.design.churned)
    every = np.arange(n)
    if len(joint) * n * len(fitted.names) <= EXACT_NUMBERS:
        totals = fitted.design.revenue.sums()
        scale = totals[0] / totals
        return np.array([scale[f] * _split(fitted, found, f, every)[0] for f in range(len(joint))])
    some = every[:: max(1, n // FOLD_ROWS)]
    parts = np.array([_split(fitted, found, f, some) for f in range(len(joint))])
    whole = _split(fitted, found, 0, every)
    share = parts[:, 0] / np.where(parts[:, 1] != 0, parts[:, 1], 1.0)
    first = whole[0] / whole[1] if whole[1] else 0.0
    return np.asarray(joint * (first + share - share[0]))


def _split(fitted: Fitted, found: Common, fold: int, rows: Ints) -> tuple[float, float]:
    """(money of the common step, joint money) of some rows in one fold, on its own revenue."""
    design = fitted.design
    blocks = fitted.design.blocks
    some = blocks.of(rows)
    up = (
        gains(some, fitted.targets.below(some, design.population.team[rows], fold))
        * fitted.has_target
    )
    step = common_step(up, some.lived & fitted.has_target, found.level[fold], found.own[fold])
    eta = (fitted.log_odds.columns[rows] @ fitted.log_odds.betas[fold]) + fitted.money.shift[fold]
    revenue = design.revenue.of(fold, rows)
    slope = fitted.pricing.joint_slope[fold]
    together = up @ slope
    alike = step @ slope

    def kept(change: Floats) -> float:
        return float(revenue @ (expit(eta) - expit(eta + change)))

    joint = kept(together)
    return (kept(alike) + joint - kept(together - alike)) / 2, joint


def common_step(lifts: Floats, moved: Bools, level: Floats, own: Floats) -> Floats:
    """The part (n, j) of each customer's lifts that is one step of the common level.

    moved (n, j): can be lifted.
    """
    weight = level / np.maximum(own, 1e-300)
    size = moved @ (weight * level)
    step = (lifts * moved) @ weight / np.where(size > 0, size, 1.0)
    return np.asarray(step[:, None] * level * moved)
