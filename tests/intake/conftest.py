"""Where a file is read: what comes out is the same here as in a reading process, which takes half a
second to start.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cxcase.intake import read_files
from cxcase.intake.sandbox import worker
from cxcase.intake.sandbox.protocol import Received, unpack
from cxcase.intake.sandbox.supervisor import Tell, read_apart


@pytest.fixture(autouse=True)
def read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in this process, except by tests marked `apart`: of the process, its limits,
    and hostile files.
    """
    if request.node.get_closest_marker("apart") is None:
        monkeypatch.setattr(read_files, "read_apart", _read_here)


def _read_here(
    name: str,
    data: bytes,
    request: Mapping[str, Any],
    tell: Tell | None = None,
    folder: Path | None = None,
) -> tuple[Received, ...]:
    try:
        return unpack(b"".join(worker.read({"name": name, **request}, data)))
    except BaseException as error:
        if (
            type(error).__name__ != "PanicException"
        ):  # a reader that fell over is followed by the second one there
            raise
    return read_apart(name, data, request, tell, folder)
