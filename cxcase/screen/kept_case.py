"""The open case is saved as it changes and found again: after a reload, a restart or a crash, in
another tab, by its address.
"""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from cxcase.case_document import CaseInputs, SavedFile, body_of, files_of, inputs_of
from cxcase.case_folder import CaseFolder
from cxcase.changes import causes
from cxcase.content_key import content_key
from cxcase.errors import StoreError
from cxcase.portable_case import portable, unpacked
from cxcase.screen import session as sessions
from cxcase.screen.session import Kept, Session, Taken
from cxcase.screen.stages import stage_state
from cxcase.store import (
    CaseDocument,
    CaseStore,
    ConflictError,
    SavedCase,
    names_secret,
    open_store,
)

ADDRESS = "case"  # the query parameter that holds the case's random id
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


@st.cache_resource(show_spinner=False)
def store() -> CaseStore:
    """This installation's store. Raises StoreError where it can't be opened."""
    opened = open_store(clock=lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))
    opened.empty_bin()
    return opened


def who() -> str:
    """Whose cases these are: nobody logs in on a person's own machine."""
    return ""


def name_of_person() -> str:
    """Who makes the changes, as the history names them: the account's name on one's own machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # the account has no name
        return ""


def may_list() -> bool:
    """True where the only visitor is whoever sits at this machine."""
    headers = st.context.headers
    return not any(name in headers for name in _FORWARDED)


def local_time(at: dt.datetime) -> dt.datetime:
    """A UTC time as the visitor's clock shows it."""
    offset = st.context.timezone_offset or 0  # minutes behind UTC
    return at.replace(tzinfo=None) - dt.timedelta(minutes=offset)


def rename(case_id: str, name: str) -> None:
    """Gives a saved case another name; an empty one changes nothing."""
    if name.strip():
        store().rename(who(), case_id, name.strip())


# ---- at the start and the end of a run


def find_again() -> None:
    """Opens the case that the address names, and writes the open one into it; a case that somebody
    changed elsewhere, and nobody here, is brought up to date.
    """
    session = sessions.current()
    wanted = st.query_params.get(ADDRESS, "")
    if wanted and wanted != session.kept.case_id:
        _open_or_tell(wanted)
    elif session.kept.case_id:
        _follow(session)
    _write_address()


def _open_or_tell(case_id: str) -> None:
    try:
        open_case(case_id)
    except StoreError as error:
        del st.query_params[ADDRESS]
        sessions.keep(replace(sessions.current(), kept=Kept(error=error)))


def _follow(session: Session) -> None:
    """Takes over what another tab saved, where nothing here was changed since."""
    if session.kept.conflict or session.kept.inputs_key != inputs_key(session):
        return
    try:
        saved = store().find(who(), session.kept.case_id)
    except StoreError as error:
        _note(session, error=error)
        return
    if saved.head != session.kept.head:
        _take_over(saved.id)


def _write_address() -> None:
    case_id = sessions.current().kept.case_id
    if case_id and st.query_params.get(ADDRESS) != case_id:
        st.query_params[ADDRESS] = case_id


def save() -> None:
    """Saves what has changed since the last time; what could not be saved is told and tried again
    at the next.
    """
    session = sessions.current()
    if session.kept.conflict or not _worth_saving(session):
        return
    now = inputs_key(session)
    if now == session.kept.inputs_key and session.kept.error is None:
        return
    try:
        saved = _saved(session)
    except ConflictError as conflict:
        _note(session, conflict=conflict)
    except StoreError as error:
        _note(session, error=error)
    else:
        sessions.keep(replace(session, kept=_kept(saved, session)))
        _write_address()


def note_page(page: str) -> None:
    """Notes where the visitor is, so that the case is opened there again."""
    session = sessions.current()
    if not session.kept.case_id or page == session.kept.page:
        return
    try:
        store().note_page(who(), session.kept.case_id, page)
    except StoreError as error:
        _note(session, error=error)
    else:
        _note(session, page=page)


def note_result() -> None:
    """Notes beside the version what its plan came to."""
    session = sessions.current()
    kept = session.kept
    solved = session.solved[1]
    unsaved = kept.conflict or kept.error or kept.inputs_key != inputs_key(session)
    if not kept.case_id or unsaved or stage_state(session, "plan") != "done" or not solved:
        return
    if session.report_key == kept.result_key:
        return
    npv = solved[-1].npv
    mean = npv.mean if npv else None
    try:
        store().note_result(who(), kept.case_id, kept.head, session.report_key, mean)
    except StoreError as error:
        _note(session, error=error)
    else:
        _note(session, result_key=session.report_key)


def _worth_saving(session: Session) -> bool:
    return bool(session.kept.case_id or session.files)


def _saved(session: Session) -> SavedCase:
    """The case with what the session holds as its latest version."""
    kept = session.kept
    if not kept.case_id:
        made = store().create(who(), session.company)
        kept = Kept(case_id=made.id)
        sessions.keep(replace(session, kept=kept))
    inputs = inputs_in(session)
    folder = session.folder.path if session.folder else None
    files = files_of(inputs, folder) if folder else {}
    document = CaseDocument(body_of(inputs), files)
    told = [cause.plain() for cause in causes(kept.inputs, inputs)]
    if session.company:
        store().rename(who(), kept.case_id, session.company)
    return store().save(
        who(), kept.case_id, document, expected=kept.head, causes=told, by=name_of_person()
    )


def _note(session: Session, **fields: Any) -> None:
    sessions.keep(replace(session, kept=replace(session.kept, **fields)))


def _kept(saved: SavedCase, session: Session) -> Kept:
    return Kept(
        case_id=saved.id,
        head=saved.head,
        page=saved.page,
        inputs=inputs_in(session),
        inputs_key=inputs_key(session),
        saved_at=dt.datetime.now(dt.UTC),
        can_undo=saved.can_undo,
        can_redo=saved.can_redo,
    )


# ---- what is saved


def inputs_in(session: Session) -> CaseInputs:
    """All that the session's case is computed from."""
    return CaseInputs(
        settings=session.settings,
        company=session.company,
        files=tuple(
            SavedFile(file.name, file.digest, file.parsed, file.alone) for file in session.files
        ),
        mapping=session.mapping,
        mapping_from=session.mapping_from,
        pins=session.pins,
        clips=session.clips,
        agreed=session.agreed,
        asks=session.asks,
    )


def inputs_key(session: Session) -> str:
    """Equal for sessions whose cases would be saved alike."""
    return content_key(
        session.settings,
        session.company,
        [(file.name, file.parsed.key) for file in session.files],
        session.mapping,
        session.mapping_from,
        session.pins,
        session.clips,
        session.agreed,
        session.asks,
    )


def as_file() -> bytes:
    """The open case as a `.cxcase` file."""
    session = sessions.current()
    scratch = CaseFolder()
    folder = session.folder.path if session.folder else scratch.path
    return portable(inputs_in(session), folder, scratch.path)


def take_file(name: str, data: bytes) -> None:
    """Opens a `.cxcase` file as a new case. Raises StoreError."""
    folder = CaseFolder()
    inputs = unpacked(name, data, folder.path)
    _show(inputs, folder, Kept(), dt.datetime.now(dt.UTC).replace(microsecond=0))
    save()


# ---- opening, undoing


def open_case(case_id: str) -> None:
    """Makes a saved case this session's own. Raises StoreError."""
    folder = CaseFolder()
    _load(case_id, folder)


def _load(case_id: str, folder: CaseFolder) -> None:
    saved, body = store().load(who(), case_id, folder.path)
    inputs = inputs_of(body, folder.path, names_secret())
    changed = saved.changed_at.replace(tzinfo=dt.UTC, microsecond=0)
    session = _show(inputs, folder, Kept(), changed)
    sessions.keep(replace(session, kept=_kept(saved, session)))


def _show(inputs: CaseInputs, folder: CaseFolder, kept: Kept, made_at: dt.datetime) -> Session:
    """The session that these inputs make; what widgets show is read anew from it."""
    session = Session(
        settings=inputs.settings,
        company=inputs.company,
        folder=folder,
        files=tuple(
            Taken(file.name, file.digest, file.parsed, file.alone) for file in inputs.files
        ),
        turn=sessions.current().turn + 1,
        mapping=inputs.mapping,
        mapping_from=inputs.mapping_from,
        pins=inputs.pins,
        clips=inputs.clips,
        agreed=inputs.agreed,
        asks=inputs.asks,
        made_at=made_at,
        kept=kept,
    )
    _forget_widgets()
    return sessions.keep(session)


def _forget_widgets() -> None:
    for key in [key for key in st.session_state if key != sessions.KEY]:
        del st.session_state[key]


def _take_over(case_id: str) -> None:
    """The version in force, in the folder that the session has already."""
    session = sessions.current()
    _load(case_id, session.folder or CaseFolder())


def leave() -> None:
    """Closes the case; it stays saved."""
    sessions.forget()
    if ADDRESS in st.query_params:
        del st.query_params[ADDRESS]


def undo() -> None:
    """Puts the version before in force."""
    _step(lambda kept: store().undo(who(), kept.case_id, kept.head))


def redo() -> None:
    """Puts the version that was undone in force again."""
    _step(lambda kept: store().redo(who(), kept.case_id, kept.head))


def go_to(number: int) -> None:
    """Puts any version in force."""
    _step(lambda kept: store().go_to(who(), kept.case_id, number, kept.head))


def version(number: int) -> CaseInputs:
    """All that a version is computed from. Raises StoreError."""
    session = sessions.current()
    folder = session.folder or CaseFolder()
    _, body = store().load(who(), session.kept.case_id, folder.path, number)
    return inputs_of(body, folder.path, names_secret())


def note_why(number: int, why: str) -> None:
    """Notes why a version was made."""
    session = sessions.current()
    try:
        store().note_why(who(), session.kept.case_id, number, why.strip())
    except StoreError as error:
        _note(session, error=error)


def _step(move: Callable[[Kept], SavedCase]) -> None:
    session = sessions.current()
    try:
        move(session.kept)
        _take_over(session.kept.case_id)
    except ConflictError as conflict:
        _note(session, conflict=conflict)
    except StoreError as error:
        _note(session, error=error)


def take_theirs() -> None:
    """What somebody else saved counts; what was changed here since is let go."""
    _take_over(sessions.current().kept.case_id)


def keep_mine() -> None:
    """What was changed here becomes a case of its own, beside the other."""
    session = sessions.current()
    sessions.keep(replace(session, kept=Kept()))
    save()
