"""Which moments carry the money: stake by moment, and the joint figure taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cxcase.moments import Moment
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    MAX_ROWS,
    Theme,
    blank,
    brief,
    described,
    palette,
    spoken,
)
from cxcase.report.charts.link.worth import population
from cxcase.report.result import Report

_MOST_TIED = 3  # moments that a title can name


def moments_stake(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Bars of revenue at stake in each moment on its own, most first; None when no moment has a
    figure.
    """
    colours = palette(theme)
    priced = _priced(report)
    gone = _without_figure(report)
    if not priced or report.moments is None:
        return None
    items = []
    for moment in priced[:MAX_ROWS]:
        e = moment.revenue_at_stake
        assert e.value is not None and e.low is not None and e.high is not None  # noqa: PT018
        label = words.say("chart.common.value_range", report.currency, e=e)
        hover = words.say(
            "chart.moments_stake.hover",
            report.currency,
            name=moment.name,
            e=e,
            reach=moment.reach.value,
        )
        items.append(
            rows.Bar(
                moment.name, e.value, e.low, e.high, label, hover, colours.stake, e.excludes_zero
            )
        )
    title = _stake_title(report, priced)
    joint = report.moments.joint.revenue_at_stake if report.moments.joint else None
    joined = _joined(report, [i.name for i in items])
    known = joint is not None and not joint.refused
    subtitle = words.say(
        f"chart.moments_stake.subtitle{'_joint' if known else ''}",
        report.currency, joint=joint, population=population(joint if known else priced[0].revenue_at_stake),
    )  # fmt: skip
    figure = blank(
        theme,
        title,
        subtitle,
        names=[i.name for i in items],
        note=_note(items, [m.name for m in priced[MAX_ROWS:]], gone, joined=bool(joined)),
    )
    rows.bars(figure, items, theme)
    for first, last in joined:
        rows.bracket(figure, first, last, theme)
    rows.money_ticks(
        figure,
        report.currency,
        min(0.0, *(i.low for i in items)),
        max(0.0, *(i.high for i in items)),
    )
    return described(figure, title, [f"{i.name}: {i.label}" for i in items])


def _joined(report: Report, names: Sequence[str]) -> list[tuple[int, int]]:
    """(first, last) row of each group that can't be told apart, where its rows stand together."""
    ties = report.moments.joint.ties if report.moments and report.moments.joint else ()
    places = [sorted(names.index(name) for name in tie if name in names) for tie in ties]
    return [(p[0], p[-1]) for p in places if len(p) > 1 and p[-1] - p[0] == len(p) - 1]


def _stake_title(report: Report, priced: Sequence[Moment]) -> str:
    clear = next(
        (
            m
            for m in priced
            if m.revenue_at_stake.excludes_zero and (m.revenue_at_stake.value or 0) > 0
        ),
        None,
    )
    if clear is None:
        return words.say("chart.moments_stake.unclear")
    joint = report.moments.joint if report.moments else None
    tied = joint.tied_with(clear.name) if joint else (clear.name,)
    if len(tied) > 1:
        if len(tied) <= _MOST_TIED:
            path = "chart.moments_stake.tied"
        else:
            path = "chart.moments_stake.tied_many"
        return words.say(
            path, names=[brief(name) for name in tied], name=brief(clear.name), others=len(tied) - 1
        )
    name = brief(clear.name)
    e = clear.revenue_at_stake
    return words.say("chart.moments_stake.title", report.currency, name=name, e=e)


@dataclass(frozen=True)
class MoneyPart:
    """A part of the revenue that left; kind: "moment", "silent", "unexplained" or "total"; band:
    its bounds, if any.
    """

    name: str
    value: float
    kind: str
    band: tuple[float, float] | None = None


def moments_parts(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The stake taken apart: each moment's share and the silent add up to what is at stake; None
    without a joint.
    """
    joint = report.moments.joint if report.moments else None
    stake = joint.revenue_at_stake if joint else None
    if (
        joint is None
        or stake is None
        or stake.value is None
        or stake.low is None
        or stake.high is None
    ):
        return None
    if not joint.shares:
        return None
    total = MoneyPart(
        words.say("chart.moments_parts.total"), stake.value, "total", (stake.low, stake.high)
    )
    parts = [*money_parts(report)[:-1], total]
    colours = palette(theme)
    title = words.say("chart.moments_parts.title", report.currency, stake=stake)
    subtitle = words.say(
        "chart.moments_parts.subtitle",
        report.currency,
        rest=joint.unexplained,
        churned=joint.churned_revenue,
    )
    figure = blank(theme, title, subtitle, names=[part.name for part in parts])
    at = 0.0
    ends = []
    for place, part in enumerate(parts):
        start = 0.0 if part.kind == "total" else at
        hollow = part.kind == "silent" or part.value < 0
        block(
            figure, place, (start, start + part.value), part, report, colours.stake, hollow=hollow
        )
        if part.band:
            figure.add_scatter(x=[start + end for end in part.band], y=[place, place], mode="lines", hoverinfo="skip",
                               line={"color": colours.ink, "width": 1.5})  # fmt: skip
        path = "chart.waterfall.label_silent" if part.band else "chart.waterfall.label"
        text = words.say(path, report.currency, value=part.value, band=part.band)
        ends.append(
            (max(start, start + part.value, *(start + end for end in part.band or ())), text)
        )
        at = start + part.value
        if part.kind != "total":
            figure.add_scatter(x=[at, at], y=[place - 0.31, place + 0.69], mode="lines", hoverinfo="skip",
                               line={"color": colours.muted, "width": 1})  # fmt: skip
    for place, (end, text) in enumerate(ends):
        rows.label(figure, text, end, place, colours.ink)
    rows.name_rows(figure, [part.name for part in parts])
    low = min([0.0, *(trace.x[0] for trace in figure.data if trace.type == "scatter")])
    figure.update_xaxes(range=rows.span(ends, low))
    rows.money_ticks(figure, report.currency, 0.0, max(at, stake.value))
    return described(
        figure, title, [f"{part.name}: {text}" for part, (_, text) in zip(parts, ends, strict=True)]
    )


def _priced(report: Report) -> list[Moment]:
    return [m for m in report.ordered_moments if not m.revenue_at_stake.refused]


def _without_figure(report: Report) -> list[str]:
    return [m.name for m in report.ordered_moments if m.revenue_at_stake.refused]


def _note(
    items: Sequence[rows.Bar], more: Sequence[str], gone: Sequence[str], *, joined: bool
) -> str:
    parts = [words.say("chart.moments_stake.joined")] if joined else []
    if not all(i.clear for i in items):
        parts.append(words.say("chart.common.hollow"))
    if more:
        parts.append(words.say("chart.common.more", names=more))
    if gone:
        parts.append(words.say("chart.common.no_figure", names=gone))
    return " ".join(parts)


def money_parts(report: Report) -> list[MoneyPart]:
    """All that left from the top: the moments in the case's order, other moments, the silent, and
    what still leaves.
    """
    assert report.moments is not None
    assert report.moments.joint is not None
    joint = report.moments.joint
    order = [m.name for m in report.ordered_moments if m.name in joint.shares]
    limit = MAX_ROWS if len(order) <= MAX_ROWS else MAX_ROWS - 1
    parts = [MoneyPart(name, joint.shares[name], "moment") for name in order[:limit]]
    if order[limit:]:
        rest = sum(joint.shares[name] for name in order[limit:])
        parts.append(MoneyPart(words.say("chart.waterfall.other"), rest, "moment"))
    band = (joint.silent_low, joint.silent_high)
    parts.append(MoneyPart(words.say("chart.waterfall.silent"), joint.silent, "silent", band))
    parts.append(
        MoneyPart(words.say("chart.waterfall.unexplained"), joint.unexplained, "unexplained")
    )
    return parts


def block(
    figure: go.Figure, place: int, edges: tuple[float, float], part: MoneyPart, report: Report, colour: str,
    hollow: bool = False,
) -> None:  # fmt: skip
    """Draws a part as a bar between two places on the axis; its hover says the money it stands for."""
    path = "chart.waterfall.hover_silent" if part.band else "chart.waterfall.hover"
    hover = words.say(path, report.currency, name=part.name, value=part.value, band=part.band)
    figure.add_bar(
        x=[edges[1] - edges[0]], base=[edges[0]], y=[place], orientation="h", width=0.62,
        hoverinfo="text", hovertext=[spoken(hover)],
        marker={"color": "rgba(0,0,0,0)" if hollow else colour, "line": {"color": colour, "width": 1.5}},
    )  # fmt: skip
