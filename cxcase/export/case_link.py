"""The part of `case.json` about the link: effects, worth, and everything that weakens or confirms
them.
"""

from __future__ import annotations

from typing import Any

from cxcase.export.entries import estimate, fields, part
from cxcase.report import Report

_BESIDE = ("contextual", "remaining", "joint", "interaction")
_FIT = ("slope", "brier", "brier_rate", "curve_aic", "vif", "condition", "icc_cx", "icc_churn")


def link_of(report: Report) -> dict[str, Any] | None:
    """The link's effects and worth with what stands beside them; None where it has not run."""
    link = report.link
    if link is None:
        return None
    effects = [
        {
            "id": e.id,
            **estimate(e.estimate),
            "claim": e.claim,
            "method": e.method,
            "checks": list(e.checks),
        }
        for e in link.effects
    ]
    return {
        **part("metric", link.metric),
        **part("scale", _scale(link.scale)),
        **part("ex_scale", _scale(link.ex_scale)),
        **part("team_reliability", link.team_reliability),
        **part("refused", link.refused),
        "effects": effects,
        "worth": [{"id": w.id, **estimate(w.estimate)} for w in link.worth],
        **(_beside(link.diagnosis) if link.diagnosis else {}),
        **part("what_if", [_move(move) for move in link.moves] or None),
    }


def _move(move: Any) -> dict[str, Any]:
    """What a move of the score or of engagement by so many points would go with."""
    figures = {"worth": estimate(move.worth), "customers_kept": estimate(move.kept)}
    return {**fields(move, ("move", "points", "score", "claimed")), **figures}


def _beside(diagnosis: Any) -> dict[str, Any]:
    """What stands beside the link's headlines; an end that is infinite is null."""
    confirmed = ("of", "value", "p", "low", "high", "draws", "enumerated", "agrees")
    choice = diagnosis.metrics
    answering = diagnosis.answering
    agreement = diagnosis.agreement
    return {
        "beside": [{"id": b.id, "of": b.of, **estimate(b.estimate)} for b in diagnosis.beside],
        "confirmations": [fields(c, confirmed) for c in diagnosis.confirmations],
        "leave_one_out": [fields(r, ("of", "value", "low", "high")) for r in diagnosis.ranges],
        "ledger": [
            fields(line, ("id", "group", "modelled", "booked", "gap")) for line in diagnosis.ledger
        ],
        **{
            name: estimate(found)
            for name in _BESIDE
            if (found := getattr(diagnosis, name)) is not None
        },
        **part("fit", diagnosis.fit and fields(diagnosis.fit, _FIT)),
        **part("answering", answering and _answering(answering)),
        **part(
            "agreement",
            agreement and fields(agreement, ("icc1", "icc2", "within", "answers", "teams")),
        ),
        **part(
            "metrics", choice and [{"metric": s.metric, **estimate(s.skill)} for s in choice.skills]
        ),
        **part("silent", diagnosis.silent_range and _silent(diagnosis.silent_range)),
        **part("order", diagnosis.order and _order(diagnosis.order)),
        **part("survival", diagnosis.survival and _survival(diagnosis.survival)),
        **part("ex_items", diagnosis.items and _items(diagnosis.items)),
        **part("units", diagnosis.units and _units(diagnosis.units)),
    }


def _answering(found: Any) -> dict[str, Any]:
    """Who answered: rates, what weights cost, and by segment."""
    named = ("rate", "revenue", "effective", "design_effect", "largest", "r_indicator")
    return {
        **fields(found, named),
        "segments": [
            dict(zip(("segment", "customers", "rate"), row, strict=True)) for row in found.segments
        ],
        **part("overlap", found.overlap and _overlap(found.overlap)),
    }


def _overlap(found: Any) -> dict[str, Any]:
    """Chances to answer of those who did and of those who did not, and who lies beyond."""
    bars = [dict(zip(("from", "to", "answered", "silent"), bar, strict=True)) for bar in found.bars]
    return {
        **fields(found, ("low", "high", "outside")),
        "outside_revenue": found.outside_weight,
        "bars": bars,
    }


def _items(found: Any) -> list[dict[str, Any]]:
    """Questions of the employee survey by what they go with, drawn together; no team."""
    return [{**fields(i, ("item", "raw", "apart")), **estimate(i.estimate)} for i in found.items]


def _units(units: Any) -> dict[str, Any]:
    """What a link from units alone rests on: readings believed, reliability of means, worth of a
    point by unit.
    """
    return {
        **fields(units, ("units", "rows", "periods", "months", "outcome")),
        "believed": [
            {**fields(b, ("of", "reading", "why", "disagree")), **estimate(b.estimate)}
            for b in units.believed
        ],
        "measured": [fields(m, ("what", "reliability", "at_least")) for m in units.measured],
        "worth": [
            {"unit_name": w.unit, "revenue": w.revenue, **estimate(w.worth)} for w in units.worth
        ],
    }


def _silent(printed: Any) -> dict[str, Any]:
    """The worth of a point kept if silent customers had rated so many points differently; where it
    reaches zero.
    """
    worth = [{"delta": delta, **estimate(figure)} for delta, figure in printed.worth]
    return {"one_point_of_cx_retention": worth, "tipping_point": printed.tipping_point}


def _order(order: Any) -> dict[str, Any]:
    """Which of engagement and score moves first, over two waves."""
    slopes = {name: estimate(getattr(order, name)) for name in ("forward", "reverse", "change")}
    return {**slopes, **fields(order, ("teams", "answers", "before"))}


def _survival(survival: Any) -> dict[str, Any]:
    """Staying month by month: curves by score group, and what a point goes with."""
    figures = {
        name: estimate(getattr(survival, name)) for name in ("hazard_effect", "months", "worth")
    }
    return {
        **figures,
        "groups": [fields(g, ("name", "n", "months", "staying", "rmst")) for g in survival.groups],
    }


def _scale(scale: Any) -> dict[str, Any] | None:
    if scale is None:
        return None
    return {"min": scale.low, "max": scale.high}
