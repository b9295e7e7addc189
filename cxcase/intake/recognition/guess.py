"""What a table is taken for, and what a saved mapping.json says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cxcase.intake.key_question import KeyMatch, KeyQuestion
from cxcase.intake.schema import Role
from cxcase.intake.tables.find_table import Table

NOT_USED = "not_used"  # what a table "lacks" that a person said is not to be used
_MATCHED = 0.8  # share of headings that a saved mapping and a table must have in common


@dataclass(frozen=True)
class Guess:
    """What a table is taken for.

    role         None: none
    confidence   how sure, 0 to 1
    columns      field -> heading
    nearly       the role that was nearly recognised
    missing      the fields that it lacks
    decisions    as mapping.json holds them
    candidates   the roles that it may have, where none is sure enough
    matched      what the values of other files told
    question     which column is the key, where that is all that is missing
    """

    role: Role | None
    confidence: float
    columns: Mapping[str, str]
    nearly: Role | None = None
    missing: tuple[str, ...] = ()
    decisions: Mapping[str, Any] = field(default_factory=dict)
    candidates: tuple[Role, ...] = ()
    matched: tuple[KeyMatch, ...] = ()
    question: KeyQuestion | None = None


def saved_guess(table: Table, mapping: Mapping[str, Any] | None) -> Guess | None:
    """The saved entry whose headings are most like this table's, if they are like enough and its
    columns are there; of equals the last.
    """
    headings = set(table.headings)
    best = _MATCHED
    found = None
    for entry in (mapping or {}).get("tables", ()):
        saved = set(entry.get("match", {}).get("headings", ()))
        alike = len(headings & saved) / max(len(headings | saved), 1)
        if alike >= best and {*entry.get("columns", {}).values()} <= headings:
            best = alike
            found = entry
    return None if found is None else _as_saved(found)


def _as_saved(entry: Mapping[str, Any]) -> Guess:
    if "role" in entry and entry["role"] is None:
        return Guess(None, 1.0, {}, missing=(NOT_USED,))
    columns = dict(entry.get("columns", {}))
    decisions = dict(entry.get("decisions", {}))
    return Guess(entry.get("role"), 1.0, columns, decisions=decisions)
