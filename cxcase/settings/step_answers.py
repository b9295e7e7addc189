"""What somebody answered where a sheet of steps leaves something open: "R03:lift" -> 0.3."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from cxcase.checks import at_least
from cxcase.errors import SettingsError

# where it acts, points, what a percentage is of, money once and a year, months
STEP_FIELDS = ("where", "lift", "percent_of", "cost", "yearly_cost", "months")
PERCENT_OF = ("score", "scale")  # of today's score, or of the scale from end to end


def answers_of(answers: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Field -> the answer about the step with one of these names, its id or its title."""
    wanted = {_folded(name) for name in names}
    found: dict[str, Any] = {}
    for key, answer in answers.items():
        name, _, field = key.rpartition(":")
        if _folded(name) in wanted:
            found[field] = answer
    return found


def with_answers(answers: Mapping[str, Any], step: str, **given: Any) -> dict[str, Any]:
    """The answers with these about one step; None takes one back."""
    whole = dict(answers) | {f"{step}:{field}": answer for field, answer in given.items()}
    return {key: answer for key, answer in whole.items() if answer is not None}


def check_step_answers(answers: Mapping[str, Any]) -> None:
    """Raises SettingsError for an answer to nothing that a sheet of steps may leave open."""
    for key, answer in answers.items():
        step, _, field = key.rpartition(":")
        if not step.strip() or field not in STEP_FIELDS:
            raise _unknown(key, field, STEP_FIELDS)
        if field == "percent_of" and answer not in PERCENT_OF:
            raise _unknown(key, answer, PERCENT_OF)
        if field not in ("where", "percent_of"):
            _check_figure(key, field, answer)


def _check_figure(key: str, field: str, answer: Any) -> None:
    if not isinstance(answer, int | float) or not math.isfinite(answer):
        raise SettingsError("out_of_range", name=key, found=answer, expected="a number")
    if field != "lift":
        at_least(key, answer, 0.0)


def _unknown(name: str, found: Any, known: tuple[str, ...]) -> SettingsError:
    return SettingsError("unknown_choice", name=name, found=found, expected=", ".join(known))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
