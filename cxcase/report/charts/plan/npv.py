"""What the steps and the plan are worth: NPV by step, more or less budget, doing nothing."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from cxcase.budget import FrontierPoint, Plan
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    MAX_ROWS,
    Theme,
    blank,
    brief,
    described,
    palette,
    zero_line,
)
from cxcase.report.result import Report
from cxcase.roi import StepReturn


def steps_npv(report: Report, theme: Theme = "light") -> go.Figure | None:
    """P10 to P90 with P50 of each step's NPV on its own, the plan's first; None when no step could
    be priced.
    """
    colours = palette(theme)
    priced = [s for s in report.ordered_steps if s.npv is not None]
    if not priced:
        return None
    chosen = set(report.plan.chosen) if report.plan else set()
    items = []
    for item in priced[:MAX_ROWS]:
        npv = item.npv
        single = item.single
        assert npv is not None
        params: dict[str, Any] = {
            "name": item.step.title,
            "mean": npv.mean,
            "band": (npv.p10, npv.p90),
        }
        if single is not None:
            items.append(_single(report, item, colours.rx if single.npv >= 0 else colours.harm))
            continue
        clear = npv.p10 > 0 or npv.p90 < 0
        if item.step.id in chosen:
            name = words.say("chart.steps_npv.chosen", name=item.step.title)
        else:
            name = item.step.title
        items.append(
            rows.Bar(
                name, npv.mean, npv.p10, npv.p90, words.say("chart.steps_npv.label", report.currency, **params),
                words.say("chart.steps_npv.hover", report.currency, p=item.p_npv_positive, **params),
                colours.rx if npv.mean >= 0 else colours.harm, clear,
            )
        )  # fmt: skip
    paying = sum(1 for s in priced if s.npv is not None and s.npv.mean > 0)
    best = max(priced, key=lambda s: s.npv.mean if s.npv else 0.0)
    title = words.say(
        f"chart.steps_npv.{'title' if paying else 'nothing'}", report.currency, paying=paying,
        steps=len(report.ordered_steps), name=brief(best.step.title), value=best.npv.mean if best.npv else None,
    )  # fmt: skip
    if any(s.single for s in priced):
        note = ""
    else:
        note = words.say(f"chart.steps_npv.note{'_chosen' if chosen else ''}")
    if len(report.ordered_steps) > len(items):
        note += " " + words.say("chart.steps_npv.more", n=len(report.ordered_steps) - len(items))
    adjusted = any(s.single is not None for s in priced)
    figure = blank(
        theme,
        title,
        words.say(
            f"chart.steps_npv.subtitle{'_adjusted' if adjusted else ''}", horizon=report.horizon
        ),
        names=[i.name for i in items],
        note=note,
    )
    rows.dots(figure, items, theme, band=True)
    rows.money_ticks(
        figure,
        report.currency,
        min(0.0, *(i.low for i in items)),
        max(0.0, *(i.high for i in items)),
    )
    return described(figure, title, [f"{i.name}: {i.label}" for i in items])


def _single(report: Report, item: StepReturn, colour: str) -> rows.Bar:
    """A step whose risk is taken off its figure: a dot without a band."""
    value = item.single.npv if item.single else 0.0
    label = words.say("chart.waterfall.label", report.currency, value=value)
    hover = words.say(
        "chart.doing_nothing.hover", report.currency, name=item.step.title, value=value
    )
    return rows.Bar(item.step.title, value, value, value, label, hover, colour, True)


def frontier(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Expected NPV of the best set for each budget, as steps; None where no sum funds anything.

    The case's own budget is marked where it funds something.
    """
    plan = report.plan
    colours = palette(theme)
    if plan is None or len(plan.frontier) < 2:
        return None
    points = sorted(plan.frontier, key=lambda p: p.budget)
    title = _frontier_title(report, plan, points[-1])
    below = "subtitle" if plan.npv else "subtitle_none"
    figure = blank(
        theme, title, words.say(f"chart.frontier.{below}", horizon=report.horizon), height=420
    )
    hovers = [
        words.say(
            "chart.frontier.hover",
            report.currency,
            budget=p.budget,
            npv=p.npv_mean,
            count=_count(len(p.chosen)),
        )
        for p in points
    ]
    top = max([p.budget for p in points] + [plan.choice.amount])
    figure.add_scatter(x=[points[-1].budget, top], y=[points[-1].npv_mean] * 2, mode="lines", hoverinfo="skip",
                       line={"color": colours.rx, "width": 2.5})  # fmt: skip
    figure.add_scatter(
        x=[p.budget for p in points], y=[p.npv_mean for p in points], mode="lines+markers", hoverinfo="text",
        hovertext=hovers, line={"color": colours.rx, "width": 2.5, "shape": "hv"}, marker={"size": 6},
    )  # fmt: skip
    facts = [_here(figure, report, plan, colours.cx, colours.ink)] if plan.npv else hovers
    values = [p.npv_mean for p in points] + ([plan.npv.p10, plan.npv.p90] if plan.npv else [])
    edges = min(0.0, *values), max(0.0, *values)
    figure.update_xaxes(
        range=[-0.02 * top, 1.04 * top], title={"text": words.say("chart.frontier.x")}
    )
    figure.update_yaxes(
        range=[edges[0] - 0.04 * (edges[1] - edges[0]), edges[1] + 0.1 * (edges[1] - edges[0])]
    )
    rows.money_ticks(figure, report.currency, 0.0, top, "x")
    rows.money_ticks(figure, report.currency, *edges, axis="y")
    zero_line(figure, theme, "y")
    return described(figure, title, facts)


def _frontier_title(report: Report, plan: Plan, last: FrontierPoint) -> str:
    """What the case's own budget buys and a little more would add; where it funds nothing, what
    most would buy.
    """
    if plan.npv is None:
        return words.say(
            "chart.frontier.title_none", report.currency, budget=last.budget, npv=last.npv_mean
        )
    path = "title" if plan.next_10k is not None and plan.next_10k > 0 else "title_plain"
    params = {
        "budget": plan.choice.amount,
        "npv": plan.npv.mean,
        "ten": 10_000.0,
        "next": plan.next_10k,
    }
    return words.say(f"chart.frontier.{path}", report.currency, **params)


def doing_nothing(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Margin that leaves at today's rate, beside what the plan costs and would go with; None when
    it isn't known.
    """
    lost = _doing_nothing(report)
    plan = report.plan
    colours = palette(theme)
    if lost is None:
        return None
    parts: list[tuple[str, float, float, float, str]] = [("lost", lost, lost, lost, colours.harm)]
    if plan is not None and plan.npv is not None and plan.chosen:
        parts.append(("spend", plan.spend, plan.spend, plan.spend, colours.muted))
        npv = plan.npv
        single = plan.single
        ends = (npv.mean, npv.p10, npv.p90) if single is None else (single.npv,) * 3
        parts.append(("npv", *ends, colours.rx))
    items = []
    for id, value, low, high, colour in parts:
        name = words.say(f"chart.doing_nothing.{id}")
        path = "chart.doing_nothing.label_npv" if low != high else "chart.waterfall.label"
        label = words.say(path, report.currency, value=value, band=(low, high))
        hover = words.say("chart.doing_nothing.hover", report.currency, name=name, value=value)
        items.append(
            rows.Bar(
                name, value, low, high, label, hover, colour, id != "npv" or low > 0 or high < 0
            )
        )
    title = words.say(
        "chart.doing_nothing.title", report.currency, lost=lost, horizon=report.horizon
    )
    figure = blank(
        theme,
        title,
        words.say("chart.doing_nothing.subtitle", horizon=report.horizon),
        names=[i.name for i in items],
    )
    rows.bars(figure, items, theme)
    rows.money_ticks(
        figure,
        report.currency,
        min(0.0, *(i.low for i in items)),
        max(0.0, *(i.high for i in items)),
    )
    return described(figure, title, [f"{i.name}: {i.label}" for i in items])


def _doing_nothing(report: Report) -> float | None:
    if report.plan is not None and report.plan.doing_nothing is not None:
        return report.plan.doing_nothing
    if report.returns:
        return report.returns.doing_nothing
    return None


def _count(n: int) -> str:
    return words.say("count.one" if n == 1 else "count.many", n=n)


def _here(figure: go.Figure, report: Report, plan: Plan, colour: str, ink: str) -> str:
    """Marks the case's own budget with its P10 to P90, and gives back what the mark says."""
    assert plan.npv is not None
    npv = plan.npv
    budget = plan.choice.amount
    text = words.say(
        "chart.frontier.here", report.currency, npv=npv.mean, count=_count(len(plan.chosen))
    )
    figure.add_scatter(
        x=[budget], y=[npv.mean], mode="markers", hoverinfo="text", hovertext=[text],
        marker={"size": 14, "color": colour, "symbol": "diamond"},
        error_y=None if plan.single else {"type": "data", "symmetric": False, "array": [npv.p90 - npv.mean],
                 "arrayminus": [npv.mean - npv.p10], "color": colour, "thickness": 2, "width": 0},
    )  # fmt: skip
    early = budget < 0.4 * max([p.budget for p in plan.frontier] + [budget])
    figure.add_annotation(
        x=budget, y=npv.p10 if early else npv.p90, text=f"<b>{text}</b>", showarrow=False, yshift=-12 if early else 12,
        font={"color": ink}, xanchor="left" if early else "right",
    )  # fmt: skip
    return text
