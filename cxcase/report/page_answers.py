"""The answer of each page in one sentence, with its range; where there is none, what is missing and
what unlocks it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cxcase.budget import Conflict, MostCertain, PeriodBudget, Plan, SmallestBudgetFor, TargetReturn
from cxcase.estimate import Estimate
from cxcase.report import words
from cxcase.report.result import Report

_MOST_NAMES = 3  # moments that a sentence can name


def all_answers(report: Report) -> dict[str, str]:
    """Page -> its answer in a sentence, for every page."""
    return {page: make(report) for page, make in _PAGES.items()}


def answer(page: str, report: Report) -> str:
    """The answer of one page. Raises KeyError for a page that isn't one."""
    if page in report.answers:
        return report.answers[page]
    return _PAGES[page](report)


def _home(report: Report) -> str:
    """The ask: benefit first, with its range; else the furthest answer the case has."""
    if report.plan is not None and report.plan.npv is not None and report.plan.chosen:
        path = "answer.home.ask" if report.plan.single is None else "answer.home.ask_adjusted"
        return words.say(path, report.currency, **_plan_params(report))
    if report.link is not None and not _missing(report.link.worth_of("one_point_of_cx")):
        planned = (
            report.plan is not None and report.returns is not None and not report.returns.refused
        )
        return (
            _link(report)
            + " "
            + words.say("answer.home.no_plan" if planned else "answer.home.next")
        )
    if report.case.sources:
        return _data(report)
    return words.say("answer.home.empty")


def _data(report: Report) -> str:
    base = report.case.base
    joins = report.case.joins
    if base is None:
        if report.case.why_no_list:
            return _without("data", report.case.why_no_list)
        return words.say("answer.data.empty")
    params: dict[str, Any] = {
        "customers": base.customers,
        "revenue": base.revenue_start,
    }
    left = {"churn": base.logo_churn, "churned_revenue": base.churned_revenue}
    params["left"] = words.say(
        f"answer.data.{'left' if base.churned else 'left_none'}", report.currency, **left
    )
    if joins is None and any(source.role == "units" for source in report.case.sources):
        return words.say("answer.data.units", report.currency, **params)
    if joins is None or not joins.customers_with_response:
        return words.say("answer.data.customers_only", report.currency, **params)
    params |= {
        "answered": joins.customers_with_response,
        "rate": base.response_rate,
        "teams": joins.teams,
    }
    path = "answer.data.full" if joins.teams_with_ex else "answer.data.no_ex"
    return words.say(path, report.currency, **params)


def _link(report: Report) -> str:
    if report.link is None:
        return _without("link", None)
    worth = report.link.worth_of("one_point_of_cx")
    if _missing(worth):
        return _without("link", report.link.refused or (worth.reason if worth else None))
    if worth and worth.excludes_zero:
        path = f"answer.link.worth_{report.link.counts}"
    else:
        path = "answer.link.unclear"
    if worth and (worth.value or 0) < 0 and worth.excludes_zero:
        path = "answer.link.negative"
    return words.say(path, report.currency, metric=words.metric(report.link.metric), worth=worth)


def _moments(report: Report) -> str:
    moments = report.moments
    if moments is None or moments.joint is None or _missing(moments.joint.revenue_at_stake):
        return _without("moments", moments.refused if moments else None)
    joint = moments.joint
    priced = [m for m in report.ordered_moments if m.revenue_at_stake.value is not None]
    clear = priced and priced[0].revenue_at_stake.excludes_zero
    params: dict[str, Any] = {
        "stake": joint.revenue_at_stake,
        "churned": joint.churned_revenue,
        "n": len(priced),
    }
    if not joint.revenue_at_stake.excludes_zero:
        return words.say("answer.moments.unclear", report.currency, **params)
    if not clear:
        return words.say("answer.moments.together", report.currency, **params)
    first = priced[0].name
    tied = joint.tied_with(first)
    if len(tied) == 1:
        path = "first"
    elif len(tied) <= _MOST_NAMES:
        path = "tied"
    else:
        path = "tied_many"
    return words.say(
        f"answer.moments.{path}",
        report.currency,
        **params,
        names=tied,
        name=first,
        others=len(tied) - 1,
    )


def _recommendations(report: Report) -> str:
    if report.steps is None or not report.steps.steps:
        return _without("recommendations", _no_steps(report))
    if report.returns is None or report.returns.refused:
        return _without(
            "recommendations", report.returns.refused if report.returns else "not_priced"
        )
    priced = [s for s in report.returns.steps if s.npv is not None]
    if not priced:
        return _without("recommendations", "not_priced")
    paying = [s for s in priced if s.npv is not None and s.npv.mean > 0]
    best = max(priced, key=lambda s: s.npv.mean if s.npv else 0.0)
    assert best.npv is not None
    return words.say(
        "answer.recommendations.some" if paying else "answer.recommendations.nothing",
        report.currency,
        paying=len(paying),
        steps=len(report.returns.steps),
        horizon=report.horizon,
        title=best.step.title,
        npv=best.npv.mean,
        low=best.npv.p10,
        npv_band=(best.npv.p10, best.npv.p90),
    )


def _budget(report: Report) -> str:
    plan = report.plan
    if plan is None or (plan.npv is None and (report.returns is None or report.returns.refused)):
        return _without("budget", report.returns.refused if report.returns else _no_steps(report))
    if plan.conflicts:
        path = "answer.budget.clash" if len(plan.conflicts) > 1 else "answer.budget.clash_one"
        return words.say(path, rules=[clash_name(item, report) for item in plan.conflicts])
    if not plan.chosen or plan.npv is None:
        if isinstance(plan.choice, TargetReturn):
            return words.say("answer.budget.nothing_return", roi=plan.choice.roi)
        if isinstance(plan.choice, SmallestBudgetFor):
            return words.say("answer.budget.nothing_smallest", report.currency, npv=plan.choice.npv)
        if isinstance(plan.choice, MostCertain):
            return words.say("answer.budget.nothing_certain", aversion=plan.choice.aversion)
        return words.say(
            "answer.budget.nothing", report.currency, asked=asked(plan, report.currency)
        )
    path = "answer.budget.ask" if plan.single is None else "answer.budget.ask_adjusted"
    return words.say(path, report.currency, **_plan_params(report))


def span(plan: Plan) -> str:
    """When the plan's spend falls: "in the first 12 months", or "over 6 quarters" where the budget
    has periods.
    """
    if not isinstance(plan.choice, PeriodBudget):
        return words.say("answer.asked.span")
    periods = words.say(f"answer.asked.{plan.choice.every}", n=len(plan.choice.amounts))
    return words.say("answer.asked.span_periods", periods=periods)


def asked(plan: Plan, currency: str) -> str:
    """What was asked of the plan, in a few words: "of £150 k", "the least that reaches £200 k"."""
    choice = plan.choice
    params: dict[str, Any] = {"budget": choice.amount}
    if isinstance(choice, PeriodBudget):
        periods = words.say(f"answer.asked.{choice.every}", n=len(choice.amounts))
        return words.say("answer.asked.periods", currency, periods=periods, **params)
    if isinstance(choice, TargetReturn):
        return words.say("answer.asked.return", currency, roi=choice.roi)
    if isinstance(choice, SmallestBudgetFor):
        return words.say("answer.asked.smallest", currency, npv=choice.npv)
    if isinstance(choice, MostCertain):
        return words.say("answer.asked.certain", currency, **params)
    return words.say("answer.asked.total", currency, **params)


def clash_name(item: Conflict, report: Report) -> str:
    """A rule that clashes, in a few words."""
    return words.say(f"clash.{item.rule[0]}", of=words.step_names(report, item.rule[1:]))


def _deck(report: Report) -> str:
    if report.plan is not None and report.plan.npv is not None and report.plan.chosen:
        return words.say("answer.deck.ready", key=report.short_key)
    return words.say("answer.deck.partial", key=report.short_key)


def _plan_params(report: Report) -> Mapping[str, Any]:
    """What the sentences about a plan that funds something need."""
    plan = report.plan
    assert plan is not None
    assert plan.npv is not None
    steps = report.chosen_steps
    of = len(report.ordered_steps)
    single = plan.single
    back = plan.payback_months
    if single is not None:
        back = single.payback_months
    return {
        "company": report.company,
        "asked": asked(plan, report.currency),
        "spend": plan.spend,
        "n": len(plan.chosen),
        "count": words.say(
            "count.one" if len(plan.chosen) == 1 else "count.many", n=len(plan.chosen)
        ),
        "steps": words.say(
            "count.of_one" if len(plan.chosen) == 1 else "count.of_many", n=len(plan.chosen), of=of
        ),
        "npv": plan.npv.mean if single is None else single.npv,
        "band": (plan.npv.p10, plan.npv.p90),
        "cut": report.settings.benefit_cut,
        "rise": report.settings.cost_rise,
        "horizon": report.horizon,
        "p": plan.p_npv_positive,
        "first": steps[0].step.title if steps else "",
        "payback": words.say("payback.never" if back is None else "payback.months", months=back),
    }


def _without(page: str, reason: str | None) -> str:
    """The sentence where there is no answer yet: what is missing and what unlocks it."""
    why = words.reason(reason) if reason else words.reason("not_run")
    return words.say(f"answer.{page}.none", why=why.text, unlock=why.unlock).strip()


def _no_steps(report: Report) -> str | None:
    """Why there is nothing to value: no list was brought in, or the figures before it are not
    worked out yet.
    """
    given = any(source.role == "recommendations" for source in report.case.sources)
    if report.steps is not None or (report.link is not None and not given):
        return "no_recommendations"
    return None


def _missing(estimate: Estimate | None) -> bool:
    return estimate is None or estimate.refused


_PAGES: dict[str, Callable[[Report], str]] = {
    "home": _home,
    "data": _data,
    "link": _link,
    "moments": _moments,
    "recommendations": _recommendations,
    "budget": _budget,
    "deck": _deck,
}
