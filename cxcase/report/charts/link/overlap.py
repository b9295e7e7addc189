"""Who answered against who did not, by their chance to answer: how far one group can speak for the
other.
"""

from __future__ import annotations

import plotly.graph_objects as go

from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Theme, blank, described, palette, spoken, zero_line
from cxcase.report.result import Report

TEXT = "chart.overlap."


def overlap(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Shares of both groups by chance to answer, those who answered up, the others down; None
    without weights.
    """
    answering = report.link.diagnosis.answering if report.link and report.link.diagnosis else None
    found = answering.overlap if answering else None
    if found is None:
        return None
    colours = palette(theme)
    title = words.say(TEXT + ("little" if found.little else "title"), outside=found.outside)
    subtitle = words.say(TEXT + "subtitle", answered=found.answered, silent=found.silent)
    figure = blank(
        theme,
        title,
        subtitle,
        height=400,
        note=words.say(TEXT + "note", low=found.low, high=found.high),
    )
    figure.add_vrect(
        x0=found.low,
        x1=found.high,
        fillcolor=colours.grid,
        opacity=0.6,
        line_width=0,
        layer="below",
    )
    middles = [(low + high) / 2 for low, high, _, _ in found.bars]
    width = 0.86 * (found.bars[0][1] - found.bars[0][0])
    for name, sign, at, colour in (
        ("answered", 1, 2, colours.cx),
        ("silent", -1, 3, colours.muted),
    ):
        shares = [bar[at] for bar in found.bars]
        hovers = [
            words.say(TEXT + "hover_" + name, low=b[0], high=b[1], share=b[at]) for b in found.bars
        ]
        figure.add_bar(
            x=middles, y=[sign * share for share in shares], width=width, hoverinfo="text",
            marker={"color": colour, "line": {"width": 0}}, hovertext=[spoken(hover) for hover in hovers],
        )  # fmt: skip
        _named(figure, words.say(TEXT + name), sign, colour)
    _axes(figure, found.bars, theme)
    return described(
        figure,
        title,
        [words.say(TEXT + "fact", outside=found.outside, revenue=found.outside_weight)],
    )


def _named(figure: go.Figure, name: str, sign: int, colour: str) -> None:
    """What a side of the axis is, in its colour, at its far corner."""
    y, anchor = (1.0, "top") if sign > 0 else (0.0, "bottom")
    figure.add_annotation(
        text=f"<b>{spoken(name)}</b>", x=1, xref="paper", xanchor="right", y=y, yref="paper", yanchor=anchor,
        showarrow=False, font={"color": colour},
    )  # fmt: skip


def _axes(
    figure: go.Figure, bars: tuple[tuple[float, float, float, float], ...], theme: Theme
) -> None:
    """Chances across at the bars' ends, shares away from zero on both sides."""
    up = max(bar[2] for bar in bars)
    down = max(bar[3] for bar in bars)
    ends = [bars[0][0], *(bar[1] for bar in bars)]
    ticks = rows.round_ticks(-down, up)
    figure.update_layout(barmode="overlay", showlegend=False)
    figure.update_xaxes(
        tickvals=ends, ticktext=[words.say("chart.common.percent", share=end) for end in ends], showgrid=False,
        range=[ends[0], ends[-1]], title={"text": words.say(TEXT + "x")},
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=ticks, ticktext=[words.say("chart.common.percent", share=abs(round(t, 6))) for t in ticks],
        range=[-1.15 * down, 1.15 * up], title={"text": words.say(TEXT + "y")},
    )  # fmt: skip
    zero_line(figure, theme, "y")
