"""How sheets cross from the reading process: a JSON header and Arrow streams, no code."""

from __future__ import annotations

import datetime as dt
import json
import mmap
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cxcase.checks import Finding
from cxcase.errors import InputError
from cxcase.estimate import Ints
from cxcase.intake.key_question import KeyCandidate, KeyMatch, KeyQuestion
from cxcase.intake.roles.type_table import Understood
from cxcase.intake.schema import ColumnReading, Scale, SetAside, Source
from cxcase.intake.survey_tools import Group
from cxcase.intake.tables.find_table import Table
from cxcase.intake.tables.row_filter import Typed
from cxcase.intake.tables.title_times import TitleTime, Until
from cxcase.intake.tables.titles import Unit
from cxcase.intake.values.column import Column, arrow
from cxcase.intake.vocabulary.headings import personal

_LENGTH = struct.Struct(">Q")
Blob = bytes | memoryview
_TAGS = {str: "s", float: "f", int: "f", bool: "b", dt.datetime: "t", dt.date: "d"}


@dataclass(frozen=True, eq=False)
class Received:
    """One sheet as the parent gets it."""

    source: Source
    set_aside: tuple[SetAside, ...]
    typed: Blob | None  # its rows, a Parquet file; None: no role was recognised
    raw: Blob | None  # its cells, an Arrow file; None: they may not be kept
    scales: Mapping[str, Scale]
    decisions: Mapping[str, Any]
    currency: str | None
    suppressed_teams: int
    in_title: Mapping[str, float] = field(default_factory=dict)
    readings: tuple[ColumnReading, ...] = ()
    names: frozenset[str] = frozenset()


def received(sheet: Understood) -> Received:
    """The sheet with its rows as the bytes of files."""
    typed = sheet.typed or Typed({})
    rows = None
    if sheet.typed is not None:
        numbered = sheet.source.role != "ex"  # where rows of employees stand is told nowhere
        rows = _parquet(_typed_table(typed.columns, sheet.rows, numbered=numbered))
    return Received(
        source=sheet.source,
        set_aside=sheet.set_aside,
        typed=rows,
        raw=None if sheet.table is None else _arrow_file(raw_table(sheet.table)),
        scales=typed.scales,
        decisions=sheet.decisions,
        currency=typed.currency,
        suppressed_teams=typed.suppressed_teams,
        in_title=typed.in_title,
        readings=typed.readings,
        names=sheet.names,
    )


def _parquet(table: pa.Table) -> Blob:
    text = [f.name for f in table.schema if not pa.types.is_floating(f.type)]
    sink = pa.BufferOutputStream()
    # without statistics: no reader of ours skips rows by them
    pq.write_table(table, sink, use_dictionary=text, write_statistics=False)
    return memoryview(sink.getvalue())


def _arrow_file(table: pa.Table) -> Blob:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return memoryview(sink.getvalue())


def _typed_table(columns: Mapping[str, Any], rows: Ints, *, numbered: bool) -> pa.Table:
    arrays = {"_row": pa.array(rows, pa.int64())} if numbered else {}
    for name, values in columns.items():
        if isinstance(values, Column):
            arrays[name] = arrow(values)
        elif isinstance(values, np.ndarray) and values.dtype != object:
            arrays[name] = pa.array(values, from_pandas=True)
        else:
            arrays[name] = pa.array(list(values), pa.string())
    return pa.table(arrays)


def raw_table(table: Table) -> pa.Table:
    """The table's cells without columns of personal data; cells of mixed kinds are tagged text."""
    arrays = []
    schema = []
    for heading, cells in zip(table.headings, table.columns, strict=True):
        if personal(heading):
            continue
        array, metadata = _raw_column(cells)
        arrays.append(array)
        schema.append(pa.field(heading, array.type, metadata=metadata))
    arrays.append(pa.array(table.rows, pa.int64()))
    schema.append(pa.field("_row", pa.int64()))
    about: dict[str, Any] = {
        "sheet": table.sheet,
        "header_row": table.header_row,
        "decimal": table.decimal,
        "format": table.format,
        "groups": [[g.question, g.headings] for g in table.groups],
        "fields": dict(table.fields),
        "above": table.above,
        "outside": table.outside,
        "unit": [table.unit.factor, table.unit.said],
        "time": None if table.time is None else asdict(table.time),
        "until": None if table.until is None else [_day_text(table.until.day)],
        "scale_said": table.scale_said,
        "notes": [_told(note) for note in table.notes],
    }
    described = pa.schema(schema, metadata={"cxcase": json.dumps(about)})
    return pa.Table.from_arrays(arrays, schema=described)


def _raw_column(cells: Column) -> tuple[pa.Array, Mapping[str, str] | None]:
    """(the cells, what is noted of the column: that its cells are tagged text)."""
    if cells.numbers is not None:
        return pa.array(cells.numbers, from_pandas=True), None
    if cells.text is not None:
        return arrow(cells), None
    return arrow(Column(cells.codes, [_tag(c) for c in cells.values])), {"tagged": "1"}


def _tag(cell: Any) -> str:
    text = cell.isoformat() if isinstance(cell, dt.date) else str(cell)
    return f"{_TAGS.get(type(cell), 's')}:{text}"


def table_of(path: Path) -> Table:
    """The table again, as it was when it was read, from the file of its cells."""
    with pa.memory_map(str(path)) as source:
        raw = pa.ipc.open_file(source).read_all()
    about = json.loads(raw.schema.metadata[b"cxcase"])
    headings = tuple(n for n in raw.column_names if n != "_row")
    columns = tuple(_cells(raw, heading) for heading in headings)
    return Table(
        about["sheet"],
        headings,
        columns,
        raw.column("_row").to_numpy(),
        about["header_row"],
        about["decimal"],
        about["format"],
        groups=tuple(Group(question, tuple(inside)) for question, inside in about["groups"]),
        fields=about["fields"],
        notes=tuple(Finding(*told) for told in about["notes"]),
        above=tuple(about["above"]),
        outside=tuple(about["outside"]),
        unit=Unit(*about["unit"]),
        time=None if about["time"] is None else TitleTime(**about["time"]),
        until=None if about["until"] is None else Until(_day_of(*about["until"])),
        scale_said=about["scale_said"],
    )


def _day_text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day_of(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def first_cells(path: Path, headings: Sequence[str], n: int) -> dict[str, list[Any]]:
    """Heading -> its first n cells, of those columns that the file of cells holds."""
    with pa.memory_map(str(path)) as source:
        batch = pa.ipc.open_file(source).get_batch(0).slice(0, n)
        there = pa.Table.from_batches([batch])
        held = [heading for heading in headings if heading in there.column_names]
        return {heading: list(_cells(there, heading)) for heading in held}


def _cells(raw: pa.Table, heading: str) -> Column:
    values = raw.column(heading)
    if pa.types.is_floating(values.type):
        return Column(None, numbers=values.to_numpy())
    column = Column.of_text(values)
    if (raw.schema.field(heading).metadata or {}).get(b"tagged"):
        return Column(column.codes, [_untag(v) for v in column.values])
    return column


def _untag(text: str) -> Any:
    tag = text[0]
    body = text[2:]
    if tag == "f":
        return float(body)
    if tag == "b":
        return body == "True"
    if tag == "t":
        return dt.datetime.fromisoformat(body)
    if tag == "d":
        return dt.date.fromisoformat(body)
    return body


def pack(sheets: Sequence[Received]) -> list[Blob]:
    """The sheets as pieces of bytes, to be sent one after the other."""
    header = []
    blobs: list[Blob] = []
    for sheet in sheets:
        places: dict[str, int | None] = {"typed": None, "raw": None}
        for name, blob in (("typed", sheet.typed), ("raw", sheet.raw)):
            if blob is not None:
                places[name] = len(blobs)
                blobs.append(blob)
        header.append({**_header(sheet), **places})
    return [_framed({"sheets": header, "blobs": [len(b) for b in blobs]}), *blobs]


def pack_error(error: InputError) -> list[Blob]:
    """An error as bytes; `unpack` raises it."""
    return [_framed({"error": {"code": error.code, "params": dict(error.params)}})]


def _framed(header: Mapping[str, Any]) -> bytes:
    text = json.dumps(header, default=_plain, ensure_ascii=False).encode()
    return _LENGTH.pack(len(text)) + text


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def _header(sheet: Received) -> dict[str, Any]:
    """What JSON can hold of a sheet: all but its rows."""
    source = {f.name: getattr(sheet.source, f.name) for f in fields(Source) if f.name != "messages"}
    source["messages"] = [_told(message) for message in sheet.source.messages]
    source["matched"] = [asdict(match) for match in sheet.source.matched]
    if sheet.source.question is not None:
        source["question"] = asdict(sheet.source.question)
    return {
        "source": source,
        "set_aside": [_aside(row) for row in sheet.set_aside],
        "scales": {name: asdict(scale) for name, scale in sheet.scales.items()},
        "decisions": sheet.decisions,
        "currency": sheet.currency,
        "suppressed_teams": sheet.suppressed_teams,
        "in_title": dict(sheet.in_title),
        "readings": [asdict(reading) for reading in sheet.readings],
        "names": sorted(sheet.names),
    }


def _aside(row: SetAside) -> list[Any]:
    return [row.file, row.sheet, row.row, row.column, row.found, row.reason]


def _told(finding: Finding) -> list[Any]:
    return [finding.status, finding.code, finding.where, dict(finding.params)]


def unpack(data: bytes | mmap.mmap) -> tuple[Received, ...]:
    """The sheets again. Raises the InputError that was packed, ValueError for anything else."""
    if len(data) < _LENGTH.size:
        raise ValueError("nothing received")
    start = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    header = json.loads(data[_LENGTH.size : start])
    if "error" in header:
        raise InputError(header["error"]["code"], **header["error"]["params"])
    blobs = []
    whole = memoryview(data)
    for length in header["blobs"]:
        blobs.append(whole[start : start + length])
        start += length
    return tuple(_received(entry, blobs) for entry in header["sheets"])


def _received(entry: dict[str, Any], blobs: Sequence[Blob]) -> Received:
    source = entry["source"]
    messages = tuple(Finding(*m) for m in source.pop("messages"))
    made = Source(**source)
    made = replace(
        made,
        headings=tuple(made.headings),
        dropped_columns=tuple(made.dropped_columns),
        samples={h: tuple(v) for h, v in made.samples.items()},
        messages=messages,
        matched=tuple(KeyMatch(**match) for match in source["matched"]),
        question=_question(source["question"]),
    )
    return Received(
        source=made,
        set_aside=tuple(SetAside(*a) for a in entry["set_aside"]),
        typed=_blob(entry["typed"], blobs),
        raw=_blob(entry["raw"], blobs),
        scales={name: Scale(**scale) for name, scale in entry["scales"].items()},
        decisions=entry["decisions"],
        currency=entry["currency"],
        suppressed_teams=entry["suppressed_teams"],
        in_title=entry["in_title"],
        readings=tuple(_reading(told) for told in entry["readings"]),
        names=frozenset(entry["names"]),
    )


def _question(told: Mapping[str, Any] | None) -> KeyQuestion | None:
    if told is None:
        return None
    candidates = tuple(KeyCandidate(**candidate) for candidate in told["candidates"])
    return KeyQuestion(told["field"], candidates)


def _blob(place: int | None, blobs: Sequence[Blob]) -> Blob | None:
    return None if place is None else blobs[place]


def _reading(told: Mapping[str, Any]) -> ColumnReading:
    made = ColumnReading(**told)
    return replace(
        made,
        scale=None if made.scale is None else Scale(**told["scale"]),
        marks={mark: (what, count) for mark, (what, count) in made.marks.items()},
        blank=(made.blank[0], made.blank[1]),
    )
