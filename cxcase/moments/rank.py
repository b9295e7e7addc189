"""`rank_moments`: which moments of truth carry the money, counted once and with its uncertainty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import cxcase
from cxcase.checks import Finding
from cxcase.estimate import content_key, refuse
from cxcase.intake import Case
from cxcase.link import Curve, Link, Population
from cxcase.moments import verdicts
from cxcase.moments.blocks import Ratings, gate, read_ratings
from cxcase.moments.curves import make_counterfactual, make_curves
from cxcase.moments.figures import Seen, distinguishable, estimates, per_point, seen, ties
from cxcase.moments.fitted import Fitted, fit_moments
from cxcase.moments.models import metric_slope
from cxcase.moments.result import Counterfactual, Joint, Moment, Moments
from cxcase.moments.target import BEST_QUARTILE
from cxcase.settings import Settings
from cxcase.stats.draws import jackknife_draws

SLOPE = "probability per point"


def rank_moments(case: Case, link: Link, settings: Settings) -> Moments:
    """`Moments`: reach, performance, slope, importance and revenue at stake of each moment, and all of them at once.

    Revenue a year in `settings.currency`, all customers, retention only; every interval leaves one team out at a time.
    Nothing raises for weak data: what the data cannot carry is refused with a code, moment by moment.
    Source: Robins 1986, Math. Modelling 7 (standardisation); Grömping 2007, Am. Stat. 61 (importance); MacKinnon,
    Nielsen & Webb 2023, J. Econometrics 232 (delete-one-cluster jackknife).
    """
    key = content_key("moments", link.key, case.key, settings.currency, settings.seed, cxcase.__version__)
    if not case.moments or not case.has("responses"):
        alone = case.has("units") and not case.has("customers")  # nobody knows who lived a moment
        code = "units_no_customers" if alone else "no_moments"
        return _without(key, code, (), (Finding("review", code, "moments"),))
    population = link.population
    if population is None or link.scale is None or link.refused is not None:
        ratings = read_ratings(case)
        everyone = seen(ratings, np.ones((1, len(ratings.rating))))
        code = link.refused or "no_moments"
        rows = tuple(_listed(ratings, everyone, j, code, settings) for j in range(len(case.moments)))
        return _without(key, code, rows, (Finding("review", "moments_unlinked", "moments"),))
    return _ranked(key, read_ratings(case, population.rows), population, link.scale.high, settings)


def _ranked(key: str, ratings: Ratings, population: Population, metric_high: float, settings: Settings) -> Moments:
    everything = seen(ratings, np.vstack([population.weight, population.fold_weight]), population.teams)
    codes = gate(ratings, population.team, 1 if population.dealt else len(population.team_names))
    keep = [j for j, code in enumerate(codes) if code is None]
    notes = verdicts.of_ratings(ratings, codes, population)
    left = tuple(_listed(ratings, everything, j, code, settings) for j, code in enumerate(codes) if code is not None)
    if not keep:
        finding = Finding("review", "no_usable_moment", "moments", {"moments": len(codes)})
        return _without(key, "no_usable_moment", left, (*notes, finding))
    fitted = fit_moments(ratings.pick(keep), population, settings.seed)
    rows = _moments(fitted, everything.pick(keep), settings)
    base, curves = _curves(fitted, metric_high, settings)
    joint = _joint(fitted, settings)
    found = (*notes, *verdicts.of_fit(fitted, rows, joint))
    return Moments(key, fitted.model, (*rows, *left), joint, curves, base, _overlap(fitted), None, found)


def _moments(fitted: Fitted, sights: Seen, settings: Settings) -> tuple[Moment, ...]:
    """The priced moments, most money first."""
    blocks, money = fitted.design.blocks, f"{settings.currency} per year"
    n, teams = blocks.answered.sum(axis=0).tolist(), [len(fitted.slope) - 1] * len(fitted.names)
    changes = per_point(fitted.design, fitted.log_odds, fitted.slope)
    slope, clear = estimates(changes, SLOPE, n, teams), distinguishable(changes)
    index = estimates(per_point(fitted.design, fitted.log_odds, fitted.chain.slope), SLOPE, n, teams)
    stake, first = estimates(fitted.money.stake, money, n, teams), _p_first(fitted, settings.seed)
    direct = tuple(refuse(SLOPE, str(fitted.direct.refused), n=count) for count in n)
    if fitted.direct.slope is not None:
        direct = estimates(per_point(fitted.design, fitted.log_odds, fitted.direct.slope), SLOPE, n, teams)
    why = "target_few_teams" if fitted.too_few_teams else "teams_alike"
    rows = [
        Moment(
            name=name,
            reach=sights.reach[j],
            lived_n=int(blocks.lived[:, j].sum()),
            performance=sights.performance[j],
            scale_low=float(blocks.low[j]),
            scale_high=float(blocks.high[j]),
            slope=slope[j],
            index_slope=index[j],
            direct_slope=direct[j],
            importance_share=fitted.importance[j],
            revenue_at_stake=stake[j] if fitted.aimed[j] else refuse(money, why, n=n[j], teams=teams[j]),
            target_kind=BEST_QUARTILE,
            target_value=float(fitted.targets.value[0, j]) if fitted.aimed[j] else None,
            status="ok" if clear[j] else "not_distinguishable",
            p_first=first[j],
        )
        for j, name in enumerate(fitted.names)
    ]
    worth = np.where(fitted.aimed, fitted.money.stake[0], fitted.money.point[0])
    order = sorted(range(len(rows)), key=lambda j: (not fitted.aimed[j], -worth[j], rows[j].name))
    return tuple(rows[j] for j in order)


def _p_first(fitted: Fitted, seed: int) -> list[float | None]:
    """Chance, by the jackknife's draws, that a moment's own stake is the largest; None without a target."""
    chosen = np.flatnonzero(fitted.aimed)
    result: list[float | None] = [None] * len(fitted.names)
    if chosen.size:
        stake = fitted.money.stake[:, chosen]
        largest = jackknife_draws(stake[0], stake[1:], seed).argmax(axis=1)
        for place, j in enumerate(chosen):
            result[j] = float(np.mean(largest == place))
    return result


def _curves(fitted: Fitted, metric_high: float, settings: Settings) -> tuple[Counterfactual, dict[str, Curve]]:
    point, j = fitted.money.point, len(fitted.names)
    n, teams = fitted.design.blocks.answered.sum(axis=0).tolist(), [len(point) - 1] * j
    base = make_counterfactual(
        fitted.design,
        fitted.log_odds[0] + fitted.money.shift[0],
        fitted.slope[0],
        metric_slope(fitted.design),
        metric_high,
    )
    draws = jackknife_draws(point[0], point[1:], settings.seed)
    return base, make_curves(fitted.design, base, estimates(point, f"{settings.currency} per year", n, teams), draws)


def _joint(fitted: Fitted, settings: Settings) -> Joint | None:
    """All targets at once, taken apart; None when no moment has a target."""
    if not fitted.aimed.any():
        return None
    teams, n = len(fitted.slope) - 1, len(fitted.design.churned)
    total = estimates(fitted.money.joint[:, None], f"{settings.currency} per year", [n], [teams])[0]
    value, churned = float(fitted.money.joint[0]), float(fitted.design.ledger[0])
    shares = {name: float(fitted.split.shares[j]) for j, name in enumerate(fitted.names) if fitted.aimed[j]}
    silent = value - sum(shares.values())
    aimed = [j for j, name in enumerate(fitted.names) if name in shares]
    return Joint(
        revenue_at_stake=total,
        shares=shares,
        silent=silent,
        silent_low=min(fitted.split.silent_low, silent),
        silent_high=max(fitted.split.silent_high, silent),
        unexplained=churned - value,
        churned_revenue=churned,
        ties=ties(tuple(fitted.names[j] for j in aimed), fitted.money.stake[:, aimed]),
    )


def _overlap(fitted: Fitted) -> float:
    """Joint over the sum of singles, to the targets, or for a point each where there are none; at most 1."""
    to_target = bool(fitted.aimed.any())
    joint = fitted.money.joint[0] if to_target else fitted.money.all_points[0]
    alone = (fitted.money.stake if to_target else fitted.money.point)[0].sum()
    return float(min(1.0, joint / alone)) if alone > 0 and joint > 0 else 1.0


def _listed(ratings: Ratings, sights: Seen, j: int, code: str, settings: Settings) -> Moment:
    """A moment without a slope: how many lived it and how it went, and the code that says why there is no more."""
    column = ratings.columns[j]
    n = int(ratings.answered[:, j].sum())
    none = refuse(SLOPE, code, n=n)
    return Moment(
        name=column.name,
        reach=sights.reach[j],
        lived_n=int(ratings.lived[:, j].sum()),
        performance=sights.performance[j],
        scale_low=column.scale.low,
        scale_high=column.scale.high,
        slope=none,
        index_slope=none,
        direct_slope=none,
        importance_share=replace(none, unit="share"),
        revenue_at_stake=replace(none, unit=f"{settings.currency} per year"),
        target_kind=BEST_QUARTILE,
        target_value=None,
        status=code,
    )


def _without(key: str, code: str, rows: tuple[Moment, ...], findings: tuple[Finding, ...]) -> Moments:
    return Moments(key, "index", rows, None, {}, None, 1.0, code, findings)
