"""Cases that last: saved as they change, every version kept, reopened after any crash."""

from cxcase.store.case_file import read_case_file, write_case_file
from cxcase.store.case_store import CaseStore, open_store
from cxcase.store.database import names_secret
from cxcase.store.rights import GIVEN, NOBODY, Action, Role, may
from cxcase.store.saved_case import (
    CaseDocument,
    ConflictError,
    SavedCase,
    SavedVersion,
    State,
)
from cxcase.store.sharing import Deed, Member, Person, ReadOnlyLink

__all__ = [
    "GIVEN",
    "NOBODY",
    "Action",
    "CaseDocument",
    "CaseStore",
    "ConflictError",
    "Deed",
    "Member",
    "Person",
    "ReadOnlyLink",
    "Role",
    "SavedCase",
    "SavedVersion",
    "State",
    "may",
    "names_secret",
    "open_store",
    "read_case_file",
    "write_case_file",
]
