"""What a person decided about rating columns, as `mapping.json` holds it: checked before anything
relies on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from cxcase.errors import InputError

MEANINGS = ("rating", "not_lived", "no_answer", "set_aside")


def check_choices(decisions: Mapping[str, Any]) -> Mapping[str, Any]:
    """The decisions themselves. Raises InputError "decision_unreadable" for one that is not of its
    form.
    """
    for name, (expected, fits) in _FORMS.items():
        if name in decisions and not fits(decisions[name]):
            raise InputError(
                "decision_unreadable", name=name, found=str(decisions[name])[:60], expected=expected
            )
    return decisions


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _scale(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(map(_number, value))
        and value[0] < value[1]
    )


def _mapping(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, Mapping) and all(isinstance(k, str) and of(v) for k, v in value.items())
    )


_FORMS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "scales": ("{field: [lowest, highest]}", _mapping(_scale)),
    "turned": (
        "[field, …]",
        lambda value: (
            isinstance(value, list | tuple | frozenset) and all(isinstance(f, str) for f in value)
        ),
    ),
    "marks": (
        f"{{field: {{mark: one of {', '.join(MEANINGS)}}}}}",
        _mapping(_mapping(lambda m: m in MEANINGS)),
    ),
    "words": ("{label: number}", _mapping(_number)),
    "date_order": ("{field: dmy or mdy}", _mapping(lambda order: order in ("dmy", "mdy"))),
}
