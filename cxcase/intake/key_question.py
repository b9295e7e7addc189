"""The column that names a table's customers or teams: told by its values, or asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeyMatch:
    """The column that was taken for a key because its values stand in another file.

    field: "customer_id" or "team". found of `of` values were found, those of the column ("own") or
    those of the other one.
    """

    field: str
    column: str
    other_column: str
    other_table: str
    found: int
    of: int
    inside: str = "own"


@dataclass(frozen=True)
class KeyCandidate:
    """A column that could be the key, and how many of its different values stand in another file;
    of 0 where none was compared.
    """

    column: str
    different: int
    found: int = 0
    of: int = 0
    other_column: str = ""
    other_table: str = ""
    inside: str = "own"


@dataclass(frozen=True)
class KeyQuestion:
    """Which column names a table's customers (or teams): open until somebody says."""

    field: str
    candidates: tuple[KeyCandidate, ...]  # likely ones first
