"""When each step starts, is delivered, works in full and has paid back, over the phases of the
plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from cxcase.budget import Milestone
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import Look, dot, lying_bar
from cxcase.report.charts.drawing.style import (
    BESIDE_NAME,
    Palette,
    Theme,
    blank,
    brief,
    described,
    faded,
    palette,
)
from cxcase.report.result import Report

_MOST = 12  # steps a roadmap can show
# each phase's words, its ends half a month round its months, and how much its ground is shaded
_PHASES = (
    ("pages.budget.crawl", 0.5, 6.5, 0.12),
    ("pages.budget.walk", 6.5, 18.5, 0.06),
    ("pages.budget.run", 18.5, 600.0, 0.0),
)
_TOP = -1.1  # where the phases begin, above the first row
_THICK = 0.46  # of a row
_MARK = 12  # px across
_HALF_YEARS = 48  # months up to which every half-year has its tick


def roadmap(report: Report, theme: Theme = "light") -> go.Figure | None:
    """A line a step over the months that are counted; None without a plan that funds something."""
    details = report.plan_details
    if report.plan is None or details is None or not details.milestones:
        return None
    by_id = {milestone.id: milestone for milestone in details.milestones}
    steps = [item.step for item in report.chosen_steps if item.step.id in by_id][:_MOST]
    names = [step.title for step in steps]
    title = _title(report)
    note = _note(len(report.chosen_steps) - len(steps))
    figure = blank(theme, title, words.say("chart.roadmap.subtitle"), names=names, note=note)
    _phases(figure, len(steps), report.horizon, theme)
    facts = []
    for place, step in enumerate(steps):
        milestone = by_id[step.id]
        said = _params(report, milestone, step.title)
        _line(figure, milestone, place, report.horizon, _hover(milestone, said), palette(theme))
        _date_payback(figure, report, milestone, place, theme)
        facts.append(words.say("chart.roadmap.fact", **said))
    _axes(figure, report, names)
    return described(figure, title, facts)


def when(report: Report, month: int) -> str:
    """A month of the plan as people read it: by the calendar where its first month is known."""
    day = report.month_of(month)
    if day is None:
        return words.say("chart.roadmap.month", n=month)
    return fmt.month(day)


def first_paid(report: Report) -> str | None:
    """The step whose payback the roadmap dates: the early win, else the first to be paid back."""
    first = _first(report)
    if first is None:
        return None
    return first.id


def _first(report: Report) -> Milestone | None:
    """The early win, else the first step to be paid back; None when none is in time."""
    milestones = report.plan_details.milestones if report.plan_details else ()
    early_wins = report.plan.early_wins if report.plan else ()
    paid = [m for m in milestones if m.paid is not None]
    early = [m for m in paid if m.id in early_wins]
    return min(early or paid, key=lambda m: (m.paid or 0, m.start), default=None)


def _title(report: Report) -> str:
    """The early win, else the first step to be paid back, else that none is in time."""
    first = _first(report)
    plan = report.plan
    if first is None or plan is None:
        return words.say("chart.roadmap.title_none", horizon=report.horizon)
    titles = {item.step.id: item.step.title for item in report.ordered_steps}
    early = first.id in plan.early_wins
    path = "chart.roadmap.title_early" if early else "chart.roadmap.title_first"
    return words.say(path, name=brief(titles[first.id]), when=when(report, first.paid or 0))


def _note(more: int) -> str:
    note = words.say("chart.roadmap.note")
    if more:
        note += " " + words.say("chart.steps_npv.more", n=more)
    return note


def _phases(figure: go.Figure, count: int, last: int, theme: Theme) -> None:
    """Crawl, walk and run as bands behind the steps, each with its name on top."""
    colour = palette(theme).muted
    for path, first, end, shade in _PHASES:
        if first >= last:
            continue
        end = min(end, last + 0.5)
        figure.add_shape(
            type="rect",
            x0=first,
            x1=end,
            y0=_TOP,
            y1=count - 0.5,
            line={"width": 0},
            layer="below",
            fillcolor=faded(colour, shade),
        )
        figure.add_annotation(
            x=(first + end) / 2,
            y=-0.8,
            text=words.say(path),
            showarrow=False,
            font={"color": colour, "size": 13},
        )


def _params(report: Report, milestone: Milestone, title: str) -> Mapping[str, Any]:
    """What the sentences about a step's line need."""
    if milestone.paid is None:
        paid = words.say("chart.roadmap.not_paid")
    else:
        paid = when(report, milestone.paid)
    return {
        "name": title,
        "start": when(report, milestone.start),
        "delivered": when(report, milestone.delivered),
        "paid": paid,
        "lift": milestone.stop_below,
    }


def _hover(milestone: Milestone, params: Mapping[str, Any]) -> str:
    if milestone.stop_below is None:
        return words.say("chart.roadmap.hover_plain", **params)
    return words.say("chart.roadmap.hover", **params)


def _line(
    figure: go.Figure,
    milestone: Milestone,
    place: int,
    last: int,
    hover: str,
    colours: Palette,
) -> None:
    """Delivery, building up and working in full as bars, the gate and the payback as marks."""
    end = last + 1
    full = min(milestone.full, end)
    building = Look(faded(colours.rx, 0.35), colours.rx, size=_THICK)
    for first, until, look in (
        (milestone.start, min(milestone.delivered, end), _delivery(colours)),
        (milestone.delivered, full, building),
        (full, end, Look(colours.rx, colours.rx, size=_THICK)),
    ):
        if until > first:
            lying_bar(figure, place, until - first, look, hover, first - 0.5)
    if milestone.delivered <= last:
        gate = Look(colours.ink, colours.ink, line=2, size=_MARK)
        dot(figure, (milestone.delivered - 0.5, place), gate, hover, "diamond")
    if milestone.paid is not None and milestone.paid <= last:
        payback = Look(colours.ground, colours.ink, line=2, size=_MARK)
        dot(figure, (milestone.paid, place), payback, hover, "circle")


def _delivery(colours: Palette) -> Look:
    return Look(colours.ground, colours.stake, size=_THICK)


def _date_payback(
    figure: go.Figure, report: Report, milestone: Milestone, place: int, theme: Theme
) -> None:
    """Writes the payback of the step whose payback the roadmap dates."""
    paid = milestone.paid
    if milestone.id != first_paid(report) or paid is None or paid > report.horizon:
        return
    figure.add_annotation(
        name=BESIDE_NAME,  # where a row's name stands above it the title alone says when
        x=paid,
        y=place,
        text=f"<b>{when(report, paid)}</b>",
        yshift=20,
        showarrow=False,
        font={"color": palette(theme).ink, "size": 12},
    )


def _axes(figure: go.Figure, report: Report, names: Sequence[str]) -> None:
    last = report.horizon
    ticks = list(range(1, last + 1, 6 if last <= _HALF_YEARS else 12))
    rows.name_rows(figure, names)
    figure.update_yaxes(range=[len(names) - 0.5, _TOP])
    figure.update_xaxes(
        range=[0.5, last + 0.5],
        tickvals=ticks,
        ticktext=[when(report, tick).replace(" ", "<br>") for tick in ticks],
        showgrid=False,
    )
    figure.update_layout(height=figure.layout.height + 44, barmode="overlay")
