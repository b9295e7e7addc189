"""How wide text comes out, in letters of the Latin script: those of Chinese, Japanese and Korean
take two.
"""

from __future__ import annotations

import math
import textwrap
import unicodedata

_FILLER = "\ufdd0"  # stands for a wide letter's second half while lines are made; no text has it
_END = " …"


def columns(text: str) -> int:
    """How many Latin letters' width a text takes; marks that sit on a letter take none."""
    return sum(_columns_of(letter) for letter in text)


def wrap(text: str, width: int, lines: int | None = None) -> list[str]:
    """The lines of a text, each at most `width` wide, broken at spaces and inside words that are
    wider than a line.

    At most so many `lines`, the last cut with an ellipsis. Only words of narrow letters are
    hyphenated.
    """
    short = " ".join(_fitted(word, width) for word in text.split(" "))
    rows = textwrap.wrap(short, width, max_lines=lines, placeholder=_END, break_on_hyphens=False)
    return [row.replace(_FILLER, "") for row in rows]


def shorten(text: str, width: int) -> str:
    """The text on one line, cut at a word with an ellipsis; inside one that alone is too wide."""
    if columns(text) <= width:
        return " ".join(text.split())
    short = textwrap.shorten(_filled(text), width, placeholder=_END).replace(_FILLER, "")
    if short.strip() != _END.strip():
        return short
    kept = ""
    for letter in text:
        if columns(kept + letter) >= width:
            break
        kept += letter
    return kept + _END.strip()


def _columns_of(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    if _wide(letter):
        return 2
    return 1


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _filled(text: str) -> str:
    """The text with a filler behind each wide letter, so that it counts as two."""
    return "".join(letter + _FILLER if _wide(letter) else letter for letter in text)


def _fitted(word: str, width: int) -> str:
    if columns(word) > width:
        return _broken(word, width)
    return _filled(word)


def _broken(word: str, width: int) -> str:
    """A word in pieces a little narrower than a line; of wide letters even ones, none alone."""
    if not any(map(_wide, word)):
        return "- ".join(textwrap.wrap(word, width - 1))
    pieces = math.ceil(columns(word) / (width - 1))
    return " ".join(
        textwrap.wrap(_filled(word), min(width - 1, math.ceil(columns(word) / pieces) + 1))
    )
