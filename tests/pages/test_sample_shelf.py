"""The sample's files are read once, however many press its button at the same moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from cxcase.errors import InputError
from cxcase.intake import Upload
from cxcase.screen.data import sample_files
from cxcase.screen.session import Trouble


def test_a_file_is_read_once_for_all_and_again_where_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads: list[str] = []

    def read_one(upload: Upload, *_: object) -> object:
        reads.append(upload.name)
        time.sleep(0.05)
        if upload.name == "torn.csv":
            return Trouble(upload.name, InputError("unreadable", file=upload.name))
        return SimpleNamespace(name=upload.name)

    monkeypatch.setattr(sample_files, "read_one", read_one)
    shelf = sample_files.Shelf()
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(shelf.read, Upload("a.csv", b"1"), None, None) for _ in range(4)]
        assert len({id(job.result()) for job in jobs}) == 1
    assert reads == ["a.csv"]
    for _ in range(2):
        assert isinstance(shelf.read(Upload("torn.csv", b""), None, None), Trouble)
    assert reads == ["a.csv", "torn.csv", "torn.csv"]
