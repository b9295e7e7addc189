"""What a mapping.json and the columns named on a command line say of how files are read."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cxcase.brought_files import bytes_of
from cxcase.errors import InputError, SettingsError
from cxcase.intake import ROLES, Source, fields_of

_NEAR = 5  # headings that are named where one is not there


def mapping_of(path: Path | None, named: Sequence[Any] = ()) -> Any:
    """What a mapping.json holds, with the columns named beside it; None without either.

    Raises InputError, SettingsError.
    """
    for entry in named:
        _check_fields(entry["columns"])
    saved = _saved_mapping(path) if path else None
    if not named:
        return saved
    saved = saved or {"version": 1, "tables": []}
    return {**saved, "tables": [*saved["tables"], *named]}


def _check_fields(columns: Mapping[str, str]) -> None:
    known = {field for role in ROLES for field in fields_of(role)}
    for field in columns:
        if field not in known and not field.startswith(("moment:", "item:")):
            raise SettingsError("unknown_choice", name="--map", found=field, expected=sorted(known))


def _saved_mapping(path: Path) -> Any:
    """What the file holds. Raises InputError."""
    try:
        mapping = json.loads(bytes_of(path).decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError("mapping_unreadable", file=path.name, found=str(error)) from None
    if not _is_first_version(mapping):
        raise InputError(
            "mapping_unreadable", file=path.name, found="no version 1 with a list of tables"
        )
    return mapping


def _is_first_version(mapping: Any) -> bool:
    return (
        isinstance(mapping, dict)
        and mapping.get("version") == 1
        and isinstance(mapping.get("tables"), list)
    )


def check_named(mapping: Any, sources: Sequence[Source]) -> None:
    """Raises SettingsError for a column that somebody named and no file has."""
    for entry in (mapping or {}).get("tables", ()):
        if entry.get("match", {}).get("headings"):
            continue
        headings = [heading for source in sources for heading in source.headings]
        for field, heading in entry["columns"].items():
            if heading not in headings:
                near = difflib.get_close_matches(heading, headings, _NEAR, 0.0)
                raise SettingsError("column_not_there", name=field, found=heading, expected=near)
