"""The slide of the appendix that says what was asked before, where anything was."""

from __future__ import annotations

from cxcase.export.deck.blocks import note, notes_of, say
from cxcase.export.deck.canvas import BODY, BOTTOM, Box, Deck
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

_MOST = 8  # asks that fit the slide at a size that can be read
_SIZES = (13.0, 12.0, 11.0, 10.5, 10.0)
_WIDTHS = (1.6, 1.5, 1.6, 1.9, 3.6, 2.0)


def asked(deck: Deck, report: Report) -> None:
    """Every ask with its deck's key, the answer and what followed, the newest first. No slide
    before the first.
    """
    asks = report.agreements.asks[::-1]
    if not asks:
        return
    path = "asked.title" if len(asks) > 1 else "asked.title_one"
    title = say(report, path, n=len(asks), on=asks[-1].on)
    slide = deck.slide(title, say(report, "asked.subtitle"), notes_of(report, "asked"))
    more = len(asks) - _MOST
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - (0.35 if more > 0 else 0.0))
    heads = [words.say(f"pages.asks.{name}") for name in ("on", "key", "spend", "npv")]
    heads += [words.say(f"pages.asks.{name}") for name in ("answer", "then")]
    rows = [_row(report, place) for place in reversed(range(len(asks)))][:_MOST]
    table(slide, box, Columns(heads, _WIDTHS), rows, sizes=_SIZES, alt=title)
    if more > 0:
        place = Box(BODY.left, BOTTOM - 0.28, BODY.width, 0.28)
        note(slide, place, say(report, "asked.more", n=more))


def _row(report: Report, place: int) -> list[Cell]:
    """The ask at this place, the first one first."""
    ask = report.agreements.asks[place]
    answer = words.say(f"pages.asks.answers.{ask.answer}")
    recut = fmt.NONE
    if ask.recut is not None:
        money = fmt.money(ask.recut, report.currency, 3)
        recut = words.say("pages.asks.recut", spend=money)
    return [
        fmt.date(ask.on),
        ask.key,
        fmt.money(ask.spend, report.currency, 3),
        fmt.money(ask.npv, report.currency, 3),
        shorten(f"{answer}: {ask.reason}" if ask.reason else answer, 90),
        recut,
    ]
