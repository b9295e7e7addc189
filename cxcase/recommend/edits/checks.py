"""Whether what was typed into a step's cells can be: each fault names its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from cxcase.intake import TypedCells
from cxcase.recommend.asking import About
from cxcase.recommend.cells import Row, folded
from cxcase.recommend.edits.cell_texts import number_text
from cxcase.recommend.figures import beyond_scale
from cxcase.recommend.known import Known
from cxcase.recommend.read_steps import teams_of
from cxcase.recommend.where_it_acts import place_of

Fault = tuple[str, str, Mapping[str, Any]]  # the cell, the code, what is told with it
_NEVER_NEGATIVE = (
    *("one_off_cost", "yearly_cost", "cost_low", "cost_high"),
    *("months_to_deliver", "effort_days", "saving_per_year"),
)
_FLAGS = ("mandatory", "cash_releasing")
_LIFTS = ("lift_low", "lift_likely", "lift_high")
_IDS = ("needs", "excludes", "part_of")


def cell_faults(typed: TypedCells) -> Iterator[Fault]:
    """The faults that a cell has by itself."""
    for name, text in typed.typed.items():
        value = typed.values.get(name)
        if name in typed.unread:
            code = "cell_not_yes_or_no" if name in _FLAGS else "cell_not_a_number"
            yield name, code, {}
        elif name in _NEVER_NEGATIVE and isinstance(value, float | int) and value < 0:
            yield name, "cell_negative", {}
        elif name == "title" and not text.strip():
            yield name, "cell_without_title", {}


def row_faults(
    row: Row, about: About, names: Sequence[str], known: Known, ids: Mapping[str, str]
) -> Iterator[Fault]:
    """The faults that changed cells have beside the others of their row.

    Args: names, the changed cells; ids, folded id -> id of every row.
    """
    yield from _place_faults(row, about, names, known)
    yield from _order_faults(row, about, names, _LIFTS)
    yield from _order_faults(row, about, names, _costs(row))
    yield from _scale_faults(row, about, names, known)
    if "teams" in names:
        yield from _team_faults(row, about, known)
    for name in _IDS:
        if name in names:
            yield from _id_faults(row, about, name, ids)


def _place_faults(row: Row, about: About, names: Sequence[str], known: Known) -> Iterator[Fault]:
    """A moment that the survey does not rate."""
    changed = [name for name in ("moment", "acts_on") if name in names]
    if not changed or (row.text("moment") is None and row.text("acts_on") is None):
        return
    read = place_of(row, about, known)
    if read.value is None and read.question is not None:
        near = next(iter(read.question.near), None)
        code = "cell_unknown_moment" if near else "cell_unknown_moment_bare"
        yield changed[0], code, {"suggestion": near, "known": tuple(known.moments.values())}


def _costs(row: Row) -> tuple[str, str, str]:
    likely = "one_off_cost" if row.number_of("one_off_cost") else "yearly_cost"
    return "cost_low", likely, "cost_high"


def _order_faults(
    row: Row, about: About, names: Sequence[str], ends: tuple[str, str, str]
) -> Iterator[Fault]:
    """Low, likely and high in another order; each changed one of them is named."""
    given = [(name, value) for name in ends if (value := row.number_of(name)) is not None]
    for (first, low), (second, high) in pairwise(given):
        if low > high:
            changed = [name for name in (first, second) if name in names]
            told = {"low": number_text(low), "high": number_text(high)}
            for name in changed:
                yield name, "cell_order", {**told, "first": first, "second": second}


def _scale_faults(row: Row, about: About, names: Sequence[str], known: Known) -> Iterator[Fault]:
    """A lift that no score could rise by."""
    changed = [name for name in _LIFTS if name in names]
    if not changed:
        return
    scales = known.scales_of(place_of(row, about, known).value)
    for name in changed:
        value = row.number_of(name)
        if value is not None and beyond_scale(value, scales):
            longest = min(scale.high - scale.low for scale in scales)
            yield name, "cell_beyond_scale", {"range": longest}


def _team_faults(row: Row, about: About, known: Known) -> Iterator[Fault]:
    for one in teams_of(row, about, known).notes:
        suggestion = one.params.get("suggestion")
        code = "cell_unknown_team" if suggestion else "cell_unknown_team_bare"
        yield "teams", code, {"team": one.params["team"], "suggestion": suggestion}
        return


def _id_faults(row: Row, about: About, name: str, ids: Mapping[str, str]) -> Iterator[Fault]:
    """An id that no step has, the step's own, and one that is needed and shut out at once."""
    others = [row.text(name) or ""] if name == "part_of" else row.names(name, ";,")
    shut_out = {folded(id) for id in row.names("excludes", ";,")}
    for other in filter(None, others):
        if folded(other) == folded(about.id):
            yield name, "cell_itself", {}
        elif folded(other) not in ids:
            yield name, "cell_unknown_step", {"other": other}
        elif name == "needs" and folded(other) in shut_out:
            yield name, "cell_needs_what_it_excludes", {"other": other}
        else:
            continue
        return
