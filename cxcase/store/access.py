"""The one place where a request's right to a case is checked, and where what was done is noted."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import get_args

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from cxcase.errors import StoreError
from cxcase.store import rights
from cxcase.store.rights import Action, Role
from cxcase.store.schema import AuditRow, CaseRow, LinkRow, MemberRow, PersonRow

LINK = "link:"  # before a link's id: who its visitor is; no person's id has a colon
_STRONGEST: tuple[Role, ...] = get_args(Role)


def row_for(
    session: Session, who: str, case_id: str, action: Action, now: dt.datetime
) -> tuple[CaseRow, Role]:
    """The case's row and the person's role in it, where that role may do this.

    Raises StoreError "case_unknown" where the case is no business of theirs, so that nobody learns
    whether there is one, and "not_allowed" where their role may not do it.
    """
    row = session.get(CaseRow, case_id)
    role = role_of(session, who, case_id, now) if row else None
    if row is None or role is None:
        raise StoreError("case_unknown")
    if not rights.may(role, action):
        raise StoreError("not_allowed", role=role)
    return row, role


def role_of(session: Session, who: str, case_id: str, now: dt.datetime) -> Role | None:
    """What somebody is in a case; None for a stranger."""
    if who.startswith(LINK):
        link = session.get(LinkRow, who.removeprefix(LINK))
        stands = link is not None and link.case_id == case_id and valid(link, now)
        return "link" if stands else None
    member = (MemberRow.person == who, MemberRow.invited.is_(False))
    found = session.scalars(
        select(MemberRow.role).where(MemberRow.case_id == case_id, *member)
    ).all()
    if not found:
        return None
    if who == rights.NOBODY:
        return "alone"
    return next((role for role in _STRONGEST if role in found), None)


def cases_of(who: str) -> Select[str]:
    """The ids of the cases that somebody is in."""
    return select(MemberRow.case_id).where(MemberRow.person == who, MemberRow.invited.is_(False))


def make_owner(session: Session, who: str, case_id: str) -> None:
    """Makes whoever made a case its owner."""
    person = session.get(PersonRow, who)
    session.add(
        MemberRow(
            id=secrets.token_urlsafe(12),
            case_id=case_id,
            person=who,
            email=person.email if person else "",
            role="owner",
            invited=False,
        )
    )
    session.flush()


def valid(link: LinkRow, now: dt.datetime) -> bool:
    """True where a link was neither revoked nor has run out."""
    return link.revoked_at is None and now < link.expires_at


def hold(session: Session, case_id: str) -> None:
    """Lets nobody else change who is in the case before this transaction ends."""
    session.execute(update(CaseRow).where(CaseRow.id == case_id).values(name=CaseRow.name))


def note(
    session: Session, who: str, case_id: str, action: str, now: dt.datetime, detail: str = ""
) -> None:
    """Adds a line to the log, which nothing ever changes. detail: a role, an address, which file;
    never data, never a link's secret.
    """
    name = _named(session, who)
    session.add(AuditRow(at=now, who=who, name=name, action=action, case_id=case_id, detail=detail))


def _named(session: Session, who: str) -> str:
    person = session.get(PersonRow, who)
    if person is None:
        return ""
    return f"{person.name} <{person.email}>" if person.email else person.name
