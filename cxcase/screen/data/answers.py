"""What an answer changes: the table it is about is read again, and all others it holds for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxcase.intake import Role
from cxcase.screen import session as sessions
from cxcase.screen.data import corrections
from cxcase.screen.data.working import working
from cxcase.screen.session import Taken


def table_at(place: int) -> tuple[Taken, int]:
    """The file and the place in it of a table, counted over all files."""
    tables = [
        (file, inside)
        for file in sessions.current().files
        for inside in range(len(file.parsed.tables))
    ]
    return tables[place]


def take_key(field: str, heading: str) -> None:
    """The column is the key of every table that has it and whose key is open."""
    tried: set[str] = set()
    while (found := _next_open(field, heading, tried)) is not None:
        file, place = found
        tried.add(file.key(place))
        source = file.parsed.tables[place].source
        others = {f: h for f, h in source.columns.items() if h != heading}
        read_as(file, place, source.role, {**others, field: heading})


def _next_open(field: str, heading: str, tried: set[str]) -> tuple[Taken, int] | None:
    for file in sessions.current().files:
        for place, table in enumerate(file.parsed.tables):
            source = table.source
            asked = source.question is not None and source.question.field == field
            if asked and heading in source.headings and file.key(place) not in tried:
                return file, place
    return None


def read_as(
    file: Taken,
    place: int,
    role: Role | None,
    columns: Mapping[str, str] | None,
    decisions: Mapping[str, Any] | None = None,
) -> None:
    """Reads one table again and says what is being done."""
    with working(file.name) as tell:
        corrections.correct(file, place, role, columns, decisions, tell)


def take_scale(
    file: Taken, place: int, headings: Sequence[str], scale: tuple[float, float]
) -> None:
    """The columns of a table are answered on this scale."""
    table = file.parsed.tables[place]
    before = corrections.said_of(table.source)
    fields = [reading.field for reading in table.readings if reading.heading in headings]
    said = {field: list(scale) for field in fields}
    decided = {**before, "scales": {**before.get("scales", {}), **said}}
    read_as(file, place, table.source.role, table.source.columns, decided)
