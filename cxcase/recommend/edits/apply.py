"""The list of steps with what a person changed: a cell that cannot be stays as the list has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cxcase.fixed import Fixed
from cxcase.intake import TypedCells
from cxcase.recommend.asking import About
from cxcase.recommend.cells import Row, folded
from cxcase.recommend.edits.cell_texts import answered, texts_of
from cxcase.recommend.edits.checks import Fault, cell_faults, row_faults
from cxcase.recommend.known import Known
from cxcase.recommend.notes import Note, Notes, note
from cxcase.recommend.result import CellEdit, StepRow
from cxcase.settings import Settings
from cxcase.settings.step_answers import answers_of

_GROUPS = (  # cells that are right or wrong together
    ("acts_on", "moment"),
    ("lift_low", "lift_likely", "lift_high"),
    ("one_off_cost", "yearly_cost", "cost_low", "cost_high"),
)
_OF_LIKELY = ("percent", "said:lift_on")  # what a lift's cell says beside its figure
_ENDS = {"lift_likely": ("lift_low", "lift_high"), "one_off_cost": ("cost_low", "cost_high")}
_ENDS["yearly_cost"] = _ENDS["one_off_cost"]
_COSTS = ("one_off_cost", "yearly_cost")


@dataclass(frozen=True)
class Edited:
    """The rows that count and who each is about, every row as texts, and what was changed."""

    sheet: tuple[Row, ...]
    abouts: tuple[About, ...]
    rows: tuple[StepRow, ...]
    removed: tuple[StepRow, ...]
    edits: tuple[CellEdit, ...]
    notes: Notes


@dataclass(frozen=True)
class _Draft:
    """A row as the list has it and as it counts, and the faults of what was typed."""

    name: str
    listed: Row
    row: Row
    about: About
    typed: TypedCells
    faults: tuple[Fault, ...]
    added: bool

    @property
    def counted(self) -> tuple[str, ...]:
        """The changed cells that count."""
        faulty = {name for name, _, _ in self.faults}
        return tuple(name for name in self.typed.typed if name not in faulty)


def edited(
    sheet: Sequence[Row],
    abouts: Sequence[About],
    known: Known,
    settings: Settings,
    typed: Mapping[str, TypedCells],
) -> Edited:
    """The list with a person's own steps and changes. typed: name of a step -> its cells."""
    titles = Counter(folded(about.title) for about in abouts)
    listed = [(_name(about, titles), row, about) for row, about in zip(sheet, abouts, strict=True)]
    gone = {folded(name) for name in settings.removed_steps}
    kept = [one for one in listed if folded(one[0]) not in gone]
    own = _own_rows(settings, listed)
    ids = {folded(about.id): about.id for _, _, about in (*kept, *own)}
    by_name = {folded(name): cells for name, cells in typed.items()}
    added = {name for name, _, _ in own}

    def draft(name: str, row: Row, about: About, mine: bool) -> _Draft:
        theirs = mine or name not in added  # a list that has one's own id says what it is itself
        cells = by_name.get(folded(name)) if theirs else None
        return _draft(name, row, about, cells or TypedCells({}, {}), known, ids, mine)

    of_list = [draft(*one, mine=False) for one in kept]
    drafts = _without_circles([*of_list, *(draft(*one, mine=True) for one in own)])
    edits = tuple(edit for one in drafts for edit in _edits(one, settings))
    rows = tuple(_as_texts(one.name, one.listed, one.row, one.about, one.added) for one in drafts)
    out = tuple(
        _as_texts(name, row, row, about, False)
        for name, row, about in listed
        if folded(name) in gone
    )
    return Edited(
        tuple(one.row for one in drafts),
        tuple(one.about for one in drafts),
        rows,
        out,
        edits,
        (*_changed(edits, own, out), *(_faulty(edit) for edit in edits if edit.fault)),
    )


def _name(about: About, titles: Mapping[str, int]) -> str:
    """What changes of a row are kept under: its id, or its title where the list gives it none."""
    if about.id_made and titles[folded(about.title)] == 1:
        return about.title
    return about.id


def _own_rows(
    settings: Settings, listed: Sequence[tuple[str, Row, About]]
) -> list[tuple[str, Row, About]]:
    """The steps that a person added, below the list's."""
    last = max((about.row for _, _, about in listed), default=1)
    return [
        (id, Row({}, last + k), About(id, id, last + k, answers_of(settings.step_answers, id)))
        for k, id in enumerate(settings.added_steps, start=1)
    ]


# ---- one row -------------------------------------------------------------------------------------


def _draft(
    name: str,
    listed: Row,
    about: About,
    typed: TypedCells,
    known: Known,
    ids: Mapping[str, str],
    added: bool,
) -> _Draft:
    faults = list(cell_faults(typed))
    wrong = {cell for cell, _, _ in faults}
    names = [cell for cell in typed.typed if cell not in wrong]
    row = _merged(listed, typed, names)
    found = list(row_faults(row, about, names, known, ids))
    if found:
        faults += found
        together = {cell for cell, _, _ in found}
        for group in _GROUPS:
            if together & set(group):
                together |= set(group)
        row = _merged(listed, typed, [cell for cell in names if cell not in together])
        held = [cell for cell in names if cell in together - {one for one, _, _ in faults}]
        faults += [(cell, "cell_beside_a_fault", {}) for cell in held]
    title = row.text("title") or about.title
    first = {cell: (cell, code, told) for cell, code, told in reversed(faults)}
    return _Draft(
        name, listed, row, replace(about, title=title), typed, tuple(first.values()), added
    )


def _merged(row: Row, typed: TypedCells, names: Iterable[str]) -> Row:
    """The row with these cells as they were typed."""
    names = list(names)
    values: dict[str, Any] = {}
    for name in names:
        said = f"said:{name}"
        ranged = row.text(said) is not None and row.number_of(name) is not None
        for end in _ENDS.get(name, ()):
            if end not in names and (ranged or typed.values.get(end) is not None):
                values[end] = typed.values.get(end)
        values |= {name: typed.values.get(name), said: typed.values.get(said)}
        if name == "lift_likely":
            values |= {beside: typed.values.get(beside) for beside in _OF_LIKELY}
    for name in _COSTS if set(_COSTS) & set(names) else ():
        value = typed.values.get(name)  # "3k a year" may stand under either heading
        if name not in typed.typed and value is not None:
            values[name] = value
    return row.with_values(values) if values else row


# ---- between rows --------------------------------------------------------------------------------


def _without_circles(drafts: list[_Draft]) -> list[_Draft]:
    """What a step needs stays as the list has it where the change would close a circle."""
    for place, one in enumerate(drafts):
        if "needs" not in one.counted or not _in_circle(one, drafts):
            continue
        cells = [name for name in one.counted if name != "needs"]
        fault: Fault = ("needs", "cell_circle", {})
        row = _merged(one.listed, one.typed, cells)
        drafts = [*drafts]
        drafts[place] = replace(one, row=row, faults=(*one.faults, fault))
    return drafts


def _in_circle(one: _Draft, drafts: Sequence[_Draft]) -> bool:
    """True where a step needs itself through others."""
    needs = {folded(d.about.id): [folded(n) for n in d.row.names("needs", ";,")] for d in drafts}
    start = folded(one.about.id)
    waiting = list(needs[start])
    seen: set[str] = set()
    while waiting:
        need = waiting.pop()
        if need == start:
            return True
        if need not in seen:
            seen.add(need)
            waiting.extend(needs.get(need, ()))
    return False


# ---- what is told of it --------------------------------------------------------------------------


def _edits(one: _Draft, settings: Settings) -> list[CellEdit]:
    """The changed cells of a row; those of an added step only where they do not count."""
    faults = {name: (code, told) for name, code, told in one.faults}
    texts = texts_of(one.listed)
    found = []
    for name, text in one.typed.typed.items():
        code, told = faults.get(name, (None, {}))
        if one.added and code is None:
            continue
        why = settings.step_reasons.get(f"{one.name}:{name}")
        listed = texts.get(name)
        edit = CellEdit(one.about.id, one.about.title, name, listed, text, why, code, Fixed(told))
        found.append(edit)
    return found


def _as_texts(name: str, listed: Row, row: Row, about: About, added: bool) -> StepRow:
    cells = {"title": about.title} | answered(row, about)
    before = {} if added else answered(listed, about)
    return StepRow(about.id, about.title, name, Fixed(cells), Fixed(before), about.row, added)


def _changed(
    edits: Sequence[CellEdit], own: Sequence[tuple[str, Row, About]], out: Sequence[StepRow]
) -> Notes:
    """One note of what on the page goes beyond the list."""
    cells = sum(edit.fault is None for edit in edits)
    if not (cells or own or out):
        return ()
    counts = {"cells": cells, "added": len(own), "removed": len(out)}
    return (note("ok", "steps_changed_here", **counts),)


def _faulty(edit: CellEdit) -> Note:
    told = {**edit.told, "id": edit.step, "title": edit.title, "field": edit.field}
    return note("review", edit.fault or "", **told, typed=edit.typed, listed=edit.listed)
