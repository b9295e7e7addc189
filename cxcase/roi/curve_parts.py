"""Curves taken apart by team and segment, as far as steps that are held to some need it.

Steps on one curve divide its customers by which of the steps reach them. Each such group has a
curve of its own: steps that reach the same customers share the headroom that is left there, steps
that reach different ones add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from cxcase.estimate import Bools
from cxcase.link import Cells, Curve
from cxcase.recommend import Step


def parted(
    curves: Mapping[str, Curve], steps: Iterable[Step], wanted: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Curve], dict[str, tuple[str, ...]]]:
    """(curves, step id -> the curves it moves).

    A curve that every step moves for everybody stays as it is. Args: wanted, step id -> the curves
    it is about. A step whose teams gave no answers about one moves nothing of it.
    """
    steps = tuple(steps)
    out: dict[str, Curve] = {}
    moves: dict[str, tuple[str, ...]] = {step.id: () for step in steps}
    for name, curve in curves.items():
        on = [step for step in steps if name in wanted[step.id]]
        held = list(dict.fromkeys(frozenset(step.teams) for step in on if step.teams))
        parts = _parts(curve, held)
        out |= {part.name: part for part in parts.values()} or {name: curve}
        for step in on:
            if not parts:
                moves[step.id] += () if step.teams else (name,)
                continue
            at = held.index(frozenset(step.teams)) if step.teams else None
            moves[step.id] += tuple(
                part.name for reached, part in parts.items() if at is None or at in reached
            )
    return out, moves


def _parts(curve: Curve, held: list[frozenset[str]]) -> dict[frozenset[int], Curve]:
    """Sets of teams that reach a group -> the group's curve; everybody else last."""
    cells = curve.cells
    if cells is None or not cells.group_names or not held:
        return {}
    inside = np.array([cells.held_to(names) for names in held])
    reached = [frozenset(np.flatnonzero(column).tolist()) for column in inside.T]
    found: dict[frozenset[int], Curve] = {}
    taken: set[str] = set()
    for group in sorted(set(reached), key=lambda group: (not group, sorted(group))):
        rows = np.array([item == group for item in reached])
        names = _names(cells, rows, held, group)
        label = ", ".join(names) if group else "*"
        while label in taken:  # other customers of the same teams and segments
            label += "\u2032"
        taken.add(label)
        part = curve.part(f"{curve.name} | {label}", rows, names, others=not group)
        if part is not None:
            found[group] = part
    return found


def _names(
    cells: Cells, rows: Bools, held: list[frozenset[str]], group: frozenset[int]
) -> tuple[str, ...]:
    """What a group is called: its teams, with the segments that steps there are held to; for all
    others what they are not.
    """
    if not group:
        return tuple(sorted(frozenset().union(*held)))
    named = frozenset().union(*(held[at] for at in group))
    segments = named & (set(cells.segment_names) - set(cells.team_names))
    if segments == named:
        return tuple(sorted(named))
    own = {cells.team_names[code] for code in cells.team[rows].tolist() if code >= 0}
    return tuple(sorted(own | segments))
