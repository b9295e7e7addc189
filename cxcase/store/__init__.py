"""Cases that last: saved as they change, every version kept, reopened after any crash."""

from cxcase.store.case_file import read_case_file, write_case_file
from cxcase.store.case_store import CaseStore, open_store
from cxcase.store.database import names_secret
from cxcase.store.saved_case import (
    CaseDocument,
    ConflictError,
    SavedCase,
    SavedVersion,
    State,
)

__all__ = [
    "CaseDocument",
    "CaseStore",
    "ConflictError",
    "SavedCase",
    "SavedVersion",
    "State",
    "names_secret",
    "open_store",
    "read_case_file",
    "write_case_file",
]
