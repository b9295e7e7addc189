"""What leaves the app: for those who may take it along, and noted in the log."""

from __future__ import annotations

from collections.abc import Callable

from cxcase.case_folder import CaseFolder
from cxcase.portable_case import portable
from cxcase.screen import kept_case, visitor
from cxcase.screen import session as sessions
from cxcase.screen.case_inputs import inputs_in
from cxcase.store import NOBODY, Action


def as_file() -> bytes:
    """The open case as a `.cxcase` file."""
    session = sessions.current()
    scratch = CaseFolder()
    folder = session.folder.path if session.folder else scratch.path
    return portable(inputs_in(session), folder, scratch.path)


def taking(action: Action, what: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """`make` for whoever may take this along at the moment they press; the log says that they did.
    It is called where Streamlit knows no visitor, so who they are is settled here.
    """
    person = kept_case.who()
    case_id = sessions.current().kept.case_id

    def checked() -> bytes:
        if case_id and person != NOBODY:
            visitor.store().sharing.note(person, case_id, action, "exported", what)
        return make()

    return checked
