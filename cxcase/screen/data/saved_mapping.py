"""A mapping.json brought in beside the files, told from any other JSON and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cxcase.errors import InputError
from cxcase.intake import ROLES

_LARGEST = 10 * 2**20  # bytes; a mapping of fifty tables has some fifty thousand


def looks_like_mapping(name: str, data: bytes) -> bool:
    """True for a JSON object that names its version and tables, or that is called mapping.json."""
    if not name.lower().endswith(".json") or len(data) > _LARGEST:
        return False
    return name.lower().startswith("mapping") or (b'"tables"' in data and b'"version"' in data)


def read_mapping(name: str, data: bytes) -> dict[str, Any]:
    """The mapping, every entry checked. Raises InputError "mapping_unreadable"."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError("mapping_unreadable", file=name, found=str(error)) from None
    if (
        not isinstance(found, dict)
        or found.get("version") != 1
        or not isinstance(found.get("tables"), list)
    ):
        raise InputError(
            "mapping_unreadable", file=name, found="no version 1 with a list of tables"
        )
    for place, entry in enumerate(found["tables"], 1):
        if not _is_entry(entry):
            raise InputError(
                "mapping_unreadable", file=name, found=f"table {place} of another form"
            )
    return found


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, Mapping) or entry.get("role") not in (None, *ROLES):
        return False
    match, columns, decisions = (entry.get(part, {}) for part in ("match", "columns", "decisions"))
    headings = match.get("headings", []) if isinstance(match, Mapping) else None
    if (
        not isinstance(headings, list)
        or not isinstance(columns, Mapping)
        or not isinstance(decisions, Mapping)
    ):
        return False
    return all(isinstance(text, str) for text in (*headings, *columns.values()))
