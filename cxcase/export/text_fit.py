"""How wide and how tall text comes out in Calibri, so that every box gets letters that fit it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# Advance widths of the characters 32..126 in thousandths of the size, from Carlito, whose metrics
# are Calibri's.
_WIDTHS_OF_ASCII = """
    226 326 401 498 507 715 682 221 303 303 498 498 250 306 252 386 507 507 507 507 507 507 507
    507 507 507 268 268 498 498 498 463 894 579 544 533 615 488 459 631 623 252 319 520 420 855
    646 662 517 673 543 459 487 642 567 890 519 487 468 307 386 307 498 498 291 479 525 423 525
    498 305 471 525 230 239 455 230 799 525 527 525 525 349 391 335 525 452 715 433 453 395 314
    460 314 498
"""
_WIDTHS = [int(width) for width in _WIDTHS_OF_ASCII.split()]
# any other letter; East Asian letters and symbols
_OTHER = 540
_WIDE = 1000
_BOLD = 1.035  # bold letters are that much wider
LEADING = 1.2  # line height as a multiple of the size
SAFETY = 1.04  # other programs set a little wider


def width(text: str, size: float, bold: bool = False) -> float:
    """Points that a line of text takes at `size` points."""
    weight = _BOLD if bold else 1.0
    return sum(map(_advance, text)) * size / 1000 * weight * SAFETY


def _advance(letter: str) -> int:
    """Thousandths of the size that a letter takes; a mark on another letter takes none."""
    if " " <= letter <= "~":
        return _WIDTHS[ord(letter) - 32]
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return _OTHER


def lines(text: str, size: float, room: float, bold: bool = False) -> int:
    """Lines that text takes in `room` points, broken at spaces and inside words too wide."""
    space = width(" ", size, bold)
    total = 0
    for paragraph in text.split("\n"):
        words = [width(word, size, bold) for word in paragraph.split(" ")]
        total += _lines_of(words, space, room)
    return total


def _lines_of(words: Sequence[float], space: float, room: float) -> int:
    """How many lines words of these widths take, with a space between them; all in points."""
    total = 1
    used = 0.0
    for word in words:
        before = space if used else 0.0
        if used and used + before + word > room:
            total += 1
            used = 0.0
            before = 0.0
        left = word
        while left > room > 0:
            total += 1
            left -= room
        used += before + left
    return total


def height(text: str, size: float, room: float, bold: bool = False) -> float:
    """Points of height that text takes in `room` points of width."""
    return lines(text, size, room, bold) * size * LEADING


def largest(
    text: str, sizes: tuple[float, ...], room: float, tall: float, bold: bool = False
) -> float:
    """The first of the sizes, largest first, at which text fits room x tall points; or the last."""
    return next((size for size in sizes if height(text, size, room, bold) <= tall), sizes[-1])


def cut(text: str, size: float, room: float, most: int, bold: bool = False) -> str:
    """The text, cut at a word with an ellipsis when it takes more than `most` lines."""
    if lines(text, size, room, bold) <= most:
        return text
    words = text.split(" ")
    while len(words) > 1 and lines(" ".join(words) + "…", size, room, bold) > most:
        words.pop()
    short = " ".join(words)
    while short and lines(short + "…", size, room, bold) > most:
        short = short[:-1]
    return short.rstrip(" ,;:") + "…"
