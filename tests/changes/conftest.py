"""A small company's case, read once."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import make_uploads
import pytest

from cxcase.case_document import CaseInputs, SavedFile
from cxcase.intake import Upload, parse
from cxcase.settings import Settings

Read = Callable[[str, bytes], SavedFile]


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder: Path = tmp_path_factory.mktemp("parsed")

    def read_one(name: str, data: bytes) -> SavedFile:
        parsed = parse(Upload(name, data), mapping=None, folder=folder, k_min=5)
        return SavedFile(name, sha256(data).hexdigest(), parsed)

    return read_one


@pytest.fixture(scope="session")
def company(read: Read) -> CaseInputs:
    files = make_uploads.files(ex=False)
    return CaseInputs(
        Settings(budget=9000.0),
        "Thornbeck",
        tuple(read(name, data) for name, data in files.items()),
    )
