"""Cases kept in a database: every change is a version, and none is lost.

Undo and redo move which version is in force; a change after an undo starts a new line, and the old
one stays. What two people change at once is never overwritten: the later is told (`ConflictError`).
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cxcase.errors import StoreError
from cxcase.store.content_files import ContentFiles
from cxcase.store.database import data_folder, database_url, opened
from cxcase.store.row_values import (
    latest_child,
    latest_number,
    parent,
    saved_case,
    saved_version,
)
from cxcase.store.saved_case import (
    CaseDocument,
    ConflictError,
    SavedCase,
    SavedVersion,
    State,
)
from cxcase.store.schema import CaseFileRow, CaseRow, VersionRow
from cxcase.version import __version__

FORMAT = 1  # of a version's document
BIN_DAYS = 30
Clock = Callable[[], dt.datetime]  # UTC, without a zone


def open_store(clock: Clock, folder: Path | None = None, url: str | None = None) -> CaseStore:
    """The store of this user, or of the folder and database named. Raises StoreError."""
    where = folder or data_folder()
    with _told():
        return CaseStore(opened(url or database_url(where)), where, clock)


@contextmanager
def _told() -> Iterator[None]:
    """Says in one sentence that the database or the disk did not take part."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreError("database_failed", found=str(error).partition("\n")[0]) from error
    except OSError as error:
        raise StoreError("disk_failed", found=str(error)) from error


class CaseStore:
    """All cases of one database. `who` is a person's id, "" where nobody logs in."""

    def __init__(self, engine: Engine, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._now = clock
        self.files = ContentFiles(folder / "tables")
        self._engine = engine

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """One transaction."""
        with _told(), Session(self._engine) as session, session.begin():
            yield session

    # ---- one case

    def create(self, who: str, name: str) -> SavedCase:
        """A new, empty case."""
        now = self._now()
        row = CaseRow(
            id=secrets.token_urlsafe(16),
            owner=who,
            name=name,
            state="open",
            page="",
            head=0,
            created_at=now,
            changed_at=now,
            binned_at=None,
        )
        with self._session() as session:
            session.add(row)
            session.flush()
            return saved_case(session, row)

    def find(self, who: str, case_id: str) -> SavedCase:
        """The case as it stands. Raises StoreError "case_unknown" also where it is another's."""
        with self._session() as session:
            return saved_case(session, _row(session, who, case_id))

    def save(
        self,
        who: str,
        case_id: str,
        document: CaseDocument,
        *,
        expected: int,
        causes: Sequence[Mapping[str, Any]] = (),
        by: str = "",
    ) -> SavedCase:
        """The case with the document as its version in force.

        expected: the version that was changed. by: the person's name. Raises ConflictError where
        another is in force by now, StoreError where it could not be saved; what was saved before
        then stays.
        """
        with _told():
            digests = {name: self.files.put(path) for name, path in document.files.items()}
        with self._session() as session:
            row = _row(session, who, case_id)
            number = latest_number(session, case_id) + 1
            text = _document(document.body, digests)
            version = self._version(case_id, by or who, text, causes)
            version.number = number
            version.parent = expected or None
            session.add(version)
            session.flush()
            _move(session, row, expected, number, self._now())
            self._hold(session, case_id, digests.values())
            saved = saved_case(session, row)
        with _told():
            self._put_again(document, digests)
        return saved

    def _version(
        self, case_id: str, by: str, text: str, causes: Sequence[Mapping[str, Any]]
    ) -> VersionRow:
        """A case's first version."""
        return VersionRow(
            case_id=case_id,
            number=1,
            parent=None,
            made_at=self._now(),
            who=by,
            causes=json.dumps(list(causes)),
            why="",
            document=text,
            app=__version__,
            result_key="",
            npv=None,
        )

    def _hold(self, session: Session, case_id: str, digests: Iterable[str]) -> None:
        """Notes which files the case needs."""
        held = select(CaseFileRow.digest).where(CaseFileRow.case_id == case_id)
        known = set(session.scalars(held))
        for digest in sorted({*digests} - known):
            size = self.files.path(digest).stat().st_size
            session.add(CaseFileRow(case_id=case_id, digest=digest, size=size))

    def _put_again(self, document: CaseDocument, digests: Mapping[str, str]) -> None:
        """Files that went with another case, deleted while this one was being saved."""
        for name, digest in digests.items():
            if not self.files.path(digest).exists():
                self.files.put(document.files[name])

    def note_result(
        self, who: str, case_id: str, number: int, result_key: str, npv: float | None
    ) -> None:
        """Notes the figures that a version came to."""
        with self._session() as session:
            _row(session, who, case_id)
            session.execute(
                update(VersionRow)
                .where(VersionRow.case_id == case_id, VersionRow.number == number)
                .values(result_key=result_key, npv=npv)
            )

    def note_why(self, who: str, case_id: str, number: int, why: str) -> None:
        """Notes why a version was made."""
        with self._session() as session:
            _row(session, who, case_id)
            session.execute(
                update(VersionRow)
                .where(VersionRow.case_id == case_id, VersionRow.number == number)
                .values(why=why)
            )

    def note_page(self, who: str, case_id: str, page: str) -> None:
        """Notes where somebody was, to go on there."""
        with self._session() as session:
            _row(session, who, case_id).page = page

    def load(
        self, who: str, case_id: str, folder: Path, number: int | None = None
    ) -> tuple[SavedCase, Mapping[str, Any]]:
        """(the case, the body of the version in force or of the one named); its files are in
        `folder` under their names.
        """
        with self._session() as session:
            row = _row(session, who, case_id)
            saved = saved_case(session, row)
            version = session.get(VersionRow, (case_id, row.head if number is None else number))
            if version is None:
                raise StoreError("version_unknown", found=number)
            document = json.loads(version.document)
        if document["format"] > FORMAT:
            raise StoreError("newer_format", found=version.app)
        with _told():
            for name, digest in document["files"].items():
                if not (folder / name).exists():  # names are of contents
                    self.files.fetch(digest, folder / name)
        return saved, document["body"]

    # ---- back and forth

    def undo(self, who: str, case_id: str, expected: int) -> SavedCase:
        """The case with the version before in force. Raises StoreError "nothing_to_undo"."""
        with self._session() as session:
            row = _row(session, who, case_id)
            before = parent(session, row)
            if before is None:
                raise StoreError("nothing_to_undo")
            _move(session, row, expected, before, self._now())
            return saved_case(session, row)

    def redo(self, who: str, case_id: str, expected: int) -> SavedCase:
        """The case with the latest version made from the present one in force."""
        with self._session() as session:
            row = _row(session, who, case_id)
            after = latest_child(session, row)
            if after is None:
                raise StoreError("nothing_to_redo")
            _move(session, row, expected, after, self._now())
            return saved_case(session, row)

    def go_to(self, who: str, case_id: str, number: int, expected: int) -> SavedCase:
        """The case with this version in force. Raises StoreError "version_unknown"."""
        with self._session() as session:
            row = _row(session, who, case_id)
            if session.get(VersionRow, (case_id, number)) is None:
                raise StoreError("version_unknown", found=number)
            _move(session, row, expected, number, self._now())
            return saved_case(session, row)

    def versions(self, who: str, case_id: str) -> list[SavedVersion]:
        """All versions, the newest first."""
        with self._session() as session:
            _row(session, who, case_id)
            rows = session.scalars(
                select(VersionRow)
                .where(VersionRow.case_id == case_id)
                .order_by(VersionRow.number.desc())
            )
            return [saved_version(row) for row in rows]

    # ---- all cases of a person

    def cases(self, who: str, state: State = "open") -> list[SavedCase]:
        """The person's cases in this state, the last changed first."""
        with self._session() as session:
            rows = session.scalars(
                select(CaseRow)
                .where(CaseRow.owner == who, CaseRow.state == state)
                .order_by(CaseRow.changed_at.desc())
            )
            return [saved_case(session, row) for row in rows]

    def rename(self, who: str, case_id: str, name: str) -> None:
        """Gives the case another name."""
        with self._session() as session:
            _row(session, who, case_id).name = name

    def set_state(self, who: str, case_id: str, state: State) -> None:
        """Opens, archives or bins the case; what is binned is deleted after 30 days."""
        with self._session() as session:
            row = _row(session, who, case_id)
            row.state = state
            row.binned_at = self._now() if state == "binned" else None

    def duplicate(self, who: str, case_id: str, name: str) -> SavedCase:
        """A new case with the version in force as its first."""
        with self._session() as session:
            row = _row(session, who, case_id)
            head = session.get(VersionRow, (case_id, row.head))
            page = row.page
            text = head.document if head else ""
        copy = self.create(who, name)
        if not text:
            return copy
        digests = json.loads(text)["files"]
        with self._session() as session:
            made = _row(session, who, copy.id)
            made.page = page
            session.add(self._version(copy.id, who, text, [{"kind": "duplicated"}]))
            session.flush()
            _move(session, made, 0, 1, self._now())
            self._hold(session, copy.id, digests.values())
            return saved_case(session, made)

    def delete(self, who: str, case_id: str) -> None:
        """Deletes the case for good, with all of its data that no other case needs."""
        with self._session() as session:
            row = _row(session, who, case_id)
            held = select(CaseFileRow.digest).where(CaseFileRow.case_id == case_id)
            digests = set(session.scalars(held))
            for table in (CaseFileRow, VersionRow):
                session.execute(delete(table).where(table.case_id == case_id))
            session.delete(row)
        with self._session() as session:
            still = select(CaseFileRow.digest).where(CaseFileRow.digest.in_(digests))
            needed = set(session.scalars(still))
        with _told():
            for digest in digests - needed:
                self.files.remove(digest)

    def empty_bin(self) -> int:
        """How many cases were deleted that lay in the bin for 30 days, whoever's they were."""
        oldest = self._now() - dt.timedelta(days=BIN_DAYS)
        with self._session() as session:
            old = session.execute(
                select(CaseRow.owner, CaseRow.id).where(
                    CaseRow.state == "binned", CaseRow.binned_at < oldest
                )
            ).all()
        for owner, case_id in old:
            self.delete(owner, case_id)
        return len(old)


# ---- within a transaction


def _row(session: Session, who: str, case_id: str) -> CaseRow:
    """The case's row, where this person has a right to it."""
    row = session.get(CaseRow, case_id)
    if row is None or row.owner != who:
        raise StoreError("case_unknown")
    return row


def _move(session: Session, row: CaseRow, expected: int, number: int, now: dt.datetime) -> None:
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
    theirs = session.get(VersionRow, (row.id, row.head))
    if theirs is None:
        raise StoreError("version_unknown", found=expected)
    raise ConflictError(saved_version(theirs))


def _document(body: Mapping[str, Any], digests: Mapping[str, str]) -> str:
    document = {"format": FORMAT, "body": body, "files": dict(digests)}
    return json.dumps(document, allow_nan=False)
