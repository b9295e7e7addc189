"""The plan's money over time and over all draws: cash month by month, its fan, and how NPV spreads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    Theme,
    blank,
    described,
    faded,
    palette,
    spoken,
    zero_line,
)
from cxcase.report.result import Report


def plan_cash(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The plan's net cash added up month by month at likely values; None without a plan that funds
    something.
    """
    plan = report.plan
    colours = palette(theme)
    if plan is None or not plan.chosen or len(plan.cash) < 2:
        return None
    total = np.cumsum(plan.cash)
    end = float(total[-1])
    month = plan.payback_months
    title = words.say(
        f"chart.plan_cash.{'title' if month is not None else 'never'}", report.currency, months=month, end=end,
        horizon=len(total) - 1,
    )  # fmt: skip
    figure = blank(
        theme, title, words.say("chart.plan_cash.subtitle", steps=len(plan.chosen)), height=400
    )
    x = list(range(len(total)))
    hovers = [
        words.say("chart.plan_cash.hover", report.currency, month=m, value=float(v))
        for m, v in enumerate(total)
    ]
    for part, colour in (
        (np.minimum(total, 0.0), colours.harm),
        (np.maximum(total, 0.0), colours.rx),
    ):
        figure.add_bar(
            x=x,
            y=part,
            marker={"color": colour, "line": {"width": 0}},
            hoverinfo="text",
            hovertext=hovers,
        )
    figure.update_layout(bargap=0.25, barmode="relative")
    low = int(np.argmin(total))
    facts = [words.say("chart.plan_cash.low", report.currency, value=float(total[low]), month=low)]
    _mark(
        figure, colours.ink, low, float(total[low]), facts[0], up=False, right=len(total) > low + 6
    )
    if month is not None and 0 < month < len(total):
        facts.append(words.say("chart.plan_cash.back", month=month))
        _mark(
            figure,
            colours.ink,
            month,
            max(0.0, float(total[month])),
            facts[-1],
            up=True,
            right=False,
        )
    figure.add_annotation(x=x[-1], y=max(end, 0.0), text=words.say("chart.plan_cash.end", report.currency, value=end),
                          showarrow=False, yshift=12, xanchor="right", font={"color": colours.ink})  # fmt: skip
    _month_axis(figure, x[-1])
    edges = min(0.0, float(total.min())), max(0.0, float(total.max()))
    figure.update_yaxes(
        range=[edges[0] - 0.16 * (edges[1] - edges[0]), edges[1] + 0.12 * (edges[1] - edges[0])]
    )
    rows.money_ticks(figure, report.currency, *edges, axis="y")
    zero_line(figure, theme, "y")
    return described(figure, title, facts)


def cash_fan(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Cash added up month by month over all draws: the middle case in a band from P10 to P90; None
    without a plan.
    """
    beside = report.plan_details
    colours = palette(theme)
    if beside is None or beside.fan is None or (report.plan and report.plan.single):
        return None
    low, middle, high = beside.fan
    x = list(range(len(middle)))
    back = beside.fan_back[1]
    params = {
        "months": back,
        "horizon": len(x) - 1,
        "end": float(middle[-1]),
        "band": (float(low[-1]), float(high[-1])),
    }
    title = words.say(
        f"chart.cash_fan.{'title' if back is not None else 'never'}", report.currency, **params
    )
    figure = blank(theme, title, words.say("chart.cash_fan.subtitle"), height=420)
    hovers = [
        spoken(words.say("chart.cash_fan.hover", report.currency, month=m, value=float(middle[m]),
                         band=(float(low[m]), float(high[m]))))
        for m in x
    ]  # fmt: skip
    figure.add_scatter(
        x=[*x, *x[::-1]], y=[*high.tolist(), *low[::-1].tolist()], fill="toself", mode="lines", hoverinfo="skip",
        line={"width": 0}, fillcolor=faded(colours.rx, 0.22),
    )  # fmt: skip
    figure.add_scatter(x=x, y=middle, mode="lines", line={"color": colours.rx, "width": 3}, hoverinfo="text",
                       hovertext=hovers)  # fmt: skip
    for line, name in ((low, "low"), (middle, "middle"), (high, "high")):
        value = float(line[-1])
        near = abs(value) < 0.05 * float(
            high[-1] - min(0.0, low.min())
        )  # the line at zero would run through it
        figure.add_annotation(
            x=x[-1], y=value, text=words.say(f"chart.cash_fan.{name}", report.currency, value=value), showarrow=False,
            xanchor="left", xshift=8, yshift=(10 if value > 0 else -10) if near else 0,
            font={"color": colours.ink if name == "middle" else colours.muted},
        )  # fmt: skip
    if back is not None and 0 < back < len(x):
        text = words.say("chart.plan_cash.back", month=back)
        _mark(figure, colours.ink, back, max(0.0, float(middle[back])), text, up=True, right=False)
    edges = min(0.0, float(low.min())), max(0.0, float(high.max()))
    _month_axis(figure, len(x) - 1)
    figure.update_layout(margin={"r": 118})
    figure.update_yaxes(
        range=[edges[0] - 0.06 * (edges[1] - edges[0]), edges[1] + 0.08 * (edges[1] - edges[0])]
    )
    rows.money_ticks(figure, report.currency, *edges, axis="y")
    zero_line(figure, theme, "y")
    return described(figure, title, [words.say("chart.cash_fan.fact", report.currency, **params)])


def _month_axis(figure: go.Figure, last: int) -> None:
    """Months along the bottom, a tick every half-year or year."""
    figure.update_xaxes(title={"text": words.say("chart.plan_cash.x")}, dtick=6 if last <= 60 else 12, tick0=0,
                        showgrid=False)  # fmt: skip


def npv_spread(report: Report, theme: Theme = "light") -> go.Figure | None:
    """How often the plan's NPV comes out where, over all draws, below zero in another colour; None
    without a plan.
    """
    plan = report.plan
    beside = report.plan_details
    colours = palette(theme)
    if plan is None or plan.npv is None or plan.single or beside is None or beside.spread is None:
        return None
    npv = plan.npv
    edges = beside.spread.edges
    shares = beside.spread.shares
    params = {"p": plan.p_npv_positive, "low": npv.p10, "high": npv.p90}
    title = words.say("chart.npv_spread.title", report.currency, **params)
    draws = len(plan.npv_draws) if plan.npv_draws is not None else 0
    figure = blank(
        theme, title, words.say("chart.npv_spread.subtitle", horizon=report.horizon, draws=draws)
    )
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2, y=shares, width=np.diff(edges) * 0.94, hoverinfo="text",
        marker={"color": [colours.rx if left > -1e-9 else colours.harm for left in edges[:-1]], "line": {"width": 0}},
        hovertext=[
            spoken(words.say("chart.npv_spread.hover", report.currency, share=float(s), band=(float(a), float(b))))
            for s, a, b in zip(shares, edges[:-1], edges[1:], strict=True)
        ],
    )  # fmt: skip
    top = float(shares.max())
    facts = []
    for place, (name, value) in enumerate((("p10", npv.p10), ("p50", npv.p50), ("p90", npv.p90))):
        text = words.say(f"chart.npv_spread.{name}", report.currency, value=value)
        facts.append(text)
        figure.add_scatter(x=[value, value], y=[0, top * (1.06 + 0.09 * place)], mode="lines", hoverinfo="skip",
                           line={"color": colours.ink, "width": 1, "dash": "dot"})  # fmt: skip
        left = name == "p10"
        figure.add_annotation(x=value, y=top * (1.06 + 0.09 * place), text=text, showarrow=False, yshift=9,
                              xanchor="right" if left else "left", xshift=0 if left else -6,
                              font={"color": colours.ink}, bgcolor=colours.ground)  # fmt: skip
    figure.update_yaxes(visible=False, range=[0, top * 1.36])
    figure.update_xaxes(showgrid=False, range=[float(edges[0]), float(edges[-1])])
    rows.money_ticks(figure, report.currency, float(edges[0]), float(edges[-1]), "x")
    zero_line(figure, theme)
    return described(figure, title, facts)


def _mark(
    figure: go.Figure, colour: str, x: float, y: float, text: str, *, up: bool, right: bool
) -> None:
    side: Mapping[str, Any] = {"xanchor": "left"} if right else {"xanchor": "right"}
    figure.add_annotation(
        x=x, y=y, text=text, showarrow=True, arrowhead=0, arrowwidth=1, arrowcolor=colour, ax=8 if right else -8,
        ay=-34 if up else 26, font={"color": colour}, **side,
    )  # fmt: skip
