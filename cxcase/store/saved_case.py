"""What the store takes and gives: a case's document, its place in lists, its versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from cxcase.errors import StoreError
from cxcase.store.rights import Role

State = Literal["open", "archived", "binned"]


@dataclass(frozen=True)
class CaseDocument:
    """A case as it is saved: plain values that JSON can hold, and the files they speak of.

    files: name, as `body` uses it -> where it lies now.
    """

    body: Mapping[str, Any]
    files: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class SavedCase:
    """A case as lists show it; times are UTC. role: of whoever asked."""

    id: str
    name: str
    state: State
    role: Role
    page: str
    head: int
    created_at: dt.datetime
    changed_at: dt.datetime
    binned_at: dt.datetime | None
    can_undo: bool
    can_redo: bool


@dataclass(frozen=True)
class SavedVersion:
    """A version of a case: who changed what and why, and the figures it came to."""

    number: int
    parent: int | None
    made_at: dt.datetime
    who: str
    causes: tuple[Mapping[str, Any], ...]
    why: str
    app: str
    result_key: str
    npv: float | None


class ConflictError(StoreError):
    """Somebody else changed the case meanwhile; `theirs` is what is in force now."""

    def __init__(self, theirs: SavedVersion) -> None:
        super().__init__("changed_meanwhile", who=theirs.who, at=theirs.made_at)
        self.theirs = theirs
