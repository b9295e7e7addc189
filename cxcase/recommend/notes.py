"""Findings of a sheet: one a thing set aside, one for all steps that share an assumption."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cxcase.checks import Finding, FindingStatus

WHERE = "recommendations"
BEYOND = "step_lift_beyond_best"


@dataclass(frozen=True)
class Note:
    """What the reader of the case must know about one step or row.

    step: its id where all steps with this code share one finding, None where it has its own.
    """

    status: FindingStatus
    code: str
    params: Mapping[str, Any]
    step: str | None = None


Notes = tuple[Note, ...]


def note(status: FindingStatus, code: str, **params: Any) -> Note:
    """A finding of its own about one step or row."""
    return Note(status, code, params)


def shared_note(code: str, step: str, **params: Any) -> Note:
    """One more step to which the same remark applies."""
    return Note("review", code, params, step)


def findings_of(notes: Iterable[Note]) -> tuple[Finding, ...]:
    """What was set aside first, then what was assumed, one finding a code with all its steps."""
    notes = _beyond_together(tuple(notes))
    own = [Finding(n.status, n.code, WHERE, n.params) for n in notes if n.step is None]
    first = {n.code: n for n in reversed(notes) if n.step is not None}
    codes = dict.fromkeys(n.code for n in notes if n.step is not None)
    return (*own, *(_shared_finding(first[code], notes) for code in codes))


def _beyond_together(notes: Notes) -> Notes:
    """The notes with those of lifts beyond our best teams as one, where there are several: each
    step with its ratio, the largest first.
    """
    beyond = sorted((n for n in notes if n.code == BEYOND), key=lambda n: -n.params["times"])
    if len(beyond) < 2:
        return notes
    titles = tuple(n.params["title"] for n in beyond)
    times = tuple(n.params["times"] for n in beyond)
    together = note("review", f"{BEYOND}_each", titles=titles, times=times, n=len(beyond))
    first = next(place for place, n in enumerate(notes) if n.code == BEYOND)
    rest = tuple(n for n in notes[first:] if n.code != BEYOND)
    return (*notes[:first], together, *rest)


def _shared_finding(first: Note, notes: Notes) -> Finding:
    ids = tuple(n.step for n in notes if n.step is not None and n.code == first.code)
    return Finding("review", first.code, WHERE, {**first.params, "ids": ids, "n": len(ids)})
