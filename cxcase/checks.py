"""Validators that return what they checked, and `Finding`, the verdict that outputs share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from cxcase.errors import SettingsError

FindingStatus = Literal["ok", "review", "fail"]


@dataclass(frozen=True)
class Finding:
    """One thing that weakens (or confirms) a number.

    `code` is looked up in `report.words` for the sentences "what" and "do"; `params` fill them.
    `where` is the place in the case: a stage name ("data", "link", "moments", "recommendations",
    "budget") or "settings".
    """

    status: FindingStatus
    code: str
    where: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Finding, (self.status, self.code, self.where, dict(self.params))


def between(name: str, value: float, low: float, high: float) -> float:
    """`value` itself when low <= value <= high (NaN is outside). Raises SettingsError otherwise."""
    if not low <= value <= high:
        raise SettingsError("out_of_range", name=name, found=value, expected=f"{low:g} to {high:g}")
    return value


def at_least(name: str, value: float, low: float) -> float:
    """`value` itself when value >= low (NaN is outside). Raises SettingsError otherwise."""
    if not value >= low:
        raise SettingsError("out_of_range", name=name, found=value, expected=f"{low:g} or more")
    return value
