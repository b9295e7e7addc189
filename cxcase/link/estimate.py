"""The verbs of this stage: a `Case` in, the chain from EX through CX to money out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.estimate import Estimate, Floats, refuse
from cxcase.intake import Case
from cxcase.link.checks.check_findings import about_diagnosis, checks_of
from cxcase.link.checks.gate_findings import (
    about_churn,
    about_leak,
    about_money,
    about_rate,
    about_sample,
)
from cxcase.link.checks.run import diagnose, segments
from cxcase.link.data.analysed import Population
from cxcase.link.data.leakage import look_for_leak
from cxcase.link.data.population import choose_metric, know_everyone, take_sample
from cxcase.link.data.response_rates import answering_of
from cxcase.link.diagnosis import Diagnosis
from cxcase.link.engagement import (
    about_half,
    diagnose_engagement,
    engagement_half,
    without_noise,
)
from cxcase.link.fitted import FittedLink
from cxcase.link.headlines import UNITS, Analysed, Headlines, Run, as_booked, headlines_of
from cxcase.link.models import churn as churn_model
from cxcase.link.models.describe import dose
from cxcase.link.result import WORTHS, Effect, Link, Worth
from cxcase.link.units.estimate_units import link_of_units
from cxcase.link.worth.g_computation import Money, price
from cxcase.link.worth.nonresponse_bounds import Silent
from cxcase.link.worth.what_if import WhatIf
from cxcase.settings import Metric, Settings
from cxcase.stats.draws import fit_margins
from cxcase.stats.threads import one_blas_thread
from cxcase.version import CODE

METHODS = {
    "ex_to_cx": "ols_cr2_satterthwaite",
    "ex_to_cx_corrected": "reliability_jackknife",
    "cx_to_churn": "logit_within_jackknife",
    "ex_to_churn_total": "logit_cr2_satterthwaite",
    "ex_to_churn_through_cx": "product_monte_carlo",
    "cx_to_nrr": "g_computation_jackknife",
}
POOLED_METHODS = METHODS | {"cx_to_churn": "logit_pooled_jackknife"}


def estimate_link(case: Case, settings: Settings) -> Link:
    """What `fit_link` publishes, for whoever needs no more than the estimates."""
    return fit_link(case, settings).link


@one_blas_thread
def fit_link(case: Case, settings: Settings) -> FittedLink:
    """Effects with intervals along EX -> CX -> RX and the worth of a point, with their models.

    Worth is revenue a year over all customers. Nothing raises for weak data: a figure that the data
    cannot carry is refused with its reason, and `refused` says when that is so for churn itself.
    Definitions: `cx_to_churn` is the average derivative, within teams; `ex_to_churn_through_cx`
    moves every score by what one EX point as measured brings, kept inside the marks seen;
    `one_point_of_cx` and `one_point_of_ex_through_cx` are both retention plus expansion (retention
    alone without end revenue, with a finding), net of price steps under contract where these are
    known; `cx_to_nrr` is `one_point_of_cx` over the base's starting revenue, refused without end
    revenue.
    """
    key = content_key("link", case.key, settings.metric, settings.controls, settings.seed, CODE)
    run = Run(case, settings, key, f"{case.currency or settings.currency} per year")
    if not case.has("customers") and case.has("units"):
        return FittedLink(link_of_units(case, settings, key, run.unit))
    metric, found = choose_metric(case, settings)
    code = _cannot_start(case, metric)
    if code is not None or metric is None:
        return _refused(run, metric, code or "no_cx", found)
    everyone = know_everyone(case, metric, settings)
    if not everyone.usable.any():
        return _refused(run, metric, "no_overlap", found)
    sample, short = churn_model.short_model(take_sample(case, metric, everyone))
    half = engagement_half(case, sample, metric, settings.seed)
    analysed = Analysed(run, metric, sample, short, half)
    code, about = _churn_refusal(sample.population)
    found = (*found, *about_sample(sample), *about)
    if code is not None:
        return _without_churn(analysed, code, found)
    return _with_churn(analysed, found)


def _cannot_start(case: Case, metric: Metric | None) -> str | None:
    """Why the case has no response to learn from, or None."""
    if case.base is None or not case.has("customers"):
        return case.why_no_list or "no_customers"
    if metric is not None and metric in case.scales:
        return None
    if case.joins is None or not case.joins.responses:
        return "no_cx"
    if case.joins.responses_matched == 0:
        return "no_overlap"
    if case.joins.customers_with_response == 0:
        # they came after the start, after leaving, or from outside the base
        return "no_response_in_time"
    return "no_metric"


def _churn_refusal(population: Population) -> tuple[str | None, tuple[Finding, ...]]:
    """(why churn cannot be modelled or None, findings): too few left, or the score is a leak."""
    code = churn_model.refusal(population)
    if code is not None:
        return code, ()
    leak = look_for_leak(population.metric, population.churned)
    return ("leak" if leak.leaks else None), tuple(about_leak(leak))


# ---- churn can be modelled -----------------------------------------------------------------------


def _with_churn(a: Analysed, found: tuple[Finding, ...]) -> FittedLink:
    case = a.run.case
    churn, population = churn_model.fit_churn(a.sample.population, a.short)
    expansion = churn_model.fit_expansion(a.sample, churn) if case.has_revenue_end else None
    money = price(population, churn, expansion, a.scale)
    headlines = headlines_of(a, money)
    diagnosis, silent, about = _diagnosed(a, money, headlines)
    checks = _checks(headlines.effects, headlines.indirect.checks, diagnosis)
    link = replace(
        a.started(),
        effects=tuple(_effects(headlines.effects, checks, population.within)),
        worth=tuple(Worth(id, headlines.worth[id]) for id in WORTHS),
        dose=dose(population, churn, a.scale),
        ledger_shift=money.shift,
        findings=(*found, *about, *_about(a, money, headlines, diagnosis)),
        diagnosis=diagnosis,
    )
    if headlines.retention.refused:
        return FittedLink(replace(link, refused=headlines.retention.reason), silent=silent)
    point = headlines.point.retention
    curve = money.curve(a.metric, point, headlines.retention, a.seed)
    clear = headlines.to_churn.excludes_zero
    what_if = WhatIf(money, a.half.slope, clear, a.run.unit, a.seed)
    link = replace(link, curve=curve, growth_draws=_growth_draws(headlines, a.seed))
    return FittedLink(link, population, what_if, silent)


def _growth_draws(headlines: Headlines, seed: int) -> Floats | None:
    """Draws of the growth part of a point's worth, their 90 % as wide as the range that is printed;
    None where it is refused.
    """
    figure = headlines.point.expansion
    printed = headlines.worth["one_point_of_cx_expansion"]
    if figure is None or printed.low is None or printed.high is None:
        return None
    draws = figure.draws(seed)
    half = np.array([(printed.high - printed.low) / 2])
    return np.asarray(figure.value + fit_margins((draws - figure.value)[:, None], half)[:, 0])


def _diagnosed(
    a: Analysed, money: Money, headlines: Headlines
) -> tuple[Diagnosis, Silent, tuple[Finding, ...]]:
    """(what stands beside the headlines, the model of silent customers, findings)."""
    case = a.run.case
    settings = a.run.settings
    to_churn = headlines.to_churn
    diagnosis, silent, about = diagnose(case, settings, a.sample, money, to_churn, a.short)
    diagnosis = replace(
        diagnosis,
        alternatives=(
            *diagnosis.alternatives,
            *without_noise(a.half, to_churn, money, a.run.unit, a.seed),
            *as_booked(a, money),
        ),
    )
    diagnosis = diagnose_engagement(diagnosis, case, a.sample, a.half, a.scale, a.seed)
    return diagnosis, silent, about


def _about(
    a: Analysed, money: Money, headlines: Headlines, diagnosis: Diagnosis
) -> Iterator[Finding]:
    """What weakens or confirms the headlines, in the order of the chain."""
    case = a.run.case
    to_churn = headlines.to_churn
    yield from about_churn(money.churn, money.population, headlines.average, to_churn, diagnosis)
    yield from about_half(a.half, headlines.indirect, diagnosis)
    yield from about_diagnosis(diagnosis, a.metric, to_churn)
    yield from about_money(money, case, a.sample.revenue_end)


def _checks(
    estimates: Mapping[str, Estimate], chain: tuple[str, ...], diagnosis: Diagnosis
) -> dict[str, tuple[str, ...]]:
    """The codes of the checks made on each effect; chain: what may be said of both arrows."""
    made = {id: checks_of(id, diagnosis) for id, e in estimates.items() if not e.refused}
    return {**made, "ex_to_churn_through_cx": chain}


def _effects(
    estimates: Mapping[str, Estimate], checks: Mapping[str, tuple[str, ...]], within: bool
) -> Iterator[Effect]:
    """The effects with their methods; within: churn is modelled within teams."""
    methods = METHODS if within else POOLED_METHODS
    for id, estimate in estimates.items():
        yield Effect(id, estimate, method=methods[id], checks=checks.get(id, ()))


# ---- churn cannot be modelled, or nothing can ----------------------------------------------------


def _without_churn(a: Analysed, code: str, found: tuple[Finding, ...]) -> FittedLink:
    """EX to CX stands without churn; everything that needs churn is refused with its reason."""
    population = a.sample.population
    n = len(population.team)
    teams = population.teams
    answering = answering_of(a.sample, segments(a.run.case))
    diagnosis = diagnose_engagement(
        Diagnosis(answering=answering), a.run.case, a.sample, a.half, None, a.seed
    )
    known = {"ex_to_cx": a.half.slope.estimate, "ex_to_cx_corrected": a.half.corrected}
    effects = {id: refuse(unit, code, n=n, teams=teams) for id, unit in UNITS.items()} | known
    checks = _checks(effects, (), diagnosis)
    rate = about_rate(a.sample) if code == "too_few_events" else ()
    about = (*about_half(a.half, None, diagnosis), *about_diagnosis(diagnosis, a.metric, None))
    link = replace(
        a.started(),
        effects=tuple(_effects(effects, checks, population.within)),
        worth=tuple(Worth(id, refuse(a.run.unit, code, n=n, teams=teams)) for id in WORTHS),
        refused=code,
        findings=(*found, *rate, *about),
        diagnosis=diagnosis,
    )
    return FittedLink(link)


def _refused(run: Run, metric: Metric | None, code: str, found: tuple[Finding, ...]) -> FittedLink:
    """A link without a figure: nobody to learn from."""
    effects = {id: refuse(unit, code) for id, unit in UNITS.items()}
    link = replace(
        run.bare(metric),
        effects=tuple(_effects(effects, {}, within=True)),
        worth=tuple(Worth(id, refuse(run.unit, code)) for id in WORTHS),
        refused=code,
        findings=found,
    )
    return FittedLink(link)
