"""How often the plan's NPV comes out where, over all draws."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    Theme,
    blank,
    described,
    palette,
    spoken,
    zero_line,
)
from cxcase.report.result import Report

_FIRST_MARK = 1.06  # height of P10's line, of the highest column; each further one is higher
_NEXT_MARK = 0.09
_ROOF = 1.36


def npv_spread(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Columns of the share of draws by NPV, below zero in another colour; None without a plan."""
    plan = report.plan
    spread = report.plan_details.spread if report.plan_details else None
    if plan is None or plan.npv is None or spread is None:
        return None
    npv = plan.npv
    title = words.say(
        "chart.npv_spread.title",
        report.currency,
        p=plan.p_npv_positive,
        low=npv.p10,
        high=npv.p90,
    )
    draws = len(plan.npv_draws) if plan.npv_draws is not None else 0
    subtitle = words.say("chart.npv_spread.subtitle", horizon=report.horizon, draws=draws)
    figure = blank(theme, title, subtitle)
    _columns(figure, report, spread.edges, spread.shares, theme)
    top = float(spread.shares.max())
    facts = []
    for place, (path, value) in enumerate(
        (
            ("chart.npv_spread.p10", npv.p10),
            ("chart.npv_spread.p50", npv.p50),
            ("chart.npv_spread.p90", npv.p90),
        )
    ):
        facts.append(words.say(path, report.currency, value=value))
        height = top * (_FIRST_MARK + _NEXT_MARK * place)
        _mark(figure, (value, height), facts[-1], place == 0, theme)
    first = float(spread.edges[0])
    last = float(spread.edges[-1])
    figure.update_yaxes(visible=False, range=[0, top * _ROOF])
    figure.update_xaxes(showgrid=False, range=[first, last])
    rows.money_ticks(figure, report.currency, first, last)
    zero_line(figure, theme)
    return described(figure, title, facts)


def _columns(
    figure: go.Figure, report: Report, edges: np.ndarray, shares: np.ndarray, theme: Theme
) -> None:
    colours = palette(theme)
    lefts = edges[:-1]
    hovers = [
        words.say(
            "chart.npv_spread.hover",
            report.currency,
            share=float(share),
            band=(float(left), float(right)),
        )
        for share, left, right in zip(shares, lefts, edges[1:], strict=True)
    ]
    figure.add_bar(
        x=(lefts + edges[1:]) / 2,
        y=shares,
        width=np.diff(edges) * 0.94,
        hoverinfo="text",
        marker={
            "color": [colours.rx if left > -1e-9 else colours.harm for left in lefts],
            "line": {"width": 0},
        },
        hovertext=[spoken(hover) for hover in hovers],
    )


def _mark(
    figure: go.Figure, at: tuple[float, float], text: str, to_the_left: bool, theme: Theme
) -> None:
    """A dotted line at an NPV up to a height, with its words on top."""
    colours = palette(theme)
    value, height = at
    figure.add_scatter(
        x=[value, value],
        y=[0, height],
        mode="lines",
        hoverinfo="skip",
        line={"color": colours.ink, "width": 1, "dash": "dot"},
    )
    figure.add_annotation(
        x=value,
        y=height,
        text=text,
        showarrow=False,
        yshift=9,
        xanchor="right" if to_the_left else "left",
        xshift=0 if to_the_left else -6,
        font={"color": colours.ink},
        bgcolor=colours.ground,
    )
