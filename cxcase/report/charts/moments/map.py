"""The map: how well each moment goes, what a point there is worth, and its revenue at stake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.moments import Moment
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.labels import Bubble, arrange, write
from cxcase.report.charts.drawing.marks import SEE_THROUGH, Look, dot, whiskers
from cxcase.report.charts.drawing.style import (
    Theme,
    blank,
    brief,
    described,
    palette,
    zero_line,
)
from cxcase.report.charts.link.worth import population
from cxcase.report.charts.moments.asked import asked_as
from cxcase.report.result import Report

# px, radius; with many moments bubbles are drawn smaller
_LARGEST = 28
_SMALLEST = 6
_MANY = 10
_MAP_TALL = 600
_RING = 9  # px, diameter of a ring beyond its bubble's


_CORNERS = (
    ("chart.moments_map.fix", 0, 1),
    ("chart.moments_map.protect", 1, 1),
    ("chart.moments_map.later", 0, 0),
    ("chart.moments_map.keep", 1, 0),
)


@dataclass(frozen=True)
class _Placed:
    """A moment, what a point of it is worth, its bubble; `share`: ratings as shares of scales."""

    moment: Moment
    point: Estimate
    bubble: Bubble
    share: bool


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
    across = _across(bubbles)
    up = (low - 0.1 * (high - low), high + 0.14 * (high - low))
    labels, numbered = arrange(bubbles, across, up, corners=True)
    ringed = _ringed(report, placed)
    title = _title(report, placed)
    path = "chart.moments_map.subtitle_ranges" if ranges else "chart.moments_map.subtitle"
    subtitle = words.say(path, population=population(placed[0].moment.slope))
    note = _note(numbered, bubbles, bool(ringed))
    figure = blank(theme, title, subtitle, height=_MAP_TALL, note=note)
    _quadrants(figure, bubbles, theme)
    facts = []
    for p in placed:
        said = _params(p)
        if p.moment.name in ringed:
            _ring(figure, p.bubble, theme)
        _draw(figure, p.bubble, _hover(report, p, said), theme)
        if ranges:
            _range(figure, p.bubble, theme)
        facts.append(_fact(report, p, said))
    figure.update_yaxes(range=up, showgrid=False)
    _rating_axis(figure, across, shares=placed[0].share)
    rows.money_up(figure, report.currency, low, high)
    zero_line(figure, theme, "y")
    write(figure, labels, palette(theme))
    return described(figure, title, facts)


def _placed(report: Report, ranges: bool) -> list[_Placed]:
    """Every moment that is rated and priced, most money first, with its bubble."""
    curves = report.moments.curves if report.moments else {}
    shown = [
        (moment, curves[moment.name].per_point)
        for moment in report.ordered_moments
        if moment.performance.value is not None
        and moment.name in curves
        and not curves[moment.name].per_point.refused
    ]
    share = len({(m.scale_low, m.scale_high) for m, _ in shown}) > 1
    most = max([_stake(m) for m, _ in shown] + [0.0]) or 1.0
    largest = _LARGEST if len(shown) <= _MANY else 0.65 * _LARGEST
    found = []
    for moment, point in shown:
        y = point.value or 0.0
        low, high = _ends(point) if ranges else (y, y)
        radius = _SMALLEST + (largest - _SMALLEST) * (max(_stake(moment), 0.0) / most) ** 0.5
        hollow = moment.status != "ok"
        bubble = Bubble(moment.name, _rating(moment, share), y, radius, low, high, hollow)
        found.append(_Placed(moment, point, bubble, share))
    return found


def _stake(moment: Moment) -> float:
    return moment.revenue_at_stake.value or 0.0


def _rating(moment: Moment, share: bool) -> float:
    """Its mean rating, or how far up its scale that is."""
    value = moment.performance.value or 0.0
    if share:
        return (value - moment.scale_low) / (moment.scale_high - moment.scale_low)
    return value


def _ends(e: Estimate) -> tuple[float, float]:
    """The ends of a range; the figure itself where an end isn't known."""
    value = e.value or 0.0
    low = value if e.low is None else e.low
    high = value if e.high is None else e.high
    return low, high


def _across(bubbles: Sequence[Bubble]) -> tuple[float, float]:
    """What the horizontal axis shows: all bubbles with room on both sides."""
    left = min(bubble.x for bubble in bubbles)
    right = max(bubble.x for bubble in bubbles)
    width = (right - left) or 1.0
    return left - 0.22 * width, right + 0.22 * width


def _ringed(report: Report, placed: Sequence[_Placed]) -> tuple[str, ...]:
    """The moments that carry the most and can't be told apart, where there are several."""
    first = next((p.moment.name for p in placed if p.moment.revenue_at_stake.excludes_zero), None)
    joint = report.joint
    tied = joint.tied_with(first) if joint and first else ()
    if len(tied) > 1:
        return tied
    return ()


def _title(report: Report, placed: Sequence[_Placed]) -> str:
    """Where a point is worth most, and which moment goes worst."""
    worth = max(placed, key=lambda p: p.bubble.y)
    weak = min(placed, key=lambda p: p.bubble.x)
    path = "chart.moments_map.title_one" if worth is weak else "chart.moments_map.title"
    return words.say(
        path,
        report.currency,
        name=brief(worth.moment.name),
        point=worth.bubble.y,
        weak=brief(weak.moment.name),
        performance=weak.moment.performance,
        high=weak.moment.scale_high,
    )


def _note(numbered: Sequence[str], bubbles: Sequence[Bubble], ringed: bool) -> str:
    """The names of numbered bubbles, and what rings and hollow bubbles mean."""
    notes = [f"{k}\u00a0{name}" for k, name in enumerate(numbered, start=1)]
    if ringed:
        notes.append(words.say("chart.moments_map.ringed"))
    if any(bubble.hollow for bubble in bubbles):
        notes.append(words.say("chart.moments_map.hollow"))
    return "   ".join(notes)


def _quadrants(figure: go.Figure, bubbles: Sequence[Bubble], theme: Theme) -> None:
    """Lines at the means of all moments, and a word a manager understands in each corner."""
    colours = palette(theme)
    line = {"color": colours.grid, "width": 1.5, "dash": "dot"}
    figure.add_vline(x=sum(b.x for b in bubbles) / len(bubbles), line=line, layer="below")
    figure.add_hline(y=sum(b.y for b in bubbles) / len(bubbles), line=line, layer="below")
    for path, right, top in _CORNERS:
        figure.add_annotation(
            x=right,
            y=top,
            xref="paper",
            yref="paper",
            xanchor=("left", "right")[right],
            yanchor=("top", "bottom")[top],
            text=words.say(path),
            showarrow=False,
            xshift=(4, -4)[right],
            yshift=(16, -16)[top],
            font={"size": 12, "color": colours.muted},
        )


def _params(placed: _Placed) -> Mapping[str, Any]:
    """What the sentences about a bubble need."""
    moment = placed.moment
    return {
        "name": moment.name,
        "performance": moment.performance,
        "high": moment.scale_high,
        "reach": moment.reach.value,
        "stake": moment.revenue_at_stake,
        "e": placed.point,
    }


def _hover(report: Report, placed: _Placed, params: Mapping[str, Any]) -> str:
    without = placed.moment.revenue_at_stake.refused
    path = "chart.moments_map.hover_no_stake" if without else "chart.moments_map.hover"
    return words.say(path, report.currency, **params) + asked_as(report, placed.moment.name)


def _fact(report: Report, placed: _Placed, params: Mapping[str, Any]) -> str:
    without = placed.moment.revenue_at_stake.refused
    path = "chart.moments_map.fact_no_stake" if without else "chart.moments_map.fact"
    return words.say(path, report.currency, **params)


def _ring(figure: go.Figure, bubble: Bubble, theme: Theme) -> None:
    """The ring round a bubble that can't be told apart from the first."""
    figure.add_scatter(
        x=[bubble.x],
        y=[bubble.y],
        mode="markers",
        hoverinfo="skip",
        marker={
            "size": 2 * bubble.radius + _RING,
            "color": SEE_THROUGH,
            "line": {"color": palette(theme).ink, "width": 1.5},
        },
    )


def _draw(figure: go.Figure, bubble: Bubble, hover: str, theme: Theme) -> None:
    colours = palette(theme)
    look = Look(colours.stake, colours.stake, size=2 * bubble.radius)
    if bubble.hollow:
        look = Look(colours.ground, colours.muted, size=2 * bubble.radius)
    dot(figure, (bubble.x, bubble.y), look, hover)
    figure.data[-1].marker.opacity = 1 if bubble.hollow else 0.92


def _range(figure: go.Figure, bubble: Bubble, theme: Theme) -> None:
    """The range of a point's worth, on the bubble that was drawn last."""
    ends = whiskers([bubble.y], [bubble.low], [bubble.high], palette(theme).muted, thickness=1)
    figure.data[-1].update(error_y=ends)


def _rating_axis(figure: go.Figure, ends: tuple[float, float], *, shares: bool) -> None:
    path = "chart.moments_map.x_share" if shares else "chart.moments_map.x"
    figure.update_xaxes(range=ends, title={"text": words.say(path)}, showgrid=False)
    if shares:
        ticks = rows.round_ticks(*ends)
        figure.update_xaxes(tickvals=ticks, ticktext=[fmt.percent(tick) for tick in ticks])
