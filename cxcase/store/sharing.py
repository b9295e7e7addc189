"""People, their roles in a case, read-only links, and the log of who did what.

An invitation names an address; it becomes a right when somebody logs in for whose address their
provider vouches, and from then on it is that person's, whatever their address becomes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from cxcase.errors import StoreError
from cxcase.store import access
from cxcase.store.rights import GIVEN, NOBODY, Action, Role
from cxcase.store.schema import AuditRow, LinkRow, MemberRow, PersonRow
from cxcase.store.transaction import transaction

LINK_DAYS = 30
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_LONGEST = 254  # characters of an address


@dataclass(frozen=True)
class Person:
    """Somebody who logged in. email: "" where their provider does not vouch for it."""

    id: str
    name: str
    email: str = ""


@dataclass(frozen=True)
class Member:
    """Somebody in a case. waits: until they log in, an invitation is no right."""

    id: str
    name: str
    email: str
    role: Role
    waits: bool


@dataclass(frozen=True)
class ReadOnlyLink:
    """A link that was made, without its secret. Times are UTC."""

    id: str
    made_by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None
    stands: bool


@dataclass(frozen=True)
class Deed:
    """A line of the log: who did what when. Times are UTC."""

    at: dt.datetime
    name: str
    action: str
    detail: str


class Sharing:
    """Who is in the cases of one database, and what they did."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._now = clock

    # ---- people

    def arrive(self, issuer: str, subject: str, name: str, email: str) -> Person:
        """The person whom the provider calls so, known from now on; their invitations become
        rights. email: one that the provider vouches for, else "".
        """
        address = _tidy(email)
        with transaction(self._engine) as session:
            row = self._person(session, issuer, subject)
            row.name = name.strip() or address or subject
            row.email = address
            row.seen_at = self._now()
            session.flush()
            if address:
                session.execute(
                    update(MemberRow)
                    .where(MemberRow.invited.is_(True), MemberRow.email == address)
                    .values(person=row.id, invited=False)
                )
            access.note(session, row.id, "", "login", self._now())
            return Person(row.id, row.name, row.email)

    def _person(self, session: Session, issuer: str, subject: str) -> PersonRow:
        found = session.scalar(
            select(PersonRow).where(PersonRow.issuer == issuer, PersonRow.subject == subject)
        )
        if found is not None:
            return found
        made = PersonRow(id=secrets.token_urlsafe(16), issuer=issuer, subject=subject)
        session.add(made)
        return made

    # ---- who is in a case

    def members(self, who: str, case_id: str) -> list[Member]:
        """Everybody in the case, owners first."""
        with transaction(self._engine) as session:
            self._right(session, who, case_id, "manage")
            rows = _members(session, case_id)
            made = [_member(row, session.get(PersonRow, row.person)) for row in rows]
        return sorted(made, key=lambda m: (GIVEN.index(m.role), m.name.casefold(), m.email))

    def invite(self, who: str, case_id: str, email: str, role: Role) -> None:
        """Gives whoever has this address a role, from when they next log in on.

        Raises StoreError "not_an_address" or "already_in_case".
        """
        address = _tidy(email)
        if not _ADDRESS.fullmatch(address) or len(address) > _LONGEST:
            raise StoreError("not_an_address", found=email.strip())
        with transaction(self._engine) as session:
            self._right(session, who, case_id, "manage")
            access.hold(session, case_id)
            if any(row.email == address for row in _members(session, case_id)):
                raise StoreError("already_in_case", found=address)
            session.add(
                MemberRow(
                    id=secrets.token_urlsafe(12),
                    case_id=case_id,
                    person="",
                    email=address,
                    role=_given(role),
                    invited=True,
                )
            )
            self._note(session, who, case_id, "role", f"{address}: {role}")

    def change_role(self, who: str, case_id: str, member: str, role: Role) -> None:
        """Makes a member something else. Raises StoreError "last_owner"."""
        with transaction(self._engine) as session:
            row = self._other(session, who, case_id, member, leaves=role != "owner")
            row.role = _given(role)
            self._note(session, who, case_id, "role", f"{_shown(session, row)}: {role}")

    def remove(self, who: str, case_id: str, member: str) -> None:
        """Takes a member out of the case. Raises StoreError "last_owner"."""
        with transaction(self._engine) as session:
            row = self._other(session, who, case_id, member, leaves=True)
            self._note(session, who, case_id, "removed", _shown(session, row))
            session.delete(row)

    def _other(
        self, session: Session, who: str, case_id: str, member: str, *, leaves: bool
    ) -> MemberRow:
        """The member's row. leaves: they will no longer be an owner, so another must be one."""
        self._right(session, who, case_id, "manage")
        access.hold(session, case_id)
        rows = {row.id: row for row in _members(session, case_id)}
        if member not in rows:
            raise StoreError("member_unknown")
        stay = [r for r in rows.values() if r.id != member and r.role == "owner" and not r.invited]
        if leaves and not stay:
            raise StoreError("last_owner")
        return rows[member]

    # ---- read-only links

    def make_link(self, who: str, case_id: str) -> str:
        """The secret of a new read-only link, given this once and kept nowhere.

        Raises StoreError "not_allowed" where nobody logs in: a link leaves the machine.
        """
        if who == NOBODY:
            raise StoreError("not_allowed", role="alone")
        secret = secrets.token_urlsafe(32)
        now = self._now()
        with transaction(self._engine) as session:
            self._right(session, who, case_id, "manage")
            link = LinkRow(
                id=secrets.token_urlsafe(8),
                case_id=case_id,
                secret=_hashed(secret),
                made_by=who,
                made_at=now,
                expires_at=now + dt.timedelta(days=LINK_DAYS),
            )
            session.add(link)
            self._note(session, who, case_id, "link_made", link.id)
        return secret

    def links(self, who: str, case_id: str) -> list[ReadOnlyLink]:
        """The case's links, the newest first."""
        with transaction(self._engine) as session:
            self._right(session, who, case_id, "manage")
            rows = session.scalars(
                select(LinkRow).where(LinkRow.case_id == case_id).order_by(LinkRow.made_at.desc())
            )
            return [self._told(session, row) for row in rows]

    def revoke(self, who: str, case_id: str, link: str) -> None:
        """Ends a link; whoever looks through it sees nothing from the next request on."""
        with transaction(self._engine) as session:
            self._right(session, who, case_id, "manage")
            row = session.get(LinkRow, link)
            if row is None or row.case_id != case_id:
                raise StoreError("link_unknown")
            row.revoked_at = row.revoked_at or self._now()
            self._note(session, who, case_id, "link_revoked", link)

    def follow(self, secret: str) -> tuple[str, str]:
        """(who its visitor is to the store, the case's id) of a link that stands.

        Looked up by its hash, so that the time it takes tells nothing of other links. Raises
        StoreError "link_unknown", also where it was revoked or has run out.
        """
        hashed = _hashed(secret)
        with transaction(self._engine) as session:
            row = session.scalar(select(LinkRow).where(LinkRow.secret == hashed))
            known = row is not None and hmac.compare_digest(row.secret, hashed)
            if row is None or not known or not access.valid(row, self._now()):
                raise StoreError("link_unknown")
            row.used_at = self._now()
            who = f"{access.LINK}{row.id}"
            self._note(session, who, row.case_id, "link_used", row.id)
            return who, row.case_id

    def _told(self, session: Session, row: LinkRow) -> ReadOnlyLink:
        maker = session.get(PersonRow, row.made_by)
        return ReadOnlyLink(
            id=row.id,
            made_by=maker.name if maker else "",
            made_at=row.made_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            stands=access.valid(row, self._now()),
        )

    # ---- the log

    def note(self, who: str, case_id: str, action: Action, deed: str, detail: str = "") -> None:
        """Notes what somebody does with a case, where they may; else raises StoreError."""
        with transaction(self._engine) as session:
            self._right(session, who, case_id, action)
            self._note(session, who, case_id, deed, detail)

    def deeds(self, who: str, case_id: str, most: int = 200) -> list[Deed]:
        """The last lines of the case's log, the newest first."""
        with transaction(self._engine) as session:
            self._right(session, who, case_id, "manage")
            rows = session.scalars(
                select(AuditRow)
                .where(AuditRow.case_id == case_id)
                .order_by(AuditRow.id.desc())
                .limit(most)
            )
            return [Deed(row.at, row.name, row.action, row.detail) for row in rows]

    # ---- within a transaction

    def _right(self, session: Session, who: str, case_id: str, action: Action) -> None:
        access.row_for(session, who, case_id, action, self._now())

    def _note(self, session: Session, who: str, case_id: str, deed: str, detail: str = "") -> None:
        access.note(session, who, case_id, deed, self._now(), detail)


def _members(session: Session, case_id: str) -> list[MemberRow]:
    return list(session.scalars(select(MemberRow).where(MemberRow.case_id == case_id)))


def _member(row: MemberRow, person: PersonRow | None) -> Member:
    role: Role = row.role  # type: ignore[assignment]
    if person is None:
        return Member(row.id, "", row.email, role, row.invited)
    return Member(row.id, person.name, person.email or row.email, role, row.invited)


def _shown(session: Session, row: MemberRow) -> str:
    """A member as the log names them."""
    person = session.get(PersonRow, row.person)
    return row.email or (person.name if person else "")


def _given(role: Role) -> Role:
    if role not in GIVEN:
        raise StoreError("not_allowed", role=role)
    return role


def _tidy(email: str) -> str:
    """An address as it is compared."""
    return email.strip().casefold()


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
