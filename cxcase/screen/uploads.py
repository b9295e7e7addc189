"""Files come in, are read in limited processes, and join the case; one that can't be read becomes a sentence."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from cxcase.errors import CaseError, InputError
from cxcase.intake import ParsedTable, Role, Upload
from cxcase.sample import BUDGET, COMPANY, write_sample
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.parts import say
from cxcase.screen.session import CaseFolder, Session, Taken, Trouble

_SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
_SHEETS = (".xlsx", ".csv")
_AT_ONCE = 2  # files read at the same time, each in its own process


def take(uploads: Sequence[Upload]) -> None:
    """Reads the files and adds them to the case; one of the same name replaces the older one."""
    session = sessions.current()
    folder = session.folder or CaseFolder()
    place = st.empty()
    with place.status(say("progress.files"), expanded=True) as status:
        outcomes = _read_all(uploads, session, folder, lambda name: status.write(say("progress.read", file=name)))
    place.empty()
    names = {u.name for u in uploads}
    files = [f for f in session.files if f.name not in names]
    files += [outcome for outcome in outcomes if isinstance(outcome, Taken)]
    sessions.change(files=tuple(files), folder=folder, trouble=tuple(o for o in outcomes if isinstance(o, Trouble)))


def _read_all(
    uploads: Iterable[Upload], session: Session, folder: CaseFolder, tell: Callable[[str], Any]
) -> list[Taken | Trouble]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting = [(u, pool.submit(_read, u, session, folder)) for u in uploads]
        outcomes = []
        for upload, outcome in waiting:
            tell(upload.name)
            outcomes.append(outcome.result())
    return outcomes


def _read(upload: Upload, session: Session, folder: CaseFolder) -> Taken | Trouble:
    mapping = {"version": 1, "tables": list(session.mapping)} if session.mapping else None
    try:
        parsed = state.read_file(upload, mapping, folder.path, session.settings.k_min)
    except CaseError as error:
        return Trouble(upload.name, error)
    return Taken(upload.name, hashlib.sha256(upload.data).hexdigest(), parsed)


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
    sessions.keep(replace(session, held={held: name for held, name in session.held.items() if held in now}))


def take_new(shown: Sequence[Any]) -> bool:
    """Reads what the uploader shows and the case hasn't yet; True when there was something new."""
    session = sessions.current()
    new = [f for f in shown if f.file_id not in session.held]
    sessions.keep(replace(session, held={f.file_id: f.name for f in shown}))
    if new:
        take([Upload(f.name, f.getvalue()) for f in new])
    return bool(new)


def remove(name: str) -> None:
    """Takes one file out of the case."""
    session = sessions.current()
    sessions.change(files=tuple(f for f in session.files if f.name != name))


def can_correct(file: Taken, table: int) -> bool:
    """True while there is something to read again: the table's cells, or the file in the uploader."""
    return file.parsed.tables[table].raw is not None or _shown(file) is not None


def _shown(file: Taken) -> Any:
    """The file as the uploader still shows it, None once its page was left."""
    shown = st.session_state.get(sessions.current().uploader) or ()
    return next((f for f in shown if f.name == file.name), None)


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
            shown = _shown(file)
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
