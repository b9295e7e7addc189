"""What decides the plan: how far each input alone moves its NPV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    MAX_ROWS,
    Theme,
    blank,
    brief,
    described,
    palette,
    safe,
    spoken,
    zero_line,
)
from cxcase.report.result import Report
from cxcase.roi import Swing

_ROOM = 0.2  # of the width, on each side, for the inputs' own values


def input_name(report: Report, kind: str, of: str, short: bool = False) -> str:
    """An uncertain input in words: "lift of “Call back”", "worth of a point of Invoice"; short: fit
    for a title.
    """
    titles = {item.step.id: item.step.title for item in report.ordered_steps}
    name = titles.get(of, of)
    if short and of in titles:
        name = brief(name)
    metric = words.metric(report.metric)
    return words.say(f"input.{kind}", of=name, metric=metric)


def tornado(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Base NPV with one input at its P10 and at its P90, widest first; None without a plan."""
    plan = report.plan
    sensitivity = report.plan_details.sensitivity if report.plan_details else None
    if plan is None or plan.npv is None or sensitivity is None or not sensitivity.swings:
        return None
    base = plan.npv.base
    swings = sensitivity.swings[:MAX_ROWS]
    names = [fmt.capital(input_name(report, swing.kind, swing.of)) for swing in swings]
    title = _title(report, swings[0])
    subtitle = words.say("chart.tornado.subtitle")
    more = len(sensitivity.swings) - len(swings)
    note = words.say("chart.tornado.more", n=more) if more > 0 else ""
    figure = blank(theme, title, subtitle, names=names, note=note)
    facts = []
    for place, (swing, name) in enumerate(zip(swings, names, strict=True)):
        params = _params(swing, name, report.currency)
        hover = words.say("chart.tornado.hover", report.currency, **params)
        _side(figure, place, (base, swing.npv_low), hover, palette(theme).stake)
        _write(figure, place, (base, swing.npv_low), params["low"], theme)
        _side(figure, place, (base, swing.npv_high), hover, palette(theme).cx)
        _write(figure, place, (base, swing.npv_high), params["high"], theme)
        facts.append(words.say("chart.tornado.fact", report.currency, **params))
    rows.name_rows(figure, names)
    _axis(figure, report.currency, swings, base, theme)
    return described(figure, title, facts)


def _title(report: Report, widest: Swing) -> str:
    """What moves the plan most, and how far."""
    return words.say(
        "chart.tornado.title",
        report.currency,
        name=fmt.capital(input_name(report, widest.kind, widest.of, short=True)),
        swing=abs(widest.npv_high - widest.npv_low),
    )


def _params(swing: Swing, name: str, currency: str) -> Mapping[str, Any]:
    """What the sentences about one input need, its own values in its own unit."""
    return {
        "name": name,
        "low": input_value(swing.kind, swing.low_input, currency),
        "high": input_value(swing.kind, swing.high_input, currency),
        "npv_low": swing.npv_low,
        "npv_high": swing.npv_high,
    }


def input_value(kind: str, value: float, currency: str) -> str:
    """An input's own value: money a point, a share of the likely cost or growth, or points."""
    if kind == "worth":
        return fmt.money(value, currency)
    if kind in ("cost", "growth"):
        return fmt.percent(round(value, 2))
    return fmt.lift(value)


def _side(
    figure: go.Figure, place: int, ends: tuple[float, float], hover: str, colour: str
) -> None:
    """The bar from the base to where one end of the input takes the NPV."""
    base, end = ends
    figure.add_bar(
        x=[end - base],
        base=base,
        y=[place],
        orientation="h",
        width=0.5,
        hoverinfo="text",
        hovertext=[spoken(hover)],
        marker={"color": colour, "line": {"width": 0}},
    )


def _write(
    figure: go.Figure, place: int, ends: tuple[float, float], text: str, theme: Theme
) -> None:
    """The input's own value at the end of its bar."""
    base, end = ends
    right = end >= base
    figure.add_annotation(
        x=end,
        y=place,
        text=safe(text),
        showarrow=False,
        xanchor="left" if right else "right",
        xshift=6 if right else -6,
        font={"size": 12, "color": palette(theme).muted},
    )


def _axis(
    figure: go.Figure, currency: str, swings: Sequence[Swing], base: float, theme: Theme
) -> None:
    """Money along the bottom, a line at the base and at zero where it is in sight."""
    ends = [base, *(end for swing in swings for end in (swing.npv_low, swing.npv_high))]
    low = min(ends)
    high = max(ends)
    room = _ROOM * (high - low or 1.0)
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[low - room, high + room], showgrid=False)
    rows.money_ticks(figure, currency, low, high)
    figure.add_vline(x=base, line={"color": palette(theme).ink, "width": 1.5})
    if low <= 0 <= high:
        zero_line(figure, theme)
