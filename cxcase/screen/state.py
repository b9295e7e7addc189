"""What the pages ask for: the chain of `cxcase.pipeline` over this session's files, with every
result cached under a key made of everything it may read.

A verb is given the settings of its own stage and of earlier ones, all others at their defaults, and
its key is made of exactly those and of the files' keys: a stage cannot see what its key does not
hold, so no stale result can come back. Tables are never hashed. What is shared between people is
shared by key only: byte-identical files, equal settings.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from cxcase.budget import (
    Plan,
    milestones_only,
)
from cxcase.case_document import clip_path
from cxcase.changes import agreements
from cxcase.content_key import content_key
from cxcase.errors import SettingsError
from cxcase.export import Sound
from cxcase.intake import (
    BLANKS,
    ROLES,
    Case,
    Parsed,
    ParsedTable,
    Role,
    Upload,
    assemble,
    blank_workbook,
    first_rows,
    lacks,
    masked_text,
    parse,
    remap,
)
from cxcase.intake import fields_of as fields_by_name
from cxcase.link import FittedLink
from cxcase.pipeline import Chain, Keep, report_of, set_aside_of
from cxcase.report import Report, Results, Stand, stand, words
from cxcase.screen import session as sessions
from cxcase.screen.case_inputs import inputs_in
from cxcase.screen.early_plan import nearest
from cxcase.screen.session import Session
from cxcase.screen.stages import files_key, question, result_key, stage_keys, stage_state
from cxcase.settings import Settings
from cxcase.stage_settings import STAGES, readable, up_to
from cxcase.store import names_secret
from cxcase.voice import Clip, Library, Pin, Voice, bare_sound, check_recording, text_of_strategy

_T = TypeVar("_T")
READ: tuple[Role, ...] = tuple(role for role in ROLES if role in BLANKS)  # roles that can be read
_REMEMBERED = 12  # plans a session keeps to be shown while another is solved
_FRONTIERS = 6  # kept for everybody: each holds the draws of a dozen plans
_PAGE_OF = {  # stage -> the page that shows what it comes to
    "case": "data",
    "link": "link",
    "moments": "moments",
    "returns": "recommendations",
    "plan": "budget",
    "plan_details": "deck",
}
_SHARED = 24  # results kept a stage for everybody; the oldest go first


# ---- what a page shows


def report(upto: str = "plan", quiet: bool = False) -> Report | None:
    """Everything known up to a stage, computed where it isn't yet; None before any file was read.
    Raises CaseError.

    quiet: without saying which stage is running.
    """
    session = sessions.current()
    if not session.files:
        return None
    keys = stage_keys(session)
    wanted = _wanted(session, keys, upto)
    stale = [stage for stage in wanted if session.done.get(stage) != keys[stage]]
    with _progress([] if quiet else stale) as tell:
        results = _chain(session, tell).results(wanted[-1])
    made = _gathered(
        content_key(
            keys[wanted[-1]],
            session.company,
            session.made_at,
            session.settings,
            session.pins,
            session.agreed,
            session.asks,
            dt.date.today(),
        ),
        str(results.case.folder),
        results,
        session,
    )
    sessions.keep(_with_results(session, made, {s: keys[s] for s in wanted}))
    return made


def early() -> Report | None:
    """While the plan for a new sum is still to be solved: the best solved already that the sum pays
    for.

    None where the plan is up to date, was solved before, or nothing was solved yet for this
    question. It is no result: nothing is kept of it and nothing is made from it but what is shown
    meanwhile.
    """
    session = sessions.current()
    asked, plans = session.solved
    if stage_state(session, "plan") != "stale" or asked != question(session):
        return None
    chain = _chain(session)
    plan = nearest(chain, plans)
    if plan is None or chain.returns is None:
        return None
    dates = milestones_only(plan, chain.returns)
    return _report_of(replace(chain.results("returns"), plan=plan, plan_details=dates), session)


def dated(report: Report) -> Report:
    """The report with the dates of its plan, where no more of it is worked out yet."""
    if report.plan_details is not None or report.plan is None or report.returns is None:
        return report
    return replace(report, plan_details=milestones_only(report.plan, report.returns))


def fitted_link() -> FittedLink | None:
    """This session's link with its models, which a report does not hold; None before any file."""
    session = sessions.current()
    if not session.files:
        return None
    return _chain(session).fitted_link


def library() -> Library | None:
    """All comments of this session's case, to be searched; None before there are any."""
    session = sessions.current()
    if session.folder is None or not session.files:
        return None
    return _chain(session).voice.library


def set_aside(report: Report) -> bytes:
    """The workbook of what could not be used, with these rows as they stand in their files."""
    return set_aside_of(report)


# ---- what a person brings in


def read_file(
    upload: Upload,
    mapping: Mapping[str, Any] | None,
    folder: Path,
    k_min: int,
    tell: Callable[[str, float | None], None] | None = None,
) -> Parsed:
    """One file, read in a limited process; its tables lie in `folder`. Raises InputError."""
    return parse(
        upload, mapping=mapping, folder=folder, k_min=k_min, tell=tell, secret=names_secret()
    )


def correct(
    parsed: Parsed,
    table: int,
    role: Role | None,
    columns: Mapping[str, str] | None,
    folder: Path,
    k_min: int,
    decisions: Mapping[str, Any] | None = None,
) -> Parsed:
    """The file with one table read again as a person says. Raises InputError."""
    return remap(parsed, table, role, columns, folder=folder, k_min=k_min, decisions=decisions)


def blank(role: Role) -> bytes:
    """An empty workbook with the headings of a role, xlsx."""
    return blank_workbook(role)


def fields_of(role: str) -> tuple[str, ...]:
    """The canonical fields of a role, in the order people read them."""
    return tuple(fields_by_name(role))


def lacking(role: Role, columns: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that a table of this role needs beside these columns."""
    return lacks(role, columns)


def rows_of(table: ParsedTable, n: int) -> Mapping[str, Sequence[str]]:
    """Heading -> the first n cells of each column that may be shown."""
    return first_rows(table, n)


def without_names(text: str) -> str:
    """What somebody typed, without addresses, numbers and names of this session's files."""
    (masked,) = masked_text([text], _case_of(sessions.current()).names)
    return masked


def take_recording(name: str, data: bytes) -> tuple[str, float]:
    """(kind, seconds) of a recording that may be kept. Raises InputError."""
    return check_recording(name, data)


def sound_alone(kind: str, data: bytes) -> bytes:
    """A recording's bytes without what stands in them beside the sound."""
    return bare_sound(kind, data)


def read_strategy_file(name: str, data: bytes) -> str:
    """What a company says it wants, as text. Raises InputError."""
    return text_of_strategy(name, data)


def recording_path(clip: Clip) -> Path | None:
    """Where a recording lies in the case's folder; None before there is a case."""
    folder = sessions.current().folder
    if folder is None:
        return None
    return clip_path(clip, folder.path)


def pinned_sounds() -> Callable[[], dict[str, Sound]]:
    """What reads, where no visitor is known, pin -> its recording, the sound alone: of those pinned
    that lie in the case's folder.
    """
    pinned = {pin.id for pin in sessions.current().pins}
    clips = [clip for clip in sessions.current().clips if clip.id in pinned and clip.agreed]
    places = [(clip, recording_path(clip)) for clip in clips]

    def read() -> dict[str, Sound]:
        there = [(clip, path.read_bytes()) for clip, path in places if path and path.exists()]
        bare = {clip: sound_alone(clip.kind, data) for clip, data in there}
        return {clip.id: Sound(clip.kind, data) for clip, data in bare.items() if data}

    return read


# ---- the chain of a session, and what is kept of it


def _chain(session: Session, tell: Callable[[str], None] = lambda stage: None) -> Chain:
    """The chain over the session's files and settings; `tell` is called with each stage reached."""
    tell("case")
    return Chain(_case_of(session), session.settings, _keep(files_key(session), tell))


def _keep(files: str, tell: Callable[[str], None]) -> Keep:
    """Keeps the results of these files, a cache a stage."""

    def keep(stage: str, given: Any, make: Callable[[], _T], /) -> _T:
        tell(stage)
        kept: _T = _CACHES[stage](result_key(stage, files, given), make)
        return kept

    return keep


def _cache(stage: str, **limits: Any) -> Callable[[str, Callable[[], Any]], Any]:
    """A cache of its own: Streamlit tells caches apart by the name of what they wrap."""

    def made(key: str, _make: Callable[[], Any]) -> Any:
        return _make()

    made.__qualname__ = f"made_{stage}"
    return st.cache_resource(show_spinner=False, **limits)(made)


_CACHES = {
    **{
        stage: _cache(stage, max_entries=_SHARED)
        for stage in ("link", "moments", "steps", "returns", "plan", "plan_details")
    },
    "frontier": _cache("frontier", max_entries=_FRONTIERS),
    # a session's own, as it holds what its customers wrote
    "voice": _cache("voice", scope="session", max_entries=2),
}


def _case_of(session: Session) -> Case:
    """The case that the session's files make. Raises SettingsError before there are any."""
    if session.folder is None:
        raise SettingsError("no_files")
    settings = readable(session.settings, "case")
    key = result_key("case", files_key(session), settings)
    parsed = tuple(file.parsed for file in session.files)
    return _case(key, str(session.folder.path), parsed, settings)


@st.cache_resource(
    scope="session", max_entries=3, show_spinner=False, on_release=lambda case: _drop(case)
)
def _case(key: str, folder: str, _parsed: tuple[Parsed, ...], _settings: Settings) -> Case:
    """One folder of tables a key, so that an older case never reads a newer one's tables."""
    own = Path(folder) / f"case-{key[:16]}"
    own.mkdir(exist_ok=True)
    return assemble(_parsed, _settings, own)


def _drop(case: Case) -> None:
    """Removes the folder that `_case` made for the key, with the case's tables in it."""
    shutil.rmtree(case.folder.parent, ignore_errors=True)


@st.cache_resource(scope="session", max_entries=3, show_spinner=False)
def _gathered(key: str, folder: str, _results: Results, _session: Session) -> Report:
    """A report per session: it names the folder of the session's own case."""
    return _report_of(_results, _session)


def _report_of(results: Results, session: Session) -> Report:
    return report_of(
        results,
        session.settings,
        made_at=session.made_at,
        company=session.company,
        pins=tuple(pin for pin in session.pins if _may_be_shown(pin, results.voice)),
        agreements=agreements(inputs_in(session)),
        today=dt.date.today(),
    )


def _may_be_shown(pin: Pin, voice: Voice | None) -> bool:
    """True for a recording, and for a quote that somebody in these files really wrote."""
    return pin.kind == "clip" or (voice is not None and voice.said(pin))


# ---- what a session remembers of it


def _wanted(session: Session, keys: Mapping[str, str], upto: str) -> tuple[str, ...]:
    """The stages up to this one, and on to the last one that is still up to date."""
    later = [stage for stage in STAGES if session.done.get(stage) == keys[stage]]
    last = max([upto, *later], key=STAGES.index)
    return up_to(last)


def _with_results(session: Session, report: Report, done: Mapping[str, str]) -> Session:
    """The session that knows how far the chain has come."""
    return replace(
        session,
        done={**session.done, **done},
        report_key=report.key,
        unanswered=_unanswered(report, done),
        solved=_remembered(session, report.plan),
    )


def _remembered(session: Session, plan: Plan | None) -> tuple[str, tuple[Plan, ...]]:
    """The plans solved for this question with this one added, the last ones only."""
    if plan is None:
        return session.solved
    asked, plans = session.solved
    before = plans if asked == question(session) else ()
    return question(session), (*(p for p in before if p.key != plan.key), plan)[-_REMEMBERED:]


def _unanswered(report: Report, done: Collection[str]) -> dict[str, Stand]:
    """The stages that ran without coming to a figure, and whether an answer would give one."""
    found = {stage: stand(page, report) for stage, page in _PAGE_OF.items() if stage in done}
    return {stage: now for stage, now in found.items() if now != "done"}


@contextmanager
def _progress(stale: list[str]) -> Iterator[Callable[[str], None]]:
    """Says which stage is running, where there is something to run."""
    place = st.empty()  # always there: what follows keeps its place on the page and stays open
    if not stale:
        yield lambda stage: None
        return
    with place.status(words.say("pages.progress.title"), expanded=True) as status:

        def tell(stage: str) -> None:
            if stage in stale:
                status.update(label=words.say(f"pages.progress.{stage}"))
                status.write(words.say(f"pages.progress.{stage}"))

        yield tell
    place.empty()
