"""`rank_moments`: which moments of truth carry the money, counted once and with its uncertainty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.estimate import Reach
from cxcase.intake import Case
from cxcase.link import Curve, FittedLink, Link, Population
from cxcase.moments import verdicts
from cxcase.moments.breakdowns import break_down
from cxcase.moments.common_factor import fit_common_factor
from cxcase.moments.design import Ratings, gate, read_ratings
from cxcase.moments.fit import Fitted, fit_moments
from cxcase.moments.fold_estimates import describe, estimates, ties
from cxcase.moments.models import by_team_sums, fold_weights, metric_slope
from cxcase.moments.moment_rows import listed, ranked_rows
from cxcase.moments.money_curves import make_counterfactual, make_curves
from cxcase.moments.result import Counterfactual, Joint, Moment, Moments
from cxcase.settings import Settings
from cxcase.stats.draws import jackknife_draws
from cxcase.stats.threads import one_blas_thread
from cxcase.version import CODE


@one_blas_thread
def rank_moments(case: Case, fitted_link: FittedLink, settings: Settings) -> Moments:
    """`Moments`: reach, performance, slope, importance and revenue at stake, singly and jointly.

    Revenue a year in `settings.currency`, all customers, retention only; every interval leaves one
    team out at a time. Nothing raises for weak data: what the data cannot carry is refused with a
    code, moment by moment. Source: Robins 1986, Math. Modelling 7 (standardisation); Grömping 2007,
    Am. Stat. 61 (importance); MacKinnon, Nielsen & Webb 2023, J. Econometrics 232
    (delete-one-cluster jackknife).
    """
    link = fitted_link.link
    aims = (settings.target, settings.target_ratings, settings.side_cuts)
    key = content_key("moments", link.key, case.key, settings.currency, settings.seed, aims, CODE)
    if not case.moments or not case.has("responses"):
        return _without_ratings(key, case, link)
    population = fitted_link.population
    if population is None or link.scale is None or link.refused is not None:
        ratings = read_ratings(case)
        everyone = describe(ratings, np.ones((1, len(ratings.rating))))
        code = link.refused or "no_moments"
        rows = tuple(listed(ratings, everyone, j, code, settings) for j in range(len(case.moments)))
        return _without(key, code, rows, (Finding("review", "moments_unlinked", "moments"),))
    metric_high = min(link.scale.high, float(population.metric.max()))
    made = _ranked(key, case, population, metric_high, settings)
    return replace(made, findings=(*verdicts.of_targets(case.moments, settings), *made.findings))


def _without_ratings(key: str, case: Case, link: Link) -> Moments:
    """Why nobody rated a moment: only units are known, no survey is read, or it asks of none."""
    if case.has("units") and not case.has("customers"):  # nobody knows who lived a moment
        code = "units_no_customers"
    elif not case.has("responses"):  # the link says why
        return _without(key, link.refused or "no_cx", (), ())
    else:
        code = "no_moments"
    return _without(key, code, (), (Finding("review", code, "moments"),))


def _ranked(
    key: str, case: Case, population: Population, metric_high: float, settings: Settings
) -> Moments:
    ratings = read_ratings(case, population.rows)
    weights = fold_weights(population)
    everything = describe(ratings, weights, population.teams)
    teams = 1 if population.dealt else len(population.team_names)
    codes = gate(ratings, population.team, teams)
    keep = [j for j, code in enumerate(codes) if code is None]
    notes = verdicts.of_ratings(ratings, codes, population)
    left = tuple(
        listed(ratings, everything, j, code, settings)
        for j, code in enumerate(codes)
        if code is not None
    )
    if not keep:
        finding = Finding("review", "no_usable_moment", "moments", {"moments": len(codes)})
        return _without(key, "no_usable_moment", left, (*notes, finding))
    fitted = fit_moments(ratings.pick(keep), population, settings, weights)
    rows = ranked_rows(fitted, everything.pick(keep), settings)
    base, curves = _curves(fitted, metric_high, settings)
    joint = _joint(fitted, settings)
    common_factor = None
    if verdicts.moves_together(notes):
        common_factor = fit_common_factor(fitted, settings.currency)
    return Moments(
        key=key,
        model=fitted.model,
        moments=(*rows, *left),
        joint=joint,
        curves=curves,
        counterfactual=base,
        overlap=_overlap(fitted),
        refused=None,
        findings=(
            *notes,
            *verdicts.of_marks_seen(fitted.design.blocks, settings),
            *verdicts.of_common_factor(common_factor),
            *verdicts.of_fit(fitted, rows, joint),
            *_of_straight_factors(fitted, ratings.pick(keep), joint, settings),
        ),
        breakdowns=break_down(case, fitted, settings.controls, settings.currency),
        common_factor=common_factor,
    )


def _curves(
    fitted: Fitted, metric_high: float, settings: Settings
) -> tuple[Counterfactual, dict[str, Curve]]:
    """The counterfactual behind all curves, and each moment's money curve."""
    point = fitted.money.point
    base = make_counterfactual(
        fitted.design,
        fitted.log_odds.at(0) + fitted.money.shift[0],
        fitted.slope[0],
        metric_slope(fitted.design),
        metric_high,
    )
    draws = jackknife_draws(point[0], point[1:], settings.seed)
    n = fitted.answers
    unit = f"{settings.currency} per year"
    per_point = estimates(point, unit, n, [fitted.team_count] * len(n))
    return base, make_curves(fitted.design, base, per_point, draws)


def _joint(fitted: Fitted, settings: Settings) -> Joint | None:
    """All targets at once, taken apart; None when no moment has a target."""
    if not fitted.has_target.any():
        return None
    n = len(fitted.design.churned)
    unit = f"{settings.currency} per year"
    money = fitted.money
    stakes = np.column_stack([money.joint, *money.joint_apart])
    total, *apart = estimates(stakes, unit, [n] * 3, [fitted.team_count] * 3)
    value = float(fitted.money.joint[0])
    churned = float(fitted.design.ledger[0])
    shares = {
        name: float(fitted.split.shares[j])
        for j, name in enumerate(fitted.names)
        if fitted.has_target[j]
    }
    silent = value - sum(shares.values())
    has_target = [j for j, name in enumerate(fitted.names) if name in shares]
    return Joint(
        revenue_at_stake=total,
        shares=shares,
        silent=silent,
        silent_low=min(fitted.split.silent_low, silent),
        silent_high=max(fitted.split.silent_high, silent),
        unexplained=churned - value,
        churned_revenue=churned,
        ties=ties(tuple(fitted.names[j] for j in has_target), fitted.money.stake[:, has_target]),
        with_silent=Reach.over((total, *apart)),
    )


def _of_straight_factors(
    fitted: Fitted, ratings: Ratings, joint: Joint | None, settings: Settings
) -> Iterator[Finding]:
    """What would be at stake with known factors as straight lines, where that is another figure.

    Not worked out where rows are very many: it takes the models a second time.
    """
    design = fitted.design
    if joint is None or not design.population.bends.of or by_team_sums(design):
        return
    lines = fit_moments(ratings, design.population.straight(), settings, design.weights)
    yield from verdicts.of_straight_factors(joint.revenue_at_stake, float(lines.money.joint[0]))


def _overlap(fitted: Fitted) -> float:
    """Joint over the sum of singles, to the targets, or for a point each where there are none.

    At most 1.
    """
    to_target = bool(fitted.has_target.any())
    joint = fitted.money.joint[0] if to_target else fitted.money.all_points[0]
    alone = (fitted.money.stake if to_target else fitted.money.point)[0].sum()
    if alone > 0 and joint > 0:
        return float(min(1.0, joint / alone))
    return 1.0


def _without(
    key: str, code: str, rows: tuple[Moment, ...], findings: tuple[Finding, ...]
) -> Moments:
    return Moments(key, "index", rows, None, {}, None, 1.0, code, findings)
