"""What would go with other moves, and what silent customers might change: rows of money, each with
its range.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.link import Outcome
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Theme, blank, described, palette
from cxcase.report.charts.link.worth import population
from cxcase.report.result import Report

_HUES = {"ex": "ex", "cx": "cx", "team": "cx"}


def what_if(
    report: Report, theme: Theme = "light", outcomes: Sequence[Outcome] | None = None
) -> go.Figure | None:
    """A row for each move, those that are printed unless others are given; None where there are
    none.
    """
    link = report.link
    colours = palette(theme)
    if link is None:
        return None
    shown = [o for o in (link.moves if outcomes is None else outcomes) if not o.worth.refused]
    if not shown:
        return None
    items = [
        _row(
            report,
            name_of(report, o),
            o.worth,
            getattr(colours, _HUES[o.move]),
            o.claimed and o.worth.excludes_zero,
        )
        for o in shown
    ]
    title = words.say(
        "chart.what_if.title", report.currency, name=items[0].name, worth=shown[0].worth
    )
    subtitle = words.say(
        f"chart.what_if.subtitle_{link.counts}", population=population(shown[-1].worth)
    )
    note = words.say("chart.what_if.note")
    if all(item.clear for item in items):
        note = note
    else:
        note = f"{note} {words.say('chart.common.hollow')}"
    return _rows(report, theme, title, subtitle, items, note)


def name_of(report: Report, outcome: Outcome) -> str:
    """A move in words: "Ease +0.5 for every customer"."""
    metric = words.metric(report.link.metric if report.link else None)
    metric = fmt.capital(metric)
    team = {"team": outcome.team} if outcome.team else {}
    return words.say(f"chart.what_if.{outcome.move}", points=outcome.points, metric=metric, **team)


def silent(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The worth kept by a point if silent customers had rated a point lower, alike, or a point
    higher.
    """
    link = report.link
    colours = palette(theme)
    printed = link.diagnosis.silent_range if link and link.diagnosis else None
    if link is None or printed is None:
        return None
    items = [
        _row(report, words.say(f"chart.silent.{_side(delta)}", delta=abs(delta)), worth, colours.rx)
        for delta, worth in printed.worth
        if not worth.refused
    ]
    if not items:
        return None
    tips = printed.tipping_point
    if tips is None:
        path = "firm"
    elif tips:
        path = "tips"
    else:
        path = "already"
    title = words.say(
        f"chart.silent.{path}", delta=None if tips is None else abs(tips), side=_word(tips)
    )
    subtitle = words.say("chart.silent.subtitle", metric=words.metric(link.metric),
                         population=population(printed.worth[0][1]))  # fmt: skip
    return _rows(report, theme, title, subtitle, items, words.say("chart.silent.note"))


def _side(delta: float) -> str:
    if delta == 0:
        return "alike"
    if delta < 0:
        return "lower"
    return "higher"


def _word(delta: float | None) -> str:
    return words.say(f"chart.silent.word_{'higher' if (delta or 0.0) > 0 else 'lower'}")


def _row(
    report: Report, name: str, e: Estimate, colour: str, clear: bool | None = None
) -> rows.Bar:
    label = words.say("chart.common.value_range", report.currency, e=e)
    hover = words.say("chart.worth_range.hover", report.currency, name=name, e=e)
    sure = e.excludes_zero if clear is None else clear
    return rows.Bar(name, e.value or 0.0, e.low or 0.0, e.high or 0.0, label, hover, colour, sure)


def _rows(
    report: Report, theme: Theme, title: str, subtitle: str, items: Sequence[rows.Bar], note: str
) -> go.Figure:
    figure = blank(theme, title, subtitle, names=[item.name for item in items], note=note)
    rows.dots(figure, items, theme)
    low = min(0.0, *(i.low for i in items))
    high = max(0.0, *(i.high for i in items))
    rows.money_ticks(figure, report.currency, low, high)
    return described(figure, title, [f"{item.name}: {item.label}" for item in items])
