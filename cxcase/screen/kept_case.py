"""The open case is saved as it changes and found again: after a reload, a restart or a crash, in
another tab, by its address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from cxcase.agreement import signed_as
from cxcase.case_document import CaseInputs, body_of, files_of, inputs_of
from cxcase.case_folder import CaseFolder
from cxcase.changes import causes
from cxcase.errors import StoreError
from cxcase.portable_case import unpacked
from cxcase.screen import session as sessions
from cxcase.screen import visitor
from cxcase.screen.case_inputs import inputs_in, inputs_key
from cxcase.screen.session import Kept, Session, Taken
from cxcase.screen.stages import stage_state
from cxcase.screen.visitor import store
from cxcase.store import (
    NOBODY,
    CaseDocument,
    ConflictError,
    SavedCase,
    names_secret,
)

ADDRESS = "case"  # the query parameter that holds the case's random id
_STAYS = {sessions.KEY, visitor.KEY, visitor.LINK_KEY}  # when what widgets show is read anew


def who() -> str:
    """Whose cases these are. Raises StoreError where somebody has to log in first."""
    return visitor.who()


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
    """Takes over what somebody else saved, where nothing here was changed since; lets go of a case
    that is the visitor's no longer.
    """
    kept = session.kept
    try:
        saved = store().find(who(), kept.case_id)
        if saved.role != kept.role:
            _note(session, role=saved.role)
        changed = kept.conflict or kept.inputs_key != inputs_key(session)
        if not changed and saved.head != kept.head:
            _take_over(saved.id)
    except StoreError as error:
        if error.code == "case_unknown":
            _let_go(error)
        else:
            _note(session, error=error)


def _let_go(error: StoreError) -> None:
    """Nothing of the case stays in the session."""
    leave()
    sessions.keep(replace(sessions.current(), kept=Kept(error=error)))


def read_again(case_id: str) -> None:
    """The case as it stands, for somebody who only reads it: nothing is kept in the address, and
    what was changed here is let go. Raises StoreError.
    """
    session = sessions.current()
    saved = store().find(who(), case_id)
    changed = session.kept.inputs_key != inputs_key(session)
    if changed or (session.kept.case_id, session.kept.head) != (saved.id, saved.head):
        _load(case_id, session.folder or CaseFolder())


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
    if not sessions.may_do("edit"):
        _sign(session)
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


def _sign(session: Session) -> None:
    """Saves the signatures of somebody who may only sign; the rest is as the store has it."""
    kept = session.kept
    try:
        if sessions.may_do("sign") and kept.inputs and session.agreed != kept.inputs.agreed:
            inputs = inputs_in(session)
            told = [cause.plain() for cause in causes(kept.inputs, inputs)]
            body = body_of(inputs)
            name = visitor.name()
            store().sign(who(), kept.case_id, body, expected=kept.head, causes=told, by=name)
        _take_over(kept.case_id)
    except StoreError as error:
        if isinstance(error, ConflictError):
            _take_over(kept.case_id)
        _note(sessions.current(), error=error)


def note_page(page: str) -> None:
    """Notes where the visitor is, so that the case is opened there again."""
    session = sessions.current()
    if not session.kept.case_id or page == session.kept.page or not sessions.may_do("edit"):
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
    if (
        not kept.case_id
        or unsaved
        or not sessions.may_do("edit")
        or stage_state(session, "plan") != "done"
        or not solved
    ):
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
        who(), kept.case_id, document, expected=kept.head, causes=told, by=visitor.name()
    )


def _note(session: Session, **fields: Any) -> None:
    sessions.keep(replace(session, kept=replace(session.kept, **fields)))


def _kept(saved: SavedCase, session: Session) -> Kept:
    return Kept(
        case_id=saved.id,
        role=saved.role,
        head=saved.head,
        page=saved.page,
        inputs=inputs_in(session),
        inputs_key=inputs_key(session),
        saved_at=dt.datetime.now(dt.UTC),
        can_undo=saved.can_undo,
        can_redo=saved.can_redo,
    )


# ---- one file


def take_file(name: str, data: bytes) -> None:
    """Opens a `.cxcase` file as a new case. Raises StoreError."""
    folder = CaseFolder()
    inputs = unpacked(name, data, folder.path)
    if visitor.login_needed():  # a file proves nothing of who signed
        agreed = tuple(replace(line, signed=None) for line in inputs.agreed)
        inputs = replace(inputs, agreed=agreed)
    _show(inputs, folder, Kept(), dt.datetime.now(dt.UTC).replace(microsecond=0))
    _forget_widgets()
    save()


# ---- opening, undoing


def open_case(case_id: str) -> None:
    """Makes a saved case this session's own. Raises StoreError."""
    folder = CaseFolder()
    _load(case_id, folder)
    _forget_widgets()
    if who() != NOBODY:
        store().sharing.note(who(), case_id, "see", "opened")


def _load(case_id: str, folder: CaseFolder) -> None:
    saved, body = store().load(who(), case_id, folder.path)
    inputs = inputs_of(body, folder.path, names_secret())
    changed = saved.changed_at.replace(tzinfo=dt.UTC, microsecond=0)
    session = _show(inputs, folder, Kept(), changed)
    sessions.keep(replace(session, kept=_kept(saved, session)))


def _show(inputs: CaseInputs, folder: CaseFolder, kept: Kept, made_at: dt.datetime) -> Session:
    """The session that these inputs make."""
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
        newer=inputs.newer,
        made_at=made_at,
        kept=kept,
    )
    return sessions.keep(session)


def _forget_widgets() -> None:
    """What another case's widgets held goes with it. Not within a case: a widget that is forgotten
    and not drawn again before the next click looks as if somebody had changed it, and its old value
    would be taken for theirs.
    """
    for key in [key for key in st.session_state if key not in _STAYS]:
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
        if session.kept.inputs_key == inputs_key(session):
            take_theirs()  # nothing was changed here that could be lost
        else:
            _note(session, conflict=conflict)
    except StoreError as error:
        _note(session, error=error)


def take_theirs() -> None:
    """What somebody else saved counts; what was changed here since is let go."""
    session = sessions.current()
    try:
        _take_over(session.kept.case_id)
    except StoreError as error:
        _note(session, error=error)


def put_mine() -> None:
    """What was changed here becomes the version after the other's, which stays in the history; what
    people signed and answered there stays where nobody here did.
    """
    session = sessions.current()
    conflict = session.kept.conflict
    if conflict is None:
        return
    number = conflict.theirs.number
    try:
        inputs = version(number)
    except StoreError as error:
        _note(session, error=error)
        return
    base = session.kept.inputs or CaseInputs()
    mine = {
        name: getattr(session, name)
        if getattr(session, name) != getattr(base, name)
        else getattr(inputs, name)
        for name in ("agreed", "asks")
    }
    if not sessions.may_do("sign"):
        mine["agreed"] = signed_as(mine["agreed"], inputs.agreed)
    kept = replace(session.kept, conflict=None, head=number, inputs=inputs, inputs_key="")
    sessions.keep(replace(session, **mine, kept=kept))
    save()


def keep_mine() -> None:
    """What was changed here becomes a case of its own, beside the other."""
    session = sessions.current()
    sessions.keep(replace(session, kept=Kept()))
    save()
