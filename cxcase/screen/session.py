"""The one thing a browser session remembers: a frozen `Session` under one key, and the folder its
tables live in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from cxcase.agreement import Agreement, Ask
from cxcase.budget import Plan
from cxcase.case_document import CaseInputs
from cxcase.case_folder import CaseFolder
from cxcase.errors import CaseError, StoreError
from cxcase.export import Template
from cxcase.intake import Parsed, Role
from cxcase.settings import Settings
from cxcase.store import Action, ConflictError, may
from cxcase.store import Role as CaseRole
from cxcase.voice import Clip, Pin

KEY = "session"


@dataclass(frozen=True)
class Trouble:
    """A file that could not be taken in, and the error that says why."""

    file: str
    error: CaseError


@dataclass(frozen=True, eq=False)
class Taken:
    """A file that was read; `digest` names its bytes, which are not kept.

    alone: as it was read by itself, where the other files told more of it.
    """

    name: str
    digest: str
    parsed: Parsed
    alone: Parsed | None = None

    @property
    def by_itself(self) -> Parsed:
        """The file as it was read without the others."""
        return self.alone or self.parsed

    def key(self, table: int) -> str:
        """Names one of its tables."""
        return f"{self.digest[:8]}_{table}"


@dataclass(frozen=True)
class Asked:
    """What a person says a table is: the columns known for it (field -> heading), and the fields
    still missing.
    """

    role: Role
    columns: Mapping[str, str]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Kept:
    """How the session's case stands in the store.

    case_id      random, "" before it was first saved
    role         what the visitor is in it
    head         the version that was last saved or opened
    page         where the visitor is
    inputs       what that version holds, and their key
    result_key   of the report whose NPV was noted beside the version
    error        why the last saving failed
    conflict     what somebody else saved meanwhile
    """

    case_id: str = ""
    role: CaseRole = "alone"
    head: int = 0
    page: str = ""
    inputs: CaseInputs | None = None
    inputs_key: str = ""
    saved_at: dt.datetime | None = None
    result_key: str = ""
    can_undo: bool = False
    can_redo: bool = False
    error: StoreError | None = None
    conflict: ConflictError | None = None


@dataclass(frozen=True, eq=False)
class Session:
    """What one person has chosen and brought in. Numbers are not in here: they are looked up by
    key.

    files        what was read, in the order it came; the tables are Parquet in `folder`
    held         the files that the uploader showed at the last run: its id of the file -> name, ""
                 once replaced
    mapping      the person's corrections, table entries of `mapping.json`
    mapping_from the name of the mapping.json they came from, where they came from one
    trouble      files that were refused since the last upload
    asked        tables that a person called something they lack columns for, by the table's key
    newer        file -> the one with its columns whose place it may take, until somebody says so
    report_key   key of the last report, as every output made from it carries it
    unanswered   the stages that ran and have no figure to give: "waits" for an answer or "refused"
    template     the company's own, which the deck is made on: the id of its file, and the template
    images       the charts drawn last: the report's key, the zip, and the reason where there is
                 none
    pins         what customers said that somebody chose to show
    clips        recordings; their bytes lie in `folder`
    agreed       who stands for which assumption, and what Finance signed
    asks         what was asked of the leadership team, the first one first
    kept         how its case stands in the store
    solved       the plans that were solved last, shown while another is worked out, after the key
                 of their question
    done         stage -> the key it was last computed under; another key means stale
    """

    settings: Settings = field(default_factory=Settings)
    company: str = ""
    folder: CaseFolder | None = None
    files: tuple[Taken, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    turn: int = 0  # counts fresh starts, so that the uploader starts empty too
    mapping: tuple[Mapping[str, Any], ...] = ()
    mapping_from: str = ""
    trouble: tuple[Trouble, ...] = ()
    asked: Mapping[str, Asked] = field(default_factory=dict)
    newer: Mapping[str, str] = field(default_factory=dict)
    done: Mapping[str, str] = field(default_factory=dict)
    solved: tuple[str, tuple[Plan, ...]] = ("", ())
    made_at: dt.datetime = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    wants_sample: bool = False  # asked for, not read yet
    report_key: str = ""
    unanswered: Mapping[str, str] = field(default_factory=dict)
    template: tuple[str, Template] | None = None
    images: tuple[str, bytes | None, str] | None = None
    pins: tuple[Pin, ...] = ()
    clips: tuple[Clip, ...] = ()
    agreed: tuple[Agreement, ...] = ()
    asks: tuple[Ask, ...] = ()
    kept: Kept = field(default_factory=Kept)

    @property
    def uploader(self) -> str:
        """The name of the uploader's widget."""
        return f"uploader-{self.turn}"

    @property
    def roles(self) -> frozenset[str]:
        """The roles of all tables that were recognised, and those that their parts help to fill."""
        return frozenset(
            role for f in self.files for t in f.parsed.tables for role in t.source.gives
        )


def current() -> Session:
    """This browser's session, new when there is none yet."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Session()
    session: Session = st.session_state[KEY]
    return session


def may_do(action: Action) -> bool:
    """True where the visitor may do this with the open case; the store asks again."""
    return may(current().kept.role, action)


def show_in(key: str, value: Any, *kind: Any) -> None:
    """The widget of this key shows the value. Told only where it shows another: told again on
    every run, the value would undo what somebody is just typing.

    kind: what makes it another widget of the same key, as the ends of a slider do.
    """
    about = f"{key}_kind"
    same = st.session_state.get(about, ()) == kind
    if same and key in st.session_state and st.session_state[key] == value:
        return
    st.session_state[key] = value
    if kind:
        st.session_state[about] = kind


def keep(session: Session) -> Session:
    """The same session, now the one that pages see."""
    st.session_state[KEY] = session
    return session


def change(**fields: Any) -> Session:
    """The session with these fields replaced and the time of the change noted, kept.

    Once there are files it is also noted when a plan was first asked of them.
    """
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    changed = replace(current(), made_at=now, **fields)
    if changed.files:
        changed = replace(changed, settings=changed.settings.planned_on(dt.date.today()))
    return keep(changed)


def forget() -> None:
    """A new, empty session; the old one's tables are deleted."""
    folder = current().folder
    if folder is not None:
        folder.remove()
    keep(Session(turn=current().turn + 1))
