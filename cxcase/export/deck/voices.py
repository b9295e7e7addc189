"""What customers say: pinned quotes, else typical ones of the moments with the most at stake."""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import quiet, say
from cxcase.export.deck.canvas import BODY, GRID, INK, LOSS, RX, Box, Deck, Run, Slide
from cxcase.export.text import one_line
from cxcase.report import words
from cxcase.report.result import Report

MOST = 6  # quotes on the slide
# inches between cards, of the line below a quote, left of it
_GAP = 0.3
_ABOUT = 0.34
_EDGE = 0.14
_HUES = {"low": LOSS, "high": RX}
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


def voices(deck: Deck, report: Report) -> None:
    """A slide of quotes in two columns; none where customers said nothing that could be quoted."""
    shown = (report.pins or report.typical)[:MOST]
    if not shown:
        return
    heard = report.voice.comments if report.voice else 0
    kind = "voices.pinned" if report.pins else "voices.typical"
    subtitle = say(report, kind, n=len(shown), comments=heard)
    slide = deck.slide(say(report, "voices.title"), subtitle, _notes(report, heard))
    for place, pin in enumerate(shown):
        with slide.group(words.about_quote(pin, report.currency, with_moment=True)):
            _card(slide, report, _place_of_card(place, len(shown)), pin)


def _notes(report: Report, heard: int) -> str:
    """Where the quotes come from, and how many were pinned beside those shown."""
    notes = say(report, "voices.notes" if heard else "voices.notes_clips", comments=heard)
    more = len(report.pins) - MOST
    if more > 0:
        return notes + say(report, "voices.more", n=more)
    return notes


def _place_of_card(place: int, n: int) -> Box:
    """Where card `place` of `n` stands: two a row, one alone across the whole slide."""
    rows = (n + 1) // 2
    wide = (BODY.width - _GAP) / 2 if n > 1 else BODY.width
    tall = min(2.2, (BODY.height - 0.1 - _GAP * (rows - 1)) / rows)
    row, column = divmod(place, 2)
    left = BODY.left + column * (wide + _GAP)
    top = BODY.top + 0.1 + row * (tall + _GAP)
    return Box(left, top, wide, tall)


def _card(slide: Slide, report: Report, box: Box, pin: Any) -> None:
    """A quote with a line at its left in the colour of its marks, and below it whose it is."""
    slide.rule(box.left, box.top, box.left, box.top + box.height, _HUES.get(pin.direction, GRID), 3)
    inner = Box(box.left + _EDGE, box.top, box.width - _EDGE, box.height - _ABOUT)
    quote = [Run(f"“{one_line(pin.text)}”", colour=INK)]
    slide.text(inner, [quote], (18, 17, 16, 15, 14, 13, 12, 11))
    if pin.language in _RIGHT_TO_LEFT:
        slide.turn_around()
    about = words.about_quote(pin, report.currency, with_moment=True)
    below = Box(inner.left, box.top + box.height - _ABOUT, inner.width, _ABOUT)
    slide.text(below, [quiet(about)], (12, 11, 10))
