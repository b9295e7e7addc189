"""Builds the `Model` that prices steps: which curve each moves, its lift and its cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.intake import Base
from cxcase.link import Curve, Link
from cxcase.moments import Moments
from cxcase.recommend import Step, Steps
from cxcase.roi.curve_parts import parted
from cxcase.roi.input_draws import cost_draws, lift_draws
from cxcase.roi.margins import Margins, earned_shapes
from cxcase.roi.step_flows import Model
from cxcase.settings import Settings
from cxcase.stats.draws import metalog_feasible

WHERE = "recommendations"
# ratings of a step's own teams below which its money is a guess about few customers
MIN_ANSWERS = 30
# degrees of freedom of a worth below which its draws have no variance to take an NPV over
MIN_DF = 3


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
    whole, metric_curve = _curves(link, moments)
    ex_to_cx, ex_to_cx_draws = _ex_to_cx(link)
    metric = (metric_curve,) if metric_curve else ()
    wanted = {step.id: step.moments if step.acts_on == "moment" else metric for step in steps.steps}
    curves, parts = parted(whole, steps.steps, wanted)
    with_room = {id: _with_headroom(names, curves) for id, names in parts.items()}
    refused = {}
    for step in steps.steps:
        names = wanted[step.id]
        why = _why_not(step, names, with_room[step.id], ex_to_cx, link, moments)
        if why == "no_headroom" and step.teams:
            why = _without_team(step, names, whole) or why
        if why:
            refused[step.id] = why
    margins = Margins.of(base, settings)
    model = Model(
        settings=settings,
        curves=curves,
        metric_curve=metric_curve,
        ex_to_cx=ex_to_cx,
        ex_to_cx_draws=ex_to_cx_draws,
        overlap=_overlap(moments),
        lift_draws=lift_draws(steps.steps, settings),
        cost_draws=cost_draws(steps.steps, settings),
        average_revenue=base.revenue_start / base.customers if base.customers else 0.0,
        churned_revenue=base.churned_revenue,
        steps={step.id: step for step in steps.steps},
        moves={id: () if id in refused else names for id, names in with_room.items()},
        at_risk=_by_part(_at_risk(whole, metric_curve, moments, base), curves, whole),
        margins=margins,
        earned=earned_shapes(curves.values(), margins, settings),
        growth=_growth(curves, link, settings),
    )
    return Built(model, refused, tuple(_findings(model, refused)))


def _growth(
    curves: Mapping[str, Curve], link: Link, settings: Settings
) -> dict[str, tuple[float, Floats]]:
    """`growth_of` where it is counted."""
    if settings.count_expansion:
        return growth_of(curves, link)
    return {}


def growth_of(curves: Mapping[str, Curve], link: Link) -> dict[str, tuple[float, Floats]]:
    """Curve -> (base, draws) of growth a year for one point of it; empty where it is not measured.

    Growth is measured on the score alone. A point of a moment is taken to bring it in the same
    proportion to what it keeps, so that moments share it and nothing is counted for both.
    """
    share = link.growth_per_kept
    part = link.worth_of("one_point_of_cx_expansion")
    if share is None or part is None or not part.value or link.growth_draws is None:
        return {}
    found = {}
    for name, curve in curves.items():
        kept = curve.per_point.value or 0.0
        if kept > 0:
            found[name] = (share * kept, share * kept / part.value * link.growth_draws)
    return found


def _ex_to_cx(link: Link) -> tuple[float | None, Floats | None]:
    """(CX points per EX point, its draws); both None where the link does not carry them."""
    effect = link.effect("ex_to_cx")
    if effect is None or effect.estimate.value is None or link.ex_to_cx_draws is None:
        return None, None
    return effect.estimate.value, link.ex_to_cx_draws


def _overlap(moments: Moments) -> float:
    """Joint money over the sum of single curves, at most 1; 1 where it is not known."""
    if math.isfinite(moments.overlap) and moments.overlap > 0:
        return min(1.0, moments.overlap)
    return 1.0


def _with_headroom(names: Iterable[str], curves: Mapping[str, Curve]) -> tuple[str, ...]:
    """Those of the curves on which a rating can still rise."""
    return tuple(name for name in names if curves[name].headroom > 0)


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
    metric_priced = link.curve is not None and not link.curve.per_point.refused
    if step.acts_on == "ease" and not wanted and metric_priced:
        return "few_teams_to_price"
    if step.acts_on == "ex" and ex_to_cx is None:
        return link.refused or "no_ex_link"
    if found:
        return None
    if step.acts_on == "moment":
        if any(name in moments.curves for name in wanted):
            return "no_headroom"
        return moments.refused or link.refused or "no_moment_curve"
    if wanted:
        return "no_headroom"
    return link.refused or "no_metric_curve"


def _without_team(step: Step, wanted: tuple[str, ...], whole: Mapping[str, Curve]) -> str | None:
    """Why a step held to teams moves nothing: no teams known, or no answers of these."""
    there = [whole[name].cells for name in wanted if name in whole]
    if not any(cells is not None and cells.group_names for cells in there):
        return "teams_not_known"
    heard = [
        cells is not None and bool(cells.heard[cells.held_to(step.teams)].any()) for cells in there
    ]
    if any(heard):
        return None
    return "no_answers_in_teams"


def _by_part(
    at_risk: Mapping[str, float], curves: Mapping[str, Curve], whole: Mapping[str, Curve]
) -> dict[str, float]:
    """Curve -> customers lost a year among those it is about, a part's by who was lost there."""
    return {
        name: at_risk[curve.about] * _share_of_lost(curve, whole)
        for name, curve in curves.items()
        if curve.about in at_risk
    }


def _share_of_lost(curve: Curve, whole: Mapping[str, Curve]) -> float:
    """Share of the customers lost on the whole curve that were lost in this part of it."""
    if curve.whole is None:
        return 1.0
    all_lost = _lost(whole[curve.about])
    if all_lost > 0:
        return _lost(curve) / all_lost
    return 0.0


def _lost(curve: Curve) -> float:
    """Customers lost in the curve's cells."""
    if curve.cells is None:
        return 0.0
    return float(curve.cells.lost.sum())


def _at_risk(
    curves: Iterable[str], metric_curve: str | None, moments: Moments, base: Base
) -> dict[str, float]:
    """Curve -> customers lost a year among those who live its moment (all, for the metric's)."""
    reach = {item.name: item.reach.value for item in moments.moments}
    shares = {name: 1.0 if name == metric_curve else reach.get(name) for name in curves}
    return {name: base.churned * share for name, share in shares.items() if share is not None}


def _findings(model: Model, refused: Mapping[str, str]) -> Iterable[Finding]:
    """One finding for all steps that share a remark."""
    steps = tuple(model.steps.values())
    remarks = {
        "lift_beyond_headroom": [s.id for s in steps if _beyond_any(model, s.id)],
        "lift_range_lopsided": [s.id for s in steps if _lopsided_lift(s)],
        "cost_range_lopsided": [s.id for s in steps if _lopsided_cost(s)],
        "step_partly_priced": [s.id for s in steps if 0 < len(model.about(s.id)) < len(s.moments)],
        "few_answers_in_teams": [s.id for s in steps if _few(model, s)],
        "more_goes_with_more_churn": [s.id for s in steps if _wrong_way(model, s.id)],
    }
    for why in dict.fromkeys(refused.values()):
        code = _NOT_PRICED.get(why, "not_priced")
        remarks[code] = [id for id, reason in refused.items() if reason == why]
    for code, ids in remarks.items():
        if ids:
            yield Finding("review", code, WHERE, {"ids": tuple(ids), "n": len(ids)})


_NOT_PRICED = {  # reason code -> its own finding; the others share "not_priced"
    "few_teams_to_price": "not_priced_few_teams_to_price",
    "teams_not_known": "not_priced_teams_not_known",
    "no_answers_in_teams": "not_priced_no_answers_in_teams",
    "no_ex_link": "not_priced_no_ex_link",
    "no_headroom": "not_priced_no_headroom",
    "no_moment_curve": "not_priced_no_moment_curve",
    "no_metric_curve": "not_priced_no_metric_curve",
}


def _beyond_any(model: Model, id: str) -> bool:
    return any(_beyond(model, id, name) for name in model.moves[id])


def _lopsided_lift(step: Step) -> bool:
    """True where no metalog runs through the ends and the likely value of a step's lift."""
    return not metalog_feasible(step.lift_low, step.lift_likely, step.lift_high)


def _lopsided_cost(step: Step) -> bool:
    """The same of its cost; False for a step that costs nothing."""
    if step.one_off_cost + step.yearly_cost <= 0:
        return False
    likely = step.one_off_cost or step.yearly_cost
    return not metalog_feasible(step.cost_low, likely, step.cost_high)


def _wrong_way(model: Model, id: str) -> bool:
    """True where a better rating goes with more churn on a curve the step moves."""
    return any((model.curves[name].per_point.value or 0.0) < 0 for name in model.moves[id])


def _few(model: Model, step: Step) -> bool:
    """True where a step held to teams rests on fewer answers than a moment's slope needs."""
    cells = [model.curves[name].cells for name in model.moves[step.id]]
    given = [cell.answers for cell in cells if cell is not None]
    known = [int(answers.sum()) for answers in given if answers is not None]
    return bool(step.teams and known) and sum(known) < MIN_ANSWERS


def _beyond(model: Model, id: str, curve: str) -> bool:
    """True when a step's likely lift is more than the curve's headroom."""
    return model.lift(id) >= model.curves[curve].headroom
