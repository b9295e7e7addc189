"""Every change to the open case: who, when, what, why, and what it did to the plan's NPV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cxcase.case_document import CaseInputs, from_plain
from cxcase.changes import Cause
from cxcase.errors import StoreError
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.screen import kept_case, visitor
from cxcase.screen import session as sessions
from cxcase.screen.case_list import when
from cxcase.screen.parts import currency, plain, say, table
from cxcase.store import SavedVersion

_SHOWN = 12
_NAMED = 4  # changes of one version that are told


def versions() -> list[SavedVersion]:
    """All versions of the open case, the newest first; none where they can't be read, which is
    said.
    """
    kept = sessions.current().kept
    if not kept.case_id:
        return []
    try:
        return visitor.store().versions(kept_case.who(), kept.case_id)
    except StoreError as error:
        st.warning(str(error))
        return []


def show(found: Sequence[SavedVersion]) -> None:
    """The latest versions as a table, the rest folded; a place to say why."""
    st.header(say("history.every"), anchor=False)
    known = {version.number: version for version in found}
    titles = titles_of(sessions.current().kept.inputs)
    with st.container(key="versions"):
        _table(found[:_SHOWN], known, titles)
    if found[_SHOWN:]:
        with (
            st.expander(say("history.earlier", n=len(found) - _SHOWN), key="history_earlier"),
            st.container(key="versions_earlier"),
        ):
            _table(found[_SHOWN:], known, titles)
    _why(found)


def _table(
    found: Sequence[SavedVersion], known: Mapping[int, SavedVersion], titles: Mapping[str, str]
) -> None:
    money = say("history.npv")
    effect = say("history.effect")
    table(
        {
            say("history.version"): [_numbered(version) for version in found],
            say("history.when"): [_when(version) for version in found],
            say("history.what"): [_what(version, titles) for version in found],
            money: [plain(npv(version)) for version in found],
            effect: [plain(_effect(version, known)) for version in found],
        },
        right=[money, effect],
    )
    st.caption(say("history.effect_note"))


def _numbered(version: SavedVersion) -> str:
    if version.number == sessions.current().kept.head:
        return say("history.in_force", number=version.number)
    return str(version.number)


def _when(version: SavedVersion) -> str:
    made = say("history.when_who", when=when(version.made_at), who=who(version))
    return f"{made}  :gray[{say('history.by_app', app=version.app)}]"


def who(version: SavedVersion) -> str:
    """Who made a version, as whoever looks calls them."""
    if version.who in ("", visitor.name()):
        return words.say("pages.history.you")
    return version.who


def npv(version: SavedVersion) -> str:
    """What the plan came to; a dash where it was not worked out."""
    if version.npv is None:
        return fmt.NONE
    return fmt.money(version.npv, currency(), 3)


def _effect(version: SavedVersion, known: Mapping[int, SavedVersion]) -> str:
    """What the change did to the NPV, where both were worked out by one version of the app."""
    before = known.get(version.parent or 0)
    if before is None or before.npv is None or version.npv is None or before.app != version.app:
        return fmt.NONE
    if before.npv == version.npv:
        return words.say("pages.history.no_effect")
    return fmt.change(version.npv - before.npv, currency(), 3)


def _what(version: SavedVersion, titles: Mapping[str, str]) -> str:
    told = plain("; ".join(_told(version, titles)))
    if not version.why:
        return told
    return f"{told}  :gray[{say('history.because', why=version.why)}]"


def _told(version: SavedVersion, titles: Mapping[str, str]) -> list[str]:
    """What a version changed, in words."""
    lines = [line(Cause.of(cause), titles) for cause in version.causes]
    if len(lines) <= _NAMED:
        return lines or [words.say("pages.history.nothing")]
    more = words.say("pages.history.more", n=len(lines) - _NAMED + 1)
    return [*lines[: _NAMED - 1], more]


def line(cause: Cause, titles: Mapping[str, str]) -> str:
    """A change in words."""
    told = cause.plain()
    told |= {name: from_plain(told[name]) for name in ("from", "to") if name in told}
    return words.change(told, currency(), titles)


def titles_of(*versions: CaseInputs | None) -> dict[str, str]:
    """Step id -> its title, as the lists of recommendations have them."""
    titles: dict[str, str] = {}
    for inputs in versions:
        tables = [table for file in inputs.files for table in file.parsed.tables] if inputs else []
        for found in tables:
            rows = found.frame() if found.source.role == "recommendations" else None
            if rows is not None and {"id", "title"} <= {*rows.columns}:
                titles |= dict(zip(map(str, rows["id"]), map(str, rows["title"]), strict=True))
    return titles


def label(version: SavedVersion) -> str:
    """A version in a list to choose from."""
    told = {"number": version.number, "when": when(version.made_at), "who": who(version)}
    if version.npv is None:
        return words.say("pages.history.option", **told)
    return words.say("pages.history.option_npv", currency(), **told, npv=version.npv)


def _why(found: Sequence[SavedVersion]) -> None:
    """A place to say why the version in force was made."""
    head = next((v for v in found if v.number == sessions.current().kept.head), None)
    if head is None:
        return
    key = f"why_{head.number}"
    st.text_input(
        say("history.why", number=head.number),
        head.why,
        max_chars=300,
        key=key,
        placeholder=say("history.why_hint"),
        on_change=lambda: kept_case.note_why(head.number, st.session_state[key]),
    )
