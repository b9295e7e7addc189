"""An empty presentation that slides can be made on, and where it holds what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cxcase.export.deck.look.base import base_presentation
from cxcase.export.deck.look.frame import DATE, FOOTER, NUMBER, TITLE, Box, Frame
from cxcase.export.deck.look.kinds import (
    DATE_ID,
    FOOTER_ID,
    KINDS,
    NUMBER_ID,
    SUBTITLE_ID,
    Kind,
)
from cxcase.export.deck.look.palette import Palette

_TITLE_SIZES = (28.0, 26.0, 24.0, 22.0, 20.0, 18.0)


@dataclass(frozen=True)
class Holder:
    """A layout's placeholder: its number and type (obj where it takes anything), and its box."""

    id: int
    type: str
    box: Box | None = None


@dataclass(frozen=True)
class Sheet:
    """The layout for a kind of slide: its place among all, and which placeholder holds which of
    our places.
    """

    layout: int
    held: Mapping[int, Holder]
    title: Holder | None
    footer: Holder | None
    date: Holder | None
    number: Holder | None

    @property
    def edges(self) -> tuple[Holder | None, Holder | None, Holder | None]:
        """The placeholders of date, footer and slide number."""
        return self.date, self.footer, self.number


@dataclass(frozen=True)
class Letters:
    """Sizes a title may have in points, whether it is bold, and how wide letters run beside
    Calibri's.
    """

    titles: tuple[float, ...] = _TITLE_SIZES
    bold: bool = True
    title_stretch: float = 1.0
    stretch: float = 1.0


@dataclass(frozen=True)
class Ground:
    """What slides are made on: a package without slides, and how our places, letters and colours
    stand in it. `own`: it is ours, so that letters may keep what its layouts say.
    """

    package: bytes
    frame: Frame
    palette: Palette
    sheets: Mapping[str, Sheet]
    letters: Letters = Letters()
    own: bool = False


@cache
def own_ground() -> Ground:
    """Our own empty presentation."""
    sheets = {kind.name: _sheet(place, kind) for place, kind in enumerate(KINDS)}
    return Ground(base_presentation(), Frame(), Palette(), sheets, own=True)


def _sheet(layout: int, kind: Kind) -> Sheet:
    """Our layout of a kind of slide."""
    held = {place.id: Holder(place.id, place.type, place.box) for place in kind.places}
    held[SUBTITLE_ID] = Holder(SUBTITLE_ID, "body")
    return Sheet(
        layout,
        held,
        Holder(0, "title", TITLE),
        footer=Holder(FOOTER_ID, "ftr", FOOTER),
        date=Holder(DATE_ID, "dt", DATE),
        number=Holder(NUMBER_ID, "sldNum", NUMBER),
    )
