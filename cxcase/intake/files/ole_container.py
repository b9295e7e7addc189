"""Compound files (OLE), in which old and encrypted workbooks lie: their streams, none looping."""

from __future__ import annotations

import io
import struct
from typing import Any

from cxcase.errors import InputError

_FILEPASS = 0x2F
_EOF = 0x0A
_SEARCHED = 100  # records in which the mark of an encrypted workbook stands, if it does
# what olefile and what builds on it raise for a damaged file
BROKEN = (
    *(OSError, struct.error, IndexError, KeyError, ValueError, TypeError, AttributeError),
    *(OverflowError, RecursionError, AssertionError, UnicodeError, MemoryError),
)


def _open(name: str, data: bytes) -> Any:
    import olefile

    try:
        return olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_FATAL)
    except BROKEN:
        raise InputError("damaged_file", file=name) from None


def streams(name: str, data: bytes) -> frozenset[str]:
    """Names of the streams on the top level.

    Raises InputError for a damaged file and for one whose chains loop.
    """
    _refuse_loops(name, data)
    with _open(name, data) as ole:
        try:
            return frozenset(path[0] for path in ole.listdir(streams=True, storages=True))
        except BROKEN:
            raise InputError("damaged_file", file=name) from None


def has_macros(name: str, data: bytes) -> bool:
    """True when a project of macros lies beside the workbook."""
    return "_VBA_PROJECT_CUR" in streams(name, data)


def book_of(name: str, data: bytes) -> tuple[str, bytes]:
    """(name, bytes) of the stream of the workbook. Raises InputError where there is none."""
    with _open(name, data) as ole:
        for stream in ("Workbook", "Book"):
            try:
                if ole.exists(stream):
                    return stream, ole.openstream(stream).read()
            except BROKEN:
                break
    raise InputError("damaged_file", file=name)


def encrypted(book: bytes) -> bool:
    """True when the workbook stream says that what follows needs a password."""
    place = 0
    for _ in range(_SEARCHED):
        if place + 4 > len(book):
            return False
        record, size = struct.unpack_from("<HH", book, place)
        if record == _FILEPASS:
            return True
        if record == _EOF:
            return False
        place += 4 + size
    return False


def _refuse_loops(name: str, data: bytes) -> None:
    """Raises InputError where the chain of the directory or the allocation table loops."""
    if len(data) < 512:
        raise InputError("damaged_file", file=name)
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise InputError("damaged_file", file=name)
    size = 1 << shift
    table = _allocation(name, data, size)
    sector = struct.unpack_from("<I", data, 48)[0]
    seen = set()
    while sector < 0xFFFFFFFA:
        if sector in seen or sector >= len(table):
            raise InputError("damaged_file", file=name)
        seen.add(sector)
        sector = table[sector]


def _allocation(name: str, data: bytes, size: int) -> list[int]:
    """Sector -> the sector after it."""
    places = list(struct.unpack_from("<109I", data, 76))
    more = struct.unpack_from("<I", data, 68)[0]
    seen = set()
    while more < 0xFFFFFFFA:
        start = (more + 1) * size
        if more in seen or start + size > len(data):
            raise InputError("damaged_file", file=name)
        seen.add(more)
        *further, more = struct.unpack_from(f"<{size // 4}I", data, start)
        places += further
    table: list[int] = []
    for place in dict.fromkeys(places):  # a sector named twice adds nothing
        start = (place + 1) * size
        if place >= 0xFFFFFFFA or start + 4 > len(data):
            continue
        there = min(size, len(data) - start) // 4
        table += struct.unpack_from(f"<{there}I", data, start)
    return table
