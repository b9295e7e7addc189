"""Where a case's tables lie while somebody works with it."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path


class CaseFolder:
    """A private folder for one case's tables. It goes with what holds it, or with the process."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="cxcase-"))
        self._finalizer = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def remove(self) -> None:
        """Deletes the folder and all tables in it."""
        self._finalizer()
