"""From one version's expected NPV to another's: what each cause did, bar by bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import plotly.graph_objects as go

from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.adding_up import AddedUp
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import SEE_THROUGH, Look, dot, lying_bar
from cxcase.report.charts.drawing.style import Theme, blank, described, palette

_TICKS = 2  # about so many: long names and labels leave little room between
_THICK = 0.62  # of a row


@dataclass(frozen=True)
class CauseBar:
    """A part of a difference. hollow: nobody's doing, such as a new version of the app."""

    name: str
    value: float
    hollow: bool = False


@dataclass(frozen=True)
class NpvByCause:
    """All that the picture shows: both ends by name, what they come to, and the parts between."""

    before_name: str
    after_name: str
    before: float
    bars: Sequence[CauseBar]
    shown: AddedUp
    currency: str


def npv_by_cause(found: NpvByCause, theme: Theme = "light") -> go.Figure:
    """The two ends as dots, and between them each part from where the one before ends."""
    names = [found.before_name, *(bar.name for bar in found.bars), found.after_name]
    title = words.say(
        "chart.npv_by_cause.title",
        difference=found.shown.difference,
        before=found.shown.before,
        after=found.shown.after,
    )
    subtitle = words.say("chart.npv_by_cause.subtitle")
    figure = blank(theme, title, subtitle, names=names)
    levels = _draw(figure, found, theme)
    labels = [found.shown.before, *found.shown.parts, found.shown.after]
    ends = _ends(levels)
    for place, (end, label) in enumerate(zip(ends, labels, strict=True)):
        rows.label(figure, label, end, place, palette(theme).ink)
    rows.name_rows(figure, names)
    _axis(figure, found.currency, levels, list(zip(ends, labels, strict=True)))
    facts = [f"{name}: {label}" for name, label in zip(names, labels, strict=True)]
    return described(figure, title, facts)


def _draw(figure: go.Figure, found: NpvByCause, theme: Theme) -> list[float]:
    """Draws ends and bars; gives back the level after each row."""
    colours = palette(theme)
    level = found.before
    levels = [level]
    for place, bar in enumerate(found.bars, start=1):
        colour = colours.rx if bar.value >= 0 else colours.harm
        fill = SEE_THROUGH if bar.hollow else colour
        hover = words.say(
            "chart.npv_by_cause.hover", name=bar.name, change=found.shown.parts[place - 1]
        )
        lying_bar(figure, place, bar.value, Look(fill, colour, size=_THICK), hover, [level])
        _down(figure, level, place, colours.muted)
        level += bar.value
        levels.append(level)
    _down(figure, level, len(found.bars) + 1, colours.muted)
    levels.append(level)
    look = Look(colours.ink, colours.ink, size=12)
    dot(figure, (found.before, 0), look, f"{found.before_name}: {found.shown.before}")
    dot(figure, (level, len(levels) - 1), look, f"{found.after_name}: {found.shown.after}")
    return levels


def _down(figure: go.Figure, at: float, place: int, colour: str) -> None:
    """The line from the row above down to this one."""
    figure.add_scatter(
        x=[at, at],
        y=[place - 1 + _THICK / 2, place - _THICK / 2],
        mode="lines",
        hoverinfo="skip",
        line={"color": colour, "width": 1},
    )


def _ends(levels: Sequence[float]) -> list[float]:
    """Where each row reaches furthest to the right."""
    bars = [max(before, after) for before, after in pairwise(levels)]
    return [levels[0], *bars]


def _axis(
    figure: go.Figure, currency: str, levels: Sequence[float], ends: list[tuple[float, str]]
) -> None:
    """Money along the bottom, over the levels there are: dots and differences need no zero."""
    low = min(levels)
    high = max(levels)
    room = 0.06 * (high - low or abs(high) or 1.0)
    shifted = [(end - low, label) for end, label in ends]
    right = rows.span(shifted, 0.0)[1]
    figure.update_xaxes(range=[low - room, low + right])
    ticks = rows.round_ticks(low, high, _TICKS)
    figure.update_xaxes(tickvals=ticks, ticktext=fmt.axis_money(ticks, currency), tickangle=0)
