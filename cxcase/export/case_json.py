"""`case.json`, version 1: the report as stable keys and plain numbers. A key whose stage is not there is absent."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from cxcase.estimate import Estimate
from cxcase.export import case_plan
from cxcase.report import Report, words

VERSION = 1
_DIGITS = 10  # significant digits of every number
_LIFT_LEVEL = 0.8  # a lift's ends are its P10 and P90


def write_case(report: Report) -> bytes:
    """The bytes of `case.json`: UTF-8, no NaN, equal for equal reports but for `made_at`."""
    case = {
        "version": VERSION,
        "key": report.key,
        "made_at": report.made_at.isoformat(),
        "company": report.company,
        "currency": report.currency,
        "settings": _settings(report),
        "sources": [_source(source) for source in report.case.sources],
        **_part("joins", _joins(report)),
        **_part("reconciliation", _reconciliation(report)),
        **_part("base", _base(report)),
        **_judged(report),
        **_part("link", _link(report)),
        **_part("moments", _moments(report)),
        **_part("moments_joint", _joint(report)),
        **_part("voice", _voice(report)),
        **_over(report),
        **_part("steps", _steps(report)),
        **_part("plan", _plan(report)),
        "findings": _findings(report),
    }
    return (json.dumps(_plain(case), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def estimate(item: Estimate) -> dict[str, Any]:
    """An estimate as the file writes it: eight keys, and df, n, teams where they are known."""
    beside = {"df": item.df, "n": item.n, "teams": item.teams}
    return {
        "value": item.value,
        "low": item.low,
        "high": item.high,
        "level": item.level,
        "unit": item.unit,
        "status": item.status,
        "reason": item.reason,
        **{name: value for name, value in beside.items() if value is not None},
    }


def _part(name: str, value: Any) -> dict[str, Any]:
    """`value` under its name, or nothing when its stage is not there."""
    return {} if value is None else {name: value}


def _fields(item: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(item, name) for name in names}


def _settings(report: Report) -> dict[str, Any]:
    """Every assumption with the value the case used, and which of them somebody owns."""
    made = {decision.code: decision.chosen for decision in report.case.decisions}
    used = {item.name: item.value for item in report.assumptions if item.name not in made}
    owned = {item.name for item in report.assumptions if item.owned}
    return {
        "currency": report.currency,
        "controls": list(report.settings.controls),
        **used,
        **_part("decisions", made or None),
        **_part("currency_rates", dict(report.settings.currency_rates) or None),
        "owned": sorted(owned | (report.settings.owned & {"currency", "controls"})),
    }


def _source(source: Any) -> dict[str, Any]:
    names = ("role", "file", "sheet", "format", "rows_read", "rows_accepted", "rows_set_aside", "reasons", "columns")
    return _fields(source, names)


def _joins(report: Report) -> dict[str, Any] | None:
    names = ("responses_matched", "responses_unmatched", "customers_with_response", "teams_with_ex", "teams_suppressed")
    return None if report.case.joins is None else _fields(report.case.joins, names)


def _reconciliation(report: Report) -> list[dict[str, Any]] | None:
    """How spread facts became one list; nothing for a list that came whole."""
    lines = report.case.reconciliation
    return [_fields(line, ("code", "count", "revenue")) for line in lines] if lines else None


def _judged(report: Report) -> dict[str, Any]:
    """Decisions with the totals under each option, suggestions by count alone, and what the data can carry."""
    case = report.case
    if not case.verdict:
        return {}
    totals = ("customers", "revenue_start", "revenue_end", "churned_revenue", "logo_churn", "responses", "score")
    return {
        "decisions": [
            {
                **_fields(decision, ("code", "count", "chosen", "owned")),
                "options": [
                    {"code": o.code, **{n: getattr(o, n) for n in totals if getattr(o, n) is not None}}
                    for o in decision.options
                ],
            }
            for decision in case.decisions
        ],
        "suggestions": [_fields(s, ("kind", "table", "count", "rules", "ambiguous")) for s in case.suggestions],
        "verdict": [_fields(v, ("code", "status", "reason", "params")) for v in case.verdict],
    }


def _base(report: Report) -> dict[str, Any] | None:
    base = report.case.base
    if base is None:
        return None
    names = ("t0", "customers", "revenue_start", "revenue_end", "churned", "churned_revenue", "logo_churn", "grr",
             "nrr", "response_rate", "responder_churn")  # fmt: skip
    known = _fields(base, names)
    if not report.case.has_revenue_end:
        del known["revenue_end"], known["nrr"]  # nobody said what customers who stayed pay now
    return known


def _link(report: Report) -> dict[str, Any] | None:
    link = report.link
    if link is None:
        return None
    effects = [
        {"id": e.id, **estimate(e.estimate), "claim": e.claim, "method": e.method, "checks": list(e.checks)}
        for e in link.effects
    ]
    return {
        **_part("metric", link.metric),
        **_part("scale", _scale(link.scale)),
        **_part("ex_scale", _scale(link.ex_scale)),
        **_part("team_reliability", link.team_reliability),
        **_part("refused", link.refused),
        "effects": effects,
        "worth": [{"id": w.id, **estimate(w.estimate)} for w in link.worth],
        **(_beside(link.diagnosis) if link.diagnosis else {}),
        **_part("what_if", [_move(move) for move in link.moves] or None),
    }


def _move(move: Any) -> dict[str, Any]:
    """What a move of the score or of engagement by so many points would go with."""
    figures = {"worth": estimate(move.worth), "customers_kept": estimate(move.kept)}
    return {**_fields(move, ("move", "points", "score", "claimed")), **figures}


def _beside(diagnosis: Any) -> dict[str, Any]:
    """What stands beside the link's headlines; an end that is infinite is null."""
    confirmed = ("of", "value", "p", "low", "high", "draws", "enumerated", "agrees")
    choice, answering, agreement = diagnosis.metrics, diagnosis.answering, diagnosis.agreement
    return {
        "beside": [{"id": b.id, "of": b.of, **estimate(b.estimate)} for b in diagnosis.beside],
        "confirmations": [_fields(c, confirmed) for c in diagnosis.confirmations],
        "leave_one_out": [_fields(r, ("of", "value", "low", "high")) for r in diagnosis.ranges],
        "ledger": [_fields(line, ("id", "group", "modelled", "booked", "gap")) for line in diagnosis.ledger],
        **_part("answering", answering and _fields(answering, ("rate", "effective", "design_effect", "r_indicator"))),
        **_part("agreement", agreement and _fields(agreement, ("icc1", "icc2", "within", "answers", "teams"))),
        **_part("metrics", choice and [{"metric": s.metric, **estimate(s.skill)} for s in choice.skills]),
        **_part("silent", diagnosis.silent_range and _silent(diagnosis.silent_range)),
        **_part("order", diagnosis.order and _order(diagnosis.order)),
        **_part("survival", diagnosis.survival and _survival(diagnosis.survival)),
        **_part("ex_items", diagnosis.items and _items(diagnosis.items)),
        **_part("units", diagnosis.units and _units(diagnosis.units)),
    }


def _items(found: Any) -> list[dict[str, Any]]:
    """Questions of the employee survey by what they go with, drawn together; no team."""
    return [{**_fields(i, ("item", "raw", "apart")), **estimate(i.estimate)} for i in found.items]


def _units(units: Any) -> dict[str, Any]:
    """What a link from units alone rests on: readings believed, reliability of means, worth of a point by unit."""
    return {
        **_fields(units, ("units", "rows", "periods", "months", "outcome")),
        "believed": [
            {**_fields(b, ("of", "reading", "why", "disagree")), **estimate(b.estimate)} for b in units.believed
        ],
        "measured": [_fields(m, ("what", "reliability", "at_least")) for m in units.measured],
        "worth": [{"unit_name": w.unit, "revenue": w.revenue, **estimate(w.worth)} for w in units.worth],
    }


def _silent(printed: Any) -> dict[str, Any]:
    """The worth of a point kept if silent customers had rated so many points differently; where it reaches zero."""
    worth = [{"delta": delta, **estimate(figure)} for delta, figure in printed.worth]
    return {"one_point_of_cx_retention": worth, "tipping_point": printed.tipping_point}


def _order(order: Any) -> dict[str, Any]:
    """Which of engagement and score moves first, over two waves."""
    slopes = {name: estimate(getattr(order, name)) for name in ("forward", "reverse", "change")}
    return {**slopes, **_fields(order, ("teams", "answers", "before"))}


def _survival(survival: Any) -> dict[str, Any]:
    """Staying month by month: curves by score group, and what a point goes with."""
    figures = {name: estimate(getattr(survival, name)) for name in ("hazard_effect", "months", "worth")}
    return {**figures, "groups": [_fields(g, ("name", "n", "months", "staying", "rmst")) for g in survival.groups]}


def _scale(scale: Any) -> dict[str, Any] | None:
    return None if scale is None else {"min": scale.low, "max": scale.high}


def _moments(report: Report) -> list[dict[str, Any]] | None:
    if report.moments is None:
        return None
    return [
        {
            "moment": m.name,
            "reach": estimate(m.reach),
            "lived_n": m.lived_n,
            "performance": estimate(m.performance),
            "scale": {"min": m.scale_low, "max": m.scale_high},
            "slope": estimate(m.slope),
            "slopes": {"index": estimate(m.index_slope), "direct": estimate(m.direct_slope)},
            "importance_share": estimate(m.importance_share),
            **_part("johnson_share", m.johnson_share),
            "revenue_at_stake": estimate(m.revenue_at_stake),
            "target": {"kind": m.target_kind, "value": m.target_value},
            "kind": m.kind,
            "status": m.status,
            **_part("stability", m.p_first if m.p_first is None else {"first": m.p_first, "top_three": m.p_top3}),
            **_part("asymmetry", _asymmetry(m.asymmetry)),
        }
        for m in report.ordered_moments
    ]


def _asymmetry(side: Any) -> dict[str, Any] | None:
    """Both sides of the knot; times: what a point below costs as a multiple of what one above earns."""
    if side is None:
        return None
    value, low, high = side.times
    return {
        **_fields(side, ("reason", "knot", "low_n", "high_n")),
        **{name: estimate(getattr(side, name)) for name in ("below", "above", "low_effect", "high_effect")},
        "times": {"value": value, "low": low, "high": high},
    }


def _over(report: Report) -> dict[str, Any]:
    """The moments in groups of customers, and over the waves of the survey."""
    over = report.moments.over if report.moments else None
    if over is None or not (over.groups or over.waves):
        return {}
    figures = ("reach", "raw", "performance", "slope", "stake")
    return {
        "moments_groups": [
            {**_fields(f, ("dimension", "group", "moment", "n")), **{n: estimate(getattr(f, n)) for n in figures}}
            for f in over.figures
        ],
        "waves": [_fields(w, ("first", "last", "n")) for w in over.waves],
        "moments_change": [
            {"moment": c.moment, **{n: estimate(getattr(c, n)) for n in ("before", "after", "change")}}
            for c in over.changes
        ],
    }


def _joint(report: Report) -> dict[str, Any] | None:
    joint = report.moments.joint if report.moments else None
    if joint is None:
        return None
    return {
        "revenue_at_stake": estimate(joint.revenue_at_stake),
        "shares": joint.shares,
        "silent": {"value": joint.silent, "low": joint.silent_low, "high": joint.silent_high},
        "unexplained": joint.unexplained,
        "churned_revenue": joint.churned_revenue,
        "ties": [list(tie) for tie in joint.ties],
    }


def _voice(report: Report) -> list[dict[str, Any]] | None:
    """The quotes of each moment, pinned or not, and what was pinned beside them."""
    if report.voice is None and not report.pins:
        return None
    pinned = {pin.id for pin in report.pins}
    quotes = [q for m in report.ordered_moments if (heard := _heard(report, m.name)) for q in heard.quotes]
    listed = {q.id for q in quotes}
    return [
        *({**_said(q), "alike": q.alike, "pinned": q.id in pinned} for q in quotes),
        *({**_said(p), "kind": p.kind, "pinned": True} for p in report.pins if p.id not in listed),
    ]


def _heard(report: Report, moment: str) -> Any:
    return report.voice.of(moment) if report.voice else None


def _said(item: Any) -> dict[str, Any]:
    band = item.band and _fields(item.band, ("low", "high", "customers"))
    return {**_fields(item, ("moment", "direction", "language")), "quote": item.text, "band": band}


def _steps(report: Report) -> list[dict[str, Any]] | None:
    """The sheet's steps in its order; what roi and budget add is absent until they have run."""
    if report.steps is None:
        return None
    returns = {item.step.id: item for item in report.ordered_steps}
    return [{**_step(step), **_return(report, returns.get(step.id))} for step in report.steps.steps]


def _step(step: Any) -> dict[str, Any]:
    lift = Estimate(step.lift_likely, step.lift_low, step.lift_high, "points", "assumed", level=_LIFT_LEVEL)
    return {
        "id": step.id,
        "title": step.title,
        "acts_on": step.acts_on,
        "moment": "; ".join(step.moments) or None,
        "one_off_cost": step.one_off_cost,
        "yearly_cost": step.yearly_cost,
        "months_to_deliver": step.months_to_deliver,
        "lift": estimate(lift),
        "evidence_grade": step.evidence_grade,
    }


def _return(report: Report, item: Any) -> dict[str, Any]:
    if item is None:
        return {}
    names = ("p_npv_positive", "payback_months", "discounted_payback_months", "roi", "bcr", "irr", "mirr",
             "break_even_lift", "break_even_customers", "customers_at_risk", "effort_cost")  # fmt: skip
    in_plan = {"npv_in_plan": report.plan.npv_in_plan.get(item.step.id)} if report.plan else {}
    return {"npv": _npv(item.npv), **in_plan, **_fields(item, names), "reason": item.refused_because or item.refused}


def _npv(npv: Any) -> dict[str, Any] | None:
    return None if npv is None else _fields(npv, ("base", "mean", "p10", "p50", "p90"))


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
        "npv": _npv(plan.npv),
        **_fields(
            plan, ("p_npv_positive", "payback_months", "discounted_payback_months", "roi", "cvar", "optimal", "gap")
        ),
        **_fields(plan, ("spend_by_period", "spend_after")),
        "left_out": [
            {"id": item.id, "why": item.why, **_part("other", item.other), **_part("loss", item.loss)}
            for item in plan.left_out
        ],
        "frontier": [{"budget": p.budget, "npv_mean": p.npv_mean, "chosen": list(p.chosen)} for p in plan.frontier],
        "next_10k": plan.next_10k,
        "doing_nothing": plan.doing_nothing,
        **case_plan.asked(report),
        **case_plan.beside(report),
    }


def _findings(report: Report) -> list[dict[str, Any]]:
    rows = (words.finding(item, report.currency) for item in report.findings)
    return [{"status": r.status, "code": r.code, "where": r.where, "what": r.what, "do": r.do} for r in rows]


def _plain(value: Any) -> Any:
    """`value` as JSON writes it: 10 significant digits, null for what is not a number."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
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
