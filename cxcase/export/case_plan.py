"""The part of `case.json` about what was asked of the plan and what stands beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from cxcase.report import Report

_KINDS = {
    "FixedBudget": "total",
    "PeriodBudget": "periods",
    "TargetReturn": "return",
    "SmallestBudgetFor": "smallest",
    "MostCertain": "certain",
}


def asked(report: Report) -> dict[str, Any]:
    """The choice with its figures, the rules that were set, month 1, and the rules that clash."""
    plan = report.plan
    if plan is None:
        return {}
    choice = plan.choice
    rules = {k: v for k, v in _fields(plan.rules).items() if v}
    return {
        "choice": {"kind": _KINDS[type(choice).__name__], **_fields(choice), **_periods(report)},
        **({"rules": rules} if rules else {}),
        **({"begins": report.begins} if report.begins else {}),
        **({"clash": [_fields(item) for item in plan.conflicts]} if plan.conflicts else {}),
        **({"risk_adjusted": _fields(plan.single)} if plan.single else {}),
        **({"greedy": alternative(plan.greedy)} if plan.greedy else {}),
    }


def _periods(report: Report) -> dict[str, Any]:
    periods = getattr(report.plan.choice if report.plan else None, "periods", ())
    if periods:
        return {"periods": [list(period) for period in periods]}
    return {}


def beside(report: Report) -> dict[str, Any]:
    """Everything in `report.plan_details`, each part under its own key; a part that is not there is
    absent.
    """
    found = report.plan_details
    if found is None:
        return {}
    parts: dict[str, Any] = {
        "milestones": _all(found.milestones),
        "spend_by_fiscal_period": _all(found.periods),
        "stable": dict(found.stable),
        "less": _all(found.less),
        "more": _all(found.more),
        "sensitivity": _sensitivity(found.sensitivity),
        "benefits": _benefits(found.benefits),
        "cash_added_up": None if found.fan is None else _fan(found.fan),
        "pilot": None if found.pilot is None else _fields(found.pilot),
        "own": None if found.own is None else alternative(found.own),
        "recut": _recut(found.recut),
    }
    return {name: part for name, part in parts.items() if part}


def alternative(item: Any) -> dict[str, Any]:
    """Another set of steps: when each starts, what it costs and is worth, and the rules it breaks."""
    return {
        **_fields(item),
        "npv": _fields(item.npv),
        "broken": [list(rule) for rule in item.broken],
    }


def _sensitivity(item: Any) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "swings": _all(item.swings),
        "drivers": _all(item.drivers),
        "explained": item.explained,
        "switch": _fields(item.switch),
        "evpi": item.evpi,
        "p_by_correlation": {f"{rho:g}": p for rho, p in item.p_by_correlation.items()},
    }


def _benefits(item: Any) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "lines": _all(item.lines),
        "hard": item.total("hard"),
        "soft": item.total("soft"),
        "effort_days": item.effort_days,
        "effort_cost": item.effort_cost,
    }


def _fan(fan: Any) -> dict[str, Any]:
    return dict(zip(("p10", "p50", "p90"), fan.tolist(), strict=True))


def _recut(item: Any) -> dict[str, Any] | None:
    if item is None:
        return None
    names = ("dropped", "added", "moved", "spend", "npv_mean", "p_npv_positive")
    old = item.old
    before = {
        "budget": old.choice.amount,
        "spend": old.spend,
        "chosen": old.chosen,
        "npv": old.npv and _fields(old.npv),
    }
    return {"before": before, **{name: getattr(item, name) for name in names}}


def _all(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [_fields(item) for item in items]


def _fields(item: Any) -> dict[str, Any]:
    """The fields of a dataclass, dataclasses among them as mappings."""
    return {field.name: _plain(getattr(item, field.name)) for field in dataclasses.fields(item)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return _fields(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value
