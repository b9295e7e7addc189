"""Paragraphs and the box they have to fit: which letters, and what is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cxcase.export import text_fit
from cxcase.export.deck.look.frame import Box
from cxcase.export.deck.look.palette import INK
from cxcase.export.text import plain

_HAIR = 1e-6  # points: less than sums of heights may be off by


@dataclass(frozen=True)
class Run:
    """A piece of text in one style."""

    text: str
    bold: bool = False
    colour: str = INK


@dataclass(frozen=True)
class Fit:
    """Paragraphs and the box they have to fit, `gap` points between them; how wide letters run."""

    box: Box
    paragraphs: Sequence[Sequence[Run]]
    gap: float
    stretch: float

    @property
    def room(self) -> float:
        """Points of width, for letters as wide as Calibri's."""
        return self.box.width * 72 / self.stretch

    @property
    def tall(self) -> float:
        """Points of height."""
        return self.box.height * 72

    def height(self, runs: Sequence[Run], size: float) -> float:
        """Points of height of one paragraph at a size."""
        return text_fit.height(text_of(runs), size, self.room, _is_bold(runs))

    def needed(self, size: float) -> float:
        """Points of height of all paragraphs at a size."""
        heights = sum(self.height(runs, size) for runs in self.paragraphs)
        return heights + self.gap * (len(self.paragraphs) - 1)

    def keeps_words(self, size: float) -> bool:
        """True where no word is wider than the box."""
        return all(
            text_fit.width(word, size, _is_bold(runs)) <= self.room
            for runs in self.paragraphs
            for word in re.split("[ \n]", text_of(runs))
        )

    def within(self, runs: Sequence[Run], size: float, left: float) -> Sequence[Run]:
        """The paragraph, cut in one style where it needs more than the `left` points of height."""
        most = max(1, int((left + _HAIR) // (size * text_fit.LEADING)))
        text = text_of(runs)
        whole = text_fit.cut(text, size, self.room, most, _is_bold(runs))
        if whole == text:
            return runs
        return [Run(whole, _is_bold(runs), runs[0].colour)]


def text_of(runs: Sequence[Run]) -> str:
    """The words of a paragraph."""
    return "".join(plain(run.text) for run in runs)


def _is_bold(runs: Sequence[Run]) -> bool:
    return any(run.bold for run in runs)
