"""Text that is safe in an Office file: no control characters, nothing that becomes a formula."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LEADS_TO_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
LONGEST_CELL = 32_000  # Excel takes 32,767 characters in a cell


def plain(text: object) -> str:
    """The text without characters that XML forbids; an empty string for None."""
    if text is None:
        return ""
    return _CONTROL.sub("", str(text))


def unbroken(text: object) -> str:
    """Plain text for a slide in which no line ends between a minus and its figure."""
    return plain(text).replace("−", "−\u2060").replace("\u2060\u2060", "\u2060")


def cell(text: object) -> str:
    """Text for a spreadsheet cell: plain, and no longer than a cell takes."""
    return plain(text)[:LONGEST_CELL]


def looks_like_a_formula(text: str) -> bool:
    """True when a program might read the text as a formula once somebody edits the cell."""
    return text.startswith(_LEADS_TO_A_FORMULA)


def one_line(text: str) -> str:
    """The text on one line; spaces that must not break stay."""
    return re.sub(r"[ \t\r\n]+", " ", plain(text)).strip()


def shorten(text: str, most: int) -> str:
    """The text, cut at a word with an ellipsis when longer than `most` characters."""
    text = one_line(text)
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at_a_word = cut.rsplit(" ", 1)[0]
    if len(at_a_word) > most // 2:
        cut = at_a_word
    return cut.rstrip(" ,;:") + "…"
