"""Who looks at the pages: whoever sits at this machine, where nobody logs in; somebody who logged
in with the provider that `.streamlit/secrets.toml` names; or the holder of a read-only link.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from cxcase.errors import StoreError
from cxcase.store import NOBODY, CaseStore, Person, open_store

LINK_KEY = "followed"  # the read-only link that was followed, in the session's state
KEY = "visitor"  # who the browser session's visitor is, in its state
LOGIN_HOURS = 12  # a login counts; after that the provider is asked again
REQUIRED = "CXCASE_REQUIRE_LOGIN"  # set on a server: no page without a login, whatever is missing
TRUSTED = "CXCASE_TRUST_EMAILS"  # set where the provider's addresses are its own people's
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")
_LINK: ContextVar[str] = ContextVar("link", default="")


@st.cache_resource(show_spinner=False)
def store() -> CaseStore:
    """This installation's store. Raises StoreError where it can't be opened."""
    opened = open_store(clock=lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))
    opened.empty_bin()
    return opened


# ---- whether one logs in


def login_needed() -> bool:
    """True where a provider is named; also where that can't be read, so that no page is open by
    mistake.
    """
    return bool(os.environ.get(REQUIRED)) or provider_settings() is not None


def provider_settings() -> Mapping[str, Any] | None:
    """What `[auth]` of secrets.toml says; None without one. Raises StreamlitSecretNotFoundError for
    a file that can't be read.
    """
    try:
        section: Mapping[str, Any] | None = st.secrets.get("auth")
    except StreamlitSecretNotFoundError:
        if any(Path(path).exists() for path in st.get_option("secrets.files")):
            raise
        return None
    return section


def providers() -> list[str | None]:
    """The providers to choose from; None is the one without a name."""
    section = provider_settings() or {}
    named = [name for name, value in section.items() if isinstance(value, Mapping)]
    named = [name for name in named if "client_id" in section[name]]
    return [*named] or ([None] if "client_id" in section else [])


# ---- who it is


def person() -> Person | None:
    """Who logged in; None where nobody did, or too long ago. Raises StoreError."""
    claims = st.user.to_dict()
    if not claims.get("is_logged_in") or not _lasts(claims):
        return None
    says = (str(claims.get("iss", "")), str(claims.get("sub", "")))
    if not all(says):
        return None
    known, found = st.session_state.get(KEY, (None, None))
    if known == says and isinstance(found, Person):
        return found
    arrived = store().sharing.arrive(*says, name=_called(claims), email=_vouched_for(claims))
    st.session_state[KEY] = (says, arrived)
    return arrived


def _lasts(claims: Mapping[str, Any]) -> bool:
    """True while the login counts."""
    at = claims.get("iat")
    if not isinstance(at, int | float):
        return False
    return dt.datetime.now(dt.UTC).timestamp() - at < LOGIN_HOURS * 3600


def _called(claims: Mapping[str, Any]) -> str:
    names = (claims.get(name) for name in ("name", "preferred_username", "email"))
    return next((str(name) for name in names if name), "")


def _vouched_for(claims: Mapping[str, Any]) -> str:
    """The address, where the provider says that it is really theirs; else ""."""
    vouched = str(claims.get("email_verified")).lower() == "true" or os.environ.get(TRUSTED)
    return str(claims.get("email") or "") if vouched else ""


def who() -> str:
    """Who asks, as the store knows them. Raises StoreError "not_logged_in"."""
    if _LINK.get():
        return _LINK.get()
    if not login_needed():
        return NOBODY
    found = person()
    if found is None:
        raise StoreError("not_logged_in")
    return found.id


@contextmanager
def through(link: str) -> Iterator[None]:
    """While it lasts, whoever looks is the holder of this link and nobody else."""
    before = _LINK.set(link)
    try:
        yield
    finally:
        _LINK.reset(before)


def name() -> str:
    """Who makes changes, as the history names them: the account's name on one's own machine."""
    if login_needed():
        found = person()
        return found.name if found else ""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # the account has no name
        return ""


def may_list() -> bool:
    """True where all cases are the visitor's: they logged in, or sit at this machine."""
    if login_needed():
        return True
    headers = st.context.headers
    return not any(name in headers for name in _FORWARDED)


def local_time(at: dt.datetime) -> dt.datetime:
    """A UTC time as the visitor's clock shows it."""
    offset = st.context.timezone_offset or 0  # minutes behind UTC
    return at.replace(tzinfo=None) - dt.timedelta(minutes=offset)
