"""What stands beside the slope: other ways to read it, how well it predicts, which score tells
most.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.link import Tenth
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import whiskers
from cxcase.report.charts.drawing.style import (
    MAX_ROWS,
    Theme,
    blank,
    described,
    palette,
    spoken,
    zero_line,
)
from cxcase.report.charts.link.worth import effect, population
from cxcase.report.result import Report

_OF = "cx_to_churn"
_OF_UNITS = {"kept": "cx_to_kept", "sales": "cx_to_revenue"}  # where units tell no customers lost
_SUBTITLES = {
    "cx_to_churn": "chart.readings.subtitle_cx_to_churn",
    "cx_to_kept": "chart.readings.subtitle_cx_to_kept",
    "cx_to_revenue": "chart.readings.subtitle_cx_to_revenue",
}


def readings(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The slope of the score as printed and by every other method, each with its range; None
    without others.
    """
    link = report.link
    of, main = _printed(report)
    alternatives = report.diagnosis.alternatives
    others = [other for other in alternatives if other.of == of]
    if link is None or main is None or main.refused or not others:
        return None
    colours = palette(theme)
    items = [_reading(words.say("chart.readings.main"), main, colours.cx, of)]
    for other in others[: MAX_ROWS - 1]:
        name = words.say(f"chart.readings.{other.id}")
        items.append(_reading(name, other.estimate, colours.muted, of))
    apart = any(not item.low <= items[0].value <= item.high for item in items[1:])
    path = "chart.readings.apart" if apart else "chart.readings.title"
    title = words.say(path, n=len(items) - 1)
    subtitle = words.say(
        _SUBTITLES[of], metric=words.metric(link.metric), population=population(main)
    )
    return _per_hundred(title, subtitle, items, theme)


def _printed(report: Report) -> tuple[str, Estimate | None]:
    """(what the slope is of, the slope): customers lost, or what units tell in their place."""
    main = effect(report, _OF)
    units = report.diagnosis.units
    if units is None or (main is not None and not main.refused):
        return _OF, main
    of = _OF_UNITS.get(units.outcome or "", _OF)
    return of, next((b.estimate for b in units.believed if b.of == of), None)


def _reading(name: str, e: Estimate, colour: str, of: str) -> rows.Bar:
    path = "chart.readings.label" if of == _OF else "chart.readings.label_revenue"
    label = words.say(path, e=e)
    return rows.per_hundred(rows.of_estimate(name, e, label, f"{name}: {label}", colour))


def _per_hundred(title: str, subtitle: str, items: Sequence[rows.Bar], theme: Theme) -> go.Figure:
    """Rows with their ranges over round ticks, of 100."""
    figure = blank(theme, title, subtitle, names=rows.names_of(items))
    rows.dots(figure, items, theme)
    ticks = rows.round_ticks(*rows.reach_of(items))
    texts = [words.say("chart.readings.tick", value=tick) for tick in ticks]
    figure.update_xaxes(tickvals=ticks, ticktext=texts)
    return described(figure, title, rows.facts_of(items))


def which_score(report: Report, theme: Theme = "light") -> go.Figure | None:
    """How much each score tells about revenue kept in teams it was not fit on, best first; None
    with one score.
    """
    link = report.link
    choice = report.diagnosis.metrics
    if link is None or choice is None:
        return None
    items = []
    for skill in choice.skills:
        name = words.metric_title(skill.metric)
        if skill.metric == link.metric:
            name = words.say("chart.which_score.used", name=name)
        label = words.say("chart.which_score.label", e=skill.skill)
        row = rows.of_estimate(name, skill.skill, label, f"{name}: {label}", palette(theme).cx)
        items.append(rows.per_hundred(row))
    clearly = bool(choice.differences) and choice.differences[0][2].excludes_zero
    path = "chart.which_score.title" if clearly else "chart.which_score.tied"
    title = words.say(path, best=words.metric_title(choice.skills[0].metric))
    subtitle = words.say("chart.which_score.subtitle", n=choice.n)
    return _per_hundred(title, subtitle, items, theme)


def calibration(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Customers in tenths by predicted churn: predicted across, seen up, with intervals; None
    without a fit.
    """
    fit = report.diagnosis.fit
    if fit is None or len(fit.tenths) < 2:
        return None
    tenths = fit.tenths
    title = words.say("chart.calibration.title", low=tenths[0].seen, high=tenths[-1].seen)
    subtitle = words.say("chart.calibration.subtitle", n=sum(t.n for t in tenths))
    figure = blank(theme, title, subtitle, height=400)
    top = max(max(t.high, t.predicted) for t in tenths) * 1.08
    _diagonal(figure, top, theme)
    hovers = [_tenth(t) for t in tenths]
    colour = palette(theme).harm
    predicted = [t.predicted for t in tenths]
    seen = [t.seen for t in tenths]
    figure.add_scatter(
        x=predicted,
        y=seen,
        mode="markers",
        hoverinfo="text",
        hovertext=[spoken(hover) for hover in hovers],
        marker={"size": 10, "color": colour},
        error_y=whiskers(seen, [t.low for t in tenths], [t.high for t in tenths], colour),
    )
    _calibration_axes(figure, top)
    zero_line(figure, theme, "y")
    return described(figure, title, [hovers[0], hovers[-1]])


def _tenth(tenth: Tenth) -> str:
    """A tenth of the customers in a sentence."""
    return words.say(
        "chart.calibration.hover",
        n=tenth.n,
        predicted=tenth.predicted,
        seen=tenth.seen,
        range=(tenth.low, tenth.high),
    )


def _diagonal(figure: go.Figure, top: float, theme: Theme) -> None:
    """Where what is predicted is what is seen."""
    figure.add_scatter(
        x=[0, top],
        y=[0, top],
        mode="lines",
        hoverinfo="skip",
        line={"color": palette(theme).muted, "width": 1.5, "dash": "dot"},
    )


def _calibration_axes(figure: go.Figure, top: float) -> None:
    rows.percent_ticks(figure, 0.0, top)
    ticks = rows.round_ticks(0.0, top)
    figure.update_xaxes(
        tickvals=ticks,
        ticktext=[words.say("chart.common.percent", share=round(tick, 6)) for tick in ticks],
        range=[0, top],
        title={"text": words.say("chart.calibration.x")},
    )
    figure.update_yaxes(range=[0, top], title={"text": words.say("chart.calibration.y")})
