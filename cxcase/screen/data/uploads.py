"""Files come in, are read in limited processes, and join the case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import Any

import streamlit as st

from cxcase.case_folder import CaseFolder
from cxcase.errors import CaseError, InputError
from cxcase.intake import Upload
from cxcase.sample import BUDGET, COMPANY
from cxcase.screen import session as sessions
from cxcase.screen.data import newer_export
from cxcase.screen.data.corrections import asks_password, digest_of, read_one, remember
from cxcase.screen.data.parallel_reads import Tell, read_all
from cxcase.screen.data.sample_files import sample_uploads, shelf
from cxcase.screen.data.saved_mapping import looks_like_mapping
from cxcase.screen.data.together import look, shown
from cxcase.screen.parts import say
from cxcase.screen.session import Session, Taken, Trouble

Reader = Callable[[Upload, CaseFolder, Tell], Taken | Trouble]


def take(uploads: Sequence[Upload], read_file: Reader | None = None) -> None:
    """Reads the files and adds them to the case; one of the same name replaces the older one.

    A mapping.json among them says how the others, and those already there, are to be read.
    read_file: how a file is read, where not by the reading process for this case's folder.
    """
    folder = sessions.current().folder or CaseFolder()
    sessions.change(folder=folder)
    saved = [u for u in uploads if looks_like_mapping(u.name, u.data)]
    trouble = [t for upload in saved for t in remember(upload)]
    tables = [u for u in uploads if u not in saved]
    if saved:
        tables = [*_shown_before(tables), *tables]
    session = sessions.current()
    names = {u.name for u in tables}
    files = [f for f in session.files if f.name not in names]
    again = _again({f.digest: f.name for f in files}, tables)
    tables = [u for u in tables if u.name not in again]
    outcomes: list[Taken | Trouble] = []
    if tables:
        reader = read_file or partial(_read_for, session)
        outcomes = read_all(tables, lambda upload, tell: reader(upload, folder, tell))
    read = [outcome for outcome in outcomes if isinstance(outcome, Taken)]
    came = [file for file in read if file.name not in {f.name for f in session.files}]
    newer = {**session.newer, **newer_export.alike(came, files)}
    files += read
    refused = {outcome.file: outcome.error for outcome in outcomes if isinstance(outcome, Trouble)}
    trouble += [Trouble(name, error) for name, error in refused.items()]
    trouble += [
        Trouble(name, _said_again(name, other, refused.get(other))) for name, other in again.items()
    ]
    # still to be opened
    trouble += [t for t in session.trouble if asks_password(t.error) and t.file not in names]
    there = {f.digest for f in files}
    asked = {
        key: a
        for key, a in session.asked.items()
        if any(d.startswith(key.split("_")[0]) for d in there)
    }
    sessions.change(files=tuple(files), trouble=tuple(trouble), asked=asked, newer=newer)
    with st.spinner(say("progress.together")):
        look()


def _read_for(session: Session, upload: Upload, folder: CaseFolder, tell: Tell) -> Taken | Trouble:
    return read_one(upload, session, folder, tell)


def _again(known: dict[str, str], tables: Sequence[Upload]) -> dict[str, str]:
    """File -> the one it equals byte for byte: its rows would count twice."""
    again = {}
    for upload in tables:
        first = known.setdefault(digest_of(upload.data), upload.name)
        if first != upload.name:
            again[upload.name] = first
    return again


def _said_again(name: str, other: str, refused: CaseError | None) -> CaseError:
    """Why the second of two files of the same bytes is not taken in."""
    if refused is None:
        return InputError("same_file", file=name, other=other)
    return type(refused)(refused.code, **{**refused.params, "file": name})


def _shown_before(new: Sequence[Upload]) -> list[Upload]:
    """Files of the case that the uploader still shows: they are read again from their bytes."""
    names = {f.name for f in sessions.current().files} - {u.name for u in new}
    return [
        Upload(name, there.getvalue())
        for name in sorted(names)
        if (there := shown(name)) is not None
    ]


def locked_members(file: Taken) -> bool:
    """True where files in a zip were left out for want of their password."""
    said = [
        m.params
        for t in file.parsed.tables
        for m in t.source.messages
        if m.code == "file_unreadable"
    ]
    return any(asks_password(InputError(params["error"])) for params in said)


def open_locked(name: str, key: str) -> None:
    """Reads a file again with the password typed under `key`, which is forgotten at once."""
    password = st.session_state[key]
    st.session_state[key] = ""
    there = shown(name)
    others = tuple(
        t for t in sessions.current().trouble if t.file != name and not asks_password(t.error)
    )
    if there is None:
        sessions.change(trouble=(*others, Trouble(name, InputError("locked_file_gone", file=name))))
        return
    take([Upload(name, there.getvalue(), password=password or None)])
    sessions.change(trouble=(*others, *sessions.current().trouble))


def follow_uploader() -> None:
    """What a person took out of the uploader leaves the case."""
    session = sessions.current()
    now = {f.file_id for f in st.session_state.get(session.uploader) or ()}
    held = {held: name for held, name in session.held.items() if held in now}
    gone = {*session.held.values()} - {*held.values(), ""}
    if gone:
        session = sessions.change(
            files=tuple(f for f in session.files if f.name not in gone),
            trouble=tuple(t for t in session.trouble if t.file not in gone),
        )
    if session.mapping_from in gone:
        session = sessions.change(mapping=(), mapping_from="")
    sessions.keep(replace(session, held=held))
    if gone:
        look()


def take_new(files: Sequence[Any]) -> bool:
    """Reads what the uploader shows and the case hasn't yet; True when there was something new."""
    held = sessions.current().held
    new = [f for f in files if f.file_id not in held]
    names = dict(zip([f.file_id for f in new], _told_apart([f.name for f in new]), strict=True))
    if new:
        take([Upload(names[f.file_id], f.getvalue()) for f in new])
    # Noted last: a run that is broken off in the middle of the reading leaves them to the next.
    replaced = set(names.values())
    older = {id: ("" if name in replaced else name) for id, name in held.items()}
    known = names | older
    now = {f.file_id: known[f.file_id] for f in files}
    sessions.keep(replace(sessions.current(), held=now))
    return bool(new)


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names of files that came together; a second one of a name becomes "name (2).csv"."""
    told: list[str] = []
    for name in names:
        path = PurePath(name)
        number = 1
        other = name
        while other in told:
            number += 1
            other = f"{path.stem} ({number}){path.suffix}"
        told.append(other)
    return told


def remove(name: str) -> None:
    """Takes one file out of the case."""
    session = sessions.current()
    sessions.change(files=tuple(f for f in session.files if f.name != name))
    look()


def want_sample() -> None:
    """Notes that the sample was asked for; the page reads it where its progress can be seen."""
    sessions.keep(replace(sessions.current(), wants_sample=True))


def take_sample() -> None:
    """The sample company becomes the case."""
    sessions.forget()
    session = sessions.current()
    on_shelf = shelf(session.settings.k_min)
    with sample_uploads() as uploads:
        take(uploads, lambda upload, _, tell: on_shelf.read(upload, session, tell))
    settings = replace(sessions.current().settings, budget=BUDGET, owned=frozenset({"budget"}))
    sessions.change(company=COMPANY, settings=settings)
