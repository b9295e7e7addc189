"""Everything that stands beside the headlines, worked out once the models are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import expit

from cxcase import gates
from cxcase.checks import Finding
from cxcase.estimate import Bools, Estimate, Floats
from cxcase.intake import Case, Scale
from cxcase.link.checks.alternative_estimates import confirm, readings
from cxcase.link.checks.by_customer_size import about_size, by_revenue
from cxcase.link.data.analysed import Population
from cxcase.link.data.population import Sample
from cxcase.link.data.response_rates import answering_of
from cxcase.link.data.team_agreement import agreement_of
from cxcase.link.diagnosis import (
    STRAIGHT_FACTORS,
    AlternativeEstimate,
    Diagnosis,
    Dose,
    LedgerLine,
    Placebo,
)
from cxcase.link.models import ex_to_cx as ex
from cxcase.link.models.churn import ChurnModel, fit_churn
from cxcase.link.models.describe import dose
from cxcase.link.models.goodness_of_fit import (
    Range,
    contextual,
    fit_of,
    joint_effect,
    range_of,
    remaining,
)
from cxcase.link.models.metric_choice import compare_metrics
from cxcase.link.models.time_order import Order
from cxcase.link.worth.g_computation import Money, price
from cxcase.link.worth.nonresponse_bounds import Silent
from cxcase.link.worth.survival import month_of_leaving, stops_early, survive
from cxcase.settings import Settings
from cxcase.stats.folds import Folded, FoldWeights, fold_sums, scaled
from cxcase.stats.logit import fit_logit, row_pass
from cxcase.stats.permute import placebo_share
from cxcase.stats.poisson import fit_ppml
from cxcase.stats.wild_bootstrap import wild_bootstrap

# responses above which checks and side figures are worked out on a sample of about so many
MOST_ROWS = 200_000
MOST_DATED = 30_000  # the same for what is worked out month by month, or over and over again
SHARE_STEPS = float(1 << 64)


def diagnose(
    case: Case, settings: Settings, sample: Sample, money: Money, headline: Estimate, short: bool
) -> tuple[Diagnosis, Silent, tuple[Finding, ...]]:
    """(diagnosis, the model of silent customers, findings about how these were made).

    Everything beside the headlines that the customers' half carries.
    """
    few, money_few = _thin(case, sample, money, short, MOST_ROWS)
    p = money_few.population
    churn = money_few.churn
    unit = f"{case.currency or settings.currency} per year"
    revalue = partial(_retention, short=short, unit=unit)
    beside, wild, aic = readings(money_few, headline, settings.seed)
    average = money.average_effect()
    segment = segments(case)
    month = month_of_leaving(case, few.position)
    survival = None
    dated, money_dated = _thin(case, few, money_few, short, MOST_DATED)
    sized = by_revenue(money_dated, unit)
    if month is not None and stops_early(month) is None:
        when = month if dated is few else month_of_leaving(case, dated.position)
        survival = survive(money_dated, when, money.scale) if when is not None else None
    diagnosis = Diagnosis(
        alternatives=(
            *beside,
            *(
                [AlternativeEstimate("hazard", "cx_to_churn", survival.hazard_effect)]
                if survival
                else []
            ),
            *([sized] if sized else []),
        ),
        confirmations=(wild,) if wild else (),
        ranges=() if p.dealt else (range_of("cx_to_churn", average.value, average.folds),),
        fit=fit_of(p, churn, aic),
        ledger=tuple(ledger_lines(case, few, money_few, segment)),
        answering=answering_of(sample, segment),
        contextual=contextual(p, churn),
        metrics=compare_metrics(case, few, _kept(few)),
        survival=survival,
        agreement=agreement_of(case),
        dose_by_segment=tuple(_dose_by_segment(p, churn, money.scale, segment.iloc[few.position])),
    )
    silent = Silent(money_dated.population, money.scale, revalue)
    return diagnosis, silent, (*_about(few, sample, month), *about_size(money_dated, sized, unit))


def _about(few: Sample, sample: Sample, month: Floats | None) -> Iterator[Finding]:
    if few is not sample:
        params = {"n": len(few.position), "total": len(sample.position)}
        yield Finding("ok", "checks_sampled", "link", params)
    if month is not None and (last := stops_early(month)) is not None:
        yield Finding("review", "year_not_finished", "link", {"month": last})


def segments(case: Case) -> pd.Series:
    """Each base customer's segment as text (N,), empty where it is not known."""
    segment = case.table("customers", ["segment"])["segment"].astype("object")
    return segment.where(segment.notna(), "")


def _retention(population: Population, scale: Scale, *, short: bool, unit: str) -> Estimate:
    churn, population = fit_churn(population, short)
    money = price(population, churn, None, scale)
    return money.worth(min(1.0, scale.high - scale.low)).retention.estimate(unit, population)


def _kept(sample: Sample) -> Floats:
    """(n,) The share of revenue kept; whether they stayed, where not everybody's end is known."""
    p = sample.population
    if np.isnan(sample.revenue_end).any():
        return np.asarray(1.0 - p.churned, dtype=np.float64)
    return np.asarray(np.clip(sample.revenue_end / p.revenue_start, 0.0, 1.0), dtype=np.float64)


# ---- a sample of the rows, where there are very many
# ----------------------------------------------


def _thin(case: Case, sample: Sample, money: Money, short: bool, most: int) -> tuple[Sample, Money]:
    """The sample and its models, or about `most` of its rows with models of their own.

    Rows are drawn by a hash of the customer's id.
    """
    n = len(sample.position)
    if n <= most:
        return sample, money
    ids = sample.everyone.customer_id.iloc[sample.position].to_numpy(dtype=object)
    drawn = pd.util.hash_array(ids, categorize=False) < SHARE_STEPS * (most / n)
    fewer = replace(
        sample,
        population=_rows_of(sample.population, np.asarray(drawn, dtype=np.bool_)),
        position=sample.position[drawn],
        revenue_end=sample.revenue_end[drawn],
    )
    churn, population = fit_churn(fewer.population, short)
    return replace(fewer, population=population), price(population, churn, None, money.scale)


def _rows_of(p: Population, rows: Bools) -> Population:
    """The rows that are True, weighted and valued so that totals stay what they are.

    In full and in every fold.
    """

    def kept(values: Floats) -> Floats:
        part: Floats = values[rows]
        return np.asarray(part * (values.sum() / part.sum()), dtype=np.float64)

    def folds(values: Folded) -> Folded:
        part = values.take(rows) if isinstance(values, FoldWeights) else np.asarray(values)[:, rows]
        return scaled(part, fold_sums(values) / fold_sums(part))

    return replace(
        p,
        rows=p.rows[rows],
        customers=p.customers[rows],
        team=p.team[rows],
        weight=kept(p.weight),
        fold_weight=folds(p.fold_weight),
        revenue=kept(p.revenue),
        fold_revenue=folds(p.fold_revenue),
        revenue_start=p.revenue_start[rows],
        churned=p.churned[rows],
        metric=p.metric[rows],
        controls=p.controls[rows],
        bends=p.bends.rows(rows),
    )


# ---- totals --------------------------------------------------------------------------------------


def ledger_lines(
    case: Case, sample: Sample, money: Money, segment: pd.Series
) -> Iterator[LedgerLine]:
    """Lost, kept and end revenue as three models have it, beside the ledger.

    In total and by segment. The fractional logit (GRR) and Poisson (NRR) pseudo-likelihoods meet
    the totals of the weighted responses exactly, in full and in every segment of the model; what is
    left is the gap between those who answered and the ledger. Source: Papke & Wooldridge 1996, J.
    Appl. Econometrics 11, 619-632.
    """
    p = money.population
    churn = money.churn
    everyone = sample.everyone
    start = everyone.revenue_start
    end = np.maximum(everyone.revenue_end, 0.0)
    lost = p.revenue * expit(churn.x @ churn.fit.beta + money.shift)
    pairs = [("churned_revenue", lost, start * everyone.churned)]
    if not np.isnan(end).any():
        y = np.maximum(sample.revenue_end, 0.0)
        share = np.minimum(y / p.revenue_start, 1.0)
        weight = p.revenue / p.revenue.mean()
        grr = fit_logit(
            row_pass(churn.x, share, weight, np.zeros(len(y), np.int64), 1), churn.x.shape[1]
        )
        nrr = fit_ppml(churn.x, y, p.revenue_start, p.revenue / p.revenue_start)
        if grr.converged:
            pairs.append(
                ("kept_revenue", p.revenue * expit(churn.x @ grr.beta), np.minimum(end, start))
            )
        if nrr.converged:
            pairs.append(("end_revenue", p.revenue / p.revenue_start * nrr.fitted, end))
    names = segment.to_numpy()
    heard = names[sample.position]
    for id, modelled, booked in pairs:
        yield LedgerLine(id, None, float(modelled.sum()), float(booked.sum()))
        for name in sorted(set(heard)) if len(set(names)) > 1 else ():
            yield LedgerLine(
                id,
                str(name),
                float(modelled[heard == name].sum()),
                float(booked[names == name].sum()),
            )


def _dose_by_segment(
    p: Population, churn: ChurnModel, scale: Scale, segment: pd.Series
) -> Iterator[tuple[str, Dose]]:
    names = segment.to_numpy()
    if len(set(names)) < 2:
        return
    for name in sorted(set(names)):
        rows = names == name
        if rows.sum() >= gates.MIN_MOMENT_ANSWERS:
            yield str(name), dose(p, churn, scale, rows)


# ---- engagement's half ---------------------------------------------------------------------------


def with_engagement(
    diagnosis: Diagnosis,
    sample: Sample,
    joined: ex.Engagement,
    slope: ex.Slope,
    order: Order | None,
    scale: Scale | None,
    seed: int,
) -> Diagnosis:
    """The diagnosis with what confirms or weakens the EX slope.

    Wild bootstrap, placebo, leave-one-team-out range, interaction.
    """
    a = slope.estimate
    if a.value is None or slope.folds is None:
        return diagnosis
    found: Range = range_of("ex_to_cx", a.value, slope.folds)
    joint, beyond = (None, None) if scale is None else joint_effect(sample.population, joined)
    straight = ex.straight_slope(sample.population, joined, a)
    beside = (AlternativeEstimate(STRAIGHT_FACTORS, "ex_to_cx", straight),) if straight else ()
    diagnosis = replace(
        diagnosis,
        alternatives=(*diagnosis.alternatives, *beside),
        order=order,
        ranges=(*diagnosis.ranges, found),
        remaining=None if scale is None else remaining(sample.population, joined),
        joint=joint,
        interaction=beyond,
    )
    if slope.sums is None:
        return diagnosis
    wild = confirm("ex_to_cx", a.value, wild_bootstrap(slope.sums, 1, seed), a)
    used = np.isfinite(joined.team_score)
    p, deals, all_of_them = placebo_share(
        ex.without_score(slope.sums), joined.team_score[used], seed
    )
    return replace(
        diagnosis,
        confirmations=(*diagnosis.confirmations, wild),
        placebos=(*diagnosis.placebos, Placebo("ex_to_cx", p, deals, all_of_them)),
    )
