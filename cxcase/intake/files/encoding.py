"""Which 8-bit encoding a text is in: the one in which its words look like words.

Detection libraries take a short table of names for Hungarian or Korean as often as not; the handful
of encodings that spreadsheets are exported in differ in a way that is easy to see: letters that are
no letters, capitals inside words.
"""

from __future__ import annotations

import re
from itertools import pairwise

_CANDIDATES = (
    "cp1252",
    "cp1250",
    "iso8859_15",
    "mac_roman",
    "cp850",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1256",
)
_ASIAN = ("shift_jis", "gb18030", "euc_kr")
_WORD = re.compile(r"[^\W\d_]+")
_SIGN_IN_WORD = re.compile(
    r"(?<=[^\W\d_])[^\w\s\x00-\x7f’‘“”–—…·«»](?=[^\W\d_])"
    r"|(?<=[^\W\d_])[¹²³¼½¾ª¬¦¶±µ]|[£¥§¬±](?=[^\W\d_]{2})"
)
_NEVER = re.compile(r"[\u2500-\u259f¤‡◊√∫∂ƒ≈∆∏∑≠∞≤≥ﬁﬂ„]")
_CONTROL = re.compile(r"[\x80-\x9f\ufffd]")
_MIXED = re.compile(r"[A-Za-z\u00c0-\u024f][\u0370-\u06ff]|[\u0370-\u06ff][A-Za-z\u00a1-\u024f]")
_ACCENTS = re.compile(r"[\u00c0-\u024f]{3}")
_KANA = re.compile(r"[\u3040-\u30ff]")
_ENOUGH_KANA = 3  # different ones
_POOR = 0.1  # oddities a non-ASCII character, above which no 8-bit encoding explains the text
_LOOKED_AT = 1 << 16  # bytes


def likeliest(data: bytes) -> str:
    """The encoding of bytes that are not UTF-8; "cp1252" where nothing speaks for another."""
    high = data[max(0, _first_high(data) - 1024) :][:_LOOKED_AT]
    if _japanese(high):
        return "cp932"
    text = {name: high.decode(name, "replace") for name in _CANDIDATES}
    odd = {name: _oddities(t) for name, t in text.items()}
    best = min(_CANDIDATES, key=lambda name: odd[name])
    if odd[best] > _POOR * sum(b > 0x7F for b in high):
        return next((name for name in _ASIAN if _fits(high, name)), best)
    return best


def _japanese(data: bytes) -> bool:
    """True for what reads as Shift JIS without a fault and holds kana that nothing else would."""
    if not _fits(data, "shift_jis"):
        return False
    text = data.decode("cp932", "replace")
    kana = _KANA.findall(text)
    return len(set(kana)) >= _ENOUGH_KANA and len(kana) > _POOR * sum(c > "\x7f" for c in text)


def _first_high(data: bytes) -> int:
    match = re.search(rb"[\x80-\xff]", data)
    if match:
        return match.start()
    return 0


def _oddities(text: str) -> int:
    """How many things no language writes."""
    inside = sum(1 for word in _WORD.findall(text) for a, b in pairwise(word) if _leaps(a, b))
    patterns = (_SIGN_IN_WORD, _NEVER, _MIXED, _ACCENTS)
    return inside + sum(len(p.findall(text)) for p in patterns) + 3 * len(_CONTROL.findall(text))


def _leaps(a: str, b: str) -> bool:
    """True for a capital right after a small letter, where one of them is not plain ASCII."""
    return a.islower() and b.isupper() and not (a + b).isascii()


def _fits(data: bytes, name: str) -> bool:
    try:
        text = data.decode(name, "strict")
    except UnicodeDecodeError as error:
        if error.end < len(data) - 4:  # the piece may end within a character
            return False
        text = data[: error.start].decode(name, "replace")
    return name != "shift_jis" or bool(_KANA.search(text))
