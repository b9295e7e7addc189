"""What steps need of each other and what shuts what out.

Steps that could never start are set aside.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from cxcase.recommend.cells import folded
from cxcase.recommend.notes import Notes
from cxcase.recommend.result import Step


def related(steps: Iterable[Step], known_ids: Iterable[str], notes: Notes) -> tuple[Step, ...]:
    """The steps with ids spelt as their own rows spell them and `excludes` complete.

    Impossible ones are set aside. Args: known_ids, the ids of all rows, also of those set aside
    before.
    """
    by_name = {folded(step.id): step for step in steps}
    ids = {name: step.id for name, step in by_name.items()}
    listed = {folded(id) for id in known_ids}
    kept = {step.id: _spelt(step, ids, listed, notes) for step in by_name.values()}
    kept = _possible(kept, notes)
    cycle = [id for id in kept if id in closure(kept, id)]
    if cycle:
        notes.single("fail", "step_needs_each_other", ids=tuple(cycle))
        kept = _possible({id: step for id, step in kept.items() if id not in set(cycle)}, notes)
    return _without_contradictions(_excluding(kept), notes)


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


def _spelt(step: Step, ids: Mapping[str, str], listed: set[str], notes: Notes) -> Step:
    for name in step.excludes:
        if folded(name) not in listed:
            notes.single("review", "step_excludes_unknown", id=step.id, other=name)
    parent = ids.get(folded(step.part_of)) if step.part_of else None
    return dataclasses.replace(
        step,
        needs=tuple(ids.get(folded(name), name) for name in step.needs),
        excludes=tuple(
            ids[folded(n)] for n in step.excludes if folded(n) in ids and ids[folded(n)] != step.id
        ),
        part_of=parent if parent != step.id else None,
    )


def _possible(steps: Mapping[str, Step], notes: Notes) -> dict[str, Step]:
    """Without the steps whose needs are not there, nor those that need them in turn."""
    kept = dict(steps)
    while True:
        lacking = {id: need for id, step in kept.items() for need in step.needs if need not in kept}
        if not lacking:
            return kept
        for id, need in lacking.items():
            notes.single("fail", "step_need_missing", id=id, need=need)
            del kept[id]


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


def _without_contradictions(steps: Mapping[str, Step], notes: Notes) -> tuple[Step, ...]:
    """Without steps that exclude something they need (or whose needs exclude each other)."""
    kept = []
    for id, step in steps.items():
        together = closure(steps, id) | {id}
        clash = next(
            ((a, b) for a in sorted(together) for b in steps[a].excludes if b in together), None
        )
        if clash:
            notes.single("fail", "step_contradicts_itself", id=id, first=clash[0], second=clash[1])
        else:
            kept.append(step)
    return tuple(kept)
