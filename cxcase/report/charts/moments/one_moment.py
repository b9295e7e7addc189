"""One moment in charts: how it was rated, and who would leave at each rating."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from cxcase.moments import Asymmetry, Level, Moment
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    Palette,
    Theme,
    blank,
    brief,
    described,
    faded,
    palette,
    spoken,
)
from cxcase.report.charts.moments.chart_data import named_moment
from cxcase.report.result import Report

_FAR = 4.0  # multiple of the figure beyond which its upper end says nothing
_TOUCH = 1e-9  # a rating on a cut counts as beyond it


def moment_levels(report: Report, theme: Theme = "light", *, moment: str = "") -> go.Figure | None:
    """Bars: share of the answers at each rating of one moment, else the first; None where it was
    hardly rated.
    """
    shown = named_moment(report, moment)
    if shown is None or not shown.levels:
        return None
    failing, excelling = _cuts(report, shown)
    title = words.say(
        "chart.moment_levels.title",
        name=brief(shown.name),
        bad=sum(level.share for level in shown.levels if level.rating <= failing),
        good=sum(level.share for level in shown.levels if level.rating >= excelling),
    )
    subtitle = words.say(
        "chart.moment_levels.subtitle",
        low=shown.scale_low,
        high=shown.scale_high,
        n=sum(level.n for level in shown.levels),
    )
    figure = blank(theme, title, subtitle, height=360)
    facts = [_level_fact(level) for level in shown.levels]
    hues = [_hue(level, (failing, excelling), palette(theme)) for level in shown.levels]
    for level, fact, hue in zip(shown.levels, facts, hues, strict=True):
        _column(figure, level, _step(shown.levels), fact, hue)
    figure.update_traces(textfont={"size": 12, "color": palette(theme).ink})
    top = max(level.share for level in shown.levels)
    _rating_axis(figure, shown, words.say("chart.moment_levels.x"))
    figure.update_yaxes(range=[0, 1.14 * top], tickvals=[], showgrid=False)
    return described(figure, title, facts)


def _cuts(report: Report, moment: Moment) -> tuple[float, float]:
    """(the highest rating that fails, the lowest that excels) on the moment's own scale."""
    failing, _, excelling = report.settings.side_cuts
    width = moment.scale_high - moment.scale_low
    return (
        moment.scale_low + failing * width + _TOUCH,
        moment.scale_low + excelling * width - _TOUCH,
    )


def _level_fact(level: Level) -> str:
    return words.say("chart.moment_levels.hover", rating=level.rating, share=level.share, n=level.n)


def _hue(level: Level, cuts: tuple[float, float], colours: Palette) -> str:
    failing, excelling = cuts
    if level.rating <= failing:
        return colours.harm
    if level.rating >= excelling:
        return colours.rx
    return colours.muted


def _column(figure: go.Figure, level: Level, step: float, said: str, colour: str) -> None:
    """The share of answers at one rating."""
    figure.add_bar(
        x=[level.rating],
        y=[level.share],
        width=0.72 * step,
        hoverinfo="text",
        hovertext=[spoken(said)],
        marker={"color": colour},
        text=[fmt.percent(level.share)],
        textposition="outside",
        cliponaxis=False,
    )


def moment_curve(report: Report, theme: Theme = "light", *, moment: str = "") -> go.Figure | None:
    """The share of customers leaving by rating: the line with its knot and range, and what was
    observed as dots.
    """
    shown = named_moment(report, moment)
    if shown is None or shown.asymmetry is None or len(shown.levels) < 3:
        return None
    levels = shown.levels
    knot = shown.asymmetry.knot
    title = _curve_title(shown, shown.asymmetry)
    n = sum(level.n for level in levels)
    subtitle = words.say("chart.moment_curve.subtitle", knot=knot, n=n)
    figure = blank(theme, title, subtitle, height=400)
    facts = [
        words.say("chart.moment_curve.hover", rating=level.rating, e=level.fitted)
        for level in levels
    ]
    _fitted(figure, levels, facts, palette(theme).cx)
    _observed(figure, [level for level in levels if level.churn is not None], theme)
    line = {"color": palette(theme).muted, "width": 1, "dash": "dot"}
    figure.add_vline(x=knot, line=line, layer="below")
    _rating_axis(figure, shown, words.say("chart.moment_curve.x"))
    top = max(max(level.fitted.high or 0.0, level.churn or 0.0) for level in levels)
    rows.percent_ticks(figure, 0.0, min(1.0, 1.05 * top))
    figure.update_yaxes(range=[0, min(1.0, 1.08 * top)])
    return described(figure, title, facts)


def _curve_title(moment: Moment, side: Asymmetry) -> str:
    """What failing costs as a multiple of what excelling earns, or the other way round."""
    times, low, high = side.times
    params = {"name": brief(moment.name), "low": low, "high": high, "knot": side.knot}
    if moment.kind == "basic":
        bounded = high is not None and times is not None and high <= _FAR * times
        path = "chart.moment_curve.basic" if bounded else "chart.moment_curve.basic_open"
        return words.say(path, **params, times=times)
    if moment.kind == "linear":
        return words.say("chart.moment_curve.linear", **params)
    if moment.kind == "unclear":
        return words.say("chart.moment_curve.unclear", **params)
    if times:
        return words.say("chart.moment_curve.delighter", **params, times=1 / times)
    return words.say("chart.moment_curve.delighter_plain", **params)


def _fitted(figure: go.Figure, levels: Sequence[Level], hovers: Sequence[str], colour: str) -> None:
    """The fitted line in its band."""
    ratings = [level.rating for level in levels]
    lows = [level.fitted.low or 0.0 for level in levels]
    highs = [level.fitted.high or 0.0 for level in levels]
    figure.add_scatter(
        x=[*ratings, *ratings[::-1]],
        y=[*highs, *lows[::-1]],
        fill="toself",
        fillcolor=faded(colour, 0.18),
        line={"width": 0},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=ratings,
        y=[level.fitted.value for level in levels],
        mode="lines",
        line={"color": colour, "width": 3},
        hoverinfo="text",
        hovertext=[spoken(hover) for hover in hovers],
    )


def _observed(figure: go.Figure, levels: Sequence[Level], theme: Theme) -> None:
    """The share that left at each rating as a dot, its area the number of answers."""
    colours = palette(theme)
    most = max([level.n for level in levels] + [1])
    figure.add_scatter(
        x=[level.rating for level in levels],
        y=[level.churn for level in levels],
        mode="markers",
        hoverinfo="text",
        hovertext=[_seen(level) for level in levels],
        marker={
            "size": [7 + 11 * (level.n / most) ** 0.5 for level in levels],
            "color": colours.ground,
            "line": {"color": colours.muted, "width": 1.5},
        },
    )


def _seen(level: Level) -> str:
    return spoken(
        words.say("chart.moment_curve.seen", rating=level.rating, churn=level.churn, n=level.n)
    )


def _step(levels: Sequence[Level]) -> float:
    """The smallest distance between two ratings."""
    return min([b.rating - a.rating for a, b in pairwise(levels)] or [1.0])


def _rating_axis(figure: go.Figure, moment: Moment, title: str) -> None:
    """Every rating of the scale along the bottom."""
    step = _step(moment.levels)
    count = round((moment.scale_high - moment.scale_low) / step)
    ratings = [moment.scale_low + k * step for k in range(count + 1)]
    figure.update_xaxes(
        range=[moment.scale_low - 0.6 * step, moment.scale_high + 0.6 * step],
        tickvals=ratings,
        ticktext=[fmt.number(rating, 3) for rating in ratings],
        showgrid=False,
        title={"text": title},
    )
