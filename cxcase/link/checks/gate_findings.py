"""Every gate and check as a finding: what weakens the link or confirms it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from cxcase import gates
from cxcase.checks import Finding
from cxcase.estimate import Estimate, Floats
from cxcase.intake import Base, Case
from cxcase.link.data.analysed import Population
from cxcase.link.data.factor_forms import LINE
from cxcase.link.data.leakage import Leak
from cxcase.link.data.population import Sample
from cxcase.link.diagnosis import Diagnosis
from cxcase.link.models.churn import ChurnModel, Expansion
from cxcase.link.models.describe import wilson
from cxcase.link.models.ex_to_cx import Engagement, Slope
from cxcase.link.worth.g_computation import Figure, Money
from cxcase.stats.poisson import fit_ppml
from cxcase.stats.response_weights import standardised_difference

LARGE_RATIO = (
    10.0  # a stayer whose revenue multiplied by more than this leans on the expansion slope
)
LEDGER_GAP = 0.05  # share by which modelled and booked revenue may differ before it is worth a look


def _finding(bad: bool, code: str, **params: object) -> Finding:
    return Finding("review" if bad else "ok", code, "link", params)


def about_sample(sample: Sample) -> Iterator[Finding]:
    """Who is analysed: responders beside everyone, and how many teams there are to learn from."""
    yield from sample.findings
    everyone = sample.everyone
    lost = everyone.churned.astype(float)
    gap = standardised_difference(lost[everyone.usable], lost)
    far = abs(gap) > gates.LARGE_DIFFERENCE
    if not far:
        code = "responders_alike"
    elif gap < 0:
        code = "responders_leave_less"
    else:
        code = "responders_leave_more"
    yield _finding(
        far, code, responders=float(lost[everyone.usable].mean()), everyone=float(lost.mean())
    )
    p = sample.population
    yield from _about_forms(p.bends.forms)
    teams = len(p.team_names)
    if p.dealt:
        return
    if teams < gates.MIN_TEAMS_INTERVAL:
        yield _finding(True, "very_few_teams", teams=teams)
    elif gates.directional(teams):
        yield _finding(True, "directional", teams=teams)


def _about_forms(forms: Mapping[str, str]) -> Iterator[Finding]:
    """In what form known numbers are held; forms: that of each, by its code."""
    bent = {name: form for name, form in forms.items() if form != LINE}
    if bent:
        yield _finding(False, "factors_bend", factors=list(bent), forms=list(bent.values()))
    elif forms:
        yield _finding(False, "factors_straight", factors=list(forms))


def about_rate(sample: Sample) -> Iterator[Finding]:
    """Too few left, or stayed, for any slope: the share alone, with Wilson's range."""
    lost = sample.everyone.churned
    share = float(lost.mean())
    yield _finding(
        True,
        "rate_only",
        lost=int(lost.sum()),
        total=len(lost),
        share=share,
        range=wilson(share, len(lost)),
    )


def about_leak(leak: Leak) -> Iterator[Finding]:
    """A score that decides churn by itself."""
    if leak.leaks:
        share = max(leak.auc, 1 - leak.auc)
        yield Finding("fail", "leak", "link", {"share": share, "decided": leak.decided})


def about_churn(
    churn: ChurnModel,
    population: Population,
    effect: Figure,
    estimate: Estimate,
    diagnosis: Diagnosis,
) -> Iterator[Finding]:
    """The churn model: separation, few events, few effective teams, other slopes beside it."""
    p = population
    events = int(min(p.churned.sum(), (~p.churned).sum()))
    if churn.short:
        yield _finding(True, "short_model", events=events)
    if churn.fit.firth and not churn.fit.separated:
        yield _finding(True, "few_events_per_parameter", events=events, parameters=churn.x.shape[1])
    if churn.fit.separated:
        yield _finding(True, "separation", model="cx_to_churn")
    if effect.value > 0:
        yield _finding(True, "wrong_direction", lower=estimate.excludes_zero)
    if not p.dealt and gates.few_effective_teams(churn.df):
        yield _finding(True, "few_effective_teams", df=churn.df)
    yield from _one_team(p, churn, effect)
    other = {b.id: b.estimate.value for b in diagnosis.alternatives if b.estimate.value is not None}
    if gates.lines_differ(effect.value, other["straight_line"]):
        yield _finding(
            True, "straight_line_differs", logit=effect.value, line=other["straight_line"]
        )
    if "pooled" in other:
        yield _finding(False, "pooled_beside", within=effect.value, pooled=other["pooled"])
    if estimate.high is not None and estimate.low is not None:
        half = (estimate.high - estimate.low) / 2
    else:
        half = np.inf
    if "unweighted" in other and abs(other["unweighted"] - effect.value) > half:
        yield _finding(
            True, "weights_change_slope", weighted=effect.value, unweighted=other["unweighted"]
        )
    if "rounding" in other:
        yield _finding(False, "rounding_beside", raw=effect.value, corrected=other["rounding"])


def _one_team(p: Population, churn: ChurnModel, effect: Figure) -> Iterator[Finding]:
    if p.dealt:
        return
    share = np.bincount(p.team, p.weight, minlength=len(p.team_names)) / p.weight.sum()
    leverage = partial_leverage(churn.x, p)
    if gates.one_team_decides(share):
        code = "large_team"
        value = float(share.max())
    elif gates.leverage_concentrated(leverage):
        code = "one_team_leads"
        value = float(leverage.max() / leverage.sum())
    else:
        return
    yield _finding(
        True, code, share=value, low=float(effect.folds.min()), high=float(effect.folds.max())
    )


def partial_leverage(x: Floats, p: Population) -> Floats:
    """Each team's share (g,) of what is left of the score once the other columns are taken out."""
    root = np.sqrt(p.weight)[:, None]
    others = np.delete(x, 1, axis=1) * root
    score = x[:, 1] * root[:, 0]
    left = score - others @ np.linalg.lstsq(others, score, rcond=None)[0]
    own = np.bincount(p.team, left**2, minlength=len(p.team_names))
    return np.asarray(own / own.sum(), dtype=np.float64)


def about_money(money: Money, case: Case, revenue_end: Floats) -> Iterator[Finding]:
    """The money: agreement with the ledger, single customers, and what expansion rests on."""
    base = case.base
    if base is None:
        return
    yield _finding(False, "ledger_met", churned=base.churned_revenue, customers=base.customers)
    if gates.ledger_shift_large(money.shift):
        yield _finding(True, "ledger_shift", shift=money.shift)
    yield from _marks_not_seen(money)
    parts = money.contributions(1.0)
    total = float(parts.sum())
    largest = int(np.argmax(np.abs(parts)))
    if total != 0 and abs(parts[largest] / total) > gates.LARGE_CUSTOMER_SHARE:
        without = total - float(parts[largest])
        yield _finding(
            True,
            "one_customer",
            share=abs(float(parts[largest] / total)),
            worth=total,
            without=without,
        )
    if case.why_no_end is not None:
        yield _finding(True, "no_revenue_end")
        return
    if growth := base.growth:
        yield _finding(
            False,
            "price_increases_apart",
            price=growth.price_increase,
            expansion=growth.expansion,
            rest=growth.expansion_ex_escalator,
            nrr=base.nrr,
            nrr_rest=growth.nrr_ex_escalator,
        )
    yield from about_expansion(money.expansion)
    if not np.isnan(revenue_end).any():
        yield from _revenue_ledger(money, base, revenue_end)


def _marks_not_seen(money: Money) -> Iterator[Finding]:
    """Nobody gave the scale's top marks: a point moves customers up to the highest given alone."""
    highest = money.seen[1]
    end = money.scale.high
    p = money.population
    if highest >= end - 1e-9:
        return
    touched = (p.metric + 1.0 > highest + 1e-9) & (p.metric < end - 1e-9)
    customers = float(p.weight[touched].sum())
    share = customers / float(p.weight.sum())
    yield _finding(
        True, "beyond_marks_seen", highest=highest, end=end, customers=customers, share=share
    )


def about_expansion(expansion: Expansion | None) -> Iterator[Finding]:
    """Expansion among those who stay: too few of them, or one that grew out of all proportion."""
    if expansion is None:
        yield _finding(True, "expansion_unknown")
    elif expansion.largest_ratio > LARGE_RATIO:
        yield _finding(True, "expansion_outlier", ratio=expansion.largest_ratio)


def _revenue_ledger(money: Money, base: Base, revenue_end: Floats) -> Iterator[Finding]:
    """Modelled end revenue beside the ledger's.

    Poisson pseudo-likelihood meets its own total exactly: the gap to the ledger is the survey's.
    """
    p = money.population
    weight = p.revenue / p.revenue_start
    fit = fit_ppml(money.churn.x, np.maximum(revenue_end, 0.0), p.revenue_start, weight)
    fitted = float(weight @ fit.fitted)
    if not fit.converged or base.revenue_end is None or base.revenue_end <= 0:
        return
    gap = fitted / base.revenue_end - 1
    far = abs(gap) > LEDGER_GAP
    code = "revenue_end_differs" if far else "revenue_end_met"
    yield _finding(far, code, modelled=fitted, ledger=base.revenue_end, gap=gap)


def about_engagement(
    slope: Slope, joined: Engagement, corrected: Estimate, indirect: Estimate | None, clear: bool
) -> Iterator[Finding]:
    """The EX paths: how few teams, how well EX is measured, whether the chain may be claimed."""
    a = slope.estimate
    reliability = joined.reliability()
    teams = joined.teams
    if a.value is None or slope.folds is None:
        return
    if gates.teams_share(joined.shared):
        yield _finding(True, "teams_share_customers", share=joined.shared)
    if gates.directional(teams):
        yield _finding(True, "ex_directional", teams=teams)
    if a.df is not None and gates.few_effective_teams(a.df):
        yield _finding(True, "ex_few_effective_teams", df=a.df, teams=teams)
    if slope.leverage is not None and gates.leverage_concentrated(slope.leverage):
        yield _finding(
            True, "ex_one_team_leads", low=float(slope.folds.min()), high=float(slope.folds.max())
        )
    if reliability is not None and reliability < gates.MIN_RELIABILITY:
        yield _finding(True, "ex_reliability_low", reliability=reliability)
    elif reliability is not None and corrected.value is not None:
        yield _finding(
            False, "ex_reliability", reliability=reliability, raw=a.value, corrected=corrected.value
        )
    if indirect is not None and indirect.value is not None:
        yield _finding(not clear, "chain_holds" if clear else "chain_unclear")
