"""A minimal writer of compound files (MS-CFB, version 3), and how to break one."""

from __future__ import annotations

import struct

_SECTOR = 512
_FREE = 0xFFFFFFFF
_END = 0xFFFFFFFE
_FAT = 0xFFFFFFFD
_NONE = 0xFFFFFFFF


def compound(stream: str, data: bytes, *, loop: str = "") -> bytes:
    """A compound file with one stream of at least 4,096 bytes. loop: "chain" or "directory", which
    then never ends.
    """
    body = data.ljust(max(4096, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
    count = len(body) // _SECTOR
    chain = [_FAT, _END, *range(3, count + 2), _END]
    if loop == "chain":
        chain[4] = 2
    if loop == "directory":
        chain[1] = 1
    sibling = 1 if loop == "directory" else _NONE
    directory = _entry("Root Entry", 5, child=1, start=_END, size=0)
    directory += _entry(
        stream, 2, child=_NONE, start=2, size=len(body), left=sibling, right=sibling
    )
    directory = directory.ljust(_SECTOR, b"\0")
    table = b"".join(struct.pack("<I", n) for n in chain).ljust(_SECTOR, b"\xff")
    if len(table) > _SECTOR:
        raise ValueError("more than one table of sectors")
    return _header() + table + directory + body


def _header() -> bytes:
    first = struct.pack("<8s16x5H6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    counts = struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    return first + counts + struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108


def _entry(
    name: str,
    kind: int,
    *,
    child: int,
    start: int,
    size: int,
    left: int = _NONE,
    right: int = _NONE,
) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sH2B3I16xI16xIQ", wide, len(wide), kind, 1, left, right, child, 0, start, size
    )
