"""A moment as a row: reach, performance, slope, importance; its money, rank chances and sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cxcase.estimate import Estimate, Floats, Reach, refuse
from cxcase.moments.asymmetry import UNIT as SLOPE
from cxcase.moments.asymmetry import asymmetries, fit_knots
from cxcase.moments.design import Ratings
from cxcase.moments.fit import Fitted
from cxcase.moments.fold_estimates import Described, distinguishable, estimates
from cxcase.moments.levels import levels
from cxcase.moments.result import Moment
from cxcase.moments.targets import USER
from cxcase.settings import Settings
from cxcase.stats.draws import jackknife_draws


def ranked_rows(fitted: Fitted, described: Described, settings: Settings) -> tuple[Moment, ...]:
    """The moments that have a slope, most money first."""
    blocks = fitted.design.blocks
    n = fitted.answers
    teams = [fitted.team_count] * len(n)
    changes = fitted.steep * fitted.slope
    slope = estimates(changes, SLOPE, n, teams)
    clear = distinguishable(changes)
    index = estimates(fitted.steep * fitted.index.slope, SLOPE, n, teams)
    direct = _direct_slopes(fitted)
    stake = _stakes(fitted, settings.currency, fitted.money.stake)
    apart = [_stakes(fitted, settings.currency, values) for values in fitted.money.stake_apart]
    first, top = _chances(fitted, settings.seed)
    knots = fit_knots(fitted, settings.side_cuts)
    keeps = [sure and change < 0 for sure, change in zip(clear, changes[0], strict=True)]
    sides = asymmetries(fitted, knots, keeps)
    marks = levels(fitted, knots)
    rows = [
        Moment(
            name=name,
            reach=described.reach[j],
            lived_n=int(blocks.lived[:, j].sum()),
            performance=described.performance[j],
            scale_low=float(blocks.low[j]),
            scale_high=float(blocks.high[j]),
            slope=slope[j],
            index_slope=index[j],
            direct_slope=direct[j],
            importance_share=fitted.importance.shares[j],
            revenue_at_stake=stake[j],
            target_kind=fitted.targets.kinds[j],
            target_value=_target_value(fitted, j),
            status="ok" if clear[j] else "not_distinguishable",
            kind=sides[j].kind,
            p_first=first[j],
            p_top3=top[j],
            johnson_share=float(fitted.importance.johnson[j]),
            asymmetry=sides[j],
            levels=marks[j],
            best_quartile_gap=_best_quartile_gap(fitted, j),
            heard_at_stake=float(fitted.money.heard[j]) if fitted.has_target[j] else None,
            with_silent=Reach.over((stake[j], *(values[j] for values in apart))),
        )
        for j, name in enumerate(fitted.names)
    ]
    return tuple(rows[j] for j in _most_money_first(fitted))


def _most_money_first(fitted: Fitted) -> list[int]:
    """Places of the moments by stake; then those without a target, by the worth of a point."""
    worth = np.where(fitted.has_target, fitted.money.stake[0], fitted.money.point[0])
    places = range(len(fitted.names))
    return sorted(places, key=lambda j: (not fitted.has_target[j], -worth[j], fitted.names[j]))


def _direct_slopes(fitted: Fitted) -> tuple[Estimate, ...]:
    """(j,) the direct model's own slopes, refused where it could not be fitted."""
    n = fitted.answers
    if fitted.direct.slope is None:
        return tuple(refuse(SLOPE, str(fitted.direct.refused), n=count) for count in n)
    changes = fitted.steep * fitted.direct.slope
    return estimates(changes, SLOPE, n, [fitted.team_count] * len(n))


def _stakes(fitted: Fitted, currency: str, values: Floats) -> list[Estimate]:
    """(j,) revenue at stake of each moment alone, by its folds (f, j); refused without target."""
    unit = f"{currency} per year"
    n = fitted.answers
    teams = fitted.team_count
    found = estimates(values, unit, n, [teams] * len(n))
    return [
        stake if aimed else refuse(unit, fitted.why_no_target, n=count, teams=teams)
        for stake, aimed, count in zip(found, fitted.has_target, n, strict=True)
    ]


def _target_value(fitted: Fitted, j: int) -> float | None:
    """The rating that a moment is brought up to; None without a target."""
    if fitted.has_target[j]:
        return float(fitted.targets.value[0, j])
    return None


def _best_quartile_gap(fitted: Fitted, j: int) -> float | None:
    """How far the best quartile is ahead; None where teams are too few, or alike."""
    if fitted.too_few_teams or not fitted.targets.differ[j]:
        return None
    return float(fitted.targets.lead[j])


def _chances(fitted: Fitted, seed: int) -> tuple[list[float | None], list[float | None]]:
    """Chances that a moment's own stake is the largest, and among the three largest.

    By draws from the jackknife. None without a target. The draws have the spread of leaving teams
    out, with t(G - 1) tails: resampling teams would make orders look firmer than they are (its
    intervals cover 76 to 89 % where they promise 90).
    """
    chosen = np.flatnonzero(fitted.has_target)
    first: list[float | None] = [None] * len(fitted.names)
    top = list(first)
    if chosen.size:
        stake = fitted.money.stake[:, chosen]
        draws = jackknife_draws(stake[0], stake[1:], seed)
        rank = np.argsort(np.argsort(-draws, axis=1, kind="stable"), axis=1, kind="stable")
        for place, j in enumerate(chosen):
            first[j] = float(np.mean(rank[:, place] == 0))
            top[j] = float(np.mean(rank[:, place] < 3))
    return first, top


def listed(ratings: Ratings, described: Described, j: int, code: str, settings: Settings) -> Moment:
    """A moment without a slope: its reach and performance, and the code that says why."""
    column = ratings.columns[j]
    n = int(ratings.answered[:, j].sum())
    none = refuse(SLOPE, code, n=n)
    return Moment(
        name=column.name,
        reach=described.reach[j],
        lived_n=int(ratings.lived[:, j].sum()),
        performance=described.performance[j],
        scale_low=column.scale.low,
        scale_high=column.scale.high,
        slope=none,
        index_slope=none,
        direct_slope=none,
        importance_share=replace(none, unit="share"),
        revenue_at_stake=replace(none, unit=f"{settings.currency} per year"),
        target_kind=USER if column.name in settings.target_ratings else settings.target,
        target_value=None,
        status=code,
    )
