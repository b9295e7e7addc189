"""Which steps are parts that have their lift from the step they are a part of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cxcase.recommend.asking import About
from cxcase.recommend.cells import Row, folded

_LIFTS = ("lift_low", "lift_likely", "lift_high")


def with_parents(sheet: Sequence[Row], abouts: Sequence[About]) -> tuple[About, ...]:
    """Who each row is about, with the step whose lift it has: the one it is a part of, where all
    three figures are the same, or the one that that has it from.
    """
    rows = {folded(about.id): row for row, about in zip(sheet, abouts, strict=True)}
    ids = {folded(about.id): about.id for about in abouts}
    return tuple(replace(about, inherits=_source(about.id, rows, ids)) for about in abouts)


def _source(id: str, rows: dict[str, Row], ids: dict[str, str]) -> str | None:
    """The step that a row's lift comes from; None where it is its own."""
    found = folded(id)
    seen = {found}
    while True:
        row = rows[found]
        parent = folded(row.text("part_of") or "")
        if parent in seen or parent not in rows or not _same_lift(row, rows[parent]):
            return ids[found] if found != folded(id) else None
        seen.add(parent)
        found = parent


def _same_lift(row: Row, parent: Row) -> bool:
    lifts = [(row.number_of(name), parent.number_of(name)) for name in _LIFTS]
    return lifts[1][0] is not None and all(one == other for one, other in lifts)
