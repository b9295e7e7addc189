"""Recordings without what stands in them beside the sound: names, places, pictures, dates."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator

_ID3_HEAD = 10  # bytes before an ID3v2 tag's own
_ID3_TAIL = 128  # bytes of an ID3v1 tag, at the file's end
_FOOTER = 0x10  # flag of an ID3v2 tag that has a footer as long as its head
_HOLDERS = (b"moov", b"trak")  # boxes that may hold what tells of a recording
_TELLING = (b"udta", b"meta", b"uuid")


def bare_sound(kind: str, data: bytes) -> bytes:
    """The recording's bytes (mp3, m4a or wav) with the sound alone."""
    if kind == "wav":
        return _bare_wav(data)
    if kind == "mp3":
        return _bare_mp3(data)
    return _bare_m4a(data)


def _bare_wav(data: bytes) -> bytes:
    """The samples under a head of their own; nothing where they are not plain ones."""
    out = io.BytesIO()
    try:
        with wave.open(io.BytesIO(data)) as old, wave.open(out, "wb") as new:
            new.setparams(old.getparams())
            new.writeframes(old.readframes(old.getnframes()))
    except (wave.Error, EOFError):
        return b""
    return out.getvalue()


def _bare_mp3(data: bytes) -> bytes:
    """The frames, without the tags before and behind them."""
    while data[:3] == b"ID3" and len(data) > _ID3_HEAD:
        size = 0
        for byte in data[6:_ID3_HEAD]:  # seven bits of each count
            size = (size << 7) + (byte & 0x7F)
        tail = _ID3_HEAD if data[5] & _FOOTER else 0
        data = data[_ID3_HEAD + size + tail :]
    if data[-_ID3_TAIL:][:3] == b"TAG":
        return data[:-_ID3_TAIL]
    return data


def _bare_m4a(data: bytes) -> bytes:
    """The same file in which boxes that tell of the recording are free room, so that nothing in it
    changes its place.
    """
    bare = bytearray(data)
    for start, body, end in _telling(data, 0, len(data)):
        bare[start + 4 : start + 8] = b"free"
        bare[body:end] = bytes(end - body)
    return bytes(bare)


def _telling(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(start, start of its body, end) of each such box."""
    while start + 8 <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        kind = data[start + 4 : start + 8]
        body = start + 8
        if size == 1:
            size = int.from_bytes(data[body : body + 8], "big")
            body += 8
        stop = end if size == 0 else start + size
        if stop < body or stop > end:
            return
        if kind in _TELLING:
            yield start, body, stop
        elif kind in _HOLDERS:
            yield from _telling(data, body, stop)
        start = stop
