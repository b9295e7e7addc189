"""Cases kept in a database: every change is a version, and none is lost.

Undo and redo move which version is in force; a change after an undo starts a new line, and the old
one stays. What two people change at once is never overwritten: the later is told (`ConflictError`).
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from cxcase.errors import StoreError
from cxcase.store import access
from cxcase.store.content_files import ContentFiles
from cxcase.store.database import data_folder, database_url, opened
from cxcase.store.rights import Action, Role, may, with_signatures_of
from cxcase.store.row_values import (
    latest_child,
    latest_number,
    parent,
    saved_case,
    saved_version,
)
from cxcase.store.saved_case import (
    CaseDocument,
    SavedCase,
    SavedVersion,
    State,
)
from cxcase.store.schema import CaseFileRow, CaseRow, LinkRow, MemberRow, VersionRow
from cxcase.store.sharing import Sharing
from cxcase.store.transaction import told, transaction
from cxcase.store.version_in_force import move, only_edited, version_of
from cxcase.version import __version__

FORMAT = 1  # of a version's document
BIN_DAYS = 30
Clock = Callable[[], dt.datetime]  # UTC, without a zone


def open_store(clock: Clock, folder: Path | None = None, url: str | None = None) -> CaseStore:
    """The store of this user, or of the folder and database named. Raises StoreError."""
    where = folder or data_folder()
    with told():
        return CaseStore(opened(url or database_url(where)), where, clock)


class CaseStore:
    """All cases of one database. `who` is a person's id, "" where nobody logs in."""

    def __init__(self, engine: Engine, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._now = clock
        self.files = ContentFiles(folder / "tables")
        self._engine = engine
        self.sharing = Sharing(engine, clock)

    def _session(self) -> AbstractContextManager[Session]:
        """One transaction."""
        return transaction(self._engine)

    def _row(
        self, session: Session, who: str, case_id: str, action: Action
    ) -> tuple[CaseRow, Role]:
        """The case, where this person has the right. Raises StoreError."""
        return access.row_for(session, who, case_id, action, self._now())

    # ---- one case

    def create(self, who: str, name: str) -> SavedCase:
        """A new, empty case."""
        now = self._now()
        row = CaseRow(
            id=secrets.token_urlsafe(16),
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
            access.make_owner(session, who, row.id)
            return saved_case(session, *self._row(session, who, row.id, "see"))

    def find(self, who: str, case_id: str) -> SavedCase:
        """The case as it stands. Raises StoreError "case_unknown" also where it is another's."""
        with self._session() as session:
            return saved_case(session, *self._row(session, who, case_id, "see"))

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
        with told():
            digests = {name: self.files.put(path) for name, path in document.files.items()}
        with self._session() as session:
            row, role = self._row(session, who, case_id, "edit")
            if not may(role, "sign"):
                only_edited(session, (case_id, expected), document.body, role)
            text = _document(document.body, digests)
            version = self._version(case_id, by or who, text, causes)
            self._put_in_force(session, row, version, expected)
            self._hold(session, case_id, digests.values())
            saved = saved_case(session, row, role)
        with told():
            self._put_again(document, digests)
        return saved

    def sign(
        self,
        who: str,
        case_id: str,
        body: Mapping[str, Any],
        *,
        expected: int,
        causes: Sequence[Mapping[str, Any]] = (),
        by: str = "",
    ) -> SavedCase:
        """The case with the signatures that `body` has, and nothing else of it, as a version."""
        with self._session() as session:
            row, role = self._row(session, who, case_id, "sign")
            head = json.loads(version_of(session, (case_id, row.head)).document)
            head["body"] = with_signatures_of(head["body"], body)
            version = self._version(case_id, by or who, json.dumps(head), causes)
            self._put_in_force(session, row, version, expected)
            access.note(session, who, case_id, "signed", self._now())
            return saved_case(session, row, role)

    def _put_in_force(
        self, session: Session, row: CaseRow, version: VersionRow, expected: int
    ) -> None:
        """Adds a version made from `expected`, and puts it in force where that still is."""
        version.number = latest_number(session, row.id) + 1
        version.parent = expected or None
        session.add(version)
        session.flush()
        move(session, row, expected, version.number, self._now())

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
            self._row(session, who, case_id, "edit")
            session.execute(
                update(VersionRow)
                .where(VersionRow.case_id == case_id, VersionRow.number == number)
                .values(result_key=result_key, npv=npv)
            )

    def note_why(self, who: str, case_id: str, number: int, why: str) -> None:
        """Notes why a version was made."""
        with self._session() as session:
            self._row(session, who, case_id, "edit")
            session.execute(
                update(VersionRow)
                .where(VersionRow.case_id == case_id, VersionRow.number == number)
                .values(why=why)
            )

    def note_page(self, who: str, case_id: str, page: str) -> None:
        """Notes where somebody was, to go on there."""
        with self._session() as session:
            row, _ = self._row(session, who, case_id, "edit")
            row.page = page

    def load(
        self, who: str, case_id: str, folder: Path, number: int | None = None
    ) -> tuple[SavedCase, Mapping[str, Any]]:
        """(the case, the body of the version in force or of the one named); its files are in
        `folder` under their names.
        """
        with self._session() as session:
            row, role = self._row(session, who, case_id, "see")
            saved = saved_case(session, row, role)
            chosen = row.head if number is None else number
            version = version_of(session, (case_id, chosen))
            document = json.loads(version.document)
            if document["format"] > FORMAT:
                raise StoreError("newer_format", found=version.app)
        with told():
            for name, digest in document["files"].items():
                if not (folder / name).exists():  # names are of contents
                    self.files.fetch(digest, folder / name)
        return saved, document["body"]

    # ---- back and forth

    def undo(self, who: str, case_id: str, expected: int) -> SavedCase:
        """The case with the version before in force. Raises StoreError "nothing_to_undo"."""
        with self._session() as session:
            row, role = self._row(session, who, case_id, "edit")
            before = parent(session, row)
            if before is None:
                raise StoreError("nothing_to_undo")
            move(session, row, expected, before, self._now())
            return saved_case(session, row, role)

    def redo(self, who: str, case_id: str, expected: int) -> SavedCase:
        """The case with the latest version made from the present one in force."""
        with self._session() as session:
            row, role = self._row(session, who, case_id, "edit")
            after = latest_child(session, row)
            if after is None:
                raise StoreError("nothing_to_redo")
            move(session, row, expected, after, self._now())
            return saved_case(session, row, role)

    def go_to(self, who: str, case_id: str, number: int, expected: int) -> SavedCase:
        """The case with this version in force. Raises StoreError "version_unknown"."""
        with self._session() as session:
            row, role = self._row(session, who, case_id, "edit")
            version_of(session, (case_id, number))
            move(session, row, expected, number, self._now())
            return saved_case(session, row, role)

    def versions(self, who: str, case_id: str) -> list[SavedVersion]:
        """All versions, the newest first."""
        with self._session() as session:
            self._row(session, who, case_id, "see")
            rows = session.scalars(
                select(VersionRow)
                .where(VersionRow.case_id == case_id)
                .order_by(VersionRow.number.desc())
            )
            return [saved_version(row) for row in rows]

    # ---- all cases of a person

    def cases(self, who: str, state: State = "open") -> list[SavedCase]:
        """The cases in this state that the person is in, the last changed first; of those in the
        bin the ones they may take out again.
        """
        action: Action = "delete" if state == "binned" else "see"
        with self._session() as session:
            rows = session.scalars(
                select(CaseRow)
                .where(CaseRow.id.in_(access.cases_of(who)), CaseRow.state == state)
                .order_by(CaseRow.changed_at.desc())
            )
            found = [(row, access.role_of(session, who, row.id, self._now())) for row in rows]
            theirs = [(row, role) for row, role in found if role and may(role, action)]
            return [saved_case(session, row, role) for row, role in theirs]

    def rename(self, who: str, case_id: str, name: str) -> None:
        """Gives the case another name."""
        with self._session() as session:
            row, _ = self._row(session, who, case_id, "edit")
            row.name = name

    def set_state(self, who: str, case_id: str, state: State) -> None:
        """Opens, archives or bins the case; what is binned is deleted after 30 days."""
        with self._session() as session:
            row, _ = self._row(session, who, case_id, "delete")
            row.state = state
            row.binned_at = self._now() if state == "binned" else None
            access.note(session, who, case_id, state, self._now())

    def duplicate(self, who: str, case_id: str, name: str) -> SavedCase:
        """A new case with the version in force as its first."""
        with self._session() as session:
            row, _ = self._row(session, who, case_id, "rows")
            head = session.get(VersionRow, (case_id, row.head))
            page = row.page
            text = head.document if head else ""
        copy = self.create(who, name)
        if not text:
            return copy
        digests = json.loads(text)["files"]
        with self._session() as session:
            made, role = self._row(session, who, copy.id, "edit")
            made.page = page
            session.add(self._version(copy.id, who, text, [{"kind": "duplicated"}]))
            session.flush()
            move(session, made, 0, 1, self._now())
            self._hold(session, copy.id, digests.values())
            return saved_case(session, made, role)

    def delete(self, who: str, case_id: str) -> None:
        """Deletes the case for good, with all of its data that no other case needs."""
        with self._session() as session:
            self._row(session, who, case_id, "delete")
            access.note(session, who, case_id, "deleted", self._now())
        self._delete(case_id)

    def _delete(self, case_id: str) -> None:
        with self._session() as session:
            held = select(CaseFileRow.digest).where(CaseFileRow.case_id == case_id)
            digests = set(session.scalars(held))
            for table in (CaseFileRow, VersionRow, MemberRow, LinkRow):
                session.execute(delete(table).where(table.case_id == case_id))
            session.execute(delete(CaseRow).where(CaseRow.id == case_id))
        with self._session() as session:
            still = select(CaseFileRow.digest).where(CaseFileRow.digest.in_(digests))
            needed = set(session.scalars(still))
        with told():
            for digest in digests - needed:
                self.files.remove(digest)

    def empty_bin(self) -> int:
        """How many cases were deleted that lay in the bin for 30 days, whoever's they were."""
        oldest = self._now() - dt.timedelta(days=BIN_DAYS)
        with self._session() as session:
            old = session.scalars(
                select(CaseRow.id).where(CaseRow.state == "binned", CaseRow.binned_at < oldest)
            ).all()
        for case_id in old:
            self._delete(case_id)
        return len(old)


def _document(body: Mapping[str, Any], digests: Mapping[str, str]) -> str:
    document = {"format": FORMAT, "body": body, "files": dict(digests)}
    return json.dumps(document, allow_nan=False)
