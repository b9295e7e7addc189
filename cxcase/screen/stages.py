"""The keys of what each stage makes in a session, and how the stage stands."""

from __future__ import annotations

from dataclasses import replace

from cxcase.content_key import content_key
from cxcase.screen.session import Session
from cxcase.stage_settings import STAGES, readable
from cxcase.version import CODE


def files_key(session: Session) -> str:
    """A key of the files as they were read, and of the code that computes."""
    return content_key(CODE, *(file.parsed.key for file in session.files))


def result_key(stage: str, files: str, given: object) -> str:
    """The key of what a stage makes of these files and of all else it may read."""
    return content_key(stage, files, given)


def stage_keys(session: Session) -> dict[str, str]:
    """Stage -> its key, from the files and the settings alone: nothing has to run to know whether a
    result is stale.
    """
    files = files_key(session)
    return {stage: result_key(stage, files, readable(session.settings, stage)) for stage in STAGES}


def question(session: Session) -> str:
    """A key of all that a plan depends on but the sum itself: budgets solved under it hold for
    every sum.
    """
    settings = replace(session.settings, budget=None, owned=frozenset())
    return content_key(stage_keys(session)["returns"], readable(settings, "plan"))


def stage_state(session: Session, stage: str) -> str:
    """How a stage stands: "done", "refused" (it ran and has no figure), "waits" (an answer would
    give it one), "stale", "ready" or "needs_input".
    """
    if not _has_input(session, stage):
        if _has_input(session, "moments") and _list_waits(session):
            return "waits"
        return "needs_input"
    keys = stage_keys(session)
    if (
        stage != "case"
        and session.done.get("case") == keys["case"]
        and "case" in session.unanswered
    ):
        return session.unanswered["case"]
    done = session.done.get(stage)
    if done is None:
        return "ready"
    if done != keys[stage]:
        return "stale"
    return session.unanswered.get(stage, "done")


def _list_waits(session: Session) -> bool:
    """True where a table looks like the list of steps, and an answer would make it one."""
    said = [m for f in session.files for t in f.parsed.tables for m in t.source.messages]
    near = [m.params["role"] for m in said if m.code == "nearly_recognised"]
    return "recommendations" in near


def _has_input(session: Session, stage: str) -> bool:
    roles = session.roles
    if stage == "case":
        return bool(roles)
    measured = {"customers", "cx"} <= roles or "units" in roles
    return measured and (stage in ("link", "moments") or "recommendations" in roles)
