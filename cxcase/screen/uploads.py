"""Files come in, are read in limited processes, and join the case; one that can't be read becomes a sentence."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from cxcase.errors import CaseError, InputError
from cxcase.intake import ParsedTable, Role, Upload
from cxcase.sample import BUDGET, COMPANY, write_sample
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.remembered import looks_like_mapping, read_mapping
from cxcase.screen.session import CaseFolder, Session, Taken, Trouble
from cxcase.screen.watching import Tell, read_all

_SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
_SHEETS = (".xlsx", ".csv")
_LOCKED = ("password_protected", "wrong_password")


def take(uploads: Sequence[Upload]) -> None:
    """Reads the files and adds them to the case; one of the same name replaces the older one.

    A mapping.json among them says how the others, and those already there, are to be read.
    """
    folder = sessions.current().folder or CaseFolder()
    saved = [u for u in uploads if looks_like_mapping(u.name, u.data)]
    trouble = [t for upload in saved if (t := _remember(upload, folder)) is not None]
    tables = [u for u in uploads if u not in saved]
    if saved:
        tables = [*_shown_before(tables), *tables]
    session = sessions.current()
    outcomes = read_all(tables, lambda upload, tell: _read(upload, session, folder, tell)) if tables else []
    names = {u.name for u in tables}
    files = [f for f in session.files if f.name not in names]
    files += [outcome for outcome in outcomes if isinstance(outcome, Taken)]
    trouble += [outcome for outcome in outcomes if isinstance(outcome, Trouble)]
    trouble += [t for t in session.trouble if asks_password(t.error) and t.file not in names]  # still to be opened
    sessions.change(files=tuple(files), folder=folder, trouble=tuple(trouble))


def _remember(upload: Upload, folder: CaseFolder) -> Trouble | None:
    """Takes a mapping.json as the person's corrections and choices; what is kept of earlier files is read by it."""
    session = sessions.current()
    try:
        saved = read_mapping(upload.name, upload.data)
        settings = session.settings.recall(saved)
    except CaseError as error:
        return Trouble(upload.name, error)
    files = tuple(_read_by(file, saved["tables"], folder, settings.k_min) for file in session.files)
    sessions.change(mapping=tuple(saved["tables"]), mapping_from=upload.name, settings=settings, files=files)
    return None


def _read_by(file: Taken, entries: Sequence[Mapping[str, Any]], folder: CaseFolder, k_min: int) -> Taken:
    """The file with every table that was kept and has an entry's headings read by that entry, as far as that works."""
    parsed = file.parsed
    for place, table in enumerate(file.parsed.tables):
        entry = next((e for e in entries if set(e["match"]["headings"]) == set(table.source.headings)), None)
        if entry is None or table.raw is None or entry.get("role") == "ex":
            continue
        columns, decisions = entry.get("columns") or None, entry.get("decisions", {})
        with contextlib.suppress(InputError):
            parsed = state.correct(parsed, place, entry.get("role"), columns, folder.path, k_min, decisions)
    return replace(file, parsed=parsed)


def _shown_before(new: Sequence[Upload]) -> list[Upload]:
    """Files of the case that the uploader still shows: they are read again from their bytes."""
    names = {f.name for f in sessions.current().files} - {u.name for u in new}
    return [Upload(name, shown.getvalue()) for name in sorted(names) if (shown := _shown(name)) is not None]


def _read(upload: Upload, session: Session, folder: CaseFolder, tell: Tell | None = None) -> Taken | Trouble:
    mapping = {"version": 1, "tables": list(session.mapping)} if session.mapping else None
    try:
        parsed = state.read_file(upload, mapping, folder.path, session.settings.k_min, tell)
    except CaseError as error:
        return Trouble(upload.name, error)
    return Taken(upload.name, hashlib.sha256(upload.data).hexdigest(), parsed)


def asks_password(error: CaseError) -> bool:
    """True for a file that opens once somebody gives its password."""
    return error.code in _LOCKED


def locked_members(file: Taken) -> bool:
    """True where files in a zip were left out for want of their password."""
    said = [m.params.get("error") for t in file.parsed.tables for m in t.source.messages if m.code == "file_unreadable"]
    return any(code in _LOCKED for code in said)


def open_locked(name: str, key: str) -> None:
    """Reads a file again with the password typed under `key`, which is forgotten at once."""
    password, st.session_state[key] = st.session_state[key], ""
    shown = _shown(name)
    others = tuple(t for t in sessions.current().trouble if t.file != name and not asks_password(t.error))
    if shown is None:
        sessions.change(trouble=(*others, Trouble(name, InputError("file_needed_again", file=name))))
        return
    take([Upload(name, shown.getvalue(), password=password or None)])
    sessions.change(trouble=(*others, *sessions.current().trouble))


def follow_uploader() -> None:
    """What the uploader shows has changed by the person's hand: what they took out leaves the case."""
    session = sessions.current()
    now = {f.file_id for f in st.session_state.get(session.uploader) or ()}
    gone = {name for held, name in session.held.items() if held not in now}
    if gone:
        session = sessions.change(
            files=tuple(f for f in session.files if f.name not in gone),
            trouble=tuple(t for t in session.trouble if t.file not in gone),
        )
    if session.mapping_from in gone:
        session = sessions.change(mapping=(), mapping_from="")
    sessions.keep(replace(session, held={held: name for held, name in session.held.items() if held in now}))


def take_new(shown: Sequence[Any]) -> bool:
    """Reads what the uploader shows and the case hasn't yet; True when there was something new."""
    new = [f for f in shown if f.file_id not in sessions.current().held]
    if new:
        take([Upload(f.name, f.getvalue()) for f in new])
    # Noted last: a run that is broken off in the middle of the reading leaves them to the next.
    sessions.keep(replace(sessions.current(), held={f.file_id: f.name for f in shown}))
    return bool(new)


def remove(name: str) -> None:
    """Takes one file out of the case."""
    session = sessions.current()
    sessions.change(files=tuple(f for f in session.files if f.name != name))


def can_correct(file: Taken, table: int) -> bool:
    """True while there is something to read again: the table's cells, or the file in the uploader."""
    return file.parsed.tables[table].raw is not None or _shown(file.name) is not None


def _shown(name: str) -> Any:
    """The file as the uploader still shows it, None once its page was left."""
    shown = st.session_state.get(sessions.current().uploader) or ()
    return next((f for f in shown if f.name == name), None)


def correct(file: Taken, table: int, role: Role | None, columns: Mapping[str, str] | None) -> None:
    """Reads one table again with the role and columns a person gave it (columns None: recognised anew)."""
    session = sessions.current()
    folder = session.folder
    assert folder is not None
    entry = _entry(file.parsed.tables[table], role, columns)
    others = tuple(m for m in session.mapping if m["match"] != entry["match"])
    session = sessions.change(mapping=(*others, entry))
    try:
        if file.parsed.tables[table].raw is None or role == "ex":
            shown = _shown(file.name)
            if shown is None:
                raise InputError("file_needed_again", file=file.name)
            outcome = _read(Upload(file.name, shown.getvalue()), session, folder)
        else:
            parsed = state.correct(file.parsed, table, role, columns, folder.path, session.settings.k_min)
            outcome = replace(file, parsed=parsed)
    except InputError as error:
        outcome = Trouble(file.name, error)
    if isinstance(outcome, Trouble):
        sessions.change(trouble=(outcome,))
        return
    sessions.change(files=tuple(outcome if f.name == file.name else f for f in session.files), trouble=())


def _entry(table: ParsedTable, role: Role | None, columns: Mapping[str, str] | None) -> dict[str, Any]:
    """The correction as a table entry of `mapping.json`, so that the same headings are read this way from now on."""
    entry: dict[str, Any] = {"match": {"headings": list(table.source.headings)}, "role": role}
    return entry if columns is None else {**entry, "columns": dict(columns)}


def want_sample() -> None:
    """Notes that the sample was asked for; the page reads it where its progress can be seen."""
    sessions.keep(replace(sessions.current(), wants_sample=True))


def take_sample() -> None:
    """The sample company becomes the case."""
    sessions.forget()
    with tempfile.TemporaryDirectory(prefix="cxcase-sample-") as made:
        paths = _sample_files(Path(made))
        take([Upload(p.name, p.read_bytes()) for p in paths])
    settings = replace(sessions.current().settings, budget=BUDGET, owned=frozenset({"budget"}))
    sessions.change(company=COMPANY, settings=settings)


def _sample_files(scratch: Path) -> list[Path]:
    """The sample's spreadsheets as they come with the project, else written now."""
    folder = _SAMPLES if _SAMPLES.is_dir() else None
    if folder is None or not _sheets(folder):
        write_sample(scratch)
        folder = scratch
    return _sheets(folder)


def _sheets(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix in _SHEETS and os.access(p, os.R_OK))
