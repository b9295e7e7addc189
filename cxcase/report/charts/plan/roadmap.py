"""When each step starts, is delivered, works in full and has paid back, over the phases of the
plan.
"""

from __future__ import annotations

import plotly.graph_objects as go

from cxcase.budget import Milestone
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    Theme,
    blank,
    brief,
    described,
    faded,
    palette,
    spoken,
)
from cxcase.report.result import Report

_MOST = 12  # steps a roadmap can show
_PHASES = (
    ("crawl", 0.5, 6.5),
    ("walk", 6.5, 18.5),
    ("run", 18.5, 600.0),
)  # half a month round the months of each


def roadmap(report: Report, theme: Theme = "light") -> go.Figure | None:
    """A line a step over the months that are counted; None without a plan that funds something."""
    plan = report.plan
    beside = report.plan_details
    if plan is None or beside is None or not beside.milestones:
        return None
    by_id = {m.id: m for m in beside.milestones}
    steps = [item for item in report.chosen_steps if item.step.id in by_id][:_MOST]
    shown = [(by_id[s.step.id], s.step.title) for s in steps]
    title = _title(report)
    more = len(report.chosen_steps) - len(steps)
    note = words.say("chart.roadmap.note") + (
        " " + words.say("chart.steps_npv.more", n=more) if more else ""
    )
    figure = blank(
        theme, title, words.say("chart.roadmap.subtitle"), names=[t for _, t in shown], note=note
    )
    last = report.horizon
    _phases(figure, len(shown), last, theme)
    facts = []
    for place, (milestone, name) in enumerate(shown):
        facts.append(_line(figure, report, milestone, name, place, last, theme))
        if (
            milestone.id == first_paid(report)
            and milestone.paid is not None
            and milestone.paid <= last
        ):
            figure.add_annotation(x=milestone.paid, y=place, text=f"<b>{when(report, milestone.paid)}</b>", yshift=20,
                                  showarrow=False, font={"color": palette(theme).ink, "size": 12})  # fmt: skip
    rows.name_rows(figure, [t for _, t in shown])
    figure.update_yaxes(range=[len(shown) - 0.5, -1.1])
    ticks = list(range(1, last + 1, 6 if last <= 48 else 12))
    named = [when(report, tick).replace(" ", "<br>") for tick in ticks]
    figure.update_xaxes(range=[0.5, last + 0.5], tickvals=ticks, ticktext=named, showgrid=False)
    figure.update_layout(height=figure.layout.height + 44, barmode="overlay")
    return described(figure, title, facts)


def when(report: Report, month: int) -> str:
    """A month of the plan as people read it: by the calendar where its first month is known."""
    day = report.month_of(month)
    if day is None:
        return words.say("chart.roadmap.month", n=month)
    return fmt.month(day)


def _first(report: Report) -> Milestone | None:
    """The early win, else the first step to be paid back; None when none is in time."""
    plan = report.plan
    milestones = report.plan_details.milestones if report.plan_details else ()
    early = [m for m in milestones if plan and m.id in plan.early_wins and m.paid is not None]
    paid = [m for m in milestones if m.paid is not None]
    return min(early or paid, key=lambda m: (m.paid or 0, m.start), default=None)


def first_paid(report: Report) -> str | None:
    """The step whose payback the roadmap dates: the early win, else the first to be paid back."""
    first = _first(report)
    if first is None:
        return None
    return first.id


def _title(report: Report) -> str:
    """The early win, else the first step to be paid back, else that none is in time."""
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    first = _first(report)
    plan = report.plan
    if first is None or plan is None:
        return words.say("chart.roadmap.title_none", horizon=report.horizon)
    path = "title_early" if first.id in plan.early_wins else "title_first"
    return words.say(
        f"chart.roadmap.{path}", name=brief(titles[first.id]), when=when(report, first.paid or 0)
    )


def _phases(figure: go.Figure, count: int, last: int, theme: Theme) -> None:
    """Crawl, walk and run as bands behind the steps, each with its name on top."""
    colours = palette(theme)
    for place, (name, first, end) in enumerate(_PHASES):
        if first >= last:
            continue
        end = min(end, last + 0.5)
        figure.add_shape(type="rect", x0=first, x1=end, y0=-1.1, y1=count - 0.5, line={"width": 0}, layer="below",
                         fillcolor=faded(colours.muted, (0.12, 0.06, 0.0)[place]))  # fmt: skip
        figure.add_annotation(x=(first + end) / 2, y=-0.8, text=words.say(f"pages.budget.{name}"), showarrow=False,
                              font={"color": colours.muted, "size": 13})  # fmt: skip


def _line(
    figure: go.Figure, report: Report, m: Milestone, name: str, place: int, last: int, theme: Theme
) -> str:  # fmt: skip
    """Delivery, building up and working in full as three bars, the gate and the payback as marks."""
    colours = palette(theme)
    params = {
        "name": name, "start": when(report, m.start), "delivered": when(report, m.delivered),
        "paid": when(report, m.paid) if m.paid is not None else words.say("chart.roadmap.not_paid"),
        "lift": m.stop_below,
    }  # fmt: skip
    hover = spoken(
        words.say(
            f"chart.roadmap.{'hover' if m.stop_below is not None else 'hover_plain'}", **params
        )
    )
    full = min(m.full, last + 1)
    parts = (
        (m.start, min(m.delivered, last + 1), colours.ground, colours.stake),
        (m.delivered, full, faded(colours.rx, 0.35), colours.rx),
        (full, last + 1, colours.rx, colours.rx),
    )
    for first, end, fill, edge in parts:
        if end > first:
            figure.add_bar(
                x=[end - first], base=first - 0.5, y=[place], orientation="h", width=0.46, hoverinfo="text",
                hovertext=[hover], marker={"color": fill, "line": {"color": edge, "width": 1.5}},
            )  # fmt: skip
    for month, symbol in ((m.delivered, "diamond"), (m.paid, "circle")):
        if month is not None and month <= last:
            gate = symbol == "diamond"
            figure.add_scatter(
                x=[month - 0.5 if gate else month], y=[place], mode="markers", hoverinfo="text", hovertext=[hover],
                marker={"symbol": symbol, "size": 12, "color": colours.ink if gate else colours.ground,
                        "line": {"color": colours.ink, "width": 2}},
            )  # fmt: skip
    return words.say("chart.roadmap.fact", **params)
