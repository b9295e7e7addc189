"""Labels beside bubbles that never lie on one another: each tries the places around its bubble,
then a lead line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cxcase.report.charts.drawing.marks import SEE_THROUGH
from cxcase.report.charts.drawing.style import Palette, wrapped
from cxcase.report.charts.drawing.widths import columns

# px of the plot, from the narrowest picture on: a place is free in all of them
_WIDTHS = (430.0, 640.0, 900.0)
_HEIGHT = 400.0
# px of a letter and of a line; characters of a line
_LETTER = 6.6
_LINE = 16.0
_WRAP = 22
Span = tuple[float, float]
_DISTANCES = (4, 26, 52, 84, 120)  # px from the bubble's edge
# right and down from the bubble, the best first
_DIRECTIONS = (
    (1, 0),
    (-1, 0),
    (0, -1),
    (0, 1),
    (0.8, -0.8),
    (0.8, 0.8),
    (-0.8, -0.8),
    (-0.8, 0.8),
)
_CORNER = (86.0, 22.0)  # px that a word in a corner takes
_LEAD = 20  # px from which a lead line is drawn


@dataclass(frozen=True)
class Bubble:
    """A bubble at (x, y) in the axes' units with its radius in px, its whisker's ends, and what it
    is called.

    hollow: of the ground's colour inside.
    """

    name: str
    x: float
    y: float
    radius: float
    low: float
    high: float
    hollow: bool = False


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, width: float) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= _HEIGHT


@dataclass(frozen=True)
class Label:
    """Where a bubble's text goes: px right of and below its centre (0, 0: inside it); a lead line
    when away from it.
    """

    bubble: Bubble
    text: str
    right: float
    down: float
    lead: bool


def arrange(
    bubbles: Sequence[Bubble], x: Span, y: Span, corners: bool = False
) -> tuple[list[Label], list[str]]:
    """A place for every bubble's name on axes of these ranges, and the names that found none: those
    are numbered.

    The largest bubbles choose first; a name touches no bubble, no whisker, no other name and not
    the line at zero. `corners`: the four corners hold words of their own.
    """
    views = [_View(bubbles, x, y, width, corners) for width in _WIDTHS]
    labels = []
    key = []
    for bubble in sorted(bubbles, key=lambda b: -b.radius):
        text = wrapped(bubble.name, _WRAP)
        found = _free_place(views, bubble, text)
        if found is None:
            key.append(bubble.name)
            text = str(len(key))
            found = _free_place(views, bubble, text)
        # so crowded that its number has to stand in the bubble itself
        labels.append(found or Label(bubble, text, 0.0, 0.0, lead=False))
    return labels, key


class _View:
    """The picture at one width: what each bubble has put on it so far, and what is thin enough for
    leads to cross.
    """

    def __init__(
        self, bubbles: Sequence[Bubble], x: Span, y: Span, width: float, corners: bool
    ) -> None:
        self.width = width
        self.centres = {
            b.name: (_along(b.x, x) * width, (1 - _along(b.y, y)) * _HEIGHT) for b in bubbles
        }
        zero = (1 - _along(0.0, y)) * _HEIGHT
        self.thin = [_whisker(self.centres[b.name][0], b, y) for b in bubbles]
        self.thin.append(_Box(0, zero - 2, width, zero + 2))
        self.corners = _corners(width) if corners else []
        self.solid = {b.name: [_round(self.centres[b.name], b.radius)] for b in bubbles}

    def taken(self, bubble: Bubble, place: _Box, away: float) -> list[_Box] | None:
        """What a text there, and its lead line, would cover; None where something else is. place:
        from the centre.
        """
        x, y = self.centres[bubble.name]
        box = _Box(x + place.left, y + place.top, x + place.right, y + place.bottom)
        if not box.inside(self.width) or any(box.touches(line) for line in self.thin):
            return None
        parts = [box, *_lead((x, y), bubble.radius, box, away)]
        others = self._others(bubble)
        if any(part.touches(other) for part in parts for other in others):
            return None
        return parts

    def _others(self, bubble: Bubble) -> list[_Box]:
        """Words in corners, and all other bubbles with what they have put on the picture."""
        boxes = [boxes for name, boxes in self.solid.items() if name != bubble.name]
        return [*self.corners, *(box for found in boxes for box in found)]


def write(figure: go.Figure, labels: Sequence[Label], colours: Palette) -> None:
    """Writes the labels, with thin lead lines where they lie away from their bubbles."""
    for item in labels:
        if item.right or item.down:
            _write_beside(figure, item, colours)
        else:
            _write_inside(figure, item, colours)


def _write_inside(figure: go.Figure, item: Label, colours: Palette) -> None:
    figure.add_annotation(
        x=item.bubble.x,
        y=item.bubble.y,
        text=f"<b>{item.text}</b>",
        showarrow=False,
        font={"size": 11, "color": colours.ink if item.bubble.hollow else colours.ground},
    )


def _write_beside(figure: go.Figure, item: Label, colours: Palette) -> None:
    figure.add_annotation(
        x=item.bubble.x,
        y=item.bubble.y,
        text=item.text,
        ax=item.right,
        ay=item.down,
        showarrow=True,
        arrowhead=0,
        arrowwidth=1,
        font={"size": 12, "color": colours.ink},
        standoff=item.bubble.radius,
        arrowcolor=colours.muted if item.lead else SEE_THROUGH,
    )


def _corners(width: float) -> list[_Box]:
    """Where the words in the four corners stand."""
    lefts = (0.0, width - _CORNER[0])
    tops = (0.0, _HEIGHT - _CORNER[1])
    return [_Box(left, top, left + _CORNER[0], top + _CORNER[1]) for left in lefts for top in tops]


def _along(value: float, span: Span) -> float:
    return (value - span[0]) / ((span[1] - span[0]) or 1.0)


def _free_place(views: Sequence[_View], bubble: Bubble, text: str) -> Label | None:
    """The first place that touches nothing at any width, which is taken; a lead line may cross what
    is thin.
    """
    lines = text.split("<br>")
    size = (_LETTER * max(map(columns, lines)) + 4, _LINE * len(lines))
    for away, place in _places(bubble.radius, size):
        covered = [
            parts for view in views if (parts := view.taken(bubble, place, away)) is not None
        ]
        if len(covered) < len(views):
            continue
        for view, parts in zip(views, covered, strict=True):
            view.solid[bubble.name] += parts
        right = (place.left + place.right) / 2
        down = (place.top + place.bottom) / 2
        return Label(bubble, text, right, down, away >= _LEAD)
    return None


def _lead(at: tuple[float, float], radius: float, box: _Box, away: float) -> list[_Box]:
    """The lead line from the bubble's edge to the text, as a row of dots that nothing else may
    touch.
    """
    if away < _LEAD:
        return []
    right = (box.left + box.right) / 2 - at[0]
    down = (box.top + box.bottom) / 2 - at[1]
    length = max((right**2 + down**2) ** 0.5, 1.0)
    reached = range(int(radius) + 4, int(length), 6)
    dots = [(at[0] + right * s / length, at[1] + down * s / length) for s in reached]
    return [
        _Box(x - 1, y - 1, x + 1, y + 1)
        for x, y in dots
        if not box.left < x < box.right or not box.top < y < box.bottom
    ]


def _places(radius: float, size: tuple[float, float]) -> Iterator[tuple[float, _Box]]:
    """(px from the bubble's edge, a text's place from its centre), the best first."""
    width, height = size
    for away in _DISTANCES:
        across = radius + away + width / 2
        up = radius + away + height / 2
        for dx, dy in _DIRECTIONS:
            x = dx * across
            y = dy * up
            yield away, _Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _whisker(across: float, bubble: Bubble, y: Span) -> _Box:
    top, bottom = ((1 - _along(end, y)) * _HEIGHT for end in (bubble.high, bubble.low))
    return _Box(across - 2, top, across + 2, bottom)


def _round(at: tuple[float, float], radius: float) -> _Box:
    return _Box(at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
