"""What an upload holds: the file itself, or the files in a zip, each decrypted when it is its turn.

Nothing is written to disk: a member's path is only shown, and of it only the last part.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cxcase.errors import InputError
from cxcase.intake.files.decryption import unlock_old, unlock_package
from cxcase.intake.files.file_kind import Kind, kind_of
from cxcase.intake.files.zip_parts import UNZIP_ERRORS, opened

MAX_MEMBERS = 50
# codes of `kind_of` for files that may lie beside the tables in a zip: listed, not failed
NO_TABLES = {
    "wrong_type",
    "web_page",
    "xml_file",
    "json_file",
    "pdf_file",
    "picture_file",
    "text_document",
    "presentation",
    "email_file",
    "program_file",
    "empty_file",
}
_AES = 99
_OF_THE_SYSTEM = {"thumbs.db", "desktop.ini", "icon\r"}


@dataclass(frozen=True)
class Member:
    """One file to be read."""

    label: str  # how people see it named
    open: Callable[[], tuple[Kind, bytes]]  # gives (kind, plain bytes); raises InputError


def members(name: str, data: bytes, password: str | None) -> tuple[Member, ...]:
    """The files of an upload in order; what is no zip stands alone.

    Raises InputError for a zip of too many files, of none, or a damaged one.
    """
    if not data.startswith(b"PK") or kind_of(name, data) != "zip":
        return (Member(name, lambda: plain(name, data, password)),)
    archive = opened(name, data)
    inside = [p for p in archive.infolist() if not _of_the_system(p)]
    if not inside:
        raise InputError("zip_without_tables", file=name)
    if len(inside) > MAX_MEMBERS:
        raise InputError("zip_too_many", file=name, found=len(inside), expected=MAX_MEMBERS)
    labels = _labels(name, inside)
    pairs = zip(inside, labels, strict=True)
    return tuple(_member(archive, part, label, password) for part, label in pairs)


def _member(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, label: str, password: str | None
) -> Member:
    def opens() -> tuple[Kind, bytes]:
        kind, data = plain(label, _unpacked(archive, part, label, password), password)
        if kind == "zip":
            raise InputError("zip_in_zip", file=label)
        return kind, data

    return Member(label, opens)


def plain(name: str, data: bytes, password: str | None) -> tuple[Kind, bytes]:
    """(kind, bytes) with any encryption taken off. Raises InputError for what cannot be read."""
    kind = kind_of(name, data)
    if kind == "locked":
        data = unlock_package(name, data, password)
        kind = kind_of(name, data)
        if kind not in ("xlsx", "xlsb"):
            raise InputError("damaged_file", file=name)
    elif kind == "xls" and data.startswith(b"\xd0\xcf"):
        data = unlock_old(name, data, password)
    return kind, data


def _of_the_system(part: zipfile.ZipInfo) -> bool:
    """True for folders and what operating systems put beside files: nothing a person would miss."""
    steps = _steps(part.filename)
    if part.is_dir() or not steps or "__MACOSX" in steps:
        return True
    return steps[-1].startswith((".", "~$")) or steps[-1].lower() in _OF_THE_SYSTEM


def _steps(path: str) -> list[str]:
    return [step for step in path.replace("\\", "/").split("/") if step not in ("", ".", "..")]


def _labels(name: str, inside: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Each as "archive.zip/inner.csv"; one of the same name in another folder gets a number."""
    seen: dict[str, int] = {}
    labels = []
    for part in inside:
        base = "".join(c for c in _steps(part.filename)[-1] if c.isprintable())[:120] or "file"
        seen[base] = seen.get(base, 0) + 1
        labels.append(f"{name}/{_numbered(base, seen[base])}")
    return labels


def _numbered(file: str, number: int) -> str:
    """The name of the file, from the second on with its number: "a (2).csv"."""
    if number == 1:
        return file
    stem, dot, ending = file.rpartition(".")
    if dot:
        return f"{stem} ({number}).{ending}"
    return f"{file} ({number})"


def _unpacked(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, label: str, password: str | None
) -> bytes:
    """The member's bytes.

    Raises InputError for no password, a wrong one, AES or an unknown packing, and what is damaged.
    """
    locked = bool(part.flag_bits & 1)
    if part.compress_type == _AES:
        raise InputError("zip_not_opened", file=label)
    if locked and not password:
        raise InputError("password_protected", file=label)
    try:
        return archive.read(part, pwd=password.encode() if locked and password else None)
    except NotImplementedError:
        raise InputError("zip_not_opened", file=label) from None
    except UNZIP_ERRORS:  # one wrong password in 256 is only found out when the bytes make no sense
        raise InputError("wrong_password" if locked else "damaged_file", file=label) from None
