"""What the parts of `case.json` are made of: an estimate, a key that may be absent, an object's
fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cxcase.estimate import Estimate


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


def part(name: str, value: Any) -> dict[str, Any]:
    """`value` under its name, or nothing when its stage is not there."""
    if value is None:
        return {}
    return {name: value}


def fields(item: Any, names: Iterable[str]) -> dict[str, Any]:
    """These attributes of an object by name."""
    return {name: getattr(item, name) for name in names}
