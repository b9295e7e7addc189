"""Files named by their content: written once, whole or not at all, and checked when read."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cxcase.errors import StoreError

_PIECE = 2**20


def digest_of_file(path: Path) -> str:
    """The sha-256 of a file's bytes, in hex."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


class ContentFiles:
    """A folder of files, each named by the sha-256 of its bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where the file of this digest lies, or would lie."""
        return self.folder / digest[:2] / digest

    def put(self, source: Path) -> str:
        """The digest of the source's bytes, which are now kept. Raises OSError where the disk is
        full: nothing half-written is left.
        """
        digest = digest_of_file(source)
        kept = self.path(digest)
        if not kept.exists():
            self._write(source, kept)
        return digest

    def _write(self, source: Path, kept: Path) -> None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=kept.parent, prefix="unfinished-")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as out, source.open("rb") as opened:
                shutil.copyfileobj(opened, out, _PIECE)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(kept)
        finally:
            unfinished.unlink(missing_ok=True)

    def fetch(self, digest: str, target: Path) -> None:
        """Puts a copy at the target. Raises StoreError "table_missing" or "table_damaged"."""
        kept = self.path(digest)
        if not kept.exists():
            raise StoreError("table_missing", found=digest[:12])
        if digest_of_file(kept) != digest:
            raise StoreError("table_damaged", found=digest[:12])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, target)

    def all(self) -> Iterator[str]:
        """The digests of all files there are."""
        for path in self.folder.glob("??/*"):
            if len(path.name) == 64:
                yield path.name

    def remove(self, digest: str) -> None:
        """Deletes a file, where it is there."""
        self.path(digest).unlink(missing_ok=True)
