"""What customers say: pinned quotes, else typical ones of the moments with the most at stake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.export.deck.blocks import notes_of, quiet, say
from cxcase.export.deck.canvas import BODY, GRID, INK, LOSS, RX, Box, Deck, Run, Slide
from cxcase.export.text import one_line, shorten
from cxcase.report import words
from cxcase.report.result import Report

MOST = 6  # quotes on the slide
_SHORT = 70  # characters of a quote that a title can hold
_LONGEST_NAME = 46  # characters of a moment in it
# inches between cards, of the line below a quote, left of it
_GAP = 0.3
_ABOUT = 0.34
_EDGE = 0.14
_BUTTON = 0.42  # inches of what plays a recording
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
    played = [pin for pin in shown if pin.id in deck.sounds]
    slide = deck.slide(_title(report, shown), subtitle, _notes(report, heard, played))
    for place, pin in enumerate(shown):
        box = _place_of_card(place, len(shown))
        about = words.about_quote(pin, report.currency, with_moment=True)
        with slide.group(about):
            _card(slide, box, pin, about, plays=pin in played)
        if pin in played:
            button = Box(box.right - _BUTTON, box.top, _BUTTON, _BUTTON)
            slide.sound(button, deck.sounds[pin.id], say(report, "voices.plays", about=about))


def _title(report: Report, shown: Sequence[Any]) -> str:
    """What the first of the low marks says where it is short, else what the quotes are about."""
    named = [pin for pin in shown if pin.moment]
    low = [pin for pin in named if pin.direction == "low"]
    if not named:
        return say(report, "voices.title_plain")
    first = next(iter(low or named))
    moment = shorten(first.moment, _LONGEST_NAME)
    quote = one_line(first.text).removesuffix(".")
    if low and len(quote) <= _SHORT:
        return say(report, "voices.title_quote", moment=moment, quote=quote)
    return say(report, "voices.title_low" if low else "voices.title_high", moment=moment)


def _notes(report: Report, heard: int, played: Sequence[Any]) -> str:
    """Where the quotes come from, how many were pinned beside those shown, and every word of the
    recordings that play.
    """
    notes = notes_of(report, "voices" if heard else "voices_clips", comments=heard)
    more = len(report.pins) - MOST
    lines = [notes, say(report, "voices.more", n=more)] if more > 0 else [notes]
    heard_there = (say(report, "voices.transcript", text=pin.text) for pin in played)
    return "\n".join([*lines, *heard_there])


def _place_of_card(place: int, n: int) -> Box:
    """Where card `place` of `n` stands: two a row, one alone across the whole slide."""
    rows = (n + 1) // 2
    wide = (BODY.width - _GAP) / 2 if n > 1 else BODY.width
    tall = min(2.2, (BODY.height - 0.1 - _GAP * (rows - 1)) / rows)
    row, column = divmod(place, 2)
    left = BODY.left + column * (wide + _GAP)
    top = BODY.top + 0.1 + row * (tall + _GAP)
    return Box(left, top, wide, tall)


def _card(slide: Slide, box: Box, pin: Any, about: str, *, plays: bool) -> None:
    """A quote with a line at its left in the colour of its marks, and below it whose it is; with
    room at its right for a button where its recording plays.
    """
    slide.rule(box.left, box.top, box.left, box.top + box.height, _HUES.get(pin.direction, GRID), 3)
    room = _BUTTON + _EDGE if plays else 0.0
    inner = Box(box.left + _EDGE, box.top, box.width - _EDGE - room, box.height - _ABOUT)
    quote = [Run(f"“{one_line(pin.text)}”", colour=INK)]
    slide.text(inner, [quote], (18, 17, 16, 15, 14, 13, 12))
    if pin.language in _RIGHT_TO_LEFT:
        slide.turn_around()
    below = Box(inner.left, box.top + box.height - _ABOUT, inner.width, _ABOUT)
    slide.text(below, [quiet(about)], (12,))
