"""Pieces that several slides share: bullets, an empty state, number formats of money axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.export.deck.canvas import CX, GRID, INK, MUTED, Box, Run, Slide
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report


def say(report: Report, path: str, **params: Any) -> str:
    """The deck's text at this path, in the report's currency."""
    return words.say(f"export.deck.{path}", report.currency, **params)


def money(report: Report, value: float | None) -> str:
    """Money with three figures, as labels and tables show it."""
    return fmt.money(value, report.currency, 3)


def symbol(report: Report) -> str:
    """The currency's symbol, for number formats."""
    return fmt.currency_symbol(report.currency)


def bullets(slide: Slide, box: Box, paragraphs: Sequence[Sequence[Run]]) -> None:
    """Short paragraphs beside a picture, bold ones as their headings, with a thin line to their
    left.
    """
    slide.rule(box.left - 0.25, box.top, box.left - 0.25, box.top + box.height, GRID, 1.0)
    slide.text(box, paragraphs, (17, 16, 15, 14, 13, 12, 11), gap=7)


def missing(slide: Slide, box: Box, text: str, more: Sequence[str]) -> None:
    """What is missing and what unlocks it, where a picture would stand."""
    panel = Box(box.left, box.top + 0.2, box.width, 1.7)
    slide.panel(panel, "F4F6F8")
    slide.rule(panel.left, panel.top, panel.left, panel.top + panel.height, CX, 3)
    inner = Box(panel.left + 0.3, panel.top + 0.15, panel.width - 0.6, panel.height - 0.3)
    slide.text(inner, [[Run(text, colour=INK)]], (20, 18, 16, 14, 12), middle=True)
    rest = [[Run(line, colour=MUTED)] for line in more if line and line != text]
    if rest:
        below = Box(
            box.left, panel.top + panel.height + 0.3, box.width, box.height - panel.height - 0.6
        )
        slide.text(below, rest, (16, 15, 14, 13, 12), gap=10)
