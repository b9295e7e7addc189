"""The ask as each audience hears it: one sentence, a story in the company's own terms, objections.

An audience changes words and order, never a number: every text of one name has the same fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cxcase.budget import Plan
from cxcase.report import words
from cxcase.report.page_answers import span
from cxcase.report.result import Report

_STORY = "export.deck.story"
_DEFAULT = "all"
# the order in which an audience hears the facts, and the objections it is likeliest to raise
_FACTS: Mapping[str, tuple[str, ...]] = {
    _DEFAULT: ("leaves", "point", "moment", "plan", "risk", "waiting", "people", "gate"),
    "ceo": ("leaves", "moment", "plan", "waiting", "risk", "point", "people", "gate"),
    "cfo": ("plan", "risk", "waiting", "leaves", "point", "moment", "gate", "people"),
    "coo": ("moment", "plan", "people", "gate", "leaves", "point", "risk", "waiting"),
    "people": ("point", "moment", "people", "leaves", "plan", "gate", "risk", "waiting"),
    "board": ("plan", "risk", "gate", "leaves", "waiting", "point", "moment", "people"),
}
_OBJECTIONS: Mapping[str, tuple[str, ...]] = {
    _DEFAULT: ("cause", "silent", "lifts", "cost", "now", "money", "people", "stop"),
    "ceo": ("now", "cause", "stop"),
    "cfo": ("money", "lifts", "cost"),
    "coo": ("people", "stop", "lifts"),
    "people": ("cause", "people", "now"),
    "board": ("stop", "silent", "cost"),
}


def audience_words(report: Report, name: str, **params: Any) -> str:
    """A text of the audience's own at this name."""
    audience = report.settings.audience or _DEFAULT
    return words.say(f"export.deck.audience.{audience}.{name}", report.currency, **params)


def one_sentence(report: Report) -> str:
    """The ask in one sentence, benefit first; "" without a plan that funds something."""
    plan = report.plan
    if plan is None or plan.npv is None or not report.chosen_steps:
        return ""
    n = len(report.chosen_steps)
    return audience_words(
        report,
        "title_one" if n == 1 else "title",
        npv=plan.npv.mean,
        band=(plan.npv.p10, plan.npv.p90),
        spend=plan.spend,
        horizon=report.horizon,
        n=n,
    )


def story(report: Report) -> str:
    """The audience's narrative: what is known, in the order it asks, as far as it is known."""
    told = dict(_facts(report))
    order = _FACTS[report.settings.audience or _DEFAULT]
    said = [_say(report, name, **told[name]) for name in order if name in told]
    return " ".join([audience_words(report, "opening"), *said])


def objections(report: Report) -> tuple[tuple[str, str], ...]:
    """(question, answer), those the audience is likeliest to raise first; as far as answered."""
    first = _OBJECTIONS[report.settings.audience or _DEFAULT]
    codes = dict.fromkeys((*first, *_OBJECTIONS[_DEFAULT]))
    answers = {code: _ANSWERS[code](report) for code in codes}
    return tuple(
        (
            words.say(f"export.deck.objection.{code}.question"),
            words.say(f"export.deck.objection.{code}.answer", report.currency, **facts),
        )
        for code, facts in answers.items()
        if facts is not None
    )


def speaker_notes(report: Report) -> str:
    """What to say at the ask, what it is derived from, likely questions with their answers."""
    lines = [
        _say(report, "say", story=story(report)),
        _say(report, "derived"),
        _say(report, "asked"),
        *(_say(report, "question", question=q, answer=a) for q, a in objections(report)),
    ]
    return "\n".join(lines)


def _say(report: Report, name: str, **params: Any) -> str:
    return words.say(f"{_STORY}.{name}", report.currency, **params)


# ---- what is known -------------------------------------------------------------------------------


def _facts(report: Report) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name of a sentence -> its fields, for those whose figures are known."""
    base = report.case.base
    if base is not None:
        churned = base.churned_revenue
        yield "leaves", {"left": base.churned, "customers": base.customers, "churned": churned}
    worth = report.link.worth_of("one_point_of_cx") if report.link else None
    if worth is not None and not worth.refused:
        yield "point", {"metric": words.metric(report.metric), "worth": worth}
    first = next(iter(report.ordered_moments), None)
    if first is not None and not first.revenue_at_stake.refused:
        yield "moment", {"moment": first.name, "stake": first.revenue_at_stake}
    if report.plan is not None and report.plan.npv is not None:
        yield from _facts_of_plan(report, report.plan)


def _facts_of_plan(report: Report, plan: Plan) -> Iterator[tuple[str, Mapping[str, Any]]]:
    npv = plan.npv
    if npv is None or not report.chosen_steps:
        return
    first = report.chosen_steps[0].step
    yield (
        "plan",
        {
            "first": first.title,
            "owner": first.owner or words.say("export.deck.ask.nobody"),
            "span": span(plan),
            "spend": plan.spend,
            "npv": npv.mean,
            "band": (npv.p10, npv.p90),
        },
    )
    if plan.cvar is not None:
        yield "risk", {"p": plan.p_npv_positive, "cvar": plan.cvar}
    if plan.waiting_a_year is not None:
        yield "waiting", {"waiting": plan.waiting_a_year.value}
    yield "people", {"days": plan.effort_days}
    yield "gate", {}


# ---- answers to objections: their fields, None where nothing is known ----------------------------


def _cause(report: Report) -> Mapping[str, Any] | None:
    return {} if report.link is not None else None


def _silent(report: Report) -> Mapping[str, Any] | None:
    joint = report.joint
    low = report.plan.silent_at_low if report.plan else None
    whole = joint.revenue_at_stake.value if joint else None
    if joint is None or low is None or not whole:
        return None
    return {"share": joint.silent / whole, "npv": low.npv.mean, "p": low.p_npv_positive}


def _lifts(report: Report) -> Mapping[str, Any] | None:
    steps = [item.step for item in report.chosen_steps if item.step.best_quartile_gap]
    if not steps:
        return None
    beyond = sum(step.lift_likely > (step.best_quartile_gap or 0.0) for step in steps)
    return {"n": beyond, "of": len(steps)}


def _cost(report: Report) -> Mapping[str, Any] | None:
    found = report.plan_details.sensitivity if report.plan_details else None
    if found is None or found.switch.costs is None:
        return None
    return {"costs": found.switch.costs}


def _now(report: Report) -> Mapping[str, Any] | None:
    waits = report.plan.waiting_a_year if report.plan else None
    return None if waits is None else {"waiting": waits.value}


def _money(report: Report) -> Mapping[str, Any] | None:
    found = report.plan_details.benefits if report.plan_details else None
    if found is None or not found.lines:
        return None
    return {str(kind): total for kind, total in found.totals.items()}


def _people(report: Report) -> Mapping[str, Any] | None:
    return {"days": report.plan.effort_days} if report.plan and report.chosen_steps else None


def _stop(report: Report) -> Mapping[str, Any] | None:
    return {} if report.chosen_steps else None


_ANSWERS: Mapping[str, Callable[[Report], Mapping[str, Any] | None]] = {
    "cause": _cause,
    "silent": _silent,
    "lifts": _lifts,
    "cost": _cost,
    "now": _now,
    "money": _money,
    "people": _people,
    "stop": _stop,
}
