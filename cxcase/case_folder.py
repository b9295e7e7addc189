"""Folders that go with the process that made them, also where it was killed.

Beside each lies a file that its process has locked since before the folder was there. The system
lets go of the lock however the process ends, so that a folder whose lock can be had belongs to
nobody and is swept away by the next one.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "cxcase-"
_LOCK = ".lock"


_OPEN: weakref.WeakSet[CaseFolder] = weakref.WeakSet()


class CaseFolder:
    """A private folder for one case's tables. It goes with what holds it, or with the process.

    prefix, parent: how its name begins and where it lies; the machine's folder for what passes
    where none is named.
    """

    def __init__(self, prefix: str = PREFIX, parent: Path | None = None) -> None:
        self.path = _place(parent) / f"{prefix}{secrets.token_hex(8)}"
        lock = FileLock(_lock_of(self.path), thread_local=False)
        lock.acquire()
        self.path.mkdir(mode=0o700)
        self._finalizer = weakref.finalize(self, _remove, self.path, lock)
        _OPEN.add(self)

    def remove(self) -> None:
        """Deletes the folder and all tables in it."""
        self._finalizer()


@contextmanager
def passing_folder(prefix: str = PREFIX, parent: Path | None = None) -> Iterator[Path]:
    """A folder for as long as the block runs."""
    folder = CaseFolder(prefix, parent)
    try:
        yield folder.path
    finally:
        folder.remove()


def remove_all() -> None:
    """Deletes every folder that this process still has, as it ends."""
    for folder in [*_OPEN]:
        folder.remove()


def sweep(prefix: str = PREFIX, parent: Path | None = None) -> int:
    """How many folders were deleted that killed processes left behind."""
    swept = 0
    for folder in _place(parent).glob(f"{prefix}*"):
        if folder.is_dir() and _lock_of(folder).exists() and _sweep_one(folder):
            swept += 1
    return swept


def _place(parent: Path | None) -> Path:
    return parent or Path(tempfile.gettempdir())


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


def _sweep_one(folder: Path) -> bool:
    """True where no living process held the folder, so that it is gone now."""
    lock = FileLock(_lock_of(folder), blocking=False)
    try:
        lock.acquire()
    except (OSError, Timeout):  # another user's, or in use
        return False
    _remove(folder, lock)
    return True


def _remove(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
    _lock_of(folder).unlink(missing_ok=True)
