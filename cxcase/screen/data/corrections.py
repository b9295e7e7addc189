"""Files read again another way: a table put right by hand, or all as a mapping.json says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cxcase.case_folder import CaseFolder
from cxcase.errors import CaseError, InputError
from cxcase.intake import Role, Source, Upload
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.data.parallel_reads import Tell
from cxcase.screen.data.saved_mapping import read_mapping
from cxcase.screen.data.together import look, said_in, shown
from cxcase.screen.session import Asked, Session, Taken, Trouble


def _say_nothing(stage: str, share: float | None) -> None:
    """Where nobody looks on."""


_LOCKED = ("password_protected", "wrong_password")


def asks_password(error: CaseError) -> bool:
    """True for a file that opens once somebody gives its password."""
    return error.code in _LOCKED


def digest_of(data: bytes) -> str:
    """The name of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def read_one(
    upload: Upload, session: Session, folder: CaseFolder, tell: Tell | None = None
) -> Taken | Trouble:
    """One file as the session's mapping says it is to be read, or why it was not taken in."""
    mapping = said_in(session)
    try:
        parsed = state.read_file(upload, mapping, folder.path, session.settings.k_min, tell)
    except CaseError as error:
        return Trouble(upload.name, error)
    return Taken(upload.name, digest_of(upload.data), parsed)


def read_employees_again() -> None:
    """Reads employee surveys anew as decided: their rows are not kept, so from their files."""
    session = sessions.current()
    files = list(session.files)
    trouble = list(session.trouble)
    for place, file in enumerate(files):
        there = shown(file.name)
        if session.folder is None or not any(t.source.role == "ex" for t in file.parsed.tables):
            continue
        if there is None:
            trouble.append(Trouble(file.name, InputError("file_needed_again", file=file.name)))
            continue
        outcome = read_one(Upload(file.name, there.getvalue()), session, session.folder)
        if isinstance(outcome, Trouble):
            trouble.append(outcome)
        else:
            files[place] = outcome
    sessions.change(files=tuple(files), trouble=tuple(trouble))
    look()


def can_correct(file: Taken, table: int) -> bool:
    """True while there is something to read again: the table's cells, or the file itself."""
    return file.parsed.tables[table].raw is not None or shown(file.name) is not None


# ---- one table, by hand --------------------------------------------------------------------------


def correct(
    file: Taken,
    table: int,
    role: Role | None,
    columns: Mapping[str, str] | None,
    decisions: Mapping[str, Any] | None = None,
    tell: Tell = _say_nothing,
) -> None:
    """Reads one table again with a person's role and columns (None: recognised anew).

    decisions: how rating columns are to be read, as mapping.json holds it; None: as said before, if
    anything was. Where the role needs columns that nobody named, the table stays as it was and the
    page asks for them.
    """
    session = sessions.current()
    file = replace(file, parsed=file.by_itself, alone=None)
    source = file.parsed.tables[table].source
    decided = said_of(source) if decisions is None else dict(decisions)
    entry: dict[str, Any] = {"match": {"headings": list(source.headings)}, "role": role}
    if columns is not None:
        entry |= {"columns": dict(columns), "decisions": decided}
    others = tuple(m for m in session.mapping if m["match"] != entry["match"])
    said = replace(session, mapping=(*others, entry))
    waiting = tuple(t for t in session.trouble if asks_password(t.error) and t.file != file.name)
    asked = {key: a for key, a in session.asked.items() if key != file.key(table)}
    try:
        outcome = _read_table_again(file, table, role, columns, decided, said, tell)
    except InputError as error:
        if error.code == "columns_missing" and role is not None:
            known = error.params.get("columns") or columns or {}
            asked[file.key(table)] = Asked(role, dict(known), tuple(error.params["column"]))
            sessions.change(asked=asked, trouble=waiting)
            return
        kept = said.mapping if asks_password(error) else session.mapping
        sessions.change(trouble=(*waiting, Trouble(file.name, error)), mapping=kept)
        return
    files = tuple(outcome if f.name == file.name else f for f in session.files)
    sessions.change(files=files, trouble=waiting, mapping=said.mapping, asked=asked)
    tell("together", None)
    look()
    tell("case", None)


def _read_table_again(
    file: Taken,
    table: int,
    role: Role | None,
    columns: Mapping[str, str] | None,
    decided: Mapping[str, Any],
    session: Session,
    tell: Tell = _say_nothing,
) -> Taken:
    """The file with the table as it was said to be. Raises InputError."""
    folder = session.folder
    if folder is None:
        raise InputError("file_needed_again", file=file.name)
    old = file.parsed.tables[table]
    if old.raw is not None and role != "ex":
        tell("understand", None)
        parsed = state.correct(
            file.parsed, table, role, columns, folder.path, session.settings.k_min, decided
        )
        return replace(file, parsed=parsed)
    there = shown(file.name)
    if there is None:
        raise InputError("file_needed_again", file=file.name)
    outcome = read_one(Upload(file.name, there.getvalue()), session, folder, tell)
    if isinstance(outcome, Trouble):
        raise outcome.error
    _check_role(outcome, old.source, role)
    return outcome


def _check_role(file: Taken, was: Source, role: Role | None) -> None:
    """Raises InputError where the table did not become what a person says it is."""
    now = next((t.source for t in file.parsed.tables if t.source.headings == was.headings), None)
    said = [m.params for t in file.parsed.tables for m in t.source.messages]
    for params in said:
        if params.get("error") == "columns_missing":  # of a file in a zip
            raise InputError("columns_missing", **{k: v for k, v in params.items() if k != "error"})
    if now is None or now.role == role or role is None:
        return
    near = next((m.params for m in now.messages if m.code == "nearly_recognised"), {})
    missing = near.get("missing") or state.lacking(role, {})
    raise InputError(
        "columns_missing",
        file=was.file,
        role=role,
        column=missing,
        found=list(was.headings),
        columns=near.get("columns", {}),
    )


def forget_asked(key: str) -> None:
    """The table stays what it was taken for."""
    asked = sessions.current().asked
    sessions.change(asked={k: a for k, a in asked.items() if k != key})


def said_of(source: Source) -> dict[str, Any]:
    """What a person said of how these headings are read, as mapping.json holds it."""
    headings = list(source.headings)
    found = (m for m in sessions.current().mapping if m["match"].get("headings") == headings)
    return dict(next(found, {}).get("decisions", {}))


# ---- everything, by a mapping.json ---------------------------------------------------------------


def remember(upload: Upload) -> list[Trouble]:
    """Takes a mapping.json as the person's choices; files that are kept are read by it."""
    session = sessions.current()
    try:
        saved = read_mapping(upload.name, upload.data)
        settings = session.settings.recall(saved)
    except CaseError as error:
        return [Trouble(upload.name, error)]
    session = sessions.change(
        mapping=tuple(saved["tables"]), mapping_from=upload.name, settings=settings
    )
    alone = [replace(file, parsed=file.by_itself, alone=None) for file in session.files]
    outcomes = [_read_by(file, saved["tables"], session) for file in alone]
    sessions.change(files=tuple(file for file, _ in outcomes))
    look()
    return [Trouble(file.name, error) for file, error in outcomes if error is not None]


def _read_by(
    file: Taken, entries: Sequence[Mapping[str, Any]], session: Session
) -> tuple[Taken, InputError | None]:
    """(the file read by the entries with its headings, the first error on the way)."""
    if shown(file.name) is not None:
        return file, None  # what the uploader still shows is read from its bytes
    made = file
    first = None
    for place, table in enumerate(file.parsed.tables):
        headings = set(table.source.headings)
        entry = next((e for e in entries if set(e["match"].get("headings", ())) == headings), None)
        if entry is None or _is_read_so(table.source, entry, table.decisions):
            continue
        columns = entry.get("columns") or None
        decisions = entry.get("decisions", {})
        try:
            made = _read_table_again(made, place, entry.get("role"), columns, decisions, session)
        except InputError as error:
            first = first or error
    return made, first


def _is_read_so(source: Source, entry: Mapping[str, Any], decisions: Mapping[str, Any]) -> bool:
    """True for a table that is read as the entry says already."""
    same = entry.get("role") == source.role and dict(entry.get("decisions", {})) == dict(decisions)
    return same and entry.get("columns", {}) in ({}, dict(source.columns))
