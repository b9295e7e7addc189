"""The sample company's files, read once for all who press its button."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from cxcase.case_folder import CaseFolder, passing_folder
from cxcase.intake import Upload
from cxcase.sample import write_sample
from cxcase.screen.data.corrections import read_one
from cxcase.screen.data.parallel_reads import Tell
from cxcase.screen.session import Session, Taken, Trouble

_SAMPLES = Path(__file__).resolve().parents[3] / "data" / "samples"
_SHEETS = (".xlsx", ".csv")


class Shelf:
    """What the sample's files hold, in a folder that stays as long as the server."""

    def __init__(self) -> None:
        self._folder = CaseFolder()
        self._read: dict[str, Taken] = {}
        self._reading: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def read(self, upload: Upload, session: Session, tell: Tell) -> Taken | Trouble:
        """The file as it was read before, else as it is read now while others wait for it."""
        with self._reading[upload.name]:
            if upload.name not in self._read:
                outcome = read_one(upload, session, self._folder, tell)
                if isinstance(outcome, Trouble):
                    return outcome
                self._read[upload.name] = outcome
            return self._read[upload.name]


@cache
def shelf(k_min: int) -> Shelf:
    """The server's shelf of the sample's files, their employees' groups hidden below `k_min`."""
    return Shelf()


@contextmanager
def sample_uploads() -> Iterator[list[Upload]]:
    """The sample's spreadsheets as they come with the project, else written now."""
    with passing_folder("cxcase-sample-") as scratch:
        folder = _SAMPLES
        if not _sheets(folder):
            write_sample(scratch)
            folder = scratch
        yield [Upload(path.name, path.read_bytes()) for path in _sheets(folder)]


def _sheets(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix in _SHEETS and os.access(p, os.R_OK))
