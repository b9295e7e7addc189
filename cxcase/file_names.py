"""What a file is called wherever its name is shown or written."""

from __future__ import annotations

import unicodedata

# characters after which text is read from the other side
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown_name(name: str) -> str:
    """A file's name on one line, in characters that any output can hold: what breaks a line, turns
    the direction of reading or stands for bytes of no text becomes "_".
    """
    return "".join("_" if _unshowable(c) else c for c in name)


def _unshowable(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cs", "Zl", "Zp") or character in _TURNING
