"""What customers say: pinned quotes, else the typical ones of the moments with the most at stake,
as editable text.
"""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import say
from cxcase.export.deck.canvas import BODY, GRID, INK, LOSS, MUTED, RX, Box, Deck, Run, Slide
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
    pinned = bool(report.pins)
    shown = (report.pins or report.typical)[:MOST]
    if not shown:
        return
    n = len(shown)
    heard = report.voice.comments if report.voice else 0
    subtitle = say(report, "voices.pinned" if pinned else "voices.typical", n=n, comments=heard)
    notes = say(report, "voices.notes" if heard else "voices.notes_clips", comments=heard)
    more = len(report.pins) - n if pinned else 0
    slide = deck.slide(
        say(report, "voices.title"),
        subtitle,
        notes + (say(report, "voices.more", n=more) if more else ""),
    )
    rows = (n + 1) // 2
    wide = (BODY.width - _GAP) / 2 if n > 1 else BODY.width
    tall = min(2.2, (BODY.height - 0.1 - _GAP * (rows - 1)) / rows)
    for place, pin in enumerate(shown):
        left = BODY.left + (place % 2) * (wide + _GAP)
        _card(
            slide, report, Box(left, BODY.top + 0.1 + (place // 2) * (tall + _GAP), wide, tall), pin
        )


def _card(slide: Slide, report: Report, box: Box, pin: Any) -> None:
    """A quote with a line at its left in the colour of its marks, and below it whose it is."""
    slide.rule(box.left, box.top, box.left, box.top + box.height, _HUES.get(pin.direction, GRID), 3)
    inner = Box(box.left + _EDGE, box.top, box.width - _EDGE, box.height - _ABOUT)
    slide.text(
        inner, [[Run(f"“{one_line(pin.text)}”", colour=INK)]], (18, 17, 16, 15, 14, 13, 12, 11)
    )
    if pin.language in _RIGHT_TO_LEFT:
        for paragraph in slide.raw.shapes[-1].text_frame.paragraphs:
            paragraph._p.get_or_add_pPr().set("rtl", "1")
            paragraph._p.get_or_add_pPr().set("algn", "r")
    about = words.about_quote(pin, report.currency, with_moment=True)
    slide.text(
        Box(inner.left, box.top + box.height - _ABOUT, inner.width, _ABOUT),
        [[Run(about, colour=MUTED)]],
        (12, 11, 10),
    )
