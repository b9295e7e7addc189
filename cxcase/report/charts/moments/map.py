"""The map: how well each moment goes, what a point there is worth, and the revenue at stake in it
as a bubble.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cxcase.moments import Moment
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.labels import Bubble, arrange, write
from cxcase.report.charts.drawing.style import (
    Theme,
    blank,
    brief,
    described,
    palette,
    spoken,
    zero_line,
)
from cxcase.report.charts.link.worth import population
from cxcase.report.result import Report

# px, radius; with many moments bubbles are drawn smaller
_LARGEST = 28
_SMALLEST = 6
_MANY = 10
_MAP_TALL = 600
_RING = 9  # px, diameter of a ring beyond its bubble's


@dataclass(frozen=True)
class _Placed:
    """A moment and its bubble; `share` is True where ratings are shown as a share of their scales."""

    moment: Moment
    bubble: Bubble
    share: bool

    @property
    def clear(self) -> bool:
        """Whether its rating can be told from making no difference."""
        return self.moment.status == "ok"


def moments_map(
    report: Report, theme: Theme = "light", *, ranges: bool = False
) -> go.Figure | None:
    """Bubbles: performance across, worth of a point up, revenue at stake as size; None when nothing
    is priced.

    ranges: the 90 % range of every point's worth is drawn as well.
    """
    placed = _placed(report, ranges)
    if not placed:
        return None
    bubbles = [p.bubble for p in placed]
    low = min([0.0, *(b.low for b in bubbles)])
    high = max([0.0, *(b.high for b in bubbles)])
    wide = (max(b.x for b in bubbles) - min(b.x for b in bubbles)) or 1.0
    x = (min(b.x for b in bubbles) - 0.22 * wide, max(b.x for b in bubbles) + 0.22 * wide)
    y = (low - 0.1 * (high - low), high + 0.14 * (high - low))
    labels, key = arrange(bubbles, x, y, corners=True)
    title = _title(report, placed)
    notes = [f"{k}\u00a0{name}" for k, name in enumerate(key, start=1)]
    ringed = _ringed(report, placed)
    if ringed:
        notes.append(words.say("chart.moments_map.ringed"))
    if any(not p.clear for p in placed):
        notes.append(words.say("chart.moments_map.hollow"))
    path = "subtitle_ranges" if ranges else "subtitle"
    subtitle = words.say(f"chart.moments_map.{path}", population=population(placed[0].moment.slope))
    figure = blank(theme, title, subtitle, height=_MAP_TALL, note="   ".join(notes))
    _quadrants(figure, report, placed, x, y, theme)
    facts = [
        _draw(figure, report, p, theme, ranges=ranges, ring=p.moment.name in ringed) for p in placed
    ]
    axis = "x_share" if placed[0].share else "x"
    figure.update_xaxes(
        range=x, title={"text": words.say(f"chart.moments_map.{axis}")}, showgrid=False
    )
    figure.update_yaxes(range=y, showgrid=False)
    if placed[0].share:
        ticks = rows.round_ticks(*x)
        figure.update_xaxes(tickvals=ticks, ticktext=[fmt.percent(tick) for tick in ticks])
    rows.money_ticks(figure, report.currency, low, high, "y")
    zero_line(figure, theme, "y")
    write(figure, labels, palette(theme))
    return described(figure, title, facts)


def _placed(report: Report, ranges: bool) -> list[_Placed]:
    curves = report.moments.curves if report.moments else {}
    shown = [
        m for m in report.ordered_moments
        if m.performance.value is not None and m.name in curves and not curves[m.name].per_point.refused
    ]  # fmt: skip
    share = len({(m.scale_low, m.scale_high) for m in shown}) > 1
    most = max([m.revenue_at_stake.value or 0.0 for m in shown] + [0.0]) or 1.0
    size = _LARGEST if len(shown) <= _MANY else 0.65 * _LARGEST
    found = []
    for m in shown:
        e = curves[m.name].per_point
        at = m.performance.value or 0.0
        at = (at - m.scale_low) / (m.scale_high - m.scale_low) if share else at
        radius = (
            _SMALLEST
            + (size - _SMALLEST) * (max(m.revenue_at_stake.value or 0.0, 0.0) / most) ** 0.5
        )
        y = e.value or 0.0
        low, high = (y if end is None or not ranges else end for end in (e.low, e.high))
        found.append(_Placed(m, Bubble(m.name, at, y, radius, low, high, m.status != "ok"), share))
    return found


def _ringed(report: Report, placed: Sequence[_Placed]) -> tuple[str, ...]:
    """The moments that carry the most and can't be told apart, where there are several."""
    first = next((p.moment.name for p in placed if p.moment.revenue_at_stake.excludes_zero), None)
    joint = report.moments.joint if report.moments else None
    tied = joint.tied_with(first) if joint and first else ()
    if len(tied) > 1:
        return tied
    return ()


def _title(report: Report, placed: Sequence[_Placed]) -> str:
    worth = max(placed, key=lambda p: p.bubble.y)
    weak = min(placed, key=lambda p: p.bubble.x)
    params = {"name": brief(worth.moment.name), "point": worth.bubble.y, "weak": brief(weak.moment.name),
              "performance": weak.moment.performance, "high": weak.moment.scale_high}  # fmt: skip
    path = "title_one" if worth is weak else "title"
    return words.say(f"chart.moments_map.{path}", report.currency, **params)


def _quadrants(
    figure: go.Figure, report: Report, placed: Sequence[_Placed], x: tuple[float, float], y: tuple[float, float],
    theme: Theme,
) -> None:  # fmt: skip
    """Lines at the means of all moments, and a word a manager understands in each corner."""
    colours = palette(theme)
    across = sum(p.bubble.x for p in placed) / len(placed)
    up = sum(p.bubble.y for p in placed) / len(placed)
    line = {"color": colours.grid, "width": 1.5, "dash": "dot"}
    figure.add_vline(x=across, line=line, layer="below")
    figure.add_hline(y=up, line=line, layer="below")
    corners = {"fix": (0, 1), "protect": (1, 1), "later": (0, 0), "keep": (1, 0)}
    for name, (right, top) in corners.items():
        figure.add_annotation(
            x=right, y=top, xref="paper", yref="paper", xanchor="right" if right else "left",
            yanchor="bottom" if top else "top", text=words.say(f"chart.moments_map.{name}"), showarrow=False,
            xshift=-4 if right else 4, yshift=-16 if top else 16, font={"size": 12, "color": colours.muted},
        )  # fmt: skip


def _draw(
    figure: go.Figure, report: Report, placed: _Placed, theme: Theme, *, ranges: bool, ring: bool
) -> str:
    """Draws one bubble, with its ranges where asked, and gives back what it says."""
    colours = palette(theme)
    moment = placed.moment
    bubble = placed.bubble
    curve = report.moments.curves[moment.name] if report.moments else None
    params = {"name": moment.name, "performance": moment.performance, "high": moment.scale_high,
              "reach": moment.reach.value, "stake": moment.revenue_at_stake,
              "e": curve.per_point if curve else None}  # fmt: skip
    path = "hover_no_stake" if moment.revenue_at_stake.refused else "hover"
    hover = words.say(f"chart.moments_map.{path}", report.currency, **params)
    colour = colours.stake if placed.clear else colours.muted
    if ring:
        figure.add_scatter(
            x=[bubble.x], y=[bubble.y], mode="markers", hoverinfo="skip",
            marker={"size": 2 * bubble.radius + _RING, "color": "rgba(0,0,0,0)",
                    "line": {"color": colours.ink, "width": 1.5}},
        )  # fmt: skip
    figure.add_scatter(
        x=[bubble.x], y=[bubble.y], mode="markers", hoverinfo="text", hovertext=[spoken(hover)],
        marker={"size": 2 * bubble.radius, "color": colours.stake if placed.clear else colours.ground,
                "opacity": 0.92 if placed.clear else 1, "line": {"color": colour, "width": 1.5}},
    )  # fmt: skip
    if ranges:
        figure.data[-1].update(
            error_y={"type": "data", "symmetric": False, "array": [bubble.high - bubble.y],
                     "arrayminus": [bubble.y - bubble.low], "color": colours.muted, "thickness": 1, "width": 0}
        )  # fmt: skip
    path = "fact_no_stake" if moment.revenue_at_stake.refused else "fact"
    return words.say(f"chart.moments_map.{path}", report.currency, **params)
