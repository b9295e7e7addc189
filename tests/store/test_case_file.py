"""One case as one file: whole, or told in a sentence; nothing in it is run or written elsewhere."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from cxcase.errors import StoreError
from cxcase.store import CaseDocument, read_case_file, write_case_file

BODY = {"settings": {"margin": 0.4}, "files": []}


@pytest.fixture
def document(tmp_path: Path) -> CaseDocument:
    table = tmp_path / "rows-typed.parquet"
    table.write_bytes(bytes(range(256)) * 20)
    clip = tmp_path / "clip.mp3"
    clip.write_bytes(b"sound")
    return CaseDocument(BODY, {table.name: table, "recordings/clip.mp3": clip})


def changed(data: bytes, part: str, content: bytes, name: str | None = None) -> bytes:
    """The file with one part replaced, under another name if one is given."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            if item.filename != part:
                new.writestr(item, old.read(item))
        new.writestr(name or part, content)
    return out.getvalue()


def test_a_case_comes_back_as_it_was(document: CaseDocument, tmp_path: Path) -> None:
    data = write_case_file(document, "Thornbeck")
    assert data == write_case_file(document, "Thornbeck")
    name, body = read_case_file("a.cxcase", data, tmp_path / "out")
    assert (name, body) == ("Thornbeck", BODY)
    for file, path in document.files.items():
        assert (tmp_path / "out" / file).read_bytes() == path.read_bytes()


def test_a_newer_file_is_refused(document: CaseDocument, tmp_path: Path) -> None:
    data = write_case_file(document, "Thornbeck")
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("manifest.json"))
    newer = json.dumps({**manifest, "format": 2, "app": "9.0"}).encode()
    with pytest.raises(StoreError) as told:
        read_case_file("a.cxcase", changed(data, "manifest.json", newer), tmp_path / "out")
    assert (told.value.code, told.value.params["found"]) == ("case_file_newer", "9.0")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b/c", "..", "", "a\\b", ".hidden"])
def test_no_part_is_written_elsewhere(document: CaseDocument, tmp_path: Path, name: str) -> None:
    data = write_case_file(document, "Thornbeck")
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("manifest.json"))
    part = "tables/rows-typed.parquet"
    manifest["sha256"][f"tables/{name}"] = manifest["sha256"].pop(part)
    content = zipfile.ZipFile(io.BytesIO(data)).read(part)
    bad = changed(data, "manifest.json", json.dumps(manifest).encode())
    bad = changed(bad, part, content, f"tables/{name}")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError):
        read_case_file("a.cxcase", bad, tmp_path / "out")
    written = set(tmp_path.rglob("*")) - set(before)
    assert all(path.is_relative_to(tmp_path / "out") for path in written)


def test_no_damage_passes(document: CaseDocument, tmp_path: Path) -> None:
    data = write_case_file(document, "Thornbeck")
    rng = np.random.default_rng(0)
    passed = 0
    for turn in range(300):
        damaged = bytearray(data)
        for place in rng.integers(len(data), size=3):
            damaged[place] ^= 1 << int(rng.integers(8))
        cut = bytes(damaged[: int(rng.integers(1, len(data)))]) if turn % 3 == 0 else bytes(damaged)
        try:
            found = read_case_file("a.cxcase", cut, tmp_path / "out")
        except StoreError:
            continue
        # the damage lay where a zip keeps what nobody reads, such as a time
        assert found[1] == BODY
        passed += 1
    assert passed < 100


def test_what_is_no_case_file_is_told(tmp_path: Path) -> None:
    for data in (b"", b"hello", b"PK\x03\x04"):
        with pytest.raises(StoreError) as told:
            read_case_file("a.cxcase", data, tmp_path)
        assert told.value.code == "case_file_damaged"
