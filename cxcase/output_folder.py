"""A set of outputs that is put into its folder whole.

case.json is its seal: it is the first that goes and the last that comes, so that a folder which has
one holds what belongs together, wherever a process was killed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from cxcase.case_folder import passing_folder, sweep

_SEAL = "case.json"
_SET = (_SEAL, "set_aside.xlsx", "deck.pptx", "workbook.xlsx", "charts")
_UNFINISHED = ".writing-"
_T = TypeVar("_T")


def put_whole(folder: Path, write: Callable[[Path], _T]) -> _T:
    """What `write` returns for a folder of its own, once all it wrote there has taken the place of
    the set in `folder`.

    Where anything fails the earlier set stands as it was. Two at once: the later one's set stays,
    whole. Other files in the folder are not touched. Raises what `write` raises, and OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep(_UNFINISHED, folder)
    with passing_folder(_UNFINISHED, folder) as aside:
        new = aside / "new"
        new.mkdir()
        written = write(new)
        with _alone(folder):
            _swap(new, aside / "old", folder)
    return written


def _alone(folder: Path) -> FileLock:
    """A lock that one process at a time has for this folder; it leaves no file in it."""
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return FileLock(Path(tempfile.gettempdir()) / f"cxcase-out-{name}.lock")


def _swap(new: Path, old: Path, folder: Path) -> None:
    """Moves the new set in and the earlier one out, or neither."""
    old.mkdir()
    made = sorted((path.name for path in new.iterdir()), key=lambda name: name == _SEAL)
    gone: list[str] = []
    come: list[str] = []
    try:
        for name in (*_SET, *(name for name in made if name not in _SET)):
            if (folder / name).exists():
                os.replace(folder / name, old / name)
                gone.append(name)
        for name in made:
            os.replace(new / name, folder / name)
            come.append(name)
    finally:
        if len(come) < len(made):
            for name in come:
                _delete(folder / name)
            for name in reversed(gone):
                os.replace(old / name, folder / name)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
