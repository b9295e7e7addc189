"""What steps need of each other and what shuts what out.

Steps that could never start are set aside.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from cxcase.recommend.cells import folded
from cxcase.recommend.notes import Note, Notes, note
from cxcase.recommend.result import Step


def related(steps: Iterable[Step], known_ids: Iterable[str]) -> tuple[tuple[Step, ...], Notes]:
    """(the steps with ids spelt as their own rows spell them and `excludes` complete, notes).

    Impossible ones are set aside. Args: known_ids, the ids of all rows, also of those set aside
    before.
    """
    by_name = {folded(step.id): step for step in steps}
    ids = {name: step.id for name, step in by_name.items()}
    listed = {folded(id) for id in known_ids}
    unknown = [
        note("review", "step_excludes_unknown", id=step.id, other=name)
        for step in by_name.values()
        for name in step.excludes
        if folded(name) not in listed
    ]
    spelt = {step.id: _spelt(step, ids) for step in by_name.values()}
    kept, missing = _possible(spelt)
    kept, circular = _without_circles(kept)
    found, contradicting = _without_contradictions(_excluding(kept))
    return found, (*unknown, *missing, *circular, *contradicting)


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
        notes += [note("fail", "step_need_missing", id=id, need=n) for id, n in lacking.items()]
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
        note("fail", "step_contradicts_itself", id=id, first=clash[0], second=clash[1])
        for id, clash in clashes.items()
        if clash is not None
    ]
    return tuple(step for id, step in steps.items() if clashes[id] is None), tuple(notes)


def _clash(steps: Mapping[str, Step], id: str) -> tuple[str, str] | None:
    """Two steps that exclude each other among this one and all it needs."""
    together = closure(steps, id) | {id}
    pairs = ((a, b) for a in sorted(together) for b in steps[a].excludes if b in together)
    return next(pairs, None)
