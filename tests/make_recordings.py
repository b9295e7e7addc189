"""Real recordings made of nothing: a tone as wav, silence as mp3 and m4a, each a whole file that
players can play.
"""

from __future__ import annotations

import io
import math
import struct
import wave

# bytes and samples of a frame of MPEG-1 layer III at 128 kbit/s
MP3_FRAME = 417
MP3_SAMPLES = 1152
MP3_RATE = 44100
AAC_SAMPLES = 1024
AAC_RATE = 44100
# one channel element (id 0, tag 0), gain 0, a long window without any band, no pulses, no noise
# shaping; the end (111)
AAC_SILENCE = bytes([0, 0, 0, 0b111])


def wav(seconds: float, rate: int = 8000, channels: int = 1) -> bytes:
    """A 440 Hz tone, 16 bit, by the standard library."""
    out = io.BytesIO()
    tone = [round(8000 * math.sin(2 * math.pi * 440 * i / rate)) for i in range(rate)]
    with wave.open(out, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        n = round(seconds * rate)
        sound.writeframes(b"".join(struct.pack("<h", tone[i % rate]) * channels for i in range(n)))
    return out.getvalue()


def mp3(seconds: float, tags: bool = False) -> bytes:
    """Silence: frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono, each a header and an empty
    body.

    tags: an ID3v2 tag stands before them, as phones write it.
    """
    header = bytes(
        [0xFF, 0xFB, 0x90, 0xC0]
    )  # sync, version 1, layer III, no CRC; 128 kbit/s, 44.1 kHz; mono
    frame = header + bytes(MP3_FRAME - len(header))
    frames = round(seconds * MP3_RATE / MP3_SAMPLES)
    tag = _id3(b"TIT2", "A customer speaks") if tags else b""
    return tag + frame * frames


def _id3(name: bytes, text: str) -> bytes:
    body = b"\x03" + text.encode()
    frame = name + struct.pack(">I", len(body)) + b"\x00\x00" + body
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + frame


def m4a(seconds: float) -> bytes:
    """An MPEG-4 file: ftyp, moov with one AAC track of that length and all its tables, mdat with
    its frames.
    """
    frames = round(seconds * AAC_RATE / AAC_SAMPLES)
    length = frames * AAC_SAMPLES
    ftyp = _box(b"ftyp", b"M4A \x00\x00\x02\x00M4A mp42isom")
    sizes = (len(AAC_SILENCE), frames)
    moov = _moov(length, sizes, 0)
    moov = _moov(
        length, sizes, len(ftyp) + len(moov) + 8
    )  # now that it is known where the frames begin
    return ftyp + moov + _box(b"mdat", AAC_SILENCE * frames)


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def _full(name: bytes, body: bytes, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", flags) + body)


def _moov(length: int, sizes: tuple[int, int], offset: int) -> bytes:
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    mvhd = _full(
        b"mvhd",
        struct.pack(">4IIH10x", 0, 0, AAC_RATE, length, 0x10000, 0x100)
        + matrix
        + bytes(24)
        + struct.pack(">I", 2),
    )
    tkhd = _full(
        b"tkhd", struct.pack(">5I8xHHHH", 0, 0, 1, 0, length, 0, 0, 0x100, 0) + matrix + bytes(8), 7
    )
    mdhd = _full(b"mdhd", struct.pack(">4IHH", 0, 0, AAC_RATE, length, 0x55C4, 0))
    hdlr = _full(b"hdlr", struct.pack(">I4s12x", 0, b"soun") + b"sound\x00")
    dref = _full(b"dref", struct.pack(">I", 1) + _full(b"url ", b"", 1))
    minf = _full(b"smhd", bytes(4)) + _box(b"dinf", dref) + _box(b"stbl", _tables(sizes, offset))
    media = _box(b"mdia", mdhd + hdlr + _box(b"minf", minf))
    return _box(b"moov", mvhd + _box(b"trak", tkhd + media))


def _tables(sizes: tuple[int, int], offset: int) -> bytes:
    """What the samples are (AAC-LC, mono), how long and how large each is, and where they begin."""
    size, frames = sizes
    specific = b"\x05\x02\x12\x08"  # AAC-LC, 44.1 kHz, one channel
    config = (
        b"\x04"
        + bytes([13 + len(specific)])
        + b"\x40\x15\x00\x00\x00"
        + struct.pack(">II", 64000, 64000)
        + specific
    )
    esds = _full(
        b"esds", b"\x03" + bytes([3 + len(config) + 3]) + b"\x00\x01\x00" + config + b"\x06\x01\x02"
    )
    entry = _box(
        b"mp4a", bytes(6) + struct.pack(">H8xHHHHI", 1, 1, 16, 0, 0, AAC_RATE << 16) + esds
    )
    return (
        _full(b"stsd", struct.pack(">I", 1) + entry)
        + _full(b"stts", struct.pack(">III", 1, frames, AAC_SAMPLES))
        + _full(b"stsc", struct.pack(">IIII", 1, 1, frames, 1))
        + _full(b"stsz", struct.pack(">II", size, frames))
        + _full(b"stco", struct.pack(">II", 1, offset))
    )
