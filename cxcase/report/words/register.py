"""The register of assumptions in words: each with its name, its value and whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxcase.report import format as fmt
from cxcase.report.result import Report
from cxcase.report.words.names import metric
from cxcase.report.words.texts import has, say
from cxcase.report.words.value_template import Template
from cxcase.settings import Assumption

_SHARES = (
    "margin",
    "segment_margins",
    "discount",
    "adoption",
    "lift_range",
    "study_shares",
    "study_spread",
    "between_studies",
    "cost_range",
    "side_cuts",
)


@dataclass(frozen=True)
class Line:
    """One line of the register: its name, value and unit in words, and whether somebody owns it."""

    name: str
    label: str
    value: str
    owned: bool
    status: str


def assumptions(report: Report) -> tuple[Line, ...]:
    """The whole register in words."""
    return tuple(assumption(item, report.currency) for item in report.assumptions)


def assumption(item: Assumption, currency: str = "GBP") -> Line:
    """One line of the register; a decision on the data shows the option that was chosen."""
    status = say("status.owned") if item.owned else say("status.assumed")
    if has(f"decision.{item.name}.{item.value}"):
        label = say(f"decision.{item.name}.label")
        shown = say(f"decision.{item.name}.{item.value}")
        return Line(item.name, label, shown, item.owned, status)
    path = f"assumption.{item.name}.label"
    label = say(path) if has(path) else item.name
    return Line(item.name, label, _value(item.name, item.value, currency), item.owned, status)


def label(name: str) -> str:
    """What a setting, or a decision on the data, is called."""
    if has(f"decision.{name}.label"):
        return say(f"decision.{name}.label")
    return assumption(Assumption(name, None, "", True)).label


def entry_value(name: str, value: Any, currency: str) -> str:
    """What one entry of a setting holds, such as a segment's margin; a dash where it has none."""
    if value is None:
        return fmt.NONE
    if isinstance(value, float) and name not in _SHARES:
        return fmt.as_set(value)
    return Template(currency).format_field(value, "pct" if isinstance(value, float) else "")


def _value(name: str, value: Any, currency: str) -> str:
    """A setting's value with its unit: margin 0.4 is "40 % of revenue"."""
    if value is None:
        return say(f"assumption.{name}.unset") if has(f"assumption.{name}.unset") else fmt.NONE
    if name == "fiscal_start":
        return fmt.month_name(value)
    if isinstance(value, str) and has(f"assumption.{name}.{value}"):
        return say(f"assumption.{name}.{value}")
    fields = _fields(name, value, currency)
    if has(f"assumption.{name}.shown"):
        return say(f"assumption.{name}.shown", currency, **fields)
    return Template(currency).format_field(value, "")


def _fields(name: str, value: Any, currency: str) -> dict[str, Any]:
    """The fields that the sentence of a setting's value may ask for."""
    if name == "metric":
        return {"value": metric(value)}
    if name == "period_budgets":
        return {"shown": [fmt.money(amount, currency, 3) for amount in value]}
    if isinstance(value, Mapping):
        return {"shown": _by_key(value, "pct" if name in _SHARES else "", currency)}
    if isinstance(value, list | tuple) and name in _SHARES:
        return _ends(value)
    return {"value": value}


def _by_key(values: Mapping[str, Any], spec: str, currency: str) -> list[str]:
    template = Template(currency)
    return [f"{key} {template.format_field(value, spec)}" for key, value in values.items()]


def _ends(values: Sequence[float]) -> dict[str, Any]:
    """A range by its ends, or by its ends and the bend between."""
    names = ("low", "knot", "high") if len(values) == 3 else ("low", "high")
    return dict(zip(names, values, strict=True))
