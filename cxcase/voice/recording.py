"""Recordings: what may be brought in, told by its content, not its name."""

from __future__ import annotations

import io
import math

from cxcase.errors import InputError

RECORDING_KINDS = ("mp3", "m4a", "wav")
# at most
RECORDING_MB = 25
RECORDING_MINUTES = 15
_SIGNS = {"wav": ((0, b"RIFF"), (8, b"WAVE")), "m4a": ((4, b"ftyp"),)}


def check_recording(name: str, data: bytes) -> tuple[str, float]:
    """(mp3, m4a or wav; seconds) of a recording.

    Raises InputError for anything else, and for what is too large.
    """
    if len(data) > RECORDING_MB * 2**20:
        raise InputError(
            "recording_too_large", file=name, found=len(data) / 2**20, expected=RECORDING_MB
        )
    kind = _kind(data)
    if kind is None:
        raise InputError("recording_wrong_type", file=name)
    seconds = _seconds(data, kind)
    if seconds is None:
        raise InputError("recording_unreadable", file=name)
    if seconds > 60 * RECORDING_MINUTES:
        raise InputError(
            "recording_too_long", file=name, found=seconds / 60, expected=RECORDING_MINUTES
        )
    return kind, seconds


def _kind(data: bytes) -> str | None:
    for kind, signs in _SIGNS.items():
        if all(data[at : at + len(sign)] == sign for at, sign in signs):
            return kind
    frame = len(data) > 3 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and data[1] & 0x06 == 0x02
    if data[:3] == b"ID3" or frame:
        return "mp3"
    return None


def _seconds(data: bytes, kind: str) -> float | None:
    from tinytag import TinyTag, TinyTagException

    try:
        read = TinyTag.get(filename=f"clip.{kind}", file_obj=io.BytesIO(data), tags=False)
    except (
        TinyTagException,
        ValueError,
        KeyError,
        IndexError,
        ArithmeticError,
        EOFError,
        OSError,
        TypeError,
    ):
        return None
    seconds = read.duration
    if seconds and math.isfinite(seconds) and seconds > 0:
        return float(seconds)
    return None
