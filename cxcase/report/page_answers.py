"""The answer of each page in one sentence, with its range; where there is none, what is missing and
what unlocks it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cxcase.budget import Conflict, MostCertain, PeriodBudget, Plan, SmallestBudgetFor, TargetReturn
from cxcase.estimate import Estimate
from cxcase.intake import Base
from cxcase.moments import Joint
from cxcase.recommend import Steps
from cxcase.report import words
from cxcase.report.result import Report
from cxcase.report.standing import why_none
from cxcase.roi import Npv

_MOST_NAMES = 3  # moments that a sentence can name
_WORTH = {
    "both": "answer.link.worth_both",
    "kept": "answer.link.worth_kept",
    "sales": "answer.link.worth_sales",
}
_STEPS = {  # (some step pays, there is only one) -> the sentence
    (True, False): "answer.recommendations.some",
    (True, True): "answer.recommendations.some_one",
    (False, False): "answer.recommendations.nothing",
    (False, True): "answer.recommendations.nothing_one",
}
_PERIODS = {
    "month": "answer.asked.month",
    "quarter": "answer.asked.quarter",
    "year": "answer.asked.year",
}


@dataclass(frozen=True)
class _Funded:
    """A plan that funds something, with its NPV."""

    plan: Plan
    npv: Npv


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
    funded = _funded(report)
    if funded is not None:
        return words.say("answer.home.ask", report.currency, **_plan_params(report, funded))
    if report.link is not None and not _missing(report.link.worth_of("one_point_of_cx")):
        return f"{_link(report)} {_what_is_next(report)}"
    if report.case.sources:
        return _data(report)
    return words.say("answer.home.empty")


def _what_is_next(report: Report) -> str:
    """Where no step is funded: that none is, else why none is valued; or to bring in the steps."""
    reason = why_none("recommendations", report)
    if report.plan is not None and report.returns is not None and not report.returns.refused:
        return words.say("answer.home.no_plan")
    if reason in (None, "no_recommendations"):
        return words.say("answer.home.next")
    return _without("recommendations", reason)


def _data(report: Report) -> str:
    base = report.case.base
    joins = report.case.joins
    if base is None and report.case.why_no_list:
        return _without("data", report.case.why_no_list)
    if base is None:
        return words.say("answer.data.empty")
    params: dict[str, Any] = {
        "customers": base.customers,
        "revenue": base.revenue_start,
        "left": _left(base, report.currency),
    }
    if joins is None and any(source.role == "units" for source in report.case.sources):
        return words.say("answer.data.units", report.currency, **params)
    if joins is None or not joins.customers_with_response:
        return words.say("answer.data.customers_only", report.currency, **params)
    return words.say(
        _about_employees(report, joins.teams_with_ex),
        report.currency,
        **params,
        answered=joins.customers_with_response,
        rate=base.response_rate,
        teams=joins.teams,
    )


def _about_employees(report: Report, teams: int) -> str:
    """The words that say what is known of employees."""
    if teams:
        return "answer.data.full"
    asked = any(source.role == "ex" for source in report.case.sources)
    return "answer.data.ex_apart" if asked else "answer.data.no_ex"


def _left(base: Base, currency: str) -> str:
    """How many customers left, with how much revenue."""
    if not base.churned:
        return words.say("answer.data.left_none")
    return words.say(
        "answer.data.left", currency, churn=base.logo_churn, churned_revenue=base.churned_revenue
    )


def _link(report: Report) -> str:
    link = report.link
    if link is None:
        return _without("link", why_none("link", report))
    worth = link.worth_of("one_point_of_cx")
    if worth is None or worth.refused:
        return _without("link", why_none("link", report))
    if not worth.excludes_zero:
        path = "answer.link.unclear"
    elif (worth.value or 0) < 0:
        path = "answer.link.negative"
    else:
        path = _WORTH[link.counts]
    return words.say(path, report.currency, metric=words.metric(link.metric), worth=worth)


def _moments(report: Report) -> str:
    joint = report.joint
    if joint is None or _missing(joint.revenue_at_stake):
        return _without("moments", why_none("moments", report))
    priced = [m for m in report.ordered_moments if m.revenue_at_stake.value is not None]
    params: dict[str, Any] = {"stake": joint.revenue_at_stake, "churned": joint.churned_revenue}
    params["silent"] = _with_silent(joint, report.currency)
    if not joint.revenue_at_stake.excludes_zero:
        return words.say("answer.moments.unclear", report.currency, **params)
    if not priced or not priced[0].revenue_at_stake.excludes_zero:
        return words.say("answer.moments.together", report.currency, **params)
    first = priced[0].name
    tied = joint.tied_with(first)
    if len(tied) == 1:
        return words.say("answer.moments.first", report.currency, **params, name=first)
    if len(tied) <= _MOST_NAMES:
        return words.say("answer.moments.tied", report.currency, **params, names=tied)
    others = len(tied) - 1
    return words.say(
        "answer.moments.tied_many", report.currency, **params, name=first, others=others
    )


def _with_silent(joint: Joint, currency: str) -> str:
    """How far the range reaches as customers who did not answer may differ; "" where not known."""
    ends = joint.with_silent
    if ends is None:
        return ""
    return words.say("answer.moments.silent", currency, wide=ends.ends)


def _recommendations(report: Report) -> str:
    returns = report.returns
    valued = returns.steps if returns is not None else ()
    priced = [(s.step, s.npv) for s in valued if s.npv is not None]
    if returns is None or report.steps is None or not priced:
        return _without("recommendations", why_none("recommendations", report))
    paying = sum(npv.mean > 0 for _, npv in priced)
    best, npv = max(priced, key=lambda both: both[1].mean)
    said = words.say(
        _STEPS[paying > 0, len(returns.steps) == 1],
        report.currency,
        paying=paying,
        steps=len(returns.steps),
        horizon=report.horizon,
        title=best.title,
        npv=npv.mean,
        npv_band=(npv.p10, npv.p90),
    )
    return " ".join(filter(None, (said, _still_open(report.steps))))


def _still_open(steps: Steps) -> str:
    """How many more steps wait for an answer."""
    n = len(steps.waiting)
    if not n:
        return ""
    if n == 1:
        return words.say("answer.recommendations.waits")
    return words.say("answer.recommendations.waiting", n=n)


def _budget(report: Report) -> str:
    plan = report.plan
    returns = report.returns
    if plan is None or (plan.npv is None and (returns is None or returns.refused)):
        return _without("budget", why_none("budget", report))
    if plan.conflicts:
        rules = [clash_name(item, report) for item in plan.conflicts]
        several = len(rules) > 1
        path = "answer.budget.clash" if several else "answer.budget.clash_one"
        return words.say(path, rules=rules)
    funded = _funded(report)
    if funded is None:
        return _nothing_funded(plan, report.currency)
    return words.say("answer.budget.ask", report.currency, **_plan_params(report, funded))


def _nothing_funded(plan: Plan, currency: str) -> str:
    """That no set of steps answers what was asked."""
    choice = plan.choice
    if isinstance(choice, TargetReturn):
        return words.say("answer.budget.nothing_return", roi=choice.roi)
    if isinstance(choice, SmallestBudgetFor):
        return words.say("answer.budget.nothing_smallest", currency, npv=choice.npv)
    if isinstance(choice, MostCertain):
        return words.say("answer.budget.nothing_certain", aversion=choice.aversion)
    return words.say("answer.budget.nothing", currency, asked=asked(plan, currency))


def span(plan: Plan) -> str:
    """When the plan's spend falls: "in the first 12 months", or "over 6 quarters" where the budget
    has periods.
    """
    if not isinstance(plan.choice, PeriodBudget):
        return words.say("answer.asked.span")
    return words.say("answer.asked.span_periods", periods=how_many_periods(plan.choice))


def how_many_periods(choice: PeriodBudget) -> str:
    """The periods of a budget: "6 quarters"."""
    return words.say(_PERIODS[choice.every], n=len(choice.amounts))


def asked(plan: Plan, currency: str) -> str:
    """What was asked of the plan, in a few words: "of £150 k", "the least that reaches £200 k"."""
    choice = plan.choice
    params: dict[str, Any] = {"budget": choice.amount}
    if isinstance(choice, PeriodBudget):
        periods = how_many_periods(choice)
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
    if _funded(report) is not None:
        return words.say("answer.deck.ready", key=report.short_key)
    return words.say("answer.deck.partial", key=report.short_key)


def _funded(report: Report) -> _Funded | None:
    """The plan where it funds something."""
    plan = report.plan
    if plan is None or plan.npv is None or not plan.chosen:
        return None
    return _Funded(plan, plan.npv)


def _plan_params(report: Report, funded: _Funded) -> Mapping[str, Any]:
    """What the sentences about a plan that funds something need."""
    plan = funded.plan
    npv = funded.npv
    return {
        "company": report.company,
        "asked": asked(plan, report.currency),
        "spend": plan.spend,
        "n": len(plan.chosen),
        "count": _count(len(plan.chosen)),
        "steps": _count_of(len(plan.chosen), len(report.ordered_steps)),
        "npv": npv.mean,
        "band": (npv.p10, npv.p90),
        "horizon": report.horizon,
        "p": plan.p_npv_positive,
        "first": next((item.step.title for item in report.chosen_steps), ""),
        "payback": _payback(plan),
    }


def _count(n: int) -> str:
    """ "one step", "3 steps"."""
    if n == 1:
        return words.say("count.one")
    return words.say("count.many", n=n)


def _count_of(n: int, of: int) -> str:
    """ "one of 8 steps", "3 of 8 steps"."""
    if n == 1:
        return words.say("count.of_one", of=of)
    return words.say("count.of_many", n=n, of=of)


def _payback(plan: Plan) -> str:
    """When the plan is paid back."""
    months = plan.payback_months
    if months is None:
        return words.say("payback.never")
    return words.say("payback.months", months=months)


def _without(page: str, reason: str | None) -> str:
    """The sentence where there is no answer yet: what is missing and what unlocks it."""
    why = words.reason(reason or "not_run")
    return words.say(f"answer.{page}.none", why=why.text, unlock=why.unlock).strip()


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
