"""Which version of a case counts, and what may be put in its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from cxcase.errors import StoreError
from cxcase.store.rights import Role, signatures
from cxcase.store.row_values import saved_version
from cxcase.store.saved_case import ConflictError
from cxcase.store.schema import CaseRow, VersionRow


def version_of(session: Session, key: tuple[str, int]) -> VersionRow:
    """A version by its case's id and its number. Raises StoreError "version_unknown"."""
    version = session.get(VersionRow, key)
    if version is None:
        raise StoreError("version_unknown", found=key[1])
    return version


def only_edited(
    session: Session, changed: tuple[str, int], body: Mapping[str, Any], role: Role
) -> None:
    """Raises StoreError "not_allowed" where signatures are others than those of what was changed;
    a case of one's own may begin with those it was made with.
    """
    if changed[1] == 0:
        return
    before = json.loads(version_of(session, changed).document)["body"]
    if signatures(body) != signatures(before):
        raise StoreError("not_allowed", role=role)


def move(session: Session, row: CaseRow, expected: int, number: int, now: dt.datetime) -> None:
    """Puts a version in force where `expected` still is; else ConflictError."""
    moved = session.execute(
        update(CaseRow)
        .where(CaseRow.id == row.id, CaseRow.head == expected)
        .values(head=number, changed_at=now)
        .returning(CaseRow.id)
    ).all()
    session.refresh(row)
    if moved:
        return
    raise ConflictError(saved_version(version_of(session, (row.id, row.head))))
