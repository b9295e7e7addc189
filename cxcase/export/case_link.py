"""The part of `case.json` about the link: effects, worth, what weakens or confirms them."""

from __future__ import annotations

from typing import Any

from cxcase.estimate import Reach
from cxcase.export.entries import estimate, estimates, fields, part, part_of, reach
from cxcase.report import Report

_FURTHER = ("contextual", "remaining", "joint", "interaction")
_FIT = ("slope", "brier", "brier_rate", "curve_aic", "vif", "condition", "icc_cx", "icc_churn")
_CONFIRMATION = ("of", "value", "p", "low", "high", "draws", "enumerated", "agrees")
_LEDGER = ("id", "group", "modelled", "booked", "gap")
_AGREEMENT = ("icc1", "icc2", "within", "answers", "teams")


def link_of(report: Report) -> dict[str, Any] | None:
    """The link's effects and worth with what stands beside them; None where it has not run."""
    link = report.link
    if link is None:
        return None
    return {
        **part("metric", link.metric),
        **part_of("scale", link.scale, _scale),
        **part_of("ex_scale", link.ex_scale, _scale),
        **part("team_reliability", link.team_reliability),
        **part("refused", link.refused),
        "effects": [_effect(effect) for effect in link.effects],
        "worth": [_worth(worth, link.diagnosis) for worth in link.worth],
        **_diagnosis(link.diagnosis),
        **part("what_if", [_move(move) for move in link.moves] or None),
    }


def _effect(effect: Any) -> dict[str, Any]:
    """An effect with what is claimed of it and how it was estimated and checked."""
    return {
        "id": effect.id,
        **estimate(effect.estimate),
        "claim": effect.claim,
        "method": effect.method,
        "checks": list(effect.checks),
    }


def _worth(worth: Any, diagnosis: Any) -> dict[str, Any]:
    """What a point is worth; of revenue kept also had silent customers rated a point apart."""
    found = {"id": worth.id, **estimate(worth.estimate)}
    silent = diagnosis.silent_range if diagnosis else None
    if silent is None or worth.id != "one_point_of_cx_retention":
        return found
    ends = Reach.over([one for _, one in silent.worth])
    return {**found, **part_of("with_silent", ends, reach)}


def _move(move: Any) -> dict[str, Any]:
    """What a move of the score or of engagement by so many points would go with."""
    return {
        **fields(move, ("move", "points", "score", "claimed")),
        "worth": estimate(move.worth),
        "customers_kept": estimate(move.kept),
    }


def _diagnosis(diagnosis: Any) -> dict[str, Any]:
    """What stands beside the link's headlines; an end that is infinite is null."""
    if diagnosis is None:
        return {}
    return {
        "beside": [_alternative(item) for item in diagnosis.alternatives],
        "confirmations": [fields(item, _CONFIRMATION) for item in diagnosis.confirmations],
        "leave_one_out": [
            fields(item, ("of", "value", "low", "high")) for item in diagnosis.ranges
        ],
        "ledger": [fields(line, _LEDGER) for line in diagnosis.ledger],
        **estimates(diagnosis, [n for n in _FURTHER if getattr(diagnosis, n) is not None]),
        **part_of("fit", diagnosis.fit, lambda fit: fields(fit, _FIT)),
        **part_of("answering", diagnosis.answering, _answering),
        **part_of("agreement", diagnosis.agreement, lambda found: fields(found, _AGREEMENT)),
        **part_of("metrics", diagnosis.metrics, _metrics),
        **part_of("silent", diagnosis.silent_range, _silent),
        **part_of("order", diagnosis.order, _order),
        **part_of("survival", diagnosis.survival, _survival),
        **part_of("ex_items", diagnosis.items, _items),
        **part_of("units", diagnosis.units, _units),
    }


def _alternative(item: Any) -> dict[str, Any]:
    """An effect estimated another way."""
    return {"id": item.id, "of": item.of, **estimate(item.estimate)}


def _metrics(choice: Any) -> list[dict[str, Any]]:
    """How well each score tells who leaves, out of fold."""
    return [{"metric": item.metric, **estimate(item.skill)} for item in choice.skills]


def _answering(found: Any) -> dict[str, Any]:
    """Who answered: rates, what weights cost, and by segment."""
    named = ("rate", "revenue", "effective", "design_effect", "largest", "r_indicator")
    columns = ("segment", "customers", "rate")
    return {
        **fields(found, named),
        "segments": [dict(zip(columns, row, strict=True)) for row in found.segments],
        **part_of("overlap", found.overlap, _overlap),
    }


def _overlap(found: Any) -> dict[str, Any]:
    """Chances to answer of those who did and of those who did not, and who lies beyond."""
    columns = ("from", "to", "answered", "silent")
    return {
        **fields(found, ("low", "high", "outside")),
        "outside_revenue": found.outside_weight,
        "bars": [dict(zip(columns, bar, strict=True)) for bar in found.bars],
    }


def _items(found: Any) -> list[dict[str, Any]]:
    """Questions of the employee survey by what they go with, drawn together; no team."""
    names = ("item", "raw", "apart")
    return [{**fields(item, names), **estimate(item.estimate)} for item in found.items]


def _units(units: Any) -> dict[str, Any]:
    """What a link from units alone rests on: readings believed, reliability, worth by unit."""
    return {
        **fields(units, ("units", "rows", "periods", "months", "outcome")),
        "believed": [_believed(item) for item in units.believed],
        "measured": [fields(item, ("what", "reliability", "at_least")) for item in units.measured],
        "worth": [_unit_worth(item) for item in units.worth],
    }


def _believed(item: Any) -> dict[str, Any]:
    """The reading of a step that is believed, and why."""
    return {**fields(item, ("of", "reading", "why", "disagree")), **estimate(item.estimate)}


def _unit_worth(item: Any) -> dict[str, Any]:
    return {"unit_name": item.unit, "revenue": item.revenue, **estimate(item.worth)}


def _silent(printed: Any) -> dict[str, Any]:
    """The worth of a point had silent customers rated otherwise; where it reaches zero."""
    worth = [{"delta": delta, **estimate(figure)} for delta, figure in printed.worth]
    return {"one_point_of_cx_retention": worth, "tipping_point": printed.tipping_point}


def _order(order: Any) -> dict[str, Any]:
    """Which of engagement and score moves first, over two waves."""
    slopes = estimates(order, ("forward", "reverse", "change"))
    return {**slopes, **fields(order, ("teams", "answers", "before"))}


def _survival(survival: Any) -> dict[str, Any]:
    """Staying month by month: curves by score group, and what a point goes with."""
    names = ("name", "n", "months", "staying", "rmst")
    return {
        **estimates(survival, ("hazard_effect", "months", "worth")),
        "groups": [fields(group, names) for group in survival.groups],
    }


def _scale(scale: Any) -> dict[str, Any]:
    return {"min": scale.low, "max": scale.high}
