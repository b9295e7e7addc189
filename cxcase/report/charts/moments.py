"""Which moments carry the money: stake by moment, and the waterfall to the ledger."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.moments import Moment
from cxcase.report import words
from cxcase.report.charts import rows
from cxcase.report.charts.link import population
from cxcase.report.charts.style import MAX_ROWS, Theme, blank, brief, described, palette, spoken
from cxcase.report.result import Report


def moments_stake(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Bars of revenue at stake in each moment on its own, most first; None when no moment has a figure."""
    colours, priced, gone = palette(theme), _priced(report), _without_figure(report)
    if not priced or report.moments is None:
        return None
    items = []
    for moment in priced[:MAX_ROWS]:
        e = moment.revenue_at_stake
        assert e.value is not None and e.low is not None and e.high is not None  # noqa: PT018
        label = words.say("chart.common.value_range", report.currency, e=e)
        hover = words.say("chart.moments_stake.hover", report.currency, name=moment.name, e=e, reach=moment.reach.value)
        items.append(rows.Bar(moment.name, e.value, e.low, e.high, label, hover, colours.stake, e.excludes_zero))
    clear = next((m for m in priced if m.revenue_at_stake.excludes_zero and (m.revenue_at_stake.value or 0) > 0), None)
    path = "title" if clear else "unclear"
    title = words.say(f"chart.moments_stake.{path}", report.currency, name=brief(clear.name) if clear else "",
                      e=clear.revenue_at_stake if clear else None)  # fmt: skip
    joint = report.moments.joint.revenue_at_stake if report.moments.joint else None
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
        note=_note(items, [m.name for m in priced[MAX_ROWS:]], gone),
    )
    rows.bars(figure, items, theme)
    rows.money_ticks(figure, report.currency, min(0.0, *(i.low for i in items)), max(0.0, *(i.high for i in items)))
    return described(figure, title, [f"{i.name}: {i.label}" for i in items])


def waterfall(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Revenue that left = each moment's share + customers who did not answer + unexplained; None without a joint."""
    moments = report.moments
    joint = moments.joint if moments else None
    if joint is None or not joint.shares:
        return None
    parts = _parts(report)
    colours = palette(theme)
    names = [words.say("chart.waterfall.total"), *(name for name, _, _ in parts)]
    title = words.say(
        "chart.waterfall.title", report.currency, churned=joint.churned_revenue, stake=joint.revenue_at_stake
    )
    figure = blank(theme, title, words.say("chart.waterfall.subtitle"), names=names)
    left, ends, facts = joint.churned_revenue, [], []
    total = words.say("chart.waterfall.label", report.currency, value=joint.churned_revenue)
    _block(figure, 0, 0.0, joint.churned_revenue, colours.harm, names[0], report, None)
    ends.append((joint.churned_revenue, total))
    for place, (name, value, kind) in enumerate(parts, start=1):
        band = (joint.silent_low, joint.silent_high) if kind == "silent" else None
        colour = {"moment": colours.stake, "silent": colours.stake, "unexplained": colours.muted}[kind]
        _block(figure, place, left - value, left, colour, name, report, band, hollow=kind == "silent" or value < 0)
        path = "chart.waterfall.label_silent" if band else "chart.waterfall.label"
        ends.append((max(left, left - value), words.say(path, report.currency, value=value, band=band)))
        if band:
            figure.add_scatter(x=[left - band[1], left - band[0]], y=[place, place], mode="lines", hoverinfo="skip",
                               line={"color": colours.ink, "width": 1.5})  # fmt: skip
        left -= value
        down = place + (0.69 if place < len(parts) else 0.31)
        figure.add_scatter(x=[left, left], y=[place - 0.31, down], mode="lines", hoverinfo="skip",
                           line={"color": colours.muted, "width": 1})  # fmt: skip
    for place, (end, text) in enumerate(ends):
        rows.label(figure, text, end, place, colours.ink)
        facts.append(f"{names[place]}: {text}")
    rows.name_rows(figure, names)
    figure.update_xaxes(range=rows.span(ends, min(0.0, left)))
    rows.money_ticks(figure, report.currency, 0.0, joint.churned_revenue)
    return described(figure, title, facts)


def moments_parts(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The stake taken apart: each moment's share and the silent add up to what is at stake; None without a joint."""
    joint = report.moments.joint if report.moments else None
    stake = joint.revenue_at_stake if joint else None
    if joint is None or stake is None or stake.value is None or not joint.shares:
        return None
    parts, colours = _parts(report)[:-1], palette(theme)
    names = [*(name for name, _, _ in parts), words.say("chart.moments_parts.total")]
    title = words.say("chart.moments_parts.title", report.currency, stake=stake)
    subtitle = words.say(
        "chart.moments_parts.subtitle", report.currency, rest=joint.unexplained, churned=joint.churned_revenue
    )
    figure = blank(theme, title, subtitle, names=names)
    at, ends, facts = 0.0, [], []
    for place, (name, value, kind) in enumerate([*parts, (names[-1], stake.value, "total")]):
        start = 0.0 if kind == "total" else at
        band = (joint.silent_low, joint.silent_high) if kind == "silent" else None
        span = (stake.low, stake.high) if kind == "total" else band
        _block(figure, place, start, start + value, colours.stake, name, report, band, kind == "silent" or value < 0)
        if span and span[0] is not None and span[1] is not None:
            figure.add_scatter(x=[start + span[0], start + span[1]], y=[place, place], mode="lines", hoverinfo="skip",
                               line={"color": colours.ink, "width": 1.5})  # fmt: skip
        path = "chart.waterfall.label_silent" if span else "chart.waterfall.label"
        text = words.say(path, report.currency, value=value, band=span)
        ends.append((max(start, start + value, *(start + (end or 0.0) for end in span or ())), text))
        facts.append(f"{name}: {text}")
        at = start + value
        if kind != "total":
            figure.add_scatter(x=[at, at], y=[place - 0.31, place + 0.69], mode="lines", hoverinfo="skip",
                               line={"color": colours.muted, "width": 1})  # fmt: skip
    for place, (end, text) in enumerate(ends):
        rows.label(figure, text, end, place, colours.ink)
    rows.name_rows(figure, names)
    low = min([0.0, *(trace.x[0] for trace in figure.data if trace.type == "scatter")])
    figure.update_xaxes(range=rows.span(ends, low))
    rows.money_ticks(figure, report.currency, 0.0, max(at, stake.value))
    return described(figure, title, facts)


def _priced(report: Report) -> list[Moment]:
    return [m for m in report.ordered_moments if not m.revenue_at_stake.refused]


def _without_figure(report: Report) -> list[str]:
    return [m.name for m in report.ordered_moments if m.revenue_at_stake.refused]


def _note(items: Sequence[rows.Bar], more: Sequence[str], gone: Sequence[str]) -> str:
    parts = [] if all(i.clear for i in items) else [words.say("chart.common.hollow")]
    if more:
        parts.append(words.say("chart.common.more", names=more))
    if gone:
        parts.append(words.say("chart.common.no_figure", names=gone))
    return " ".join(parts)


def _parts(report: Report) -> list[tuple[str, float, str]]:
    """(name, money, kind) from the top: the moments in the case's order, other moments, the silent, the unexplained."""
    assert report.moments is not None
    assert report.moments.joint is not None
    joint = report.moments.joint
    order = [m.name for m in report.ordered_moments if m.name in joint.shares]
    limit = MAX_ROWS if len(order) <= MAX_ROWS else MAX_ROWS - 1
    parts = [(name, joint.shares[name], "moment") for name in order[:limit]]
    if order[limit:]:
        rest = sum(joint.shares[name] for name in order[limit:])
        parts.append((words.say("chart.waterfall.other"), rest, "moment"))
    parts.append((words.say("chart.waterfall.silent"), joint.silent, "silent"))
    parts.append((words.say("chart.waterfall.unexplained"), joint.unexplained, "unexplained"))
    return parts


def _block(
    figure: go.Figure, place: int, start: float, end: float, colour: str, name: str, report: Report,
    band: tuple[float, float] | None, hollow: bool = False,
) -> None:  # fmt: skip
    path = "chart.waterfall.hover_silent" if band else "chart.waterfall.hover"
    hover = words.say(path, report.currency, name=name, value=end - start, band=band)
    figure.add_bar(
        x=[end - start], base=[start], y=[place], orientation="h", width=0.62,
        hoverinfo="text", hovertext=[spoken(hover)],
        marker={"color": "rgba(0,0,0,0)" if hollow else colour, "line": {"color": colour, "width": 1.5}},
    )  # fmt: skip
