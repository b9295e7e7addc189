"""The verb of this stage: spreadsheets as a `Case` in, the chain from EX through CX to money out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cxcase.checks import Finding
from cxcase.estimate import Estimate, content_key, refuse
from cxcase.intake import Case, Scale
from cxcase.link.checks.check_findings import (
    about_diagnosis,
    about_ex_placebo,
    about_items,
    about_order,
    checks_of,
)
from cxcase.link.checks.gate_findings import (
    about_churn,
    about_engagement,
    about_leak,
    about_money,
    about_rate,
    about_sample,
)
from cxcase.link.checks.run import diagnose, segments, with_engagement
from cxcase.link.data.leakage import look_for_leak
from cxcase.link.data.population import Sample, choose_metric, know_everyone, take_sample
from cxcase.link.data.response_rates import answering_of
from cxcase.link.diagnosis import AlternativeEstimate, Diagnosis
from cxcase.link.fitted import FittedLink
from cxcase.link.models import churn as churn_model
from cxcase.link.models import ex_to_cx as ex
from cxcase.link.models.describe import dose, responder_table, team_dots
from cxcase.link.models.ex_items import items_of
from cxcase.link.models.time_order import Order, time_order
from cxcase.link.result import WORTHS, Effect, Link, Worth
from cxcase.link.units.estimate_units import link_of_units
from cxcase.link.worth.g_computation import Figure, Money, price
from cxcase.link.worth.mediation import BOTH_CLEAR, Indirect, through_cx, worth_through_cx
from cxcase.link.worth.what_if import WhatIf
from cxcase.settings import Metric, Settings
from cxcase.stats.threads import one_blas_thread
from cxcase.version import CODE

PER_POINT = "probability per point"
NRR = "share of starting revenue per point"
METHODS = {
    "ex_to_cx": "ols_cr2_satterthwaite",
    "ex_to_cx_corrected": "reliability_jackknife",
    "cx_to_churn": "logit_within_jackknife",
    "ex_to_churn_total": "logit_cr2_satterthwaite",
    "ex_to_churn_through_cx": "product_monte_carlo",
    "cx_to_nrr": "g_computation_jackknife",
}
UNITS = {
    "ex_to_cx": ex.POINTS,
    "ex_to_cx_corrected": ex.POINTS,
    "cx_to_churn": PER_POINT,
    "ex_to_churn_total": ex.CHANCE,
    "ex_to_churn_through_cx": ex.CHANCE,
    "cx_to_nrr": NRR,
}


@dataclass(frozen=True, eq=False)
class _Ex:
    """The EX half: joined engagement, its slope on CX, and what follows from the two alone."""

    joined: ex.Engagement | None
    slope: ex.Slope
    corrected: Estimate
    total: Estimate
    reliability: float | None
    findings: tuple[Finding, ...]
    order: Order | None = None


def estimate_link(case: Case, settings: Settings) -> Link:
    """What `fit_link` publishes, for whoever needs no more than the estimates."""
    return fit_link(case, settings).link


@one_blas_thread
def fit_link(case: Case, settings: Settings) -> FittedLink:
    """Effects with intervals along EX -> CX -> RX and the worth of a point, revenue a year over all
    customers.

    Nothing raises for weak data: a figure that the data cannot carry is refused with its reason,
    and `refused` says when that is so for churn itself. Definitions: `cx_to_churn` is the average
    derivative, within teams; `ex_to_churn_through_cx` moves every score by what one EX point as
    measured brings, kept inside the marks seen; `one_point_of_cx` and `one_point_of_ex_through_cx`
    are both retention plus expansion (retention alone without end revenue, with a finding), net of
    price steps under contract where these are known; `cx_to_nrr` is `one_point_of_cx` over the
    base's starting revenue.
    """
    key = content_key("link", case.key, settings.metric, settings.controls, settings.seed, CODE)
    unit = f"{case.currency or settings.currency} per year"
    if not case.has("customers") and case.has("units"):
        return FittedLink(link_of_units(case, settings, key, unit))
    metric, found = choose_metric(case, settings)
    code = _cannot_start(case, metric)
    if code or metric is None:
        return FittedLink(_refused(case, key, unit, metric, code or "no_cx", found))
    everyone = know_everyone(case, metric, settings)
    if not everyone.usable.any():
        return FittedLink(_refused(case, key, unit, metric, "no_overlap", found))
    sample, short = churn_model.short_model(take_sample(case, metric, everyone))
    engaged = _engagement(case, sample, metric, settings)
    found = (*found, *about_sample(sample))
    refused = churn_model.refusal(sample.population)
    if refused is None:
        leak = look_for_leak(sample.population.metric, sample.population.churned)
        found = (*found, *about_leak(leak))
        refused = "leak" if leak.leaks else None
    if refused:
        return FittedLink(
            _without_churn(case, settings, key, unit, metric, sample, engaged, refused, found)
        )
    return _full(case, settings, key, unit, metric, sample, short, engaged, found)


def _cannot_start(case: Case, metric: Metric | None) -> str | None:
    if case.base is None or not case.has("customers"):
        return case.why_no_list or "no_customers"
    if metric is not None and metric in case.scales:
        return None
    given = case.joins.responses if case.joins else 0
    if given and case.joins and case.joins.responses_matched == 0:
        return "no_overlap"
    if given and case.joins and case.joins.customers_with_response == 0:
        # they came after the start, after leaving, or from outside the base
        return "no_response_in_time"
    if given:
        return "no_metric"
    return "no_cx"


def _engagement(case: Case, sample: Sample, metric: Metric, settings: Settings) -> _Ex:
    joined = ex.join_engagement(case, sample.population)
    code = ex.refusal(sample, joined, case.has("ex"))
    reliability = joined.reliability() if joined else None
    if code or joined is None:
        teams = joined.teams if joined else None
        points, chance = (
            refuse(unit, code or "no_ex", teams=teams) for unit in (ex.POINTS, ex.CHANCE)
        )
        return _Ex(joined, ex.Slope(points, None, None, None), points, chance, reliability, ())
    slope = ex.slope_to_cx(sample, joined, settings.seed)
    total, found = ex.total_effect(sample, joined)
    return _Ex(
        joined,
        slope,
        ex.corrected(slope, joined),
        total,
        reliability,
        found,
        time_order(case, metric),
    )


def _full(
    case: Case,
    settings: Settings,
    key: str,
    unit: str,
    metric: Metric,
    sample: Sample,
    short: bool,
    engaged: _Ex,
    found: tuple[Finding, ...],
) -> FittedLink:
    churn, population = churn_model.fit_churn(sample.population, short)
    expansion = churn_model.fit_expansion(sample, churn) if case.has_revenue_end else None
    money = price(population, churn, expansion, case.scales[metric])
    average = money.average_effect()
    to_churn = average.estimate(PER_POINT, population)
    indirect = through_cx(engaged.slope, to_churn, money, settings.seed)
    worth, per_point = _worth(case, settings, unit, money, engaged)
    retention = worth["one_point_of_cx_retention"]
    curve = None if retention.refused else money.curve(metric, per_point, retention, settings.seed)
    diagnosis, silent, about = diagnose(case, settings, sample, money, to_churn, short)
    free = _noise_free(engaged, to_churn, money, unit, settings.seed)
    booked = _as_booked(sample, churn, money, unit)
    diagnosis = replace(diagnosis, alternatives=(*diagnosis.alternatives, *free, *booked))
    diagnosis = _with_ex(case, diagnosis, sample, engaged, case.scales[metric], settings)
    effects = {
        "ex_to_cx": engaged.slope.estimate,
        "ex_to_cx_corrected": engaged.corrected,
        "cx_to_churn": to_churn,
        "ex_to_churn_total": engaged.total,
        "ex_to_churn_through_cx": indirect.estimate,
        "cx_to_nrr": _share(worth["one_point_of_cx"], population.revenue.sum()),
    }
    found = (
        *found,
        *about,
        *about_churn(churn, population, average, to_churn, diagnosis),
        *_about_ex(engaged, indirect, diagnosis),
        *about_diagnosis(diagnosis, metric, to_churn),
        *(
            about_money(money, case.base, case.has_revenue_end, sample.revenue_end)
            if case.base
            else ()
        ),
    )
    link = Link(
        key=key,
        metric=metric,
        scale=case.scales[metric],
        ex_scale=case.ex_scale,
        team_reliability=engaged.reliability,
        effects=tuple(_effects(effects, indirect.checks, population.within, diagnosis)),
        worth=tuple(Worth(id, worth[id]) for id in WORTHS),
        curve=curve,
        ex_to_cx_draws=engaged.slope.draws,
        responder_table=responder_table(sample.everyone),
        dose=dose(population, churn, case.scales[metric]),
        ledger_shift=money.shift,
        refused=None if curve else retention.reason,
        findings=found,
        diagnosis=diagnosis,
    )
    if curve is None:
        return FittedLink(link, silent=silent)
    what_if = WhatIf(money, engaged.slope, to_churn.excludes_zero, unit, settings.seed)
    return FittedLink(link, population, what_if, silent)


def _noise_free(
    engaged: _Ex, to_churn: Estimate, money: Money, unit: str, seed: int
) -> Iterator[AlternativeEstimate]:
    """What follows from engagement once the noise of small teams' means is taken out, beside what
    is printed.
    """
    slope = ex.freed(engaged.slope, engaged.corrected, seed)
    if slope.draws is not None:
        through = through_cx(slope, to_churn, money, seed).estimate
        yield AlternativeEstimate("corrected", "ex_to_churn_through_cx", through)
        yield AlternativeEstimate(
            "corrected", "one_point_of_ex_through_cx", worth_through_cx(slope, money, unit, seed)
        )


def _as_booked(
    sample: Sample, churn: churn_model.ChurnModel, money: Money, unit: str
) -> Iterator[AlternativeEstimate]:
    """The worth of a point with price steps under contract left in the growth, where they were
    taken out.
    """
    if sample.everyone.price_increase is None or money.expansion is None:
        return
    expansion = churn_model.fit_expansion(sample, churn, as_booked=True)
    if expansion is not None:
        p = sample.population
        one = min(1.0, money.scale.high - money.scale.low)
        point = replace(money, expansion=expansion).worth(one)
        yield AlternativeEstimate("as_booked", "one_point_of_cx", point.best.estimate(unit, p))
        if point.expansion is not None:
            yield AlternativeEstimate(
                "as_booked",
                "one_point_of_cx_expansion",
                point.expansion.estimate(unit, p, expansion.df),
            )


def _with_ex(
    case: Case,
    diagnosis: Diagnosis,
    sample: Sample,
    engaged: _Ex,
    scale: Scale | None,
    settings: Settings,
) -> Diagnosis:
    if engaged.joined is None:
        return diagnosis
    diagnosis = replace(diagnosis, teams=team_dots(sample.population, engaged.joined.team_score))
    found = with_engagement(
        diagnosis, sample, engaged.joined, engaged.slope, engaged.order, scale, settings.seed
    )
    if engaged.slope.estimate.refused:
        return found
    return replace(found, items=items_of(case, sample, engaged.joined))


def _worth(
    case: Case, settings: Settings, unit: str, money: Money, engaged: _Ex
) -> tuple[dict[str, Estimate], Figure]:
    population = money.population
    reach = money.scale.high - money.scale.low
    point = money.worth(min(1.0, reach))
    retention = point.retention.estimate(unit, population)
    why = "no_revenue_end" if not case.has_revenue_end else "expansion_unknown"
    worth = {
        "one_point_of_cx": point.best.estimate(unit, population),
        "one_point_of_cx_retention": retention,
        # a straight line's slope: uneven teams leave it fewer degrees of freedom than there are
        # teams
        "one_point_of_cx_expansion": point.expansion.estimate(unit, population, money.expansion.df)
        if point.expansion and money.expansion
        else refuse(unit, why, n=retention.n, teams=retention.teams),
        "one_point_of_ex_through_cx": worth_through_cx(engaged.slope, money, unit, settings.seed),
    }
    return worth, point.retention


def _share(worth: Estimate, revenue: float) -> Estimate:
    if worth.value is None or worth.low is None or worth.high is None:
        return refuse(NRR, worth.reason or "not_run", n=worth.n, teams=worth.teams)
    value, low, high = (float(figure / revenue) for figure in (worth.value, worth.low, worth.high))
    return Estimate(value, low, high, NRR, df=worth.df, n=worth.n, teams=worth.teams)


def _effects(
    estimates: dict[str, Estimate], chain: tuple[str, ...], within: bool, diagnosis: Diagnosis
) -> list[Effect]:
    methods = METHODS if within else METHODS | {"cx_to_churn": "logit_pooled_jackknife"}
    checks = {id: () if e.refused else checks_of(id, diagnosis) for id, e in estimates.items()}
    checks["ex_to_churn_through_cx"] = chain
    return [
        Effect(id, estimate, method=methods[id], checks=checks[id])
        for id, estimate in estimates.items()
    ]


def _about_ex(engaged: _Ex, indirect: Indirect | None, diagnosis: Diagnosis) -> tuple[Finding, ...]:
    if engaged.joined is None:
        return engaged.findings
    clear = indirect is not None and BOTH_CLEAR in indirect.checks
    estimate = indirect.estimate if indirect else None
    about = about_engagement(engaged.slope, engaged.joined, engaged.corrected, estimate, clear)
    placebo = about_ex_placebo(diagnosis.placebos, engaged.slope.estimate)
    order = about_order(engaged.order)
    return (*engaged.findings, *about, *placebo, *order, *about_items(diagnosis.items))


def _without_churn(
    case: Case,
    settings: Settings,
    key: str,
    unit: str,
    metric: Metric,
    sample: Sample,
    engaged: _Ex,
    code: str,
    found: tuple[Finding, ...],
) -> Link:
    """EX to CX stands without churn; everything that needs churn is refused with its reason."""
    rate = about_rate(sample) if code == "too_few_events" else ()
    kept = {"ex_to_cx": engaged.slope.estimate, "ex_to_cx_corrected": engaged.corrected}
    n = len(sample.population.team)
    teams = sample.population.teams
    answering = answering_of(sample, segments(case))
    diagnosis = _with_ex(case, Diagnosis(answering=answering), sample, engaged, None, settings)
    effects = {id: kept.get(id) or refuse(u, code, n=n, teams=teams) for id, u in UNITS.items()}
    return Link(
        key=key,
        metric=metric,
        scale=case.scales[metric],
        ex_scale=case.ex_scale,
        team_reliability=engaged.reliability,
        effects=tuple(_effects(effects, (), sample.population.within, diagnosis)),
        worth=tuple(Worth(id, refuse(unit, code, n=n, teams=teams)) for id in WORTHS),
        curve=None,
        ex_to_cx_draws=engaged.slope.draws,
        responder_table=responder_table(sample.everyone),
        dose=(),
        ledger_shift=None,
        refused=code,
        findings=(
            *found,
            *rate,
            *_about_ex(engaged, None, diagnosis),
            *about_diagnosis(diagnosis, metric, None),
        ),
        diagnosis=diagnosis,
    )


def _refused(
    case: Case, key: str, unit: str, metric: Metric | None, code: str, found: tuple[Finding, ...]
) -> Link:
    return Link(
        key=key,
        metric=metric,
        scale=case.scales.get(metric) if metric else None,
        ex_scale=case.ex_scale,
        team_reliability=None,
        effects=tuple(
            _effects({id: refuse(u, code) for id, u in UNITS.items()}, (), True, Diagnosis())
        ),
        worth=tuple(Worth(id, refuse(unit, code)) for id in WORTHS),
        curve=None,
        ex_to_cx_draws=None,
        responder_table=(),
        dose=(),
        ledger_shift=None,
        refused=code,
        findings=found,
    )
