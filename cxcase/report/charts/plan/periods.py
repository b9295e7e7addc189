"""What each period may spend, what the plan spends of it, and what is carried over."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.budget import Period, PeriodBudget
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Theme, blank, described, faded, palette, spoken
from cxcase.report.page_answers import how_many_periods
from cxcase.report.result import Report

_MOST = 12  # periods a picture can hold
_LEVEL = 8  # of which so many have room for a sum that is written level
_EVERY = {
    "month": "chart.periods.month",
    "quarter": "chart.periods.quarter",
    "year": "chart.periods.year",
}


def periods(report: Report, theme: Theme = "light") -> go.Figure | None:
    """A column a period: what is spent, on it what is left of what there is, and a line at the
    period's own sum.

    Without sums a period the cash as it falls alone; None without a plan that funds something.
    """
    shown = shown_periods(report)
    if not shown:
        return None
    title = heading(report, shown)
    plain = shown[0].budget is None
    path = "chart.periods.subtitle_plain" if plain else "chart.periods.subtitle"
    figure = blank(theme, title, words.say(path), height=400)
    facts = [fact(report, period) for period in shown]
    _columns(figure, shown, facts, theme)
    for place, period in enumerate(shown):
        _write_sum(figure, report, place, period, upright=len(shown) > _LEVEL, theme=theme)
    _axes(figure, report, shown)
    return described(figure, title, facts)


def shown_periods(report: Report) -> Sequence[Period]:
    """The periods worth a column: all with a sum, else those up to the last with cash; none without
    a plan.
    """
    if report.plan_details is None or report.plan is None or not report.plan.chosen:
        return ()
    found = report.plan_details.periods[:_MOST]
    while found and found[-1].budget is None and not found[-1].spent:
        found = found[:-1]
    return found


def heading(report: Report, shown: Sequence[Period]) -> str:
    """How much of the sums is spent and how much at most is carried over; else when most cash goes
    out.
    """
    choice = report.plan.choice if report.plan else None
    if not isinstance(choice, PeriodBudget):
        most = max(shown, key=lambda p: p.spent)
        when = months(report, most)
        return words.say("chart.periods.title_plain", report.currency, most=most.spent, when=when)
    left = [period.left or 0.0 for period in shown]
    if choice.roll_over:
        path = "chart.periods.title"
        over = max(left[:-1], default=0.0)
    else:
        path = "chart.periods.title_lapsed"
        over = math.fsum(left)
    return words.say(
        path if round(over) > 0 else "chart.periods.title_even",
        report.currency,
        spent=math.fsum(period.spent for period in shown),
        budget=choice.amount,
        periods=how_many_periods(choice),
        over=over,
        every=words.say(_EVERY[choice.every]),
    )


def fact(report: Report, period: Period) -> str:
    """One period in a sentence."""
    if period.brought:
        path = "chart.periods.fact_over"
    elif period.budget is not None:
        path = "chart.periods.fact"
    else:
        path = "chart.periods.fact_plain"
    return words.say(
        path,
        report.currency,
        months=months(report, period),
        spent=period.spent,
        budget=period.budget,
        brought=period.brought,
        left=period.left,
    )


def months(report: Report, period: Period) -> str:
    """The months of a period: "Jul–Sep 2026", or those of the plan where its first month is not
    known.
    """
    first = report.month_of(period.first)
    last = report.month_of(period.last)
    if first is None or last is None:
        return words.say("pages.budget.period_months", first=period.first, last=period.last)
    return fmt.month_span(first, last)


def _left(period: Period) -> float:
    """What is left of a period's money; nothing where it has no sum."""
    return max(0.0, period.left or 0.0)


def _columns(
    figure: go.Figure, shown: Sequence[Period], facts: Sequence[str], theme: Theme
) -> None:
    """What is spent, and on it what is left."""
    colour = palette(theme).cx
    places = list(range(len(shown)))
    hovers = [spoken(said) for said in facts]
    figure.add_bar(
        x=places,
        y=[period.spent for period in shown],
        marker={"color": colour, "line": {"width": 0}},
        hoverinfo="text",
        hovertext=hovers,
    )
    left = [_left(period) for period in shown]
    if any(left):
        figure.add_bar(
            x=places,
            y=left,
            marker={"color": faded(colour, 0.22), "line": {"color": colour, "width": 1}},
            hoverinfo="text",
            hovertext=hovers,
        )
    figure.update_layout(barmode="stack", bargap=0.35)


def _write_sum(
    figure: go.Figure, report: Report, place: int, period: Period, *, upright: bool, theme: Theme
) -> None:
    """What is spent on top of a column, and the line at the period's own sum."""
    ink = palette(theme).ink
    figure.add_annotation(
        x=place,
        y=period.spent + _left(period),
        text=words.say("chart.periods.spent", report.currency, spent=period.spent),
        showarrow=False,
        yshift=4,
        yanchor="bottom",
        textangle=-90 if upright else 0,
        font={"color": ink},
    )
    if period.budget is not None:
        figure.add_shape(
            type="line",
            x0=place - 0.4,
            x1=place + 0.4,
            y0=period.budget,
            y1=period.budget,
            line={"color": ink, "width": 3},
        )


def _axes(figure: go.Figure, report: Report, shown: Sequence[Period]) -> None:
    """Months below the columns; room above for the sums, which stand upright where many."""
    upright = len(shown) > _LEVEL
    figure.update_xaxes(
        tickvals=list(range(len(shown))),
        ticktext=[_name(months(report, period), upright) for period in shown],
        tickangle=0,
        showgrid=False,
        range=[-0.6, len(shown) - 0.4],
    )
    columns = [period.spent + _left(period) for period in shown]
    most = max(*columns, *(period.budget or 0.0 for period in shown), 1.0)
    figure.update_yaxes(range=[0.0, (1.3 if upright else 1.14) * most])
    rows.money_up(figure, report.currency, 0.0, most)


def _name(months: str, narrow: bool) -> str:
    """The months of a period above its year, one month a line where there is little room."""
    lines = months.replace(" ", "<br>")
    if narrow:
        return lines.replace("–", "–<br>")
    return lines
