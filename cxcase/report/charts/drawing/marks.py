"""Marks that many charts are made of: lying bars, level lines, dots, whiskers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from cxcase.report.charts.drawing.style import faded, spoken

SEE_THROUGH = "rgba(0,0,0,0)"


def tinted(colour: str) -> str:
    """The lighter tint of a colour: what is said of customers who did not answer."""
    return faded(colour, 0.35)


@dataclass(frozen=True)
class Look:
    """A mark's colours inside and at its edge, and its edge's width, px; `size` is the thickness of
    a bar as a share of its row, or a dot's px across.
    """

    fill: str
    edge: str
    line: float = 1.5
    size: float = 0.5


def lying_bar(
    figure: go.Figure,
    place: int,
    length: float,
    look: Look,
    hover: str,
    base: float | list[float] | None = None,
) -> None:
    """Draws a bar along a row, from `base` or from zero."""
    figure.add_bar(
        x=[length],
        base=base,
        y=[place],
        orientation="h",
        width=look.size,
        hoverinfo="text",
        hovertext=[spoken(hover)],
        marker={"color": look.fill, "line": {"color": look.edge, "width": look.line}},
    )


def level_line(
    figure: go.Figure, ends: Sequence[float | None], place: float, colour: str, width: float
) -> None:
    """Draws a line along a row, such as an interval that its dot speaks for."""
    figure.add_scatter(
        x=list(ends),
        y=[place, place],
        mode="lines",
        hoverinfo="skip",
        line={"color": colour, "width": width},
    )


def interval(
    figure: go.Figure,
    ends: Sequence[float | None],
    place: float,
    colour: str,
    hover: str,
    width: float = 2.0,
    opacity: float | None = None,
) -> None:
    """Draws an interval along a row that says itself what it is."""
    figure.add_scatter(
        x=list(ends),
        y=[place, place],
        mode="lines",
        hoverinfo="text",
        hovertext=[spoken(hover)] * 2,
        line={"color": colour, "width": width},
        opacity=opacity,
    )


def dot(
    figure: go.Figure,
    at: tuple[float | None, float],
    look: Look,
    hover: str,
    symbol: str | None = None,
) -> None:
    """Draws a dot at (x, y)."""
    figure.add_scatter(
        x=[at[0]],
        y=[at[1]],
        mode="markers",
        hoverinfo="text",
        hovertext=[spoken(hover)],
        marker={
            "size": look.size,
            "symbol": symbol,
            "color": look.fill,
            "line": {"color": look.edge, "width": look.line},
        },
    )


def whiskers(
    values: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    colour: str,
    thickness: float = 2,
) -> dict[str, Any]:
    """Error bars from each low to each high, without caps."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - value for high, value in zip(highs, values, strict=True)],
        "arrayminus": [value - low for low, value in zip(lows, values, strict=True)],
        "color": colour,
        "thickness": thickness,
        "width": 0,
    }
