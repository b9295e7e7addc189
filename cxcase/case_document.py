"""What a person chose and brought in, as plain values that JSON can hold, and back again.

Results are not in it: they are computed from it. Of employees there is what the reading process
let out: teams, never rows.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

from cattrs import Converter
from cattrs.errors import BaseValidationError, StructureHandlerNotFoundError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.json import make_converter

from cxcase.agreement import Agreement, Ask
from cxcase.errors import CaseError, StoreError
from cxcase.intake import Names, Parsed, ParsedTable
from cxcase.settings import Settings
from cxcase.voice import Clip, Pin

RECORDINGS = "recordings"
_DATE = "date"
_FLOAT = "float"
_UNREADABLE = (
    BaseValidationError,
    StructureHandlerNotFoundError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
)


@dataclass(frozen=True)
class SavedFile:
    """A file that was read. digest: of its bytes, which are not kept.

    alone: as it was read by itself, where the other files told more of it.
    """

    name: str
    digest: str
    parsed: Parsed
    alone: Parsed | None = None

    @property
    def readings(self) -> Iterator[Parsed]:
        """The file as it counts, and by itself where that differs."""
        yield self.parsed
        if self.alone:
            yield self.alone


@dataclass(frozen=True)
class CaseInputs:
    """Everything a case is computed from; the files' tables lie in a folder of their own.

    newer: file -> the one with its columns whose place it may take, until somebody says so.
    """

    settings: Settings = field(default_factory=Settings)
    company: str = ""
    files: tuple[SavedFile, ...] = ()
    mapping: tuple[Mapping[str, Any], ...] = ()
    mapping_from: str = ""
    pins: tuple[Pin, ...] = ()
    clips: tuple[Clip, ...] = ()
    agreed: tuple[Agreement, ...] = ()
    asks: tuple[Ask, ...] = ()
    newer: Mapping[str, str] = field(default_factory=dict)


def body_of(inputs: CaseInputs) -> dict[str, Any]:
    """The inputs as plain values."""
    body: dict[str, Any] = _converter().unstructure(inputs)
    return body


def files_of(inputs: CaseInputs, folder: Path) -> dict[str, Path]:
    """Name -> where it lies: the tables and recordings that the inputs speak of, in `folder`."""
    tables = (path for path in _table_paths(inputs) if path.exists())
    files = {path.name: path for path in tables}
    for clip in inputs.clips:
        path = clip_path(clip, folder)
        if path.exists():
            files[f"{RECORDINGS}/{path.name}"] = path
    return files


def clip_path(clip: Clip, folder: Path) -> Path:
    """Where a recording's bytes lie in a case's folder."""
    return folder / RECORDINGS / f"{clip.id}.{clip.kind}"


def inputs_of(body: Mapping[str, Any], folder: Path, secret: str) -> CaseInputs:
    """The inputs, their tables in `folder`. secret: by which names were hashed.

    Raises StoreError "case_unreadable" for a body of another form.
    """
    try:
        inputs = _converter().structure(body, CaseInputs)
    except (*_UNREADABLE, CaseError) as error:
        raise StoreError("case_unreadable", found=type(error).__name__) from error
    files = tuple(_placed(file, folder, secret) for file in inputs.files)
    return replace(inputs, files=files)


def _table_paths(inputs: CaseInputs) -> Iterator[Path]:
    for file in inputs.files:
        for parsed in file.readings:
            for table in parsed.tables:
                yield from (path for path in (table.path, table.raw) if path)


def _placed(file: SavedFile, folder: Path, secret: str) -> SavedFile:
    alone = file.alone and _parsed_placed(file.alone, folder, secret)
    return replace(file, parsed=_parsed_placed(file.parsed, folder, secret), alone=alone)


def _parsed_placed(parsed: Parsed, folder: Path, secret: str) -> Parsed:
    tables = tuple(_table_placed(table, folder) for table in parsed.tables)
    return replace(parsed, tables=tables, names=Names(secret, parsed.names.hashed))


def _table_placed(table: ParsedTable, folder: Path) -> ParsedTable:
    path = table.path and folder / table.path.name
    raw = table.raw and folder / table.raw.name
    return replace(table, path=path, raw=raw)


# ---- plain values


@cache
def _converter() -> Converter:
    """Turns frozen values into plain ones and back; what a later version added is left out, what an
    earlier one had not yet is at its default.
    """
    converter = make_converter()
    converter.register_unstructure_hook(Path, lambda path: path.name)
    converter.register_structure_hook(Path, lambda name, _: Path(name))
    converter.register_unstructure_hook(dt.date, lambda day: {_DATE: day.isoformat()})
    converter.register_structure_hook(dt.date, lambda tagged, _: _from_tag(tagged))
    converter.register_structure_hook(
        dt.date | None, lambda tagged, _: None if tagged is None else _from_tag(tagged)
    )
    converter.register_unstructure_hook(float, _plain_float)
    converter.register_structure_hook(float, lambda value, _: float(_from_tag(value)))
    converter.register_structure_hook_func(
        lambda kind: kind is Any, lambda value, _: from_plain(value)
    )
    converter.register_unstructure_hook(
        Names, make_dict_unstructure_fn(Names, converter, secret=override(omit=True))
    )
    _register_settings(converter)
    return converter


def _register_settings(converter: Converter) -> None:
    """The earlier ask is a mapping of settings: each is read as the setting it is."""
    kinds = get_type_hints(Settings)
    plain = make_dict_structure_fn(Settings, converter)

    def structure(body: Mapping[str, Any], kind: type[Settings]) -> Settings:
        known = {f.name for f in fields(Settings)}
        earlier = {name: value for name, value in body.get("asked", {}).items() if name in known}
        asked = {name: converter.structure(value, kinds[name]) for name, value in earlier.items()}
        return replace(plain({**body, "asked": {}}, kind), asked=asked)

    converter.register_structure_hook(Settings, structure)


def _plain_float(value: float) -> Any:
    """The number; one that JSON has no word for, by name."""
    return float(value) if math.isfinite(value) else {_FLOAT: str(value)}


def from_plain(value: Any) -> Any:
    """A value of no stated kind as it was before it was made plain."""
    if isinstance(value, list):
        return [from_plain(item) for item in value]
    if isinstance(value, dict):
        tagged = _from_tag(value)
        if tagged is not value:
            return tagged
        return {key: from_plain(item) for key, item in value.items()}
    return value


def _from_tag(value: Any) -> Any:
    """What a tagged value stands for; the value itself where it has no tag."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    if _DATE in value and isinstance(value[_DATE], str):
        return dt.date.fromisoformat(value[_DATE][:10])
    if _FLOAT in value and isinstance(value[_FLOAT], str):
        return float(value[_FLOAT])
    return value
