"""What stands beside the slope: other ways to read it, how well it predicts, which score tells
most.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.report import words
from cxcase.report.charts.drawing import rows
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


def readings(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The slope of the score as printed and by every other method, each with its range; None
    without others.
    """
    link = report.link
    colours = palette(theme)
    of, main = _printed(report)
    others = (
        [b for b in link.diagnosis.alternatives if b.of == of] if link and link.diagnosis else []
    )
    if main is None or main.refused or not others:
        return None
    items = [_reading(words.say("chart.readings.main"), main, colours.cx, of)]
    items += [
        _reading(words.say(f"chart.readings.{b.id}"), b.estimate, colours.muted, of)
        for b in others[: MAX_ROWS - 1]
    ]
    far = any(not item.low <= items[0].value <= item.high for item in items[1:])
    title = words.say(f"chart.readings.{'apart' if far else 'title'}", n=len(items) - 1)
    subtitle = words.say(f"chart.readings.subtitle_{of}", metric=words.metric(link.metric if link else None),
                         population=population(main))  # fmt: skip
    figure = blank(theme, title, subtitle, names=[item.name for item in items])
    rows.dots(figure, items, theme)
    _tens(figure, items)
    return described(figure, title, [f"{item.name}: {item.label}" for item in items])


def _printed(report: Report) -> tuple[str, Estimate | None]:
    """(what the score's slope is of, the slope): customers lost, or what units tell in their place."""
    main = effect(report, _OF)
    diagnosis = report.link.diagnosis if report.link else None
    units = diagnosis.units if diagnosis else None
    if units is None or (main is not None and not main.refused):
        return _OF, main
    of = _OF_UNITS.get(units.outcome or "", _OF)
    return of, next((b.estimate for b in units.believed if b.of == of), None)


def _reading(name: str, e: Estimate, colour: str, of: str) -> rows.Bar:
    value, low, high = (100 * (end or 0.0) for end in (e.value, e.low, e.high))
    label = words.say("chart.readings.label" if of == _OF else "chart.readings.label_revenue", e=e)
    return rows.Bar(name, value, low, high, label, f"{name}: {label}", colour, e.excludes_zero)


def _tens(figure: go.Figure, items: Sequence[rows.Bar]) -> None:
    """Round ticks, customers of 100."""
    ticks = rows.round_ticks(min(0.0, *(i.low for i in items)), max(0.0, *(i.high for i in items)))
    figure.update_xaxes(
        tickvals=ticks, ticktext=[words.say("chart.readings.tick", value=tick) for tick in ticks]
    )


def which_score(report: Report, theme: Theme = "light") -> go.Figure | None:
    """How much each score tells about revenue kept in teams it was not fit on, best first; None
    with one score.
    """
    link = report.link
    colours = palette(theme)
    choice = link.diagnosis.metrics if link and link.diagnosis else None
    if link is None or choice is None:
        return None
    items = []
    for skill in choice.skills:
        e = skill.skill
        name = words.metric_title(skill.metric)
        if skill.metric == link.metric:
            name = words.say("chart.which_score.used", name=name)
        else:
            name = name
        label = words.say("chart.which_score.label", e=e)
        value, low, high = (100 * (end or 0.0) for end in (e.value, e.low, e.high))
        items.append(
            rows.Bar(name, value, low, high, label, f"{name}: {label}", colours.cx, e.excludes_zero)
        )
    best = choice.skills[0].metric
    gap = choice.differences[0][2] if choice.differences else None
    path = "title" if gap is not None and gap.excludes_zero else "tied"
    title = words.say(f"chart.which_score.{path}", best=words.metric_title(best))
    subtitle = words.say("chart.which_score.subtitle", n=choice.n)
    figure = blank(theme, title, subtitle, names=[item.name for item in items])
    rows.dots(figure, items, theme)
    _tens(figure, items)
    return described(figure, title, [f"{item.name}: {item.label}" for item in items])


def calibration(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Customers in tenths by predicted churn: predicted across, seen up, with intervals; None
    without a fit.
    """
    link = report.link
    colours = palette(theme)
    fit = link.diagnosis.fit if link and link.diagnosis else None
    if fit is None or len(fit.tenths) < 2:
        return None
    first = fit.tenths[0]
    last = fit.tenths[-1]
    title = words.say("chart.calibration.title", low=first.seen, high=last.seen)
    subtitle = words.say("chart.calibration.subtitle", n=sum(t.n for t in fit.tenths))
    figure = blank(theme, title, subtitle, height=400)
    top = max(max(t.high, t.predicted) for t in fit.tenths) * 1.08
    figure.add_scatter(
        x=[0, top], y=[0, top], mode="lines", hoverinfo="skip",
        line={"color": colours.muted, "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    hovers = [
        words.say(
            "chart.calibration.hover",
            n=t.n,
            predicted=t.predicted,
            seen=t.seen,
            range=(t.low, t.high),
        )
        for t in fit.tenths
    ]
    figure.add_scatter(
        x=[t.predicted for t in fit.tenths], y=[t.seen for t in fit.tenths], mode="markers", hoverinfo="text",
        hovertext=[spoken(hover) for hover in hovers], marker={"size": 10, "color": colours.harm},
        error_y={"type": "data", "symmetric": False, "array": [t.high - t.seen for t in fit.tenths],
                 "arrayminus": [t.seen - t.low for t in fit.tenths], "color": colours.harm, "thickness": 2, "width": 0},
    )  # fmt: skip
    rows.percent_ticks(figure, 0.0, top)
    ticks = rows.round_ticks(0.0, top)
    texts = [words.say("chart.common.percent", share=round(tick, 6)) for tick in ticks]
    figure.update_xaxes(
        tickvals=ticks,
        ticktext=texts,
        range=[0, top],
        title={"text": words.say("chart.calibration.x")},
    )
    figure.update_yaxes(range=[0, top], title={"text": words.say("chart.calibration.y")})
    zero_line(figure, theme, "y")
    return described(figure, title, [hovers[0], hovers[-1]])
