"""A fresh app for each test: the real pages, the real stages, no browser."""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import make_uploads
import pytest
import streamlit as st
from moves import ROOT, App
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner

from cxcase.intake import read_files
from cxcase.intake.sandbox.protocol import Received
from cxcase.intake.sandbox.supervisor import Tell, read_apart
from cxcase.screen import kept_case
from cxcase.store import rights

_COMPONENTS = functools.cache(manifest_scanner.scan_component_manifests)
_READ: dict[
    tuple[str, bytes, str], tuple[list[tuple[str, float | None]], tuple[Received, ...]]
] = {}


@pytest.fixture(autouse=True)
def looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed beside the app is looked through once, not by every session anew."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", _COMPONENTS)


@pytest.fixture(autouse=True)
def through_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs every page by app.py, as a server does from its first visitor on; AppTest forgets that
    between two runs.
    """
    door = compile((ROOT / "app.py").read_text(), str(ROOT / "app.py"), "exec")
    monkeypatch.setattr(
        script_runner,
        "_mpa_v1",
        lambda path: exec(door, {"__name__": "__main__", "__file__": path}),
    )


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that an earlier test had read the same way is not read again; what is told on the way
    is told again.
    """
    monkeypatch.setattr(read_files, "read_apart", _read_apart)


def _read_apart(
    name: str,
    data: bytes,
    request: Mapping[str, object],
    tell: Tell | None = None,
    folder: Path | None = None,
) -> tuple[Received, ...]:
    key = (name, data, json.dumps(request, sort_keys=True))
    if key not in _READ:
        told: list[tuple[str, float | None]] = []
        sheets = read_apart(
            name, data, request, lambda stage, share: told.append((stage, share)), None
        )
        _READ[key] = (told, sheets)
    for stage, share in _READ[key][0] if tell else ():
        tell(stage, share)
    return _READ[key][1]


@pytest.fixture(autouse=True)
def a_person_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test's cases are those of one person who need not log in, whom no other test knows."""
    person = secrets.token_hex(8)
    monkeypatch.setattr(kept_case, "who", lambda: person)
    monkeypatch.setattr(rights, "NOBODY", person)


@pytest.fixture
def app() -> App:
    """A fresh session with nothing in it, on a server where others may have been before."""
    return App()


@pytest.fixture(scope="session")
def small() -> dict[str, bytes]:
    """A small company's files."""
    return make_uploads.files()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, int]]:
    """How often each verb really ran, on a server that has worked out nothing yet."""
    from cxcase import pipeline
    from cxcase.screen import state

    st.cache_resource.clear()
    st.cache_data.clear()

    calls: dict[str, int] = {}

    def spy(where: ModuleType, name: str) -> None:
        verb = getattr(where, name)

        def run(*args: object, **named: object) -> object:
            calls[name] = calls.get(name, 0) + 1
            return verb(*args, **named)

        monkeypatch.setattr(where, name, run)

    for name in ("parse", "assemble"):
        spy(state, name)
    for name in ("fit_link", "rank_moments", "plan_steps", "value_steps", "fit_budget"):
        spy(pipeline, name)
    return lambda: dict(calls)
