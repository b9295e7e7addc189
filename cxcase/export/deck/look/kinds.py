"""The kinds of slides there are: what each holds, and where."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cxcase.export.deck.look.frame import BESIDE, BODY, PICTURE, Box

# the numbers by which a slide's placeholders find those of its layout
DATE_ID, FOOTER_ID, NUMBER_ID = 10, 11, 12
SUBTITLE_ID = 13
CHART, CHART_BELOW, TABLE, TEXT, REMARK = 20, 21, 22, 30, 31

_HALF = (PICTURE.height - 0.1) / 2
_FOOT = 0.45  # inches of a remark at the foot of the body


@dataclass(frozen=True)
class Place:
    """A place for content: its number, its type (chart, tbl, body), its words, where it stands."""

    id: int
    type: str
    prompt: str
    box: Box


@dataclass(frozen=True)
class Kind:
    """A kind of slide; all have title, subtitle, date, footer and number beside these places."""

    name: str
    places: tuple[Place, ...] = ()

    @property
    def ids(self) -> frozenset[int]:
        """The numbers of its places."""
        return frozenset(place.id for place in self.places)


def _chart(box: Box, id: int = CHART) -> Place:
    return Place(id, "chart", "Chart", box)


def _text(box: Box, id: int = TEXT) -> Place:
    return Place(id, "body", "Text", box)


def _table(box: Box) -> Place:
    return Place(TABLE, "tbl", "Table", box)


_UPPER = Box(PICTURE.left, PICTURE.top, PICTURE.width, _HALF)
_LOWER = Box(PICTURE.left, PICTURE.top + _HALF + 0.1, PICTURE.width, _HALF)
_ABOVE = Box(BODY.left, BODY.top, BODY.width, BODY.height - _FOOT - 0.1)
_REMARK = Box(BODY.left, BODY.bottom - _FOOT, BODY.width, _FOOT)
_ASK = Box(PICTURE.left, PICTURE.top, PICTURE.width, 3.3)
_BELOW_ASK = Box(PICTURE.left, PICTURE.top + 3.45, PICTURE.width, BODY.bottom - PICTURE.top - 3.5)
_WIDE = Box(BODY.left, BODY.top, BODY.width, 2.7)
_UNDER = Box(BODY.left, BODY.top + 2.8, BODY.width, BODY.height - 2.8)

KINDS = (
    Kind("Picture and text", (_chart(PICTURE), _text(BESIDE))),
    Kind("Picture, text and remark", (_chart(_ASK), _text(BESIDE), _text(_BELOW_ASK, REMARK))),
    Kind("Two pictures and text", (_chart(_UPPER), _chart(_LOWER, CHART_BELOW), _text(BESIDE))),
    Kind("Picture and table", (_chart(_WIDE), _table(_UNDER))),
    Kind("Table", (_table(BODY),)),
    Kind("Table and remark", (_table(_ABOVE), _text(_REMARK, REMARK))),
    Kind("Table and text", (_table(PICTURE), _text(BESIDE))),
    Kind("Text", (_text(BODY),)),
    Kind("Drawing"),
)
DRAWING = KINDS[-1]


def kind_of(held: Collection[int]) -> Kind:
    """The kind that has a place for what a slide holds; for as much of it as any has."""
    fitting = [kind for kind in KINDS if kind.ids <= set(held)]
    return max(fitting, key=lambda kind: len(kind.ids))
