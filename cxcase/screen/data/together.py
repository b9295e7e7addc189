"""Files looked at together whenever one comes, goes or is corrected: keys told by their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from cxcase.errors import CaseError
from cxcase.intake import Parsed, Upload
from cxcase.pipeline import look_together
from cxcase.screen import session as sessions
from cxcase.screen.session import Session, Taken
from cxcase.settings import EMPLOYEES_ANSWERED

_KEPT = "read_together"
UNDONE = "by_values"  # the decision that a table's key is not to be told by its values


def shown(name: str) -> Any:
    """The file as the uploader still shows it, None once its page was left."""
    session = sessions.current()
    there = st.session_state.get(session.uploader) or ()
    return next((f for f in there if session.held.get(f.file_id, f.name) == name), None)


def said_in(session: Session) -> dict[str, Any] | None:
    """What was said of how files are read, as mapping.json holds it; None where nothing was."""
    decided = {k: v for k, v in session.settings.decisions.items() if k == EMPLOYEES_ANSWERED}
    if not session.mapping and not decided:
        return None
    said: dict[str, Any] = {"version": 1, "tables": list(session.mapping)}
    if decided:
        said["decisions"] = decided
    return said


def look() -> None:
    """Tells the keys of the session's files by what they share now."""
    session = sessions.current()
    if session.folder is None or not session.files:
        return
    alone = [replace(file, parsed=file.by_itself, alone=None) for file in session.files]
    made = tuple(_together(alone, session))
    if [file.parsed.key for file in made] != [file.parsed.key for file in session.files]:
        sessions.change(files=made)


def _together(files: Sequence[Taken], session: Session) -> list[Taken]:
    """The files as they are read beside each other; as each was by itself where that fails."""
    try:
        found = look_together(
            [file.parsed for file in files],
            [_upload(file) for file in files],
            session.settings,
            session.folder.path if session.folder else Path(),
            said_in(session),
            _read_before(session),
        )
    except CaseError:
        return [*files]
    return [
        file if parsed.key == file.parsed.key else replace(file, parsed=parsed, alone=file.parsed)
        for file, parsed in zip(files, found, strict=True)
    ]


def _read_before(session: Session) -> dict[str, Parsed]:
    """What was read again in this case's folder, to be added to."""
    folder = str(session.folder.path) if session.folder else ""
    kept: dict[str, dict[str, Parsed]] = st.session_state.setdefault(_KEPT, {})
    if folder not in kept:
        kept.clear()  # another case's files are gone with its folder
        kept[folder] = {}
    return kept[folder]


def _upload(file: Taken) -> Upload | None:
    there = shown(file.name)
    if there is None:
        return None
    return Upload(file.name, there.getvalue())


def undo(file: Taken, place: int) -> None:
    """The table's key is what its heading says, whatever its values."""
    source = file.parsed.tables[place].source
    match = {"headings": list(source.headings)}
    session = sessions.current()
    before = [entry for entry in session.mapping if entry["match"] == match]
    others = tuple(entry for entry in session.mapping if entry["match"] != match)
    entry = before[-1] if before else {"match": match}
    entry = {**entry, "decisions": {**entry.get("decisions", {}), UNDONE: "no"}}
    sessions.change(mapping=(*others, entry))
    look()
