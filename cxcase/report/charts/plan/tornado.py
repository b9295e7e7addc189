"""What decides the plan: how far each input alone moves its NPV."""

from __future__ import annotations

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


def input_name(report: Report, kind: str, of: str, short: bool = False) -> str:
    """An uncertain input in words: "lift of “Call back”", "worth of a point of Invoice"; short: fit
    for a title.
    """
    titles = {
        item.step.id: brief(item.step.title) if short else item.step.title
        for item in report.ordered_steps
    }
    return words.say(
        f"input.{kind}",
        of=titles.get(of, of),
        metric=words.metric(report.link.metric if report.link else None),
    )


def tornado(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Base NPV with one input at its P10 and at its P90, widest first; None without a plan."""
    plan = report.plan
    beside = report.plan_details
    colours = palette(theme)
    if plan is None or plan.npv is None or beside is None or beside.sensitivity is None:
        return None
    swings = beside.sensitivity.swings[:MAX_ROWS]
    if not swings:
        return None
    base = plan.npv.base
    first = swings[0]
    title = words.say(
        "chart.tornado.title",
        report.currency,
        name=fmt.capital(input_name(report, first.kind, first.of, short=True)),
        low=first.npv_low,
        high=first.npv_high,
    )
    names = [fmt.capital(input_name(report, s.kind, s.of)) for s in swings]
    more = len(beside.sensitivity.swings) - len(swings)
    note = words.say("chart.tornado.more", n=more) if more > 0 else ""
    figure = blank(
        theme,
        title,
        words.say("chart.tornado.subtitle", report.currency, base=base),
        names=names,
        note=note,
    )
    facts = [
        _row(figure, report, swing, names[k], k, base, theme) for k, swing in enumerate(swings)
    ]
    figure.update_layout(barmode="overlay")
    rows.name_rows(figure, names)
    shown = [end for s in swings for end in (s.npv_low, s.npv_high)] + [base]
    low = min(shown)
    high = max(shown)
    room = 0.2 * (high - low or 1.0)
    figure.update_xaxes(range=[low - room, high + room], showgrid=False)
    rows.money_ticks(figure, report.currency, low, high)
    figure.add_vline(x=base, line={"color": colours.ink, "width": 1.5})
    if low <= 0 <= high:
        zero_line(figure, theme)
    return described(figure, title, facts)


def _row(
    figure: go.Figure,
    report: Report,
    swing: Swing,
    name: str,
    place: int,
    base: float,
    theme: Theme,
) -> str:
    """One input's bar, from its P10 side to its P90 side, with the input's own values at the ends."""
    colours = palette(theme)
    low, high = _inputs(report, swing)
    params = {
        "name": name,
        "low": low,
        "high": high,
        "npv_low": swing.npv_low,
        "npv_high": swing.npv_high,
    }
    hover = spoken(words.say("chart.tornado.hover", report.currency, **params))
    for end, text, colour in (
        (swing.npv_low, low, colours.stake),
        (swing.npv_high, high, colours.cx),
    ):
        figure.add_bar(x=[end - base], base=base, y=[place], orientation="h", width=0.5, hoverinfo="text",
                       hovertext=[hover], marker={"color": colour, "line": {"width": 0}})  # fmt: skip
        right = end >= base
        figure.add_annotation(
            x=end, y=place, text=safe(text), showarrow=False, xanchor="left" if right else "right",
            xshift=6 if right else -6, font={"size": 12, "color": colours.muted},
        )  # fmt: skip
    return words.say("chart.tornado.fact", report.currency, **params)


def _inputs(report: Report, swing: Swing) -> tuple[str, str]:
    """The input's P10 and P90 in its own unit."""
    if swing.kind == "worth":
        ends = (fmt.money(v, report.currency) for v in (swing.low_input, swing.high_input))
    elif swing.kind == "cost":
        ends = (fmt.percent(round(v, 2)) for v in (swing.low_input, swing.high_input))
    else:
        ends = (fmt.lift(v) for v in (swing.low_input, swing.high_input))
    low, high = ends
    return low, high
