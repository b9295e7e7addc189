"""One case as one file, `.cxcase`: a zip of JSON and tables, with a checksum for each.

Nothing in it is ever run: no pickle, and no path that leads out of the folder it is read into.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxcase.errors import StoreError
from cxcase.store.saved_case import CaseDocument
from cxcase.version import __version__

FORMAT = 1
_MANIFEST = "manifest.json"
_BODY = "case.json"
_TABLES = "tables/"
_NAME = re.compile(r"(?:[a-z]{1,20}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_LARGEST = 4 * 2**30  # bytes a file may unpack to, all together
_DAMAGED = (  # what a zip whose bytes were changed may raise
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # same case, same bytes


def write_case_file(document: CaseDocument, name: str) -> bytes:
    """The case as a `.cxcase` file; the same case gives the same bytes."""
    parts = {_BODY: json.dumps(document.body, sort_keys=True, allow_nan=False).encode()}
    for file, path in sorted(document.files.items()):
        parts[f"{_TABLES}{file}"] = path.read_bytes()
    manifest = {
        "format": FORMAT,
        "app": __version__,
        "name": name,
        "sha256": {part: hashlib.sha256(data).hexdigest() for part, data in parts.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        _add(made, _MANIFEST, json.dumps(manifest, sort_keys=True, indent=1).encode())
        for part, data in parts.items():
            _add(made, part, data)
    return out.getvalue()


def _add(made: zipfile.ZipFile, part: str, data: bytes) -> None:
    made.writestr(zipfile.ZipInfo(part, _EPOCH), data, zipfile.ZIP_DEFLATED)


def read_case_file(file: str, data: bytes, folder: Path) -> tuple[str, Mapping[str, Any]]:
    """(the case's name, its body); its tables are in `folder`.

    Raises StoreError "case_file_damaged" or "case_file_newer".
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return _read(file, opened, folder)
    except _DAMAGED as error:
        raise StoreError("case_file_damaged", file=file, found=str(error)) from error


def _read(file: str, opened: zipfile.ZipFile, folder: Path) -> tuple[str, Mapping[str, Any]]:
    if sum(part.file_size for part in opened.infolist()) > _LARGEST:
        raise ValueError("it unpacks to more than 4 GB")
    manifest = json.loads(opened.read(_MANIFEST))
    if manifest["format"] > FORMAT:
        raise StoreError("case_file_newer", file=file, found=manifest["app"])
    parts: dict[str, str] = manifest["sha256"]
    body: Mapping[str, Any] = json.loads(_checked(opened, _BODY, parts[_BODY]))
    for part, digest in parts.items():
        if part == _BODY:
            continue
        name = part.removeprefix(_TABLES)
        if not part.startswith(_TABLES) or not _NAME.fullmatch(name):
            raise ValueError(f"a part is called {part!r}")
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_checked(opened, part, digest))
    return str(manifest["name"]), body


def _checked(opened: zipfile.ZipFile, part: str, digest: str) -> bytes:
    data = opened.read(part)
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(f"{part} is not what it was when it was saved")
    return data
