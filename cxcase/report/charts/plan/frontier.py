"""Expected NPV of the best set of steps for each budget."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.budget import FrontierPoint, Plan
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import whiskers
from cxcase.report.charts.drawing.style import Theme, blank, described, palette, zero_line
from cxcase.report.result import Report
from cxcase.roi import Npv

_EARLY = 0.4  # of the widest budget: the mark's words stand right of it


def frontier(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Expected NPV by budget, as steps; None where no sum funds anything.

    The case's own budget is marked where it funds something.
    """
    plan = report.plan
    if plan is None or len(plan.frontier) < 2:
        return None
    points = sorted(plan.frontier, key=lambda p: p.budget)
    title = _title(report, plan, points[-1])
    path = "chart.frontier.subtitle" if plan.npv else "chart.frontier.subtitle_none"
    figure = blank(theme, title, words.say(path, horizon=report.horizon), height=420)
    top = max([p.budget for p in points] + [plan.choice.amount])
    facts = [_hover(report, point) for point in points]
    _line(figure, points, facts, top, palette(theme).rx)
    shown = [p.npv_mean for p in points]
    if plan.npv:
        facts = [_mark_budget(figure, report, plan, plan.npv, theme)]
        shown += [plan.npv.p10, plan.npv.p90]
    _axes(figure, report.currency, top, shown)
    zero_line(figure, theme, "y")
    return described(figure, title, facts)


def _title(report: Report, plan: Plan, last: FrontierPoint) -> str:
    """What the case's own budget buys and a little more would add; where it funds nothing, what
    most would buy.
    """
    if plan.npv is None:
        return words.say(
            "chart.frontier.title_none", report.currency, budget=last.budget, npv=last.npv_mean
        )
    adds = plan.next_10k is not None and plan.next_10k > 0
    return words.say(
        "chart.frontier.title" if adds else "chart.frontier.title_plain",
        report.currency,
        budget=plan.choice.amount,
        npv=plan.npv.mean,
        ten=10_000.0,
        next=plan.next_10k,
    )


def _hover(report: Report, point: FrontierPoint) -> str:
    return words.say(
        "chart.frontier.hover",
        report.currency,
        budget=point.budget,
        npv=point.npv_mean,
        count=_count(len(point.chosen)),
    )


def _count(n: int) -> str:
    if n == 1:
        return words.say("count.one")
    return words.say("count.many", n=n)


def _line(
    figure: go.Figure,
    points: Sequence[FrontierPoint],
    hovers: Sequence[str],
    top: float,
    colour: str,
) -> None:
    """The frontier as steps, and on from its last point to the widest budget."""
    figure.add_scatter(
        x=[points[-1].budget, top],
        y=[points[-1].npv_mean] * 2,
        mode="lines",
        hoverinfo="skip",
        line={"color": colour, "width": 2.5},
    )
    figure.add_scatter(
        x=[p.budget for p in points],
        y=[p.npv_mean for p in points],
        mode="lines+markers",
        hoverinfo="text",
        hovertext=list(hovers),
        line={"color": colour, "width": 2.5, "shape": "hv"},
        marker={"size": 6},
    )


def _mark_budget(figure: go.Figure, report: Report, plan: Plan, npv: Npv, theme: Theme) -> str:
    """Marks the case's own budget with its P10 to P90, and gives back what the mark says."""
    colours = palette(theme)
    budget = plan.choice.amount
    text = words.say(
        "chart.frontier.here", report.currency, npv=npv.mean, count=_count(len(plan.chosen))
    )
    figure.add_scatter(
        x=[budget],
        y=[npv.mean],
        mode="markers",
        hoverinfo="text",
        hovertext=[text],
        marker={"size": 14, "color": colours.cx, "symbol": "diamond"},
    )
    ends = whiskers([npv.mean], [npv.p10], [npv.p90], colours.cx)
    figure.data[-1].update(error_y=ends)
    early = budget < _EARLY * max([p.budget for p in plan.frontier] + [budget])
    figure.add_annotation(
        x=budget,
        y=npv.p10 if early else npv.p90,
        text=f"<b>{text}</b>",
        showarrow=False,
        yshift=-12 if early else 12,
        font={"color": colours.ink},
        xanchor="left" if early else "right",
    )
    return text


def _axes(figure: go.Figure, currency: str, top: float, values: Sequence[float]) -> None:
    low = min(0.0, *values)
    high = max(0.0, *values)
    figure.update_xaxes(
        range=[-0.02 * top, 1.04 * top], title={"text": words.say("chart.frontier.x")}
    )
    figure.update_yaxes(range=[low - 0.04 * (high - low), high + 0.1 * (high - low)])
    rows.money_ticks(figure, currency, 0.0, top)
    rows.money_up(figure, currency, low, high)
