"""The part of `case.json` about what was asked of the plan and what stands beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cxcase.export.entries import fields
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
    parts: dict[str, Any] = {
        "rules": _set_only(plan.rules),
        "begins": report.begins,
        "clash": _all(plan.conflicts),
        "risk_adjusted": _if_there(plan.single, _fields),
        "greedy": _if_there(plan.greedy, alternative),
    }
    return {"choice": _choice(plan.choice), **_filled(parts)}


def _choice(choice: Any) -> dict[str, Any]:
    """What the plan was to keep to, with its kind and its periods where it has some."""
    periods = [list(period) for period in getattr(choice, "periods", ())]
    kind = _KINDS[type(choice).__name__]
    return {"kind": kind, **_fields(choice), **_filled({"periods": periods})}


def _set_only(rules: Any) -> dict[str, Any]:
    """The rules that somebody set."""
    return _filled(_fields(rules))


def plan_details(report: Report) -> dict[str, Any]:
    """Every part of the plan's details under its own key; a part that is not there is absent."""
    found = report.plan_details
    if found is None:
        return {}
    parts: dict[str, Any] = {
        "milestones": _all(found.milestones),
        "spend_by_fiscal_period": _all(found.periods),
        "stable": dict(found.stable),
        "less": _all(found.less),
        "more": _all(found.more),
        "sensitivity": _if_there(found.sensitivity, _sensitivity),
        "benefits": _if_there(found.benefits, _benefits),
        "cash_added_up": _if_there(found.fan, _fan),
        "pilot": _if_there(found.pilot, _fields),
        "own": _if_there(found.own, alternative),
        "cash": [_year(report, year) for year in found.years],
        "options": [{**_fields(item), "npv": _fields(item.npv)} for item in found.options],
        "recut": _if_there(found.recut, _recut),
    }
    return _filled(parts)


def _if_there(item: Any, write: Callable[[Any], Any]) -> Any:
    """What `write` makes of an object; None where it is not there."""
    if item is None:
        return None
    return write(item)


def _filled(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The parts that hold something."""
    return {name: part for name, part in parts.items() if part}


def alternative(item: Any) -> dict[str, Any]:
    """Another set of steps: when each starts, what it costs and is worth, rules it breaks."""
    return {
        **_fields(item),
        "npv": _fields(item.npv),
        "broken": [list(rule) for rule in item.broken],
    }


def _sensitivity(item: Any) -> dict[str, Any]:
    """What each input moves, what drives the spread, where the plan turns."""
    return {
        "swings": _all(item.swings),
        "drivers": _all(item.drivers),
        "explained": item.explained,
        "switch": _fields(item.switch),
        "evpi": item.evpi,
        "p_by_correlation": {f"{rho:g}": p for rho, p in item.p_by_correlation.items()},
    }


def _benefits(item: Any) -> dict[str, Any]:
    """Hard, unsigned and soft money by step and in all, and the company's own days."""
    return {
        "lines": _all(item.lines),
        "hard": item.total("hard"),
        "unsigned": item.total("unsigned"),
        "soft": item.total("soft"),
        "effort_days": item.effort_days,
        "effort_cost": item.effort_cost,
    }


def _year(report: Report, year: Any) -> dict[str, Any]:
    """A fiscal year by its first and last month, such as "2027-04/2028-03" where they are known."""
    ends = (report.month_of(year.first), report.month_of(year.last))
    named = "/".join(f"{end:%Y-%m}" for end in ends if end is not None)
    return {**_filled({"fiscal_year": named}), **_fields(year)}


def _fan(fan: Any) -> dict[str, Any]:
    """Cumulative cash by month at three percentiles; fan: (3, months)."""
    return dict(zip(("p10", "p50", "p90"), fan.tolist(), strict=True))


def _recut(item: Any) -> dict[str, Any]:
    """The ask that was refused, and what changed."""
    names = ("dropped", "added", "moved", "spend", "npv_mean", "p_npv_positive")
    old = item.old
    before = {
        "budget": old.choice.amount,
        "spend": old.spend,
        "chosen": old.chosen,
        "npv": old.npv and _fields(old.npv),
    }
    return {"before": before, **fields(item, names)}


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
