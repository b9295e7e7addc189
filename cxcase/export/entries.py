"""What `case.json` is made of: estimates, keys that may be absent, objects' fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cxcase.estimate import Estimate


def estimate(item: Estimate) -> dict[str, Any]:
    """An estimate as the file writes it: eight keys, and df, n, teams where they are known."""
    known = {"df": item.df, "n": item.n, "teams": item.teams}
    return {
        "value": item.value,
        "low": item.low,
        "high": item.high,
        "level": item.level,
        "unit": item.unit,
        "status": item.status,
        "reason": item.reason,
        **without_none(known),
    }


def reach(found: Any) -> dict[str, Any]:
    """From where to where an interval reaches."""
    return {"low": found.low, "high": found.high}


def estimates(item: Any, names: Iterable[str]) -> dict[str, Any]:
    """These attributes of an object, estimates all of them, by name."""
    return {name: estimate(getattr(item, name)) for name in names}


def part(name: str, value: Any) -> dict[str, Any]:
    """`value` under its name, or nothing when its stage is not there."""
    if value is None:
        return {}
    return {name: value}


def part_of(name: str, item: Any, write: Callable[[Any], Any]) -> dict[str, Any]:
    """What `write` makes of an object under its name, or nothing when the object is not there."""
    if item is None:
        return {}
    return {name: write(item)}


def without_none(known: Mapping[str, Any]) -> dict[str, Any]:
    """The entries that have a value."""
    return {name: value for name, value in known.items() if value is not None}


def fields(item: Any, names: Iterable[str]) -> dict[str, Any]:
    """These attributes of an object by name."""
    return {name: getattr(item, name) for name in names}
