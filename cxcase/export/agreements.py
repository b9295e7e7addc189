"""The part of `case.json` about people: what is to be agreed, who signed, what was asked."""

from __future__ import annotations

from typing import Any

from cxcase.export.entries import fields, part, part_of
from cxcase.report import Report
from cxcase.report.to_agree import ToAgree, to_agree

_SWING = ("low_input", "high_input", "npv_low", "npv_high")
_SIGNED = ("by", "on", "value")
_ASK = ("on", "key", "spend", "npv", "answer", "reason", "recut")


def register_of(report: Report) -> list[dict[str, Any]] | None:
    """Every assumption behind the plan, widest swing first, settings last; None without a plan."""
    return [_line(line) for line in to_agree(report)] or None


def _line(line: ToAgree) -> dict[str, Any]:
    agreed = line.agreed
    return {
        **fields(line, ("kind", "of", "name", "value", "source", "grade", "status")),
        **part_of("swing", line.swing, lambda swing: fields(swing, _SWING)),
        **part("owner", agreed.owner or None),
        **part("due", agreed.due),
        **part_of("signed", agreed.signed, lambda signed: fields(signed, _SIGNED)),
        **part("changed_since", list(line.moved) or None),
    }


def asks_of(report: Report) -> list[dict[str, Any]] | None:
    """Every ask, the first one first; None where none was noted."""
    return [fields(ask, _ASK) for ask in report.agreements.asks] or None
