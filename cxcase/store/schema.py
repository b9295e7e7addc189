"""The database's tables: cases, their versions, which tables of rows each case holds, who is in a
case, its read-only links, and the log of who did what.

A version's document is JSON text; rows of tables lie beside the database as content-addressed
files, and `case_file` says which case holds which, so that a case can be deleted with its data.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Double, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables of the store."""


class CaseRow(Base):
    """A case: its random id, what it is called, where it stands and its version in force.

    state: "open", "archived" or "binned". head: the number of the version in force; 0 before the
    first was saved. Times are UTC without a zone.
    """

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[str]
    page: Mapped[str]
    head: Mapped[int]
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    binned_at: Mapped[dt.datetime | None]


class VersionRow(Base):
    """A version of a case. parent: the version it was made from; None for the first.

    who: the name of the person who made it. causes: JSON list of what changed; why: as that person
    says. result_key and npv: of the report it came to, where one was computed. app: version of the
    app that made it.
    """

    __tablename__ = "versions"

    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    parent: Mapped[int | None]
    made_at: Mapped[dt.datetime]
    who: Mapped[str]
    causes: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, server_default="")
    document: Mapped[str] = mapped_column(Text)
    app: Mapped[str]
    result_key: Mapped[str]
    npv: Mapped[float | None] = mapped_column(Double)


class CaseFileRow(Base):
    """A content-addressed file that some version of a case needs."""

    __tablename__ = "case_files"

    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(primary_key=True, index=True)
    size: Mapped[int]


class PersonRow(Base):
    """Somebody who logged in: whom the provider `issuer` calls `subject`, and how they are shown.

    email: in small letters, "" where the provider does not vouch for it.
    """

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="one_person"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    seen_at: Mapped[dt.datetime]


class MemberRow(Base):
    """Somebody's role in a case. person: the id of a `PersonRow`, "" where nobody logs in.

    invited: they were named by their address and have not logged in since, so they have no person
    yet and no right.
    """

    __tablename__ = "members"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    person: Mapped[str] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]
    invited: Mapped[bool]


class LinkRow(Base):
    """A read-only link. secret: the sha-256 of what its address holds, which is kept nowhere."""

    __tablename__ = "links"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    secret: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[str]
    made_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    used_at: Mapped[dt.datetime | None]


class AuditRow(Base):
    """Who did what when, and with which case; lines are added and never changed (the database
    itself refuses). It outlives the case. who: a person's or a link's id.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    who: Mapped[str]
    name: Mapped[str]
    action: Mapped[str]
    case_id: Mapped[str] = mapped_column(index=True)
    detail: Mapped[str]
