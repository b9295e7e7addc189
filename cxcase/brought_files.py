"""Files named on a command line, one by one: a bad path does not stop the others, and of a
protected file the password is asked for.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from cxcase.errors import InputError
from cxcase.file_names import shown_name
from cxcase.intake import Upload
from cxcase.options import PASSWORD

_T = TypeVar("_T")
_TRIES = 3  # of a password, a file


def bytes_of(path: Path) -> bytes:
    """What a file holds. Raises InputError where it is not there, no file, or may not be read."""
    named = shown_name(str(path))
    try:
        if path.is_file():
            return path.read_bytes()
        there = path.exists() or path.is_symlink()
    except OSError as error:
        raise InputError("file_not_readable", file=named, found=error.strerror or "") from None
    if there:
        raise InputError("not_a_file", file=named)
    raise InputError("file_missing", file=named)


def brought(paths: Sequence[Path]) -> tuple[dict[int, Upload], dict[int, InputError]]:
    """(place of a file -> the file, place of a path that gave none -> why)."""
    files = {}
    refused = {}
    for place, path in enumerate(paths):
        try:
            files[place] = Upload(path.name, bytes_of(path))
        except InputError as error:
            refused[place] = error
    return files, refused


def with_passwords(uploads: Sequence[Upload], use: Callable[[Sequence[Upload]], _T]) -> _T:
    """What `use` makes of the uploads; where one is protected its password is asked for, or taken
    from CXCASE_PASSWORD.

    Raises InputError where none opens it.
    """
    known = list(uploads)
    tried: Counter[int] = Counter()
    while True:
        try:
            return use(known)
        except InputError as error:
            place = min(_protected(known, error), key=lambda i: tried[i], default=None)
            if place is None or tried[place] >= _TRIES:
                raise
            tried[place] += 1
            password = _password(known[place].name, first=tried[place] == 1)
            if not password:
                raise
            known[place] = replace(known[place], password=password)


def _protected(uploads: Sequence[Upload], error: InputError) -> list[int]:
    """Which uploads the error may mean when it asks for a password; none where it says something
    else.
    """
    if error.code not in ("password_protected", "wrong_password"):
        return []
    named = str(error.params["file"])
    return [i for i, u in enumerate(uploads) if named == u.name or named.startswith(f"{u.name}/")]


def _password(file: str, first: bool) -> str | None:
    """What the person at the terminal types, unseen; without a terminal CXCASE_PASSWORD, which is
    tried once.
    """
    from cxcase.report import words

    if sys.stdin is None or not sys.stdin.isatty():
        if first:
            return os.environ.get(PASSWORD)
        return None
    return getpass.getpass(words.say("console.password", file=file))
