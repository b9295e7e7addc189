"""The slide of the plan's cash by fiscal year, below the fan of what may come of it."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from cxcase.export.deck.blocks import foot_note, money, notes_of, say, symbol
from cxcase.export.deck.canvas import BODY, MUTED, RX, Box, Deck, Run, Slide
from cxcase.export.deck.native_lines import Line, month_lines
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.report import charts, words
from cxcase.report import format as fmt
from cxcase.report.result import Report

_PICTURE = 2.55  # inches of the fan
_MOST = 6  # fiscal years that have a row
_SIZES = (14.0, 13.0, 12.0)


def yearly_cash(deck: Deck, report: Report) -> None:
    """Cash added up month by month with its fan; below it every fiscal year; or no slide."""
    plan = report.plan
    found = report.plan_details
    if plan is None or found is None or found.fan is None or not found.years:
        return
    title, alt = charts.told("plan_cash", report)
    slide = deck.slide(title, say(report, "cash.subtitle"), notes_of(report, "cash"))
    _fan(slide, report, found.fan, plan.cash, alt)
    top = BODY.top + _PICTURE + 0.1
    box = Box(BODY.left, top, BODY.width, BODY.height - _PICTURE - 0.7)
    heads = list(words.section("export.deck.cash.heads").values())
    rows = [_row(report, year) for year in found.years[:_MOST]]
    total = [
        Run(say(report, "cash.total"), bold=True),
        *(
            Run(money(report, sum(getattr(year, name) for year in found.years)), bold=True)
            for name in ("benefit", "cost", "net", "pv")
        ),
    ]
    columns = Columns(heads, (2.4, 1.4, 1.4, 1.4, 1.6), right=(1, 2, 3, 4))
    table(slide, box, columns, [*rows, total], sizes=_SIZES, alt=title)
    foot_note(slide, say(report, "cash.foot"))


def _fan(slide: Slide, report: Report, fan: Any, cash: Any, alt: str) -> None:
    """Net cash that has come in by each month: at likely values, as the table has it, between P10
    and P90.
    """
    low, _, high = (list(map(float, line)) for line in fan)
    middle = list(map(float, accumulate(cash)))
    days = [report.month_of(month + 1) for month in range(len(middle))]
    named = [words.say("chart.roadmap.month", n=month) for month in range(len(middle))]
    months = [day for day in days if day is not None] or named
    lines = (
        Line(say(report, "cash.high"), MUTED, high, quiet=True),
        Line(say(report, "cash.middle"), RX, middle),
        Line(say(report, "cash.low"), MUTED, low, quiet=True),
    )
    box = Box(BODY.left, BODY.top, BODY.width, _PICTURE)
    month_lines(slide, box, months, lines, symbol(report), alt)


def _row(report: Report, year: Any) -> list[Cell]:
    """A fiscal year: its months, benefit, cost, net and present value."""
    first = report.month_of(year.first)
    last = report.month_of(year.last)
    if first is None or last is None:
        name = words.say("pages.budget.period_months", first=year.first, last=year.last)
    else:
        name = fmt.month_span(first, last)
    figures = (year.benefit, year.cost, year.net, year.pv)
    return [Run(name, bold=True), *(money(report, figure) for figure in figures)]
