"""The slide of the appendix about the data: every file, and what of it was set aside."""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import foot_note, notes_of, say
from cxcase.export.deck.canvas import BODY, Box, Deck
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.export.naming import role_of, why
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

_MOST = 8  # files that fit the slide at a size that can be read
_REASONS = 3  # that a file's line names
_SIZES = (13.0, 12.0)


def data(deck: Deck, report: Report) -> None:
    """Every file: what it was taken for, rows used and set aside, and for which reasons."""
    used = [source for source in report.case.sources if source.role is not None]
    if not used:
        return
    read = sum(source.rows_read for source in used)
    aside = sum(source.rows_set_aside for source in used)
    title = say(report, "data.title" if aside else "data.title_all", read=read, aside=aside)
    slide = deck.slide(title, say(report, "data.subtitle"), notes_of(report, "data"))
    heads = list(words.section("export.deck.data.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.5)
    rows = [_source(source) for source in used[:_MOST]]
    columns = Columns(heads, (3.0, 1.8, 1.1, 1.1, 5.0), right=(2, 3))
    table(slide, box, columns, rows, sizes=_SIZES, alt=title)
    foot_note(slide, say(report, "data.foot"))


def _source(source: Any) -> list[Cell]:
    name = f"{source.file} · {source.sheet}" if source.sheet else source.file
    return [
        shorten(name, 48),
        role_of(source.role),
        fmt.integer(source.rows_accepted),
        fmt.integer(source.rows_set_aside),
        _reasons(source),
    ]


def _reasons(source: Any) -> str:
    """The reasons with the most rows, each with how many; a dash where nothing was set aside."""
    ordered = sorted(source.reasons.items(), key=lambda item: -item[1])[:_REASONS]
    if not ordered:
        return fmt.NONE
    named = ((fmt.integer(n), why(code).rstrip(".")) for code, n in ordered)
    return "; ".join(f"{n} × {reason}" for n, reason in named)
