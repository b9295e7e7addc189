"""Which moments carry the money: revenue at stake by moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.moments import Moment
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import MAX_ROWS, Theme, blank, brief, described, palette
from cxcase.report.charts.link.worth import population
from cxcase.report.charts.moments.asked import asked_as
from cxcase.report.result import Report

_MOST_TIED = 3  # moments that a title can name


def moments_stake(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Bars of revenue at stake in each moment on its own, most first; None when no moment has a
    figure.
    """
    priced = [m for m in report.ordered_moments if not m.revenue_at_stake.refused]
    if not priced or report.moments is None:
        return None
    items = [_row(report, moment, palette(theme).stake) for moment in priced[:MAX_ROWS]]
    joined = _joined(report, rows.names_of(items))
    title = _title(report, priced)
    subtitle = _subtitle(report, priced[0].revenue_at_stake)
    note = _note(report, items, priced, joined=bool(joined))
    figure = blank(theme, title, subtitle, names=rows.names_of(items), note=note)
    rows.bars(figure, items, theme)
    for first, last in joined:
        rows.bracket(figure, first, last, theme)
    rows.money_across(figure, report.currency, items)
    return described(figure, title, rows.facts_of(items))


def _row(report: Report, moment: Moment, colour: str) -> rows.Bar:
    e = moment.revenue_at_stake
    label = words.say("chart.common.value_range", report.currency, e=e)
    wide = moment.with_silent.ends if moment.with_silent else None
    path = "chart.moments_stake.hover_silent" if wide else "chart.moments_stake.hover"
    reach = moment.reach.value
    facts = {"name": moment.name, "e": e, "reach": reach, "wide": wide}
    hover = words.say(path, report.currency, **facts) + asked_as(report, moment.name)
    row = rows.of_estimate(moment.name, e, label, hover, colour)
    return replace(row, wide=wide, heard=moment.heard_at_stake)


def _joined(report: Report, names: Sequence[str]) -> list[tuple[int, int]]:
    """(first, last) row of each group that can't be told apart, where its rows stand together."""
    ties = report.joint.ties if report.joint else ()
    places = [sorted(names.index(name) for name in tie if name in names) for tie in ties]
    return [(p[0], p[-1]) for p in places if len(p) > 1 and p[-1] - p[0] == len(p) - 1]


def _title(report: Report, priced: Sequence[Moment]) -> str:
    """The first moment that clearly holds money, with those it can't be told apart from."""
    first = next((moment for moment in priced if _holds(moment.revenue_at_stake)), None)
    if first is None:
        return words.say("chart.moments_stake.unclear")
    joint = report.joint
    tied = joint.tied_with(first.name) if joint else (first.name,)
    name = brief(first.name)
    if len(tied) == 1:
        e = first.revenue_at_stake
        return words.say("chart.moments_stake.title", report.currency, name=name, e=e)
    if len(tied) <= _MOST_TIED:
        return words.say("chart.moments_stake.tied", names=[brief(moment) for moment in tied])
    return words.say("chart.moments_stake.tied_many", name=name, others=len(tied) - 1)


def _holds(stake: Estimate) -> bool:
    return stake.excludes_zero and (stake.value or 0) > 0


def _subtitle(report: Report, first: Estimate) -> str:
    """What all moments hold together, where that is known, and from how many answers."""
    joint = report.joint
    stake = joint.revenue_at_stake if joint else None
    if stake is None or stake.refused:
        return words.say(
            "chart.moments_stake.subtitle", report.currency, population=population(first)
        )
    return words.say(
        "chart.moments_stake.subtitle_joint",
        report.currency,
        joint=stake,
        population=population(stake),
    )


def _note(
    report: Report, items: Sequence[rows.Bar], priced: Sequence[Moment], *, joined: bool
) -> str:
    """What brackets and hollow bars mean, and which moments are not drawn."""
    more = [m.name for m in priced[len(items) :]]
    without = [m.name for m in report.ordered_moments if m.revenue_at_stake.refused]
    parts = []
    if any(row.wide for row in items):
        parts.append(words.say("chart.moments_stake.silent"))
    if joined:
        parts.append(words.say("chart.moments_stake.joined"))
    if not rows.all_clear(items):
        parts.append(words.say("chart.common.hollow"))
    if more:
        parts.append(words.say("chart.common.more", names=more))
    if without:
        parts.append(words.say("chart.common.no_figure", names=without))
    return " ".join(parts)
