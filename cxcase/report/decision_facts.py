"""What stands beside the expected NPV where a plan is decided on: returns, bad cases, delay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxcase.budget import Plan
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report


@dataclass(frozen=True)
class Fact:
    """One figure: what it is called, what it is, and both in a sentence."""

    code: str
    label: str
    value: str
    said: str


def decision_facts(report: Report) -> tuple[Fact, ...]:
    """The figures of a plan that funds something; nothing without one."""
    plan = report.plan
    if plan is None or plan.npv is None or not plan.chosen:
        return ()
    facts = (*_returns(report, plan), *_bad_cases(report, plan), *_otherwise(report, plan))
    return tuple(fact for fact in facts if fact is not None)


def stays_chosen(report: Report, id: str) -> float | None:
    """In what share of single draws a step is in the best plan; None where that was not tried."""
    details = report.plan_details
    return details.stable.get(id) if details else None


def _returns(report: Report, plan: Plan) -> Iterator[Fact | None]:
    yield _fact("roi", "decision.roi.said", fmt.percent(plan.roi, 0))
    if plan.irr is not None:
        yield _fact("irr", "decision.irr.said", fmt.percent(plan.irr, 0))
    elif plan.mirr is not None:
        yield _fact("mirr", "decision.mirr.said", fmt.percent(plan.mirr, 0))
    both = (plan.payback_months, plan.discounted_payback_months)
    plain, discounted = (words.say("decision.never") if m is None else fmt.months(m) for m in both)
    value = words.say("decision.payback.value", plain=plain, discounted=discounted)
    yield _fact("payback", "decision.payback.said", value)


def _bad_cases(report: Report, plan: Plan) -> Iterator[Fact | None]:
    if plan.cvar is not None:
        yield _fact("cvar", "decision.cvar.said", fmt.money(plan.cvar, report.currency, 3))
    shares = {item.step.title: stays_chosen(report, item.step.id) for item in report.chosen_steps}
    known = {title: share for title, share in shares.items() if share is not None}
    if known:
        least = min(known, key=lambda title: known[title])
        value = f"{fmt.percent(known[least], 0)} – {fmt.percent(max(known.values()), 0)}"
        path = "decision.stable.said" if len(known) > 1 else "decision.stable.said_one"
        yield _fact("stable", path, value, title=least, share=known[least])


def _otherwise(report: Report, plan: Plan) -> Iterator[Fact | None]:
    if plan.silent_at_low is not None:
        low = plan.silent_at_low
        value = fmt.money(low.npv.mean, report.currency, 3)
        yield _fact("silent", "decision.silent.said", value, p=low.p_npv_positive)
    if plan.waiting_a_year is not None:
        value = fmt.money(plan.waiting_a_year.value, report.currency, 3)
        yield _fact("waiting", "decision.waiting.said", value)


def _fact(code: str, path: str, value: str, **more: object) -> Fact:
    said = words.say(path, value=value, **more)
    return Fact(code, words.say(f"decision.{code}.label"), value, said)
