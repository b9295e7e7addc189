"""What weakens or confirms the moments' figures, as findings; every threshold of this stage's warnings is here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cxcase.checks import Finding
from cxcase.link import Population
from cxcase.moments.blocks import Ratings, halo
from cxcase.moments.fitted import Fitted
from cxcase.moments.models import slope_errors
from cxcase.moments.result import Joint, Moment
from cxcase.stats.gates import LARGE_CUSTOMER_SHARE
from cxcase.stats.shapley import EXACT_BLOCKS

WHERE = "moments"
UNANSWERED = 0.05  # above this share lived but not rated: a finding
HALO = 0.6  # mean correlation between moments above which separate slopes are unreliable
GAP = 1.64  # standard errors between direct and index slope that are called a gap
OVERLAP = 0.95  # joint over sum below which adding up is warned of


def of_ratings(ratings: Ratings, codes: Sequence[str | None], population: Population) -> tuple[Finding, ...]:
    """Moments that get no slope, unanswered ratings, and ratings that move together."""
    found = []
    if set(codes) == {"moment_few_teams"}:
        teams = 1 if population.dealt else len(population.team_names)
        return (Finding("review", "moments_few_teams", WHERE, {"teams": teams, "moments": len(codes)}),)
    for j, (column, code) in enumerate(zip(ratings.columns, codes, strict=True)):
        lived, answered = ratings.lived[:, j].sum(), ratings.answered[:, j]
        if code is not None:
            teams = len(np.unique(population.team[answered]))
            params = {"moment": column.name, "n": int(answered.sum()), "teams": teams}
            found.append(Finding("review", code, WHERE, params))
        elif answered.sum() < (1 - UNANSWERED) * lived:
            share = float(1 - answered.sum() / lived)
            found.append(Finding("review", "moment_unanswered", WHERE, {"moment": column.name, "share": share}))
    keep = [j for j, code in enumerate(codes) if code is None]
    together = halo(ratings.pick(keep), population.weight) if len(keep) > 1 else 0.0
    if together > HALO:
        found.append(Finding("review", "moments_halo", WHERE, {"correlation": together}))
    return tuple(found)


def of_fit(fitted: Fitted, rows: Sequence[Moment], joint: Joint | None) -> tuple[Finding, ...]:
    """What the models, targets and money say about themselves."""
    return (*_of_model(fitted), *_of_slopes(fitted, rows), *_of_money(fitted, joint))


def _of_model(fitted: Fitted) -> Iterator[Finding]:
    params = {"events": fitted.direct.events, "parameters": fitted.direct.parameters}
    if fitted.direct.refused is None:
        yield Finding("ok", "moments_both_models", WHERE, params)
    else:
        yield Finding("review", f"moments_index_{fitted.direct.refused.removeprefix('moment_')}", WHERE, params)
    if fitted.too_few_teams:
        yield Finding("review", "moments_pooled", WHERE, {"teams": len(fitted.slope) - 1})
    if len(fitted.names) > EXACT_BLOCKS:
        error = float(np.max(fitted.parts.mc_se[0]) / max(float(fitted.parts.total[0]), 1e-300))
        yield Finding("ok", "moments_sampled", WHERE, {"error": error})
    if not fitted.split.exact:
        yield Finding("ok", "moments_split_by_path", WHERE, {"moments": len(fitted.names)})


def _of_slopes(fitted: Fitted, rows: Sequence[Moment]) -> Iterator[Finding]:
    if fitted.direct.slope is not None:
        gap = (fitted.direct.slope - fitted.chain.slope)[0] / np.maximum(slope_errors(fitted.direct.slope), 1e-300)
        for name, size in zip(fitted.names, gap, strict=True):
            if abs(size) > GAP:
                stronger = "moment_acts_directly" if size < 0 else "moment_acts_less"
                yield Finding("review", stronger, WHERE, {"moment": name})
    for name in _suppressed(fitted):
        yield Finding("review", "moment_works_through_others", WHERE, {"moment": name})
    for row in rows:
        if row.status == "ok" and (row.slope.value or 0.0) > 0:
            yield Finding("review", "moment_wrong_way", WHERE, {"moment": row.name})
    unclear = [row.name for row in rows if row.status == "not_distinguishable"]
    if unclear:
        yield Finding("review", "moments_unclear", WHERE, {"names": unclear, "n": len(unclear), "of": len(rows)})


def _suppressed(fitted: Fitted) -> list[str]:
    """Moments whose slope on the metric, others held, has the other sign than their plain relation with it."""
    cross, first = fitted.chain.cross[0], fitted.design.controls.shape[1]
    slopes = np.linalg.pinv(cross[:-1, :-1], hermitian=True) @ cross[:-1, -1]
    columns = [first + c for c in fitted.design.blocks.slopes]
    pairs = zip(fitted.names, slopes[columns], cross[columns, -1], strict=True)
    return [name for name, held, plain in pairs if held * plain < 0]


def _of_money(fitted: Fitted, joint: Joint | None) -> Iterator[Finding]:
    alike = [name for name, aimed in zip(fitted.names, fitted.aimed, strict=True) if not aimed]
    if alike and not fitted.too_few_teams:
        yield Finding("review", "moments_alike", WHERE, {"names": alike, "n": len(alike)})
    if joint is None:
        return
    for name, stake, largest in zip(fitted.names, fitted.money.stake[0], fitted.money.largest, strict=True):
        if stake > 0 and largest > LARGE_CUSTOMER_SHARE * stake:
            params = {"moment": name, "share": float(largest / stake), "without": float(stake - largest)}
            yield Finding("review", "moment_one_customer", WHERE, params)
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
