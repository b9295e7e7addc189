"""What weakens or confirms the moments' figures, as findings.

Every threshold of this stage's warnings is here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cxcase import gates
from cxcase.checks import Finding
from cxcase.estimate import Estimate, Floats
from cxcase.intake import MomentColumn
from cxcase.link import Population
from cxcase.moments.design import Blocks, Ratings, halo, tops
from cxcase.moments.fit import Fitted
from cxcase.moments.models import slope_errors
from cxcase.moments.result import CommonFactor, Joint, Moment
from cxcase.moments.targets import GOOD, RATING
from cxcase.settings import Settings

WHERE = "moments"
UNANSWERED = 0.05  # above this share lived but not rated: a finding
HALO = 0.6  # mean correlation between moments above which separate slopes are unreliable
COMMON = 0.7  # share of ratings' variation in one direction above which the same is said
TWIN = 0.949  # correlation of two ratings at which variance is inflated tenfold
CEILING = 0.6  # share of top marks above which few low ones are left to learn from
GAP = 1.64  # standard errors between direct and index slope that are called a gap
OVERLAP = 0.95  # joint over sum below which adding up is warned of


def of_targets(columns: Sequence[MomentColumn], settings: Settings) -> tuple[Finding, ...]:
    """Targets that somebody set for a moment there is not, or beyond the end of its scale."""
    scales = {c.name: c.scale for c in columns}
    found = []
    for name, rating in settings.target_ratings.items():
        scale = scales.get(name)
        if scale is None:
            found.append(Finding("review", "target_unknown_moment", WHERE, {"moment": name}))
        elif not scale.low <= rating <= scale.high:
            params = {"moment": name, "rating": rating, "low": scale.low, "high": scale.high}
            found.append(Finding("review", "target_off_scale", WHERE, params))
    return tuple(found)


def of_marks_seen(blocks: Blocks, settings: Settings) -> tuple[Finding, ...]:
    """Ratings to be brought up to that nobody gave: what goes with them is not in the data."""
    found = []
    for name, low, high, top in zip(blocks.names, blocks.low, blocks.high, blocks.top, strict=True):
        asked = settings.target_ratings.get(name)
        if asked is None and settings.target == RATING:
            asked = low + GOOD * (high - low)
        if asked is not None and min(asked, high) > top + 1e-9:
            params = {"moment": name, "rating": float(asked), "highest": float(top)}
            found.append(Finding("review", "target_beyond_marks", WHERE, params))
    return tuple(found)


def of_ratings(
    ratings: Ratings, codes: Sequence[str | None], population: Population
) -> tuple[Finding, ...]:
    """Moments that get no slope, unanswered ratings, and ratings that move together."""
    found = []
    if set(codes) == {"moment_few_teams"}:
        teams = 1 if population.dealt else len(population.team_names)
        params = {"teams": teams, "moments": len(codes)}
        return (Finding("review", "moments_few_teams", WHERE, params),)
    for j, (column, code) in enumerate(zip(ratings.columns, codes, strict=True)):
        lived = ratings.lived[:, j].sum()
        answered = ratings.answered[:, j]
        if code is not None:
            teams = len(np.unique(population.team[answered]))
            counts = {"moment": column.name, "n": int(answered.sum()), "teams": teams}
            found.append(Finding("review", code, WHERE, counts))
        elif answered.sum() < (1 - UNANSWERED) * lived:
            unanswered = {"moment": column.name, "share": float(1 - answered.sum() / lived)}
            found.append(Finding("review", "moment_unanswered", WHERE, unanswered))
    keep = [j for j, code in enumerate(codes) if code is None]
    return (*found, *_of_spread(ratings.pick(keep), population.weight))


def _of_spread(ratings: Ratings, weight: Floats) -> Iterator[Finding]:
    """Ratings that move together, and those with few low marks left to learn from."""
    if len(ratings.columns) > 1:
        correlation, common = halo(ratings, weight)
        if correlation > HALO or common > COMMON:
            params = {"correlation": correlation, "common": common}
            yield Finding("review", "moments_halo", WHERE, params)
    for column, share in zip(ratings.columns, tops(ratings, weight), strict=True):
        if share > CEILING:
            ceiling = {"moment": column.name, "share": share}
            yield Finding("review", "moment_ceiling", WHERE, ceiling)


def moves_together(found: Sequence[Finding]) -> bool:
    """Whether the findings say that ratings of different moments move together."""
    return any(f.code == "moments_halo" for f in found)


def of_common_factor(common_factor: CommonFactor | None) -> tuple[Finding, ...]:
    """How much of the joint figure is common to moments that move together."""
    if common_factor is None:
        return ()
    if common_factor.common is None or common_factor.specific is None:
        return (
            Finding("ok", "moments_common_only", WHERE, {"variation": common_factor.variation}),
        )
    params = {
        "common": common_factor.common,
        "specific": common_factor.specific,
        "variation": common_factor.variation,
    }
    return (Finding("ok", "moments_common", WHERE, params),)


def of_fit(fitted: Fitted, rows: Sequence[Moment], joint: Joint | None) -> tuple[Finding, ...]:
    """What the models, targets and money say about themselves."""
    return (*_of_model(fitted), *_of_slopes(fitted, rows), *_of_money(fitted, joint))


_BY_INDEX = {  # why there is no direct model -> what is said of pricing by the index model
    "moment_collinear": "moments_index_collinear",
    "moment_few_events": "moments_index_few_events",
    "moment_separated": "moments_index_separated",
}


def _of_model(fitted: Fitted) -> Iterator[Finding]:
    params = {"events": fitted.direct.events, "parameters": fitted.direct.parameters}
    if fitted.direct.scarce:
        yield Finding("review", "moments_index_scarce", WHERE, params)
    elif fitted.direct.refused is None:
        yield Finding("ok", "moments_both_models", WHERE, params)
    else:
        yield Finding("review", _BY_INDEX[fitted.direct.refused], WHERE, params)
    if fitted.too_few_teams:
        yield Finding("review", "moments_pooled", WHERE, {"teams": len(fitted.slope) - 1})
    if fitted.importance.method == "johnson":
        yield Finding("ok", "moments_johnson", WHERE, {"moments": len(fitted.names)})
    elif fitted.importance.order_differs:
        yield Finding("ok", "moments_order_differs", WHERE)
    if not fitted.split.exact:
        yield Finding("ok", "moments_split_by_path", WHERE, {"moments": len(fitted.names)})


def _of_slopes(fitted: Fitted, rows: Sequence[Moment]) -> Iterator[Finding]:
    if fitted.direct.slope is not None:
        apart = fitted.direct.slope - fitted.index.slope
        gap = apart[0] / np.maximum(slope_errors(apart), 1e-300)
        for name, size in zip(fitted.names, gap, strict=True):
            if abs(size) > GAP:
                stronger = "moment_acts_directly" if size < 0 else "moment_acts_less"
                yield Finding("review", stronger, WHERE, {"moment": name})
    for name, other in _alike(fitted):
        yield Finding("review", "moment_rated_like", WHERE, {"moment": name, "other": other})
    for name in _suppressed(fitted):
        yield Finding("review", "moment_works_through_others", WHERE, {"moment": name})
    for row in rows:
        if row.status == "ok" and (row.slope.value or 0.0) > 0:
            yield Finding("review", "moment_wrong_way", WHERE, {"moment": row.name})
    unclear = [row.name for row in rows if row.status == "not_distinguishable"]
    if unclear:
        yield Finding(
            "review",
            "moments_unclear",
            WHERE,
            {"names": unclear, "n": len(unclear), "of": len(rows)},
        )


def _alike(fitted: Fitted) -> Iterator[tuple[str, str]]:
    """(moment, nearest other) where others foretell its rating: variance inflation above 10."""
    columns = [fitted.design.known.shape[1] + c for c in fitted.design.blocks.slopes]
    cross = fitted.index.cross[0][columns][:, columns]
    scale = np.sqrt(np.maximum(np.diag(cross), 1e-300))
    r = cross / np.outer(scale, scale)
    inflation = np.diag(np.linalg.pinv(r, hermitian=True)) if len(r) > 1 else np.ones(1)
    near = np.abs(r - np.eye(len(r)))
    for j, name in enumerate(fitted.names):
        if inflation[j] > gates.LARGE_VIF or near[j].max(initial=0.0) > TWIN:
            yield name, fitted.names[int(near[j].argmax())]


def _suppressed(fitted: Fitted) -> list[str]:
    """Moments whose slope on the metric turns its sign once the others are held."""
    cross = fitted.index.cross[0]
    first = fitted.design.known.shape[1]
    slopes = np.linalg.pinv(cross[:-1, :-1], hermitian=True) @ cross[:-1, -1]
    columns = [first + c for c in fitted.design.blocks.slopes]
    pairs = zip(fitted.names, slopes[columns], cross[columns, -1], strict=True)
    return [name for name, held, plain in pairs if held * plain < 0]


def _of_single_customers(fitted: Fitted) -> Iterator[Finding]:
    """Moments whose revenue at stake rests on one customer."""
    money = fitted.money
    for name, stake, largest in zip(fitted.names, money.stake[0], money.largest, strict=True):
        if stake > 0 and largest > gates.LARGE_CUSTOMER_SHARE * stake:
            share = float(largest / stake)
            params = {"moment": name, "share": share, "without": float(stake - largest)}
            yield Finding("review", "moment_one_customer", WHERE, params)


def _of_money(fitted: Fitted, joint: Joint | None) -> Iterator[Finding]:
    alike = [
        name
        for name, has_target in zip(fitted.names, fitted.has_target, strict=True)
        if not has_target
    ]
    if alike and not fitted.too_few_teams:
        yield Finding("review", "moments_alike", WHERE, {"names": alike, "n": len(alike)})
    if joint is None:
        return
    yield from _of_single_customers(fitted)
    alone = float(fitted.money.stake[0].sum())
    value = float(joint.revenue_at_stake.value or 0.0)
    if value > 0 and value < OVERLAP * alone:
        yield Finding("ok", "moments_overlap", WHERE, {"more": alone / value - 1})
    for group in joint.ties:
        yield Finding("review", "moments_tied", WHERE, {"names": list(group), "n": len(group)})
    yield Finding(
        "ok",
        "moments_reconciled",
        WHERE,
        {"stake": value, "rest": joint.unexplained, "churned": joint.churned_revenue},
    )


def of_straight_factors(stake: Estimate, straight: float) -> Iterator[Finding]:
    """What all moments would have at stake with known factors as lines, where that differs."""
    if stake.value is not None and gates.apart(straight, stake.value, stake):
        params = {"straight": straight, "figure": stake}
        yield Finding("ok", "stake_if_straight", WHERE, params)
