"""The database's tables: cases, their versions, and which tables of rows each case holds.

A version's document is JSON text; rows of tables lie beside the database as content-addressed
files, and `case_file` says which case holds which, so that a case can be deleted with its data.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Double, ForeignKey, Text
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
    owner: Mapped[str] = mapped_column(index=True)
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
