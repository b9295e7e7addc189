"""Files that were read one by one, looked at together: keys and teams by the values they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cxcase.content_key import content_key
from cxcase.intake.recognition.by_values import (
    BY_VALUES,
    ID,
    OF_CUSTOMERS,
    TEAM,
    Known,
    by_values,
    taken_by,
)
from cxcase.intake.recognition.comparable import Comparable, columns_to_compare, comparable
from cxcase.intake.recognition.guess import NOT_USED, Guess, saved_guess
from cxcase.intake.recognition.key_by_values import find_key
from cxcase.intake.recognition.named_columns import for_file, named_for_all
from cxcase.intake.recognition.part_roles import names_customer
from cxcase.intake.recognition.recognise import recognise
from cxcase.intake.recognition.second_key import second_key, translated
from cxcase.intake.recognition.team_by_values import LEAST, Names, names_of, team_columns
from cxcase.intake.result import Parsed, ParsedTable
from cxcase.intake.roles.type_table import understand_table
from cxcase.intake.sandbox.archive_notes import as_in_the_file
from cxcase.intake.sandbox.keep_tables import keep_table, with_table
from cxcase.intake.sandbox.protocol import received, table_of
from cxcase.intake.schema import Role, SetAside, Source
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.column import Column
from cxcase.version import CODE

Again = Callable[[int, Known], Parsed | None]
_LISTS: tuple[Role, ...] = ("customers", "customer_facts", "subscriptions", "revenue_periods")
_MEETS = 0.5  # share of ids that stand in the list, from which a key is believed by its heading
_Place = tuple[int, int]  # of a table: the file, the table in it


@dataclass(frozen=True)
class How:
    """How files are read again: from their bytes in a process of their own (None where these are
    not at hand), or from the cells that were kept in `folder`.
    """

    again: Again
    folder: Path
    k_min: int
    mapping: Mapping[str, Any] | None


def read_together(parsed: Sequence[Parsed], how: How) -> tuple[Parsed, ...]:
    """The files with keys and teams that their headings hid, told by what the files share.

    Only what is not settled by its heading is compared: without such a table this costs a look at
    the ids.
    """
    files = [*parsed]
    place = _list_in(files)
    if place is None or len(list(_tables(files))) < 2:
        return tuple(files)
    files = _with_key_of_list(files, place, how)
    files = _with_others(files, place, how)
    return tuple(_with_team_of_list(files, place, how))


def _tables(files: Sequence[Parsed]) -> Iterator[tuple[_Place, ParsedTable]]:
    for i, file in enumerate(files):
        for j, table in enumerate(file.tables):
            yield (i, j), table


def _list_in(files: Sequence[Parsed]) -> _Place | None:
    """The table that lists most customers: the list itself before its parts."""
    lists = [
        (_LISTS.index(table.source.role), -table.source.rows_read, place)
        for place, table in _tables(files)
        if table.source.role in _LISTS and table.raw is not None
    ]
    return min(lists)[2] if lists else None


def _at(files: Sequence[Parsed], place: _Place) -> ParsedTable:
    return files[place[0]].tables[place[1]]


def _name(source: Source) -> str:
    """The table as people know it."""
    return f"{source.file} › {source.sheet}" if source.sheet else source.file


# ---- the key of the list -------------------------------------------------------------------------


def _with_key_of_list(files: list[Parsed], place: _Place, how: How) -> list[Parsed]:
    """The files with the list's key as the ids of the other tables tell it, where its own heading
    does not.
    """
    if _meeting(files, place):
        return files
    files, undone = _with_contracts(files, place, how)
    if _meeting(files, place):
        return files
    beside = [table for table in _keyed_beside(files, place) if table.path not in undone]
    largest = max(beside, key=lambda t: t.source.rows_read, default=None)
    if largest is None:
        return files
    heading = largest.source.columns[ID]
    known = Known(_name(largest.source), (comparable(heading, _ids(largest)),))
    return _read_here(files, place, known, how)


def _with_contracts(
    files: list[Parsed], place: _Place, how: How
) -> tuple[list[Parsed], set[Path | None]]:
    """(the files with customers' ids where a table names the list's contracts, the rows of the
    tables where somebody undid that).
    """
    undone: set[Path | None] = set()
    listed = _at(files, place)
    key = listed.source.columns.get(ID)
    if key is None or not names_customer(key):
        return files, undone
    grid = _cells(listed)
    taken = {h for f, h in listed.source.columns.items() if f != ID}
    own = [column for column in columns_to_compare(grid, taken) if column.heading != key]
    made = files
    for other, table in _tables(files):
        if other == place or table not in _keyed_beside(files, place):
            continue
        found = find_key([comparable(ID, _ids(table))], own).key
        second = second_key(grid, key, found.other.heading) if found is not None else None
        if second is None:
            continue
        if _stays_by_heading(table, how):
            undone.add(table.path)
            continue
        file = made[other[0]]
        about = content_key("contracts", file.key, other[1], second.column, CODE)
        path = how.folder / f"{about[:16]}-{other[1]}-typed.parquet"
        changed = translated(table, second, path)
        file = with_table(file, other[1], changed, _aside_of(file, other[1]), about)
        made = [file if i == other[0] else one for i, one in enumerate(made)]
    return made, undone


def _stays_by_heading(table: ParsedTable, how: How) -> bool:
    """True where a person said that the table's ids are what their heading says, or named them."""
    mapping = for_file(how.mapping, table.source.file)
    if ID in named_for_all(mapping, table.source.headings):
        return True
    if table.raw is None:
        return False
    saved = saved_guess(_cells(table), mapping)
    return saved is not None and BY_VALUES in saved.decisions


def _keyed_beside(files: Sequence[Parsed], place: _Place) -> list[ParsedTable]:
    """The other tables of customers whose ids are known."""
    return [
        table
        for other, table in _tables(files)
        if other != place and table.source.role in OF_CUSTOMERS and table.path is not None
    ]


def _meeting(files: Sequence[Parsed], place: _Place) -> list[ParsedTable]:
    """The other tables whose ids meet the list's."""
    own = _at(files, place)
    if own.path is None:
        return []
    ids = pc.unique(_ids(own).text)
    return [table for table in _keyed_beside(files, place) if _meet(ids, table)]


def _ids(table: ParsedTable) -> Column:
    return Column.of_text(pq.read_table(table.path, columns=[ID]).column(0))


def _meet(ids: pa.Array, table: ParsedTable) -> bool:
    """True where most ids of one stand in the other."""
    theirs = pc.unique(_ids(table).text)
    fewer = min(len(ids), len(theirs))
    return fewer == 0 or pc.sum(pc.is_in(theirs, ids)).as_py() >= _MEETS * fewer


# ---- the other tables ----------------------------------------------------------------------------


def _with_others(files: list[Parsed], place: _Place, how: How) -> list[Parsed]:
    """The files with those tables read again that nothing but their values ties to the list."""
    met = {table.path for table in _meeting(files, place)}
    open_ones = [
        other
        for other, table in _tables(files)
        if other != place and _is_open(table, met) and not _is_not_used(table)
    ]
    if not open_ones:
        return files
    known = _known_of(files, place, how, keyed=bool(met))
    made = list(files)
    for file in sorted({i for i, _ in open_ones}):
        inside = [other for other in open_ones if other[0] == file]
        made = _read_again(made, inside, known, how)
    return _agreed(files, made, place, how)


def _is_open(table: ParsedTable, met: set[Path | None]) -> bool:
    """True for a table that is not tied to the list by a heading."""
    source = table.source
    if source.question is not None or source.role is None:
        return bool(source.headings)
    return source.role in OF_CUSTOMERS and table.path not in met


def _is_not_used(table: ParsedTable) -> bool:
    return any(message.code == NOT_USED for message in table.source.messages)


def _known_of(files: Sequence[Parsed], place: _Place, how: How, keyed: bool) -> Known:
    """What the list holds. keyed: its key is settled, so that no other column is looked at."""
    listed = _at(files, place)
    source = listed.source
    grid = _cells(listed)
    guess = Guess(source.role, 1.0, source.columns)
    keys: list[Comparable] = []
    if ID in source.columns:
        keys.append(comparable(source.columns[ID], grid.column(source.columns[ID])))
    if not keyed:
        taken = {*taken_by(guess), source.columns.get(ID, "")}
        keys += columns_to_compare(grid, taken)
    return Known(
        _name(source),
        tuple(keys),
        tuple(_teams_of(source, grid)),
        row_a_customer=source.role in ("customers", "customer_facts"),
        place=(source.file, source.sheet or ""),
    )


def _teams_of(source: Source, grid: Table) -> list[Names]:
    if TEAM in source.columns:
        return [names_of(source.columns[TEAM], grid.column(source.columns[TEAM]))]
    return list(team_columns(grid, {*source.columns.values()}))


def _cells(table: ParsedTable) -> Table:
    if table.raw is None:
        raise ValueError("the cells were not kept")
    return table_of(table.raw)


def _read_again(
    files: list[Parsed], inside: Sequence[_Place], known: Known, how: How
) -> list[Parsed]:
    """The files with these tables of one file read again."""
    for place in inside:
        if _at(files, place).raw is not None:
            files = _read_here(files, place, known, how)
    apart = [place for place in inside if _at(files, place).raw is None]
    if not apart:
        return files
    again = how.again(apart[0][0], known)
    if again is None:
        return files
    made = files[apart[0][0]]
    for _, j in apart:
        made = with_table(made, j, again.tables[j], _aside_of(again, j), again.key)
    return [made if i == apart[0][0] else file for i, file in enumerate(files)]


def _aside_of(file: Parsed, place: int) -> tuple[SetAside, ...]:
    source = file.tables[place].source
    where = (source.file, source.sheet)
    return tuple(row for row in file.set_aside if (row.file, row.sheet) == where)


def _read_here(files: list[Parsed], place: _Place, known: Known, how: How) -> list[Parsed]:
    """The files with one table understood anew from its cells, where the values told something."""
    table = _at(files, place)
    grid = _cells(table)
    mapping = for_file(how.mapping, table.source.file)
    first = recognise(grid, None, mapping)
    first = replace(first, decisions={**table.decisions, **first.decisions})
    if table.source.question is None and table.source.role is not None:
        first = replace(first, role=table.source.role, columns=table.source.columns)
    guess = by_values(grid, first, table.source.role, mapping, known)
    if not guess.matched and guess.question == table.source.question:
        return files
    return _understood(files, place, grid, guess, how)


def _understood(
    files: list[Parsed], place: _Place, grid: Table, guess: Guess, how: How
) -> list[Parsed]:
    old = _at(files, place)
    sheet = received(understand_table(grid, old.source.file, guess, how.k_min))
    sheet = replace(sheet, source=as_in_the_file(sheet.source, old.source))
    told = [(m.field, m.column, m.other_column, m.other_table) for m in guess.matched]
    file = files[place[0]]
    key = content_key("together", file.key, place[1], dict(guess.columns), told, CODE)
    made = keep_table(sheet, how.folder, f"{key[:16]}-{place[1]}")
    changed = with_table(file, place[1], replace(made, raw=old.raw), sheet.set_aside, key)
    return [changed if i == place[0] else other for i, other in enumerate(files)]


# ---- what they agree on --------------------------------------------------------------------------


def _agreed(before: list[Parsed], made: list[Parsed], place: _Place, how: How) -> list[Parsed]:
    """The files with the list's key and team as most of the others met it; what met it by another
    column stays as it was.
    """
    columns = _at(made, place).source.columns
    for field in (ID, TEAM):
        chosen = _most_met(made, place, field)
        if chosen is None:
            continue
        if field == TEAM and TEAM in columns:
            chosen = columns[TEAM]
        made = _only_by(before, made, place, field, chosen)
        if columns.get(field) != chosen:
            made = _named_so(made, place, field, chosen, how)
    return made


def _most_met(files: Sequence[Parsed], place: _Place, field: str) -> str | None:
    met = Counter(
        match.other_column
        for other, table in _tables(files)
        for match in table.source.matched
        if other != place and match.field == field
    )
    return met.most_common(1)[0][0] if met else None


def _only_by(
    before: list[Parsed], made: list[Parsed], place: _Place, field: str, heading: str
) -> list[Parsed]:
    """The files with tables that met the list by another column as they were before."""
    for other, table in _tables(made):
        others = (m for m in table.source.matched if m.field == field)
        if other != place and any(m.other_column != heading for m in others):
            made = [before[i] if i == other[0] else file for i, file in enumerate(made)]
    return made


def _named_so(
    files: list[Parsed], place: _Place, field: str, heading: str, how: How
) -> list[Parsed]:
    """The files with the list's column taken for the field."""
    table = _at(files, place)
    grid = _cells(table)
    named = {field: heading}
    if field == TEAM and ID in table.source.columns:
        named[ID] = table.source.columns[ID]
    mapping = for_file(how.mapping, table.source.file)
    guess = recognise(grid, table.source.role, mapping, named)
    if guess.columns.get(field) != heading or guess.role is None:
        return files
    guess = replace(guess, matched=table.source.matched, decisions=table.decisions)
    return _understood(files, place, grid, guess, how)


# ---- the teams of the list -----------------------------------------------------------------------


def _with_team_of_list(files: list[Parsed], place: _Place, how: How) -> list[Parsed]:
    """The files with the list's team as the tables of teams tell it, where its own headings do
    not.
    """
    listed = _at(files, place)
    if listed.path is None or TEAM in listed.source.columns:
        return files
    for _, table in _tables(files):
        if table.source.role in ("ex", "units") and table.path is not None:
            names = names_of(table.source.columns[TEAM], _team_names(table))
            if len(names.names) >= LEAST:
                known = Known(_name(table.source), teams=(names,))
                return _read_here(files, place, known, how)
    return files


def _team_names(table: ParsedTable) -> Sequence[Any]:
    """The names of teams large enough to be told."""
    return list(pq.read_table(table.path, columns=[TEAM]).column(0).to_pylist())
