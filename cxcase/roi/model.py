"""Builds the `Model` that prices steps: which curve each moves, its lift and its cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtr

from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.intake import Base
from cxcase.link import Curve, Link
from cxcase.moments import Moments
from cxcase.recommend import Step, Steps
from cxcase.roi.curve_parts import parted
from cxcase.roi.margins import Margins, earned_shapes
from cxcase.roi.result import Model
from cxcase.settings import Settings
from cxcase.stats.draws import copula, lognormal, metalog, metalog_feasible

WHERE = "recommendations"
MIN_ANSWERS = (
    30  # ratings of a step's own teams below which its money is a guess about few customers
)
MIN_DF = (
    3  # degrees of freedom of a worth below which its draws have no variance to take an NPV over
)


@dataclass(frozen=True)
class Built:
    """The model, step id -> reason code of those it cannot price, and the findings."""

    model: Model
    refused: Mapping[str, str]
    findings: tuple[Finding, ...]


def build_model(
    steps: Steps, link: Link, moments: Moments, base: Base, settings: Settings
) -> Built:
    """The `Model` of these steps. A step without a money curve is in it with its costs alone."""
    curves, metric_curve = _curves(link, moments)
    effect = link.effect("ex_to_cx")
    if effect is not None and link.ex_to_cx_draws is not None:
        ex_to_cx = effect.estimate.value
    else:
        ex_to_cx = None
    metric = (metric_curve,) if metric_curve else ()
    wanted = {step.id: step.moments if step.acts_on == "moment" else metric for step in steps.steps}
    at_risk = _at_risk(curves, metric_curve, moments, base)
    whole = curves
    curves, moves = parted(curves, steps.steps, wanted)
    refused: dict[str, str] = {}
    for step in steps.steps:
        found = tuple(name for name in moves[step.id] if curves[name].headroom > 0)
        why = _why_not(step, wanted[step.id], found, ex_to_cx, link, moments)
        if why == "no_headroom" and step.teams:
            why = _without_team(step, wanted[step.id], whole) or why
        moves[step.id] = () if why else found
        if why:
            refused[step.id] = why
    margins = Margins.of(base, settings)
    model = Model(
        settings=settings,
        curves=curves,
        metric_curve=metric_curve,
        ex_to_cx=ex_to_cx,
        ex_to_cx_draws=link.ex_to_cx_draws if ex_to_cx is not None else None,
        overlap=min(1.0, moments.overlap)
        if math.isfinite(moments.overlap) and moments.overlap > 0
        else 1.0,
        lift_draws=lift_draws(steps.steps, settings),
        cost_draws=cost_draws(steps.steps, settings),
        average_revenue=base.revenue_start / base.customers if base.customers else 0.0,
        churned_revenue=base.churned_revenue,
        steps={step.id: step for step in steps.steps},
        moves=moves,
        at_risk=_by_part(at_risk, curves, whole),
        margins=margins,
        earned=earned_shapes(curves.values(), margins, settings),
    )
    return Built(model, refused, tuple(_findings(model, refused)))


def _curves(link: Link, moments: Moments) -> tuple[dict[str, Curve], str | None]:
    """Every priced curve by name, the metric's own last.

    Its name where a moment is called the same is told apart.
    """
    curves = {name: curve for name, curve in moments.curves.items() if _averages(curve)}
    if link.curve is None or not _averages(link.curve):
        return curves, None
    name = link.curve.name if link.curve.name not in curves else f"metric: {link.curve.name}"
    return {**curves, name: link.curve}, name


def _averages(curve: Curve) -> bool:
    """True when the curve's draws have a mean and a variance: a t with 3 df or more."""
    df = curve.per_point.df
    return curve.per_point.value is not None and (df is None or df >= MIN_DF)


def _why_not(
    step: Step,
    wanted: tuple[str, ...],
    found: tuple[str, ...],
    ex_to_cx: float | None,
    link: Link,
    moments: Moments,
) -> str | None:
    """The reason code why a step cannot be priced, or None when it can."""
    if (
        step.acts_on == "ease"
        and not wanted
        and link.curve is not None
        and not link.curve.per_point.refused
    ):
        return "few_teams_to_price"
    if step.acts_on == "ex" and ex_to_cx is None:
        return link.refused or "no_ex_link"
    if found:
        return None
    if step.acts_on == "moment":
        priced = any(name in moments.curves for name in wanted)
        if priced:
            return "no_headroom"
        return moments.refused or link.refused or "no_moment_curve"
    if wanted:
        return "no_headroom"
    return link.refused or "no_metric_curve"


def _without_team(step: Step, wanted: tuple[str, ...], whole: Mapping[str, Curve]) -> str | None:
    """Why a step held to teams moves nothing: no teams known, or no answers of these."""
    there = [whole[name].cells for name in wanted if name in whole]
    if not any(cells is not None and cells.team_names for cells in there):
        return "teams_not_known"
    heard = [
        cells is not None and bool(cells.heard[cells.in_teams(step.teams)].any()) for cells in there
    ]
    if any(heard):
        return None
    return "no_answers_in_teams"


def _by_part(
    at_risk: Mapping[str, float], curves: Mapping[str, Curve], whole: Mapping[str, Curve]
) -> dict[str, float]:
    """Curve -> customers lost a year among those it is about, a part's by who was lost there."""
    found = {}
    for name, curve in curves.items():
        if curve.about not in at_risk:
            continue
        all_lost = cells.lost.sum() if (cells := whole[curve.about].cells) is not None else 0.0
        own = curve.cells.lost.sum() if curve.cells is not None else 0.0
        if curve.whole is None:
            share = 1.0
        elif all_lost > 0:
            share = float(own / all_lost)
        else:
            share = 0.0
        found[name] = at_risk[curve.about] * share
    return found


def _at_risk(
    curves: Iterable[str], metric_curve: str | None, moments: Moments, base: Base
) -> dict[str, float]:
    """Curve -> customers lost a year among those who live its moment (all, for the metric's)."""
    reach = {item.name: item.reach.value for item in moments.moments}
    shares = {name: 1.0 if name == metric_curve else reach.get(name) for name in curves}
    return {name: base.churned * share for name, share in shares.items() if share is not None}


def lift_draws(steps: Iterable[Step], settings: Settings) -> dict[str, Floats]:
    """Step id -> lift in points of its own scale over draws.

    Lifts share one factor, "delivery capability".
    """
    by_name = {f"lift:{step.id}": step for step in steps}
    streams = copula(tuple(by_name), settings.lift_correlation, "factor:lift", settings.seed)
    spread = pert if settings.ranges == "minimum and maximum" else metalog
    return {
        s.id: spread(s.lift_low, s.lift_likely, s.lift_high, streams[name])
        for name, s in by_name.items()
    }


def cost_draws(steps: Iterable[Step], settings: Settings) -> dict[str, Floats]:
    """Step id -> multiplier of its costs over draws, 1 at the likely cost.

    The logarithm is a metalog through P10, likely and P90: a lognormal that keeps all three. Where
    they are too lopsided for one it is the lognormal through P10 and P90.
    """
    by_name = {f"cost:{step.id}": step for step in steps}
    streams = copula(tuple(by_name), settings.cost_correlation, "factor:cost", settings.seed)
    draws = {}
    for name, step in by_name.items():
        likely = step.one_off_cost or step.yearly_cost
        low, high = (step.cost_low / likely, step.cost_high / likely) if likely else (1.0, 1.0)
        if settings.ranges == "minimum and maximum":
            draws[step.id] = pert(low, 1.0, high, streams[name])
        elif metalog_feasible(low, 1.0, high):
            draws[step.id] = metalog(low, 1.0, high, streams[name])
        else:
            draws[step.id] = lognormal(low, high, streams[name])
    return draws


def pert(low: float, likely: float, high: float, normals: Floats) -> Floats:
    """Draws between two ends with a likely value, one for each standard normal: the beta of PERT.

    Source: Malcolm, Roseboom, Clark & Fazar 1959, Operations Research 7, 646-669.
    """
    if high <= low:
        return np.full_like(normals, likely)
    a = 1.0 + 4.0 * (likely - low) / (high - low)
    b = 1.0 + 4.0 * (high - likely) / (high - low)
    return np.asarray(low + (high - low) * betaincinv(a, b, ndtr(normals)))


def _findings(model: Model, refused: Mapping[str, str]) -> Iterable[Finding]:
    """One finding for all steps that share a remark."""
    steps = tuple(model.steps.values())
    remarks = {
        "lift_beyond_headroom": [
            s.id for s in steps if any(_beyond(model, s.id, name) for name in model.moves[s.id])
        ],
        "lift_range_lopsided": [
            s.id for s in steps if not metalog_feasible(s.lift_low, s.lift_likely, s.lift_high)
        ],
        "cost_range_lopsided": [
            s.id
            for s in steps
            if s.one_off_cost + s.yearly_cost > 0
            and not metalog_feasible(s.cost_low, s.one_off_cost or s.yearly_cost, s.cost_high)
        ],
        "step_partly_priced": [s.id for s in steps if 0 < len(model.about(s.id)) < len(s.moments)],
        "few_answers_in_teams": [s.id for s in steps if _few(model, s)],
        "more_goes_with_more_churn": [
            s.id
            for s in steps
            if any((model.curves[c].per_point.value or 0.0) < 0 for c in model.moves[s.id])
        ],
    }
    for why in dict.fromkeys(refused.values()):
        remarks[f"not_priced_{why}" if why in _OWN_REASONS else "not_priced"] = [
            id for id, reason in refused.items() if reason == why
        ]
    for code, ids in remarks.items():
        if ids:
            yield Finding("review", code, WHERE, {"ids": tuple(ids), "n": len(ids)})


_OWN_REASONS = {"few_teams_to_price", "teams_not_known", "no_answers_in_teams", "no_ex_link", "no_headroom",
                "no_moment_curve", "no_metric_curve"}  # fmt: skip


def _few(model: Model, step: Step) -> bool:
    """True where a step held to teams rests on fewer answers than a moment's slope needs."""
    given = [
        cells.answers
        for name in model.moves[step.id]
        if (cells := model.curves[name].cells) is not None
    ]
    known = [int(answers.sum()) for answers in given if answers is not None]
    return bool(step.teams and known) and sum(known) < MIN_ANSWERS


def _beyond(model: Model, id: str, curve: str) -> bool:
    return model.lift(id) >= model.curves[curve].headroom
