"""How understood sheets cross from the reading process: a JSON header and Arrow streams, nothing that can run."""

from __future__ import annotations

import datetime as dt
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
import pyarrow as pa

from cxcase.checks import Finding
from cxcase.errors import InputError
from cxcase.intake.formats import Group
from cxcase.intake.grid import Table
from cxcase.intake.headings import personal
from cxcase.intake.result import Scale, SetAside, Source
from cxcase.intake.understand import Understood

_LENGTH = struct.Struct(">Q")
_TAGS = {str: "s", float: "f", int: "f", bool: "b", dt.datetime: "t", dt.date: "d"}


@dataclass(frozen=True, eq=False)
class Received:
    """One sheet as the parent gets it: `typed` rows and the `raw` table, each None where there is none to keep."""

    source: Source
    set_aside: tuple[SetAside, ...]
    typed: pa.Table | None
    raw: pa.Table | None
    scales: Mapping[str, Scale]
    decisions: Mapping[str, Any]
    currency: str | None
    suppressed_teams: int


def received(sheet: Understood) -> Received:
    """The sheet with its rows as Arrow tables."""
    typed = sheet.typed
    return Received(
        source=sheet.source,
        set_aside=sheet.set_aside,
        typed=None if typed is None else _typed_table(typed.columns, sheet.rows),
        raw=None if sheet.table is None else raw_table(sheet.table),
        scales=typed.scales if typed else {},
        decisions=sheet.decisions,
        currency=typed.currency if typed else None,
        suppressed_teams=typed.suppressed_teams if typed else 0,
    )


def _typed_table(columns: Mapping[str, Any], rows: Sequence[int]) -> pa.Table:
    arrays = {"_row": pa.array(rows, pa.int64())} if rows else {}
    for name, values in columns.items():
        if isinstance(values, np.ndarray) and values.dtype != object:
            arrays[name] = pa.array(values, from_pandas=True)
        else:
            arrays[name] = pa.array(list(values), pa.string())
    return pa.table(arrays)


def raw_table(table: Table) -> pa.Table:
    """The table's cells without columns of personal data; cells of mixed kinds are tagged text."""
    arrays, schema = [], []
    for heading, cells in zip(table.headings, table.columns, strict=True):
        if personal(heading):
            continue
        array, tagged = _raw_column(cells)
        arrays.append(array)
        schema.append(pa.field(heading, array.type, metadata={"tagged": "1"} if tagged else None))
    arrays.append(pa.array(table.rows, pa.int64()))
    schema.append(pa.field("_row", pa.int64()))
    about: dict[str, Any] = {
        "sheet": table.sheet,
        "header_row": table.header_row,
        "decimal": table.decimal,
        "format": table.format,
    }
    about |= {"groups": [[g.question, g.headings] for g in table.groups], "fields": dict(table.fields)}
    return pa.Table.from_arrays(arrays, schema=pa.schema(schema, metadata={"cxcase": json.dumps(about)}))


def _raw_column(cells: Sequence[Any]) -> tuple[pa.Array, bool]:
    kinds = set(map(type, cells)) - {type(None)}
    if kinds <= {str}:
        return pa.array(cells, pa.string()), False
    if kinds <= {float, int}:
        return pa.array([None if c is None else float(c) for c in cells], pa.float64()), False
    return pa.array([_tag(c) for c in cells], pa.string()), True


def _tag(cell: Any) -> str | None:
    if cell is None:
        return None
    text = cell.isoformat() if isinstance(cell, dt.date) else str(cell)
    return f"{_TAGS.get(type(cell), 's')}:{text}"


def table_of(raw: pa.Table) -> Table:
    """The table again, as it was when it was read."""
    about = json.loads(raw.schema.metadata[b"cxcase"])
    headings = tuple(n for n in raw.column_names if n != "_row")
    columns = tuple(_cells(raw, heading) for heading in headings)
    rows = tuple(raw.column("_row").to_pylist())
    groups = tuple(Group(question, tuple(inside)) for question, inside in about["groups"])
    place = (about["sheet"], headings, columns, rows, about["header_row"], about["decimal"])
    return Table(*place, about["format"], groups, about["fields"])


def _cells(raw: pa.Table, heading: str) -> list[Any]:
    values = raw.column(heading).to_pylist()
    if (raw.schema.field(heading).metadata or {}).get(b"tagged"):
        known = {v: _untag(v) for v in dict.fromkeys(values)}
        return [known[v] for v in values]
    return values


def _untag(text: str | None) -> Any:
    if text is None:
        return None
    tag, body = text[0], text[2:]
    if tag == "f":
        return float(body)
    if tag == "b":
        return body == "True"
    if tag == "t":
        return dt.datetime.fromisoformat(body)
    return dt.date.fromisoformat(body) if tag == "d" else body


def pack(sheets: Sequence[Received]) -> bytes:
    """The sheets as bytes."""
    blobs: list[bytes] = []
    header = [_header(sheet, blobs) for sheet in sheets]
    return _framed({"sheets": header, "blobs": [len(b) for b in blobs]}) + b"".join(blobs)


def pack_error(error: InputError) -> bytes:
    """An error as bytes; `unpack` raises it."""
    return _framed({"error": {"code": error.code, "params": dict(error.params)}})


def _framed(header: Mapping[str, Any]) -> bytes:
    text = json.dumps(header, default=_plain, ensure_ascii=False).encode()
    return _LENGTH.pack(len(text)) + text


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def _header(sheet: Received, blobs: list[bytes]) -> dict[str, Any]:
    source = {f.name: getattr(sheet.source, f.name) for f in fields(Source) if f.name != "messages"}
    source["messages"] = [[m.status, m.code, m.where, dict(m.params)] for m in sheet.source.messages]
    places = {}
    for name in ("typed", "raw"):
        table = getattr(sheet, name)
        places[name] = None if table is None else len(blobs)
        if table is not None:
            blobs.append(stream_bytes(table))
    return {
        "source": source,
        "set_aside": [[a.file, a.sheet, a.row, a.column, a.found, a.reason] for a in sheet.set_aside],
        "scales": {name: asdict(scale) for name, scale in sheet.scales.items()},
        "decisions": sheet.decisions,
        "currency": sheet.currency,
        "suppressed_teams": sheet.suppressed_teams,
        **places,
    }


def stream_bytes(table: pa.Table) -> bytes:
    """The table as an Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def unpack(data: bytes) -> tuple[Received, ...]:
    """The sheets again. Raises the InputError that was packed, ValueError for anything that is neither."""
    if len(data) < _LENGTH.size:
        raise ValueError("nothing received")
    start = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    header = json.loads(data[_LENGTH.size : start])
    if "error" in header:
        raise InputError(header["error"]["code"], **header["error"]["params"])
    tables = []
    for length in header["blobs"]:
        with pa.ipc.open_stream(pa.py_buffer(data[start : start + length])) as reader:
            tables.append(reader.read_all())
        start += length
    return tuple(_received(entry, tables) for entry in header["sheets"])


def _received(entry: dict[str, Any], tables: Sequence[pa.Table]) -> Received:
    source = entry["source"]
    messages = tuple(Finding(*m) for m in source.pop("messages"))
    made = Source(**source)
    made = replace(
        made,
        headings=tuple(made.headings),
        dropped_columns=tuple(made.dropped_columns),
        samples={h: tuple(v) for h, v in made.samples.items()},
        messages=messages,
    )
    return Received(
        source=made,
        set_aside=tuple(SetAside(*a) for a in entry["set_aside"]),
        typed=None if entry["typed"] is None else tables[entry["typed"]],
        raw=None if entry["raw"] is None else tables[entry["raw"]],
        scales={name: Scale(**scale) for name, scale in entry["scales"].items()},
        decisions=entry["decisions"],
        currency=entry["currency"],
        suppressed_teams=entry["suppressed_teams"],
    )
