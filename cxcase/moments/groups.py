"""Figures of moments in groups of customers: segment, team, tenure, named column, wave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from scipy.sparse import csr_array
from scipy.special import stdtrit

from cxcase.estimate import LEVEL, Bools, Estimate, Floats, Ints, refuse
from cxcase.gates import moment_usable
from cxcase.moments.asymmetry import UNIT
from cxcase.moments.fit import Fitted
from cxcase.moments.fold_estimates import FEW_ANSWERS
from cxcase.moments.fold_sums import FEW
from cxcase.moments.group_slopes import GroupSlopes, slopes_in_groups
from cxcase.moments.money import gains
from cxcase.moments.result import GroupFigures
from cxcase.stats.cluster import jackknife
from cxcase.stats.logit import expit
from cxcase.stats.ols import row_chunks
from cxcase.stats.threads import each

MIN_GROUP = 10  # usable answers below which a group is not shown
MIN_CELL = 10  # ratings below which a moment's mean in a group is not shown
_KINDS = 7  # of sums about a moment
TEAM = "team"
BY_TEAM = "group_is_team"


@dataclass(frozen=True, eq=False)
class Grouping:
    """One way to group n answers: code (n,) into names, -1 for none or too small.

    hidden: how many those are.
    """

    dimension: str
    code: Ints
    names: tuple[str, ...]

    @property
    def hidden(self) -> int:
        """Answers in no group that is shown."""
        return int((self.code < 0).sum())


@dataclass(frozen=True, eq=False)
class _Sums:
    """Weighted sums by team and group: customers (g, c); lived, answered, ratings, stake (g, c, j).

    count, teams (c, j) of answers; every (g, j) the stake of all, also of those in no group.
    """

    size: Floats
    lived: Floats
    answered: Floats
    rating: Floats
    square: Floats
    effective: Floats
    count: Ints
    teams: Ints
    stake: Floats
    every: Floats


def group_figures(
    fitted: Fitted, groupings: Sequence[Grouping], currency: str
) -> Iterator[GroupFigures]:
    """Every moment in every group.

    Each team is left out in turn at the full company's response weights. Means and slopes are drawn
    towards the mean of all groups, each by its own noise; a team's own noise is that of its
    customers. Shares of importance stay as measured (see `slopes_in_groups`). Source: Morris 1983,
    JASA 78, 47-65 (shrinkage); DerSimonian & Laird 1986 (spread between groups).
    """
    for groups, sums in zip(groupings, _sums(fitted, groupings), strict=True):
        yield from _figures(fitted, groups, sums, currency)


def _figures(
    fitted: Fitted, groups: Grouping, sums: _Sums, currency: str
) -> Iterator[GroupFigures]:
    own = groups.dimension == TEAM
    inside = None if own else slopes_in_groups(fitted, groups.code, sums.count, sums.teams)
    for j, name in enumerate(fitted.names):
        raw, performance, df = _ratings_in_groups(sums, j, own)
        slopes = _slopes_in_groups(inside, sums, j, df)
        for c, group in enumerate(groups.names):
            n = int(sums.count[c, j])
            yield GroupFigures(
                dimension=groups.dimension,
                group=group,
                moment=name,
                n=n,
                reach=_reach(sums, c, j, own),
                raw=raw[c],
                performance=performance[c],
                slope=slopes[c],
                importance_share=_importance_share(inside, c, j, n),
                stake=_stake(fitted, sums, c, j, f"{currency} per year"),
            )


def _ratings_in_groups(
    sums: _Sums, j: int, own: bool
) -> tuple[list[Estimate], list[Estimate], float]:
    """(mean ratings as given, the same shrunk, degrees of freedom) of a moment in each group."""
    means, errors, df = _means(sums, j, own)
    shown = sums.count[:, j] >= MIN_CELL
    drawn, drawn_errors = _drawn(means, errors, shown, df)

    def estimate(c: int, value: float, error: float) -> Estimate:
        n = int(sums.count[c, j])
        teams = int(sums.teams[c, j])
        if not shown[c]:
            return refuse("points", FEW_ANSWERS, n=n, teams=teams)
        return replace(_around(value, error, df, "points"), n=n, teams=teams)

    groups = range(len(means))
    raw = [estimate(c, means[c], errors[c]) for c in groups]
    return raw, [estimate(c, drawn[c], drawn_errors[c]) for c in groups], df


def _slopes_in_groups(inside: GroupSlopes | None, sums: _Sums, j: int, df: float) -> list[Estimate]:
    """Slope of a moment in each group, shrunk; refused where answers are few, and of teams."""
    counts = [(int(n), int(t)) for n, t in zip(sums.count[:, j], sums.teams[:, j], strict=True)]
    if inside is None:
        return [refuse(UNIT, BY_TEAM, n=n, teams=teams) for n, teams in counts]
    found = []
    values, errors = _drawn_slopes(inside.slopes, sums, j, df)
    for value, error, (n, teams) in zip(values, errors, counts, strict=True):
        if np.isfinite(value):
            slope = replace(_around(value, error, df, UNIT), status="modelled", n=n, teams=teams)
        else:
            slope = refuse(UNIT, FEW_ANSWERS, n=n, teams=teams)
        found.append(slope)
    return found


def _importance_share(inside: GroupSlopes | None, c: int, j: int, n: int) -> Estimate:
    if inside is None:
        return refuse("share", BY_TEAM, n=n)
    return inside.shares[c][j]


def _around(value: float, error: float, df: float, unit: str) -> Estimate:
    """A measured value with its t interval."""
    half = float(stdtrit(df, (1 + LEVEL) / 2)) * float(error)
    middle = float(value)
    return Estimate(middle, middle - half, middle + half, unit, "measured", df=df)


def _sums(fitted: Fitted, groupings: Sequence[Grouping]) -> list[_Sums]:
    """The sums of each grouping, from one pass over the rows in pieces that threads share."""
    if not groupings:
        return []
    design = fitted.design
    team = design.population.team
    teams = len(design.weights) - 1
    n = len(design.churned)
    # those in no group have a place of their own
    shapes = [(teams, len(groups.names) + 1) for groups in groupings]
    cells = [
        team * c + np.where(g.code < 0, c - 1, g.code)
        for g, (_, c) in zip(groupings, shapes, strict=True)
    ]
    eta = fitted.log_odds.at(0) + fitted.money.shift[0]

    def part(rows: slice) -> list[Floats]:
        columns = _columns(fitted, eta[rows], rows)
        return [
            _by_cell(cell[rows], g * c, columns) for cell, (g, c) in zip(cells, shapes, strict=True)
        ]

    width = _KINDS * len(fitted.names) + 1
    pieces = each(part, row_chunks(n, width), heavy=n * width >= FEW)
    found = reduce(lambda one, two: [a + b for a, b in zip(one, two, strict=True)], pieces)
    return [
        _gather(sums.reshape(*shape, width), design.blocks.centre)
        for sums, shape in zip(found, shapes, strict=True)
    ]


def _columns(fitted: Fitted, eta: Floats, rows: slice) -> Floats:
    """Columns summed of some responses (rows, 1 + 7 j): weight, then seven kinds by moment."""
    design = fitted.design
    blocks = fitted.design.blocks.of(rows)
    weight = design.weights[0, rows, None]
    team = design.population.team[rows]
    up = gains(blocks, fitted.targets.below(blocks, team, 0)) * fitted.has_target
    stake = design.revenue.of(0, rows)[:, None] * (
        expit(eta)[:, None] - expit(eta[:, None] + fitted.slope[0] * up)
    )
    answered = blocks.answered.astype(np.float64)
    rating = np.where(blocks.answered, blocks.rating - blocks.centre, 0.0)
    given = weight * answered
    weighted = weight * rating
    kinds = (
        weight * blocks.lived,
        given,
        weighted,
        weighted * rating,
        weight * given,
        answered,
        stake,
    )
    return np.column_stack([weight, *kinds])


def _by_cell(cell: Ints, cells: int, values: Floats) -> Floats:
    """Sums (cells, c) of values (n, c) in each cell."""
    n = len(cell)
    return np.asarray(csr_array((np.ones(n), cell, np.arange(n + 1)), shape=(n, cells)).T @ values)


def _gather(sums: Floats, centre: Floats) -> _Sums:
    """From sums by team and group (g, c + 1, 1 + 7 j), those in no group last."""
    size = sums[..., 0]
    kinds = np.split(sums[..., 1:], _KINDS, axis=-1)
    lived, answered, rating, square, effective, count, stake = kinds
    shown = count[:, :-1]
    return _Sums(
        size[:, :-1],
        lived[:, :-1],
        answered[:, :-1],
        rating[:, :-1] + answered[:, :-1] * centre,
        square[:, :-1],
        effective[:, :-1],
        shown.sum(axis=0).astype(np.int64),
        (shown > 0).sum(axis=0),
        stake[:, :-1],
        stake.sum(axis=1),
    )


def _means(sums: _Sums, j: int, own: bool) -> tuple[Floats, Floats, float]:
    """(mean rating (c,), its standard error, degrees of freedom) of a moment in each group."""
    size = sums.answered[:, :, j]
    total = sums.rating[:, :, j]
    all_size = size.sum(axis=0)
    mean = total.sum(axis=0) / np.where(all_size > 0, all_size, 1.0)
    teams = len(size)
    if own:  # noise of customers within the team
        count = sums.count[:, j].sum()
        overall = total.sum() / max(size.sum(), 1e-300)
        shift = (total - size * overall).sum(axis=0) / np.where(all_size > 0, all_size, 1.0)
        squares = sums.square[:, :, j].sum() - (all_size * shift**2).sum()
        within = max(squares, 0.0) / max(size.sum() * (1 - len(all_size) / max(count, 1)), 1e-300)
        effective = all_size**2 / np.maximum(sums.effective[:, :, j].sum(axis=0), 1e-300)
        return (
            mean,
            np.sqrt(within / np.maximum(effective, 1e-300)),
            float(max(count - len(all_size), 1)),
        )
    left = all_size - size
    folds = (total.sum(axis=0) - total) / np.where(left > 0, left, 1.0)
    folds = np.where(left > 0, folds, mean)
    return mean, np.asarray(jackknife(folds, mean).se), float(teams - 1)


def _drawn(means: Floats, errors: Floats, use: Bools, df: float) -> tuple[Floats, Floats]:
    """(value, error) of each group shrunk towards the mean of the groups in use.

    The less, the further groups are apart beyond noise.
    """
    if use.sum() < 2:
        return means, errors
    y = means[use]
    v = np.maximum(errors[use], 1e-9) ** 2
    w = 1 / v
    centre = float((w @ y) / w.sum())
    spread = max(0.0, (w @ (y - centre) ** 2 - (len(y) - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    w = 1 / (v + spread)
    centre = float((w @ y) / w.sum())
    kept = spread / (spread + v)
    value = means.copy()
    error = errors.copy()
    value[use] = centre + kept * (y - centre)
    error[use] = np.sqrt(kept * v + (1 - kept) ** 2 / w.sum())
    return value, error


def drawn_together(folds: Floats, use: Bools) -> list[Estimate]:
    """Means (f, c) shrunk towards each other where in use, with intervals.

    All teams first, then each left out.
    """
    spread = jackknife(folds[1:], folds[0])
    value, error = _drawn(folds[0], np.asarray(spread.se), use, spread.df)
    pairs = zip(value, error, strict=True)
    teams = len(folds) - 1
    return [replace(_around(v, e, spread.df, "points"), n=0, teams=teams) for v, e in pairs]


def _reach(sums: _Sums, c: int, j: int, own: bool) -> Estimate:
    size = sums.size[:, c]
    lived = sums.lived[:, c, j]
    share = float(lived.sum() / size.sum())
    n = int(sums.count[c, j])
    teams = int((size > 0).sum())
    if own or teams < 3:
        return Estimate(share, None, None, "share", "measured", n=n, teams=teams)
    left = size.sum() - size
    spread = jackknife(
        np.where(left > 0, (lived.sum() - lived) / np.where(left > 0, left, 1.0), share), share
    )
    low = max(0.0, float(spread.low))
    high = min(1.0, float(spread.high))
    return Estimate(share, low, high, "share", "measured", df=spread.df, n=n, teams=teams)


def _drawn_slopes(slopes: Floats, sums: _Sums, j: int, df: float) -> tuple[Floats, Floats]:
    """(value, error) of a moment's slope in each group, NaN below 30 answers or 5 teams."""
    use = np.array(
        [moment_usable(n, t) for n, t in zip(sums.count[:, j], sums.teams[:, j], strict=True)]
    )
    errors = np.asarray(jackknife(slopes[1:, :, j], slopes[0, :, j]).se)
    value, error = _drawn(slopes[0, :, j], errors, use, df)
    return np.where(use, value, np.nan), error


def _stake(fitted: Fitted, sums: _Sums, c: int, j: int, unit: str) -> Estimate:
    """A group's part of a moment's revenue at stake.

    Its share with each team left out, times the stake without that team. own, every (g,): by team,
    of the group and of all.
    """
    own = sums.stake[:, c, j]
    every = sums.every[:, j]
    n = int(sums.count[c, j])
    if not fitted.has_target[j]:
        return refuse(unit, fitted.why_no_target, n=n)
    if n < MIN_CELL:
        return refuse(unit, FEW_ANSWERS, n=n)
    stake = fitted.money.stake[:, j]
    part = float(own.sum())
    left = every.sum() - every
    share = np.full(len(own), part / stake[0] if stake[0] else 0.0)
    if (own != 0).sum() > 1:
        share = np.where(left != 0, (part - own) / np.where(left != 0, left, 1.0), share)
    spread = jackknife(stake[1:] * share, part)
    return Estimate(
        part,
        float(spread.low),
        float(spread.high),
        unit,
        df=spread.df,
        n=n,
        teams=int((own != 0).sum()),
    )


def ordered(
    names: Sequence[str], code: Ints, size: int = MIN_GROUP, most: int = 12
) -> tuple[Ints, tuple[str, ...]]:
    """(codes, names) of the groups with at least `size` answers, in the order given.

    At most `most` of them, the largest.
    """
    count = np.bincount(code[code >= 0], minlength=len(names))
    kept = [k for k in range(len(names)) if count[k] >= size]
    if len(kept) > most:
        largest = sorted(kept, key=lambda k: (-count[k], names[k]))[:most]
        kept = [k for k in kept if k in set(largest)]
    new = np.full(len(names) + 1, -1, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    return new[code], tuple(names[k] for k in kept)
