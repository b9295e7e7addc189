"""Rows of the database as the values that the store gives."""

from __future__ import annotations

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cxcase.store.rights import Role
from cxcase.store.saved_case import SavedCase, SavedVersion, State
from cxcase.store.schema import CaseRow, VersionRow


def latest_number(session: Session, case_id: str) -> int:
    """The number of the case's last version; 0 before there is one."""
    latest = select(func.max(VersionRow.number)).where(VersionRow.case_id == case_id)
    return session.scalar(latest) or 0


def parent(session: Session, row: CaseRow) -> int | None:
    """The version that the one in force was made from; None for the first."""
    head = session.get(VersionRow, (row.id, row.head))
    return None if head is None else head.parent


def latest_child(session: Session, row: CaseRow) -> int | None:
    """The last version that was made from the one in force; None where none was."""
    return session.scalar(
        select(func.max(VersionRow.number)).where(
            VersionRow.case_id == row.id, VersionRow.parent == row.head
        )
    )


def saved_case(session: Session, row: CaseRow, role: Role) -> SavedCase:
    """A case as lists show it to somebody of this role."""
    state: State = row.state  # type: ignore[assignment]
    return SavedCase(
        id=row.id,
        name=row.name,
        state=state,
        role=role,
        page=row.page,
        head=row.head,
        created_at=row.created_at,
        changed_at=row.changed_at,
        binned_at=row.binned_at,
        can_undo=parent(session, row) is not None,
        can_redo=latest_child(session, row) is not None,
    )


def saved_version(row: VersionRow) -> SavedVersion:
    """A version of a case."""
    return SavedVersion(
        number=row.number,
        parent=row.parent,
        made_at=row.made_at,
        who=row.who,
        causes=tuple(json.loads(row.causes)),
        why=row.why,
        app=row.app,
        result_key=row.result_key,
        npv=row.npv,
    )
