"""Who answered against who did not, by their chance to answer: how far one group can speak for the
other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Theme, blank, described, palette, spoken, zero_line
from cxcase.report.result import Report

_Bar = tuple[float, float, float, float]  # chance from, to, share of answered, share of silent
_BAR_WIDTH = 0.86  # of the chances it stands for


@dataclass(frozen=True)
class _Group:
    """Those who answered, drawn upwards, or those who did not, drawn downwards."""

    name: str
    colour: str
    sign: int
    shares: Sequence[float]
    hovers: Sequence[str]


def overlap(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Shares of both groups by chance to answer, those who answered up, the others down; None
    without weights.
    """
    answering = report.diagnosis.answering
    found = answering.overlap if answering else None
    if found is None:
        return None
    path = "chart.overlap.little" if found.little else "chart.overlap.title"
    title = words.say(path, outside=found.outside)
    subtitle = words.say("chart.overlap.subtitle", answered=found.answered, silent=found.silent)
    note = words.say("chart.overlap.note", low=found.low, high=found.high)
    figure = blank(theme, title, subtitle, height=400, note=note)
    figure.add_vrect(
        x0=found.low,
        x1=found.high,
        fillcolor=palette(theme).grid,
        opacity=0.6,
        line_width=0,
        layer="below",
    )
    for group in _groups(found.bars, theme):
        _draw(figure, found.bars, group)
        _name(figure, group)
    _axes(figure, found.bars, theme)
    fact = words.say("chart.overlap.fact", outside=found.outside, revenue=found.outside_weight)
    return described(figure, title, [fact])


def _groups(bars: Sequence[_Bar], theme: Theme) -> tuple[_Group, _Group]:
    colours = palette(theme)
    answered = _Group(
        name=words.say("chart.overlap.answered"),
        colour=colours.cx,
        sign=1,
        shares=[share for _, _, share, _ in bars],
        hovers=[
            words.say("chart.overlap.hover_answered", low=low, high=high, share=share)
            for low, high, share, _ in bars
        ],
    )
    silent = _Group(
        name=words.say("chart.overlap.silent"),
        colour=colours.muted,
        sign=-1,
        shares=[share for _, _, _, share in bars],
        hovers=[
            words.say("chart.overlap.hover_silent", low=low, high=high, share=share)
            for low, high, _, share in bars
        ],
    )
    return answered, silent


def _draw(figure: go.Figure, bars: Sequence[_Bar], group: _Group) -> None:
    figure.add_bar(
        x=[(low + high) / 2 for low, high, _, _ in bars],
        y=[group.sign * share for share in group.shares],
        width=_BAR_WIDTH * (bars[0][1] - bars[0][0]),
        hoverinfo="text",
        marker={"color": group.colour, "line": {"width": 0}},
        hovertext=[spoken(hover) for hover in group.hovers],
    )


def _name(figure: go.Figure, group: _Group) -> None:
    """Writes what a side of the axis is, in its colour, at its far corner."""
    y, anchor = (1.0, "top") if group.sign > 0 else (0.0, "bottom")
    figure.add_annotation(
        text=f"<b>{spoken(group.name)}</b>",
        x=1,
        xref="paper",
        xanchor="right",
        y=y,
        yref="paper",
        yanchor=anchor,
        showarrow=False,
        font={"color": group.colour},
    )


def _axes(figure: go.Figure, bars: Sequence[_Bar], theme: Theme) -> None:
    """Chances across at the bars' ends, shares away from zero on both sides."""
    up = max(share for _, _, share, _ in bars)
    down = max(share for _, _, _, share in bars)
    ends = [bars[0][0], *(high for _, high, _, _ in bars)]
    ticks = rows.round_ticks(-down, up)
    figure.update_layout(barmode="overlay", showlegend=False)
    figure.update_xaxes(
        tickvals=ends,
        ticktext=[_percent(end) for end in ends],
        showgrid=False,
        range=[ends[0], ends[-1]],
        title={"text": words.say("chart.overlap.x")},
    )
    figure.update_yaxes(
        tickvals=ticks,
        ticktext=[_percent(abs(round(tick, 6))) for tick in ticks],
        range=[-1.15 * down, 1.15 * up],
        title={"text": words.say("chart.overlap.y")},
    )
    zero_line(figure, theme, "y")


def _percent(share: float) -> str:
    return words.say("chart.common.percent", share=share)
