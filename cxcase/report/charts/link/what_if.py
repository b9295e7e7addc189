"""What would go with other moves, and what silent customers might change: rows of money, each with
its range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.link import Outcome
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Palette, Theme, blank, described, palette
from cxcase.report.charts.link.worth import population
from cxcase.report.result import Report

_SUBTITLES = {
    "both": "chart.what_if.subtitle_both",
    "kept": "chart.what_if.subtitle_kept",
    "sales": "chart.what_if.subtitle_sales",
}
_MOVES = {
    "ex": "chart.what_if.ex",
    "cx": "chart.what_if.cx",
    "team": "chart.what_if.team",
}


def what_if(
    report: Report, theme: Theme = "light", outcomes: Sequence[Outcome] | None = None
) -> go.Figure | None:
    """A row for each move, those that are printed unless others are given; None where there are
    none.
    """
    link = report.link
    if link is None:
        return None
    asked = link.moves if outcomes is None else outcomes
    shown = [outcome for outcome in asked if not outcome.worth.refused]
    if not shown:
        return None
    items = [_move(report, outcome, palette(theme)) for outcome in shown]
    title = words.say(
        "chart.what_if.title", report.currency, name=items[0].name, worth=shown[0].worth
    )
    subtitle = words.say(_SUBTITLES[link.counts], population=population(shown[-1].worth))
    note = words.say("chart.what_if.note")
    if not rows.all_clear(items):
        note = f"{note} {words.say('chart.common.hollow')}"
    figure = blank(theme, title, subtitle, names=rows.names_of(items), note=note)
    return _in_money(figure, report, title, items, theme)


def name_of(report: Report, outcome: Outcome) -> str:
    """A move in words: "Ease +0.5 for every customer"."""
    metric = words.metric(report.metric)
    params = {"points": outcome.points, "metric": fmt.capital(metric)}
    if outcome.team:
        params["team"] = outcome.team
    return words.say(_MOVES[outcome.move], **params)


def silent(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The worth kept by a point if silent customers had rated a point lower, alike, or a point
    higher.
    """
    link = report.link
    printed = report.diagnosis.silent_range
    if link is None or printed is None:
        return None
    items = [
        _row(report, _silent_name(delta), worth, palette(theme).rx)
        for delta, worth in printed.worth
        if not worth.refused
    ]
    if not items:
        return None
    title = _silent_title(printed.tipping_point)
    subtitle = words.say(
        "chart.silent.subtitle",
        metric=words.metric(link.metric),
        population=population(printed.worth[0][1]),
    )
    note = words.say("chart.silent.note")
    figure = blank(theme, title, subtitle, names=rows.names_of(items), note=note)
    return _in_money(figure, report, title, items, theme)


def _silent_name(delta: float) -> str:
    """Silent customers as if they had rated lower, like those who answered, or higher."""
    if delta == 0:
        return words.say("chart.silent.alike")
    if delta < 0:
        return words.say("chart.silent.lower")
    return words.say("chart.silent.higher")


def _silent_title(tipping_point: float | None) -> str:
    """How far from the others silent customers would have to be to put the worth in doubt."""
    if tipping_point is None:
        return words.say("chart.silent.firm")
    if not tipping_point:
        return words.say("chart.silent.already")
    if tipping_point > 0:
        side = words.say("chart.silent.word_higher")
    else:
        side = words.say("chart.silent.word_lower")
    return words.say("chart.silent.tips", delta=abs(tipping_point), side=side)


def _move(report: Report, outcome: Outcome, colours: Palette) -> rows.Bar:
    """A move's row; hollow also where no claim stands behind it."""
    colour = colours.ex if outcome.move == "ex" else colours.cx
    row = _row(report, name_of(report, outcome), outcome.worth, colour)
    return replace(row, clear=outcome.claimed and row.clear)


def _row(report: Report, name: str, e: Estimate, colour: str) -> rows.Bar:
    label = words.say("chart.common.value_range", report.currency, e=e)
    hover = words.say("chart.worth_range.hover", report.currency, name=name, e=e)
    return rows.of_estimate(name, e, label, hover, colour)


def _in_money(
    figure: go.Figure, report: Report, title: str, items: Sequence[rows.Bar], theme: Theme
) -> go.Figure:
    rows.dots(figure, items, theme)
    rows.money_across(figure, report.currency, items)
    return described(figure, title, rows.facts_of(items))
