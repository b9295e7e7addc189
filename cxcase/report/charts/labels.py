"""Labels beside bubbles that never lie on one another: each tries the places around its bubble, then a lead line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cxcase.report.charts.style import Palette, wrapped

_WIDTH, _HEIGHT = 570.0, 400.0  # px of the plot in the narrowest picture; wider ones only spread labels further
_LETTER, _LINE, _WRAP = 6.6, 16.0, 22
_DISTANCES = (4, 26, 52, 84, 120)  # px from the bubble's edge
_LEAD = 20  # px from which a lead line is drawn


@dataclass(frozen=True)
class Bubble:
    """A bubble at (x, y) in the axes' units with its radius in px, and what it is called."""

    name: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= _WIDTH and self.bottom <= _HEIGHT


def place_labels(figure: go.Figure, bubbles: Sequence[Bubble], colours: Palette) -> None:
    """Names every bubble; the axes' ranges must be set. The largest bubbles choose first."""
    x0, x1 = figure.layout.xaxis.range
    y0, y1 = figure.layout.yaxis.range
    where = {b.name: ((b.x - x0) / (x1 - x0) * _WIDTH, (y1 - b.y) / (y1 - y0) * _HEIGHT) for b in bubbles}
    taken = [_round(where[b.name], b.radius) for b in bubbles]
    for bubble in sorted(bubbles, key=lambda b: -b.radius):
        text = wrapped(bubble.name, _WRAP)
        lines = text.split("<br>")
        size = (_LETTER * max(len(line) for line in lines) + 4, _LINE * len(lines))
        box, away = _free_place(where[bubble.name], bubble.radius, size, taken)
        taken.append(box)
        across = (box.left + box.right) / 2 - where[bubble.name][0]
        down = (box.top + box.bottom) / 2 - where[bubble.name][1]
        figure.add_annotation(
            x=bubble.x, y=bubble.y, text=text, ax=across, ay=down,
            showarrow=True, arrowhead=0, arrowwidth=1, font={"size": 12, "color": colours.ink}, standoff=bubble.radius,
            arrowcolor=colours.muted if away >= _LEAD else "rgba(0,0,0,0)",
        )  # fmt: skip


def _free_place(
    at: tuple[float, float], radius: float, size: tuple[float, float], taken: Sequence[_Box]
) -> tuple[_Box, float]:
    """The first place that touches nothing, and how far away it is; the last tried where there is none."""
    tried = (_Box(0, 0, 0, 0), 0.0)
    for away, box in _places(at, radius, size):
        tried = (box, away)
        if box.inside() and not any(box.touches(other) for other in taken):
            return tried
    return tried


def _places(at: tuple[float, float], radius: float, size: tuple[float, float]) -> Iterator[tuple[float, _Box]]:
    (x, y), (width, height) = at, size
    for away in _DISTANCES:
        across, up = radius + away + width / 2, radius + away + height / 2
        for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (0.8, -0.8), (0.8, 0.8), (-0.8, -0.8), (-0.8, 0.8)):
            cx, cy = x + dx * across, y + dy * up
            yield away, _Box(cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)


def _round(at: tuple[float, float], radius: float) -> _Box:
    return _Box(at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
