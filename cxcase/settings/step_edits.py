"""What a person changed in the list of steps: "R03:lift_likely" -> "0.3", as it was typed.

A step is named by its id, or by its title where the list gives it none. What the list says stays
where it is: an edit that is taken back leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from cxcase.errors import SettingsError
from cxcase.settings.chosen import Chosen

# the cells of a step that may be changed, in the order people read them
STEP_CELLS = (
    *("title", "acts_on", "moment", "one_off_cost", "yearly_cost", "cost_low", "cost_high"),
    *("months_to_deliver", "lift_low", "lift_likely", "lift_high", "needs", "excludes"),
    *("part_of", "teams", "owner", "pnl_line", "effort_days", "mandatory"),
    *("saving_per_year", "saving_kind", "cash_releasing", "goal"),
)
# what an answer about a step is about, by the cell that says the same
_ANSWERED: Mapping[str, tuple[str, ...]] = {
    "acts_on": ("where",),
    "moment": ("where",),
    "one_off_cost": ("cost", "yearly_cost"),
    "yearly_cost": ("cost", "yearly_cost"),
    "lift_likely": ("lift", "percent_of"),
    "months_to_deliver": ("months",),
}
_Settings = TypeVar("_Settings", bound=Chosen)


def with_cells(
    settings: _Settings, step: str, cells: Mapping[str, str | None], why: str | None = None
) -> _Settings:
    """The settings with these cells of a step typed, and why; None puts one back to the list's.

    What was answered about the step in place of such a cell is forgotten: the cell says it now.
    """
    typed = dict(settings.step_cells)
    reasons = dict(settings.step_reasons)
    for field, text in cells.items():
        key = f"{step}:{field}"
        reasons.pop(key, None)
        if text is None:
            typed.pop(key, None)
        else:
            typed[key] = text
            if why:
                reasons[key] = why
    said = {f"{step}:{answer}" for field in cells for answer in _ANSWERED.get(field, ())}
    answers = {key: answer for key, answer in settings.step_answers.items() if key not in said}
    return replace(settings, step_cells=typed, step_reasons=reasons, step_answers=answers)


def with_added(settings: _Settings, step: str, cells: Mapping[str, str]) -> _Settings:
    """The settings with a step of the person's own below the list's."""
    added = (*settings.added_steps, step)
    return with_cells(replace(settings, added_steps=added), step, cells)


def without_step(settings: _Settings, step: str) -> _Settings:
    """The settings with a step taken out; one that was added leaves nothing behind."""
    if step not in settings.added_steps:
        return replace(settings, removed_steps=(*settings.removed_steps, step))
    return replace(
        settings,
        added_steps=tuple(id for id in settings.added_steps if id != step),
        step_cells=_not_of(step, settings.step_cells),
        step_reasons=_not_of(step, settings.step_reasons),
        step_answers=_not_of(step, settings.step_answers),
    )


def _not_of(step: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of other steps."""
    return {key: value for key, value in said.items() if key.rpartition(":")[0] != step}


def with_step_back(settings: _Settings, step: str) -> _Settings:
    """The settings with a step of the list back that was taken out."""
    return replace(settings, removed_steps=tuple(id for id in settings.removed_steps if id != step))


def as_listed(settings: _Settings) -> _Settings:
    """The settings with the steps as the list has them."""
    return replace(settings, step_cells={}, step_reasons={}, added_steps=(), removed_steps=())


def cells_by_step(cells: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Step -> field -> what was typed."""
    found: dict[str, dict[str, str]] = {}
    for key, text in cells.items():
        step, _, field = key.rpartition(":")
        found.setdefault(step, {})[field] = text
    return found


def free_id(taken: Sequence[str], like: str = "N") -> str:
    """An id that no step has: N1, N2, or R03-2, R03-3 after an id that it is like."""
    known = {id.casefold() for id in taken}
    made = f"{like}-" if like != "N" else like
    first = 2 if like != "N" else 1
    tried = (f"{made}{n}" for n in range(first, len(known) + 3))
    return next(id for id in tried if id.casefold() not in known)


def check_step_edits(settings: Chosen) -> None:
    """Raises SettingsError for a change of something that no step has."""
    for name in ("step_cells", "step_reasons"):
        for key, text in getattr(settings, name).items():
            step, _, field = key.rpartition(":")
            if not step.strip() or field not in STEP_CELLS:
                raise _unknown(key, field, STEP_CELLS)
            if not isinstance(text, str):
                raise SettingsError("unknown_choice", name=key, found=text, expected="text")
    added = [id.casefold() for id in settings.added_steps]
    for id in settings.added_steps:
        if not id.strip() or added.count(id.casefold()) > 1:
            expected = "ids that differ"
            raise SettingsError("unknown_choice", name="added_steps", found=id, expected=expected)


def _unknown(name: str, found: Any, known: Sequence[str]) -> SettingsError:
    return SettingsError("unknown_choice", name=name, found=found, expected=", ".join(known))
