"""What steps need of each other and what shuts what out.

Steps that could never start are set aside.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cxcase.checks import FindingStatus
from cxcase.recommend.cells import folded
from cxcase.recommend.notes import Note, Notes, note
from cxcase.recommend.result import Step, WaitingStep


@dataclass(frozen=True)
class Relations:
    """What was found between steps. aside: id -> why it could never start; waits_for: id -> the
    waiting steps that it needs, its needs' needs too.
    """

    notes: Notes
    aside: Mapping[str, str]
    waits_for: Mapping[str, tuple[str, ...]]


def related(
    steps: Iterable[Step], known_ids: Iterable[str], waiting: Mapping[str, WaitingStep]
) -> tuple[tuple[Step, ...], Relations]:
    """(the steps with ids spelt as their own rows spell them and `excludes` complete, what was
    found between them).

    Impossible ones are set aside. Args: known_ids, the ids of all rows, also of those set aside
    before; waiting, the steps with open questions.
    """
    by_name = {folded(step.id): step for step in steps}
    ids = {name: step.id for name, step in by_name.items()} | {folded(id): id for id in waiting}
    listed = {folded(id) for id in known_ids}
    unknown = [
        _about(step, "review", "step_excludes_unknown", other=name)
        for step in by_name.values()
        for name in step.excludes
        if folded(name) not in listed
    ]
    spelt = {step.id: _spelt(step, ids) for step in by_name.values()}
    waits_for = _waits_for(spelt, waiting)
    free = {id: step for id, step in spelt.items() if id not in waits_for}
    kept, missing = _possible(free)
    kept, circular = _without_circles(kept)
    found, contradicting = _without_contradictions(_excluding(kept))
    notes = (*unknown, *_of_waiting(spelt, waits_for), *missing, *circular, *contradicting)
    return found, Relations(notes, _reasons(notes), waits_for)


def _waits_for(
    steps: Mapping[str, Step], waiting: Mapping[str, WaitingStep]
) -> dict[str, tuple[str, ...]]:
    """Id -> the waiting steps among all that it needs; only of those that need one."""
    needed = {id: {id, *closure(steps, id)} for id in steps}
    found = {
        id: tuple(dict.fromkeys(n for one in steps if one in ids for n in steps[one].needs))
        for id, ids in needed.items()
    }
    held = {id: tuple(n for n in names if n in waiting) for id, names in found.items()}
    return {id: names for id, names in held.items() if names}


def _of_waiting(
    steps: Mapping[str, Step], waits_for: Mapping[str, tuple[str, ...]]
) -> Iterator[Note]:
    """Says of each step which others it waits for."""
    for id, names in waits_for.items():
        yield _about(steps[id], "review", "step_waits_for", ids=names)


def _reasons(notes: Notes) -> dict[str, str]:
    """Id -> the code of the note that set it aside."""
    failed = [one for one in notes if one.status == "fail"]
    alone = {one.params["id"]: one.code for one in failed if "id" in one.params}
    return alone | {id: one.code for one in failed for id in one.params.get("ids", ())}


def _about(step: Step, status: FindingStatus, code: str, **params: Any) -> Note:
    """A finding about one step, by its id, its title and its row."""
    return note(status, code, id=step.id, title=step.title, row=step.row, **params)


def _without_circles(steps: Mapping[str, Step]) -> tuple[Mapping[str, Step], Notes]:
    """Without steps that need each other in a circle, nor those that need one of these."""
    circle = [id for id in steps if id in closure(steps, id)]
    if not circle:
        return steps, ()
    rest = {id: step for id, step in steps.items() if id not in set(circle)}
    kept, missing = _possible(rest)
    return kept, (note("fail", "step_needs_each_other", ids=tuple(circle)), *missing)


def closure(steps: Mapping[str, Step], id: str) -> frozenset[str]:
    """Every id that must be delivered before this one, its needs' needs too.

    Itself only if needs run in a circle.
    """
    found: set[str] = set()
    waiting = list(steps[id].needs)
    while waiting:
        need = waiting.pop()
        if need in steps and need not in found:
            found.add(need)
            waiting.extend(steps[need].needs)
    return frozenset(found)


def _spelt(step: Step, ids: Mapping[str, str]) -> Step:
    """The step with every other id as that step's own row spells it."""
    others = [ids[folded(name)] for name in step.excludes if folded(name) in ids]
    parent = ids.get(folded(step.part_of)) if step.part_of else None
    return dataclasses.replace(
        step,
        needs=tuple(ids.get(folded(name), name) for name in step.needs),
        excludes=tuple(other for other in others if other != step.id),
        part_of=parent if parent != step.id else None,
    )


def _possible(steps: Mapping[str, Step]) -> tuple[Mapping[str, Step], Notes]:
    """Without the steps whose needs are not there, nor those that need them in turn."""
    kept = dict(steps)
    notes: list[Note] = []
    while True:
        lacking = {id: need for id, step in kept.items() for need in step.needs if need not in kept}
        if not lacking:
            return kept, tuple(notes)
        notes += [
            _about(kept[id], "fail", "step_need_missing", need=n) for id, n in lacking.items()
        ]
        kept = {id: step for id, step in kept.items() if id not in lacking}


def _excluding(steps: Mapping[str, Step]) -> dict[str, Step]:
    """With `excludes` both ways, and a programme and all its parts excluding each other."""
    out: dict[str, set[str]] = {id: set() for id in steps}
    for id, step in steps.items():
        above: set[str] = set()
        parent = step.part_of
        while parent is not None and parent in steps and parent not in above | {id}:
            above.add(parent)
            parent = steps[parent].part_of
        for other in (above | set(step.excludes)) & set(steps):
            out[id].add(other)
            out[other].add(id)
    return {
        id: dataclasses.replace(s, excludes=tuple(o for o in steps if o in out[id]))
        for id, s in steps.items()
    }


def _without_contradictions(steps: Mapping[str, Step]) -> tuple[tuple[Step, ...], Notes]:
    """Without steps that exclude something they need (or whose needs exclude each other)."""
    clashes = {id: _clash(steps, id) for id in steps}
    notes = [
        _about(steps[id], "fail", "step_contradicts_itself", first=clash[0], second=clash[1])
        for id, clash in clashes.items()
        if clash is not None
    ]
    return tuple(step for id, step in steps.items() if clashes[id] is None), tuple(notes)


def _clash(steps: Mapping[str, Step], id: str) -> tuple[str, str] | None:
    """Two steps that exclude each other among this one and all it needs."""
    together = closure(steps, id) | {id}
    pairs = ((a, b) for a in sorted(together) for b in steps[a].excludes if b in together)
    return next(pairs, None)
