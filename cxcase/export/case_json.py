"""`case.json`, version 1: the report as stable keys and plain numbers.

A key whose stage is not there is absent.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from cxcase.export import case_plan
from cxcase.export.agreements import asks_of, register_of
from cxcase.export.case_link import link_of
from cxcase.export.case_steps import (
    evidence_of,
    npv_of,
    questions_of,
    steps_of,
    strategy_of,
    waiting_of,
)
from cxcase.export.entries import estimate, estimates, fields, part, part_of, reach, without_none
from cxcase.report import Report, words
from cxcase.report.reader_locale import as_reader_writes
from cxcase.report.standing import verdicts

VERSION = 1
GROWTH = ("price_increase", "expansion", "expansion_ex_escalator", "nrr_ex_escalator")
_DIGITS = 10  # significant digits of every number
_SOURCE = (
    "role",
    "file",
    "sheet",
    "format",
    "rows_read",
    "rows_accepted",
    "rows_set_aside",
    "reasons",
    "columns",
)
_JOINS = (
    "responses_matched",
    "responses_unmatched",
    "customers_with_response",
    "teams_with_ex",
    "teams_suppressed",
)
_OPTION_TOTALS = (
    "customers",
    "revenue_start",
    "revenue_end",
    "churned_revenue",
    "logo_churn",
    "responses",
    "score",
)
_BASE = (
    "t0",
    "customers",
    "revenue_start",
    "revenue_end",
    "churned",
    "churned_revenue",
    "logo_churn",
    "grr",
    "nrr",
    "response_rate",
    "responder_churn",
)
_GROUP_FIGURES = ("reach", "raw", "performance", "slope", "importance_share", "stake")
_CHANGE = ("before", "after", "change", "same", "joined", "left")
_PLAN = (
    "p_npv_positive",
    "payback_months",
    "discounted_payback_months",
    "roi",
    "cvar",
    "irr",
    "mirr",
    "optimal",
    "gap",
    "spend_by_period",
    "spend_after",
)

_WAITING = ("value", "p10", "p90", "moving")


@as_reader_writes
def write_case(report: Report, changed: Mapping[str, Any] | None = None) -> bytes:
    """The bytes of `case.json`: UTF-8, no NaN, equal for equal reports but for `made_at`.

    changed: what changed since the case that this one goes on from, where it goes on from one.
    """
    case = {
        "version": VERSION,
        "key": report.key,
        "made_at": report.made_at.isoformat(),
        "company": report.company,
        "currency": report.currency,
        "settings": _settings(report),
        "sources": [fields(source, _SOURCE) for source in report.case.sources],
        **part_of("joins", report.case.joins, lambda joins: fields(joins, _JOINS)),
        **part("reconciliation", _reconciliation(report)),
        **part("base", _base(report)),
        **_judged(report),
        **part("link", link_of(report)),
        **part("moments", _moments(report)),
        **part("moments_joint", _joint(report)),
        **part("moments_general", _general(report)),
        **part("voice", _voice(report)),
        **_over(report),
        **part("steps", steps_of(report)),
        **part("evidence", evidence_of(report)),
        **part("steps_waiting", waiting_of(report)),
        **part("step_questions", questions_of(report)),
        **part("plan", _plan(report)),
        **part("strategy", strategy_of(report)),
        **part("register", register_of(report)),
        **part("asks", asks_of(report)),
        **part("changed", changed),
        "findings": _findings(report),
    }
    return (json.dumps(_plain(case), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _settings(report: Report) -> dict[str, Any]:
    """Every assumption with the value the case used, and which of them somebody owns."""
    made = {decision.code: decision.chosen for decision in report.case.decisions}
    used = {item.name: item.value for item in report.assumptions if item.name not in made}
    owned = {item.name for item in report.assumptions if item.owned}
    return {
        "currency": report.currency,
        "controls": list(report.settings.controls),
        **used,
        **part("decisions", made or None),
        **part("currency_rates", dict(report.settings.currency_rates) or None),
        **part("step_answers", dict(report.settings.step_answers) or None),
        **part("strategy", report.settings.strategy or None),
        **part("evidence_cells", dict(report.settings.evidence_cells) or None),
        **part("step_cells", dict(report.settings.step_cells) or None),
        **part("step_reasons", dict(report.settings.step_reasons) or None),
        **part("added_steps", list(report.settings.added_steps) or None),
        **part("removed_steps", list(report.settings.removed_steps) or None),
        "owned": sorted(owned | (report.settings.owned & {"currency", "controls"})),
    }


def _reconciliation(report: Report) -> list[dict[str, Any]] | None:
    """How spread facts became one list; nothing for a list that came whole."""
    lines = report.case.reconciliation
    if lines:
        return [fields(line, ("code", "count", "revenue")) for line in lines]
    return None


def _judged(report: Report) -> dict[str, Any]:
    """Decisions with the totals under each option, suggestions by count alone, the verdict."""
    case = report.case
    if not case.verdict:
        return {}
    return {
        "decisions": [_decision(decision) for decision in case.decisions],
        "suggestions": [
            fields(s, ("kind", "table", "count", "rules", "ambiguous")) for s in case.suggestions
        ],
        "verdict": [fields(v, ("code", "status", "reason", "params")) for v in verdicts(report)],
    }


def _decision(decision: Any) -> dict[str, Any]:
    """What the rows left open, what was chosen, and the totals under each option."""
    return {
        **fields(decision, ("code", "count", "chosen", "owned")),
        "options": [
            {"code": option.code, **without_none(fields(option, _OPTION_TOTALS))}
            for option in decision.options
        ],
    }


def _base(report: Report) -> dict[str, Any] | None:
    """Customers and revenue at both ends of the year; null with a reason where not measured."""
    base = report.case.base
    if base is None:
        return None
    known = fields(base, _BASE)
    if base.grr is None:
        known |= {"revenue_churn": base.revenue_churn, "not_measured": report.case.why_no_end}
    if base.growth:
        return known | fields(base.growth, GROWTH)
    return known


def _moments(report: Report) -> list[dict[str, Any]] | None:
    if report.moments is None:
        return None
    return [_moment(moment, report.question_of(moment.name)) for moment in report.ordered_moments]


def _moment(m: Any, question: str) -> dict[str, Any]:
    """One moment: reach, performance, slope, importance, money at stake, and how sure we are.

    question: what was asked; "" where that is the name.
    """
    return {
        "moment": m.name,
        **part("question", question or None),
        "reach": estimate(m.reach),
        "lived_n": m.lived_n,
        "performance": estimate(m.performance),
        "scale": {"min": m.scale_low, "max": m.scale_high},
        "slope": estimate(m.slope),
        "slopes": {"index": estimate(m.index_slope), "direct": estimate(m.direct_slope)},
        "importance_share": estimate(m.importance_share),
        **part("johnson_share", m.johnson_share),
        "revenue_at_stake": estimate(m.revenue_at_stake),
        **part_of("with_silent", m.with_silent, reach),
        "target": {"kind": m.target_kind, "value": m.target_value},
        "kind": m.kind,
        "status": m.status,
        **part_of("stability", m.p_first, lambda first: {"first": first, "top_three": m.p_top3}),
        **part_of("asymmetry", m.asymmetry, _asymmetry),
    }


def _asymmetry(side: Any) -> dict[str, Any]:
    """Both sides of the knot; times: cost of a point below over gain of one above."""
    value, low, high = side.times
    return {
        **fields(side, ("reason", "knot", "low_n", "high_n")),
        **estimates(side, ("below", "above", "low_effect", "high_effect")),
        "times": {"value": value, "low": low, "high": high},
    }


def _over(report: Report) -> dict[str, Any]:
    """The moments in groups of customers, and over the waves of the survey."""
    breakdowns = report.moments.breakdowns if report.moments else None
    if breakdowns is None or not (breakdowns.groups or breakdowns.waves):
        return {}
    return {
        "moments_groups": [_group(figures) for figures in breakdowns.figures],
        "waves": [fields(wave, ("first", "last", "n")) for wave in breakdowns.waves],
        "moments_change": [_changed(change) for change in breakdowns.changes],
    }


def _group(figures: Any) -> dict[str, Any]:
    """A moment in one group of customers."""
    names = ("dimension", "group", "moment", "n")
    return {**fields(figures, names), **estimates(figures, _GROUP_FIGURES)}


def _changed(change: Any) -> dict[str, Any]:
    """What moved for one moment from the wave before."""
    return {"moment": change.moment, "wave": change.wave, **estimates(change, _CHANGE)}


def _joint(report: Report) -> dict[str, Any] | None:
    """The moments' parts of the revenue at stake, counted once."""
    joint = report.moments.joint if report.moments else None
    if joint is None:
        return None
    return {
        "revenue_at_stake": estimate(joint.revenue_at_stake),
        **part_of("with_silent", joint.with_silent, reach),
        "shares": joint.shares,
        "silent": {"value": joint.silent, "low": joint.silent_low, "high": joint.silent_high},
        "unexplained": joint.unexplained,
        "churned_revenue": joint.churned_revenue,
        "ties": [list(tie) for tie in joint.ties],
    }


def _general(report: Report) -> dict[str, Any] | None:
    """What moments that move together have in common."""
    general = report.moments.common_factor if report.moments else None
    if general is None:
        return None
    return {
        "shares": general.shares,
        "variation": estimate(general.variation),
        **part_of("common", general.common, estimate),
        **part_of("specific", general.specific, estimate),
    }


def _voice(report: Report) -> list[dict[str, Any]] | None:
    """The quotes of each moment, pinned or not, and what was pinned beside them."""
    if report.voice is None and not report.pins:
        return None
    pinned = {pin.id for pin in report.pins}
    quotes = _quotes(report)
    listed = {quote.id for quote in quotes}
    others = [pin for pin in report.pins if pin.id not in listed]
    return [
        *({**_said(q), "alike": q.alike, "pinned": q.id in pinned} for q in quotes),
        *({**_said(pin), "kind": pin.kind, "pinned": True} for pin in others),
    ]


def _quotes(report: Report) -> list[Any]:
    """The quotes of all moments, in the moments' order."""
    if report.voice is None:
        return []
    heard = [report.voice.of(moment.name) for moment in report.ordered_moments]
    return [quote for voice in heard if voice for quote in voice.quotes]


def _said(item: Any) -> dict[str, Any]:
    """A quote or a pin: of which moment, after which marks, its text and the customer's size."""
    band = item.band and fields(item.band, ("low", "high", "customers"))
    return {**fields(item, ("moment", "direction", "language")), "quote": item.text, "band": band}


def _plan(report: Report) -> dict[str, Any] | None:
    plan = report.plan
    if plan is None:
        return None
    return {
        "budget": plan.choice.amount,
        "spend": plan.spend,
        "chosen": list(plan.chosen),
        "start_month": plan.start_month,
        "phase": plan.phase,
        "npv": npv_of(plan.npv),
        **fields(plan, _PLAN),
        **part("frozen", plan.frozen or None),
        "left_out": [
            {"id": item.id, "why": item.why, **part("other", item.other), **part("loss", item.loss)}
            for item in plan.left_out
        ],
        "frontier": [
            {"budget": p.budget, "npv_mean": p.npv_mean, "chosen": list(p.chosen)}
            for p in plan.frontier
        ],
        "next_10k": plan.next_10k,
        "doing_nothing": plan.doing_nothing,
        **part_of("waiting_a_year", plan.waiting_a_year, lambda item: fields(item, _WAITING)),
        **part_of("silent_at_low", plan.silent_at_low, _at_silent_low),
        **case_plan.asked(report),
        **case_plan.plan_details(report),
    }


def _at_silent_low(item: Any) -> dict[str, Any]:
    """The plan with silent customers at their lower bound; share: of benefits, what is left."""
    return {"npv": npv_of(item.npv), **fields(item, ("p_npv_positive", "share"))}


def _findings(report: Report) -> list[dict[str, Any]]:
    rows = (words.finding(item, report.currency) for item in report.findings)
    return [
        {"status": r.status, "code": r.code, "where": r.where, "what": r.what, "do": r.do}
        for r in rows
    ]


def _plain(value: Any) -> Any:
    """`value` as JSON writes it: 10 significant digits, null for what is not a number."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return float(f"{value:.{_DIGITS}g}")
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return value.name
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if hasattr(value, "item"):  # a NumPy number
        return _plain(value.item())
    raise TypeError(f"{type(value).__name__} has no place in case.json")
