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
from cxcase.report.result import Report

_MOST = 12  # periods a picture can hold
_LEVEL = 8  # of which so many have room for a sum that is written level


def periods(report: Report, theme: Theme = "light") -> go.Figure | None:
    """A column a period: what is spent, on it what is left of what there is, and a line at the
    period's own sum.

    Without sums a period the cash as it falls alone; None without a plan that funds something.
    """
    shown = shown_periods(report)
    colours = palette(theme)
    if not shown:
        return None
    title = heading(report, shown)
    path = "subtitle" if shown[0].budget is not None else "subtitle_plain"
    figure = blank(theme, title, words.say(f"chart.periods.{path}"), height=400)
    x = list(range(len(shown)))
    spent = [p.spent for p in shown]
    left = [max(0.0, p.left or 0.0) for p in shown]
    facts = [fact(report, p) for p in shown]
    hovers = [spoken(said) for said in facts]
    figure.add_bar(
        x=x,
        y=spent,
        marker={"color": colours.cx, "line": {"width": 0}},
        hoverinfo="text",
        hovertext=hovers,
    )
    if any(left):
        edge = {"color": colours.cx, "width": 1}
        figure.add_bar(x=x, y=left, marker={"color": faded(colours.cx, 0.22), "line": edge}, hoverinfo="text",
                       hovertext=hovers)  # fmt: skip
    most = max(
        [
            *(s + more for s, more in zip(spent, left, strict=True)),
            *(p.budget or 0.0 for p in shown),
            1.0,
        ]
    )
    upright = len(shown) > _LEVEL
    for place, period in enumerate(shown):
        label = words.say("chart.periods.spent", report.currency, spent=period.spent)
        figure.add_annotation(x=place, y=spent[place] + left[place], text=label, showarrow=False, yshift=4,
                              yanchor="bottom", textangle=-90 if upright else 0,
                              font={"color": colours.ink})  # fmt: skip
        if period.budget is not None:
            figure.add_shape(type="line", x0=place - 0.4, x1=place + 0.4, y0=period.budget, y1=period.budget,
                             line={"color": colours.ink, "width": 3})  # fmt: skip
    names = [_name(months(report, p), upright) for p in shown]
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_xaxes(
        tickvals=x, ticktext=names, tickangle=0, showgrid=False, range=[-0.6, len(x) - 0.4]
    )
    figure.update_yaxes(range=[0.0, (1.3 if upright else 1.14) * most])
    rows.money_ticks(figure, report.currency, 0.0, most, axis="y")
    return described(figure, title, facts)


def _name(months: str, narrow: bool) -> str:
    """The months of a period above its year, one month a line where there is little room."""
    lines = months.replace(" ", "<br>")
    if narrow:
        return lines.replace("–", "–<br>")
    return lines


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
        return words.say(
            "chart.periods.title_plain", report.currency, most=most.spent, when=months(report, most)
        )
    spent = math.fsum(p.spent for p in shown)
    left = [p.left or 0.0 for p in shown]
    over = max(left[:-1], default=0.0) if choice.roll_over else math.fsum(left)
    if round(over) <= 0:
        path = "title_even"
    elif choice.roll_over:
        path = "title"
    else:
        path = "title_lapsed"
    count = words.say(f"answer.asked.{choice.every}", n=len(choice.amounts))
    return words.say(
        f"chart.periods.{path}", report.currency, spent=spent, budget=choice.amount, periods=count, over=over,
        every=words.say(f"chart.periods.{choice.every}"),
    )  # fmt: skip


def fact(report: Report, period: Period) -> str:
    """One period in a sentence."""
    path = "fact" if period.budget is not None else "fact_plain"
    path = "fact_over" if period.brought else path
    return words.say(
        f"chart.periods.{path}", report.currency, months=months(report, period), spent=period.spent,
        budget=period.budget, brought=period.brought, left=period.left,
    )  # fmt: skip


def months(report: Report, period: Period) -> str:
    """The months of a period: "Jul–Sep 2026", or those of the plan where its first month is not
    known.
    """
    first = report.month_of(period.first)
    last = report.month_of(period.last)
    if first is None or last is None:
        return words.say("pages.budget.period_months", first=period.first, last=period.last)
    return fmt.month_span(first, last)
